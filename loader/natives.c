// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own calls and errnos by name.
 */
#include <string.h>

#include <linux/abimux.h>

#include "compiler.h"
#include "natives.h"
#include "natives.inc"

/**
 * native_calls - all native calls of one kind of program
 * @native: ABIMUX_NATIVE_*
 * @count: how many
 *
 * Return: an array in order of numbers.
 */
const struct native_call *native_calls(int native, size_t *count)
{
	if (native == ABIMUX_NATIVE_I386) {
		*count = ARRAY_SIZE(i386_calls);
		return i386_calls;
	}
	*count = ARRAY_SIZE(amd64_calls);
	return amd64_calls;
}

/**
 * native_find - the native call that a line of a table means
 * @native: ABIMUX_NATIVE_*
 * @name: the line's own name of the call
 * @entry: what the line says to run: a native name, with or without sys_
 *
 * In syscall_32.tbl the entry point of one call often looks like the name of
 * another: getuid32 has sys_getuid, getuid has sys_getuid16. Names win, except
 * on a line that is one of the kernel's own, so that these can be copied.
 *
 * Return: the call, or NULL.
 */
const struct native_call *native_find(int native, const char *name,
				      const char *entry)
{
	const char *bare = strncmp(entry, "sys_", 4) ? entry : entry + 4;
	const struct native_call *call, *by_name = NULL, *by_entry = NULL;
	size_t count;

	for (call = native_calls(native, &count); count; call++, count--) {
		if (!*call->entry)
			continue;
		if (!strcmp(call->entry, entry)) {
			if (!strcmp(call->name, name))
				return call;
			by_entry = by_entry ?: call;
		}
		if (!strcmp(call->name, bare))
			by_name = call;
	}
	return by_name ?: by_entry;
}

/**
 * native_named - the native call of just this name
 * @native: ABIMUX_NATIVE_*
 * @name: its name, as in the third column of syscall_64.tbl
 *
 * Return: the call, or NULL.
 */
const struct native_call *native_named(int native, const char *name)
{
	const struct native_call *call;
	size_t count;

	for (call = native_calls(native, &count); count; call++, count--) {
		if (!strcmp(call->name, name))
			return call;
	}
	return NULL;
}

/**
 * native_by_number - the native call of a number
 * @native: ABIMUX_NATIVE_*
 * @nr: its number
 *
 * Return: the call, or NULL.
 */
const struct native_call *native_by_number(int native, unsigned int nr)
{
	const struct native_call *call;
	size_t count;

	for (call = native_calls(native, &count); count; call++, count--) {
		if (call->nr == nr)
			return call;
	}
	return NULL;
}

/**
 * native_errno - the number of an errno
 * @name: its name
 *
 * Return: the number, or 0 if there is no such name.
 */
int native_errno(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(errnos); i++) {
		if (!strcmp(errnos[i].name, name))
			return errnos[i].value;
	}
	return 0;
}

/**
 * native_errno_name - the name of an errno
 * @value: its number
 *
 * Return: the name, or NULL.
 */
const char *native_errno_name(int value)
{
	for (size_t i = 0; i < ARRAY_SIZE(errnos); i++) {
		if (errnos[i].value == value)
			return errnos[i].name;
	}
	return NULL;
}
