// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: tables, overlays and policies as BPF struct_ops.
 */
#include <linux/bpf.h>
#include <linux/bpf_verifier.h>
#include <linux/btf.h>
#include <linux/filter.h>
#include <linux/init.h>
#include <linux/string.h>

#include "abimux.h"

/* Structs that a program may write to, and which bytes of them. */
struct writable {
	const char *name;
	u32 from, to;
	const struct btf_type *type;
};

static struct writable writables[] = {
	{ "abimux_call", offsetof(struct abimux_call, args),
	  sizeof(struct abimux_call) },
	{ "abimux_exec", 0, sizeof(struct abimux_regs) },
	{ "abimux_signal", 0, sizeof(struct abimux_regs) },
	{ "abimux_overlay_call", offsetof(struct abimux_overlay_call, args),
	  sizeof(struct abimux_overlay_call) },
};

/* Type ids of the structs of ops. */
static s32 table_ops_id, overlay_ops_id, policy_ops_id;

/* The ops of a table and of an overlay that are called without a trampoline. */
static struct op_kind {
	u32 enter, leave; /* indices of the members */
} table_op, overlay_op;

static u32 member_at(const struct btf_type *t, u32 off)
{
	const struct btf_member *member;
	u32 i;

	for_each_member(i, t, member)
		if (__btf_member_bit_offset(t, member) == off * 8)
			return i;
	return U32_MAX;
}

static bool is_op_of(const struct bpf_prog *prog, s32 id)
{
	return prog->type == BPF_PROG_TYPE_STRUCT_OPS &&
	       prog->aux->attach_btf_id == id;
}

/**
 * abimux_bpf_is_table - ask what a program is for
 * @prog: the program, being verified
 *
 * Return: true if it is an op of a table.
 */
bool abimux_bpf_is_table(const struct bpf_prog *prog)
{
	return is_op_of(prog, table_ops_id);
}

/**
 * abimux_bpf_is_policy - ask what a program is for
 * @prog: the program, being verified
 *
 * Return: true if it is an op of a policy.
 */
bool abimux_bpf_is_policy(const struct bpf_prog *prog)
{
	return is_op_of(prog, policy_ops_id);
}

static const struct bpf_func_proto *get_func_proto(enum bpf_func_id id,
						   const struct bpf_prog *prog)
{
	switch (id) {
	case BPF_FUNC_get_current_pid_tgid:
		return &bpf_get_current_pid_tgid_proto;
	case BPF_FUNC_get_current_uid_gid:
		return &bpf_get_current_uid_gid_proto;
	case BPF_FUNC_get_current_comm:
		return &bpf_get_current_comm_proto;
	case BPF_FUNC_copy_from_user:
		return &bpf_copy_from_user_proto;
	case BPF_FUNC_task_storage_get:
		return &bpf_task_storage_get_proto;
	case BPF_FUNC_task_storage_delete:
		return &bpf_task_storage_delete_proto;
	default:
		return bpf_base_func_proto(id, prog);
	}
}

static bool is_valid_access(int off, int size, enum bpf_access_type type,
			    const struct bpf_prog *prog,
			    struct bpf_insn_access_aux *info)
{
	return bpf_tracing_btf_ctx_access(off, size, type, prog, info);
}

static int struct_access(struct bpf_verifier_log *log,
			 const struct bpf_reg_state *reg, int off, int size)
{
	const struct btf_type *type = btf_type_by_id(reg->btf, reg->btf_id);
	int i;

	for (i = 0; i < ARRAY_SIZE(writables); i++) {
		const struct writable *w = &writables[i];

		if (type == w->type && off >= 0 && off >= w->from &&
		    off + size <= w->to)
			return SCALAR_VALUE;
	}
	bpf_log(log, "abimux: bytes %d to %d of this struct are read-only\n",
		off, off + size - 1);
	return -EACCES;
}

static const struct bpf_verifier_ops verifier_ops = {
	.get_func_proto = get_func_proto,
	.is_valid_access = is_valid_access,
	.btf_struct_access = struct_access,
};

static int find_struct(struct btf *btf, const char *name, s32 *id)
{
	*id = btf_find_by_name_kind(btf, name, BTF_KIND_STRUCT);
	return *id < 0 ? *id : 0;
}

static int table_init(struct btf *btf)
{
	const struct btf_type *type;
	int i, err;
	s32 id;

	for (i = 0; i < ARRAY_SIZE(writables); i++) {
		err = find_struct(btf, writables[i].name, &id);
		if (err)
			return err;
		writables[i].type = btf_type_by_id(btf, id);
	}
	err = find_struct(btf, "abimux_table_ops", &table_ops_id);
	if (err)
		return err;
	type = btf_type_by_id(btf, table_ops_id);
	table_op.enter =
		member_at(type, offsetof(struct abimux_table_ops, enter));
	table_op.leave =
		member_at(type, offsetof(struct abimux_table_ops, leave));
	return 0;
}

