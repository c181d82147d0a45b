/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: calls about signals. From sys/sys/signal.h, sys/kern/kern_sig.c.
 */
#ifndef FREEBSD_SIGNAL_BPF_H
#define FREEBSD_SIGNAL_BPF_H

#define FBSD_SIGSET_SIZE sizeof(struct fbsd_sigset)
#define LINUX_SIGSET_SIZE sizeof(u64)

struct fbsd_sigaction {
	u64 handler;
	u32 flags;
	u32 mask[4];
	u32 pad;
};

struct fbsd_stack {
	u64 sp;
	u64 size;
	u32 flags;
	u32 pad;
};

/* What the native calls take. */
struct linux_sigaction {
	u64 handler;
	u64 flags;
	u64 restorer;
	u64 mask;
};

struct linux_stack {
	u64 sp;
	u32 flags;
	u32 pad;
	u64 size;
};

/* Two of a native structure in scratch memory: what goes in, what comes out. */
struct linux_sigactions {
	struct linux_sigaction new, old;
};

struct linux_stacks {
	struct linux_stack new, old;
};

static __always_inline u64 fbsd_sa_flags_in(u64 flags)
{
	return fbsd_bits(flags, FBSD_SA_ONSTACK, LINUX_SA_ONSTACK) |
	       fbsd_bits(flags, FBSD_SA_RESTART, LINUX_SA_RESTART) |
	       fbsd_bits(flags, FBSD_SA_RESETHAND, LINUX_SA_RESETHAND) |
	       fbsd_bits(flags, FBSD_SA_NOCLDSTOP, LINUX_SA_NOCLDSTOP) |
	       fbsd_bits(flags, FBSD_SA_NODEFER, LINUX_SA_NODEFER) |
	       fbsd_bits(flags, FBSD_SA_NOCLDWAIT, LINUX_SA_NOCLDWAIT) |
	       fbsd_bits(flags, FBSD_SA_SIGINFO, LINUX_SA_SIGINFO);
}

static __always_inline u32 fbsd_sa_flags_out(u64 flags)
{
	return fbsd_bits(flags, LINUX_SA_ONSTACK, FBSD_SA_ONSTACK) |
	       fbsd_bits(flags, LINUX_SA_RESTART, FBSD_SA_RESTART) |
	       fbsd_bits(flags, LINUX_SA_RESETHAND, FBSD_SA_RESETHAND) |
	       fbsd_bits(flags, LINUX_SA_NOCLDSTOP, FBSD_SA_NOCLDSTOP) |
	       fbsd_bits(flags, LINUX_SA_NODEFER, FBSD_SA_NODEFER) |
	       fbsd_bits(flags, LINUX_SA_NOCLDWAIT, FBSD_SA_NOCLDWAIT) |
	       fbsd_bits(flags, LINUX_SA_SIGINFO, FBSD_SA_SIGINFO);
}

/* Read what the program wants done about a signal; write it as Linux wants it. */
static __always_inline int fbsd_sigaction_in(struct abimux_call *call, u64 from,
					     u64 to, u32 sig)
{
	struct fbsd_sigaction act;
	struct linux_sigaction native;
	struct fbsd_sigset set;

	if (fbsd_get(&act, sizeof(act), from))
		return -EFAULT;
	if ((sig == FBSD_SIGKILL || sig == FBSD_SIGSTOP) && act.handler)
		return -EINVAL;
	if (act.handler > 1 && (act.flags & ~FBSD_SA_ALL))
		return -EINVAL;
	set.low = act.mask[0] | (u64)act.mask[1] << 32;
	set.high = act.mask[2] | (u64)act.mask[3] << 32;
	native.handler = act.handler;
	native.flags = fbsd_sa_flags_in(act.flags) | LINUX_SA_RESTORER;
	native.restorer = call->task[FBSD_TASK_TRAMPOLINE];
	native.mask = fbsd_sigset_in(&set);
	return fbsd_put(to, &native, sizeof(native));
}

