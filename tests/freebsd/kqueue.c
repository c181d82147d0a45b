// SPDX-License-Identifier: GPL-2.0
/*
 * kqueue: filters READ and WRITE, flags, both layouts of struct kevent, and what
 * closing and forking do to it.
 */
#include "kqueue.h"

static int rd, wr;

static void new_pipe(void)
{
	int fds[2];

	sys(SYS_pipe2, fds, O_NONBLOCK);
	rd = fds[0];
	wr = fds[1];
}

static void close_pipe(void)
{
	sys(SYS_close, rd);
	sys(SYS_close, wr);
}

static void drain(void)
{
	char buf[64];

	sys(SYS_read, rd, buf, sizeof(buf));
}

static long change(int fd, int filter, int flags, unsigned long udata)
{
	struct kevent event = {
		.ident = fd, .filter = filter, .flags = flags, .udata = udata
	};

	return sys(SYS_kevent, kq, &event, 1, 0, 0, 0);
}

static void test_read(void)
{
	long soon[2] = { 0, 20000000 };

	new_pipe();
	is(change(rd, EVFILT_READ, EV_ADD, 4711), 0, "EV_ADD");
	is(poll(8), 0, "nothing to read");
	is(sys(SYS_kevent, kq, 0, 0, got, 8, soon), 0,
	   "nor in twenty milliseconds");
	sys(SYS_write, wr, "abc", 3);
	is(poll(8), 1, "something to read");
	yes(got[0].ident == rd && got[0].filter == EVFILT_READ,
	    "ident, filter");
	is(got[0].udata, 4711, "udata");
	is(got[0].data, 3, "data is how much");
	yes(!got[0].flags && !got[0].fflags && !got[0].ext[3],
	    "flags, fflags, ext");
	is(poll(8), 1, "still");
	drain();
	is(poll(8), 0, "no longer");
	sys(SYS_write, wr, "de", 2);
	sys(SYS_close, wr);
	is(poll(8), 1, "end of file");
	yes((got[0].flags & EV_EOF) && got[0].data == 2,
	    "with what is left to read");
	sys(SYS_close, rd);
	is(poll(8), 0, "nothing after close");
}

static void test_write(void)
{
	new_pipe();
	is(change(wr, EVFILT_WRITE, EV_ADD, 5), 0, "EVFILT_WRITE");
	is(poll(8), 1, "room to write");
	is(got[0].filter, EVFILT_WRITE, "its filter");
	yes(got[0].data >= 4096 && !got[0].flags, "its data and flags");
	sys(SYS_close, rd);
	is(poll(8), 1, "nobody to read");
	yes(got[0].flags & EV_EOF, "EV_EOF");
	sys(SYS_close, wr);
}

static void test_clear(void)
{
	new_pipe();
	change(rd, EVFILT_READ, EV_ADD | EV_CLEAR, 1);
	sys(SYS_write, wr, "a", 1);
	is(poll(8), 1, "EV_CLEAR");
	is(got[0].flags, EV_CLEAR, "is in flags");
	is(poll(8), 0, "only once");
	sys(SYS_write, wr, "b", 1);
	is(poll(8), 1, "and once for more");
	close_pipe();
}

static void test_oneshot(void)
{
	new_pipe();
	change(rd, EVFILT_READ, EV_ADD | EV_ONESHOT, 1);
	sys(SYS_write, wr, "a", 1);
	is(poll(8), 1, "EV_ONESHOT");
	is(poll(8), 0, "only once");
	is(change(rd, EVFILT_READ, EV_DELETE, 0), -ENOENT, "and it is gone");
	is(change(rd, EVFILT_READ, EV_ADD, 2), 0, "add it again");
	is(poll(8), 1, "without EV_ONESHOT");
	is(poll(8), 1, "as long as there is something");
	close_pipe();
}

static void test_dispatch(void)
{
	new_pipe();
	change(rd, EVFILT_READ, EV_ADD | EV_DISPATCH, 1);
	sys(SYS_write, wr, "a", 1);
	is(poll(8), 1, "EV_DISPATCH");
	is(poll(8), 0, "disables");
	is(change(rd, EVFILT_READ, EV_ENABLE, 7), 0, "EV_ENABLE");
	is(poll(8), 1, "it is back");
	is(got[0].udata, 7, "with the new udata");
	close_pipe();
}

