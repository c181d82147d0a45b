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
#include <asm/abimux.h>
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

/* Who changes what another task is to become holds it. */
DEFINE_SPINLOCK(abimux_tasks_lock);

/* A native program keeps nothing, and needs no memory of ours. */
static bool task_fill(struct abimux_task *task, gfp_t gfp)
{
	if (task->table == &abimux_linux)
		return true;
	task->scratch = abimux_scratch_new(gfp);
	task->kept = abimux_kept_new(task->table, gfp);
	return task->scratch && task->kept;
}

/**
 * abimux_task_new - make the state of a task on a table
 * @table: the table; its reference goes to the state, also on failure
 * @gfp: how to get memory
 *
 * Return: the state, or NULL if there is no memory.
 */
struct abimux_task *abimux_task_new(struct abimux_table *table, gfp_t gfp)
{
	struct abimux_task *task = kmem_cache_zalloc(abimux_cache, gfp);

	if (!task) {
		abimux_table_put(table);
		return NULL;
	}
	task->ctx = (unsigned long)&task->call;
	task->table = table;
	task->version = abimux_version_get(table);
	task->gate = abimux_gate_of(task);
	task->since = ktime_get_boottime_ns();
	if (task_fill(task, gfp))
		return task;
	abimux_task_free(task);
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
	abimux_over_free(task->over);
	abimux_change_free(task->next);
	kfree_rcu(task, rcu);
}
EXPORT_SYMBOL_IF_KUNIT(abimux_task_free);

/**
 * abimux_task_publish - let a task have a state
 * @p: the task, the current one or a native one
 * @task: the state, or NULL to make it native
 *
 * Context: abimux_tasks_lock is held.
 */
void abimux_task_publish(struct task_struct *p, struct abimux_task *task)
{
	/* Who sees the bit, or looks under RCU, finds a state that is filled. */
	smp_store_release(&p->abimux, task);
	/* set_bit() is no barrier. */
	smp_mb__before_atomic();
	if (task)
		set_task_syscall_work(p, ABIMUX);
	else
		clear_task_syscall_work(p, ABIMUX);
}

/**
 * abimux_task_replace - change what the current task is, if it is what it was
 * @was: its state, or NULL
 * @posted: number of changes that @was had been given when it was looked at
 * @task: its new state, or NULL to make it native
 *
 * Return: false, and nothing is done, if others gave it another change.
 * Context: the task itself, in a call; does not sleep.
 */
bool abimux_task_replace(struct abimux_task *was, u32 posted,
			 struct abimux_task *task)
{
	unsigned long flags;
	bool same;

	spin_lock_irqsave(&abimux_tasks_lock, flags);
	same = current->abimux == was && (!was || was->posted == posted);
	if (same)
		abimux_task_publish(current, task);
	spin_unlock_irqrestore(&abimux_tasks_lock, flags);
	if (same && was)
		abimux_task_free(was);
	return same;
}

/**
 * abimux_task_set - change what the current task is
 * @task: its new state, or NULL to make it native
 *
 * Context: the task itself, in a call; does not sleep.
 */
void abimux_task_set(struct abimux_task *task)
{
	struct abimux_task *was = current->abimux;

	while (!abimux_task_replace(was, was ? READ_ONCE(was->posted) : 0,
				    task))
		was = current->abimux;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_task_set);

/**
 * abimux_task_use - enter with another version from now on
 * @task: the state of the current task, between two calls
 * @version: the version; its reference goes to the state
 *
 * Context: the task itself; does not sleep.
 */
void abimux_task_use(struct abimux_task *task, struct abimux_version *version)
{
	struct abimux_version *was = task->version;

	task->version = version;
	abimux_version_put(was);
}

/* What the programs of one table kept means nothing to those of another. */
static void change_table(struct abimux_task *task, struct abimux_change *change,
			 struct abimux_table *was)
{
	abimux_scratch_put(task->scratch, task->slot);
	abimux_kept_put(task->kept);
	task->slot = NULL;
	task->scratch = change->scratch;
	task->kept = change->kept;
	memset(task->call.task, 0, sizeof(task->call.task));
	abimux_task_use(task, abimux_version_get(change->table));
	WRITE_ONCE(task->since, ktime_get_boottime_ns());
	abimux_table_put(was);
}

