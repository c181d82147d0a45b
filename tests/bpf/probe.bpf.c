// SPDX-License-Identifier: GPL-2.0
/*
 * Table "probe": Linux, and calls that ask the core for everything a table's
 * program can ask for, reasonable or not. programs/probe.c makes them.
 *
 * With PROBE_QUICK its programs do not sleep, so that the core asks them the quick
 * way, and only those calls are there that need no more.
 */
#include "abimux.bpf.h"
#include "probe.h"

#define NR_READ 0
#define NR_WRITE 1
#define NR_PAUSE 34
#define NR_GETPID 39
#define NR_FORK 57
#define NR_GETPPID 110

/* In call->data[0] from enter to leave of PROBE_FORK. */
#define FORK_MARK 0x1234

/* Calls that found something of another one before enter was asked. */
static u32 stale;

static void look_for_stale(const struct abimux_call *call)
{
	if (call->step || call->child || call->has_ret2)
		__sync_fetch_and_add(&stale, 1);
}

static int run_then_leave(struct abimux_call *call, long native)
{
	call->native = native;
	return ABIMUX_RUN | ABIMUX_RUN_LEAVE;
}

#ifndef PROBE_QUICK
static int write_scratch(struct abimux_call *call)
{
	u64 scratch = abimux_scratch(call);
	char text[] = "scratch";

	if (!scratch || abimux_copy_to_user(scratch, text, sizeof(text)))
		return abimux_done(call, -ENOMEM);
	call->args[1] = scratch;
	call->args[2] = sizeof(text) - 1;
	call->native = NR_WRITE;
	return ABIMUX_RUN | ABIMUX_RUN_ARGS;
}

struct heard_key {
	u32 event;
	u32 pid;
};

struct heard {
	u64 times;
	u64 value;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct heard_key);
	__type(value, struct heard);
} heards SEC(".maps");

SEC("struct_ops/hear")
void BPF_PROG(probe_hear, u32 event, struct task_struct *task, u64 value)
{
	struct heard_key key = { .event = event, .pid = task->tgid };
	struct heard first = { .times = 1, .value = value };
	struct heard *heard = bpf_map_lookup_elem(&heards, &key);

	if (!heard) {
		bpf_map_update_elem(&heards, &key, &first, BPF_ANY);
		return;
	}
	__sync_fetch_and_add(&heard->times, 1);
	heard->value = value;
}

static int heard(struct abimux_call *call, bool value)
{
	struct heard_key key = { .event = call->args[0], .pid = call->args[1] };
	struct heard *heard = bpf_map_lookup_elem(&heards, &key);

	if (!heard)
		return abimux_done(call, 0);
	return abimux_done(call, value ? heard->value : heard->times);
}

static int cmpxchg(struct abimux_call *call)
{
	u32 old = call->args[1];
	int err = abimux_user_cmpxchg(call->args[0], &old, call->args[2]);

	if (err && err != -EAGAIN)
		return abimux_done(call, err);
	return abimux_done(call, old);
}

static int kept_enter(struct abimux_call *call)
{
	switch (call->nr) {
	case PROBE_KEEP:
		return abimux_done(call, abimux_file_keep(call, call->args[0]));
	case PROBE_OPEN:
		return abimux_done(call, abimux_file_open(call, call->args[0]));
	case PROBE_DROP:
		return abimux_done(call, abimux_file_drop(call, call->args[0]));
	case PROBE_SIGNAL:
		return abimux_done(call, abimux_file_signal(call->args[0]));
	case PROBE_LISTEN:
		return abimux_done(call, abimux_listen(call, call->args[0]));
	case PROBE_HEARD:
	case PROBE_VALUE:
		return heard(call, call->nr == PROBE_VALUE);
	case PROBE_CMPXCHG:
		return cmpxchg(call);
	case PROBE_MAPPING:
		return abimux_done(call, abimux_user_mapping(call->args[0]));
	case PROBE_ERRNO:
		return abimux_done(call, abimux_errno(call, call->args[0]));
	}
	return ABIMUX_MISSING;
}

/* One byte by way of scratch memory. */
static int echo_step(struct abimux_call *call, long native, u64 fd)
{
	call->native = native;
	call->args[0] = fd;
	call->args[1] = abimux_scratch(call);
	call->args[2] = 1;
	return ABIMUX_RUN | ABIMUX_RUN_ARGS | ABIMUX_RUN_LEAVE;
}

static int echo_enter(struct abimux_call *call)
{
	call->data[0] = call->args[0];
	call->data[1] = call->args[1];
	return echo_step(call, NR_WRITE, call->args[1]);
}

