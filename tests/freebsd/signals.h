/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signals as FreeBSD programs see them: sys/sys/signal.h, sys/x86/include/ucontext.h.
 */
#ifndef TESTS_FREEBSD_SIGNALS_H
#define TESTS_FREEBSD_SIGNALS_H

#include "freebsd.h"

/* clang-format off */
#define SIGHUP		1
#define SIGINT		2
#define SIGILL		4
#define SIGTRAP		5
#define SIGABRT		6
#define SIGEMT		7
#define SIGFPE		8
#define SIGKILL		9
#define SIGBUS		10
#define SIGSEGV		11
#define SIGALRM		14
#define SIGTERM		15
#define SIGURG		16
#define SIGSTOP		17
#define SIGCONT		19
#define SIGCHLD		20
#define SIGIO		23
#define SIGINFO		29
#define SIGUSR1		30
#define SIGUSR2		31
#define SIGTHR		32
#define SIGRTMIN	65

#define SA_ONSTACK	0x01
#define SA_RESTART	0x02
#define SA_RESETHAND	0x04
#define SA_NOCLDSTOP	0x08
#define SA_NODEFER	0x10
#define SA_NOCLDWAIT	0x20
#define SA_SIGINFO	0x40

#define SIG_BLOCK	1
#define SIG_UNBLOCK	2
#define SIG_SETMASK	3

#define SI_USER		0x10001
#define SI_QUEUE	0x10002
#define SI_LWP		0x10007

#define SS_ONSTACK	1
#define SS_DISABLE	4
/* clang-format on */

struct sigset {
	unsigned int bits[4];
};

struct siginfo {
	int signo, errno_, code, pid;
	unsigned int uid;
	int status;
	unsigned long addr;
	unsigned long value;
	union {
		int trapno;
		long spare[5];
	};
};

struct stack {
	unsigned long sp, size;
	int flags;
};

struct ucontext {
	struct sigset mask;
	unsigned long onstack;
	unsigned long rdi, rsi, rdx, rcx, r8, r9, rax, rbx, rbp;
	unsigned long r10, r11, r12, r13, r14, r15;
	unsigned int trapno;
	unsigned short fs, gs;
	unsigned long addr;
	unsigned int flags;
	unsigned short es, ds;
	unsigned long err, rip, cs, rflags, rsp, ss;
	long len, fpformat, ownedfp;
	unsigned long fpstate[64];
	unsigned long fsbase, gsbase, xfpustate, xfpustate_len;
	unsigned long mc_spare[4];
	struct ucontext *link;
	struct stack stack;
	int uc_flags;
	int spare[4];
	int pad[3];
};

_Static_assert(sizeof(struct siginfo) == 80, "siginfo");
_Static_assert(sizeof(struct ucontext) == 880, "ucontext");
_Static_assert(offsetof(struct ucontext, rip) == 16 + 160, "rip");
_Static_assert(offsetof(struct ucontext, fsbase) == 16 + 736, "fsbase");

typedef void handler_fn(int sig, struct siginfo *info, struct ucontext *uc,
			void *addr);

struct sigaction {
	handler_fn *handler;
	int flags;
	struct sigset mask;
	int pad;
};

_Static_assert(sizeof(struct sigaction) == 32, "sigaction");

static inline struct sigset set_of(int sig)
{
	struct sigset set = {};

	set.bits[(sig - 1) / 32] = 1u << ((sig - 1) % 32);
	return set;
}

static inline bool has(const struct sigset *set, int sig)
{
	return set->bits[(sig - 1) / 32] & 1u << ((sig - 1) % 32);
}

static inline long handle(int sig, handler_fn *handler, int flags)
{
	struct sigaction act = { .handler = handler, .flags = flags };

	return sys(SYS_sigaction, sig, &act, 0);
}

static inline long thread_id(void)
{
	long id = -1;

	sys(SYS_thr_self, &id);
	return id;
}

static inline long raise(int sig)
{
	return sys(SYS_thr_kill, thread_id(), sig);
}

#endif /* TESTS_FREEBSD_SIGNALS_H */
