// SPDX-License-Identifier: GPL-2.0
/*
 * Each operation of _umtx_op: what it says, whom it wakes, how it ends when time runs
 * out or a signal comes. From sys/kern/kern_umtx.c.
 */
#include "state.h"
#include "threads.h"

#define TICK 20000000 /* nanoseconds */
#define EBUSY 16
#define EDEADLK 11

/* An operation that a thread of its own does. */
struct job {
	volatile void *obj;
	int op;
	unsigned long val;
	void *more, *time;
	bool own; /* take the mutex in @more before */
	volatile long ret;
	volatile bool done;
};

static struct job jobs[NR_THREADS];

static void do_job(void *arg)
{
	long nr = (long)arg;
	struct job *job = &jobs[nr];

	if (job->own)
		mutex_lock(job->more, thread_id());
	job->ret = umtx(job->obj, job->op, job->val, job->more, job->time);
	job->done = true;
	leave(nr);
}

/* Until a thread sleeps, or has its answer. */
static void await_sleep(long nr)
{
	for (int i = 0; i < 60000 && !jobs[nr].done; i++) {
		if (state_of(tids[nr]) == 'S')
			return;
		pause_for(1000000);
	}
}

static void begin_job(long nr, struct job job)
{
	jobs[nr] = job;
	new_thread(nr, do_job, (void *)nr);
	await_sleep(nr);
}

/* What it answered, or 1 if it still sleeps: it is told the number of that. */
static long finish(long nr)
{
	if (!join_for(nr, 60))
		return 1;
	return jobs[nr].ret;
}

#define JOB_OF(a, b, c, d, e, f, ...)             \
	((struct job){ .obj = (a),                \
		       .op = (b),                 \
		       .val = (unsigned long)(c), \
		       .more = (void *)(d),       \
		       .time = (void *)(e),       \
		       .own = (f) })
/* (obj, op, val, more, time, own): what is left out is zero. */
#define JOB(...) JOB_OF(__VA_ARGS__, 0, 0L, 0L, 0, 0)

static volatile int handled;

static void handler(int sig, struct siginfo *info, struct ucontext *uc,
		    void *addr)
{
	handled++;
}

static void signal_to(long nr)
{
	handled = 0;
	sys(SYS_thr_kill, tids[nr], SIGUSR1);
	for (int i = 0; i < 60000 && !handled; i++)
		pause_for(1000000);
	await_sleep(nr);
}

static void await_one_of_two(void)
{
	for (int i = 0; i < 60000 && !jobs[0].done && !jobs[1].done; i++)
		pause_for(1000000);
	pause_for(TICK);
}

static volatile unsigned int word;
static volatile unsigned long wide;

static void test_words(void)
{
	word = 5;
	is(umtx(&word, UMTX_OP_WAIT_UINT, 0x100000005, 0, 0), 0,
	   "WAIT_UINT for more than there is room for");
	is(umtx(16, UMTX_OP_WAIT_UINT_PRIVATE, 0x100000005, 0, 0), -EFAULT,
	   "nor is it looked for where nothing is");
	is(umtx(16, UMTX_OP_WAKE, 1, 0, 0), -EFAULT, "WAKE where nothing is");
	is(umtx((long)test_words & -4, UMTX_OP_WAKE, 1, 0, 0), -EFAULT,
	   "WAKE where nothing can be written");
	is(umtx(&word, 27, 0, 0, 0), -EINVAL, "GET_MIN_TIMEOUT is not of 13");
	is(umtx(&word, 0, 0, 0, 0), -EOPNOTSUPP, "a reserved operation");
	begin_job(0, JOB(&word, UMTX_OP_WAIT_UINT_PRIVATE, 5));
	umtx(&word, UMTX_OP_WAKE, 1, 0, 0);
	is(finish(0), 0, "WAKE for a private wait on private memory");
	begin_job(0, JOB(&word, UMTX_OP_WAIT_UINT, 5));
	umtx(&word, UMTX_OP_WAKE_PRIVATE, 1, 0, 0);
	is(finish(0), 0, "and the other way round");
	begin_job(0, JOB(&word, UMTX_OP_WAIT_UINT, 5));
	umtx(&word, UMTX_OP_WAKE_PRIVATE, 0, 0, 0);
	is(finish(0), 0, "to wake none wakes one");
	wide = 0x500000001;
	begin_job(0, JOB(&wide, UMTX_OP_WAIT, 0x500000001));
	umtx(&wide, UMTX_OP_WAKE, 1, 0, 0);
	is(finish(0), 0, "WAIT for a long");
	is(umtx_for(&wide, UMTX_OP_WAIT, 0x500000001, TICK), -ETIMEDOUT,
	   "for some time");
	is(umtx_for(&wide, UMTX_OP_WAIT, 0x400000001, TICK), 0,
	   "with another upper half");
}

