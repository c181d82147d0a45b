// SPDX-License-Identifier: GPL-2.0
/*
 * Table "probe": Linux, and calls that ask the core for everything a table's
 * program can ask for, reasonable or not. programs/probe.c makes them.
 */
#include "abimux.bpf.h"
#include "probe.h"

#define NR_READ 0
#define NR_WRITE 1
#define NR_GETPID 39
#define NR_FORK 57
#define NR_GETPPID 110

/* In call->data[0] from enter to leave of PROBE_FORK. */
#define FORK_MARK 0x1234

static int run_then_leave(struct abimux_call *call, long native)
{
	call->native = native;
	return ABIMUX_RUN | ABIMUX_RUN_LEAVE;
}

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

SEC("struct_ops.s/enter")
int BPF_PROG(probe_enter, struct abimux_call *call)
{
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
	case PROBE_SCRATCH:
		return write_scratch(call);
	}
	return ABIMUX_MISSING;
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

SEC("struct_ops.s/leave")
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
	}
	return ABIMUX_DONE;
}

SEC(".struct_ops.link")
struct abimux_table_ops probe = {
	.enter = (void *)probe_enter,
	.leave = (void *)probe_leave,
};

char LICENSE[] SEC("license") = "GPL";
