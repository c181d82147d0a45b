// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: one foreign call, from its entry to its result.
 *
 * Between abimux_enter() and abimux_leave() the registers are those of a native
 * call, so that ptrace, seccomp, tracepoints and audit see that one.
 */
#include <linux/bpf.h>
#include <linux/entry-common.h>
#include <linux/errno.h>
#include <linux/filter.h>
#include <linux/nospec.h>
#include <linux/ptrace.h>
#include <linux/rcupdate_trace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <asm/abimux.h>
#include <asm/syscall.h>
#include <kunit/visibility.h>
#include <trace/events/abimux.h>

#include "abimux.h"

/* Everybody else who wants to see a call, at its entry and at its exit. */
#define OTHERS_ENTER (SYSCALL_WORK_ENTER & ~SYSCALL_WORK_ABIMUX)
#define OTHERS_EXIT (SYSCALL_WORK_EXIT & ~SYSCALL_WORK_ABIMUX)

static const struct abimux_convention *
convention(const struct abimux_task *task)
{
	return &task->version->ops->data.convention;
}

/* Answer a call without a native one. */
static long call_done(struct abimux_task *task, struct pt_regs *regs, long ret)
{
	task->call.ret = ret;
	task->state |= ABIMUX_STATE_ACTIVE | ABIMUX_STATE_DONE;
	if (!(task->state & ABIMUX_STATE_REGS))
		regs->ax = ret;
	return -1;
}

static long call_refuse(struct abimux_task *task, struct pt_regs *regs,
			int reason)
{
	trace_abimux_refused(task->table->name, task->call.nr, reason);
	/* A refused answer is no reason to believe the other things it set. */
	task->state &= ~ABIMUX_STATE_LEAVE;
	task->call.has_ret2 = 0;
	return call_done(task, regs,
			 reason == ABIMUX_REFUSED_STEPS ? -ELOOP : -ENOSYS);
}

static void call_set_args(struct abimux_task *task, struct pt_regs *regs)
{
	bool i386 = task->version->i386;
	int i;

	if (!(task->state & ABIMUX_STATE_SAVED))
		abimux_args_get(regs, i386, task->saved);
	task->state |= ABIMUX_STATE_SAVED;
	for (i = 0; i386 && i < ABIMUX_NR_ARGS; i++)
		task->call.args[i] = (u32)task->call.args[i];
	abimux_args_set(regs, i386, task->call.args);
}

static void call_want_leave(struct abimux_task *task, bool interrupted)
{
	task->state |= ABIMUX_STATE_LEAVE;
	if (interrupted)
		task->state |= ABIMUX_STATE_INTR;
	task->mm = current->mm;
}

/* Make the registers those of the native call that an op asked for. */
static long call_prepare(struct abimux_task *task, struct pt_regs *regs,
			 int verdict)
{
	struct abimux_call *call = &task->call;

	if (verdict & ABIMUX_RUN_ARGS)
		call_set_args(task, regs);
	task->state &= ~(ABIMUX_STATE_LEAVE | ABIMUX_STATE_INTR |
			 ABIMUX_STATE_DONE | ABIMUX_STATE_QUICK);
	task->state |= task->version->gate.state;
	if (verdict & ABIMUX_RUN_LEAVE)
		call_want_leave(task, verdict & ABIMUX_RUN_INTR);
	else if (abimux_native_sigreturn(task->version->i386, call->native))
		abimux_call_forget(task);
	regs->orig_ax = call->native;
	regs->ax = -ENOSYS;
	trace_abimux_enter(call);
	return call->native;
}

static bool verdict_runs(const struct abimux_task *task, int verdict)
{
	const int flags = ABIMUX_RUN_ARGS | ABIMUX_RUN_LEAVE | ABIMUX_RUN_INTR;

	if (!(verdict & ABIMUX_RUN) || (verdict & ~(ABIMUX_RUN | flags)))
		return false;
	if ((verdict & ABIMUX_RUN_INTR) && !(verdict & ABIMUX_RUN_LEAVE))
		return false;
	if ((verdict & ABIMUX_RUN_LEAVE) && !task->version->ops->leave)
		return false;
	return task->call.native >= 0 && task->call.native <= U16_MAX &&
	       abimux_native_valid(task->version->i386, task->call.native);
}