static void test_disable(void)
{
	new_pipe();
	sys(SYS_write, wr, "a", 1);
	is(change(rd, EVFILT_READ, EV_ADD | EV_DISABLE, 1), 0, "EV_DISABLE");
	is(poll(8), 0, "is not reported");
	change(rd, EVFILT_READ, EV_ENABLE, 1);
	is(poll(8), 1, "enabled, it is");
	change(rd, EVFILT_READ, EV_DISABLE, 1);
	is(poll(8), 0, "disabled, it is not");
	is(change(rd, EVFILT_READ, EV_DELETE, 0), 0, "EV_DELETE");
	is(change(rd, EVFILT_READ, EV_DELETE, 0), -ENOENT, "once");
	is(change(rd, EVFILT_READ, EV_ENABLE | EV_DISABLE, 0), -EINVAL,
	   "both is nonsense");
	close_pipe();
}

/* A descriptor that can be read and written: a FIFO opened for both. */
static int open_both(void)
{
	sys(SYS_mkfifo, "both", 0600);
	return sys(SYS_open, "both", 2 | O_NONBLOCK, 0);
}

static void test_both(void)
{
	struct kevent add[2] = {
		{ .filter = EVFILT_READ,
		  .flags = EV_ADD | EV_CLEAR,
		  .udata = 1 },
		{ .filter = EVFILT_WRITE,
		  .flags = EV_ADD | EV_CLEAR,
		  .udata = 2 },
	};
	int fd = open_both();

	add[0].ident = fd;
	add[1].ident = fd;
	is(sys(SYS_kevent, kq, add, 2, 0, 0, 0), 0, "both filters in one call");
	is(poll(8), 1, "one is ready");
	yes(got[0].filter == EVFILT_WRITE && got[0].udata == 2,
	    "it can be written");
	sys(SYS_write, fd, "x", 1);
	is(poll(8), 2, "both are");
	yes(got[0].udata + got[1].udata == 3, "each with its udata");
	is(change(fd, EVFILT_WRITE, EV_DELETE, 0), 0, "take one away");
	sys(SYS_write, fd, "x", 1);
	is(poll(8), 1, "the other is left");
	yes(got[0].filter == EVFILT_READ, "the right one");
	sys(SYS_close, fd);
}

static void test_mixed(void)
{
	int fd = open_both();

	change(fd, EVFILT_READ, EV_ADD, 1);
	change(fd, EVFILT_WRITE, EV_ADD | EV_ONESHOT, 2);
	is(poll(8), 1, "one-shot for one filter");
	is(poll(8), 0, "is over");
	sys(SYS_write, fd, "x", 1);
	is(poll(8), 1, "the other filter");
	is(poll(8), 1, "goes on");
	sys(SYS_close, fd);
}

static void test_little_room(void)
{
	int fd = open_both();
	long seen = 0;

	sys(SYS_write, fd, "x", 1);
	change(fd, EVFILT_READ, EV_ADD | EV_ONESHOT, 1);
	change(fd, EVFILT_WRITE, EV_ADD | EV_ONESHOT, 2);
	for (int i = 0; i < 4; i++) {
		if (poll(1) == 1)
			seen += got[0].udata;
	}
	is(seen, 3, "two filters of one descriptor, one event at a time");
	sys(SYS_close, fd);
}

static void test_errors(void)
{
	struct kevent bad[2] = {
		{ .ident = 999,
		  .filter = EVFILT_READ,
		  .flags = EV_ADD,
		  .udata = 3 },
		{ .ident = 1, .filter = -99, .flags = EV_ADD, .udata = 4 },
	};

	is(change(999, EVFILT_READ, EV_ADD, 0), -EBADF, "no such descriptor");
	is(change(1, -99, EV_ADD, 0), -EINVAL, "no such filter");
	is(sys(SYS_kevent, kq, bad, 2, got, 8, 0), 2, "errors as events");
	yes(got[0].flags == EV_ERROR && got[0].data == EBADF, "the first");
	is(got[0].udata, 3, "its udata");
	yes(got[1].flags == EV_ERROR && got[1].data == EINVAL, "the second");
	is(got[1].ident, 1, "its ident");
	is(sys(SYS_kevent, 1, bad, 0, got, 8, 0), -EBADF, "not a kqueue");
	is(sys(SYS_kevent, kq, 16, 1, 0, 0, 0), -EFAULT,
	   "changes that cannot be read");
}

