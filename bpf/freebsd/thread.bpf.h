/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: threads and processors. From sys/sys/thr.h, sys/kern/kern_thr.c,
 * cpu_set_upcall() of sys/amd64/amd64/vm_machdep.c, sys/sys/cpuset.h,
 * sys/amd64/include/sysarch.h.
 */
#ifndef FREEBSD_THREAD_BPF_H
#define FREEBSD_THREAD_BPF_H

/* struct thr_param */
struct fbsd_thr_param {
	u64 start, arg;
	u64 stack_base, stack_size;
	u64 tls_base, tls_size;
	u64 child_tid, parent_tid;
	u32 flags;
	u32 pad;
	u64 rtp;
	u64 spare[3];
};

_Static_assert(sizeof(struct fbsd_thr_param) == 104, "thr_param");

/* struct rtprio */
struct fbsd_rtprio {
	u16 type;
	u16 prio;
};

/* call->data of thr_new: registers of the new thread. */
enum {
	FBSD_THR_IP,
	FBSD_THR_DI,
	FBSD_THR_SP,
};

/* A real time priority from the start is not to be had by clone. */
static __always_inline int fbsd_thr_check_rtp(u64 from)
{
	struct fbsd_rtprio rtp;

	if (!from)
		return 0;
	if (fbsd_get(&rtp, sizeof(rtp), from))
		return -EFAULT;
	switch (rtp.type) {
	case FBSD_RTP_PRIO_NORMAL:
		return 0;
	case FBSD_RTP_PRIO_REALTIME:
	case FBSD_RTP_PRIO_FIFO:
		return -EPERM;
	default:
		return -EINVAL;
	}
}

/* The kernel will store 32 bits of a thread's number where a long is wanted. */
static __always_inline int
fbsd_thr_clear_tids(const struct fbsd_thr_param *param)
{
	if (param->child_tid && fbsd_put64(param->child_tid, 0))
		return -EFAULT;
	if (param->parent_tid && fbsd_put64(param->parent_tid, 0))
		return -EFAULT;
	return 0;
}

/* (param, size) */
__noinline int fbsd_thr_new(struct abimux_call *call __arg_trusted)
{
	struct fbsd_thr_param param = {};
	u64 flags = LINUX_CLONE_AS_THREAD, sp, size = (u32)call->args[1];
	int err;

	if (size > sizeof(param))
		return abimux_done(call, -EINVAL);
	if (bpf_copy_from_user(&param, size, (void *)call->args[0]))
		return abimux_done(call, -EFAULT);
	err = fbsd_thr_check_rtp(param.rtp) ?: fbsd_thr_clear_tids(&param);
	if (err)
		return abimux_done(call, err);
	if (param.parent_tid)
		flags |= LINUX_CLONE_PARENT_SETTID;
	if (param.child_tid)
		flags |= LINUX_CLONE_CHILD_SETTID;
	sp = ((param.stack_base + param.stack_size) & ~0xfUL) - 8;
	call->data[FBSD_THR_IP] = param.start;
	call->data[FBSD_THR_DI] = param.arg;
	call->data[FBSD_THR_SP] = sp;
	fbsd_args(call, flags, sp, param.parent_tid, param.child_tid,
		  param.tls_base, 0);
	return FBSD_RUN_LEAVE;
}

/* In the new thread: as cpu_copy_thread() and cpu_set_upcall() leave it. */
static __always_inline int fbsd_thr_start(struct abimux_call *call)
{
	struct abimux_regs regs;

	abimux_get_regs(call, &regs);
	regs.ax = 0;
	regs.dx = 1;
	regs.bp = 0;
	regs.flags &= ~1UL;
	regs.ip = call->data[FBSD_THR_IP];
	regs.di = call->data[FBSD_THR_DI];
	regs.sp = call->data[FBSD_THR_SP];
	return abimux_done(call, abimux_set_regs(call, &regs));
}

__noinline int fbsd_thr_new_leave(struct abimux_call *call __arg_trusted)
{
	if (call->child)
		return fbsd_thr_start(call);
	return abimux_done(call, call->ret > 0 ? 0 : call->ret);
}