/* Do what an op said, as far as it makes sense. */
static long call_obey(struct abimux_task *task, struct pt_regs *regs,
		      int verdict)
{
	struct abimux_call *call = &task->call;

	if (verdict == ABIMUX_MISSING)
		return call_refuse(task, regs, ABIMUX_REFUSED_MISSING);
	if (verdict == ABIMUX_DONE && !abimux_is_restart(call->ret))
		return call_done(task, regs, call->ret);
	if (!verdict_runs(task, verdict) || (task->state & ABIMUX_STATE_REGS))
		return call_refuse(task, regs, ABIMUX_REFUSED_GARBAGE);
	if (call->step == ABIMUX_MAX_STEPS)
		return call_refuse(task, regs, ABIMUX_REFUSED_STEPS);
	call->step++;
	return call_prepare(task, regs, verdict);
}

static __always_inline int call_load(struct abimux_task *task,
				     const struct pt_regs *regs)
{
	struct abimux_call *call = &task->call;

	call->ip = regs->ip;
	call->sp = regs->sp;
	if (unlikely(!task->version->syscall_args))
		return abimux_args_load(regs, convention(task), call->args);
	abimux_arch_args(regs, call->args);
	return 0;
}

/* What overlays let pass must not be fetched from the user's stack once more. */
static int call_args(struct abimux_task *task, const struct pt_regs *regs)
{
	if (task->over && task->over->ask)
		return 0;
	return call_load(task, regs);
}

static int op_enter(const struct abimux_version *version,
		    struct abimux_call *call)
{
	if (likely(version->progs.enter))
		return abimux_op_run(version->progs.enter, call);
	return version->ops->enter(call);
}

static int op_leave(const struct abimux_version *version,
		    struct abimux_call *call)
{
	if (likely(version->progs.leave))
		return abimux_op_run(version->progs.leave, call);
	return version->ops->leave(call);
}

static int enter_ask(struct abimux_task *task, struct pt_regs *regs, u16 native)
{
	struct abimux_call *call = &task->call;

	task->state |= ABIMUX_STATE_OP;
	if (unlikely(call_args(task, regs))) {
		call->ret = -EFAULT;
		return ABIMUX_DONE;
	}
	call->native = native;
	return op_enter(task->version, call);
}

static long enter_op(struct abimux_task *task, struct pt_regs *regs, u16 native)
{
	return call_obey(task, regs, enter_ask(task, regs, native));
}

static void reorder(struct abimux_call *call, u32 order)
{
	u64 args[ABIMUX_NR_ARGS];
	int i;

	if (order == ABIMUX_ORDER_SAME)
		return;
	memcpy(args, call->args, sizeof(args));
	for (i = 0; i < ABIMUX_NR_ARGS; i++, order >>= 4)
		call->args[i] = (order & 0xf) == ABIMUX_ORDER_ZERO ?
					0 :
					args[order & 0xf];
}

static long enter_remap(struct abimux_task *task, struct pt_regs *regs,
			u16 native)
{
	u32 nr = array_index_nospec(task->call.nr, ABIMUX_NR_CALLS);

	if (call_args(task, regs))
		return call_done(task, regs, -EFAULT);
	reorder(&task->call, task->version->ops->data.entries[nr].order);
	task->call.native = native;
	return call_prepare(task, regs, ABIMUX_RUN | ABIMUX_RUN_ARGS);
}

/* Tell the tracepoint what a plain entry never needed to look at. */
static noinline void enter_trace(struct abimux_task *task, struct pt_regs *regs,
				 u16 native)
{
	task->call.native = native;
	call_load(task, regs);
	trace_abimux_enter(&task->call);
}

static __always_inline long enter_plain(struct abimux_task *task,
					struct pt_regs *regs, u16 native)
{
	task->state |= task->version->gate.state;
	regs->orig_ax = native;
	if (trace_abimux_enter_enabled())
		enter_trace(task, regs, native);
	return native;
}

/*
 * A probe on a return makes the program call the kernel with a number of
 * Linux's: no table knows it.
 */
static u8 uretprobe_how(const struct abimux_task *task,
			const struct pt_regs *regs)
{
	const struct abimux_table_ops *ops = task->version->ops;

	if (abimux_arch_uretprobe(regs))
		return ABIMUX_HOW_URETPROBE;
	return abimux_entry_how(ops, &ops->data.entries[ABIMUX_ARCH_URETPROBE]);
}

static long enter_over(struct abimux_task *task, struct pt_regs *regs);

/**
 * abimux_enter_other - do what there is to do for a call
 * @task: the state of the current task; has the number and orig_ax
 * @regs: its user registers
 * @action: what its gate has for that number
 *
 * Return: as abimux_enter().
 * Context: as abimux_enter().
 */
