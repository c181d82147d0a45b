// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: gates, by which calls pass that there is nothing to do for.
 *
 * A gate belongs to a version, of a table or of an overlay, and all tasks that have
 * nothing else go through the same one. It is closed for good when there is a newer
 * version: each of the tasks finds that out by itself, at its next call.
 */
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/abimux.h>
#include <kunit/visibility.h>

#include "abimux.h"

/* That of a task that has to look at each call what there is to do. */
const struct abimux_gate abimux_closed;
EXPORT_SYMBOL_IF_KUNIT(abimux_closed);
DEFINE_STATIC_KEY_FALSE(abimux_watched);
EXPORT_SYMBOL_IF_KUNIT(abimux_watched);

/**
 * abimux_gate_init - make a gate, closed
 * @gate: the gate, zeroed
 * @i386: whether calls come by int 0x80 or SYSENTER
 */
void abimux_gate_init(struct abimux_gate *gate, bool i386)
{
	gate->status = i386 ? ABIMUX_ARCH_STATUS_I386 : 0;
	gate->number = abimux_number_offsets[ABIMUX_NUMBER_AX];
	gate->state = ABIMUX_STATE_ACTIVE;
}

/**
 * abimux_gate_open - let calls pass
 * @gate: the gate, filled; nobody has it yet
 */
void abimux_gate_open(struct abimux_gate *gate)
{
	gate->limit = ABIMUX_NR_CALLS;
}

/**
 * abimux_gate_close - let no more calls pass
 * @gate: the gate of a version that has been replaced
 *
 * Who finds it closed finds the new version, too.
 */
void abimux_gate_close(struct abimux_gate *gate)
{
	/* For abimux_enter(). */
	smp_store_release(&gate->limit, 0);
}

/* Native calls of a task that one overlay lies over. */
static const struct abimux_gate *gate_linux(const struct abimux_task *task)
{
	const struct abimux_overlay_version *version;

	if (!task->over || task->over->count != 1)
		return &abimux_closed;
	version = task->over->layers[0].version;
	return version ? &version->gates[task->version->i386] : &abimux_closed;
}

/**
 * abimux_gate_of - find the gate for a task
 * @task: its state
 *
 * Return: the gate, a closed one if each call needs more than that. It stays as
 * long as the versions that the task has.
 * Context: the task itself or who makes its state; with abimux_tasks_lock held if
 * others can see it and it is to get the gate.
 */
const struct abimux_gate *abimux_gate_of(const struct abimux_task *task)
{
	if (READ_ONCE(task->next))
		return &abimux_closed;
	if (task->table == &abimux_linux)
		return gate_linux(task);
	return task->over ? &abimux_closed : &task->version->gate;
}
