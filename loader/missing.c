// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that programs made but their table lacks.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <abimux/policy.h>
#include <bpf/bpf.h>

#include "command.h"
#include "error.h"
#include "hints.h"
#include "output.h"
#include "pins.h"

static json_t *name_of(const char *table, __u32 nr)
{
	char dir[PIN_PATH_LEN];
	struct abimux_name name;
	json_t *text = json_null();
	int map;

	table_pin_path(dir, table);
	map = pin_get("%s/names", dir + strlen(PINS) + 1);
	if (map < 0)
		return text;
	if (!bpf_map_lookup_elem(map, &nr, &name))
		text = json_string(name.name);
	close(map);
	return text;
}

static json_t *row_json(const struct abimux_refusal *key, __u64 count)
{
	char table[ABIMUX_NAME_LEN + 1], comm[ABIMUX_COMM_LEN + 1];

	snprintf(table, sizeof(table), "%.*s", ABIMUX_NAME_LEN, key->table);
	snprintf(comm, sizeof(comm), "%.*s", ABIMUX_COMM_LEN, key->comm);
	return json_pack("{s:s, s:I, s:o, s:I, s:o}", "table", table, "number",
			 (json_int_t)key->nr, "name", name_of(table, key->nr),
			 "count", (json_int_t)count, "program",
			 json_string(comm) ?: json_string("?"));
}

static int by_count(const void *a, const void *b)
{
	json_int_t x = json_integer_value(
		json_object_get(*(json_t *const *)a, "count"));
	json_int_t y = json_integer_value(
		json_object_get(*(json_t *const *)b, "count"));

	return (x < y) - (x > y);
}

static json_t *sorted(json_t *rows)
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

static json_t *read_all(int map)
{
	struct abimux_refusal key, *last = NULL;
	json_t *rows = json_array();
	__u64 count;

	while (!bpf_map_get_next_key(map, last, &key)) {
		last = &key;
		if (!bpf_map_lookup_elem(map, &key, &count))
			json_array_append_new(rows, row_json(&key, count));
	}
	return sorted(rows);
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
	*result = read_all(map);
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
