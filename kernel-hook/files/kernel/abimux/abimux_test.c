// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: KUnit tests of the core, with tables registered from C.
 *
 * The thread of the test makes itself foreign and passes made-up registers
 * through abimux_call_enter() and abimux_call_leave(), as the entry code does.
 */
#include <kunit/test.h>
#include <linux/elf.h>
#include <linux/errno.h>
#include <linux/mman.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <asm/abimux.h>
#include <asm/unistd.h>

#include "abimux.h"

/* In rax before a call, so that a result which nobody stored is seen. */
#define POISON 0x5eed

#define NR_PLAIN 10
#define NR_OP 11
#define NR_SIGRETURN 12
#define NR_ORDER 13
#define NR_MISSING 14

/* What the ops of the test's tables answer, and what they saw. */
static int op_verdict, leave_verdict;
static s64 op_native, op_ret, leave_ret, leave_answer;
static unsigned int leaves;
static u32 leave_child;
static bool op_sets_args, op_sets_ret2;

static int test_enter(struct abimux_call *call)
{
	call->native = op_native;
	call->ret = op_ret;
	if (op_sets_args)
		call->args[0] = 0xfeed;
	if (op_sets_ret2) {
		call->ret2 = 77;
		call->has_ret2 = 1;
	}
	return op_verdict;
}

static int test_leave(struct abimux_call *call)
{
	leaves++;
	leave_child = call->child;
	leave_ret = call->ret;
	if (leave_answer)
		call->ret = leave_answer;
	return leave_verdict;
}

static void set_entry(struct abimux_table_ops *ops, u32 nr, u8 kind, u16 native)
{
	ops->data.entries[nr].kind = kind;
	ops->data.entries[nr].native = native;
}

static struct abimux_table_ops *make_ops(struct kunit *test, const char *name)
{
	struct abimux_table_ops *ops =
		kunit_kzalloc(test, sizeof(*ops), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ops);
	strscpy(ops->data.name, name, sizeof(ops->data.name));
	ops->enter = test_enter;
	ops->leave = test_leave;
	set_entry(ops, NR_PLAIN, ABIMUX_ENTRY_NATIVE, __NR_getppid);
	set_entry(ops, NR_OP, ABIMUX_ENTRY_OP, __NR_getpid);
	set_entry(ops, NR_SIGRETURN, ABIMUX_ENTRY_NATIVE, __NR_rt_sigreturn);
	set_entry(ops, NR_ORDER, ABIMUX_ENTRY_NATIVE, __NR_getppid);
	ops->data.entries[NR_ORDER].order = 0x54f012;
	return ops;
}

/* Registers as the entry code leaves them for call @nr. */
static struct pt_regs make_regs(u32 nr)
{
	return (struct pt_regs){
		.orig_ax = nr,
		.ax = POISON,
		.di = 1,
		.si = 2,
		.dx = 3,
		.r10 = 4,
		.r8 = 5,
		.r9 = 6,
		.bx = 11,
		.cx = 12,
		.bp = 16,
		.ip = 0x1000,
		.sp = 0x2000,
		.flags = X86_EFLAGS_IF | X86_EFLAGS_FIXED,
		.r11 = X86_EFLAGS_IF | X86_EFLAGS_FIXED,
	};
}

static struct abimux_task *become(struct kunit *test, const char *name)
{
	struct abimux_table *table = abimux_table_get(name);
	struct abimux_task *task;

	KUNIT_ASSERT_NOT_NULL(test, table);
	task = abimux_task_new(table, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, task);
	abimux_task_set(task);
	return task;
}

/* A table on which the test's thread is, with @ops as they are. */
static struct abimux_task *on_table(struct kunit *test,
				    struct abimux_table_ops *ops)
{
	KUNIT_ASSERT_EQ(test, abimux_register_table(ops), 0);
	return become(test, ops->data.name);
}

static void off_table(struct abimux_table_ops *ops)
{
	abimux_task_set(NULL);
	abimux_unregister_table(ops);
}

static int abimux_test_init(struct kunit *test)
{
	op_verdict = ABIMUX_DONE;
	leave_verdict = ABIMUX_DONE;
	op_native = __NR_getpid;
	op_ret = 0;
	leave_ret = 0;
	leave_answer = 0;
	leaves = 0;
	op_sets_args = false;
	op_sets_ret2 = false;
	return 0;
}

static void abimux_test_exit(struct kunit *test)
{
	current_thread_info()->status &= ~TS_COMPAT;
	if (current->abimux)
		abimux_task_set(NULL);
}

/* Registry */

static void registry_finds_by_name(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-find");
	struct abimux_table *table;

	KUNIT_EXPECT_NULL(test, abimux_table_get("t-find"));
	KUNIT_ASSERT_EQ(test, abimux_register_table(ops), 0);
	table = abimux_table_get("t-find");
	KUNIT_ASSERT_NOT_NULL(test, table);
	KUNIT_EXPECT_STREQ(test, table->name, "t-find");
	KUNIT_EXPECT_EQ(test, refcount_read(&table->refs), 2);
	abimux_table_put(table);
	abimux_unregister_table(ops);
	KUNIT_EXPECT_NULL(test, abimux_table_get("t-find"));
}

static void registry_refuses_taken_names(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-taken");

	KUNIT_ASSERT_EQ(test, abimux_register_table(ops), 0);
	KUNIT_EXPECT_EQ(test, abimux_register_table(make_ops(test, "t-taken")),
			-EEXIST);
	KUNIT_EXPECT_EQ(test, abimux_register_table(make_ops(test, "linux")),
			-EEXIST);
	abimux_unregister_table(ops);
	KUNIT_EXPECT_EQ(test, abimux_register_table(ops), 0);
	abimux_unregister_table(ops);
}

static void registry_checks_machine(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-machine");

	KUNIT_ASSERT_EQ(test, abimux_register_table(ops), 0);
	KUNIT_EXPECT_EQ(test, abimux_table_check("t-machine", EM_X86_64), 0);
	KUNIT_EXPECT_EQ(test, abimux_table_check("t-machine", EM_NONE), 0);
	KUNIT_EXPECT_EQ(test, abimux_table_check("t-machine", EM_386),
			-ENOEXEC);
	KUNIT_EXPECT_EQ(test, abimux_table_check("t-none", EM_X86_64), -ENOENT);
	KUNIT_EXPECT_EQ(test, abimux_table_check("linux", EM_386), 0);
	abimux_unregister_table(ops);
}

