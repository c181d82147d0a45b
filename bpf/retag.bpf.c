// SPDX-License-Identifier: GPL-2.0
/*
 * Changes running tasks: gives them another table, or lays an overlay over them
 * or takes one away. Which tasks, and what, is in map `request`; so is afterwards
 * what became of it.
 *
 * Tasks that are made meanwhile have from the start what their parents were given.
 */
#include "tags.bpf.h"
#include <abimux/retag.h>

#define PF_KTHREAD 0x00200000
#define PF_USER_WORKER 0x00004000
#define CGROUP_LEVELS 32
/* How io_uring/sqpoll.c calls its threads; a number follows. */
#define POLLER_COMM "iou-sqp-"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct retag_request);
} request SEC(".maps");

static u64 id_of(const struct abimux_format *format)
{
	u64 id;

	__builtin_memcpy(&id, format->owner, sizeof(id));
	return id;
}

static bool has_machine(struct task_struct *task, u16 machine)
{
	bool i386 = BPF_CORE_READ(task, thread_info.flags) >> TIF_ADDR32 & 1;

	return !machine || machine == (i386 ? EM_386 : EM_X86_64);
}

static bool runs_file(struct task_struct *task,
		      const struct abimux_format *format)
{
	struct inode *inode = BPF_CORE_READ(task, mm, exe_file, f_inode);

	return inode && BPF_CORE_READ(inode, i_ino) == id_of(format) &&
	       BPF_CORE_READ(inode, i_sb, s_dev) == format->value;
}

/* In this cgroup or in one below it. */
static bool is_in_cgroup(struct task_struct *task, u64 id)
{
	struct cgroup *cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp);
	int i;

	bpf_for(i, 0, CGROUP_LEVELS) {
		if (!cgroup)
			break;
		if (BPF_CORE_READ(cgroup, kn, id) == id)
			return true;
		cgroup = (struct cgroup *)BPF_CORE_READ(cgroup, self.parent);
	}
	return false;
}

static bool was_chosen_by(struct task_struct *task,
			  const struct abimux_format *format)
{
	struct abimux_tag *tag = bpf_task_storage_get(&tags, task, NULL, 0);
	u32 i;

	if (!tag || tag->format.kind != format->kind ||
	    tag->format.machine != format->machine ||
	    tag->format.value != format->value)
		return false;
	for (i = 0; i < ABIMUX_OWNER_LEN; i++)
		if (tag->format.owner[i] != format->owner[i])
			return false;
	return true;
}

static bool fits(struct task_struct *task, const struct abimux_format *format)
{
	switch (format->kind) {
	case ABIMUX_FORMAT_DEFAULT:
		return has_machine(task, format->machine);
	case ABIMUX_FORMAT_UID:
		return BPF_CORE_READ(task, cred, uid.val) == format->value &&
		       has_machine(task, format->machine);
	case ABIMUX_FORMAT_PATH:
		return runs_file(task, format);
	case ABIMUX_FORMAT_CGROUP:
		return is_in_cgroup(task, id_of(format));
	default:
		return was_chosen_by(task, format);
	}
}

static bool is_looked_for(struct task_struct *task,
			  const struct retag_request *req)
{
	u32 i;

	if (req->flags & RETAG_ALL)
		return true;
	if (!fits(task, &req->format))
		return false;
	bpf_for(i, 0, RETAG_MAX_SPARED) {
		if (i >= req->spare)
			break;
		if (i < RETAG_MAX_SPARED && fits(task, &req->spared[i]))
			return false;
	}
	return true;
}

/* A process is changed when its leader is met, or any thread if that is gone. */
static bool is_met_first(struct task_struct *task,
			 const struct retag_request *req)
{
	if (req->how.flags & ABIMUX_RETAG_THREAD || task->pid == task->tgid)
		return true;
	return BPF_CORE_READ(task, group_leader, exit_state);
}

static void change(struct task_struct *task, struct retag_request *req)
{
	int ret = abimux_retag(task, &req->how);

	if (ret >= 0) {
		req->changed += ret;
	} else if (!req->error && (ret != -ESRCH || req->flags & RETAG_ALL)) {
		req->error = ret;
		req->error_pid = task->tgid;
	}
}

/* Says in the task's tag why it has its table. */
static void tag(struct task_struct *task, const struct retag_request *req)
{
	struct abimux_tag *tag = bpf_task_storage_get(
		&tags, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (!tag)
		return;
	__builtin_memcpy(tag->table, req->how.table, sizeof(tag->table));
	__builtin_memset(&tag->format, 0, sizeof(tag->format));
	tag->format.kind = ABIMUX_FORMAT_RETAGGED;
}

/* A thread of the kernel's own in the process, which polls a ring. */
static bool polls_ring(struct task_struct *task)
{
	char comm[ABIMUX_COMM_LEN] = {};

	if (!(task->flags & PF_USER_WORKER))
		return false;
	bpf_probe_read_kernel_str(comm, sizeof(comm), task->comm);
	return !bpf_strncmp(comm, sizeof(POLLER_COMM) - 1, POLLER_COMM);
}

static void look(struct task_struct *task, struct retag_request *req)
{
	req->seen++;
	if (polls_ring(task)) {
		req->pollers++;
		req->poller_pid = task->tgid;
	}
	if (!BPF_CORE_READ(task, abimux) || !BPF_CORE_READ(task, abimux, next))
		return;
	req->pending++;
	if (BPF_CORE_READ(task, __state))
		req->waiting++;
}

SEC("iter.s/task")
int retag(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct retag_request *req;
	u32 zero = 0;

	req = bpf_map_lookup_elem(&request, &zero);
	if (!task || !req)
		return 0;
	if (task->flags & PF_KTHREAD) {
		req->kernel++;
		return 0;
	}
	if (!is_looked_for(task, req))
		return 0;
	if (req->flags & RETAG_CHANGE) {
		if (is_met_first(task, req))
			change(task, req);
		if (!req->error && req->how.flags & ABIMUX_RETAG_TABLE)
			tag(task, req);
	}
	look(task, req);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
