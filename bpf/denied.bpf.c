// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the native calls that overlays did not let pass, by overlay, program and
 * call. What `abimux learn` watches a program with is left out.
 */
#include "tally.bpf.h"

/* Bounded: what was not seen for longest goes. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct abimux_denial);
	__type(value, u64);
} denied SEC(".maps");

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
	count(&denied, &key);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
