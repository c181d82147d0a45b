// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: the overlays that lie over one task, around each of its calls.
 *
 * The outermost sees a call first and its result last. Below them all, where the
 * native calls are made, stand their lists.
 */
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/unistd.h>
#include <asm/abimux.h>
#include <kunit/visibility.h>
#include <trace/events/abimux.h>

#include "abimux.h"

static_assert(ABIMUX_MAX_OVERLAYS <=
	      BITS_PER_BYTE * sizeof_field(struct abimux_over, ask));

/**
 * abimux_over_new - lay overlays over a task
 * @overlays: the overlays, outermost first; each gets a reference
 * @count: how many
 * @gfp: how to get memory
 *
 * Return: what lies over it, or NULL if there is no memory.
 */
struct abimux_over *abimux_over_new(struct abimux_overlay **overlays, u32 count,
				    gfp_t gfp)
{
	struct abimux_over *over;
	u32 i;

	over = kzalloc(struct_size(over, layers, count), gfp | __GFP_ACCOUNT);
	if (!over)
		return NULL;
	over->count = count;
	for (i = 0; i < count; i++) {
		refcount_inc(&overlays[i]->refs);
		over->layers[i].overlay = overlays[i];
	}
	return over;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_over_new);

/**
 * abimux_over_list - list what lies over a task
 * @over: what lies over it, or NULL
 * @overlays: gets the overlays, at most ABIMUX_MAX_OVERLAYS; no references, and
 *	without those that the task is going to drop at its next call
 *
 * Return: how many.
 * Context: the task itself, or with abimux_tasks_lock held.
 */
u32 abimux_over_list(const struct abimux_over *over,
		     struct abimux_overlay **overlays)
{
	u32 i, count = 0;

	for (i = 0; over && i < over->count; i++) {
		struct abimux_overlay *overlay = over->layers[i].overlay;

		if (rcu_access_pointer(overlay->version))
			overlays[count++] = overlay;
	}
	return count;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_over_list);

/**
 * abimux_over_copy - lay the same over another task
 * @over: what lies over the one
 * @gfp: how to get memory
 *
 * Return: what lies over the other, without any call under way, or NULL.
 */
struct abimux_over *abimux_over_copy(const struct abimux_over *over, gfp_t gfp)
{
	struct abimux_overlay *overlays[ABIMUX_MAX_OVERLAYS];

	return abimux_over_new(overlays, abimux_over_list(over, overlays), gfp);
}

/**
 * abimux_over_free - take all of it away
 * @over: what lies over a task that makes no call, or NULL
 *
 * Context: any; does not sleep.
 */
void abimux_over_free(struct abimux_over *over)
{
	u32 i;

	if (!over)
		return;
	for (i = 0; i < over->count; i++) {
		abimux_overlay_version_put(over->layers[i].version);
		abimux_overlay_put(over->layers[i].overlay);
	}
	kfree_rcu(over, rcu);
}
EXPORT_SYMBOL_IF_KUNIT(abimux_over_free);

/**
 * abimux_over_add - put an overlay into a list, where it belongs
 * @overlays: the list, with room for ABIMUX_MAX_OVERLAYS
 * @count: its length
 * @overlay: the overlay
 *
 * Return: 0, or
 * * %-EEXIST: it is there
 * * %-E2BIG: there is no room
 */
int abimux_over_add(struct abimux_overlay **overlays, u32 *count,
		    struct abimux_overlay *overlay)
{
	u32 i, at = *count;

	for (i = 0; i < *count; i++)
		if (overlays[i] == overlay)
			return -EEXIST;
	if (at == ABIMUX_MAX_OVERLAYS)
		return -E2BIG;
	for (; at; at--) {
		const struct abimux_overlay *o = overlays[at - 1];

		if (o->order < overlay->order ||
		    (o->order == overlay->order && o->id < overlay->id))
			break;
		overlays[at] = overlays[at - 1];
	}
	overlays[at] = overlay;
	++*count;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_over_add);

/* Take the newest versions. Return: true if each overlay has one. */
static bool take_versions(struct abimux_over *over)
{
	bool all = true;
	u32 i;

	for (i = 0; i < over->count; i++) {
		struct abimux_layer *layer = &over->layers[i];

		abimux_overlay_version_put(layer->version);
		layer->version = abimux_overlay_version_get(layer->overlay);
		if (!layer->version)
			all = false;
	}
	return all;
}

/* Who lists what lies over another task holds the lock. */
static void drop_gone(struct abimux_over *over)
{
	unsigned long flags;
	u32 i, left = 0;

	spin_lock_irqsave(&abimux_tasks_lock, flags);
	for (i = 0; i < over->count; i++) {
		const struct abimux_layer *layer = &over->layers[i];

		if (!layer->version) {
			abimux_overlay_put(layer->overlay);
			continue;
		}
		if (left != i) {
			over->layers[left].version = layer->version;
			WRITE_ONCE(over->layers[left].overlay, layer->overlay);
		}
		left++;
	}
	WRITE_ONCE(over->count, left);
	spin_unlock_irqrestore(&abimux_tasks_lock, flags);
}

static void list_natives(struct abimux_over *over,
			 const struct abimux_overlay_data *data)
{
	u32 i;

	for (i = 0; i < ABIMUX_NR_NATIVE_CALLS; i++) {
		if (data->amd64[i])
			__set_bit(i, over->listed[ABIMUX_NATIVE_AMD64]);
		if (data->i386[i])
			__set_bit(i, over->listed[ABIMUX_NATIVE_I386]);
	}
}

/**
 * abimux_over_refresh - see what became of the overlays
 * @over: what lies over the current task; no call is under way
 * @table: its table
 *
 * Return: false if nothing is left of it.
 * Context: the task itself; does not sleep.
 */