noinline long abimux_enter_other(struct abimux_task *task, struct pt_regs *regs,
				 u32 action)
{
	enum abimux_how how = abimux_action_how(action);
	u16 native = action;

	if (how == ABIMUX_HOW_URETPROBE)
		how = uretprobe_how(task, regs);
	switch (how) {
	case ABIMUX_HOW_REMAP:
		return enter_remap(task, regs, native);
	case ABIMUX_HOW_QUICK:
	case ABIMUX_HOW_SLEEPER:
	case ABIMUX_HOW_OP:
		return enter_op(task, regs, native);
	case ABIMUX_HOW_PLAIN:
		return enter_plain(task, regs, native);
	case ABIMUX_HOW_SIGRETURN:
		task->state = 0;
		regs->orig_ax = native;
		return native;
	case ABIMUX_HOW_URETPROBE:
		task->state = 0;
		return ABIMUX_ARCH_URETPROBE;
	case ABIMUX_HOW_OVER:
		return enter_over(task, regs);
	default:
		return call_refuse(task, regs, ABIMUX_REFUSED_MISSING);
	}
}

/**
 * abimux_enter_verdict - do what a program said that has been asked the quick way
 * @task: the state of the current task
 * @regs: its user registers
 * @verdict: the program's
 *
 * Return: as abimux_enter().
 * Context: as abimux_enter().
 */
noinline long abimux_enter_verdict(struct abimux_task *task,
				   struct pt_regs *regs, int verdict)
{
	regs->orig_ax = task->orig_ax;
	task->state |= ABIMUX_STATE_OP;
	return call_obey(task, regs, verdict);
}

/*
 * False if an exec failed so late that the call's address space is gone, and in a
 * task that is about to be killed: its result will not be seen. No exec is entered
 * the quick way.
 */
static bool leave_wanted(const struct abimux_task *task)
{
	bool alive = (task->state & ABIMUX_STATE_QUICK) ||
		     task->mm == current->mm;

	return (task->state & ABIMUX_STATE_LEAVE) && alive &&
	       !fatal_signal_pending(current);
}

static bool at_resume(const struct abimux_task *task,
		      const struct pt_regs *regs)
{
	return regs->ip == task->resume_ip + ABIMUX_ARCH_INSTRUCTION;
}

/* The program was sent back to make the very call that was interrupted. */
static bool enter_redoes(const struct abimux_task *task,
			 const struct pt_regs *regs)
{
	u64 args[ABIMUX_NR_ARGS];

	/* A debugger may have made another call of it. */
	abimux_args_get(regs, task->version->i386, args);
	if (memcmp(args, task->saved, sizeof(args)))
		return false;
	return (task->state & ABIMUX_STATE_RESTART) && at_resume(task, regs) &&
	       (!(task->state & ABIMUX_STATE_LEAVE) || leave_wanted(task)) &&
	       regs->orig_ax == task->orig_ax;
}

/*
 * No handler ran: as far as the program knows nothing happened. So the native call
 * is made once more, and not those that went before it in the same foreign call;
 * and whatever the task is to become, it does so at the next one.
 */
static void enter_redo(struct abimux_task *task, struct pt_regs *regs)
{
	if (task->state & ABIMUX_STATE_SAVED)
		abimux_args_set(regs, task->version->i386, task->call.args);
	regs->orig_ax = task->call.native;
}

/*
 * The call before was interrupted: go on with it if the program was sent back
 * to do so. The number of restart_syscall() is one that no table gave it.
 */
static noinline bool enter_resume(struct abimux_task *task,
				  struct pt_regs *regs)
{
	bool i386 = task->version->i386, resume = task->resume;

	task->resume = false;
	if (i386 != abimux_arch_i386()) {
		abimux_call_forget(task);
		return false;
	}
	if (resume && at_resume(task, regs) && abimux_arch_restarts(regs, i386))
		regs->orig_ax = abimux_arch_restart(i386);
	else if (!resume && enter_redoes(task, regs))
		enter_redo(task, regs);
	else
		abimux_call_forget(task);
	task->state &= ~ABIMUX_STATE_RESTART;
	return task->state;
}

static long enter_call(struct abimux_task *task, struct pt_regs *regs)
{
	const struct abimux_gate *gate = &task->version->gate;
	u32 nr = *(u32 *)((void *)regs + gate->number);
	u32 action;

	task->call.nr = nr;
	task->orig_ax = regs->orig_ax;
	if (unlikely(task->version->i386 != abimux_arch_i386()))
		return call_refuse(task, regs, ABIMUX_REFUSED_ENTRY);
	if (unlikely(nr >= ABIMUX_NR_CALLS))
		return call_refuse(task, regs, ABIMUX_REFUSED_MISSING);
	action = gate->actions[array_index_nospec(nr, ABIMUX_NR_CALLS)];
	if (abimux_action_how(action) == ABIMUX_HOW_PLAIN)
		return enter_plain(task, regs, action);
	return abimux_enter_other(task, regs, action);
}

