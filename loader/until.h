/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_UNTIL_H
#define LOADER_UNTIL_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "args.h"

/* How long to sleep at most before looking whether it is the end. */
#define UNTIL_POLL_MS 200

/**
 * struct until - when to stop looking
 * @end: CLOCK_MONOTONIC in seconds; 0: never
 * @child: a process whose end it is, or 0
 * @status: how that ended, as an exit status
 * @processes: map with processes whose end it is when all are gone, or -1
 */
struct until {
	time_t end;
	pid_t child;
	int status;
	int processes;
};

int until_start(struct until *until, const struct args *args);
bool until_goes_on(struct until *until);
bool until_stopped(void);
int parse_number(const char *text, const char *what, long *number);

#endif /* LOADER_UNTIL_H */
