// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: files that are kept for a program, which has no descriptor for them.
 *
 * An object of a foreign ABI can be made of several native files of which the
 * program must see one only, or none. A table has them opened by native calls, as
 * descriptors, and takes the descriptors away. What it gets is an id.
 */
#include <linux/eventfd.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/resource.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <kunit/visibility.h>

#include "abimux.h"

/**
 * struct abimux_file - one kept file
 * @node: in the list of its process
 * @kept: whose list that is; NULL before and after
 * @id: in abimux_files, never 0
 * @file: the file
 * @eventfd: what to signal if it is an eventfd, else NULL
 * @rcu: for freeing
 */
struct abimux_file {
	struct list_head node;
	struct abimux_kept *kept;
	u32 id;
	struct file *file;
	struct eventfd_ctx *eventfd;
	struct rcu_head rcu;
};

/* All kept files by id: who signals one need not be its process. */
static DEFINE_XARRAY_FLAGS(abimux_files, XA_FLAGS_ALLOC1 | XA_FLAGS_LOCK_IRQ);
static u32 next_id;

/**
 * abimux_kept_new - make what is kept for a process
 * @table: its table
 * @gfp: how to get memory
 *
 * Return: nothing kept yet, or NULL if there is no memory.
 */
struct abimux_kept *abimux_kept_new(struct abimux_table *table, gfp_t gfp)
{
	struct abimux_kept *kept = kzalloc(sizeof(*kept), gfp | __GFP_ACCOUNT);

	if (!kept)
		return NULL;
	refcount_set(&kept->users, 1);
	kept->table = table;
	spin_lock_init(&kept->lock);
	INIT_LIST_HEAD(&kept->files);
	return kept;
}

/**
 * abimux_kept_share - count one more task that has the same descriptors
 * @kept: what is kept for them, or NULL
 *
 * Return: @kept.
 */
struct abimux_kept *abimux_kept_share(struct abimux_kept *kept)
{
	if (kept)
		refcount_inc(&kept->users);
	return kept;
}

static void file_free(struct rcu_head *rcu)
{
	struct abimux_file *f = container_of(rcu, struct abimux_file, rcu);

	if (f->eventfd)
		eventfd_ctx_put(f->eventfd);
	fput(f->file);
	kfree(f);
}

/* No longer in the list: nobody but a signal that is under way has it. */
static void file_forget(struct abimux_file *f)
{
	unsigned long flags;

	xa_lock_irqsave(&abimux_files, flags);
	__xa_erase(&abimux_files, f->id);
	xa_unlock_irqrestore(&abimux_files, flags);
	call_rcu(&f->rcu, file_free);
}

static void kept_deaf(struct work_struct *work)
{
	struct abimux_kept *kept = container_of(work, struct abimux_kept, work);

	abimux_event_deaf(kept);
	kfree(kept);
}

/**
 * abimux_kept_put - a task ends, or has other descriptors from now on
 * @kept: what was kept for it, or NULL
 *
 * Context: any; does not sleep.
 */
void abimux_kept_put(struct abimux_kept *kept)
{
	struct abimux_file *f, *next;

	if (!kept || !refcount_dec_and_test(&kept->users))
		return;
	list_for_each_entry_safe(f, next, &kept->files, node)
		file_forget(f);
	if (!kept->events) {
		kfree(kept);
		return;
	}
	INIT_WORK(&kept->work, kept_deaf);
	schedule_work(&kept->work);
}

static int file_take(struct abimux_file *f, u32 fd)
{
	struct eventfd_ctx *eventfd;
	int err;

	err = xa_alloc_cyclic_irq(&abimux_files, &f->id, NULL, xa_limit_31b,
				  &next_id, GFP_KERNEL_ACCOUNT);
	if (err < 0)
		return err;
	f->file = file_close_fd(fd);
	if (!f->file) {
		xa_erase_irq(&abimux_files, f->id);
		return -EBADF;
	}
	eventfd = eventfd_ctx_fileget(f->file);
	f->eventfd = IS_ERR(eventfd) ? NULL : eventfd;
	/* The id has its place already: this needs no memory. */
	xa_store_irq(&abimux_files, f->id, f, GFP_KERNEL);
	return 0;
}

