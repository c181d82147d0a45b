// SPDX-License-Identifier: GPL-2.0
/*
 * Writing down what is loaded, and loading it again after a reboot.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "args.h"
#include "command.h"
#include "config.h"
#include "error.h"
#include "hints.h"
#include "keys.h"
#include "map.h"
#include "overlay.h"
#include "pins.h"
#include "policy.h"
#include "setup.h"
#include "sources.h"
#include "table.h"

#define HINT_CONFIG "nothing is loaded: mend the line, then abimux restore"
#define HINT_SAVE \
	"abimux table replace or overlay replace with a file that stays"
#define PATH_LEN 512

static void config_path(char path[PATH_LEN], const struct args *args,
			const char *suffix)
{
	snprintf(path, PATH_LEN, "%s/" CONFIG_FILE "%s",
		 args->opt[OPT_DIR] ?: CONFIG_DIR, suffix);
}

/**
 * struct restoring - a configuration that is being followed
 * @config: what it says
 * @path: the file
 * @line: the line at which one is
 */
struct restoring {
	struct config config;
	const char *path;
	const struct config_line *line;
};

/* The last word that the error names, be it without its kind; or the first. */
static int column_of_error(const struct config_line *line)
{
	for (int i = line->argc - 1; i > 1; i--) {
		const char *kind = strchr(line->argv[i], ':');

		if (strstr(error_message(), line->argv[i]) ||
		    (kind && kind[1] && strstr(error_message(), kind + 1)))
			return line->column[i];
	}
	return line->column[0];
}

static int follow(const struct config_line *line)
{
	char *words[CONFIG_WORDS + 1], name[64];
	struct args args = {};
	json_t *result = NULL;
	int status;

	memcpy(words, line->argv, sizeof(words));
	snprintf(name, sizeof(name), "abimux %s %s", words[0], words[1]);
	status =
		args_parse(&args, line->command, name, line->argc - 1, words + 1) ?:
			line->command->run(&args, &result);
	json_decref(result);
	free(args.argv);
	return status;
}

/* The policy is there before its line is come to. */
static int follow_all(void *ctx)
{
	struct restoring *restoring = ctx;
	const struct config_line *line = restoring->config.line;
	int status = ST_OK;

	for (int i = 0; !status && i < restoring->config.count; i++, line++) {
		if (line->command->run == cmd_policy_load)
			continue;
		restoring->line = line;
		status = follow(line);
	}
	if (!status)
		restoring->line = NULL;
	return status;
}

/* What goes before the lines and after them are of no line, but the policy. */
static int tell_place(const struct restoring *restoring)
{
	const struct config *config = &restoring->config;
	const struct config_line *line = restoring->line;

	if (!line && config->policy && strstr(error_message(), config->policy))
		line = &config->line[config->policy_line];
	if (line)
		error_place(restoring->path, line->number,
			    column_of_error(line), HINT_CONFIG);
	return error_status();
}

static int read_file(struct restoring *restoring)
{
	FILE *file = fopen(restoring->path, "re");
	struct tbl_error error;
	int err;

	if (!file)
		return fail_errno(errno, "abimux save writes it",
				  restoring->path);
	err = config_read(&restoring->config, file, &error);
	fclose(file);
	return fail_file(err, HINT_CONFIG, restoring->path, &error);
}

/* The usual policy has nothing to load twice. */
static const char *policy_file(const struct config *config)
{
	const char *file = config->policy;

	return file && strcmp(file, POLICY_FILE) ? file : NULL;
}

int cmd_restore(const struct args *args, json_t **result)
{
	struct restoring restoring = {};
	char path[PATH_LEN], message[100];
	int status, count;

	config_path(path, args, "");
	restoring.path = path;
	status = read_file(&restoring);
	if (!status)
		status = setup_load(policy_file(&restoring.config), follow_all,
				    &restoring);
	if (status)
		status = tell_place(&restoring);
	count = restoring.config.count;
	config_drop(&restoring.config);
	snprintf(message, sizeof(message), "restored: %d lines of " CONFIG_FILE,
		 count);
	if (!status)
		*result = json_pack("{s:s, s:i, s:s}", "file", path, "lines",
				    count, "message", message);
	return status;
}

