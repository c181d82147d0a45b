// SPDX-License-Identifier: GPL-2.0
/*
 * Iterator over the threads that are in the middle of an exec: one number a line.
 */
#include "abimux.bpf.h"

SEC("iter/task")
int execs(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (task && BPF_CORE_READ_BITFIELD_PROBED(task, in_execve))
		BPF_SEQ_PRINTF(ctx->meta->seq, "%d\n", task->pid);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