/**
 * abimux_kept_take - keep a file and take its descriptor away
 * @kept: what is kept for the current process
 * @fd: the descriptor
 *
 * Return: the id of the file, or
 * * %-EBADF: no such descriptor
 * * %-EMFILE: as many are kept as the process may have descriptors
 * * %-ENOMEM: no memory
 * Context: the process itself; may sleep.
 */
long abimux_kept_take(struct abimux_kept *kept, u32 fd)
{
	struct abimux_file *f;
	u32 id;
	int err;

	if (READ_ONCE(kept->count) >= rlimit(RLIMIT_NOFILE))
		return -EMFILE;
	f = kzalloc(sizeof(*f), GFP_KERNEL_ACCOUNT);
	if (!f)
		return -ENOMEM;
	err = file_take(f, fd);
	if (err) {
		kfree(f);
		return err;
	}
	id = f->id;
	spin_lock(&kept->lock);
	WRITE_ONCE(f->kept, kept);
	list_add(&f->node, &kept->files);
	WRITE_ONCE(kept->count, kept->count + 1);
	spin_unlock(&kept->lock);
	return id;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_kept_take);

static struct abimux_file *kept_find(struct abimux_kept *kept, u64 id)
{
	struct abimux_file *f = xa_load(&abimux_files, id);

	lockdep_assert_held(&kept->lock);
	return f && READ_ONCE(f->kept) == kept ? f : NULL;
}

/**
 * abimux_kept_drop - keep a file no longer
 * @kept: what is kept for the current process
 * @id: the file
 *
 * Return: 0, or %-ENOENT: the process has no such file.
 * Context: the process itself; does not sleep.
 */
int abimux_kept_drop(struct abimux_kept *kept, u64 id)
{
	struct abimux_file *f;

	rcu_read_lock();
	spin_lock(&kept->lock);
	f = kept_find(kept, id);
	if (f) {
		WRITE_ONCE(f->kept, NULL);
		list_del(&f->node);
		WRITE_ONCE(kept->count, kept->count - 1);
	}
	spin_unlock(&kept->lock);
	if (f)
		file_forget(f);
	rcu_read_unlock();
	return f ? 0 : -ENOENT;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_kept_drop);

/**
 * abimux_kept_open - make a descriptor of a kept file
 * @kept: what is kept for the current process
 * @id: the file, which stays kept
 *
 * Return: the descriptor, close-on-exec, or
 * * %-ENOENT: the process has no such file
 * * %-EMFILE, %-ENOMEM: no descriptor is left
 * Context: the process itself; may sleep.
 */
int abimux_kept_open(struct abimux_kept *kept, u64 id)
{
	struct file *file = NULL;
	struct abimux_file *f;
	int fd = get_unused_fd_flags(O_CLOEXEC);

	if (fd < 0)
		return fd;
	rcu_read_lock();
	spin_lock(&kept->lock);
	f = kept_find(kept, id);
	if (f)
		file = get_file(f->file);
	spin_unlock(&kept->lock);
	rcu_read_unlock();
	if (!file) {
		put_unused_fd(fd);
		return -ENOENT;
	}
	fd_install(fd, file);
	return fd;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_kept_open);

/**
 * abimux_kept_signal - add one to a kept eventfd
 * @id: the file, of any process
 *
 * Return: 0, or
 * * %-ENOENT: no such file is kept
 * * %-EINVAL: it is no eventfd
 * * %-EDEADLK: asked while an eventfd is being signalled
 * Context: any; does not sleep.
 */
int abimux_kept_signal(u64 id)
{
	struct abimux_file *f;
	int err = 0;

	rcu_read_lock();
	f = xa_load(&abimux_files, id);
	if (!f)
		err = -ENOENT;
	else if (!f->eventfd)
		err = -EINVAL;
	else if (!eventfd_signal_allowed())
		err = -EDEADLK;
	else
		eventfd_signal(f->eventfd);
	rcu_read_unlock();
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_kept_signal);
