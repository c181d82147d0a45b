// SPDX-License-Identifier: GPL-2.0
/*
 * calls [OPTION...] TABLE...: hostile calls of tables.
 *
 *	--seed=N	what the numbers are made from (1)
 *	--children=N	programs for each table (60)
 *	--first=N	number of the first of them (0)
 *	--calls=N	calls that each makes at most (150)
 *	--own		a file of the user's own, whose mode must not change
 *	--seconds=N	instead of --children: for so long, all tables together
 *
 * Each child is a program of its table that makes calls that only the seed and its
 * number decide. This watches from outside what becomes of it and of the machine,
 * and changes its memory while calls read it.
 */
#include <sys/syscall.h>

#include "cage.h"
#include "canary.h"
#include "random.h"
#include "series.h"
#include "victim.h"

#define TASKS "/sys/fs/bpf/abimux/tasks"

static struct series series = { .seed = 1, .count = 60 };

static struct {
	unsigned long calls;
	bool own;
} options = { .calls = 150 };

/**
 * struct outcome - what became of the children of one table
 * @children: how many there were
 * @calls: calls that they made
 * @landed: contexts that they set
 * @privileged: children that had more than they may
 * @changed: children after which something of root's had changed
 * @touched: after which a process of somebody else's had
 * @astray: tasks on another table
 * @immortal: children that could not be killed
 */
struct outcome {
	unsigned long children, calls, landed;
	unsigned long privileged, changed, touched, astray, immortal;
};

static struct outcome outcome;
static const char *table;
static unsigned long child;
static int checks;

static void report(bool good, const char *what)
{
	checks++;
	printf("%sok %d - %s: %s\n", good ? "" : "not ", checks, table, what);
}

/* What was found, with how to see it again. */
static void __attribute__((format(printf, 1, 2))) found(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("# ");
	vprintf(format, args);
	printf("\n# again: calls --seed=%lu --first=%lu --children=1 --calls=%lu %s\n",
	       series.seed, child, options.calls, table);
	va_end(args);
}

static bool peek(int memory, struct victim_state *state)
{
	return pread(memory, state, sizeof(*state), STATE_AT) == sizeof(*state);
}

/* Some words of its memory, whatever it does with them just now. */
static void poke(int memory, struct random *dice)
{
	for (int i = 0; i < 16; i++) {
		uint64_t word = random_next(dice) >> random_below(dice, 64);
		off_t at = random_below(dice, ARENA_SIZE / 8) * 8;

		if (pwrite(memory, &word, 8, ARENA_AT + at) < 0)
			return;
	}
}

static void tell_call(const struct victim_state *state)
{
	printf("# its call %lu was %lu(%#lx, %#lx, %#lx, %#lx, %#lx, %#lx)\n",
	       state->calls, state->nr, state->args[0], state->args[1],
	       state->args[2], state->args[3], state->args[4], state->args[5]);
}

/* A line of /proc/.../status. */
static bool status_has(const char *status, const char *line)
{
	return strstr(status, line);
}

/* In a namespace of users that it made itself, anybody has all capabilities. */
static bool same_users(const char *tid)
{
	char path[64], own[64] = "", its[64] = "";

	snprintf(path, sizeof(path), "/proc/%s/ns/user", tid);
	if (readlink("/proc/self/ns/user", own, sizeof(own) - 1) < 0 ||
	    readlink(path, its, sizeof(its) - 1) < 0)
		return true;
	return !strcmp(own, its);
}

static bool has_no_capability(const char *status)
{
	return status_has(status, "\nCapPrm:\t0000000000000000\n") &&
	       status_has(status, "\nCapEff:\t0000000000000000\n") &&
	       status_has(status, "\nCapAmb:\t0000000000000000\n");
}

