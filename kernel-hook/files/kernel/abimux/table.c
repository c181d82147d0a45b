// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: the registry of tables, their versions and reference counts.
 *
 * A table is a name; what it does is its version. A task holds both: the table
 * for as long as it lives on it, the version from one call's enter to the next
 * one's. So a version can be replaced, and a table unregistered, at any time.
 */
#include <linux/bpf.h>
#include <linux/ctype.h>
#include <linux/elf.h>
#include <linux/export.h>
#include <linux/filter.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <asm/abimux.h>
#include <kunit/visibility.h>

#include "abimux.h"

/* What a task without a table has: listed, but never in the list. */
struct abimux_table abimux_linux = {
	.refs = REFCOUNT_INIT(1),
	.name = ABIMUX_NATIVE_TABLE,
};

/* It takes calls as they come, by either instruction. */
static const struct abimux_table_ops linux_ops[ABIMUX_NR_NATIVES] = {
	[ABIMUX_NATIVE_AMD64].data = {
		.name = ABIMUX_NATIVE_TABLE,
		.convention = {
			.args = ABIMUX_ARGS_SYSCALL,
			.native = ABIMUX_NATIVE_AMD64,
		},
	},
	[ABIMUX_NATIVE_I386].data = {
		.name = ABIMUX_NATIVE_TABLE,
		.convention = {
			.args = ABIMUX_ARGS_INT80,
			.native = ABIMUX_NATIVE_I386,
		},
	},
};

static struct abimux_version linux_versions[ABIMUX_NR_NATIVES] = {
	[ABIMUX_NATIVE_AMD64] = {
		.ops = &linux_ops[ABIMUX_NATIVE_AMD64],
		.syscall_args = true,
		.verbatim = true,
		.gate.number = offsetof(struct pt_regs, orig_ax),
		.refs = REFCOUNT_INIT(1),
	},
	[ABIMUX_NATIVE_I386] = {
		.ops = &linux_ops[ABIMUX_NATIVE_I386],
		.i386 = true,
		.verbatim = true,
		.gate.number = offsetof(struct pt_regs, orig_ax),
		.refs = REFCOUNT_INIT(1),
	},
};

static DEFINE_MUTEX(abimux_mutex);
/* In the order of their ids. */
static LIST_HEAD(abimux_tables);
static u32 abimux_last_id;
static u64 abimux_last_serial;

/**
 * abimux_name_valid - check the name of a table or a policy
 * @name: the name, ABIMUX_NAME_LEN bytes
 *
 * Return: true if it is NUL-terminated, not empty, and of letters, digits,
 * '-', '_' and '.' only, so that it can be a file name.
 */
bool abimux_name_valid(const char name[ABIMUX_NAME_LEN])
{
	size_t len = strnlen(name, ABIMUX_NAME_LEN);
	size_t i;

	if (!len || len == ABIMUX_NAME_LEN || name[0] == '.')
		return false;
	for (i = 0; i < len; i++)
		if (!isascii(name[i]) ||
		    (!isalnum(name[i]) && !strchr("-_.", name[i])))
			return false;
	return true;
}

/* SYSCALL overwrites rcx, and a 32-bit program does not have r8 to r10. */
static bool machine_has(const struct abimux_convention *c)
{
	if (c->native == ABIMUX_NATIVE_I386)
		return c->args != ABIMUX_ARGS_SYSCALL;
	return c->args != ABIMUX_ARGS_INT80 && c->number != ABIMUX_NUMBER_CX;
}

static bool convention_valid(const struct abimux_convention *c)
{
	return c->number < ABIMUX_NR_NUMBERS &&
	       c->args < ABIMUX_NR_ARGS_KINDS && c->error < ABIMUX_NR_ERRORS &&
	       c->native < ABIMUX_NR_NATIVES && machine_has(c);
}

/* From ERESTARTSYS on a number would be taken for the kernel's own. */
static bool errnos_valid(const u16 errnos[ABIMUX_NR_ERRNO])
{
	int i;

	for (i = 0; i < ABIMUX_NR_ERRNO; i++)
		if (errnos[i] >= ERESTARTSYS)
			return false;
	return true;
}

