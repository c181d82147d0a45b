// SPDX-License-Identifier: GPL-2.0
/*
 * files [--seed=N] [--first=N] [--files=N | --seconds=N] FILE...: hostile files to
 * execute.
 *
 * Each is one of FILEs with some of its bytes changed where its headers, segments
 * and notes are. As a user it is executed; whatever becomes of it, a file that says
 * that it is for another system never runs on Linux's own table.
 */
#include <sys/syscall.h>
#include <sys/xattr.h>

#include "cage.h"
#include "origin.h"
#include "random.h"
#include "series.h"
#include "witness.h"

#define MAX_SAMPLES 16
#define NAME SCRATCH "/program"
#define NOT_EXECUTED 100
#define BRAND "user.abimux.table"

static struct series series = { .seed = 1, .count = 600 };

static struct file samples[MAX_SAMPLES];
static int nr_samples;

/* What became of the files. */
static struct {
	unsigned long files, foreign, refused, ran, native, crashed, stuck;
	unsigned long wrong, immortal;
} outcome;

static struct random dice;

static const char *const owners[] = {
	"FreeBSD",	"NetBSD", "OpenBSD",	"MyELF", "Linux-0.11",
	"abimux-hello", "GNU",	  "FreeBSD\0x", "",
};

static const uint64_t values[] = {
	0,
	1,
	2,
	3,
	4,
	8,
	24,
	25,
	0x38,
	0x40,
	4095,
	65535,
	0x7fffffff,
	0x80000000,
	0xfffffff0,
	0xffffffff,
	0x100000000,
	0x7fffffffffffffff,
	0x8000000000000000,
	0xffffffffffffffff,
};

static size_t headers_size(const struct file *file)
{
	return file->size < 640 ? file->size : 640;
}

/* Where one of the owners stands, another one. */
static void change_owner(struct file *file)
{
	const char *to = owners[random_below(&dice, 9)];

	for (size_t at = 0; at + 16 < headers_size(file); at += 4)
		for (int i = 0; i < 6; i++)
			if (!memcmp(file->bytes + at, owners[i],
				    strlen(owners[i]))) {
				memset(file->bytes + at, 0, 8);
				memcpy(file->bytes + at, to, strlen(to));
				return;
			}
}

static void change_word(struct file *file)
{
	static const int widths[] = { 1, 2, 4, 8 };
	int width = widths[random_below(&dice, 4)];
	size_t at = random_below(&dice, headers_size(file)) & -width;
	uint64_t value = random_once(&dice, 4) ?
				 random_next(&dice) :
				 values[random_below(&dice, 20)];

	if (at + width <= file->size)
		memcpy(file->bytes + at, &value, width);
}

static void change_segment(struct file *file)
{
	size_t at = 64 + 56 * random_below(&dice, 10);
	uint32_t type = random_below(&dice, 8);

	if (at + 4 <= file->size)
		memcpy(file->bytes + at, &type, 4);
}

static void mutate(struct file *file)
{
	for (int i = 1 + random_below(&dice, 4); i; i--) {
		switch (random_below(&dice, 10)) {
		case 0:
			change_owner(file);
			break;
		case 1:
			change_segment(file);
			break;
		case 2:
			file->bytes[EI_OSABI] = random_below(&dice, 20);
			break;
		case 3:
			if (random_once(&dice, 4))
				file->size = random_below(&dice, file->size);
			break;
		default:
			change_word(file);
		}
		if (file->size < 16)
			file->size = 16;
	}
}