static void break_name_empty(struct abimux_table_ops *ops)
{
	ops->data.name[0] = 0;
}

static void break_name_slash(struct abimux_table_ops *ops)
{
	strscpy(ops->data.name, "a/b", sizeof(ops->data.name));
}

static void break_name_long(struct abimux_table_ops *ops)
{
	memset(ops->data.name, 'a', sizeof(ops->data.name));
}

static void break_number(struct abimux_table_ops *ops)
{
	ops->data.convention.number = ABIMUX_NR_NUMBERS;
}

static void break_args(struct abimux_table_ops *ops)
{
	ops->data.convention.args = ABIMUX_NR_ARGS_KINDS;
}

static void break_error(struct abimux_table_ops *ops)
{
	ops->data.convention.error = ABIMUX_NR_ERRORS;
}

static void break_machine(struct abimux_table_ops *ops)
{
	ops->data.convention.native = ABIMUX_NR_NATIVES;
}

static void break_kind(struct abimux_table_ops *ops)
{
	ops->data.entries[3].kind = ABIMUX_ENTRY_OP + 1;
}

static void break_native(struct abimux_table_ops *ops)
{
	ops->data.entries[NR_PLAIN].native = 5000;
}

static void break_order(struct abimux_table_ops *ops)
{
	ops->data.entries[NR_ORDER].order = 0x7;
}

static void break_order_high(struct abimux_table_ops *ops)
{
	ops->data.entries[NR_ORDER].order = 0x1000000;
}

static void break_number_lost(struct abimux_table_ops *ops)
{
	ops->data.convention.number = ABIMUX_NUMBER_CX;
}

static void break_args_lost(struct abimux_table_ops *ops)
{
	ops->data.convention.args = ABIMUX_ARGS_INT80;
}

static void break_errno(struct abimux_table_ops *ops)
{
	ops->data.errnos[EPERM] = ERESTARTSYS;
}

static void break_enter(struct abimux_table_ops *ops)
{
	ops->enter = NULL;
}

struct break_case {
	const char *name;
	void (*break_it)(struct abimux_table_ops *ops);
};

static const struct break_case break_cases[] = {
	{ "empty name", break_name_empty },
	{ "name with a slash", break_name_slash },
	{ "name without an end", break_name_long },
	{ "number register", break_number },
	{ "place of arguments", break_args },
	{ "error convention", break_error },
	{ "machine", break_machine },
	{ "kind of entry", break_kind },
	{ "native number", break_native },
	{ "argument order", break_order },
	{ "seventh argument", break_order_high },
	{ "number where SYSCALL writes", break_number_lost },
	{ "argument where SYSCALL writes", break_args_lost },
	{ "errno of the kernel's own", break_errno },
	{ "op without enter", break_enter },
};

static void break_desc(const struct break_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(break, break_cases, break_desc);

static void registry_refuses_bad_data(struct kunit *test)
{
	const struct break_case *c = test->param_value;
	struct abimux_table_ops *ops = make_ops(test, "t-bad");

	KUNIT_ASSERT_EQ(test, abimux_table_validate(ops), 0);
	c->break_it(ops);
	KUNIT_EXPECT_EQ(test, abimux_register_table(ops), -EINVAL);
	KUNIT_EXPECT_NULL(test, abimux_table_get("t-bad"));
}

/* Reference counts and versions */

static void unregistered_table_stays_for_its_task(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-stay");
	struct pt_regs regs = make_regs(NR_PLAIN);
	struct abimux_task *task = on_table(test, ops);

	KUNIT_EXPECT_EQ(test, refcount_read(&task->table->refs), 2);
	abimux_unregister_table(ops);
	KUNIT_EXPECT_NULL(test, abimux_table_get("t-stay"));
	KUNIT_EXPECT_EQ(test, refcount_read(&task->table->refs), 1);
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	abimux_call_leave(&regs);
	abimux_task_set(NULL);
}

static void name_is_free_while_old_table_lives(struct kunit *test)
{
	struct abimux_table_ops *old = make_ops(test, "t-name");
	struct abimux_table_ops *new = make_ops(test, "t-name");
	struct abimux_task *task = on_table(test, old);

	abimux_unregister_table(old);
	KUNIT_ASSERT_EQ(test, abimux_register_table(new), 0);
	KUNIT_EXPECT_PTR_EQ(test, task->version->ops,
			    (const struct abimux_table_ops *)old);
	become(test, "t-name");
	KUNIT_EXPECT_PTR_EQ(test, current->abimux->version->ops,
			    (const struct abimux_table_ops *)new);
	off_table(new);
}

static void update_takes_effect_at_next_call(struct kunit *test)
{
	struct abimux_table_ops *old = make_ops(test, "t-update");
	struct abimux_table_ops *new = make_ops(test, "t-update");
	struct pt_regs regs = make_regs(NR_PLAIN);
	struct abimux_task *task = on_table(test, old);
	u64 serial = task->version->serial;

	set_entry(new, NR_PLAIN, ABIMUX_ENTRY_NATIVE, __NR_getuid);
	new->data.convention.error = ABIMUX_ERROR_CARRY;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	KUNIT_ASSERT_EQ(test, abimux_update_table(new, old), 0);
	/* The call that is under way ends as it began. */
	regs.ax = -EPERM;
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, (long)regs.ax, -EPERM);
	regs = make_regs(NR_PLAIN);
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getuid);
	KUNIT_EXPECT_GT(test, task->version->serial, serial);
	regs.ax = -EPERM;
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, regs.ax, EPERM);
	off_table(new);
}

static void update_refuses_another_table(struct kunit *test)
{
	struct abimux_table_ops *old = make_ops(test, "t-same");
	struct abimux_table_ops *i386 = make_ops(test, "t-same");

	KUNIT_ASSERT_EQ(test, abimux_register_table(old), 0);
	KUNIT_EXPECT_EQ(test,
			abimux_update_table(make_ops(test, "t-other"), old),
			-EINVAL);
	set_entry(i386, NR_PLAIN, ABIMUX_ENTRY_NATIVE, 20);
	i386->data.convention.native = ABIMUX_NATIVE_I386;
	KUNIT_EXPECT_EQ(test, abimux_update_table(i386, old), -EINVAL);
	KUNIT_EXPECT_EQ(test, abimux_update_table(old, i386), -ENOENT);
	abimux_unregister_table(old);
}

