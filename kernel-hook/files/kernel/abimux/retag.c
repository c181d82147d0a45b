// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: give running tasks another table, or other overlays.
 *
 * Nobody but a task itself changes what it is, and only between two calls. What
 * is made here is what it is to become; it takes that at its next call. A task
 * that was native is given the table "linux" first, so that it looks.
 */
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <asm/abimux.h>
#include <kunit/visibility.h>

#include "abimux.h"

/* One at a time; who only does so for itself, as exec, is noticed. */
static DEFINE_SPINLOCK(retag_lock);

/**
 * struct retag - one change of one task or process
 * @how: what is asked for
 * @table: the table, or NULL
 * @overlay: the overlay, or NULL
 * @scratch: for the process on its new table
 * @kept: likewise
 * @plans: what each thread becomes
 */
struct retag {
	const struct abimux_retag *how;
	struct abimux_table *table;
	struct abimux_overlay *overlay;
	struct abimux_scratch *scratch;
	struct abimux_kept *kept;
	struct list_head plans;
};

/**
 * struct plan - what one thread becomes
 * @node: in the list of the change
 * @thread: the thread
 * @was: its state now, or NULL
 * @posted: number of changes that it was given before
 * @has: the table that it has without us; only to compare
 * @count: how many overlays are to lie over it
 * @overlays: these, with a reference to each
 * @change: the change, of which the thread gets hold
 * @task: its state from now on if it has none
 */
struct plan {
	struct list_head node;
	struct task_struct *thread;
	struct abimux_task *was;
	u32 posted;
	const struct abimux_table *has;
	u32 count;
	struct abimux_overlay *overlays[ABIMUX_MAX_OVERLAYS];
	struct abimux_change *change;
	struct abimux_task *task;
};

/**
 * abimux_change_free - drop a change that no task will take
 * @change: the change, or NULL
 *
 * Context: any; does not sleep.
 */
void abimux_change_free(struct abimux_change *change)
{
	if (!change)
		return;
	if (change->table)
		abimux_table_put(change->table);
	abimux_scratch_put(change->scratch, NULL);
	abimux_kept_put(change->kept);
	abimux_over_free(change->over);
	kfree(change);
}

/* A thread shares them with its parent, a process has its own. */
static int copy_table(struct abimux_change *change,
		      const struct abimux_change *from,
		      const struct task_struct *child)
{
	if (!from->table)
		return 0;
	refcount_inc(&from->table->refs);
	change->table = from->table;
	if (from->table == &abimux_linux)
		return 0;
	change->scratch = child->mm == current->mm ?
				  abimux_scratch_share(from->scratch) :
				  abimux_scratch_new(GFP_ATOMIC);
	change->kept = child->files == current->files ?
			       abimux_kept_share(from->kept) :
			       abimux_kept_new(from->table, GFP_ATOMIC);
	return change->scratch && change->kept ? 0 : -ENOMEM;
}

static int copy_over(struct abimux_change *change,
		     const struct abimux_change *from)
{
	if (!from->over)
		return 0;
	change->over = abimux_over_copy(from->over, GFP_ATOMIC);
	return change->over ? 0 : -ENOMEM;
}

/**
 * abimux_change_copy - what a task is to become, its new child is to become, too
 * @child: the child of the current task, not yet visible
 * @change: the change
 *
 * Return: 0, or %-ENOMEM.
 * Context: abimux_tasks_lock is held.
 */
int abimux_change_copy(struct task_struct *child,
		       const struct abimux_change *change)
{
	struct abimux_change *copy = kzalloc(sizeof(*copy), GFP_ATOMIC);
	int err;

	if (!copy)
		return -ENOMEM;
	err = copy_table(copy, change, child);
	if (!err)
		err = copy_over(copy, change);
	if (err) {
		abimux_change_free(copy);
		return err;
	}
	child->abimux->next = copy;
	child->abimux->gate = &abimux_closed;
	return 0;
}

static void plan_free(struct plan *plan)
{
	while (plan->count)
		abimux_overlay_put(plan->overlays[--plan->count]);
	abimux_change_free(plan->change);
	if (plan->task)
		abimux_task_free(plan->task);
	kfree(plan);
}

static void plans_free(struct retag *retag)
{
	struct plan *plan, *next;

	list_for_each_entry_safe(plan, next, &retag->plans, node)
		plan_free(plan);
	INIT_LIST_HEAD(&retag->plans);
}

/* A table that is still to be taken stays what is to be taken. */
static void take_table(struct abimux_change *change,
		       const struct abimux_change *from)
{
	refcount_inc(&from->table->refs);
	change->table = from->table;
	change->scratch = abimux_scratch_share(from->scratch);
	change->kept = abimux_kept_share(from->kept);
}

