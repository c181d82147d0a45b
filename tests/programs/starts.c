// SPDX-License-Identifier: GPL-2.0
/*
 * starts STOP TEXT[|TEXT] FILE [ARG...]: execute FILE again and again until there is a
 * file STOP. Each has to print one of the texts, and nothing else. Prints how often it
 * did, then what else was printed.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Who takes a program out of the kernel waits until each task has slept: long, if some
 * never do.
 */
#define PAUSE 10000 /* microseconds */

static void read_all(int fd, char *text, size_t size)
{
	size_t have = 0;
	ssize_t len;

	while ((len = read(fd, text + have, size - 1 - have)) > 0)
		have += len;
	text[have] = '\0';
	if (have && text[have - 1] == '\n')
		text[have - 1] = '\0';
}

/* What it prints, or why it does not start. */
static void start(char **argv, char *text, size_t size)
{
	posix_spawn_file_actions_t actions;
	int out[2], err;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC))
		exit(2);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
	err = posix_spawn(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(out[1]);
	if (err)
		snprintf(text, size, "%s", strerrorname_np(err));
	else
		read_all(out[0], text, size);
	close(out[0]);
	if (!err)
		waitpid(pid, NULL, 0);
}

static bool is_one_of(const char *text, const char *texts)
{
	size_t len = strlen(text);

	for (; texts; texts = strchr(texts, '|')) {
		texts += *texts == '|';
		if (!strncmp(texts, text, len) &&
		    (!texts[len] || texts[len] == '|'))
			return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	char text[256], wrong[256];
	long right = 0, others = 0;

	if (argc < 4)
		return 2;
	while (access(argv[1], F_OK)) {
		start(argv + 3, text, sizeof(text));
		if (is_one_of(text, argv[2])) {
			right++;
		} else {
			others++;
			strcpy(wrong, text);
		}
		usleep(PAUSE);
	}
	printf("%ld right\n", right);
	if (others)
		printf("%ld wrong: '%s'\n", others, wrong);
	return others > 0;
}
