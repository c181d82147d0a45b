/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: clocks. Constants from sys/sys/time.h, sys/sys/_clock_id.h.
 */
#ifndef FREEBSD_TIME_BPF_H
#define FREEBSD_TIME_BPF_H

struct fbsd_timespec {
	s64 sec;
	s64 nsec;
};

/*
 * Linux's clock for each of FreeBSD's. The _PRECISE and _FAST ones and UPTIME
 * differ in cost only. VIRTUAL, which counts user time alone, has no equal, and
 * SECOND is REALTIME without its fraction.
 */
/* clang-format off */
static const s8 fbsd_clocks[FBSD_NR_CLOCKS] = {
	[0] = LINUX_CLOCK_REALTIME,
	[1] = -1,			/* VIRTUAL */
	[2] = LINUX_CLOCK_PROCESS,	/* PROF */
	[3] = -1,
	[4] = LINUX_CLOCK_MONOTONIC,
	[5] = LINUX_CLOCK_MONOTONIC,	/* UPTIME */
	[6] = -1,
	[7] = LINUX_CLOCK_MONOTONIC,	/* UPTIME_PRECISE */
	[8] = LINUX_CLOCK_MONOTONIC,	/* UPTIME_FAST */
	[9] = LINUX_CLOCK_REALTIME,	/* REALTIME_PRECISE */
	[10] = LINUX_CLOCK_REALTIME,	/* REALTIME_FAST */
	[11] = LINUX_CLOCK_MONOTONIC,	/* MONOTONIC_PRECISE */
	[12] = LINUX_CLOCK_MONOTONIC,	/* MONOTONIC_FAST */
	[13] = -1,			/* SECOND */
	[14] = LINUX_CLOCK_THREAD,
	[15] = LINUX_CLOCK_PROCESS,
};

/* clang-format on */

#define FBSD_NO_CLOCK 0x7fffffff

/* Of a process, or of a thread, in Linux's way: the number inverted, and a kind. */
static __always_inline s32 fbsd_cpu_clock(u32 clock)
{
	u32 native = ~(clock & FBSD_CPUCLOCK_ID) << 3 | LINUX_CPUCLOCK_SCHED;

	return clock & FBSD_CPUCLOCK_THREAD ? native | LINUX_CPUCLOCK_THREAD :
					      native;
}

/* Linux's number of a clock, or FBSD_NO_CLOCK. */
static __always_inline s32 fbsd_clock(u32 clock)
{
	if (clock & FBSD_CPUCLOCK)
		return fbsd_cpu_clock(clock);
	if (clock >= FBSD_NR_CLOCKS || fbsd_clocks[clock] < 0)
		return FBSD_NO_CLOCK;
	return fbsd_clocks[clock];
}

/* clock_gettime, clock_settime, clock_getres. */
static __always_inline int fbsd_clock_call(struct abimux_call *call)
{
	s32 clock = fbsd_clock(call->args[0]);

	if ((u32)call->args[0] == FBSD_CLOCK_SECOND &&
	    call->nr != FBSD_CLOCK_SETTIME) {
		call->args[0] = LINUX_CLOCK_REALTIME;
		return FBSD_RUN_LEAVE;
	}

	if (clock == FBSD_NO_CLOCK)
		return abimux_done(call, -EINVAL);
	call->args[0] = clock;
	return FBSD_RUN;
}

/* Of CLOCK_SECOND, which has no fraction: the time, and that it is exact to 1 s. */
__noinline int fbsd_clock_second_leave(struct abimux_call *call __arg_trusted)
{
	u64 to = call->args[1];

	if (call->ret < 0 || !to)
		return abimux_done(call, call->ret);
	if (call->nr == FBSD_CLOCK_GETRES && fbsd_put64(to, 1))
		return abimux_done(call, -EFAULT);
	return abimux_done(call, fbsd_put64(to + sizeof(u64), 0));
}

/* Tells its error as a result, as POSIX has it. */
static __always_inline int fbsd_clock_nanosleep(struct abimux_call *call)
{
	s32 clock = fbsd_clock(call->args[0]);

	if (clock == FBSD_NO_CLOCK)
		return abimux_done(call, EINVAL);
	call->args[0] = clock;
	return FBSD_RUN_SLEEP;
}

#endif /* FREEBSD_TIME_BPF_H */
