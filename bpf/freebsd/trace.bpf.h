/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: ptrace, as far as it starts, stops and lets go a process. Requests from
 * sys/sys/ptrace.h. Registers and memory have structures and sizes of their own:
 * a request for those is EINVAL, as one is that a release does not know.
 */
#ifndef FREEBSD_TRACE_BPF_H
#define FREEBSD_TRACE_BPF_H

/* PT_CONTINUE, PT_STEP, PT_DETACH: from where it stopped, with a signal or none. */
static __always_inline int fbsd_ptrace_go(struct abimux_call *call, u64 native)
{
	u32 sig = call->args[3], native_sig = fbsd_sig_in(sig);

	if (call->args[2] != FBSD_PT_HERE || (sig && !native_sig))
		return abimux_done(call, -EINVAL);
	fbsd_args(call, native, call->args[1], 0, native_sig, 0, 0);
	return FBSD_RUN;
}

/* (request, pid, addr, data) */
__noinline int fbsd_ptrace(struct abimux_call *call __arg_trusted)
{
	switch ((u32)call->args[0]) {
	case FBSD_PT_TRACE_ME:
		fbsd_args(call, LINUX_PTRACE_TRACEME, 0, 0, 0, 0, 0);
		return FBSD_RUN;
	case FBSD_PT_CONTINUE:
		return fbsd_ptrace_go(call, LINUX_PTRACE_CONT);
	case FBSD_PT_STEP:
		return fbsd_ptrace_go(call, LINUX_PTRACE_SINGLESTEP);
	case FBSD_PT_DETACH:
		return fbsd_ptrace_go(call, LINUX_PTRACE_DETACH);
	case FBSD_PT_KILL:
		call->args[0] = LINUX_PTRACE_KILL;
		return FBSD_RUN;
	case FBSD_PT_ATTACH:
		fbsd_args(call, LINUX_PTRACE_ATTACH, call->args[1], 0, 0, 0, 0);
		return FBSD_RUN;
	default:
		return abimux_done(call, -EINVAL);
	}
}

#endif /* FREEBSD_TRACE_BPF_H */
