// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: pick the table of a program that was just loaded.
 */
#define pr_fmt(fmt) "abimux: " fmt

#include <linux/binfmts.h>
#include <linux/elf.h>
#include <linux/mm_types.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/abimux.h>
#include <trace/events/abimux.h>

#include "abimux.h"

/* Pairs of the auxiliary vector, the terminating one included. */
static u32 auxv_count(const struct mm_struct *mm, u32 word)
{
	u32 i;

	for (i = 0; i + 1 < AT_VECTOR_SIZE; i += 2) {
		bool end = word == sizeof(u64) ?
				   mm->saved_auxv[i] == AT_NULL :
				   ((u32 *)mm->saved_auxv)[i] == AT_NULL;
		if (end)
			return i / 2 + 1;
	}
	return 0;
}

static void exec_fill(struct abimux_exec *exec, const struct linux_binprm *bprm,
		      const struct pt_regs *regs, bool i386)
{
	abimux_regs_get(regs, &exec->regs);
	exec->word = i386 ? sizeof(u32) : sizeof(u64);
	exec->argc = bprm->argc;
	exec->envc = bprm->envc;
	/* argc, the arguments, a null, the environment, a null. */
	exec->auxv = regs->sp + (3UL + bprm->argc + bprm->envc) * exec->word;
	exec->auxc = auxv_count(current->mm, exec->word);
	exec->secure = bprm->secureexec;
}

/* Ask the table's exec op; what it says about registers is done or refused. */
static int exec_op(struct abimux_task *task, const struct linux_binprm *bprm,
		   struct pt_regs *regs)
{
	const struct abimux_table_ops *ops = task->version->ops;
	struct abimux_exec exec = {};
	int err;

	if (!ops->exec)
		return 0;
	exec_fill(&exec, bprm, regs, task->version->i386);
	exec.regs.ax = 0;
	err = ops->exec(&task->call, &exec);
	if (!err)
		err = abimux_regs_set(regs, &exec.regs);
	if (err)
		return err < 0 && err >= -MAX_ERRNO ? err : -EINVAL;
	/* execve()'s own result is stored after this. */
	task->call.ret = exec.regs.ax;
	task->state = ABIMUX_STATE_EXEC;
	return 0;
}

static const char *const reasons[] = {
	[ABIMUX_REFUSED_TABLE] = "not registered",
	[ABIMUX_REFUSED_MACHINE] = "for another machine",
	[ABIMUX_REFUSED_EXEC] = "exec op failed",
	[ABIMUX_REFUSED_OVERLAYS] = "too many overlays",
};

static int exec_refuse(const char *name, int reason, int err)
{
	trace_abimux_refused(name, 0, reason);
	pr_info_ratelimited("%s[%d]: table %s: %s\n", current->comm,
			    task_pid_nr(current), name, reasons[reason]);
	return err;
}

/* What was kept for the old program stays so for one of the same table. */
static void exec_keep(struct abimux_task *task, const struct abimux_task *was)
{
	if (!was || was->table != task->table || !task->kept)
		return;
	abimux_kept_put(task->kept);
	task->kept = abimux_kept_share(was->kept);
}

/**
 * struct exec_over - what is going to lie over the new program
 * @was: state of the task before, or NULL
 * @posted: number of changes that @was had been given by then
 * @count: overlays
 * @overlays: the overlays, with a reference to each
 */
struct exec_over {
	struct abimux_task *was;
	u32 posted;
	u32 count;
	struct abimux_overlay *overlays[ABIMUX_MAX_OVERLAYS];
};

/* Whatever is executed, what lay over the task stays there. */
static void over_inherit(struct exec_over *list)
{
	unsigned long flags;
	const struct abimux_change *next;
	const struct abimux_over *over;
	u32 i;

	list->count = 0;
	spin_lock_irqsave(&abimux_tasks_lock, flags);
	list->was = current->abimux;
	if (list->was) {
		next = list->was->next;
		over = next ? next->over : list->was->over;
		list->posted = list->was->posted;
		list->count = abimux_over_list(over, list->overlays);
	}
	for (i = 0; i < list->count; i++)
		refcount_inc(&list->overlays[i]->refs);
	spin_unlock_irqrestore(&abimux_tasks_lock, flags);
}

