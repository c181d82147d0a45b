// SPDX-License-Identifier: GPL-2.0
/*
 * tag TABLE FLAGS UID FILE [ARG...]: write TABLE and FLAGS (ABIMUX_TAG_*) to our
 * own tag, become user UID, execute FILE. What a loader with a bug could do.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/abimux.h>
#include <linux/bpf.h>

static int tags_map(void)
{
	union bpf_attr attr = {
		.pathname = (uintptr_t)"/sys/fs/bpf/abimux/tags",
	};

	return syscall(SYS_bpf, BPF_OBJ_GET, &attr, sizeof(attr));
}

static int write_tag(const struct abimux_tag *tag)
{
	int self = syscall(SYS_pidfd_open, getpid(), 0);
	union bpf_attr attr = {
		.map_fd = tags_map(),
		.key = (uintptr_t)&self,
		.value = (uintptr_t)tag,
	};

	return syscall(SYS_bpf, BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
}

int main(int argc, char **argv)
{
	struct abimux_tag tag = {};

	if (argc < 5)
		return 2;
	strncpy(tag.table, argv[1], sizeof(tag.table) - 1);
	tag.flags = atoi(argv[2]);
	if (write_tag(&tag) || setuid(atoi(argv[3]))) {
		perror("tag");
		return 2;
	}
	execv(argv[4], argv + 4);
	printf("%s\n", strerrorname_np(errno));
	return 126;
}
