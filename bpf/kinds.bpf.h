/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which kinds of rules there may be that hold for plain native programs, too: most
 * machines have none, and need not look any up.
 *
 * A kind is known before its first rule is in the maps, whoever writes it there. It
 * is forgotten with the policy only: one too many costs time, one too few a rule.
 */
#ifndef KINDS_BPF_H
#define KINDS_BPF_H

#include "choice.bpf.h"
#include "rules.bpf.h"

#define ALL_KINDS ~0ULL
#define KIND(kind) (1ULL << (kind))

/* Those that were found in the maps, looked for by the first exec, and new ones. */
static u64 kinds_found = ALL_KINDS;
static u64 kinds_added;

/* Return: the bit of a rule's kind, 0 if it is for no plain program. */
static u64 kind_of(const struct abimux_format *format)
{
	switch (format->kind) {
	case ABIMUX_FORMAT_MAGIC:
		return 0;
	case ABIMUX_FORMAT_ELF_OSABI:
		return is_native_osabi(format->value) ? KIND(format->kind) : 0;
	case ABIMUX_FORMAT_ELF_NOTE:
		return is_native_note(format) ? KIND(format->kind) : 0;
	}
	return format->kind < 64 ? KIND(format->kind) : ALL_KINDS;
}

static long find_kind(struct bpf_map *map, struct abimux_format *format,
		      void *value, u64 *kinds)
{
	*kinds |= kind_of(format);
	return 0;
}

static void find_kinds(void)
{
	u64 kinds = 0;

	bpf_for_each_map_elem(&formats, find_kind, &kinds, 0);
	bpf_for_each_map_elem(&overlays, find_kind, &kinds, 0);
	kinds_found = kinds;
}

/* Return: a bit for each kind; all of them before find_kinds(). */
static u64 kinds_there_are(void)
{
	return kinds_found | kinds_added;
}

static bool may_have(u16 kind)
{
	return kinds_there_are() & KIND(kind);
}

/* A map whose keys are ours, or one that could not be looked at. */
static bool has_formats(u32 fd)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct file **files = BPF_CORE_READ(task, files, fdt, fd);
	struct file *file = NULL;
	struct bpf_map *map;

	bpf_probe_read_kernel(&file, sizeof(file), files + fd);
	if (!file)
		return true;
	map = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(map, key_size) == sizeof(struct abimux_format);
}

/*
 * Somebody is about to write into a map. It has to be attached before a program that
 * decides anything is, and so it is the first one of its object.
 */
SEC("lsm.s/bpf")
int BPF_PROG(rules_change, int cmd, union bpf_attr *attr, unsigned int size,
	     int ret)
{
	struct abimux_format format;
	u64 kinds = ALL_KINDS;

	if (cmd == BPF_MAP_UPDATE_BATCH)
		kinds = has_formats(attr->batch.map_fd) ? ALL_KINDS : 0;
	else if (cmd != BPF_MAP_UPDATE_ELEM || !has_formats(attr->map_fd))
		kinds = 0;
	else if (!bpf_copy_from_user(&format, sizeof(format),
				     (void *)attr->key))
		kinds = kind_of(&format);
	if (kinds)
		__sync_fetch_and_or(&kinds_added, kinds);
	return ret;
}

#endif /* KINDS_BPF_H */
