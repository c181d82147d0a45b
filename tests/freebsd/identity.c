// SPDX-License-Identifier: GPL-2.0
/*
 * Who a process is: users, groups, login, and procctl.
 */
#include "freebsd.h"

/* clang-format off */
enum {
	SYS_setuid = 23,
	SYS_getuid = 24,
	SYS_getegid = 43,
	SYS_getlogin = 49,
	SYS_setlogin = 50,
	SYS_getgroups = 79,
	SYS_setgroups = 80,
	SYS_getresgid = 361,
	SYS_getloginclass = 523,
	SYS_procctl = 544,
};

#define PROC_REAP_ACQUIRE	2
#define PROC_REAP_RELEASE	3
#define PROC_TRACE_CTL		7
#define PROC_TRACE_STATUS	8
#define PROC_PDEATHSIG_CTL	11
#define PROC_PDEATHSIG_STATUS	12
#define PROC_NO_NEW_PRIVS_CTL	19
#define PROC_NO_NEW_PRIVS_STATUS 20
#define SIGUSR1			30
/* clang-format on */

static void test_groups(void)
{
	uint32_t set[] = { 7, 20, 30, 40 }, got[8] = {}, ids[3];

	is(sys(SYS_setgroups, 4, set), 0, "setgroups");
	is(sys(SYS_getegid), 7, "the first is the effective one");
	is(sys(SYS_getresgid, ids, ids + 1, ids + 2), 0, "getresgid");
	yes(!ids[0] && ids[1] == 7 && !ids[2], "and no other of the three");
	is(sys(SYS_getgroups, 0, 0), 4, "getgroups counts");
	is(sys(SYS_getgroups, 8, got), 4, "getgroups");
	yes(got[0] == 7 && got[1] == 20 && got[2] == 30 && got[3] == 40,
	    "those that were set");
	is(sys(SYS_getgroups, 3, got), -EINVAL, "no room for all");
	is(sys(SYS_setgroups, 2000, set), -EINVAL, "too many");
	is(sys(SYS_setgroups, 0, 0), 0, "none");
	is(sys(SYS_getgroups, 8, got), 1, "leave the effective one");
	is(got[0], 7, "which is that");
	sys(SYS_setegid, 0);
}

static void test_login(void)
{
	char name[33] = "x";

	is(sys(SYS_getlogin, name, sizeof(name)), 0, "getlogin");
	is(name[0], 0, "nobody logged in");
	is(sys(SYS_getlogin, name, 0), -ERANGE, "getlogin without room");
	is(sys(SYS_setlogin, "root"), -EPERM, "setlogin");
	is(sys(SYS_getloginclass, name, sizeof(name)), 0, "getloginclass");
	yes(same_text(name, "default"), "the login class");
}

static long control(int command, int *data)
{
	return sys(SYS_procctl, 0, 0, command, data);
}

/* The grandchild holds the second pipe open until its parent's death. */
static void test_orphan(void)
{
	int ready[2], alive[2], sig = 9;
	long child;
	char byte;

	sys(SYS_pipe2, ready, 0);
	sys(SYS_pipe2, alive, 0);
	child = sys(SYS_fork);
	if (!child) {
		if (!sys(SYS_fork)) {
			control(PROC_PDEATHSIG_CTL, &sig);
			sys(SYS_write, ready[1], "x", 1);
			for (;;)
				sys(SYS_select, 0, 0, 0, 0, 0);
		}
		sys(SYS_read, ready[0], &byte, 1);
		sys(SYS_exit, 0);
	}
	sys(SYS_close, alive[1]);
	is(sys(SYS_read, alive[0], &byte, 1), 0, "it dies with its parent");
	sys(SYS_wait4, child, 0, 0, 0);
	sys(SYS_close, alive[0]);
	sys(SYS_close, ready[0]);
	sys(SYS_close, ready[1]);
}

static void test_death(void)
{
	int sig = SIGUSR1, got = -1;

	is(control(PROC_PDEATHSIG_CTL, &sig), 0, "PROC_PDEATHSIG_CTL");
	is(control(PROC_PDEATHSIG_STATUS, &got), 0, "PROC_PDEATHSIG_STATUS");
	is(got, SIGUSR1, "the signal has its number");
	sig = 0;
	control(PROC_PDEATHSIG_CTL, &sig);
	sig = 99;
	is(control(PROC_PDEATHSIG_CTL, &sig), -EINVAL, "no such signal");
	is(sys(SYS_procctl, 0, 1, PROC_PDEATHSIG_CTL, &sig), -EINVAL,
	   "of another process");
	is(control(PROC_PDEATHSIG_CTL, (int *)16), -EFAULT, "a bad address");
	is(control(99, &sig), -EINVAL, "no such command");
	test_orphan();
}

static void test_reaper(void)
{
	long child, orphan = -1;
	int ends[2];

	is(control(PROC_REAP_RELEASE, 0), -EINVAL, "PROC_REAP_RELEASE of none");
	is(control(PROC_REAP_ACQUIRE, 0), 0, "PROC_REAP_ACQUIRE");
	is(control(PROC_REAP_ACQUIRE, 0), -16, "twice is EBUSY");
	sys(SYS_pipe2, ends, 0);
	child = sys(SYS_fork);
	if (!child) {
		orphan = sys(SYS_fork);
		if (orphan)
			sys(SYS_write, ends[1], &orphan, sizeof(orphan));
		sys(SYS_exit, 0);
	}
	sys(SYS_read, ends[0], &orphan, sizeof(orphan));
	is(sys(SYS_wait4, child, 0, 0, 0), child, "the child");
	is(sys(SYS_wait4, -1, 0, 0, 0), orphan, "its orphan comes here");
	is(control(PROC_REAP_RELEASE, 0), 0, "PROC_REAP_RELEASE");
	sys(SYS_close, ends[0]);
	sys(SYS_close, ends[1]);
}

static void test_trace(void)
{
	int on = 1, off = 2, other = 3, got = 5;

	is(control(PROC_TRACE_STATUS, &got), 0, "PROC_TRACE_STATUS");
	is(got, 0, "nobody traces");
	is(control(PROC_TRACE_CTL, &off), 0, "PROC_TRACE_CTL");
	control(PROC_TRACE_STATUS, &got);
	is(got, -1, "nobody may");
	is(control(PROC_TRACE_CTL, &on), 0, "they may again");
	is(control(PROC_TRACE_CTL, &other), -EINVAL, "not beyond exec");
	is(control(PROC_NO_NEW_PRIVS_STATUS, &got), 0,
	   "PROC_NO_NEW_PRIVS_STATUS");
	is(got, off, "off");
	is(control(PROC_NO_NEW_PRIVS_CTL, &off), -EINVAL,
	   "what is on for ever cannot be switched off");
	is(control(PROC_NO_NEW_PRIVS_CTL, &on), 0, "PROC_NO_NEW_PRIVS_CTL");
	control(PROC_NO_NEW_PRIVS_STATUS, &got);
	is(got, on, "on");
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	/* Who changes groups is not traced any more. */
	test_trace();
	test_groups();
	test_login();
	test_death();
	test_reaper();
	end();
}