/* (sig, act, oact) */
__noinline int fbsd_sigaction(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call), act = call->args[1],
	    old = call->args[2];
	u32 sig = call->args[0], native = fbsd_sig_in(sig);
	int err;

	if (!native || !scratch)
		return abimux_done(call, native ? -ENOMEM : -EINVAL);
	err = act ? fbsd_sigaction_in(call, act, scratch, sig) : 0;
	if (err)
		return abimux_done(call, err);
	/* To set what is so for ever is no error here. */
	if (sig == FBSD_SIGKILL || sig == FBSD_SIGSTOP)
		act = 0;
	call->data[0] = old;
	fbsd_args(call, native, act ? scratch : 0,
		  old ? scratch + sizeof(struct linux_sigaction) : 0,
		  LINUX_SIGSET_SIZE, 0, 0);
	return old ? FBSD_RUN_LEAVE : FBSD_RUN;
}

__noinline int fbsd_sigaction_leave(struct abimux_call *call __arg_trusted)
{
	struct linux_sigaction native;
	struct fbsd_sigaction act = {};
	struct fbsd_sigset set;

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_get(&native, sizeof(native), call->args[2]))
		return abimux_done(call, -EFAULT);
	fbsd_sigset_out(&set, native.mask);
	act.handler = native.handler;
	act.flags = fbsd_sa_flags_out(native.flags);
	act.mask[0] = set.low;
	act.mask[1] = set.low >> 32;
	act.mask[2] = set.high;
	act.mask[3] = set.high >> 32;
	return abimux_done(call, fbsd_put(call->data[0], &act, sizeof(act)));
}

/* Copy a set of the program's to @to as Linux's. */
static __always_inline int fbsd_copy_sigset(u64 from, u64 to)
{
	struct fbsd_sigset set;

	if (fbsd_get(&set, sizeof(set), from))
		return -EFAULT;
	return fbsd_put64(to, fbsd_sigset_in(&set));
}

/* (how, set, oset): how is 1, 2, 3 and not 0, 1, 2. */
__noinline int fbsd_sigprocmask(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call), set = call->args[1],
	    old = call->args[2];

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (set && (u32)call->args[0] - 1 > 2)
		return abimux_done(call, -EINVAL);
	if (set && fbsd_copy_sigset(set, scratch))
		return abimux_done(call, -EFAULT);
	call->data[0] = old;
	fbsd_args(call, (u32)call->args[0] - 1, set ? scratch : 0,
		  old ? scratch + 8 : 0, LINUX_SIGSET_SIZE, 0, 0);
	return old ? FBSD_RUN_LEAVE : FBSD_RUN;
}

/* A set that the native call wrote at args[2] or args[0] goes to data[0]. */
static __always_inline int fbsd_return_sigset(struct abimux_call *call,
					      u64 from)
{
	struct fbsd_sigset set;
	u64 mask;

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_get(&mask, sizeof(mask), from))
		return abimux_done(call, -EFAULT);
	fbsd_sigset_out(&set, mask);
	return abimux_done(call, fbsd_put(call->data[0], &set, sizeof(set)));
}

__noinline int fbsd_sigprocmask_leave(struct abimux_call *call __arg_trusted)
{
	return fbsd_return_sigset(call, call->args[2]);
}

/* (set) */
static __always_inline int fbsd_sigpending(struct abimux_call *call)
{
	u64 scratch = abimux_scratch(call);

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	call->data[0] = call->args[0];
	fbsd_args(call, scratch, LINUX_SIGSET_SIZE, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_sigpending_leave(struct abimux_call *call __arg_trusted)
{
	return fbsd_return_sigset(call, call->args[0]);
}

/* (set) */
__noinline int fbsd_sigsuspend(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call);

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (fbsd_copy_sigset(call->args[0], scratch))
		return abimux_done(call, -EFAULT);
	fbsd_args(call, scratch, LINUX_SIGSET_SIZE, 0, 0, 0, 0);
	return FBSD_RUN;
}

static __always_inline int fbsd_stack_in(u64 from, u64 to)
{
	struct linux_stack native = {};
	struct fbsd_stack stack;

	if (fbsd_get(&stack, sizeof(stack), from))
		return -EFAULT;
	if (stack.flags & ~FBSD_SS_DISABLE)
		return -EINVAL;
	if (!(stack.flags & FBSD_SS_DISABLE) && stack.size < FBSD_MINSIGSTKSZ)
		return -ENOMEM;
	native.sp = stack.sp;
	native.size = stack.size;
	native.flags =
		fbsd_bits(stack.flags, FBSD_SS_DISABLE, LINUX_SS_DISABLE);
	return fbsd_put(to, &native, sizeof(native));
}

/* (ss, oss) */
__noinline int fbsd_sigaltstack(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call), stack = call->args[0],
	    old = call->args[1];
	int err;

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	err = stack ? fbsd_stack_in(stack, scratch) : 0;
	if (err)
		return abimux_done(call, err);
	call->data[0] = old;
	fbsd_args(call, stack ? scratch : 0,
		  old ? scratch + sizeof(struct linux_stack) : 0, 0, 0, 0, 0);
	return old ? FBSD_RUN_LEAVE : FBSD_RUN;
}