static void over_put(struct exec_over *list)
{
	while (list->count)
		abimux_overlay_put(list->overlays[--list->count]);
}

/* Those that the policy named; one that is gone was taken away by who may. */
static int over_tagged(struct exec_over *list, const struct abimux_tag *tag)
{
	struct abimux_overlay *overlay;
	int i, err;

	for (i = 0; i < ABIMUX_MAX_OVERLAYS && tag->overlays[i]; i++) {
		overlay = abimux_overlay_get(tag->overlays[i]);
		if (!overlay)
			continue;
		err = abimux_over_add(list->overlays, &list->count, overlay);
		if (err)
			abimux_overlay_put(overlay);
		if (err == -E2BIG)
			return err;
	}
	return 0;
}

/* A native task that nothing lies over has no state. */
static struct abimux_task *task_for(struct abimux_table *table,
				    struct exec_over *list)
{
	struct abimux_task *task;

	if (table == &abimux_linux && !list->count) {
		abimux_table_put(table);
		return NULL;
	}
	task = abimux_task_new(table, GFP_KERNEL);
	if (!task)
		return ERR_PTR(-ENOMEM);
	exec_keep(task, list->was);
	if (!list->count)
		return task;
	task->over = abimux_over_new(list->overlays, list->count, GFP_KERNEL);
	if (task->over) {
		task->gate = &abimux_closed;
		return task;
	}
	abimux_task_free(task);
	return ERR_PTR(-ENOMEM);
}

/* Return: 0, or %-EAGAIN: others have changed meanwhile what it was. */
static int exec_try(struct abimux_table *table, const struct abimux_tag *tag)
{
	struct exec_over list = {};
	struct abimux_task *task;
	int err;

	over_inherit(&list);
	err = over_tagged(&list, tag);
	if (err)
		goto put;
	refcount_inc(&table->refs);
	task = task_for(table, &list);
	err = PTR_ERR_OR_ZERO(task);
	if (!err && !abimux_task_replace(list.was, list.posted, task)) {
		err = -EAGAIN;
		if (task)
			abimux_task_free(task);
	}
put:
	over_put(&list);
	return err;
}

static int exec_become(struct abimux_table *table, const struct abimux_tag *tag)
{
	int err;

	do {
		err = exec_try(table, tag);
	} while (err == -EAGAIN);
	if (err == -E2BIG)
		return exec_refuse(table->name, ABIMUX_REFUSED_OVERLAYS, err);
	return err;
}

static int exec_foreign(const struct linux_binprm *bprm)
{
	struct pt_regs *regs = current_pt_regs();
	struct abimux_task *task = current->abimux;
	const char *name = task->table->name;
	int err;

	if (task->version->i386 == user_64bit_mode(regs))
		return exec_refuse(name, ABIMUX_REFUSED_MACHINE, -ENOEXEC);
	err = exec_op(task, bprm, regs);
	if (err)
		return exec_refuse(name, ABIMUX_REFUSED_EXEC, err);
	trace_abimux_exec(name);
	return 0;
}

static int exec_pick(const struct linux_binprm *bprm)
{
	struct abimux_tag tag = { .table = ABIMUX_NATIVE_TABLE };
	struct abimux_table *table;
	int err;

	abimux_policy_tag(&tag);
	if (!current->abimux && !tag.overlays[0] &&
	    !strcmp(tag.table, ABIMUX_NATIVE_TABLE))
		return 0;
	table = abimux_table_get_any(tag.table);
	if (!table)
		return exec_refuse(tag.table, ABIMUX_REFUSED_TABLE, -ENOEXEC);
	err = exec_become(table, &tag);
	if (!err && table != &abimux_linux)
		err = exec_foreign(bprm);
	abimux_table_put(table);
	return err;
}

int __abimux_exec(struct linux_binprm *bprm)
{
	int err = exec_pick(bprm);

	/* The task ends; what its old table would do is no longer wanted. */
	if (err && current->abimux)
		abimux_call_forget(current->abimux);
	return err;
}
