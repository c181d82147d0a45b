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

/* One that may sleep, or whose time is taken. */
static noinline int run_other(const struct bpf_prog *prog,
			      const struct abimux_task *task)
{
	return abimux_prog_run(prog, &task->ctx);
}

/* As abimux_prog_run(), with no more registers to save than for a plain call. */
static __always_inline int run(const struct bpf_prog *prog,
			       const struct abimux_task *task)
{
	int ret;

	if (unlikely(prog->sleepable) ||
	    static_branch_unlikely(&bpf_stats_enabled_key))
		return run_other(prog, task);
	rcu_read_lock();
	preempt_disable();
	ret = prog->bpf_func(&task->ctx, prog->insnsi);
	preempt_enable();
	rcu_read_unlock();
	return ret;
}

static __always_inline void call_fill(struct abimux_call *call,
				      const struct pt_regs *regs, u16 native)
{
	call->step = 0;
	call->ip = regs->ip;
	call->sp = regs->sp;
	call->child = 0;
	abimux_arch_args(regs, call->args);
	call->native = native;
	call->has_ret2 = 0;
}

/* The program left all else as it was: the call that the table names runs. */
static __always_inline bool enter_named(const struct abimux_task *task,
					u16 native)
{
	return !((task->call.native ^ native) | task->call.has_ret2 |
		 task->state);
}

/* And it wants to see the result. */
static __always_inline bool enter_asks(struct abimux_task *task)
{
	if (unlikely(!task->version->progs.leave))
		return false;
	task->state = task->version->gate.state | ABIMUX_STATE_QUICK_LEAVE;
	task->call.step = 1;
	task->mm = current->mm;
	return true;
}

/**
 * abimux_enter_action - turn a foreign call into a native one that there is more to
 *	do for than a plain one
 * @regs: the task's user registers
 * @task: its state
 * @nr: the call's number
 * @action: what the task's gate has for it
 *
 * Return: as abimux_enter().
 * Context: the task itself, at its entry; may sleep. Nobody else looks at its
 * calls.
 */
noinline long abimux_enter_action(struct pt_regs *regs,
				  struct abimux_task *task, u32 nr, u32 action)
{
	u16 native = action;
	int verdict;

	task->call.nr = nr;
	task->orig_ax = regs->orig_ax;
	if (unlikely(action > abimux_action(ABIMUX_HOW_QUICK, U16_MAX)))
		return abimux_enter_other(task, regs, action);
	call_fill(&task->call, regs, native);
	verdict = run(task->version->progs.enter, task);
	if (unlikely(!enter_named(task, native)))
		return abimux_enter_verdict(task, regs, verdict);
	if (likely(verdict == ABIMUX_RUN))
		task->state = task->version->gate.state;
	else if (verdict != (ABIMUX_RUN | ABIMUX_RUN_LEAVE) ||
		 !enter_asks(task))
		return abimux_enter_verdict(task, regs, verdict);
	regs->orig_ax = native;
	return native;
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
noinline void abimux_leave_op(struct pt_regs *regs, struct abimux_task *task)
{
	const u32 state = ABIMUX_STATE_ACTIVE | ABIMUX_STATE_OP;
	struct abimux_call *call = &task->call;
	int verdict;

	if (unlikely(abimux_is_restart(regs->ax) || task->mm != current->mm ||
		     fatal_signal_pending(current))) {
		abimux_leave(regs, SYSCALL_WORK_ABIMUX);
		return;
	}
	task->state = state;
	call->ret = regs->ax;
	verdict = run(task->version->progs.leave, task);
	if (unlikely(verdict != ABIMUX_DONE || task->state != state ||
		     abimux_is_restart(call->ret) || call->has_ret2 ||
		     !task->version->verbatim)) {
		abimux_leave_verdict(task, regs, verdict);
		return;
	}
	regs->ax = call->ret;
	regs->orig_ax = task->orig_ax;
	task->state = 0;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_leave_op);
