// SPDX-License-Identifier: GPL-2.0
/*
 * kqueue: filter USER, with each flag; and threads that wait while others trigger.
 */
#include "kqueue.h"

/* clang-format off */
#define NOTE_FFAND	0x40000000
#define NOTE_FFOR	0x80000000
#define NOTE_FFCOPY	0xc0000000
#define NOTE_TRIGGER	0x01000000
/* clang-format on */

static long user(int flags, unsigned int fflags)
{
	return change5(7, EVFILT_USER, flags, fflags, 0);
}

static void test_level(void)
{
	is(user(EV_ADD, 0), 0, "EV_ADD");
	is(poll(8), 0, "not triggered");
	is(kq_ready(), 0, "nor is the kqueue ready");
	is(user(0, NOTE_TRIGGER), 0, "NOTE_TRIGGER");
	is(kq_ready(), 1, "the kqueue is ready");
	is(poll(8), 1, "an event");
	yes(got[0].ident == 7 && got[0].filter == EVFILT_USER &&
		    !got[0].flags && !got[0].fflags && !got[0].data &&
		    got[0].udata == 4711 && !got[0].ext[0],
	    "its fields");
	is(poll(8), 1, "it stays");
	is(kq_ready(), 1, "and so does the kqueue");
	is(user(EV_DISABLE, 0), 0, "EV_DISABLE");
	is(poll(8), 0, "is not reported");
	is(user(EV_ENABLE, 0), 0, "EV_ENABLE");
	is(poll(8), 1, "still triggered");
	is(user(EV_CLEAR, 0), 0, "EV_CLEAR in a change");
	is(poll(8), 0, "takes it back");
	is(user(EV_DELETE, 0), 0, "EV_DELETE");
	is(user(EV_DELETE, 0), -ENOENT, "once");
	is(user(0, NOTE_TRIGGER), -ENOENT, "nothing to trigger");
}

/* As Go does it from 1.23 on. */
static void test_go(void)
{
	user(EV_ADD, 0);
	is(user(EV_ENABLE, NOTE_TRIGGER), 0, "wake");
	is(wait_for(8, 60000), 1, "woken");
	is(user(EV_DISABLE, 0), 0, "drain");
	is(wait_for(8, 10), 0, "asleep again");
	is(user(EV_ENABLE, NOTE_TRIGGER), 0, "wake again");
	is(poll(8), 1, "woken again");
	user(EV_DELETE, 0);
}

static void test_clear(void)
{
	user(EV_ADD | EV_CLEAR, 0);
	user(0, NOTE_TRIGGER);
	is(poll(8), 1, "EV_CLEAR");
	is(got[0].flags, EV_CLEAR, "its flags");
	is(poll(8), 0, "only once");
	is(kq_ready(), 0, "the kqueue is not ready");
	user(0, NOTE_TRIGGER);
	user(0, NOTE_TRIGGER);
	is(poll(8), 1, "twice is once");
	is(poll(8), 0, "and no more");
	user(EV_DELETE, 0);
}

static void test_once(void)
{
	user(EV_ADD | EV_ONESHOT, 0);
	user(0, NOTE_TRIGGER);
	is(poll(8), 1, "EV_ONESHOT");
	is(user(0, NOTE_TRIGGER), -ENOENT, "and it is gone");
	user(EV_ADD | EV_DISPATCH, 0);
	user(0, NOTE_TRIGGER);
	is(poll(8), 1, "EV_DISPATCH");
	is(poll(8), 0, "disables");
	user(EV_ENABLE, 0);
	is(poll(8), 1, "until it is enabled");
	user(EV_DELETE, 0);
	user(EV_ADD, 0);
	is(user(EV_FORCEONESHOT, 0), 0, "EV_FORCEONESHOT");
	is(poll(8), 1, "is told without being triggered");
	is(user(EV_DELETE, 0), -ENOENT, "once");
}

