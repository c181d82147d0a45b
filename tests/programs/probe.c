// SPDX-License-Identifier: GPL-2.0
/*
 * A program for table "probe": fork and signals in the middle of a call, several
 * native calls in one, and answers of a table's program that have no meaning.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/abimux.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "note.h"
#include "probe.h"
#include "sleeps.h"

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
	2,   4,	   6,	    16,		17, 19, 9,   24,    77,
	255, 4096, 0x10000, 0x7fffffff, -1, -2, -38, -4096, -0x7fffffff - 1,
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

/* What registers are after a call. */
struct after {
	long ax, dx, r8;
};

static struct after make(long nr, long late, long value)
{
	register long r8 asm("r8") = 8;
	struct after after;
	long dx = 3;

	asm volatile("syscall"
		     : "=a"(after.ax), "+d"(dx), "+r"(r8)
		     : "a"(nr), "D"(late), "S"(value)
		     : "rcx", "r11", "memory");
	after.dx = dx;
	after.r8 = r8;
	return after;
}

TEST(registers_are_set)
{
	for (int late = 0; late < 2; late++) {
		struct after after = make(PROBE_REGS, late, 1000);

		EXPECT_EQ(1000, after.ax) TH_LOG("late %d", late);
		EXPECT_EQ(1001, after.dx);
		EXPECT_EQ(1002, after.r8);
		/* No error of anybody's: a program says all. */
		EXPECT_EQ(-5, make(PROBE_REGS, late, -5).ax);
	}
	EXPECT_EQ(getpid(), make(SYS_getpid, 0, 0).ax);
}

