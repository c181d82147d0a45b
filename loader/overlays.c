// SPDX-License-Identifier: GPL-2.0
/*
 * The commands for overlays.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <abimux/policy.h>

#include "command.h"
#include "compiler.h"
#include "error.h"
#include "hints.h"
#include "keys.h"
#include "link.h"
#include "natives.h"
#include "output.h"
#include "overlay.h"
#include "rows.h"
#include "sources.h"

/* What is warned of. */
#define NO_EXECVE \
	"execve is refused: who becomes that user or comes into that cgroup, as su does, cannot start a program then"
#define POLLED \
	"process %d has a ring with a thread that polls it (IORING_SETUP_SQPOLL): what that starts is no call and goes on; end the process to stop it"

/* A number that no call has: what becomes of it becomes of all others. */
#define NO_CALL (ABIMUX_NR_NATIVE_CALLS - 1)

static json_t *row_json(json_t *row)
{
	json_t *id = json_object_get(row, "id");
	json_int_t others = json_integer_value(json_object_get(row, "others"));

	json_object_set_new(row, "others", json_string(ovl_action(others)));
	json_object_set_new(row, "keys", keys_of(json_integer_value(id)));
	return row;
}

int cmd_overlay_list(const struct args *args, json_t **result)
{
	json_t *rows, *row;
	int status = rows_overlays(&rows);
	size_t i;

	(void)args;
	if (status)
		return status;
	json_array_foreach(rows, i, row) row_json(row);
	*result = rows;
	return ST_OK;
}

void print_overlay_list(const json_t *result)
{
	static const struct column columns[] = { { "name", "OVERLAY" },
						 { "order", "ORDER" },
						 { "tasks", "TASKS" },
						 { "table", "TABLE" },
						 { "refuses", "LISTED" },
						 { "others", "OTHERS" },
						 { "ops", "OPS" },
						 { "keys", "KEYS" },
						 {} };

	if (json_array_size(result))
		print_rows(result, columns);
	else
		printf("no overlays: abimux overlay load FILE loads one\n");
}

/* What becomes of a call on one machine, or NULL if that has none of the name. */
static const char *action_of(const struct abimux_overlay_data *data, int native,
			     const char *name)
{
	const struct native_call *call = native_named(native, name);

	if (!call || call->nr >= ABIMUX_NR_NATIVE_CALLS)
		return NULL;
	return ovl_action(native == ABIMUX_NATIVE_I386 ? data->i386[call->nr] :
							 data->amd64[call->nr]);
}

static void add_call(json_t *calls, const struct abimux_overlay_data *data,
		     const char *name)
{
	const char *others = ovl_action(data->amd64[NO_CALL]);
	const char *amd64 = action_of(data, ABIMUX_NATIVE_AMD64, name);
	const char *i386 = action_of(data, ABIMUX_NATIVE_I386, name);

	if (strcmp(amd64 ?: others, others) || strcmp(i386 ?: others, others))
		json_array_append_new(calls, json_pack("{s:s, s:s?, s:s?}",
						       "name", name, "amd64",
						       amd64, "i386", i386));
}

/* Calls that are not treated as the most are. */
static json_t *calls_json(const struct abimux_overlay_data *data)
{
	const struct native_call *call;
	json_t *calls = json_array();
	size_t count;

	for (call = native_calls(ABIMUX_NATIVE_AMD64, &count); count;
	     call++, count--)
		add_call(calls, data, call->name);
	for (call = native_calls(ABIMUX_NATIVE_I386, &count); count;
	     call++, count--) {
		if (!native_named(ABIMUX_NATIVE_AMD64, call->name))
			add_call(calls, data, call->name);
	}
	return calls;
}

int cmd_overlay_show(const struct args *args, json_t **result)
{
	struct abimux_overlay_data data;
	json_t *row;
	int status;

	status = overlay_row(args->argv[0], &row);
	if (!status)
		status = overlay_current(args->argv[0], &data);
	if (!status) {
		row_json(row);
		json_object_set_new(
			row, "default",
			json_string(ovl_action(data.amd64[NO_CALL])));
		json_object_set_new(row, "calls", calls_json(&data));
		*result = json_incref(row);
	}
	json_decref(row);
	return status;
}