static void last_user_lets_go_of_everything(struct kunit *test)
{
	struct abimux_table_ops *old = make_ops(test, "t-last");
	struct abimux_table_ops *new = make_ops(test, "t-last");
	struct task_struct *child =
		kunit_kzalloc(test, sizeof(*child), GFP_KERNEL);
	struct pt_regs regs = make_regs(NR_PLAIN);
	struct abimux_version *versions[2];
	struct abimux_task *task;

	KUNIT_ASSERT_NOT_NULL(test, child);
	task = on_table(test, old);
	versions[0] = abimux_version_get(task->table);
	KUNIT_ASSERT_EQ(test, abimux_update_table(new, old), 0);
	versions[1] = abimux_version_get(task->table);
	KUNIT_EXPECT_EQ(test, __abimux_fork(child, CLONE_VM), 0);
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	abimux_call_leave(&regs);
	off_table(new);
	KUNIT_EXPECT_EQ(test, refcount_read(&versions[0]->refs), 2);
	KUNIT_EXPECT_EQ(test, refcount_read(&versions[1]->refs), 2);
	__abimux_free(child);
	KUNIT_EXPECT_EQ(test, refcount_read(&versions[0]->refs), 1);
	KUNIT_EXPECT_EQ(test, refcount_read(&versions[1]->refs), 1);
	abimux_version_put(versions[0]);
	abimux_version_put(versions[1]);
}

/* Conventions */

static void number_desc(const unsigned int *nr, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "register %u", *nr);
}

/* SYSCALL overwrites the third, rcx. */
static const unsigned int numbers[] = { 0, 1, 3, 4, 5, 6 };

KUNIT_ARRAY_PARAM(number, numbers, number_desc);

static void number_in_each_register(struct kunit *test)
{
	unsigned int number = *(const unsigned int *)test->param_value;
	struct abimux_table_ops *ops = make_ops(test, "t-number");
	struct pt_regs regs = make_regs(NR_MISSING);
	unsigned long *at[] = { &regs.orig_ax, &regs.bx, &regs.cx, &regs.dx,
				&regs.si,      &regs.di, &regs.bp };

	ops->data.convention.number = number;
	on_table(test, ops);
	*at[number] = NR_PLAIN;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	KUNIT_EXPECT_EQ(test, regs.orig_ax, __NR_getppid);
	regs.ax = 5;
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, regs.orig_ax, number ? NR_MISSING : NR_PLAIN);
	KUNIT_EXPECT_EQ(test, *at[number], NR_PLAIN);
	off_table(ops);
}

static void plain_entry_leaves_registers_alone(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-plain");
	struct pt_regs regs = make_regs(NR_PLAIN), was = regs;

	on_table(test, ops);
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	was.orig_ax = __NR_getppid;
	KUNIT_EXPECT_MEMEQ(test, &regs, &was, sizeof(regs));
	regs.ax = 4711;
	abimux_call_leave(&regs);
	was.ax = 4711;
	was.orig_ax = NR_PLAIN;
	KUNIT_EXPECT_MEMEQ(test, &regs, &was, sizeof(regs));
	off_table(ops);
}

static void order_moves_arguments_and_back(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-order");
	struct pt_regs regs = make_regs(NR_ORDER);

	on_table(test, ops);
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	KUNIT_EXPECT_EQ(test, regs.di, 3);
	KUNIT_EXPECT_EQ(test, regs.si, 2);
	KUNIT_EXPECT_EQ(test, regs.dx, 1);
	KUNIT_EXPECT_EQ(test, regs.r10, 0);
	KUNIT_EXPECT_EQ(test, regs.r8, 5);
	KUNIT_EXPECT_EQ(test, regs.r9, 6);
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, regs.di, 1);
	KUNIT_EXPECT_EQ(test, regs.dx, 3);
	KUNIT_EXPECT_EQ(test, regs.r10, 4);
	off_table(ops);
}

static void i386_arguments_are_32_bits(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-i386-args");
	struct pt_regs regs = make_regs(NR_OP);

	ops->data.convention.native = ABIMUX_NATIVE_I386;
	ops->data.convention.args = ABIMUX_ARGS_INT80;
	set_entry(ops, NR_PLAIN, ABIMUX_ENTRY_NATIVE, 20);
	set_entry(ops, NR_OP, ABIMUX_ENTRY_OP, 20);
	on_table(test, ops);
	current_thread_info()->status |= TS_COMPAT;
	op_native = 20;
	op_verdict = ABIMUX_RUN | ABIMUX_RUN_ARGS;
	regs.bx = 0x100000003;
	regs.cx = 0x200000004;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), 20);
	KUNIT_EXPECT_EQ(test, current->abimux->call.args[1], 4);
	KUNIT_EXPECT_EQ(test, regs.cx, 4);
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, regs.bx, 0x100000003);
	KUNIT_EXPECT_EQ(test, regs.cx, 0x200000004);
	off_table(ops);
}

static unsigned long user_page(struct kunit *test)
{
	unsigned long page = kunit_vm_mmap(test, NULL, 0, PAGE_SIZE,
					   PROT_READ | PROT_WRITE,
					   MAP_PRIVATE | MAP_ANONYMOUS, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(page));
	return page;
}

static void arguments_on_the_stack(struct kunit *test)
{
	static const u64 words[] = { 0, 21, 22, 23, 24, 25, 26 };
	struct abimux_table_ops *ops = make_ops(test, "t-stack");
	struct pt_regs regs = make_regs(NR_PLAIN);
	unsigned long page = user_page(test);

	ops->data.convention.args = ABIMUX_ARGS_STACK;
	ops->data.convention.stack = 8;
	on_table(test, ops);
	KUNIT_ASSERT_EQ(test,
			copy_to_user((void __user *)page, words, sizeof(words)),
			0);
	regs.sp = page;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	KUNIT_EXPECT_EQ(test, regs.di, 21);
	KUNIT_EXPECT_EQ(test, regs.r9, 26);
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, regs.di, 1);
	off_table(ops);
}