/* Id of the program of which user space gave the descriptor; 0 if none. */
static u32 prog_id(const void *udata, u32 off)
{
	unsigned long fd = *(const unsigned long *)(udata + off);
	struct bpf_prog *prog;
	u32 id;

	if (!fd)
		return 0;
	prog = bpf_prog_get(fd);
	if (IS_ERR(prog))
		return 0;
	id = prog->aux->id;
	bpf_prog_put(prog);
	return id;
}

/*
 * The program of that id, if it is that op; its reference goes with it. The id was
 * found by a descriptor that may have been another program's by then.
 */
static struct bpf_prog *op_prog(u32 id, s32 ops_id, u32 member)
{
	struct bpf_prog *prog;

	if (!id)
		return NULL;
	prog = bpf_prog_by_id(id);
	if (IS_ERR(prog))
		return NULL;
	if (is_op_of(prog, ops_id) && prog->expected_attach_type == member)
		return prog;
	bpf_prog_put(prog);
	return NULL;
}

/*
 * The timers in a map are stopped when no user has it any more, and a table's
 * tasks outlive its pins. Maps that are bound to the program later come behind
 * these.
 */
static u32 hold_maps(struct bpf_prog *prog)
{
	u32 i, count;

	if (!prog)
		return 0;
	mutex_lock(&prog->aux->used_maps_mutex);
	count = prog->aux->used_map_cnt;
	for (i = 0; i < count; i++)
		bpf_map_inc_with_uref(prog->aux->used_maps[i]);
	mutex_unlock(&prog->aux->used_maps_mutex);
	return count;
}

static void drop_maps(struct bpf_prog *prog, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++)
		bpf_map_put_with_uref(prog->aux->used_maps[i]);
}

/**
 * abimux_progs_get - get the programs of ops, to call them without a trampoline
 * @progs: gets them, with references to them and to their maps; those that are
 *	not there have to be called by the pointers of the ops
 * @overlay: whether they are the ops of an overlay, not of a table
 * @enter_id: id of the enter op's program, or 0
 * @leave_id: id of the leave op's program, or 0
 *
 * A trampoline and what it calls are half of what an op costs.
 *
 * Context: may sleep.
 */
void abimux_progs_get(struct abimux_progs *progs, bool overlay, u32 enter_id,
		      u32 leave_id)
{
	const struct op_kind *op = overlay ? &overlay_op : &table_op;
	s32 ops_id = overlay ? overlay_ops_id : table_ops_id;

	progs->enter = op_prog(enter_id, ops_id, op->enter);
	progs->leave = op_prog(leave_id, ops_id, op->leave);
	progs->enter_maps = hold_maps(progs->enter);
	progs->leave_maps = hold_maps(progs->leave);
}

/**
 * abimux_progs_put - drop them
 * @progs: the programs
 *
 * Context: may sleep: the last user of a map stops its timers, and may have to
 * wait for one.
 */
void abimux_progs_put(struct abimux_progs *progs)
{
	drop_maps(progs->enter, progs->enter_maps);
	drop_maps(progs->leave, progs->leave_maps);
	if (progs->enter)
		bpf_prog_put(progs->enter);
	if (progs->leave)
		bpf_prog_put(progs->leave);
}

static int table_init_member(const struct btf_type *t,
			     const struct btf_member *member, void *kdata,
			     const void *udata)
{
	struct abimux_table_ops *ops = kdata;
	const struct abimux_table_ops *from = udata;
	u32 off = __btf_member_bit_offset(t, member) / 8;

	switch (off) {
	case offsetof(struct abimux_table_ops, data):
		memcpy(&ops->data, &from->data, sizeof(ops->data));
		return 1;
	case offsetof(struct abimux_table_ops, enter):
		ops->enter_id = prog_id(udata, off);
		return 0;
	case offsetof(struct abimux_table_ops, leave):
		ops->leave_id = prog_id(udata, off);
		return 0;
	default:
		return 0;
	}
}

/* An event may be told with locks held. */
static int table_check_member(const struct btf_type *t,
			      const struct btf_member *member,
			      const struct bpf_prog *prog)
{
	u32 off = __btf_member_bit_offset(t, member) / 8;

	return off == offsetof(struct abimux_table_ops, hear) &&
			       prog->sleepable ?
		       -EINVAL :
		       0;
}

static int table_reg(void *kdata, struct bpf_link *link)
{
	return abimux_register_table(kdata);
}

static void table_unreg(void *kdata, struct bpf_link *link)
{
	abimux_unregister_table(kdata);
}

static int table_update(void *kdata, void *old, struct bpf_link *link)
{
	return abimux_update_table(kdata, old);
}

static int table_validate(void *kdata)
{
	return abimux_table_validate(kdata);
}

/* Never called: they are here for their types, which the programs must have. */
static int exec_stub(struct abimux_call *call, struct abimux_exec *exec)
{
	return 0;
}

static int call_stub(struct abimux_call *call)
{
	return 0;
}

static int signal_stub(struct abimux_call *call, struct abimux_signal *sig)
{
	return 0;
}

static void hear_stub(u32 event, struct task_struct *task, u64 value)
{
}

static struct abimux_table_ops table_stubs = {
	.exec = exec_stub,
	.enter = call_stub,
	.leave = call_stub,
	.signal = signal_stub,
	.hear = hear_stub,
};