static void test_nwake(void)
{
	volatile unsigned int words[3] = {};
	volatile void *list[3] = { &words[0], &words[1], &words[2] };

	for (long nr = 0; nr < 3; nr++)
		begin_job(nr, JOB(&words[nr], UMTX_OP_WAIT_UINT_PRIVATE, 0));
	is(umtx(list, UMTX_OP_NWAKE_PRIVATE, 3, 0, 0), 0, "NWAKE_PRIVATE");
	is(finish(0) | finish(1) | finish(2), 0, "wakes at each word");
	is(umtx(16, UMTX_OP_NWAKE_PRIVATE, 1, 0, 0), -EFAULT, "no list");
	is(umtx(16, UMTX_OP_NWAKE_PRIVATE, 0, 0, 0), 0, "an empty list");
}

static void test_mutex(void)
{
	struct umutex mutex = {};
	unsigned int self = thread_id();

	is(umtx(&mutex, UMTX_OP_MUTEX_TRYLOCK, 0, 0, 0), 0, "MUTEX_TRYLOCK");
	is(mutex.owner, self, "the word is the thread");
	is(umtx(&mutex, UMTX_OP_MUTEX_TRYLOCK, 0, 0, 0), -EBUSY, "it is taken");
	is(umtx_for(&mutex, UMTX_OP_MUTEX_LOCK, 0, TICK), -ETIMEDOUT,
	   "MUTEX_LOCK for some time");
	is(mutex.owner, self | UMUTEX_CONTESTED, "now it is contested");
	begin_job(0, JOB(&mutex, UMTX_OP_MUTEX_UNLOCK));
	is(finish(0), -EPERM, "MUTEX_UNLOCK by who has it not");
	begin_job(0, JOB(&mutex, UMTX_OP_MUTEX_LOCK));
	is(umtx(&mutex, UMTX_OP_MUTEX_UNLOCK, 0, 0, 0), 0, "MUTEX_UNLOCK");
	is(finish(0), 0, "hands it on");
	is(mutex.owner & ~UMUTEX_CONTESTED, tids[0], "to who waited");
	mutex.owner = self;
	begin_job(0, JOB(&mutex, UMTX_OP_MUTEX_WAIT));
	is(mutex.owner, self | UMUTEX_CONTESTED, "MUTEX_WAIT says so");
	mutex_unlock(&mutex);
	is(finish(0), 0, "and ends after MUTEX_WAKE2");
	is(mutex.owner & ~UMUTEX_CONTESTED, 0, "but takes nothing");
	mutex.owner = UMUTEX_CONTESTED;
	is(umtx(&mutex, UMTX_OP_MUTEX_WAKE, 0, 0, 0), 0, "MUTEX_WAKE");
	is(mutex.owner, 0, "with nobody waiting");
	is(umtx(16, UMTX_OP_MUTEX_LOCK, 0, 0, 0), -EFAULT, "no mutex there");
}

/* What the kernel has no way to do is refused. */
static void test_protocols(void)
{
	struct umutex mutex = { .flags = UMUTEX_PRIO_PROTECT };
	long lists[3] = {};

	is(umtx(&mutex, UMTX_OP_MUTEX_LOCK, 0, 0, 0), -EOPNOTSUPP,
	   "a mutex with a ceiling");
	is(umtx(&mutex, UMTX_OP_SET_CEILING, 3, 0, 0), -EOPNOTSUPP,
	   "SET_CEILING of one");
	is(umtx(&mutex, UMTX_OP_SET_CEILING, 32, 0, 0), -EINVAL,
	   "too high a ceiling");
	mutex.flags = UMUTEX_ROBUST;
	is(umtx(&mutex, UMTX_OP_MUTEX_TRYLOCK, 0, 0, 0), -EOPNOTSUPP,
	   "a robust mutex");
	mutex.flags = UMUTEX_PRIO_PROTECT | UMUTEX_PRIO_INHERIT;
	is(umtx(&mutex, UMTX_OP_MUTEX_LOCK, 0, 0, 0), -EINVAL,
	   "a mutex with both protocols");
	mutex.flags = 0;
	is(umtx(&mutex, UMTX_OP_SET_CEILING, 3, 0, 0), -EINVAL,
	   "SET_CEILING of one without");
	is(umtx(0, UMTX_OP_ROBUST_LISTS, sizeof(lists), lists, 0), -EOPNOTSUPP,
	   "ROBUST_LISTS");
	is(umtx(0, UMTX_OP_ROBUST_LISTS, 100, lists, 0), -EINVAL,
	   "longer than they are");
	is(umtx(0, UMTX_OP_SHM, 1, lists, 0), -EOPNOTSUPP, "SHM");
	is(umtx(0, UMTX_OP_SHM, 3, lists, 0), -EINVAL, "SHM, two at once");
}

