// SPDX-License-Identifier: GPL-2.0
/*
 * Command lines, by argp(3).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "error.h"
#include "help.h"
#include "user.h"

#define MAX_OPTIONS 24

/* Where the parser was when it last looked: argp does not tell where it failed. */
struct parse {
	struct args *args;
	const struct command *command;
	int next;
};

/* Whether all from the first argument on is for somebody else to read. */
static bool takes_rest(const struct command *command)
{
	return command->pass || command->sub;
}

static void take_arg(struct parse *parse, char *arg, struct argp_state *state)
{
	struct args *args = parse->args;

	if (!takes_rest(parse->command)) {
		args->argv[args->argc++] = arg;
		return;
	}
	args->argv = state->argv + state->next - 1;
	args->argc = state->argc - state->next + 1;
	state->next = state->argc;
}

static error_t parse_key(int key, char *arg, struct argp_state *state)
{
	struct parse *parse = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		take_arg(parse, arg, state);
		break;
	case 'v':
		parse->args->verbose++;
		break;
	case OPT_JSON:
		parse->args->json = true;
		break;
	case OPT_HELP:
		/* Not argp's own --help: that one is silent as argp's errors are. */
		argp_help(state->root_argp, stdout, ARGP_HELP_STD_HELP,
			  state->name);
		exit(ST_OK);
	case OPT_VERSION:
		printf("%s\n", argp_program_version);
		exit(ST_OK);
	default:
		if (key <= 0 || key >= 128)
			return ARGP_ERR_UNKNOWN;
		parse->args->opt[key] = arg ?: "";
		parse->args->given[key]++;
	}
	parse->next = state->next;
	return 0;
}

static void merge_options(struct argp_option *to,
			  const struct argp_option *from)
{
	while (to->name)
		to++;
	for (; from && from->name; from++)
		*to++ = *from;
}

/* The word that argp stumbled over: the first option after what it had taken. */
static const char *bad_word(const struct parse *parse, int argc, char **argv)
{
	for (int i = parse->next; i < argc; i++) {
		if (argv[i][0] == '-')
			return argv[i];
	}
	return argv[argc - 1];
}

static int check_count(const struct args *args, const struct command *command,
		       const char *hint)
{
	if (command->sub && !args->argc)
		return fail(ST_USAGE, hint, "missing command");
	if (command->sub)
		return ST_OK;
	if (args->argc < command->min_args)
		return fail(ST_USAGE, hint, "missing argument: expected %s",
			    command->args);
	if (args->argc > command->max_args)
		return fail(ST_USAGE, hint, "unexpected argument '%s'",
			    args->argv[command->max_args]);
	return ST_OK;
}

/**
 * args_wants_json - whether a command line that cannot be read asks for JSON
 * @argc: words
 * @argv: the words, the command's own first
 *
 * Return: whether it has --json.
 */
bool args_wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "--json"))
			return true;
	}
	return false;
}

static int parse(struct parse *parse, struct argp *argp, int argc, char **argv,
		 const char *hint)
{
	unsigned int order = takes_rest(parse->command) ? ARGP_IN_ORDER : 0;
	struct args *args = parse->args;
	int status = ST_OK;

	if (argp_parse(argp, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP | order,
		       NULL, parse))
		status = fail(ST_USAGE, hint,
			      "unknown option, or one without its value: '%s'",
			      bad_word(parse, argc, argv));
	status = status ?: check_count(args, parse->command, hint);
	if (status)
		args->json = args->json || args_wants_json(argc, argv);
	return status;
}

/**
 * args_parse - read the command line of a command, or of a group up to its command
 * @args: what it says
 * @command: the command
 * @name: its whole name, as "abimux table load"
 * @argc: words
 * @argv: the words, the command's own first
 *
 * Return: ST_OK or ST_USAGE. Does not return for --help.
 */
int args_parse(struct args *args, const struct command *command,
	       const char *name, int argc, char **argv)
{
	struct argp_option options[MAX_OPTIONS] = {};
	struct parse state = { .args = args, .command = command, .next = 1 };
	struct argp argp = { .options = options, .parser = parse_key };
	char hint[128];
	char *doc = help_text(command);
	char **list = calloc(argc + 1, sizeof(*list));
	int status;

	merge_options(options, command->options);
	merge_options(options, common_options);
	snprintf(hint, sizeof(hint), "see %s --help", name);
	argp.args_doc = command->sub ? "COMMAND [ARG...]" : command->args;
	argp.doc = doc;
	argv[0] = (char *)name;
	args->argc = 0;
	args->argv = list;
	status = list ? parse(&state, &argp, argc, argv, hint) :
			fail_errno(ENOMEM, NULL, "command line");
	free(doc);
	return status;
}

/**
 * args_uid - the user that a word names
 * @text: a number or a name
 * @uid: the user's id
 *
 * Return: ST_OK or ST_NOT_FOUND.
 */
int args_uid(const char *text, unsigned int *uid)
{
	return user_find(text, uid) ? ST_OK :
				      fail(ST_NOT_FOUND, "give its number",
					   "no user '%s'", text);
}
