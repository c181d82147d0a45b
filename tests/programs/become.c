// SPDX-License-Identifier: GPL-2.0
/*
 * become FILE [ARG...]: only executes FILE. Built for several tables, to go
 * from one to another. Exit status 126 and a word if that fails.
 */
#include <stdio.h>
#include <string.h>
#include <errno.h>
#include <unistd.h>

#include "note.h"

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	/* Not execvp(), which gives a shell what the kernel refuses. */
	execv(argv[1], argv + 1);
	printf("%s\n", strerrorname_np(errno));
	return 126;
}
