// SPDX-License-Identifier: GPL-2.0
/*
 * What was refused: calls that programs made but their table lacks, and the
 * rest, which is rare.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <abimux/policy.h>
#include <bpf/bpf.h>

#include "command.h"
#include "compiler.h"
#include "error.h"
#include "hints.h"
#include "names.h"
#include "output.h"
#include "pins.h"
#include "refusals.h"

static const char *reason_word(__u32 reason)
{
	static const char *const words[] = {
		[ABIMUX_REFUSED_MISSING] = "missing",
		[ABIMUX_REFUSED_ENTRY] = "entry",
		[ABIMUX_REFUSED_GARBAGE] = "garbage",
		[ABIMUX_REFUSED_STEPS] = "steps",
		[ABIMUX_REFUSED_TABLE] = "no-table",
		[ABIMUX_REFUSED_MACHINE] = "machine",
		[ABIMUX_REFUSED_EXEC] = "exec-op",
		[ABIMUX_REFUSED_FORMAT] = "no-rule",
		[ABIMUX_REFUSED_OVERLAYS] = "overlays",
		[ABIMUX_REFUSED_BRAND] = "brand",
	};

	return reason < ARRAY_SIZE(words) && words[reason] ? words[reason] :
							     "unknown";
}

static json_t *row_json(const struct abimux_refusal *key, __u64 count)
{
	char table[ABIMUX_NAME_LEN + 1], comm[ABIMUX_COMM_LEN + 1];
	int names;
	json_t *row;

	snprintf(table, sizeof(table), "%.*s", ABIMUX_NAME_LEN, key->table);
	snprintf(comm, sizeof(comm), "%.*s", ABIMUX_COMM_LEN, key->comm);
	names = names_open(table);
	row = json_pack("{s:s, s:I, s:o, s:I, s:o, s:s}", "table", table,
			"number", (json_int_t)key->nr, "name",
			names_get(names, key->nr), "count", (json_int_t)count,
			"program", json_string(comm) ?: json_string("?"),
			"reason", reason_word(key->reason));
	if (names >= 0)
		close(names);
	return row;
}

static int by_count(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	json_int_t m = json_integer_value(json_object_get(x, "count"));
	json_int_t n = json_integer_value(json_object_get(y, "count"));

	return (m < n) - (m > n);
}

/**
 * rows_by_count - sort rows, what happened most often first
 * @rows: an array of objects with "count"; goes
 *
 * Return: another array.
 */
json_t *rows_by_count(json_t *rows)
{
	size_t count = json_array_size(rows);
	json_t **list = calloc(count ?: 1, sizeof(*list)),
	       *result = json_array();

	for (size_t i = 0; list && i < count; i++)
		list[i] = json_array_get(rows, i);
	if (list)
		qsort(list, count, sizeof(*list), by_count);
	for (size_t i = 0; list && i < count; i++)
		json_array_append(result, list[i]);
	free(list);
	json_decref(rows);
	return result;
}

/**
 * refusals - what was refused, what happened most often first
 * @name: the pinned map, missing or refused
 *
 * Return: an array of objects; an empty one if there is no such map.
 */
json_t *refusals(const char *name)
{
	int map = pin_get("%s", name);
	struct abimux_refusal key, *last = NULL;
	json_t *rows = json_array();
	__u64 count;

	while (!bpf_map_get_next_key(map, last, &key)) {
		last = &key;
		if (!bpf_map_lookup_elem(map, &key, &count))
			json_array_append_new(rows, row_json(&key, count));
	}
	if (map >= 0)
		close(map);
	return rows_by_count(rows);
}

/* Always the first key: the one before it is gone. */
static void clear(int map)
{
	struct abimux_refusal key;

	while (!bpf_map_get_next_key(map, NULL, &key)) {
		if (bpf_map_delete_elem(map, &key))
			break;
	}
}

int cmd_missing(const struct args *args, json_t **result)
{
	int map = pin_get("missing");

	if (map < 0)
		return fail_errno(map, HINT_LOAD, "open map missing");
	*result = refusals("missing");
	if (args->opt[OPT_CLEAR])
		clear(map);
	close(map);
	return ST_OK;
}

void print_missing(const json_t *result)
{
	static const struct column columns[] = {
		{ "table", "TABLE" },	  { "number", "NUMBER" },
		{ "name", "NAME" },	  { "count", "COUNT" },
		{ "program", "PROGRAM" }, {}
	};

	if (json_array_size(result))
		print_rows(result, columns);
	else
		printf("no program made a call that its table lacks\n");
}
