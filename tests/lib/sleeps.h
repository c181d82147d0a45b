/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether a task sleeps in a call: to wait for it, however slow the machine is.
 */
#ifndef TESTS_SLEEPS_H
#define TESTS_SLEEPS_H

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

/* A number of the native table, whatever the task has. A task that runs has none. */
static inline bool sleeps_in(int syscall_file, int nr)
{
	char text[64] = "";
	int found = -1;

	if (pread(syscall_file, text, sizeof(text) - 1, 0) > 0)
		sscanf(text, "%d", &found);
	return found == nr;
}

/* For half a minute at most. One close(), which counted.c counts. */
static inline bool wait_for_sleep(pid_t pid, int nr)
{
	char path[64];
	int fd, left = 3000;

	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return false;
	while (!sleeps_in(fd, nr) && --left)
		usleep(10000);
	close(fd);
	return left;
}

static inline bool is_pending(pid_t pid, int sig)
{
	unsigned long long mask = 0;
	char path[64], line[128];
	FILE *status;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	status = fopen(path, "r");
	if (!status)
		return false;
	while (fgets(line, sizeof(line), status))
		if (sscanf(line, "ShdPnd: %llx", &mask) == 1)
			break;
	fclose(status);
	return mask >> (sig - 1) & 1;
}

/*
 * When it sleeps in the call send it a signal; until it sleeps again. Just after the
 * signal it may seem to sleep still.
 */
static inline bool interrupt_sleep(pid_t pid, int nr, int sig)
{
	if (!wait_for_sleep(pid, nr) || kill(pid, sig))
		return false;
	while (is_pending(pid, sig))
		usleep(1000);
	return wait_for_sleep(pid, nr);
}

#endif /* TESTS_SLEEPS_H */
