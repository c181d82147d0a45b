// SPDX-License-Identifier: GPL-2.0
/*
 * Threads: how they start and end, and waiting for each other by _umtx_op.
 */
#include "threads.h"

static volatile unsigned int word;

static struct {
	unsigned long di, sp, bp, fs;
	long self;
} child;

static __attribute__((used)) void in_child(unsigned long di, unsigned long sp,
					   unsigned long bp)
{
	child.di = di;
	child.sp = sp;
	child.bp = bp;
	asm("mov %%fs:0, %0" : "=r"(child.fs));
	sys(SYS_thr_self, &child.self);
	leave(0);
}

static __attribute__((naked)) void start_child(void *arg)
{
	asm("mov %rsp, %rsi\n"
	    "mov %rbp, %rdx\n"
	    "and $-16, %rsp\n"
	    "call in_child\n");
}

static long new_child(long *child_tid, long *parent_tid)
{
	struct thr_param param = thread_param(0, start_child, (void *)4711);

	param.child_tid = child_tid;
	param.parent_tid = parent_tid;
	ended[0] = 0;
	return sys(SYS_thr_new, &param, sizeof(param));
}

static void test_start(void)
{
	long child_tid = -1, parent_tid = -1, self = -1;

	is(sys(SYS_thr_self, &self), 0, "thr_self");
	yes(self > 0, "the number of a thread is positive");
	is(new_child(&child_tid, &parent_tid), 0, "thr_new");
	join(0);
	is(ended[0], 1, "thr_exit says that the stack is free, and wakes");
	is(child.di, 4711, "rdi is the argument");
	is(child.sp, (long)stacks[0] + STACK_SIZE - 8,
	   "rsp is 8 below the aligned top");
	is(child.bp, 0, "rbp is zero");
	is(child.fs, 0x1234567, "FS is based at tls_base");
	yes(child.self > 0 && child.self != self,
	    "the child has its own number");
	is(child_tid, child.self, "child_tid");
	is(parent_tid, child.self, "parent_tid");
	is(sys(SYS_thr_new, 0, 500), -EINVAL, "more parameters than there are");
	is(sys(SYS_thr_new, 16, 104), -EFAULT,
	   "parameters that cannot be read");
}

static void waiter(void *arg)
{
	word = 1;
	while (word == 1)
		sys(SYS__umtx_op, &word, (long)arg, 1, 0, 0);
	leave(1);
}

static void test_wake(long wait, long wake, const char *name)
{
	word = 0;
	new_thread(1, waiter, (void *)wait);
	while (!word)
		sys(SYS_sched_yield);
	word = 2;
	is(sys(SYS__umtx_op, &word, wake, 1, 0, 0), 0, name);
	join(1);
}

static void test_value(void)
{
	unsigned long wide = 0x100000005;

	word = 5;
	is(sys(SYS__umtx_op, &word, UMTX_OP_WAIT_UINT, 4, 0, 0), 0,
	   "another value: no wait");
	is(sys(SYS__umtx_op, &wide, UMTX_OP_WAIT, 5, 0, 0), 0,
	   "another value in the upper half");
	is(sys(SYS__umtx_op, 16, UMTX_OP_WAIT_UINT, 4, 0, 0), -EFAULT,
	   "a bad address");
	is(sys(SYS__umtx_op, &word, 99, 0, 0, 0), -EINVAL, "no such operation");
}

static long wait_for(long nsec, unsigned int flags, unsigned int clock)
{
	struct umtx_time time = { nsec / 1000000000, nsec % 1000000000, flags,
				  clock };

	return sys(SYS__umtx_op, &word, UMTX_OP_WAIT_UINT_PRIVATE, 5,
		   sizeof(time), &time);
}

