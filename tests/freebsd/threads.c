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

static void test_many(void)
{
	long done = 0;

	for (int i = 0; i < 500; i++) {
		if (new_thread(0, start_child, 0))
			break;
		join(0);
		done++;
	}
	is(done, 500, "five hundred threads, one after the other");
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	test_start();
	test_wake(UMTX_OP_WAIT_UINT, UMTX_OP_WAKE, "WAIT_UINT, WAKE");
	test_wake(UMTX_OP_WAIT_UINT_PRIVATE, UMTX_OP_WAKE_PRIVATE,
		  "WAIT_UINT_PRIVATE, WAKE_PRIVATE");
	test_value();
	test_timeout();
	test_lock();
	test_many();
	end();
}
