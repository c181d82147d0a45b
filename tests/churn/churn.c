// SPDX-License-Identifier: GPL-2.0
/*
 * Change everything while it runs: tables, overlays and the policy, and what some
 * 200 tasks have of them, which look at each result.
 *
 *	churn [--seconds N] [--swaps N] [--seed N] [--every SECONDS]
 *	      [--tasks N] [--faults]
 *
 * With --faults there is, in turn, no memory for each piece of it that a change, a
 * fork or an exec asks for: all of it is done then, or nothing. Ends when there were so
 * many seconds and so many swaps. The last line has the counts; the status is 0 if
 * nothing was wrong.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "objects.h"

#define HERE TEST_DIR "/churn/"
#define WORK "/tmp/churn"
#define STOP WORK "/stop"

/* About changes that failed. */
#define MOST_LINES 100

static struct shared *shared;
static int memory, clock_pipe[2], clock_end;
static int nr_slots;
static unsigned long long seed = 1;
static struct {
	unsigned long swaps, stock, policies, retags, lays, overlays, updates,
		nomem, faults;
} done;
static unsigned long bad;
static unsigned int others; /* tasks of the machine */
static int tasks = 200; /* about so many of ours */

static unsigned int some(unsigned int below)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (seed >> 33) % below;
}

/* No memory is an answer where there may be none. */
static void failed(const char *what, int ret)
{
	if (shared->faults && (ret == -ENOMEM || ret == -EAGAIN)) {
		done.nomem++;
		return;
	}
	if (bad++ < MOST_LINES)
		printf("# %s: %d (%s)\n", what, ret, strerror(-ret));
}

/* Whoever looks from here on knows that it may be one or the other. */
static void flag_begin(struct flag *flag)
{
	__atomic_add_fetch(&flag->seq, 1, __ATOMIC_SEQ_CST);
}

/* And from here on that it is this. */
static void flag_end(struct flag *flag, unsigned int value)
{
	__atomic_store_n(&flag->value, value, __ATOMIC_SEQ_CST);
	__atomic_add_fetch(&flag->seq, 1, __ATOMIC_SEQ_CST);
}

static void do_swap(void)
{
	int table = 1 + some(CHURN_TABLES - 1), version = some(CHURN_VERSIONS);
	struct flag *flag = &shared->version[table];
	int ret;

	flag_begin(flag);
	ret = table_swap(table, version);
	flag_end(flag, ret ? flag->value : table * 10 + version);
	if (ret)
		failed("swap of a table", ret);
	done.swaps++;
}

static void do_stock(void)
{
	int ret = stock_swap(some(STOCK_TABLES));

	if (ret)
		failed("swap of a table of programs", ret);
	done.stock++;
}

static void do_policy(void)
{
	int ret = policy_swap();

	if (ret)
		failed("swap of the policy", ret);
	done.policies++;
}

/* Other tables for those that know both. */
static void do_retag(void)
{
	struct slot *slot = &shared->slots[some(nr_slots)];
	struct abimux_retag how = { .flags = ABIMUX_RETAG_TABLE };
	unsigned int table = some(CHURN_TABLES);
	int ret;

	if (slot->kind == KIND_RUNNER || !slot->pid)
		return;
	if (slot->kind == KIND_THREAD)
		how.flags |= ABIMUX_RETAG_THREAD;
	strcpy(how.table, "linux");
	if (slot->kind == KIND_I386 && table)
		strcpy(how.table, "linux-0.11");
	else if (table)
		sprintf(how.table, "churn-%u", table);
	flag_begin(&slot->table);
	ret = retag(slot->pid, &how);
	flag_end(&slot->table, ret < 0 ? slot->table.value : table);
	if (ret < 0)
		failed("retag", ret);
	done.retags++;
}

