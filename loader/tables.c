// SPDX-License-Identifier: GPL-2.0
/*
 * The commands for tables.
 */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <abimux/policy.h>
#include <bpf/bpf.h>

#include "command.h"
#include "error.h"
#include "hints.h"
#include "link.h"
#include "map.h"
#include "names.h"
#include "natives.h"
#include "output.h"
#include "rows.h"
#include "sources.h"
#include "table.h"

int cmd_table_list(const struct args *args, json_t **result)
{
	(void)args;
	return rows_tables(result);
}

void print_table_list(const json_t *result)
{
	static const struct column columns[] = {
		{ "name", "TABLE" },	  { "tasks", "TASKS" },
		{ "version", "VERSION" }, { "native", "NATIVE" },
		{ "number", "NUMBER" },	  { "args", "ARGS" },
		{ "error", "ERROR" },	  { "entries", "CALLS" },
		{ "ops", "OPS" },	  {}
	};

	print_rows(result, columns);
}

/**
 * struct shown - a table to be shown
 * @data: the table
 * @names: map with the names of its calls, or -1
 */
struct shown {
	struct abimux_table_data data;
	int names;
};

/* The order of arguments as a table's file has it; nothing if they stay. */
static void order_text(char text[2 * ABIMUX_NR_ARGS], __u32 order)
{
	*text = '\0';
	for (int i = 0; order != ABIMUX_ORDER_SAME && i < ABIMUX_NR_ARGS; i++) {
		unsigned int field = order >> (4 * i) & 0xf;

		*text++ = field == ABIMUX_ORDER_ZERO ? '-' : '0' + field;
		*text++ = i + 1 < ABIMUX_NR_ARGS ? ',' : '\0';
	}
}

static json_t *call_json(const struct shown *shown, __u32 nr)
{
	const struct abimux_entry *entry = &shown->data.entries[nr];
	const struct native_call *native = NULL;
	char order[2 * ABIMUX_NR_ARGS];

	if (entry->kind == ABIMUX_ENTRY_NATIVE ||
	    (entry->kind == ABIMUX_ENTRY_OP && entry->native))
		native = native_by_number(shown->data.convention.native,
					  entry->native);
	order_text(order, entry->order);
	return json_pack("{s:i, s:o, s:s, s:s?, s:s?}", "number", nr, "name",
			 names_get(shown->names, nr), "kind",
			 tbl_kind_words[entry->kind], "native",
			 native ? native->name : NULL, "order",
			 *order ? order : NULL);
}

static json_t *errnos_json(const struct abimux_table_data *data)
{
	json_t *map = json_object();

	for (int i = 1; i < ABIMUX_NR_ERRNO; i++) {
		const char *name = native_errno_name(i);

		if (data->errnos[i] && name)
			json_object_set_new(map, name,
					    json_integer(data->errnos[i]));
	}
	return map;
}

static json_t *shown_json(const struct shown *shown)
{
	const struct abimux_convention *convention = &shown->data.convention;
	json_t *calls = json_array();

	for (__u32 nr = 0; nr < ABIMUX_NR_CALLS; nr++) {
		json_t *call = call_json(shown, nr);

		if (shown->data.entries[nr].kind == ABIMUX_ENTRY_MISSING &&
		    json_is_null(json_object_get(call, "name")))
			json_decref(call);
		else
			json_array_append_new(calls, call);
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:o, s:o}", "name",
			 shown->data.name, "native",
			 tbl_native_words[convention->native], "number",
			 tbl_number_words[convention->number], "args",
			 tbl_args_words[convention->args], "stack",
			 convention->stack, "error",
			 tbl_error_words[convention->error], "errnos",
			 errnos_json(&shown->data), "calls", calls);
}

static json_t *native_json(const struct native_call *call)
{
	return json_pack("{s:i, s:s, s:s, s:s?, s:n}", "number", call->nr,
			 "name", call->name, "kind",
			 *call->entry ? "native" : "missing", "native",
			 *call->entry ? call->name : NULL, "order");
}

/* The table "linux" is no table of ours: it is the kernel's own. */
static json_t *linux_json(void)
{
	json_t *calls = json_array();
	const struct native_call *call;
	size_t count;

	for (call = native_calls(ABIMUX_NATIVE_AMD64, &count); count;
	     call++, count--)
		json_array_append_new(calls, native_json(call));
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:{}, s:o}", "name",
			 ABIMUX_NATIVE_TABLE, "native", "amd64", "number",
			 "rax", "args", "syscall", "stack", 0, "error",
			 "negative", "errnos", "calls", calls);
}

