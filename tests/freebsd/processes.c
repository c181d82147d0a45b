// SPDX-License-Identifier: GPL-2.0
/*
 * Processes: the two results of fork, statuses, programs of both systems, limits,
 * priorities, clocks.
 */
#include "freebsd.h"

enum {
	SYS_ptrace = 26,
};

/* clang-format off */
#define WNOHANG		1
#define WUNTRACED	2
#define WCONTINUED	4
#define WNOWAIT		8
#define WEXITED		16
#define P_PID		0

#define SIGKILL		9
#define SIGSTOP		17
#define SIGCONT		19
#define SIGUSR1		30
/* clang-format on */

static void test_fork(void)
{
	struct result result;
	int status = -1;
	long pid = sys(SYS_getpid);

	result = call(SYS_fork);
	if (!result.ret)
		sys(SYS_exit,
		    result.ret2 == 1 && sys(SYS_getppid) == pid ? 42 : 1);
	yes(!result.failed && result.ret > 0 && result.ret2 == 0,
	    "fork in the parent");
	is(sys(SYS_wait4, result.ret, &status, 0, 0), result.ret, "wait4");
	is(status, 42 << 8, "fork in the child");
	is(sys(SYS_wait4, -1, &status, 0, 0), -ECHILD, "no child is left");
	is(sys(SYS_wait4, -1, &status, 0x1000, 0), -EINVAL, "no such option");
}

/* vfork() shares the stack: what comes after it in the child is in this function. */
static void test_vfork(char **envp)
{
	static char *args[] = { "sh", "-c", "exit 5", 0 };
	int status = -1;
	long child = sys(SYS_vfork);

	if (!child) {
		sys(SYS_execve, "/bin/sh", args, envp);
		sys(SYS_exit, 99);
	}
	is(sys(SYS_wait4, child, &status, 0, 0), child,
	   "vfork and execve of a native program");
	is(status, 5 << 8, "its status");
}

/* A native shell runs this program again, which says so by its status. */
static void test_back(const char *self, char **envp)
{
	char *args[] = { "sh", "-c", "\"$0\" again", (char *)self, 0 };
	long child = sys(SYS_fork);
	int status = -1;

	if (!child) {
		sys(SYS_execve, "/bin/sh", args, envp);
		sys(SYS_exit, 99);
	}
	sys(SYS_wait4, child, &status, 0, 0);
	is(status, 33 << 8, "from a FreeBSD program to a native one and back");
}

static void test_signal_status(void)
{
	long child = sys(SYS_fork);
	int status = -1;

	if (!child) {
		sys(SYS_kill, sys(SYS_getpid), SIGUSR1);
		sys(SYS_exit, 99);
	}
	sys(SYS_wait4, child, &status, 0, 0);
	is(status & 0x7f, SIGUSR1, "the signal that ended a child");
}

static void test_stop_status(void)
{
	int status = -1, ends[2];
	long child;
	char byte;

	sys(SYS_pipe2, ends, 0);
	child = sys(SYS_fork);
	if (!child) {
		sys(SYS_close, ends[1]);
		sys(SYS_kill, sys(SYS_getpid), SIGSTOP);
		/* It must not end before its parent saw that it goes on. */
		sys(SYS_read, ends[0], &byte, 1);
		sys(SYS_exit, 7);
	}
	is(sys(SYS_wait4, child, &status, WUNTRACED, 0), child, "WUNTRACED");
	is(status, SIGSTOP << 8 | 0x7f, "stopped");
	is(sys(SYS_wait4, child, &status, WNOHANG, 0), 0, "WNOHANG");
	sys(SYS_kill, child, SIGCONT);
	is(sys(SYS_wait4, child, &status, WCONTINUED, 0), child, "WCONTINUED");
	is(status, 0x13, "continued");
	sys(SYS_close, ends[1]);
	sys(SYS_close, ends[0]);
	sys(SYS_wait4, child, &status, 0, 0);
	is(status, 7 << 8, "exited");
}

/* A child that lets its parent trace it stops at a signal, which has its number. */
static void test_trace(void)
{
	long child = sys(SYS_fork);
	int status = -1;

	if (!child) {
		sys(SYS_ptrace, 0, 0, 0, 0);
		sys(SYS_kill, sys(SYS_getpid), SIGUSR1);
		sys(SYS_exit, 9);
	}
	is(sys(SYS_wait4, child, &status, 0, 0), child, "PT_TRACE_ME");
	is(status, SIGUSR1 << 8 | 0x7f, "it stopped");
	is(sys(SYS_ptrace, 33, child, 0, 0), -EINVAL, "PT_GETREGS");
	is(sys(SYS_ptrace, 7, child, 0x1000, 0), -EINVAL,
	   "PT_CONTINUE from elsewhere");
	is(sys(SYS_ptrace, 7, child, 1, 0), 0, "PT_CONTINUE");
	sys(SYS_wait4, child, &status, 0, 0);
	is(status, 9 << 8, "without the signal");
	is(sys(SYS_ptrace, 7, child, 1, 0), -ESRCH, "it is gone");
}

