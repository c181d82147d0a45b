/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: _umtx_op, on futexes. Constants from sys/sys/umtx.h, behaviour from
 * sys/kern/kern_umtx.c.
 */
#ifndef FREEBSD_UMTX_BPF_H
#define FREEBSD_UMTX_BPF_H

/* struct _umtx_time, sys/sys/_umtx.h */
struct fbsd_umtx_time {
	s64 sec;
	s64 nsec;
	u32 flags;
	u32 clock;
};

/*
 * A timeout with a flag to wait until a moment is for FUTEX_WAIT_BITSET; any
 * other is for FUTEX_WAIT, which takes the span of time from where it is.
 */
static __always_inline int fbsd_umtx_until(struct abimux_call *call, u64 size,
					   u64 timeout)
{
	struct fbsd_umtx_time time;
	u64 op = call->args[1];

	if (!timeout || size <= 2 * sizeof(u64))
		return 0;
	if (fbsd_get(&time, sizeof(time), timeout))
		return -EFAULT;
	if (!(time.flags & FBSD_UMTX_ABSTIME))
		return 0;
	switch (fbsd_clock(time.clock)) {
	case LINUX_CLOCK_REALTIME:
		op |= LINUX_FUTEX_CLOCK_REALTIME;
		break;
	case LINUX_CLOCK_MONOTONIC:
		break;
	default:
		return -EINVAL;
	}
	call->args[1] = op | LINUX_FUTEX_WAIT_BITSET;
	call->args[5] = LINUX_FUTEX_ALL;
	return 0;
}

static __always_inline int fbsd_umtx_wait(struct abimux_call *call, u64 private)
{
	u64 size = call->args[3], timeout = call->args[4];
	int err;

	call->args[1] = LINUX_FUTEX_WAIT | private;
	call->args[2] = (u32)call->args[2];
	call->args[3] = timeout;
	call->args[4] = 0;
	err = fbsd_umtx_until(call, size, timeout);
	if (err)
		return abimux_done(call, err);
	return FBSD_RUN_LEAVE;
}

/*
 * WAIT compares a long. A futex has 32 bits: the upper half is looked at before,
 * which is as good, for whoever changes it calls for a wake-up afterwards.
 */
static __always_inline int fbsd_umtx_wait_long(struct abimux_call *call)
{
	u64 value;

	if (fbsd_get(&value, sizeof(value), call->args[0]))
		return abimux_done(call, -EFAULT);
	if (value != call->args[2])
		return abimux_done(call, 0);
	return fbsd_umtx_wait(call, 0);
}

static __always_inline int fbsd_umtx_wake(struct abimux_call *call, u64 private)
{
	u64 count = call->args[2];

	call->args[1] = LINUX_FUTEX_WAKE | private;
	call->args[2] = count < 0x7fffffff ? count : 0x7fffffff;
	return FBSD_RUN_LEAVE;
}

/* (obj, op, val, uaddr1, uaddr2): uaddr1 is the size of what uaddr2 points to. */
__noinline int fbsd_umtx_op(struct abimux_call *call __arg_trusted)
{
	switch ((u32)call->args[1]) {
	case FBSD_UMTX_WAIT:
		return fbsd_umtx_wait_long(call);
	case FBSD_UMTX_WAIT_UINT:
		return fbsd_umtx_wait(call, 0);
	case FBSD_UMTX_WAIT_UINT_PRIVATE:
		return fbsd_umtx_wait(call, LINUX_FUTEX_PRIVATE);
	case FBSD_UMTX_WAKE:
		return fbsd_umtx_wake(call, 0);
	case FBSD_UMTX_WAKE_PRIVATE:
		return fbsd_umtx_wake(call, LINUX_FUTEX_PRIVATE);
	default:
		return (u32)call->args[1] > FBSD_UMTX_OP_MAX ?
			       abimux_done(call, -EINVAL) :
			       ABIMUX_MISSING;
	}
}

/* No count of the woken, and no error if the value had changed already. */
__noinline int fbsd_umtx_op_leave(struct abimux_call *call __arg_trusted)
{
	s64 ret = call->ret;

	return abimux_done(call, ret > 0 || ret == -EAGAIN ? 0 : ret);
}

#endif /* FREEBSD_UMTX_BPF_H */
