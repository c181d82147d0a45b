// SPDX-License-Identifier: GPL-2.0
/*
 * Tables and overlays that come in versions, and tell which one it was; and what
 * gives them to tasks. See shared.h.
 */
#include "tags.bpf.h"
#include "shared.h"
#include "retag.h"

#define NR_SCHED_YIELD 24
#define NR_NANOSLEEP 35
#define NR_FORK 57
#define NR_GETPPID 110
#define NR_READ 0

extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

SEC("struct_ops.s/init")
int BPF_PROG(policy_init)
{
	return abimux_bind_tags(&tags);
}

SEC(".struct_ops.link")
struct abimux_policy_ops churn_policy = {
	.name = "churn",
	.init = (void *)policy_init,
};

struct timespec64_user {
	s64 sec, nsec;
};

static __always_inline s64 result(struct abimux_call *call, u32 id, u32 value)
{
	return value + (call->data[0] * 100 + id) * CHURN_ID;
}

static __always_inline int sleep_enter(struct abimux_call *call)
{
	u64 scratch = abimux_scratch(call);
	struct timespec64_user time = { .nsec = call->args[1] };

	if (!scratch || abimux_copy_to_user(scratch, &time, sizeof(time)))
		return abimux_done(call, -ENOMEM);
	call->args[0] = scratch;
	call->args[1] = 0;
	call->native = NR_NANOSLEEP;
	return ABIMUX_RUN | ABIMUX_RUN_LEAVE | ABIMUX_RUN_ARGS;
}

static __always_inline int run(struct abimux_call *call, s64 native)
{
	call->native = native;
	return ABIMUX_RUN | ABIMUX_RUN_LEAVE;
}

static __always_inline int keep(struct abimux_call *call, u32 id)
{
	u32 was = call->task[0];

	call->task[0] = call->args[0];
	return abimux_done(call, result(call, id, was));
}

static __always_inline int enter(struct abimux_call *call, u32 id)
{
	call->data[0] = id;
	call->data[1] = call->args[0];
	call->data[2] = call->args[1];
	switch (call->nr) {
	case CHURN_WHO:
		return abimux_done(call, result(call, id, call->args[0]));
	case CHURN_WHOLE:
		return run(call, NR_GETPPID);
	case CHURN_STEPS:
		return run(call, NR_SCHED_YIELD);
	case CHURN_SLEEP:
		return sleep_enter(call);
	case CHURN_FORK:
		return run(call, NR_FORK);
	case CHURN_FAIL:
		return abimux_done(call, -(s64)(call->args[0] & 127));
	case CHURN_KEEP:
		return keep(call, id);
	case CHURN_READ:
		return run(call, NR_READ);
	}
	return ABIMUX_MISSING;
}

static __always_inline int leave(struct abimux_call *call, u32 id)
{
	u32 value = call->data[1];

	if (call->ret < 0 || call->data[0] != id)
		return abimux_done(call, call->ret < 0 ? call->ret : -EIO);
	if (call->nr == CHURN_STEPS && call->data[2]--)
		return run(call, NR_SCHED_YIELD);
	if (call->nr == CHURN_FORK || call->nr == CHURN_READ)
		value = call->ret;
	return abimux_done(call, result(call, id, value));
}

/* clang-format off */
#define VERSION(t, v)                                                          \
	SEC("struct_ops.s/enter")                                              \
	int BPF_PROG(enter_##t##_##v, struct abimux_call *call)                \
	{                                                                      \
		return enter(call, t * 10 + v);                                \
	}                                                                      \
	SEC("struct_ops.s/leave")                                              \
	int BPF_PROG(leave_##t##_##v, struct abimux_call *call)                \
	{                                                                      \
		return leave(call, t * 10 + v);                                \
	}                                                                      \
	SEC(".struct_ops.link")                                                \
	struct abimux_table_ops table_##t##_##v = {                            \
		.enter = (void *)enter_##t##_##v,                              \
		.leave = (void *)leave_##t##_##v,                              \
	}

VERSION(1, 0);
VERSION(1, 1);
VERSION(1, 2);
VERSION(1, 3);
VERSION(2, 0);
VERSION(2, 1);
VERSION(2, 2);
VERSION(2, 3);
/* clang-format on */

/* Results that an overlay was told of a call that another version had entered. */
u64 mixed;

static __always_inline void mark(struct abimux_overlay_call *call, u32 i,
				 u32 digit)
{
	u64 n = call->args[i] - CHURN_MARK;

	if (n < 0x1000)
		call->args[i] = CHURN_MARK + n * 8 + digit;
}

static __always_inline int over_enter(struct abimux_overlay_call *call,
				      u32 digit)
{
	call->data[0] = digit;
	mark(call, 0, digit);
	mark(call, 1, digit);
	return ABIMUX_RUN | ABIMUX_RUN_ARGS | ABIMUX_RUN_LEAVE;
}

/* clang-format off */
#define OVERLAY(o, v)                                                          \
	SEC("struct_ops/enter")                                                \
	int BPF_PROG(over_enter_##o##_##v, struct abimux_overlay_call *call)   \
	{                                                                      \
		return over_enter(call, CHURN_DIGIT(o, v));                    \
	}                                                                      \
	SEC("struct_ops/leave")                                                \
	void BPF_PROG(over_leave_##o##_##v, struct abimux_overlay_call *call)  \
	{                                                                      \
		if (call->data[0] != CHURN_DIGIT(o, v))                        \
			__sync_fetch_and_add(&mixed, 1);                       \
	}                                                                      \
	SEC(".struct_ops.link")                                                \
	struct abimux_overlay_ops overlay_##o##_##v = {                        \
		.enter = (void *)over_enter_##o##_##v,                         \
		.leave = (void *)over_leave_##o##_##v,                         \
	}

OVERLAY(0, 1);
OVERLAY(0, 2);
OVERLAY(1, 1);
OVERLAY(1, 2);
OVERLAY(2, 1);
OVERLAY(2, 2);
/* clang-format on */

SEC(".struct_ops.link")
struct abimux_overlay_ops overlay_3_1 = {};

SEC(".struct_ops.link")
struct abimux_overlay_ops overlay_3_2 = {};

/* Their ids, as text: NAME ID. */
SEC("iter/abimux_overlay")
int tell_overlays(struct bpf_iter__abimux_overlay *ctx)
{
	static const char format[] = "%s %u\n";
	struct abimux_overlay *overlay = ctx->overlay;
	u64 args[2];

	if (!overlay)
		return 0;
	args[0] = (u64)overlay->name;
	args[1] = overlay->id;
	bpf_seq_printf(ctx->meta->seq, format, sizeof(format), args,
		       sizeof(args));
	return 0;
}

SEC("syscall")
int retag(struct retag_args *args)
{
	struct task_struct *task = bpf_task_from_pid(args->pid);
	struct abimux_retag how;

	args->ret = -ESRCH;
	if (!task)
		return 0;
	how = args->how;
	args->ret = abimux_retag(task, &how);
	bpf_task_release(task);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
