/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Maps `formats`, `overlays` and `places`: the rules by which programs get their
 * tables and what lies over them. They can be changed at any time, and outlive
 * policies.
 */
#ifndef RULES_BPF_H
#define RULES_BPF_H

#include "abimux.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ABIMUX_MAX_RULES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct abimux_format);
	__type(value, struct abimux_rule);
} formats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct abimux_format);
	__type(value, struct abimux_overlays);
} overlays SEC(".maps");

/* For people: the paths that rules were given by. Nothing is decided by it. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 512);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct abimux_format);
	__type(value, struct abimux_place);
} places SEC(".maps");

#endif /* RULES_BPF_H */