static __always_inline u32 fbsd_ss_flags(u32 flags)
{
	return (flags & FBSD_SS_ONSTACK) |
	       fbsd_bits(flags, LINUX_SS_DISABLE, FBSD_SS_DISABLE);
}

__noinline int fbsd_sigaltstack_leave(struct abimux_call *call __arg_trusted)
{
	struct fbsd_stack stack = {};
	struct linux_stack native;

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_get(&native, sizeof(native), call->args[1]))
		return abimux_done(call, -EFAULT);
	stack.sp = native.sp;
	stack.size = native.size;
	stack.flags = fbsd_ss_flags(native.flags);
	return abimux_done(call,
			   fbsd_put(call->data[0], &stack, sizeof(stack)));
}

/* (pid, sig) */
static __always_inline int fbsd_kill(struct abimux_call *call)
{
	u32 sig = call->args[1], native = fbsd_sig_in(sig);

	if (sig && !native)
		return abimux_done(call, -EINVAL);
	call->args[1] = native;
	return FBSD_RUN;
}

/* call->data of thr_kill and thr_kill2 when all threads are meant. */
enum {
	FBSD_KILL_PID,
	FBSD_KILL_LAST, /* the thread that has it already; 0 for one thread only */
	FBSD_KILL_SIG,
	FBSD_KILL_DONE,
};

