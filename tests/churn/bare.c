// SPDX-License-Identifier: GPL-2.0
/*
 * A program of i386 Linux that is changed to a program of Linux 0.11 and back: calls
 * that are the same on both, and one that is not.
 *
 *	bare FD SLOT SEED
 */
#include "foreign.h"
#include "look.h"

#define NR_FORK 2
#define NR_READ 3
#define NR_WAITPID 7
#define NR_LSEEK 19
#define NR_GETPID 20
#define NR_RENAME 38
#define NR_GETPGRP 65
#define NR_MMAP 90
#define NR_MEMFD_CREATE 356

#define EINTR 4
#define EFAULT 14
#define ENOSYS 38

static struct shared *shared;
static struct slot *slot;
static unsigned int seed;
static int file;

static unsigned int some(unsigned int below)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % below;
}

static void count(int what)
{
	__atomic_add_fetch(&slot->counts[what], 1, __ATOMIC_RELAXED);
}

static void wrong(const char *what, long ret)
{
	unsigned int i;

	if (__atomic_fetch_add(&slot->counts[COUNT_WRONG], 1, __ATOMIC_SEQ_CST))
		return;
	for (i = 0; what[i]; i++)
		slot->wrong[i] = what[i];
	slot->wrong[i++] = ' ';
	for (int shift = 28; shift >= 0; shift -= 4)
		slot->wrong[i++] = "0123456789abcdef"[ret >> shift & 15];
	__atomic_store_n(&slot->said, 1, __ATOMIC_RELEASE);
}

/* Linux finds no name at address zero; 0.11 has no such call. */
static void check_rename(const struct look *look)
{
	long ret = raw(NR_RENAME, 0, 0);
	bool known = flag_same(look->owner, look->table);

	count(COUNT_CALLS);
	if (known)
		count(COUNT_EXACT);
	if (ret != -EFAULT && ret != -ENOSYS)
		wrong("rename", ret);
	else if (known && (ret == -ENOSYS) != !!look->table.value)
		wrong("rename: not the table's", ret);
}

static void check_one(const struct look *look)
{
	long ret;

	switch (some(3)) {
	case 0:
		return check_rename(look);
	case 1:
		ret = raw(NR_LSEEK, file, CHURN_MARK, 0);
		if (!look_digits(look, ret))
			wrong("lseek", ret);
		break;
	default:
		ret = raw(NR_GETPGRP, 0);
		if (!look_listed(look, ret))
			wrong("getpgrp", ret);
	}
	count(COUNT_CALLS);
}

static struct look look_now(void)
{
	struct look now = { .shared = shared,
			    .slot = slot,
			    .owner = &slot->table };

	look(&now);
	return now;
}

static void do_fork(void)
{
	struct look now = look_now();
	int status = -1;
	long pid = raw(NR_FORK, 0), ret;

	if (!pid) {
		for (int i = 0; i < 3; i++) {
			look_again(&now);
			check_one(&now);
		}
		raw(NR_EXIT, 42);
	}
	if (pid < 0) {
		if (!shared->faults)
			wrong("fork", pid);
		return;
	}
	count(COUNT_FORKS);
	do {
		ret = raw(NR_WAITPID, pid, &status, 0);
	} while (ret == -EINTR);
	if (status != 42 << 8 && !shared->faults)
		wrong("child", status);
}

/* A byte comes now and then. */
static void doze(void)
{
	char byte;

	raw(NR_READ, 0, &byte, 1);
}

static int number(const char *text)
{
	int number = 0;

	while (*text)
		number = number * 10 + *text++ - '0';
	return number;
}

/* The memory: old mmap(), which takes all it is told in a block. */
static struct shared *map(int fd)
{
	long block[] = { 0, (sizeof(*shared) + 4095) & ~4095l, 3, 1, fd, 0 };

	return (struct shared *)raw(NR_MMAP, block);
}

int main(int argc, char **argv, char **envp)
{
	if (argc != 4)
		return 2;
	(void)envp;
	shared = map(number(argv[1]));
	if ((unsigned long)shared > -4096ul)
		return 2;
	slot = &shared->slots[number(argv[2])];
	seed = number(argv[3]);
	file = raw(NR_MEMFD_CREATE, "seek", 1);
	slot->pid = raw(NR_GETPID, 0);
	while (!shared->stop) {
		struct look now = look_now();

		check_one(&now);
		if (!some(8))
			do_fork();
		doze();
	}
	return 0;
}
