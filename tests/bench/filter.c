// SPDX-License-Identifier: GPL-2.0-only
/*
 * Filters of seccomp: a list of calls that may pass, compared one after the other.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include "ways.h"

#define MAX_NUMBERS 512

static struct sock_filter code[2 * MAX_NUMBERS + 4];
static struct sock_fprog program = { 0, code };

static void emit(struct sock_filter insn)
{
	code[program.len++] = insn;
}

static void emit_list(FILE *file)
{
	unsigned int nr;

	for (int i = 0; i < MAX_NUMBERS && fscanf(file, "%u", &nr) == 1; i++) {
		emit((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr,
						  0, 1));
		emit((struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						  SECCOMP_RET_ALLOW));
	}
}

static int install(const char *numbers)
{
	FILE *file = fopen(numbers, "r");

	if (!file)
		return -1;
	emit((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					  offsetof(struct seccomp_data, nr)));
	emit_list(file);
	emit((struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
					  SECCOMP_RET_ERRNO | EPERM));
	fclose(file);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* The kernel sees that the number alone decides, and does not run it again. */
int filter_begin(long nr, const char *numbers)
{
	return install(numbers);
}

/* Looks at an argument, so that the kernel has to run it for each call. */
int filter_run_begin(long nr, const char *numbers)
{
	emit((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					  offsetof(struct seccomp_data,
						   args[5])));
	emit((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xabad1dea,
					  0, 1));
	emit((struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
					  SECCOMP_RET_ERRNO | EPERM));
	return install(numbers);
}
