/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What another thread or process does, as Linux's procfs has it: to wait for it, however
 * slow the machine is.
 */
#ifndef TESTS_FREEBSD_STATE_H
#define TESTS_FREEBSD_STATE_H

#include "freebsd.h"

/* The letter of its state: 'S' if it sleeps, 'Z' if it has ended; 0 if it is not there. */
static inline char state_of(long id)
{
	char path[32] = "/proc/00000000/stat", text[512], state = 0;
	long len, fd;

	/* Linux takes no number with a zero before it. */
	char *at = path + 14, *to = path + 6;

	do {
		*--at = '0' + id % 10;
		id /= 10;
	} while (id);
	while ((*to = *at++))
		to++;
	fd = sys(SYS_open, path, 0, 0);
	len = fd < 0 ? 0 : sys(SYS_read, fd, text, sizeof(text));
	if (fd >= 0)
		sys(SYS_close, fd);
	/* The name in parentheses may have any letters, the numbers after it none. */
	for (long i = 0; i + 2 < len; i++)
		if (text[i] == ')')
			state = text[i + 2];
	return state;
}

/* A minute at most. */
static inline bool wait_for_state(long id, char state)
{
	long ms[2] = { 0, 1000000 };

	for (int i = 0; i < 60000 && state_of(id) != state; i++)
		sys(SYS_nanosleep, ms, 0);
	return state_of(id) == state;
}

#endif /* TESTS_FREEBSD_STATE_H */
