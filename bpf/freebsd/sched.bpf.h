/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: priorities. From sys/sys/{rtprio,priority,sched}.h, sys/kern/ksched.c,
 * sys/kern/kern_resource.c.
 *
 * Both systems have 32 priorities of real time and more, turned around in
 * struct rtprio: they become Linux's 1 to 32.
 */
#ifndef FREEBSD_SCHED_BPF_H
#define FREEBSD_SCHED_BPF_H

/* struct rtprio */
struct fbsd_rtprio {
	u16 type;
	u16 prio;
};

/* The start of struct sched_attr, include/uapi/linux/sched/types.h. */
struct linux_sched_attr {
	u32 size;
	u32 policy;
	u64 flags;
	s32 nice;
	u32 priority;
	u64 deadline[3];
};

/* FBSD_SCHED_STEP */
enum {
	FBSD_SCHED_STEP,
	FBSD_SCHED_TO, /* where to store what was asked for */
	FBSD_SCHED_PRIORITY, /* to be set */
};

enum {
	FBSD_SCHED_SET = 1,
	FBSD_SCHED_GET_PARAM,
	FBSD_SCHED_GET_POLICY,
	FBSD_SCHED_GET_RTP,
	FBSD_SCHED_SET_PARAM, /* of the policy that there is */
};

static __always_inline u32 fbsd_rtp_policy(u32 type)
{
	return type == FBSD_RTP_PRIO_FIFO ? LINUX_SCHED_FIFO : LINUX_SCHED_RR;
}

static __always_inline u32 fbsd_rtp_to_linux(u32 prio)
{
	return FBSD_RTP_PRIO_MAX + 1 - prio;
}

/* Of this namespace's root only, as far as the native calls let it. */
static __always_inline bool fbsd_may_set_priority(void)
{
	return !(u32)bpf_get_current_uid_gid();
}

