/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where hostile programs run: a control group, from which nobody gets away, as user
 * alice, with few of everything, in a directory of their own.
 */
#ifndef FUZZ_CAGE_H
#define FUZZ_CAGE_H

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ALICE 1000
#define BOB 1001
#define CAGE "/sys/fs/cgroup/fuzz"
#define SCRATCH "/tmp/fuzz"
#define MS 1000000L

static inline void __attribute__((format(printf, 1, 2), noreturn))
broken(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("Bail out! ");
	vprintf(format, args);
	printf(": %s\n", strerror(errno));
	va_end(args);
	exit(1);
}

static inline void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * MS }, NULL);
}

/* The text of a file of /proc, /sys; empty if there is none. */
static inline size_t read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t have = 0;
	ssize_t got = 0;

	while (fd >= 0 && have + 1 < size &&
	       (got = read(fd, text + have, size - 1 - have)) > 0)
		have += got;
	text[have] = '\0';
	if (fd >= 0)
		close(fd);
	return have;
}

static inline bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, text, strlen(text)) > 0;

	if (fd >= 0)
		close(fd);
	return good;
}

static inline void cage_build(void)
{
	if (mkdir(CAGE, 0755) && errno != EEXIST)
		broken(CAGE);
	if (mkdir(SCRATCH, 0755) && errno != EEXIST)
		broken(SCRATCH);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* Fresh, small, and gone with all that is in it. */
static inline void scratch_fresh(void)
{
	umount2(SCRATCH, MNT_DETACH);
	if (mount("fuzz", SCRATCH, "tmpfs", 0,
		  "size=8m,mode=777,nr_inodes=300"))
		broken(SCRATCH);
}

static inline void limit(int resource, rlim_t most)
{
	setrlimit(resource, &(struct rlimit){ most, most });
}

/* Descriptors 0 to 12, of all the sorts that a user can have. */
static inline void open_descriptors(void)
{
	int pair[2];

	close_range(0, ~0u, 0);
	for (int i = 0; i < 3; i++)
		open("/dev/null", O_RDWR);
	if (pipe2(pair, 0))
		_exit(90);
	open("file", O_RDWR | O_CREAT, 0644);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		_exit(91);
	open(".", O_RDONLY | O_DIRECTORY);
	eventfd(0, 0);
	epoll_create1(0);
	socket(AF_INET, SOCK_DGRAM, 0);
	open("/dev/ptmx", O_RDWR | O_NOCTTY);
	mkdir("dir", 0777);
	if (symlink("file", "link"))
		_exit(92);
}

static inline void become_alice(void)
{
	gid_t gid = ALICE;

	limit(RLIMIT_NPROC, 24);
	limit(RLIMIT_FSIZE, 1 << 20);
	limit(RLIMIT_AS, 512 << 20);
	limit(RLIMIT_NOFILE, 64);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_MEMLOCK, 1 << 20);
	limit(RLIMIT_MSGQUEUE, 1 << 16);
	if (setgroups(1, &gid) || setgid(ALICE) || setuid(ALICE))
		_exit(93);
}

/* A child in the cage that becomes the program. */
static inline pid_t cage_start(char *const argv[], bool no_new_privs)
{
	pid_t pid;

	scratch_fresh();
	fflush(stdout);
	pid = fork();
	if (pid)
		return pid;
	if (chdir(SCRATCH) || !write_text(CAGE "/cgroup.procs", "0"))
		_exit(94);
	setsid();
	if (no_new_privs)
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	become_alice();
	open_descriptors();
	execv(argv[0], argv);
	_exit(95);
}

static inline bool cage_says(const char *file, const char *words)
{
	char text[256];

	read_text(file, text, sizeof(text));
	return strstr(text, words);
}

/* Stands still, or does not within a moment: somebody is in the midst of a call. */
static inline bool cage_freeze(void)
{
	write_text(CAGE "/cgroup.freeze", "1");
	for (int i = 0; i < 10; i++) {
		if (cage_says(CAGE "/cgroup.events", "frozen 1"))
			return true;
		pause_ms(2);
	}
	return false;
}

static inline void cage_thaw(void)
{
	write_text(CAGE "/cgroup.freeze", "0");
}

/* False if somebody in it cannot be killed. */
static inline bool cage_empty(void)
{
	for (int i = 0; i < 3000; i++) {
		write_text(CAGE "/cgroup.kill", "1");
		while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
			;
		if (cage_says(CAGE "/cgroup.events", "populated 0"))
			return true;
		pause_ms(i < 100 ? 1 : 10);
	}
	return false;
}

#endif /* FUZZ_CAGE_H */
