// SPDX-License-Identifier: GPL-2.0
/*
 * Limits, times and what processes use, each structure field by field.
 */
#include "freebsd.h"

/* clang-format off */
enum {
	SYS_getitimer = 86,
	SYS_gettimeofday = 116,
	SYS_getrusage = 117,
	SYS_utimes = 138,
	SYS_clock_getres = 234,
	SYS_lutimes = 276,
	SYS_futimens = 546,
};

#define RLIM_INFINITY	0x7fffffffffffffff
#define RLIMIT_CPU	0
#define RLIMIT_FSIZE	1
#define RLIMIT_CORE	4
#define RLIMIT_MEMLOCK	6
#define RLIMIT_NPROC	7
#define RLIMIT_NOFILE	8
#define RLIMIT_SBSIZE	9
#define RLIMIT_AS	10
#define RUSAGE_SELF	0
#define RUSAGE_CHILDREN	-1
#define RUSAGE_THREAD	1
#define P_PID		0
#define WEXITED		16
#define SIGALRM		14
#define O_RDWR		0x2
#define O_CREAT		0x200
#define AT_FDCWD	-100
#define AT_SYMLINK_NOFOLLOW 0x200
#define UTIME_NOW	-1
#define UTIME_OMIT	-2
/* clang-format on */

struct rusage {
	int64_t utime[2], stime[2];
	int64_t maxrss, ixrss, idrss, isrss, minflt, majflt, nswap, inblock,
		oublock, msgsnd, msgrcv, nsignals, nvcsw, nivcsw;
};

_Static_assert(sizeof(struct rusage) == 144, "rusage");

static bool used_something(const struct rusage *usage)
{
	return usage->utime[0] < 100 && (uint64_t)usage->utime[1] < 1000000 &&
	       usage->stime[0] < 100 && (uint64_t)usage->stime[1] < 1000000 &&
	       usage->minflt > 0 && usage->nvcsw >= 0;
}

static void touch(long pages)
{
	long at = sys(SYS_mmap, 0, pages * 4096, 3, 0x1000, -1, 0);

	for (long i = 0; i < pages; i++)
		*(volatile char *)(at + i * 4096) = 1;
}

static void test_usage(void)
{
	struct rusage usage, other = {};
	int status;
	long child;

	touch(300);
	memset(&usage, 0xee, sizeof(usage));
	is(sys(SYS_getrusage, RUSAGE_SELF, &usage), 0, "RUSAGE_SELF");
	yes(used_something(&usage) && usage.maxrss > 1000 && !usage.nswap &&
		    !usage.msgsnd && !usage.nsignals,
	    "struct rusage");
	is(sys(SYS_getrusage, RUSAGE_THREAD, &usage), 0, "RUSAGE_THREAD");
	is(sys(SYS_getrusage, 7, &usage), -EINVAL, "of nobody");
	child = sys(SYS_fork);
	if (!child) {
		touch(500);
		sys(SYS_exit, 0);
	}
	is(sys(SYS_wait4, child, &status, 0, &other), child, "wait4");
	yes(used_something(&other) && other.minflt >= 500,
	    "what the child used");
	is(sys(SYS_getrusage, RUSAGE_CHILDREN, &usage), 0, "RUSAGE_CHILDREN");
	yes(usage.minflt >= other.minflt && usage.minflt < other.minflt + 50,
	    "tells the same");
}

/* A child that has a child: what each used is told apart. */
static void test_usage_of_two(void)
{
	struct rusage both[2];
	long child = sys(SYS_fork);
	int status = -1;

	if (!child) {
		child = sys(SYS_fork);
		if (!child) {
			touch(2000);
			sys(SYS_exit, 0);
		}
		sys(SYS_wait4, child, 0, 0, 0);
		touch(600);
		sys(SYS_exit, 5);
	}
	memset(both, 0xee, sizeof(both));
	is(sys(SYS_wait6, P_PID, child, &status, WEXITED, both, 0), child,
	   "wait6 with struct __wrusage");
	is(status, 5 << 8, "its status");
	yes(both[0].minflt >= 600 && both[0].minflt < 1900, "wru_self");
	yes(both[1].minflt >= 2000 && both[1].minflt < 2600, "wru_children");
	yes(used_something(both) && used_something(both + 1), "all of both");
	is(sys(SYS_wait6, P_PID, child, &status, WEXITED, both, 0), -ECHILD,
	   "it is gone");
}

static void set(int which, unsigned long soft, unsigned long hard, long want,
		const char *name)
{
	unsigned long limit[2] = { soft, hard }, got[2] = {};

	is(sys(SYS_setrlimit, which, limit), want, name);
	if (want)
		return;
	sys(SYS_getrlimit, which, got);
	yes(got[0] == soft && got[1] == hard, "is what it was set to");
}

