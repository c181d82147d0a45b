/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: processes and their limits. From sys/sys/wait.h,
 * sys/sys/resource.h, sys/kern/kern_exit.c.
 */
#ifndef FREEBSD_PROCESS_BPF_H
#define FREEBSD_PROCESS_BPF_H

/* A status says with which signal, and by which number that the child went on. */
static __always_inline u32 fbsd_status(u32 status)
{
	u32 low = status & 0x7f;

	if (status == LINUX_STATUS_CONTINUED)
		return FBSD_STATUS_CONTINUED;
	if ((status & 0xff) == FBSD_STATUS_STOPPED)
		return fbsd_sig_out((status >> 8) & 0xff) << 8 |
		       FBSD_STATUS_STOPPED;
	if (low)
		return fbsd_sig_out(low) | (status & FBSD_STATUS_CORE);
	return status;
}

static __always_inline u64 fbsd_wait_options(u64 options)
{
	return fbsd_bits(options, FBSD_WNOHANG, LINUX_WNOHANG) |
	       fbsd_bits(options, FBSD_WUNTRACED, LINUX_WSTOPPED) |
	       fbsd_bits(options, FBSD_WCONTINUED, LINUX_WCONTINUED);
}

/* (pid, status, options, rusage) */
static __always_inline int fbsd_wait4(struct abimux_call *call)
{
	u32 options = call->args[2];

	if (options & ~(FBSD_WNOHANG | FBSD_WUNTRACED | FBSD_WCONTINUED |
			FBSD_WEXITED | FBSD_WTRAPPED))
		return abimux_done(call, -EINVAL);
	call->args[2] = fbsd_wait_options(options);
	return call->args[1] ? FBSD_RUN_LEAVE : FBSD_RUN;
}

__noinline int fbsd_wait4_leave(struct abimux_call *call __arg_trusted)
{
	u64 to = call->args[1];
	u32 status;

	if (call->ret <= 0)
		return abimux_done(call, call->ret);
	if (fbsd_get(&status, sizeof(status), to) ||
	    fbsd_put32(to, fbsd_status(status)))
		return abimux_done(call, -EFAULT);
	return abimux_done(call, call->ret);
}

/* call->data of wait6. */
enum {
	FBSD_WAIT6_STATUS,
	FBSD_WAIT6_INFO,
	FBSD_WAIT6_USAGE, /* where struct __wrusage goes, or null */
	FBSD_WAIT6_WHICH,
	FBSD_WAIT6_ID,
	FBSD_WAIT6_OPTIONS,
	FBSD_WAIT6_LOOKED, /* the child is known, and not waited for yet */
};

static __always_inline s32 fbsd_wait6_which(u32 type)
{
	switch (type) {
	case FBSD_P_PID:
		return LINUX_P_PID;
	case FBSD_P_PGID:
		return LINUX_P_PGID;
	case FBSD_P_ALL:
		return LINUX_P_ALL;
	default:
		return -1;
	}
}

