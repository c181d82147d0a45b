// SPDX-License-Identifier: GPL-2.0
/*
 * Running tasks that come under the rules of a user or of a cgroup: overlays that lie
 * over its programs come over them, too. They stay there: only root takes them away.
 *
 * A thread that becomes another user has them before its call returns. Who is moved
 * into a cgroup, or made in it, has them a moment later, as the kernel tells of that
 * where nothing may sleep; tasks that it made meanwhile are in that cgroup, too, and
 * are found there, or have what it has.
 */
#include "refused.bpf.h"
#include "rules.bpf.h"

#define CGROUP_LEVELS 32
#define CLONE_INTO_CGROUP 0x200000000ULL
#define SIGKILL 9

/* Moves that one piece of work looks at, and threads of one cgroup. */
#define MAX_MOVES 8192
#define MAX_TASKS 100000

extern struct cgroup *bpf_cgroup_from_id(u64 id) __ksym;
extern void bpf_cgroup_release(struct cgroup *cgroup) __ksym;
extern int bpf_iter_css_task_new(struct bpf_iter_css_task *it,
				 struct cgroup_subsys_state *css,
				 unsigned int flags) __ksym;
extern struct task_struct *
bpf_iter_css_task_next(struct bpf_iter_css_task *it) __ksym;
extern void bpf_iter_css_task_destroy(struct bpf_iter_css_task *it) __ksym;
extern int bpf_wq_init(struct bpf_wq *wq, void *p__map,
		       unsigned int flags) __ksym;
extern int bpf_wq_start(struct bpf_wq *wq, unsigned int flags) __ksym;
extern int bpf_wq_set_callback_impl(struct bpf_wq *wq,
				    int (*callback)(void *map, int *key,
						    void *value),
				    unsigned int flags, void *aux__ign) __ksym;

/**
 * struct move - something was moved into a cgroup
 * @into: the cgroup's id
 * @by: id of the one with a rule, which is the same or around it
 */
struct move {
	u64 into;
	u64 by;
};

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4096);
	__type(value, struct move);
} moved SEC(".maps");

struct mover {
	struct bpf_wq work;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct mover);
} mover SEC(".maps");

/* One overlay more than can lie over a task, or no memory: somebody has to know. */
static void count_failed(struct task_struct *task)
{
	struct abimux_refusal key = { .reason = ABIMUX_REFUSED_OVERLAYS };

	bpf_probe_read_kernel_str(key.comm, sizeof(key.comm), task->comm);
	count(&refused, &key);
}

/* Return: how many of the overlays are new to the thread, or a negative errno. */
static int lay(struct task_struct *thread, const struct abimux_overlays *list)
{
	struct abimux_retag how = { .flags = ABIMUX_RETAG_ADD |
					     ABIMUX_RETAG_THREAD };
	int i, ret, laid = 0;

	bpf_for(i, 0, ABIMUX_MAX_OVERLAYS) {
		how.overlay = list->id[i];
		if (!how.overlay)
			break;
		ret = abimux_retag(thread, &how);
		if (ret == -E2BIG || ret == -ENOMEM)
			return ret;
		if (ret > 0)
			laid += ret;
	}
	return laid;
}

static int lay_by(struct task_struct *thread,
		  const struct abimux_format *format)
{
	struct abimux_overlays *list = bpf_map_lookup_elem(&overlays, format);

	return list ? lay(thread, list) : 0;
}

/*
 * The call has succeeded and cannot be taken back: a thread over which an overlay
 * should lie and does not is ended.
 */
static int user_changed(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	bool i386 = task->thread_info.flags >> TIF_ADDR32 & 1;
	struct abimux_format format = {
		.kind = ABIMUX_FORMAT_UID,
		.value = (u32)bpf_get_current_uid_gid(),
	};
	int ret = lay_by(task, &format);

	format.machine = i386 ? EM_386 : EM_X86_64;
	if (ret >= 0)
		ret = lay_by(task, &format);
	if (ret < 0) {
		count_failed(task);
		bpf_send_signal(SIGKILL);
	}
	return 0;
}

