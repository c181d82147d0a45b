// SPDX-License-Identifier: GPL-2.0
/*
 * kqueue: threads that wait for one kqueue while others make it ready: nothing is
 * lost, nothing is told twice.
 */
#include "kqueue.h"

/* clang-format off */
#define NOTE_TRIGGER	0x01000000
#define ROUNDS		300
#define WAITERS		3
#define THREADS		(WAITERS + 2)
/* clang-format on */

static char stacks[THREADS][16384], tls[THREADS][64];
static long seen_user, seen_pipe, running;
static int fds[2];

static void spawn(int index, void (*start)(void *arg), void *arg)
{
	struct thr_param param = { .start = start,
				   .arg = arg,
				   .stack_base = stacks[index],
				   .stack_size = sizeof(stacks[index]),
				   .tls_base = tls[index],
				   .tls_size = sizeof(tls[index]) };

	__atomic_add_fetch(&running, 1, __ATOMIC_SEQ_CST);
	sys(SYS_thr_new, &param, sizeof(param));
}

static _Noreturn void leave(void)
{
	__atomic_sub_fetch(&running, 1, __ATOMIC_SEQ_CST);
	sys(SYS_thr_exit, 0);
	__builtin_unreachable();
}

/* Wait until the event that ends it; say again what was said for others. */
static void waiter(void *arg)
{
	struct kevent event, stop = { .ident = 99,
				      .filter = EVFILT_USER,
				      .fflags = NOTE_TRIGGER };
	char byte;

	while (sys(SYS_kevent, kq, 0, 0, &event, 1, 0) == 1) {
		if (event.ident == 99)
			break;
		if (event.filter == EVFILT_USER) {
			__atomic_add_fetch(&seen_user, 1, __ATOMIC_SEQ_CST);
			continue;
		}
		while (sys(SYS_read, fds[0], &byte, 1) == 1)
			__atomic_add_fetch(&seen_pipe, 1, __ATOMIC_SEQ_CST);
	}
	sys(SYS_kevent, kq, &stop, 1, 0, 0, 0);
	leave();
}

/* Trigger, and wait until that was seen: if it is lost, this hangs. */
static void trigger(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		change5(5, EVFILT_USER, 0, NOTE_TRIGGER, 0);
		while (__atomic_load_n(&seen_user, __ATOMIC_SEQ_CST) <= i)
			sys(SYS_sched_yield);
	}
	leave();
}

static void writer(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		sys(SYS_write, fds[1], "x", 1);
		while (__atomic_load_n(&seen_pipe, __ATOMIC_SEQ_CST) <= i)
			sys(SYS_sched_yield);
	}
	leave();
}

static void wait_until(long count)
{
	long time[2] = { 0, 10000000 };

	for (int i = 0; i < 4000; i++) {
		if (__atomic_load_n(&running, __ATOMIC_SEQ_CST) <= count)
			return;
		sys(SYS_nanosleep, time, 0);
	}
}

static void test_load(void)
{
	sys(SYS_pipe2, fds, O_NONBLOCK);
	change5(5, EVFILT_USER, EV_ADD | EV_CLEAR, 0, 0);
	change5(99, EVFILT_USER, EV_ADD, 0, 0);
	change5(fds[0], EVFILT_READ, EV_ADD | EV_CLEAR, 0, 0);
	for (int i = 0; i < WAITERS; i++)
		spawn(i, waiter, 0);
	spawn(WAITERS, trigger, 0);
	spawn(WAITERS + 1, writer, 0);
	wait_until(WAITERS);
	is(seen_user, ROUNDS, "each trigger is seen, by one thread");
	is(seen_pipe, ROUNDS, "and so is each byte");
	change5(99, EVFILT_USER, 0, NOTE_TRIGGER, 0);
	wait_until(0);
	is(running, 0, "one that stays wakes all that wait");
	change5(99, EVFILT_USER, EV_DELETE, 0, 0);
}

/* Close the kqueue that another thread waits for. */
static void test_close(void)
{
	change5(99, EVFILT_USER, EV_ADD, 0, 0);
	spawn(0, waiter, 0);
	for (int i = 0; i < 100; i++)
		sys(SYS_sched_yield);
	is(sys(SYS_close, kq), 0, "close while a thread waits");
	is(poll(8), -EBADF, "it is gone");
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	kq = sys(SYS_kqueue);
	test_load();
	test_close();
	end();
}