/* A word of the configuration has no blanks and no '#'. */
static int put_word(FILE *file, const char *word)
{
	if (!word || !*word || strpbrk(word, " \t\r\n#"))
		return fail(ST_FAILED, HINT_SAVE,
			    "'%s' cannot be written as one word", word ?: "");
	fprintf(file, " %s", word);
	return ST_OK;
}

static int put_key(FILE *file, const json_t *row, const char *key)
{
	return put_word(file, json_string_value(json_object_get(row, key)));
}

static int put_source(FILE *file, const char *kind, const char *name)
{
	struct source source;

	if (!sources_get(kind, name, &source))
		return fail(ST_NOT_FOUND, HINT_SAVE,
			    "it is not known where %s %s is from", kind, name);
	if (access(source.path, R_OK))
		return fail(ST_NOT_FOUND, HINT_SAVE,
			    "%s %s was loaded from %s, which is gone", kind,
			    name, source.path);
	if (*source.options)
		fprintf(file, " %s", source.options);
	return put_word(file, source.path);
}

static int save_policy(FILE *file)
{
	int status;

	if (!pins_exist(PINS "/policy"))
		return fail(ST_NOT_FOUND, HINT_POLICY, "no policy is loaded");
	fprintf(file, "policy load");
	status = put_source(file, "policy", "");
	fputc('\n', file);
	return status;
}

/* Takes the reference to @names. */
static int save_each(FILE *file, json_t *names,
		     int (*save)(FILE *file, const char *name))
{
	int status = ST_OK;
	json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
		status = status ?: save(file, json_string_value(name));
	json_decref(names);
	return status;
}

static int save_table(FILE *file, const char *name)
{
	int status;

	fprintf(file, "table load");
	status = put_source(file, "table", name);
	fputc('\n', file);
	return status;
}

static int save_overlay(FILE *file, const char *name)
{
	json_t *keys, *key;
	__u32 id;
	int status = overlay_id(name, &id);
	size_t i;

	if (status)
		return status;
	keys = keys_of(id);
	fprintf(file, "overlay load --force --name=%s", name);
	status = put_source(file, "overlay", name);
	json_array_foreach(keys, i, key)
		status = status ?: put_word(file, json_string_value(key));
	fputc('\n', file);
	json_decref(keys);
	return status;
}

static int save_rules(FILE *file)
{
	int map = pin_get("formats"), status = ST_OK;
	json_t *rules = map < 0 ? json_array() : map_rules(map), *rule;
	size_t i;

	json_array_foreach(rules, i, rule)
	{
		fprintf(file, "map set --force");
		status = status ?: put_key(file, rule, "format");
		status = status ?: put_key(file, rule, "table");
		fputc('\n', file);
	}
	if (map >= 0)
		close(map);
	json_decref(rules);
	return status;
}

static int write_all(const char *path)
{
	FILE *file = fopen(path, "we");
	int status;

	if (!file)
		return fail_errno(errno, NULL, path);
	fprintf(file,
		"# Written by abimux save; abimux restore reads it at boot.\n");
	status = save_policy(file);
	status = status ?: save_each(file, table_pinned(), save_table);
	status = status ?: save_each(file, overlay_pinned(), save_overlay);
	status = status ?: save_rules(file);
	if ((fflush(file) || fsync(fileno(file))) && !status)
		status = fail_errno(errno, NULL, path);
	fclose(file);
	return status;
}

/* The old configuration is there until the new one is complete. */
int cmd_save(const struct args *args, json_t **result)
{
	const char *dir = args->opt[OPT_DIR] ?: CONFIG_DIR;
	char path[PATH_LEN], fresh[PATH_LEN], message[PATH_LEN + 20];
	int status;

	config_path(path, args, "");
	config_path(fresh, args, ".new");
	if (mkdir(dir, 0755) && errno != EEXIST)
		return fail_errno(errno, NULL, dir);
	status = pins_lock() ?: write_all(fresh);
	if (!status && rename(fresh, path))
		status = fail_errno(errno, NULL, path);
	if (status) {
		unlink(fresh);
		return status;
	}
	snprintf(message, sizeof(message), "saved to %s", path);
	*result = json_pack("{s:s, s:s}", "file", path, "message", message);
	return ST_OK;
}
