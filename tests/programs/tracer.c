// SPDX-License-Identifier: GPL-2.0
/*
 * What a tracer sees of a FreeBSD program, and what it can change: it stops at each
 * step of a call, which is a native call to it.
 */
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#include "kselftest_harness.h"
#include "sleeps.h"
#include "watched.h"

#define LOCK_FLAGS (O_RDWR | O_CREAT | O_NONBLOCK)
#define LOCK_EX_NB 6

static int be_traced(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void start_traced(struct watched *it, const char *words, long options)
{
	int status;

	watched_start(it, words, be_traced);
	waitpid(it->pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, it->pid, NULL,
	       PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | options);
}

/* A stop at a call: its number and arguments, or at its end its result. */
struct stop {
	int op;
	long nr;
	unsigned long args[6];
	long result;
};

static struct stop stop_of(pid_t pid)
{
	struct __ptrace_syscall_info info;
	struct stop stop = { .op = -1 };

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0)
		return stop;
	stop.op = info.op;
	if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		stop.result = info.exit.rval;
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return stop;
	stop.nr = info.entry.nr;
	for (int i = 0; i < 6; i++)
		stop.args[i] = info.entry.args[i];
	return stop;
}

/* On to the next stop at a call; one with op -1 if the program ended. */
static struct stop next_stop(pid_t pid, int request)
{
	int status;

	do {
		if (ptrace(request, pid, NULL, NULL) ||
		    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			return (struct stop){ .op = -1 };
	} while (WSTOPSIG(status) != (SIGTRAP | 0x80));
	return stop_of(pid);
}

/* On to where a call of this number starts. Return: whether there is one. */
static bool go_to(pid_t pid, long nr, struct stop *stop)
{
	do {
		*stop = next_stop(pid, PTRACE_SYSCALL);
	} while (stop->op != -1 &&
		 (stop->op != PTRACE_SYSCALL_INFO_ENTRY || stop->nr != nr));
	return stop->op != -1;
}

static struct user_regs_struct regs_of(pid_t pid)
{
	struct user_regs_struct regs = {};

