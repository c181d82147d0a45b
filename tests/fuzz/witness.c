// SPDX-License-Identifier: GPL-2.0
/*
 * A program of another ABI that tells which table it is on: on Linux's own it ends
 * by its first call, which means something harmless to the others.
 */
#include "foreign.h"
#include "witness.h"

#ifdef __x86_64__
#define NR_LINUX_EXIT_GROUP 231
#else
#define NR_LINUX_EXIT_GROUP 252
#endif

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	(void)argv;
	(void)envp;
	raw(NR_LINUX_EXIT_GROUP, WITNESS_NATIVE);
	return WITNESS_FOREIGN;
}
