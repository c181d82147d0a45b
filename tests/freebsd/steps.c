// SPDX-License-Identifier: GPL-2.0
/*
 * steps WORD...: calls that are one native call, two or many. Each word is a call; it
 * prints "WORD RESULT", where an error is minus FreeBSD's errno. Others look on and
 * say what they saw, so nothing here is a test.
 */
#include "signals.h"

/* clang-format off */
#define SIGSYS		12

#define O_RDWR		2
#define O_NONBLOCK	4
#define O_EXLOCK	0x20
#define O_CREAT		0x200

#define MAP_PRIVATE	2
#define MAP_ANON	0x1000
#define MAP_ALIGNED_2M	(21 << 24)
/* clang-format on */

static char stack[16384] __attribute__((aligned(16)));
static volatile long thread_ended, thread_pid;

/* The number of a thread is a call that only it makes. */
static _Noreturn void in_thread(void *arg)
{
	thread_id();
	thread_pid = sys(SYS_getpid);
	sys(SYS_thr_exit, &thread_ended);
	__builtin_unreachable();
}

/* A thread: whether it knows the process. */
static long do_thread(void)
{
	struct thr_param param = {
		.start = in_thread,
		.stack_base = stack,
		.stack_size = sizeof(stack),
	};
	long err;

	thread_ended = 0;
	thread_pid = 0;
	err = sys(SYS_thr_new, &param, sizeof(param));
	if (err)
		return err;
	while (!thread_ended)
		sys(SYS__umtx_op, &thread_ended, 2, 0, 0, 0);
	return thread_pid == sys(SYS_getpid);
}

static long do_fork(void)
{
	long child = sys(SYS_fork);
	int status = -1;

	if (!child)
		sys(SYS_exit, 7);
	if (child < 0)
		return child;
	sys(SYS_wait4, child, &status, 0, 0);
	return status >> 8;
}

/* open and flock, and close if the second one fails. */
static long do_lock(void)
{
	return sys(SYS_open, "lock", O_RDWR | O_CREAT | O_EXLOCK | O_NONBLOCK,
		   0644);
}

static long do_dup(void)
{
	long fd = sys(SYS_dup, 0);

	sys(SYS_close, fd);
	return fd;
}

/* mmap and, unless it fits by chance, one munmap or two. */
static long do_map(void)
{
	long at = sys(SYS_mmap, 0, 8192, 3,
		      MAP_PRIVATE | MAP_ANON | MAP_ALIGNED_2M, -1, 0);

	return at > 0 ? at & ((1 << 21) - 1) : at;
}

/* One native call, whose two results are both in registers. */
static long do_pipe(void)
{
	struct result ends = call(SYS_freebsd10_pipe);

	if (ends.failed)
		return -ends.ret;
	sys(SYS_close, ends.ret);
	sys(SYS_close, ends.ret2);
	return ends.ret * 100 + ends.ret2;
}

static long do_getpid(void)
{
	return sys(SYS_getpid);
}

static char *self;
static char **environment;

/* Become this program anew, which says "dup", and that it is not as before. */
static long do_again(void)
{
	char *args[] = { self, "dup", 0 };

	return sys(SYS_execve, self, args, environment);
}

/* Status of a native program that a child becomes. */
static long do_native(void)
{
	char *args[] = { "sh", "-c", "exit 5", 0 };
	long child = sys(SYS_fork);
	int status = -1;

	if (!child) {
		sys(SYS_execve, "/bin/sh", args, environment);
		sys(SYS_exit, 99);
	}
	sys(SYS_wait4, child, &status, 0, 0);
	return status >> 8;
}

/* One byte from standard input. */
static long do_read(void)
{
	char byte = 0;
	long ret = sys(SYS_read, 0, &byte, 1);

	return ret == 1 ? byte : ret;
}

/*
 * The call of do_lock() with all other registers known: whether only those
 * changed that a system call changes.
 */
static long do_registers(void)
{
	register long r10 asm("r10") = 10, r8 asm("r8") = 8, r9 asm("r9") = 9;
	const char *path = "lock";
	long ax = SYS_open, di = (long)path,
	     si = O_RDWR | O_CREAT | O_EXLOCK | O_NONBLOCK, dx = 0644, bx = 77;

	asm volatile("syscall"
		     : "+a"(ax), "+D"(di), "+S"(si), "+d"(dx), "+b"(bx),
		       "+r"(r10), "+r"(r8), "+r"(r9)
		     :
		     : "rcx", "r11", "memory");
	sys(SYS_close, ax);
	return di == (long)path && r8 == 8 && r9 == 9 && r10 == 10 &&
	       bx == 77 && si == (O_RDWR | O_CREAT | O_EXLOCK | O_NONBLOCK);
}

static void show(const char *name, long number)
{
	say(name);
	say(" ");
	say_number(number);
	say("\n");
}

static struct {
	int sig, signo;
	unsigned long rax, carry;
	bool after_call;
} trapped;

/* Answers the call that was not made: 99. */
static void on_sigsys(int sig, struct siginfo *info, struct ucontext *uc,
		      void *addr)
{
	const unsigned char *at = (const unsigned char *)uc->rip;

	trapped.sig = sig;
	trapped.signo = info->signo;
	trapped.rax = uc->rax;
	trapped.carry = uc->rflags & 1;
	trapped.after_call = at[-2] == 0x0f && at[-1] == 0x05;
	uc->rax = 99;
	uc->rflags &= ~1ul;
}

static long do_trap(void)
{
	return handle(SIGSYS, on_sigsys, SA_SIGINFO);
}

static long do_trapped(void)
{
	show("signal", trapped.sig);
	show("signo", trapped.signo);
	show("rax", trapped.rax);
	show("carry", trapped.carry);
	return trapped.after_call;
}

static const struct {
	const char *name;
	long (*run)(void);
} words[] = {
	{ "getpid", do_getpid },
	{ "pipe", do_pipe },
	{ "lock", do_lock },
	{ "dup", do_dup },
	{ "map", do_map },
	{ "thread", do_thread },
	{ "fork", do_fork },
	{ "read", do_read },
	{ "registers", do_registers },
	{ "trap", do_trap },
	{ "trapped", do_trapped },
	{ "again", do_again },
	{ "native", do_native },
};

static void run_word(const char *word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (same_text(words[i].name, word)) {
			show(word, words[i].run());
			return;
		}
	}
	sys(SYS_exit, 2);
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	self = argv[0];
	environment = envp;
	while (*++argv)
		run_word(*argv);
	sys(SYS_exit, 0);
	__builtin_unreachable();
}
