/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of kqueue share: sys/sys/event.h, and a kqueue of their own.
 */
#ifndef TESTS_FREEBSD_KQUEUE_H
#define TESTS_FREEBSD_KQUEUE_H

#include "freebsd.h"

/* clang-format off */
#define EVFILT_READ	-1
#define EVFILT_WRITE	-2
#define EVFILT_AIO	-3
#define EVFILT_VNODE	-4
#define EVFILT_PROC	-5
#define EVFILT_SIGNAL	-6
#define EVFILT_TIMER	-7
#define EVFILT_PROCDESC	-8
#define EVFILT_FS	-9
#define EVFILT_LIO	-10
#define EVFILT_USER	-11
#define EVFILT_SENDFILE	-12
#define EVFILT_EMPTY	-13

#define EV_ADD		0x1
#define EV_DELETE	0x2
#define EV_ENABLE	0x4
#define EV_DISABLE	0x8
#define EV_ONESHOT	0x10
#define EV_CLEAR	0x20
#define EV_RECEIPT	0x40
#define EV_DISPATCH	0x80
#define EV_FORCEONESHOT	0x100
#define EV_KEEPUDATA	0x200
#define EV_ERROR	0x4000
#define EV_EOF		0x8000

#define O_NONBLOCK	4
/* clang-format on */

struct kevent11 {
	unsigned long ident;
	short filter;
	unsigned short flags;
	unsigned int fflags;
	long data;
	unsigned long udata;
};

static int kq;
static struct kevent got[8];

/* One change, with all that it can say. */
static long change5(unsigned long ident, int filter, int flags,
		    unsigned int fflags, long data)
{
	struct kevent event = { .ident = ident,
				.filter = filter,
				.flags = flags,
				.fflags = fflags,
				.data = data,
				.udata = 4711 };

	return sys(SYS_kevent, kq, &event, 1, 0, 0, 0);
}

/* What is ready until so many milliseconds are over. */
static long wait_for(int room, long milliseconds)
{
	long time[2] = { milliseconds / 1000, milliseconds % 1000 * 1000000 };

	memset(got, 0xee, sizeof(got));
	return sys(SYS_kevent, kq, 0, 0, got, room, time);
}

/* What is ready now. */
static long poll(int room)
{
	return wait_for(room, 0);
}

/* Whether the kqueue itself is ready. */
static long kq_ready(void)
{
	struct {
		int fd;
		short events, revents;
	} pfd = { kq, 1, 0 };

	return sys(SYS_poll, &pfd, 1, 0);
}

#endif /* TESTS_FREEBSD_KQUEUE_H */
