// SPDX-License-Identifier: GPL-2.0
/*
 * Overlay "opens": counts what is opened, by user and path, in map `opened`.
 *
 *   abimux overlay load opens.bpf.o uid:1000
 *   bpftool map dump pinned /sys/fs/bpf/abimux/overlay/opens/maps/opened
 *
 * What guides for older kernels did by overwriting open in the one and only table
 * of system calls, and what could not be taken away again while somebody else had
 * done the same after it.
 */
#include "overlay.bpf.h"

#define PATH_LEN 128

struct opened {
	u32 uid;
	char path[PATH_LEN];
};

/* Bounded: what was not opened for longest goes. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct opened);
	__type(value, u64);
} opened SEC(".maps");

/* The argument that is the path; NULL if the call opens nothing. */
static const void *path_of(const struct abimux_overlay_call *call)
{
	switch (call->i386 ? -call->nr : call->nr) {
	case NR_OPEN:
	case NR_CREAT:
	case -NR_I386_OPEN:
	case -NR_I386_CREAT:
		return (void *)call->args[0];
	case NR_OPENAT:
	case NR_OPENAT2:
	case -NR_I386_OPENAT:
	case -NR_OPENAT2:
		return (void *)call->args[1];
	default:
		return NULL;
	}
}

SEC("struct_ops.s/enter")
int BPF_PROG(opens_enter, struct abimux_overlay_call *call)
{
	struct opened key = { .uid = bpf_get_current_uid_gid() };
	const void *path = path_of(call);
	u64 one = 1, *count;

	if (!path)
		return ABIMUX_RUN;
	bpf_copy_from_user_str(key.path, sizeof(key.path), path, 0);
	count = bpf_map_lookup_elem(&opened, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&opened, &key, &one, BPF_ANY);
	return ABIMUX_RUN;
}

SEC(".struct_ops.link")
struct abimux_overlay_ops opens = {
	.data.name = "opens",
	.data.table = ABIMUX_NATIVE_TABLE,
	.enter = (void *)opens_enter,
};

char LICENSE[] SEC("license") = "GPL";
