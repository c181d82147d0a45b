// SPDX-License-Identifier: GPL-2.0
/*
 * Commands to be run: finding them, and starting one that is to be looked at from
 * its first call on.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "program.h"

static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

/**
 * program_find - the file that a command means
 * @path: the file
 * @name: a path, or a name to be found in PATH
 *
 * Not execvp(3), which gives what the kernel refuses to a shell: that shell would
 * run with the table.
 *
 * Return: ST_OK or ST_NO_COMMAND.
 */
int program_find(char path[PROGRAM_PATH_LEN], const char *name)
{
	const char *dirs = getenv("PATH") ?: "/usr/sbin:/usr/bin:/sbin:/bin";
	size_t len;

	if (strchr(name, '/')) {
		snprintf(path, PROGRAM_PATH_LEN, "%s", name);
		return is_file(path) ?
			       ST_OK :
			       fail(ST_NO_COMMAND, NULL, "no file %s", name);
	}
	for (; *dirs; dirs += len + !!dirs[len]) {
		len = strcspn(dirs, ":");
		snprintf(path, PROGRAM_PATH_LEN, "%.*s%s%s", (int)len, dirs,
			 len ? "/" : "./", name);
		if (is_file(path) && !access(path, X_OK))
			return ST_OK;
	}
	return fail(ST_NO_COMMAND, NULL, "no command '%s' in PATH", name);
}

/* The new process: waits for the word, and says if there was nothing to run. */
static void run(const char *path, char **argv, int go, int failed)
{
	char word;
	int err;

	if (read(go, &word, 1) != 1)
		_exit(ST_FAILED);
	execv(path, argv);
	err = errno;
	if (write(failed, &err, sizeof(err)) < 0)
		_exit(ST_FAILED);
	_exit(ST_NOT_EXECUTABLE);
}

/**
 * program_start - make a process for a command
 * @program: the process; it waits for program_go() or program_drop()
 * @argv: the command
 *
 * Return: ST_OK, or another exit code.
 */
int program_start(struct program *program, char **argv)
{
	char path[PROGRAM_PATH_LEN];
	int go[2], failed[2];
	int status = program_find(path, argv[0]);

	if (status)
		return status;
	if (pipe2(go, O_CLOEXEC) || pipe2(failed, O_CLOEXEC))
		return fail_errno(errno, NULL, "make a pipe");
	program->pid = fork();
	if (program->pid < 0) {
		program->pid = 0;
		return fail_errno(errno, NULL, "make a process");
	}
	if (!program->pid) {
		close(go[1]);
		run(path, argv, go[0], failed[1]);
	}
	close(go[0]);
	close(failed[1]);
	program->go = go[1];
	program->failed = failed[0];
	return ST_OK;
}

/**
 * program_go - let the process run its command
 * @program: the process
 * @name: name of the command
 *
 * Return: ST_OK if the command runs, or another exit code.
 */
int program_go(struct program *program, const char *name)
{
	ssize_t sent = write(program->go, "", 1);
	ssize_t got;
	int err = 0;

	close(program->go);
	do
		got = read(program->failed, &err, sizeof(err));
	while (got < 0 && errno == EINTR);
	close(program->failed);
	if (sent == 1 && !got)
		return ST_OK;
	waitpid(program->pid, NULL, 0);
	program->pid = 0;
	return fail(ST_NOT_EXECUTABLE, NULL, "%s: %s", name, strerror(err));
}

/**
 * program_drop - end a process that waits
 * @program: the process
 */
void program_drop(struct program *program)
{
	if (!program->pid)
		return;
	close(program->go);
	close(program->failed);
	waitpid(program->pid, NULL, 0);
	program->pid = 0;
}
