// SPDX-License-Identifier: GPL-2.0
/*
 * A Linux program with a C library and the note of table "hello": everything of
 * Linux works, and 500 adds.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "note.h"
#include "sleeps.h"

#define NR_ADD 500
#define MSEC 1000000L

static long add(long x, long y)
{
	return syscall(NR_ADD, x, y);
}

TEST(adds)
{
	EXPECT_EQ(36, add(12, 24));
	EXPECT_EQ(0, add(0, 0));
	EXPECT_EQ(-5000, add(-2500, -2500));
	EXPECT_EQ(0x123456789abcdef0, add(0x123456789abcdef0 - 7, 7));
}

TEST(other_numbers_are_missing)
{
	EXPECT_EQ(-1, syscall(501, 1, 2));
	EXPECT_EQ(ENOSYS, errno);
	EXPECT_EQ(-1, syscall(1023));
	EXPECT_EQ(-1, syscall(1024));
	EXPECT_EQ(-1, syscall(0x40000000 + NR_ADD, 1, 2));
	EXPECT_EQ(ENOSYS, errno);
}

TEST(files)
{
	char path[] = "/tmp/hello.XXXXXX", text[8] = "";
	int fd = mkstemp(path);

	ASSERT_LE(0, fd);
	EXPECT_EQ(5, pwrite(fd, "hello", 5, 3));
	EXPECT_EQ(3, lseek(fd, 3, SEEK_SET));
	EXPECT_EQ(5, read(fd, text, sizeof(text)));
	EXPECT_STREQ("hello", text);
	EXPECT_EQ(0, unlink(path));
	EXPECT_EQ(-1, open(path, O_RDONLY));
	EXPECT_EQ(ENOENT, errno);
}

/* mmap has all six arguments. */
TEST(memory)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, page);
	page[8191] = 1;
	EXPECT_EQ(0, mprotect(page, 4096, PROT_NONE));
	EXPECT_EQ(0, munmap(page, 8192));
}

/* The compiler keeps what it likes in registers that a call must leave alone. */
TEST(registers_come_back)
{
	register long r10 asm("r10") = 4, r8 asm("r8") = 5, r9 asm("r9") = 6;
	long di = 1, si = 2, dx = 3, ret = NR_ADD;

	asm volatile("syscall"
		     : "+a"(ret), "+D"(di), "+S"(si), "+d"(dx), "+r"(r10),
		       "+r"(r8), "+r"(r9)
		     :
		     : "rcx", "r11", "memory");
	EXPECT_EQ(3, ret);
	EXPECT_EQ(1, di);
	EXPECT_EQ(2, si);
	EXPECT_EQ(3, dx);
	EXPECT_EQ(4, r10);
	EXPECT_EQ(5, r8);
	EXPECT_EQ(6, r9);
}

TEST(fork_inherits)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(add(20, 22));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(42, WEXITSTATUS(status));
}

TEST(vfork_and_exec)
{
	char *argv[] = { "true", NULL };
	int status;
	pid_t pid;

	ASSERT_EQ(0, posix_spawn(&pid, "/bin/true", NULL, NULL, argv, NULL));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(36, add(12, 24));
}

static void *adder(void *arg)
{
	long *bad = arg;

	for (long i = 0; i < 2000; i++)
		*bad += add(i, 1) != i + 1 || syscall(SYS_getpid) != getpid();
	return NULL;
}

TEST(threads_inherit)
{
	pthread_t thread[4];
	long bad[4] = {};

	for (int i = 0; i < 4; i++)
		ASSERT_EQ(0, pthread_create(&thread[i], NULL, adder, &bad[i]));
	for (int i = 0; i < 4; i++) {
		pthread_join(thread[i], NULL);
		EXPECT_EQ(0, bad[i]);
	}
}

static volatile sig_atomic_t caught;
static volatile long added;

static void catch (int sig)
{
	caught = sig;
	added = add(12, 24);
}

static void handle(int sig, int flags)
{
	struct sigaction act = { .sa_handler = catch, .sa_flags = flags };

	caught = 0;
	sigaction(sig, &act, NULL);
}

/* Again and again: the first may come before the call that it is to end. */
static void alarm_each(long usec)
{
	struct itimerval timer = { .it_value.tv_usec = usec,
				   .it_interval.tv_usec = usec };

	setitimer(ITIMER_REAL, &timer, NULL);
}