static void test_timeout(void)
{
	long span[2] = { 0, 20000000 }, before = now(CLOCK_MONOTONIC);

	is(wait_for(20000000, 0, CLOCK_MONOTONIC), -ETIMEDOUT,
	   "a span of time");
	yes(now(CLOCK_MONOTONIC) - before >= 20000000, "it took as long");
	before = now(CLOCK_MONOTONIC) + 20000000;
	is(wait_for(before, UMTX_ABSTIME, CLOCK_MONOTONIC), -ETIMEDOUT,
	   "a point in time");
	yes(now(CLOCK_MONOTONIC) >= before, "it was reached");
	before = now(CLOCK_REALTIME) + 20000000;
	is(wait_for(before, UMTX_ABSTIME, CLOCK_REALTIME), -ETIMEDOUT,
	   "a point of the day");
	yes(now(CLOCK_REALTIME) >= before, "it was reached too");
	before = now(CLOCK_MONOTONIC);
	is(sys(SYS__umtx_op, &word, UMTX_OP_WAIT_UINT, 5, 16, span), -ETIMEDOUT,
	   "a timespec alone");
	yes(now(CLOCK_MONOTONIC) - before >= 20000000, "it took as long, too");
	span[1] = 1000000000;
	is(sys(SYS__umtx_op, &word, UMTX_OP_WAIT_UINT, 5, 16, span), -EINVAL,
	   "a timespec that is none");
}

static volatile int counter, lock;

/* A lock of the sort that libraries build on umtx. */
static void acquire(void)
{
	while (__atomic_exchange_n(&lock, 1, __ATOMIC_SEQ_CST))
		sys(SYS__umtx_op, &lock, UMTX_OP_WAIT_UINT_PRIVATE, 1, 0, 0);
}

static void release(void)
{
	__atomic_store_n(&lock, 0, __ATOMIC_SEQ_CST);
	sys(SYS__umtx_op, &lock, UMTX_OP_WAKE_PRIVATE, 1, 0, 0);
}

#define ROUNDS 2000

static void count(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		acquire();
		counter++;
		release();
	}
	leave((long)arg);
}

static void test_lock(void)
{
	for (long nr = 0; nr < 4; nr++)
		new_thread(nr, count, (void *)nr);
	for (int nr = 0; nr < 4; nr++)
		join(nr);
	is(counter, 4 * ROUNDS, "four threads and a lock");
}

#define MANY 5000

static void end_at_once(void *arg)
{
	leave((long)arg);
}

/* Ten at a time. */
static void test_many(void)
{
	long done = 0;

	for (int i = 0; i < MANY; i += 10) {
		for (long nr = 0; nr < 10; nr++)
			done += !new_thread(nr, end_at_once, (void *)nr);
		for (long nr = 0; nr < 10; nr++)
			join(nr);
	}
	is(done, MANY, "five thousand threads");
}

static volatile int handled, go_on;

static void count_signal(int sig, struct siginfo *info, struct ucontext *uc,
			 void *addr)
{
	if (info->code == SI_LWP && info->pid == sys(SYS_getpid))
		__atomic_add_fetch(&handled, 1, __ATOMIC_SEQ_CST);
}

static void stand_by(void *arg)
{
	while (!go_on)
		pause_for(1000000);
	leave((long)arg);
}

static bool becomes(volatile int *what, int value)
{
	for (int i = 0; *what != value && i < 2000; i++)
		pause_for(1000000);
	return *what == value;
}

static void test_kill(void)
{
	long pid = sys(SYS_getpid);

	handle(SIGUSR1, count_signal, SA_SIGINFO | SA_RESTART);
	is(sys(SYS_thr_kill, -1, SIGUSR1), -ESRCH, "no other thread");
	for (long nr = 0; nr < 4; nr++)
		new_thread(nr, stand_by, (void *)nr);
	is(sys(SYS_thr_kill, -1, 0), 0, "there are some");
	is(sys(SYS_thr_kill, -1, 200), -EINVAL, "no such signal");
	is(sys(SYS_thr_kill, -1, SIGUSR1), 0, "thr_kill all");
	yes(becomes(&handled, 4), "each has it, but this one");
	is(sys(SYS_thr_kill2, pid, -1, SIGUSR1), 0, "thr_kill2 all");
	yes(becomes(&handled, 8), "each has it again");
	is(sys(SYS_thr_kill2, pid, tids[2], SIGUSR1), 0, "thr_kill2 one");
	yes(becomes(&handled, 9), "one has it");
	is(sys(SYS_thr_kill, 99999999, SIGUSR1), -ESRCH, "no such thread");
	is(sys(SYS_thr_kill2, 99999999, -1, 0), -ESRCH, "no such process");
	go_on = 1;
	for (int nr = 0; nr < 4; nr++)
		join(nr);
}

