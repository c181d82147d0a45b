// SPDX-License-Identifier: GPL-2.0
/*
 * A program of Linux 0.11: i386, int 0x80, 0.11's numbers, structures and signal
 * restorers. Tests them, as TAP, in the current directory.
 *
 * `linux-0.11 exec FILE [ARG...]` becomes another program instead.
 */
#include "foreign.h"

/* include/unistd.h of 0.11. */
enum {
	NR_setup,
	NR_exit,
	NR_fork,
	NR_read,
	NR_write,
	NR_open,
	NR_close,
	NR_waitpid,
	NR_creat,
	NR_link,
	NR_unlink,
	NR_execve,
	NR_chdir,
	NR_time,
	NR_mknod,
	NR_chmod,
	NR_chown,
	NR_break,
	NR_stat,
	NR_lseek,
	NR_getpid,
	NR_mount,
	NR_umount,
	NR_setuid,
	NR_getuid,
	NR_stime,
	NR_ptrace,
	NR_alarm,
	NR_fstat,
	NR_pause,
	NR_utime,
	NR_stty,
	NR_gtty,
	NR_access,
	NR_nice,
	NR_ftime,
	NR_sync,
	NR_kill,
	NR_rename,
	NR_mkdir,
	NR_rmdir,
	NR_dup,
	NR_pipe,
	NR_times,
	NR_prof,
	NR_brk,
	NR_setgid,
	NR_getgid,
	NR_signal,
	NR_geteuid,
	NR_getegid,
	NR_acct,
	NR_phys,
	NR_lock,
	NR_ioctl,
	NR_fcntl,
	NR_mpx,
	NR_setpgid,
	NR_ulimit,
	NR_uname,
	NR_umask,
	NR_chroot,
	NR_ustat,
	NR_dup2,
	NR_getppid,
	NR_getpgrp,
	NR_setsid,
	NR_sigaction,
	NR_sgetmask,
	NR_ssetmask,
	NR_setreuid,
	NR_setregid,
	NR_iam,
	NR_whoami,
	NR_calls
};

#define EPERM 1
#define ENOENT 2
#define EINTR 4
#define EBADF 9
#define EFAULT 14
#define EEXIST 17
#define ENODEV 19
#define EINVAL 22
#define ENOTTY 25
#define ENOSYS 38

#define O_RDWR 2
#define O_CREAT 0100
#define S_IFIFO 0010000
#define S_IFMT 0170000
#define F_DUPFD 0
#define TCGETS 0x5401
#define WUNTRACED 2

#define SIGKILL 9
#define SIGUSR1 10
#define SIGUSR2 12
#define SIGALRM 14
#define SIGCONT 18
#define SIGSTOP 19
#define SA_NOMASK 0x40000000
#define SA_ONESHOT 0x80000000

struct stat_011 {
	unsigned short dev, ino, mode;
	unsigned char nlink;
	unsigned short uid;
	unsigned char gid;
	unsigned short rdev;
	int size, atime, mtime, ctime;
};

_Static_assert(sizeof(struct stat_011) == 32, "struct stat of 0.11");

struct utsname_011 {
	char sysname[9], nodename[9], release[9], version[9], machine[9];
};

struct sigaction_011 {
	void (*handler)(int sig);
	unsigned int mask;
	unsigned int flags;
	void (*restorer)(void);
};

/* From 0.11's C library: back from a handler without any call but ssetmask. */
void sig_restore(void);
void masksig_restore(void);
asm("sig_restore:\n"
    "	add	$4, %esp\n"
    "	pop	%eax\n"
    "	pop	%ecx\n"
    "	pop	%edx\n"
    "	popf\n"
    "	ret\n"
    "masksig_restore:\n"
    "	add	$4, %esp\n"
    "	push	%ebx\n"
    "	mov	4(%esp), %ebx\n"
    "	mov	$69, %eax\n"
    "	int	$0x80\n"
    "	pop	%ebx\n"
    "	add	$4, %esp\n"
    "	pop	%eax\n"
    "	pop	%ecx\n"
    "	pop	%edx\n"
    "	popf\n"
    "	ret\n");

