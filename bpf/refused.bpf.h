/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Maps `missing` and `refused`: what could not be done for a program.
 */
#ifndef REFUSED_BPF_H
#define REFUSED_BPF_H

#include "tally.bpf.h"

/* Calls that a table has not. Bounded: what was not seen for longest goes. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct abimux_refusal);
	__type(value, u64);
} missing SEC(".maps");

/* Everything else that was refused, by reason. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct abimux_refusal);
	__type(value, u64);
} refused SEC(".maps");

#endif /* REFUSED_BPF_H */
