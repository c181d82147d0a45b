/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_DESCRIBED_H
#define LOADER_DESCRIBED_H

#include <abimux/observe.h>

#include "argfile.h"

/**
 * struct described - a table, with what is known about its calls
 * @next: the next table
 * @id: its id
 * @data: what the kernel has
 * @file: what its file of arguments says
 * @names: names of its calls; empty where there is none
 * @calls: what is known of each; NULL: nothing
 * @slots: for each argument the index of what is taken for it, or -1
 */
struct described {
	struct described *next;
	__u32 id;
	struct abimux_table_data data;
	struct argfile file;
	char names[ABIMUX_NR_CALLS][ABIMUX_NAME_LEN];
	const struct arg_call *calls[ABIMUX_NR_CALLS];
	signed char slots[ABIMUX_NR_CALLS][ABIMUX_NR_ARGS];
};

int described_load(struct described **list, const char *dir);
void described_free(struct described *list);
const struct described *described_find(const struct described *list, __u32 id);
int described_plan(const struct described *list, int plans, const char *filter);
const char *described_errno(const struct described *table, int number);

#endif /* LOADER_DESCRIBED_H */
