/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is swapped: loaded once, so that a swap is one call of the kernel.
 */
#ifndef CHURN_OBJECTS_H
#define CHURN_OBJECTS_H

#include <linux/abimux.h>

#include "shared.h"

#define PINS "/sys/fs/bpf/abimux"

/* Tables of the machine, of which two versions are at hand. */
#define STOCK_TABLES 3
extern const char *const stock_names[STOCK_TABLES];

void objects_load(const char *file);
void objects_restore(void);
unsigned long long objects_mixed(void);
int table_swap(int table, int version);
int stock_swap(int table);
int policy_swap(void);
int overlay_register(int overlay, int version);
int overlay_swap(int overlay, int version);
void overlay_unregister(int overlay);
int retag(int pid, const struct abimux_retag *how);

#endif /* CHURN_OBJECTS_H */
