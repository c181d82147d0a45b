/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: procctl. Commands from sys/sys/procctl.h, behaviour from
 * sys/kern/kern_procctl.c. What Linux cannot do is EINVAL, as a command is that a
 * release does not know yet.
 */
#ifndef FREEBSD_PROCCTL_BPF_H
#define FREEBSD_PROCCTL_BPF_H

/* call->data of procctl. */
enum {
	FBSD_PROCCTL_COMMAND,
	FBSD_PROCCTL_DATA, /* where the answer goes */
};

static __always_inline int fbsd_prctl(struct abimux_call *call, u64 option,
				      u64 arg)
{
	fbsd_args(call, option, arg, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline int fbsd_procctl_deathsig(struct abimux_call *call,
						 u32 sig)
{
	u32 native = fbsd_sig_in(sig);

	if (sig && !native)
		return abimux_done(call, -EINVAL);
	return fbsd_prctl(call, LINUX_PR_SET_PDEATHSIG, native);
}

/* To be attached to, and to leave a core: two sides of the same in both. */
static __always_inline int fbsd_procctl_trace(struct abimux_call *call,
					      u32 what)
{
	if (what != FBSD_PROC_ENABLE && what != FBSD_PROC_DISABLE)
		return abimux_done(call, -EINVAL);
	return fbsd_prctl(call, LINUX_PR_SET_DUMPABLE,
			  what == FBSD_PROC_ENABLE);
}

static __always_inline int fbsd_procctl_privs(struct abimux_call *call,
					      u32 what)
{
	if (what != FBSD_PROC_ENABLE)
		return abimux_done(call, -EINVAL);
	return fbsd_prctl(call, LINUX_PR_SET_NO_NEW_PRIVS, 1);
}

static __always_inline int fbsd_procctl_reap(struct abimux_call *call, bool on)
{
	struct task_struct *task = fbsd_current();
	struct signal_struct *sig = task->signal;

	if (BPF_CORE_READ_BITFIELD_PROBED(sig, is_child_subreaper) == on)
		return abimux_done(call, on ? -EBUSY : -EINVAL);
	return fbsd_prctl(call, LINUX_PR_SET_CHILD_SUBREAPER, on);
}

/* Commands that read an int. */
static __always_inline int fbsd_procctl_set(struct abimux_call *call,
					    u32 command, u32 what)
{
	switch (command) {
	case FBSD_PROC_PDEATHSIG_CTL:
		return fbsd_procctl_deathsig(call, what);
	case FBSD_PROC_TRACE_CTL:
		return fbsd_procctl_trace(call, what);
	default:
		return fbsd_procctl_privs(call, what);
	}
}

/* (idtype, id, command, data): of the process itself. */
__noinline int fbsd_procctl(struct abimux_call *call __arg_trusted)
{
	u64 data = call->args[3], scratch = abimux_scratch(call);
	u32 id = call->args[1], command = call->args[2], what;

	if ((u32)call->args[0] != FBSD_P_PID || (id && id != fbsd_pid()))
		return abimux_done(call, -EINVAL);
	call->data[FBSD_PROCCTL_COMMAND] = command;
	call->data[FBSD_PROCCTL_DATA] = data;
	switch (command) {
	case FBSD_PROC_REAP_ACQUIRE:
		return fbsd_procctl_reap(call, true);
	case FBSD_PROC_REAP_RELEASE:
		return fbsd_procctl_reap(call, false);
	case FBSD_PROC_PDEATHSIG_CTL:
	case FBSD_PROC_TRACE_CTL:
	case FBSD_PROC_NO_NEW_PRIVS_CTL:
		if (fbsd_get(&what, sizeof(what), data))
			return abimux_done(call, -EFAULT);
		return fbsd_procctl_set(call, command, what);
	case FBSD_PROC_PDEATHSIG_STATUS:
		return scratch ? fbsd_prctl(call, LINUX_PR_GET_PDEATHSIG,
					    scratch) :
				 abimux_done(call, -ENOMEM);
	case FBSD_PROC_TRACE_STATUS:
		return fbsd_prctl(call, LINUX_PR_GET_DUMPABLE, 0);
	case FBSD_PROC_NO_NEW_PRIVS_STATUS:
		return fbsd_prctl(call, LINUX_PR_GET_NO_NEW_PRIVS, 0);
	default:
		return abimux_done(call, -EINVAL);
	}
}

/* -1: must not be traced; 0: is not; else by whom. */
static __always_inline s32 fbsd_procctl_tracer(s64 dumpable)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (dumpable != 1)
		return -1;
	return BPF_CORE_READ(task, ptrace) ?
		       (s32)BPF_CORE_READ(task, parent, tgid) :
		       0;
}

__noinline int fbsd_procctl_leave(struct abimux_call *call __arg_trusted)
{
	u64 to = call->data[FBSD_PROCCTL_DATA];
	u32 value;

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	switch (call->data[FBSD_PROCCTL_COMMAND]) {
	case FBSD_PROC_PDEATHSIG_STATUS:
		if (fbsd_get(&value, sizeof(value), call->args[1]))
			return abimux_done(call, -EFAULT);
		value = fbsd_sig_out(value);
		break;
	case FBSD_PROC_TRACE_STATUS:
		value = fbsd_procctl_tracer(call->ret);
		break;
	case FBSD_PROC_NO_NEW_PRIVS_STATUS:
		value = call->ret ? FBSD_PROC_ENABLE : FBSD_PROC_DISABLE;
		break;
	default:
		return abimux_done(call, 0);
	}
	return abimux_done(call, fbsd_put32(to, value));
}

#endif /* FREEBSD_PROCCTL_BPF_H */
