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
};

static int exec_refuse(const char *name, int reason, int err)
{
	trace_abimux_refused(name, 0, reason);
	pr_info_ratelimited("%s[%d]: table %s: %s\n", current->comm,
			    task_pid_nr(current), name, reasons[reason]);
	return err;
}

/* What was kept for the old program stays so for one of the same table. */
static void exec_keep(struct abimux_task *task)
{
	const struct abimux_task *was = current->abimux;

	if (!was || was->table != task->table)
		return;
	abimux_kept_put(task->kept);
	task->kept = abimux_kept_share(was->kept);
}

static int exec_on(struct abimux_table *table, const struct linux_binprm *bprm)
{
	struct pt_regs *regs = current_pt_regs();
	struct abimux_task *task = abimux_task_new(table);
	int err;

	if (!task)
		return -ENOMEM;
	exec_keep(task);
	abimux_task_set(task);
	if (task->version->i386 == user_64bit_mode(regs))
		return exec_refuse(table->name, ABIMUX_REFUSED_MACHINE,
				   -ENOEXEC);
	err = exec_op(task, bprm, regs);
	if (err)
		return exec_refuse(table->name, ABIMUX_REFUSED_EXEC, err);
	trace_abimux_exec(table->name);
	return 0;
}

static int exec_pick(struct linux_binprm *bprm)
{
	char name[ABIMUX_NAME_LEN];
	struct abimux_table *table;

	if (!abimux_policy_tag(name) || !strcmp(name, ABIMUX_NATIVE_TABLE)) {
		if (current->abimux)
			abimux_task_set(NULL);
		return 0;
	}
	table = abimux_table_get(name);
	if (!table)
		return exec_refuse(name, ABIMUX_REFUSED_TABLE, -ENOEXEC);
	return exec_on(table, bprm);
}

int __abimux_exec(struct linux_binprm *bprm)
{
	int err = exec_pick(bprm);

	/* The task ends; what its old table would do is no longer wanted. */
	if (err && current->abimux)
		current->abimux->state = 0;
	return err;
}