/* What the thread has, or is going to have without us. */
static void find_has(struct plan *plan, const struct abimux_table *table)
{
	struct abimux_task *was = plan->was;
	const struct abimux_change *next = was->next;
	u32 i;

	plan->posted = was->posted;
	plan->has = next && next->table ? next->table : was->table;
	plan->count =
		abimux_over_list(next ? next->over : was->over, plan->overlays);
	for (i = 0; i < plan->count; i++)
		refcount_inc(&plan->overlays[i]->refs);
	if ((!table || table == plan->has) && next && next->table)
		take_table(plan->change, next);
}

static void find_out(const struct retag *retag, struct plan *plan)
{
	unsigned long flags;

	plan->has = &abimux_linux;
	spin_lock_irqsave(&abimux_tasks_lock, flags);
	plan->was = plan->thread->abimux;
	if (plan->was)
		find_has(plan, retag->table);
	spin_unlock_irqrestore(&abimux_tasks_lock, flags);
}

static bool overlay_remove(struct plan *plan, struct abimux_overlay *overlay)
{
	u32 i, left = 0;

	for (i = 0; i < plan->count; i++)
		if (plan->overlays[i] != overlay)
			plan->overlays[left++] = plan->overlays[i];
	if (left == plan->count)
		return false;
	plan->count = left;
	abimux_overlay_put(overlay);
	return true;
}

/* Return: 1 if the list is another one now, 0 if not, or a negative errno. */
static int list_change(const struct retag *retag, struct plan *plan)
{
	int err;

	if (retag->how->flags & ABIMUX_RETAG_REMOVE)
		return overlay_remove(plan, retag->overlay);
	if (!(retag->how->flags & ABIMUX_RETAG_ADD))
		return 0;
	err = abimux_over_add(plan->overlays, &plan->count, retag->overlay);
	if (err)
		return err == -EEXIST ? 0 : err;
	refcount_inc(&retag->overlay->refs);
	return 1;
}

/* All threads of a process have these in common. */
static int change_table(struct retag *retag, struct abimux_change *change)
{
	refcount_inc(&retag->table->refs);
	change->table = retag->table;
	if (retag->table == &abimux_linux)
		return 0;
	if (!retag->scratch)
		retag->scratch = abimux_scratch_new(GFP_ATOMIC);
	if (!retag->kept)
		retag->kept = abimux_kept_new(retag->table, GFP_ATOMIC);
	if (!retag->scratch || !retag->kept)
		return -ENOMEM;
	change->scratch = abimux_scratch_share(retag->scratch);
	change->kept = abimux_kept_share(retag->kept);
	return 0;
}

static int plan_fill(struct retag *retag, struct plan *plan)
{
	struct abimux_change *change = plan->change;

	if (retag->table && retag->table != plan->has &&
	    change_table(retag, change))
		return -ENOMEM;
	if (plan->count) {
		change->over = abimux_over_new(plan->overlays, plan->count,
					       GFP_ATOMIC);
		if (!change->over)
			return -ENOMEM;
	}
	if (plan->was)
		return 0;
	refcount_inc(&abimux_linux.refs);
	plan->task = abimux_task_new(&abimux_linux, GFP_ATOMIC);
	return plan->task ? 0 : -ENOMEM;
}

static bool changeable(const struct task_struct *thread)
{
	return !(thread->flags & (PF_KTHREAD | PF_USER_WORKER | PF_EXITING));
}

static bool machine_fits(const struct retag *retag, struct task_struct *thread)
{
	return !retag->table || retag->table == &abimux_linux ||
	       abimux_table_i386(retag->table) == abimux_arch_task_i386(thread);
}

static struct plan *plan_new(struct task_struct *thread)
{
	struct plan *plan = kzalloc(sizeof(*plan), GFP_ATOMIC);

	if (!plan)
		return NULL;
	plan->thread = thread;
	plan->change = kzalloc(sizeof(*plan->change), GFP_ATOMIC);
	if (plan->change)
		return plan;
	kfree(plan);
	return NULL;
}

/* Return: 0, also if there is nothing to change; or a negative errno. */
static int plan_thread(struct retag *retag, struct task_struct *thread)
{
	struct plan *plan;
	int ret;

	if (!machine_fits(retag, thread))
		return -ENOEXEC;
	plan = plan_new(thread);
	if (!plan)
		return -ENOMEM;
	find_out(retag, plan);
	ret = list_change(retag, plan);
	if (ret < 0 || (!ret && (!retag->table || retag->table == plan->has))) {
		plan_free(plan);
		return ret;
	}
	list_add_tail(&plan->node, &retag->plans);
	return plan_fill(retag, plan);
}

static int plan_all(struct retag *retag, struct task_struct *p)
{
	struct task_struct *thread;
	int err, found = 0;

	if (retag->how->flags & ABIMUX_RETAG_THREAD)
		return changeable(p) ? plan_thread(retag, p) : -ESRCH;
	for_each_thread(p, thread) {
		if (!changeable(thread))
			continue;
		err = plan_thread(retag, thread);
		if (err)
			return err;
		found++;
	}
	return found ? 0 : -ESRCH;
}

