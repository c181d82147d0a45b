// SPDX-License-Identifier: GPL-2.0
/*
 * Memory: what of it is there, what children get of it, and promises that cannot
 * be kept. Times and identifiers of the kernel that need little more.
 */
#include "freebsd.h"

/* clang-format off */
enum {
	SYS_mincore = 78,
	SYS_adjtime = 140,
	SYS_setfib = 175,
	SYS_mlock = 203,
	SYS_minherit = 250,
	SYS_getcpuclockid = 247,
	SYS_rfork = 251,
	SYS_modnext = 300,
	SYS_kldload = 304,
	SYS_kldnext = 307,
	SYS_kldstat = 308,
	SYS_acl_get_file = 347,
	SYS_extattr_get_file = 357,
	SYS_kenv = 390,
	SYS_uuidgen = 392,
};

#define MAP_ANON	0x1000
#define MAP_SHARED	0x1
#define PROT_MAX(prot)	((prot) << 16)
#define INHERIT_SHARE	0
#define INHERIT_COPY	1
#define INHERIT_NONE	2
#define INHERIT_ZERO	3
#define RFFDG		0x4
#define RFPROC		0x10
#define RFMEM		0x20
/* clang-format on */

static long map(int prot, int flags)
{
	return sys(SYS_mmap, 0, 3 * 4096, prot, MAP_ANON | flags, -1, 0);
}

static void test_resident(void)
{
	volatile char *at = (char *)map(3, 0);
	char there[3] = { 9, 9, 9 };

	at[4096] = 1;
	is(sys(SYS_mincore, at + 100, 3 * 4096 - 100, there), 0, "mincore");
	yes(!there[0] && there[1] == 1 && !there[2], "MINCORE_INCORE");
	is(sys(SYS_mlock, at + 100, 100), 0, "mlock of a part of a page");
	is(sys(SYS_mincore, at, 4096, there), 0, "mincore again");
	is(there[0], 1, "it is there now");
	is(sys(SYS_munmap, at, 3 * 4096), 0, "munmap");
	is(sys(SYS_mincore, at, 4096, there), -ENOMEM, "mincore of nothing");
}

static void test_protection(void)
{
	long at = map(PROT_MAX(7) | 3, 0);

	yes(at > 0, "PROT_MAX that promises nothing");
	is(map(PROT_MAX(1) | 1, 0), -EOPNOTSUPP, "one that does");
	is(sys(SYS_mprotect, at, 4096, PROT_MAX(1) | 1), -EOPNOTSUPP,
	   "mprotect with one");
	is(sys(SYS_mprotect, at, 4096, 0x80), -EINVAL, "no such protection");
}

/* What a child sees of a page: its first byte, or 99 if it is not there. */
static long in_child(long page)
{
	int ends[2], status;
	long child;

	sys(SYS_pipe2, ends, 0);
	child = sys(SYS_fork);
	if (!child) {
		if (sys(SYS_write, ends[1], page, 1) != 1)
			sys(SYS_exit, 99);
		sys(SYS_exit, *(volatile char *)page);
	}
	sys(SYS_wait4, child, &status, 0, 0);
	sys(SYS_close, ends[0]);
	sys(SYS_close, ends[1]);
	return status >> 8;
}

static void test_inherit(void)
{
	long at = map(3, 0);

	*(volatile char *)at = 42;
	is(in_child(at), 42, "a child has a copy");
	is(sys(SYS_minherit, at, 4096, INHERIT_ZERO), 0, "INHERIT_ZERO");
	is(in_child(at), 0, "an empty page");
	is(sys(SYS_minherit, at, 4096, INHERIT_NONE), 0, "INHERIT_NONE");
	is(in_child(at), 99, "no page");
	is(sys(SYS_minherit, at, 4096, INHERIT_COPY), 0, "INHERIT_COPY");
	is(in_child(at), 42, "a copy again");
	is(sys(SYS_minherit, at, 4096, INHERIT_SHARE), -EOPNOTSUPP,
	   "INHERIT_SHARE");
	is(sys(SYS_minherit, at, 4096, 9), -EINVAL, "no such way");
}

