// SPDX-License-Identifier: GPL-2.0
/*
 * One that is changed: makes calls, threads and children, executes others, and
 * looks at every result.
 *
 *	worker process FD SLOT SEED	all its threads are changed together
 *	worker threads FD SLOT SEED	each for itself, in a slot of its own
 *	worker execs FD SLOT SEED	executes itself again and again
 *	worker once FD SLOT SEED FLAG...	some calls, as the child of a slot
 *
 * Built for "churn-1" and as a program of Linux.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "look.h"
#include "note.h"

#define THREADS 4
#define ORIGIN (2 * (1 + CHURN_OVERS))

#ifdef NOTE_OWNER
static const struct flag own_table = { .value = 1 };
#else
static const struct flag own_table = { .value = 0 };
#endif

extern char **environ;
static struct shared *shared;
static char **self;
static bool filtered;

/**
 * struct me - a thread
 * @slot: by which it is changed
 * @seed: of its random numbers
 * @file: to seek in
 * @own: it is not what the slot says, but what its parent was
 */
struct me {
	struct slot *slot;
	unsigned int seed;
	int file;
	bool own;
};

static __thread struct me *me;

static unsigned int some(unsigned int below)
{
	me->seed = me->seed * 1103515245 + 12345;
	return (me->seed >> 8) % below;
}

static void count(int what)
{
	__atomic_add_fetch(&me->slot->counts[what], 1, __ATOMIC_RELAXED);
}

/* Only the first one is told. Return: -1. */
static int __attribute__((format(printf, 1, 2))) wrong(const char *format, ...)
{
	va_list args;

	if (__atomic_fetch_add(&me->slot->counts[COUNT_WRONG], 1,
			       __ATOMIC_SEQ_CST))
		return -1;
	va_start(args, format);
	vsnprintf(me->slot->wrong, sizeof(me->slot->wrong), format, args);
	va_end(args);
	__atomic_store_n(&me->slot->said, 1, __ATOMIC_RELEASE);
	return -1;
}

/* A call whose arguments have to be in their registers again after it. */
static long call(long nr, long a, long b, long c)
{
	register long r10 asm("r10") = 10, r8 asm("r8") = 8, r9 asm("r9") = 9;
	long ax = nr, di = a, si = b, dx = c;

	asm volatile("syscall"
		     : "+a"(ax), "+D"(di), "+S"(si), "+d"(dx), "+r"(r10),
		       "+r"(r8), "+r"(r9)
		     :
		     : "rcx", "r11", "memory");
	count(COUNT_CALLS);
	if (di != a || si != b || dx != c || r10 != 10 || r8 != 8 || r9 != 9)
		wrong("call %ld: arguments changed", nr);
	return ax;
}

/* No memory is an answer if there may be none. */
static bool no_memory(long ret)
{
	if (!shared->faults || (ret != -ENOMEM && ret != -EAGAIN))
		return false;
	count(COUNT_NOMEM);
	return true;
}

/* Return: by whom a call of ours was answered, or -1. */
static int check_id(const struct look *look, const char *name, long ret)
{
	unsigned int ids = ret >> 32, id = ids % 100;

	if (ret < 0 && no_memory(ret))
		return -1;
	if (ret == -ENOSYS)
		id = 0;
	else if (ret < 0 || ids / 100 != id || !id)
		return wrong("%s: %#lx", name, ret);
	if (!look_id(look, id))
		return wrong("%s: answered by %u, not %u (%u)", name, id,
			     look->version[look->table.value % 3].value,
			     look->table.value);
	if (look_exact(look))
		count(COUNT_EXACT);
	return id;
}

static void check_marked(const struct look *look, const char *name, long ret)
{
	int id = check_id(look, name, ret);

	if (id > 0 && !look_digits(look, ret))
		wrong("%s: overlays made %#lx of it", name, ret);
}

static void check_seek(const struct look *look)
{
	long ret = call(SYS_lseek, me->file, CHURN_MARK, SEEK_SET);

	if (!look_digits(look, ret))
		wrong("lseek: overlays made %#lx of it", ret);
}

static void check_group(const struct look *look)
{
	long ret = call(SYS_getpgrp, 0, 0, 0);

	if (!look_listed(look, ret))
		wrong("getpgrp: %ld (%d)", ret, look_over(look, CHURN_LIST));
}

