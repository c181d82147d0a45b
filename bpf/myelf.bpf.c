// SPDX-License-Identifier: GPL-2.0
/*
 * Table "myelf": an ABI of three calls, all of them at numbers where Linux has
 * something else or nothing.
 */
#include "abimux.bpf.h"

#define MYELF_TABLE 548

/* Which table the running task has, as the kernel sees it, not as we do. */
static __always_inline struct abimux_table *current_table(void)
{
	return bpf_get_current_task_btf()->abimux->table;
}

/* 548(buf, size): name of the caller's table into buf; its id if buf is NULL. */
static int tell_table(struct abimux_call *call)
{
	struct abimux_table *table = current_table();
	char name[ABIMUX_NAME_LEN] = {};
	int len;

	if (!call->args[0])
		return abimux_done(call, table->id);
	len = bpf_probe_read_kernel_str(name, sizeof(name), table->name);
	if (len <= 0 || len > sizeof(name))
		return abimux_done(call, -EIO);
	if (call->args[1] < len)
		return abimux_done(call, -ERANGE);
	if (abimux_copy_to_user(call->args[0], name, len))
		return abimux_done(call, -EFAULT);
	return abimux_done(call, len - 1);
}

SEC("struct_ops.s/enter")
int BPF_PROG(myelf_enter, struct abimux_call *call)
{
	if (call->nr != MYELF_TABLE)
		return ABIMUX_MISSING;
	return tell_table(call);
}

SEC(".struct_ops.link")
struct abimux_table_ops myelf = {
	.enter = (void *)myelf_enter,
};

char LICENSE[] SEC("license") = "GPL";