/* A native call that overlays lie over. */
static long enter_linux(struct abimux_task *task, struct pt_regs *regs)
{
	int nr = regs->orig_ax;

	if (abimux_native_sigreturn(task->version->i386, nr)) {
		task->state = 0;
		return nr;
	}
	task->state |= ABIMUX_STATE_ACTIVE;
	task->call.native = nr;
	if (trace_abimux_enter_enabled())
		enter_trace(task, regs, nr);
	return nr;
}

/* Show a call to the overlays. Return: a negative errno if they answer it. */
static int over_ask(struct abimux_task *task, struct pt_regs *regs)
{
	int ret = call_load(task, regs);

	if (!ret)
		ret = abimux_over_enter(task->over, &task->call, task);
	if (task->over->told)
		task->state |= ABIMUX_STATE_OVER;
	if (ret > 0)
		call_set_args(task, regs);
	return ret;
}

/* The same at a call's entry. Return: false if it was answered. */
static bool over_enter(struct abimux_task *task, struct pt_regs *regs)
{
	int ret = over_ask(task, regs);

	if (ret >= 0)
		return true;
	call_done(task, regs, ret);
	return false;
}

/* The kernel's own, from a program that is probed. */
static bool own_call(const struct pt_regs *regs, long nr)
{
	return nr == ABIMUX_ARCH_URETPROBE && abimux_arch_uretprobe(regs);
}

/*
 * Let the lists of the overlays look at a native call that is about to run; @state is
 * what the task has to do if it is not.
 */
static __always_inline long over_native(struct abimux_task *task,
					struct pt_regs *regs, long native,
					u32 state)
{
	int err;

	if (native == -1 || !task->over->restricts || own_call(regs, native))
		return native;
	err = abimux_over_native(task->over, native, task->version->i386);
	if (likely(!err))
		return native;
	task->state |= state;
	regs->ax = err;
	return -1;
}

/* Nobody else has seen it yet, and nobody shall. */
static long over_first(struct abimux_task *task, struct pt_regs *regs,
		       long native)
{
	/* It does not return, so nobody can be told a result. */
	if (!(task->state & ABIMUX_STATE_ACTIVE))
		task->over->told = 0;
	return over_native(task, regs, native,
			   ABIMUX_STATE_ACTIVE | ABIMUX_STATE_DONE);
}

/* A call before was given up for a handler, or for a debugger. */
static void over_given_up(struct abimux_task *task)
{
	if (unlikely(task->over->told))
		abimux_over_leave(task->over, -EINTR);
}

static bool same_args(const struct abimux_task *task,
		      const struct pt_regs *seen, const struct pt_regs *regs)
{
	u64 before[ABIMUX_NR_ARGS], after[ABIMUX_NR_ARGS];

	abimux_args_get(seen, task->version->i386, before);
	abimux_args_get(regs, task->version->i386, after);
	return !memcmp(before, after, sizeof(before));
}

static bool same_call(const struct abimux_task *task,
		      const struct pt_regs *seen, const struct pt_regs *regs)
{
	return regs->orig_ax == seen->orig_ax && same_args(task, seen, regs);
}

/*
 * Show the overlays what has become of a call that they let pass. The native call
 * of a foreign one has no number in its table, under which to show it; and what is
 * to lie over the task only from its next call on cannot be asked.
 */
static int over_changed(struct abimux_task *task, struct pt_regs *regs,
			long native)
{
	if (!task->over)
		return -EPERM;
	if (!task->over->ask)
		return 0;
	over_given_up(task);
	task->state &= ~ABIMUX_STATE_OVER;
	if (task->table != &abimux_linux)
		return -EPERM;
	task->call.nr = native;
	return over_ask(task, regs);
}

/* Another call was made of it at its entry. */
static long enter_changed(struct abimux_task *task, struct pt_regs *regs,
			  long native)
{
	int err = over_changed(task, regs, native);

	task->state |= ABIMUX_STATE_ACTIVE;
	if (err < 0) {
		regs->ax = err;
		return -1;
	}
	return over_native(task, regs, native, 0);
}

/*
 * Let the others see the entry of a native call. One who traces the task, or a
 * filter, can make another call of it, at which the overlays have not looked; or
 * have that made next, as if this one had to be made once more.
 */
static noinline long over_others(struct abimux_task *task, struct pt_regs *regs,
				 long native, unsigned long work)
{
	const struct pt_regs seen = *regs;
	long then = syscall_trace_enter(regs, native, work);

	if (then == native && same_args(task, &seen, regs))
		return then;
	if (then != -1)
		return enter_changed(task, regs, then);
	if (abimux_is_restart(regs->ax) && !same_call(task, &seen, regs))
		regs->ax = -EINTR;
	return then;
}