static int tests;

static void ok(bool good, const char *name)
{
	put(good ? "ok " : "not ok ");
	put_number(++tests);
	put(" - ");
	put(name);
	put("\n");
}

/* A system call's result as 0.11's C library gives it. */
static int last_errno;

static long libc(long ret)
{
	if (ret >= 0)
		return ret;
	last_errno = -ret;
	return -1;
}

static long wait_for(long pid)
{
	int status = -1;

	return raw(NR_waitpid, pid, &status, 0) == pid ? status : -1;
}

/* Run the rest of a test in a child; its exit status says whether it was good. */
#define in_child(good)                                 \
	({                                             \
		long pid_ = raw(NR_fork, 0);           \
                                                       \
		if (!pid_)                             \
			raw(NR_exit, (good) ? 42 : 1); \
		wait_for(pid_) == 42 << 8;             \
	})

static void test_processes(void)
{
	long pid = raw(NR_getpid, 0);

	ok(pid > 1 && raw(NR_getppid, 0) > 0, "getpid, getppid");
	ok(in_child(raw(NR_getppid, 0) == pid),
	   "fork, exit, waitpid: the child's parent is us");
	ok(in_child(!raw(NR_setpgid, 0, 0) &&
		    raw(NR_getpgrp, 0) == raw(NR_getpid, 0)),
	   "setpgid, getpgrp");
	ok(in_child(raw(NR_setsid, 0) == raw(NR_getpid, 0)), "setsid");
	ok(raw(NR_waitpid, -1, 0, 0) == -10,
	   "waitpid without a child is ECHILD");
	ok(raw(NR_nice, 0) == 0, "nice");
	ok(in_child(!raw(NR_chroot, ".") && raw(NR_access, "/a", 0) == -ENOENT),
	   "chroot");
}

static void test_files(void)
{
	char text[8] = "";
	long fd = raw(NR_creat, "file", 0640);

	ok(fd > 2 && raw(NR_write, fd, "abcdef", 6) == 6 && !raw(NR_close, fd),
	   "creat, write, close");
	ok(raw(NR_close, fd) == -EBADF, "close of a closed one is EBADF");
	fd = raw(NR_open, "file", O_RDWR, 0);
	ok(fd > 2 && raw(NR_lseek, fd, 2, 0) == 2, "open, lseek");
	ok(raw(NR_read, fd, text, 3) == 3 && text_equal(text, "cde"), "read");
	ok(raw(NR_lseek, fd, -1, 2) == 5, "lseek from the end");
	raw(NR_close, fd);
	ok(raw(NR_open, "none", 0, 0) == -ENOENT, "open of nothing is ENOENT");
	ok(!raw(NR_link, "file", "other") &&
		   raw(NR_link, "file", "other") == -EEXIST,
	   "link");
	ok(!raw(NR_unlink, "other") && raw(NR_access, "other", 0) == -ENOENT,
	   "unlink, access");
	ok(!raw(NR_mkdir, "dir", 0755) && !raw(NR_chdir, "dir") &&
		   !raw(NR_chdir, ".."),
	   "mkdir, chdir");
	ok(!raw(NR_rmdir, "dir") && raw(NR_chdir, "dir") == -ENOENT, "rmdir");
	ok(raw(NR_sync, 0) == 0, "sync");
}

static void test_descriptors(void)
{
	int ends[2] = { -1, -1 };
	char text[8] = "";
	long copy;

	ok(!raw(NR_pipe, ends) && ends[0] > 2 && ends[1] > 2, "pipe");
	copy = raw(NR_dup, ends[1]);
	ok(copy > 2 && raw(NR_write, copy, "hi", 2) == 2, "dup");
	ok(raw(NR_read, ends[0], text, sizeof(text)) == 2 &&
		   text_equal(text, "hi"),
	   "what is written to a pipe is read from it");
	ok(raw(NR_dup2, ends[0], 20) == 20 && !raw(NR_close, 20), "dup2");
	ok(raw(NR_fcntl, ends[0], F_DUPFD, 30) == 30 && !raw(NR_close, 30),
	   "fcntl");
	ok(raw(NR_ioctl, ends[0], TCGETS, text) == -ENOTTY, "ioctl");
	raw(NR_close, copy);
	raw(NR_close, ends[0]);
	raw(NR_close, ends[1]);
}

