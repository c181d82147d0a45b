// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the native calls of programs named "steps" as the kernel's tracepoints tell
 * them: by number, and by number and result.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, u64);
	__type(value, u64);
} entered SEC(".maps");

struct left {
	s64 nr, result;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct left);
	__type(value, u64);
} left SEC(".maps");

static __always_inline bool watched(void)
{
	char name[16] = {};

	bpf_get_current_comm(name, sizeof(name));
	return !bpf_strncmp(name, sizeof(name), "steps");
}

static __always_inline void count(void *map, const void *key)
{
	u64 one = 1, *seen = bpf_map_lookup_elem(map, key);

	if (seen)
		(*seen)++;
	else
		bpf_map_update_elem(map, key, &one, BPF_ANY);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(calls_enter, struct pt_regs *regs, long nr)
{
	u64 key = nr;

	if (watched())
		count(&entered, &key);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(calls_exit, struct pt_regs *regs, long result)
{
	struct left key = { .nr = (s64)regs->orig_ax, .result = result };

	if (watched())
		count(&left, &key);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