/* clang-format off */
#define CHANGES_USER(call)						\
	SEC("fexit.s/__" #call)						\
	int BPF_PROG(by_##call, const struct pt_regs *regs, long ret)	\
	{								\
		return ret ? 0 : user_changed();			\
	}

CHANGES_USER(x64_sys_setuid)
CHANGES_USER(x64_sys_setreuid)
CHANGES_USER(x64_sys_setresuid)
CHANGES_USER(ia32_sys_setuid)
CHANGES_USER(ia32_sys_setreuid)
CHANGES_USER(ia32_sys_setresuid)
CHANGES_USER(ia32_sys_setuid16)
CHANGES_USER(ia32_sys_setreuid16)
CHANGES_USER(ia32_sys_setresuid16)
/* clang-format on */

/* A rule of a cgroup holds for all in it. */
static void look_through(struct cgroup *cgroup,
			 const struct abimux_overlays *list)
{
	struct bpf_iter_css_task it;
	struct task_struct *thread;
	int i;

	bpf_iter_css_task_new(&it, &cgroup->self, 0);
	bpf_for(i, 0, MAX_TASKS) {
		thread = bpf_iter_css_task_next(&it);
		if (!thread)
			break;
		if (lay(thread, list) < 0)
			count_failed(thread);
	}
	bpf_iter_css_task_destroy(&it);
}

/* The rules of one cgroup for those in another one, below it or the same. */
static void came_into(const struct move *move)
{
	struct abimux_format format = { .kind = ABIMUX_FORMAT_CGROUP };
	struct abimux_overlays *list;
	struct cgroup *cgroup;

	__builtin_memcpy(format.owner, &move->by, sizeof(move->by));
	list = bpf_map_lookup_elem(&overlays, &format);
	cgroup = list ? bpf_cgroup_from_id(move->into) : NULL;
	if (!cgroup)
		return;
	look_through(cgroup, list);
	bpf_cgroup_release(cgroup);
}

static int work(void *map, int *key, void *value)
{
	struct move move;
	int i;

	bpf_for(i, 0, MAX_MOVES) {
		if (bpf_map_pop_elem(&moved, &move))
			break;
		came_into(&move);
	}
	return 0;
}

static void start_work(void)
{
	struct mover *it;
	int zero = 0;

	it = bpf_map_lookup_elem(&mover, &zero);
	if (!it)
		return;
	bpf_wq_init(&it->work, &mover, 0);
	bpf_wq_set_callback_impl(&it->work, work, 0, NULL);
	bpf_wq_start(&it->work, 0);
}

/* Of the cgroup itself and of those around it, only those with rules are looked at. */
static void look_at(struct cgroup *cgroup)
{
	struct abimux_format format = { .kind = ABIMUX_FORMAT_CGROUP };
	struct move move = { .into = BPF_CORE_READ(cgroup, kn, id) };
	bool found = false;
	int i;

	bpf_for(i, 0, CGROUP_LEVELS) {
		if (!cgroup)
			break;
		move.by = BPF_CORE_READ(cgroup, kn, id);
		__builtin_memcpy(format.owner, &move.by, sizeof(move.by));
		if (bpf_map_lookup_elem(&overlays, &format) &&
		    !bpf_map_push_elem(&moved, &move, BPF_ANY))
			found = true;
		cgroup = (struct cgroup *)BPF_CORE_READ(cgroup, self.parent);
	}
	if (found)
		start_work();
}

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(cgroup_changed, struct cgroup *cgroup, const char *path,
	     struct task_struct *task, bool whole)
{
	look_at(cgroup);
	return 0;
}

static const struct abimux_over *over_of(const struct abimux_task *abimux)
{
	if (!abimux)
		return NULL;
	return abimux->next ? abimux->next->over : abimux->over;
}

static u64 overlay_at(const struct abimux_over *over, u32 i)
{
	u64 overlay = 0;

	bpf_core_read(&overlay, sizeof(overlay), &over->layers[i].overlay);
	return overlay;
}

/* Both lists are in the order that overlays have among each other. */
static bool same(const struct abimux_over *a, const struct abimux_over *b)
{
	u32 count = a ? a->count : 0;
	u32 i;

	if (count != (b ? b->count : 0))
		return false;
	bpf_for(i, 0, count)
		if (overlay_at(a, i) != overlay_at(b, i))
			return false;
	return true;
}

/*
 * Made in a cgroup that is not its parent's; or something came over the parent when the
 * child had been made as it was before, and was not yet to be found in its cgroup.
 */
SEC("tp_btf/task_newtask")
int BPF_PROG(task_made, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *parent = bpf_get_current_task_btf();

	if (clone_flags & CLONE_INTO_CGROUP ||
	    (parent->abimux &&
	     !same(over_of(parent->abimux), over_of(task->abimux))))
		look_at(BPF_CORE_READ(task, cgroups, dfl_cgrp));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
