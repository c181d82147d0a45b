// SPDX-License-Identifier: GPL-2.0
/*
 * attach PID: each way to use another process; prints "ok" or the errno for each.
 * attach traceme FILE: a child, whose number it prints, that asks to be traced by its
 * parent when there is FILE.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(const char *how, long ret)
{
	printf("%s %s\n", how, ret < 0 ? strerrorname_np(errno) : "ok");
}

static long by_ptrace(pid_t pid, int request)
{
	long ret = ptrace(request, pid, 0, 0);

	if (ret)
		return ret;
	if (request == PTRACE_SEIZE)
		ptrace(PTRACE_INTERRUPT, pid, 0, 0);
	waitpid(pid, NULL, __WALL);
	return ptrace(PTRACE_DETACH, pid, 0, 0);
}

static long by_memory(pid_t pid)
{
	char path[40];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDWR);
	if (fd >= 0)
		close(fd);
	return fd;
}

/* Nothing is there to be written to: EFAULT says that it may be done. */
static long by_writev(pid_t pid)
{
	char byte = 0;
	struct iovec here = { &byte, 1 }, there = { (void *)8, 1 };
	long ret = process_vm_writev(pid, &here, 1, &there, 1, 0);

	return ret < 0 && errno == EFAULT ? 0 : ret;
}

static long by_file(pid_t pid)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0);

	return syscall(SYS_pidfd_getfd, pidfd, 0, 0);
}

static int child_asks(const char *file)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		while (access(file, F_OK))
			usleep(20000);
		tell("traceme", ptrace(PTRACE_TRACEME, 0, 0, 0));
		exit(0);
	}
	printf("child %d\n", pid);
	fflush(stdout);
	while (!waitpid(pid, &status, WNOHANG))
		usleep(20000);
	return status;
}

int main(int argc, char **argv)
{
	pid_t pid = argc > 1 ? atoi(argv[1]) : 0;

	if (argc > 2 && !strcmp(argv[1], "traceme"))
		return child_asks(argv[2]);
	if (!pid)
		return 2;
	tell("attach", by_ptrace(pid, PTRACE_ATTACH));
	tell("seize", by_ptrace(pid, PTRACE_SEIZE));
	tell("mem", by_memory(pid));
	tell("writev", by_writev(pid));
	tell("getfd", by_file(pid));
	return 0;
}