static long enter_others(struct pt_regs *regs, long native, unsigned long work)
{
	struct abimux_task *task = current->abimux;

	if (task && (task->over || READ_ONCE(task->next)))
		return over_others(task, regs, native, work);
	return syscall_trace_enter(regs, native, work);
}

/* A debugger may have made another one of the call that is made once more. */
static long over_again(struct abimux_task *task, struct pt_regs *regs)
{
	return task->over ? over_first(task, regs, regs->orig_ax) :
			    regs->orig_ax;
}

static noinline long enter_over(struct abimux_task *task, struct pt_regs *regs)
{
	bool native = task->table == &abimux_linux;

	over_given_up(task);
	if (native && task->version->i386 != abimux_arch_i386())
		abimux_task_use_linux(task);
	if (task->version->i386 != abimux_arch_i386())
		return enter_call(task, regs);
	task->orig_ax = regs->orig_ax;
	if (native && own_call(regs, regs->orig_ax))
		return ABIMUX_ARCH_URETPROBE;
	task->call.nr =
		native ? regs->orig_ax :
			 *(u32 *)((void *)regs + task->version->gate.number);
	if (task->over->ask && !over_enter(task, regs))
		return -1;
	return over_first(task, regs,
			  native ? enter_linux(task, regs) :
				   enter_call(task, regs));
}

/* What the task is from this call on; NULL if it is native. */
static struct abimux_task *enter_fresh(struct abimux_task *task)
{
	if (task->over)
		over_given_up(task);
	return abimux_task_move(task);
}

/* There is something new for the task, or more than one overlay over it. */
static noinline long enter_anew(struct abimux_task *task, struct pt_regs *regs)
{
	task = enter_fresh(task);
	if (!task)
		return (int)regs->orig_ax;
	return task->over ? enter_over(task, regs) : enter_call(task, regs);
}

/**
 * abimux_enter - turn a foreign call into a native one
 * @regs: the task's user registers
 *
 * Return: number of the native call to run, or -1 if the call was answered.
 * Context: the task itself, at its entry; may sleep.
 */
noinline long abimux_enter(struct pt_regs *regs)
{
	struct abimux_task *task = current->abimux;

	if (unlikely(task->state) && enter_resume(task, regs))
		return over_again(task, regs);
	/* Who finds it closed finds what is new, too: abimux_gate_close(). */
	if (!smp_load_acquire(&READ_ONCE(task->gate)->limit))
		return enter_anew(task, regs);
	return task->over ? enter_over(task, regs) : enter_call(task, regs);
}
EXPORT_SYMBOL_IF_KUNIT(abimux_enter);

static bool answered(void)
{
	return current->abimux && (current->abimux->state & ABIMUX_STATE_DONE);
}

/* Syscall User Dispatch has been asked already, about the foreign call. */
static unsigned long others_enter(unsigned long work)
{
	return work & OTHERS_ENTER & ~SYSCALL_WORK_SYSCALL_USER_DISPATCH;
}

/**
 * abimux_enter_watched - turn a foreign call into a native one that others see
 * @regs: the task's user registers
 * @work: SYSCALL_WORK_* bits of the task
 *
 * Return: as abimux_enter().
 * Context: as abimux_enter().
 */
long abimux_enter_watched(struct pt_regs *regs, unsigned long work)
{
	long native = abimux_enter(regs);

	work = others_enter(work);
	/* Minus one can be a native program's own number, too. */
	if (!work || (native == -1 && answered()))
		return native;
	return enter_others(regs, native, work);
}

int __abimux_vsyscall(struct pt_regs *regs, int nr)
{
	struct abimux_task *task = current->abimux;
	int err;

	/* Not if a call is going to be made once more, as it was. */
	if (!task->state)
		task = enter_fresh(task);
	if (!task || !task->over)
		return 0;
	err = abimux_over_native(task->over, nr, false);
	if (!err)
		return 0;
	regs->ax = err;
	return -1;
}

/**
 * abimux_foreign_errno - translate an errno number
 * @task: state of a task
 * @err: Linux errno, not negative
 *
 * Return: the number of the version that the task last entered with.
 */
u64 abimux_foreign_errno(const struct abimux_task *task, long err)
{
	const struct abimux_table_data *data = &task->version->ops->data;

	if (err < ABIMUX_NR_ERRNO && data->errnos[err])
		return data->errnos[err];
	return err;
}

