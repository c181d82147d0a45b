// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: KUnit tests of overlays, with overlays registered from C.
 *
 * As in abimux_test.c the thread of the test passes made-up registers through
 * abimux_call_enter() and abimux_call_leave().
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/abimux.h>
#include <asm/unistd.h>

#include "abimux.h"

#define NR_PLAIN 10
#define NR_OP 11

/* What happened, in order: 'a' and 'A' are enter and leave of the first. */
static char seen[64];
static s64 last_ret;
static u64 first_arg;
static struct abimux_overlay_call answer;
static int verdict, table_verdict;
static struct abimux_overlay_ops *going;

static void saw(char what)
{
	size_t len = strlen(seen);

	if (len + 1 < sizeof(seen))
		seen[len] = what;
}

static int first_enter(struct abimux_overlay_call *call)
{
	saw('a');
	first_arg = call->args[0];
	call->ret = answer.ret;
	call->args[0] += answer.args[0];
	return verdict;
}

static void first_leave(struct abimux_overlay_call *call)
{
	saw('A');
	last_ret = call->ret;
}

static int second_enter(struct abimux_overlay_call *call)
{
	saw('b');
	call->args[1] = 0xbb;
	return ABIMUX_RUN | ABIMUX_RUN_ARGS | ABIMUX_RUN_LEAVE;
}

static void second_leave(struct abimux_overlay_call *call)
{
	saw('B');
}

/* Is gone when its enter returns. */
static int going_enter(struct abimux_overlay_call *call)
{
	saw('g');
	abimux_unregister_overlay(going);
	return ABIMUX_RUN | ABIMUX_RUN_LEAVE;
}

static void going_leave(struct abimux_overlay_call *call)
{
	saw('G');
}

static int table_enter(struct abimux_call *call)
{
	saw('t');
	first_arg = call->args[0];
	return table_verdict;
}

static int table_leave(struct abimux_call *call)
{
	saw('T');
	last_ret = call->ret;
	if (call->step > 1)
		return ABIMUX_DONE;
	call->native = __NR_getuid;
	return ABIMUX_RUN | ABIMUX_RUN_LEAVE;
}

static struct abimux_table_ops *table;

static struct pt_regs make_regs(u32 nr)
{
	return (struct pt_regs){
		.orig_ax = nr,
		.ax = -ENOSYS,
		.di = 1,
		.si = 2,
		.ip = 0x1000,
		.sp = 0x2000,
	};
}

static struct abimux_overlay_ops *make_ops(struct kunit *test, const char *name,
					   s32 order)
{
	struct abimux_overlay_ops *ops =
		kunit_kzalloc(test, sizeof(*ops), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ops);
	strscpy(ops->data.name, name, sizeof(ops->data.name));
	ops->data.order = order;
	return ops;
}

static struct abimux_overlay_ops *make_first(struct kunit *test)
{
	struct abimux_overlay_ops *ops = make_ops(test, "o-first", 1);

	ops->enter = first_enter;
	ops->leave = first_leave;
	return ops;
}

static struct abimux_overlay_ops *make_second(struct kunit *test)
{
	struct abimux_overlay_ops *ops = make_ops(test, "o-second", 2);

	ops->enter = second_enter;
	ops->leave = second_leave;
	return ops;
}

static struct abimux_overlay *find(const char *name)
{
	struct abimux_overlay *overlay = abimux_overlay_get_from(0);
	u32 id;

	while (overlay && strcmp(overlay->name, name)) {
		id = overlay->id + 1;
		abimux_overlay_put(overlay);
		overlay = abimux_overlay_get_from(id);
	}
	return overlay;
}

/* Lay an overlay over the thread of the test. */
static void lay(struct kunit *test, const char *name)
{
	struct abimux_overlay *overlays[ABIMUX_MAX_OVERLAYS];
	struct abimux_task *task = current->abimux;
	struct abimux_overlay *overlay = find(name);
	u32 count = abimux_over_list(task->over, overlays);
	struct abimux_over *over;

	KUNIT_ASSERT_NOT_NULL(test, overlay);
	KUNIT_ASSERT_EQ(test, abimux_over_add(overlays, &count, overlay), 0);
	over = abimux_over_new(overlays, count, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, over);
	abimux_overlay_put(overlay);
	abimux_over_free(task->over);
	task->over = over;
	task->gate = &abimux_closed;
}

