// SPDX-License-Identifier: GPL-2.0
/*
 * Holds the kernel up: work on a cgroup, until a program "forker" is about to put a
 * child of its own into one; that, until a program "go-on" is started and the work has
 * had time to end. Once.
 */
#include "abimux.bpf.h"

#define NSEC_PER_MSEC 1000000ULL
#define MOST_MS 6000
#define WORK_MS 500
#define MOST_ROUNDS 100

#ifndef BPF_MAX_LOOPS
#define BPF_MAX_LOOPS (8 * 1024 * 1024)
#endif

static volatile bool waits, late, released;

static bool is_program(const char *name)
{
	char comm[8] = {};

	bpf_get_current_comm(comm, sizeof(comm));
	return !bpf_strncmp(comm, sizeof(comm), name);
}

static void spin(u32 ms, const volatile bool *until)
{
	u64 end = bpf_ktime_get_ns() + ms * NSEC_PER_MSEC;
	int i;

	bpf_for(i, 0, MOST_ROUNDS)
		bpf_repeat(BPF_MAX_LOOPS)
		{
			if ((until && *until) || bpf_ktime_get_ns() > end)
				return;
		}
}

SEC("fentry/bpf_cgroup_from_id")
int BPF_PROG(work)
{
	waits = true;
	spin(MOST_MS, &late);
	return 0;
}

SEC("fentry/sched_post_fork")
int BPF_PROG(fork)
{
	if (late || !is_program("forker"))
		return 0;
	spin(MOST_MS, &waits);
	late = true;
	spin(MOST_MS, &released);
	spin(WORK_MS, NULL);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(started)
{
	if (is_program("go-on"))
		released = true;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
