/* SPDX-License-Identifier: GPL-2.0 */
/*
 * abimux: per-task system-call tables.
 *
 * This is what the rest of the kernel calls, and the ops that a table or a
 * policy registers, from BPF or from C. All calls are empty without
 * CONFIG_ABIMUX.
 */
#ifndef _LINUX_ABIMUX_H
#define _LINUX_ABIMUX_H

#include <linux/err.h>
#include <linux/sched.h>
#include <linux/thread_info.h>
#include <linux/types.h>

struct ksignal;
struct linux_binprm;
struct module;
struct pt_regs;

#ifdef CONFIG_ABIMUX

#include <linux/jump_label.h>
#include <uapi/linux/abimux.h>

struct abimux_change;
struct abimux_gate;
struct abimux_kept;
struct abimux_over;
struct abimux_scratch;
struct abimux_slot;
struct abimux_table;
struct abimux_version;

/**
 * struct abimux_table_ops - a system-call table, as it is registered
 * @data: name, convention, errno map and entries
 * @exec: a program was loaded for this table; optional.
 *	@call: the task's call state, for the kfuncs; @exec: registers and
 *	auxiliary vector. Return 0, or a negative errno that kills the task with
 *	SIGSEGV (the old program is gone). Context: the task itself, may sleep,
 *	under no lock.
 * @enter: an ABIMUX_ENTRY_OP entry was called; required if there is one.
 *	@call: number and arguments; pointers among them are user addresses.
 *	Return ABIMUX_DONE, ABIMUX_RUN with flags, or ABIMUX_MISSING; anything
 *	else answers ENOSYS and is reported. Context: the task itself, may
 *	sleep, but must not block: a grace period of RCU Tasks Trace waits for
 *	it. Runs again from the start when a call is restarted after a handler.
 * @leave: the native call returned and enter, or leave before it, had said
 *	ABIMUX_RUN_LEAVE. @call: its result. Return as @enter; another
 *	ABIMUX_RUN runs one more native call, at most ABIMUX_MAX_STEPS in one
 *	foreign call (ELOOP then). Not asked when the native call is going to be
 *	restarted, nor when a handler interrupts it, unless ABIMUX_RUN_INTR was
 *	said too: then it is asked before the handler runs, with -EINTR as the
 *	result, and has to return ABIMUX_DONE. What it leaves in call->ret is the
 *	result, but for -ERESTARTSYS, which makes the call anew after a handler
 *	with SA_RESTART, and -ERESTARTNOINTR, which always does. After a restart
 *	without a handler the native call is made once more, as it was. Context:
 *	as @enter; in the child of a fork or thread call it is the child.
 * @signal: build the frame of a signal handler; optional, without it the frame
 *	is Linux's. @call: as in @exec; @sig: the signal; regs hold the
 *	interrupted registers and, at return, those to start the handler with.
 *	Return 0, or a negative errno that kills the task with SIGSEGV.
 *	Context: as @exec.
 * @hear: something happened to a task, any task of the machine, and a process of
 *	this table listens for it (abimux_listen()); optional. @event:
 *	ABIMUX_EVENT_*; @task: the task, for SIGNAL the one that the signal was
 *	sent to, whether it is blocked, ignored or neither, for FORK the parent,
 *	for EXIT the last thread, which cannot be waited for yet (told twice, at
 *	worst, if two threads end at once); @value: by @event. Context: any, with
 *	locks of the scheduler's and of signals held; does not sleep.
 * @enter_id: id of the BPF program behind @enter, filled in for BPF; else 0
 * @leave_id: id of the BPF program behind @leave, likewise
 * @owner: module of the ops; NULL or filled in for BPF
 *
 * Ops are called by at most one thread for one task, but by many tasks at once.
 */
struct abimux_table_ops {
	struct abimux_table_data data;
	int (*exec)(struct abimux_call *call, struct abimux_exec *exec);
	int (*enter)(struct abimux_call *call);
	int (*leave)(struct abimux_call *call);
	int (*signal)(struct abimux_call *call, struct abimux_signal *sig);
	void (*hear)(u32 event, struct task_struct *task, u64 value);
	u32 enter_id;
	u32 leave_id;
	struct module *owner;
};