static void become(struct kunit *test, struct abimux_table *on)
{
	struct abimux_task *task = abimux_task_new(on, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, task);
	abimux_task_set(task);
}

static void become_native(struct kunit *test)
{
	become(test, abimux_table_get_any(ABIMUX_NATIVE_TABLE));
}

static void become_foreign(struct kunit *test)
{
	become(test, abimux_table_get_any("o-table"));
}

static long call(struct pt_regs *regs, long ret)
{
	long native = abimux_call_enter(regs);

	if (native != -1)
		regs->ax = ret;
	abimux_call_leave(regs);
	return native;
}

static int overlay_test_init(struct kunit *test)
{
	memset(seen, 0, sizeof(seen));
	memset(&answer, 0, sizeof(answer));
	verdict = ABIMUX_RUN | ABIMUX_RUN_LEAVE;
	table_verdict = ABIMUX_RUN;
	last_ret = 0;
	table = kunit_kzalloc(test, sizeof(*table), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, table);
	strscpy(table->data.name, "o-table", sizeof(table->data.name));
	table->data.errnos[EACCES] = 99;
	table->enter = table_enter;
	table->leave = table_leave;
	table->data.entries[NR_PLAIN].kind = ABIMUX_ENTRY_NATIVE;
	table->data.entries[NR_PLAIN].native = __NR_getppid;
	table->data.entries[NR_OP].kind = ABIMUX_ENTRY_OP;
	table->data.entries[NR_OP].native = __NR_getpid;
	return abimux_register_table(table);
}

static void overlay_test_exit(struct kunit *test)
{
	if (current->abimux)
		abimux_task_set(NULL);
	abimux_unregister_table(table);
}

static void lies_around_a_native_call(struct kunit *test)
{
	struct abimux_overlay_ops *ops = make_first(test);
	struct pt_regs regs = make_regs(__NR_getppid);

	KUNIT_ASSERT_EQ(test, abimux_register_overlay(ops), 0);
	become_native(test);
	lay(test, "o-first");
	KUNIT_EXPECT_EQ(test, call(&regs, 42), __NR_getppid);
	KUNIT_EXPECT_STREQ(test, seen, "aA");
	KUNIT_EXPECT_EQ(test, last_ret, 42);
	KUNIT_EXPECT_EQ(test, regs.ax, 42);
	KUNIT_EXPECT_EQ(test, regs.orig_ax, __NR_getppid);
	abimux_task_set(NULL);
	abimux_unregister_overlay(ops);
}

static void native_again_without_overlays(struct kunit *test)
{
	struct abimux_overlay_ops *ops = make_first(test);
	struct pt_regs regs = make_regs(__NR_getppid);

	KUNIT_ASSERT_EQ(test, abimux_register_overlay(ops), 0);
	become_native(test);
	lay(test, "o-first");
	call(&regs, 42);
	abimux_unregister_overlay(ops);
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	KUNIT_EXPECT_NULL(test, current->abimux);
	KUNIT_EXPECT_STREQ(test, seen, "aA");
}

static void declared_order(struct kunit *test)
{
	struct abimux_overlay_ops *first = make_first(test);
	struct abimux_overlay_ops *second = make_second(test);
	struct pt_regs regs = make_regs(NR_OP);

	KUNIT_ASSERT_EQ(test, abimux_register_overlay(second), 0);
	KUNIT_ASSERT_EQ(test, abimux_register_overlay(first), 0);
	become_foreign(test);
	lay(test, "o-second");
	lay(test, "o-first");
	call(&regs, 42);
	KUNIT_EXPECT_STREQ(test, seen, "abtBA");
	abimux_unregister_overlay(first);
	call(&regs, 42);
	KUNIT_EXPECT_STREQ(test, seen, "abtBAbtB");
	abimux_task_set(NULL);
	abimux_unregister_overlay(second);
}