static void check_privileges(const char *tid, bool no_new_privs)
{
	char path[64], status[4096];

	snprintf(path, sizeof(path), "/proc/%s/status", tid);
	if (!read_text(path, status, sizeof(status)))
		return;
	if (status_has(status, "\nUid:\t1000\t1000\t1000\t1000\n") &&
	    status_has(status, "\nGid:\t1000\t1000\t1000\t1000\n") &&
	    (has_no_capability(status) || !same_users(tid)) &&
	    status_has(status,
		       no_new_privs ? "\nNoNewPrivs:\t1\n" : "\nNoNewPrivs:\t"))
		return;
	outcome.privileged++;
	found("task %s has more than it may:\n%s", tid, status);
}

/* The table of a task, by the rows of the iterator. */
static bool row_says(const char *rows, const char *tid)
{
	char want_tid[16], name[64], have_tid[16];

	snprintf(want_tid, sizeof(want_tid), "%s", tid);
	for (const char *row = rows; row && *row; row = strchr(row + 1, '\n')) {
		if (sscanf(row, "%*s %15s %63s", have_tid, name) == 2 &&
		    !strcmp(have_tid, want_tid))
			return !strcmp(name, table);
	}
	return false;
}

/* A task that still runs our program is on the program's table. */
static void check_table(const char *tid, const char *rows, const char *program)
{
	char path[64], exe[256];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%s/exe", tid);
	len = readlink(path, exe, sizeof(exe) - 1);
	exe[len < 0 ? 0 : len] = '\0';
	if (strcmp(exe, program) || row_says(rows, tid))
		return;
	outcome.astray++;
	found("task %s is not on table %s", tid, table);
}

/* Only while all stand still: else one could end between two looks. */
static void examine(const char *program, bool no_new_privs)
{
	static char rows[1 << 16];
	char tids[4096], *tid;

	if (cage_freeze()) {
		read_text(CAGE "/cgroup.threads", tids, sizeof(tids));
		read_text(TASKS, rows, sizeof(rows));
		for (tid = strtok(tids, "\n"); tid; tid = strtok(NULL, "\n")) {
			check_privileges(tid, no_new_privs);
			check_table(tid, rows, program);
		}
	}
	cage_thaw();
}

/* Its memory, once it is the program that it has to become. */
static int open_memory(pid_t pid, struct pollfd *end)
{
	struct victim_state state;
	char path[64];
	int memory = -1;

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	for (int i = 0; i < 1000 && !poll(end, 1, 1); i++) {
		memory = open(path, O_RDWR | O_CLOEXEC);
		if (memory >= 0 && peek(memory, &state))
			break;
		close(memory);
		memory = -1;
	}
	return memory;
}

/* Until it ends, or makes no call any more though it is signalled. */
static void follow(pid_t pid, struct victim_state *state)
{
	struct random dice = random_start(series.seed + 1, child);
	int handle = syscall(SYS_pidfd_open, pid, 0), idle = 0;
	struct pollfd end = { handle, POLLIN, 0 };
	struct victim_state now = {};
	int memory = open_memory(pid, &end);

	while (idle < 6 && peek(memory, &now)) {
		idle = now.calls == state->calls ? idle + 1 : 0;
		*state = now;
		if (now.done || poll(&end, 1, 4))
			break;
		if (idle > 1)
			kill(pid, SIGALRM);
		if (child % 3)
			poke(memory, &dice);
	}
	close(memory);
	close(handle);
}

/* How it ended, if it did so by itself. */
static void check_end(pid_t pid, bool no_new_privs, bool started)
{
	siginfo_t info = {};
	char tid[16];

	if (waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) ||
	    info.si_pid != pid)
		return;
	snprintf(tid, sizeof(tid), "%d", pid);
	check_privileges(tid, no_new_privs);
	/* A program that runs can end with any status. */
	if (!started && info.si_code == CLD_EXITED && info.si_status >= 90 &&
	    info.si_status < 96)
		broken("child %lu could not start: %d", child, info.si_status);
}

