/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Freestanding FreeBSD programs that test their kernel: start, calls, TAP.
 *
 * Numbers and structures are written here once more, from FreeBSD's headers, and
 * not taken from bpf/freebsd/: what both have wrong would pass.
 */
#ifndef TESTS_FREEBSD_H
#define TESTS_FREEBSD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The note that FreeBSD's linker writes: release 13.2. */
asm(".pushsection .note.tag, \"a\", @note\n"
    "	.balign 4\n"
    "	.long 8, 4, 1\n"
    "	.asciz \"FreeBSD\"\n"
    "	.long 1302001\n"
    "	.popsection");

/* clang-format off */
#define ENOENT		2
#define ESRCH		3
#define EINTR		4
#define EBADF		9
#define ECHILD		10
#define ENOMEM		12
#define EFAULT		14
#define EEXIST		17
#define EPERM		1
#define EINVAL		22
#define ENOTTY		25
#define EMLINK		31
#define ERANGE		34
#define EAGAIN		35
#define EOPNOTSUPP	45
#define ETIMEDOUT	60
#define ENOTEMPTY	66
#define ENOSYS		78
/* clang-format on */

enum {
	SYS_exit = 1,
	SYS_fork = 2,
	SYS_read = 3,
	SYS_write = 4,
	SYS_open = 5,
	SYS_close = 6,
	SYS_wait4 = 7,
	SYS_link = 9,
	SYS_unlink = 10,
	SYS_chmod = 15,
	SYS_getpid = 20,
	SYS_chflags = 34,
	SYS_kill = 37,
	SYS_getppid = 39,
	SYS_dup = 41,
	SYS_freebsd10_pipe = 42,
	SYS_sigaltstack = 53,
	SYS_ioctl = 54,
	SYS_symlink = 57,
	SYS_execve = 59,
	SYS_vfork = 66,
	SYS_munmap = 73,
	SYS_mprotect = 74,
	SYS_madvise = 75,
	SYS_setitimer = 83,
	SYS_getdtablesize = 89,
	SYS_dup2 = 90,
	SYS_fcntl = 92,
	SYS_select = 93,
	SYS_setpriority = 96,
	SYS_getpriority = 100,
	SYS_rename = 128,
	SYS_mkfifo = 132,
	SYS_mkdir = 136,
	SYS_rmdir = 137,
	SYS_sysarch = 165,
	SYS_setegid = 182,
	SYS_freebsd11_fstat = 189,
	SYS_pathconf = 191,
	SYS_getrlimit = 194,
	SYS_setrlimit = 195,
	SYS_freebsd11_getdirentries = 196,
	SYS___sysctl = 202,
	SYS_poll = 209,
	SYS_clock_gettime = 232,
	SYS_nanosleep = 240,
	SYS_clock_nanosleep = 244,
	SYS_issetugid = 253,
	SYS_getcwd = 326,
	SYS_sched_setparam = 327,
	SYS_sched_getparam = 328,
	SYS_sched_setscheduler = 329,
	SYS_sched_getscheduler = 330,
	SYS_sched_yield = 331,
	SYS_sched_get_priority_max = 332,
	SYS_sched_get_priority_min = 333,
	SYS_sigprocmask = 340,
	SYS_sigsuspend = 341,
	SYS_sigpending = 343,
	SYS_sigtimedwait = 345,
	SYS_sigwaitinfo = 346,
	SYS_kqueue = 362,
	SYS_freebsd11_kevent = 363,
	SYS_freebsd11_statfs = 396,
	SYS_sigaction = 416,
	SYS_sigreturn = 417,
	SYS_getcontext = 421,
	SYS_setcontext = 422,
	SYS_swapcontext = 423,
	SYS_sigwait = 429,
	SYS_thr_exit = 431,
	SYS_thr_self = 432,
	SYS_thr_kill = 433,
	SYS__umtx_op = 454,
	SYS_thr_new = 455,
	SYS_sigqueue = 456,
	SYS_thr_set_name = 464,
	SYS_rtprio_thread = 466,
	SYS_mmap = 477,
	SYS_lseek = 478,
	SYS_ftruncate = 480,
	SYS_thr_kill2 = 481,
	SYS_cpuset_getaffinity = 487,
	SYS_cpuset_setaffinity = 488,
	SYS_openat = 499,
	SYS_unlinkat = 503,
	SYS_posix_fallocate = 530,
	SYS_wait6 = 532,
	SYS_pipe2 = 542,
	SYS_utimensat = 547,
	SYS_fstat = 551,
	SYS_fstatat = 552,
	SYS_getdirentries = 554,
	SYS_statfs = 555,
	SYS_kevent = 560,
	SYS_sysctlbyname = 570,
};

