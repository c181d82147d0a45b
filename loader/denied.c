// SPDX-License-Identifier: GPL-2.0
/*
 * What overlays did not let pass.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <abimux/policy.h>
#include <bpf/bpf.h>

#include "command.h"
#include "error.h"
#include "hints.h"
#include "natives.h"
#include "output.h"
#include "ovlfile.h"
#include "pins.h"
#include "tally.h"

_Static_assert(sizeof(struct abimux_denial) <= TALLY_KEY_MAX, "key");

static json_t *row_json(const void *at, __u64 count)
{
	const struct abimux_denial *key = at;
	int native = key->i386 ? ABIMUX_NATIVE_I386 : ABIMUX_NATIVE_AMD64;
	const struct native_call *call = native_by_number(native, key->native);
	char overlay[ABIMUX_NAME_LEN + 1], comm[ABIMUX_COMM_LEN + 1];

	snprintf(overlay, sizeof(overlay), "%.*s", ABIMUX_NAME_LEN,
		 key->overlay);
	snprintf(comm, sizeof(comm), "%.*s", ABIMUX_COMM_LEN, key->comm);
	return json_pack(
		"{s:s, s:o, s:s?, s:I, s:s, s:s, s:I}", "overlay", overlay,
		"program", json_string(comm) ?: json_string("?"), "name",
		call ? call->name : NULL, "number", (json_int_t)key->native,
		"machine", key->i386 ? "i386" : "amd64", "answer",
		key->action == ABIMUX_NATIVE_LOG ? "run" :
						   ovl_action(key->action),
		"count", (json_int_t)count);
}

int cmd_denied(const struct args *args, json_t **result)
{
	int map = pin_get("maps/denied");

	if (map < 0)
		return fail_errno(map, HINT_LOAD, "open map denied");
	*result = tally_rows(map, row_json);
	if (args->opt[OPT_CLEAR])
		tally_clear(map);
	close(map);
	return ST_OK;
}

void print_denied(const json_t *result)
{
	static const struct column columns[] = {
		{ "overlay", "OVERLAY" }, { "program", "PROGRAM" },
		{ "name", "CALL" },	  { "number", "NUMBER" },
		{ "machine", "MACHINE" }, { "answer", "ANSWER" },
		{ "count", "COUNT" },	  {}
	};

	if (json_array_size(result))
		print_rows(result, columns);
	else
		printf("no overlay refused a call\n");
}
