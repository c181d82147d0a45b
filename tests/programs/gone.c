// SPDX-License-Identifier: GPL-2.0
/*
 * gone PATH: executes PATH by a name in a page that nobody has touched yet. In this
 * very program, if that is PATH, another text stands there, and its page is there from
 * the beginning: the kernel clears the rest of it.
 */
#include "foreign.h"

#define NR_MMAP 9
#define NR_PWRITE 18
#define NR_EXECVE 59
#define NR_MEMFD_CREATE 319

#define PAGE 4096UL
#define PROT_READ_WRITE 3
#define MAP_PRIVATE_FIXED 0x12

static char name[64] = "another text";
static volatile char cleared[64];

int main(int argc, char **argv, char **envp)
{
	unsigned long at = (unsigned long)name;
	long fd;

	if (argc < 2)
		return cleared[0];
	fd = raw(NR_MEMFD_CREATE, "page", 0);
	raw(NR_PWRITE, fd, argv[1], text_len(argv[1]) + 1, at % PAGE);
	raw(NR_MMAP, at & -PAGE, PAGE, PROT_READ_WRITE, MAP_PRIVATE_FIXED, fd);
	return -raw(NR_EXECVE, at, NULL, NULL);
}
