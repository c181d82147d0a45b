// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: what happens to tasks, for tables whose programs wait for it.
 *
 * The tracepoints are on only while some process listens: nobody else pays.
 */
#include <linux/bits.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <kunit/visibility.h>
#include <trace/events/sched.h>
#include <trace/events/signal.h>

#include "abimux.h"

/* Protects all counts, and the list of tables for those who change it. */
static DEFINE_MUTEX(event_mutex);
static LIST_HEAD(event_tables);
static u32 listeners[ABIMUX_NR_EVENTS];

static void tell(const struct abimux_table *table, u32 event,
		 struct task_struct *task, u64 value)
{
	const struct abimux_version *version = rcu_dereference(table->version);

	if (READ_ONCE(table->listeners[event]) && version->ops->hear)
		version->ops->hear(event, task, value);
}

static void tell_all(u32 event, struct task_struct *task, u64 value)
{
	struct abimux_table *table;

	rcu_read_lock();
	list_for_each_entry_rcu(table, &event_tables, hearing)
		tell(table, event, task, value);
	rcu_read_unlock();
}

static void on_exit(void *data, struct task_struct *task)
{
	const struct signal_struct *sig = task->signal;

	if (atomic_read(&sig->live))
		return;
	tell_all(ABIMUX_EVENT_EXIT, task,
		 sig->flags & SIGNAL_GROUP_EXIT ?
			 sig->group_exit_code :
			 task->group_leader->exit_code);
}

static void on_fork(void *data, struct task_struct *parent,
		    struct task_struct *child)
{
	if (thread_group_leader(child))
		tell_all(ABIMUX_EVENT_FORK, parent, child->pid);
}

static void on_exec(void *data, struct task_struct *task, pid_t old_pid,
		    struct linux_binprm *bprm)
{
	tell_all(ABIMUX_EVENT_EXEC, task, 0);
}

static void on_signal(void *data, int sig, struct kernel_siginfo *info,
		      struct task_struct *task, int group, int result)
{
	tell_all(ABIMUX_EVENT_SIGNAL, task, sig);
}

static int event_on(u32 event)
{
	switch (event) {
	case ABIMUX_EVENT_EXIT:
		return register_trace_sched_process_exit(on_exit, NULL);
	case ABIMUX_EVENT_FORK:
		return register_trace_sched_process_fork(on_fork, NULL);
	case ABIMUX_EVENT_EXEC:
		return register_trace_sched_process_exec(on_exec, NULL);
	default:
		return register_trace_signal_generate(on_signal, NULL);
	}
}

static void event_off(u32 event)
{
	switch (event) {
	case ABIMUX_EVENT_EXIT:
		unregister_trace_sched_process_exit(on_exit, NULL);
		break;
	case ABIMUX_EVENT_FORK:
		unregister_trace_sched_process_fork(on_fork, NULL);
		break;
	case ABIMUX_EVENT_EXEC:
		unregister_trace_sched_process_exec(on_exec, NULL);
		break;
	default:
		unregister_trace_signal_generate(on_signal, NULL);
	}
}

static bool table_listens(const struct abimux_table *table)
{
	return memchr_inv(table->listeners, 0, sizeof(table->listeners));
}

static int listen_add(struct abimux_table *table, u32 event)
{
	int err = listeners[event] ? 0 : event_on(event);

	if (err)
		return err;
	listeners[event]++;
	if (!table_listens(table)) {
		refcount_inc(&table->refs);
		list_add_rcu(&table->hearing, &event_tables);
	}
	WRITE_ONCE(table->listeners[event], table->listeners[event] + 1);
	return 0;
}

static void listen_remove(struct abimux_table *table, u32 event)
{
	WRITE_ONCE(table->listeners[event], table->listeners[event] - 1);
	if (!--listeners[event])
		event_off(event);
	if (table_listens(table))
		return;
	list_del_rcu(&table->hearing);
	abimux_table_put(table);
}

static int listen_change(struct abimux_kept *kept, u32 events)
{
	u32 event;
	int err;

	for (event = 0; event < ABIMUX_NR_EVENTS; event++) {
		u32 bit = BIT(event);

		if ((events & bit) && !(kept->events & bit)) {
			err = listen_add(kept->table, event);
			if (err)
				return err;
			kept->events |= bit;
		} else if (!(events & bit) && (kept->events & bit)) {
			listen_remove(kept->table, event);
			kept->events &= ~bit;
		}
	}
	return 0;
}

/**
 * abimux_event_listen - let the table of a process hear what happens to tasks
 * @task: state of the current task
 * @events: bits of ABIMUX_EVENT_*; those that it heard before and that are not
 *	among them end
 *
 * Return: 0, or
 * * %-EINVAL: no such event, or the table has no hear op
 * * %-ENOMEM: no memory
 * Context: the task itself; may sleep.
 */
int abimux_event_listen(struct abimux_task *task, u32 events)
{
	int err;

	if (events >= BIT(ABIMUX_NR_EVENTS) || !task->version->ops->hear)
		return -EINVAL;
	mutex_lock(&event_mutex);
	err = listen_change(task->kept, events);
	mutex_unlock(&event_mutex);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_event_listen);

/**
 * abimux_event_deaf - a process that listened is gone
 * @kept: what was kept for it
 *
 * Context: may sleep.
 */
void abimux_event_deaf(struct abimux_kept *kept)
{
	mutex_lock(&event_mutex);
	listen_change(kept, 0);
	mutex_unlock(&event_mutex);
}