static int echo_leave(struct abimux_call *call)
{
	if (call->ret != 1 || call->step == 3)
		return ABIMUX_DONE;
	return call->step == 1 ? echo_step(call, NR_READ, call->data[0]) :
				 echo_step(call, NR_WRITE, call->data[1]);
}

static int sleepy_enter(struct abimux_call *call)
{
	switch (call->nr) {
	case PROBE_SCRATCH:
		return write_scratch(call);
	case PROBE_ECHO:
		return echo_enter(call);
	}
	return kept_enter(call);
}

static int sleepy_leave(struct abimux_call *call)
{
	return call->nr == PROBE_ECHO ? echo_leave(call) : ABIMUX_DONE;
}

#define SEC_OP(name) SEC("struct_ops.s/" name)
#else
static int sleepy_enter(struct abimux_call *call)
{
	return ABIMUX_MISSING;
}

static int sleepy_leave(struct abimux_call *call)
{
	return ABIMUX_DONE;
}

#define SEC_OP(name) SEC("struct_ops/" name)
#endif

/* The value is in data[0] then. */
static int set_regs(struct abimux_call *call)
{
	struct abimux_regs regs;

	abimux_get_regs(call, &regs);
	regs.ax = call->data[0];
	regs.dx = call->data[0] + 1;
	regs.r8 = call->data[0] + 2;
	return abimux_done(call, abimux_set_regs(call, &regs));
}

static int set_ret2(struct abimux_call *call)
{
	call->ret2 = call->data[0] + 1;
	call->has_ret2 = 1;
	return abimux_done(call, call->data[0]);
}

static int set_enter(struct abimux_call *call)
{
	call->data[0] = call->args[1];
	if (call->args[0])
		return run_then_leave(call, NR_GETPID);
	return call->nr == PROBE_REGS ? set_regs(call) : set_ret2(call);
}

SEC_OP("enter")
int BPF_PROG(probe_enter, struct abimux_call *call)
{
	look_for_stale(call);
	switch (call->nr) {
	case PROBE_FORK:
		call->data[0] = FORK_MARK;
		return run_then_leave(call, NR_FORK);
	case PROBE_TWO_STEPS:
	case PROBE_ENDLESS:
	case PROBE_LEAVE_ANSWER:
		call->data[0] = call->args[0];
		return run_then_leave(call, NR_GETPID);
	case PROBE_READ:
		call->task[0]++;
		call->data[0] = 0;
		return run_then_leave(call, NR_READ);
	case PROBE_ENTERS:
		return abimux_done(call, call->task[0]);
	case PROBE_ENTER_ANSWER:
		return call->args[0];
	case PROBE_NATIVE:
		call->native = call->args[0];
		return ABIMUX_RUN;
	case PROBE_PAUSE:
		call->task[0]++;
		call->data[0] = call->args[0];
		return run_then_leave(call, NR_PAUSE) | ABIMUX_RUN_INTR;
	case PROBE_STALE:
		return abimux_done(call, stale);
	case PROBE_NAMED_RET2:
		call->ret2 = 1001;
		call->has_ret2 = 1;
		return ABIMUX_RUN;
	case PROBE_REGS:
	case PROBE_RET2:
		return set_enter(call);
	}
	return sleepy_enter(call);
}

static int fork_leave(struct abimux_call *call)
{
	if (call->data[0] != FORK_MARK)
		return abimux_done(call, -EIO);
	if (call->child)
		return abimux_done(call, PROBE_CHILD);
	return ABIMUX_DONE;
}

static int two_steps_leave(struct abimux_call *call)
{
	if (call->step == 1 && call->ret >= 0) {
		call->data[0] = call->ret;
		return run_then_leave(call, NR_GETPPID);
	}
	if (call->ret < 0)
		return ABIMUX_DONE;
	return abimux_done(call, call->data[0] * PROBE_FACTOR + call->ret);
}

SEC_OP("leave")
int BPF_PROG(probe_leave, struct abimux_call *call)
{
	switch (call->nr) {
	case PROBE_FORK:
		return fork_leave(call);
	case PROBE_TWO_STEPS:
		return two_steps_leave(call);
	case PROBE_ENDLESS:
		return run_then_leave(call, NR_GETPID);
	case PROBE_LEAVE_ANSWER:
		return call->data[0];
	case PROBE_PAUSE:
		return abimux_done(call, call->data[0]);
	case PROBE_REGS:
		return set_regs(call);
	case PROBE_RET2:
		return set_ret2(call);
	}
	return sleepy_leave(call);
}

SEC(".struct_ops.link")
struct abimux_table_ops probe = {
	.enter = (void *)probe_enter,
	.leave = (void *)probe_leave,
#ifndef PROBE_QUICK
	.hear = (void *)probe_hear,
#endif
};

char LICENSE[] SEC("license") = "GPL";
