// SPDX-License-Identifier: GPL-2.0
/*
 * All of abimux at once: load, unload, status.
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "command.h"
#include "compiler.h"
#include "error.h"
#include "hints.h"
#include "keeper.h"
#include "map.h"
#include "object.h"
#include "observe.h"
#include "output.h"
#include "pins.h"
#include "policy.h"
#include "refusals.h"
#include "rows.h"
#include "setup.h"
#include "sources.h"
#include "stat.h"
#include "table.h"

/* Leaves room for the name of a file in PIN_PATH_LEN. */
#define MAX_DIR_LEN 128

/**
 * struct loading - a load under way
 * @dir: where objects, tables and rules come from
 * @file: the policy's, or NULL for the usual one
 * @fill: loads something else than the tables and rules of @dir, or NULL
 * @ctx: for @fill
 * @pins: what was made so far; it goes with them
 * @policy: the policy's object
 * @guard: the guard's links
 * @tables: names of the tables
 * @rules: number of rules
 */
struct loading {
	const char *dir;
	const char *file;
	int (*fill)(void *ctx);
	void *ctx;
	struct pins pins;
	struct bpf_object *policy;
	struct pins guard;
	json_t *tables;
	int rules;
};

/* What all objects share is there whatever of it another policy has. */
static int load_maps(struct loading *loading)
{
	struct bpf_object *maps;
	int status = object_load_maps(&maps, loading->dir, POLICY_NAME);

	if (!status)
		status = object_share_maps(maps, &loading->pins);
	bpf_object__close(maps);
	return status;
}

static int load_usual(struct loading *loading)
{
	int status = object_load(&loading->policy, loading->dir, POLICY_NAME);

	return status ?: object_share_maps(loading->policy, &loading->pins);
}

/* From now on all is found as if it were pinned. */
static int load_policy(struct loading *loading)
{
	char path[PIN_PATH_LEN] = POLICY_FILE;
	int status = loading->file ? load_maps(loading) : load_usual(loading);

	if (!status)
		status = sources_make(&loading->pins);
	if (status)
		return status;
	pins_begin(&loading->pins);
	if (loading->file)
		status = policy_open(&loading->policy, loading->file);
	else
		snprintf(path, sizeof(path), "%s/" POLICY_NAME, loading->dir);
	if (!status)
		policy_keep_source(loading->file	      ?:
					   access(path, R_OK) ? POLICY_FILE :
								path);
	return status;
}

static int load_table(struct loading *loading, const char *path)
{
	struct tbl *tbl = malloc(sizeof(*tbl));
	char prefix[PIN_PATH_LEN];
	int status;

	if (!tbl)
		return fail_errno(ENOMEM, NULL, path);
	status = table_read(tbl, path);
	if (!status) {
		table_pin_path(prefix, tbl->data.name);
		strcat(prefix, "/");
		status = table_register(tbl, loading->dir, &loading->pins,
					prefix + strlen(PINS) + 1);
	}
	if (!status)
		json_array_append_new(loading->tables,
				      json_string(tbl->data.name));
	if (!status)
		sources_keep("table", tbl->data.name, "", path);
	free(tbl);
	return status;
}

