// SPDX-License-Identifier: GPL-2.0
/*
 * abimux: the command.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "command.h"
#include "complete.h"
#include "error.h"
#include "kernel.h"
#include "object.h"
#include "pins.h"

const char *argp_program_version = "abimux 0.1";

static int check_needs(unsigned int needs)
{
	int err = ST_OK;

	if (needs & NEED_ROOT)
		err = kernel_need_root();
	if (!err && (needs & NEED_HOOK))
		err = kernel_need_hook();
	if (!err && (needs & NEED_LSM))
		err = kernel_need_lsm();
	if (!err && (needs & NEED_BPFFS))
		err = kernel_need_bpffs();
	if (!err && (needs & NEED_BPFFS))
		pins_finish();
	if (!err && (needs & NEED_LOADED))
		err = pins_need_loaded();
	return err;
}

static void print_result(const struct command *command, const json_t *result,
			 bool json)
{
	if (!result)
		return;
	if (json) {
		json_dumpf(result, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (command->print) {
		command->print(result);
	} else {
		printf("%s\n",
		       json_string_value(json_object_get(result, "message")));
	}
}

static int run_command(const struct command *command, struct args *args)
{
	json_t *result = NULL;
	int status;

	object_verbose(args->verbose);
	status = check_needs(command->needs) ?: command->run(args, &result);
	print_result(command, result, args->json);
	json_decref(result);
	if (status)
		object_print_log();
	return status;
}

/* Each word names a group of commands, but the last, which names a command. */
static int dispatch(struct args *args, int argc, char **argv)
{
	const struct command *command = &abimux;
	char name[64] = "abimux";
	int status;

	for (;;) {
		status = args_parse(args, command, name, argc, argv);
		if (status || !command->sub)
			break;
		argc = args->argc;
		argv = args->argv;
		command = command_find(command->sub, argv[0]);
		if (!command) {
			args->json = args->json || args_wants_json(argc, argv);
			return fail(ST_USAGE, "see abimux --help",
				    "unknown command '%s'", argv[0]);
		}
		snprintf(name + strlen(name), sizeof(name) - strlen(name),
			 " %s", argv[0]);
	}
	return status ?: run_command(command, args);
}

int main(int argc, char **argv)
{
	struct args args = {};
	int status;

	if (argc > 1 && !strcmp(argv[1], "__complete"))
		return complete(argc - 2, argv + 2);
	status = dispatch(&args, argc, argv);
	error_print(args.json);
	return status;
}