static void arguments_that_were_changed(struct kunit *test)
{
	struct abimux_overlay_ops *first = make_first(test);
	struct abimux_overlay_ops *second = make_second(test);
	struct pt_regs regs = make_regs(NR_PLAIN);

	KUNIT_ASSERT_EQ(test, abimux_register_overlay(first), 0);
	KUNIT_ASSERT_EQ(test, abimux_register_overlay(second), 0);
	become_foreign(test);
	lay(test, "o-first");
	lay(test, "o-second");
	verdict = ABIMUX_RUN | ABIMUX_RUN_ARGS;
	answer.args[0] = 100;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	KUNIT_EXPECT_EQ(test, regs.di, 101);
	KUNIT_EXPECT_EQ(test, regs.si, 0xbb);
	regs.ax = 0;
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, regs.di, 1);
	KUNIT_EXPECT_EQ(test, regs.si, 2);
	abimux_task_set(NULL);
	abimux_unregister_overlay(first);
	abimux_unregister_overlay(second);
}

static void changed_arguments_reach_the_table(struct kunit *test)
{
	struct abimux_overlay_ops *ops = make_first(test);
	struct pt_regs regs = make_regs(NR_OP);

	KUNIT_ASSERT_EQ(test, abimux_register_overlay(ops), 0);
	become_foreign(test);
	lay(test, "o-first");
	verdict = ABIMUX_RUN | ABIMUX_RUN_ARGS;
	answer.args[0] = 100;
	call(&regs, 0);
	KUNIT_EXPECT_EQ(test, first_arg, 101);
	KUNIT_EXPECT_EQ(test, regs.di, 1);
	abimux_task_set(NULL);
	abimux_unregister_overlay(ops);
}

static void arguments_on_a_stack_stay(struct kunit *test)
{
	struct abimux_overlay_ops *ops = make_first(test);
	struct pt_regs regs = make_regs(NR_PLAIN);

	KUNIT_ASSERT_EQ(test, abimux_register_overlay(ops), 0);
	become_foreign(test);
	table->data.convention.args = ABIMUX_ARGS_STACK;
	lay(test, "o-first");
	verdict = ABIMUX_RUN | ABIMUX_RUN_ARGS;
	KUNIT_EXPECT_EQ(test, call(&regs, 0), -1);
	KUNIT_EXPECT_EQ(test, regs.ax, -ENOSYS);
	abimux_task_set(NULL);
	abimux_unregister_overlay(ops);
}

static void refusal_is_told_by_the_table(struct kunit *test)
{
	struct abimux_overlay_ops *first = make_first(test);
	struct abimux_overlay_ops *second = make_second(test);
	struct pt_regs regs = make_regs(NR_PLAIN);

	second->data.order = 0;
	KUNIT_ASSERT_EQ(test, abimux_register_overlay(first), 0);
	KUNIT_ASSERT_EQ(test, abimux_register_overlay(second), 0);
	become_foreign(test);
	lay(test, "o-first");
	lay(test, "o-second");
	verdict = ABIMUX_DONE;
	answer.ret = -EACCES;
	KUNIT_EXPECT_EQ(test, call(&regs, 0), -1);
	KUNIT_EXPECT_EQ(test, regs.ax, -99);
	KUNIT_EXPECT_STREQ(test, seen, "baB");
	KUNIT_EXPECT_EQ(test, regs.orig_ax, NR_PLAIN);
	KUNIT_EXPECT_EQ(test, regs.si, 2);
	abimux_task_set(NULL);
	abimux_unregister_overlay(first);
	abimux_unregister_overlay(second);
}

static const struct garbage_case {
	const char *name;
	int verdict;
	s64 ret;
} garbage_cases[] = {
	{ "done without an error", ABIMUX_DONE, 0 },
	{ "done with the kernel's own error", ABIMUX_DONE, -ERESTARTSYS },
	{ "done with too large an error", ABIMUX_DONE, -5000 },
	{ "missing", ABIMUX_MISSING, 0 },
	{ "flags without run", ABIMUX_RUN_LEAVE, 0 },
	{ "unknown flag", ABIMUX_RUN | 64, 0 },
	{ "flag of tables", ABIMUX_RUN | ABIMUX_RUN_LEAVE | ABIMUX_RUN_INTR },
	{ "negative", -EPERM, 0 },
};

