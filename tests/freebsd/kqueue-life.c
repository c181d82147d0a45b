// SPDX-License-Identifier: GPL-2.0
/*
 * kqueue: how long kqueues and what they watch live: fork, exec, dup, close.
 *
 * Started again with arguments it is the program after an exec.
 */
#include "kqueue.h"

/* clang-format off */
#define NOTE_TRIGGER	0x01000000
#define NOTE_WRITE	0x2
#define O_RDWR		2
#define O_CREAT		0x200
#define O_CLOEXEC	0x100000
#define F_DUPFD		0
#define F_DUP2FD	10
#define F_GETFD		1
#define F_SETFD		2
#define KQUEUE_CLOEXEC	1
#define SIGKILL		9
/* clang-format on */

enum {
	SYS_freebsd12_closefrom = 509,
	SYS_close_range = 575,
	SYS_kqueuex = 583,
};

static char *self;
static int rd, wr;

static void new_pipe(void)
{
	int fds[2];

	sys(SYS_pipe2, fds, O_NONBLOCK);
	rd = fds[0];
	wr = fds[1];
	sys(SYS_write, wr, "x", 1);
}

static void close_pipe(void)
{
	sys(SYS_close, rd);
	sys(SYS_close, wr);
}

static long poll_at(int at)
{
	long none[2] = {};

	return sys(SYS_kevent, at, 0, 0, got, 8, none);
}

/* The status of a child. */
static long status_of(long child)
{
	int status = -1;

	sys(SYS_wait4, child, &status, 0, 0);
	return status;
}

static void test_fork(void)
{
	long copy = sys(SYS_dup, kq), child;

	new_pipe();
	change5(rd, EVFILT_READ, EV_ADD, 0, 0);
	child = sys(SYS_fork);
	if (!child)
		sys(SYS_exit, poll(8) == -EBADF && poll_at(copy) == -EBADF &&
					      sys(SYS_kqueue) == kq &&
					      sys(SYS_kqueue) == copy &&
					      !poll(8) ?
				      0 :
				      1);
	is(status_of(child), 0,
	   "a child has no kqueue, and its numbers are free");
	is(poll(8), 1, "its parent has it still");
	sys(SYS_close, copy);
	close_pipe();
}

/* Descriptor 9 is an epoll file of the native program that started this one. */
static void test_fork_with_epoll(void)
{
	long child = sys(SYS_fork);

	if (!child)
		sys(SYS_exit, sys(SYS_fcntl, 9, F_GETFD) < 0);
	is(status_of(child), 0, "a native epoll file goes on to a child");
}

static void test_vfork(void)
{
	long child = sys(SYS_vfork);

	if (!child)
		sys(SYS_exit, sys(SYS_dup, kq) == -EBADF ? 0 : 1);
	is(status_of(child), 0, "nor has one of vfork");
	is(poll(8), 0, "its parent has it");
}

static void test_dup(void)
{
	long old = kq, copy = sys(SYS_dup, kq);

	new_pipe();
	change5(rd, EVFILT_READ, EV_ADD, 0, 0);
	is(poll_at(copy), 1, "dup");
	is(sys(SYS_close, old), 0, "close of the first one");
	is(poll_at(copy), 1, "the copy is the same kqueue");
	kq = copy;
	is(change5(rd, EVFILT_READ, EV_DELETE, 0, 0), 0, "can be changed");
	change5(rd, EVFILT_READ, EV_ADD, 0, 0);
	sys(SYS_dup, rd);
	sys(SYS_close, rd);
	is(poll(8), 0, "a descriptor is taken off by it");
	is(sys(SYS_dup2, kq, old), old, "dup2");
	is(sys(SYS_close, kq), 0, "and back");
	kq = old;
	is(poll(8), 0, "it lives");
	sys(SYS_close, rd + 2);
	sys(SYS_close, wr);
}

/* Each way to close a descriptor whose file lives on. */
static void test_closes(void)
{
	long copy;

	new_pipe();
	copy = sys(SYS_dup, rd);
	change5(rd, EVFILT_READ, EV_ADD, 0, 0);
	is(sys(SYS_fcntl, wr, F_DUP2FD, rd), rd, "F_DUP2FD over it");
	is(poll(8), 0, "takes it off");
	change5(copy, EVFILT_READ, EV_ADD, 0, 0);
	is(poll(8), 1, "its copy");
	is(sys(SYS_fcntl, copy, F_DUPFD, 40), 40, "lives");
	is(sys(SYS_close_range, copy, copy, 0), 0, "close_range");
	is(poll(8), 0, "takes it off");
	change5(40, EVFILT_READ, EV_ADD, 0, 0);
	is(poll(8), 1, "the next copy");
	is(sys(SYS_dup2, 40, 45), 45, "lives");
	is(sys(SYS_freebsd12_closefrom, 40), 0, "closefrom");
	is(poll(8), 0, "takes it off");
	is(sys(SYS_dup2, 40, 41), -EBADF, "and closes");
	close_pipe();
}

/* A new file at a number that was watched: nothing of the old one is left. */
static void test_reuse(void)
{
	int old;

	new_pipe();
	old = rd;
	change5(rd, EVFILT_READ, EV_ADD | EV_ONESHOT | EV_DISABLE, 0, 0);
	close_pipe();
	new_pipe();
	is(rd, old, "the same number");
	is(change5(rd, EVFILT_READ, EV_ENABLE, 0, 0), -ENOENT,
	   "is another descriptor");
	is(change5(rd, EVFILT_READ, EV_ADD, 0, 0), 0, "add it");
	is(poll(8), 1, "ready");
	is(got[0].flags, 0, "with flags of its own");
	close_pipe();
}