static void test_inodes(void)
{
	struct stat_011 st = {};
	int times[2] = { 1000, 2000 };
	long fd;

	ok(!raw(NR_stat, "file", &st) && st.size == 6 &&
		   (st.mode & 07777) == 0640 && st.nlink == 1,
	   "stat, in 0.11's form");
	ok(!raw(NR_chmod, "file", 0604) && !raw(NR_stat, "file", &st) &&
		   (st.mode & 07777) == 0604,
	   "chmod");
	ok(!raw(NR_chown, "file", 77, 88) && !raw(NR_stat, "file", &st) &&
		   st.uid == 77 && st.gid == 88,
	   "chown");
	ok(!raw(NR_utime, "file", times) && !raw(NR_stat, "file", &st) &&
		   st.atime == 1000 && st.mtime == 2000,
	   "utime");
	fd = raw(NR_open, "file", 0, 0);
	memset(&st, 0, sizeof(st));
	ok(!raw(NR_fstat, fd, &st) && st.size == 6 && st.mtime == 2000,
	   "fstat");
	raw(NR_close, fd);
	ok(raw(NR_umask, 027) >= 0 && raw(NR_umask, 022) == 027, "umask");
	ok(!raw(NR_mknod, "fifo", S_IFIFO | 0600, 0) &&
		   !raw(NR_stat, "fifo", &st) && (st.mode & S_IFMT) == S_IFIFO,
	   "mknod");
	raw(NR_unlink, "fifo");
	raw(NR_unlink, "file");
}

static void test_users(void)
{
	ok(!raw(NR_getuid, 0) && !raw(NR_geteuid, 0) && !raw(NR_getgid, 0) &&
		   !raw(NR_getegid, 0),
	   "getuid, geteuid, getgid, getegid");
	ok(in_child(!raw(NR_setgid, 1001) && !raw(NR_setuid, 1000) &&
		    raw(NR_getuid, 0) == 1000 && raw(NR_getegid, 0) == 1001),
	   "setuid, setgid");
	ok(in_child(!raw(NR_setregid, 5, 6) && !raw(NR_setreuid, 7, 8) &&
		    raw(NR_getgid, 0) == 5 && raw(NR_getegid, 0) == 6 &&
		    raw(NR_getuid, 0) == 7 && raw(NR_geteuid, 0) == 8),
	   "setreuid, setregid");
	ok(in_child(!raw(NR_setuid, 1000) && raw(NR_setuid, 0) == -EPERM),
	   "setuid without right");
}

static void test_time(void)
{
	int now = 0, then, ticks[4];
	struct utsname_011 name;

	then = raw(NR_time, &now);
	ok(then > 0 && then == now, "time");
	ok(!raw(NR_stime, &now) && in_child(!raw(NR_setuid, 1000) &&
					    raw(NR_stime, &now) == -EPERM),
	   "stime");
	ok(raw(NR_times, ticks) != -EFAULT && ticks[0] >= 0, "times");
	ok(!raw(NR_uname, &name) && text_equal(name.sysname, "Linux") &&
		   text_equal(name.nodename, "abimux"),
	   "uname: strings of nine bytes");
}

static void test_memory(void)
{
	long end = raw(NR_brk, 0);

	ok(end > 0 && raw(NR_brk, end + 8192) == end + 8192, "brk");
	*(volatile char *)(end + 8191) = 1;
	ok(raw(NR_brk, end) == end, "brk gives memory back");
}

static volatile int caught;
static volatile unsigned int mask_in_handler;

static void catch (int sig)
{
	caught = sig;
	mask_in_handler = raw(NR_sgetmask, 0);
}

