// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cheapest enter op that may sleep, as one that reads user memory has to.
 */
#include "abimux.bpf.h"

char _license[] SEC("license") = "GPL";

SEC("struct_ops.s/enter")
int BPF_PROG(enter, struct abimux_call *call)
{
	return ABIMUX_RUN;
}

SEC(".struct_ops.link")
struct abimux_table_ops bench_sleep = {
	.enter = (void *)enter,
};