/* What a child process ends with. */
static int status_of(long pid)
{
	int status = -1;

	sys(SYS_wait4, pid, &status, 0, 0);
	return status;
}

static void exit_all(void *arg)
{
	sys(SYS_exit, 5);
}

static char *own_path;

static void exec_self(void *arg)
{
	char *args[] = { own_path, "executed", 0 }, *none[] = { 0 };

	sys(SYS_execve, own_path, args, none);
	sys(SYS_exit, 6);
}

static void fork_here(void *arg)
{
	long pid = sys(SYS_fork);

	if (!pid)
		sys(SYS_exit, 7);
	word = status_of(pid);
	leave(0);
}

static void test_processes(void)
{
	long state = 0, pid = sys(SYS_fork);

	if (!pid) {
		if (!sys(SYS_thr_exit, &state))
			sys(SYS_exit, state == 1 ? 4 : 3);
	}
	is(status_of(pid), 4 << 8, "the last thread does not end, but is told");
	pid = sys(SYS_fork);
	if (!pid) {
		new_thread(0, exit_all, 0);
		pause_for(60000000000);
	}
	is(status_of(pid), 5 << 8, "exit in one thread ends all");
	pid = sys(SYS_fork);
	if (!pid) {
		new_thread(0, exec_self, 0);
		pause_for(60000000000);
	}
	is(status_of(pid), 42 << 8, "exec in a thread other than the first");
	word = 0;
	new_thread(0, fork_here, 0);
	join(0);
	is(word, 7 << 8, "fork in a thread");
}

static void check_name(const char *want, const char *name)
{
	char have[32] = {};
	int fd = sys(SYS_open, "/proc/thread-self/comm", 0);
	long len = sys(SYS_read, fd, have, sizeof(have) - 1);

	sys(SYS_close, fd);
	if (len > 0)
		have[len - 1] = '\0';
	yes(same_text(have, want), name);
}

static void named(void *arg)
{
	while (!go_on)
		pause_for(1000000);
	check_name("other", "another thread has the name");
	leave(0);
}

static void test_names(void)
{
	is(sys(SYS_thr_set_name, thread_id(), "mine"), 0, "thr_set_name");
	check_name("mine", "this thread has the name");
	go_on = 0;
	new_thread(0, named, 0);
	is(sys(SYS_thr_set_name, tids[0], "other"), 0, "of another thread");
	go_on = 1;
	join(0);
	check_name("mine", "this one kept its own");
	is(sys(SYS_thr_set_name, thread_id(), 0), 0, "no name");
	check_name("", "is none");
	is(sys(SYS_thr_set_name, 99999999, "x"), -ESRCH, "of no thread");
	is(sys(SYS_thr_set_name, thread_id(), 16), -EFAULT, "a bad name");
}

struct rtprio {
	unsigned short type, prio;
};

static struct rtprio child_rtp;

static void ask_priority(void *arg)
{
	sys(SYS_rtprio_thread, 0, 0, &child_rtp);
	leave(0);
}

