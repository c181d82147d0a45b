// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the native calls of the tasks under one overlay, which lets all run and
 * tells of each.
 */
#include "abimux.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2 * ABIMUX_NR_NATIVE_CALLS);
	__type(key, struct learn_call);
	__type(value, u64);
} calls SEC(".maps");

/* Id of the overlay. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} watched SEC(".maps");

SEC("tp_btf/abimux_denied")
int BPF_PROG(learn, struct abimux_overlay *overlay, u32 native, bool i386,
	     u8 action)
{
	struct learn_call call = { .native = native, .i386 = i386 };
	u64 none = 0, *count;
	u32 zero = 0, *id;

	id = bpf_map_lookup_elem(&watched, &zero);
	if (!id || overlay->id != *id)
		return 0;
	count = bpf_map_lookup_elem(&calls, &call);
	if (!count) {
		bpf_map_update_elem(&calls, &call, &none, BPF_NOEXIST);
		count = bpf_map_lookup_elem(&calls, &call);
	}
	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
