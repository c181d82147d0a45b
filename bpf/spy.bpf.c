// SPDX-License-Identifier: GPL-2.0
/*
 * Table "spy" while somebody watches: opens of one user are reported, then run
 * as they are.
 *
 * What older guides did by overwriting open in the one and only system-call
 * table. The quiet version of the table needs no program; this one takes its
 * place, and gives it back, while programs run.
 */
#include "abimux.bpf.h"

/* Numbers of syscall_64.tbl. */
#define NR_OPEN 2
#define NR_CREAT 85
#define NR_OPENAT 257
#define NR_OPENAT2 437

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct spy_filter);
} filter SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

static bool watched(u32 uid)
{
	struct spy_filter *wanted;
	u32 zero = 0;

	wanted = bpf_map_lookup_elem(&filter, &zero);
	return wanted && (wanted->any || wanted->uid == uid);
}

static u64 path_of(struct abimux_call *call)
{
	if (call->nr == NR_OPENAT || call->nr == NR_OPENAT2)
		return call->args[1];
	return call->args[0];
}

/*
 * The path is read before a place in the ring is taken: a page that comes from
 * a slow file system must not hold up the records of others.
 */
static void report(struct abimux_call *call, u32 uid)
{
	struct spy_event event = {
		.pid = bpf_get_current_pid_tgid() >> 32,
		.uid = uid,
		.nr = call->nr,
	};

	bpf_get_current_comm(event.comm, sizeof(event.comm));
	event.len = bpf_copy_from_user_str(event.path, sizeof(event.path),
					   (void *)path_of(call), 0);
	bpf_ringbuf_output(&events, &event, sizeof(event), 0);
}

SEC("struct_ops.s/enter")
int BPF_PROG(spy_enter, struct abimux_call *call)
{
	u32 uid = bpf_get_current_uid_gid();

	if (watched(uid))
		report(call, uid);
	return ABIMUX_RUN;
}

SEC(".struct_ops.link")
struct abimux_table_ops spy = {
	.enter = (void *)spy_enter,
};

char LICENSE[] SEC("license") = "GPL";
