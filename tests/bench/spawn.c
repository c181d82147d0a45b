// SPDX-License-Identifier: GPL-2.0-only
/*
 * spawn PROGRAM: instructions of fork, exec of PROGRAM, its run and the wait for it.
 *
 * As roundtrip counts them: the smallest of some rounds. Neither our addresses nor
 * the program's are drawn at random, for how many page tables there are to copy and
 * to clear depends on them.
 */
#include <stdint.h>
#include <stdio.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>
#include "marks.h"

#define ROUNDS 200

static uint64_t round_of(char **argv)
{
	uint64_t start = __rdtsc();
	int status = -1;
	pid_t pid;

	mark_begin();
	pid = fork();
	if (!pid) {
		execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status) {
		fprintf(stderr, "spawn: %s did not run well\n", argv[0]);
		_exit(1);
	}
	mark_end();
	return __rdtsc() - start;
}

int main(int argc, char **argv)
{
	uint64_t least = UINT64_MAX;

	if (argc != 2)
		return 2;
	if (personality(0xffffffff) != ADDR_NO_RANDOMIZE) {
		personality(ADDR_NO_RANDOMIZE);
		execv("/proc/self/exe", argv);
	}
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t taken = round_of(argv + 1);

		if (taken < least)
			least = taken;
	}
	printf("%llu\n", (unsigned long long)least);
	return 0;
}
