// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration: what is to be there after a reboot, a command a line.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "config.h"

#define BLANKS " \t\r"

/* Commands that a line may be. */
static const struct allowed {
	const char *group;
	const char *name;
} allowed[] = {
	{ "policy", "load" }, { "table", "load" }, { "overlay", "load" },
	{ "overlay", "add" }, { "map", "set" },
};

/* Options that a line may have, of commands that know them. */
static const char *const options[] = { "--force", "--log", "--name=" };

__printf(4, 5) static int bad(struct tbl_error *error,
			      const struct config_line *line, int column,
			      const char *fmt, ...)
{
	va_list args;

	error->line = line->number;
	error->column = column;
	va_start(args, fmt);
	vsnprintf(error->message, sizeof(error->message), fmt, args);
	va_end(args);
	return -EINVAL;
}

/* The words of a line, up to its end or to what is for people. */
static int split(struct config_line *line, size_t len, struct tbl_error *error)
{
	char *at = line->text;

	if (strlen(at) != len)
		return bad(error, line, strlen(at) + 1,
			   "a NUL byte: expected text");
	at[strcspn(at, "#\n")] = '\0';
	for (at += strspn(at, BLANKS); *at; at += strspn(at, BLANKS)) {
		if (line->argc == CONFIG_WORDS)
			return bad(error, line, at - line->text + 1,
				   "more than %d words", CONFIG_WORDS);
		line->column[line->argc] = at - line->text + 1;
		line->argv[line->argc++] = at;
		at += strcspn(at, BLANKS);
		if (*at)
			*at++ = '\0';
	}
	return 0;
}

static int find_command(struct config_line *line, struct tbl_error *error)
{
	const struct command *group = command_find(abimux.sub, line->argv[0]);
	bool known = false;

	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++) {
		if (strcmp(allowed[i].group, line->argv[0]))
			continue;
		known = true;
		if (line->argc > 1 && !strcmp(allowed[i].name, line->argv[1]))
			line->command = command_find(group->sub, line->argv[1]);
	}
	if (line->command)
		return 0;
	return bad(
		error, line, line->column[known && line->argc > 1],
		"expected policy load, table load, overlay load, overlay add or map set");
}

static bool knows(const struct command *command, const char *name, size_t len)
{
	const struct argp_option *option = command->options;

	for (; option && option->name; option++) {
		if (!strncmp(option->name, name, len) && !option->name[len])
			return true;
	}
	return false;
}

static bool is_option(const struct command *command, const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		size_t len = strlen(options[i]);
		bool value = options[i][len - 1] == '=';

		if (!strncmp(options[i], word, len) && (value || !word[len]))
			return knows(command, word + 2, len - 2 - value);
	}
	return false;
}

/* Whoever follows the line takes its options and counts its arguments alike. */
static int check_words(const struct config_line *line, struct tbl_error *error)
{
	const struct command *command = line->command;
	int count = 0, last = line->argc - 1;

	for (int i = 2; i < line->argc; i++) {
		if (line->argv[i][0] != '-')
			count++;
		else if (!is_option(command, line->argv[i]))
			return bad(error, line, line->column[i],
				   "no option '%s' here", line->argv[i]);
		if (count > command->max_args)
			return bad(error, line, line->column[i],
				   "unexpected argument '%s'", line->argv[i]);
	}
	if (count >= command->min_args)
		return 0;
	return bad(error, line, line->column[last] + strlen(line->argv[last]),
		   "missing argument: expected %s", command->args);
}

static int check_policy(struct config *config, const struct config_line *line,
			struct tbl_error *error)
{
	if (strcmp(line->argv[0], "policy") || line->argc < 3)
		return 0;
	if (config->policy)
		return bad(error, line, line->column[0],
			   "a second policy: there can be one");
	config->policy = line->argv[2];
	config->policy_line = config->count;
	return 0;
}

static int check(struct config *config, struct config_line *line,
		 struct tbl_error *error)
{
	return find_command(line, error)	?:
		       check_words(line, error) ?:
		       check_policy(config, line, error);
}

static int add(struct config *config, const struct config_line *line)
{
	struct config_line *more;

	more = realloc(config->line, (config->count + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	config->line = more;
	config->line[config->count++] = *line;
	return 0;
}

/* Return: 1, 0 at the end of the file, or a negative errno. */
static int read_line(struct config *config, int number, FILE *file,
		     struct tbl_error *error)
{
	struct config_line line = { .number = number };
	size_t size = 0;
	ssize_t len = getline(&line.text, &size, file);
	int err = len < 0 ? 0 : split(&line, len, error);

	if (!err && line.argc)
		err = check(config, &line, error);
	if (!err && line.argc && config->count == CONFIG_LINES)
		err = bad(error, &line, 1, "more than %d commands",
			  CONFIG_LINES);
	if (!err && line.argc)
		err = add(config, &line);
	if (err || !line.argc)
		free(line.text);
	return err ?: len >= 0;
}

/**
 * config_read - read all of a configuration
 * @config: what it says, to be dropped with config_drop() whatever comes of it
 * @file: the file
 * @error: what is wrong, and where; of no line if it is not the file
 *
 * Return: 0, or a negative errno at the first line that is wrong.
 */
int config_read(struct config *config, FILE *file, struct tbl_error *error)
{
	int more = 1;

	*config = (struct config){};
	*error = (struct tbl_error){};
	for (int number = 1; more > 0; number++)
		more = read_line(config, number, file, error);
	if (!more && ferror(file))
		more = -EIO;
	return more;
}

/**
 * config_drop - let go of a configuration
 * @config: the configuration
 */
void config_drop(struct config *config)
{
	for (int i = 0; i < config->count; i++)
		free(config->line[i].text);
	free(config->line);
	*config = (struct config){};
}