/* Store a native result as the table's programs expect it. */
static void set_result(struct abimux_task *task, struct pt_regs *regs, long ret)
{
	bool failed = IS_ERR_VALUE(ret);

	switch (task->version->error) {
	case ABIMUX_ERROR_CARRY:
		regs->ax = failed ? abimux_foreign_errno(task, -ret) : ret;
		abimux_arch_carry(regs, failed);
		break;
	case ABIMUX_ERROR_MINUS_ONE:
		regs->ax = failed ? -1 : ret;
		break;
	default:
		regs->ax = failed ? -abimux_foreign_errno(task, -ret) : ret;
	}
}

static void restore_args(struct abimux_task *task, struct pt_regs *regs)
{
	if (task->state & ABIMUX_STATE_SAVED)
		abimux_args_set(regs, task->version->i386, task->saved);
	regs->orig_ax = task->orig_ax;
}

/*
 * The native call wants to be restarted after a signal. Registers become those
 * of the foreign call, which is made again; only restart_syscall() goes on with
 * this one, so what its leave needs is kept.
 */
static void leave_restart(struct abimux_task *task, struct pt_regs *regs)
{
	task->resume = regs->ax == -ERESTART_RESTARTBLOCK;
	task->resume_ip = regs->ip - ABIMUX_ARCH_INSTRUCTION;
	task->state |= ABIMUX_STATE_RESTART;
	/* The call that is made then need not come the quick way. */
	if (task->state & ABIMUX_STATE_QUICK)
		task->mm = current->mm;
	task->state &= ~ABIMUX_STATE_QUICK;
	task->call.native = regs->orig_ax;
	if (!(task->state & ABIMUX_STATE_SAVED))
		abimux_args_get(regs, task->version->i386, task->saved);
	restore_args(task, regs);
	/* Minus one there says that it was no call: nobody would restart it. */
	if ((int)regs->orig_ax != -1)
		return;
	set_result(task, regs, -EINTR);
	abimux_call_forget(task);
}

/* An op set all registers, as sigreturn() does: nothing is left to restart. */
static void leave_regs(struct abimux_task *task, struct pt_regs *regs)
{
	current->restart_block.fn = do_no_restart_syscall;
	regs->orig_ax = -1;
	if (task->over)
		task->over->told = 0;
	abimux_call_forget(task);
}

static void leave_result(struct abimux_task *task, struct pt_regs *regs)
{
	if (task->state & ABIMUX_STATE_OVER)
		abimux_over_leave(task->over, regs->ax);
	restore_args(task, regs);
	task->call.ret = regs->ax;
	set_result(task, regs, regs->ax);
	if ((task->state & ABIMUX_STATE_OP) && task->call.has_ret2 &&
	    !IS_ERR_VALUE(task->call.ret))
		regs->dx = task->call.ret2;
	abimux_call_forget(task);
	/* A plain call that began before anybody looked has not noted it. */
	if (trace_abimux_leave_enabled())
		task->call.nr =
			*(u32 *)((void *)regs + task->version->gate.number);
	trace_abimux_leave(&task->call);
}

static void leave_end(struct abimux_task *task, struct pt_regs *regs)
{
	if (task->state & ABIMUX_STATE_REGS)
		leave_regs(task, regs);
	else
		leave_result(task, regs);
}

/* Run the native call that leave asked for, seen by all who see native calls. */
static void leave_run(struct pt_regs *regs, long native, bool i386)
{
	unsigned long work;

	work = others_enter(READ_ONCE(current_thread_info()->syscall_work));
	if (work)
		native = enter_others(regs, native, work);
	if (native != -1 && abimux_native_valid(i386, native))
		regs->ax = abimux_arch_run(regs, native, i386);
}

static int leave_ask(struct abimux_task *task, const struct pt_regs *regs)
{
	task->state &= ~ABIMUX_STATE_LEAVE;
	task->call.ret = regs->ax;
	return op_leave(task->version, &task->call);
}

/**
 * leave_obey - do what the leave op said
 * @task: the state of the current task
 * @regs: its user registers
 * @verdict: the op's verdict
 *
 * Return: true if it had one more native call run.
 */
static bool leave_obey(struct abimux_task *task, struct pt_regs *regs,
		       int verdict)
{
	bool i386 = task->version->i386;
	long native = call_obey(task, regs, verdict);

	if (native == -1)
		return false;
	if (task->over &&
	    over_native(task, regs, native, ABIMUX_STATE_DONE) == -1)
		return true;
	leave_run(regs, native, i386);
	cond_resched();
	return true;
}

/* An exec op set the register in which execve() is about to store zero. */
static void leave_exec(struct abimux_task *task, struct pt_regs *regs)
{
	regs->ax = task->call.ret;
	abimux_call_forget(task);
}

/*
 * A seccomp filter trapped the native call: the handler of SIGSYS finds the
 * foreign call that was not made.
 */