	ptrace(PTRACE_GETREGS, pid, NULL, &regs);
	return regs;
}

static void set_regs(pid_t pid, struct user_regs_struct regs)
{
	ptrace(PTRACE_SETREGS, pid, NULL, &regs);
}

/* Let it run to its end, untraced. */
static int let_go(struct watched *it)
{
	ptrace(PTRACE_DETACH, it->pid, NULL, NULL);
	return watched_end(it);
}

TEST(stops_at_each_step)
{
	struct watched it;
	struct stop stop;

	start_traced(&it, "lock", 0);
	ASSERT_TRUE(go_to(it.pid, SYS_openat, &stop));
	EXPECT_EQ(LOCK_FLAGS, stop.args[2]);
	EXPECT_EQ(0644, stop.args[3]);
	stop = next_stop(it.pid, PTRACE_SYSCALL);
	EXPECT_EQ(PTRACE_SYSCALL_INFO_EXIT, stop.op);
	EXPECT_EQ(3, stop.result);
	stop = next_stop(it.pid, PTRACE_SYSCALL);
	EXPECT_EQ(PTRACE_SYSCALL_INFO_ENTRY, stop.op);
	EXPECT_EQ(SYS_flock, stop.nr);
	EXPECT_EQ(3, stop.args[0]);
	EXPECT_EQ(LOCK_EX_NB, stop.args[1]);
	stop = next_stop(it.pid, PTRACE_SYSCALL);
	EXPECT_EQ(PTRACE_SYSCALL_INFO_EXIT, stop.op);
	EXPECT_EQ(0, stop.result);
	stop = next_stop(it.pid, PTRACE_SYSCALL);
	EXPECT_EQ(SYS_write, stop.nr);
	EXPECT_EQ(0, let_go(&it));
	EXPECT_STREQ("lock 3\n", it.text);
}

TEST(registers_are_the_native_calls)
{
	struct user_regs_struct regs;
	struct watched it;
	struct stop stop;

	start_traced(&it, "registers", 0);
	ASSERT_TRUE(go_to(it.pid, SYS_flock, &stop));
	regs = regs_of(it.pid);
	EXPECT_EQ(SYS_flock, regs.orig_rax);
	EXPECT_EQ(-ENOSYS, (long)regs.rax);
	EXPECT_EQ(3, regs.rdi);
	EXPECT_EQ(LOCK_EX_NB, regs.rsi);
	while (next_stop(it.pid, PTRACE_SYSCALL).op != -1)
		;
	watched_read(&it);
	/* The program had its own ones again. */
	EXPECT_STREQ("registers 1\n", it.text);
}

TEST(a_result_can_be_changed)
{
	struct user_regs_struct regs;
	struct watched it;
	struct stop stop;

	start_traced(&it, "getpid", 0);
	ASSERT_TRUE(go_to(it.pid, SYS_getpid, &stop));
	next_stop(it.pid, PTRACE_SYSCALL);
	regs = regs_of(it.pid);
	EXPECT_EQ(it.pid, regs.rax);
	regs.rax = 4242;
	set_regs(it.pid, regs);
	EXPECT_EQ(0, let_go(&it));
	EXPECT_STREQ("getpid 4242\n", it.text);
}

TEST(a_result_can_become_an_error)
{
	struct user_regs_struct regs;
	struct watched it;
	struct stop stop;

	start_traced(&it, "getpid", 0);
	ASSERT_TRUE(go_to(it.pid, SYS_getpid, &stop));
	next_stop(it.pid, PTRACE_SYSCALL);
	regs = regs_of(it.pid);
	regs.rax = -ELOOP;
	set_regs(it.pid, regs);
	EXPECT_EQ(0, let_go(&it));
	EXPECT_STREQ("getpid -62\n", it.text);
}

TEST(the_result_of_a_step_can_be_changed)
{
	struct user_regs_struct regs;
	struct watched it;
	struct stop stop;

	start_traced(&it, "lock dup", 0);
	ASSERT_TRUE(go_to(it.pid, SYS_flock, &stop));
	next_stop(it.pid, PTRACE_SYSCALL);
	regs = regs_of(it.pid);
	regs.rax = -EAGAIN;
	set_regs(it.pid, regs);
	/* So the descriptor is closed again. */
	stop = next_stop(it.pid, PTRACE_SYSCALL);
	EXPECT_EQ(SYS_close, stop.nr);
	EXPECT_EQ(3, stop.args[0]);
	EXPECT_EQ(0, let_go(&it));
	EXPECT_STREQ("lock -35\ndup 3\n", it.text);
}

TEST(the_number_of_a_step_can_be_changed)
{
	struct user_regs_struct regs;
	struct watched it;
	struct stop stop;

	start_traced(&it, "lock lock", 0);
	ASSERT_TRUE(go_to(it.pid, SYS_flock, &stop));
	regs = regs_of(it.pid);
	regs.orig_rax = SYS_getppid;
	set_regs(it.pid, regs);
	stop = next_stop(it.pid, PTRACE_SYSCALL);
	EXPECT_EQ(getpid(), stop.result);
	EXPECT_EQ(0, let_go(&it));
	/* Nothing was locked: the second one can. */
	EXPECT_STREQ("lock 3\nlock 4\n", it.text);
}

TEST(the_arguments_of_a_step_can_be_changed)
{
	struct user_regs_struct regs;
	struct watched it;
	struct stop stop;

	start_traced(&it, "lock dup", 0);
	ASSERT_TRUE(go_to(it.pid, SYS_flock, &stop));
	regs = regs_of(it.pid);
	regs.rdi = 1000;
	set_regs(it.pid, regs);
	stop = next_stop(it.pid, PTRACE_SYSCALL);
	EXPECT_EQ(-EBADF, stop.result);
	EXPECT_EQ(0, let_go(&it));
	EXPECT_STREQ("lock -9\ndup 3\n", it.text);
}

TEST(a_step_can_be_skipped)
{
	struct user_regs_struct regs;
	struct watched it;
	struct stop stop;

	start_traced(&it, "lock dup", 0);
	ASSERT_TRUE(go_to(it.pid, SYS_flock, &stop));
	regs = regs_of(it.pid);
	regs.orig_rax = -1;
	set_regs(it.pid, regs);
	stop = next_stop(it.pid, PTRACE_SYSCALL);
	EXPECT_EQ(-ENOSYS, stop.result);
	EXPECT_EQ(0, let_go(&it));
	EXPECT_STREQ("lock -78\ndup 3\n", it.text);
}

/* No call is made at all, each is answered by the tracer. */
TEST(each_step_can_be_emulated)
{
	struct user_regs_struct regs;
	struct watched it;
	struct stop stop;

	start_traced(&it, "lock dup", 0);
	stop = next_stop(it.pid, PTRACE_SYSEMU);
	EXPECT_EQ(SYS_openat, stop.nr);
	regs = regs_of(it.pid);
	regs.rax = 50;
	set_regs(it.pid, regs);
	stop = next_stop(it.pid, PTRACE_SYSEMU);
	EXPECT_EQ(SYS_flock, stop.nr);
	EXPECT_EQ(50, stop.args[0]);
	regs = regs_of(it.pid);
	regs.rax = 0;
	set_regs(it.pid, regs);
	EXPECT_EQ(0, let_go(&it));
	EXPECT_STREQ("lock 50\ndup 3\n", it.text);
}

TEST(a_thread_is_traced_from_its_start)
{
	unsigned long tid = 0;
	struct watched it;
	struct stop stop;
	int status;

	start_traced(&it, "thread", PTRACE_O_TRACECLONE);
	ASSERT_TRUE(go_to(it.pid, SYS_clone, &stop));
	ptrace(PTRACE_CONT, it.pid, NULL, NULL);
	ASSERT_EQ(it.pid, waitpid(it.pid, &status, 0));
	EXPECT_EQ(SIGTRAP | PTRACE_EVENT_CLONE << 8, status >> 8);
	ptrace(PTRACE_GETEVENTMSG, it.pid, NULL, &tid);
	ASSERT_EQ(tid, waitpid(tid, &status, __WALL));
	EXPECT_EQ(SIGSTOP, WSTOPSIG(status));
	ptrace(PTRACE_SYSCALL, tid, NULL, NULL);
	waitpid(tid, &status, __WALL);
	stop = stop_of(tid);
	EXPECT_EQ(PTRACE_SYSCALL_INFO_ENTRY, stop.op);
	EXPECT_EQ(SYS_gettid, stop.nr);
	ptrace(PTRACE_DETACH, tid, NULL, NULL);
	EXPECT_EQ(0, let_go(&it));
	EXPECT_STREQ("thread 1\n", it.text);
}

static int prepare_nothing(void)
{
	return 0;
}

TEST(a_running_program_can_be_seized)
{
	struct watched it;
	struct stop stop;
	int status;

	watched_start(&it, "read lock", prepare_nothing);
	ASSERT_TRUE(wait_for_sleep(it.pid, SYS_read));
	ASSERT_EQ(0, ptrace(PTRACE_SEIZE, it.pid, NULL,
			    PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
	ASSERT_EQ(0, ptrace(PTRACE_INTERRUPT, it.pid, NULL, NULL));
	ASSERT_EQ(it.pid, waitpid(it.pid, &status, 0));
	EXPECT_EQ(SIGTRAP | PTRACE_EVENT_STOP << 8, status >> 8);
	/* The call that was interrupted is made again. */
	stop = next_stop(it.pid, PTRACE_SYSCALL);
	EXPECT_EQ(PTRACE_SYSCALL_INFO_ENTRY, stop.op);
	EXPECT_EQ(SYS_read, stop.nr);
	EXPECT_EQ(0, stop.args[0]);
	EXPECT_EQ(1, write(it.in, "x", 1));
	stop = next_stop(it.pid, PTRACE_SYSCALL);
	EXPECT_EQ(1, stop.result);
	ASSERT_TRUE(go_to(it.pid, SYS_flock, &stop));
	EXPECT_EQ(0, let_go(&it));
	EXPECT_STREQ("read 120\nlock 3\n", it.text);
}

TEST(a_seized_program_can_be_left_alone)
{
	struct watched it;
	int status;

	watched_start(&it, "read", prepare_nothing);
	ASSERT_TRUE(wait_for_sleep(it.pid, SYS_read));
	ptrace(PTRACE_SEIZE, it.pid, NULL, PTRACE_O_TRACESYSGOOD);
	ptrace(PTRACE_INTERRUPT, it.pid, NULL, NULL);
	waitpid(it.pid, &status, 0);
	ptrace(PTRACE_DETACH, it.pid, NULL, NULL);
	ASSERT_TRUE(wait_for_sleep(it.pid, SYS_read));
	EXPECT_EQ(1, write(it.in, "y", 1));
	EXPECT_EQ(0, watched_end(&it));
	EXPECT_STREQ("read 121\n", it.text);
}

/* One instruction at a time: the one after a call has the foreign result. */
TEST(single_steps_over_a_call)
{
	struct user_regs_struct regs;
	struct watched it;
	struct stop stop;
	int status;

	start_traced(&it, "lock lock", 0);
	for (int i = 0; i < 2; i++)
		ASSERT_TRUE(go_to(it.pid, SYS_flock, &stop));
	/* The lock cannot be had: close, then the error. */
	ptrace(PTRACE_SINGLESTEP, it.pid, NULL, NULL);
	ASSERT_EQ(it.pid, waitpid(it.pid, &status, 0));
	EXPECT_EQ(SIGTRAP, WSTOPSIG(status));
	regs = regs_of(it.pid);
	while (regs.rax != 35 && regs.rax != -EAGAIN && WIFSTOPPED(status)) {
		ptrace(PTRACE_SINGLESTEP, it.pid, NULL, NULL);
		waitpid(it.pid, &status, 0);
		regs = regs_of(it.pid);
	}
	EXPECT_EQ(35, regs.rax);
	EXPECT_EQ(1, regs.eflags & 1);
	EXPECT_EQ(0, let_go(&it));
	EXPECT_STREQ("lock 3\nlock -35\n", it.text);
}

TEST_HARNESS_MAIN