static void stack_that_ends_gives_zeros(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-stack-end");
	struct pt_regs regs = make_regs(NR_PLAIN);
	unsigned long page = user_page(test);

	ops->data.convention.args = ABIMUX_ARGS_STACK;
	on_table(test, ops);
	KUNIT_ASSERT_EQ(test,
			put_user(9UL, (u64 __user *)(page + PAGE_SIZE - 8)), 0);
	regs.sp = page + PAGE_SIZE - 8;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	KUNIT_EXPECT_EQ(test, regs.di, 9);
	KUNIT_EXPECT_EQ(test, regs.r9, 0);
	abimux_call_leave(&regs);
	off_table(ops);
}

static void stack_in_the_kernel_is_a_fault(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-stack-bad");
	struct pt_regs regs = make_regs(NR_PLAIN);

	ops->data.convention.args = ABIMUX_ARGS_STACK;
	on_table(test, ops);
	regs.sp = (unsigned long)ops;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), -1);
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, (long)regs.ax, -EFAULT);
	off_table(ops);
}

/* Pass one result through a table; the registers that the program would see. */
static struct pt_regs result_of(struct kunit *test, u8 error, long ret)
{
	struct abimux_table_ops *ops = make_ops(test, "t-result");
	struct pt_regs regs = make_regs(NR_PLAIN);

	ops->data.convention.error = error;
	ops->data.errnos[EAGAIN] = 35;
	on_table(test, ops);
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	regs.ax = ret;
	abimux_call_leave(&regs);
	off_table(ops);
	return regs;
}

static void errors_as_negative_errno(struct kunit *test)
{
	const u8 how = ABIMUX_ERROR_NEGATIVE;

	KUNIT_EXPECT_EQ(test, (long)result_of(test, how, 7).ax, 7);
	KUNIT_EXPECT_EQ(test, (long)result_of(test, how, -EPERM).ax, -EPERM);
	KUNIT_EXPECT_EQ(test, (long)result_of(test, how, -EAGAIN).ax, -35);
}

static void errors_by_carry_flag(struct kunit *test)
{
	struct pt_regs regs = result_of(test, ABIMUX_ERROR_CARRY, -EAGAIN);

	KUNIT_EXPECT_EQ(test, regs.ax, 35);
	KUNIT_EXPECT_TRUE(test, regs.flags & X86_EFLAGS_CF);
	KUNIT_EXPECT_EQ(test, regs.r11, regs.flags);
	regs = result_of(test, ABIMUX_ERROR_CARRY, 1000);
	KUNIT_EXPECT_EQ(test, regs.ax, 1000);
	KUNIT_EXPECT_FALSE(test, regs.flags & X86_EFLAGS_CF);
	KUNIT_EXPECT_EQ(test, regs.r11, regs.flags);
}

static void errors_as_minus_one(struct kunit *test)
{
	const u8 how = ABIMUX_ERROR_MINUS_ONE;

	KUNIT_EXPECT_EQ(test, (long)result_of(test, how, -EAGAIN).ax, -1);
	KUNIT_EXPECT_EQ(test, (long)result_of(test, how, 3).ax, 3);
}

static void i386_calls_keep_r11(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-i386");
	struct pt_regs regs = make_regs(NR_PLAIN);

	ops->data.convention.native = ABIMUX_NATIVE_I386;
	ops->data.convention.args = ABIMUX_ARGS_INT80;
	ops->data.convention.error = ABIMUX_ERROR_CARRY;
	set_entry(ops, NR_PLAIN, ABIMUX_ENTRY_NATIVE, 20);
	on_table(test, ops);
	current_thread_info()->status |= TS_COMPAT;
	regs.r11 = 12345;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), 20);
	regs.ax = -EPERM;
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, regs.ax, EPERM);
	KUNIT_EXPECT_TRUE(test, regs.flags & X86_EFLAGS_CF);
	KUNIT_EXPECT_EQ(test, regs.r11, 12345);
	off_table(ops);
}

static void other_entry_instruction_is_refused(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-entry");
	struct pt_regs regs = make_regs(NR_PLAIN);

	on_table(test, ops);
	current_thread_info()->status |= TS_COMPAT;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), -1);
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, (long)regs.ax, -ENOSYS);
	off_table(ops);
}

static void unknown_desc(const u32 *nr, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%#x", *nr);
}

static const u32 unknowns[] = { NR_MISSING,	 ABIMUX_NR_CALLS - 1,
				ABIMUX_NR_CALLS, 0x40000000,
				0x7fffffff,	 0xffffffff };

KUNIT_ARRAY_PARAM(unknown, unknowns, unknown_desc);

static void unknown_number_is_enosys(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-unknown");
	u32 nr = *(const u32 *)test->param_value;
	struct pt_regs regs = make_regs(nr);

	on_table(test, ops);
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), -1);
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, (long)regs.ax, -ENOSYS);
	KUNIT_EXPECT_EQ(test, regs.orig_ax, nr);
	off_table(ops);
}

/* Ops */

/* Make call NR_OP; what enter returned is checked, the registers are returned. */
static struct pt_regs call_op(struct kunit *test, long native)
{
	struct pt_regs regs = make_regs(NR_OP);

	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), native);
	if (native != -1)
		regs.ax = 1234;
	abimux_call_leave(&regs);
	return regs;
}

static void op_answers_itself(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-done");

	on_table(test, ops);
	op_ret = 36;
	KUNIT_EXPECT_EQ(test, call_op(test, -1).ax, 36);
	op_ret = -EDOM;
	KUNIT_EXPECT_EQ(test, (long)call_op(test, -1).ax, -EDOM);
	KUNIT_EXPECT_EQ(test, leaves, 0);
	off_table(ops);
}

static void op_runs_native_call_with_arguments(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-run");
	struct pt_regs regs = make_regs(NR_OP);

	on_table(test, ops);
	op_sets_args = true;
	op_verdict = ABIMUX_RUN | ABIMUX_RUN_ARGS;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getpid);
	KUNIT_EXPECT_EQ(test, regs.di, 0xfeed);
	KUNIT_EXPECT_EQ(test, regs.si, 2);
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, regs.di, 1);
	KUNIT_EXPECT_EQ(test, leaves, 0);
	off_table(ops);
}

static void op_without_new_arguments_keeps_them(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-keep");
	struct pt_regs regs = make_regs(NR_OP);

	on_table(test, ops);
	op_sets_args = true;
	op_verdict = ABIMUX_RUN;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getpid);
	KUNIT_EXPECT_EQ(test, regs.di, 1);
	abimux_call_leave(&regs);
	off_table(ops);
}