static struct bpf_struct_ops bpf_abimux_table_ops = {
	.verifier_ops = &verifier_ops,
	.init = table_init,
	.check_member = table_check_member,
	.init_member = table_init_member,
	.reg = table_reg,
	.unreg = table_unreg,
	.update = table_update,
	.validate = table_validate,
	.cfi_stubs = &table_stubs,
	.name = "abimux_table_ops",
	.owner = THIS_MODULE,
};

static int overlay_init(struct btf *btf)
{
	int err = find_struct(btf, "abimux_overlay_ops", &overlay_ops_id);
	const struct btf_type *type;

	if (err)
		return err;
	type = btf_type_by_id(btf, overlay_ops_id);
	overlay_op.enter =
		member_at(type, offsetof(struct abimux_overlay_ops, enter));
	overlay_op.leave =
		member_at(type, offsetof(struct abimux_overlay_ops, leave));
	return 0;
}

static int overlay_init_member(const struct btf_type *t,
			       const struct btf_member *member, void *kdata,
			       const void *udata)
{
	struct abimux_overlay_ops *ops = kdata;
	const struct abimux_overlay_ops *from = udata;
	u32 off = __btf_member_bit_offset(t, member) / 8;

	switch (off) {
	case offsetof(struct abimux_overlay_ops, data):
		memcpy(&ops->data, &from->data, sizeof(ops->data));
		return 1;
	case offsetof(struct abimux_overlay_ops, enter):
		ops->enter_id = prog_id(udata, off);
		return 0;
	case offsetof(struct abimux_overlay_ops, leave):
		ops->leave_id = prog_id(udata, off);
		return 0;
	default:
		return 0;
	}
}

static int overlay_reg(void *kdata, struct bpf_link *link)
{
	return abimux_register_overlay(kdata);
}

static void overlay_unreg(void *kdata, struct bpf_link *link)
{
	abimux_unregister_overlay(kdata);
}

static int overlay_update(void *kdata, void *old, struct bpf_link *link)
{
	return abimux_update_overlay(kdata, old);
}

static int overlay_validate(void *kdata)
{
	return abimux_overlay_validate(kdata);
}

static int overlay_enter_stub(struct abimux_overlay_call *call)
{
	return 0;
}

static void overlay_leave_stub(struct abimux_overlay_call *call)
{
}

static struct abimux_overlay_ops overlay_stubs = {
	.enter = overlay_enter_stub,
	.leave = overlay_leave_stub,
};

static struct bpf_struct_ops bpf_abimux_overlay_ops = {
	.verifier_ops = &verifier_ops,
	.init = overlay_init,
	.init_member = overlay_init_member,
	.reg = overlay_reg,
	.unreg = overlay_unreg,
	.update = overlay_update,
	.validate = overlay_validate,
	.cfi_stubs = &overlay_stubs,
	.name = "abimux_overlay_ops",
	.owner = THIS_MODULE,
};

static int policy_init(struct btf *btf)
{
	return find_struct(btf, "abimux_policy_ops", &policy_ops_id);
}

static int policy_init_member(const struct btf_type *t,
			      const struct btf_member *member, void *kdata,
			      const void *udata)
{
	struct abimux_policy_ops *ops = kdata;
	const struct abimux_policy_ops *from = udata;

	if (__btf_member_bit_offset(t, member) / 8 !=
	    offsetof(struct abimux_policy_ops, name))
		return 0;
	memcpy(ops->name, from->name, sizeof(ops->name));
	return 1;
}

static int policy_reg(void *kdata, struct bpf_link *link)
{
	return abimux_register_policy(kdata);
}

static void policy_unreg(void *kdata, struct bpf_link *link)
{
	abimux_unregister_policy(kdata);
}

static int policy_update(void *kdata, void *old, struct bpf_link *link)
{
	return abimux_update_policy(kdata, old);
}

static int policy_validate(void *kdata)
{
	return abimux_policy_validate(kdata);
}

static int init_stub(void)
{
	return 0;
}

static void exit_stub(void)
{
}

static struct abimux_policy_ops policy_stubs = {
	.init = init_stub,
	.exit = exit_stub,
};

static struct bpf_struct_ops bpf_abimux_policy_ops = {
	.verifier_ops = &verifier_ops,
	.init = policy_init,
	.init_member = policy_init_member,
	.reg = policy_reg,
	.unreg = policy_unreg,
	.update = policy_update,
	.validate = policy_validate,
	.cfi_stubs = &policy_stubs,
	.name = "abimux_policy_ops",
	.owner = THIS_MODULE,
};

static int __init abimux_bpf_init(void)
{
	int err;

	err = register_bpf_struct_ops(&bpf_abimux_table_ops, abimux_table_ops);
	err = err   ?:
		      register_bpf_struct_ops(&bpf_abimux_overlay_ops,
					      abimux_overlay_ops);
	return err   ?:
		       register_bpf_struct_ops(&bpf_abimux_policy_ops,
					       abimux_policy_ops);
}
late_initcall(abimux_bpf_init);
