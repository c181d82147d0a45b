// SPDX-License-Identifier: GPL-2.0
/*
 * What a seccomp filter sees of a FreeBSD program, and what it can do about it: each
 * step of a call is a native call to it.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#include "kselftest_harness.h"
#include "watched.h"

struct rule {
	unsigned int nr, action;
};

#define RULES_MAX 16

/* Filter of the next program: rules, and what happens to all other calls. */
static struct {
	struct rule rules[RULES_MAX];
	unsigned int others, flags;
	size_t count;
} filter;

/* clang-format off */
#define FILTER(fallback, ...)						\
	do {								\
		const struct rule rules[] = { __VA_ARGS__ };		\
									\
		filter.others = fallback;				\
		filter.flags = 0;					\
		filter.count = ARRAY_SIZE(rules);			\
		memcpy(filter.rules, rules, sizeof(rules));		\
	} while (0)
/* clang-format on */

static int install_filter(void)
{
	struct sock_filter code[2 * RULES_MAX + 2];
	struct sock_fprog program = { 0, code };

	code[program.len++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < filter.count; i++) {
		code[program.len++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, filter.rules[i].nr, 0, 1);
		code[program.len++] = (struct sock_filter)BPF_STMT(
			BPF_RET | BPF_K, filter.rules[i].action);
	}
	code[program.len++] =
		(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, filter.others);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, filter.flags,
		       &program);
}

/* clang-format off */
#define ALLOW(nr)	{ nr, SECCOMP_RET_ALLOW }
#define ERRNO(nr, err)	{ nr, SECCOMP_RET_ERRNO | (err) }
#define TRAP(nr)	{ nr, SECCOMP_RET_TRAP }
#define KILL(nr)	{ nr, SECCOMP_RET_KILL_PROCESS }
#define NOTIFY(nr)	{ nr, SECCOMP_RET_USER_NOTIF }
#define TRACE(nr, what)	{ nr, SECCOMP_RET_TRACE | (what) }
/* clang-format on */

#define OTHERS_ALLOW SECCOMP_RET_ALLOW
#define OTHERS_KILL SECCOMP_RET_KILL_PROCESS

TEST(native_calls_are_allowed)
{
	struct watched it;

	FILTER(OTHERS_KILL, ALLOW(SYS_execve), ALLOW(SYS_write),
	       ALLOW(SYS_exit_group), ALLOW(SYS_openat), ALLOW(SYS_flock),
	       ALLOW(SYS_mmap), ALLOW(SYS_munmap), ALLOW(SYS_pipe2),
	       ALLOW(SYS_close), ALLOW(SYS_dup));
	watched_start(&it, "pipe lock dup map", install_filter);
	EXPECT_EQ(0, watched_end(&it));
	EXPECT_STREQ("pipe 304\nlock 3\ndup 4\nmap 0\n", it.text);
}

TEST(a_step_that_is_not_allowed_ends_it)
{
	struct watched it;
	int status;

	FILTER(OTHERS_KILL, ALLOW(SYS_execve), ALLOW(SYS_write),
	       ALLOW(SYS_exit_group), ALLOW(SYS_openat), ALLOW(SYS_close),
	       ALLOW(SYS_dup));
	watched_start(&it, "dup lock dup", install_filter);
	status = watched_end(&it);
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(SIGSYS, WTERMSIG(status));
	EXPECT_STREQ("dup 3\n", it.text);
}

/* FreeBSD's numbers for write, open, dup and exit mean nothing to it. */
TEST(foreign_numbers_are_no_calls)
{
	struct watched it;
	int status;

	FILTER(OTHERS_KILL, ALLOW(SYS_execve), ALLOW(4), ALLOW(5), ALLOW(41),
	       ALLOW(1));
	watched_start(&it, "dup", install_filter);
	status = watched_end(&it);
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_STREQ("", it.text);
}

TEST(errno_of_a_call)
{
	struct watched it;

	FILTER(OTHERS_ALLOW, ERRNO(SYS_dup, ENOSYS));
	watched_start(&it, "dup", install_filter);
	EXPECT_EQ(0, watched_end(&it));
	EXPECT_STREQ("dup -78\n", it.text);
}

TEST(errno_of_the_first_step)
{
	struct watched it;

	FILTER(OTHERS_ALLOW, ERRNO(SYS_openat, ELOOP), KILL(SYS_flock));
	watched_start(&it, "lock dup", install_filter);
	EXPECT_EQ(0, watched_end(&it));
	EXPECT_STREQ("lock -62\ndup 3\n", it.text);
}