static void write_file(const struct file *file)
{
	int fd;

	unlink(NAME);
	fd = open(NAME, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	if (fd < 0 || write(fd, file->bytes, file->size) != (ssize_t)file->size)
		broken(NAME);
	close(fd);
}

/* Return: whether it is Linux's by its brand, which goes before all else. */
static bool brand_file(void)
{
	static const char *const brands[] = {
		"linux",   "freebsd",
		"myelf",   "none",
		"linux\n", "..",
		"/",	   "abcdefghijklmnopqrstuvwxyzabcdef",
	};
	char brand[80];
	size_t size;

	snprintf(brand, sizeof(brand), "%s", brands[random_below(&dice, 8)]);
	size = strlen(brand);
	if (random_once(&dice, 3)) {
		size = random_below(&dice, sizeof(brand));
		for (size_t i = 0; i < size; i++)
			brand[i] = random_next(&dice);
	} else if (random_once(&dice, 4)) {
		/* A NUL of its own, and what is behind it. */
		brand[size++] = '\0';
	}
	if (setxattr(NAME, BRAND, brand, size, 0))
		broken(BRAND);
	brand[size < sizeof(brand) ? size : sizeof(brand) - 1] = '\0';
	return !strcmp(brand, "linux");
}

static pid_t start(void)
{
	char *argv[] = { NAME, "argument", NULL };
	pid_t pid = fork();

	if (pid)
		return pid;
	if (chdir(SCRATCH) || !write_text(CAGE "/cgroup.procs", "0"))
		_exit(94);
	setsid();
	become_alice();
	execv(argv[0], argv);
	_exit(NOT_EXECUTED);
}

static void found(unsigned long nr, const char *what)
{
	printf("# %s; again: files --seed=%lu --first=%lu --files=1 FILE...\n",
	       what, series.seed, nr);
}

static void count(unsigned long nr, const siginfo_t *info, bool foreign)
{
	bool exited = info->si_code == CLD_EXITED;

	outcome.files++;
	outcome.foreign += foreign;
	if (!info->si_pid)
		outcome.stuck++;
	else if (!exited)
		outcome.crashed++;
	else if (info->si_status == NOT_EXECUTED)
		outcome.refused++;
	else if (info->si_status == WITNESS_NATIVE)
		outcome.native++;
	else if (info->si_status == WITNESS_FOREIGN)
		outcome.ran++;
	if (foreign && exited && info->si_status == WITNESS_NATIVE) {
		outcome.wrong++;
		found(nr, "a file of another system ran as one of Linux");
	}
}

static void run_file(unsigned long nr)
{
	static struct file file;
	siginfo_t info = {};
	struct pollfd end = { -1, POLLIN, 0 };
	bool linux_brand = false;
	pid_t pid;

	dice = random_start(series.seed, nr);
	file = samples[random_below(&dice, nr_samples)];
	mutate(&file);
	write_file(&file);
	if (random_once(&dice, 6))
		linux_brand = brand_file();
	pid = start();
	end.fd = syscall(SYS_pidfd_open, pid, 0);
	poll(&end, 1, 100);
	close(end.fd);
	waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT);
	count(nr, &info, is_foreign(&file) && !linux_brand);
	if (!cage_empty()) {
		outcome.immortal++;
		found(nr, "it cannot be killed");
	}
}

static void take_sample(const char *path)
{
	struct file *file = &samples[nr_samples];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, file->bytes, sizeof(file->bytes));

	if (got < 16 || nr_samples == MAX_SAMPLES - 1)
		broken("%s", path);
	file->size = got;
	close(fd);
	nr_samples++;
}

static void parse(int argc, char **argv)
{
	static const struct option list[] = { SERIES_OPTIONS("files"), {} };

	series_parse(&series, list, argc, argv);
	for (int i = optind; i < argc; i++)
		take_sample(argv[i]);
}

static void tell(void)
{
	printf("# seed %lu: %lu files, %lu of them foreign: %lu refused, %lu ran, %lu ran as Linux's, %lu crashed, %lu were stopped\n",
	       series.seed, outcome.files, outcome.foreign, outcome.refused,
	       outcome.ran, outcome.native, outcome.crashed, outcome.stuck);
}

static void report(int nr, bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", nr, what);
}

int main(int argc, char **argv)
{
	parse(argc, argv);
	setvbuf(stdout, NULL, _IOLBF, 0);
	cage_build();
	scratch_fresh();
	series_begin(&series, 1);
	for (unsigned long nr = series.first; series_goes_on(&series, nr);
	     nr++) {
		run_file(nr);
		if (nr % 200 == 199)
			tell();
	}
	tell();
	umount2(SCRATCH, MNT_DETACH);
	rmdir(CAGE);
	report(1, outcome.ran && outcome.refused && outcome.native,
	       "some ran, some were refused, some became Linux's");
	report(2, !outcome.wrong, "none of another system ran as Linux's");
	report(3, !outcome.immortal, "all could be killed");
	printf("1..3\n");
	return 0;
}