static void test_inherit(void)
{
	struct umutex mutex = { .flags = UMUTEX_PRIO_INHERIT };

	is(umtx(&mutex, UMTX_OP_MUTEX_LOCK, 0, 0, 0), 0,
	   "MUTEX_LOCK with priority inheritance");
	is(mutex.owner, thread_id(), "the word is the thread, too");
	is(umtx(&mutex, UMTX_OP_MUTEX_LOCK, 0, 0, 0), -EDEADLK,
	   "twice is a deadlock");
	begin_job(0, JOB(&mutex, UMTX_OP_MUTEX_TRYLOCK));
	is(finish(0), -EBUSY, "another thread tries");
	begin_job(0, JOB(&mutex, UMTX_OP_MUTEX_UNLOCK));
	is(finish(0), -EPERM, "or gives it back");
	begin_job(0, JOB(&mutex, UMTX_OP_MUTEX_LOCK));
	is(mutex.owner, (unsigned int)thread_id() | UMUTEX_CONTESTED,
	   "or waits for it");
	signal_to(0);
	yes(!jobs[0].done, "which a signal does not end");
	is(umtx(&mutex, UMTX_OP_MUTEX_UNLOCK, 0, 0, 0), 0, "it is handed on");
	is(finish(0), 0, "to that thread");
}

static void test_cond(void)
{
	struct umutex mutex = {};
	struct ucond cond = {};
	long soon[2] = { 0, TICK };
	unsigned int self = thread_id();

	begin_job(0, JOB(&cond, UMTX_OP_CV_WAIT, 0, &mutex, 0, true));
	begin_job(1, JOB(&cond, UMTX_OP_CV_WAIT, 0, &mutex, 0, true));
	is(mutex.owner, 0, "CV_WAIT gives the mutex back");
	yes(cond.waiters, "and says that somebody waits");
	is(umtx(&cond, UMTX_OP_CV_SIGNAL, 0, 0, 0), 0, "CV_SIGNAL");
	await_one_of_two();
	is(jobs[0].done + jobs[1].done, 1, "wakes one");
	yes(cond.waiters, "somebody waits still");
	is(umtx(&cond, UMTX_OP_CV_SIGNAL, 0, 0, 0), 0, "and again");
	is(finish(0) | finish(1), 0, "both are awake");
	is(cond.waiters, 0, "nobody waits any more");
	for (long nr = 0; nr < 3; nr++)
		begin_job(nr, JOB(&cond, UMTX_OP_CV_WAIT, 0, &mutex, 0, true));
	is(umtx(&cond, UMTX_OP_CV_BROADCAST, 0, 0, 0), 0, "CV_BROADCAST");
	is(finish(0) | finish(1) | finish(2), 0, "wakes all");
	is(cond.waiters, 0, "and nobody waits");
	is(umtx(&cond, UMTX_OP_CV_WAIT, 0, &mutex, 0), -EPERM,
	   "CV_WAIT without the mutex");
	mutex_lock(&mutex, self);
	is(umtx(&cond, UMTX_OP_CV_WAIT, 0, &mutex, soon), -ETIMEDOUT,
	   "for some time");
	is(mutex.owner, 0, "the mutex is not taken again");
	is(cond.waiters, 0, "the last one turned the light off");
	cond.clock = 14;
	is(umtx(&cond, UMTX_OP_CV_WAIT, CVWAIT_CLOCKID, &mutex, soon), -EINVAL,
	   "by a clock that is none");
	cond.clock = CLOCK_MONOTONIC;
	mutex_lock(&mutex, self);
	is(umtx(&cond, UMTX_OP_CV_WAIT, CVWAIT_CLOCKID | CVWAIT_ABSTIME, &mutex,
		soon),
	   -ETIMEDOUT, "until a moment long past");
}