static int load_tables(struct loading *loading)
{
	char pattern[PIN_PATH_LEN];
	int status = ST_OK;
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/*.tbl", loading->dir);
	if (glob(pattern, 0, NULL, &found))
		return ST_OK;
	for (size_t i = 0; !status && i < found.gl_pathc; i++)
		status = load_table(loading, found.gl_pathv[i]);
	globfree(&found);
	return status;
}

static bool is_loaded(const char *table, void *ctx)
{
	struct loading *loading = ctx;
	json_t *name;
	size_t i;

	json_array_foreach(loading->tables, i, name)
	{
		if (!strcmp(json_string_value(name), table))
			return true;
	}
	return !strcmp(table, ABIMUX_NATIVE_TABLE);
}

static int map_fd(const struct loading *loading, const char *name)
{
	return bpf_object__find_map_fd_by_name(loading->policy, name);
}

static int load_rules(struct loading *loading)
{
	struct rule_maps maps = {
		.formats = map_fd(loading, "formats"),
		.places = map_fd(loading, "places"),
	};
	char path[PIN_PATH_LEN];

	snprintf(path, sizeof(path), "%s/formats.conf", loading->dir);
	return map_load_file(&maps, path, is_loaded, loading, &loading->rules);
}

static int fill(struct loading *loading)
{
	if (loading->fill)
		return loading->fill(loading->ctx);
	return load_tables(loading) ?: load_rules(loading);
}

/* Iterators stand at the top, whatever else an object has below it. */
static int load_other(struct loading *loading, const char *name)
{
	struct bpf_object *object;
	int status;

	status = object_load(&object, loading->dir, name);
	if (status)
		return status;
	status = object_pin_maps(object, &loading->pins, "");
	if (!status)
		status = object_attach(object, &loading->pins, PINS_OTHERS "/");
	bpf_object__close(object);
	return status;
}

static int load_others(struct loading *loading)
{
	static const char *const names[] = { "tasks.bpf.o",    "tables.bpf.o",
					     "overlays.bpf.o", "denied.bpf.o",
					     "execs.bpf.o",    "joined.bpf.o" };
	int status = ST_OK;

	for (size_t i = 0; !status && i < ARRAY_SIZE(names); i++)
		status = load_other(loading, names[i]);
	return status;
}

/* It has to be attached before the policy is, see guard.bpf.c. */
static int load_guard(struct loading *loading)
{
	struct bpf_object *object;
	int status = object_load(&object, loading->dir, "guard.bpf.o");

	if (status)
		return status;
	status = object_attach(object, &loading->guard, "");
	bpf_object__close(object);
	return status;
}

static int attach_policy(struct loading *loading)
{
	return policy_attach(loading->policy, &loading->pins, &loading->pins,
			     "programs/");
}

/*
 * The guard first: alone it refuses too much for a moment, without it too little
 * would be refused for as long as nobody loads again. One that was left by an
 * unload goes.
 */
static int pin_all(struct loading *loading)
{
	bool guarded = pins_exist(GUARD);
	int status = pins_exchange(&loading->guard, GUARD);

	if (status)
		return status;
	pins_clean();
	status = pins_commit(&loading->pins, PINS);
	if (status && !guarded)
		pins_remove(GUARD);
	return status;
}

/*
 * Nothing has a name in the file system before all is there, and everything
 * goes with this process until then. What decides about programs comes last.
 */
static int load_all(struct loading *loading)
{
	static int (*const steps[])(struct loading *) = {
		load_policy, load_others,   fill,
		load_guard,  attach_policy, pin_all,
	};
	int status;

	keeper_start();
	status = pins_lock();
	if (!status && pins_exist(PINS))
		status = fail(ST_EXISTS, HINT_LOADED, "already loaded");
	if (!status) {
		pins_clean();
		keeper_begin();
	}
	for (size_t i = 0; !status && i < ARRAY_SIZE(steps); i++)
		status = steps[i](loading);
	bpf_object__close(loading->policy);
	pins_drop(&loading->pins);
	pins_drop(&loading->guard);
	keeper_end();
	return status;
}

/**
 * setup_load - load policy and guard, and what somebody else has to say
 * @policy: the policy's file, or NULL for the usual one
 * @fill: loads tables, overlays and rules, by the same functions as if the policy
 *	were loaded; what it makes appears when all is there, together with the
 *	policy, and goes if anything fails
 * @ctx: for @fill
 *
 * Return: ST_OK, or another exit code; nothing is loaded then.
 */
int setup_load(const char *policy, int (*fill)(void *ctx), void *ctx)
{
	struct loading loading = {
		.dir = OBJECT_DIR, .file = policy, .fill = fill, .ctx = ctx
	};

	return load_all(&loading);
}

int cmd_load(const struct args *args, json_t **result)
{
	struct loading loading = { .dir = args->opt[OPT_DIR] ?: OBJECT_DIR };
	char message[100];
	int status;

	if (strlen(loading.dir) > MAX_DIR_LEN)
		return fail(ST_USAGE, NULL, "the name of DIR is too long");
	if (access(loading.dir, R_OK | X_OK))
		return fail_errno(errno, HINT_OBJECTS, loading.dir);
	loading.tables = json_array();
	status = load_all(&loading);
	if (status) {
		json_decref(loading.tables);
		return status;
	}
	snprintf(message, sizeof(message),
		 "loaded: the policy, %zu tables, %d rules",
		 json_array_size(loading.tables), loading.rules);
	*result = json_pack("{s:o, s:o, s:i, s:s}", "policy", policy_name(),
			    "tables", loading.tables, "rules", loading.rules,
			    "message", message);
	return ST_OK;
}

/* Also after an unload that left only the guard. */
static int unload_all(bool loaded, bool guard)
{
	int status;

	keeper_begin();
	status = loaded ? policy_remove_all() : ST_OK;
	if (!status && guard)
		status = pins_remove(GUARD);
	keeper_end();
	return status;
}

int cmd_unload(const struct args *args, json_t **result)
{
	bool all = args->opt[OPT_ALL], guard, loaded;
	char message[160];
	json_t *tables;
	int status;

	keeper_start();
	status = pins_lock();
	if (status)
		return status;
	pins_clean();
	guard = pins_exist(GUARD);
	loaded = pins_exist(PINS);
	status = all && guard ? ST_OK : pins_need_loaded();
	if (status)
		return status;
	tables = table_pinned();
	status = unload_all(loaded, all && guard);
	snprintf(
		message, sizeof(message),
		"unloaded: policy and %zu tables; tasks keep theirs%s",
		json_array_size(tables),
		guard && !all ?
			"; foreign programs are still refused (--all: no more)" :
			"");
	if (status)
		json_decref(tables);
	else
		*result = json_pack("{s:o, s:b, s:s}", "tables", tables,
				    "guard", guard && !all, "message", message);
	return status;
}

static json_t *rules(void)
{
	int map = pin_get("formats");
	json_t *list = map < 0 ? json_array() : map_rules(map);

	if (map >= 0)
		close(map);
	return list;
}

/* Whether and where the kernel asks. */
static json_t *hooks(void)
{
	json_t *names = json_array();

	if (kernel_has_hook())
		json_array_append_new(names, json_string("core"));
	if (kernel_has_lsm() == YES)
		json_array_append_new(names, json_string("lsm"));
	return names;
}

/* Who looks at calls now: programs that go with a process, or are pinned. */
static void add_observers(json_t *status)
{
	json_t *counted = stat_state();

	json_object_set_new(status, "counting",
			    json_boolean(!json_is_null(counted)));
	json_object_set_new(status, "counted", counted);
	json_object_set_new(status, "counters",
			    json_integer(observer_programs("count_enter")));
	json_object_set_new(status, "tracers",
			    json_integer(observer_programs("trace_enter")));
}

static int loaded_status(json_t *result)
{
	json_t *tables, *overlays;
	int status = rows_tables(&tables);

	if (status)
		return status;
	json_object_set_new(result, "policy", policy_name());
	json_object_set_new(result, "programs", policy_programs());
	json_object_set_new(result, "others", pinned_names(PINS_OTHERS));
	json_object_set_new(result, "tables", tables);
	json_object_set_new(result, "rules", rules());
	json_object_set_new(result, "refused", refusals("refused"));
	add_observers(result);
	status = rows_overlays(&overlays);
	if (!status)
		json_object_set_new(result, "overlays", overlays);
	return status;
}

int cmd_status(const struct args *args, json_t **result)
{
	struct utsname kernel;
	json_t *all;
	int status = ST_OK;

	(void)args;
	uname(&kernel);
	all = json_pack("{s:b, s:s, s:o, s:o}", "loaded", pins_exist(PINS),
			"kernel", kernel.release, "hooks", hooks(), "guard",
			guard_programs());
	if (pins_exist(PINS))
		status = loaded_status(all);
	if (status)
		json_decref(all);
	else
		*result = all;
	return status;
}

static void print_some(const json_t *rows, const struct column *columns)
{
	if (!json_array_size(rows))
		return;
	printf("\n");
	print_rows(rows, columns);
}

void print_status(const json_t *result)
{
	static const struct column fields[] = { { "loaded", "loaded" },
						{ "kernel", "kernel" },
						{ "hooks", "hooks" },
						{ "guard", "guard" },
						{ "policy", "policy" },
						{ "programs", "programs" },
						{ "others", "others" },
						{ "counting", "counting" },
						{ "counters", "counters" },
						{ "tracers", "tracers" },
						{} };
	static const struct column refused[] = {
		{ "program", "REFUSED" }, { "reason", "REASON" },
		{ "table", "TABLE" },	  { "number", "NUMBER" },
		{ "count", "COUNT" },	  {}
	};
	static const struct column overlays[] = { { "name", "OVERLAY" },
						  { "order", "ORDER" },
						  { "tasks", "TASKS" },
						  { "table", "TABLE" },
						  {} };

	print_fields(result, fields);
	if (!json_is_true(json_object_get(result, "loaded"))) {
		printf("\nabimux load loads the policy and the tables.\n");
		return;
	}
	printf("\n");
	print_table_list(json_object_get(result, "tables"));
	print_some(json_object_get(result, "overlays"), overlays);
	printf("\n");
	print_map_list(json_object_get(result, "rules"));
	print_some(json_object_get(result, "refused"), refused);
}