static void leave_sees_the_result(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-leave");

	on_table(test, ops);
	op_verdict = ABIMUX_RUN | ABIMUX_RUN_LEAVE;
	KUNIT_EXPECT_EQ(test, call_op(test, __NR_getpid).ax, 1234);
	KUNIT_EXPECT_EQ(test, leaves, 1);
	KUNIT_EXPECT_EQ(test, leave_ret, 1234);
	off_table(ops);
}

static void second_result_register(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-ret2");

	on_table(test, ops);
	op_sets_ret2 = true;
	op_ret = 5;
	KUNIT_EXPECT_EQ(test, call_op(test, -1).dx, 77);
	op_ret = -EPERM;
	KUNIT_EXPECT_EQ(test, call_op(test, -1).dx, 3);
	op_sets_ret2 = false;
	op_ret = 5;
	KUNIT_EXPECT_EQ(test, call_op(test, -1).dx, 3);
	off_table(ops);
}

static void second_result_is_of_one_call(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-ret2-once");
	struct pt_regs regs = make_regs(NR_ORDER);

	on_table(test, ops);
	op_sets_ret2 = true;
	KUNIT_EXPECT_EQ(test, call_op(test, -1).dx, 77);
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	regs.ax = 1;
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, regs.dx, 3);
	off_table(ops);
}

static void observed_call_has_the_same_result(struct kunit *test)
{
	const unsigned long work = SYSCALL_WORK_ABIMUX |
				   SYSCALL_WORK_SYSCALL_TRACEPOINT |
				   SYSCALL_WORK_SECCOMP;
	struct abimux_table_ops *ops = make_ops(test, "t-observed");
	struct pt_regs regs = make_regs(NR_ORDER);

	ops->data.convention.error = ABIMUX_ERROR_CARRY;
	on_table(test, ops);
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	regs.ax = -EPERM;
	abimux_leave(&regs, work);
	KUNIT_EXPECT_EQ(test, regs.ax, EPERM);
	KUNIT_EXPECT_TRUE(test, regs.flags & X86_EFLAGS_CF);
	KUNIT_EXPECT_EQ(test, regs.di, 1);
	KUNIT_EXPECT_EQ(test, regs.orig_ax, NR_ORDER);
	off_table(ops);
}

static void leave_is_not_asked_in_another_address_space(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-mm");
	struct pt_regs regs = make_regs(NR_OP);

	on_table(test, ops);
	op_verdict = ABIMUX_RUN | ABIMUX_RUN_LEAVE;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getpid);
	user_page(test);
	regs.ax = -ENOEXEC;
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, leaves, 0);
	KUNIT_EXPECT_EQ(test, (long)regs.ax, -ENOEXEC);
	off_table(ops);
}

static void registers_have_the_limits_of_sigreturn(struct kunit *test)
{
	struct pt_regs regs = make_regs(NR_OP);
	struct abimux_regs in = { .ip = 0x4000, .flags = ~0UL, .sp = 0x5000 };

	regs.cs = __USER_CS;
	regs.ss = __USER_DS;
	in.ip = TASK_SIZE_MAX;
	KUNIT_EXPECT_EQ(test, abimux_regs_set(&regs, &in), -EINVAL);
	in.ip = ~0UL;
	KUNIT_EXPECT_EQ(test, abimux_regs_set(&regs, &in), -EINVAL);
	KUNIT_EXPECT_EQ(test, regs.ip, 0x1000);
	in.ip = 0x4000;
	in.fs_base = TASK_SIZE_MAX;
	KUNIT_EXPECT_EQ(test, abimux_regs_set(&regs, &in), -EINVAL);
	KUNIT_EXPECT_EQ(test, regs.ip, 0x1000);
	in.fs_base = 0;
	KUNIT_EXPECT_EQ(test, abimux_regs_set(&regs, &in), 0);
	KUNIT_EXPECT_EQ(test, regs.ip, 0x4000);
	KUNIT_EXPECT_EQ(test, regs.sp, 0x5000);
	KUNIT_EXPECT_FALSE(test, regs.flags & X86_EFLAGS_IOPL);
	KUNIT_EXPECT_FALSE(test, regs.flags & X86_EFLAGS_NT);
	KUNIT_EXPECT_FALSE(test, regs.flags & X86_EFLAGS_VM);
	KUNIT_EXPECT_TRUE(test, regs.flags & X86_EFLAGS_IF);
	KUNIT_EXPECT_EQ(test, regs.cs, __USER_CS);
}

static void endless_leave_is_stopped(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-endless");

	on_table(test, ops);
	op_verdict = ABIMUX_RUN | ABIMUX_RUN_LEAVE;
	leave_verdict = ABIMUX_RUN | ABIMUX_RUN_LEAVE;
	KUNIT_EXPECT_EQ(test, (long)call_op(test, __NR_getpid).ax, -ELOOP);
	KUNIT_EXPECT_EQ(test, leaves, ABIMUX_MAX_STEPS);
	KUNIT_EXPECT_EQ(test, leave_ret, task_tgid_vnr(current));
	off_table(ops);
}

struct garbage_case {
	const char *name;
	int verdict;
	s64 native, ret;
};

static const struct garbage_case garbage_cases[] = {
	{ "unknown bit", 32, 0, 0 },
	{ "interruption without run", ABIMUX_RUN_INTR, 0, 0 },
	{ "interruption without leave", ABIMUX_RUN | ABIMUX_RUN_INTR, 0, 0 },
	{ "minus one", -1, 0, 0 },
	{ "errno", -EINVAL, 0, 0 },
	{ "leave without run", ABIMUX_RUN_LEAVE, 0, 0 },
	{ "arguments without run", ABIMUX_RUN_ARGS, 0, 0 },
	{ "missing and run", ABIMUX_MISSING | ABIMUX_RUN, 0, 0 },
	{ "negative native number", ABIMUX_RUN, -1, 0 },
	{ "large native number", ABIMUX_RUN, 1 << 20, 0 },
	{ "x32 native number", ABIMUX_RUN, 0x40000000 | __NR_getpid, 0 },
	{ "native number beyond 32 bits", ABIMUX_RUN, (1LL << 32) | __NR_getpid,
	  0 },
	{ "ERESTARTSYS", ABIMUX_DONE, 0, -ERESTARTSYS },
	{ "ERESTART_RESTARTBLOCK", ABIMUX_DONE, 0, -ERESTART_RESTARTBLOCK },
};

