// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cheapest enter and leave ops there are.
 */
#include "abimux.bpf.h"

char _license[] SEC("license") = "GPL";

SEC("struct_ops/enter")
int BPF_PROG(enter, struct abimux_call *call)
{
	return ABIMUX_RUN | ABIMUX_RUN_LEAVE;
}

SEC("struct_ops/leave")
int BPF_PROG(leave, struct abimux_call *call)
{
	return ABIMUX_DONE;
}

SEC(".struct_ops.link")
struct abimux_table_ops bench_leave = {
	.enter = (void *)enter,
	.leave = (void *)leave,
};