/**
 * struct abimux_overlay_ops - what lies over a table, as it is registered
 * @data: name, order, and the native calls that it does not let pass
 * @enter: a call is made by a task that the overlay lies over, before the table
 *	sees it; optional. @call: its number and arguments; pointers among them
 *	are user addresses. Return ABIMUX_RUN to let it go on; with
 *	ABIMUX_RUN_ARGS on call->args (not where a table's arguments are on the
 *	stack), with ABIMUX_RUN_LEAVE to be told the result; or ABIMUX_DONE, which
 *	answers the negative errno in call->ret. Anything else answers ENOSYS and
 *	is reported. Context: the task itself, may sleep, but must not block.
 * @leave: the call is over and enter had said ABIMUX_RUN_LEAVE. @call: its
 *	result; %-EINTR, too, if the call is going to be made anew, which asks
 *	enter again. Not asked for calls that do not return, and in the parent
 *	only if the call made a task. Context: as @enter.
 * @enter_id: id of the BPF program behind @enter, filled in for BPF; else 0
 * @leave_id: id of the BPF program behind @leave, likewise
 * @owner: module of the ops; NULL or filled in for BPF
 */
struct abimux_overlay_ops {
	struct abimux_overlay_data data;
	int (*enter)(struct abimux_overlay_call *call);
	void (*leave)(struct abimux_overlay_call *call);
	u32 enter_id;
	u32 leave_id;
	struct module *owner;
};

/**
 * struct abimux_policy_ops - what decides which table a program gets
 * @name: name of the policy, NUL-terminated
 * @init: the policy is being registered; required. It has to give the core the
 *	map with the tags (abimux_bind_tags()). Return 0, or a negative errno
 *	that makes the registration fail. Context: the registering task, may
 *	sleep; the lock of policies is held.
 * @exit: the policy was unregistered; optional. Context: as @init, but it may be
 *	a kernel worker.
 * @owner: module of the ops; NULL or filled in for BPF
 */
struct abimux_policy_ops {
	char name[ABIMUX_NAME_LEN];
	int (*init)(void);
	void (*exit)(void);
	struct module *owner;
};

int abimux_register_table(struct abimux_table_ops *ops);
int abimux_update_table(struct abimux_table_ops *ops,
			struct abimux_table_ops *old);
void abimux_unregister_table(struct abimux_table_ops *ops);

int abimux_register_overlay(struct abimux_overlay_ops *ops);
int abimux_update_overlay(struct abimux_overlay_ops *ops,
			  struct abimux_overlay_ops *old);
void abimux_unregister_overlay(struct abimux_overlay_ops *ops);

int __abimux_exec(struct linux_binprm *bprm);
int __abimux_fork(struct task_struct *child, unsigned long clone_flags);
int __abimux_forked(struct task_struct *child);
void __abimux_free(struct task_struct *task);
int __abimux_vsyscall(struct pt_regs *regs, int nr);
int __abimux_signal(struct ksignal *ksig, struct pt_regs *regs);
long abimux_enter(struct pt_regs *regs);
long abimux_enter_action(struct pt_regs *regs, struct abimux_task *task,
			 u32 action, const struct abimux_gate *gate);
long abimux_enter_watched(struct pt_regs *regs, unsigned long work);
void abimux_leave(struct pt_regs *regs, unsigned long work);
void abimux_leave_op(struct pt_regs *regs, struct abimux_task *task);

/* Each call goes the long way, for somebody looks at it there. */
DECLARE_STATIC_KEY_FALSE(abimux_watched);

/**
 * struct abimux_gate - what a call has to pass that there is nothing to do for
 * @limit: numbers that it knows; none once there is something new to be looked at
 * @status: what thread_info.status is in a call by the right instruction
 * @number: offset in struct pt_regs of the call's number
 * @state: ABIMUX_STATE_* of a native call that is under way for a plain entry
 * @enter: machine code of the program that is asked the quick way, or NULL
 * @leave: that of its leave op, or NULL
 * @actions: for each number that of the native call, if the entry is plain; else
 *	there is more to do, which the bits above tell
 */
struct abimux_gate {
	u32 limit;
	u32 status;
	u32 number;
	u32 state;
	unsigned int (*enter)(const u64 *ctx);
	unsigned int (*leave)(const u64 *ctx);
	u32 actions[ABIMUX_NR_CALLS];
};