static void check_errno(const struct look *look, const char *name, long ret)
{
	unsigned int id = -ret - CHURN_ENOTTY(0);

	if (ret == -ENOTTY || ret == -ENOSYS)
		id = 0;
	if (!look_id(look, id))
		wrong("%s: %ld", name, ret);
}

static void check_filter(void)
{
	long ret = call(SYS_getpgid, 0, 0, 0);

	if (filtered ? ret != -EDOM : ret <= 0)
		wrong("getpgid: %ld", ret);
}

static void check_sleep(const struct look *look)
{
	long ret = call(CHURN_SLEEP, CHURN_MARK, 1000 * some(3000), 0);

	if (ret != -EINTR)
		check_marked(look, "sleep", ret);
}

/* One call, as it has to be after @look. */
static void check_one(const struct look *look)
{
	switch (some(9)) {
	case 0:
		return check_marked(look, "who",
				    call(CHURN_WHO, CHURN_MARK, 0, 0));
	case 1:
		return check_marked(look, "whole",
				    call(CHURN_WHOLE, CHURN_MARK, 0, 0));
	case 2:
		return check_marked(look, "steps",
				    call(CHURN_STEPS, CHURN_MARK, some(5), 0));
	case 3:
		return check_sleep(look);
	case 4:
		return check_seek(look);
	case 5:
		return check_group(look);
	case 6:
		return check_errno(look, "ioctl",
				   call(SYS_ioctl, me->file, TIOCGWINSZ, 0));
	case 7:
		return check_errno(look, "fail",
				   call(CHURN_FAIL, ENOTTY, 0, 0));
	default:
		return check_filter();
	}
}

static struct look look_now(bool loose)
{
	struct look now = { .shared = shared,
			    .slot = me->slot,
			    .owner = &me->slot->table,
			    .loose = loose };

	look(&now);
	return now;
}

static void check(void)
{
	struct look now = look_now(me->slot->kind == KIND_EXECS);

	check_one(&now);
}

/* What a task keeps is lost only with its table. */
static void check_keep(void)
{
	struct look now = look_now(false);
	unsigned int number = 1 + some(1000);
	long ret;

	ret = call(CHURN_KEEP, number, 0, 0);
	check_id(&now, "keep", ret);
	if (ret < 0)
		return;
	check_one(&now);
	look_again(&now);
	ret = call(CHURN_KEEP, 0, 0, 0);
	if (check_id(&now, "kept", ret) <= 0)
		return;
	if (flag_same(now.owner, now.table) ?
		    (unsigned int)ret != number :
		    (unsigned int)ret && (unsigned int)ret != number)
		wrong("keep: %u of %u", (unsigned int)ret, number);
}

static void reap(pid_t pid, const char *what, int want)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (status != want << 8 && (!shared->faults || status == 43 << 8))
		wrong("%s: status %#x", what, status);
}

/* A child is what its parent was, and is not changed any more. */
static _Noreturn void be_child(struct look *now, long ret)
{
	unsigned int before = me->slot->counts[COUNT_WRONG];

	if (ret != -ENOSYS)
		check_id(now, "child", ret);
	for (int i = 0; i < 3; i++) {
		look_again(now);
		check_one(now);
	}
	_exit(me->slot->counts[COUNT_WRONG] == before ? 42 : 43);
}

static void do_fork(void)
{
	struct look now = look_now(false);
	long pid = -ENOSYS;

	if (some(2))
		pid = call(CHURN_FORK, 0, 0, 0);
	if (pid == -ENOSYS) {
		pid = fork();
		if (!pid)
			be_child(&now, -ENOSYS);
	} else if (pid > 0 && !(int)pid) {
		be_child(&now, pid);
	} else {
		check_id(&now, "fork", pid);
	}
	if (pid < 0) {
		if (!no_memory(pid == -1 ? -errno : pid))
			wrong("fork: %ld %d", pid, errno);
		return;
	}
	count(COUNT_FORKS);
	reap((int)pid, "child", 42);
}

/**
 * struct beginning - what a new thread is given
 * @me: what it is to be
 * @look: what its parent saw just before
 */
struct beginning {
	struct me me;
	struct look look;
};

/* If others are not changed with it, it stays what it was. */
static void *thread(void *arg)
{
	struct beginning *beginning = arg;

	beginning->me.own = beginning->me.slot->kind == KIND_THREAD;
	me = &beginning->me;
	me->seed += 77777;
	for (int i = 0; i < 3; i++) {
		look_again(&beginning->look);
		if (me->own)
			check_one(&beginning->look);
		else
			check();
	}
	return NULL;
}

