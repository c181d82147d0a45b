// SPDX-License-Identifier: GPL-2.0-only
/*
 * roundtrip NR: instructions of one call with number NR and no arguments, from
 * the instruction after one SYSCALL to the instruction after the next.
 *
 * Under QEMU's -icount shift=0 the time stamp counter counts instructions, so
 * the figure is the same in each run. A timer interrupt in a round makes it
 * larger, never smaller: the smallest round counts.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <x86intrin.h>

#define CALLS 1000
#define ROUNDS 40

static uint64_t round_of(long nr)
{
	uint64_t start = __rdtsc();

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
	return __rdtsc() - start;
}

int main(int argc, char **argv)
{
	uint64_t least = UINT64_MAX;
	char *end;
	long nr;

	nr = argc == 2 ? strtol(argv[1], &end, 10) : -1;
	if (nr < 0 || *end) {
		fprintf(stderr, "usage: roundtrip NR\n");
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