static void test_rwlock(void)
{
	struct urwlock lock = {};

	is(umtx(&lock, UMTX_OP_RW_RDLOCK, 0, 0, 0), 0, "RW_RDLOCK");
	begin_job(0, JOB(&lock, UMTX_OP_RW_RDLOCK, 0));
	is(finish(0), 0, "twice");
	is(lock.state, 2, "two readers");
	begin_job(0, JOB(&lock, UMTX_OP_RW_WRLOCK, 0));
	is(lock.state, 2 | URWLOCK_WRITE_WAITERS, "a writer waits");
	begin_job(1, JOB(&lock, UMTX_OP_RW_RDLOCK, 0));
	yes(!jobs[1].done, "a reader after it waits, too");
	begin_job(2, JOB(&lock, UMTX_OP_RW_RDLOCK, URWLOCK_PREFER_READER));
	is(finish(2), 0, "unless it goes first");
	for (int i = 0; i < 3; i++)
		umtx(&lock, UMTX_OP_RW_UNLOCK, 0, 0, 0);
	is(finish(0), 0, "the writer has it");
	yes(lock.state & URWLOCK_WRITE_OWNER, "as the word says");
	is(umtx_for(&lock, UMTX_OP_RW_WRLOCK, 0, TICK), -ETIMEDOUT,
	   "RW_WRLOCK for some time");
	is(umtx(&lock, UMTX_OP_RW_UNLOCK, 0, 0, 0), 0, "RW_UNLOCK");
	is(finish(1), 0, "the reader has it");
	is(umtx(&lock, UMTX_OP_RW_UNLOCK, 0, 0, 0), 0, "and gives it back");
	is(lock.state, 0, "the word is as it was");
	is(umtx(&lock, UMTX_OP_RW_UNLOCK, 0, 0, 0), -EPERM, "once too often");
	lock.state = URWLOCK_READERS;
	is(umtx(&lock, UMTX_OP_RW_RDLOCK, 0, 0, 0), -EAGAIN,
	   "too many readers");
	lock.state = 1;
	is(umtx_for(&lock, UMTX_OP_RW_WRLOCK, 0, TICK), -ETIMEDOUT,
	   "a writer gives up");
	is(umtx(&lock, UMTX_OP_RW_RDLOCK, 0, 0, 0), 0, "readers go on");
}

static void test_sem(void)
{
	struct usem2 sem = {};
	struct usem old = {};

	is(umtx_for(&sem, UMTX_OP_SEM2_WAIT, 0, TICK), -ETIMEDOUT,
	   "SEM2_WAIT for some time");
	begin_job(0, JOB(&sem, UMTX_OP_SEM2_WAIT));
	begin_job(1, JOB(&sem, UMTX_OP_SEM2_WAIT));
	is(sem.count, USEM_HAS_WAITERS, "somebody waits");
	sem_post(&sem);
	await_one_of_two();
	is(jobs[0].done + jobs[1].done, 1, "SEM2_WAKE wakes one");
	is(sem.count, 1 | USEM_HAS_WAITERS, "somebody waits still");
	sem_post(&sem);
	is(finish(0) | finish(1), 0, "and the other");
	is(sem.count, 2, "nobody waits any more");
	is(umtx(&sem, UMTX_OP_SEM2_WAIT, 0, 0, 0), 0, "no need to wait");
	is(umtx(&sem, UMTX_OP_SEM2_WAKE, 0, 0, 0), 0, "nobody to wake");
	begin_job(0, JOB(&old, UMTX_OP_SEM_WAIT));
	is(old.waiters, 1, "SEM_WAIT says that somebody waits");
	old.count = 1;
	is(umtx(&old, UMTX_OP_SEM_WAKE, 0, 0, 0), 0, "SEM_WAKE");
	is(finish(0), 0, "wakes it");
	is(old.waiters, 0, "and says that nobody waits");
	old.waiters = 1;
	is(umtx(&old, UMTX_OP_SEM_WAIT, 0, 0, 0), 0, "there is one left");
}

/* Whether job 0 goes on sleeping when a signal came; else what it answered. */
static long interrupt(struct job job, int flags)
{
	handle(SIGUSR1, handler, SA_SIGINFO | flags);
	begin_job(0, job);
	signal_to(0);
	return jobs[0].done ? finish(0) : 1;
}

static struct umutex taken;
static struct urwlock written = { .state = URWLOCK_WRITE_OWNER };
static struct usem2 empty;
static struct ucond nothing;

static void wake_taken(void)
{
	taken.owner = 0;
	umtx(&taken, UMTX_OP_MUTEX_WAKE2, 0, 0, 0);
	finish(0);
	taken.owner = thread_id();
}