struct result {
	long ret; /* the result, or the errno */
	long ret2; /* the second result */
	bool failed; /* told by the carry flag */
};

static inline struct result call6(long nr, const long args[6])
{
	register long r10 asm("r10") = args[3];
	register long r8 asm("r8") = args[4];
	register long r9 asm("r9") = args[5];
	struct result result;
	long dx = args[2];
	bool carry;

	asm volatile("syscall"
		     : "=a"(result.ret), "+d"(dx), "=@ccc"(carry)
		     : "a"(nr), "D"(args[0]), "S"(args[1]), "r"(r10), "r"(r8),
		       "r"(r9)
		     : "rcx", "r11", "memory");
	result.ret2 = dx;
	result.failed = carry;
	return result;
}

/* clang-format off */
#define CALL_ARGS(nr, a, b, c, d, e, f, ...) \
	nr, (const long[6]){ (long)(a), (long)(b), (long)(c), \
			     (long)(d), (long)(e), (long)(f) }
#define call(...) call6(CALL_ARGS(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0))
/* clang-format on */

/* Its result, or minus the errno. */
static inline long value(struct result result)
{
	return result.failed ? -result.ret : result.ret;
}

#define sys(...) value(call(__VA_ARGS__))

void *memset(void *to, int byte, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((volatile char *)to)[i] = byte;
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((volatile char *)to)[i] = ((const char *)from)[i];
	return to;
}

static inline size_t text_len(const char *text)
{
	size_t len = 0;

	while (text[len])
		len++;
	return len;
}

static inline bool same_text(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static inline void say(const char *text)
{
	sys(SYS_write, 1, text, text_len(text));
}

static inline void say_number(long number)
{
	unsigned long left = number < 0 ? -number : number;
	char digits[24], *at = digits + sizeof(digits) - 1;

	*at = '\0';
	do {
		*--at = '0' + left % 10;
		left /= 10;
	} while (left);
	if (number < 0)
		*--at = '-';
	say(at);
}

static int tests_done, tests_failed;

static inline bool yes(bool good, const char *name)
{
	tests_done++;
	tests_failed += !good;
	if (!good)
		say("not ");
	say("ok ");
	say_number(tests_done);
	say(" - ");
	say(name);
	say("\n");
	return good;
}

/* A result, or minus an errno, that is not the one expected is shown. */
static inline bool is(long have, long want, const char *name)
{
	if (yes(have == want, name))
		return true;
	say("# have ");
	say_number(have);
	say(", want ");
	say_number(want);
	say("\n");
	return false;
}

static inline _Noreturn void end(void)
{
	say("1..");
	say_number(tests_done);
	say("\n");
	sys(SYS_exit, tests_failed ? 1 : 0);
	__builtin_unreachable();
}

/* The registers of the start, for the one test that wants them. */
struct start_regs {
	unsigned long di, sp, dx, bp, cx, si, ax, fs;
};

static struct start_regs start_regs;

_Noreturn void test(char **argv, char **envp, unsigned long *auxv);

static _Noreturn void start(long *stack)
{
	char **argv = (char **)(stack + 1), **envp = argv + stack[0] + 1;
	unsigned long *auxv = (unsigned long *)envp;

	while (*auxv)
		auxv++;
	test(argv, envp, auxv + 1);
}

/* start() is called with what the kernel passes: a pointer to argc. */
__attribute__((naked, used)) static void begin(void)
{
	asm("mov %%rdi, %0\n"
	    "mov %%rsp, %1\n"
	    "mov %%rdx, %2\n"
	    "mov %%rbp, %3\n"
	    "mov %%rcx, %4\n"
	    "mov %%rsi, %5\n"
	    "mov %%rax, %6\n"
	    "and $-16, %%rsp\n"
	    "call %P7\n"
	    : "=m"(start_regs.di), "=m"(start_regs.sp), "=m"(start_regs.dx),
	      "=m"(start_regs.bp), "=m"(start_regs.cx), "=m"(start_regs.si),
	      "=m"(start_regs.ax)
	    : "i"(start));
}

asm(".globl _start\n.set _start, begin");

/* sys/sys/event.h, since FreeBSD 12 */
struct kevent {
	unsigned long ident;
	short filter;
	unsigned short flags;
	unsigned int fflags;
	long data;
	unsigned long udata;
	unsigned long ext[4];
};

/* sys/sys/thr.h */
struct thr_param {
	void (*start)(void *arg);
	void *arg;
	char *stack_base;
	size_t stack_size;
	void *tls_base;
	size_t tls_size;
	long *child_tid, *parent_tid;
	int flags;
	void *rtp;
	void *spare[3];
};

_Static_assert(sizeof(struct thr_param) == 104, "thr_param");

#endif /* TESTS_FREEBSD_H */
