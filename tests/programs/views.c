// SPDX-License-Identifier: GPL-2.0
/*
 * What others see of a foreign call: seccomp, and a tracer.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#define CALL_MYELF TEST_DIR "/bin/call-myelf"
#define MYELF_WRITE 69

/* Descriptor that the filter looks for, and its answer. */
#define MARKED_FD 9
#define ANSWER 77

/* Native write to MARKED_FD: ANSWER. Native number 69: death. Else as ever. */
static int install_filter(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MYELF_WRITE, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MARKED_FD, 0, 2),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ANSWER),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { ARRAY_SIZE(code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

TEST(seccomp_sees_the_native_call)
{
	char *argv[] = { CALL_MYELF, "69", "9",	 "text", "4", "+",
			 "69",	     "1",  "ok", "2",	 NULL };
	char text[64] = "";
	int ends[2], status;
	pid_t pid;

	ASSERT_EQ(0, pipe(ends));
	pid = fork();
	if (!pid) {
		dup2(ends[1], 1);
		if (install_filter())
			_exit(99);
		execv(argv[0], argv);
		_exit(98);
	}
	close(ends[1]);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_LT(0, read(ends[0], text, sizeof(text) - 1));
	EXPECT_STREQ("-77\nok2\n", text);
}

struct seen {
	unsigned long long nr, fd, len;
};

/* Run to the next stop of a call. Return: whether there is one. */
static bool next_stop(pid_t pid, struct __ptrace_syscall_info *info)
{
	int status;

	if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) ||
	    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return false;
	return ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(*info), info) > 0;
}

static pid_t start_traced(char *const argv[])
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execv(argv[0], argv);
		_exit(98);
	}
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, NULL,
	       PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	return pid;
}

TEST(tracer_sees_the_native_call)
{
	char *argv[] = { CALL_MYELF, "69", "2", "", "0", NULL };
	struct __ptrace_syscall_info info;
	struct user_regs_struct regs;
	struct seen first = {};
	long long result = -1;
	pid_t pid = start_traced(argv);
	int writes = 0, exits = 0, others = 0;

	while (next_stop(pid, &info)) {
		if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
			if (writes == 1 && result < 0)
				result = info.exit.rval;
			continue;
		}
		if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
			continue;
		ASSERT_EQ(0, ptrace(PTRACE_GETREGS, pid, NULL, &regs));
		EXPECT_EQ(info.entry.nr, regs.orig_rax);
		writes += info.entry.nr == SYS_write;
		exits += info.entry.nr == SYS_exit;
		others += info.entry.nr != SYS_write &&
			  info.entry.nr != SYS_exit;
		if (writes == 1 && !first.nr)
			first = (struct seen){ info.entry.nr,
					       info.entry.args[0],
					       info.entry.args[2] };
	}
	/* The call, its result, a newline; then the end. */
	EXPECT_EQ(3, writes);
	EXPECT_EQ(1, exits);
	EXPECT_EQ(0, others);
	EXPECT_EQ(2, first.fd);
	EXPECT_EQ(0, first.len);
	EXPECT_EQ(0, result);
}

TEST(tracer_can_skip_a_call)
{
	char *argv[] = { CALL_MYELF, "69", "1", "lost", "4", NULL };
	struct __ptrace_syscall_info info;
	struct user_regs_struct regs;
	char text[64] = "";
	bool skipped = false;
	int ends[2], out;
	pid_t pid;

	ASSERT_EQ(0, pipe(ends));
	out = dup(1);
	dup2(ends[1], 1);
	pid = start_traced(argv);
	dup2(out, 1);
	close(ends[1]);
	while (next_stop(pid, &info)) {
		if (info.op != PTRACE_SYSCALL_INFO_ENTRY || skipped)
			continue;
		ptrace(PTRACE_GETREGS, pid, NULL, &regs);
		regs.orig_rax = -1;
		ptrace(PTRACE_SETREGS, pid, NULL, &regs);
		skipped = true;
	}
	EXPECT_LT(0, read(ends[0], text, sizeof(text) - 1));
	EXPECT_STREQ("-38\n", text);
}

TEST_HARNESS_MAIN
