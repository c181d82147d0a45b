// SPDX-License-Identifier: GPL-2.0-only
/*
 * crowd N [COMMAND…]: bytes of the kernel's objects that one of N processes takes
 * that do nothing; or run COMMAND while there are N.
 *
 * They share their memory, so that these and the kernel's stack for each, which are
 * pages of their own, are all they take.
 */
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_CROWD 10000
#define STACK 1024

static char stacks[MAX_CROWD][STACK] __attribute__((aligned(16)));
static pid_t pids[MAX_CROWD];

static int wait_for_ever(void *unused)
{
	for (;;)
		pause();
	return 0;
}

/* Bytes of all objects that the kernel has, of whatever kind. */
static long objects(void)
{
	FILE *file = fopen("/proc/slabinfo", "r");
	long count, size, sum = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%*s %ld %*d %ld", &count, &size) == 2)
			sum += count * size;
	if (file)
		fclose(file);
	return sum;
}

static int run(char **argv)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	return status;
}

static bool gather(int count)
{
	for (int i = 0; i < count; i++)
		pids[i] = clone(wait_for_ever, stacks[i] + STACK,
				CLONE_VM | CLONE_FS | CLONE_FILES | SIGCHLD,
				NULL);
	if (pids[count - 1] < 0)
		perror("clone");
	return pids[count - 1] > 0;
}

static void disperse(int count)
{
	for (int i = 0; i < count && pids[i] > 0; i++)
		kill(pids[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	/* What ends is not freed at once. */
	sleep(2);
}

/* The second time: what the kernel keeps once it has had so many is not theirs. */
static bool measure(int count)
{
	long before;
	bool all;

	all = gather(count);
	disperse(count);
	before = objects();
	all = gather(count) && all;
	printf("%ld\n", (objects() - before) / count);
	return all;
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 0;
	bool good;

	if (count < 1 || count > MAX_CROWD)
		return 2;
	/* The pages that they share are there already. */
	memset(stacks, 1, sizeof(stacks));
	memset(pids, 1, sizeof(pids));
	if (argc == 2)
		good = measure(count);
	else
		good = gather(count) && !run(argv + 2);
	disperse(count);
	return good ? 0 : 1;
}