/* All registers that a handler may not change, across a signal at the call. */
static bool registers_survive(long pid)
{
	/* Not on the stack, which the code below moves. */
	static long sp_before, sp_after;
	long bx, si, di, bp, ax;

	asm volatile("push	%%ebp\n"
		     "mov	%%esp, %[before]\n"
		     "mov	$0x1234567, %%ebp\n"
		     "int	$0x80\n"
		     "xchg	%%ebp, (%%esp)\n"
		     "mov	(%%esp), %[bp]\n"
		     "mov	%%ebp, (%%esp)\n"
		     "mov	%%esp, %[after]\n"
		     "pop	%%ebp\n"
		     : "=a"(ax), "=b"(bx), "=S"(si), "=D"(di), [bp] "=&d"(bp),
		       [before] "=m"(sp_before), [after] "=m"(sp_after)
		     : "a"(NR_kill), "b"(pid), "c"(SIGUSR1), "S"(0x1111),
		       "D"(0x2222)
		     : "memory");
	return !ax && bx == pid && si == 0x1111 && di == 0x2222 &&
	       bp == 0x1234567 && sp_before == sp_after;
}

static void test_signals(void)
{
	struct sigaction_011 act = { .handler = catch,
				     .restorer = masksig_restore },
			     old = {};
	long pid = raw(NR_getpid, 0);

	ok(!raw(NR_signal, SIGUSR1, catch, sig_restore),
	   "signal answers the old handler: none");
	ok(registers_survive(pid) && caught == SIGUSR1,
	   "a handler runs, 0.11's frame brings back all");
	ok(!(mask_in_handler & 1 << (SIGUSR1 - 1)),
	   "signal()'s handler blocks nothing");
	ok(!raw(NR_signal, SIGUSR1, catch, sig_restore) &&
		   raw(NR_signal, SIGUSR1, 1, 0) == (long)catch,
	   "it is for once; the old one is answered");

	act.mask = 1 << (SIGUSR2 - 1);
	caught = 0;
	ok(!raw(NR_sigaction, SIGUSR1, &act, &old) && old.handler == (void *)1,
	   "sigaction");
	ok(registers_survive(pid) && caught == SIGUSR1,
	   "its handler runs and returns");
	ok((mask_in_handler & (1 << (SIGUSR1 - 1) | 1 << (SIGUSR2 - 1))) ==
		   (1 << (SIGUSR1 - 1) | 1 << (SIGUSR2 - 1)),
	   "its mask is in force in the handler");
	ok(!raw(NR_sgetmask, 0), "and not after it");
	ok(!raw(NR_sigaction, SIGUSR1, &act, &old) && old.handler == catch &&
		   old.restorer == masksig_restore,
	   "sigaction's handler stays");
	ok(raw(NR_ssetmask, 1 << (SIGUSR1 - 1)) == 0, "ssetmask");
	caught = 0;
	raw(NR_kill, pid, SIGUSR1);
	ok(!caught, "a blocked signal waits");
	ok(raw(NR_ssetmask, 0) == 1 << (SIGUSR1 - 1) && caught == SIGUSR1,
	   "until it is unblocked");
	ok(raw(NR_signal, SIGKILL, catch, sig_restore) == -EINVAL,
	   "SIGKILL is not to be caught");
}

static void test_interruption(void)
{
	char text[4] = "";
	int ends[2];
	long child;

	raw(NR_signal, SIGALRM, catch, sig_restore);
	caught = 0;
	ok(raw(NR_alarm, 1) == 0 && raw(NR_pause, 0) == -EINTR &&
		   caught == SIGALRM,
	   "pause ends with EINTR when a handler ran");
	raw(NR_signal, SIGALRM, catch, sig_restore);
	raw(NR_pipe, ends);
	raw(NR_alarm, 1);
	ok(raw(NR_read, ends[0], text, 1) == -EINTR, "so does read");

	child = raw(NR_fork, 0);
	if (!child)
		raw(NR_exit, raw(NR_read, ends[0], text, 2) == 2 &&
					     text_equal(text, "on") ?
				     42 :
				     1);
	raw(NR_kill, child, SIGSTOP);
	raw(NR_waitpid, child, 0, WUNTRACED);
	raw(NR_kill, child, SIGCONT);
	raw(NR_write, ends[1], "on", 2);
	ok(wait_for(child) == 42 << 8,
	   "a read that was stopped goes on: the same call, once more");
	raw(NR_close, ends[0]);
	raw(NR_close, ends[1]);
}

