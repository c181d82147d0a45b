// SPDX-License-Identifier: GPL-2.0
/*
 * Holds the kernel up: work on a cgroup, until a program "forker" is about to put a
 * child of its own into one; that, until an overlay lies over the program and the work
 * has had time to end. Once.
 */
#include "abimux.bpf.h"

#define NSEC_PER_MSEC 1000000ULL
#define MOST_MS 5000
#define WORK_MS 500

#ifndef BPF_MAX_LOOPS
#define BPF_MAX_LOOPS (8 * 1024 * 1024)
#endif

static volatile bool waits, late;

static bool is_over(struct task_struct *task)
{
	return BPF_CORE_READ(task, abimux);
}

SEC("fentry/bpf_cgroup_from_id")
int BPF_PROG(work)
{
	u64 end = bpf_ktime_get_ns() + MOST_MS * NSEC_PER_MSEC;

	waits = true;
	bpf_repeat(BPF_MAX_LOOPS)
	{
		if (late || bpf_ktime_get_ns() > end)
			break;
	}
	return 0;
}

static void spin(struct task_struct *task, u32 ms)
{
	u64 end = bpf_ktime_get_ns() + ms * NSEC_PER_MSEC;

	bpf_repeat(BPF_MAX_LOOPS)
	{
		if (bpf_ktime_get_ns() > end || (task && is_over(task)))
			break;
	}
}

SEC("fentry/sched_post_fork")
int BPF_PROG(fork)
{
	struct task_struct *task = bpf_get_current_task_btf();
	char comm[8] = {};

	bpf_get_current_comm(comm, sizeof(comm));
	if (!waits || late || bpf_strncmp(comm, 7, "forker"))
		return 0;
	late = true;
	spin(task, MOST_MS);
	spin(NULL, WORK_MS);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