static __always_inline int fbsd_kill_next(struct abimux_call *call)
{
	u32 pid = call->data[FBSD_KILL_PID];
	u32 next = fbsd_next_thread(pid, call->data[FBSD_KILL_LAST]);

	if (!next)
		return abimux_done(call,
				   call->data[FBSD_KILL_DONE] ? 0 : -ESRCH);
	call->data[FBSD_KILL_LAST] = next;
	fbsd_args(call, pid, next, call->data[FBSD_KILL_SIG], 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline int fbsd_kill_thread(struct abimux_call *call, u32 pid,
					    s64 thread, u32 sig)
{
	u32 native = fbsd_sig_in(sig);

	if (thread != -1 && (thread <= 0 || thread > 0x7fffffff))
		return abimux_done(call, -ESRCH);
	if (sig && !native)
		return abimux_done(call, -EINVAL);
	call->data[FBSD_KILL_PID] = pid;
	call->data[FBSD_KILL_LAST] = 0;
	call->data[FBSD_KILL_SIG] = native;
	call->data[FBSD_KILL_DONE] = 0;
	if (thread == -1)
		return fbsd_kill_next(call);
	fbsd_args(call, pid, thread, native, 0, 0, 0);
	return FBSD_RUN;
}

/* (id, sig): -1 is all threads but this one. */
__noinline int fbsd_thr_kill(struct abimux_call *call __arg_trusted)
{
	return fbsd_kill_thread(call, fbsd_pid(), call->args[0], call->args[1]);
}

/* (pid, id, sig) */
__noinline int fbsd_thr_kill2(struct abimux_call *call __arg_trusted)
{
	return fbsd_kill_thread(call, call->args[0], call->args[1],
				call->args[2]);
}

/* One of all threads got it, or had ended. */
__noinline int fbsd_thr_kill_leave(struct abimux_call *call __arg_trusted)
{
	if (call->ret < 0 && call->ret != -ESRCH)
		return abimux_done(call, call->ret);
	call->data[FBSD_KILL_DONE] |= !call->ret;
	return fbsd_kill_next(call);
}

/* struct siginfo as the native calls have it, as far as it matters here. */
struct linux_siginfo {
	s32 sig;
	s32 error;
	s32 code;
	s32 pad0;
	s32 pid;
	u32 uid;
	union {
		u64 value;
		s32 status;
	};
	u64 pad[12];
};

/* (pid, sig, value) */
__noinline int fbsd_sigqueue(struct abimux_call *call __arg_trusted)
{
	u32 sig = call->args[1], native = fbsd_sig_in(sig);
	u64 scratch = abimux_scratch(call);
	struct linux_siginfo info = {
		.sig = native,
		.code = LINUX_SI_QUEUE,
		.pid = fbsd_pid(),
		.uid = bpf_get_current_uid_gid(),
		.value = call->args[2],
	};

	if (sig && !native)
		return abimux_done(call, -EINVAL);
	if (!scratch || fbsd_put(scratch, &info, sizeof(info)))
		return abimux_done(call, -ENOMEM);
	fbsd_args(call, (s64)(s32)call->args[0], native, scratch, 0, 0, 0);
	return FBSD_RUN;
}

/* struct siginfo, 80 bytes, sys/sys/signal.h */
struct fbsd_siginfo {
	s32 sig;
	s32 error;
	s32 code;
	s32 pid;
	u32 uid;
	s32 status;
	u64 addr;
	u64 value;
	union {
		s32 trapno;
		s32 timer;
		s64 band;
	};
	u64 pad[4];
};

/* call->data of sigtimedwait, sigwaitinfo and sigwait. */
enum {
	FBSD_SIGWAIT_INFO, /* where to store what came */
	FBSD_SIGWAIT_MASK, /* the set was copied to here */
};

static __always_inline int fbsd_sigwait_for(struct abimux_call *call,
					    u64 timeout)
{
	u64 scratch = abimux_scratch(call), info = call->args[1];

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (fbsd_copy_sigset(call->args[0], scratch))
		return abimux_done(call, -EFAULT);
	call->data[FBSD_SIGWAIT_INFO] = info;
	fbsd_args(call, scratch, scratch + 64, timeout, LINUX_SIGSET_SIZE, 0,
		  0);
	return FBSD_RUN_LEAVE;
}

/* (set, info, timeout) */
__noinline int fbsd_sigtimedwait(struct abimux_call *call __arg_trusted)
{
	return fbsd_sigwait_for(call, call->args[2]);
}

/* (set, info); sigwait is (set, &sig). */
__noinline int fbsd_sigwaitinfo(struct abimux_call *call __arg_trusted)
{
	return fbsd_sigwait_for(call, 0);
}

/* si_status: an exit status, or a signal. */
static __always_inline s32 fbsd_child_status(s32 code, s32 status)
{
	return code == FBSD_CLD_EXITED ? status : fbsd_sig_out(status);
}

static __always_inline void fbsd_siginfo_from(struct fbsd_siginfo *to,
					      const struct linux_siginfo *from)
{
	to->sig = fbsd_sig_out(from->sig);
	to->error = from->error;
	to->code = fbsd_si_code(from->code);
	to->pid = from->pid;
	to->uid = from->uid;
	if (from->sig == LINUX_SIGCHLD)
		to->status = fbsd_child_status(from->code, from->status);
	else
		to->value = from->value;
}

__noinline int fbsd_sigtimedwait_leave(struct abimux_call *call __arg_trusted)
{
	struct linux_siginfo native;
	struct fbsd_siginfo info = {};
	u64 to = call->data[FBSD_SIGWAIT_INFO];

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_get(&native, sizeof(native), call->args[1]))
		return abimux_done(call, -EFAULT);
	fbsd_siginfo_from(&info, &native);
	if (to && fbsd_put(to, &info, sizeof(info)))
		return abimux_done(call, -EFAULT);
	return abimux_done(call, (u32)info.sig);
}

/* Tells its error as a result. */
__noinline int fbsd_sigwait_leave(struct abimux_call *call __arg_trusted)
{
	s64 ret = call->ret;

	if (ret < 0)
		return abimux_done(call, abimux_errno(call, -ret));
	if (fbsd_put32(call->data[FBSD_SIGWAIT_INFO], fbsd_sig_out(ret)))
		return abimux_done(call, EFAULT);
	return abimux_done(call, 0);
}

#endif /* FREEBSD_SIGNAL_BPF_H */
