// SPDX-License-Identifier: GPL-2.0-only
/*
 * movers N COMMAND…: milliseconds from the start of COMMAND until N processes, each
 * of which makes a call every 50 ms, have seen what it changes: that getppid is
 * answered ENOSYS.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_MOVERS 1000
#define USEC 50000

static struct shared {
	int ready;
	long moved[MAX_MOVERS];
} *shared;

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void move(long *moved)
{
	__sync_fetch_and_add(&shared->ready, 1);
	while (syscall(SYS_getppid) != -1 || errno != ENOSYS)
		usleep(USEC);
	*moved = now();
	_exit(0);
}

int main(int argc, char **argv)
{
	int count = argc > 2 ? atoi(argv[1]) : 0;
	long start, last = 0;

	if (count < 1 || count > MAX_MOVERS)
		return 2;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 2;
	for (int i = 0; i < count; i++)
		if (!fork())
			move(&shared->moved[i]);
	while (*(volatile int *)&shared->ready < count)
		usleep(USEC);
	start = now();
	if (!fork()) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	while (wait(NULL) > 0)
		;
	for (int i = 0; i < count; i++)
		if (shared->moved[i] > last)
			last = shared->moved[i];
	printf("%.1f\n", (last - start) / 1e6);
	return 0;
}