static void test_priorities(void)
{
	struct rtprio rtp = { 2, 7 }, back = {};
	struct thr_param param = thread_param(0, ask_priority, 0);
	int prio = 9;

	is(sys(SYS_rtprio_thread, 0, 0, &back), 0, "RTP_LOOKUP");
	is(back.type, 3, "a thread among others");
	is(sys(SYS_rtprio_thread, 1, thread_id(), &rtp), 0, "RTP_SET");
	sys(SYS_rtprio_thread, 0, 0, &back);
	yes(back.type == 2 && back.prio == 7, "it is told back");
	is(sys(SYS_sched_getscheduler, 0), 3, "that is SCHED_RR");
	is(sys(SYS_sched_getparam, 0, &prio), 0, "sched_getparam");
	is(prio, 24, "and the other way round");
	prio = 3;
	is(sys(SYS_sched_setscheduler, 0, 1, &prio), 0, "SCHED_FIFO");
	sys(SYS_rtprio_thread, 0, 0, &back);
	yes(back.type == 10 && back.prio == 28, "told back as RTP_PRIO_FIFO");
	prio = 4;
	is(sys(SYS_sched_setparam, 0, &prio), 0, "sched_setparam");
	prio = 32;
	is(sys(SYS_sched_setscheduler, 0, 1, &prio), -EPERM, "too high");
	prio = 50;
	is(sys(SYS_sched_setscheduler, 0, 2, &prio), 0, "SCHED_OTHER");
	is(sys(SYS_sched_getscheduler, 0), 2, "as before");
	is(sys(SYS_sched_get_priority_max, 1), 31, "highest of SCHED_FIFO");
	is(sys(SYS_sched_get_priority_min, 3), 0, "lowest of SCHED_RR");
	is(sys(SYS_sched_get_priority_max, 2), 103, "highest of SCHED_OTHER");
	is(sys(SYS_sched_get_priority_max, 0), -EINVAL, "no such policy");
	is(sys(SYS_rtprio_thread, 0, 99999999, &back), -ESRCH, "no thread");
	rtp.prio = 32;
	is(sys(SYS_rtprio_thread, 1, 0, &rtp), -EINVAL, "no such priority");
	param.rtp = &rtp;
	is(sys(SYS_thr_new, &param, sizeof(param)), -EINVAL, "nor by thr_new");
	rtp.prio = 5;
	ended[0] = 0;
	is(sys(SYS_thr_new, &param, sizeof(param)), 0, "a thread of real time");
	join(0);
	yes(child_rtp.type == 2 && child_rtp.prio == 5, "it is one");
}

static void test_processors(void)
{
	unsigned long set[32] = {};

	is(sys(SYS_cpuset_getaffinity, 3, 1, -1, 32, set), 0,
	   "cpuset_getaffinity");
	yes(set[0] & 1, "there is a processor");
	set[15] = 1;
	is(sys(SYS_cpuset_getaffinity, 3, 1, -1, 128, set), 0, "a larger set");
	is(set[15], 0, "has no more of them");
	is(sys(SYS_cpuset_setaffinity, 3, 1, -1, 128, set), 0, "set it");
	set[15] = 1;
	is(sys(SYS_cpuset_setaffinity, 3, 1, -1, 128, set), -EINVAL,
	   "to processors that cannot be");
	is(sys(SYS_cpuset_getaffinity, 3, 1, -1, 16, set), -ERANGE,
	   "too small a set");
	is(sys(SYS_cpuset_getaffinity, 3, 1, -1, 256, set), -ERANGE,
	   "too large a set");
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	if (argv[1])
		sys(SYS_exit, same_text(argv[1], "executed") ? 42 : 1);
	own_path = argv[0];
	test_start();
	test_wake(UMTX_OP_WAIT_UINT, UMTX_OP_WAKE, "WAIT_UINT, WAKE");
	test_wake(UMTX_OP_WAIT_UINT_PRIVATE, UMTX_OP_WAKE_PRIVATE,
		  "WAIT_UINT_PRIVATE, WAKE_PRIVATE");
	test_value();
	test_timeout();
	test_lock();
	test_many();
	test_kill();
	test_processes();
	test_names();
	test_priorities();
	test_processors();
	end();
}