static void garbage_desc(const struct garbage_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(garbage, garbage_cases, garbage_desc);

static void garbage_from_ops_is_enosys(struct kunit *test)
{
	const struct garbage_case *c = test->param_value;
	struct abimux_table_ops *ops = make_ops(test, "t-garbage");
	struct pt_regs regs;

	on_table(test, ops);
	op_verdict = c->verdict;
	op_native = c->native;
	op_ret = c->ret;
	regs = call_op(test, -1);
	KUNIT_EXPECT_EQ(test, (long)regs.ax, -ENOSYS);
	KUNIT_EXPECT_EQ(test, regs.orig_ax, NR_OP);
	KUNIT_EXPECT_EQ(test, regs.di, 1);
	KUNIT_EXPECT_EQ(test, leaves, 0);
	off_table(ops);
}

static void leave_without_op_is_garbage(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-no-leave");

	ops->leave = NULL;
	on_table(test, ops);
	op_verdict = ABIMUX_RUN | ABIMUX_RUN_LEAVE;
	KUNIT_EXPECT_EQ(test, (long)call_op(test, -1).ax, -ENOSYS);
	off_table(ops);
}

static void sigreturn_has_no_leave(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-sigreturn");
	struct pt_regs regs = make_regs(NR_SIGRETURN), was;

	on_table(test, ops);
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_rt_sigreturn);
	regs = make_regs(99);
	was = regs;
	abimux_call_leave(&regs);
	KUNIT_EXPECT_MEMEQ(test, &regs, &was, sizeof(regs));
	off_table(ops);
}

/* Restarts */

static void restart_desc(const int *code, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%d", *code);
}

static const int restarts[] = { ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND,
				ERESTART_RESTARTBLOCK };

KUNIT_ARRAY_PARAM(restart, restarts, restart_desc);

/* Interrupt call @nr with @code, as a native call that a signal found waiting. */
static struct pt_regs interrupt(struct kunit *test, u32 nr, int code)
{
	struct pt_regs regs = make_regs(nr);

	KUNIT_EXPECT_NE(test, abimux_call_enter(&regs), -1);
	regs.ax = -code;
	abimux_call_leave(&regs);
	return regs;
}

static void restart_codes_pass_untranslated(struct kunit *test)
{
	int code = *(const int *)test->param_value;
	struct abimux_table_ops *ops = make_ops(test, "t-restart");
	struct pt_regs regs;

	ops->data.convention.error = ABIMUX_ERROR_CARRY;
	on_table(test, ops);
	regs = interrupt(test, NR_ORDER, code);
	KUNIT_EXPECT_EQ(test, (long)regs.ax, -code);
	KUNIT_EXPECT_EQ(test, regs.orig_ax, NR_ORDER);
	KUNIT_EXPECT_EQ(test, regs.di, 1);
	KUNIT_EXPECT_FALSE(test, regs.flags & X86_EFLAGS_CF);
	off_table(ops);
}

static void restarted_call_enters_again(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-again");
	struct pt_regs regs;

	on_table(test, ops);
	op_verdict = ABIMUX_RUN | ABIMUX_RUN_LEAVE;
	regs = interrupt(test, NR_OP, ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, leaves, 0);
	/* What the architecture does: the same call once more. */
	regs.orig_ax = NR_OP;
	regs.ax = -ENOSYS;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getpid);
	regs.ax = 8;
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, leaves, 1);
	KUNIT_EXPECT_EQ(test, regs.ax, 8);
	off_table(ops);
}

static void restart_syscall_goes_on_with_the_call(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-block");
	struct pt_regs regs;

	on_table(test, ops);
	op_verdict = ABIMUX_RUN | ABIMUX_RUN_LEAVE;
	regs = interrupt(test, NR_OP, ERESTART_RESTARTBLOCK);
	regs.orig_ax = __NR_restart_syscall;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_restart_syscall);
	regs.ax = 9;
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, leaves, 1);
	KUNIT_EXPECT_EQ(test, leave_ret, 9);
	KUNIT_EXPECT_EQ(test, regs.orig_ax, NR_OP);
	/* Without an interrupted call that number is the table's own. */
	regs = make_regs(__NR_restart_syscall);
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), -1);
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, (long)regs.ax, -ENOSYS);
	off_table(ops);
}

static void interrupted_op_resumes_with_its_registers(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-block-args");
	struct pt_regs regs;

	on_table(test, ops);
	op_sets_args = true;
	op_verdict = ABIMUX_RUN | ABIMUX_RUN_ARGS | ABIMUX_RUN_LEAVE;
	regs = interrupt(test, NR_OP, ERESTART_RESTARTBLOCK);
	KUNIT_EXPECT_EQ(test, regs.di, 1);
	regs.orig_ax = __NR_restart_syscall;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_restart_syscall);
	regs.ax = 9;
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, leaves, 1);
	KUNIT_EXPECT_EQ(test, regs.di, 1);
	off_table(ops);
}

static void resume_by_another_instruction_is_refused(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-block-entry");
	struct pt_regs regs;

	on_table(test, ops);
	regs = interrupt(test, NR_PLAIN, ERESTART_RESTARTBLOCK);
	current_thread_info()->status |= TS_COMPAT;
	regs.orig_ax = __NR_restart_syscall;
	regs.ax = POISON;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), -1);
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, (long)regs.ax, -ENOSYS);
	off_table(ops);
}

static void handler_before_the_restart_ends_the_call(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-block-race");
	struct abimux_task *task;
	struct pt_regs regs;
	unsigned long ip;

	ops->data.convention.error = ABIMUX_ERROR_CARRY;
	task = on_table(test, ops);
	regs = interrupt(test, NR_PLAIN, ERESTART_RESTARTBLOCK);
	ip = regs.ip;
	/* What the architecture does when no handler ran. */
	regs.ax = __NR_restart_syscall;
	regs.ip -= 2;
	abimux_call_interrupted(task, &regs, 0);
	KUNIT_EXPECT_EQ(test, regs.ip, ip);
	KUNIT_EXPECT_EQ(test, regs.ax, EINTR);
	KUNIT_EXPECT_TRUE(test, regs.flags & X86_EFLAGS_CF);
	off_table(ops);
}