static bool order_valid(u32 order)
{
	int i;

	for (i = 0; i < ABIMUX_NR_ARGS; i++, order >>= 4)
		if ((order & 0xf) >= ABIMUX_NR_ARGS &&
		    (order & 0xf) != ABIMUX_ORDER_ZERO)
			return false;
	return !order;
}

static bool entry_valid(const struct abimux_table_ops *ops,
			const struct abimux_entry *e)
{
	bool i386 = ops->data.convention.native == ABIMUX_NATIVE_I386;

	if (e->reserved || !order_valid(e->order))
		return false;
	switch (e->kind) {
	case ABIMUX_ENTRY_MISSING:
		return !e->native && !e->order;
	case ABIMUX_ENTRY_NATIVE:
		return abimux_native_valid(i386, e->native);
	case ABIMUX_ENTRY_OP:
		return ops->enter && !e->order &&
		       abimux_native_valid(i386, e->native);
	default:
		return false;
	}
}

/**
 * abimux_table_validate - check ops before they are registered
 * @ops: the ops
 *
 * Return: 0, or %-EINVAL: a bad name, convention, entry or errno number, or an
 * entry that needs an enter op where there is none.
 */
int abimux_table_validate(const struct abimux_table_ops *ops)
{
	int i;

	if (!abimux_name_valid(ops->data.name) || ops->data.reserved ||
	    !convention_valid(&ops->data.convention) ||
	    !errnos_valid(ops->data.errnos))
		return -EINVAL;
	for (i = 0; i < ABIMUX_NR_CALLS; i++)
		if (!entry_valid(ops, &ops->data.entries[i]))
			return -EINVAL;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_table_validate);

/* True if the table's arguments stand where the native call wants them. */
static bool args_native(const struct abimux_convention *c)
{
	return c->args == (c->native == ABIMUX_NATIVE_I386 ?
				   ABIMUX_ARGS_INT80 :
				   ABIMUX_ARGS_SYSCALL);
}

/**
 * abimux_entry_how - work out what an entry does
 * @ops: the table
 * @e: the entry, valid
 *
 * Return: one of enum abimux_how.
 */
u8 abimux_entry_how(const struct abimux_table_ops *ops,
		    const struct abimux_entry *e)
{
	const struct abimux_convention *c = &ops->data.convention;

	if (e->kind == ABIMUX_ENTRY_MISSING)
		return ABIMUX_HOW_MISSING;
	if (e->kind == ABIMUX_ENTRY_OP)
		return ABIMUX_HOW_OP;
	if (abimux_native_sigreturn(c->native == ABIMUX_NATIVE_I386, e->native))
		return ABIMUX_HOW_SIGRETURN;
	if (e->order == ABIMUX_ORDER_SAME && args_native(c))
		return ABIMUX_HOW_PLAIN;
	return ABIMUX_HOW_REMAP;
}

/*
 * A program, arguments where SYSCALL has them, and a native call that comes back, in
 * the same address space.
 */
static bool op_quick(const struct abimux_version *version, u16 native)
{
	return version->progs.enter && version->syscall_args &&
	       !abimux_native_sigreturn(version->i386, native) &&
	       !abimux_native_exec(native);
}

/*
 * A program that does not sleep, if it is machine code: that needs no instructions,
 * and minds a type without them only where types are checked at each call.
 */
static void *quick_code(const struct bpf_prog *prog)
{
	if (!prog || !prog->jited || prog->sleepable ||
	    IS_ENABLED(CONFIG_CFI_CLANG))
		return NULL;
	return prog->bpf_func;
}

static u32 action_of(const struct abimux_version *version,
		     const struct abimux_entry *e)
{
	u8 how = abimux_entry_how(version->ops, e);

	if (how == ABIMUX_HOW_OP && op_quick(version, e->native))
		how = version->gate.enter ? ABIMUX_HOW_QUICK :
					    ABIMUX_HOW_SLEEPER;
	return abimux_action(how, e->native);
}

