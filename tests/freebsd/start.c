// SPDX-License-Identifier: GPL-2.0
/*
 * How a FreeBSD program starts: registers, arguments, auxiliary vector; and what
 * it can ask about its system.
 */
#include "freebsd.h"

/* clang-format off */
#define AT_PHDR		3
#define AT_PHENT	4
#define AT_PHNUM	5
#define AT_PAGESZ	6
#define AT_BASE		7
#define AT_ENTRY	9
#define AT_EXECPATH	15
#define AT_OSRELDATE	18
#define AT_NCPUS	19
#define AT_STACKPROT	23
/* clang-format on */

extern char _start[];

static unsigned long auxv_value(const unsigned long *auxv, unsigned long type)
{
	for (; auxv[0]; auxv += 2) {
		if (auxv[0] == type)
			return auxv[1];
	}
	return 0;
}

static bool auxv_known(const unsigned long *auxv)
{
	for (; auxv[0]; auxv += 2) {
		if (auxv[0] < AT_PHDR || auxv[0] > 36)
			return false;
	}
	return true;
}

static unsigned long fs_base(void)
{
	unsigned long base = 1;

	return sys(SYS_sysarch, 128, &base) ? 1 : base;
}

static void test_registers(char **argv)
{
	is(start_regs.di, (long)(argv - 1), "rdi points to argc");
	is(start_regs.sp & 15, 8, "rsp is 8 off a multiple of 16");
	yes(start_regs.di - start_regs.sp <= 16, "rsp is just below argc");
	is(start_regs.dx, 0, "rdx is zero");
	is(start_regs.bp | start_regs.si | start_regs.ax, 0,
	   "rbp, rsi, rax are zero");
	is(fs_base(), 0, "base of FS is zero");
}

static void test_arguments(char **argv, char **envp)
{
	yes(same_text(argv[1], "one") && same_text(argv[2], "two") && !argv[3],
	    "arguments");
	yes(envp[0] && same_text(envp[0], "NAME=value") && !envp[1],
	    "environment");
}

static void test_auxv(const unsigned long *auxv)
{
	const char *path = (const char *)auxv_value(auxv, AT_EXECPATH);

	is(auxv_value(auxv, AT_PHENT), 56, "AT_PHENT");
	yes(auxv_value(auxv, AT_PHNUM) > 1, "AT_PHNUM");
	yes(auxv_value(auxv, AT_PHDR) != 0, "AT_PHDR");
	is(auxv_value(auxv, AT_PAGESZ), 4096, "AT_PAGESZ");
	is(auxv_value(auxv, AT_BASE), 0, "AT_BASE");
	is(auxv_value(auxv, AT_ENTRY), (long)_start, "AT_ENTRY");
	yes(path && path[0] == '/', "AT_EXECPATH");
	is(auxv_value(auxv, AT_OSRELDATE), 1302001, "AT_OSRELDATE");
	yes(auxv_value(auxv, AT_NCPUS) > 0, "AT_NCPUS");
	is(auxv_value(auxv, AT_STACKPROT), 3, "AT_STACKPROT");
	yes(auxv_known(auxv), "nothing of Linux in the auxiliary vector");
}

static void test_sysctl_number(void)
{
	int mib[2] = { 6, 7 }, number = 0;
	size_t len = sizeof(number);

	is(sys(SYS___sysctl, mib, 2, &number, &len), 0, "sysctl by number");
	yes(number == 4096 && len == 4, "hw.pagesize");
	len = 2;
	is(sys(SYS___sysctl, mib, 2, &number, &len), -ENOMEM,
	   "no room for a value");
	is(len, 4, "how much room a value needs");
	is(sys(SYS___sysctl, mib, 2, 0, &len, &number, 4), -EPERM,
	   "a value that is read-only");
	mib[1] = 99;
	is(sys(SYS___sysctl, mib, 2, &number, &len), -ENOENT, "no such number");
}