static void handler_gets_eintr_by_convention(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-eintr");
	struct abimux_task *task;
	struct pt_regs regs;

	ops->data.convention.error = ABIMUX_ERROR_CARRY;
	task = on_table(test, ops);
	regs = interrupt(test, NR_PLAIN, ERESTART_RESTARTBLOCK);
	regs.ax = -EINTR;
	abimux_call_interrupted(task, &regs, 0);
	KUNIT_EXPECT_EQ(test, regs.ax, EINTR);
	KUNIT_EXPECT_TRUE(test, regs.flags & X86_EFLAGS_CF);
	/* The handler's own call of that number is no restart. */
	regs = make_regs(__NR_restart_syscall);
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), -1);
	abimux_call_leave(&regs);
	off_table(ops);
}

struct interrupted_case {
	const char *name;
	s64 answer;
	int verdict;
	unsigned long flags;
	bool again;
	u64 ax;
};

static const struct interrupted_case interrupted_cases[] = {
	{ "a result", 5, ABIMUX_DONE, 0, false, 5 },
	{ "an error", -ETIME, ABIMUX_DONE, 0, false, ETIME },
	{ "garbage", 5, ABIMUX_RUN, 0, false, EINTR },
	{ "again, without SA_RESTART", -ERESTARTSYS, ABIMUX_DONE, 0, false,
	  EINTR },
	{ "again, with SA_RESTART", -ERESTARTSYS, ABIMUX_DONE, SA_RESTART, true,
	  NR_OP },
	{ "again always", -ERESTARTNOINTR, ABIMUX_DONE, 0, true, NR_OP },
	{ "the kernel's own", -ERESTART_RESTARTBLOCK, ABIMUX_DONE, SA_RESTART,
	  false, EINTR },
};

KUNIT_ARRAY_PARAM_DESC(interrupted, interrupted_cases, name);

static void leave_says_how_an_interrupted_call_ends(struct kunit *test)
{
	const struct interrupted_case *c = test->param_value;
	struct abimux_table_ops *ops = make_ops(test, "t-interrupted");
	struct abimux_task *task;
	struct pt_regs regs;
	unsigned long ip;

	ops->data.convention.error = ABIMUX_ERROR_CARRY;
	task = on_table(test, ops);
	op_verdict = ABIMUX_RUN | ABIMUX_RUN_LEAVE | ABIMUX_RUN_INTR;
	regs = interrupt(test, NR_OP, ERESTARTSYS);
	ip = regs.ip;
	KUNIT_EXPECT_EQ(test, leaves, 0);
	regs.ax = -EINTR;
	leave_verdict = c->verdict;
	leave_answer = c->answer;
	abimux_call_interrupted(task, &regs, c->flags);
	KUNIT_EXPECT_EQ(test, leaves, 1);
	KUNIT_EXPECT_EQ(test, leave_ret, -EINTR);
	KUNIT_EXPECT_EQ(test, regs.ip, c->again ? ip - 2 : ip);
	KUNIT_EXPECT_EQ(test, regs.ax, c->ax);
	/* The next handler finds nothing to ask about. */
	abimux_call_interrupted(task, &regs, c->flags);
	KUNIT_EXPECT_EQ(test, leaves, 1);
	off_table(ops);
}

static void leave_is_not_asked_elsewhere(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-elsewhere");
	struct abimux_task *task = on_table(test, ops);
	struct pt_regs regs;

	op_verdict = ABIMUX_RUN | ABIMUX_RUN_LEAVE | ABIMUX_RUN_INTR;
	regs = interrupt(test, NR_OP, ERESTARTSYS);
	/* A debugger sent the program to another place. */
	regs.ip += 100;
	regs.ax = POISON;
	abimux_call_interrupted(task, &regs, SA_RESTART);
	KUNIT_EXPECT_EQ(test, leaves, 0);
	KUNIT_EXPECT_EQ(test, regs.ax, POISON);
	off_table(ops);
}

/* Fork */

static struct task_struct *make_child(struct kunit *test)
{
	struct task_struct *child =
		kunit_kzalloc(test, sizeof(*child), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, child);
	return child;
}

/* The child in place of the test's thread; the parent's state is returned. */
static struct abimux_task *be_child(struct task_struct *child)
{
	struct abimux_task *parent = current->abimux;

	current->abimux = child->abimux;
	return parent;
}

static void child_returns_through_leave(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-fork");
	struct task_struct *child = make_child(test);
	struct pt_regs regs = make_regs(NR_OP), child_regs;
	struct abimux_task *parent = on_table(test, ops);

	op_sets_args = true;
	op_verdict = ABIMUX_RUN | ABIMUX_RUN_ARGS | ABIMUX_RUN_LEAVE;
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getpid);
	KUNIT_ASSERT_EQ(test, __abimux_fork(child, 0), 0);
	KUNIT_EXPECT_EQ(test, refcount_read(&parent->table->refs), 3);
	KUNIT_EXPECT_EQ(test, refcount_read(&parent->version->refs), 3);
	child_regs = regs;
	regs.ax = 42;
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, leave_child, 0);

	be_child(child);
	child_regs.ax = 0;
	abimux_call_leave(&child_regs);
	KUNIT_EXPECT_EQ(test, leave_child, 1);
	KUNIT_EXPECT_EQ(test, leaves, 2);
	KUNIT_EXPECT_EQ(test, child->abimux->call.child, 0);
	KUNIT_EXPECT_EQ(test, child_regs.ax, 0);
	KUNIT_EXPECT_EQ(test, child_regs.di, 1);
	KUNIT_EXPECT_EQ(test, child_regs.orig_ax, NR_OP);
	current->abimux = parent;

	__abimux_free(child);
	KUNIT_EXPECT_NULL(test, child->abimux);
	KUNIT_EXPECT_EQ(test, refcount_read(&parent->table->refs), 2);
	off_table(ops);
}

static void child_of_a_plain_call(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-fork-plain");
	struct task_struct *child = make_child(test);
	struct pt_regs regs = make_regs(NR_PLAIN);
	struct abimux_task *parent = on_table(test, ops);

	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	KUNIT_ASSERT_EQ(test, __abimux_fork(child, CLONE_VM), 0);
	KUNIT_EXPECT_PTR_EQ(test, child->abimux->scratch, parent->scratch);
	be_child(child);
	regs.ax = 0;
	abimux_call_leave(&regs);
	KUNIT_EXPECT_EQ(test, regs.orig_ax, NR_PLAIN);
	/* The child's next call is like any other. */
	KUNIT_EXPECT_EQ(test, child->abimux->call.child, 0);
	regs = make_regs(NR_PLAIN);
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	abimux_call_leave(&regs);
	current->abimux = parent;
	__abimux_free(child);
	off_table(ops);
}

