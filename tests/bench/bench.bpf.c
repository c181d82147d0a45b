// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cheapest enter op there is: run the native call that the table names.
 */
#include "abimux.bpf.h"

char _license[] SEC("license") = "GPL";

SEC("struct_ops/enter")
int BPF_PROG(enter, struct abimux_call *call)
{
	return ABIMUX_RUN;
}

SEC(".struct_ops.link")
struct abimux_table_ops bench = {
	.enter = (void *)enter,
};
