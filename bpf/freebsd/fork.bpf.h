/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: fork and vfork. From sys/kern/kern_fork.c.
 */
#ifndef FREEBSD_FORK_BPF_H
#define FREEBSD_FORK_BPF_H

/* Whether there are kqueues, which a child does not get. */
__noinline int fbsd_fork(struct abimux_call *call __arg_trusted)
{
	call->data[FBSD_FORK_KQUEUES] = !!fbsd_kq_owner(fbsd_owner());
	call->data[FBSD_FORK_FD] = 0;
	return ABIMUX_RUN | ABIMUX_RUN_LEAVE;
}

/* A second result tells the child from the parent. */
__noinline int fbsd_fork_leave(struct abimux_call *call __arg_trusted)
{
	if (call->child && call->data[FBSD_FORK_KQUEUES] &&
	    fbsd_kq_fork_child(call) != ABIMUX_DONE)
		return FBSD_RUN_LEAVE;
	call->has_ret2 = 1;
	call->ret2 = call->child;
	return abimux_done(call, call->child ? 0 : call->ret);
}

#endif /* FREEBSD_FORK_BPF_H */