static void child_outlives_parent_and_table(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-fork-last");
	struct task_struct *child = make_child(test);
	struct pt_regs regs = make_regs(NR_PLAIN);

	on_table(test, ops);
	KUNIT_ASSERT_EQ(test, __abimux_fork(child, 0), 0);
	off_table(ops);
	current->abimux = child->abimux;
	KUNIT_EXPECT_EQ(test, refcount_read(&child->abimux->table->refs), 1);
	KUNIT_EXPECT_EQ(test, abimux_call_enter(&regs), __NR_getppid);
	abimux_call_leave(&regs);
	current->abimux = NULL;
	__abimux_free(child);
}

static void workers_are_native(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-worker");
	struct task_struct *child = make_child(test);

	on_table(test, ops);
	child->flags = PF_USER_WORKER;
	child->thread_info.syscall_work = SYSCALL_WORK_ABIMUX;
	KUNIT_ASSERT_EQ(test, __abimux_fork(child, CLONE_VM), 0);
	KUNIT_EXPECT_NULL(test, child->abimux);
	KUNIT_EXPECT_EQ(test, child->thread_info.syscall_work, 0);
	off_table(ops);
}

/* Scratch memory */

static void scratch_is_per_thread_and_reused(struct kunit *test)
{
	struct abimux_table_ops *ops = make_ops(test, "t-scratch");
	struct task_struct *child = make_child(test);
	struct abimux_task *parent;
	unsigned long own, other;
	u8 __user *end;

	user_page(test);
	parent = on_table(test, ops);
	own = abimux_slot_get(parent);
	KUNIT_ASSERT_NE(test, own, 0);
	KUNIT_EXPECT_EQ(test, abimux_slot_get(parent), own);
	end = (u8 __user *)own + ABIMUX_SCRATCH_SIZE - 1;
	KUNIT_EXPECT_EQ(test, put_user(1, end), 0);
	KUNIT_ASSERT_EQ(test, __abimux_fork(child, CLONE_VM), 0);
	other = abimux_slot_get(child->abimux);
	KUNIT_EXPECT_NE(test, other, own);
	__abimux_free(child);
	KUNIT_ASSERT_EQ(test, __abimux_fork(child, CLONE_VM), 0);
	KUNIT_EXPECT_EQ(test, abimux_slot_get(child->abimux), other);
	__abimux_free(child);
	KUNIT_ASSERT_EQ(test, __abimux_fork(child, 0), 0);
	KUNIT_EXPECT_EQ(test, abimux_slot_get(child->abimux), own);
	__abimux_free(child);
	off_table(ops);
}

static struct kunit_case abimux_cases[] = {
	KUNIT_CASE(registry_finds_by_name),
	KUNIT_CASE(registry_refuses_taken_names),
	KUNIT_CASE(registry_checks_machine),
	KUNIT_CASE_PARAM(registry_refuses_bad_data, break_gen_params),
	KUNIT_CASE(unregistered_table_stays_for_its_task),
	KUNIT_CASE(name_is_free_while_old_table_lives),
	KUNIT_CASE(update_takes_effect_at_next_call),
	KUNIT_CASE(update_refuses_another_table),
	KUNIT_CASE(last_user_lets_go_of_everything),
	KUNIT_CASE_PARAM(number_in_each_register, number_gen_params),
	KUNIT_CASE(plain_entry_leaves_registers_alone),
	KUNIT_CASE(order_moves_arguments_and_back),
	KUNIT_CASE(i386_arguments_are_32_bits),
	KUNIT_CASE(arguments_on_the_stack),
	KUNIT_CASE(stack_that_ends_gives_zeros),
	KUNIT_CASE(stack_in_the_kernel_is_a_fault),
	KUNIT_CASE(errors_as_negative_errno),
	KUNIT_CASE(errors_by_carry_flag),
	KUNIT_CASE(errors_as_minus_one),
	KUNIT_CASE(i386_calls_keep_r11),
	KUNIT_CASE(other_entry_instruction_is_refused),
	KUNIT_CASE_PARAM(unknown_number_is_enosys, unknown_gen_params),
	KUNIT_CASE(op_answers_itself),
	KUNIT_CASE(op_runs_native_call_with_arguments),
	KUNIT_CASE(op_without_new_arguments_keeps_them),
	KUNIT_CASE(leave_sees_the_result),
	KUNIT_CASE(second_result_register),
	KUNIT_CASE(second_result_is_of_one_call),
	KUNIT_CASE(observed_call_has_the_same_result),
	KUNIT_CASE(leave_is_not_asked_in_another_address_space),
	KUNIT_CASE(registers_have_the_limits_of_sigreturn),
	KUNIT_CASE(endless_leave_is_stopped),
	KUNIT_CASE_PARAM(garbage_from_ops_is_enosys, garbage_gen_params),
	KUNIT_CASE(leave_without_op_is_garbage),
	KUNIT_CASE(sigreturn_has_no_leave),
	KUNIT_CASE_PARAM(restart_codes_pass_untranslated, restart_gen_params),
	KUNIT_CASE(restarted_call_enters_again),
	KUNIT_CASE(restart_syscall_goes_on_with_the_call),
	KUNIT_CASE(interrupted_op_resumes_with_its_registers),
	KUNIT_CASE(resume_by_another_instruction_is_refused),
	KUNIT_CASE(handler_before_the_restart_ends_the_call),
	KUNIT_CASE(handler_gets_eintr_by_convention),
	KUNIT_CASE_PARAM(leave_says_how_an_interrupted_call_ends,
			 interrupted_gen_params),
	KUNIT_CASE(leave_is_not_asked_elsewhere),
	KUNIT_CASE(child_returns_through_leave),
	KUNIT_CASE(child_of_a_plain_call),
	KUNIT_CASE(child_outlives_parent_and_table),
	KUNIT_CASE(workers_are_native),
	KUNIT_CASE(scratch_is_per_thread_and_reused),
	{}
};

static struct kunit_suite abimux_suite = {
	.name = "abimux",
	.init = abimux_test_init,
	.exit = abimux_test_exit,
	.test_cases = abimux_cases,
};

kunit_test_suite(abimux_suite);

MODULE_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
MODULE_DESCRIPTION("KUnit tests of abimux");
MODULE_LICENSE("GPL");
