// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cheapest overlay there is that is asked about every call.
 */
#include "abimux.bpf.h"

char _license[] SEC("license") = "GPL";

SEC("struct_ops/enter")
int BPF_PROG(enter, struct abimux_overlay_call *call)
{
	return ABIMUX_RUN;
}

SEC(".struct_ops.link")
struct abimux_overlay_ops bench_over = {
	.data.name = "bench",
	.enter = (void *)enter,
};
