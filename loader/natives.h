/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_NATIVES_H
#define LOADER_NATIVES_H

#include <stddef.h>

/**
 * struct native_call - a call of the kernel's own tables
 * @name: its name, as in the third column of syscall_64.tbl
 * @entry: its entry point, sys_...; empty if the kernel has only the name left
 * @nr: its number
 */
struct native_call {
	const char *name;
	const char *entry;
	unsigned int nr;
};

/**
 * struct native_errno - a name of an errno
 * @name: E...
 * @value: its number
 */
struct native_errno {
	const char *name;
	int value;
};

const struct native_call *native_calls(int native, size_t *count);
const struct native_call *native_find(int native, const char *name,
				      const char *entry);
const struct native_call *native_named(int native, const char *name);
const struct native_call *native_by_number(int native, unsigned int nr);
int native_errno(const char *name);
const char *native_errno_name(int value);

#endif /* LOADER_NATIVES_H */
