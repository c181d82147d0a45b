/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * abimux: what the program that changes running tasks and the loader share.
 */
#ifndef _ABIMUX_RETAG_H
#define _ABIMUX_RETAG_H

#include <linux/abimux.h>

/* Formats by which tasks can be left out. */
#define RETAG_MAX_SPARED 16

/* struct retag_request.flags */
#define RETAG_CHANGE 1 /* change them; else only look */
#define RETAG_ALL 2 /* all that are visited; else only those of @format */

/**
 * struct retag_request - the one value of array map `request`
 * @how: the change
 * @format: tasks for which it holds are changed
 * @spared: and for which none of these holds
 * @spare: how many of @spared
 * @flags: RETAG_*
 * @seen: out: threads visited that are what is looked for
 * @changed: out: threads that were changed
 * @pending: out: threads that have still to take a change
 * @waiting: out: those of them that wait for something in a call
 * @kernel: out: threads visited that are the kernel's own
 * @error: out: the first errno of a change, or zero
 * @error_pid: out: and its process
 * @pollers: out: threads that poll rings (IORING_SETUP_SQPOLL)
 * @poller_pid: out: and the process of one of them
 */
struct retag_request {
	struct abimux_retag how;
	struct abimux_format format;
	struct abimux_format spared[RETAG_MAX_SPARED];
	__u32 spare;
	__u32 flags;
	__u32 seen;
	__u32 changed;
	__u32 pending;
	__u32 waiting;
	__u32 kernel;
	__s32 error;
	__s32 error_pid;
	__u32 pollers;
	__s32 poller_pid;
	__u32 reserved;
};

#endif /* _ABIMUX_RETAG_H */
