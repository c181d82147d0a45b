/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * abimux: what the BPF programs of the default policy and the loader share.
 *
 * Types of keys and values of their maps only. What the kernel shares with both
 * is in <linux/abimux.h>.
 */
#ifndef _ABIMUX_POLICY_H
#define _ABIMUX_POLICY_H

#include <linux/abimux.h>

#define ABIMUX_COMM_LEN 16

/* Room in map `formats`, the same in each policy: it outlives them. */
#define ABIMUX_MAX_RULES 16384

/* Bytes of a path that a rule was given by, its NUL included. */
#define ABIMUX_PLACE_LEN 1024

/* Kind of a tag's format that no rule has: `abimux run -t` forced the table. */
#define ABIMUX_FORMAT_FORCED 100
/* Likewise: `abimux retag` changed the table of the running task. */
#define ABIMUX_FORMAT_RETAGGED 101

/* How the names of the overlays begin with which `abimux learn` watches. */
#define ABIMUX_LEARN_PREFIX "learn."
/* Another: the file's brand says it. */
#define ABIMUX_FORMAT_BRAND 102

/* The extended attribute that is a file's brand: the table's name, without NUL. */
#define ABIMUX_BRAND "user.abimux.table"

/* Why the policy refused an exec, beside ABIMUX_REFUSED_* of the core. */
#define ABIMUX_REFUSED_BRAND 100 /* its brand is no name of a table */

/**
 * struct abimux_rule - value of map `formats`; the key is struct abimux_format
 * @table: name of the table that programs of this format get, NUL-padded
 */
struct abimux_rule {
	char table[ABIMUX_NAME_LEN];
};

/**
 * struct abimux_overlays - value of map `overlays`; the key is struct
 *	abimux_format
 * @id: ids of the overlays that lie over programs of this format; zero ends the
 *	list
 */
struct abimux_overlays {
	__u32 id[ABIMUX_MAX_OVERLAYS];
};

/**
 * struct abimux_place - value of map `places`; the key is struct abimux_format of
 *	kind ABIMUX_FORMAT_PATH or ABIMUX_FORMAT_CGROUP
 * @path: the path that it was given by, NUL-padded; what is there now may be
 *	another file
 */
struct abimux_place {
	char path[ABIMUX_PLACE_LEN];
};

/**
 * struct abimux_refusal - key of the maps `missing` and `refused`; the value is
 *	a __u64 count
 * @table: name of the table, NUL-padded; empty if there was no rule
 * @comm: command name of the task that made the call, or last name of the file
 *	that was to be executed, NUL-padded
 * @nr: number of the call, or zero
 * @reason: ABIMUX_REFUSED_*; in `missing` always ABIMUX_REFUSED_MISSING, which is
 *	zero, and in `refused` never
 */
struct abimux_refusal {
	char table[ABIMUX_NAME_LEN];
	char comm[ABIMUX_COMM_LEN];
	__u32 nr;
	__u32 reason;
};

/**
 * struct abimux_denial - key of the map `denied`; the value is a __u64 count
 * @overlay: name of the overlay, NUL-padded
 * @comm: command name of the task, NUL-padded
 * @native: number of the native call
 * @i386: 1 if the number is i386's
 * @action: ABIMUX_NATIVE_LOG if it ran all the same, ABIMUX_NATIVE_KILL, or the
 *	errno that was answered
 * @reserved: zero
 */
struct abimux_denial {
	char overlay[ABIMUX_NAME_LEN];
	char comm[ABIMUX_COMM_LEN];
	__u32 native;
	__u8 i386;
	__u8 action;
	__u8 reserved[2];
};

/**
 * struct learn_call - key of the map `calls` of learn; the value is a __u64 count
 * @native: number of the native call
 * @i386: 1 if the number is i386's
 */
struct learn_call {
	__u32 native;
	__u32 i386;
};

/**
 * struct abimux_name - value of a table's map `names`; the key is the call's
 *	number, a __u32
 * @name: name of the call in its own system, NUL-padded
 */
struct abimux_name {
	char name[ABIMUX_NAME_LEN];
};

#endif /* _ABIMUX_POLICY_H */
