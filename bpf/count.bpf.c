// SPDX-License-Identifier: GPL-2.0
/*
 * Counting foreign calls: how many, how many failed, how long they took; for each
 * call of each table, and for each process.
 *
 * A call is counted when it ends, with the time since it began, whatever it waited
 * for. One that a signal interrupted counts once if it goes on by itself; if a
 * handler ran it failed with EINTR, and what is made after the handler is another
 * one. One that ends with its task counts as unfinished, as does exit.
 *
 * The programs stand in the order in which they are attached.
 */
#include "observe.bpf.h"

#define MAX_CALLS 16384
#define MAX_TASKS 8192

enum call_state {
	CALL_NONE,
	CALL_RUNS,
	CALL_INTERRUPTED,
};

/**
 * struct pending - the call that a task is in
 * @key: which one
 * @state: enum call_state
 * @start: when it began
 * @end: when it was interrupted
 * @ip: user address behind it
 */
struct pending {
	struct observe_key key;
	u32 state;
	u32 reserved;
	u64 start;
	u64 end;
	u64 ip;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct pending);
} pending SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, MAX_CALLS);
	__type(key, struct observe_key);
	__type(value, struct observe_count);
} calls SEC(".maps");

/* Those that were quiet for longest give way: the sums in `calls` stay right. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, MAX_TASKS);
	__type(key, struct observe_task_key);
	__type(value, struct observe_task_count);
} counted_tasks SEC(".maps");

/**
 * struct ending - how a call ended
 * @failed: with an error
 * @unfinished: with its task
 * @ns: after this time
 */
struct ending {
	bool failed;
	bool unfinished;
	u64 ns;
};

static void add(struct observe_count *count, const struct ending *ending)
{
	__sync_fetch_and_add(&count->calls, 1);
	__sync_fetch_and_add(&count->ns, ending->ns);
	if (ending->failed)
		__sync_fetch_and_add(&count->errors, 1);
	if (ending->unfinished)
		__sync_fetch_and_add(&count->unfinished, 1);
	if (ending->ns > count->max)
		count->max = ending->ns;
}

static void add_call(const struct observe_key *key, const struct ending *ending)
{
	struct observe_count *count = bpf_map_lookup_elem(&calls, key);
	struct observe_count zero = {};

	if (!count) {
		bpf_map_update_elem(&calls, key, &zero, BPF_NOEXIST);
		count = bpf_map_lookup_elem(&calls, key);
	}
	if (count)
		add(count, ending);
	else
		observe_lose();
}

static void add_task(u32 table, const struct ending *ending)
{
	struct observe_task_key key = {
		.table = table,
		.pid = bpf_get_current_pid_tgid() >> 32,
	};
	struct observe_task_count *task, zero = {};

	task = bpf_map_lookup_elem(&counted_tasks, &key);
	if (!task) {
		bpf_map_update_elem(&counted_tasks, &key, &zero, BPF_NOEXIST);
		task = bpf_map_lookup_elem(&counted_tasks, &key);
	}
	if (!task)
		return;
	bpf_get_current_comm(task->comm, sizeof(task->comm));
	add(&task->count, ending);
}

static void end_call(struct pending *call, const struct ending *ending)
{
	call->state = CALL_NONE;
	add_call(&call->key, ending);
	add_task(call->key.table, ending);
}

static struct pending *current_call(u64 flags)
{
	return bpf_task_storage_get(&pending, bpf_get_current_task_btf(), NULL,
				    flags);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(count_fork, struct task_struct *parent, struct task_struct *child)
{
	observe_fork(parent, child);
	return 0;
}

/* execve succeeded: what returns from it is another program. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(count_exec)
{
	struct pending *call = current_call(0);
	struct ending ending = {};

	if (!call || call->state != CALL_RUNS)
		return 0;
	ending.ns = bpf_ktime_get_ns() - call->start;
	end_call(call, &ending);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(count_exit, struct task_struct *task)
{
	struct ending ending = { .unfinished = true };
	struct pending *call = current_call(0);

	if (call && call->state != CALL_NONE && task->abimux) {
		ending.ns = bpf_ktime_get_ns() - call->start;
		end_call(call, &ending);
	}
	observe_exit(task);
	return 0;
}

/* Never called: while it is attached, each call comes by the functions below. */
SEC("tp_btf/abimux_watch")
int BPF_PROG(count_watch)
{
	return 0;
}

/* The child of a fork comes this way too, and has no call that it began. */
SEC("fexit/abimux_leave")
int BPF_PROG(count_leave, struct pt_regs *regs)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pending *call = current_call(0);
	struct ending ending = {};
	u64 now = bpf_ktime_get_ns();

	if (!call || call->state != CALL_RUNS)
		return 0;
	if (observe_restarts(regs)) {
		call->state = CALL_INTERRUPTED;
		call->end = now;
		return 0;
	}
	ending.ns = now - call->start;
	ending.failed = task->abimux && observe_failed(task->abimux, regs);
	end_call(call, &ending);
	return 0;
}

/* True if it is the call that was interrupted; else that one is over. */
static bool goes_on(struct pending *call, const struct pt_regs *regs)
{
	struct ending ending = { .failed = true };

	if (call->state != CALL_INTERRUPTED)
		return false;
	if (call->ip == regs->ip) {
		call->state = CALL_RUNS;
		return true;
	}
	ending.ns = call->end - call->start;
	end_call(call, &ending);
	return false;
}

SEC("fentry/abimux_enter")
int BPF_PROG(count_enter, struct pt_regs *regs)
{
	const struct observe_config *config = observe_config();
	struct task_struct *task = bpf_get_current_task_btf();
	struct abimux_task *abimux = task->abimux;
	struct pending *call;

	if (!abimux || !config || !observe_wants(config, abimux))
		return 0;
	call = current_call(BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!call) {
		observe_lose();
		return 0;
	}
	if (goes_on(call, regs))
		return 0;
	call->state = CALL_NONE;
	if (observe_ends(abimux))
		return 0;
	observe_name(abimux);
	call->key.table = observe_table(abimux)->id;
	call->key.nr = observe_nr(abimux, regs);
	call->ip = regs->ip;
	call->state = CALL_RUNS;
	call->start = bpf_ktime_get_ns();
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
