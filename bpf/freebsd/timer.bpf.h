/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: interval timers, timers and counters that are descriptors, and setting
 * the clock. From sys/kern/kern_time.c, sys/kern/sys_timerfd.c, sys/sys/specialfd.h.
 */
#ifndef FREEBSD_TIMER_BPF_H
#define FREEBSD_TIMER_BPF_H

/* Up to what is read of it: sys/sys/signal.h. */
struct fbsd_sigevent {
	s32 notify;
	s32 sig;
	u64 value;
	s32 tid;
	s32 pad;
};

struct linux_sigevent {
	u64 value;
	s32 sig;
	s32 notify;
	s32 tid;
	s32 pad[11];
};

_Static_assert(sizeof(struct linux_sigevent) == 64, "sigevent");

static __always_inline int fbsd_sigevent_in(u64 from, u64 to)
{
	struct linux_sigevent native = {};
	struct fbsd_sigevent event;

	if (fbsd_get(&event, sizeof(event), from))
		return -EFAULT;
	native.value = event.value;
	native.sig = fbsd_sig_in(event.sig);
	native.tid = event.tid;
	switch (event.notify) {
	case FBSD_SIGEV_NONE:
		native.notify = LINUX_SIGEV_NONE;
		native.sig = 0;
		break;
	case FBSD_SIGEV_SIGNAL:
		native.notify = LINUX_SIGEV_SIGNAL;
		break;
	case FBSD_SIGEV_THREAD_ID:
		native.notify = LINUX_SIGEV_THREAD_ID;
		break;
	default:
		return -EINVAL;
	}
	if (native.notify != LINUX_SIGEV_NONE && !native.sig)
		return -EINVAL;
	return fbsd_put(to, &native, sizeof(native));
}

/* (clock, event, id) */
__noinline int fbsd_ktimer_create(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call), event = call->args[1];
	s32 clock = fbsd_clock(call->args[0]);
	int err = 0;

	if (clock == FBSD_NO_CLOCK)
		return abimux_done(call, -EINVAL);
	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (event)
		err = fbsd_sigevent_in(event, scratch);
	if (err)
		return abimux_done(call, err);
	call->args[0] = clock;
	call->args[1] = event ? scratch : 0;
	return FBSD_RUN;
}

/* (clock, flags) */
__noinline int fbsd_timerfd_create(struct abimux_call *call __arg_trusted)
{
	s32 clock = fbsd_clock(call->args[0]);
	u64 flags = (u32)call->args[1];

	if (clock == FBSD_NO_CLOCK ||
	    (flags & ~(u64)(FBSD_O_CLOEXEC | FBSD_O_NONBLOCK)))
		return abimux_done(call, -EINVAL);
	call->args[0] = clock;
	call->args[1] = fbsd_open_flags(flags);
	return FBSD_RUN;
}

struct fbsd_eventfd {
	u32 initial;
	u32 flags;
};

/* (type, request, size): an eventfd is the one there is. */
__noinline int fbsd_specialfd(struct abimux_call *call __arg_trusted)
{
	struct fbsd_eventfd request;

	if ((u32)call->args[0] != FBSD_SPECIALFD_EVENTFD ||
	    call->args[2] != sizeof(request))
		return abimux_done(call, -EINVAL);
	if (fbsd_get(&request, sizeof(request), call->args[1]))
		return abimux_done(call, -EFAULT);
	if (request.flags &
	    ~(FBSD_EFD_SEMAPHORE | FBSD_O_CLOEXEC | FBSD_O_NONBLOCK))
		return abimux_done(call, -EINVAL);
	fbsd_args(call, request.initial,
		  fbsd_open_flags(request.flags & ~FBSD_EFD_SEMAPHORE) |
			  (request.flags & FBSD_EFD_SEMAPHORE),
		  0, 0, 0, 0);
	return FBSD_RUN;
}

/* The start of struct timex: what is to be done, and by how much. */
struct linux_timex {
	u32 modes;
	u32 pad;
	s64 offset;
	u64 rest[24];
};

_Static_assert(sizeof(struct linux_timex) == 208, "timex");

struct fbsd_timeval {
	s64 sec;
	s64 usec;
};

/* (delta, old): the clock goes faster or slower until it is so much further. */
__noinline int fbsd_adjtime(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call), delta = call->args[0];
	struct linux_timex native = { .modes = LINUX_ADJ_OFFSET_SS_READ };
	struct fbsd_timeval time;

	if (delta) {
		if (fbsd_get(&time, sizeof(time), delta))
			return abimux_done(call, -EFAULT);
		native.modes = LINUX_ADJ_OFFSET_SINGLESHOT;
		native.offset = time.sec * 1000000 + time.usec;
	}
	if (!scratch || fbsd_put(scratch, &native, sizeof(native)))
		return abimux_done(call, -ENOMEM);
	call->data[0] = call->args[1];
	call->args[0] = scratch;
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_adjtime_leave(struct abimux_call *call __arg_trusted)
{
	struct fbsd_timeval time;
	u64 to = call->data[0];
	s64 left;

	if (call->ret < 0 || !to)
		return abimux_done(call, call->ret < 0 ? call->ret : 0);
	if (fbsd_get(&left, sizeof(left),
		     call->args[0] + offsetof(struct linux_timex, offset)))
		return abimux_done(call, -EFAULT);
	time.sec = (u64)(left < 0 ? -left : left) / 1000000;
	time.usec = (u64)(left < 0 ? -left : left) % 1000000;
	if (left < 0) {
		time.sec = -time.sec;
		time.usec = -time.usec;
	}
	return abimux_done(call, fbsd_put(to, &time, sizeof(time)));
}

/* (id, which, clock) */
__noinline int fbsd_getcpuclockid(struct abimux_call *call __arg_trusted)
{
	u64 id = call->args[0], to = call->args[2];
	u32 which = call->args[1];

	if (which > 1 || id > FBSD_CPUCLOCK_ID)
		return abimux_done(call, -EINVAL);
	if (!id)
		id = which ? fbsd_tid() : fbsd_pid();
	return abimux_done(
		call,
		fbsd_put32(to, FBSD_CPUCLOCK |
				       (which ? FBSD_CPUCLOCK_THREAD : 0) |
				       id));
}

#endif /* FREEBSD_TIMER_BPF_H */
