// SPDX-License-Identifier: GPL-2.0
/*
 * Table "hello": all of Linux, and one call more.
 *
 * The smallest table with a program: 500(x, y) returns x + y.
 */
#include "abimux.bpf.h"

#define HELLO_ADD 500

SEC("struct_ops/enter")
int BPF_PROG(hello_enter, struct abimux_call *call)
{
	if (call->nr != HELLO_ADD)
		return ABIMUX_MISSING;
	return abimux_done(call, call->args[0] + call->args[1]);
}

SEC(".struct_ops.link")
struct abimux_table_ops hello = {
	.enter = (void *)hello_enter,
};

char LICENSE[] SEC("license") = "GPL";
