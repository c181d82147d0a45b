/* SPDX-License-Identifier: GPL-2.0 */
/*
 * No memory for the n-th piece of it that this thread asks the kernel for.
 */
#ifndef CHURN_FAULT_H
#define CHURN_FAULT_H

#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FAULT_FILE "/proc/thread-self/fail-nth"

/* Return: false if the kernel cannot do so. */
static inline bool fault_set(unsigned int nth)
{
	char text[12];
	int fd = open(FAULT_FILE, O_WRONLY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, text, snprintf(text, sizeof(text), "%u", nth)) > 0;
	close(fd);
	return done;
}

/* No more of it. Return: whether it had come to that. */
static inline bool fault_end(void)
{
	char text[12] = "0";
	int fd = open(FAULT_FILE, O_RDWR | O_CLOEXEC);
	bool came;

	/* Even to open it may fail once. */
	if (fd < 0)
		fd = open(FAULT_FILE, O_RDWR | O_CLOEXEC);
	came = read(fd, text, sizeof(text) - 1) > 0 && !atoi(text);
	if (pwrite(fd, "0", 1, 0) < 0)
		came = true;
	close(fd);
	return came;
}

/* Memory of all sorts, but no copy to or from a program; and no report each time. */
static inline void fault_allow(void)
{
	static const char *const settings[] = {
		"N >failslab/ignore-gfp-wait",
		"0 >failslab/verbose",
		"0 >fail_page_alloc/verbose",
		"0 >fail_usercopy/stacktrace-depth",
		"0 >fail_usercopy/require-end",
	};
	char text[160];

	if (!fault_set(0))
		errx(2, "this kernel has no " FAULT_FILE);
	for (int i = 0; i < 5; i++) {
		snprintf(text, sizeof(text), "cd /sys/kernel/debug && echo %s",
			 settings[i]);
		if (system(text))
			errx(2, "%s", text);
	}
}

#endif /* CHURN_FAULT_H */