int cmd_table_show(const struct args *args, json_t **result)
{
	struct shown *shown;
	char dir[PIN_PATH_LEN];
	int status;

	if (!strcmp(args->argv[0], ABIMUX_NATIVE_TABLE)) {
		*result = linux_json();
		return ST_OK;
	}
	status = table_exists(args->argv[0]);
	if (status)
		return status;
	table_pin_path(dir, args->argv[0]);
	if (!pins_exist(dir))
		return fail(ST_NOT_FOUND, "bpftool struct_ops dump may show it",
			    "table '%s' was not loaded by abimux",
			    args->argv[0]);
	shown = calloc(1, sizeof(*shown));
	if (!shown)
		return fail_errno(ENOMEM, NULL, dir);
	status = table_current(args->argv[0], &shown->data);
	shown->names = names_open(args->argv[0]);
	if (!status)
		*result = shown_json(shown);
	if (shown->names >= 0)
		close(shown->names);
	free(shown);
	return status;
}

void print_table_show(const json_t *result)
{
	static const struct column fields[] = {
		{ "name", "table" },	{ "native", "native" },
		{ "number", "number" }, { "args", "args" },
		{ "error", "error" },	{}
	};
	static const struct column columns[] = {
		{ "number", "NUMBER" }, { "name", "NAME" },
		{ "kind", "KIND" },	{ "native", "NATIVE" },
		{ "order", "ORDER" },	{}
	};

	print_fields(result, fields);
	printf("%-10s  %zu differ\n\n", "errnos",
	       json_object_size(json_object_get(result, "errnos")));
	print_rows(json_object_get(result, "calls"), columns);
}

static json_t *checked_json(const struct tbl *tbl, const char *path)
{
	return json_pack("{s:s, s:s, s:i, s:i}", "file", path, "table",
			 tbl->data.name, "native",
			 tbl_entries(&tbl->data, ABIMUX_ENTRY_NATIVE), "op",
			 tbl_entries(&tbl->data, ABIMUX_ENTRY_OP));
}

int cmd_table_check(const struct args *args, json_t **result)
{
	struct tbl *tbl = malloc(sizeof(*tbl));
	json_t *files = json_array();
	char message[100];
	int status = tbl ? ST_OK : fail_errno(ENOMEM, NULL, "table");

	for (int i = 0; !status && i < args->argc; i++) {
		status = table_read(tbl, args->argv[i]);
		if (!status)
			json_array_append_new(files,
					      checked_json(tbl, args->argv[i]));
	}
	free(tbl);
	snprintf(message, sizeof(message), "%d files, all good", args->argc);
	if (status)
		json_decref(files);
	else
		*result = json_pack("{s:o, s:s}", "files", files, "message",
				    args->argc == 1 ? "good" : message);
	return status;
}

/**
 * struct fresh - a table that is being loaded
 * @tbl: the table
 * @pins: what was made of it
 */
struct fresh {
	struct tbl *tbl;
	struct pins pins;
};

static int prepare(struct fresh *fresh, const char *path)
{
	char *copy;
	int status;

	fresh->tbl = malloc(sizeof(*fresh->tbl));
	if (!fresh->tbl)
		return fail_errno(ENOMEM, NULL, path);
	status = table_read(fresh->tbl, path);
	if (status)
		return status;
	copy = strdup(path);
	if (!copy)
		return fail_errno(ENOMEM, NULL, path);
	status = table_register(fresh->tbl, dirname(copy), &fresh->pins, "");
	free(copy);
	return status;
}

static int commit(struct fresh *fresh)
{
	char dir[PIN_PATH_LEN];

	table_pin_path(dir, fresh->tbl->data.name);
	return pins_commit(&fresh->pins, dir);
}