void print_overlay_show(const json_t *result)
{
	static const struct column fields[] = {
		{ "name", "overlay" },	  { "order", "order" },
		{ "table", "table" },	  { "tasks", "tasks" },
		{ "default", "default" }, { "ops", "ops" },
		{ "keys", "keys" },	  {}
	};
	static const struct column columns[] = {
		{ "name", "NAME" }, { "amd64", "AMD64" }, { "i386", "I386" }, {}
	};

	print_fields(result, fields);
	printf("\n");
	print_rows(json_object_get(result, "calls"), columns);
}

/* A message, after what is warned of. */
void print_overlay_result(const json_t *result)
{
	json_t *warning;
	size_t i;

	json_array_foreach(json_object_get(result, "warnings"), i, warning)
		fprintf(stderr, "abimux: warning: %s\n",
			json_string_value(warning));
	printf("%s\n", json_string_value(json_object_get(result, "message")));
}

static int count_listed(const struct abimux_overlay_data *data)
{
	int listed = 0;

	for (int nr = 0; nr < NO_CALL; nr++)
		listed += data->amd64[nr] != data->amd64[NO_CALL];
	return listed;
}

static json_t *checked_json(const struct overlay *overlay)
{
	const struct abimux_overlay_data *data = &overlay->ovl.data;

	return json_pack("{s:s, s:s, s:s, s:i}", "file", overlay->path,
			 "overlay", data->name, "default",
			 ovl_action(data->amd64[NO_CALL]), "listed",
			 count_listed(data));
}

int cmd_overlay_check(const struct args *args, json_t **result)
{
	json_t *files = json_array(), *warnings = json_array(), *more;
	struct overlay overlay;
	int status = ST_OK;

	for (int i = 0; !status && i < args->argc; i++) {
		status = overlay_read(&overlay, args->argv[i]);
		if (status)
			break;
		json_array_append_new(files, checked_json(&overlay));
		more = overlay_warnings(&overlay);
		json_array_extend(warnings, more);
		json_decref(more);
	}
	if (!status)
		*result = json_pack("{s:O, s:O, s:s}", "files", files,
				    "warnings", warnings, "message",
				    json_array_size(warnings) ?
					    "good, but for the warnings" :
					    "good");
	json_decref(files);
	json_decref(warnings);
	return status;
}

static bool refuses(const struct abimux_overlay_data *data, const char *call)
{
	const char *action = action_of(data, ABIMUX_NATIVE_AMD64, call);

	return strcmp(action, "pass") && strcmp(action, "log");
}

/* Calls without which no loader could take the overlay away again. */
static bool locks_out(const struct abimux_overlay_data *data)
{
	static const char *const needed[] = {
		"access",     "bpf",	  "brk",    "close",	  "execve",
		"exit_group", "fcntl",	  "flock",  "getdents64", "lseek",
		"mmap",	      "mprotect", "munmap", "newfstatat", "openat",
		"read",	      "rename",	  "rmdir",  "unlink",	  "write",
	};

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (refuses(data, needed[i]))
			return true;
	}
	return false;
}

static bool is_own(const struct key *key)
{
	return !key->pid &&
	       (key->format.kind == ABIMUX_FORMAT_DEFAULT ||
		(key->format.kind == ABIMUX_FORMAT_UID && !key->format.value));
}

static int parse_keys(const struct args *args, struct key **keys)
{
	int status = ST_OK;

	*keys = calloc(args->argc ?: 1, sizeof(**keys));
	if (!*keys)
		return fail_errno(ENOMEM, NULL, "keys");
	for (int i = 1; !status && i < args->argc; i++)
		status = key_parse(&(*keys)[i - 1], args->argv[i]);
	return status;
}

static int check_keys(const struct args *args, const struct key *keys,
		      const struct abimux_overlay_data *data)
{
	for (int i = 0; i < args->argc - 1; i++) {
		if (is_own(&keys[i]) && locks_out(data) &&
		    !args->opt[OPT_FORCE])
			return fail(
				ST_FAILED, "--force does it all the same",
				"with overlay %s over %s no program could take it away again",
				data->name, keys[i].text);
	}
	return ST_OK;
}

/* All keys, or none. */
static int add_keys(const struct key *keys, int count, __u32 id, json_t *list,
		    struct laid *sum)
{
	struct laid laid = {};
	int status = ST_OK, done;
	__u32 changed;

