// SPDX-License-Identifier: GPL-2.0
/*
 * kqueue: filters PROC and SIGNAL.
 */
#include "kqueue.h"
#include "state.h"

/* clang-format off */
#define NOTE_EXIT	0x80000000
#define NOTE_FORK	0x40000000
#define NOTE_EXEC	0x20000000
#define NOTE_TRACK	0x1
#define NOTE_CHILD	0x4
#define WNOHANG		1
#define SIGKILL		9
#define SIGCHLD		20
#define SIGUSR1		30
#define SIG_IGN		1
/* clang-format on */

static char *self;
static int go[2];

/* A child that does what it is told, one letter for each thing, and then exits. */
static long spawn(const char *orders, int status)
{
	char *argv[] = { self, "nothing", 0 };
	long child, own = sys(SYS_fork);
	int ignored;
	char byte;

	if (own)
		return own;
	sys(SYS_read, go[0], &byte, 1);
	for (; *orders; orders++) {
		switch (*orders) {
		case 'f':
			child = sys(SYS_fork);
			if (!child)
				sys(SYS_exit, 5);
			sys(SYS_wait4, child, &ignored, 0, 0);
			break;
		case 'x':
			sys(SYS_execve, self, argv, 0);
			sys(SYS_exit, 99);
		case 'k':
			sys(SYS_kill, sys(SYS_getpid), SIGKILL);
		}
	}
	sys(SYS_exit, status);
	__builtin_unreachable();
}

static void let_go(void)
{
	sys(SYS_write, go[1], "x", 1);
}

static long watch(long pid, unsigned int fflags)
{
	return change5(pid, EVFILT_PROC, EV_ADD, fflags, 0);
}

static void test_exit(void)
{
	long child = spawn("", 7);
	int status = 0;

	is(watch(child, NOTE_EXIT), 0, "NOTE_EXIT");
	is(poll(8), 0, "it lives");
	let_go();
	is(wait_for(8, 60000), 1, "its end");
	is(sys(SYS_wait4, child, &status, WNOHANG, 0), child,
	   "can be waited for at once");
	yes(got[0].ident == child && got[0].filter == EVFILT_PROC,
	    "ident, filter");
	is(got[0].fflags, (int)NOTE_EXIT & 0xffffffff, "fflags");
	is(got[0].data, 7 << 8, "data is the status");
	is(got[0].flags, EV_CLEAR | EV_EOF | EV_ONESHOT, "flags");
	is(change5(child, EVFILT_PROC, EV_DELETE, 0, 0), -ENOENT,
	   "and it is gone");
	is(watch(child, NOTE_EXIT), -3, "ESRCH for one that was waited for");
}

static void test_killed(void)
{
	long child = spawn("k", 0);
	int status;

	watch(child, NOTE_EXIT);
	let_go();
	wait_for(8, 60000);
	is(got[0].data, SIGKILL, "the status of one that was killed");
	sys(SYS_wait4, child, &status, 0, 0);
	child = spawn("", 3);
	let_go();
	wait_for_state(child, 'Z');
	is(watch(child, 0), -3, "a zombie cannot be watched");
	is(watch(child, NOTE_EXIT), 0, "but for its end");
	is(wait_for(8, 60000), 1, "which is told");
	is(got[0].data, 3 << 8, "with its status");
	sys(SYS_wait4, child, &status, 0, 0);
	is(watch(0x3fffff, NOTE_EXIT), -3, "no such process");
	is(watch(-1, NOTE_EXIT), -3, "no such number");
}

static void test_fork_exec(void)
{
	long child = spawn("fx", 0), seen = 0;
	int status;

	is(watch(child, NOTE_FORK | NOTE_EXEC | NOTE_EXIT), 0,
	   "NOTE_FORK, NOTE_EXEC");
	let_go();
	while (!(seen & NOTE_EXIT) && wait_for(8, 60000) == 1)
		seen |= got[0].fflags;
	is(seen, NOTE_FORK | NOTE_EXEC | NOTE_EXIT, "all three are told");
	sys(SYS_wait4, child, &status, 0, 0);
	/* Nothing that was wanted, so nothing is told at the end. */
	child = spawn("", 0);
	watch(child, NOTE_FORK);
	let_go();
	is(wait_for(8, 300), 0, "an end that was not asked for");
	sys(SYS_wait4, child, &status, 0, 0);
	is(change5(child, EVFILT_PROC, EV_DELETE, 0, 0), -ENOENT,
	   "takes the filter away");
}