TEST(handlers_run_on_the_table)
{
	handle(SIGUSR1, 0);
	raise(SIGUSR1);
	EXPECT_EQ(SIGUSR1, caught);
	EXPECT_EQ(36, added);
}

TEST(signal_interrupts)
{
	char byte;
	int ends[2];

	ASSERT_EQ(0, pipe(ends));
	handle(SIGALRM, 0);
	alarm_each(20000);
	EXPECT_EQ(-1, read(ends[0], &byte, 1));
	EXPECT_EQ(EINTR, errno);
	alarm_each(0);
	EXPECT_EQ(SIGALRM, caught);
}

/* ERESTARTSYS: after the handler the same foreign call starts once more. */
TEST(sa_restart_restarts)
{
	char byte = 0;
	int ends[2], status;
	pid_t pid;

	handle(SIGALRM, SA_RESTART);
	ASSERT_EQ(0, pipe(ends));
	pid = fork();
	if (!pid)
		_exit(!interrupt_sleep(getppid(), SYS_read, SIGALRM) ||
		      write(ends[1], "x", 1) != 1);
	EXPECT_EQ(1, read(ends[0], &byte, 1));
	EXPECT_EQ('x', byte);
	EXPECT_EQ(SIGALRM, caught);
	waitpid(pid, &status, 0);
	EXPECT_EQ(0, status);
}

static long msec_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000 +
	       (now.tv_nsec - start->tv_nsec) / MSEC;
}

/* ERESTART_RESTARTBLOCK with a handler is EINTR, and says what is left. */
TEST(handler_ends_nanosleep)
{
	struct timespec ten = { .tv_sec = 10 }, left = {};

	handle(SIGALRM, SA_RESTART);
	alarm_each(20000);
	EXPECT_EQ(-1, nanosleep(&ten, &left));
	EXPECT_EQ(EINTR, errno);
	alarm_each(0);
	EXPECT_GT(10, left.tv_sec);
	EXPECT_LT(0, left.tv_sec + left.tv_nsec);
}

/*
 * ERESTART_RESTARTBLOCK without a handler: the rest of the sleep is a native
 * restart_syscall(), whatever its number means in the table.
 */
TEST(stopped_nanosleep_goes_on)
{
	struct timespec sleep = { .tv_nsec = 300 * MSEC }, start;
	int status;
	pid_t pid;

	clock_gettime(CLOCK_MONOTONIC, &start);
	pid = fork();
	if (!pid)
		_exit(nanosleep(&sleep, NULL) || add(12, 24) != 36);
	usleep(50000);
	kill(pid, SIGSTOP);
	ASSERT_EQ(pid, waitpid(pid, &status, WUNTRACED));
	kill(pid, SIGCONT);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_LE(300, msec_since(&start));
	EXPECT_GT(20000, msec_since(&start));
}

/* ERESTARTNOHAND: a handler ends poll, a stop does not. */
TEST(poll_and_signals)
{
	struct timespec start;
	int status;
	pid_t pid;

	handle(SIGALRM, SA_RESTART);
	alarm_each(20000);
	EXPECT_EQ(-1, poll(NULL, 0, 10000));
	EXPECT_EQ(EINTR, errno);
	alarm_each(0);
	clock_gettime(CLOCK_MONOTONIC, &start);
	pid = fork();
	if (!pid)
		_exit(poll(NULL, 0, 300));
	usleep(50000);
	kill(pid, SIGSTOP);
	ASSERT_EQ(pid, waitpid(pid, &status, WUNTRACED));
	kill(pid, SIGCONT);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_LE(300, msec_since(&start));
}

TEST(fault_in_a_handler_of_its_own_stack)
{
	stack_t stack = { .ss_sp = malloc(65536), .ss_size = 65536 };
	struct sigaction act = { .sa_handler = catch, .sa_flags = SA_ONSTACK };

	ASSERT_EQ(0, sigaltstack(&stack, NULL));
	sigaction(SIGUSR2, &act, NULL);
	raise(SIGUSR2);
	EXPECT_EQ(SIGUSR2, caught);
	EXPECT_EQ(36, added);
}

TEST_HARNESS_MAIN
