/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a user must not change: files of root's, processes of others, and the
 * machine's name, clock and mounts. All of it as text, to compare.
 */
#ifndef FUZZ_CANARY_H
#define FUZZ_CANARY_H

#include <sys/mman.h>
#include <sys/utsname.h>

#include "cage.h"

#define CANARY "/canary"

static const char *const canary_files[] = {
	CANARY,	      CANARY "/secret", CANARY "/public", "/etc/passwd",
	"/etc/group", "/bin/busybox",	"/root",
};

/**
 * struct bystander - a process of somebody else
 * @pid: its id
 * @signals: how many signals it got, in shared memory
 */
struct bystander {
	pid_t pid;
	volatile unsigned int *signals;
};

/* A file that is the user's own, but that no call may change the mode of. */
#define OWN CANARY "/alices"

static struct bystander bystanders[2];
static volatile unsigned int *bystander_signals;

static inline void count_signal(int sig)
{
	(void)sig;
	__atomic_add_fetch(bystander_signals, 1, __ATOMIC_SEQ_CST);
}

static inline void write_canary(const char *path, mode_t mode)
{
	FILE *file = fopen(path, "we");

	if (!file)
		broken("%s", path);
	fprintf(file, "%s is root's\n", path);
	fclose(file);
	chmod(path, mode);
}

static inline void stand_by(struct bystander *it, uid_t uid)
{
	it->signals = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	it->pid = fork();
	if (it->pid)
		return;
	bystander_signals = it->signals;
	for (int sig = 1; sig < 65; sig++)
		signal(sig, count_signal);
	if (setgid(uid) || setuid(uid))
		_exit(1);
	/* What it can read of its parent is nobody's either. */
	for (;;)
		pause();
}

static inline void canary_start(bool own)
{
	mkdir(CANARY, 0755);
	if (own) {
		write_canary(OWN, 0600);
		if (chown(OWN, ALICE, ALICE))
			broken(OWN);
	}
	write_canary(CANARY "/secret", 0600);
	write_canary(CANARY "/public", 0644);
	stand_by(&bystanders[0], BOB);
	stand_by(&bystanders[1], 0);
	pause_ms(100);
}

static inline unsigned int text_sum(const char *path)
{
	static char text[1 << 16];
	size_t size = read_text(path, text, sizeof(text));
	unsigned int sum = 5381;

	for (size_t i = 0; i < size; i++)
		sum = sum * 33 + (unsigned char)text[i];
	return sum;
}

static inline void tell_files(FILE *to)
{
	struct stat st;

	for (size_t i = 0; i < sizeof(canary_files) / sizeof(*canary_files);
	     i++) {
		if (stat(canary_files[i], &st))
			memset(&st, 0, sizeof(st));
		fprintf(to, "%s %o %u %u %ld %ld", canary_files[i], st.st_mode,
			st.st_uid, st.st_gid, (long)st.st_size,
			(long)st.st_mtime);
		if (S_ISREG(st.st_mode))
			fprintf(to, " %u", text_sum(canary_files[i]));
		fprintf(to, "\n");
	}
}

static inline void tell_own(FILE *to)
{
	struct stat st;

	if (!stat(OWN, &st))
		fprintf(to, "%s %o\n", OWN, st.st_mode);
}

/*
 * When the machine started, by the clock as it is set: what was told before if it is
 * within a minute of that. The two clocks are not read at the same time.
 */
static inline long booted(void)
{
	static long told;
	struct timespec real, mono;
	long now;

	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_MONOTONIC, &mono);
	now = real.tv_sec - mono.tv_sec;
	if (labs(now - told) > 60)
		told = now;
	return told;
}

static inline void tell_machine(FILE *to)
{
	struct utsname name;

	uname(&name);
	fprintf(to, "name %s %s\n", name.nodename, name.domainname);
	fprintf(to, "booted %ld\n", booted());
	fprintf(to, "mounts %u\n", text_sum("/proc/self/mounts"));
}

static inline void tell_bystander(FILE *to, const struct bystander *it)
{
	char path[64], text[4096], *line;
	struct rlimit files = {};
	cpu_set_t cpus;

	snprintf(path, sizeof(path), "/proc/%d/status", it->pid);
	read_text(path, text, sizeof(text));
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (!strncmp(line, "State", 5) || !strncmp(line, "Uid", 3) ||
		    !strncmp(line, "TracerPid", 9) || !strncmp(line, "Cap", 3))
			fprintf(to, "%s\n", line);
	prlimit(it->pid, RLIMIT_NOFILE, NULL, &files);
	CPU_ZERO(&cpus);
	sched_getaffinity(it->pid, sizeof(cpus), &cpus);
	fprintf(to, "signals %u nice %d policy %d cpus %d group %d files %lu\n",
		*it->signals, getpriority(PRIO_PROCESS, it->pid),
		sched_getscheduler(it->pid), CPU_COUNT(&cpus), getpgid(it->pid),
		(unsigned long)files.rlim_max);
}

/* To be freed. */
static inline char *canary_files_text(void)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	tell_files(to);
	tell_own(to);
	tell_machine(to);
	fclose(to);
	return text;
}

static inline char *canary_processes_text(void)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	for (int i = 0; i < 2; i++)
		tell_bystander(to, &bystanders[i]);
	fclose(to);
	return text;
}

static inline void canary_end(void)
{
	for (int i = 0; i < 2; i++) {
		kill(bystanders[i].pid, SIGKILL);
		waitpid(bystanders[i].pid, NULL, 0);
	}
}

#endif /* FUZZ_CANARY_H */