static void test_nested(void)
{
	long outer = kq, inner = sys(SYS_kqueue);
	long none[2] = {};

	is(change5(inner, EVFILT_READ, EV_ADD, 0, 0), 0, "a kqueue in another");
	is(change5(inner, EVFILT_WRITE, EV_ADD, 0, 0), -EINVAL,
	   "cannot be written");
	is(change5(kq, EVFILT_READ, EV_ADD, 0, 0), -EINVAL, "nor in itself");
	is(poll(8), 0, "nothing in it");
	kq = inner;
	change5(1, EVFILT_USER, EV_ADD, 0, 0);
	change5(1, EVFILT_USER, 0, NOTE_TRIGGER, 0);
	kq = outer;
	is(poll(8), 1, "an event in it");
	is(got[0].ident, inner, "which it is");
	yes(got[0].data >= 1, "how many");
	is(sys(SYS_kevent, inner, 0, 0, got, 8, none), 1, "the inner one");
	is(got[0].filter, EVFILT_USER, "has it");
	sys(SYS_close, inner);
	is(poll(8), 0, "closed, it is not watched");
}

static void test_kill(void)
{
	long child = sys(SYS_fork);

	if (!child) {
		kq = sys(SYS_kqueue);
		new_pipe();
		change5(rd, EVFILT_READ, EV_ADD, 0, 0);
		change5(1, EVFILT_USER, EV_ADD, 0, 0);
		change5(1, EVFILT_TIMER, EV_ADD, 0, 1);
		change5(sys(SYS_getppid), EVFILT_PROC, EV_ADD, 0x80000000, 0);
		change5(rd, EVFILT_READ, EV_ADD, 0, 0);
		sys(SYS_kqueue);
		sys(SYS_kill, sys(SYS_getpid), SIGKILL);
	}
	is(status_of(child), SIGKILL, "a process with kqueues is killed");
}

/* After exec: one kqueue is left, one was to be closed, as was what it watched. */
static void after_exec(int left, int gone, int closed)
{
	long bad = 0;

	bad += poll_at(left) != 1;
	bad += got[0].filter != EVFILT_USER || got[0].udata != 4711;
	bad += poll_at(gone) != -EBADF;
	kq = left;
	bad += change5(closed, EVFILT_READ, EV_DELETE, 0, 0) != -EBADF;
	bad += sys(SYS_dup2, 0, closed) != closed;
	bad += change5(closed, EVFILT_READ, EV_DELETE, 0, 0) != -ENOENT;
	sys(SYS_exit, bad);
}

static void exec_self(int left, int gone, int closed)
{
	char args[3][2] = { { left + 'A' }, { gone + 'A' }, { closed + 'A' } };
	char *argv[] = { self, args[0], args[1], args[2], 0 };

	sys(SYS_execve, self, argv, 0);
	sys(SYS_exit, 99);
}

static void test_exec(void)
{
	long child = sys(SYS_fork), gone;

	if (!child) {
		kq = sys(SYS_kqueue);
		gone = sys(SYS_kqueuex, KQUEUE_CLOEXEC);
		new_pipe();
		change5(rd, EVFILT_READ, EV_ADD | EV_DISABLE, 0, 0);
		sys(SYS_fcntl, rd, F_SETFD, 1);
		change5(1, EVFILT_USER, EV_ADD, NOTE_TRIGGER, 0);
		exec_self(kq, gone, rd);
	}
	is(status_of(child), 0,
	   "exec keeps a kqueue, unless it is to be closed, as it does to files");
	is(sys(SYS_kqueuex, 2), -EINVAL, "no such flag");
	gone = sys(SYS_kqueuex, 0);
	yes(gone > 0, "no flags");
	sys(SYS_close, gone);
}

static void test_native(void)
{
	char *argv[] = { "/bin/true", 0 };
	long child = sys(SYS_fork);

	if (!child) {
		kq = sys(SYS_kqueue);
		change5(1, EVFILT_TIMER, EV_ADD, 0, 1);
		sys(SYS_execve, argv[0], argv, 0);
	}
	is(status_of(child), 0, "a native program after one with a kqueue");
}

/* Another thread's waiting does not keep a kqueue: the maps are looked at later. */
static void test_last(void)
{
	long other = sys(SYS_kqueue), old = kq;

	kq = other;
	new_pipe();
	change5(rd, EVFILT_READ, EV_ADD, 0, 0);
	change5(2, EVFILT_USER, EV_ADD, 0, 0);
	is(sys(SYS_close, kq), 0, "close with all that is in it");
	is(poll(8), -EBADF, "it is gone");
	is(sys(SYS_close, kq), -EBADF, "indeed");
	kq = old;
	close_pipe();
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	self = argv[0];
	if (argv[1])
		after_exec(argv[1][0] - 'A', argv[2][0] - 'A',
			   argv[3][0] - 'A');
	kq = sys(SYS_kqueue);
	test_fork();
	test_fork_with_epoll();
	test_vfork();
	test_dup();
	test_closes();
	test_reuse();
	test_nested();
	test_kill();
	test_exec();
	test_native();
	test_last();
	end();
}
