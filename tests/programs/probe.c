// SPDX-License-Identifier: GPL-2.0
/*
 * A program for table "probe": fork and signals in the middle of a call, several
 * native calls in one, and answers of a table's program that have no meaning.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "note.h"
#include "probe.h"

#define ANSWER 77

TEST(child_of_fork_leaves_the_call)
{
	long pid = syscall(PROBE_FORK);
	int status;

	if (pid == PROBE_CHILD)
		_exit(42);
	ASSERT_LT(0, pid);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(42, WEXITSTATUS(status));
}

/* A child of a child, and each goes on making calls on the table. */
TEST(fork_of_a_fork)
{
	int status;
	long pid = syscall(PROBE_FORK);

	if (pid == PROBE_CHILD) {
		pid = syscall(PROBE_FORK);
		if (pid == PROBE_CHILD)
			_exit(syscall(PROBE_TWO_STEPS) ==
					      getpid() * (long)PROBE_FACTOR +
						      getppid() ?
				      7 :
				      1);
		waitpid(pid, &status, 0);
		_exit(WEXITSTATUS(status) + 1);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(8, WEXITSTATUS(status));
}

TEST(two_native_calls_in_one)
{
	EXPECT_EQ(getpid() * (long)PROBE_FACTOR + getppid(),
		  syscall(PROBE_TWO_STEPS));
}

/* A filter that answers one native call with an errno. */
static int deny(unsigned int nr)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ANSWER),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { ARRAY_SIZE(code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

TEST(seccomp_sees_the_first_step)
{
	ASSERT_EQ(0, deny(SYS_getpid));
	EXPECT_EQ(-1, syscall(PROBE_TWO_STEPS));
	EXPECT_EQ(ANSWER, errno);
}

TEST(seccomp_sees_the_second_step)
{
	ASSERT_EQ(0, deny(SYS_getppid));
	EXPECT_EQ(-1, syscall(PROBE_TWO_STEPS));
	EXPECT_EQ(ANSWER, errno);
}

TEST(endless_steps_are_stopped)
{
	EXPECT_EQ(-1, syscall(PROBE_ENDLESS));
	EXPECT_EQ(ELOOP, errno);
	EXPECT_LT(0, syscall(SYS_getpid));
}

/* Neither DONE nor RUN, with and without flags that go with RUN only. */
static const int garbage[] = {
	2,
	4,
	6,
	16,
	17,
	9,
	24,
	77,
	255,
	4096,
	0x10000,
	0x7fffffff,
	-1,
	-2,
	-38,
	-4096,
	-0x7fffffff - 1,
};

TEST(garbage_from_enter_is_enosys)
{
	for (size_t i = 0; i < ARRAY_SIZE(garbage); i++) {
		errno = 0;
		EXPECT_EQ(-1, syscall(PROBE_ENTER_ANSWER, garbage[i]));
		EXPECT_EQ(ENOSYS, errno) TH_LOG("answer %d", garbage[i]);
	}
	EXPECT_LT(0, syscall(SYS_getpid));
}

TEST(garbage_from_leave_is_enosys)
{
	for (size_t i = 0; i < ARRAY_SIZE(garbage); i++) {
		errno = 0;
		EXPECT_EQ(-1, syscall(PROBE_LEAVE_ANSWER, garbage[i]));
		EXPECT_EQ(ENOSYS, errno) TH_LOG("answer %d", garbage[i]);
	}
	EXPECT_LT(0, syscall(SYS_getpid));
}

TEST(missing_from_enter_is_enosys)
{
	EXPECT_EQ(-1, syscall(PROBE_ENTER_ANSWER, 8));
	EXPECT_EQ(ENOSYS, errno);
}

TEST(native_numbers_that_are_none)
{
	static const long numbers[] = {
		-1,	    400,	 500,
		1023,	    1024,	 0x40000027,
		0x7fffffff, 0x100000027, -0x7fffffffffffffff
	};

	EXPECT_EQ(getpid(), syscall(PROBE_NATIVE, SYS_getpid));
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		errno = 0;
		EXPECT_EQ(-1, syscall(PROBE_NATIVE, numbers[i]));
		EXPECT_EQ(ENOSYS, errno) TH_LOG("number %ld", numbers[i]);
	}
}

TEST(scratch_memory)
{
	char text[16] = "";
	int ends[2];

	ASSERT_EQ(0, pipe(ends));
	EXPECT_EQ(7, syscall(PROBE_SCRATCH, ends[1]));
	EXPECT_EQ(7, read(ends[0], text, sizeof(text)));
	EXPECT_STREQ("scratch", text);
}

static void *scratcher(void *arg)
{
	int *ends = arg;
	char text[7];
	long bad = 0;

	for (int i = 0; i < 500; i++) {
		bad += syscall(PROBE_SCRATCH, ends[1]) != 7;
		bad += read(ends[0], text, sizeof(text)) != 7 ||
		       memcmp(text, "scratch", 7);
	}
	return (void *)bad;
}

/* Each thread has scratch memory of its own, and gives it back. */
TEST(scratch_memory_of_threads)
{
	pthread_t thread[8];
	int ends[8][2];
	void *bad;

	for (int round = 0; round < 4; round++) {
		for (int i = 0; i < 8; i++) {
			ASSERT_EQ(0, pipe(ends[i]));
			ASSERT_EQ(0, pthread_create(&thread[i], NULL, scratcher,
						    ends[i]));
		}
		for (int i = 0; i < 8; i++) {
			pthread_join(thread[i], &bad);
			EXPECT_EQ(NULL, bad);
			close(ends[i][0]);
			close(ends[i][1]);
		}
	}
}

static void catch (int sig)
{
}

static void alarm_in_20_ms(int flags)
{
	struct sigaction act = { .sa_handler = catch, .sa_flags = flags };
	struct itimerval timer = { .it_value.tv_usec = 20000 };

	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

TEST(interrupted_call_with_a_leave_op)
{
	char byte;
	int ends[2];

	ASSERT_EQ(0, pipe(ends));
	alarm_in_20_ms(0);
	EXPECT_EQ(-1, syscall(PROBE_READ, ends[0], &byte, 1));
	EXPECT_EQ(EINTR, errno);
	EXPECT_EQ(1, syscall(PROBE_ENTERS));
}

/* A restart asks enter again, with the arguments that the program gave. */
TEST(restarted_call_with_a_leave_op)
{
	char byte = 0;
	int ends[2];
	pid_t pid;

	ASSERT_EQ(0, pipe(ends));
	pid = fork();
	if (!pid) {
		usleep(100000);
		_exit(write(ends[1], "x", 1) != 1);
	}
	alarm_in_20_ms(SA_RESTART);
	EXPECT_EQ(1, syscall(PROBE_READ, ends[0], &byte, 1));
	EXPECT_EQ('x', byte);
	EXPECT_EQ(2, syscall(PROBE_ENTERS));
	waitpid(pid, NULL, 0);
}

/* The words of a task go to its children, and not through exec. */
TEST(task_words)
{
	int status;
	pid_t pid;

	syscall(PROBE_READ, -1, NULL, 0);
	EXPECT_EQ(1, syscall(PROBE_ENTERS));
	pid = fork();
	if (!pid) {
		syscall(PROBE_READ, -1, NULL, 0);
		_exit(syscall(PROBE_ENTERS));
	}
	waitpid(pid, &status, 0);
	EXPECT_EQ(2, WEXITSTATUS(status));
	EXPECT_EQ(1, syscall(PROBE_ENTERS));
}

TEST_HARNESS_MAIN