/* An exec may have changed a thread since it was planned what becomes of it. */
static bool plan_holds(const struct retag *retag, const struct plan *plan)
{
	const struct abimux_task *task = plan->thread->abimux;

	return task == plan->was && (!task || task->posted == plan->posted) &&
	       machine_fits(retag, plan->thread);
}

static void plan_do(struct plan *plan)
{
	struct abimux_task *task = plan->was ? plan->was : plan->task;
	struct abimux_change *next = task->next;

	WRITE_ONCE(task->next, plan->change);
	plan->change = next;
	task->posted++;
	WRITE_ONCE(task->gate, &abimux_closed);
	if (plan->was)
		return;
	plan->task = NULL;
	abimux_call_found(task, plan->thread);
	abimux_task_publish(plan->thread, task);
}

/* Return: how many threads are changed; or -EAGAIN. */
static int plans_do(struct retag *retag)
{
	struct plan *plan;
	unsigned long flags;
	int ret = 0;

	spin_lock_irqsave(&abimux_tasks_lock, flags);
	list_for_each_entry(plan, &retag->plans, node)
		if (!plan_holds(retag, plan))
			ret = -EAGAIN;
	if (!ret) {
		list_for_each_entry(plan, &retag->plans, node) {
			plan_do(plan);
			ret++;
		}
	}
	spin_unlock_irqrestore(&abimux_tasks_lock, flags);
	return ret;
}

static int retag_once(struct retag *retag, struct task_struct *p)
{
	int ret;

	/*
	 * No task is made or gone meanwhile: who forks is either walked over
	 * with the child, or sees what it was given in abimux_forked().
	 */
	read_lock(&tasklist_lock);
	ret = plan_all(retag, p);
	if (!ret)
		ret = plans_do(retag);
	read_unlock(&tasklist_lock);
	/* What was replaced is in the plans now. */
	plans_free(retag);
	return ret;
}

static int retag_do(struct retag *retag, struct task_struct *p)
{
	int ret;

	for (;;) {
		spin_lock(&retag_lock);
		/* What is found under RCU does not become something else. */
		rcu_read_lock();
		ret = retag_once(retag, p);
		rcu_read_unlock();
		spin_unlock(&retag_lock);
		if (ret != -EAGAIN)
			return ret;
		cond_resched();
	}
}

static int retag_find(struct retag *retag)
{
	const struct abimux_retag *how = retag->how;

	if (how->flags & ABIMUX_RETAG_TABLE) {
		if (!abimux_name_valid(how->table))
			return -EINVAL;
		retag->table = abimux_table_get_any(how->table);
		if (!retag->table)
			return -ENOENT;
	}
	if (how->flags & (ABIMUX_RETAG_ADD | ABIMUX_RETAG_REMOVE)) {
		retag->overlay = abimux_overlay_get(how->overlay);
		if (!retag->overlay)
			return -ENOENT;
	}
	return 0;
}

static bool flags_valid(u32 flags)
{
	const u32 overlay = ABIMUX_RETAG_ADD | ABIMUX_RETAG_REMOVE;
	const u32 all = overlay | ABIMUX_RETAG_TABLE | ABIMUX_RETAG_THREAD;

	return !(flags & ~all) && (flags & overlay) != overlay &&
	       (flags & (overlay | ABIMUX_RETAG_TABLE));
}

/**
 * abimux_retag_task - change the table or the overlays of a running task
 * @p: the task; all threads of its process, if nothing else is asked for
 * @how: the change
 *
 * Each thread has it from its next call on; the one that it makes ends as it
 * began. It is changed for all of them or for none.
 *
 * Return: how many threads are not what they were, or
 * * %-EINVAL: flags without a meaning, or no name of a table
 * * %-ENOENT: no such table or overlay
 * * %-ENOEXEC: the table is for programs of another machine
 * * %-E2BIG: one more overlay than can lie over a task
 * * %-ESRCH: it has ended, or is the kernel's own
 * * %-ENOMEM: no memory
 * Context: any task; may sleep.
 */
int abimux_retag_task(struct task_struct *p, const struct abimux_retag *how)
{
	struct retag retag = {
		.how = how,
		.plans = LIST_HEAD_INIT(retag.plans),
	};
	int ret;

	if (!flags_valid(how->flags))
		return -EINVAL;
	ret = retag_find(&retag);
	if (!ret)
		ret = retag_do(&retag, p);
	if (retag.table)
		abimux_table_put(retag.table);
	if (retag.overlay)
		abimux_overlay_put(retag.overlay);
	abimux_scratch_put(retag.scratch, NULL);
	abimux_kept_put(retag.kept);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_retag_task);
