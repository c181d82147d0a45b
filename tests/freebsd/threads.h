/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads of FreeBSD: sys/sys/thr.h.
 */
#ifndef TESTS_FREEBSD_THREADS_H
#define TESTS_FREEBSD_THREADS_H

#include "signals.h"
#include "umtx.h"

#define STACK_SIZE 16384
#define NR_THREADS 16

static char stacks[NR_THREADS][STACK_SIZE] __attribute__((aligned(16)));
static unsigned long tls[8] = { 0x1234567 };

static volatile long ended[NR_THREADS];
static volatile long tids[NR_THREADS];

static inline _Noreturn void leave(int nr)
{
	sys(SYS_thr_exit, &ended[nr]);
	__builtin_unreachable();
}

static inline struct thr_param thread_param(int nr, void (*start)(void *),
					    void *arg)
{
	return (struct thr_param){
		.start = start,
		.arg = arg,
		.stack_base = stacks[nr],
		.stack_size = STACK_SIZE,
		.tls_base = tls,
		.tls_size = sizeof(tls),
		.parent_tid = (long *)&tids[nr],
	};
}

/* Started with its number; it has to end by leave(). */
static inline long new_thread(int nr, void (*start)(void *), void *arg)
{
	struct thr_param param = thread_param(nr, start, arg);

	ended[nr] = 0;
	return sys(SYS_thr_new, &param, sizeof(param));
}

static inline void join(int nr)
{
	while (!ended[nr])
		umtx(&ended[nr], UMTX_OP_WAIT, 0, 0, 0);
}

/* False if it has not ended in that many seconds. */
static inline bool join_for(int nr, long seconds)
{
	while (!ended[nr])
		if (umtx_for(&ended[nr], UMTX_OP_WAIT, 0,
			     seconds * 1000000000) == -ETIMEDOUT)
			return ended[nr];
	return true;
}

static inline long now(int clock)
{
	long time[2];

	sys(SYS_clock_gettime, clock, time);
	return time[0] * 1000000000 + time[1];
}

static inline void pause_for(long nsec)
{
	long span[2] = { nsec / 1000000000, nsec % 1000000000 };

	sys(SYS_nanosleep, span, 0);
}

#endif /* TESTS_FREEBSD_THREADS_H */
