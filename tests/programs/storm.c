// SPDX-License-Identifier: GPL-2.0
/*
 * storm FILE: processes that fork and thread all the time, each of which calls
 * getppid. Once FILE starts with an A every call that begins has to be answered
 * EACCES, after a B none may be; an S ends it. Says how many calls it looked at and
 * how many were wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS 4
#define CALLS 20

struct shared {
	char flag;
	char pad[63];
	unsigned int forks;
	unsigned int refused;
	unsigned int passed;
	unsigned int wrong;
};

static struct shared *shared;

static void look(void)
{
	char flag = *(volatile char *)&shared->flag;
	long ret = syscall(SYS_getppid);
	int refused = ret < 0 && errno == EACCES;

	/* It was taken down before something was changed. */
	if (flag != *(volatile char *)&shared->flag)
		return;
	if (flag == 'A')
		__sync_fetch_and_add(
			refused ? &shared->refused : &shared->wrong, 1);
	if (flag == 'B')
		__sync_fetch_and_add(refused ? &shared->wrong : &shared->passed,
				     1);
}

static void *thread(void *arg)
{
	for (int i = 0; i < CALLS; i++)
		look();
	return NULL;
}

static void child(void)
{
	pthread_t id;
	pid_t pid;

	if (!pthread_create(&id, NULL, thread, NULL))
		pthread_join(id, NULL);
	pid = fork();
	thread(NULL);
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	_exit(0);
}

static void work(void)
{
	while (*(volatile char *)&shared->flag != 'S') {
		pid_t pid = fork();

		if (!pid)
			child();
		__sync_fetch_and_add(&shared->forks, 2);
		look();
		waitpid(pid, NULL, 0);
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	int fd = open(argv[1], O_RDWR);

	if (fd < 0 || ftruncate(fd, sizeof(*shared)))
		return 2;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED,
		      fd, 0);
	if (shared == MAP_FAILED)
		return 2;
	for (int i = 0; i < WORKERS; i++)
		if (!fork())
			work();
	while (wait(NULL) > 0)
		;
	printf("refused %s passed %s wrong %u\n",
	       shared->refused > 100 ? "many" : "few",
	       shared->passed > 100 ? "many" : "few", shared->wrong);
	return shared->wrong > 0;
}
