// SPDX-License-Identifier: GPL-2.0
/*
 * A policy that cannot take the place of another: its map of rules is of another
 * shape.
 */
#include "policy.bpf.h"

static bool take_mark(const struct abimux_format *format, struct choice *choice)
{
	return false;
}

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, u32);
	__type(value, u32);
} formats SEC(".maps");

SEC("lsm.s/bprm_check_security")
int BPF_PROG(classify, struct linux_binprm *bprm, int ret)
{
	struct binary bin = {};
	u32 key = 0;

	read_binary(bprm, &bin);
	see_marks(bprm, &bin, NULL);
	if (bin.foreign && !bpf_map_lookup_elem(&formats, &key))
		return refuse(bprm, "", ABIMUX_REFUSED_FORMAT);
	return ret;
}

SEC("struct_ops.s/init")
int BPF_PROG(shape_init)
{
	return abimux_bind_tags(&tags);
}

SEC(".struct_ops.link")
struct abimux_policy_ops shape = {
	.name = "shape",
	.init = (void *)shape_init,
};

char LICENSE[] SEC("license") = "GPL";
