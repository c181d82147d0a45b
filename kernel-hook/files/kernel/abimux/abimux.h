/* SPDX-License-Identifier: GPL-2.0 */
/*
 * abimux: what the files of the core share.
 */
#ifndef _KERNEL_ABIMUX_H
#define _KERNEL_ABIMUX_H

#include <linux/abimux.h>
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/filter.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/rcupdate_trace.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct bpf_map;
struct bpf_prog;
struct linux_binprm;

/*
 * What a call number does, worked out when the table is registered: what an action
 * has above the native number.
 */
enum abimux_how {
	ABIMUX_HOW_PLAIN, /* native call on the registers as they stand */
	ABIMUX_HOW_QUICK, /* an op that abimux_enter_action() can ask itself */
	ABIMUX_HOW_SLEEPER, /* the same, but its program may sleep */
	ABIMUX_HOW_OP,
	ABIMUX_HOW_MISSING,
	ABIMUX_HOW_REMAP, /* native call on arguments taken elsewhere */
	ABIMUX_HOW_SIGRETURN, /* replaces all registers: has no leave */
	ABIMUX_HOW_URETPROBE, /* the kernel's own call from a probed program */
	ABIMUX_HOW_OVER, /* an overlay wants to see it, or may refuse it */
};

static inline u32 abimux_action(enum abimux_how how, u16 native)
{
	return how << 16 | native;
}

static inline enum abimux_how abimux_action_how(u32 action)
{
	return action >> 16;
}

/**
 * struct abimux_progs - BPF programs of ops, to call them without a trampoline
 * @enter: program of the enter op, or NULL
 * @leave: program of the leave op, or NULL
 * @enter_maps: how many maps of it are held for it
 * @leave_maps: likewise
 */
struct abimux_progs {
	struct bpf_prog *enter;
	struct bpf_prog *leave;
	u32 enter_maps;
	u32 leave_maps;
};

/**
 * struct abimux_version - one set of ops of a table
 * @ops: the ops; this object holds a reference to their BPF map or module
 * @progs: their programs
 * @i386: calls come by int 0x80 or SYSENTER and native numbers are i386's
 * @syscall_args: arguments are where SYSCALL has them
 * @verbatim: results are told as Linux tells them
 * @quick_leave: the leave op is a program that can be asked the quick way
 * @error: ABIMUX_ERROR_*
 * @serial: counts all versions of all tables
 * @refs: one of the table, one of each task that last entered with it
 * @work: for freeing what must not be freed everywhere
 * @rcu: for freeing
 * @gate: what calls pass; closed once there is a newer version
 */
struct abimux_version {
	const struct abimux_table_ops *ops;
	struct abimux_progs progs;
	bool i386;
	bool syscall_args;
	bool verbatim;
	bool quick_leave;
	u8 error;
	u64 serial;
	refcount_t refs;
	struct work_struct work;
	struct rcu_head rcu;
	struct abimux_gate gate;
};

/**
 * struct abimux_table - a named table
 * @node: in the registry
 * @version: the version that new calls enter with; NULL only in "linux"
 * @refs: one of the registry, one of each task
 * @id: never used again
 * @hearing: in the list of those whose processes listen for an event
 * @listeners: how many of them do, for each event
 * @rcu: for freeing
 * @name: the name, NUL-terminated
 */
struct abimux_table {
	struct list_head node;
	struct abimux_version __rcu *version;
	refcount_t refs;
	u32 id;
	struct list_head hearing;
	u32 listeners[ABIMUX_NR_EVENTS];
	struct rcu_head rcu;
	char name[ABIMUX_NAME_LEN];
};

/**
 * struct abimux_overlay_version - one set of ops of an overlay
 * @ops: the ops; this object holds a reference to their BPF map or module
 * @progs: their programs
 * @restricts: there are native calls that it does not let pass
 * @serial: counts all versions of all overlays
 * @refs: one of the overlay, one of each task that last entered with it
 * @work: for freeing what must not be freed everywhere
 * @rcu: for freeing
 * @gates: what native calls of each sort pass if nothing else lies over a task
 */
struct abimux_overlay_version {
	const struct abimux_overlay_ops *ops;
	struct abimux_progs progs;
	bool restricts;
	u64 serial;
	refcount_t refs;
	struct work_struct work;
	struct rcu_head rcu;
	struct abimux_gate gates[ABIMUX_NR_NATIVES];
};

