// SPDX-License-Identifier: GPL-2.0
/*
 * Overlay "private": files and directories are made for their owner alone,
 * whatever mode the program asks for and whatever its umask is.
 *
 *   abimux overlay load private.bpf.o uid:1000
 *
 * A mode is a number, and an overlay may change numbers. What is behind a pointer
 * it may only look at: a program has other threads.
 */
#include "overlay.bpf.h"

#define OTHERS 00077ULL

/* The argument that is a mode, or -1; openat2 has it behind a pointer. */
static int mode_of(const struct abimux_overlay_call *call)
{
	switch (call->i386 ? -call->nr : call->nr) {
	case NR_CREAT:
	case NR_MKDIR:
	case NR_MKNOD:
	case NR_CHMOD:
	case NR_FCHMOD:
	case -NR_I386_CREAT:
	case -NR_I386_MKDIR:
	case -NR_I386_MKNOD:
	case -NR_I386_CHMOD:
	case -NR_I386_FCHMOD:
		return 1;
	case NR_OPEN:
	case NR_MKDIRAT:
	case NR_MKNODAT:
	case NR_FCHMODAT:
	case NR_FCHMODAT2:
	case -NR_I386_OPEN:
	case -NR_I386_MKDIRAT:
	case -NR_I386_MKNODAT:
	case -NR_I386_FCHMODAT:
	case -NR_FCHMODAT2:
		return 2;
	case NR_OPENAT:
	case -NR_I386_OPENAT:
		return 3;
	default:
		return -1;
	}
}

static bool is_openat2(const struct abimux_overlay_call *call)
{
	return call->nr == NR_OPENAT2;
}

SEC("struct_ops/enter")
int BPF_PROG(private_enter, struct abimux_overlay_call *call)
{
	/* As a kernel without it: programs go on with openat. */
	if (is_openat2(call)) {
		call->ret = -ENOSYS;
		return ABIMUX_DONE;
	}
	switch (mode_of(call)) {
	case 1:
		call->args[1] &= ~OTHERS;
		break;
	case 2:
		call->args[2] &= ~OTHERS;
		break;
	case 3:
		call->args[3] &= ~OTHERS;
		break;
	default:
		return ABIMUX_RUN;
	}
	return ABIMUX_RUN | ABIMUX_RUN_ARGS;
}

SEC(".struct_ops.link")
struct abimux_overlay_ops private = {
	.data.name = "private",
	.data.table = ABIMUX_NATIVE_TABLE,
	SEES_ALL,
	.enter = (void *)private_enter,
};

char LICENSE[] SEC("license") = "GPL";
