// SPDX-License-Identifier: GPL-2.0
/*
 * Table "readonly": a program that writes what programs may only read.
 */
#include "abimux.bpf.h"

SEC("struct_ops.s/enter")
int BPF_PROG(readonly_enter, struct abimux_call *call)
{
	call->nr = 0;
	return ABIMUX_MISSING;
}

SEC(".struct_ops.link")
struct abimux_table_ops readonly = {
	.enter = (void *)readonly_enter,
};

char LICENSE[] SEC("license") = "GPL";
