// SPDX-License-Identifier: GPL-2.0
/*
 * Retags any task with any bytes: what a loader with a bug could ask for.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "../retag.h"

int abimux_retag(struct task_struct *task,
		 const struct abimux_retag *how) __ksym;
struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
void bpf_task_release(struct task_struct *task) __ksym;

SEC("syscall")
int retag(struct fuzz_retag *ask)
{
	struct task_struct *task = bpf_task_from_pid(ask->pid);
	struct abimux_retag how = {};
	int ret;

	if (!task)
		return -3;
	__builtin_memcpy(&how, ask->how, sizeof(how));
	ret = abimux_retag(task, &how);
	bpf_task_release(task);
	return ret;
}

char LICENSE[] SEC("license") = "GPL";
