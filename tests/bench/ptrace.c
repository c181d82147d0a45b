// SPDX-License-Identifier: GPL-2.0-only
/*
 * ptrace: a tracer stops the program before and after each call and reads its
 * registers before.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include "ways.h"

/* Until it has ended: our own end is its end. */
static void trace(pid_t pid)
{
	struct user_regs_struct regs;
	bool entry = true;
	int status;

	waitpid(pid, &status, 0);
	while (WIFSTOPPED(status)) {
		if (entry)
			ptrace(PTRACE_GETREGS, pid, NULL, &regs);
		entry = !entry;
		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) ||
		    waitpid(pid, &status, 0) != pid)
			_exit(1);
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

/* The child goes on as the program. */
int ptrace_begin(long nr, const char *unused)
{
	pid_t pid = fork();

	if (pid < 0)
		return -1;
	if (pid)
		trace(pid);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		return -1;
	return raise(SIGSTOP);
}