static void test_limits(void)
{
	unsigned long limit[2] = {};

	set(RLIMIT_CPU, 1000, RLIM_INFINITY, 0, "RLIMIT_CPU");
	set(RLIMIT_FSIZE, 1UL << 40, RLIM_INFINITY, 0, "RLIMIT_FSIZE");
	set(RLIMIT_CORE, 0, 0, 0, "RLIMIT_CORE");
	set(RLIMIT_MEMLOCK, 1 << 20, 1 << 21, 0, "RLIMIT_MEMLOCK");
	set(RLIMIT_NPROC, 500, 600, 0, "RLIMIT_NPROC");
	set(RLIMIT_NOFILE, 100, 200, 0, "RLIMIT_NOFILE");
	is(sys(SYS_getdtablesize), 100, "getdtablesize");
	set(RLIMIT_AS, 1UL << 40, RLIM_INFINITY, 0, "RLIMIT_AS");
	set(RLIMIT_SBSIZE, RLIM_INFINITY, RLIM_INFINITY, 0, "RLIMIT_SBSIZE");
	set(RLIMIT_SBSIZE, 5000, 5000, -EOPNOTSUPP, "one that is not kept");
	set(RLIMIT_NOFILE, 300, 200, -EINVAL, "more than allowed");
	set(15, 1, 1, -EINVAL, "no such limit");
	is(sys(SYS_getrlimit, 15, limit), -EINVAL, "to be read");
}

static void test_interval(void)
{
	long set[4] = { 5, 250000, 100, 500000 }, old[4] = { -1, -1, -1, -1 };

	is(sys(SYS_setitimer, 0, set, 0), 0, "setitimer");
	is(sys(SYS_getitimer, 0, old), 0, "getitimer");
	yes(old[0] == 5 && old[1] == 250000, "it_interval");
	yes(old[2] >= 40 && old[2] <= 100, "it_value");
	memset(set, 0, sizeof(set));
	is(sys(SYS_setitimer, 0, set, old), 0, "setitimer off");
	is(old[0], 5, "tells what was");
	is(sys(SYS_setitimer, 9, set, 0), -EINVAL, "no such timer");
	set[3] = 1000000;
	is(sys(SYS_setitimer, 0, set, 0), -EINVAL, "no such time");
}

static void test_clocks(void)
{
	static const int good[] = { 0, 2, 4, 5, 7, 8, 9, 10, 11, 12, 14, 15 };
	static const int none[] = { 3, 6, 16, 99 };
	long time[2], res[2], real[2], count = 0;

	for (int i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		count += !sys(SYS_clock_gettime, good[i], time) &&
			 time[0] >= 0 && (unsigned long)time[1] < 1000000000 &&
			 !sys(SYS_clock_getres, good[i], res) && !res[0];
	is(count, sizeof(good) / sizeof(good[0]), "every clock that there is");
	for (int i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		count -= sys(SYS_clock_gettime, none[i], time) == -EINVAL;
	is(count, (sizeof(good) - sizeof(none)) / sizeof(int), "and no other");
	is(sys(SYS_clock_gettime, 13, time), 0, "CLOCK_SECOND");
	is(time[1], 0, "has no fraction");
	is(sys(SYS_clock_getres, 13, res), 0, "its resolution");
	yes(res[0] == 1 && !res[1], "is a second");
	sys(SYS_clock_gettime, 0, real);
	yes(real[0] - time[0] < 60 && real[0] >= time[0], "the right one");
	is(sys(SYS_gettimeofday, time, 0), 0, "gettimeofday");
	yes(time[0] - real[0] < 60 && (unsigned long)time[1] < 1000000,
	    "struct timeval");
}

static void file_times(const char *path, int64_t *seconds)
{
	uint64_t stat[28];

	sys(SYS_fstatat, AT_FDCWD, path, stat, AT_SYMLINK_NOFOLLOW);
	seconds[0] = stat[6];
	seconds[1] = stat[8];
}

static void test_file_times(void)
{
	long nano[4] = { 100, 5, 200, UTIME_OMIT }, micro[4] = { 1, 2, 3, 4 };
	long fd = sys(SYS_open, "timed", O_RDWR | O_CREAT, 0600);
	int64_t got[2];

	sys(SYS_symlink, "timed", "timed-link");
	is(sys(SYS_utimes, "timed", micro), 0, "utimes");
	file_times("timed", got);
	yes(got[0] == 1 && got[1] == 3, "both times");
	is(sys(SYS_futimens, fd, nano), 0, "futimens");
	file_times("timed", got);
	yes(got[0] == 100 && got[1] == 3, "UTIME_OMIT");
	nano[1] = UTIME_NOW;
	is(sys(SYS_utimensat, AT_FDCWD, "timed", nano, 0), 0, "utimensat");
	file_times("timed", got);
	yes(got[0] > 1600000000 && got[1] == 3, "UTIME_NOW");
	is(sys(SYS_lutimes, "timed-link", micro), 0, "lutimes");
	file_times("timed-link", got);
	yes(got[0] == 1 && got[1] == 3, "of the link");
	file_times("timed", got);
	yes(got[0] > 1600000000, "and not of the file");
	micro[1] = 1000000;
	is(sys(SYS_utimes, "timed", micro), -EINVAL, "no such time");
	is(sys(SYS_utimes, "timed", 0), 0, "utimes of now");
	sys(SYS_close, fd);
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	test_usage();
	test_usage_of_two();
	test_interval();
	test_clocks();
	test_file_times();
	test_limits();
	end();
}