static void test_fflags(void)
{
	user(EV_ADD | EV_CLEAR, 0x0f);
	user(0, NOTE_TRIGGER | NOTE_FFOR | 0x30);
	poll(8);
	is(got[0].fflags, 0x3f, "NOTE_FFOR");
	user(0, NOTE_TRIGGER | NOTE_FFAND | 0x3c);
	poll(8);
	is(got[0].fflags, 0x3c, "NOTE_FFAND");
	user(0, NOTE_TRIGGER | NOTE_FFCOPY | 0xabcdef);
	poll(8);
	is(got[0].fflags, 0xabcdef, "NOTE_FFCOPY");
	user(0, NOTE_TRIGGER | 0x1);
	poll(8);
	is(got[0].fflags, 0xabcdef, "NOTE_FFNOP");
	change5(7, EVFILT_USER, 0, NOTE_TRIGGER, 99);
	poll(8);
	is(got[0].data, 99, "data");
	user(EV_DELETE, 0);
}

static void test_udata(void)
{
	struct kevent change = { .ident = 7,
				 .filter = EVFILT_USER,
				 .flags = EV_ADD | EV_CLEAR,
				 .udata = 1 };

	sys(SYS_kevent, kq, &change, 1, 0, 0, 0);
	change.flags = 0;
	change.fflags = NOTE_TRIGGER;
	change.udata = 2;
	sys(SYS_kevent, kq, &change, 1, 0, 0, 0);
	poll(8);
	is(got[0].udata, 2, "a change changes udata");
	change.flags = EV_KEEPUDATA;
	change.udata = 3;
	sys(SYS_kevent, kq, &change, 1, 0, 0, 0);
	poll(8);
	is(got[0].udata, 2, "not with EV_KEEPUDATA");
	user(EV_DELETE, 0);
}

/* More than fit into one word of bits, more than there is room for. */
#define MANY 300

static void test_many(void)
{
	static bool seen[MANY];
	long n, total = 0, twice = 0;

	for (int i = 0; i < MANY; i++)
		change5(i, EVFILT_USER, EV_ADD | EV_ONESHOT, NOTE_TRIGGER, 0);
	while ((n = poll(8)) > 0) {
		for (int i = 0; i < n; i++) {
			twice += seen[got[i].ident];
			seen[got[i].ident] = true;
		}
		total += n;
	}
	is(total, MANY, "many, eight at a time");
	is(twice, 0, "none twice");
}

/* One event at a time, and two that are always ready: both have to be seen. */
static void test_fair(void)
{
	int fds[2], seen[2] = {};

	sys(SYS_pipe2, fds, 0);
	change5(fds[1], EVFILT_WRITE, EV_ADD, 0, 0);
	user(EV_ADD, NOTE_TRIGGER);
	for (int i = 0; i < 10; i++) {
		if (poll(1) == 1)
			seen[got[0].filter == EVFILT_USER]++;
	}
	yes(seen[0] > 0 && seen[1] > 0, "no event keeps another from its turn");
	is(poll(8), 2, "both, if there is room");
	sys(SYS_close, fds[0]);
	sys(SYS_close, fds[1]);
	user(EV_DELETE, 0);
}

/* More changes than are made at once, none of which needs a native call. */
#define LONG 3000

static void test_long(void)
{
	static struct kevent list[LONG];

	for (int i = 0; i < LONG; i++)
		list[i] = (struct kevent){ .ident = i,
					   .filter = EVFILT_USER,
					   .flags = EV_ADD | EV_ONESHOT,
					   .fflags = NOTE_TRIGGER };
	is(sys(SYS_kevent, kq, list, LONG, 0, 0, 0), 0, "a long list");
	is(sys(SYS_kevent, kq, 0, 0, list, LONG, 0), LONG,
	   "and as many events at once");
	is(poll(8), 0, "that was all");
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	kq = sys(SYS_kqueue);
	test_level();
	test_go();
	test_clear();
	test_once();
	test_fflags();
	test_udata();
	test_many();
	test_fair();
	test_long();
	end();
}