/* struct abimux_task.state: what leave has to do. Zero: nothing. */
#define ABIMUX_STATE_ACTIVE BIT(0) /* a call was entered */
#define ABIMUX_STATE_SAVED BIT(1) /* argument registers were replaced */
#define ABIMUX_STATE_LEAVE BIT(2) /* ask the leave op */
#define ABIMUX_STATE_DONE BIT(3) /* no native call was run */
#define ABIMUX_STATE_REGS BIT(4) /* an op set all registers */
#define ABIMUX_STATE_RESTART BIT(5) /* a signal interrupted the native call */
#define ABIMUX_STATE_EXEC BIT(6) /* the exec op set the result register */
#define ABIMUX_STATE_OP BIT(7) /* an op was asked: call->has_ret2 is its word */
#define ABIMUX_STATE_INTR BIT(8) /* ask it, too, if a handler interrupts */
#define ABIMUX_STATE_OVER BIT(9) /* overlays wait for the result */
#define ABIMUX_STATE_RESULT BIT(10) /* results are not told as Linux does */
#define ABIMUX_STATE_QUICK BIT(11) /* the leave op can be asked the quick way */

/* All that there is of a call whose leave op is to be asked the quick way. */
#define ABIMUX_STATE_QUICK_LEAVE                                      \
	(ABIMUX_STATE_ACTIVE | ABIMUX_STATE_LEAVE | ABIMUX_STATE_OP | \
	 ABIMUX_STATE_QUICK)

/**
 * struct abimux_task - what a foreign task has
 * @call: its call, as ops see it
 * @state: ABIMUX_STATE_*
 * @posted: counts the changes that it was given by others
 * @gate: what its calls pass; closed if there is more to do at the next one
 * @orig_ax: pt_regs.orig_ax as the program had it
 * @ctx: the context of a program that is asked: the address of @call
 * @resume: the interrupted call goes on by restart_syscall()
 * @resume_ip: user address of the instruction that makes it
 * @mm: address space in which the leave op is to be asked, but for one that is asked
 *	the quick way
 * @table: its table
 * @version: the version it last entered with
 * @over: what lies over it, or NULL
 * @next: what it is to become, or NULL
 * @saved: argument registers as the program had them
 * @scratch: scratch memory shared with the threads of the address space
 * @slot: the piece of it that this thread has, or NULL
 * @kept: files and events kept for the process
 * @since: when the table was picked, CLOCK_BOOTTIME in nanoseconds
 * @rcu: for freeing
 *
 * Only the task itself uses it, but for @next and @gate, which others change,
 * with abimux_tasks_lock held, and @table, @over and @since, at which others
 * look, under RCU.
 */
struct abimux_task {
	struct abimux_call call;
	u32 state;
	u32 posted;
	const struct abimux_gate *gate;
	unsigned long orig_ax;
	u64 ctx;
	bool resume;
	unsigned long resume_ip;
	const struct mm_struct *mm;
	struct abimux_table *table;
	struct abimux_version *version;
	struct abimux_over *over;
	struct abimux_change *next;
	u64 saved[ABIMUX_NR_ARGS];
	struct abimux_scratch *scratch;
	struct abimux_slot *slot;
	struct abimux_kept *kept;
	u64 since;
	struct rcu_head rcu;
};

/**
 * abimux_call_enter - turn a foreign call into a native one
 * @regs: the task's user registers
 *
 * Return: number of the native call to run, or -1 if the call was answered.
 * Context: the task itself, at its entry; may sleep. Nobody else looks at its
 * calls.
 */
static __always_inline long abimux_call_enter(struct pt_regs *regs)
{
	struct abimux_task *task = current->abimux;
	const struct abimux_gate *gate = READ_ONCE(task->gate);
	u32 nr = *(u32 *)((void *)regs + gate->number);
	long native;
	u32 action;

	/* data_race(): it is read once, and either value will do. */
	if (unlikely(task->state || nr >= data_race(gate->limit) ||
		     current_thread_info()->status != gate->status) ||
	    static_branch_unlikely(&abimux_watched))
		return abimux_enter(regs);
	/* Not beyond it when that was guessed wrong, either. */
	action = gate->actions[nr & (ABIMUX_NR_CALLS - 1)];
	if (unlikely(action > U16_MAX)) {
		task->call.nr = nr;
		return abimux_enter_action(regs, task, action, gate);
	}
	task->orig_ax = regs->orig_ax;
	regs->orig_ax = action;
	task->state = gate->state;
	native = action;
	/* What it is known to be must not shape the path of native calls. */
	OPTIMIZER_HIDE_VAR(native);
	return native;
}

/**
 * abimux_call_leave - give a foreign call its result
 * @regs: the task's user registers, with the result of the native call
 *
 * Context: the task itself, at its exit; may sleep. Nobody else looks at its
 * calls.
 */