static void test_restart(void)
{
	struct umtx_time hour = { 3600, 0, 0, CLOCK_MONOTONIC };
	struct umutex own = {};

	word = 5;
	wide = 5;
	taken.owner = thread_id();
	is(interrupt(JOB(&word, UMTX_OP_WAIT_UINT, 5), SA_RESTART), -EINTR,
	   "WAIT_UINT never goes on after a handler");
	is(interrupt(JOB(&word, UMTX_OP_WAIT_UINT_PRIVATE, 5,
			 (void *)sizeof(hour), &hour),
		     SA_RESTART),
	   -EINTR, "nor with a time");
	is(interrupt(JOB(&wide, UMTX_OP_WAIT, 5), SA_RESTART), -EINTR,
	   "nor WAIT");
	is(interrupt(JOB(&taken, UMTX_OP_MUTEX_LOCK), 0), 1,
	   "MUTEX_LOCK goes on after any");
	wake_taken();
	is(interrupt(JOB(&taken, UMTX_OP_MUTEX_LOCK, 0, (void *)sizeof(hour),
			 &hour),
		     SA_RESTART),
	   -EINTR, "but not with a time");
	is(interrupt(JOB(&taken, UMTX_OP_MUTEX_WAIT), 0), -EINTR,
	   "MUTEX_WAIT ends");
	is(interrupt(JOB(&taken, UMTX_OP_MUTEX_WAIT), SA_RESTART), 1,
	   "unless SA_RESTART is set");
	wake_taken();
	is(interrupt(JOB(&nothing, UMTX_OP_CV_WAIT, 0, &own, 0, true),
		     SA_RESTART),
	   -EINTR, "CV_WAIT ends");
	is(interrupt(JOB(&written, UMTX_OP_RW_RDLOCK), SA_RESTART), -EINTR,
	   "RW_RDLOCK ends");
	is(interrupt(JOB(&written, UMTX_OP_RW_WRLOCK), SA_RESTART), -EINTR,
	   "RW_WRLOCK ends");
	is(interrupt(JOB(&empty, UMTX_OP_SEM2_WAIT), SA_RESTART), 1,
	   "SEM2_WAIT goes on with SA_RESTART");
	sem_post(&empty);
	finish(0);
	empty.count = 0;
	is(interrupt(JOB(&empty, UMTX_OP_SEM2_WAIT), 0), -EINTR,
	   "and ends without");
}

/* A span of time is not begun again, but what is left of it can be had. */
static void test_left(void)
{
	struct {
		struct umtx_time time;
		long left[2];
	} hour = { { 3600, 0, 0, CLOCK_MONOTONIC }, {} };

	is(interrupt(JOB(&empty, UMTX_OP_SEM2_WAIT, 0, (void *)sizeof(hour),
			 &hour),
		     SA_RESTART),
	   -EINTR, "SEM2_WAIT with a span of time ends");
	yes(hour.left[0] > 3000 && hour.left[0] < 3600,
	    "and tells what is left");
	hour.left[0] = 0;
	interrupt(JOB(&empty, UMTX_OP_SEM2_WAIT, 0, (void *)sizeof(hour.time),
		      &hour),
		  0);
	is(hour.left[0], 0, "if there is room for it");
}

#define MAP_SHARED_ANON 0x1001

static void test_processes(void)
{
	struct {
		volatile unsigned int word;
		struct umutex mutex;
		struct usem2 sem;
	} *shared = (void *)sys(SYS_mmap, 0, 4096, 3, MAP_SHARED_ANON, -1, 0);
	int status = -1;
	long pid;

	shared->mutex.flags = USYNC_PROCESS_SHARED;
	shared->sem.flags = USYNC_PROCESS_SHARED;
	shared->mutex.owner = thread_id();
	pid = sys(SYS_fork);
	if (!pid) {
		long bad = umtx(&shared->word, UMTX_OP_WAIT_UINT, 0, 0, 0);

		mutex_lock(&shared->mutex, thread_id());
		bad |= umtx(&shared->sem, UMTX_OP_SEM2_WAIT, 0, 0, 0);
		sys(SYS_exit, bad ? 1 : 42);
	}
	pause_for(2 * TICK);
	umtx(&shared->word, UMTX_OP_WAKE, 1, 0, 0);
	pause_for(2 * TICK);
	mutex_unlock(&shared->mutex);
	pause_for(2 * TICK);
	sem_post(&shared->sem);
	sys(SYS_wait4, pid, &status, 0, 0);
	is(status, 42 << 8, "another process waits for the same");
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	handle(SIGUSR1, handler, SA_SIGINFO | SA_RESTART);
	test_words();
	test_nwake();
	test_mutex();
	test_protocols();
	test_inherit();
	test_cond();
	test_rwlock();
	test_sem();
	test_restart();
	test_left();
	test_processes();
	end();
}
