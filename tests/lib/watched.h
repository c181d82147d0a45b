/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A FreeBSD program that is watched: tests/freebsd/steps.c with its output in a pipe.
 */
#ifndef TESTS_WATCHED_H
#define TESTS_WATCHED_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEPS TEST_DIR "/freebsd/steps"

struct watched {
	pid_t pid;
	int in, out; /* our ends of its standard input and output */
	char text[1024]; /* what it said */
};

/* What the child does before it becomes the program: 0, or it does not. */
typedef int prepare_fn(void);

static void watched_become(char *const argv[], prepare_fn *prepare)
{
	/* So the program's first descriptor is 3. */
	if (close_range(3, ~0u, 0) || prepare())
		_exit(99);
	execv(argv[0], argv);
	_exit(98);
}

/* The program with each word of @words as an argument. */
static void watched_start(struct watched *it, const char *words,
			  prepare_fn *prepare)
{
	char *argv[16] = { STEPS }, *copy = strdup(words);
	int in[2], out[2];

	for (int i = 1; i < 15 && (argv[i] = strtok(i > 1 ? NULL : copy, " "));
	     i++)
		;
	if (pipe(in) || pipe(out))
		abort();
	unlink("lock");
	it->pid = fork();
	if (!it->pid) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		watched_become(argv, prepare);
	}
	close(in[0]);
	close(out[1]);
	it->in = in[1];
	it->out = out[0];
	free(copy);
}

/* Read all that it says, to the end. */
static void watched_read(struct watched *it)
{
	size_t have = 0;
	ssize_t got;

	close(it->in);
	while ((got = read(it->out, it->text + have,
			   sizeof(it->text) - 1 - have)) > 0)
		have += got;
	it->text[have] = '\0';
	close(it->out);
}

/* Its wait status. */
static int watched_end(struct watched *it)
{
	int status = -1;

	watched_read(it);
	waitpid(it->pid, &status, 0);
	return status;
}

#endif /* TESTS_WATCHED_H */