static bool leave_trapped(struct abimux_task *task, struct pt_regs *regs)
{
	if (!test_syscall_work(SECCOMP) || regs->ax != regs->orig_ax ||
	    !sigismember(&current->pending.signal, SIGSYS))
		return false;
	restore_args(task, regs);
	regs->ax = regs->orig_ax;
	abimux_call_forget(task);
	return true;
}

/*
 * The task got its state while it made a native call, which is to be made once more:
 * whatever the table is by then, that is a native call.
 */
static void leave_native(struct abimux_task *task, struct pt_regs *regs)
{
	if (task->table != &abimux_linux || !abimux_is_restart(regs->ax) ||
	    (int)regs->orig_ax == -1)
		return;
	abimux_task_use_linux(task);
	task->orig_ax = regs->orig_ax;
	task->state = ABIMUX_STATE_ACTIVE;
	leave_restart(task, regs);
}

/**
 * abimux_call_found - look what call a task was in that gets a state
 * @task: its new state, of table "linux"
 * @p: the task; it may run meanwhile
 *
 * One that was stopped in a call that is to be made once more will not pass by
 * abimux_leave() before it does: it must be known as a native call then.
 */
void abimux_call_found(struct abimux_task *task, struct task_struct *p)
{
	const struct pt_regs *regs = task_pt_regs(p);
	bool i386 = abimux_arch_task_in_i386(p);
	unsigned long ax = READ_ONCE(regs->ax), nr = READ_ONCE(regs->orig_ax);

	if ((int)nr == -1 || !abimux_is_restart(ax))
		return;
	task->resume_ip = READ_ONCE(regs->ip) - ABIMUX_ARCH_INSTRUCTION;
	task->resume = ax == -ERESTART_RESTARTBLOCK;
	abimux_task_use(task, abimux_linux_version(i386));
	abimux_args_get(regs, i386, task->saved);
	task->orig_ax = nr;
	task->call.native = nr;
	task->state = ABIMUX_STATE_ACTIVE | ABIMUX_STATE_RESTART;
}

/* True if it was the last native call of this foreign call. */
static bool leave_step(struct abimux_task *task, struct pt_regs *regs)
{
	const u32 answered = ABIMUX_STATE_DONE | ABIMUX_STATE_REGS;
	u32 state = task->state;

	if (!state)
		leave_native(task, regs);
	if (state == ABIMUX_STATE_EXEC)
		leave_exec(task, regs);
	if (!(state & ABIMUX_STATE_ACTIVE) || (state & ABIMUX_STATE_RESTART) ||
	    leave_trapped(task, regs))
		return true;
	if (abimux_is_restart(regs->ax) && !(state & answered)) {
		leave_restart(task, regs);
		return true;
	}
	if (leave_wanted(task) && leave_obey(task, regs, leave_ask(task, regs)))
		return false;
	leave_end(task, regs);
	return true;
}

/*
 * A debugger that sends the program elsewhere has set all registers as they should
 * be. One that has another call made instead of this one, by having it restarted,
 * must not get that past what lies over the task by now: it is a call like any.
 */
static bool leave_changed(const struct abimux_task *task,
			  const struct pt_regs *seen,
			  const struct pt_regs *regs)
{
	if (regs->ip != seen->ip || regs->sp != seen->sp)
		return true;
	return abimux_is_restart(regs->ax) &&
	       (regs->ax != seen->ax || !same_call(task, seen, regs));
}

/* Let the others see the exit of a native call. Return: false if it is no more. */
static bool leave_others(struct abimux_task *task, struct pt_regs *regs,
			 unsigned long work)
{
	const struct pt_regs seen = *regs;

	syscall_exit_work(regs, work);
	if (!leave_changed(task, &seen, regs))
		return true;
	if (!same_args(task, &seen, regs))
		task->state &= ~ABIMUX_STATE_SAVED;
	if (task->state && regs->orig_ax == seen.orig_ax)
		restore_args(task, regs);
	abimux_call_forget(task);
	return false;
}

/* Anything but a plain call that nobody else looks at. */
static noinline void leave_other(struct pt_regs *regs, unsigned long work)
{
	struct abimux_task *task;

	/* A native call may have been an exec: look anew at each step. */
	while ((task = current->abimux)) {
		if ((work & OTHERS_EXIT) &&
		    !(task->state & ABIMUX_STATE_DONE) &&
		    !leave_others(task, regs, work & OTHERS_EXIT))
			return;
		if (leave_step(task, regs))
			return;
		work = READ_ONCE(current_thread_info()->syscall_work);
	}
	if (work & OTHERS_EXIT)
		syscall_exit_work(regs, work & OTHERS_EXIT);
}