/* Look for a child, and leave it if there is more to learn about it. */
static __always_inline int fbsd_wait6_look(struct abimux_call *call)
{
	u64 options = call->data[FBSD_WAIT6_OPTIONS];

	call->data[FBSD_WAIT6_LOOKED] = 0;
	if (call->data[FBSD_WAIT6_USAGE])
		options |= LINUX_WNOWAIT;
	fbsd_args(call, call->data[FBSD_WAIT6_WHICH], call->data[FBSD_WAIT6_ID],
		  abimux_scratch(call), options, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* (idtype, id, status, options, wrusage, info) */
__noinline int fbsd_wait6(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call), options = (u32)call->args[3];
	s32 which = fbsd_wait6_which(call->args[0]);

	if (which < 0)
		return abimux_done(call, -EINVAL);
	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (options & ~(u64)(FBSD_WNOHANG | FBSD_WUNTRACED | FBSD_WCONTINUED |
			     FBSD_WNOWAIT | FBSD_WEXITED | FBSD_WTRAPPED))
		return abimux_done(call, -EINVAL);
	options = fbsd_wait_options(options) |
		  fbsd_bits(options, FBSD_WEXITED, LINUX_WEXITED) |
		  fbsd_bits(options, FBSD_WNOWAIT, LINUX_WNOWAIT);
	call->data[FBSD_WAIT6_STATUS] = call->args[2];
	call->data[FBSD_WAIT6_INFO] = call->args[5];
	call->data[FBSD_WAIT6_USAGE] = call->args[4];
	call->data[FBSD_WAIT6_WHICH] = which;
	call->data[FBSD_WAIT6_ID] = call->args[1];
	call->data[FBSD_WAIT6_OPTIONS] = options;
	return fbsd_wait6_look(call);
}

/* The child is there: read what goes with it, then wait for that one. */
static __always_inline int fbsd_wait6_take(struct abimux_call *call, u32 pid)
{
	u64 scratch = call->args[2];
	int err = fbsd_usage_children(scratch, pid);

	if (err == -ECHILD)
		return fbsd_wait6_look(call);
	if (err)
		return abimux_done(call, err);
	call->data[FBSD_WAIT6_LOOKED] = 1;
	fbsd_args(call, LINUX_P_PID, pid, scratch,
		  call->data[FBSD_WAIT6_OPTIONS], scratch + FBSD_USAGE_BOTH, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline u32 fbsd_info_status(s32 code, u32 status)
{
	switch (code) {
	case FBSD_CLD_EXITED:
		return (status & 0xff) << 8;
	case FBSD_CLD_KILLED:
		return fbsd_sig_out(status);
	case FBSD_CLD_DUMPED:
		return fbsd_sig_out(status) | FBSD_STATUS_CORE;
	case FBSD_CLD_CONTINUED:
		return FBSD_STATUS_CONTINUED;
	default:
		return fbsd_sig_out(status) << 8 | FBSD_STATUS_STOPPED;
	}
}

/* The status and the signal's structure, of a child if there was one. */
__noinline int fbsd_wait6_tell(struct abimux_call *call __arg_trusted)
{
	u64 status = call->data[FBSD_WAIT6_STATUS],
	    to = call->data[FBSD_WAIT6_INFO];
	struct linux_siginfo native;
	struct fbsd_siginfo info = {};

	if (fbsd_get(&native, sizeof(native), call->args[2]))
		return -EFAULT;
	if (native.pid && status &&
	    fbsd_put32(status, fbsd_info_status(native.code, native.status)))
		return -EFAULT;
	if (native.pid) {
		fbsd_siginfo_from(&info, &native);
		if (native.code != FBSD_CLD_EXITED)
			info.status = fbsd_sig_out(native.status);
	}
	if (to && fbsd_put(to, &info, sizeof(info)))
		return -EFAULT;
	return native.pid;
}

__noinline int fbsd_wait6_leave(struct abimux_call *call __arg_trusted)
{
	u64 usage = call->data[FBSD_WAIT6_USAGE];
	u32 pid;

	/* Another thread may have waited for it meanwhile. */
	if (call->ret == -ECHILD && call->data[FBSD_WAIT6_LOOKED])
		return fbsd_wait6_look(call);
	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_get(&pid, sizeof(pid),
		     call->args[2] + offsetof(struct linux_siginfo, pid)))
		return abimux_done(call, -EFAULT);
	if (pid && usage && !call->data[FBSD_WAIT6_LOOKED])
		return fbsd_wait6_take(call, pid);
	if (pid && usage && fbsd_usage_put(usage, call->args[2]))
		return abimux_done(call, -EFAULT);
	return abimux_done(call, fbsd_wait6_tell(call));
}

struct fbsd_rlimit {
	u64 cur, max;
};

/* From SBSIZE on, but for VMEM (AS), Linux has no such limits. */
/* clang-format off */
static const s8 fbsd_rlimits[FBSD_RLIM_NLIMITS] = {
	0, 1, 2, 3, 4, 5, 8, 6, 7, -1, 9, -1, -1, -1, -1,
};

/* clang-format on */

static __always_inline u64 fbsd_rlim_out(u64 value)
{
	return value < FBSD_RLIM_INFINITY ? value : FBSD_RLIM_INFINITY;
}

static __always_inline u64 fbsd_rlim_in(u64 value)
{
	return value < FBSD_RLIM_INFINITY ? value : LINUX_RLIM_INFINITY;
}

/* (which, rlp): a limit that there is not is none. */
__noinline int fbsd_getrlimit(struct abimux_call *call __arg_trusted)
{
	struct fbsd_rlimit none = { FBSD_RLIM_INFINITY, FBSD_RLIM_INFINITY };
	u64 which = (u32)call->args[0], to = call->args[1];

	if (which >= FBSD_RLIM_NLIMITS)
		return abimux_done(call, -EINVAL);
	if (fbsd_rlimits[which] < 0)
		return abimux_done(call, fbsd_put(to, &none, sizeof(none)));
	call->args[0] = fbsd_rlimits[which];
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_getrlimit_leave(struct abimux_call *call __arg_trusted)
{
	u64 to = call->args[1];
	struct fbsd_rlimit limit;

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_get(&limit, sizeof(limit), to))
		return abimux_done(call, -EFAULT);
	limit.cur = fbsd_rlim_out(limit.cur);
	limit.max = fbsd_rlim_out(limit.max);
	return abimux_done(call, fbsd_put(to, &limit, sizeof(limit)));
}

/* (which, rlp): a limit that could not be kept cannot be set. */
__noinline int fbsd_setrlimit(struct abimux_call *call __arg_trusted)
{
	u64 which = (u32)call->args[0], scratch = abimux_scratch(call);
	struct fbsd_rlimit limit;

	if (which >= FBSD_RLIM_NLIMITS)
		return abimux_done(call, -EINVAL);
	if (fbsd_get(&limit, sizeof(limit), call->args[1]))
		return abimux_done(call, -EFAULT);
	if (fbsd_rlimits[which] < 0 && limit.cur < FBSD_RLIM_INFINITY)
		return abimux_done(call, -EOPNOTSUPP);
	if (fbsd_rlimits[which] < 0)
		return abimux_done(call, 0);
	limit.cur = fbsd_rlim_in(limit.cur);
	limit.max = fbsd_rlim_in(limit.max);
	if (!scratch || fbsd_put(scratch, &limit, sizeof(limit)))
		return abimux_done(call, -ENOMEM);
	call->args[0] = fbsd_rlimits[which];
	call->args[1] = scratch;
	return FBSD_RUN;
}

static __always_inline int fbsd_getdtablesize(struct abimux_call *call)
{
	u64 scratch = abimux_scratch(call);

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	fbsd_args(call, LINUX_RLIMIT_NOFILE, scratch, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_getdtablesize_leave(struct abimux_call *call __arg_trusted)
{
	u64 limit;

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_get(&limit, sizeof(limit), call->args[1]))
		return abimux_done(call, -EFAULT);
	return abimux_done(call, limit < 0x7fffffff ? limit : 0x7fffffff);
}

/*
 * (which, who): the native call answers 20 - n, never below zero; here it is n,
 * which can be: such a result goes to the registers past all that takes it for an
 * error.
 */
__noinline int fbsd_getpriority_leave(struct abimux_call *call __arg_trusted)
{
	s64 value = 20 - call->ret;
	struct abimux_regs regs;

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (value >= 0)
		return abimux_done(call, value);
	abimux_get_regs(call, &regs);
	regs.ax = value;
	regs.dx = 0;
	regs.flags &= ~1UL;
	return abimux_done(call, abimux_set_regs(call, &regs));
}

#endif /* FREEBSD_PROCESS_BPF_H */
