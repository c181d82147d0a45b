// SPDX-License-Identifier: GPL-2.0
/*
 * Completion of command lines, from the table of commands: the shell asks with
 * `abimux __complete WORD...`, the last word being the one to complete.
 *
 * Prints a candidate a line, and none where a file is meant.
 */
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include <abimux/policy.h>

#include "command.h"
#include "compiler.h"
#include "complete.h"
#include "error.h"
#include "map.h"
#include "object.h"
#include "overlay.h"
#include "pins.h"
#include "table.h"

/* Asks the shell for the names of commands. */
#define ANY_COMMAND ":command"

static void offer(const char *candidate, const char *word)
{
	if (!strncmp(candidate, word, strlen(word)))
		printf("%s\n", candidate);
}

static void offer_commands(const struct command *list, const char *word)
{
	for (; list->name; list++)
		offer(list->name, word);
}

static void offer_options(const struct argp_option *options, const char *word)
{
	char text[40];

	for (; options && options->name; options++) {
		snprintf(text, sizeof(text), "--%s", options->name);
		offer(text, word);
	}
}

static void offer_strings(const json_t *list, const char *word)
{
	json_t *value;
	size_t i;

	json_array_foreach(list, i, value)
		offer(json_string_value(value), word);
}

static void offer_files(const char *pattern, const char *word)
{
	char *name, *dot;
	glob_t found;

	if (glob(pattern, 0, NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		name = strrchr(found.gl_pathv[i], '/') + 1;
		dot = strrchr(name, '.');
		if (dot)
			*dot = '\0';
		offer(name, word);
	}
	globfree(&found);
}

/* Tables by their pins; by the files there are if nobody may see the pins. */
static void offer_tables(const char *word)
{
	json_t *names = table_pinned();

	offer(ABIMUX_NATIVE_TABLE, word);
	if (json_array_size(names))
		offer_strings(names, word);
	else
		offer_files(OBJECT_DIR "/*.tbl", word);
	json_decref(names);
}

static void offer_overlays(const char *word)
{
	json_t *names = overlay_pinned();

	offer_strings(names, word);
	json_decref(names);
}

static void offer_formats(const char *word)
{
	static const char *const kinds[] = {
		"default", "elf-osabi:", "elf-note:", "magic:",
		"uid:",	   "path:",	 "cgroup:"
	};
	int map = pin_get("formats");
	json_t *rules = map < 0 ? json_array() : map_rules(map), *rule;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		offer(kinds[i], word);
	json_array_foreach(rules, i, rule)
		offer(json_string_value(json_object_get(rule, "format")), word);
	json_decref(rules);
}

/* The option that waits for a value after @word, or NULL. */
static const struct argp_option *open_option(const struct argp_option *options,
					     const char *word)
{
	for (; options && options->name; options++) {
		if (!options->arg || word[0] != '-')
			continue;
		if (word[1] == '-' ? !strcmp(word + 2, options->name) :
				     word[1] == options->key && !word[2])
			return options;
	}
	return NULL;
}

static void offer_argument(const struct command *command, int index,
			   const char *word)
{
	const char *kinds = command->complete ?: "";
	char kind = '\0';

	for (int i = 0; kinds[i] && i <= index; i++)
		kind = kinds[i];
	if (kind == 't')
		offer_tables(word);
	else if (kind == 'o')
		offer_overlays(word);
	else if (kind == 'm')
		offer_formats(word);
	else if (kind == 'c' && index == 0)
		printf("%s\n", ANY_COMMAND);
}

static void offer_word(const struct command *command, int index,
		       const char *before, const char *word)
{
	const struct argp_option *open =
		before ? open_option(command->options, before) : NULL;

	if (open && open->arg && !strcmp(open->arg, "TABLE")) {
		offer_tables(word);
	} else if (open) {
		return;
	} else if (word[0] == '-' && !(command->pass && index)) {
		offer_options(command->options, word);
		offer_options(common_options, word);
	} else if (command->sub) {
		offer_commands(command->sub, word);
	} else {
		offer_argument(command, index, word);
	}
}

/**
 * complete - print what a word can become
 * @argc: words
 * @argv: the words after "abimux"
 *
 * Return: ST_OK.
 */
int complete(int argc, char **argv)
{
	const struct command *command = &abimux, *sub;
	int index = 0;

	object_verbose(0);
	for (int i = 0; i + 1 < argc; i++) {
		if (open_option(command->options, argv[i])) {
			i++;
			continue;
		}
		if (argv[i][0] == '-')
			continue;
		sub = command->sub ? command_find(command->sub, argv[i]) : NULL;
		if (command->sub && !sub)
			return ST_OK;
		command = sub ?: command;
		index += !sub;
	}
	if (argc > 0)
		offer_word(command, index, argc > 1 ? argv[argc - 2] : NULL,
			   argv[argc - 1]);
	return ST_OK;
}
