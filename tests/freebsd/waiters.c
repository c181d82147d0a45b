// SPDX-License-Identifier: GPL-2.0
/*
 * waiters: three threads wait, in kevent, in _umtx_op and in read, while the first one
 * waits for a byte from standard input. Then it wakes them, and says what their calls
 * gave, and whether a periodic timer came since. So again for each byte, with the same
 * kqueues, which keep what they are to watch.
 */
#include "freebsd.h"

#define EVFILT_READ -1
#define EVFILT_TIMER -7
#define EV_ADD 1
#define EV_CLEAR 0x20
#define UMTX_OP_WAIT_UINT 11
#define UMTX_OP_WAKE 3

enum { KEVENT, UMTX, READ, NR_WAITERS };

static const char *const names[] = { "kevent", "umtx", "read" };
static char stacks[NR_WAITERS][16384] __attribute__((aligned(16)));
static volatile long ended[NR_WAITERS];
static volatile long results[NR_WAITERS];
static volatile unsigned int word;
static int kq, timers, watched[2], plain[2];

static long wait_kevent(void)
{
	struct kevent event = {};
	long got = sys(SYS_kevent, kq, 0, 0, &event, 1, 0);
	char byte;

	if (got != 1 || event.ident != watched[0] || event.udata != 4711)
		return got - 100;
	return sys(SYS_read, watched[0], &byte, 1);
}

static long wait_umtx(void)
{
	return sys(SYS__umtx_op, &word, UMTX_OP_WAIT_UINT, 0, 0, 0);
}

static long wait_read(void)
{
	char byte;

	return sys(SYS_read, plain[0], &byte, 1);
}

static _Noreturn void waiter(void *arg)
{
	static long (*const wait[])(void) = { wait_kevent, wait_umtx,
					      wait_read };
	long which = (long)arg;

	results[which] = wait[which]();
	sys(SYS_thr_exit, &ended[which]);
	__builtin_unreachable();
}

static void start_waiters(void)
{
	struct thr_param param = { .start = waiter };

	word = 0;
	for (long i = 0; i < NR_WAITERS; i++) {
		param.arg = (void *)i;
		param.stack_base = stacks[i];
		param.stack_size = sizeof(stacks[i]);
		ended[i] = 0;
		sys(SYS_thr_new, &param, sizeof(param));
	}
}

static void wake_waiters(void)
{
	sys(SYS_write, watched[1], "x", 1);
	sys(SYS_write, plain[1], "x", 1);
	word = 1;
	sys(SYS__umtx_op, &word, UMTX_OP_WAKE, 1, 0, 0);
}

static void join_waiters(void)
{
	for (int i = 0; i < NR_WAITERS; i++) {
		while (!ended[i])
			sys(SYS__umtx_op, &ended[i], 2, 0, 0, 0);
		say(names[i]);
		say(" ");
		say_number(results[i]);
		say("\n");
	}
}

static void start_timer(void)
{
	struct kevent change = {
		.ident = 1, .filter = EVFILT_TIMER, .flags = EV_ADD, .data = 20
	};

	timers = sys(SYS_kqueue);
	sys(SYS_kevent, timers, &change, 1, 0, 0, 0);
}

/* Whether the timer comes from now on; what came before does not count. */
static long wait_timer(void)
{
	const long second[2] = { 1, 0 }, now[2] = { 0, 0 };
	struct kevent event = {};

	sys(SYS_kevent, timers, 0, 0, &event, 1, now);
	event.data = 0;
	sys(SYS_kevent, timers, 0, 0, &event, 1, second);
	return event.data > 0;
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	struct kevent change = { .filter = EVFILT_READ,
				 .flags = EV_ADD | EV_CLEAR,
				 .udata = 4711 };
	char byte;

	sys(SYS_pipe2, watched, 0);
	sys(SYS_pipe2, plain, 0);
	kq = sys(SYS_kqueue);
	change.ident = watched[0];
	sys(SYS_kevent, kq, &change, 1, 0, 0, 0);
	start_timer();
	do {
		start_waiters();
		say("waiting\n");
		if (sys(SYS_read, 0, &byte, 1) != 1)
			sys(SYS_exit, 0);
		wake_waiters();
		join_waiters();
		say("timer ");
		say_number(wait_timer());
		say("\n");
	} while (true);
}