static void do_thread(void)
{
	struct beginning beginning = { .me = *me, .look = look_now(false) };
	pthread_t id;
	int err = pthread_create(&id, NULL, thread, &beginning);

	if (err) {
		if (!no_memory(-err))
			wrong("thread: %d", err);
		return;
	}
	count(COUNT_THREADS);
	pthread_join(id, NULL);
}

/* Programs of all sorts, and what each of them says. */
static const struct program {
	const char *words[8], *says;
} programs[] = {
	{ { "bin/call-myelf", "548", "buf", "64" }, "5 myelf\n" },
	{ { "bin/call-hello", "500", "12", "24" }, "36\n" },
	{ { "bin/call-linux", "500", "12", "24" }, "-38\n" },
	{ { "bin/call-linux-i386", "38", "0", "0" }, "-14\n" },
	{ { "bin/call-linux-0.11", "38", "0", "0" }, "-38\n" },
	{ { "bin/linux-0.11", "exec", TEST_DIR "/bin/call-hello", "500", "1",
	    "2" },
	  "3\n" },
	{ { "bin/become-hello", TEST_DIR "/bin/call-myelf", "548", "buf",
	    "64" },
	  "5 myelf\n" },
	{ { "bin/become", TEST_DIR "/bin/call-linux", "80:20000" }, "-38\n" },
	{ { "freebsd/steps", "fork", "native", "thread", "registers" },
	  "fork 7\nnative 5\nthread 1\nregisters 1\n" },
};

#define NR_PROGRAMS (sizeof(programs) / sizeof(*programs))

static pid_t start(const char *path, char **words, int out)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none;
	pid_t pid = -1;
	int err;

	sigemptyset(&none);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&actions);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&actions, out, 1);
	err = posix_spawn(&pid, path, &actions, &attr, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	if (!err)
		count(COUNT_EXECS);
	else if (!shared->faults)
		wrong("%s: not executed: %d", path, err);
	return err ? -1 : pid;
}

static void read_all(int from, char *to, size_t size)
{
	size_t have = 0;
	ssize_t got;

	do {
		got = read(from, to + have, size - 1 - have);
		have += got > 0 ? got : 0;
	} while (got > 0 || (got < 0 && errno == EINTR));
	to[have] = '\0';
}

static void do_program(void)
{
	const struct program *program = &programs[some(NR_PROGRAMS)];
	char path[64], text[128];
	int out[2];
	pid_t pid;

	if (pipe2(out, O_CLOEXEC))
		return;
	snprintf(path, sizeof(path), TEST_DIR "/%s", program->words[0]);
	pid = start(path, (char **)program->words, out[1]);
	close(out[1]);
	if (pid > 0) {
		read_all(out[0], text, sizeof(text));
		reap(pid, program->words[0], 0);
		if (strcmp(text, program->says) && !shared->faults)
			wrong("%s: %s", program->words[0], text);
	}
	close(out[0]);
}

/* As start(), but the child has not quite enough memory to become a program. */
static pid_t start_with_fault(const char *path, char **words)
{
	unsigned int nth = 1 + some(2 * CHURN_FAULTS);
	pid_t pid = fork();

	if (pid)
		return pid;
	fault_set(nth);
	execve(path, words, environ);
	_exit(44);
}

/* One of ours, with the overlays of its parent and the table of its format. */
static void do_worker(void)
{
	static const char *const files[] = { TEST_DIR "/churn/worker",
					     TEST_DIR "/churn/worker-churn" };
	struct look now = look_now(false);
	char texts[ORIGIN][12],
		*words[5 + ORIGIN + 1] = { "worker", "once", self[2], self[3],
					   self[4] };
	char slot[24];
	pid_t pid;

	snprintf(slot, sizeof(slot), "%td", me->slot - shared->slots);
	words[3] = slot;
	for (int i = 0; i < ORIGIN; i++) {
		const struct flag *flag = i < 2 ? &now.table :
						  &now.over[i / 2 - 1];

		snprintf(texts[i], sizeof(texts[i]), "%u",
			 i % 2 ? flag->value : flag->seq);
		words[5 + i] = texts[i];
	}
	if (shared->faults)
		pid = start_with_fault(files[some(2)], words);
	else
		pid = start(files[some(2)], words, -1);
	if (pid > 0)
		reap(pid, "worker", 42);
}

static void round_of(unsigned int which)
{
	switch (which) {
	case 0:
		return do_fork();
	case 1:
		return do_thread();
	case 2:
		return do_program();
	case 3:
		return do_worker();
	case 4:
	case 5:
		return check_keep();
	default:
		return check();
	}
}

