// SPDX-License-Identifier: GPL-2.0
/*
 * How long a table's replacement takes with 10, 100 and 1,000 tasks that have it and
 * make five calls a second: until the call that replaces it returns, and until
 * the last of them was answered by the new version. Medians, in microseconds.
 *
 *	replaced [TASKS...]
 */
#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "objects.h"

#define MOST 1000
#define ROUNDS 11
#define PAUSE 200000 /* microseconds between two calls of a task */

static volatile unsigned int seen[MOST];
static volatile bool stop;

static void *calls(void *arg)
{
	volatile unsigned int *mine = arg;

	while (!stop) {
		*mine = (unsigned long)syscall(CHURN_WHO, 0) >> 32;
		usleep(PAUSE);
	}
	return NULL;
}

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void wait_for(int tasks, unsigned int id)
{
	for (int i = 0; i < tasks; i++)
		while (seen[i] != id * 101)
			usleep(100);
}

static int by_value(const void *a, const void *b)
{
	const long *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static long median(long *values)
{
	qsort(values, ROUNDS, sizeof(*values), by_value);
	return values[ROUNDS / 2];
}

/* However busy they are, we see at once what they have. */
static void hurry(int policy)
{
	struct sched_param param = { .sched_priority = policy == SCHED_FIFO };

	if (sched_setscheduler(0, policy, &param))
		err(2, "sched_setscheduler");
}

static void measure(int tasks)
{
	long returned[ROUNDS], last[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		int version = 1 + i % 2;
		long long start = now();

		if (table_swap(1, version))
			err(2, "swap");
		returned[i] = (now() - start) / 1000;
		wait_for(tasks, 10 + version);
		last[i] = (now() - start) / 1000;
		usleep(20000);
	}
	printf("%d tasks: %ld us to replace, %ld us to the last task\n", tasks,
	       median(returned), median(last));
}

static void with_tasks(int tasks)
{
	struct abimux_retag how = { .table = "churn-1",
				    .flags = ABIMUX_RETAG_TABLE };
	pthread_t ids[MOST];

	stop = false;
	if (retag(getpid(), &how) < 0)
		err(2, "retag");
	table_swap(1, 0);
	for (int i = 0; i < tasks; i++)
		if (pthread_create(&ids[i], NULL, calls, (void *)&seen[i]))
			errx(2, "%d threads are too many", tasks);
	wait_for(tasks, 10);
	hurry(SCHED_FIFO);
	measure(tasks);
	hurry(SCHED_OTHER);
	stop = true;
	for (int i = 0; i < tasks; i++)
		pthread_join(ids[i], NULL);
}

int main(int argc, char **argv)
{
	static const int counts[] = { 10, 100, 1000 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	objects_load(TEST_DIR "/churn/churn.bpf.o");
	if (argc == 1)
		for (int i = 0; i < 3; i++)
			with_tasks(counts[i]);
	for (int i = 1; i < argc; i++)
		with_tasks(atoi(argv[i]) < MOST ? atoi(argv[i]) : MOST);
	objects_restore();
	return 0;
}