static void test_wait6(void)
{
	long child = sys(SYS_fork);
	int status = -1, info[20];

	if (!child)
		sys(SYS_exit, 3);
	is(sys(SYS_wait6, P_PID, child, &status, WEXITED | WNOWAIT, 0, 0),
	   child, "wait6 that leaves the child");
	is(status, 3 << 8, "its status");
	status = -1;
	is(sys(SYS_wait6, P_PID, child, &status, WEXITED, 0, info), child,
	   "wait6");
	yes(info[0] == 20 && info[2] == 1 && info[3] == child && info[5] == 3,
	    "its siginfo");
	is(sys(SYS_wait6, P_PID, child, &status, WEXITED, 0, 0), -ECHILD,
	   "it is gone");
}

static void test_limits(void)
{
	unsigned long limit[2];

	is(sys(SYS_getrlimit, 8, limit), 0, "RLIMIT_NOFILE");
	is(sys(SYS_getdtablesize), limit[0], "is getdtablesize");
	limit[0] = 99;
	is(sys(SYS_setrlimit, 8, limit), 0, "setrlimit");
	is(sys(SYS_getdtablesize), 99, "it is kept");
	is(sys(SYS_getrlimit, 9, limit), 0,
	   "RLIMIT_SBSIZE, which there is not");
	yes(limit[0] == 0x7fffffffffffffff && limit[1] == limit[0],
	    "is infinite");
	is(sys(SYS_getrlimit, 10, limit), 0, "RLIMIT_AS");
	is(limit[1], 0x7fffffffffffffff, "RLIM_INFINITY");
	is(sys(SYS_getrlimit, 15, limit), -EINVAL, "no such limit");
}

static void test_priority(void)
{
	struct result result;

	is(sys(SYS_setpriority, 0, 0, 7), 0, "setpriority");
	is(sys(SYS_getpriority, 0, 0), 7, "getpriority");
	sys(SYS_setpriority, 0, 0, -3);
	result = call(SYS_getpriority, 0, 0);
	yes(!result.failed && result.ret == -3, "a negative one is no error");
	sys(SYS_setpriority, 0, 0, 0);
}

static void test_clocks(void)
{
	long one[2], two[2], none[2] = { 0, 0 }, bad[2] = { 0, 1000000000 };

	is(sys(SYS_clock_gettime, 4, one), 0, "CLOCK_MONOTONIC");
	is(sys(SYS_clock_gettime, 12, two), 0, "CLOCK_MONOTONIC_FAST");
	yes(two[0] - one[0] <= 1, "is the same clock");
	is(sys(SYS_clock_gettime, 0, one), 0, "CLOCK_REALTIME");
	yes(one[0] > 1600000000, "the time of day");
	is(sys(SYS_clock_gettime, 14, one), 0, "CLOCK_THREAD_CPUTIME_ID");
	is(sys(SYS_clock_gettime, 3, one), -EINVAL, "no such clock");
	is(sys(SYS_nanosleep, none, 0), 0, "nanosleep");
	is(sys(SYS_nanosleep, bad, 0), -EINVAL, "a time that is none");
	is(sys(SYS_clock_nanosleep, 4, 0, bad, 0), EINVAL,
	   "an errno that is the result");
}

static void test_select(void)
{
	unsigned long read[16] = {}, timeout[2] = { 0, 20000 };
	int fds[2];

	sys(SYS_pipe2, fds, 0);
	read[0] = 1ul << fds[0];
	is(sys(SYS_select, fds[0] + 1, read, 0, 0, timeout), 0,
	   "select in vain");
	is(timeout[1], 20000, "its timeout is not touched");
	sys(SYS_write, fds[1], "x", 1);
	read[0] = 1ul << fds[0];
	is(sys(SYS_select, fds[0] + 1, read, 0, 0, timeout), 1, "select");
	is(read[0], 1ul << fds[0], "what is ready");
	timeout[1] = 1000000;
	is(sys(SYS_select, 0, 0, 0, 0, timeout), -EINVAL,
	   "a timeval that is none");
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	if (argv[1] && same_text(argv[1], "again"))
		sys(SYS_exit, 33);
	test_fork();
	test_vfork(envp);
	test_back(argv[0], envp);
	test_signal_status();
	test_stop_status();
	test_trace();
	test_wait6();
	test_limits();
	test_priority();
	test_clocks();
	test_select();
	end();
}