/**
 * struct abimux_overlay - a named overlay
 * @node: in the registry, in the order in which they lie
 * @version: what new calls are shown to; NULL when it was unregistered
 * @refs: one of the registry, one of each task that it lies over
 * @id: never used again
 * @order: see struct abimux_overlay_data
 * @rcu: for freeing
 * @name: the name, NUL-terminated
 */
struct abimux_overlay {
	struct list_head node;
	struct abimux_overlay_version __rcu *version;
	refcount_t refs;
	u32 id;
	s32 order;
	struct rcu_head rcu;
	char name[ABIMUX_NAME_LEN];
};

/**
 * struct abimux_layer - one overlay as it lies over one task
 * @overlay: the overlay
 * @version: what it was when the task last made a call, or NULL
 * @call: the task's call, as its ops see it
 */
struct abimux_layer {
	struct abimux_overlay *overlay;
	struct abimux_overlay_version *version;
	struct abimux_overlay_call call;
};

/**
 * struct abimux_over - all that lies over one task
 * @serial: of the newest change of any overlay that was seen
 * @restricts: a native call may be in one of @listed
 * @ask: bit for each layer whose enter op is to be asked
 * @told: bit for each layer whose leave op waits for the result
 * @count: layers
 * @listed: native calls of each sort that not every layer lets pass
 * @rcu: for freeing
 * @layers: the layers, outermost first
 */
struct abimux_over {
	u64 serial;
	bool restricts;
	u8 ask;
	u8 told;
	u32 count;
	DECLARE_BITMAP(listed[ABIMUX_NR_NATIVES], ABIMUX_NR_NATIVE_CALLS);
	struct rcu_head rcu;
	struct abimux_layer layers[] __counted_by(count);
};

/**
 * struct abimux_change - what a task is to become at its next call
 * @table: its table, or NULL to keep the one it has
 * @scratch: with @table, scratch memory for it
 * @kept: with @table, what is kept for its process
 * @over: what lies over it then, or NULL
 */
struct abimux_change {
	struct abimux_table *table;
	struct abimux_scratch *scratch;
	struct abimux_kept *kept;
	struct abimux_over *over;
};

/**
 * struct abimux_kept - what a table's programs keep for one process
 * @users: tasks that share the descriptors of the process
 * @table: their table; a reference is held for each event that is listened for
 * @events: bits of ABIMUX_EVENT_* that they listen for
 * @lock: protects @files and @count
 * @files: files that the process has no descriptor of
 * @count: how many
 * @work: for ending to listen
 */
struct abimux_kept {
	refcount_t users;
	struct abimux_table *table;
	u32 events;
	spinlock_t lock; /* of the list */
	struct list_head files;
	unsigned int count;
	struct work_struct work;
};

/* table.c */
extern struct abimux_table abimux_linux;
struct abimux_version *abimux_linux_version(bool i386);
struct abimux_table *abimux_table_get(const char *name);
struct abimux_table *abimux_table_get_any(const char *name);
bool abimux_table_i386(const struct abimux_table *table);
struct abimux_table *abimux_table_get_from(u32 id);
void abimux_table_put(struct abimux_table *table);
struct abimux_version *abimux_version_get(struct abimux_table *table);
void abimux_version_put(struct abimux_version *version);
int abimux_table_validate(const struct abimux_table_ops *ops);
int abimux_table_check(const char *name, u16 machine);
bool abimux_name_valid(const char name[ABIMUX_NAME_LEN]);
u8 abimux_entry_how(const struct abimux_table_ops *ops,
		    const struct abimux_entry *e);

/* gate.c */
extern const struct abimux_gate abimux_closed;
void abimux_gate_init(struct abimux_gate *gate, bool i386);
void abimux_gate_open(struct abimux_gate *gate);
void abimux_gate_close(struct abimux_gate *gate);
const struct abimux_gate *abimux_gate_of(const struct abimux_task *task);

/* task.c */
extern spinlock_t abimux_tasks_lock;
struct abimux_task *abimux_task_new(struct abimux_table *table, gfp_t gfp);
void abimux_task_free(struct abimux_task *task);
void abimux_task_publish(struct task_struct *p, struct abimux_task *task);
void abimux_task_set(struct abimux_task *task);
bool abimux_task_replace(struct abimux_task *was, u32 posted,
			 struct abimux_task *task);
void abimux_task_use(struct abimux_task *task, struct abimux_version *version);
void abimux_task_use_linux(struct abimux_task *task);
struct abimux_task *abimux_task_move(struct abimux_task *task);

