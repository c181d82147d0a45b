/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The end of an exec, which is the same in every policy: what was chosen becomes the
 * task's tag.
 */
#ifndef POLICY_BPF_H
#define POLICY_BPF_H

#include "choice.bpf.h"

SEC("lsm.s/bprm_committed_creds")
int BPF_PROG(commit, struct linux_binprm *bprm)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct abimux_tag *tag = tag_of(task);
	struct choice *choice = tag ? choice_of(task) : NULL;

	if (choice)
		write_tag(tag, choice);
	return 0;
}

/* For a policy that decides about every program. Return: its choice, or NULL. */
static inline struct choice *new_choice(struct task_struct *task)
{
	if (!bpf_task_storage_get(&tags, task, NULL,
				  BPF_LOCAL_STORAGE_GET_F_CREATE))
		return NULL;
	return bpf_task_storage_get(&choices, task, NULL,
				    BPF_LOCAL_STORAGE_GET_F_CREATE);
}

#endif /* POLICY_BPF_H */