	for (done = 0; !status && done < count; done++) {
		status = key_add(&keys[done], id, &laid);
		sum->threads += laid.threads;
		sum->pollers += laid.pollers;
		sum->poller_pid = laid.poller_pid ?: sum->poller_pid;
		json_array_append_new(
			list, json_pack("{s:s, s:I}", "key", keys[done].text,
					"threads", (json_int_t)laid.threads));
	}
	while (status && done--)
		key_remove(&keys[done], id, &changed);
	return status;
}

/* Who becomes a user, or is moved into a cgroup, may be about to start a program. */
static bool comes_before_exec(const struct key *key)
{
	return !key->pid && (key->format.kind == ABIMUX_FORMAT_UID ||
			     key->format.kind == ABIMUX_FORMAT_CGROUP);
}

/* What a list does, or cannot do, where it was laid. */
static void warn_of_keys(json_t *warnings, const struct key *keys, int count,
			 const struct abimux_overlay_data *data,
			 const struct laid *laid)
{
	bool before = false;

	for (int i = 0; i < count; i++)
		before = before || comes_before_exec(&keys[i]);
	if (before && refuses(data, "execve"))
		json_array_append_new(warnings, json_string(NO_EXECVE));
	if (laid->pollers && refuses(data, "io_uring_enter"))
		json_array_append_new(warnings,
				      json_sprintf(POLLED, laid->poller_pid));
}

static json_t *added_json(const char *name, json_t *keys, __u32 threads,
			  const char *what)
{
	size_t count = json_array_size(keys);
	char message[200];

	if (count)
		snprintf(
			message, sizeof(message),
			"%s, by %zu key%s: over %u running thread%s, and over programs started from now on",
			what, count, count == 1 ? "" : "s", threads,
			threads == 1 ? "" : "s");
	else
		snprintf(message, sizeof(message),
			 "%s; abimux overlay add %s KEY lays it over tasks",
			 what, name);
	return json_pack("{s:s, s:O, s:I, s:s}", "overlay", name, "keys", keys,
			 "threads", (json_int_t)threads, "message", message);
}

static int register_file(const struct overlay *overlay, struct pins *pins)
{
	struct bpf_object *object;
	char dir[PIN_PATH_LEN];
	int status;

	overlay_pin_path(dir, overlay->ovl.data.name);
	status = overlay_load_object(overlay, &object, NULL);
	if (!status)
		status = overlay_register(&overlay->ovl.data, object, pins);
	bpf_object__close(object);
	return status ?: pins_commit(pins, dir);
}

static int read_file(struct overlay *overlay, const struct args *args)
{
	const char *name = args->opt[OPT_NAME];
	int status = overlay_read(overlay, args->argv[0]);

	if (status)
		return status;
	if (name && strlen(name) >= ABIMUX_NAME_LEN)
		return fail(ST_USAGE, NULL,
			    "name is %zu characters long: expected at most %d",
			    strlen(name), ABIMUX_NAME_LEN - 1);
	if (name)
		snprintf(overlay->ovl.data.name, ABIMUX_NAME_LEN, "%s", name);
	if (!strncmp(overlay->ovl.data.name, ABIMUX_LEARN_PREFIX,
		     strlen(ABIMUX_LEARN_PREFIX)))
		return fail(ST_INPUT, "give it another name",
			    "names that start with " ABIMUX_LEARN_PREFIX
			    " are for abimux learn");
	overlay->log = args->opt[OPT_LOG];
	if (overlay->log)
		ovl_log_only(&overlay->ovl.data);
	return ST_OK;
}

static void keep_source(const struct overlay *overlay)
{
	sources_keep("overlay", overlay->ovl.data.name,
		     overlay->log ? "--log" : "", overlay->path);
}

/* What was registered goes again if it cannot be laid over all that is asked for. */
static int load_file(const struct overlay *overlay, const struct key *keys,
		     int count, json_t *list, struct laid *laid)
{
	const char *name = overlay->ovl.data.name;
	struct pins pins = {};
	char dir[PIN_PATH_LEN];
	__u32 id;
	int status = register_file(overlay, &pins);

	pins_drop(&pins);
	if (status)
		return status;
	status = overlay_id(name, &id);
	if (!status)
		status = add_keys(keys, count, id, list, laid);
	if (!status)
		keep_source(overlay);
	if (status) {
		overlay_pin_path(dir, name);
		pins_remove(dir);
	}
	return status;
}

