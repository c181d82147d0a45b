// SPDX-License-Identifier: GPL-2.0
/*
 * sysctl: the same value by name and by number, its length, what there is to ask
 * about it, and who may not write it.
 */
#include "freebsd.h"

enum {
	SYS_umask = 60,
};

static long by_mib(const int *mib, long len, void *old, size_t *size)
{
	return sys(SYS___sysctl, mib, len, old, size, 0, 0);
}

static long by_name(const char *name, void *old, size_t *size)
{
	return sys(SYS_sysctlbyname, name, text_len(name), old, size, 0, 0);
}

/* The number of a name, the name of that number, and both ways to the value. */
static void test_one(const char *name, size_t want)
{
	int ask[2] = { 0, 3 }, mib[26] = { 0, 1 };
	char one[512], two[512], back[64] = {};
	size_t size = sizeof(mib) - 8, got = sizeof(one), again = sizeof(two);
	bool good;

	good = !sys(SYS___sysctl, ask, 2, mib + 2, &size, name, text_len(name));
	size /= sizeof(int);
	good = good && !by_mib(mib + 2, size, one, &got) &&
	       !by_name(name, two, &again);
	good = good && got == again && (!want || got == want);
	for (size_t i = 0; good && i < got; i++)
		good = one[i] == two[i];
	again = sizeof(back);
	good = good && !by_mib(mib, size + 2, back, &again) &&
	       same_text(back, name);
	yes(good, name);
}

static void test_values(void)
{
	test_one("kern.ostype", 8);
	test_one("kern.osrelease", 13);
	test_one("kern.version", 0);
	test_one("kern.hostname", 0);
	test_one("kern.osreldate", 4);
	test_one("kern.maxproc", 4);
	test_one("kern.maxfiles", 4);
	test_one("kern.argmax", 4);
	test_one("kern.ngroups", 4);
	test_one("kern.posix1version", 4);
	test_one("kern.boottime", 16);
	test_one("kern.clockrate", 20);
	test_one("kern.hostid", 8);
	test_one("kern.hostuuid", 37);
	test_one("kern.iov_max", 4);
	test_one("kern.usrstack", 8);
	test_one("kern.ipc.soacceptqueue", 4);
	test_one("kern.smp.cpus", 4);
	test_one("kern.pid_max", 4);
	test_one("kern.supported_archs", 6);
	test_one("hw.machine", 6);
	test_one("hw.machine_arch", 6);
	test_one("hw.model", 0);
	test_one("hw.ncpu", 4);
	test_one("hw.physmem", 8);
	test_one("hw.usermem", 8);
	test_one("hw.pagesize", 4);
	test_one("hw.byteorder", 4);
	test_one("user.cs_path", 1);
	test_one("user.posix2_version", 4);
	test_one("p1003_1b.mapped_files", 4);
	test_one("p1003_1b.asynchronous_io", 4);
	test_one("security.jail.jailed", 4);
	test_one("vm.overcommit", 4);
}

static void test_lengths(void)
{
	int mib[2] = { 1, 1 }, wrong[2] = { 1, 99 }, new = 1;
	size_t size = 0;
	char text[16];

	is(by_mib(mib, 2, 0, &size), 0, "asking for the length");
	is(size, 8, "which is that of FreeBSD and a NUL");
	size = 4;
	memset(text, 'x', sizeof(text));
	is(by_mib(mib, 2, text, &size), -ENOMEM, "no room for all");
	yes(text[0] == 'F' && text[3] == 'e' && text[4] == 'x',
	    "what there is room for comes");
	size = sizeof(text);
	is(by_mib(wrong, 2, text, &size), -ENOENT, "no such number");
	is(by_name("kern.none", text, &size), -ENOENT, "no such name");
	is(by_name("kern.a.name.that.is.longer.than.any.that.there.is", text,
		   &size),
	   -ENOENT, "a long name");
	is(by_mib(mib, 1, text, &size), -EINVAL, "too few numbers");
	is(by_mib(mib, 25, text, &size), -EINVAL, "too many");
	is(sys(SYS___sysctl, mib, 2, 0, 0, &new, 4), -EPERM,
	   "a value that is written");
	is(by_mib((int *)16, 2, text, &size), -EFAULT, "a bad address");
}