static __always_inline int fbsd_sched_run(struct abimux_call *call, u64 pid,
					  u32 policy, u32 priority)
{
	u64 scratch = abimux_scratch(call);

	if (!scratch || fbsd_put32(scratch, priority))
		return abimux_done(call, -ENOMEM);
	call->data[FBSD_SCHED_STEP] = FBSD_SCHED_SET;
	call->native = LINUX_NR_SCHED_SETSCHEDULER;
	fbsd_args(call, pid, policy, scratch, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* Ask for policy and priority. */
static __always_inline int fbsd_sched_ask(struct abimux_call *call, u64 pid,
					  u32 step, u64 to)
{
	u64 scratch = abimux_scratch(call);

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	call->data[FBSD_SCHED_STEP] = step;
	call->data[FBSD_SCHED_TO] = to;
	call->native = LINUX_NR_SCHED_GETATTR;
	fbsd_args(call, pid, scratch, sizeof(struct linux_sched_attr), 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* Other programs share the processor: their priority is nobody's to choose. */
static __always_inline int fbsd_sched_apply(struct abimux_call *call, u64 pid,
					    u32 policy, s32 priority)
{
	switch (policy) {
	case FBSD_SCHED_OTHER:
		if (priority < 0 || priority > FBSD_PRIO_OTHER_MAX)
			return abimux_done(call, -EINVAL);
		return fbsd_sched_run(call, pid, LINUX_SCHED_OTHER, 0);
	case FBSD_SCHED_FIFO:
	case FBSD_SCHED_RR:
		if (priority < 0 || priority > FBSD_RTP_PRIO_MAX)
			return abimux_done(call, -EPERM);
		return fbsd_sched_run(call, pid,
				      policy == FBSD_SCHED_FIFO ?
					      LINUX_SCHED_FIFO :
					      LINUX_SCHED_RR,
				      priority + 1);
	default:
		return abimux_done(call, -EINVAL);
	}
}

/* (pid, policy, param) */
__noinline int fbsd_sched_setscheduler(struct abimux_call *call __arg_trusted)
{
	s32 priority;

	if (fbsd_get(&priority, sizeof(priority), call->args[2]))
		return abimux_done(call, -EFAULT);
	if (!fbsd_may_set_priority())
		return abimux_done(call, -EPERM);
	return fbsd_sched_apply(call, call->args[0], call->args[1], priority);
}

/* (pid, param) */
__noinline int fbsd_sched_setparam(struct abimux_call *call __arg_trusted)
{
	s32 priority;

	if (fbsd_get(&priority, sizeof(priority), call->args[1]))
		return abimux_done(call, -EFAULT);
	call->data[FBSD_SCHED_PRIORITY] = priority;
	return fbsd_sched_ask(call, call->args[0], FBSD_SCHED_SET_PARAM,
			      call->args[0]);
}

/* (pid, param), and (pid) */
__noinline int fbsd_sched_get(struct abimux_call *call __arg_trusted)
{
	u32 step = call->nr == FBSD_SCHED_GETPARAM ? FBSD_SCHED_GET_PARAM :
						     FBSD_SCHED_GET_POLICY;

	return fbsd_sched_ask(call, call->args[0], step, call->args[1]);
}

/* sched_get_priority_max, sched_get_priority_min: (policy) */
static __always_inline int fbsd_sched_limit(struct abimux_call *call)
{
	bool max = call->nr == FBSD_SCHED_GET_PRIORITY_MAX;

	switch ((u32)call->args[0]) {
	case FBSD_SCHED_OTHER:
		return abimux_done(call, max ? FBSD_PRIO_OTHER_MAX : 0);
	case FBSD_SCHED_FIFO:
	case FBSD_SCHED_RR:
		return abimux_done(call, max ? FBSD_RTP_PRIO_MAX : 0);
	default:
		return abimux_done(call, -EINVAL);
	}
}

/* Idle priorities are one only here, and would not be told back. */
static __always_inline int fbsd_rtprio_set(struct abimux_call *call, u64 id)
{
	struct fbsd_rtprio rtp;

	if (fbsd_get(&rtp, sizeof(rtp), call->args[2]))
		return abimux_done(call, -EFAULT);
	switch (rtp.type) {
	case FBSD_RTP_PRIO_NORMAL:
		if (rtp.prio > FBSD_PRIO_OTHER_MAX)
			return abimux_done(call, -EINVAL);
		return fbsd_sched_run(call, id, LINUX_SCHED_OTHER, 0);
	case FBSD_RTP_PRIO_REALTIME:
	case FBSD_RTP_PRIO_FIFO:
		if (!fbsd_may_set_priority())
			return abimux_done(call, -EPERM);
		if (rtp.prio > FBSD_RTP_PRIO_MAX)
			return abimux_done(call, -EINVAL);
		return fbsd_sched_run(call, id, fbsd_rtp_policy(rtp.type),
				      fbsd_rtp_to_linux(rtp.prio));
	case FBSD_RTP_PRIO_IDLE:
		return abimux_done(call, fbsd_may_set_priority() ? -EOPNOTSUPP :
								   -EPERM);
	default:
		return abimux_done(call, -EINVAL);
	}
}

/* rtprio_thread, of one's own threads, and rtprio: (function, id, rtp) */
__noinline int fbsd_rtprio(struct abimux_call *call __arg_trusted)
{
	u32 id = call->args[1], function = call->args[0];

	if (call->nr == FBSD_RTPRIO_THREAD && id && id != fbsd_tid() &&
	    fbsd_next_thread(fbsd_pid(), id - 1) != id)
		return abimux_done(call, -ESRCH);
	switch (function) {
	case FBSD_RTP_LOOKUP:
		return fbsd_sched_ask(call, id, FBSD_SCHED_GET_RTP,
				      call->args[2]);
	case FBSD_RTP_SET:
		return fbsd_rtprio_set(call, id);
	default:
		return abimux_done(call, -EINVAL);
	}
}

static __always_inline u32 fbsd_sched_policy(u32 policy)
{
	switch (policy) {
	case LINUX_SCHED_FIFO:
		return FBSD_SCHED_FIFO;
	case LINUX_SCHED_RR:
		return FBSD_SCHED_RR;
	default:
		return FBSD_SCHED_OTHER;
	}
}

/* What Linux has more of counts as the highest. */
static __always_inline u32
fbsd_sched_priority(const struct linux_sched_attr *attr)
{
	if (fbsd_sched_policy(attr->policy) == FBSD_SCHED_OTHER)
		return FBSD_PRIO_OTHER_MAX;
	return attr->priority > FBSD_RTP_PRIO_MAX ? FBSD_RTP_PRIO_MAX :
						    attr->priority - 1;
}

static __always_inline int
fbsd_sched_put_rtp(u64 to, const struct linux_sched_attr *attr)
{
	struct fbsd_rtprio rtp = { .type = FBSD_RTP_PRIO_NORMAL };
	u32 policy = fbsd_sched_policy(attr->policy);

	if (policy != FBSD_SCHED_OTHER) {
		rtp.type = policy == FBSD_SCHED_FIFO ? FBSD_RTP_PRIO_FIFO :
						       FBSD_RTP_PRIO_REALTIME;
		rtp.prio = FBSD_RTP_PRIO_MAX - fbsd_sched_priority(attr);
	}
	return fbsd_put(to, &rtp, sizeof(rtp));
}

__noinline int fbsd_sched_leave(struct abimux_call *call __arg_trusted)
{
	u64 to = call->data[FBSD_SCHED_TO], step = call->data[FBSD_SCHED_STEP];
	struct linux_sched_attr attr;

	if (call->ret < 0 || step == FBSD_SCHED_SET)
		return abimux_done(call, call->ret < 0 ? call->ret : 0);
	if (fbsd_get(&attr, sizeof(attr), call->args[1]))
		return abimux_done(call, -EFAULT);
	switch (step) {
	case FBSD_SCHED_GET_PARAM:
		return abimux_done(call,
				   fbsd_put32(to, fbsd_sched_priority(&attr)));
	case FBSD_SCHED_GET_RTP:
		return abimux_done(call, fbsd_sched_put_rtp(to, &attr));
	case FBSD_SCHED_SET_PARAM:
		return fbsd_sched_apply(call, to,
					fbsd_sched_policy(attr.policy),
					call->data[FBSD_SCHED_PRIORITY]);
	default:
		return abimux_done(call, fbsd_sched_policy(attr.policy));
	}
}

#endif /* FREEBSD_SCHED_BPF_H */