bool abimux_over_refresh(struct abimux_over *over,
			 const struct abimux_table *table)
{
	u32 i;

	over->serial = abimux_overlays_serial();
	if (!take_versions(over))
		drop_gone(over);
	memset(over->listed, 0, sizeof(over->listed));
	over->restricts = false;
	over->ask = 0;
	for (i = 0; i < over->count; i++) {
		const struct abimux_overlay_version *version =
			over->layers[i].version;
		const struct abimux_overlay_data *data = &version->ops->data;

		if (version->ops->enter &&
		    (!data->table[0] || !strcmp(data->table, table->name)))
			over->ask |= BIT(i);
		if (version->restricts) {
			over->restricts = true;
			list_natives(over, data);
		}
	}
	return over->count;
}

static int garbage(const struct abimux_layer *layer)
{
	trace_abimux_refused(layer->overlay->name, layer->call.nr,
			     ABIMUX_REFUSED_GARBAGE);
	return -ENOSYS;
}

static bool verdict_runs(const struct abimux_layer *layer, int verdict)
{
	const int flags = ABIMUX_RUN_ARGS | ABIMUX_RUN_LEAVE;

	return (verdict & ABIMUX_RUN) && !(verdict & ~(ABIMUX_RUN | flags)) &&
	       (!(verdict & ABIMUX_RUN_LEAVE) || layer->version->ops->leave);
}

static bool refusal(long ret)
{
	return ret < 0 && ret > -ERESTARTSYS;
}

/* Ask one overlay. Return: its verdict, or a negative errno to answer. */
static int ask(struct abimux_layer *layer)
{
	const struct abimux_overlay_version *version = layer->version;
	int verdict;

	verdict = version->progs.enter ?
			  abimux_op_run(version->progs.enter, &layer->call) :
			  version->ops->enter(&layer->call);
	if (verdict_runs(layer, verdict))
		return verdict;
	if (verdict == ABIMUX_DONE && refusal(layer->call.ret))
		return layer->call.ret;
	return garbage(layer);
}

/**
 * abimux_over_enter - show a call to the overlays
 * @over: what lies over the current task
 * @call: its call: the number, where it was made, and the arguments, which become
 *	those that it goes on with
 * @task: its state
 *
 * Return: 1 if they changed arguments, else 0; or a negative errno to answer.
 * Context: the task itself; may sleep.
 */
int abimux_over_enter(struct abimux_over *over, struct abimux_call *call,
		      const struct abimux_task *task)
{
	int verdict, changed = 0;
	u32 i;

	for (i = 0; i < over->count; i++) {
		struct abimux_layer *layer = &over->layers[i];

		if (!(over->ask & BIT(i)))
			continue;
		layer->call.nr = call->nr;
		layer->call.i386 = task->version->i386;
		layer->call.ip = call->ip;
		layer->call.sp = call->sp;
		layer->call.ret = 0;
		memcpy(layer->call.args, call->args, sizeof(call->args));
		verdict = ask(layer);
		if (verdict < 0)
			return verdict;
		if (verdict & ABIMUX_RUN_LEAVE)
			over->told |= BIT(i);
		if (!(verdict & ABIMUX_RUN_ARGS))
			continue;
		if (task->version->ops->data.convention.args ==
		    ABIMUX_ARGS_STACK)
			return garbage(layer);
		memcpy(call->args, layer->call.args, sizeof(call->args));
		changed = 1;
	}
	return changed;
}

/**
 * abimux_over_leave - tell the result to those overlays that wait for it
 * @over: what lies over the current task
 * @ret: the result
 *
 * Context: the task itself; may sleep.
 */
void abimux_over_leave(struct abimux_over *over, long ret)
{
	u32 i = over->count;

	while (over->told && i--) {
		struct abimux_layer *layer = &over->layers[i];

		if (!(over->told & BIT(i)))
			continue;
		over->told &= ~BIT(i);
		layer->call.ret = ret;
		if (layer->version->progs.leave)
			abimux_op_run(layer->version->progs.leave,
				      &layer->call);
		else
			layer->version->ops->leave(&layer->call);
	}
}

/* Ask each list, outermost first. Return: 0, or the errno to answer, negative. */
static noinline int deny(const struct abimux_over *over, u32 nr, bool i386)
{
	const struct abimux_overlay_data *data;
	u32 i;

	for (i = 0; i < over->count; i++) {
		u8 action;

		data = &over->layers[i].version->ops->data;
		action = abimux_overlay_action(data, nr, i386);

		if (action == ABIMUX_NATIVE_PASS)
			continue;
		trace_abimux_denied(over->layers[i].overlay, nr, i386, action);
		if (action == ABIMUX_NATIVE_LOG)
			continue;
		if (action != ABIMUX_NATIVE_KILL)
			return -(int)action;
		force_fatal_sig(SIGSYS);
		return -EPERM;
	}
	return 0;
}

/**
 * abimux_over_native - ask the lists whether a native call may be made
 * @over: what lies over the current task
 * @nr: its number
 * @i386: whether it is i386's
 *
 * Return: 0, or the errno to answer, negative; the task may have been killed, too.
 * Context: the task itself; does not sleep.
 */
int abimux_over_native(const struct abimux_over *over, u32 nr, bool i386)
{
	if (nr < ABIMUX_NR_NATIVE_CALLS &&
	    !test_bit(array_index_nospec(nr, ABIMUX_NR_NATIVE_CALLS),
		      over->listed[i386]))
		return 0;
	/* It goes on with a call that was let pass. */
	if (nr == abimux_arch_restart(i386))
		return 0;
	return deny(over, nr, i386);
}
