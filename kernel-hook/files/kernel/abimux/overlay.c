// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: the registry of overlays, their versions and reference counts.
 *
 * As with tables, an overlay is a name and what it does is its version. Who
 * unregisters one takes the version away: tasks drop it at their next call.
 */
#include <linux/bpf.h>
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/abimux.h>
#include <kunit/visibility.h>

#include "abimux.h"

static DEFINE_MUTEX(overlay_mutex);
/* In the order in which they lie over a task. */
static LIST_HEAD(overlays);
static u32 last_id;
/* Of the newest version, or of the newest lack of one. */
static u64 last_serial = 1;

static bool natives_valid(const struct abimux_overlay_data *data)
{
	int i;

	for (i = 0; i < ABIMUX_NR_NATIVE_CALLS; i++) {
		u8 actions[] = { data->amd64[i], data->i386[i], data->others };
		int j;

		for (j = 0; j < ARRAY_SIZE(actions); j++)
			if (actions[j] >= ABIMUX_NR_ERRNO &&
			    actions[j] != ABIMUX_NATIVE_LOG &&
			    actions[j] != ABIMUX_NATIVE_KILL)
				return false;
	}
	return true;
}

/**
 * abimux_overlay_validate - check ops before they are registered
 * @ops: the ops
 *
 * Return: 0, or %-EINVAL: a bad name or action, or a leave op that no enter op
 * could ask for.
 */
int abimux_overlay_validate(const struct abimux_overlay_ops *ops)
{
	const struct abimux_overlay_data *data = &ops->data;

	if (!abimux_name_valid(data->name) ||
	    (data->table[0] && !abimux_name_valid(data->table)) ||
	    memchr_inv(data->reserved, 0, sizeof(data->reserved)) ||
	    (ops->leave && !ops->enter) || !natives_valid(data))
		return -EINVAL;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_overlay_validate);

static bool restricts(const struct abimux_overlay_data *data)
{
	return data->others ||
	       memchr_inv(data->amd64, 0, sizeof(data->amd64)) ||
	       memchr_inv(data->i386, 0, sizeof(data->i386));
}

/* Its enter op wants to see the native calls of native programs. */
static bool sees_linux(const struct abimux_overlay_ops *ops)
{
	return ops->enter && (!ops->data.table[0] ||
			      !strcmp(ops->data.table, ABIMUX_NATIVE_TABLE));
}

/**
 * abimux_overlay_action - what the list of an overlay says of a native call
 * @data: the overlay
 * @nr: number of the call
 * @i386: whether it is i386's
 *
 * Return: ABIMUX_NATIVE_* or an errno, positive.
 */
u8 abimux_overlay_action(const struct abimux_overlay_data *data, u32 nr,
			 bool i386)
{
	if (nr >= ABIMUX_NR_NATIVE_CALLS)
		return data->others;
	return i386 ? data->i386[nr] : data->amd64[nr];
}

static bool passes(const struct abimux_overlay_ops *ops, u32 nr, bool i386)
{
	return !sees_linux(ops) && !abimux_native_sigreturn(i386, nr) &&
	       (i386 || nr != ABIMUX_ARCH_URETPROBE) &&
	       !abimux_overlay_action(&ops->data, nr, i386);
}

/* A call that the list lets pass is like one of a table. */
static void gate_fill(struct abimux_gate *gate, bool i386,
		      const struct abimux_overlay_ops *ops)
{
	enum abimux_how how;
	u32 nr;

	abimux_gate_init(gate, i386);
	for (nr = 0; nr < ABIMUX_NR_CALLS; nr++) {
		how = passes(ops, nr, i386) ? ABIMUX_HOW_PLAIN :
					      ABIMUX_HOW_OVER;
		gate->actions[nr] = abimux_action(how, nr);
	}
	abimux_gate_open(gate);
}

static void gates_close(struct abimux_overlay_version *version)
{
	abimux_gate_close(&version->gates[ABIMUX_NATIVE_AMD64]);
	abimux_gate_close(&version->gates[ABIMUX_NATIVE_I386]);
}

static struct abimux_overlay_version *
version_new(const struct abimux_overlay_ops *ops)
{
	struct abimux_overlay_version *version;
	int err = abimux_overlay_validate(ops);

	if (err)
		return ERR_PTR(err);
	version = kzalloc(sizeof(*version), GFP_KERNEL_ACCOUNT);
	if (!version)
		return ERR_PTR(-ENOMEM);
	if (!bpf_try_module_get(ops, ops->owner)) {
		kfree(version);
		return ERR_PTR(-ENOENT);
	}
	version->ops = ops;
	version->restricts = restricts(&ops->data);
	refcount_set(&version->refs, 1);
	gate_fill(&version->gates[ABIMUX_NATIVE_AMD64], false, ops);
	gate_fill(&version->gates[ABIMUX_NATIVE_I386], true, ops);
	abimux_progs_get(&version->progs, true, ops->enter_id, ops->leave_id);
	return version;
}

