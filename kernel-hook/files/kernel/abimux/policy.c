// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: the policy and the map in which it leaves a tag for each task.
 */
#include <linux/atomic.h>
#include <linux/bpf.h>
#include <linux/bpf_local_storage.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "abimux.h"

static DEFINE_MUTEX(abimux_policy_mutex);
static struct abimux_policy_ops *abimux_policy;
static struct bpf_map __rcu *abimux_tags;

/* The map given by the policy whose init is running, and the task that runs it. */
static struct bpf_map *abimux_binding;
static struct task_struct *abimux_binder;

/**
 * abimux_policy_validate - check ops before they are registered
 * @ops: the ops
 *
 * Return: 0, or %-EINVAL: a bad name or no init op.
 */
int abimux_policy_validate(const struct abimux_policy_ops *ops)
{
	return abimux_name_valid(ops->name) && ops->init ? 0 : -EINVAL;
}

/**
 * abimux_policy_bind - take the map with the tags from a policy's init op
 * @map: a BPF_MAP_TYPE_TASK_STORAGE of struct abimux_tag
 *
 * Return: 0, or
 * * %-EINVAL: it is another sort of map
 * * %-EPERM: not called by the init op of a policy
 * * %-EBUSY: there is one already
 */
int abimux_policy_bind(struct bpf_map *map)
{
	if (map->map_type != BPF_MAP_TYPE_TASK_STORAGE ||
	    map->value_size != sizeof(struct abimux_tag) || map->record)
		return -EINVAL;
	if (READ_ONCE(abimux_binder) != current)
		return -EPERM;
	if (abimux_binding)
		return -EBUSY;
	bpf_map_inc(map);
	abimux_binding = map;
	return 0;
}

/* Run the init op of a policy and return the map that it gave. */
static struct bpf_map *policy_init(struct abimux_policy_ops *ops)
{
	struct bpf_map *map;
	int err;

	abimux_binding = NULL;
	WRITE_ONCE(abimux_binder, current);
	err = ops->init();
	WRITE_ONCE(abimux_binder, NULL);
	map = abimux_binding;
	if (err > 0 || (!err && !map))
		err = -EINVAL;
	if (!err)
		return map;
	if (map)
		bpf_map_put(map);
	return ERR_PTR(max(err, -MAX_ERRNO));
}

static void policy_exit(struct abimux_policy_ops *ops, struct bpf_map *map)
{
	if (map) {
		synchronize_rcu();
		bpf_map_put(map);
	}
	if (ops->exit)
		ops->exit();
}

/* Make @ops the policy, if @old is it; the map of @old is returned in @was. */
static int policy_swap(struct abimux_policy_ops *ops,
		       struct abimux_policy_ops *old, struct bpf_map **was)
{
	struct bpf_map *map = NULL;

	lockdep_assert_held(&abimux_policy_mutex);
	if (abimux_policy != old)
		return old ? -ENOENT : -EBUSY;
	if (ops)
		map = policy_init(ops);
	if (IS_ERR(map))
		return PTR_ERR(map);
	*was = rcu_replace_pointer(abimux_tags, map,
				   lockdep_is_held(&abimux_policy_mutex));
	abimux_policy = ops;
	return 0;
}

static int policy_change(struct abimux_policy_ops *ops,
			 struct abimux_policy_ops *old)
{
	struct bpf_map *was = NULL;
	int err;

	mutex_lock(&abimux_policy_mutex);
	err = policy_swap(ops, old, &was);
	if (!err && old)
		policy_exit(old, was);
	mutex_unlock(&abimux_policy_mutex);
	return err;
}

/**
 * abimux_register_policy - let a policy decide tables from now on
 * @ops: the ops
 *
 * Return: 0, or
 * * %-EBUSY: there is a policy already
 * * %-EINVAL: its init op gave no map, or see abimux_policy_validate()
 * * other: from its init op
 * Context: may sleep.
 */
int abimux_register_policy(struct abimux_policy_ops *ops)
{
	int err = abimux_policy_validate(ops);

	return err ? err : policy_change(ops, NULL);
}

/**
 * abimux_update_policy - replace the policy
 * @ops: the new ops
 * @old: the ops that are registered
 *
 * Return: as abimux_register_policy(), and %-ENOENT: @old is not registered.
 * Context: may sleep.
 */
int abimux_update_policy(struct abimux_policy_ops *ops,
			 struct abimux_policy_ops *old)
{
	int err = abimux_policy_validate(ops);

	return err ? err : policy_change(ops, old);
}

/**
 * abimux_unregister_policy - let no policy decide: new programs are native
 * @ops: the ops that are registered
 *
 * Context: may sleep.
 */
void abimux_unregister_policy(struct abimux_policy_ops *ops)
{
	WARN_ON_ONCE(policy_change(NULL, ops));
}

/* A tag is believed once: it was written by this very exec. */
static bool tag_take(struct abimux_tag *tag, struct abimux_tag *copy)
{
	if (!(READ_ONCE(tag->flags) & ABIMUX_TAG_FRESH))
		return false;
	/* Others may set their bits at the same time. */
	atomic_andnot(ABIMUX_TAG_FRESH, (atomic_t *)&tag->flags);
	*copy = *tag;
	copy->table[ABIMUX_NAME_LEN - 1] = '\0';
	return true;
}

/**
 * abimux_policy_tag - take the tag that the policy wrote in this exec
 * @tag: gets it
 *
 * Return: false if there is no policy, or it wrote none.
 * Context: the task itself; does not sleep.
 */
bool abimux_policy_tag(struct abimux_tag *tag)
{
	struct bpf_local_storage_data *data = NULL;
	struct bpf_local_storage_map *map;
	struct bpf_local_storage *storage;
	bool found;

	rcu_read_lock();
	map = (struct bpf_local_storage_map *)rcu_dereference(abimux_tags);
	storage = rcu_dereference(current->bpf_storage);
	if (map && storage)
		data = bpf_local_storage_lookup(storage, map, false);
	found = data && tag_take((struct abimux_tag *)data->data, tag);
	rcu_read_unlock();
	return found;
}

/**
 * abimux_policy_exists - ask whether a policy decides about new programs
 *
 * Return: true if so.
 */
bool abimux_policy_exists(void)
{
	return rcu_access_pointer(abimux_tags);
}
