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

/* call->data of thr_new: registers of the new thread, and its priority. */
enum {
	FBSD_THR_IP,
	FBSD_THR_DI,
	FBSD_THR_SP,
	FBSD_THR_POLICY, /* Linux's, zero if it has its parent's */
	FBSD_THR_PRIORITY,
};

/* Only who may set priorities can start a thread with one of real time. */
static __always_inline int fbsd_thr_check_rtp(struct abimux_call *call,
					      u64 from)
{
	struct fbsd_rtprio rtp;

	call->data[FBSD_THR_POLICY] = 0;
	if (!from)
		return 0;
	if (fbsd_get(&rtp, sizeof(rtp), from))
		return -EFAULT;
	switch (rtp.type) {
	case FBSD_RTP_PRIO_NORMAL:
		return 0;
	case FBSD_RTP_PRIO_REALTIME:
	case FBSD_RTP_PRIO_FIFO:
		break;
	default:
		return -EINVAL;
	}
	if (!fbsd_may_set_priority())
		return -EPERM;
	if (rtp.prio > FBSD_RTP_PRIO_MAX)
		return -EINVAL;
	call->data[FBSD_THR_POLICY] = fbsd_rtp_policy(rtp.type);
	call->data[FBSD_THR_PRIORITY] = fbsd_rtp_to_linux(rtp.prio);
	return 0;
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
	err = fbsd_thr_check_rtp(call, param.rtp) ?:
						    fbsd_thr_clear_tids(&param);
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

/* In the new thread: its priority first, by a native call of its own. */
static __always_inline int fbsd_thr_prioritize(struct abimux_call *call)
{
	u64 scratch = abimux_scratch(call),
	    policy = call->data[FBSD_THR_POLICY];

	call->data[FBSD_THR_POLICY] = 0;
	if (!policy || !scratch ||
	    fbsd_put32(scratch, call->data[FBSD_THR_PRIORITY]))
		return fbsd_thr_start(call);
	call->native = LINUX_NR_SCHED_SETSCHEDULER;
	fbsd_args(call, 0, policy, scratch, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_thr_new_leave(struct abimux_call *call __arg_trusted)
{
	if (call->child)
		return fbsd_thr_prioritize(call);
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

/* The last thread does not end: it is told, and ends the process. */
static __always_inline int fbsd_thr_end(struct abimux_call *call)
{
	if (fbsd_last_thread())
		return abimux_done(call, 0);
	call->native = LINUX_NR_EXIT;
	call->args[0] = 0;
	return FBSD_RUN;
}

/* (state): where to say that the stack can be freed, and to wake who waits. */
__noinline int fbsd_thr_exit(struct abimux_call *call __arg_trusted)
{
	u64 state = call->args[0];
	s64 private;

	if (!state || fbsd_put64(state, 1))
		return fbsd_thr_end(call);
	private = fbsd_umtx_private(state);
	if (private < 0)
		return fbsd_thr_end(call);
	call->native = LINUX_NR_FUTEX;
	fbsd_args(call, state, LINUX_FUTEX_WAKE | private, LINUX_INT_MAX, 0, 0,
		  0);
	return FBSD_RUN_LEAVE;
}

static __always_inline int fbsd_thr_exit_leave(struct abimux_call *call)
{
	return fbsd_thr_end(call);
}

/* FBSD_NAME_STEP: a name of another thread is set by writing to a file. */
enum {
	FBSD_NAME_STEP, /* the native call that comes next */
	FBSD_NAME_FD,
	FBSD_NAME_RET,
};

#define FBSD_NAME_PATH 64 /* in scratch memory, behind the name */

/* The name, cut to what there is room for, in scratch memory: its length. */
static __always_inline s64 fbsd_name_get(u64 from, u64 to)
{
	char name[FBSD_MAXCOMLEN + 1] = {};
	long len = 1;

	if (from)
		len = bpf_copy_from_user_str(name, sizeof(name), (void *)from,
					     0);
	if (len < 0 || fbsd_put(to, name, sizeof(name)))
		return -EFAULT;
	return len - 1;
}

static __always_inline int fbsd_name_open(struct abimux_call *call, u64 scratch)
{
	u64 arg = call->args[0];
	char path[48];

	if (BPF_SNPRINTF(path, sizeof(path), "/proc/thread-self/../%d/comm",
			 arg) < 0)
		return abimux_done(call, -EINVAL);
	if (fbsd_put(scratch + FBSD_NAME_PATH, path, sizeof(path)))
		return abimux_done(call, -EFAULT);
	call->native = LINUX_NR_OPEN;
	call->data[FBSD_NAME_STEP] = LINUX_NR_OPEN;
	fbsd_args(call, scratch + FBSD_NAME_PATH,
		  LINUX_O_WRONLY | LINUX_O_CLOEXEC, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* (id, name) */
__noinline int fbsd_thr_set_name(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call);
	s64 len;

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	len = fbsd_name_get(call->args[1], scratch);
	if (len < 0)
		return abimux_done(call, len);
	call->data[FBSD_NAME_STEP] = 0;
	call->data[FBSD_NAME_RET] = len;
	if (call->args[0] != fbsd_tid())
		return fbsd_name_open(call, scratch);
	fbsd_args(call, LINUX_PR_SET_NAME, scratch, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline int fbsd_name_write(struct abimux_call *call)
{
	u64 len = call->data[FBSD_NAME_RET];

	if (call->ret < 0)
		return abimux_done(call,
				   call->ret == -ENOENT ? -ESRCH : call->ret);
	call->data[FBSD_NAME_FD] = call->ret;
	call->data[FBSD_NAME_STEP] = LINUX_NR_WRITE;
	call->native = LINUX_NR_WRITE;
	/* An empty name is a NUL: nothing written is nothing done. */
	fbsd_args(call, call->ret, abimux_scratch(call), len ?: 1, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_thr_set_name_leave(struct abimux_call *call __arg_trusted)
{
	switch (call->data[FBSD_NAME_STEP]) {
	case LINUX_NR_OPEN:
		return fbsd_name_write(call);
	case LINUX_NR_WRITE:
		call->data[FBSD_NAME_RET] = call->ret < 0 ? call->ret : 0;
		call->data[FBSD_NAME_STEP] = LINUX_NR_CLOSE;
		call->native = LINUX_NR_CLOSE;
		call->args[0] = call->data[FBSD_NAME_FD];
		return FBSD_RUN_LEAVE;
	case LINUX_NR_CLOSE:
		return abimux_done(call, call->data[FBSD_NAME_RET]);
	default:
		return abimux_done(call, call->ret);
	}
}

/* A set may be larger than there can be processors, to some extent. */
static __always_inline int fbsd_cpuset_check(struct abimux_call *call)
{
	if (call->args[3] < FBSD_CPUSET_SIZE || call->args[3] > FBSD_CPUSET_MAX)
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
	u64 id = call->args[2], mask = call->args[4], size = call->args[3],
	    clear[FBSD_CPUSET_MAX / 8] = {};
	int err = fbsd_cpuset_check(call);

	if (!err && size <= sizeof(clear))
		err = fbsd_put(mask, clear, size);
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

/* No processor that there cannot be. */
static __always_inline int fbsd_cpuset_rest(u64 mask, u64 size)
{
	u64 rest[FBSD_CPUSET_MAX / 8] = {};
	int i;

	if (size > sizeof(rest) || bpf_copy_from_user(rest, size, (void *)mask))
		return -EFAULT;
	for (i = FBSD_CPUSET_SIZE / 8; i < FBSD_CPUSET_MAX / 8; i++)
		if (rest[i])
			return -EINVAL;
	return 0;
}

__noinline int fbsd_cpuset_setaffinity(struct abimux_call *call __arg_trusted)
{
	u64 id = call->args[2], mask = call->args[4];
	int err = fbsd_cpuset_check(call);

	if (!err)
		err = fbsd_cpuset_rest(mask, call->args[3]);
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
