// SPDX-License-Identifier: GPL-2.0
/*
 * Configurations, as abimux save writes them: each line that is taken is one that the
 * parser of command lines takes just so, and a mistake is told with a place that is
 * in the file.
 */
#include "args.h"
#include "config.h"
#include "fuzz.h"

/* For --version; main() is not here. */
const char *argp_program_version = "abimux";

_Noreturn void __real_exit(int status);
_Noreturn void __wrap_exit(int status);
const char *__asan_default_options(void);

static bool parsing;

/* No line can end the program, as --help would. */
_Noreturn void __wrap_exit(int status)
{
	must(!parsing);
	__real_exit(status);
}

static bool may_be(const struct config_line *line)
{
	int (*run)(const struct args *args, json_t **result) =
		line->command->run;

	return run == cmd_policy_load || run == cmd_table_load ||
	       run == cmd_overlay_load || run == cmd_overlay_add ||
	       run == cmd_map_set;
}

static void check_line(const struct config_line *line)
{
	char *words[CONFIG_WORDS + 1];
	struct args args = {};

	must(may_be(line));
	must(line->argc >= 2 && line->argc <= CONFIG_WORDS);
	must(!line->argv[line->argc]);
	for (int i = 0; i < line->argc; i++)
		must(*line->argv[i] && !strpbrk(line->argv[i], " \t\r\n#") &&
		     line->argv[i] - line->text + 1 == line->column[i]);
	memcpy(words, line->argv, sizeof(words));
	must(!args_parse(&args, line->command, "abimux", line->argc - 1,
			 words + 1));
	must(!args.json && args.argc >= line->command->min_args);
	free(args.argv);
}

static void check_config(const struct config *config)
{
	int policies = 0, last = 0;

	for (int i = 0; i < config->count; i++) {
		const struct config_line *line = &config->line[i];

		must(line->number > last);
		last = line->number;
		check_line(line);
		policies += line->command->run == cmd_policy_load &&
			    line->argc > 2;
	}
	must(policies == !!config->policy);
	must(!config->policy ||
	     config->policy == config->line[config->policy_line].argv[2]);
}

/* Return: how long the line of this number is, or -1. */
static long length_of(const uint8_t *data, size_t size, unsigned int number)
{
	const uint8_t *end = data + size, *at = data, *next;

	for (unsigned int i = 1; at < end; i++, at = next + 1) {
		next = memchr(at, '\n', end - at) ?: end;
		if (i == number)
			return next - at;
	}
	return -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *file = size ? fmemopen((void *)data, size, "r") :
			    fopen("/dev/null", "re");
	struct tbl_error error;
	struct config config;
	int err;

	must(file);
	parsing = true;
	err = config_read(&config, file, &error);
	if (err)
		must(error.line && *error.message && error.column >= 1 &&
		     error.column <= length_of(data, size, error.line) + 1);
	else
		check_config(&config);
	config_drop(&config);
	parsing = false;
	fclose(file);
	return 0;
}