static void version_free(struct abimux_overlay_version *version)
{
	bpf_module_put(version->ops, version->ops->owner);
	kfree_rcu(version, rcu);
}

static void version_free_bpf(struct work_struct *work)
{
	struct abimux_overlay_version *version =
		container_of(work, struct abimux_overlay_version, work);

	abimux_progs_put(&version->progs);
	version_free(version);
}

/**
 * abimux_overlay_version_put - drop a reference to a version
 * @version: the version, or NULL
 *
 * Context: any; does not sleep.
 */
void abimux_overlay_version_put(struct abimux_overlay_version *version)
{
	if (!version || !refcount_dec_and_test(&version->refs))
		return;
	if (!abimux_progs_any(&version->progs)) {
		version_free(version);
		return;
	}
	INIT_WORK(&version->work, version_free_bpf);
	schedule_work(&version->work);
}

/**
 * abimux_overlay_version_get - take a reference to an overlay's newest version
 * @overlay: the overlay
 *
 * Return: the version, or NULL if the overlay was unregistered.
 * Context: any; does not sleep.
 */
struct abimux_overlay_version *
abimux_overlay_version_get(struct abimux_overlay *overlay)
{
	struct abimux_overlay_version *version;

	rcu_read_lock();
	do {
		version = rcu_dereference(overlay->version);
	} while (version && !refcount_inc_not_zero(&version->refs));
	rcu_read_unlock();
	return version;
}

/**
 * abimux_overlays_serial - ask whether any overlay changed
 *
 * Return: another number than before, if one did. What was changed can be seen by
 * then.
 */
u64 abimux_overlays_serial(void)
{
	/* Of changed(). */
	return smp_load_acquire(&last_serial);
}

/**
 * abimux_overlay_put - drop a reference to an overlay
 * @overlay: the overlay
 *
 * Context: any; does not sleep.
 */
void abimux_overlay_put(struct abimux_overlay *overlay)
{
	if (refcount_dec_and_test(&overlay->refs))
		kfree_rcu(overlay, rcu);
}
EXPORT_SYMBOL_IF_KUNIT(abimux_overlay_put);

/**
 * abimux_overlay_get - take a reference to a registered overlay
 * @id: its id
 *
 * Return: the overlay, or NULL if there is none of that id.
 * Context: any; does not sleep.
 */
struct abimux_overlay *abimux_overlay_get(u32 id)
{
	struct abimux_overlay *overlay, *found = NULL;

	rcu_read_lock();
	list_for_each_entry_rcu(overlay, &overlays, node)
		if (overlay->id == id && refcount_inc_not_zero(&overlay->refs))
			found = overlay;
	rcu_read_unlock();
	return found;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_overlay_get);

/**
 * abimux_overlay_get_from - walk the registry
 * @id: lowest id that is wanted
 *
 * Return: the overlay with the lowest id from there on, with a reference, or NULL.
 * Context: may sleep.
 */
struct abimux_overlay *abimux_overlay_get_from(u32 id)
{
	struct abimux_overlay *overlay, *found = NULL;

	mutex_lock(&overlay_mutex);
	list_for_each_entry(overlay, &overlays, node)
		if (overlay->id >= id && (!found || overlay->id < found->id))
			found = overlay;
	if (found)
		refcount_inc(&found->refs);
	mutex_unlock(&overlay_mutex);
	return found;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_overlay_get_from);

static struct abimux_overlay_version *current_version(struct abimux_overlay *o)
{
	return rcu_dereference_protected(o->version,
					 lockdep_is_held(&overlay_mutex));
}

static struct abimux_overlay *overlay_of(const struct abimux_overlay_ops *ops)
{
	struct abimux_overlay *overlay;

	list_for_each_entry(overlay, &overlays, node)
		if (current_version(overlay)->ops == ops)
			return overlay;
	return NULL;
}

/* Before the first that lies deeper; NULL if the name is taken. */
static struct list_head *place_of(const struct abimux_overlay *new)
{
	struct abimux_overlay *overlay;
	struct list_head *place = &overlays;

	list_for_each_entry_reverse(overlay, &overlays, node) {
		if (!strcmp(overlay->name, new->name))
			return NULL;
		if (overlay->order > new->order)
			place = &overlay->node;
	}
	return place;
}