int cmd_overlay_load(const struct args *args, json_t **result)
{
	json_t *list = json_array();
	struct key *keys = NULL;
	struct overlay overlay;
	struct laid laid = {};
	json_t *warnings;
	int status;

	status = read_file(&overlay, args) ?: parse_keys(args, &keys);
	if (!status)
		status = check_keys(args, keys, &overlay.ovl.data) ?:
								     pins_lock();
	if (!status) {
		pins_clean();
		status = load_file(&overlay, keys, args->argc - 1, list, &laid);
	}
	if (!status) {
		*result = added_json(overlay.ovl.data.name, list, laid.threads,
				     "loaded");
		warnings = overlay_warnings(&overlay);
		warn_of_keys(warnings, keys, args->argc - 1, &overlay.ovl.data,
			     &laid);
		json_object_set_new(*result, "warnings", warnings);
	}
	json_decref(list);
	free(keys);
	return status;
}

static int replace_file(const struct overlay *overlay)
{
	struct bpf_object *object = NULL;
	struct pins pins = {};
	char dir[PIN_PATH_LEN], *pinned = dir + strlen(PINS) + 1;
	int status;

	overlay_pin_path(dir, overlay->ovl.data.name);
	if (!pins_exist(dir))
		return fail(ST_NOT_FOUND, HINT_OVERLAYS,
			    "no overlay '%s' to be replaced",
			    overlay->ovl.data.name);
	status = overlay_load_object(overlay, &object, pinned);
	if (!status)
		status = overlay_replace(&overlay->ovl.data, object, &pins,
					 pinned);
	if (!status)
		status = pins_replace(&pins, dir);
	if (!status)
		keep_source(overlay);
	bpf_object__close(object);
	pins_drop(&pins);
	return status;
}

int cmd_overlay_replace(const struct args *args, json_t **result)
{
	struct overlay overlay;
	int status = read_file(&overlay, args) ?: pins_lock();

	if (!status) {
		pins_clean();
		status = replace_file(&overlay);
	}
	if (!status)
		*result = json_pack(
			"{s:s, s:o, s:s}", "overlay", overlay.ovl.data.name,
			"warnings", overlay_warnings(&overlay), "message",
			"replaced; tasks go over to it with their next call");
	return status;
}

int cmd_overlay_unload(const struct args *args, json_t **result)
{
	char dir[PIN_PATH_LEN];
	__u32 id = 0;
	int status = pins_lock() ?: overlay_id(args->argv[0], &id);

	if (status)
		return status;
	overlay_pin_path(dir, args->argv[0]);
	status = link_remove(&opsmap_overlay, args->argv[0], dir);
	if (status)
		return status;
	keys_forget(id);
	*result =
		json_pack("{s:s, s:s}", "overlay", args->argv[0], "message",
			  "unloaded; tasks are rid of it with their next call");
	return ST_OK;
}

int cmd_overlay_add(const struct args *args, json_t **result)
{
	const char *name = args->argv[0];
	struct abimux_overlay_data data;
	json_t *list = json_array();
	struct key *keys = NULL;
	struct laid laid = {};
	json_t *warnings;
	__u32 id;
	int status;

	status = overlay_id(name, &id) ?: parse_keys(args, &keys);
	if (!status)
		status = overlay_current(name, &data);
	if (!status)
		status = check_keys(args, keys, &data) ?: pins_lock();
	if (!status)
		status = add_keys(keys, args->argc - 1, id, list, &laid);
	if (!status) {
		warnings = json_array();
		warn_of_keys(warnings, keys, args->argc - 1, &data, &laid);
		*result = added_json(name, list, laid.threads, "added");
		json_object_set_new(*result, "warnings", warnings);
	}
	json_decref(list);
	free(keys);
	return status;
}

int cmd_overlay_remove(const struct args *args, json_t **result)
{
	__u32 id, changed, threads = 0;
	struct key *keys = NULL;
	char message[100];
	int status;

	status = overlay_id(args->argv[0], &id) ?: parse_keys(args, &keys);
	if (!status)
		status = pins_lock();
	for (int i = 0; !status && i < args->argc - 1; i++) {
		status = key_remove(&keys[i], id, &changed);
		threads += changed;
	}
	free(keys);
	snprintf(message, sizeof(message), "taken off %u running thread%s",
		 threads, threads == 1 ? "" : "s");
	if (!status)
		*result = json_pack("{s:s, s:I, s:s}", "overlay", args->argv[0],
				    "threads", (json_int_t)threads, "message",
				    message);
	return status;
}