/* All files are good and registered before the first of them is pinned. */
static int load_files(struct fresh *fresh, int count, char **paths,
		      json_t *names)
{
	int status = ST_OK, done;
	char dir[PIN_PATH_LEN];

	for (int i = 0; !status && i < count; i++)
		status = prepare(&fresh[i], paths[i]);
	for (done = 0; !status && done < count; done++) {
		json_array_append_new(names,
				      json_string(fresh[done].tbl->data.name));
		status = commit(&fresh[done]);
		if (!status)
			sources_keep("table", fresh[done].tbl->data.name, "",
				     paths[done]);
	}
	for (int i = 0; status && i < done - 1; i++) {
		table_pin_path(dir, fresh[i].tbl->data.name);
		pins_remove(dir);
	}
	return status;
}

static int can_replace(const struct tbl *tbl, const char *dir)
{
	const char *name = tbl->data.name;
	int status = table_exists(name);

	if (status)
		return status;
	if (!pins_exist(dir))
		return fail(ST_NOT_FOUND, "abimux replaces only what it loaded",
			    "table '%s' was not loaded by abimux", name);
	return ST_OK;
}

static int replace(struct fresh *fresh, const char *path)
{
	char dir[PIN_PATH_LEN], *copy = strdup(path);
	struct tbl *tbl = calloc(1, sizeof(*tbl));
	int status = ST_OK;

	fresh->tbl = tbl;
	if (!copy || !tbl)
		status = fail_errno(ENOMEM, NULL, path);
	if (!status)
		status = table_read(tbl, path);
	if (!status) {
		table_pin_path(dir, tbl->data.name);
		status = can_replace(tbl, dir);
	}
	if (!status)
		status = table_replace(tbl, dirname(copy), &fresh->pins,
				       dir + strlen(PINS) + 1);
	if (!status)
		status = pins_replace(&fresh->pins, dir);
	if (!status)
		sources_keep("table", tbl->data.name, "", path);
	free(copy);
	return status;
}

int cmd_table_replace(const struct args *args, json_t **result)
{
	struct fresh fresh = {};
	int status = pins_lock();

	if (!status) {
		pins_clean();
		status = replace(&fresh, args->argv[0]);
	}
	if (!status)
		*result = json_pack(
			"{s:s, s:s}", "table", fresh.tbl->data.name, "message",
			"replaced; tasks go over to it with their next call");
	pins_drop(&fresh.pins);
	free(fresh.tbl);
	return status;
}

int cmd_table_load(const struct args *args, json_t **result)
{
	struct fresh *fresh = calloc(args->argc, sizeof(*fresh));
	json_t *names = json_array();
	char message[100];
	int status = fresh ? pins_lock() : fail_errno(ENOMEM, NULL, "tables");

	if (!status) {
		pins_clean();
		status = load_files(fresh, args->argc, args->argv, names);
	}
	for (int i = 0; fresh && i < args->argc; i++) {
		pins_drop(&fresh[i].pins);
		free(fresh[i].tbl);
	}
	free(fresh);
	snprintf(message, sizeof(message), "loaded %d table%s", args->argc,
		 args->argc == 1 ? "" : "s");
	if (status)
		json_decref(names);
	else
		*result = json_pack("{s:o, s:s}", "tables", names, "message",
				    message);
	return status;
}

/* Rules that name the table: their programs are refused once it is gone. */
static json_t *rules_of(const char *table)
{
	int map = pin_get("formats");
	json_t *all = map < 0 ? json_array() : map_rules(map),
	       *found = json_array(), *rule;
	size_t i;

	json_array_foreach(all, i, rule)
	{
		if (!strcmp(json_string_value(json_object_get(rule, "table")),
			    table))
			json_array_append(found,
					  json_object_get(rule, "format"));
	}
	json_decref(all);
	if (map >= 0)
		close(map);
	return found;
}

int cmd_table_unload(const struct args *args, json_t **result)
{
	char dir[PIN_PATH_LEN], message[200];
	json_t *orphans;
	int status;

	status = pins_lock() ?: table_exists(args->argv[0]);
	if (status)
		return status;
	table_pin_path(dir, args->argv[0]);
	status = link_remove(&opsmap_table, args->argv[0], dir);
	if (status)
		return status;
	orphans = rules_of(args->argv[0]);
	snprintf(message, sizeof(message), "unloaded; tasks keep it%s",
		 json_array_size(orphans) ?
			 ", new programs whose rules name it are refused" :
			 "");
	*result = json_pack("{s:s, s:o, s:s}", "table", args->argv[0], "rules",
			    orphans, "message", message);
	return ST_OK;
}
