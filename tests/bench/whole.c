// SPDX-License-Identifier: GPL-2.0-only
/*
 * whole COMMAND…: instructions of a whole run of COMMAND, from before the fork to
 * after the wait, kernel and user, all of the machine.
 *
 * Under QEMU's -icount shift=0 the time stamp counter counts instructions. It goes on
 * as time does while the processor has nothing to do; COMMAND should keep it busy.
 */
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

int main(int argc, char **argv)
{
	uint64_t start = __rdtsc();
	uint64_t taken;
	int status;
	pid_t pid;

	pid = argc > 1 ? fork() : -1;
	if (!pid) {
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status) {
		fprintf(stderr, "whole: the command did not run well\n");
		return 1;
	}
	taken = __rdtsc() - start;
	printf("%llu\n", (unsigned long long)taken);
	return 0;
}
