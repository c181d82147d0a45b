/* SPDX-License-Identifier: GPL-2.0 */
/*
 * abimux: what programs that look at foreign calls have in common: whom to look
 * at, and what a call and its result are.
 *
 * They stand at the two functions of the core through which each foreign call
 * passes once: there its number, arguments and result are the program's own,
 * whatever native calls it becomes. While nobody looks these functions are as if
 * there were no such programs.
 */
#ifndef OBSERVE_BPF_H
#define OBSERVE_BPF_H

#include "abimux.bpf.h"
#include <abimux/observe.h>

#define MAX_PROCESSES 32768

#define EFLAGS_CARRY 1
#define MAX_ERRNO 4095

/* The kernel's own: a call that ends so is made again, or fails with EINTR. */
#define ERESTARTSYS 512
#define ERESTART_RESTARTBLOCK 516

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct observe_config);
} config SEC(".maps");

/* Processes to look at, by id. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_PROCESSES);
	__type(key, u32);
	__type(value, u32);
} processes SEC(".maps");

/* Names of the tables that were met, by id: they may go before they are read. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, char[ABIMUX_NAME_LEN]);
} table_names SEC(".maps");

/* Calls that found no room in a map. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} lost SEC(".maps");

static __always_inline void observe_lose(void)
{
	u32 zero = 0;
	u64 *count = bpf_map_lookup_elem(&lost, &zero);

	if (count)
		__sync_fetch_and_add(count, 1);
}

static __always_inline const struct observe_config *observe_config(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&config, &zero);
}

/* The table that a task's next call is made by: it may be about to get another. */
static __always_inline const struct abimux_table *
observe_table(const struct abimux_task *abimux)
{
	const struct abimux_change *next = abimux->next;

	return next && next->table ? next->table : abimux->table;
}

/* The version of it; a task of the kernel's own table has one of its own. */
static __always_inline const struct abimux_version *
observe_version(const struct abimux_task *abimux)
{
	const struct abimux_table *table = observe_table(abimux);

	return table->version ?: abimux->version;
}

/* Whether the task is native as soon as it makes a call. */
static __always_inline bool observe_ends(const struct abimux_task *abimux)
{
	const struct abimux_change *next = abimux->next;

	return !observe_table(abimux)->version &&
	       !(next ? next->over : abimux->over);
}

/* Whether the current task, which has a table, is one to look at. */
static __always_inline bool observe_wants(const struct observe_config *config,
					  const struct abimux_task *abimux)
{
	u32 pid = bpf_get_current_pid_tgid() >> 32;

	if (config->by_table && config->table != observe_table(abimux)->id)
		return false;
	if (config->by_uid && config->uid != (u32)bpf_get_current_uid_gid())
		return false;
	return !config->by_process || bpf_map_lookup_elem(&processes, &pid);
}

/* A child is looked at as its parent is. */
static __always_inline void observe_fork(const struct task_struct *parent,
					 const struct task_struct *child)
{
	const struct observe_config *config = observe_config();
	u32 from = parent->tgid, to = child->tgid, one = 1;

	if (!config || !config->follow || !config->by_process || from == to)
		return;
	if (bpf_map_lookup_elem(&processes, &from) &&
	    bpf_map_update_elem(&processes, &to, &one, BPF_ANY))
		observe_lose();
}

/* A process is forgotten with its last thread: its id will be another's. */
static __always_inline bool observe_exit(struct task_struct *task)
{
	u32 pid = task->tgid;

	if (BPF_CORE_READ(task, signal, live.counter))
		return false;
	bpf_map_delete_elem(&processes, &pid);
	return true;
}

static __always_inline void observe_name(const struct abimux_task *abimux)
{
	const struct abimux_table *table = observe_table(abimux);
	char name[ABIMUX_NAME_LEN] = {};
	u32 id = table->id;

	if (bpf_map_lookup_elem(&table_names, &id))
		return;
	bpf_probe_read_kernel_str(name, sizeof(name), table->name);
	bpf_map_update_elem(&table_names, &id, name, BPF_NOEXIST);
}

/* The number of the call, from the register that the table has it in. */
static __always_inline u32 observe_nr(const struct abimux_task *abimux,
				      struct pt_regs *regs)
{
	const struct abimux_version *version = observe_table(abimux)->version;
	u32 nr = regs->orig_ax;

	/* The kernel's own table has none. */
	if (version)
		bpf_probe_read_kernel(&nr, sizeof(nr),
				      (void *)regs + version->gate.number);
	return nr;
}

/* A signal interrupted the call, and it may be made again. */
static __always_inline bool observe_restarts(const struct pt_regs *regs)
{
	s64 ax = regs->ax;

	return ax <= -ERESTARTSYS && ax >= -ERESTART_RESTARTBLOCK;
}

/* A call that set all registers has no result. */
static __always_inline bool observe_no_result(const struct pt_regs *regs)
{
	return (int)regs->orig_ax == -1;
}

/* Whether a call that is over failed, as its program is told. */
static __always_inline bool observe_failed(const struct abimux_task *abimux,
					   const struct pt_regs *regs)
{
	u8 error = abimux->version->error;
	s64 ax = regs->ax;

	if (observe_no_result(regs))
		return false;
	switch (error) {
	case ABIMUX_ERROR_CARRY:
		return regs->flags & EFLAGS_CARRY;
	case ABIMUX_ERROR_MINUS_ONE:
		return ax == -1;
	default:
		return ax < 0 && ax >= -MAX_ERRNO;
	}
}

#endif /* OBSERVE_BPF_H */
