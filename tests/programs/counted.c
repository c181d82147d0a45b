// SPDX-License-Identifier: GPL-2.0
/*
 * counted THREADS CALLS: make known numbers of calls of several kinds, to be compared
 * with what was counted. Each thread makes CALLS of getppid, of 500 (of table hello)
 * and of close, which fail; and CALLS / 10 of fork. The process makes one pause that a
 * handler ends, and one nanosleep that a stop and a continue interrupt.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sleeps.h"

#define NR_ADD 500

static long calls;

static void fork_once(void)
{
	long pid = syscall(SYS_fork);

	if (!pid)
		syscall(SYS_exit, 0);
	if (pid < 0 || syscall(SYS_wait4, pid, NULL, 0, NULL) != pid)
		abort();
}

static void *work(void *arg)
{
	for (long i = 0; i < calls; i++) {
		if (syscall(SYS_getppid) <= 0 ||
		    syscall(NR_ADD, i, 1) != i + 1 ||
		    syscall(SYS_close, -1) != -1)
			abort();
		if (i % 10 == 0)
			fork_once();
	}
	return NULL;
}

static void handle(int sig)
{
}

/* A child ends the pause, however late that begins. */
static void pause_once(void)
{
	struct sigaction action = { .sa_handler = handle };
	pid_t pid;

	sigaction(SIGALRM, &action, NULL);
	pid = fork();
	if (!pid) {
		pid = getppid();
		wait_for_sleep(pid, SYS_pause);
		usleep(100000);
		kill(pid, SIGALRM);
		_exit(0);
	}
	if (syscall(SYS_pause) != -1 || errno != EINTR)
		abort();
	waitpid(pid, NULL, 0);
}

/* A child stops and continues us in the middle. */
static void sleep_once(void)
{
	struct timespec time = { .tv_nsec = 400000000 };
	pid_t pid = fork();

	if (!pid) {
		pid = getppid();
		wait_for_sleep(pid, SYS_nanosleep);
		usleep(100000);
		kill(pid, SIGSTOP);
		usleep(100000);
		kill(pid, SIGCONT);
		_exit(0);
	}
	if (syscall(SYS_nanosleep, &time, NULL))
		abort();
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	pthread_t threads[64];
	int count = argc == 3 ? atoi(argv[1]) : 0;

	if (count < 1 || count > 64) {
		fprintf(stderr, "usage: counted THREADS CALLS\n");
		return 2;
	}
	calls = atol(argv[2]);
	for (int i = 0; i < count; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	pause_once();
	sleep_once();
	return 0;
}