static void task_change(struct abimux_task *task)
{
	struct abimux_change *change;
	struct abimux_over *over = task->over;
	struct abimux_table *was = task->table;
	unsigned long flags;

	/* Who wants it to be something else must not find what it no longer is. */
	spin_lock_irqsave(&abimux_tasks_lock, flags);
	change = task->next;
	WRITE_ONCE(task->next, NULL);
	task->posted++;
	WRITE_ONCE(task->over, change->over);
	if (change->table)
		WRITE_ONCE(task->table, change->table);
	spin_unlock_irqrestore(&abimux_tasks_lock, flags);
	abimux_over_free(over);
	if (task->table != was) {
		change_table(task, change, was);
		kfree(change);
		return;
	}
	change->over = NULL;
	abimux_change_free(change);
}

static void task_uncover(struct abimux_task *task)
{
	struct abimux_over *over = task->over;
	unsigned long flags;

	spin_lock_irqsave(&abimux_tasks_lock, flags);
	WRITE_ONCE(task->over, NULL);
	spin_unlock_irqrestore(&abimux_tasks_lock, flags);
	abimux_over_free(over);
}

/* Nothing is left of it; and if nobody wants anything else, it is native again. */
static bool task_ends(struct abimux_task *task)
{
	unsigned long flags;
	bool ends;

	if (task->table != &abimux_linux || task->over)
		return false;
	spin_lock_irqsave(&abimux_tasks_lock, flags);
	ends = !task->next;
	if (ends)
		abimux_task_publish(current, NULL);
	spin_unlock_irqrestore(&abimux_tasks_lock, flags);
	if (ends)
		abimux_task_free(task);
	return ends;
}

/* Let calls pass again, unless there is something new by now. */
static void task_open(struct abimux_task *task)
{
	unsigned long flags;

	/* Nothing that others do opens it: no need to keep them away. */
	if (READ_ONCE(task->gate) == &abimux_closed &&
	    abimux_gate_of(task) == &abimux_closed)
		return;
	spin_lock_irqsave(&abimux_tasks_lock, flags);
	WRITE_ONCE(task->gate, abimux_gate_of(task));
	spin_unlock_irqrestore(&abimux_tasks_lock, flags);
}

/**
 * abimux_task_use_linux - make a native call by the other instruction
 * @task: the state of the current task, of table "linux"
 *
 * Context: the task itself; does not sleep.
 */
void abimux_task_use_linux(struct abimux_task *task)
{
	abimux_task_use(task, abimux_linux_version(abimux_arch_i386()));
	task_open(task);
}

/**
 * abimux_task_move - become what is wanted of the task by now
 * @task: the state of the current task, between two calls
 *
 * Return: the state, or NULL if the task is native now.
 * Context: the task itself; does not sleep.
 */
struct abimux_task *abimux_task_move(struct abimux_task *task)
{
	do {
		if (unlikely(READ_ONCE(task->next)))
			task_change(task);
		if (task->over &&
		    task->over->serial != abimux_overlays_serial() &&
		    !abimux_over_refresh(task->over, task->table))
			task_uncover(task);
		if (task_ends(task))
			return NULL;
	} while (task->table == &abimux_linux && !task->over);
	if (task->table != &abimux_linux &&
	    task->version != rcu_access_pointer(task->table->version))
		abimux_task_use(task, abimux_version_get(task->table));
	task_open(task);
	return task;
}

/* Memory and descriptors: the child has those of its parent, or copies. */
static int task_share_memory(struct abimux_task *task,
			     unsigned long clone_flags)
{
	const struct abimux_task *parent = current->abimux;

	if (clone_flags & CLONE_VM) {
		task->scratch = abimux_scratch_share(parent->scratch);
		return 0;
	}
	/* The copied address space has this thread's piece at the same place. */
	task->scratch = abimux_scratch_new(GFP_KERNEL);
	if (!task->scratch)
		return -ENOMEM;
	task->slot = abimux_slot_copy(parent->slot);
	return 0;
}

