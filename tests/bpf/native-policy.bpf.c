// SPDX-License-Identifier: GPL-2.0
/*
 * Policy "all-native", for the tests: foreign programs get table myelf, or linux-0.11
 * if they are for i386, all others the native one, whatever the rules say.
 */
#include "policy.bpf.h"

static bool take_mark(const struct abimux_format *format, struct choice *choice)
{
	return false;
}

static void take(struct choice *choice, const char *table, u32 size)
{
	__builtin_memset(choice, 0, sizeof(*choice));
	bpf_probe_read_kernel(choice->table, size, table);
	choice->state = CHOICE_MADE;
}

SEC("lsm.s/bprm_check_security")
int BPF_PROG(classify, struct linux_binprm *bprm, int ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct choice *choice;
	struct binary bin = {};

	if (ret)
		return ret;
	choice = new_choice(task);
	if (!choice)
		return -ENOMEM;
	read_binary(bprm, &bin);
	see_marks(bprm, &bin, choice);
	if (bin.foreign && bin.machine == EM_386)
		take(choice, "linux-0.11", sizeof("linux-0.11"));
	else if (bin.foreign)
		take(choice, "myelf", sizeof("myelf"));
	else
		take(choice, ABIMUX_NATIVE_TABLE, sizeof(ABIMUX_NATIVE_TABLE));
	return 0;
}

SEC("struct_ops.s/init")
int BPF_PROG(all_native_init)
{
	return abimux_bind_tags(&tags);
}

SEC(".struct_ops.link")
struct abimux_policy_ops all_native = {
	.name = "all-native",
	.init = (void *)all_native_init,
};

char LICENSE[] SEC("license") = "GPL";
