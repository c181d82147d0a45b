// SPDX-License-Identifier: GPL-2.0
/*
 * spinner FILE THREADS [FIFO]: each thread finds out by its calls which table it is
 * on, again and again, and keeps a letter at its place in FILE: l for linux, h for
 * hello, m for myelf, ! for an answer that none of them gives. It cannot tell
 * otherwise: not all of these tables have write.
 *
 * With a FIFO the first thread waits for a byte of it before each round.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NR_ADD 500
#define NR_TABLE 548

static char *letters;
static pid_t self;
static int fifo = -1;

static long raw(long nr, long a, long b)
{
	long ret = nr;

	asm volatile("syscall"
		     : "+a"(ret)
		     : "D"(a), "S"(b), "d"(0)
		     : "rcx", "r11", "memory");
	return ret;
}

static char look(void)
{
	char name[64] = "";
	long sum = raw(NR_ADD, 12, 24), pid = raw(SYS_getpid, 0, 0),
	     len = raw(NR_TABLE, (long)name, sizeof(name));

	if ((sum != 36 && sum != -ENOSYS) || (pid != self && pid != -ENOSYS) ||
	    (len != -ENOSYS && (len != 5 || strcmp(name, "myelf"))))
		return '!';
	if (len == 5)
		return 'm';
	return sum == 36 ? 'h' : 'l';
}

/* A round in which the table changed has something of both. */
static void update(char *letter)
{
	char first = look(), second = look();

	if (*letter == '!')
		return;
	if (first == '!' || second == '!')
		*letter = '!';
	else if (first == second)
		*letter = first;
}

static void wait_a_little(void)
{
	struct timespec ms = { .tv_nsec = 1000000 };

	if (!raw(SYS_nanosleep, (long)&ms, 0))
		return;
	for (int i = 0; i < 100000; i++)
		__builtin_ia32_pause();
}

static void *spin(void *arg)
{
	char *letter = arg, byte;

	for (;;) {
		update(letter);
		if (letter == letters && fifo >= 0)
			syscall(SYS_read, fifo, &byte, 1);
		else
			wait_a_little();
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int count = argc > 2 ? atoi(argv[2]) : 0;
	pthread_t thread;
	int fd;

	if (count < 1 || count > 64)
		return 2;
	fd = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0666);
	if (fd < 0 || ftruncate(fd, count))
		return 2;
	letters = mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (letters == MAP_FAILED)
		return 2;
	memset(letters, '-', count);
	self = getpid();
	if (argc > 3)
		fifo = open(argv[3], O_RDWR);
	for (int i = 1; i < count; i++)
		if (pthread_create(&thread, NULL, spin, &letters[i]))
			return 2;
	spin(&letters[0]);
	return 0;
}
