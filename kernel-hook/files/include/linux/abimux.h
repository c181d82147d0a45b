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
#include <linux/types.h>

struct ksignal;
struct linux_binprm;
struct module;
struct pt_regs;

#ifdef CONFIG_ABIMUX

#include <uapi/linux/abimux.h>

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
long abimux_enter_watched(struct pt_regs *regs, unsigned long work);
void abimux_leave(struct pt_regs *regs, unsigned long work);

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
	return current->abimux ? __abimux_fork(child, clone_flags) : 0;
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
	return current->abimux ? __abimux_forked(child) : 0;
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
	return current->abimux ? __abimux_vsyscall(regs, nr) : 0;
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
	return current->abimux ? __abimux_signal(ksig, regs) : 1;
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

static inline long abimux_enter(struct pt_regs *regs)
{
	return -1;
}

static inline long abimux_enter_watched(struct pt_regs *regs,
					unsigned long work)
{
	return -1;
}

static inline void abimux_leave(struct pt_regs *regs, unsigned long work)
{
}

#endif /* CONFIG_ABIMUX */

#endif /* _LINUX_ABIMUX_H */
