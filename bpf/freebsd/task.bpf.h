/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: who the current task is, as the kernel knows it.
 */
#ifndef FREEBSD_TASK_BPF_H
#define FREEBSD_TASK_BPF_H

/* Number of a pid in the namespace where it was made. */
static __always_inline u32 fbsd_pid_number(const struct pid *pid)
{
	u32 level = BPF_CORE_READ(pid, level), number = 0;

	bpf_probe_read_kernel(&number, sizeof(number), &pid->numbers[level].nr);
	return number;
}

static __always_inline u32 fbsd_pid(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return fbsd_pid_number(BPF_CORE_READ(task, signal, pids[PIDTYPE_TGID]));
}

static __always_inline u32 fbsd_tid(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return fbsd_pid_number(BPF_CORE_READ(task, thread_pid));
}

/* Kernel functions that go through all threads; linux/bpf.h is not to be had. */
extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task,
			     unsigned int flags) __ksym;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __ksym;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

/* The first thread after number @after of all that live but this one, or zero. */
static __always_inline u32 fbsd_thread_after(struct task_struct *of, u32 after)
{
	struct task_struct *task, *self = bpf_get_current_task_btf();
	u32 first = 0, number;

	bpf_rcu_read_lock();
	bpf_for_each(task, task, of, BPF_TASK_ITER_PROC_THREADS) {
		if (task->pid == self->pid || task->exit_state)
			continue;
		number = fbsd_pid_number(BPF_CORE_READ(task, thread_pid));
		if (number > after && (!first || number < first))
			first = number;
	}
	bpf_rcu_read_unlock();
	return first;
}

/* The same of process @pid. */
__noinline u32 fbsd_next_thread(u32 pid, u32 after)
{
	struct task_struct *task;
	u32 next;

	if (pid == fbsd_pid())
		return fbsd_thread_after(bpf_get_current_task_btf(), after);
	task = bpf_task_from_pid(pid);
	if (!task)
		return 0;
	next = fbsd_thread_after(task, after);
	bpf_task_release(task);
	return next;
}

/* Whether no other thread of this process lives. */
static __always_inline bool fbsd_last_thread(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return BPF_CORE_READ(task, signal, live.counter) == 1;
}

/* Base address of the GS segment, as a call set it. */
static __always_inline u64 fbsd_gsbase(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return BPF_CORE_READ(task, thread.gsbase);
}

/* Numbers of processes are below 1 << 22: PID_MAX_LIMIT. */
#define FBSD_OWNER_PID_BITS 22

static __always_inline u64 fbsd_owner_of(struct task_struct *task)
{
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	return BPF_CORE_READ(leader, start_boottime) << FBSD_OWNER_PID_BITS |
	       BPF_CORE_READ(leader, pid);
}

/* What stands for the current process: no other ever has the same. */
static __always_inline u64 fbsd_owner(void)
{
	return fbsd_owner_of(bpf_get_current_task_btf());
}

/*
 * The current task, to read from. For a pointer that it trusts the verifier asks
 * the kernel's BTF, type by type, at each member that is one, whether it may
 * trust that, too.
 */
static __always_inline struct task_struct *fbsd_current(void)
{
	return bpf_core_cast((void *)bpf_get_current_task(),
			     struct task_struct);
}

/* The open file of a descriptor, to be read from; it may end at any time. */
static __always_inline struct file *fbsd_file(u32 fd)
{
	struct task_struct *task = fbsd_current();
	struct fdtable *fdt = task->files->fdt;
	/* An array of pointers has no type of its own. */
	u64 at = (u64)fdt->fd + fd * sizeof(struct file *);

	if (fd >= fdt->max_fds)
		return NULL;
	return bpf_core_cast(
		bpf_core_cast((void *)at, struct hlist_head)->first,
		struct file);
}

#endif /* FREEBSD_TASK_BPF_H */
