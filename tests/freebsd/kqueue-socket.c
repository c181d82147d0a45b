// SPDX-License-Identifier: GPL-2.0
/*
 * kqueue: what filters READ and WRITE tell of sockets, pipes and terminals.
 */
#include "kqueue.h"

/* clang-format off */
#define AF_UNIX		1
#define AF_INET		2
#define SOCK_STREAM	1
#define SOCK_DGRAM	2
#define SHUT_RD		0
#define SHUT_WR		1
#define NOTE_LOWAT	1
#define ECONNREFUSED	61
#define EPIPE		32
#define TIOCGPTN	0x4004740f
/* clang-format on */

enum {
	SYS_accept = 30,
	SYS_getsockname = 32,
	SYS_socket = 97,
	SYS_connect = 98,
	SYS_bind = 104,
	SYS_listen = 106,
	SYS_shutdown = 134,
	SYS_socketpair = 135,
	SYS_posix_openpt = 504,
};

struct sockaddr_in {
	unsigned char len, family;
	unsigned short port;
	unsigned int addr;
	char zero[8];
};

static int a, b;

static long add(int fd, int filter, int flags)
{
	return change5(fd, filter, EV_ADD | flags, 0, 0);
}

static void pair(int type)
{
	int fds[2] = {};

	sys(SYS_socketpair, AF_UNIX, type, 0, fds);
	a = fds[0];
	b = fds[1];
}

static void close_pair(void)
{
	sys(SYS_close, a);
	sys(SYS_close, b);
}

static void test_stream(void)
{
	char byte;

	pair(SOCK_STREAM);
	is(add(a, EVFILT_READ, 0), 0, "a stream");
	is(poll(8), 0, "empty");
	sys(SYS_write, b, "hello", 5);
	sys(SYS_write, b, "hello", 5);
	is(poll(8), 1, "something");
	is(got[0].data, 10, "how much");
	sys(SYS_read, a, &byte, 1);
	poll(8);
	is(got[0].data, 9, "how much is left");
	sys(SYS_shutdown, b, SHUT_WR);
	is(poll(8), 1, "the end");
	yes((got[0].flags & EV_EOF) && got[0].data == 9 && !got[0].fflags,
	    "EV_EOF, with what is left");
	is(add(a, EVFILT_WRITE, 0), 0, "the other direction");
	is(poll(8), 2, "can be written");
	for (int i = 0; i < 2; i++) {
		if (got[i].filter == EVFILT_WRITE)
			yes(!(got[i].flags & EV_EOF) && got[i].data > 4096,
			    "which has not ended");
	}
	close_pair();
}

static void test_datagrams(void)
{
	pair(SOCK_DGRAM);
	add(a, EVFILT_READ, 0);
	sys(SYS_write, b, "hello", 5);
	sys(SYS_write, b, "you", 3);
	is(poll(8), 1, "datagrams");
	is(got[0].data, 8, "how much in all");
	close_pair();
}

static void test_lowat(void)
{
	pair(SOCK_STREAM);
	is(change5(a, EVFILT_READ, EV_ADD, NOTE_LOWAT, 8), 0, "NOTE_LOWAT");
	sys(SYS_write, b, "hello", 5);
	is(wait_for(8, 50), 0, "too little");
	is(wait_for(8, 50), 0, "still");
	sys(SYS_write, b, "hello", 5);
	is(wait_for(8, 60000), 1, "enough");
	is(poll(8), 1, "still");
	is(got[0].data, 10, "how much");
	is(change5(a, EVFILT_WRITE, EV_ADD, NOTE_LOWAT, 1 << 30), 0,
	   "more room than there ever is");
	is(poll(8), 1, "is not reported");
	close_pair();
}

static struct sockaddr_in home = { 16, AF_INET, 0, 0x0100007f, {} };

static void test_listen(void)
{
	int server = sys(SYS_socket, AF_INET, SOCK_STREAM, 0), one, two,
	    len = 16;
	struct sockaddr_in at = home;

	sys(SYS_bind, server, &at, 16);
	is(add(server, EVFILT_READ, 0), 0, "a socket that does nothing yet");
	is(add(server, EVFILT_WRITE, 0), 0, "in both directions");
	is(wait_for(8, 50), 0, "is not ready");
	sys(SYS_listen, server, 5);
	is(wait_for(8, 50), 0, "nor is one that listens");
	sys(SYS_getsockname, server, &at, &len);
	one = sys(SYS_socket, AF_INET, SOCK_STREAM, 0);
	two = sys(SYS_socket, AF_INET, SOCK_STREAM, 0);
	is(sys(SYS_connect, one, &at, 16), 0, "connect");
	is(sys(SYS_connect, two, &at, 16), 0, "connect twice");
	is(wait_for(8, 60000), 1, "to be accepted");
	is(got[0].data, 2, "how many");
	a = sys(SYS_accept, server, 0, 0);
	poll(8);
	is(got[0].data, 1, "how many are left");
	sys(SYS_write, one, "hello", 5);
	sys(SYS_close, server);
	add(a, EVFILT_READ, EV_CLEAR);
	is(wait_for(8, 60000), 1, "bytes");
	is(got[0].data, 5, "of TCP");
	sys(SYS_close, one);
	is(wait_for(8, 60000), 1, "the end");
	yes((got[0].flags & EV_EOF) && got[0].data == 5,
	    "does not count as a byte");
	sys(SYS_close, a);
	sys(SYS_close, two);
}