static void garbage_desc(const struct garbage_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(garbage, garbage_cases, garbage_desc);

static void garbage_is_enosys(struct kunit *test)
{
	const struct garbage_case *c = test->param_value;
	struct abimux_overlay_ops *ops = make_first(test);
	struct pt_regs regs = make_regs(NR_PLAIN);

	KUNIT_ASSERT_EQ(test, abimux_register_overlay(ops), 0);
	become_foreign(test);
	lay(test, "o-first");
	verdict = c->verdict;
	answer.ret = c->ret;
	KUNIT_EXPECT_EQ(test, call(&regs, 0), -1);
	KUNIT_EXPECT_EQ(test, regs.ax, -ENOSYS);
	KUNIT_EXPECT_STREQ(test, seen, "a");
	abimux_task_set(NULL);
	abimux_unregister_overlay(ops);
}

static void unregistered_during_a_call(struct kunit *test)
{
	struct abimux_overlay_ops *first = make_first(test);
	struct pt_regs regs = make_regs(NR_PLAIN);

	going = make_ops(test, "o-going", 0);
	going->enter = going_enter;
	going->leave = going_leave;
	KUNIT_ASSERT_EQ(test, abimux_register_overlay(going), 0);
	KUNIT_ASSERT_EQ(test, abimux_register_overlay(first), 0);
	become_foreign(test);
	lay(test, "o-going");
	lay(test, "o-first");
	call(&regs, 0);
	KUNIT_EXPECT_STREQ(test, seen, "gaAG");
	call(&regs, 0);
	KUNIT_EXPECT_STREQ(test, seen, "gaAGaA");
	KUNIT_EXPECT_EQ(test, current->abimux->over->count, 1);
	abimux_task_set(NULL);
	abimux_unregister_overlay(first);
}

static void gone_overlays_leave_room(struct kunit *test)
{
	struct abimux_overlay *overlays[ABIMUX_MAX_OVERLAYS];
	struct abimux_overlay_ops *first = make_first(test);
	struct abimux_overlay_ops *second = make_second(test);

	KUNIT_ASSERT_EQ(test, abimux_register_overlay(first), 0);
	KUNIT_ASSERT_EQ(test, abimux_register_overlay(second), 0);
	become_native(test);
	lay(test, "o-first");
	lay(test, "o-second");
	abimux_unregister_overlay(first);
	KUNIT_EXPECT_EQ(test, abimux_over_list(current->abimux->over, overlays),
			1);
	KUNIT_EXPECT_STREQ(test, overlays[0]->name, "o-second");
	abimux_task_set(NULL);
	abimux_unregister_overlay(second);
}

static void update_takes_effect_at_next_call(struct kunit *test)
{
	struct abimux_overlay_ops *ops = make_first(test);
	struct abimux_overlay_ops *other = make_second(test);
	struct pt_regs regs = make_regs(NR_PLAIN);

	strscpy(other->data.name, "o-first", sizeof(other->data.name));
	KUNIT_ASSERT_EQ(test, abimux_register_overlay(ops), 0);
	KUNIT_EXPECT_EQ(test, abimux_update_overlay(other, ops), -EINVAL);
	other->data.order = ops->data.order;
	become_foreign(test);
	lay(test, "o-first");
	abimux_call_enter(&regs);
	KUNIT_ASSERT_EQ(test, abimux_update_overlay(other, ops), 0);
	abimux_call_leave(&regs);
	KUNIT_EXPECT_STREQ(test, seen, "aA");
	call(&regs, 0);
	KUNIT_EXPECT_STREQ(test, seen, "aAbB");
	abimux_task_set(NULL);
	abimux_unregister_overlay(other);
}

static void call_given_up_is_told(struct kunit *test)
{
	struct abimux_overlay_ops *ops = make_first(test);
	struct pt_regs regs = make_regs(NR_PLAIN);
	struct pt_regs other = make_regs(NR_PLAIN);

	KUNIT_ASSERT_EQ(test, abimux_register_overlay(ops), 0);
	become_foreign(test);
	lay(test, "o-first");
	abimux_call_enter(&regs);
	regs.ax = -ERESTARTSYS;
	abimux_call_leave(&regs);
	KUNIT_EXPECT_STREQ(test, seen, "a");
	regs.ax = -EINTR;
	abimux_call_interrupted(current->abimux, &regs, 0);
	KUNIT_EXPECT_STREQ(test, seen, "aA");
	KUNIT_EXPECT_EQ(test, last_ret, -EINTR);
	call(&other, 7);
	KUNIT_EXPECT_STREQ(test, seen, "aAaA");
	abimux_task_set(NULL);
	abimux_unregister_overlay(ops);
}

static void stopped_call_is_entered_once(struct kunit *test)
{
	struct abimux_overlay_ops *ops = make_first(test);
	struct pt_regs regs = make_regs(__NR_read);

	KUNIT_ASSERT_EQ(test, abimux_register_overlay(ops), 0);
	become_native(test);
	lay(test, "o-first");
	abimux_call_enter(&regs);
	regs.ax = -ERESTARTSYS;
	abimux_call_leave(&regs);
	regs.ax = regs.orig_ax;
	KUNIT_EXPECT_EQ(test, call(&regs, 5), __NR_read);
	KUNIT_EXPECT_STREQ(test, seen, "aA");
	KUNIT_EXPECT_EQ(test, last_ret, 5);
	abimux_task_set(NULL);
	abimux_unregister_overlay(ops);
}

/* The child of a call that an overlay waits for, which has gone meanwhile. */
static void child_of_a_call_that_was_shown(struct kunit *test)
{
	struct task_struct *child =
		kunit_kzalloc(test, sizeof(*child), GFP_KERNEL);
	struct abimux_overlay_ops *ops = make_first(test);
	struct pt_regs regs = make_regs(__NR_fork), copy;
	struct abimux_task *parent;

	KUNIT_ASSERT_NOT_NULL(test, child);
	KUNIT_ASSERT_EQ(test, abimux_register_overlay(ops), 0);
	become_native(test);
	lay(test, "o-first");
	parent = current->abimux;
	abimux_call_enter(&regs);
	abimux_unregister_overlay(ops);
	KUNIT_ASSERT_EQ(test, __abimux_fork(child, 0), 0);
	KUNIT_EXPECT_NULL(test, child->abimux->over);
	copy = regs;
	copy.ax = 0;
	current->abimux = child->abimux;
	abimux_call_leave(&copy);
	current->abimux = parent;
	KUNIT_EXPECT_STREQ(test, seen, "a");
	KUNIT_EXPECT_EQ(test, copy.ax, 0);
	regs.ax = 77;
	abimux_call_leave(&regs);
	KUNIT_EXPECT_STREQ(test, seen, "aA");
	__abimux_free(child);
	abimux_task_set(NULL);
}

static void for_one_table_only(struct kunit *test)
{
	struct abimux_overlay_ops *ops = make_first(test);
	struct pt_regs regs = make_regs(NR_PLAIN);

	strscpy(ops->data.table, ABIMUX_NATIVE_TABLE, sizeof(ops->data.table));
	KUNIT_ASSERT_EQ(test, abimux_register_overlay(ops), 0);
	become_foreign(test);
	lay(test, "o-first");
	call(&regs, 0);
	KUNIT_EXPECT_STREQ(test, seen, "");
	become_native(test);
	lay(test, "o-first");
	call(&regs, 0);
	KUNIT_EXPECT_STREQ(test, seen, "aA");
	abimux_task_set(NULL);
	abimux_unregister_overlay(ops);
}

static struct abimux_overlay_ops *make_list(struct kunit *test, u8 action)
{
	struct abimux_overlay_ops *ops = make_ops(test, "o-list", 0);

	memset(ops->data.amd64, action, sizeof(ops->data.amd64));
	memset(ops->data.i386, action, sizeof(ops->data.i386));
	ops->data.others = action;
	ops->data.amd64[__NR_getpid] = ABIMUX_NATIVE_PASS;
	return ops;
}

static const struct list_case {
	const char *name;
	u8 action;
	long nr;
	long native;
	long ret;
} list_cases[] = {
	{ "listed", EPERM, __NR_getpid, __NR_getpid, 7 },
	{ "not listed", EPERM, __NR_getppid, -1, -EPERM },
	{ "another errno", ENOSYS, __NR_getppid, -1, -ENOSYS },
	{ "number beyond the list", EPERM, 600, -1, -EPERM },
	{ "number of x32", EPERM, 0x40000000 | __NR_getpid, -1, -EPERM },
	{ "restart_syscall", EPERM, __NR_restart_syscall, __NR_restart_syscall,
	  7 },
	{ "sigreturn", EPERM, __NR_rt_sigreturn, -1, -EPERM },
	{ "only told", ABIMUX_NATIVE_LOG, __NR_getppid, __NR_getppid, 7 },
};

static void list_desc(const struct list_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(list, list_cases, list_desc);

static void list_of_native_calls(struct kunit *test)
{
	const struct list_case *c = test->param_value;
	struct abimux_overlay_ops *ops = make_list(test, c->action);
	struct pt_regs regs = make_regs(c->nr);

	KUNIT_ASSERT_EQ(test, abimux_register_overlay(ops), 0);
	become_native(test);
	lay(test, "o-list");
	KUNIT_EXPECT_EQ(test, call(&regs, 7), c->native);
	KUNIT_EXPECT_EQ(test, (long)regs.ax, c->ret);
	abimux_task_set(NULL);
	abimux_unregister_overlay(ops);
}

static void list_stands_below_the_table(struct kunit *test)
{
	struct abimux_overlay_ops *ops = make_list(test, EACCES);
	struct pt_regs plain = make_regs(NR_PLAIN), op = make_regs(NR_OP);

	KUNIT_ASSERT_EQ(test, abimux_register_overlay(ops), 0);
	become_foreign(test);
	lay(test, "o-list");
	KUNIT_EXPECT_EQ(test, call(&plain, 7), -1);
	KUNIT_EXPECT_EQ(test, plain.ax, -99);
	KUNIT_EXPECT_EQ(test, call(&op, 7), __NR_getpid);
	KUNIT_EXPECT_EQ(test, op.ax, 7);
	abimux_task_set(NULL);
	abimux_unregister_overlay(ops);
}

static void list_sees_later_steps(struct kunit *test)
{
	struct abimux_overlay_ops *ops = make_list(test, EACCES);
	struct pt_regs regs = make_regs(NR_OP);

	KUNIT_ASSERT_EQ(test, abimux_register_overlay(ops), 0);
	become_foreign(test);
	current->abimux->mm = current->mm;
	lay(test, "o-list");
	table_verdict = ABIMUX_RUN | ABIMUX_RUN_LEAVE;
	KUNIT_EXPECT_EQ(test, call(&regs, 7), __NR_getpid);
	KUNIT_EXPECT_STREQ(test, seen, "tTT");
	KUNIT_EXPECT_EQ(test, last_ret, -EACCES);
	KUNIT_EXPECT_EQ(test, regs.ax, -99);
	abimux_task_set(NULL);
	abimux_unregister_overlay(ops);
}

static void list_for_the_other_instruction(struct kunit *test)
{
	struct abimux_overlay_ops *ops = make_list(test, EPERM);
	struct pt_regs regs = make_regs(__NR_getpid);

	KUNIT_ASSERT_EQ(test, abimux_register_overlay(ops), 0);
	become_native(test);
	lay(test, "o-list");
	current_thread_info()->status |= TS_COMPAT;
	KUNIT_EXPECT_EQ(test, call(&regs, 7), -1);
	current_thread_info()->status &= ~TS_COMPAT;
	KUNIT_EXPECT_EQ(test, regs.ax, -EPERM);
	abimux_task_set(NULL);
	abimux_unregister_overlay(ops);
}

static void list_can_be_loosened(struct kunit *test)
{
	struct abimux_overlay_ops *tight = make_list(test, EPERM);
	struct abimux_overlay_ops *loose = make_list(test, EPERM);
	struct pt_regs regs = make_regs(__NR_getppid);

	loose->data.amd64[__NR_getppid] = ABIMUX_NATIVE_PASS;
	KUNIT_ASSERT_EQ(test, abimux_register_overlay(tight), 0);
	become_native(test);
	lay(test, "o-list");
	KUNIT_EXPECT_EQ(test, call(&regs, 7), -1);
	KUNIT_ASSERT_EQ(test, abimux_update_overlay(loose, tight), 0);
	KUNIT_EXPECT_EQ(test, call(&regs, 7), __NR_getppid);
	KUNIT_ASSERT_EQ(test, abimux_update_overlay(tight, loose), 0);
	KUNIT_EXPECT_EQ(test, call(&regs, 7), -1);
	abimux_task_set(NULL);
	abimux_unregister_overlay(tight);
}

static void as_many_as_fit(struct kunit *test)
{
	struct abimux_overlay *overlays[ABIMUX_MAX_OVERLAYS];
	struct abimux_overlay all[ABIMUX_MAX_OVERLAYS + 1] = {};
	u32 i, count = 0;

	for (i = 0; i < ABIMUX_MAX_OVERLAYS; i++) {
		all[i].order = -(s32)i;
		KUNIT_EXPECT_EQ(test,
				abimux_over_add(overlays, &count, &all[i]), 0);
	}
	KUNIT_EXPECT_EQ(test, abimux_over_add(overlays, &count, &all[i]),
			-E2BIG);
	KUNIT_EXPECT_EQ(test, abimux_over_add(overlays, &count, &all[3]),
			-EEXIST);
	for (i = 0; i < count; i++)
		KUNIT_EXPECT_PTR_EQ(test, overlays[i],
				    &all[ABIMUX_MAX_OVERLAYS - 1 - i]);
}

static void bad_data_is_refused(struct kunit *test)
{
	struct abimux_overlay_ops *ops = make_first(test);

	ops->enter = NULL;
	KUNIT_EXPECT_EQ(test, abimux_register_overlay(ops), -EINVAL);
	ops->enter = first_enter;
	ops->data.others = ABIMUX_NR_ERRNO;
	KUNIT_EXPECT_EQ(test, abimux_register_overlay(ops), -EINVAL);
	ops->data.others = 0;
	ops->data.i386[511] = 253;
	KUNIT_EXPECT_EQ(test, abimux_register_overlay(ops), -EINVAL);
	ops->data.i386[511] = 0;
	ops->data.name[0] = '/';
	KUNIT_EXPECT_EQ(test, abimux_register_overlay(ops), -EINVAL);
	ops->data.name[0] = 'o';
	ops->data.reserved[2] = 1;
	KUNIT_EXPECT_EQ(test, abimux_register_overlay(ops), -EINVAL);
	ops->data.reserved[2] = 0;
	KUNIT_ASSERT_EQ(test, abimux_register_overlay(ops), 0);
	KUNIT_EXPECT_EQ(test, abimux_register_overlay(make_first(test)),
			-EEXIST);
	abimux_unregister_overlay(ops);
}

static struct kunit_case overlay_cases[] = {
	KUNIT_CASE(lies_around_a_native_call),
	KUNIT_CASE(native_again_without_overlays),
	KUNIT_CASE(declared_order),
	KUNIT_CASE(arguments_that_were_changed),
	KUNIT_CASE(changed_arguments_reach_the_table),
	KUNIT_CASE(arguments_on_a_stack_stay),
	KUNIT_CASE(refusal_is_told_by_the_table),
	KUNIT_CASE_PARAM(garbage_is_enosys, garbage_gen_params),
	KUNIT_CASE(unregistered_during_a_call),
	KUNIT_CASE(gone_overlays_leave_room),
	KUNIT_CASE(update_takes_effect_at_next_call),
	KUNIT_CASE(call_given_up_is_told),
	KUNIT_CASE(stopped_call_is_entered_once),
	KUNIT_CASE(child_of_a_call_that_was_shown),
	KUNIT_CASE(for_one_table_only),
	KUNIT_CASE_PARAM(list_of_native_calls, list_gen_params),
	KUNIT_CASE(list_stands_below_the_table),
	KUNIT_CASE(list_sees_later_steps),
	KUNIT_CASE(list_for_the_other_instruction),
	KUNIT_CASE(list_can_be_loosened),
	KUNIT_CASE(as_many_as_fit),
	KUNIT_CASE(bad_data_is_refused),
	{}
};

static struct kunit_suite overlay_suite = {
	.name = "abimux_overlay",
	.init = overlay_test_init,
	.exit = overlay_test_exit,
	.test_cases = overlay_cases,
};

kunit_test_suite(overlay_suite);

MODULE_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
MODULE_DESCRIPTION("KUnit tests of abimux overlays");
MODULE_LICENSE("GPL");