static void do_lay(void)
{
	struct slot *slot = &shared->slots[some(nr_slots)];
	int overlay = some(CHURN_OVERS), ret;
	unsigned int id = shared->overlay[overlay].value >> 4;
	struct abimux_retag how = { .overlay = id };
	bool has = slot->over[overlay].value == id;

	if (!id || !slot->pid ||
	    (slot->kind == KIND_RUNNER && overlay == CHURN_LIST))
		return;
	how.flags = has ? ABIMUX_RETAG_REMOVE : ABIMUX_RETAG_ADD;
	if (slot->kind == KIND_THREAD)
		how.flags |= ABIMUX_RETAG_THREAD;
	flag_begin(&slot->over[overlay]);
	ret = retag(slot->pid, &how);
	flag_end(&slot->over[overlay], ret < 0 ? slot->over[overlay].value :
				       has     ? 0 :
						 id);
	if (ret <= 0)
		failed(has ? "take an overlay away" : "lay an overlay", ret);
	done.lays++;
}

/* Registered anew it is another one, that lies over nobody. */
static void do_overlay(void)
{
	int overlay = some(CHURN_OVERS), version = 1 + some(2), ret;
	struct flag *flag = &shared->overlay[overlay];

	flag_begin(flag);
	if (flag->value) {
		overlay_unregister(overlay);
		flag_end(flag, 0);
	} else {
		ret = overlay_register(overlay, version);
		flag_end(flag, ret < 0 ? 0 : ret << 4 | version);
		if (ret < 0)
			failed("register an overlay", ret);
	}
	done.overlays++;
}

static void do_update(void)
{
	int overlay = some(CHURN_OVERS), version = 1 + some(2), ret;
	struct flag *flag = &shared->overlay[overlay];

	if (!flag->value)
		return;
	flag_begin(flag);
	ret = overlay_swap(overlay, version);
	flag_end(flag, ret ? flag->value : (flag->value & ~15u) | version);
	if (ret)
		failed("swap of an overlay", ret);
	done.updates++;
}

static void do_signal(void)
{
	const struct slot *slot = &shared->slots[some(nr_slots)];

	if (slot->kind == KIND_PROCESS || slot->kind == KIND_THREAD)
		kill(slot->pid, some(2) ? SIGUSR1 : SIGUSR2);
}

static void do_something(void)
{
	unsigned int which = some(1000);

	if (which < 560)
		do_swap();
	else if (which < 600)
		do_stock();
	else if (which < 610)
		do_policy();
	else if (which < 760)
		do_retag();
	else if (which < 920)
		do_lay();
	else if (which < 950)
		do_overlay();
	else if (which < 980)
		do_update();
	else
		do_signal();
}

/* Each kind of change with one piece of memory less than last time. */
static void do_with_fault(void)
{
	static unsigned int nth;

	fault_set(nth++ % CHURN_FAULTS + 1);
	do_something();
	if (fault_end())
		done.faults++;
}

/* Everybody may go on with the pipe. */
static void tick(void)
{
	if (write(clock_end, "....", 4) < 0 && errno != EAGAIN)
		err(2, "pipe");
}

static _Noreturn void become(char **words)
{
	dup2(clock_pipe[0], 0);
	execv(words[0], words);
	err(2, "%s", words[0]);
}

static struct slot *new_slot(enum kind kind, unsigned int table)
{
	struct slot *slot = &shared->slots[nr_slots++];

	if (nr_slots > CHURN_SLOTS)
		errx(2, "too many slots");
	slot->kind = kind;
	slot->table.value = table;
	return slot;
}

static void start_one(const char *file, const char *mode, int slot)
{
	char path[64], fd[12], number[12], start[12];
	char *words[] = { path, (char *)mode, fd, number, start, NULL };

	snprintf(path, sizeof(path), HERE "%s", file);
	snprintf(fd, sizeof(fd), "%d", memory);
	snprintf(number, sizeof(number), "%d", slot);
	snprintf(start, sizeof(start), "%05u", some(100000));
	if (fork())
		return;
	if (mode)
		become(words);
	words[1] = fd;
	words[2] = number;
	words[3] = start;
	words[4] = NULL;
	become(words);
}

static void start_many(int count, enum kind kind, const char *mode, int slots)
{
	count = (count * tasks + 199) / 200;
	for (int i = 0; i < count; i++) {
		int first = nr_slots;

		for (int j = 0; j < slots; j++)
			new_slot(kind, kind == KIND_I386 ? 0 : i % 2);
		start_one(kind == KIND_I386 ? "bare" :
			  i % 2		    ? "worker-churn" :
					      "worker",
			  mode, first);
	}
}

