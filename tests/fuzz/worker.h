/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tasks that call without end, and look at each result, while what they call is
 * changed under them.
 */
#ifndef FUZZ_WORKER_H
#define FUZZ_WORKER_H

#include <sys/mman.h>
#include <sys/syscall.h>

#include "cage.h"

#define NR_WORKERS 4
#define LARGEST_ERRNO 600

struct worker {
	pid_t pid;
	unsigned long calls;
	long wrong; /* a result that cannot be */
};

/* Shared with them. */
static volatile struct worker *workers;

/* An errno in any of a table's forms is fine; a number that nobody gave is not. */
static inline bool plausible(long result, pid_t pid)
{
	return result == pid ||
	       (result < LARGEST_ERRNO && result > -LARGEST_ERRNO);
}

static inline _Noreturn void work(volatile struct worker *self)
{
	pid_t pid = getpid();

	for (;;) {
		long result;

		asm volatile("syscall"
			     : "=a"(result)
			     : "a"(SYS_getpid)
			     : "rcx", "r11", "rdx", "memory");
		if (!plausible(result, pid))
			self->wrong = result;
		self->calls++;
		if (!(self->calls & 63))
			asm volatile("syscall"
				     : "=a"(result)
				     : "a"(SYS_sched_yield)
				     : "rcx", "r11", "rdx", "memory");
	}
}

static inline void workers_start(void)
{
	workers = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	fflush(stdout);
	for (int i = 0; i < NR_WORKERS; i++) {
		pid_t pid = fork();

		if (!pid) {
			become_alice();
			work(&workers[i]);
		}
		workers[i].pid = pid;
	}
}

/* False if one is gone, was told nonsense, or makes no call any more. */
static inline bool workers_well(void)
{
	unsigned long before[NR_WORKERS];

	for (int i = 0; i < NR_WORKERS; i++)
		before[i] = workers[i].calls;
	for (int i = 0; i < NR_WORKERS; i++) {
		for (int tries = 0; workers[i].calls == before[i]; tries++) {
			if (tries == 30000)
				return false;
			pause_ms(2);
		}
		if (workers[i].wrong || kill(workers[i].pid, 0))
			return false;
	}
	return true;
}

static inline void workers_end(void)
{
	for (int i = 0; i < NR_WORKERS; i++) {
		kill(workers[i].pid, SIGKILL);
		waitpid(workers[i].pid, NULL, 0);
	}
}

#endif /* FUZZ_WORKER_H */