/* The descriptor that the first step made is closed again. */
TEST(errno_of_the_second_step)
{
	struct watched it;

	FILTER(OTHERS_ALLOW, ERRNO(SYS_flock, EAGAIN));
	watched_start(&it, "lock dup", install_filter);
	EXPECT_EQ(0, watched_end(&it));
	EXPECT_STREQ("lock -35\ndup 3\n", it.text);
}

/* A result of zero, of a call that is not made. */
TEST(no_errno_of_the_second_step)
{
	struct watched it;

	FILTER(OTHERS_ALLOW, ERRNO(SYS_flock, 0));
	watched_start(&it, "lock lock", install_filter);
	EXPECT_EQ(0, watched_end(&it));
	EXPECT_STREQ("lock 3\nlock 4\n", it.text);
}

TEST(trap_of_a_call)
{
	struct watched it;

	FILTER(OTHERS_ALLOW, TRAP(SYS_dup));
	watched_start(&it, "trap dup trapped", install_filter);
	EXPECT_EQ(0, watched_end(&it));
	EXPECT_STREQ("trap 0\ndup 99\nsignal 12\nsigno 12\nrax 41\ncarry 0\n"
		     "trapped 1\n",
		     it.text);
}

TEST(trap_of_the_first_step)
{
	struct watched it;

	FILTER(OTHERS_ALLOW, TRAP(SYS_openat));
	watched_start(&it, "trap lock trapped", install_filter);
	EXPECT_EQ(0, watched_end(&it));
	EXPECT_STREQ("trap 0\nlock 99\nsignal 12\nsigno 12\nrax 5\ncarry 0\n"
		     "trapped 1\n",
		     it.text);
}

/* The frame is that of the foreign call, which was not made to its end. */
TEST(trap_of_the_second_step)
{
	struct watched it;

	FILTER(OTHERS_ALLOW, TRAP(SYS_flock));
	watched_start(&it, "trap lock trapped", install_filter);
	EXPECT_EQ(0, watched_end(&it));
	EXPECT_STREQ("trap 0\nlock 99\nsignal 12\nsigno 12\nrax 5\ncarry 0\n"
		     "trapped 1\n",
		     it.text);
}

TEST(trap_without_a_handler)
{
	struct watched it;
	int status;

	FILTER(OTHERS_ALLOW, TRAP(SYS_flock));
	watched_start(&it, "dup lock", install_filter);
	status = watched_end(&it);
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(SIGSYS, WTERMSIG(status));
	EXPECT_STREQ("dup 3\n", it.text);
}

TEST(kill_in_a_thread)
{
	struct watched it;
	int status;

	FILTER(OTHERS_ALLOW, KILL(SYS_gettid));
	watched_start(&it, "dup thread", install_filter);
	status = watched_end(&it);
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(SIGSYS, WTERMSIG(status));
	EXPECT_STREQ("dup 3\n", it.text);
}

/* A child and a thread have the filter, too. */
TEST(errno_of_fork_and_of_thr_new)
{
	struct watched it;

	FILTER(OTHERS_ALLOW, ERRNO(SYS_fork, ENOSYS), ERRNO(SYS_clone, EAGAIN));
	watched_start(&it, "fork thread", install_filter);
	EXPECT_EQ(0, watched_end(&it));
	EXPECT_STREQ("fork -78\nthread -35\n", it.text);
}

/* The first descriptor is the listener; wait for the other side to take it. */
static int install_notifier(void)
{
	filter.flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
	return install_filter() != 3 || raise(SIGSTOP);
}

/* Start a program whose notifications are ours. Return: where they come. */
static int start_notified(struct watched *it, const char *words)
{
	int status, pidfd, listener;

	watched_start(it, words, install_notifier);
	waitpid(it->pid, &status, WUNTRACED);
	pidfd = syscall(SYS_pidfd_open, it->pid, 0);
	listener = syscall(SYS_pidfd_getfd, pidfd, 3, 0);
	close(pidfd);
	kill(it->pid, SIGCONT);
	return listener;
}

/* Take the next notification, and answer it. Return: what it was about. */
static struct seccomp_data answer(int listener, unsigned int flags, int error)
{
	struct seccomp_notif notif = {};
	struct seccomp_notif_resp resp = { .flags = flags, .error = error };

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notif))
		notif.data.nr = -errno;
	resp.id = notif.id;
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &resp))
		notif.data.nr = -errno;
	return notif.data;
}