static void test_process(char **argv)
{
	int mib[4] = { 1, 14, 12, -1 };
	char text[1024] = {};
	size_t size = sizeof(text);
	unsigned short mask = 0;
	int release = 0;

	is(by_mib(mib, 4, text, &size), 0, "kern.proc.pathname");
	yes(same_text(text, "/usr/lib/abimux-tests/freebsd/sysctl") &&
		    size == text_len(text) + 1,
	    "the program's");
	mib[2] = 7;
	mib[3] = sys(SYS_getpid);
	size = sizeof(text);
	is(by_mib(mib, 4, text, &size), 0, "kern.proc.args");
	yes(same_text(text, argv[0]), "the first argument");
	mib[2] = 35;
	size = sizeof(text);
	is(by_mib(mib, 4, text, &size), 0, "kern.proc.env");
	mib[2] = 9;
	size = sizeof(text);
	is(by_mib(mib, 4, text, &size), 0, "kern.proc.sv_name");
	yes(same_text(text, "FreeBSD ELF64"), "the ABI");
	sys(SYS_umask, 027);
	mib[2] = 39;
	size = sizeof(mask);
	is(by_mib(mib, 4, &mask, &size), 0, "kern.proc.umask");
	is(mask, 027, "the mask");
	mib[2] = 40;
	size = sizeof(release);
	is(by_mib(mib, 4, &release, &size), 0, "kern.proc.osrel");
	is(release, 1302001, "the release");
	mib[3] = 1;
	is(by_mib(mib, 4, &release, &size), -EOPNOTSUPP, "another process");
	is(by_mib(mib, 3, &release, &size), -ENOENT, "no process");
}

/* One after the other, from the first to the last: each is larger. */
static void test_walk(void)
{
	int ask[26] = { 0, 2 }, format[26] = { 0, 4 };
	unsigned int type[8];
	long steps = 0, len = 0, formats = 0;
	bool rises = true;
	size_t size;

	while (steps < 500) {
		int next[24] = {};

		size = sizeof(next);
		if (by_mib(ask, len + 2, next, &size))
			break;
		for (int i = 0; i < 4; i++) {
			if (next[i] != ask[i + 2]) {
				rises = rises && next[i] > ask[i + 2];
				break;
			}
		}
		len = size / sizeof(int);
		memset(ask + 2, 0, sizeof(ask) - 8);
		memcpy(ask + 2, next, size);
		memcpy(format + 2, ask + 2, sizeof(format) - 8);
		size = sizeof(type);
		formats += !by_mib(format, len + 2, type, &size) &&
			   type[0] >> 31 && (type[0] & 15);
		steps++;
	}
	yes(rises && steps > 80 && steps < 500, "all, one after the other");
	is(formats, steps, "each has a type and a format");
	size = sizeof(type);
	is(by_mib((int[]){ 0, 4, 1, 1 }, 4, type, &size), 0, "kern.ostype");
	yes(size == 6 && type[0] == (0x80000000 | 3) &&
		    same_text((char *)(type + 1), "A"),
	    "is a string");
	is(by_mib((int[]){ 0, 5, 1, 1 }, 4, type, &size), -ENOENT,
	   "nothing describes it");
}

static void test_random(void)
{
	int mib[2] = { 1, 37 };
	unsigned long one[2] = {}, two[2] = {};
	size_t size = sizeof(one);

	is(by_mib(mib, 2, one, &size), 0, "kern.arandom");
	is(size, sizeof(one), "as many bytes as there is room for");
	by_mib(mib, 2, two, &size);
	yes(one[0] && one[0] != two[0], "others each time");
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	test_values();
	test_lengths();
	test_process(argv);
	test_walk();
	test_random();
	end();
}