/* A child, a thread or a program with not quite enough memory. */
static void with_fault(void)
{
	unsigned int which = some(2);

	fault_set(1 + some(CHURN_FAULTS));
	round_of(which);
	fault_end();
}

static void on_signal(int sig)
{
	if (!me)
		return;
	count(COUNT_SIGNALS);
	if (!me->own)
		check();
}

static void catch_signal(int sig, int flags)
{
	struct sigaction action = { .sa_handler = on_signal,
				    .sa_flags = flags };

	sigaction(sig, &action, NULL);
}

static void *work(void *arg)
{
	struct me mine = *(struct me *)arg;

	me = &mine;
	me->file = memfd_create("seek", MFD_CLOEXEC);
	me->slot->pid = me->slot->kind == KIND_THREAD ? gettid() : getpid();
	while (!shared->stop) {
		round_of(some(24));
		if (shared->faults)
			with_fault();
		usleep(some(200000));
	}
	return NULL;
}

/* The others. Return: a number for each. */
static void start_threads(struct me *mine, pthread_t *ids, bool apart)
{
	for (int i = 0; i < THREADS - 1; i++) {
		struct me *other = malloc(sizeof(*other));

		*other = *mine;
		other->seed += 1000 * (i + 1);
		if (apart)
			other->slot += i + 1;
		if (pthread_create(&ids[i], NULL, work, other))
			exit(1);
	}
}

/* EDOM for getpgid(), whoever asks. */
static void filter(void)
{
	struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EDOM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = 4, .filter = rules };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	filtered = !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int run_threads(struct me *mine, bool apart)
{
	pthread_t ids[THREADS - 1];

	catch_signal(SIGUSR1, SA_RESTART);
	catch_signal(SIGUSR2, 0);
	start_threads(mine, ids, apart);
	work(mine);
	for (int i = 0; i < THREADS - 1; i++)
		pthread_join(ids[i], NULL);
	return 0;
}

/* Any thread of it becomes the program anew, and the others are gone. */
static void *execs(void *arg)
{
	struct me mine = *(struct me *)arg;

	me = &mine;
	me->file = memfd_create("seek", MFD_CLOEXEC);
	for (unsigned int i = 5 + some(10); i; i--) {
		check();
		usleep(some(20000));
	}
	count(COUNT_EXECS);
	snprintf(self[4], strlen(self[4]) + 1, "%05u", some(100000));
	if (!shared->stop)
		execve("/proc/self/exe", self, environ);
	if (!shared->stop && !shared->faults)
		wrong("execve: %d", errno);
	_exit(0);
}

static int run_execs(struct me *mine)
{
	pthread_t id;

	me->slot->pid = getpid();
	for (int i = 0; i < 2; i++) {
		mine->seed += 5000;
		if (pthread_create(&id, NULL, execs, mine))
			break;
		usleep(1000);
	}
	execs(mine);
	return 0;
}

static int run_once(char **words)
{
	struct look now = { .shared = shared,
			    .slot = me->slot,
			    .owner = &own_table,
			    .table = own_table };
	unsigned int before = me->slot->counts[COUNT_WRONG];

	for (int i = 0; i < CHURN_OVERS; i++) {
		now.over[i].seq = strtoul(words[2 + 2 * i], NULL, 10);
		now.over[i].value = strtoul(words[3 + 2 * i], NULL, 10);
	}
	me->file = memfd_create("seek", MFD_CLOEXEC);
	for (int i = 0; i < 6; i++) {
		look_again(&now);
		check_one(&now);
	}
	return me->slot->counts[COUNT_WRONG] == before ? 42 : 43;
}

int main(int argc, char **argv)
{
	struct me mine = {};

	if (argc < 5)
		return 2;
	self = argv;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED,
		      atoi(argv[2]), 0);
	if (shared == MAP_FAILED)
		return 2;
	mine.slot = &shared->slots[atoi(argv[3])];
	mine.seed = atoi(argv[4]);
	me = &mine;
	filtered = prctl(PR_GET_SECCOMP) == 2;
	if (!strcmp(argv[1], "once")) {
		fault_end();
		return run_once(argv + 5);
	}
	if (!strcmp(argv[1], "execs"))
		return run_execs(&mine);
	if (some(3) == 0)
		filter();
	return run_threads(&mine, !strcmp(argv[1], "threads"));
}
