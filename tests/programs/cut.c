// SPDX-License-Identifier: GPL-2.0
/*
 * cut list COMMAND [ARG...]: run COMMAND and print what each of its calls does that
 * changes what others see: links, pins, names, rules.
 * cut N COMMAND [ARG...]: kill it with SIGKILL just before the N-th of them. Ends with
 * 100 if it was killed, else as COMMAND did.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/bpf.h>

static const char *bpf_change(int cmd)
{
	switch (cmd) {
	case BPF_OBJ_PIN:
		return "pin";
	case BPF_LINK_CREATE:
	case BPF_RAW_TRACEPOINT_OPEN:
		return "link";
	case BPF_LINK_UPDATE:
		return "update";
	case BPF_LINK_DETACH:
		return "detach";
	}
	return NULL;
}

static const char *change(const struct user_regs_struct *regs)
{
	switch (regs->orig_rax) {
	case SYS_bpf:
		return bpf_change(regs->rdi);
	case SYS_mkdir:
		return "pin";
	case SYS_rmdir:
	case SYS_unlink:
	case SYS_unlinkat:
		return "remove";
	case SYS_rename:
	case SYS_renameat:
	case SYS_renameat2:
		return "rename";
	}
	return NULL;
}

static void start(char **argv)
{
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	execv(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

/* Until the next stop. Return: whether it is one at a call's start. */
static bool next(pid_t pid, int *status, bool *inside)
{
	int sig = WSTOPSIG(*status);

	if (sig == SIGTRAP || sig == (SIGTRAP | 0x80))
		sig = 0;
	ptrace(PTRACE_SYSCALL, pid, 0, sig);
	waitpid(pid, status, 0);
	if (!WIFSTOPPED(*status) || WSTOPSIG(*status) != (SIGTRAP | 0x80))
		return false;
	*inside = !*inside;
	return *inside;
}

static int ended(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGKILL ? 100 :
						     128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	bool list = argc > 2 && !strcmp(argv[1], "list"), inside = false;
	int left = argc > 2 && !list ? atoi(argv[1]) : 0, status;
	struct user_regs_struct regs;
	const char *what;
	pid_t pid;

	if (left < 1 && !list)
		return 2;
	pid = fork();
	if (!pid)
		start(argv + 2);
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, 0,
	       PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	while (WIFSTOPPED(status)) {
		if (!next(pid, &status, &inside) ||
		    ptrace(PTRACE_GETREGS, pid, 0, &regs))
			continue;
		what = change(&regs);
		if (what && list)
			puts(what);
		else if (what && !--left)
			kill(pid, SIGKILL);
	}
	return ended(status);
}