static void test_rfork(void)
{
	struct result result;
	int status = -1;

	result = call(SYS_rfork, RFPROC | RFFDG);
	if (!result.ret)
		sys(SYS_exit, result.ret2 == 1 ? 7 : 8);
	yes(result.ret > 0 && !result.failed, "rfork as fork");
	is(sys(SYS_wait4, result.ret, &status, 0, 0), result.ret, "its child");
	is(status, 7 << 8, "which knows that it is one");
	result = call(SYS_rfork, RFPROC);
	if (!result.ret) {
		sys(SYS_dup2, 1, 70);
		sys(SYS_exit, 0);
	}
	sys(SYS_wait4, result.ret, &status, 0, 0);
	is(sys(SYS_close, 70), 0, "rfork with the same descriptors");
	is(sys(SYS_rfork, RFFDG), -EINVAL, "rfork without a process");
	is(sys(SYS_rfork, RFPROC | 0x1000), -EINVAL, "RFCFDG");
	is(sys(SYS_rfork, 0x80000000), -EINVAL, "RFSPAWN");
}

static void test_times(void)
{
	long old[2] = { -1, -1 }, delta[2] = { 1, 0 }, time[2] = { -1 };
	unsigned int clock = 0;
	long left;

	is(sys(SYS_adjtime, delta, 0), 0, "adjtime");
	is(sys(SYS_adjtime, 0, old), 0, "adjtime asked");
	/* Others may have asked for the same at the same time; it takes 2,000 s. */
	left = old[0] * 1000000 + old[1];
	yes(left > 0 && left <= 1000000, "what is left");
	is(sys(SYS_getcpuclockid, 0, 1, &clock), 0, "clock_getcpuclockid2");
	is(sys(SYS_clock_gettime, clock, time), 0, "the thread's clock");
	yes(!time[0] && time[1] > 0, "the time of a short life");
	is(sys(SYS_getcpuclockid, sys(SYS_getpid), 0, &clock), 0,
	   "clock of a process");
	is(sys(SYS_clock_gettime, clock, time), 0, "its time");
	is(sys(SYS_getcpuclockid, 0, 2, &clock), -EINVAL, "no such kind");
}

static void test_kernel(void)
{
	uint8_t uuids[2][16] = {};

	is(sys(SYS_uuidgen, uuids, 2), 0, "uuidgen");
	yes(uuids[0][7] >> 4 == 1 && uuids[0][8] >> 6 == 2, "of version 1");
	yes(uuids[0][10] & 1, "with a node that no interface has");
	yes(*(uint32_t *)uuids[0] + 1 == *(uint32_t *)uuids[1],
	    "each another one");
	is(sys(SYS_uuidgen, uuids, 0), -EINVAL, "none");
	is(sys(SYS_kenv, 0, "name", uuids, 16), -ENOENT, "KENV_GET");
	is(sys(SYS_kenv, 1, "name", uuids, 16), -EPERM, "KENV_SET");
	is(sys(SYS_kenv, 3, 0, 0, 0), 0, "KENV_DUMP");
	is(sys(SYS_kldload, "module"), -EPERM, "kldload");
	is(sys(SYS_kldnext, 0), 0, "no module");
	is(sys(SYS_kldnext, 1), -ENOENT, "none after that");
	is(sys(SYS_kldstat, 1, uuids), -ENOENT, "kldstat");
	is(sys(SYS_setfib, 0), 0, "setfib");
	is(sys(SYS_setfib, 1), -EINVAL, "setfib of a second table");
	is(sys(SYS_acl_get_file, "/", 2, uuids), -EOPNOTSUPP, "ACLs");
	is(sys(SYS_extattr_get_file, "/", 1, "name", uuids, 16), -EOPNOTSUPP,
	   "extended attributes");
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	test_resident();
	test_protection();
	test_inherit();
	test_rfork();
	test_times();
	test_kernel();
	end();
}