static void test_track(void)
{
	long child = spawn("f", 6), parent = 0, kid = 0, end = 0, kids = 0, n;
	int status;

	is(watch(child, NOTE_TRACK | NOTE_EXIT), 0, "NOTE_TRACK");
	let_go();
	while (kids + end < 2 && (n = wait_for(8, 60000)) > 0) {
		for (int i = 0; i < n; i++) {
			if (got[i].fflags & NOTE_CHILD) {
				kid = got[i].ident;
				parent = got[i].data;
			} else if (got[i].ident == child) {
				end += got[i].data == 6 << 8;
			} else {
				kids += got[i].ident == kid &&
					got[i].data == 5 << 8;
			}
		}
	}
	is(parent, child, "NOTE_CHILD tells the parent");
	is(kids, 1, "the child's own end");
	is(end, 1, "and the end of the tracked one");
	sys(SYS_wait4, child, &status, 0, 0);
}

static void test_signal(void)
{
	struct {
		void *handler;
		int flags;
		unsigned int mask[4];
	} ignore = { (void *)SIG_IGN, 0, {} };
	unsigned int block[4] = { 1 << (SIGCHLD - 1) };
	long me = sys(SYS_getpid), child;
	int status;

	sys(SYS_sigaction, SIGUSR1, &ignore, 0);
	is(change5(SIGUSR1, EVFILT_SIGNAL, EV_ADD, 0, 0), 0, "EVFILT_SIGNAL");
	is(poll(8), 0, "none yet");
	sys(SYS_kill, me, SIGUSR1);
	sys(SYS_kill, me, SIGUSR1);
	sys(SYS_kill, me, SIGUSR1);
	is(wait_for(8, 60000), 1, "an ignored signal is told");
	is(got[0].ident, SIGUSR1, "ident");
	is(got[0].data, 3, "as often as it was sent");
	is(got[0].flags, EV_CLEAR, "flags");
	is(poll(8), 0, "once");
	change5(SIGUSR1, EVFILT_SIGNAL, EV_DELETE, 0, 0);
	sys(SYS_kill, me, SIGUSR1);
	is(poll(8), 0, "not after EV_DELETE");
	sys(SYS_sigprocmask, 1, block, 0);
	change5(SIGCHLD, EVFILT_SIGNAL, EV_ADD, 0, 0);
	child = spawn("", 0);
	let_go();
	is(wait_for(8, 60000), 1, "SIGCHLD, which is blocked");
	is(got[0].ident, SIGCHLD, "by its number here");
	is(sys(SYS_wait4, child, &status, 0, 0), child, "the child is there");
	change5(SIGCHLD, EVFILT_SIGNAL, EV_DELETE, 0, 0);
}

#define MANY 40

static void test_many(void)
{
	static long children[MANY];
	long n, total = 0, waited = 0;
	int status;

	for (int i = 0; i < MANY; i++) {
		children[i] = spawn("", i);
		watch(children[i], NOTE_EXIT);
	}
	for (int i = 0; i < MANY; i++)
		let_go();
	while (total < MANY && (n = wait_for(8, 60000)) > 0) {
		for (int i = 0; i < n; i++)
			waited += sys(SYS_wait4, got[i].ident, &status, WNOHANG,
				      0) == got[i].ident &&
				  status == got[i].data;
		total += n;
	}
	is(total, MANY, "many processes end");
	is(waited, MANY, "each can be waited for, with that status");
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	self = argv[0];
	if (argv[1])
		sys(SYS_exit, 0);
	sys(SYS_pipe2, go, 0);
	kq = sys(SYS_kqueue);
	test_exit();
	test_killed();
	test_fork_exec();
	test_track();
	test_signal();
	test_many();
	/* One that is watched when the program ends. */
	watch(sys(SYS_getppid), NOTE_EXIT | NOTE_FORK | NOTE_EXEC);
	end();
}
