/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * abimux: what the BPF programs that look at foreign calls and the loader share.
 *
 * Types of keys and values of their maps, and of their events.
 */
#ifndef _ABIMUX_OBSERVE_H
#define _ABIMUX_OBSERVE_H

#include <linux/abimux.h>

#define OBSERVE_COMM_LEN 16

/**
 * struct observe_config - the one value of array map `config`
 * @table: id of the only table to look at; 0: all
 * @uid: the only real user id, if @by_uid
 * @by_uid: not zero: only tasks of @uid
 * @by_process: not zero: only processes in map `processes`
 * @follow: not zero: children of those too
 * @chosen: not zero: only calls that map `plans` says are wanted
 * @size: bytes of a buffer to take, at most OBSERVE_SLOT_SIZE
 * @reserved: zero
 */
struct observe_config {
	__u32 table;
	__u32 uid;
	__u32 by_uid;
	__u32 by_process;
	__u32 follow;
	__u32 chosen;
	__u32 size;
	__u32 reserved;
};

/**
 * struct observe_key - one call of one table
 * @table: id of the table
 * @nr: number of the call
 */
struct observe_key {
	__u32 table;
	__u32 nr;
};

/**
 * struct observe_task_key - one process on one table
 * @table: id of the table
 * @pid: process id
 */
struct observe_task_key {
	__u32 table;
	__u32 pid;
};

/**
 * struct observe_count - what was counted, for each processor
 * @calls: calls that ended
 * @errors: those of them that failed
 * @unfinished: those of them that ended with their task
 * @ns: time from their start to their end
 * @max: the longest of these times
 */
struct observe_count {
	__u64 calls;
	__u64 errors;
	__u64 unfinished;
	__u64 ns;
	__u64 max;
};

/**
 * struct observe_task_count - what was counted for a process
 * @count: the counts
 * @comm: its command name
 */
struct observe_task_count {
	struct observe_count count;
	char comm[OBSERVE_COMM_LEN];
};

#endif /* _ABIMUX_OBSERVE_H */