/* overlay.c */
int abimux_overlay_validate(const struct abimux_overlay_ops *ops);
u8 abimux_overlay_action(const struct abimux_overlay_data *data, u32 nr,
			 bool i386);
struct abimux_overlay *abimux_overlay_get(u32 id);
struct abimux_overlay *abimux_overlay_get_from(u32 id);
void abimux_overlay_put(struct abimux_overlay *overlay);
struct abimux_overlay_version *
abimux_overlay_version_get(struct abimux_overlay *overlay);
void abimux_overlay_version_put(struct abimux_overlay_version *version);
u64 abimux_overlays_serial(void);

/* over.c */
struct abimux_over *abimux_over_new(struct abimux_overlay **overlays, u32 count,
				    gfp_t gfp);
struct abimux_over *abimux_over_copy(const struct abimux_over *over, gfp_t gfp);
void abimux_over_free(struct abimux_over *over);
u32 abimux_over_list(const struct abimux_over *over,
		     struct abimux_overlay **overlays);
int abimux_over_add(struct abimux_overlay **overlays, u32 *count,
		    struct abimux_overlay *overlay);
bool abimux_over_refresh(struct abimux_over *over,
			 const struct abimux_table *table);
int abimux_over_enter(struct abimux_over *over, struct abimux_call *call,
		      const struct abimux_task *task);
void abimux_over_leave(struct abimux_over *over, long ret);
int abimux_over_native(const struct abimux_over *over, u32 nr, bool i386);

/* retag.c */
int abimux_retag_task(struct task_struct *p, const struct abimux_retag *how);
int abimux_change_copy(struct task_struct *child,
		       const struct abimux_change *change);
void abimux_change_free(struct abimux_change *change);

/* policy.c */
int abimux_register_policy(struct abimux_policy_ops *ops);
int abimux_update_policy(struct abimux_policy_ops *ops,
			 struct abimux_policy_ops *old);
void abimux_unregister_policy(struct abimux_policy_ops *ops);
int abimux_policy_validate(const struct abimux_policy_ops *ops);
int abimux_policy_bind(struct bpf_map *map);
bool abimux_policy_tag(struct abimux_tag *tag);
bool abimux_policy_exists(void);

/* call.c */
u64 abimux_foreign_errno(const struct abimux_task *task, long err);
long abimux_enter_other(struct abimux_task *task, struct pt_regs *regs,
			u32 action);
long abimux_enter_verdict(struct abimux_task *task, struct pt_regs *regs,
			  int verdict);
void abimux_leave_verdict(struct abimux_task *task, struct pt_regs *regs,
			  int verdict);
void abimux_call_found(struct abimux_task *task, struct task_struct *p);
void abimux_call_interrupted(struct abimux_task *task, struct pt_regs *regs,
			     unsigned long flags);

/* scratch.c */
struct abimux_scratch *abimux_scratch_new(gfp_t gfp);
struct abimux_scratch *abimux_scratch_share(struct abimux_scratch *scratch);
void abimux_scratch_put(struct abimux_scratch *scratch,
			struct abimux_slot *slot);
struct abimux_slot *abimux_slot_copy(const struct abimux_slot *slot);
unsigned long abimux_slot_get(struct abimux_task *task);

/* kept.c */
struct abimux_kept *abimux_kept_new(struct abimux_table *table, gfp_t gfp);
struct abimux_kept *abimux_kept_share(struct abimux_kept *kept);
void abimux_kept_put(struct abimux_kept *kept);
long abimux_kept_take(struct abimux_kept *kept, u32 fd);
int abimux_kept_drop(struct abimux_kept *kept, u64 id);
int abimux_kept_open(struct abimux_kept *kept, u64 id);
int abimux_kept_signal(u64 id);

/* event.c */
int abimux_event_listen(struct abimux_task *task, u32 events);
void abimux_event_deaf(struct abimux_kept *kept);

/* x86.c */
extern const u8 abimux_number_offsets[ABIMUX_NR_NUMBERS];
bool abimux_native_valid(bool i386, unsigned int nr);
bool abimux_native_sigreturn(bool i386, unsigned int nr);
bool abimux_native_exec(unsigned int nr);
void abimux_args_get(const struct pt_regs *regs, bool i386, u64 *args);
void abimux_args_set(struct pt_regs *regs, bool i386, const u64 *args);
int abimux_args_load(const struct pt_regs *regs,
		     const struct abimux_convention *convention, u64 *args);
