/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Locks as FreeBSD's library has them: sys/sys/umtx.h, lib/libthr/thread/thr_umtx.h.
 */
#ifndef TESTS_FREEBSD_UMTX_H
#define TESTS_FREEBSD_UMTX_H

#include "freebsd.h"

/* clang-format off */
#define UMTX_OP_WAIT		2
#define UMTX_OP_WAKE		3
#define UMTX_OP_MUTEX_TRYLOCK	4
#define UMTX_OP_MUTEX_LOCK	5
#define UMTX_OP_MUTEX_UNLOCK	6
#define UMTX_OP_SET_CEILING	7
#define UMTX_OP_CV_WAIT		8
#define UMTX_OP_CV_SIGNAL	9
#define UMTX_OP_CV_BROADCAST	10
#define UMTX_OP_WAIT_UINT	11
#define UMTX_OP_RW_RDLOCK	12
#define UMTX_OP_RW_WRLOCK	13
#define UMTX_OP_RW_UNLOCK	14
#define UMTX_OP_WAIT_UINT_PRIVATE 15
#define UMTX_OP_WAKE_PRIVATE	16
#define UMTX_OP_MUTEX_WAIT	17
#define UMTX_OP_MUTEX_WAKE	18
#define UMTX_OP_SEM_WAIT	19
#define UMTX_OP_SEM_WAKE	20
#define UMTX_OP_NWAKE_PRIVATE	21
#define UMTX_OP_MUTEX_WAKE2	22
#define UMTX_OP_SEM2_WAIT	23
#define UMTX_OP_SEM2_WAKE	24
#define UMTX_OP_SHM		25
#define UMTX_OP_ROBUST_LISTS	26

#define UMTX_ABSTIME		1
#define USYNC_PROCESS_SHARED	1
#define UMUTEX_PRIO_INHERIT	4
#define UMUTEX_PRIO_PROTECT	8
#define UMUTEX_ROBUST		0x10
#define UMUTEX_CONTESTED	0x80000000u
#define CVWAIT_ABSTIME		2
#define CVWAIT_CLOCKID		4
#define URWLOCK_PREFER_READER	2
#define URWLOCK_WRITE_OWNER	0x80000000u
#define URWLOCK_WRITE_WAITERS	0x40000000u
#define URWLOCK_READ_WAITERS	0x20000000u
#define URWLOCK_READERS		0x1fffffffu
#define USEM_HAS_WAITERS	0x80000000u
#define USEM_COUNT(word)	((word) & 0x7fffffffu)

#define CLOCK_REALTIME		0
#define CLOCK_MONOTONIC		4
/* clang-format on */

struct umtx_time {
	long sec, nsec;
	unsigned int flags, clock;
};

struct umutex {
	volatile unsigned int owner;
	unsigned int flags, ceilings[2];
	unsigned long link;
	unsigned int spare[2];
};

struct ucond {
	volatile unsigned int waiters;
	unsigned int flags, clock, spare;
};

struct urwlock {
	volatile unsigned int state;
	unsigned int flags, blocked_readers, blocked_writers, spare[4];
};

struct usem {
	volatile unsigned int waiters, count;
	unsigned int flags;
};

struct usem2 {
	volatile unsigned int count;
	unsigned int flags;
};

_Static_assert(sizeof(struct umutex) == 32, "umutex");

#define umtx(...) sys(SYS__umtx_op, __VA_ARGS__)

/* An operation with a span of time, in nanoseconds. */
static inline long umtx_for(volatile void *obj, int op, unsigned long val,
			    long nsec)
{
	struct umtx_time time = { nsec / 1000000000, nsec % 1000000000, 0,
				  CLOCK_MONOTONIC };

	return umtx(obj, op, val, sizeof(time), &time);
}

static inline bool swap(volatile unsigned int *word, unsigned int old,
			unsigned int new)
{
	return __atomic_compare_exchange_n(word, &old, new, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static inline bool mutex_try(struct umutex *mutex, unsigned int self)
{
	return swap(&mutex->owner, 0, self) ||
	       swap(&mutex->owner, UMUTEX_CONTESTED, self | UMUTEX_CONTESTED);
}

/* The program takes it, the kernel only waits. */
static inline void mutex_lock(struct umutex *mutex, unsigned int self)
{
	while (!mutex_try(mutex, self))
		umtx(mutex, UMTX_OP_MUTEX_WAIT, 0, 0, 0);
}

static inline void mutex_unlock(struct umutex *mutex)
{
	unsigned int owner;

	do {
		owner = mutex->owner;
	} while (!swap(&mutex->owner, owner, 0));
	if (owner & UMUTEX_CONTESTED)
		umtx(mutex, UMTX_OP_MUTEX_WAKE2, mutex->flags, 0, 0);
}

static inline bool sem_try(struct usem2 *sem)
{
	unsigned int count = sem->count;

	while (USEM_COUNT(count)) {
		if (swap(&sem->count, count, count - 1))
			return true;
		count = sem->count;
	}
	return false;
}

static inline void sem_post(struct usem2 *sem)
{
	unsigned int count;

	do {
		count = sem->count;
	} while (!swap(&sem->count, count, count + 1));
	if (count & USEM_HAS_WAITERS)
		umtx(sem, UMTX_OP_SEM2_WAKE, 0, 0, 0);
}

static inline bool read_try(struct urwlock *lock)
{
	const unsigned int against = URWLOCK_WRITE_OWNER |
				     (lock->flags & URWLOCK_PREFER_READER ?
					      0 :
					      URWLOCK_WRITE_WAITERS);
	unsigned int state = lock->state;

	while (!(state & against)) {
		if (swap(&lock->state, state, state + 1))
			return true;
		state = lock->state;
	}
	return false;
}

static inline bool write_try(struct urwlock *lock)
{
	unsigned int state = lock->state;

	while (!(state & (URWLOCK_WRITE_OWNER | URWLOCK_READERS))) {
		if (swap(&lock->state, state, state | URWLOCK_WRITE_OWNER))
			return true;
		state = lock->state;
	}
	return false;
}

static inline void rw_unlock(struct urwlock *lock)
{
	unsigned int state = lock->state;

	if (state == URWLOCK_WRITE_OWNER && swap(&lock->state, state, 0))
		return;
	while (!(state & URWLOCK_WRITE_OWNER) &&
	       !((state & (URWLOCK_WRITE_WAITERS | URWLOCK_READ_WAITERS)) &&
		 (state & URWLOCK_READERS) == 1)) {
		if (swap(&lock->state, state, state - 1))
			return;
		state = lock->state;
	}
	umtx(lock, UMTX_OP_RW_UNLOCK, 0, 0, 0);
}

#endif /* TESTS_FREEBSD_UMTX_H */
