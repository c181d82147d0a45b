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
 * @table: id of the only table to look at, if @by_table
 * @uid: the only real user id, if @by_uid
 * @by_uid: not zero: only tasks of @uid
 * @by_process: not zero: only processes in map `processes`
 * @follow: not zero: children of those too
 * @chosen: not zero: only calls that map `plans` says are wanted
 * @size: bytes of a buffer to take, at most OBSERVE_SLOT_SIZE
 * @by_table: not zero: only calls of @table
 */
struct observe_config {
	__u32 table;
	__u32 uid;
	__u32 by_uid;
	__u32 by_process;
	__u32 follow;
	__u32 chosen;
	__u32 size;
	__u32 by_table;
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

/* Pieces of memory that one event can carry, and bytes of each. */
#define OBSERVE_SLOTS 4
#define OBSERVE_SLOT_SIZE 256

/* struct observe_take.kind: how much is taken. */
#define OBSERVE_STRING 1 /* up to a NUL */
#define OBSERVE_BYTES 2 /* @size bytes */
#define OBSERVE_BY_ARG 3 /* as many times @size as argument @length says */
#define OBSERVE_BY_RESULT 4 /* as many times @size as the result says */

/**
 * struct observe_take - a piece of memory that a call's argument points to
 * @kind: OBSERVE_*; 0: none
 * @arg: index of the argument
 * @at_leave: not zero: when the call is over, and only if it succeeded
 * @length: index of the argument with the number of pieces
 * @size: bytes of each piece
 * @text: not zero: no more than struct observe_config.size
 * @reserved: zero
 */
struct observe_take {
	__u8 kind;
	__u8 arg;
	__u8 at_leave;
	__u8 length;
	__u16 size;
	__u8 text;
	__u8 reserved;
};

/**
 * struct observe_plan - value of map `plans`; the key is struct observe_key
 * @wanted: not zero: the call is one of those chosen
 * @reserved: zero
 * @takes: what to take along; those of kind 0 are none
 */
struct observe_plan {
	__u32 wanted;
	__u32 reserved;
	struct observe_take takes[OBSERVE_SLOTS];
};

/* struct observe_event.kind */
#define OBSERVE_ENTER 1
#define OBSERVE_LEAVE 2
#define OBSERVE_EXIT 3 /* a thread ended; @ret: as wait() tells it */
#define OBSERVE_SIGNAL 4 /* a signal was delivered; @nr: Linux number */

/* struct observe_event.flags, of a leave */
#define OBSERVE_FAILED 1 /* @ret is the errno number of the table */
#define OBSERVE_RESTARTS \
	2 /* a signal interrupted it; @ret is the kernel's own */
#define OBSERVE_NO_RESULT 4

/* In struct observe_event.got. */
#define OBSERVE_UNTAKEN (-10000)

/**
 * struct observe_event - one record of ring buffer `events`
 * @ns: when, CLOCK_MONOTONIC
 * @kind: what happened
 * @flags: OBSERVE_*
 * @table: id of the table
 * @nr: number of the call
 * @pid: process id
 * @tid: thread id
 * @ret: the result
 * @args: the arguments, as the program gave them
 * @comm: command name
 * @got: bytes in each slot, OBSERVE_UNTAKEN, or a negative errno
 * @data: what was taken, by the index in struct observe_plan.takes
 */
struct observe_event {
	__u64 ns;
	__u32 kind;
	__u32 flags;
	__u32 table;
	__u32 nr;
	__u32 pid;
	__u32 tid;
	__s64 ret;
	__u64 args[ABIMUX_NR_ARGS];
	char comm[OBSERVE_COMM_LEN];
	__s32 got[OBSERVE_SLOTS];
	char data[OBSERVE_SLOTS][OBSERVE_SLOT_SIZE];
};

#endif /* _ABIMUX_OBSERVE_H */