static void test_receipt(void)
{
	struct kevent add = { .filter = EVFILT_READ,
			      .flags = EV_ADD | EV_RECEIPT,
			      .udata = 9 };

	new_pipe();
	sys(SYS_write, wr, "x", 1);
	add.ident = rd;
	is(sys(SYS_kevent, kq, &add, 1, got, 8, 0), 1, "EV_RECEIPT");
	yes(got[0].flags == EV_ERROR && !got[0].data && got[0].ident == rd,
	    "is an error of 0");
	is(poll(8), 1, "and not an event, which is next");
	close_pipe();
}

static void test_old_layout(void)
{
	struct kevent11 old = { .filter = EVFILT_READ,
				.flags = EV_ADD,
				.udata = 6 },
			out[2];
	long none[2] = { 0, 0 };

	new_pipe();
	sys(SYS_write, wr, "x", 1);
	old.ident = rd;
	is(sys(SYS_freebsd11_kevent, kq, &old, 1, out, 2, none), 1,
	   "kevent of FreeBSD 11");
	yes(out[0].ident == rd && out[0].udata == 6 && out[0].data == 1,
	    "its layout");
	close_pipe();
}

/* The open file lives on in a copy of the descriptor, but is no longer watched. */
static void test_close(void)
{
	int copy;

	new_pipe();
	change(rd, EVFILT_READ, EV_ADD, 1);
	copy = sys(SYS_dup, rd);
	sys(SYS_write, wr, "x", 1);
	is(poll(8), 1, "before");
	sys(SYS_close, rd);
	is(poll(8), 0, "a closed descriptor is not watched");
	is(change(copy, EVFILT_READ, EV_ADD, 2), 0, "its copy can be");
	is(poll(8), 1, "and is ready");
	is(sys(SYS_dup2, 1, copy), copy, "dup2 over it");
	is(poll(8), 0, "ends that");
	sys(SYS_close, copy);
	sys(SYS_close, wr);
}

static void test_fork(void)
{
	long child, none[2] = { 0, 0 };
	int status = -1;

	new_pipe();
	change(rd, EVFILT_READ, EV_ADD, 1);
	sys(SYS_write, wr, "x", 1);
	child = sys(SYS_fork);
	if (!child)
		sys(SYS_exit,
		    sys(SYS_kevent, kq, 0, 0, got, 8, none) == -EBADF ? 0 : 1);
	sys(SYS_wait4, child, &status, 0, 0);
	is(status, 0, "fork does not inherit a kqueue");
	is(poll(8), 1, "which goes on in the parent");
	close_pipe();
}

#define MANY 200

static void test_many(void)
{
	static int reads[MANY], writes[MANY];
	long done = 0, total = 0, n;

	for (int i = 0; i < MANY; i++) {
		new_pipe();
		reads[i] = rd;
		writes[i] = wr;
		done += !change(rd, EVFILT_READ, EV_ADD | EV_ONESHOT, i);
		sys(SYS_write, wr, "x", 1);
	}
	is(done, MANY, "many descriptors");
	while ((n = poll(8)) > 0)
		total += n;
	is(total, MANY, "each is reported once");
	for (int i = 0; i < MANY; i++) {
		sys(SYS_close, reads[i]);
		sys(SYS_close, writes[i]);
	}
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	kq = sys(SYS_kqueue);
	yes(kq > 2, "kqueue");
	test_read();
	test_write();
	test_clear();
	test_oneshot();
	test_dispatch();
	test_disable();
	test_both();
	test_mixed();
	test_little_room();
	test_errors();
	test_receipt();
	test_old_layout();
	test_close();
	test_fork();
	test_many();
	is(sys(SYS_close, kq), 0, "close");
	is(poll(8), -EBADF, "it is gone");
	end();
}