void abimux_regs_get(const struct pt_regs *regs, struct abimux_regs *out);
int abimux_regs_set(struct pt_regs *regs, const struct abimux_regs *in);
u64 abimux_fpu_store(u64 sp);
bool abimux_fpu_load(u64 addr);
void abimux_trap_info(struct abimux_signal *sig);
int abimux_arch_cmpxchg(u32 __user *word, u32 *old, u32 new);

/* bpf.c */
void abimux_progs_get(struct abimux_progs *progs, bool overlay, u32 enter_id,
		      u32 leave_id);
void abimux_progs_put(struct abimux_progs *progs);
static inline bool abimux_progs_any(const struct abimux_progs *progs)
{
	return progs->enter || progs->leave;
}

bool abimux_bpf_is_table(const struct bpf_prog *prog);
bool abimux_bpf_is_policy(const struct bpf_prog *prog);

/* kfuncs.c: for BPF programs only, which have their own declarations. */
int abimux_copy_to_user(u64 dst, const void *src, u32 src__sz);
u64 abimux_scratch(struct abimux_call *call);
int abimux_get_regs(struct abimux_call *call, struct abimux_regs *regs);
int abimux_set_regs(struct abimux_call *call, const struct abimux_regs *regs);
int abimux_map_code(const void *code, u32 code__sz, u64 *addr);
u64 abimux_fpu_save(u64 sp);
int abimux_fpu_restore(struct abimux_call *call, u64 addr);
int abimux_user_cmpxchg(u64 addr, u32 *old, u32 new);
s64 abimux_user_mapping(u64 addr);
u32 abimux_errno(struct abimux_call *call, u32 err);
s64 abimux_file_keep(struct abimux_call *call, u32 fd);
s64 abimux_file_open(struct abimux_call *call, u64 id);
int abimux_file_drop(struct abimux_call *call, u64 id);
int abimux_file_signal(u64 id);
int abimux_listen(struct abimux_call *call, u32 events);
int abimux_bind_tags(void *p__map);
int abimux_exec_read(struct linux_binprm *bprm, u64 off, void *buf,
		     u32 buf__sz);
int abimux_exec_xattr(struct linux_binprm *bprm, const char *name__str,
		      void *buf, u32 buf__sz);
int abimux_check_table(const char *name, u32 name__sz, u16 machine);
int abimux_retag(struct task_struct *task, const struct abimux_retag *how);
bool abimux_has_policy(void);

/* ERESTARTSYS to ERESTART_RESTARTBLOCK: the kernel's own, no program sees them. */
static __always_inline bool abimux_is_restart(long ret)
{
	return ret >= -ERESTART_RESTARTBLOCK && ret <= -ERESTARTSYS;
}

/**
 * abimux_call_forget - leave nothing of a call
 * @task: the state of the current task
 *
 * So that the next one need not clear it.
 */
static inline void abimux_call_forget(struct abimux_task *task)
{
	task->state = 0;
	task->call.step = 0;
	task->call.child = 0;
	task->call.has_ret2 = 0;
}

/**
 * abimux_prog_run - call the program of an op as a trampoline would
 * @prog: the program
 * @ctx: its context: the arguments of the op
 *
 * At half the cost: a program that does not sleep needs no more than to stay on
 * its processor.
 *
 * Return: what it returns.
 * Context: the task itself; may sleep.
 */
static __always_inline int abimux_prog_run(const struct bpf_prog *prog,
					   const u64 *ctx)
{
	int ret;

	if (!prog->sleepable) {
		rcu_read_lock();
		preempt_disable();
		ret = bpf_prog_run(prog, ctx);
		preempt_enable();
		rcu_read_unlock();
		return ret;
	}
	rcu_read_lock_trace();
	migrate_disable();
	ret = bpf_prog_run(prog, ctx);
	migrate_enable();
	rcu_read_unlock_trace();
	return ret;
}

/**
 * abimux_op_run - call the program of an op that has one argument
 * @prog: the program
 * @call: what it is given
 *
 * Return: what it returns.
 * Context: the task itself; may sleep.
 */
static __always_inline int abimux_op_run(const struct bpf_prog *prog,
					 void *call)
{
	const u64 ctx = (unsigned long)call;

	return abimux_prog_run(prog, &ctx);
}

#endif /* _KERNEL_ABIMUX_H */