static void gate_fill(struct abimux_version *version)
{
	const struct abimux_table_data *data = &version->ops->data;
	const struct abimux_entry *uretprobe =
		&data->entries[ABIMUX_ARCH_URETPROBE];
	struct abimux_gate *gate = &version->gate;
	int i;

	abimux_gate_init(gate, version->i386);
	gate->number = abimux_number_offsets[data->convention.number];
	if (!version->verbatim)
		gate->state |= ABIMUX_STATE_RESULT;
	gate->enter = quick_code(version->progs.enter);
	gate->leave = quick_code(version->progs.leave);
	version->quick_leave = version->verbatim && version->progs.leave;
	for (i = 0; i < ABIMUX_NR_CALLS; i++)
		gate->actions[i] = action_of(version, &data->entries[i]);
	if (!version->i386 && data->convention.number == ABIMUX_NUMBER_AX)
		gate->actions[ABIMUX_ARCH_URETPROBE] =
			abimux_action(ABIMUX_HOW_URETPROBE, uretprobe->native);
	abimux_gate_open(gate);
}

static void version_fill(struct abimux_version *version,
			 const struct abimux_table_ops *ops)
{
	version->ops = ops;
	version->i386 = ops->data.convention.native == ABIMUX_NATIVE_I386;
	version->syscall_args = ops->data.convention.args ==
				ABIMUX_ARGS_SYSCALL;
	version->error = ops->data.convention.error;
	version->verbatim =
		version->error == ABIMUX_ERROR_NEGATIVE &&
		!memchr_inv(ops->data.errnos, 0, sizeof(ops->data.errnos));
	refcount_set(&version->refs, 1);
	abimux_progs_get(&version->progs, false, ops->enter_id, ops->leave_id);
	gate_fill(version);
}

static struct abimux_version *version_new(const struct abimux_table_ops *ops)
{
	struct abimux_version *version;
	int err;

	err = abimux_table_validate(ops);
	if (err)
		return ERR_PTR(err);
	version = kzalloc(sizeof(*version), GFP_KERNEL_ACCOUNT);
	if (!version)
		return ERR_PTR(-ENOMEM);
	if (!bpf_try_module_get(ops, ops->owner)) {
		kfree(version);
		return ERR_PTR(-ENOENT);
	}
	version_fill(version, ops);
	return version;
}

/**
 * abimux_linux_version - take a reference to a version of "linux"
 * @i386: whether it is the one for int 0x80 and SYSENTER
 *
 * Return: the version.
 */
struct abimux_version *abimux_linux_version(bool i386)
{
	refcount_inc(&linux_versions[i386].refs);
	return &linux_versions[i386];
}

/**
 * abimux_version_get - take a reference to a table's newest version
 * @table: the table
 *
 * Return: the version; that of "linux" is the one for SYSCALL.
 * Context: any; does not sleep.
 */
struct abimux_version *abimux_version_get(struct abimux_table *table)
{
	struct abimux_version *version;

	if (table == &abimux_linux)
		return abimux_linux_version(false);
	rcu_read_lock();
	do {
		version = rcu_dereference(table->version);
	} while (!refcount_inc_not_zero(&version->refs));
	rcu_read_unlock();
	return version;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_version_get);

static void version_free(struct abimux_version *version)
{
	bpf_module_put(version->ops, version->ops->owner);
	kfree_rcu(version, rcu);
}

/* The last user of a map stops its timers, and may have to wait for one. */
static void version_free_bpf(struct work_struct *work)
{
	struct abimux_version *version =
		container_of(work, struct abimux_version, work);

	abimux_progs_put(&version->progs);
	version_free(version);
}

/**
 * abimux_version_put - drop a reference to a version
 * @version: the version
 *
 * Context: any; does not sleep.
 */
void abimux_version_put(struct abimux_version *version)
{
	if (!refcount_dec_and_test(&version->refs))
		return;
	if (!abimux_progs_any(&version->progs)) {
		version_free(version);
		return;
	}
	INIT_WORK(&version->work, version_free_bpf);
	schedule_work(&version->work);
}
EXPORT_SYMBOL_IF_KUNIT(abimux_version_put);

