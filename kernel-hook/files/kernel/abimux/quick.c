// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: calls that a BPF program of the table is asked about, the quick way.
 *
 * What call.c does, in one piece, for a call that nobody else looks at and a program
 * that says what most programs say.
 */
#include <linux/errno.h>
#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <asm/abimux.h>
#include <kunit/visibility.h>

#include "abimux.h"

/* It may sleep, or its time is to be taken. */
static noinline int run_other(const struct bpf_prog *prog,
			      const struct abimux_task *task)
{
	return abimux_prog_run(prog, &task->ctx);
}

/* As abimux_prog_run(), of a program that does not sleep and is machine code. */
static __always_inline int run_quick(unsigned int (*code)(const u64 *ctx),
				     const struct abimux_task *task)
{
	int ret;

	rcu_read_lock();
	preempt_disable();
	ret = code(&task->ctx);
	preempt_enable();
	rcu_read_unlock();
	return ret;
}

static __always_inline int run_enter(const struct abimux_gate *gate,
				     const struct abimux_task *task)
{
	if (static_branch_unlikely(&bpf_stats_enabled_key))
		return run_other(task->version->progs.enter, task);
	return run_quick(gate->enter, task);
}

static __always_inline int run_leave(const struct abimux_task *task)
{
	if (unlikely(!task->version->gate.leave) ||
	    static_branch_unlikely(&bpf_stats_enabled_key))
		return run_other(task->version->progs.leave, task);
	return run_quick(task->version->gate.leave, task);
}

/* Make the call the one that the table names, before the program is asked. */
static __always_inline void enter_begin(struct abimux_task *task,
					struct pt_regs *regs, u16 native,
					u32 state)
{
	struct abimux_call *call = &task->call;

	call->ip = regs->ip;
	call->sp = regs->sp;
	abimux_arch_args(regs, call->args);
	call->native = native;
	regs->orig_ax = native;
	task->state = state;
}

/*
 * The program left all else as it was: the call that the table names runs. If it set
 * registers, the number among them is none.
 */
static __always_inline bool enter_named(const struct abimux_call *call,
					const struct pt_regs *regs)
{
	return call->native == regs->orig_ax && !call->has_ret2;
}

/* And it wants to see the result. */
static __always_inline bool enter_asks(struct abimux_task *task)
{
	if (unlikely(!task->version->quick_leave))
		return false;
	task->state |= ABIMUX_STATE_QUICK_LEAVE;
	task->call.step = 1;
	return true;
}

static __always_inline long enter_end(struct abimux_task *task,
				      struct pt_regs *regs, int verdict)
{
	if (likely(verdict == ABIMUX_RUN) && enter_named(&task->call, regs))
		return task->call.native;
	if (verdict == (ABIMUX_RUN | ABIMUX_RUN_LEAVE) &&
	    enter_named(&task->call, regs) && enter_asks(task))
		return task->call.native;
	return abimux_enter_verdict(task, regs, verdict);
}

static noinline long enter_sleeper(struct pt_regs *regs,
				   struct abimux_task *task, u16 native)
{
	const struct abimux_version *version = task->version;

	enter_begin(task, regs, native, version->gate.state);
	return enter_end(task, regs, run_other(version->progs.enter, task));
}

/**
 * abimux_enter_action - turn a foreign call into a native one that there is more to
 *	do for than a plain one
 * @regs: the task's user registers
 * @task: its state; has the number
 * @action: what its gate has for that number
 * @gate: that gate
 *
 * Return: as abimux_enter().
 * Context: the task itself, at its entry; may sleep. Nobody else looks at its
 * calls.
 */
notrace noinline long abimux_enter_action(struct pt_regs *regs,
					  struct abimux_task *task, u32 action,
					  const struct abimux_gate *gate)
{
	task->orig_ax = regs->orig_ax;
	if (unlikely(action > abimux_action(ABIMUX_HOW_QUICK, U16_MAX))) {
		if (abimux_action_how(action) == ABIMUX_HOW_SLEEPER)
			return enter_sleeper(regs, task, action);
		return abimux_enter_other(task, regs, action);
	}
	enter_begin(task, regs, action, gate->state);
	return enter_end(task, regs, run_enter(gate, task));
}
EXPORT_SYMBOL_IF_KUNIT(abimux_enter_action);

/**
 * abimux_leave_op - ask the leave op, and give a foreign call its result
 * @regs: the task's user registers, with the result of the native call
 * @task: its state
 *
 * Context: the task itself, at its exit; may sleep. Nobody else looks at its
 * calls.
 */
notrace noinline void abimux_leave_op(struct pt_regs *regs,
				      struct abimux_task *task)
{
	const u32 state = ABIMUX_STATE_ACTIVE | ABIMUX_STATE_OP;
	struct abimux_call *call = &task->call;
	int verdict;

	if (unlikely(abimux_is_restart(regs->ax) ||
		     fatal_signal_pending(current))) {
		abimux_leave(regs, SYSCALL_WORK_ABIMUX);
		return;
	}
	task->state = state;
	call->ret = regs->ax;
	verdict = run_leave(task);
	if (unlikely(verdict != ABIMUX_DONE || task->state != state ||
		     abimux_is_restart(call->ret) || call->has_ret2)) {
		abimux_leave_verdict(task, regs, verdict);
		return;
	}
	regs->ax = call->ret;
	regs->orig_ax = task->orig_ax;
	call->step = 0;
	task->state = 0;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_leave_op);
