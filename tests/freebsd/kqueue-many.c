// SPDX-License-Identifier: GPL-2.0
/*
 * kqueue: what an event, a change and a close take when few descriptors are watched
 * and when a thousand are. The clock of the machine has to count instructions.
 */
#include "kqueue.h"

#define FEW 10
#define MANY 1000
#define ROUNDS 20
#define RLIMIT_NOFILE 8

struct cost {
	long nothing, event, change, close;
};

static int fds[MANY][2];

static long ticks(void)
{
	unsigned int low, high;

	asm volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
	return (unsigned long)high << 32 | low;
}

static void grow(int from, int to)
{
	long bad = 0;

	for (int i = from; i < to; i++) {
		bad += sys(SYS_pipe2, fds[i], O_NONBLOCK) != 0;
		bad += change5(fds[i][0], EVFILT_READ, EV_ADD | EV_CLEAR, 0,
			       0) != 0;
	}
	is(bad, 0, to == FEW ? "few descriptors" : "a thousand descriptors");
}

static long least(long cost, long before)
{
	long now = ticks() - before;

	return now < cost ? now : cost;
}

/* One byte through the last pipe. */
static void measure_event(struct cost *cost, int last)
{
	long none[2] = {}, start = ticks();
	char byte;

	sys(SYS_kevent, kq, 0, 0, got, 8, none);
	cost->nothing = least(cost->nothing, start);
	sys(SYS_write, fds[last][1], "x", 1);
	start = ticks();
	sys(SYS_kevent, kq, 0, 0, got, 8, none);
	cost->event = least(cost->event, start);
	sys(SYS_read, fds[last][0], &byte, 1);
}

static void measure_close(struct cost *cost, int last)
{
	long copy = sys(SYS_dup, fds[last][0]), start = ticks();

	change5(copy, EVFILT_READ, EV_ADD | EV_CLEAR, 0, 0);
	cost->change = least(cost->change, start);
	start = ticks();
	sys(SYS_close, copy);
	cost->close = least(cost->close, start);
}

static struct cost measure(int count)
{
	struct cost cost = { 1L << 60, 1L << 60, 1L << 60, 1L << 60 };

	for (int i = 0; i < ROUNDS; i++) {
		measure_event(&cost, count - 1);
		measure_close(&cost, count - 1);
	}
	return cost;
}

static void compare(const char *what, long few, long many)
{
	say("# ");
	say(what);
	say(": ");
	say_number(few);
	say(" instructions, of a thousand descriptors ");
	say_number(many);
	say("\n");
	yes(many < few + few / 4, what);
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	long limit[2] = { 4096, 4096 };
	struct cost few, many;

	kq = sys(SYS_kqueue);
	is(sys(SYS_setrlimit, RLIMIT_NOFILE, limit), 0, "as many as it takes");
	grow(0, FEW);
	few = measure(FEW);
	grow(FEW, MANY);
	many = measure(MANY);
	compare("no event", few.nothing, many.nothing);
	compare("an event", few.event, many.event);
	compare("a change", few.change, many.change);
	compare("a close", few.close, many.close);
	end();
}
