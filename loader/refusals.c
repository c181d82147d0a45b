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
#include "tally.h"

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

_Static_assert(sizeof(struct abimux_refusal) <= TALLY_KEY_MAX, "key");

static json_t *row_json(const void *at, __u64 count)
{
	const struct abimux_refusal *key = at;
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

/**
 * refusals - what was refused, what happened most often first
 * @name: the pinned map, missing or refused
 *
 * Return: an array of objects; an empty one if there is no such map.
 */
json_t *refusals(const char *name)
{
	int map = pin_get("%s", name);
	json_t *rows = tally_rows(map, row_json);

	if (map >= 0)
		close(map);
	return rows;
}

int cmd_missing(const struct args *args, json_t **result)
{
	int map = pin_get("missing");

	if (map < 0)
		return fail_errno(map, HINT_LOAD, "open map missing");
	*result = refusals("missing");
	if (args->opt[OPT_CLEAR])
		tally_clear(map);
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
