// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the native calls that overlays did not let pass, by overlay, program and
 * call. What `abimux learn` watches a program with is left out.
 */
#include "abimux.bpf.h"

/* Bounded: what was not seen for longest goes. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct abimux_denial);
	__type(value, u64);
} denied SEC(".maps");

static void count(const struct abimux_denial *key)
{
	u64 one = 1, *seen;

	seen = bpf_map_lookup_elem(&denied, key);
	if (!seen && !bpf_map_update_elem(&denied, key, &one, BPF_NOEXIST))
		return;
	if (!seen)
		seen = bpf_map_lookup_elem(&denied, key);
	if (seen)
		__sync_fetch_and_add(seen, 1);
}

SEC("tp_btf/abimux_denied")
int BPF_PROG(count_denied, struct abimux_overlay *overlay, u32 native,
	     bool i386, u8 action)
{
	struct abimux_denial key = { .native = native,
				     .i386 = i386,
				     .action = action };

	bpf_probe_read_kernel_str(key.overlay, sizeof(key.overlay),
				  overlay->name);
	if (!bpf_strncmp(key.overlay, sizeof(ABIMUX_LEARN_PREFIX) - 1,
			 ABIMUX_LEARN_PREFIX))
		return 0;
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	count(&key);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
