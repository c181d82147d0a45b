/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Overlays that keep in map `seen` how many opens they saw begin and end, and when
 * they last did.
 */
#include "abimux.bpf.h"

#define NR_OPEN 2
#define NR_OPENAT 257

struct seen {
	u64 entered;
	u64 left;
	u64 entered_at;
	u64 left_at;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct seen);
} seen SEC(".maps");

SEC("struct_ops/enter")
int BPF_PROG(seen_enter, struct abimux_overlay_call *call)
{
	struct seen *it;
	u32 zero = 0;

	it = bpf_map_lookup_elem(&seen, &zero);
	if (!it || (call->nr != NR_OPEN && call->nr != NR_OPENAT))
		return ABIMUX_RUN;
	__sync_fetch_and_add(&it->entered, 1);
	it->entered_at = bpf_ktime_get_ns();
	return ABIMUX_RUN | ABIMUX_RUN_LEAVE;
}

SEC("struct_ops/leave")
void BPF_PROG(seen_leave, struct abimux_overlay_call *call)
{
	struct seen *it;
	u32 zero = 0;

	it = bpf_map_lookup_elem(&seen, &zero);
	if (!it)
		return;
	__sync_fetch_and_add(&it->left, 1);
	it->left_at = bpf_ktime_get_ns();
}

char LICENSE[] SEC("license") = "GPL";