/**
 * abimux_table_put - drop a reference to a table
 * @table: the table
 *
 * Context: any; does not sleep.
 */
void abimux_table_put(struct abimux_table *table)
{
	if (!refcount_dec_and_test(&table->refs))
		return;
	abimux_version_put(rcu_dereference_protected(table->version, true));
	kfree_rcu(table, rcu);
}
EXPORT_SYMBOL_IF_KUNIT(abimux_table_put);

static struct abimux_table *table_find(const char *name)
{
	struct abimux_table *table;

	lockdep_assert_held(&abimux_mutex);
	list_for_each_entry(table, &abimux_tables, node)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}

static struct abimux_version *table_version(struct abimux_table *table)
{
	return rcu_dereference_protected(table->version,
					 lockdep_is_held(&abimux_mutex));
}

static struct abimux_table *table_of(const struct abimux_table_ops *ops)
{
	struct abimux_table *table;

	list_for_each_entry(table, &abimux_tables, node)
		if (table_version(table)->ops == ops)
			return table;
	return NULL;
}

/**
 * abimux_table_get - take a reference to a registered table
 * @name: its name
 *
 * Return: the table, or NULL if there is none of that name that a task can
 * have; "linux" is the lack of one.
 * Context: any; does not sleep.
 */
struct abimux_table *abimux_table_get(const char *name)
{
	struct abimux_table *table, *found = NULL;

	rcu_read_lock();
	list_for_each_entry_rcu(table, &abimux_tables, node) {
		if (strcmp(table->name, name))
			continue;
		if (refcount_inc_not_zero(&table->refs))
			found = table;
		break;
	}
	rcu_read_unlock();
	return found;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_table_get);

/**
 * abimux_table_get_any - take a reference to a registered table or to "linux"
 * @name: its name
 *
 * Return: the table, or NULL if there is none of that name.
 * Context: any; does not sleep.
 */
struct abimux_table *abimux_table_get_any(const char *name)
{
	if (strcmp(name, ABIMUX_NATIVE_TABLE))
		return abimux_table_get(name);
	refcount_inc(&abimux_linux.refs);
	return &abimux_linux;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_table_get_any);

/**
 * abimux_table_i386 - ask for which programs a table is
 * @table: the table, not "linux"; no update changes it
 *
 * Return: true if for 32-bit ones.
 */
bool abimux_table_i386(const struct abimux_table *table)
{
	bool i386;

	rcu_read_lock();
	i386 = rcu_dereference(table->version)->i386;
	rcu_read_unlock();
	return i386;
}

/**
 * abimux_table_get_from - walk the registry
 * @id: lowest id that is wanted; 0 is "linux"
 *
 * Return: the table with the lowest id from there on, with a reference, or NULL.
 * Context: may sleep.
 */
struct abimux_table *abimux_table_get_from(u32 id)
{
	struct abimux_table *table, *found = NULL;

	mutex_lock(&abimux_mutex);
	if (!id)
		found = &abimux_linux;
	list_for_each_entry(table, &abimux_tables, node) {
		if (found)
			break;
		if (table->id >= id)
			found = table;
	}
	if (found)
		refcount_inc(&found->refs);
	mutex_unlock(&abimux_mutex);
	return found;
}

static bool table_runs(struct abimux_table *table, u16 machine)
{
	return machine == EM_NONE ||
	       abimux_table_i386(table) == (machine == EM_386);
}

/**
 * abimux_table_check - ask whether programs can be given a table
 * @name: name of the table
 * @machine: ELF e_machine of the program; EM_NONE if that is not known
 *
 * Return: 0, or
 * * %-ENOENT: there is no table of that name
 * * %-ENOEXEC: it is for programs of another machine
 * Context: may sleep.
 */
int abimux_table_check(const char *name, u16 machine)
{
	struct abimux_table *table;
	int ret = -ENOENT;

	if (!strcmp(name, ABIMUX_NATIVE_TABLE))
		return 0;
	mutex_lock(&abimux_mutex);
	table = table_find(name);
	if (table)
		ret = table_runs(table, machine) ? 0 : -ENOEXEC;
	mutex_unlock(&abimux_mutex);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_table_check);

