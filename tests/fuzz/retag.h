/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the program that retags is given.
 */
#ifndef FUZZ_RETAG_H
#define FUZZ_RETAG_H

struct fuzz_retag {
	int pid;
	/* A struct abimux_retag. */
	unsigned char how[40];
};

#endif /* FUZZ_RETAG_H */
