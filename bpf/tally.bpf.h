/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Maps in which is counted what happened: their keys say what.
 */
#ifndef TALLY_BPF_H
#define TALLY_BPF_H

#include "abimux.bpf.h"

/* Once more. Of a map that is full what was not seen for longest goes. */
static inline void count(void *map, const void *key)
{
	u64 one = 1, *seen;

	seen = bpf_map_lookup_elem(map, key);
	if (!seen && !bpf_map_update_elem(map, key, &one, BPF_NOEXIST))
		return;
	if (!seen)
		seen = bpf_map_lookup_elem(map, key);
	if (seen)
		__sync_fetch_and_add(seen, 1);
}

#endif /* TALLY_BPF_H */