static int task_share(struct abimux_task *task, unsigned long clone_flags)
{
	const struct abimux_task *parent = current->abimux;

	if (parent->over) {
		task->over = abimux_over_copy(parent->over, GFP_KERNEL);
		if (!task->over)
			return -ENOMEM;
		/* The call that made the child may go on in it. */
		if (!abimux_over_refresh(task->over, task->table))
			task_uncover(task);
	}
	if (task->table == &abimux_linux)
		return 0;
	task->kept = clone_flags & CLONE_FILES ?
			     abimux_kept_share(parent->kept) :
			     abimux_kept_new(task->table, GFP_KERNEL);
	return task->kept ? task_share_memory(task, clone_flags) : -ENOMEM;
}

/* A copy of what is the parent's, without what would need a reference. */
static struct abimux_task *task_copy(gfp_t gfp)
{
	struct abimux_task *task = kmem_cache_alloc(abimux_cache, gfp);
	unsigned long flags;

	if (!task)
		return NULL;
	spin_lock_irqsave(&abimux_tasks_lock, flags);
	*task = *current->abimux;
	spin_unlock_irqrestore(&abimux_tasks_lock, flags);
	task->ctx = (unsigned long)&task->call;
	/* In the child no overlay waits for the result. */
	task->state &= ~ABIMUX_STATE_OVER;
	task->scratch = NULL;
	task->slot = NULL;
	task->kept = NULL;
	task->over = NULL;
	task->next = NULL;
	refcount_inc(&task->table->refs);
	refcount_inc(&task->version->refs);
	return task;
}

/*
 * It comes back from its parent's call, and not the quick way: who ends the call has
 * to forget that it is a child then.
 */
static void task_in_child(struct abimux_task *task)
{
	if (!(task->state & ABIMUX_STATE_ACTIVE))
		return;
	task->call.child = 1;
	task->state &= ~ABIMUX_STATE_QUICK;
	task->state |= ABIMUX_STATE_OP;
}

int __abimux_fork(struct task_struct *child, unsigned long clone_flags)
{
	struct abimux_task *task;

	/* Kernel threads and workers make no calls. */
	if (child->flags & (PF_KTHREAD | PF_USER_WORKER)) {
		clear_task_syscall_work(child, ABIMUX);
		return 0;
	}
	task = task_copy(GFP_KERNEL);
	if (!task)
		return -ENOMEM;
	if (task_share(task, clone_flags)) {
		abimux_task_free(task);
		return -ENOMEM;
	}
	task->gate = abimux_gate_of(task);
	task_in_child(task);
	task->mm = child->mm;
	child->abimux = task;
	set_task_syscall_work(child, ABIMUX);
	trace_abimux_fork(child);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(__abimux_fork);

/* It was native when it began to fork: there is no call to come back from. */
static int forked_new(struct task_struct *child)
{
	struct abimux_task *task;

	refcount_inc(&abimux_linux.refs);
	task = abimux_task_new(&abimux_linux, GFP_ATOMIC);
	if (!task)
		return -ENOMEM;
	child->abimux = task;
	set_task_syscall_work(child, ABIMUX);
	return 0;
}

int __abimux_forked(struct task_struct *child)
{
	const struct abimux_change *next;
	unsigned long flags;
	int err = 0;

	if (child->flags & (PF_KTHREAD | PF_USER_WORKER))
		return 0;
	if (!child->abimux)
		err = forked_new(child);
	if (err)
		return err;
	spin_lock_irqsave(&abimux_tasks_lock, flags);
	next = current->abimux->next;
	if (next)
		err = abimux_change_copy(child, next);
	spin_unlock_irqrestore(&abimux_tasks_lock, flags);
	return err;
}

void __abimux_free(struct task_struct *task)
{
	abimux_task_free(task->abimux);
	task->abimux = NULL;
}
EXPORT_SYMBOL_IF_KUNIT(__abimux_free);
