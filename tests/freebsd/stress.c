// SPDX-License-Identifier: GPL-2.0
/*
 * Locks of all kinds, many threads at a time, with time running out and signals
 * coming in: nothing may be counted wrong, and nobody may sleep for ever.
 *
 *	stress [SECONDS]
 */
#include "threads.h"

#define NR_WORKERS 12
#define PATIENCE 120 /* seconds without any progress */

enum work {
	MUTEX_LOCK,
	MUTEX_WAIT,
	COND,
	SEMAPHORE,
	READ,
	WRITE,
	WORD,
	WORD_PRIVATE,
	LONG,
	NR_WORKS,
};

static const char *const names[NR_WORKS] = {
	"a mutex that the kernel takes",
	"a mutex that the program takes",
	"condition variables",
	"a semaphore",
	"a lock for readers",
	"a lock for writers",
	"words",
	"private words",
	"longs",
};

struct worker {
	long number;
	unsigned int self;
	unsigned long seed;
	volatile unsigned long rounds;
	volatile enum work work;
	unsigned long done[NR_WORKS];
	unsigned long put, got;
} __attribute__((aligned(64)));

static struct worker workers[NR_WORKERS];
static volatile bool stop;
static volatile int wrong;

static unsigned int random(struct worker *worker)
{
	worker->seed = worker->seed * 6364136223846793005 + 1442695040888963407;
	return worker->seed >> 33;
}

/* Sometimes there is not much time. */
static long span(struct worker *worker)
{
	return random(worker) % 8 ? 0 : 1 + random(worker) % 300000;
}

static long wait_on(struct worker *worker, volatile void *obj, int op,
		    unsigned long val)
{
	long nsec = span(worker);

	return nsec ? umtx_for(obj, op, val, nsec) : umtx(obj, op, val, 0, 0);
}

static void dawdle(struct worker *worker)
{
	if (random(worker) % 2)
		sys(SYS_sched_yield);
}

static struct umutex kernels, programs;
static volatile unsigned long kernels_count, programs_count;

static void use_mutex_lock(struct worker *worker)
{
	while (!mutex_try(&kernels, worker->self))
		if (!wait_on(worker, &kernels, UMTX_OP_MUTEX_LOCK, 0))
			break;
	kernels_count++;
	dawdle(worker);
	if (!swap(&kernels.owner, worker->self, 0) &&
	    umtx(&kernels, UMTX_OP_MUTEX_UNLOCK, 0, 0, 0))
		wrong = 1;
}

static void use_mutex_wait(struct worker *worker)
{
	while (!mutex_try(&programs, worker->self))
		wait_on(worker, &programs, UMTX_OP_MUTEX_WAIT, 0);
	programs_count++;
	dawdle(worker);
	mutex_unlock(&programs);
}

/* A buffer with few places: each puts something, then takes something. */
static struct umutex buffer_lock;
static struct ucond not_empty, not_full;
static unsigned long buffer[3];
static unsigned int buffered;

static void cond_wait(struct worker *worker, struct ucond *cond)
{
	long nsec = span(worker), time[2] = { 0, nsec };

	if (nsec)
		umtx(cond, UMTX_OP_CV_WAIT, 0, &buffer_lock, time);
	else
		umtx(cond, UMTX_OP_CV_WAIT, 0, &buffer_lock, 0);
	mutex_lock(&buffer_lock, worker->self);
}

static void cond_signal(struct worker *worker, struct ucond *cond)
{
	if (cond->waiters)
		umtx(cond,
		     random(worker) % 16 ? UMTX_OP_CV_SIGNAL :
					   UMTX_OP_CV_BROADCAST,
		     0, 0, 0);
}

static void use_cond(struct worker *worker)
{
	unsigned long value = random(worker);

	mutex_lock(&buffer_lock, worker->self);
	while (buffered == 3)
		cond_wait(worker, &not_full);
	buffer[buffered++] = value;
	worker->put += value;
	cond_signal(worker, &not_empty);
	mutex_unlock(&buffer_lock);
	dawdle(worker);
	mutex_lock(&buffer_lock, worker->self);
	while (!buffered)
		cond_wait(worker, &not_empty);
	worker->got += buffer[--buffered];
	if (random(worker) % 2) {
		cond_signal(worker, &not_full);
		mutex_unlock(&buffer_lock);
	} else {
		mutex_unlock(&buffer_lock);
		cond_signal(worker, &not_full);
	}
}

/* Two at a time. */
static struct usem2 two = { .count = 2 };
static int inside;

static void use_semaphore(struct worker *worker)
{
	while (!sem_try(&two))
		wait_on(worker, &two, UMTX_OP_SEM2_WAIT, 0);
	if (__atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST) > 2)
		wrong = 2;
	dawdle(worker);
	__atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
	sem_post(&two);
}

static struct urwlock shared[2] = { {}, { .flags = URWLOCK_PREFER_READER } };
static volatile unsigned long left[2], right[2];

static void use_read(struct worker *worker)
{
	unsigned int which = random(worker) % 2;

	while (!read_try(&shared[which]))
		if (!wait_on(worker, &shared[which], UMTX_OP_RW_RDLOCK, 0))
			break;
	if (left[which] != right[which])
		wrong = 3;
	dawdle(worker);
	if (left[which] != right[which])
		wrong = 4;
	rw_unlock(&shared[which]);
}

static void use_write(struct worker *worker)
{
	unsigned int which = random(worker) % 2;

	while (!write_try(&shared[which]))
		if (!wait_on(worker, &shared[which], UMTX_OP_RW_WRLOCK, 0))
			break;
	left[which]++;
	dawdle(worker);
	right[which]++;
	rw_unlock(&shared[which]);
}

