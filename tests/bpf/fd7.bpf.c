// SPDX-License-Identifier: GPL-2.0
/*
 * An overlay that does not let descriptor 7 be read, by Linux's number: it looks at
 * an argument, in each table.
 */
#include "abimux.bpf.h"

#define NR_READ 0
#define FORBIDDEN_FD 7

SEC("struct_ops/enter")
int BPF_PROG(fd7_enter, struct abimux_overlay_call *call)
{
	if (call->nr != NR_READ || (u32)call->args[0] != FORBIDDEN_FD)
		return ABIMUX_RUN;
	call->ret = -EACCES;
	return ABIMUX_DONE;
}

SEC(".struct_ops.link")
struct abimux_overlay_ops fd7 = {
	.data.name = "fd7",
	.enter = (void *)fd7_enter,
};

char LICENSE[] SEC("license") = "GPL";