/* Who sees the number sees what was done before. */
static void changed(struct abimux_overlay_version *version)
{
	u64 serial = last_serial + 1;

	if (version)
		version->serial = serial;
	/* For abimux_overlays_serial(). */
	smp_store_release(&last_serial, serial);
}

static int overlay_add(struct abimux_overlay *overlay)
{
	struct list_head *place;

	mutex_lock(&overlay_mutex);
	place = place_of(overlay);
	if (place) {
		overlay->id = ++last_id;
		list_add_tail_rcu(&overlay->node, place);
		changed(current_version(overlay));
	}
	mutex_unlock(&overlay_mutex);
	return place ? 0 : -EEXIST;
}

/**
 * abimux_register_overlay - make an overlay known; it lies over no task yet
 * @ops: the ops; have to stay until they are unregistered and the module or
 *	BPF map that holds them was released
 *
 * Return: 0, or
 * * %-EEXIST: an overlay of that name is registered
 * * %-EINVAL: see abimux_overlay_validate()
 * * %-ENOMEM: no memory
 * * %-ENOENT: the owner is going away
 * Context: may sleep.
 */
int abimux_register_overlay(struct abimux_overlay_ops *ops)
{
	struct abimux_overlay_version *version = version_new(ops);
	struct abimux_overlay *overlay;
	int err = -ENOMEM;

	if (IS_ERR(version))
		return PTR_ERR(version);
	overlay = kzalloc(sizeof(*overlay), GFP_KERNEL_ACCOUNT);
	if (overlay) {
		refcount_set(&overlay->refs, 1);
		RCU_INIT_POINTER(overlay->version, version);
		overlay->order = ops->data.order;
		strscpy(overlay->name, ops->data.name, sizeof(overlay->name));
		err = overlay_add(overlay);
	}
	if (err) {
		kfree(overlay);
		abimux_overlay_version_put(version);
	}
	return err;
}
EXPORT_SYMBOL_GPL(abimux_register_overlay);

/* Give the overlay whose version has @old another one. */
static int overlay_swap(struct abimux_overlay_version *version,
			const struct abimux_overlay_ops *old)
{
	struct abimux_overlay_version *was;
	struct abimux_overlay *overlay;

	lockdep_assert_held(&overlay_mutex);
	overlay = overlay_of(old);
	if (!overlay)
		return -ENOENT;
	if (strcmp(overlay->name, version->ops->data.name) ||
	    overlay->order != version->ops->data.order)
		return -EINVAL;
	was = current_version(overlay);
	rcu_assign_pointer(overlay->version, version);
	changed(version);
	gates_close(was);
	abimux_overlay_version_put(was);
	return 0;
}

/**
 * abimux_update_overlay - replace what an overlay does, for all its tasks
 * @ops: the new ops, of the same name and order
 * @old: the ops that are registered
 *
 * Every task moves to the new version at its next call. Calls that are under
 * way end with the version that they were entered with.
 *
 * Return: 0, or
 * * %-ENOENT: @old is not registered, or the owner of @ops is going away
 * * %-EINVAL: another name or order, or see abimux_overlay_validate()
 * * %-ENOMEM: no memory
 * Context: may sleep.
 */
int abimux_update_overlay(struct abimux_overlay_ops *ops,
			  struct abimux_overlay_ops *old)
{
	struct abimux_overlay_version *version = version_new(ops);
	int err;

	if (IS_ERR(version))
		return PTR_ERR(version);
	mutex_lock(&overlay_mutex);
	err = overlay_swap(version, old);
	mutex_unlock(&overlay_mutex);
	if (err)
		abimux_overlay_version_put(version);
	return err;
}
EXPORT_SYMBOL_GPL(abimux_update_overlay);

/**
 * abimux_unregister_overlay - take an overlay away from all tasks
 * @ops: the ops that are registered
 *
 * Calls that are under way are still told to it when they end.
 *
 * Context: may sleep.
 */
void abimux_unregister_overlay(struct abimux_overlay_ops *ops)
{
	struct abimux_overlay_version *was;
	struct abimux_overlay *overlay;

	mutex_lock(&overlay_mutex);
	overlay = overlay_of(ops);
	if (overlay) {
		list_del_rcu(&overlay->node);
		was = current_version(overlay);
		RCU_INIT_POINTER(overlay->version, NULL);
		changed(NULL);
		gates_close(was);
		abimux_overlay_version_put(was);
	}
	mutex_unlock(&overlay_mutex);
	if (!WARN_ON_ONCE(!overlay))
		abimux_overlay_put(overlay);
}
EXPORT_SYMBOL_GPL(abimux_unregister_overlay);
