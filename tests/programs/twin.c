// SPDX-License-Identifier: GPL-2.0
/*
 * twin native|myelf ROUNDS: one program text for two tables.
 *
 * As myelf it writes ROUNDS blocks to its output, natively it reads as many from
 * its input. With a pipe of one block in between, each block is a switch from
 * one to the other and back. In every round both make the calls that have another
 * meaning, or none, in the other one's table. Exit status: 0, or the number of
 * the check that failed.
 */
#include "foreign.h"

#define BLOCK 4096

#define ENOSYS 38
#define EINVAL 22

#define NR_READ 0
#define NR_GETPID 39
#define NR_MYELF_WRITE 69 /* natively msgsnd(), which knows no queue -1 */
#define NR_MYELF_TABLE 548
#define NR_EXIT_GROUP 231

static char block[BLOCK];

static int write_round(void)
{
	char name[32] = "";

	if (raw(NR_MYELF_WRITE, 1, block, BLOCK) != BLOCK)
		return 1;
	if (raw(NR_MYELF_TABLE, name, sizeof(name)) != 5 ||
	    !text_equal(name, "myelf"))
		return 2;
	if (raw(1, 1, block, 1) != -ENOSYS ||
	    raw(NR_READ, 0, block, 1) != -ENOSYS)
		return 3;
	if (raw(NR_GETPID, 0) != -ENOSYS || raw(NR_EXIT_GROUP, 9) != -ENOSYS)
		return 4;
	return 0;
}

static int read_round(long pid)
{
	char name[32] = "untouched";
	long got, all;

	for (all = 0; all < BLOCK; all += got) {
		got = raw(NR_READ, 0, block, BLOCK - all);
		if (got <= 0)
			return 11;
	}
	if (raw(NR_MYELF_TABLE, name, sizeof(name)) != -ENOSYS ||
	    !text_equal(name, "untouched"))
		return 12;
	if (raw(NR_MYELF_WRITE, -1, block, 1) != -EINVAL)
		return 13;
	if (raw(NR_GETPID, 0) != pid)
		return 14;
	return 0;
}

int main(int argc, char **argv, char **envp)
{
	long rounds = 0, pid;
	bool native;
	int bad = 0;

	(void)envp;
	if (argc != 3)
		return 99;
	native = text_equal(argv[1], "native");
	for (const char *digit = argv[2]; *digit; digit++)
		rounds = rounds * 10 + *digit - '0';
	pid = raw(NR_GETPID, 0);
	for (long i = 0; i < rounds && !bad; i++)
		bad = native ? read_round(pid) : write_round();
	return bad;
}