/* Programs that test themselves, one after the other. */
static void start_runner(const char *script)
{
	struct slot *slot = new_slot(KIND_RUNNER, 0);
	char path[64], number[12];
	char *words[] = { "/bin/sh", path, number, NULL };
	pid_t pid;

	snprintf(path, sizeof(path), HERE "%s", script);
	snprintf(number, sizeof(number), "%d", nr_slots);
	pid = fork();
	if (!pid)
		become(words);
	slot->pid = pid;
}

/* Looks at the calls of some, and lets them go on. */
static _Noreturn void trace_some(void)
{
	int status;

	while (!shared->stop) {
		const struct slot *slot = &shared->slots[some(nr_slots)];

		usleep(some(200000));
		if (slot->kind == KIND_RUNNER || slot->kind == KIND_EXECS ||
		    ptrace(PTRACE_SEIZE, slot->pid, 0, PTRACE_O_TRACESYSGOOD))
			continue;
		ptrace(PTRACE_INTERRUPT, slot->pid, 0, 0);
		for (int i = 0; i < 30; i++) {
			int sig = 0;

			if (waitpid(slot->pid, &status, __WALL) < 0)
				break;
			if (WIFSTOPPED(status) && status >> 16 == 0 &&
			    WSTOPSIG(status) != (SIGTRAP | 0x80))
				sig = WSTOPSIG(status);
			if (i == 29)
				ptrace(PTRACE_DETACH, slot->pid, 0, sig);
			else
				ptrace(PTRACE_SYSCALL, slot->pid, 0, sig);
		}
	}
	_exit(0);
}

static void start_all(void)
{
	start_many(16, KIND_PROCESS, "process", 1);
	start_many(8, KIND_THREAD, "threads", 4);
	start_many(10, KIND_EXECS, "execs", 1);
	start_many(20, KIND_I386, NULL, 1);
	start_runner("runner");
	start_runner("runner");
	start_runner("runner");
	start_runner("loader");
	if (!fork()) {
		seed += 4711;
		trace_some();
	}
}

static bool all_there(void)
{
	for (int i = 0; i < nr_slots; i++)
		if (!__atomic_load_n(&shared->slots[i].pid, __ATOMIC_ACQUIRE))
			return false;
	return true;
}

static unsigned long long total(int what)
{
	unsigned long long sum = 0;

	for (int i = 0; i < nr_slots; i++)
		sum += shared->slots[i].counts[what];
	return sum;
}

/* As it happens, the first of each slot: who runs it for hours need not wait. */
static void tell_new(long seconds)
{
	static bool told[CHURN_SLOTS], told_mixed;

	for (int i = 0; i < nr_slots; i++) {
		const struct slot *slot = &shared->slots[i];

		if (told[i] || !__atomic_load_n(&slot->said, __ATOMIC_ACQUIRE))
			continue;
		told[i] = true;
		printf("# %ld s: slot %d kind %u pid %d: wrong: %s\n", seconds,
		       i, slot->kind, slot->pid, slot->wrong);
	}
	if (told_mixed || !objects_mixed())
		return;
	told_mixed = true;
	printf("# %ld s: an overlay was told what another version had entered\n",
	       seconds);
}

static void tell_wrong(void)
{
	for (int i = 0; i < nr_slots; i++) {
		const struct slot *slot = &shared->slots[i];

		if (slot->counts[COUNT_WRONG])
			printf("# slot %d kind %u pid %d: %u wrong, first %s\n",
			       i, slot->kind, slot->pid,
			       slot->counts[COUNT_WRONG], slot->wrong);
	}
}

static unsigned long long wrong_results(void)
{
	return total(COUNT_WRONG) + objects_mixed() + bad;
}

static void report(const char *first, long seconds)
{
	static unsigned int most;
	struct sysinfo info;

	sysinfo(&info);
	if (most + others < info.procs)
		most = info.procs - others;
	printf("%s%ld s: tasks %u swaps %lu %lu policies %lu retags %lu lays %lu overlays %lu updates %lu",
	       first, seconds, most, done.swaps, done.stock, done.policies,
	       done.retags, done.lays, done.overlays, done.updates);
	printf(" calls %llu exact %llu forks %llu execs %llu threads %llu signals %llu",
	       total(COUNT_CALLS), total(COUNT_EXACT), total(COUNT_FORKS),
	       total(COUNT_EXECS), total(COUNT_THREADS), total(COUNT_SIGNALS));
	if (shared->faults)
		printf(" faults %lu nomem %lu %llu", done.faults, done.nomem,
		       total(COUNT_NOMEM));
	printf(" wrong %llu\n", wrong_results());
	fflush(stdout);
}

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

