// SPDX-License-Identifier: GPL-2.0
/*
 * turn: a program that knows two tables, FreeBSD's and the native one, and finds out
 * by its calls on which it is, as it may get another one at any time. It does what
 * the bytes of standard input say:
 *
 *   w	prints the table: f or l
 *   h	a handler runs, prints "(", does what is said up to ")", and returns
 *   c	a child prints its table; then its status, 7
 *   t	a thread is there that keeps looking for its table
 *   T	prints what it last found
 *   q	ends with status 3
 */
#include "signals.h"

/* clang-format off */
#define LINUX_READ	0
#define LINUX_WRITE	1
#define LINUX_FORK	57
#define LINUX_EXIT	60
#define LINUX_WAIT4	61
/* clang-format on */

static char stack[16384] __attribute__((aligned(16)));
static volatile char thread_letter = '-';

/* FreeBSD's getpid is Linux's writev, which no descriptor -1 lets do anything. */
static char table(void)
{
	struct result who = call(SYS_getpid, -1);

	return who.ret > 0 && !who.failed ? 'f' : 'l';
}

/*
 * A call by its number on either table. Between looking and calling the table may
 * change: whoever changes it does so only while we wait in a call.
 */
static long either(long freebsd, long native, long a, long b, long c)
{
	if (table() == 'f')
		return sys(freebsd, a, b, c, 0);
	return call(native, a, b, c, 0).ret;
}

static void print(char byte)
{
	either(SYS_write, LINUX_WRITE, 1, (long)&byte, 1);
}

static void end_with(int status)
{
	either(SYS_exit, LINUX_EXIT, status, 0, 0);
}

/* What one call said, which began on one table and whose next one is on another. */
static char next(void)
{
	char byte = '!';

	if (either(SYS_read, LINUX_READ, 0, (long)&byte, 1) != 1)
		print('!');
	return byte;
}

static void obey(char last);

static void on_signal(int sig, struct siginfo *info, struct ucontext *uc,
		      void *addr)
{
	print('(');
	obey(')');
	print(')');
}

static void in_child(void)
{
	long pid = either(SYS_fork, LINUX_FORK, 0, 0, 0);
	int status = 0;

	if (!pid) {
		print(table());
		end_with(7);
	}
	either(SYS_wait4, LINUX_WAIT4, pid, (long)&status, 0);
	print('0' + (status >> 8));
}

/* Each look is one call, so it never is one table's number on another. */
static _Noreturn void look(void *arg)
{
	for (;;) {
		thread_letter = table();
		for (int i = 0; i < 10000; i++)
			asm volatile("pause");
	}
}

static void start_thread(void)
{
	struct thr_param param = {
		.start = look,
		.stack_base = stack,
		.stack_size = sizeof(stack),
	};

	sys(SYS_thr_new, &param, sizeof(param));
}

static void obey(char last)
{
	char byte;

	while ((byte = next()) != last) {
		switch (byte) {
		case 'w':
			print(table());
			break;
		case 'h':
			sys(SYS_thr_kill, thread_id(), SIGUSR1);
			break;
		case 'c':
			in_child();
			break;
		case 't':
			start_thread();
			break;
		case 'T':
			print(thread_letter);
			break;
		default:
			end_with(3);
		}
	}
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	handle(SIGUSR1, on_signal, SA_SIGINFO | SA_NODEFER);
	obey('q');
	end_with(3);
	__builtin_unreachable();
}