static void test_sysctl_name(void)
{
	static const char name[] = "kern.smp.maxcpus", none[] = "kern.nothing";
	int query[2] = { 0, 3 }, mib[24], number = 0;
	size_t len = sizeof(mib);

	is(sys(SYS___sysctl, query, 2, mib, &len, name, sizeof(name) - 1), 0,
	   "number of a name");
	is(len, 12, "length of that number");
	len = sizeof(number);
	is(sys(SYS___sysctl, mib, 3, &number, &len), 0, "value by that number");
	is(number, 256, "kern.smp.maxcpus");
	len = sizeof(mib);
	is(sys(SYS___sysctl, query, 2, mib, &len, none, sizeof(none) - 1),
	   -ENOENT, "no such name");
}

static void test_sysctl_text(void)
{
	static const char name[] = "kern.ostype", exe[] = "kern.proc.pathname";
	int mib[4] = { 1, 14, 12, -1 };
	char text[64];
	size_t len = sizeof(text);

	is(sys(SYS_sysctlbyname, name, sizeof(name) - 1, text, &len), 0,
	   "sysctlbyname");
	yes(len == 8 && same_text(text, "FreeBSD"), "kern.ostype");
	len = 0;
	is(sys(SYS_sysctlbyname, name, sizeof(name) - 1, 0, &len), 0,
	   "length only");
	is(len, 8, "length of kern.ostype");
	len = sizeof(text);
	is(sys(SYS___sysctl, mib, 4, text, &len), 0, exe);
	yes(text[0] == '/' && len == text_len(text) + 1, "path of the program");
}

/* MemTotal of the native kernel. */
static long native_memory(void)
{
	long fd = sys(SYS_open, "/proc/meminfo", 0), kilobytes = 0;
	char text[64] = "", *at = text;

	sys(SYS_read, fd, text, sizeof(text) - 1);
	sys(SYS_close, fd);
	while (*at && (*at < '0' || *at > '9'))
		at++;
	while (*at >= '0' && *at <= '9')
		kilobytes = kilobytes * 10 + *at++ - '0';
	return kilobytes * 1024;
}

static void test_machine(void)
{
	static const char memory[] = "hw.physmem", cpus[] = "hw.ncpu";
	unsigned char mask[32];
	int number = 0, count = 0;
	size_t len = 8;
	long bytes = 0;

	is(sys(SYS_sysctlbyname, memory, sizeof(memory) - 1, &bytes, &len), 0,
	   "how much memory there is");
	is(bytes, native_memory(), "hw.physmem");
	is(len, 8, "length of hw.physmem");
	len = 4;
	is(sys(SYS_sysctlbyname, cpus, sizeof(cpus) - 1, &number, &len), 0,
	   "how many processors there are");
	sys(SYS_cpuset_getaffinity, 3, 2, -1, sizeof(mask), mask);
	for (int i = 0; i < 256; i++)
		count += mask[i / 8] >> (i % 8) & 1;
	is(number, count, "hw.ncpu");
}

static void test_random(void)
{
	int mib[2] = { 1, 37 };
	unsigned long bytes[4] = {};
	size_t len = sizeof(bytes);

	is(sys(SYS___sysctl, mib, 2, bytes, &len), 0, "kern.arandom");
	yes(len == 32 && bytes[0] && bytes[3] && bytes[0] != bytes[3],
	    "random bytes");
}

static void test_affinity(void)
{
	unsigned char mask[32];

	memset(mask, 0xff, sizeof(mask));
	is(sys(SYS_cpuset_getaffinity, 3, 2, -1, sizeof(mask), mask), 0,
	   "cpuset_getaffinity");
	yes((mask[0] & 1) && !mask[31], "processors of the machine");
	is(sys(SYS_cpuset_getaffinity, 3, 2, -1, 8, mask), -ERANGE,
	   "a small mask");
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	test_registers(argv);
	test_arguments(argv, envp);
	test_auxv(auxv);
	test_sysctl_number();
	test_sysctl_name();
	test_sysctl_text();
	test_machine();
	test_random();
	test_affinity();
	is(sys(SYS_issetugid), 0, "issetugid");
	is(sys(600), -ENOSYS, "no such call");
	end();
}
