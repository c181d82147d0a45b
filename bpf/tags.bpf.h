/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Map `tags`: what a policy wrote about each task, for the core and for people.
 */
#ifndef TAGS_BPF_H
#define TAGS_BPF_H

#include "abimux.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct abimux_tag);
} tags SEC(".maps");

#endif /* TAGS_BPF_H */