static void churn(long seconds, unsigned long swaps, long every)
{
	long start = now(), told = start, looked = start, time = start;

	while (time - start < seconds || done.swaps + done.stock < swaps) {
		if (shared->faults)
			do_with_fault();
		else
			do_something();
		tick();
		usleep(some(2000));
		time = now();
		if (time != looked)
			tell_new(time - start);
		looked = time;
		if (time - told >= every) {
			report("# ", time - start);
			told = time;
		}
	}
	shared->stop = 1;
	if (creat(STOP, 0644) < 0)
		err(2, STOP);
}

/* All have to end by themselves. Return: how many did not. */
static int end_all(void)
{
	int status, left = 0;

	for (int i = 0; i < 1800; i++) {
		tick();
		for (;;) {
			pid_t pid = waitpid(-1, &status, WNOHANG);

			if (pid < 0)
				return left;
			if (!pid)
				break;
			if (!status)
				continue;
			printf("# %d ended with status %#x\n", pid, status);
			left++;
		}
		usleep(100000);
	}
	printf("# some do not end\n");
	return left + 1;
}

static void make_memory(void)
{
	if (mkdir(WORK, 0755) && errno != EEXIST)
		err(2, WORK);
	unlink(STOP);
	memory = memfd_create("churn", 0);
	if (memory < 0 || ftruncate(memory, sizeof(*shared)) ||
	    pipe(clock_pipe))
		err(2, "memory");
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED,
		      memory, 0);
	if (shared == MAP_FAILED)
		err(2, "mmap");
	clock_end = clock_pipe[1];
	fcntl(clock_end, F_SETFL, O_NONBLOCK);
	fcntl(clock_end, F_SETFD, FD_CLOEXEC);
	for (int table = 1; table < CHURN_TABLES; table++)
		shared->version[table].value = table * 10;
}

static void rule(const char *verb)
{
	char text[128];

	snprintf(text, sizeof(text),
		 "abimux map %s elf-note:abimux-churn:1/amd64%s >/dev/null",
		 verb, *verb == 's' ? " churn-1" : "");
	if (system(text))
		errx(2, "%s", text);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seconds", required_argument, NULL, 't' },
		{ "swaps", required_argument, NULL, 'n' },
		{ "seed", required_argument, NULL, 's' },
		{ "every", required_argument, NULL, 'e' },
		{ "tasks", required_argument, NULL, 'c' },
		{ "faults", no_argument, NULL, 'f' },
		{},
	};
	long seconds = 20, every = 60, start;
	unsigned long swaps = 0;
	struct sched_param param = { .sched_priority = 1 };
	struct sysinfo info;
	bool faults = false;
	int c;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 't':
			seconds = atol(optarg);
			break;
		case 'n':
			swaps = atol(optarg);
			break;
		case 's':
			seed = atoll(optarg);
			break;
		case 'e':
			every = atol(optarg);
			break;
		case 'c':
			tasks = atoi(optarg) < 200 ? atoi(optarg) : 200;
			break;
		case 'f':
			faults = true;
			break;
		default:
			return 2;
		}
	}
	printf("# seed %llu\n", seed);
	make_memory();
	objects_load(HERE "churn.bpf.o");
	rule("set");
	sysinfo(&info);
	others = info.procs;
	start_all();
	/* However busy they are: a change has not to wait for them. */
	sched_setscheduler(0, SCHED_FIFO, &param);
	for (int i = 0; i < 1200 && !all_there(); i++)
		usleep(100000);
	if (!all_there())
		errx(2, "some do not start");
	if (faults)
		fault_allow();
	shared->faults = faults;
	start = now();
	churn(seconds, swaps, every);
	bad += end_all();
	rule("delete");
	objects_restore();
	tell_new(now() - start);
	tell_wrong();
	report("# end: ", now() - start);
	return wrong_results() != 0;
}
