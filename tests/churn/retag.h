/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the program that retags is told what to do.
 */
#ifndef CHURN_RETAG_H
#define CHURN_RETAG_H

/**
 * struct retag_args - one change
 * @pid: of the task
 * @ret: how many threads were changed, or a negative errno
 * @how: the change
 */
struct retag_args {
	int pid, ret;
	struct abimux_retag how;
};

#endif /* CHURN_RETAG_H */
