// SPDX-License-Identifier: GPL-2.0
/*
 * The commands for policies.
 */
#include <stdio.h>

#include "command.h"
#include "error.h"
#include "hints.h"
#include "keeper.h"
#include "output.h"
#include "pins.h"
#include "policy.h"

/* No other loader is at work, and what one left undone is done. */
static int begin(bool loaded)
{
	int status;

	keeper_start();
	status = pins_lock();
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
	const char *path = args->argc ? args->argv[0] : POLICY_FILE;
	struct bpf_object *object = NULL;
	int status = begin(false) ?: policy_open(&object, path);

	keeper_begin();
	if (!status)
		status = policy_register(object);
	keeper_end();
	if (!status)
		policy_keep_source(path);
	bpf_object__close(object);
	if (!status)
		*result = result_json(
			"loaded; programs started from now on follow it");
	return status;
}

int cmd_policy_replace(const struct args *args, json_t **result)
{
	struct bpf_object *object = NULL;
	int status = begin(true) ?: policy_open(&object, args->argv[0]);

	keeper_begin();
	if (!status)
		status = policy_replace(object);
	keeper_end();
	if (!status)
		policy_keep_source(args->argv[0]);
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
	keeper_begin();
	if (!status)
		status = policy_remove();
	keeper_end();
	if (!status)
		*result = result_json(
			"unloaded; tasks keep their tables, new programs are native, foreign ones are refused");
	return status;
}

int cmd_policy_show(const struct args *args, json_t **result)
{
	(void)args;
	*result = json_pack("{s:o, s:o, s:o}", "policy", policy_name(),
			    "programs", policy_programs(), "guard",
			    guard_programs());
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
