// SPDX-License-Identifier: GPL-2.0
/*
 * insmod provoke.ko what=NAME: make one mistake of each kind on purpose, to see
 * that the debug kernels report it and that vm/run takes the report for a failure.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>

static char *what = "";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "the mistake to make");

static void provoke_kasan(void)
{
	char *p = kmalloc(40, GFP_KERNEL);

	kfree(p);
	WRITE_ONCE(p[8], 1);
}

static DEFINE_MUTEX(outer);
static DEFINE_MUTEX(inner);

static void provoke_lockdep(void)
{
	mutex_lock(&outer);
	mutex_lock(&inner);
	mutex_unlock(&inner);
	mutex_unlock(&outer);

	/* Never both ways at once, so nothing hangs: the order alone is the mistake. */
	mutex_lock(&inner);
	mutex_lock(&outer);
	mutex_unlock(&outer);
	mutex_unlock(&inner);
}

static void provoke_rcu(void)
{
	static int __rcu *nothing;

	rcu_dereference(nothing);
}

static void provoke_atomic_sleep(void)
{
	preempt_disable();
	might_sleep();
	preempt_enable();
}

static void provoke_shift(void)
{
	static int bits = 40;

	WRITE_ONCE(bits, 1 << READ_ONCE(bits));
}

static void provoke_refcount(void)
{
	refcount_t count = REFCOUNT_INIT(0);

	refcount_inc(&count);
}

static void provoke_list(void)
{
	LIST_HEAD(head);
	struct list_head entry = { .next = &head, .prev = &head };

	list_del(&entry);
}

/* Several: a stale register or stack slot may still seem to point to one. */
static noinline void provoke_kmemleak(void)
{
	char *lost;
	int i;

	for (i = 0; i < 16; i++) {
		lost = kmalloc(200, GFP_KERNEL);
		WRITE_ONCE(*lost, 1);
	}
}

static unsigned long provoked;

static int provoke_writer(void *unused)
{
	while (!kthread_should_stop()) {
		provoked++;
		cond_resched();
	}
	return 0;
}

static void provoke_kcsan(void)
{
	struct task_struct *task[2];
	int i;

	for (i = 0; i < 2; i++)
		task[i] = kthread_run(provoke_writer, NULL, "provoke/%d", i);
	msleep(5000);
	for (i = 0; i < 2; i++)
		kthread_stop(task[i]);
}

static const struct {
	const char *name;
	void (*make)(void);
} mistakes[] = {
	{ "kasan", provoke_kasan }, { "lockdep", provoke_lockdep },
	{ "rcu", provoke_rcu },	    { "atomic-sleep", provoke_atomic_sleep },
	{ "shift", provoke_shift }, { "refcount", provoke_refcount },
	{ "list", provoke_list },   { "kmemleak", provoke_kmemleak },
	{ "kcsan", provoke_kcsan },
};

static int __init provoke_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mistakes); i++) {
		if (strcmp(mistakes[i].name, what))
			continue;
		mistakes[i].make();
		return 0;
	}
	pr_info("what=%s? there is no such mistake\n", what);
	return -EINVAL;
}
module_init(provoke_init);

static void __exit provoke_exit(void)
{
}
module_exit(provoke_exit);

MODULE_DESCRIPTION("Mistakes on purpose");
MODULE_LICENSE("GPL");