static __always_inline void abimux_call_leave(struct pt_regs *regs)
{
	struct abimux_task *task = current->abimux;

	if (static_branch_unlikely(&abimux_watched)) {
		abimux_leave(regs, SYSCALL_WORK_ABIMUX);
	} else if (likely(task->state == ABIMUX_STATE_ACTIVE &&
			  !IS_ERR_VALUE(regs->ax))) {
		regs->orig_ax = task->orig_ax;
		task->state = 0;
	} else if (task->state == ABIMUX_STATE_QUICK_LEAVE) {
		abimux_leave_op(regs, task);
	} else {
		abimux_leave(regs, SYSCALL_WORK_ABIMUX);
	}
}

/**
 * abimux_exec - give a task the table that its new program was tagged for
 * @bprm: the program, after its loader succeeded
 *
 * Return: 0, or a negative errno that has to end the task:
 * * %-ENOEXEC: the tag names no table, or one for another machine
 * * %-ENOMEM: no memory for the task's call state
 * * other: from the table's exec op
 * Context: the task itself; may sleep.
 */
static inline int abimux_exec(struct linux_binprm *bprm)
{
	return __abimux_exec(bprm);
}

/**
 * abimux_dup - forget the table pointer in a task_struct that was just copied
 * @task: the copy
 */
static inline void abimux_dup(struct task_struct *task)
{
	task->abimux = NULL;
}

/**
 * abimux_fork - give a new task its parent's table
 * @child: the new task, not yet running
 * @clone_flags: CLONE_*
 *
 * Return: 0, or %-ENOMEM.
 * Context: the parent; may sleep.
 */
static inline int abimux_fork(struct task_struct *child,
			      unsigned long clone_flags)
{
	return READ_ONCE(current->abimux) ? __abimux_fork(child, clone_flags) :
					    0;
}

/**
 * abimux_forked - give a new task what was given to its parent since abimux_fork()
 * @child: the new task, about to be made visible
 *
 * Return: 0, or %-ENOMEM.
 * Context: the parent; holds tasklist_lock for writing, so that no task is both
 * missed by who walks all tasks and without what its parent was given.
 */
static inline int abimux_forked(struct task_struct *child)
{
	return READ_ONCE(current->abimux) ? __abimux_forked(child) : 0;
}

/**
 * abimux_vsyscall - ask whether a call may be made by the vsyscall page
 * @regs: the task's user registers; get the result if not
 * @nr: number of the native call
 *
 * Return: 0, or -1 if it is refused.
 * Context: the task itself; may sleep.
 */
static inline int abimux_vsyscall(struct pt_regs *regs, int nr)
{
	return READ_ONCE(current->abimux) ? __abimux_vsyscall(regs, nr) : 0;
}

/**
 * abimux_free - drop a task's table when its task_struct goes
 * @task: the task, no longer running
 *
 * Context: any; does not sleep.
 */
static inline void abimux_free(struct task_struct *task)
{
	if (task->abimux)
		__abimux_free(task);
}

/**
 * abimux_signal - set up a handler's frame by the task's table
 * @ksig: the signal
 * @regs: the task's user registers
 *
 * Return: 1 if Linux's frame has to be set up, 0 if the table did it, or a
 * negative errno.
 * Context: the task itself; may sleep.
 */
static inline int abimux_signal(struct ksignal *ksig, struct pt_regs *regs)
{
	return READ_ONCE(current->abimux) ? __abimux_signal(ksig, regs) : 1;
}

#else /* !CONFIG_ABIMUX */

static inline int abimux_exec(struct linux_binprm *bprm)
{
	return 0;
}

static inline void abimux_dup(struct task_struct *task)
{
}

static inline int abimux_fork(struct task_struct *child,
			      unsigned long clone_flags)
{
	return 0;
}

static inline int abimux_forked(struct task_struct *child)
{
	return 0;
}

static inline int abimux_vsyscall(struct pt_regs *regs, int nr)
{
	return 0;
}

static inline void abimux_free(struct task_struct *task)
{
}

static inline int abimux_signal(struct ksignal *ksig, struct pt_regs *regs)
{
	return 1;
}

static inline long abimux_call_enter(struct pt_regs *regs)
{
	return -1;
}

static inline long abimux_enter_watched(struct pt_regs *regs,
					unsigned long work)
{
	return -1;
}

static inline void abimux_call_leave(struct pt_regs *regs)
{
}

static inline void abimux_leave(struct pt_regs *regs, unsigned long work)
{
}

#endif /* CONFIG_ABIMUX */

#endif /* _LINUX_ABIMUX_H */