static void compare(char **before, char *now, unsigned long *count,
		    const char *what)
{
	if (strcmp(*before, now)) {
		++*count;
		found("%s changed:\n%s--- to ---\n%s", what, *before, now);
	}
	free(*before);
	*before = now;
}

/* For whoever reads the kernel's log, if it is the last that is read. */
static void announce(void)
{
	char text[128];

	snprintf(text, sizeof(text), "fuzz: %s seed %lu child %lu\n", table,
		 series.seed, child);
	write_text("/dev/kmsg", text);
}

static void run_child(const char *program)
{
	static char *files, *processes;
	struct victim_state state = {};
	bool no_new_privs = child & 1;
	char seed[24], number[24], calls[24];
	char *argv[] = { (char *)program, seed, number, calls, NULL };
	pid_t pid;

	snprintf(seed, sizeof(seed), "%lu", series.seed);
	snprintf(number, sizeof(number), "%lu", child);
	snprintf(calls, sizeof(calls), "%lu", options.calls);
	if (!files) {
		scratch_fresh();
		files = canary_files_text();
		processes = canary_processes_text();
	}
	announce();
	pid = cage_start(argv, no_new_privs);
	follow(pid, &state);
	examine(program, no_new_privs);
	check_end(pid, no_new_privs, state.calls);
	if (state.privileged) {
		outcome.privileged++;
		found("it returned from a call with flags or segments of the kernel");
	}
	if (!cage_empty()) {
		outcome.immortal++;
		found("somebody of child %lu cannot be killed", child);
		tell_call(&state);
	}
	outcome.children++;
	outcome.calls += state.calls;
	outcome.landed += state.landed;
	compare(&files, canary_files_text(), &outcome.changed,
		"what is root's");
	compare(&processes, canary_processes_text(), &outcome.touched,
		"a process of somebody else");
}

static void report_table(void)
{
	printf("# %s: %lu children made %lu calls, %lu contexts set, seed %lu\n",
	       table, outcome.children, outcome.calls, outcome.landed,
	       series.seed);
	report(outcome.calls > 5 * outcome.children, "its programs made calls");
	if (!strcmp(table, "freebsd"))
		report(outcome.landed, "contexts were set, too");
	report(!outcome.privileged, "nobody got what he may not have");
	report(!outcome.changed, "nothing of root's changed");
	report(!outcome.touched, "nobody else's process was touched");
	report(!outcome.astray, "nobody was on another table");
	report(!outcome.immortal, "everybody could be killed");
}

static void run_table(int tables)
{
	char program[128];

	snprintf(program, sizeof(program), "%s/fuzz/victim-%s", TEST_DIR,
		 table);
	memset(&outcome, 0, sizeof(outcome));
	series_begin(&series, tables);
	for (child = series.first; series_goes_on(&series, child); child++) {
		run_child(program);
		if (child % 50 == 49)
			printf("# %s: %lu children\n", table, child + 1);
	}
	report_table();
}

static void parse(int argc, char **argv)
{
	static const struct option list[] = {
		SERIES_OPTIONS("children"),
		{ "calls", required_argument, NULL, 'c' },
		{ "own", no_argument, NULL, 'o' },
		{},
	};
	int key;

	while ((key = getopt_long(argc, argv, "", list, NULL)) >= 0) {
		if (key == 'c')
			options.calls = strtoul(optarg, NULL, 10);
		else if (key == 'o')
			options.own = true;
		else if (!series_take(&series, key))
			exit(2);
	}
}

int main(int argc, char **argv)
{
	parse(argc, argv);
	setvbuf(stdout, NULL, _IOLBF, 0);
	cage_build();
	canary_start(options.own);
	for (int i = optind; i < argc; i++) {
		table = argv[i];
		run_table(argc - optind);
	}
	canary_end();
	umount2(SCRATCH, MNT_DETACH);
	rmdir(CAGE);
	printf("1..%d\n", checks);
	return 0;
}