static void test_refused(void)
{
	struct sockaddr_in at = home;

	at.port = 0x0100;
	a = sys(SYS_socket, AF_INET, SOCK_STREAM | 0x20000000, 0);
	sys(SYS_connect, a, &at, 16);
	add(a, EVFILT_WRITE, 0);
	is(wait_for(8, 60000), 1, "a connection that was refused");
	yes(got[0].flags & EV_EOF, "has ended");
	is(got[0].fflags, ECONNREFUSED, "fflags is why");
	sys(SYS_close, a);
}

static void test_udp(void)
{
	struct sockaddr_in at = home;
	int len = 16;

	a = sys(SYS_socket, AF_INET, SOCK_DGRAM, 0);
	b = sys(SYS_socket, AF_INET, SOCK_DGRAM, 0);
	sys(SYS_bind, a, &at, 16);
	sys(SYS_getsockname, a, &at, &len);
	sys(SYS_connect, b, &at, 16);
	add(a, EVFILT_READ, 0);
	sys(SYS_write, b, "hello", 5);
	sys(SYS_write, b, "hello you", 9);
	is(wait_for(8, 60000), 1, "UDP");
	is(poll(8), 1, "still");
	is(got[0].data, 14, "how much in all");
	close_pair();
}

static void test_pipe(void)
{
	int fds[2];

	sys(SYS_pipe2, fds, O_NONBLOCK);
	sys(SYS_close, fds[0]);
	is(add(fds[1], EVFILT_WRITE, 0), -EPIPE,
	   "a pipe that nobody reads any more");
	sys(SYS_close, fds[1]);
	is(change5(0, EVFILT_AIO, EV_ADD, 0, 0), -EPERM, "EVFILT_AIO");
	is(change5(0, EVFILT_LIO, EV_ADD, 0, 0), -EPERM, "EVFILT_LIO");
	is(change5(0, EVFILT_FS, EV_ADD, 0, 0), -6, "EVFILT_FS: ENXIO");
	is(change5(0, EVFILT_SENDFILE, EV_ADD, 0, 0), -6,
	   "EVFILT_SENDFILE: ENXIO");
	is(change5(0, -14, EV_ADD, 0, 0), -EINVAL, "after the last one");
	is(change5(0, 1, EV_ADD, 0, 0), -EINVAL, "a positive one");
	is(change5(999, 0, EV_ADD, 0, 0), 0, "none is passed over");
	pair(SOCK_STREAM);
	is(add(a, EVFILT_EMPTY, 0), -EINVAL, "EVFILT_EMPTY");
	is(add(a, EVFILT_PROCDESC, 0), -EINVAL, "EVFILT_PROCDESC");
	close_pair();
}

/* Lines are what can be read of a terminal, not bytes. */
static void test_terminal(void)
{
	char name[16] = "/dev/pts/";
	int number = -1;

	a = sys(SYS_posix_openpt, 2 | 0x8000);
	sys(SYS_ioctl, a, TIOCGPTN, &number);
	name[9] = '0' + number;
	b = sys(SYS_open, name, 2 | 0x8000, 0);
	yes(a > 0 && b > 0, "a terminal");
	is(add(b, EVFILT_READ, 0), 0, "EVFILT_READ");
	sys(SYS_write, a, "hello", 5);
	is(wait_for(8, 100), 0, "half a line");
	sys(SYS_write, a, "\n", 1);
	is(wait_for(8, 60000), 1, "a line");
	is(got[0].data, 6, "how much");
	close_pair();
}

/* A long list, half of it native calls, the other half errors told in it. */
#define LONG 10000

static void test_long(void)
{
	static struct kevent list[LONG];
	long bad = 0, none[2] = {};

	pair(SOCK_STREAM);
	for (int i = 0; i < LONG; i++)
		list[i] = (struct kevent){ .ident = i % 2 ? a : 999,
					   .filter = EVFILT_WRITE,
					   .flags = EV_ADD,
					   .udata = i };
	is(sys(SYS_kevent, kq, list, LONG, list, LONG, none), LONG / 2,
	   "a long list, with its errors in itself");
	for (int i = 0; i < LONG / 2; i++)
		bad += list[i].flags != EV_ERROR || list[i].data != EBADF ||
		       list[i].udata != 2 * i;
	is(bad, 0, "all of them");
	is(poll(8), 1, "the others were made");
	close_pair();
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	kq = sys(SYS_kqueue);
	test_stream();
	test_datagrams();
	test_lowat();
	test_listen();
	test_refused();
	test_udp();
	test_pipe();
	test_terminal();
	test_long();
	end();
}