#define GO_ON SECCOMP_USER_NOTIF_FLAG_CONTINUE

TEST(notification_of_each_step)
{
	struct seccomp_data data;
	struct watched it;
	int listener;

	FILTER(OTHERS_ALLOW, NOTIFY(SYS_openat), NOTIFY(SYS_flock));
	listener = start_notified(&it, "lock");
	data = answer(listener, GO_ON, 0);
	EXPECT_EQ(SYS_openat, data.nr);
	EXPECT_EQ(O_RDWR | O_CREAT | O_NONBLOCK, data.args[2]);
	data = answer(listener, GO_ON, 0);
	EXPECT_EQ(SYS_flock, data.nr);
	EXPECT_EQ(3, data.args[0]);
	EXPECT_EQ(6, data.args[1]);
	close(listener);
	EXPECT_EQ(0, watched_end(&it));
	EXPECT_STREQ("lock 3\n", it.text);
}

TEST(notification_that_refuses_the_second_step)
{
	struct watched it;
	int listener;

	FILTER(OTHERS_ALLOW, NOTIFY(SYS_openat), NOTIFY(SYS_flock));
	listener = start_notified(&it, "lock dup");
	EXPECT_EQ(SYS_openat, answer(listener, GO_ON, 0).nr);
	EXPECT_EQ(SYS_flock, answer(listener, 0, -EAGAIN).nr);
	EXPECT_EQ(0, watched_end(&it));
	EXPECT_STREQ("lock -35\ndup 3\n", it.text);
}

TEST(notification_that_answers_the_second_step)
{
	struct watched it;
	int listener;

	FILTER(OTHERS_ALLOW, NOTIFY(SYS_flock));
	listener = start_notified(&it, "lock lock lock");
	EXPECT_EQ(SYS_flock, answer(listener, 0, 0).nr);
	EXPECT_EQ(SYS_flock, answer(listener, GO_ON, 0).nr);
	EXPECT_EQ(SYS_flock, answer(listener, GO_ON, 0).nr);
	EXPECT_EQ(0, watched_end(&it));
	EXPECT_STREQ("lock 3\nlock 4\nlock -35\n", it.text);
}

static int trace_and_filter(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) || raise(SIGSTOP) ||
	       install_filter();
}

/* Run on to a stop for the filter: what it says, or zero at the end. */
static unsigned long next_event(pid_t pid)
{
	unsigned long what = 0;
	int status;

	while (!ptrace(PTRACE_CONT, pid, NULL, NULL) &&
	       waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		if (status >> 8 != (SIGTRAP | PTRACE_EVENT_SECCOMP << 8))
			continue;
		ptrace(PTRACE_GETEVENTMSG, pid, NULL, &what);
		return what;
	}
	return 0;
}

TEST(tracer_is_asked_about_each_step)
{
	struct __ptrace_syscall_info info;
	struct user_regs_struct regs;
	struct watched it;
	int status;

	FILTER(OTHERS_ALLOW, TRACE(SYS_openat, 7), TRACE(SYS_flock, 8));
	watched_start(&it, "lock dup", trace_and_filter);
	waitpid(it.pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, it.pid, NULL,
	       PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL);
	EXPECT_EQ(7, next_event(it.pid));
	ptrace(PTRACE_GET_SYSCALL_INFO, it.pid, sizeof(info), &info);
	EXPECT_EQ(PTRACE_SYSCALL_INFO_SECCOMP, info.op);
	EXPECT_EQ(SYS_openat, info.seccomp.nr);
	EXPECT_EQ(O_RDWR | O_CREAT | O_NONBLOCK, info.seccomp.args[2]);
	EXPECT_EQ(8, next_event(it.pid));
	ptrace(PTRACE_GET_SYSCALL_INFO, it.pid, sizeof(info), &info);
	EXPECT_EQ(SYS_flock, info.seccomp.nr);
	EXPECT_EQ(3, info.seccomp.args[0]);
	/* Refuse it. */
	ptrace(PTRACE_GETREGS, it.pid, NULL, &regs);
	regs.orig_rax = -1;
	regs.rax = -EAGAIN;
	ptrace(PTRACE_SETREGS, it.pid, NULL, &regs);
	EXPECT_EQ(0, next_event(it.pid));
	watched_read(&it);
	EXPECT_STREQ("lock -35\ndup 3\n", it.text);
}

TEST_HARNESS_MAIN
