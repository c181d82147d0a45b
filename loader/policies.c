// SPDX-License-Identifier: GPL-2.0
/*
 * The commands for policies.
 */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "error.h"
#include "hints.h"
#include "output.h"
#include "pins.h"
#include "policy.h"

#define DEFAULT_POLICY OBJECT_DIR "/by-format.bpf.o"

/* Maps without which nothing that a policy decides reaches anybody. */
static int check_maps(struct bpf_object *object, const char *path)
{
	static const char *const needed[] = { "tags", "choices" };

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (!bpf_object__find_map_by_name(object, needed[i]))
			return fail(ST_INPUT, HINT_SHAPE,
				    "%s: the policy has no map '%s'", path,
				    needed[i]);
	}
	return ST_OK;
}

/* Of this file, not of one of its name elsewhere. */
static int open_policy(struct bpf_object **object, const char *path)
{
	char copy[2][PIN_PATH_LEN];
	int status;

	*object = NULL;
	if (strlen(path) >= sizeof(copy[0]))
		return fail(ST_USAGE, NULL, "the name of FILE is too long");
	if (access(path, R_OK))
		return fail_errno(errno, HINT_OBJECTS, path);
	strcpy(copy[0], path);
	strcpy(copy[1], path);
	status = object_load(object, dirname(copy[0]), basename(copy[1]));
	return status ?: check_maps(*object, path);
}

/* No other loader is at work, and what one left undone is done. */
static int begin(bool loaded)
{
	int status = pins_lock();

	if (status)
		return status;
	pins_clean();
	status = pins_need_loaded() ?: policy_repair();
	if (status)
		return status;
	if (loaded && !pins_exist(PINS "/policy"))
		return fail(ST_NOT_FOUND, HINT_POLICY, "no policy is loaded");
	if (!loaded && pins_exist(PINS "/policy"))
		return fail(
			ST_EXISTS,
			"abimux policy replace FILE puts another in its place",
			"a policy is loaded");
	return ST_OK;
}

static json_t *result_json(const char *message)
{
	return json_pack("{s:o, s:o, s:s}", "policy", policy_name(), "programs",
			 policy_programs(), "message", message);
}

int cmd_policy_load(const struct args *args, json_t **result)
{
	const char *path = args->argc ? args->argv[0] : DEFAULT_POLICY;
	struct bpf_object *object = NULL;
	int status = begin(false) ?: open_policy(&object, path);

	if (!status)
		status = policy_register(object);
	bpf_object__close(object);
	if (!status)
		*result = result_json(
			"loaded; programs started from now on follow it");
	return status;
}

int cmd_policy_replace(const struct args *args, json_t **result)
{
	struct bpf_object *object = NULL;
	int status = begin(true) ?: open_policy(&object, args->argv[0]);

	if (!status)
		status = policy_replace(object);
	bpf_object__close(object);
	if (!status)
		*result = result_json(
			"replaced; programs started from now on follow it");
	return status;
}

int cmd_policy_unload(const struct args *args, json_t **result)
{
	int status = begin(true);

	(void)args;
	if (!status)
		status = policy_remove();
	if (!status)
		*result = result_json(
			"unloaded; tasks keep their tables, new programs are native, foreign ones are refused");
	return status;
}

int cmd_policy_show(const struct args *args, json_t **result)
{
	(void)args;
	*result = json_pack("{s:o, s:o, s:b}", "policy", policy_name(),
			    "programs", policy_programs(), "guard",
			    pins_exist(GUARD));
	return ST_OK;
}

void print_policy_show(const json_t *result)
{
	static const struct column fields[] = { { "policy", "policy" },
						{ "programs", "programs" },
						{ "guard", "guard" },
						{} };

	print_fields(result, fields);
}