TEST(second_result)
{
	for (int late = 0; late < 2; late++) {
		struct after after = make(PROBE_RET2, late, 1000);

		EXPECT_EQ(1000, after.ax) TH_LOG("late %d", late);
		EXPECT_EQ(1001, after.dx);
		EXPECT_EQ(8, after.r8);
		after = make(PROBE_RET2, late, -ENOENT);
		EXPECT_EQ(-ENOENT, after.ax);
		EXPECT_EQ(3, after.dx);
	}
	EXPECT_EQ(getpid(), make(PROBE_NAMED_RET2, 0, 0).ax);
	EXPECT_EQ(1001, make(PROBE_NAMED_RET2, 0, 0).dx);
	/* The next call has none. */
	EXPECT_EQ(3, make(PROBE_ENTERS, 0, 0).dx);
	EXPECT_EQ(3, make(SYS_getpid, 0, 0).dx);
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

/* And again and again: the first may come before the call that it is to end. */
static void alarm_in_20_ms(int flags)
{
	struct sigaction act = { .sa_handler = catch, .sa_flags = flags };
	struct itimerval timer = { .it_value.tv_usec = 20000,
				   .it_interval.tv_usec = 20000 };

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
	struct sigaction act = { .sa_handler = catch, .sa_flags = SA_RESTART };
	char byte = 0;
	int ends[2], status;
	pid_t pid;

	ASSERT_EQ(0, pipe(ends));
	sigaction(SIGALRM, &act, NULL);
	pid = fork();
	if (!pid)
		_exit(!interrupt_sleep(getppid(), SYS_read, SIGALRM) ||
		      write(ends[1], "x", 1) != 1);
	EXPECT_EQ(1, syscall(PROBE_READ, ends[0], &byte, 1));
	EXPECT_EQ('x', byte);
	EXPECT_EQ(2, syscall(PROBE_ENTERS));
	waitpid(pid, &status, 0);
	EXPECT_EQ(0, status);
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

/* Without a handler nothing happened: only the read is made once more. */
TEST(stop_and_continue_in_a_later_step)
{
	int in[2], out[2], status;
	char text[4] = "";
	pid_t pid;

	ASSERT_EQ(0, pipe(in));
	ASSERT_EQ(0, pipe(out));
	pid = fork();
	if (!pid)
		_exit(syscall(PROBE_ECHO, in[0], out[1]) != 1);
	ASSERT_EQ(1, read(out[0], text, 1));
	usleep(20000);
	kill(pid, SIGSTOP);
	ASSERT_EQ(pid, waitpid(pid, &status, WUNTRACED));
	kill(pid, SIGCONT);
	usleep(20000);
	ASSERT_EQ(1, write(in[1], "z", 1));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	close(out[1]);
	EXPECT_EQ(1, read(out[0], text, sizeof(text)));
	EXPECT_EQ('z', text[0]);
}

TEST(leave_decides_how_an_interrupted_call_ends)
{
	alarm_in_20_ms(SA_RESTART);
	EXPECT_EQ(42, syscall(PROBE_PAUSE, 42));
	alarm_in_20_ms(SA_RESTART);
	EXPECT_EQ(-1, syscall(PROBE_PAUSE, -(long)ETIME));
	EXPECT_EQ(ETIME, errno);
	EXPECT_EQ(2, syscall(PROBE_ENTERS));
}

/* ERESTARTSYS and ERESTARTNOINTR have no name outside the kernel. */
TEST(leave_has_an_interrupted_call_made_again)
{
	const struct itimerval none = {};
	int status;
	pid_t pid;

	alarm_in_20_ms(0);
	EXPECT_EQ(-1, syscall(PROBE_PAUSE, -512L));
	EXPECT_EQ(EINTR, errno);
	EXPECT_EQ(1, syscall(PROBE_ENTERS));
	setitimer(ITIMER_REAL, &none, NULL);
	pid = fork();
	if (!pid) {
		/* The second alarm kills: the call was made again. */
		alarm_in_20_ms(SA_RESTART | SA_RESETHAND);
		syscall(PROBE_PAUSE, -512L);
		_exit(1);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(SIGALRM, WTERMSIG(status));
}

static int descriptors(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

TEST(kept_file_has_no_descriptor)
{
	int before = descriptors(), fd = eventfd(0, EFD_NONBLOCK), again;
	uint64_t count = 0;
	long id = syscall(PROBE_KEEP, fd);

	ASSERT_LT(0, id);
	EXPECT_EQ(before, descriptors());
	EXPECT_EQ(-1, fcntl(fd, F_GETFD));
	EXPECT_EQ(0, syscall(PROBE_SIGNAL, id));
	EXPECT_EQ(0, syscall(PROBE_SIGNAL, id));
	again = syscall(PROBE_OPEN, id);
	EXPECT_EQ(fd, again);
	EXPECT_EQ(FD_CLOEXEC, fcntl(again, F_GETFD));
	EXPECT_EQ(8, read(again, &count, sizeof(count)));
	EXPECT_EQ(2, count);
	EXPECT_EQ(0, close(again));
	EXPECT_EQ(0, syscall(PROBE_SIGNAL, id));
	EXPECT_EQ(0, syscall(PROBE_DROP, id));
	EXPECT_EQ(before, descriptors());
	EXPECT_EQ(-1, syscall(PROBE_SIGNAL, id));
	EXPECT_EQ(ENOENT, errno);
}

TEST(files_that_are_not_kept)
{
	int ends[2];
	long id;

	EXPECT_EQ(-1, syscall(PROBE_KEEP, 200));
	EXPECT_EQ(EBADF, errno);
	EXPECT_EQ(-1, syscall(PROBE_OPEN, 0));
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(-1, syscall(PROBE_DROP, 1L << 40));
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(-1, syscall(PROBE_SIGNAL, -1));
	EXPECT_EQ(ENOENT, errno);
	ASSERT_EQ(0, pipe(ends));
	id = syscall(PROBE_KEEP, ends[0]);
	ASSERT_LT(0, id);
	EXPECT_EQ(-1, syscall(PROBE_SIGNAL, id));
	EXPECT_EQ(EINVAL, errno);
}

/* The end of a pipe that is kept is no end of file; when its process ends it is. */
TEST(kept_files_go_with_the_process)
{
	int ends[2];
	char byte;
	pid_t pid;

	ASSERT_EQ(0, pipe(ends));
	pid = fork();
	if (!pid) {
		for (int i = 0; i < 10; i++)
			syscall(PROBE_KEEP, dup(ends[1]));
		_exit(0);
	}
	close(ends[1]);
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	EXPECT_EQ(0, read(ends[0], &byte, 1));
}

TEST(kept_files_are_the_process_own)
{
	int fd = eventfd(0, 0), status;
	long id = syscall(PROBE_KEEP, fd);
	pid_t pid = fork();

	if (!pid)
		_exit(syscall(PROBE_OPEN, id) != -1 || errno != ENOENT ||
		      syscall(PROBE_DROP, id) != -1 ||
		      syscall(PROBE_SIGNAL, id) != 0);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, syscall(PROBE_DROP, id));
}

static void *keep(void *arg)
{
	return (void *)syscall(PROBE_KEEP, eventfd(0, 0));
}

TEST(kept_files_are_shared_by_threads)
{
	pthread_t thread;
	void *id;

	ASSERT_EQ(0, pthread_create(&thread, NULL, keep, NULL));
	pthread_join(thread, &id);
	ASSERT_LT(0, (long)id);
	EXPECT_EQ(0, syscall(PROBE_SIGNAL, id));
	EXPECT_LE(0, syscall(PROBE_OPEN, id));
}

TEST(as_many_kept_files_as_descriptors)
{
	struct rlimit limit = { 32, 32 };
	int i;

	setrlimit(RLIMIT_NOFILE, &limit);
	for (i = 0; i < 40; i++)
		if (syscall(PROBE_KEEP, eventfd(0, 0)) < 0)
			break;
	EXPECT_EQ(EMFILE, errno);
	EXPECT_EQ(32, i);
}

/* Descriptors of a process that listens. */
static void listener(int ends[2], pid_t *pid, long events)
{
	if (pipe(ends))
		return;
	*pid = fork();
	if (*pid)
		return;
	syscall(PROBE_LISTEN, events);
	if (write(ends[1], "x", 1) == 1)
		pause();
	_exit(0);
}

static int heard(int event, pid_t pid)
{
	return syscall(PROBE_HEARD, event, pid);
}

TEST(events_of_a_process_are_heard)
{
	pid_t ear, pid, grandchild = 0;
	int ends[2], status;
	char byte;

	listener(ends, &ear,
		 1 << ABIMUX_EVENT_EXIT | 1 << ABIMUX_EVENT_FORK |
			 1 << ABIMUX_EVENT_EXEC | 1 << ABIMUX_EVENT_SIGNAL);
	ASSERT_EQ(1, read(ends[0], &byte, 1));
	pid = fork();
	if (!pid) {
		signal(SIGUSR1, SIG_IGN);
		raise(SIGUSR1);
		grandchild = fork();
		if (!grandchild)
			raise(SIGKILL);
		if (write(ends[1], &grandchild, sizeof(grandchild)) < 0)
			_exit(1);
		waitpid(grandchild, NULL, 0);
		execl("/bin/sh", "sh", "-c", "exit 3", NULL);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_EQ(sizeof(grandchild),
		  read(ends[0], &grandchild, sizeof(grandchild)));
	EXPECT_EQ(1, heard(ABIMUX_EVENT_FORK, pid));
	EXPECT_EQ(grandchild, syscall(PROBE_VALUE, ABIMUX_EVENT_FORK, pid));
	EXPECT_EQ(1, heard(ABIMUX_EVENT_EXEC, pid));
	EXPECT_EQ(1, heard(ABIMUX_EVENT_EXIT, pid));
	EXPECT_EQ(status, syscall(PROBE_VALUE, ABIMUX_EVENT_EXIT, pid));
	EXPECT_EQ(SIGKILL, syscall(PROBE_VALUE, ABIMUX_EVENT_EXIT, grandchild));
	/* SIGUSR1, that the child ignores, and SIGCHLD. */
	EXPECT_EQ(2, heard(ABIMUX_EVENT_SIGNAL, pid));
	kill(ear, SIGKILL);
	waitpid(ear, NULL, 0);
}

TEST(nothing_is_heard_when_nobody_listens)
{
	int ends[2];
	pid_t ear, pid;
	char byte;

	listener(ends, &ear, 1 << ABIMUX_EVENT_EXIT);
	ASSERT_EQ(1, read(ends[0], &byte, 1));
	pid = fork();
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	EXPECT_EQ(1, heard(ABIMUX_EVENT_EXIT, pid));
	kill(ear, SIGKILL);
	waitpid(ear, NULL, 0);
	/* What is freed with the process is freed after a grace period. */
	for (int i = 0; i < 100; i++) {
		pid = fork();
		if (!pid)
			_exit(0);
		waitpid(pid, NULL, 0);
		if (!heard(ABIMUX_EVENT_EXIT, pid))
			break;
		usleep(50000);
	}
	EXPECT_EQ(0, heard(ABIMUX_EVENT_EXIT, pid));
}

/* Tasks of the table, as its iterator counts them. */
static int tasks(void)
{
	FILE *in = popen(
		"awk '$1 == \"probe\" { print $3 }' /sys/fs/bpf/abimux/tables",
		"r");
	int n = -1;

	if (in && fscanf(in, "%d", &n) != 1)
		n = -1;
	if (in)
		pclose(in);
	return n;
}

TEST(listener_counts_as_one_task)
{
	/* The harness and this one; those of other tests take time to go. */
	for (int i = 0; i < 100 && tasks() != 2; i++)
		usleep(50000);
	EXPECT_EQ(2, tasks());
	EXPECT_EQ(0, syscall(PROBE_LISTEN, 1 << ABIMUX_EVENT_EXIT));
	EXPECT_EQ(2, tasks());
}

TEST(events_that_there_are_not)
{
	EXPECT_EQ(-1, syscall(PROBE_LISTEN, 1 << ABIMUX_NR_EVENTS));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(0, syscall(PROBE_LISTEN, 0));
	EXPECT_EQ(0, syscall(PROBE_LISTEN, 3));
	EXPECT_EQ(0, syscall(PROBE_LISTEN, 3));
	EXPECT_EQ(0, syscall(PROBE_LISTEN, 0));
}

TEST(compare_and_swap)
{
	int word[2] = { 5, 6 };
	char *readable =
		mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	EXPECT_EQ(5, syscall(PROBE_CMPXCHG, word, 5, 7));
	EXPECT_EQ(7, word[0]);
	EXPECT_EQ(7, syscall(PROBE_CMPXCHG, word, 5, 8));
	EXPECT_EQ(7, word[0]);
	EXPECT_EQ(6, word[1]);
	EXPECT_EQ(-1, syscall(PROBE_CMPXCHG, (char *)word + 1, 5, 8));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, syscall(PROBE_CMPXCHG, readable, 0, 8));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, syscall(PROBE_CMPXCHG, NULL, 0, 8));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, syscall(PROBE_CMPXCHG, -4096L, 0, 8));
	EXPECT_EQ(EFAULT, errno);
}

/* VM_READ, VM_WRITE, VM_EXEC, VM_SHARED and VM_MAYSHARE. */
TEST(mapping_of_an_address)
{
	char *shared =
		mmap(NULL, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int here;

	EXPECT_EQ(3, syscall(PROBE_MAPPING, &here));
	EXPECT_EQ(5, syscall(PROBE_MAPPING, descriptors));
	EXPECT_EQ(0x89, syscall(PROBE_MAPPING, shared) & 0x8f);
	EXPECT_EQ(-1, syscall(PROBE_MAPPING, NULL));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, syscall(PROBE_MAPPING, -1));
	EXPECT_EQ(EFAULT, errno);
}

TEST(errno_as_data)
{
	EXPECT_EQ(ENOTEMPTY, syscall(PROBE_ERRNO, ENOTEMPTY));
	EXPECT_EQ(300, syscall(PROBE_ERRNO, EXFULL));
	EXPECT_EQ(4000, syscall(PROBE_ERRNO, 4000));
}

TEST_HARNESS_MAIN
