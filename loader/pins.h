/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_PINS_H
#define LOADER_PINS_H

#include <stdbool.h>

#include <jansson.h>

#include "compiler.h"
#include "kernel.h"

#define PINS BPFFS "/abimux"
#define PIN_PATH_LEN 256

/* Links that are of use only together with overlays and the policy. */
#define PINS_OTHERS "others"

/* Has lost its name and is going to be removed. */
#define PINS_ASIDE BPFFS "/abimux-old"

/* Stays when all else is unloaded. */
#define GUARD BPFFS "/abimux-guard"

/**
 * struct pin - one that is going to be pinned
 * @fd: its file descriptor
 * @path: where, relative
 */
struct pin {
	int fd;
	char path[PIN_PATH_LEN];
};

/**
 * struct pins - what is going to be pinned, all of it or nothing
 * @count: how many
 * @pin: each
 */
struct pins {
	int count;
	struct pin *pin;
};

__printf(3, 4) int pins_add(struct pins *pins, int fd, const char *fmt, ...);
void pins_begin(struct pins *pins);
int pins_commit(struct pins *pins, const char *path);
int pins_exchange(struct pins *pins, const char *path);
int pins_exchange_back(const char *path);
int pins_replace(struct pins *pins, const char *path);
void pins_drop(struct pins *pins);

int pins_lock(void);
void pins_finish(void);
bool pins_exist(const char *path);
int pins_need_loaded(void);
int pins_set_aside(const char *path);
void pins_drop_aside(const char *name);
int pins_remove(const char *path);
bool pins_leftover(void);
void pins_clean(void);

__printf(1, 2) int pin_get(const char *fmt, ...);
int pin_read(const char *name);
void table_pin_path(char *path, const char *table);
void overlay_pin_path(char *path, const char *overlay);
json_t *pinned_names(const char *group);

#endif /* LOADER_PINS_H */
