/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What goes over the virtio-serial port between vm/relay.c on the host and
 * vm/agent.c in the guest. All of it goes through one port, because the order
 * of two ports is not defined: once FRAME_EXIT has arrived, so has every byte
 * the command wrote before.
 */
#ifndef VM_FRAME_H
#define VM_FRAME_H

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#define FRAME_PORT "org.abimux.0"
#define FRAME_MAX 16384

enum frame_type {
	FRAME_STDIN =
		1, /* host: data for the command; empty means end of file */
	FRAME_WINSIZE, /* host: uint16_t rows, columns */
	FRAME_BYE, /* host: the exit status has arrived, switch off */
	FRAME_STDOUT, /* guest: data */
	FRAME_STDERR, /* guest: data */
	FRAME_EXIT, /* guest: int32_t exit status, as a shell counts it */
	FRAME_FAIL, /* guest: the command was not started, and why (text) */
};

struct frame {
	uint32_t type;
	uint32_t len;
	char data[FRAME_MAX];
};

#define FRAME_HEADER offsetof(struct frame, data)

static inline int write_all(int fd, const void *buf, size_t len)
{
	struct pollfd room = { .fd = fd, .events = POLLOUT };
	const char *p = buf;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EAGAIN)
			poll(&room, 1,
			     -1); /* someone we share it with made it so */
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= n;
	}
	return 0;
}

#endif
