/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a policy decides about an exec, and the maps in which it does: what every
 * policy has, and the guard looks at.
 */
#ifndef CHOICE_BPF_H
#define CHOICE_BPF_H

#include "plain.bpf.h"
#include "refused.bpf.h"
#include "tags.bpf.h"

/* A policy has decided, in this very exec. */
#define CHOICE_MADE 1
/* The guard has seen that it did. */
#define CHOICE_SEEN 2

/**
 * struct choice - what was decided for a program that is not yet tagged
 * @table: name of its table
 * @format: by which it was chosen
 * @overlays: what lies over it
 * @brand: what the file's brand says
 * @refused: whether the program may not run after all
 * @bad_brand: 0, or why the brand cannot be followed
 * @state: how far this exec is: 0, CHOICE_MADE or CHOICE_SEEN
 * @chosen: whether @table and @format are
 * @crowded: whether more overlays were found than one program can have
 */
struct choice {
	char table[ABIMUX_NAME_LEN];
	struct abimux_format format;
	struct abimux_overlays overlays;
	char brand[ABIMUX_NAME_LEN];
	u32 bad_brand;
	u32 state;
	bool refused;
	bool chosen;
	bool crowded;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct choice);
} choices SEC(".maps");

/*
 * What there is of a task, or NULL: a native one that was never anything else has
 * nothing, and is asked for without a call.
 */
static inline struct abimux_tag *tag_of(struct task_struct *task)
{
	return task->bpf_storage ? bpf_task_storage_get(&tags, task, NULL, 0) :
				   NULL;
}

static inline struct choice *choice_of(struct task_struct *task)
{
	return task->bpf_storage ?
		       bpf_task_storage_get(&choices, task, NULL, 0) :
		       NULL;
}

/* An exec was refused; the file is told by its last name. Return: the errno. */
static inline int refuse(struct linux_binprm *bprm, const char *table,
			 int reason)
{
	struct abimux_refusal key = { .reason = reason };
	const unsigned char *name =
		BPF_CORE_READ(bprm, file, f_path.dentry, d_name.name);

	bpf_probe_read_kernel_str(key.table, sizeof(key.table), table);
	bpf_probe_read_kernel_str(key.comm, sizeof(key.comm), name);
	count(&refused, &key);
	return -ENOEXEC;
}

/* The old program is gone. What was forced was so for this exec only. */
static inline void write_tag(struct abimux_tag *tag,
			     const struct choice *choice)
{
	__builtin_memcpy(tag->table, choice->table, sizeof(tag->table));
	tag->format = choice->format;
	__builtin_memcpy(tag->overlays, choice->overlays.id,
			 sizeof(tag->overlays));
	tag->flags = ABIMUX_TAG_FRESH;
}

#endif /* CHOICE_BPF_H */
