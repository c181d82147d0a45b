// SPDX-License-Identifier: GPL-2.0
/*
 * budget PREFIX: for each BPF program whose name starts with PREFIX a line: its name,
 * how many instructions the verifier went through, how many functions it has.
 */
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static int open_program(__u32 id)
{
	union bpf_attr attr = { .prog_id = id };

	return bpf(BPF_PROG_GET_FD_BY_ID, &attr);
}

static int show(int program, const char *prefix)
{
	struct bpf_prog_info info = {};
	union bpf_attr attr = {
		.info.bpf_fd = program,
		.info.info_len = sizeof(info),
		.info.info = (uintptr_t)&info,
	};

	if (bpf(BPF_OBJ_GET_INFO_BY_FD, &attr))
		return -1;
	if (!strncmp(info.name, prefix, strlen(prefix)))
		printf("%s %u %u\n", info.name, info.verified_insns,
		       info.nr_jited_func_lens);
	return 0;
}

int main(int argc, char **argv)
{
	union bpf_attr attr = {};
	int program;

	if (argc != 2)
		return 2;
	while (!bpf(BPF_PROG_GET_NEXT_ID, &attr)) {
		program = open_program(attr.next_id);
		/* One that just went away is none of ours. */
		if (program >= 0 && show(program, argv[1])) {
			perror("budget");
			return 1;
		}
		close(program);
		attr.start_id = attr.next_id;
	}
	return 0;
}
