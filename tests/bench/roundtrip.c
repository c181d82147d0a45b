// SPDX-License-Identifier: GPL-2.0-only
/*
 * roundtrip NR [NUMBERS]: instructions of one call with number NR and no arguments,
 * from the instruction after one SYSCALL to the instruction after the next. With
 * NUMBERS, a file, under a filter of seccomp that lets only these calls pass and
 * compares them one after the other. With "stop" for NUMBERS it stops first, so that
 * something can be done to it.
 *
 * Under QEMU's -icount shift=0 the time stamp counter counts instructions, so
 * the figure is the same in each run. A timer interrupt in a round makes it
 * larger, never smaller: the smallest round counts.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <x86intrin.h>
#include "marks.h"

#define CALLS 1000
#define ROUNDS 40
#define MAX_NUMBERS 512

/* Whether these are the calls that where is to look at: UNMARKED is not set. */
static bool marked;

static uint64_t round_of(long nr)
{
	uint64_t start = __rdtsc();

	if (marked)
		mark_begin();
	for (int i = 0; i < CALLS; i++) {
		long ret = nr;

		__asm__ volatile("syscall"
				 : "+a"(ret)
				 :
				 : "rcx", "r11", "memory");
		if (ret == -ENOSYS) {
			fprintf(stderr, "roundtrip: call %ld: ENOSYS\n", nr);
			exit(1);
		}
	}
	mark_end();
	return __rdtsc() - start;
}

/* Return: 0, or -1 if there is no such file or the kernel does not take it. */
static int filter(const char *path)
{
	static struct sock_filter code[2 * MAX_NUMBERS + 2] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog program = { 1, code };
	FILE *file = fopen(path, "r");
	unsigned int nr;

	while (file && program.len < 2 * MAX_NUMBERS &&
	       fscanf(file, "%u", &nr) == 1) {
		code[program.len++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1);
		code[program.len++] = (struct sock_filter)BPF_STMT(
			BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	}
	code[program.len++] = (struct sock_filter)BPF_STMT(
		BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	if (!file)
		return -1;
	fclose(file);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
			       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER,
				     &program) ?
		       -1 :
		       0;
}

int main(int argc, char **argv)
{
	uint64_t least = UINT64_MAX;
	char *end;
	long nr;

	marked = !getenv("UNMARKED");
	nr = argc == 2 || argc == 3 ? strtol(argv[1], &end, 10) : -1;
	if (nr < 0 || *end) {
		fprintf(stderr, "usage: roundtrip NR [NUMBERS]\n");
		return 2;
	}
	if (argc == 3 && !strcmp(argv[2], "stop"))
		raise(SIGSTOP);
	else if (argc == 3 && filter(argv[2])) {
		perror(argv[2]);
		return 2;
	}
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t taken = round_of(nr);

		if (taken < least)
			least = taken;
	}
	/* Rounded to the nearest: starting and reading the counter is in it. */
	printf("%llu\n", (unsigned long long)(least + CALLS / 2) / CALLS);
	return 0;
}