/* Free, taken, taken and waited for. */
struct word {
	volatile unsigned int state[2];
	volatile unsigned long count;
};

static struct word word, private_word, long_word;

static void use_word(struct worker *worker, struct word *at, int wait, int wake)
{
	unsigned int old = 1;

	if (!swap(&at->state[0], 0, 1))
		old = __atomic_exchange_n(&at->state[0], 2, __ATOMIC_SEQ_CST);
	else
		old = 0;
	while (old) {
		wait_on(worker, at->state, wait, 2);
		old = __atomic_exchange_n(&at->state[0], 2, __ATOMIC_SEQ_CST);
	}
	at->count++;
	dawdle(worker);
	if (__atomic_exchange_n(&at->state[0], 0, __ATOMIC_SEQ_CST) == 2)
		umtx(at->state, wake, 1, 0, 0);
}

static void use(struct worker *worker, enum work work)
{
	switch (work) {
	case MUTEX_LOCK:
		return use_mutex_lock(worker);
	case MUTEX_WAIT:
		return use_mutex_wait(worker);
	case COND:
		return use_cond(worker);
	case SEMAPHORE:
		return use_semaphore(worker);
	case READ:
		return use_read(worker);
	case WRITE:
		return use_write(worker);
	case WORD:
		return use_word(worker, &word, UMTX_OP_WAIT_UINT, UMTX_OP_WAKE);
	case WORD_PRIVATE:
		return use_word(worker, &private_word,
				UMTX_OP_WAIT_UINT_PRIVATE,
				UMTX_OP_WAKE_PRIVATE);
	default:
		return use_word(worker, &long_word, UMTX_OP_WAIT, UMTX_OP_WAKE);
	}
}

static void work(void *arg)
{
	struct worker *worker = arg;

	worker->self = thread_id();
	while (!stop) {
		worker->work = random(worker) % NR_WORKS;
		use(worker, worker->work);
		worker->done[worker->work]++;
		worker->rounds++;
	}
	leave(worker->number);
}

static volatile unsigned long handled;

static void handler(int sig, struct siginfo *info, struct ucontext *uc,
		    void *addr)
{
	__atomic_add_fetch(&handled, 1, __ATOMIC_SEQ_CST);
}

static unsigned long progress(void)
{
	unsigned long sum = 0;

	for (int nr = 0; nr < NR_WORKERS; nr++)
		sum += workers[nr].rounds;
	return sum;
}

static void tell_stuck(void)
{
	for (int nr = 0; nr < NR_WORKERS; nr++) {
		if (ended[nr])
			continue;
		say("# still at: ");
		say(names[workers[nr].work]);
		say("\n");
	}
}

/* Signals now and then; false if nobody gets on any more. */
static bool disturb(long seconds)
{
	long start = now(CLOCK_MONOTONIC), last = start, time = start;
	unsigned long before = 0, rounds;

	for (int i = 0; time - start < seconds * 1000000000; i++) {
		pause_for(2000000);
		if (i % 3 == 0)
			sys(SYS_thr_kill, tids[i / 3 % NR_WORKERS],
			    i & 64 ? SIGUSR1 : SIGUSR2);
		rounds = progress();
		time = now(CLOCK_MONOTONIC);
		if (rounds != before)
			last = time;
		before = rounds;
		if (time - last > PATIENCE * 1000000000L)
			return false;
	}
	return true;
}

static unsigned long total(enum work work)
{
	unsigned long sum = 0;

	for (int nr = 0; nr < NR_WORKERS; nr++)
		sum += workers[nr].done[work];
	return sum;
}

static void check_counts(void)
{
	unsigned long put = 0, got = 0;

	for (int nr = 0; nr < NR_WORKERS; nr++) {
		put += workers[nr].put;
		got += workers[nr].got;
	}
	is(wrong, 0, "nobody was where others were");
	is(kernels_count, total(MUTEX_LOCK), names[MUTEX_LOCK]);
	is(programs_count, total(MUTEX_WAIT), names[MUTEX_WAIT]);
	is(got, put, names[COND]);
	is(USEM_COUNT(two.count), 2, names[SEMAPHORE]);
	is(left[0] + left[1], total(WRITE), names[WRITE]);
	is(word.count, total(WORD), names[WORD]);
	is(private_word.count, total(WORD_PRIVATE), names[WORD_PRIVATE]);
	is(long_word.count, total(LONG), names[LONG]);
	is(kernels.owner & ~UMUTEX_CONTESTED, 0, "no mutex is left taken");
	is((shared[0].state | shared[1].state) &
		   (URWLOCK_WRITE_OWNER | URWLOCK_READERS),
	   0, "nor any other lock");
}

static void tell(const char *what, unsigned long number)
{
	say("# ");
	say(what);
	say(": ");
	say_number(number);
	say("\n");
}

static long number(const char *text)
{
	long number = 0;

	while (*text >= '0' && *text <= '9')
		number = number * 10 + *text++ - '0';
	return number;
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	long seconds = argv[0] && argv[1] ? number(argv[1]) : 5;
	bool joined = true;

	handle(SIGUSR1, handler, SA_SIGINFO | SA_RESTART);
	handle(SIGUSR2, handler, SA_SIGINFO);
	for (long nr = 0; nr < NR_WORKERS; nr++) {
		workers[nr].number = nr;
		workers[nr].seed = nr + 1;
		new_thread(nr, work, &workers[nr]);
	}
	yes(disturb(seconds), "somebody always gets on");
	stop = true;
	for (int nr = 0; nr < NR_WORKERS; nr++)
		joined = joined && join_for(nr, PATIENCE);
	if (!yes(joined, "nobody sleeps for ever"))
		tell_stuck();
	else
		check_counts();
	tell("rounds", progress());
	tell("signals", handled);
	end();
}