#define NAME_23 "12345678901234567890123"

static void test_names(void)
{
	char buf[32] = "";
	void *bad = (void *)16;

	ok(raw(NR_iam, "linus") == 5, "iam answers how many bytes");
	ok(raw(NR_whoami, buf, 32) == 5 && text_equal(buf, "linus"),
	   "whoami answers the name, and its length");
	ok(raw(NR_iam, NAME_23) == 23 && raw(NR_whoami, buf, 24) == 23 &&
		   text_equal(buf, NAME_23),
	   "23 characters fit");
	raw(NR_iam, "ken");
	ok(libc(raw(NR_iam, NAME_23 "4")) == -1 && last_errno == EINVAL,
	   "24 do not: EINVAL");
	ok(raw(NR_whoami, buf, 32) == 3 && text_equal(buf, "ken"),
	   "and the name is as it was");
	memset(buf, 'x', 31);
	last_errno = 0;
	ok(libc(raw(NR_whoami, buf, 3)) == -1 && last_errno == EINVAL &&
		   buf[0] == 'x',
	   "whoami with a size too small by one: -1, buffer untouched");
	ok(raw(NR_whoami, buf, 4) == 3, "and with one that just fits");
	ok(raw(NR_whoami, buf, 0) == -EINVAL, "size 0 is too small");
	ok(raw(NR_iam, bad) == -EFAULT && raw(NR_iam, -1) == -EFAULT,
	   "iam of a bad pointer: EFAULT");
	ok(raw(NR_whoami, bad, 32) == -EFAULT &&
		   raw(NR_whoami, -1, 32) == -EFAULT,
	   "whoami to a bad pointer: EFAULT");
	ok(raw(NR_whoami, buf, 32) == 3 && text_equal(buf, "ken"),
	   "and the name is as it was");
	ok(!raw(NR_iam, "") && !raw(NR_whoami, buf, 1) && !buf[0],
	   "an empty name is a name");
	raw(NR_iam, "ken");
}

/* What 0.11 itself does not do. */
static void test_absent(void)
{
	static const short absent[] = { NR_break, NR_ptrace, NR_stty, NR_gtty,
					NR_ftime, NR_rename, NR_prof, NR_acct,
					NR_phys,  NR_lock,   NR_mpx,  NR_ulimit,
					NR_ustat };
	/* Linux has all of these today: sigreturn, clone, rt_sigreturn, openat, ... */
	static const short later[] = { NR_calls, 119,  120,  173, 252,
				       295,	 1023, 1024, 9999 };
	bool good = true;

	for (size_t i = 0; i < sizeof(absent) / sizeof(*absent); i++)
		good &= raw(absent[i], 0, 0, 0) == -ENOSYS;
	ok(good, "the 13 calls that 0.11 has not written yet: ENOSYS");
	good = true;
	for (size_t i = 0; i < sizeof(later) / sizeof(*later); i++)
		good &= raw(later[i], 0, 0, 0) == -ENOSYS;
	ok(good && raw(-1, 0, 0, 0) == -ENOSYS,
	   "calls after 0.11's last: ENOSYS");
	ok(raw(NR_setup, 0) == -EPERM, "setup is for init");
	ok(raw(NR_mount, "/dev/null", ".", 0) == -ENODEV,
	   "mount: this kernel has no Minix file system");
	ok(raw(NR_umount, "/dev/null") == -EINVAL,
	   "umount of what is not mounted");
}

int main(int argc, char **argv, char **envp)
{
	if (argc > 2 && text_equal(argv[1], "exec")) {
		put_number(raw(NR_execve, argv[2], argv + 2, envp));
		return 1;
	}
	put("TAP version 13\n");
	test_processes();
	test_files();
	test_descriptors();
	test_inodes();
	test_users();
	test_time();
	test_memory();
	test_signals();
	test_interruption();
	test_names();
	test_absent();
	put("1..");
	put_number(tests);
	put("\n");
	return 0;
}
