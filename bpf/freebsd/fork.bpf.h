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

/*
 * (flags): a process, with a copy of the descriptors or the same ones. The rest has
 * no equal: other processes' children, no descriptors at all, handlers taken away.
 */
__noinline int fbsd_rfork(struct abimux_call *call __arg_trusted)
{
	u64 flags = (u32)call->args[0], native;

	if (!(flags & FBSD_RFPROC) ||
	    (flags & ~(u64)(FBSD_RFPROC | FBSD_RFFDG | FBSD_RFMEM |
			    FBSD_RFSIGSHARE | FBSD_RFLINUXTHPN)) ||
	    ((flags & FBSD_RFSIGSHARE) && !(flags & FBSD_RFMEM)))
		return abimux_done(call, -EINVAL);
	native = fbsd_bits(flags, FBSD_RFMEM, LINUX_CLONE_VM) |
		 fbsd_bits(flags, FBSD_RFSIGSHARE, LINUX_CLONE_SIGHAND) |
		 (flags & FBSD_RFLINUXTHPN ? LINUX_SIGUSR1 : LINUX_SIGCHLD);
	if (!(flags & FBSD_RFFDG))
		native |= LINUX_CLONE_FILES;
	fbsd_fork(call);
	/* The same descriptors are not the child's to close. */
	if (!(flags & FBSD_RFFDG))
		call->data[FBSD_FORK_KQUEUES] = 0;
	fbsd_args(call, native, 0, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
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
