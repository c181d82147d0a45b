// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cheapest overlay there is that sees every call begin and end.
 */
#include "abimux.bpf.h"

char _license[] SEC("license") = "GPL";

SEC("struct_ops/enter")
int BPF_PROG(enter, struct abimux_overlay_call *call)
{
	return ABIMUX_RUN | ABIMUX_RUN_LEAVE;
}

SEC("struct_ops/leave")
void BPF_PROG(leave, struct abimux_overlay_call *call)
{
}

SEC(".struct_ops.link")
struct abimux_overlay_ops bench_over_leave = {
	.data.name = "bench",
	.enter = (void *)enter,
	.leave = (void *)leave,
};