static struct abimux_table *table_new(const struct abimux_table_ops *ops,
				      struct abimux_version *version)
{
	struct abimux_table *table;

	table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	refcount_set(&table->refs, 1);
	RCU_INIT_POINTER(table->version, version);
	strscpy(table->name, ops->data.name, sizeof(table->name));
	return table;
}

static int table_add(struct abimux_table *table)
{
	int err = -EEXIST;

	mutex_lock(&abimux_mutex);
	if (strcmp(table->name, ABIMUX_NATIVE_TABLE) &&
	    !table_find(table->name)) {
		table->id = ++abimux_last_id;
		table_version(table)->serial = ++abimux_last_serial;
		list_add_tail_rcu(&table->node, &abimux_tables);
		err = 0;
	}
	mutex_unlock(&abimux_mutex);
	return err;
}

/**
 * abimux_register_table - make a table known by its name
 * @ops: the ops; have to stay until they are unregistered and the module or
 *	BPF map that holds them was released
 *
 * Return: 0, or
 * * %-EEXIST: a table of that name is registered
 * * %-EINVAL: see abimux_table_validate()
 * * %-ENOMEM: no memory
 * * %-ENOENT: the owner is going away
 * Context: may sleep.
 */
int abimux_register_table(struct abimux_table_ops *ops)
{
	struct abimux_version *version;
	struct abimux_table *table;
	int err;

	version = version_new(ops);
	if (IS_ERR(version))
		return PTR_ERR(version);
	table = table_new(ops, version);
	if (!table) {
		abimux_version_put(version);
		return -ENOMEM;
	}
	err = table_add(table);
	if (err)
		abimux_table_put(table);
	return err;
}
EXPORT_SYMBOL_GPL(abimux_register_table);

static int table_swap(struct abimux_version *version,
		      const struct abimux_table_ops *old)
{
	struct abimux_table *table;
	struct abimux_version *was;
	int err = 0;

	mutex_lock(&abimux_mutex);
	table = table_of(old);
	if (!table)
		err = -ENOENT;
	else if (strcmp(table->name, version->ops->data.name) ||
		 table_version(table)->i386 != version->i386)
		err = -EINVAL;
	if (!err) {
		version->serial = ++abimux_last_serial;
		was = table_version(table);
		rcu_assign_pointer(table->version, version);
		abimux_gate_close(&was->gate);
	}
	mutex_unlock(&abimux_mutex);
	abimux_version_put(err ? version : was);
	return err;
}

/**
 * abimux_update_table - replace what a table does, for all its tasks
 * @ops: the new ops, of the same name and for the same machine
 * @old: the ops that are registered
 *
 * Every task moves to the new version at its next call. Calls that are under
 * way end with the version that they were entered with.
 *
 * Return: 0, or
 * * %-ENOENT: @old is not registered, or the owner of @ops is going away
 * * %-EINVAL: another name or machine, or see abimux_table_validate()
 * * %-ENOMEM: no memory
 * Context: may sleep.
 */
int abimux_update_table(struct abimux_table_ops *ops,
			struct abimux_table_ops *old)
{
	struct abimux_version *version = version_new(ops);

	return IS_ERR(version) ? PTR_ERR(version) : table_swap(version, old);
}
EXPORT_SYMBOL_GPL(abimux_update_table);

/**
 * abimux_unregister_table - take a table's name away
 * @ops: the ops that are registered
 *
 * No program started from now on gets the table. Tasks that have it keep it;
 * the last of them frees it.
 *
 * Context: may sleep.
 */
void abimux_unregister_table(struct abimux_table_ops *ops)
{
	struct abimux_table *table;

	mutex_lock(&abimux_mutex);
	table = table_of(ops);
	if (table)
		list_del_rcu(&table->node);
	mutex_unlock(&abimux_mutex);
	if (!WARN_ON_ONCE(!table))
		abimux_table_put(table);
}
EXPORT_SYMBOL_GPL(abimux_unregister_table);
