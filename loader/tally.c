// SPDX-License-Identifier: GPL-2.0
/*
 * Maps in which BPF programs count what happened: their keys say what.
 */
#include <bpf/bpf.h>

#include "rates.h"
#include "tally.h"

/**
 * tally_rows - what was counted, what happened most often first
 * @map: the map; one that is not there has nothing in it
 * @row: makes an object with "count" of a key and its count
 *
 * Return: an array of objects.
 */
json_t *tally_rows(int map, tally_row *row)
{
	char key[TALLY_KEY_MAX] __attribute__((aligned(8)));
	json_t *rows = json_array(), *sorted;
	void *last = NULL;
	__u64 count;

	while (!bpf_map_get_next_key(map, last, key)) {
		last = key;
		if (!bpf_map_lookup_elem(map, key, &count))
			json_array_append_new(rows, row(key, count));
	}
	sorted = rates_sorted(rows, "count");
	json_decref(rows);
	return sorted;
}

/**
 * tally_clear - forget what was counted
 * @map: the map
 */
void tally_clear(int map)
{
	char key[TALLY_KEY_MAX] __attribute__((aligned(8)));

	/* Always the first key: the one before it is gone. */
	while (!bpf_map_get_next_key(map, NULL, key)) {
		if (bpf_map_delete_elem(map, key))
			break;
	}
}
