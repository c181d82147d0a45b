// SPDX-License-Identifier: GPL-2.0
/*
 * kqueue: filter TIMER: units, periods, absolute times, and changes to one.
 */
#include "kqueue.h"

/* clang-format off */
#define NOTE_SECONDS	0x1
#define NOTE_MSECONDS	0x2
#define NOTE_USECONDS	0x4
#define NOTE_NSECONDS	0x8
#define NOTE_ABSTIME	0x10
/* clang-format on */

static long timer(int flags, unsigned int fflags, long data)
{
	return change5(1, EVFILT_TIMER, flags, fflags, data);
}

static long now(int clock)
{
	long time[2];

	sys(SYS_clock_gettime, clock, time);
	return time[0] * 1000 + time[1] / 1000000;
}

static void test_once(void)
{
	long start = now(4);

	is(timer(EV_ADD | EV_ONESHOT, 0, 60), 0, "once, in milliseconds");
	is(poll(8), 0, "not at once");
	is(wait_for(8, 60000), 1, "it came");
	yes(now(4) - start >= 60, "not too early");
	yes(got[0].ident == 1 && got[0].filter == EVFILT_TIMER &&
		    got[0].flags == (EV_ONESHOT | EV_CLEAR) && !got[0].fflags,
	    "ident, filter, flags, fflags");
	is(got[0].data, 1, "data");
	is(got[0].udata, 4711, "udata");
	is(timer(EV_DELETE, 0, 0), -ENOENT, "and it is gone");
}

static void test_units(void)
{
	long start, n;

	timer(EV_ADD | EV_ONESHOT, NOTE_NSECONDS, 3000000);
	is(wait_for(8, 60000), 1, "NOTE_NSECONDS");
	timer(EV_ADD | EV_ONESHOT, NOTE_USECONDS, 3000);
	is(wait_for(8, 60000), 1, "NOTE_USECONDS");
	timer(EV_ADD | EV_ONESHOT, NOTE_MSECONDS, 3);
	is(wait_for(8, 60000), 1, "NOTE_MSECONDS");
	start = now(4);
	timer(EV_ADD | EV_ONESHOT, NOTE_SECONDS, 1);
	n = wait_for(8, 100);
	yes(!n || now(4) - start >= 1000, "NOTE_SECONDS: not yet");
	is(n ? n : wait_for(8, 60000), 1, "but then");
	timer(EV_ADD | EV_ONESHOT, 0, 0);
	is(wait_for(8, 60000), 1, "no time at all");
	is(timer(EV_ADD, 0, -1), -EINVAL, "a negative one");
	is(timer(EV_ADD, 0x100, 1), -EINVAL, "no such unit");
	is(timer(EV_ADD, NOTE_SECONDS | NOTE_USECONDS, 1), -EINVAL,
	   "two units");
	is(timer(EV_DELETE, 0, 0), -ENOENT, "none of those is left");
}

static void test_period(void)
{
	long sum = 0, start = now(4), spent;

	is(timer(EV_ADD, 0, 20), 0, "periodic");
	while (sum < 5 && wait_for(8, 60000) == 1)
		sum += got[0].data;
	spent = now(4) - start;
	yes(sum >= 5 && spent >= sum * 20, "as often as its time came");
	is(timer(EV_DISABLE, 0, 0), 0, "disabled");
	is(wait_for(8, 100), 0, "it is not told");
	is(timer(EV_ENABLE, 0, 0), 0, "enabled");
	is(wait_for(8, 60000), 1, "it is");
	yes(got[0].data >= 4, "with all that were missed");
	is(timer(EV_ADD, 0, 100000), 0, "added again");
	is(wait_for(8, 100), 0, "it has started anew");
	is(timer(EV_ADD, 0, -5), 0, "added again with what is not valid");
	is(poll(8), 1, "is an event");
	yes((got[0].flags & EV_ERROR) && got[0].data == EINVAL,
	    "with the error");
	is(timer(EV_DELETE, 0, 0), 0, "EV_DELETE");
	is(wait_for(8, 50), 0, "ends it");
}

/* One that would be ready for ever does not keep the machine busy. */
static void test_short(void)
{
	timer(EV_ADD, NOTE_NSECONDS, 1);
	is(wait_for(8, 60000), 1, "a nanosecond");
	yes(got[0].data > 100, "comes often");
	timer(EV_DELETE, 0, 0);
}

static void test_absolute(void)
{
	long soon, n;

	is(timer(EV_ADD | EV_ONESHOT, NOTE_ABSTIME | NOTE_SECONDS, 1), 0,
	   "NOTE_ABSTIME, long ago");
	is(wait_for(8, 60000), 1, "came");
	soon = now(0) + 150;
	timer(EV_ADD | EV_ONESHOT, NOTE_ABSTIME | NOTE_MSECONDS, soon);
	n = wait_for(8, 20);
	yes(!n || now(0) >= soon, "soon: not yet");
	is(n ? n : wait_for(8, 60000), 1, "but then");
	is(got[0].flags, EV_ONESHOT, "without EV_CLEAR");
	timer(EV_ADD, NOTE_ABSTIME | NOTE_MSECONDS, now(0) + 20);
	is(wait_for(8, 60000), 1, "one that is not EV_ONESHOT");
	is(poll(8), 1, "stays");
	timer(EV_DELETE, 0, 0);
}

static void test_timeouts(void)
{
	long bad[2] = { 0, 1000000000 }, negative[2] = { -1, 0 },
	     start = now(4);

	is(sys(SYS_kevent, kq, 0, 0, got, 8, bad), -EINVAL,
	   "a timeout that is none");
	is(sys(SYS_kevent, kq, 0, 0, got, 8, negative), -EINVAL,
	   "a negative one");
	is(sys(SYS_kevent, kq, 0, 0, got, 0, bad), 0,
	   "is not looked at if there is no room");
	is(sys(SYS_kevent, kq, 0, 0, got, 8, 16), -EFAULT,
	   "one that cannot be read");
	is(wait_for(8, 60), 0, "a timeout");
	yes(now(4) - start >= 60, "is waited for");
	/* What wakes the call and is no event must not make it wait longer. */
	timer(EV_ADD, 0, 10);
	timer(EV_DISABLE, 0, 0);
	start = now(4);
	wait_for(8, 100);
	yes(now(4) - start >= 100 && now(4) - start < 60000,
	    "as long as it is");
	timer(EV_DELETE, 0, 0);
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	kq = sys(SYS_kqueue);
	test_once();
	test_units();
	test_period();
	test_short();
	test_absolute();
	test_timeouts();
	/* One that runs when the program ends. */
	timer(EV_ADD, 0, 1);
	end();
}