/* (id) */
static __always_inline int fbsd_thr_self(struct abimux_call *call)
{
	call->data[0] = call->args[0];
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_thr_self_leave(struct abimux_call *call __arg_trusted)
{
	return abimux_done(call, fbsd_put64(call->data[0], call->ret));
}

/* (state): where to say that the stack can be freed, and to wake who waits. */
__noinline int fbsd_thr_exit(struct abimux_call *call __arg_trusted)
{
	u64 state = call->args[0];
	s64 private;

	call->args[0] = 0;
	if (!state || fbsd_put64(state, 1))
		return FBSD_RUN;
	private = fbsd_umtx_private(state);
	if (private < 0)
		return FBSD_RUN;
	call->native = LINUX_NR_FUTEX;
	fbsd_args(call, state, LINUX_FUTEX_WAKE | private, LINUX_INT_MAX, 0, 0,
		  0);
	return FBSD_RUN_LEAVE;
}

static __always_inline int fbsd_thr_exit_leave(struct abimux_call *call)
{
	call->native = LINUX_NR_EXIT;
	call->args[0] = 0;
	return FBSD_RUN;
}

/* (id, name): another's name cannot be set here. */
__noinline int fbsd_thr_set_name(struct abimux_call *call __arg_trusted)
{
	if (call->args[0] != fbsd_tid())
		return ABIMUX_MISSING;
	fbsd_args(call, LINUX_PR_SET_NAME, call->args[1], 0, 0, 0, 0);
	return FBSD_RUN;
}

static __always_inline int fbsd_cpuset_check(struct abimux_call *call)
{
	if (call->args[3] != FBSD_CPUSET_SIZE)
		return -ERANGE;
	if ((u32)call->args[0] != FBSD_CPU_LEVEL_WHICH)
		return -EINVAL;
	if ((u32)call->args[1] != FBSD_CPU_WHICH_TID &&
	    (u32)call->args[1] != FBSD_CPU_WHICH_PID)
		return -EINVAL;
	return 0;
}

/* (level, which, id, size, mask) */
__noinline int fbsd_cpuset_getaffinity(struct abimux_call *call __arg_trusted)
{
	u64 id = call->args[2], mask = call->args[4],
	    clear[FBSD_CPUSET_SIZE / 8] = {};
	int err = fbsd_cpuset_check(call);

	if (!err)
		err = fbsd_put(mask, clear, sizeof(clear));
	if (err)
		return abimux_done(call, err);
	fbsd_args(call, id == -1UL ? 0 : id, FBSD_CPUSET_SIZE, mask, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* Not how many bytes there were. */
static __always_inline int fbsd_cpuset_leave(struct abimux_call *call)
{
	return abimux_done(call, call->ret > 0 ? 0 : call->ret);
}

__noinline int fbsd_cpuset_setaffinity(struct abimux_call *call __arg_trusted)
{
	u64 id = call->args[2], mask = call->args[4];
	int err = fbsd_cpuset_check(call);

	if (err)
		return abimux_done(call, err);
	fbsd_args(call, id == -1UL ? 0 : id, FBSD_CPUSET_SIZE, mask, 0, 0, 0);
	return FBSD_RUN;
}

/* (cpu, node, cache) natively; here the result is the number. */
static __always_inline int fbsd_sched_getcpu(struct abimux_call *call)
{
	u64 scratch = abimux_scratch(call);

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	fbsd_args(call, scratch, 0, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_sched_getcpu_leave(struct abimux_call *call __arg_trusted)
{
	u32 cpu;

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_get(&cpu, sizeof(cpu), call->args[0]))
		return abimux_done(call, -EFAULT);
	return abimux_done(call, cpu);
}

static __always_inline int fbsd_sysarch_set(struct abimux_call *call, u64 what)
{
	u64 base;

	if (fbsd_get(&base, sizeof(base), call->args[1]))
		return abimux_done(call, -EFAULT);
	if (base >= FBSD_USER_END)
		return abimux_done(call, -EINVAL);
	fbsd_args(call, what, base, 0, 0, 0, 0);
	return FBSD_RUN;
}

/* (op, parms): a base is passed by address, to get it and to set it. */
__noinline int fbsd_sysarch(struct abimux_call *call __arg_trusted)
{
	switch ((u32)call->args[0]) {
	case FBSD_AMD64_SET_FSBASE:
		return fbsd_sysarch_set(call, LINUX_ARCH_SET_FS);
	case FBSD_AMD64_SET_GSBASE:
		return fbsd_sysarch_set(call, LINUX_ARCH_SET_GS);
	case FBSD_AMD64_GET_FSBASE:
		call->args[0] = LINUX_ARCH_GET_FS;
		return FBSD_RUN;
	case FBSD_AMD64_GET_GSBASE:
		call->args[0] = LINUX_ARCH_GET_GS;
		return FBSD_RUN;
	default:
		return abimux_done(call, -EINVAL);
	}
}

#endif /* FREEBSD_THREAD_BPF_H */