/**
 * abimux_leave_verdict - do what a leave op said that was asked the quick way
 * @task: the state of the current task
 * @regs: its user registers
 * @verdict: the op's
 *
 * Context: the task itself, at its exit; may sleep.
 */
noinline void abimux_leave_verdict(struct abimux_task *task,
				   struct pt_regs *regs, int verdict)
{
	if (leave_obey(task, regs, verdict))
		leave_other(regs,
			    READ_ONCE(current_thread_info()->syscall_work));
	else
		leave_end(task, regs);
}

static void leave_plain(struct abimux_task *task, struct pt_regs *regs)
{
	task->state = 0;
	regs->orig_ax = task->orig_ax;
	if (!task->version->verbatim)
		set_result(task, regs, regs->ax);
}

/**
 * abimux_leave - give a foreign call its result
 * @regs: the task's user registers, with the result of the native call
 * @work: SYSCALL_WORK_* bits of the task
 *
 * Does the exit work of others too, before the registers are foreign again.
 *
 * Context: the task itself, at its exit; may sleep.
 */
noinline void abimux_leave(struct pt_regs *regs, unsigned long work)
{
	const u32 ended = ABIMUX_STATE_ACTIVE | ABIMUX_STATE_SAVED |
			  ABIMUX_STATE_DONE | ABIMUX_STATE_OP |
			  ABIMUX_STATE_OVER;
	/* A filter may have trapped the call: that takes a closer look too. */
	const unsigned long others = OTHERS_EXIT | SYSCALL_WORK_SECCOMP;
	struct abimux_task *task = current->abimux;
	u32 state = task->state & ~ABIMUX_STATE_RESULT;

	if (unlikely((work & others) || abimux_is_restart(regs->ax) ||
		     trace_abimux_leave_enabled()))
		leave_other(regs, work);
	else if (state == ABIMUX_STATE_ACTIVE)
		leave_plain(task, regs);
	else if ((state & ABIMUX_STATE_ACTIVE) && !(state & ~ended))
		leave_result(task, regs);
	else
		leave_other(regs, work);
}
EXPORT_SYMBOL_IF_KUNIT(abimux_leave);

/* True if the table wants to say how a call ends that a handler interrupted. */
static bool interrupted_asks(const struct abimux_task *task,
			     const struct pt_regs *regs)
{
	return (task->state & ABIMUX_STATE_INTR) && leave_wanted(task) &&
	       (regs->ip == task->resume_ip ||
		regs->ip == task->resume_ip + ABIMUX_ARCH_INSTRUCTION);
}

static void interrupted_op(struct abimux_task *task, struct pt_regs *regs,
			   bool restarts)
{
	struct abimux_call *call = &task->call;

	task->state &= ~(ABIMUX_STATE_LEAVE | ABIMUX_STATE_INTR);
	call->ret = -EINTR;
	if (op_leave(task->version, call) != ABIMUX_DONE)
		call->ret = -EINTR;
	if (task->state & ABIMUX_STATE_REGS)
		return;
	regs->ip = task->resume_ip;
	regs->ax = task->orig_ax;
	if (call->ret == -ERESTARTNOINTR ||
	    (call->ret == -ERESTARTSYS && restarts))
		return;
	regs->ip += ABIMUX_ARCH_INSTRUCTION;
	set_result(task, regs,
		   abimux_is_restart(call->ret) ? -EINTR : call->ret);
}

/**
 * abimux_call_interrupted - a handler is about to run
 * @task: the state of the current task
 * @regs: its user registers
 * @flags: sa_flags of the handler
 *
 * If the handler ends an interrupted call, the architecture has just stored
 * EINTR as Linux tells it. If the program had been sent back to make
 * restart_syscall() but did not get there, its handler will have ended it too:
 * after sigreturn() there is nothing to go on with.
 *
 * Context: the task itself; may sleep.
 */
void abimux_call_interrupted(struct abimux_task *task, struct pt_regs *regs,
			     unsigned long flags)
{
	bool i386 = task->version->i386;

	if (!(task->state & ABIMUX_STATE_RESTART))
		goto out;
	if (interrupted_asks(task, regs)) {
		interrupted_op(task, regs, flags & SA_RESTART);
		goto out;
	}
	if (task->resume && regs->ip == task->resume_ip &&
	    regs->ax == abimux_arch_restart(i386)) {
		regs->ip += ABIMUX_ARCH_INSTRUCTION;
		set_result(task, regs, -EINTR);
	} else if (regs->ax == (unsigned long)-EINTR) {
		set_result(task, regs, -EINTR);
	}
out:
	if (task->state & ABIMUX_STATE_OVER)
		abimux_over_leave(task->over, -EINTR);
	abimux_call_forget(task);
	task->resume = false;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_call_interrupted);
