// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: scratch user memory.
 *
 * A call that converts a struct needs user memory for the native call to read
 * or write. The stack is no place for it: a program may run on stacks that end
 * where they please. So a thread that needs it gets a page mapped, and leaves
 * it to the next thread of its address space when it ends.
 */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <kunit/visibility.h>

#include "abimux.h"

static_assert(ABIMUX_SCRATCH_SIZE <= PAGE_SIZE);

/**
 * struct abimux_scratch - the pages of one address space that no thread has
 * @users: threads
 * @lock: protects @free
 * @free: list of struct abimux_slot
 */
struct abimux_scratch {
	refcount_t users;
	spinlock_t lock; /* of @free */
	struct list_head free;
};

/**
 * struct abimux_slot - one page
 * @node: in the list of free ones
 * @addr: user address
 */
struct abimux_slot {
	struct list_head node;
	unsigned long addr;
};

/**
 * abimux_scratch_new - make the pool of an address space
 * @gfp: how to get memory
 *
 * Return: the pool, or NULL if there is no memory.
 */
struct abimux_scratch *abimux_scratch_new(gfp_t gfp)
{
	struct abimux_scratch *scratch =
		kmalloc(sizeof(*scratch), gfp | __GFP_ACCOUNT);

	if (!scratch)
		return NULL;
	refcount_set(&scratch->users, 1);
	spin_lock_init(&scratch->lock);
	INIT_LIST_HEAD(&scratch->free);
	return scratch;
}

/**
 * abimux_scratch_share - count one more thread
 * @scratch: the pool, or NULL
 *
 * Return: @scratch.
 */
struct abimux_scratch *abimux_scratch_share(struct abimux_scratch *scratch)
{
	if (scratch)
		refcount_inc(&scratch->users);
	return scratch;
}

/**
 * abimux_scratch_put - a thread ends, or leaves its address space
 * @scratch: the pool, or NULL
 * @slot: the page that it had, or NULL
 *
 * Context: any; does not sleep. The mapping goes with the address space.
 */
void abimux_scratch_put(struct abimux_scratch *scratch,
			struct abimux_slot *slot)
{
	struct abimux_slot *next;
	unsigned long flags;

	if (!scratch)
		return;
	if (slot) {
		spin_lock_irqsave(&scratch->lock, flags);
		list_add(&slot->node, &scratch->free);
		spin_unlock_irqrestore(&scratch->lock, flags);
	}
	if (!refcount_dec_and_test(&scratch->users))
		return;
	list_for_each_entry_safe(slot, next, &scratch->free, node)
		kfree(slot);
	kfree(scratch);
}

/**
 * abimux_slot_copy - the same page in a copied address space
 * @slot: the page, or NULL
 *
 * Return: its copy, or NULL: the thread gets another one when it needs it.
 * Context: may sleep.
 */
struct abimux_slot *abimux_slot_copy(const struct abimux_slot *slot)
{
	return slot ? kmemdup(slot, sizeof(*slot), GFP_KERNEL_ACCOUNT) : NULL;
}

static struct abimux_slot *slot_take(struct abimux_scratch *scratch)
{
	struct abimux_slot *slot;
	unsigned long flags;

	spin_lock_irqsave(&scratch->lock, flags);
	slot = list_first_entry_or_null(&scratch->free, struct abimux_slot,
					node);
	if (slot)
		list_del(&slot->node);
	spin_unlock_irqrestore(&scratch->lock, flags);
	return slot;
}

static struct abimux_slot *slot_new(void)
{
	struct abimux_slot *slot = kmalloc(sizeof(*slot), GFP_KERNEL_ACCOUNT);

	if (!slot)
		return NULL;
	slot->addr = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (!IS_ERR_VALUE(slot->addr))
		return slot;
	kfree(slot);
	return NULL;
}

/**
 * abimux_slot_get - user address of the current thread's scratch memory
 * @task: its state
 *
 * Return: the address of ABIMUX_SCRATCH_SIZE bytes, or 0 if there is no memory.
 * Context: the task itself; may sleep.
 */
unsigned long abimux_slot_get(struct abimux_task *task)
{
	if (!task->slot)
		task->slot = slot_take(task->scratch);
	if (!task->slot)
		task->slot = slot_new();
	return task->slot ? task->slot->addr : 0;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_slot_get);
