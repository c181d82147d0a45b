// SPDX-License-Identifier: GPL-2.0-only
/*
 * roundtrip [-t] [-w WAY[=FILE]] CALL: instructions of one call, from the instruction
 * after one SYSCALL (INT 0x80 in an i386 program) to the instruction after the next.
 *
 * CALL is a number, then it is made without arguments; or, in an amd64 program,
 *   read	a byte of /dev/zero
 *   open	openat of /dev/null and close, both
 *   error	close of -1, which is EBADF
 * WAY is what lies between: one of the table below. With stop it stops first, so
 * that something can be done to it.
 *
 * Under QEMU's -icount shift=0 the time stamp counter counts instructions, so
 * the figure is the same in each run. A timer interrupt in a round makes it
 * larger, never smaller: the smallest round counts. With -t the counter is taken
 * for what it is, time, and the figure is the median of the rounds.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <x86intrin.h>
#include "marks.h"
#include "ways.h"

#define CALLS 1000
/* Of calls that are so long that each thousand of them has an interrupt. */
#define FEW 50
#define ROUNDS 40

#ifdef I386
#define CALL_KERNEL "int $0x80"
#define CLOBBERED "memory"
#else
#define CALL_KERNEL "syscall"
#define CLOBBERED "rcx", "r11", "memory"
#endif

struct way {
	const char *name;
	int (*begin)(long nr, const char *file);
	void (*end)(void);
	int calls;
};

struct call {
	long nr;
	long a, b, c;
	bool pair;
};

static int stop_begin(long nr, const char *unused)
{
	return raise(SIGSTOP);
}

static const struct way ways[] = {
	{ "stop", stop_begin, NULL, CALLS },
#ifndef I386
	{ "filter", filter_begin, NULL, CALLS },
	{ "filter-run", filter_run_begin, NULL, CALLS },
	{ "notify", notify_begin, notify_end, FEW },
	{ "dispatch", dispatch_begin, dispatch_end, CALLS },
	{ "dispatch-range", dispatch_range_begin, dispatch_end, CALLS },
	{ "dispatch-trap", dispatch_trap_begin, dispatch_end, FEW },
	{ "ptrace", ptrace_begin, NULL, FEW },
	{ "rewrite-answer", rewrite_answer_begin, NULL, CALLS },
	{ "rewrite-pass", rewrite_pass_begin, NULL, CALLS },
#endif
	{}
};

/* Whether these are the calls that where is to look at: UNMARKED is not set. */
static bool marked;

__attribute__((noinline, noclone)) static long
make_calls(const struct call *call, int calls)
{
	long nr = call->nr, a = call->a, b = call->b, c = call->c, ret = 0;

	for (int i = 0; i < calls; i++) {
		ret = nr;
		__asm__ volatile(".globl roundtrip_site\n"
				 "roundtrip_site: " CALL_KERNEL
				 : "+a"(ret)
				 : "D"(a), "S"(b), "d"(c)
				 : CLOBBERED);
		if (ret == -ENOSYS) {
			fprintf(stderr, "roundtrip: call %ld: ENOSYS\n", nr);
			exit(1);
		}
	}
	return ret;
}

#ifndef I386
static long make_pairs(const struct call *call, int calls)
{
	long ret = 0;

	for (int i = 0; i < calls; i++) {
		long fd = call->nr;

		__asm__ volatile("syscall"
				 : "+a"(fd)
				 : "D"(call->a), "S"(call->b), "d"(call->c)
				 : CLOBBERED);
		ret = SYS_close;
		__asm__ volatile("syscall" : "+a"(ret) : "D"(fd) : CLOBBERED);
		if (ret)
			exit(1);
	}
	return ret;
}
#endif

static uint64_t round_of(const struct call *call, int calls)
{
	uint64_t start = __rdtsc();

	if (marked)
		mark_begin();
#ifndef I386
	if (call->pair)
		make_pairs(call, calls);
	else
#endif
		make_calls(call, calls);
	mark_end();
	return __rdtsc() - start;
}

static bool find_call(const char *name, struct call *call)
{
#ifndef I386
	static char buf[1];
#endif
	char *end;

	*call = (struct call){ .nr = strtol(name, &end, 10) };
	if (*name && !*end)
		return call->nr >= 0;
#ifndef I386
	if (!strcmp(name, "read"))
		*call = (struct call){ SYS_read, open("/dev/zero", O_RDONLY),
				       (long)buf, 1, false };
	else if (!strcmp(name, "error"))
		*call = (struct call){ .nr = SYS_close, .a = -1 };
	else if (!strcmp(name, "open"))
		*call = (struct call){ SYS_openat, AT_FDCWD, (long)"/dev/null",
				       O_RDONLY, true };
	else
		return false;
	return true;
#else
	return false;
#endif
}

/* Return: the way that is named, with what is after the = in FILE, or NULL. */
static const struct way *find_way(char *name, char **file)
{
	*file = strchr(name, '=');
	if (*file)
		*(*file)++ = '\0';
	for (const struct way *way = ways; way->name; way++)
		if (!strcmp(way->name, name))
			return way;
	return NULL;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(uint64_t *)a, y = *(uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: roundtrip [-t] [-w WAY[=FILE]] NR|read|open|error\n");
	return 2;
}

int main(int argc, char **argv)
{
	static const struct way none = { .calls = CALLS };
	const struct way *way = &none;
	uint64_t taken[ROUNDS];
	char *file = NULL;
	bool timed = false;
	struct call call;
	int option;

	marked = !getenv("UNMARKED");
	while ((option = getopt(argc, argv, "tw:")) != -1) {
		if (option == 't')
			timed = true;
		else if (option == 'w')
			way = find_way(optarg, &file);
		if (option == '?' || !way)
			return usage();
	}
	if (optind + 1 != argc || !find_call(argv[optind], &call))
		return usage();
	if (way->begin && way->begin(call.nr, file)) {
		perror(way->name);
		return 2;
	}
	for (int i = 0; i < ROUNDS; i++)
		taken[i] = round_of(&call, way->calls);
	if (way->end)
		way->end();
	qsort(taken, ROUNDS, sizeof(*taken), compare);
	/* Rounded to the nearest: starting and reading the counter is in it. */
	if (timed)
		printf("%.1f\n", (double)taken[ROUNDS / 2] / way->calls);
	else
		printf("%llu\n",
		       (unsigned long long)(taken[0] + way->calls / 2) /
			       way->calls);
	return 0;
}
