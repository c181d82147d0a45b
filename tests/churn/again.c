// SPDX-License-Identifier: GPL-2.0
/*
 * again [CHANGES]: give a process another table and, while it takes that, its old
 * one back, again and again. What it was given last is what it has to have.
 */
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "objects.h"

#define LONGEST 300 /* turns of a loop between two changes */

/**
 * struct task - the process that is changed
 * @calls: how many calls it has made
 * @table: the number of the table that answered the last one
 */
struct task {
	unsigned long calls;
	unsigned int table;
};

static volatile struct task *task;

/* The two of them at the same time. */
static void stay_on(int processor)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(processor, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(2, "processor %d", processor);
}

static _Noreturn void make_calls(void)
{
	stay_on(1);
	for (;;) {
		long who = syscall(CHURN_WHO, 0);

		task->table = who < 0 ? 0 : (who >> 32) % 100 / 10;
		task->calls++;
	}
}

static void give(pid_t pid, const char *table)
{
	struct abimux_retag how = { .flags = ABIMUX_RETAG_TABLE };

	strcpy(how.table, table);
	if (retag(pid, &how) < 0)
		errx(2, "%s", table);
}

/* The call that is under way may be one of before. */
static unsigned int table_now(void)
{
	unsigned long calls = task->calls;

	while (task->calls < calls + 2)
		sched_yield();
	return task->table;
}

static bool try_once(pid_t pid)
{
	unsigned int table;

	give(pid, "churn-2");
	for (int left = random() % LONGEST; left; left--)
		asm volatile("pause");
	give(pid, "churn-1");
	table = table_now();
	if (table == 1)
		return true;
	printf("# it has table %u\n", table);
	/* What it is given now it takes. */
	give(pid, "linux");
	table_now();
	give(pid, "churn-1");
	table_now();
	return false;
}

int main(int argc, char **argv)
{
	unsigned long tries = 0, lost = 0;
	unsigned long wanted = argc > 1 ? atol(argv[1]) : 20000;
	pid_t pid;

	objects_load(TEST_DIR "/churn/churn.bpf.o");
	task = mmap(NULL, sizeof(*task), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (task == MAP_FAILED)
		err(2, "mmap");
	pid = fork();
	if (!pid)
		make_calls();
	stay_on(0);
	give(pid, "churn-1");
	while (table_now() != 1)
		;
	for (; tries < wanted; tries++)
		lost += !try_once(pid);
	kill(pid, SIGKILL);
	objects_restore();
	printf("# %lu changes\nlost %lu\n", tries, lost);
	return lost != 0;
}
