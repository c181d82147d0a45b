// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: what a task has if it is foreign, from exec over fork to its end.
 */
#include <linux/bitops.h>
#include <linux/entry-common.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/thread_info.h>
#include <linux/timekeeping.h>
#include <kunit/visibility.h>
#include <trace/events/abimux.h>

#include "abimux.h"

static struct kmem_cache *abimux_cache;

static int __init abimux_task_init(void)
{
	abimux_cache = KMEM_CACHE(abimux_task, SLAB_ACCOUNT | SLAB_PANIC);
	return 0;
}
core_initcall(abimux_task_init);

/**
 * abimux_task_new - make the state of a task on a table
 * @table: the table; its reference goes to the state, also on failure
 *
 * Return: the state, or NULL if there is no memory.
 * Context: may sleep.
 */
struct abimux_task *abimux_task_new(struct abimux_table *table)
{
	struct abimux_task *task = kmem_cache_zalloc(abimux_cache, GFP_KERNEL);

	if (!task)
		goto put;
	task->scratch = abimux_scratch_new();
	if (!task->scratch)
		goto free;
	task->kept = abimux_kept_new(table);
	if (!task->kept)
		goto scratch;
	task->table = table;
	task->version = abimux_version_get(table);
	task->since = ktime_get_boottime_ns();
	return task;
scratch:
	abimux_scratch_put(task->scratch, NULL);
free:
	kmem_cache_free(abimux_cache, task);
put:
	abimux_table_put(table);
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_task_new);

/**
 * abimux_task_free - free the state of a task, and what it holds
 * @task: the state, of no use to any task
 *
 * Context: any; does not sleep.
 */
void abimux_task_free(struct abimux_task *task)
{
	abimux_version_put(task->version);
	abimux_table_put(task->table);
	abimux_scratch_put(task->scratch, task->slot);
	abimux_kept_put(task->kept);
	kfree_rcu(task, rcu);
}
EXPORT_SYMBOL_IF_KUNIT(abimux_task_free);

/**
 * abimux_task_set - change what the current task is
 * @task: its new state, or NULL to make it native
 *
 * Context: the task itself, in a call; does not sleep.
 */
void abimux_task_set(struct abimux_task *task)
{
	struct abimux_task *was = current->abimux;

	/* Iterators look at it under RCU. */
	smp_store_release(&current->abimux, task);
	if (task)
		set_syscall_work(ABIMUX);
	else
		clear_syscall_work(ABIMUX);
	if (was)
		abimux_task_free(was);
}
EXPORT_SYMBOL_IF_KUNIT(abimux_task_set);

/**
 * abimux_task_move - enter with the newest version of the table from now on
 * @task: the state of the current task, between two calls
 *
 * Context: the task itself; does not sleep.
 */
void abimux_task_move(struct abimux_task *task)
{
	struct abimux_version *was = task->version;

	task->version = abimux_version_get(task->table);
	abimux_version_put(was);
}

static int task_share_memory(struct abimux_task *task,
			     unsigned long clone_flags)
{
	if (clone_flags & CLONE_VM) {
		task->scratch = abimux_scratch_share(task->scratch);
		task->slot = NULL;
		return 0;
	}
	/* The copied address space has this thread's piece at the same place. */
	task->slot = abimux_slot_copy(task->slot);
	task->scratch = abimux_scratch_new();
	if (task->scratch)
		return 0;
	kfree(task->slot);
	return -ENOMEM;
}

static int task_share(struct abimux_task *task, unsigned long clone_flags)
{
	struct abimux_kept *kept;

	kept = clone_flags & CLONE_FILES ? abimux_kept_share(task->kept) :
					   abimux_kept_new(task->table);
	if (!kept)
		return -ENOMEM;
	if (task_share_memory(task, clone_flags)) {
		abimux_kept_put(kept);
		return -ENOMEM;
	}
	task->kept = kept;
	return 0;
}

int __abimux_fork(struct task_struct *child, unsigned long clone_flags)
{
	struct abimux_task *task;

	/* Kernel threads and workers make no calls. */
	if (child->flags & (PF_KTHREAD | PF_USER_WORKER)) {
		clear_task_syscall_work(child, ABIMUX);
		return 0;
	}
	task = kmem_cache_alloc(abimux_cache, GFP_KERNEL);
	if (!task)
		return -ENOMEM;
	*task = *current->abimux;
	if (task_share(task, clone_flags)) {
		kmem_cache_free(abimux_cache, task);
		return -ENOMEM;
	}
	refcount_inc(&task->table->refs);
	refcount_inc(&task->version->refs);
	task->call.child = 1;
	task->mm = child->mm;
	child->abimux = task;
	trace_abimux_fork(child);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(__abimux_fork);

void __abimux_free(struct task_struct *task)
{
	abimux_task_free(task->abimux);
	task->abimux = NULL;
}
EXPORT_SYMBOL_IF_KUNIT(__abimux_free);
