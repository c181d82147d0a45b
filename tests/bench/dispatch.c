// SPDX-License-Identifier: GPL-2.0-only
/*
 * Syscall User Dispatch: a byte of the program's says whether a call is made or
 * becomes a signal; calls of one range of addresses are always made.
 */
#include <linux/prctl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include "ways.h"

#define ALLOW 0
#define BLOCK 1
#define SA_RESTORER 0x04000000

static volatile char selector;

/* The calls of the handler, and its return, in the range that is exempt. */
extern char exempt_begin[], exempt_end[], exempt_return[];
long exempt_call(long nr);

__asm__(".pushsection .text\n"
	"exempt_begin:\n"
	"exempt_call:	mov %rdi, %rax\n"
	"		syscall\n"
	"		ret\n"
	"exempt_return:	mov $15, %eax\n"
	"		syscall\n"
	"		ud2\n"
	"exempt_end:\n"
	".popsection\n");

/* As the kernel has it: the C library's sigaction would take its own restorer. */
struct kernel_sigaction {
	void (*handler)(int sig, siginfo_t *info, void *context);
	unsigned long flags;
	void *restorer;
	uint64_t mask;
};

static void answer(int sig, siginfo_t *info, void *context)
{
	ucontext_t *user = context;

	user->uc_mcontext.gregs[REG_RAX] = exempt_call(info->si_syscall);
}

static int dispatch(const char *begin, unsigned long size)
{
	return prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, begin,
		     size, &selector);
}

int dispatch_begin(long nr, const char *unused)
{
	return dispatch(exempt_begin, exempt_end - exempt_begin);
}

int dispatch_range_begin(long nr, const char *unused)
{
	int ret = dispatch(roundtrip_site, 16);

	selector = BLOCK;
	return ret;
}

int dispatch_trap_begin(long nr, const char *unused)
{
	struct kernel_sigaction action = { answer, SA_SIGINFO | SA_RESTORER,
					   exempt_return, 0 };

	if (syscall(SYS_rt_sigaction, SIGSYS, &action, NULL,
		    sizeof(action.mask)) ||
	    dispatch_begin(nr, unused))
		return -1;
	selector = BLOCK;
	return 0;
}

void dispatch_end(void)
{
	selector = ALLOW;
}
