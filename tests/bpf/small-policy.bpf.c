// SPDX-License-Identifier: GPL-2.0
/*
 * Policy "small", for tests that load one some hundred times: little for the verifier to
 * go through. The name of the file decides: call-myelf and call-linux-0.11 get their
 * tables, call-hello gets HELLO, all others the native one, whatever the rules say.
 */
/* No file is read here. */
#pragma clang diagnostic ignored "-Wunused-function"
#include "policy.bpf.h"
#include "rules.bpf.h"

#ifndef HELLO
#define HELLO "hello"
#endif

static bool take_mark(const struct abimux_format *format, struct choice *choice)
{
	return false;
}

#define IS(name, word) (!bpf_strncmp(name, sizeof(word), word))

static const char *table_of(const char name[ABIMUX_NAME_LEN])
{
	if (IS(name, "call-myelf"))
		return "myelf";
	if (IS(name, "call-linux-0.11"))
		return "linux-0.11";
	if (IS(name, "call-hello"))
		return HELLO;
	return ABIMUX_NATIVE_TABLE;
}

SEC("lsm.s/bprm_check_security")
int BPF_PROG(classify, struct linux_binprm *bprm, int ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	char name[ABIMUX_NAME_LEN] = {};
	struct choice *choice;

	if (ret)
		return ret;
	choice = new_choice(task);
	if (!choice)
		return -ENOMEM;
	bpf_probe_read_kernel_str(name, sizeof(name),
				  BPF_CORE_READ(bprm, file, f_path.dentry,
						d_name.name));
	__builtin_memset(choice, 0, sizeof(*choice));
	bpf_probe_read_kernel_str(choice->table, sizeof(choice->table),
				  table_of(name));
	choice->state = CHOICE_MADE;
	return 0;
}

SEC("struct_ops.s/init")
int BPF_PROG(small_init)
{
	return abimux_bind_tags(&tags);
}

SEC(".struct_ops.link")
struct abimux_policy_ops small = {
	.name = "small-" HELLO,
	.init = (void *)small_init,
};

char LICENSE[] SEC("license") = "GPL";
