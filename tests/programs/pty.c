// SPDX-License-Identifier: GPL-2.0-only
/*
 * pty COMMAND…: run COMMAND on a terminal of its own, 24 lines of 80. What we read is
 * typed there, what it shows we write. Ends with COMMAND's status, or with 128 and the
 * number of the signal that ended it.
 */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct winsize size = { .ws_row = 24, .ws_col = 80 };

static bool copy(int from, int to)
{
	char buf[4096];
	ssize_t n = read(from, buf, sizeof(buf));

	return n > 0 && write(to, buf, n) == n;
}

/* Until no process has the terminal any more. */
static void relay(int terminal)
{
	struct pollfd fds[] = {
		{ .fd = terminal, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};

	while (poll(fds, 2, -1) > 0) {
		if (fds[0].revents && !copy(terminal, STDOUT_FILENO))
			return;
		if (fds[1].revents && !copy(STDIN_FILENO, terminal))
			fds[1].fd = -1;
	}
}

int main(int argc, char **argv)
{
	int terminal, status;
	pid_t pid;

	pid = argc > 1 ? forkpty(&terminal, NULL, NULL, &size) : -1;
	if (!pid) {
		/* A shell that runs us in the background lets us ignore it. */
		signal(SIGINT, SIG_DFL);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid < 0) {
		fprintf(stderr, "usage: pty COMMAND...\n");
		return 2;
	}
	relay(terminal);
	if (waitpid(pid, &status, 0) != pid)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
