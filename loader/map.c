// SPDX-License-Identifier: GPL-2.0
/*
 * Rules: which format gets which table. They live in the policy's map
 * `formats`; bpftool can change them just as well.
 */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <abimux/policy.h>
#include <bpf/bpf.h>

#include "command.h"
#include "compiler.h"
#include "error.h"
#include "format.h"
#include "hints.h"
#include "map.h"
#include "output.h"
#include "pins.h"
#include "places.h"
#include "rows.h"
#include "table.h"

#define WHY_LEN (ABIMUX_PLACE_LEN + 200)

static int set_rule(const struct rule_maps *maps,
		    const struct abimux_format *format, const char *text,
		    const char *table)
{
	struct abimux_rule rule = {};
	int err;

	snprintf(rule.table, sizeof(rule.table), "%s", table);
	err = bpf_map_update_elem(maps->formats, format, &rule, BPF_ANY);
	if (!err)
		places_keep(maps->places, format, text);
	return err;
}

static json_t *rule_json(const struct abimux_format *format,
			 const struct abimux_rule *rule)
{
	char table[ABIMUX_NAME_LEN + 1];

	snprintf(table, sizeof(table), "%.*s", ABIMUX_NAME_LEN, rule->table);
	return json_pack("{s:o, s:s}", "format", places_text(format), "table",
			 table);
}

/**
 * map_rules - all rules
 * @map: the map `formats`
 *
 * Return: an array of objects with format and table.
 */
json_t *map_rules(int map)
{
	struct abimux_format key, *last = NULL;
	json_t *rules = json_array();
	struct abimux_rule rule;

	while (!bpf_map_get_next_key(map, last, &key)) {
		last = &key;
		if (!bpf_map_lookup_elem(map, &key, &rule))
			json_array_append_new(rules, rule_json(&key, &rule));
	}
	return rules;
}

/* One line of a file with rules: FORMAT TABLE, or nothing. */
static int load_line(const struct rule_maps *maps, char *line, char *why,
		     bool (*known)(const char *, void *), void *ctx, int *count)
{
	struct abimux_format format;
	char *word, *table;
	int err;

	line[strcspn(line, "#\n")] = '\0';
	word = strtok(line, " \t\r");
	table = word ? strtok(NULL, " \t\r") : NULL;
	if (!word)
		return 0;
	if (!table || strtok(NULL, " \t\r")) {
		snprintf(why, WHY_LEN, "expected FORMAT TABLE");
		return -EINVAL;
	}
	if (format_parse(&format, word, why, WHY_LEN))
		return -EINVAL;
	if (!known(table, ctx)) {
		snprintf(why, WHY_LEN, "no table '%s' is loaded", table);
		return -EINVAL;
	}
	err = set_rule(maps, &format, word, table);
	if (err)
		snprintf(why, WHY_LEN, "%s", strerror(-err));
	*count += !err;
	return err;
}

/**
 * map_load_file - set all rules of a file
 * @maps: where rules go
 * @path: the file; none is as good as an empty one
 * @known: says whether there is a table
 * @ctx: for @known
 * @count: number of rules set
 *
 * Return: ST_OK, or another exit code after fail() with the line.
 */
int map_load_file(const struct rule_maps *maps, const char *path,
		  bool (*known)(const char *table, void *ctx), void *ctx,
		  int *count)
{
	char *line = NULL, why[WHY_LEN];
	FILE *file = fopen(path, "re");
	int status = ST_OK;
	size_t size = 0;

	*count = 0;
	if (!file)
		return errno == ENOENT ? ST_OK : fail_errno(errno, NULL, path);
	for (int number = 1; !status && getline(&line, &size, file) > 0;
	     number++) {
		if (load_line(maps, line, why, known, ctx, count))
			status = fail(ST_INPUT, NULL, "%s:%d: %s", path, number,
				      why);
	}
	free(line);
	fclose(file);
	return status;
}

/**
 * format_arg - read a format from the command line
 * @format: what it says
 * @text: the text
 *
 * Return: ST_OK or ST_USAGE.
 */
int format_arg(struct abimux_format *format, const char *text)
{
	char why[WHY_LEN];

	if (format_parse(format, text, why, sizeof(why)))
		return fail(ST_USAGE, "see abimux map set --help", "%s", why);
	return ST_OK;
}

static int open_formats(int *map)
{
	*map = pin_get("formats");
	return *map < 0 ? fail_errno(*map, HINT_LOAD, "open map formats") :
			  ST_OK;
}

int cmd_map_list(const struct args *args, json_t **result)
{
	int map;

	(void)args;
	if (open_formats(&map))
		return error_status();
	*result = map_rules(map);
	close(map);
	return ST_OK;
}

void print_map_list(const json_t *result)
{
	static const struct column columns[] = { { "format", "FORMAT" },
						 { "table", "TABLE" },
						 {} };

	print_rows(result, columns);
}

/* Whether a program of this machine could at least start and end. */
static bool runs_native(const struct abimux_table_data *data)
{
	static const __u16 needed[] = { SYS_read, SYS_write, SYS_mmap,
					SYS_execve, SYS_exit_group };

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (data->entries[needed[i]].kind == ABIMUX_ENTRY_MISSING)
			return false;
	}
	return data->convention.native == ABIMUX_NATIVE_AMD64 &&
	       data->convention.number == ABIMUX_NUMBER_AX;
}

/* Whether a rule holds for the program that would delete it, too. */
static bool is_own(const struct abimux_format *format)
{
	if (format->machine == EM_386)
		return false;
	return format->kind == ABIMUX_FORMAT_DEFAULT ||
	       (format->kind == ABIMUX_FORMAT_UID && !format->value);
}

static int check_data(const struct abimux_format *format,
		      const struct abimux_table_data *data)
{
	bool i386 = data->convention.native == ABIMUX_NATIVE_I386;
	__u16 machine = i386 ? EM_386 : EM_X86_64;

	if (format->machine && format->machine != machine)
		return fail(ST_FAILED,
			    "a rule's format ends with /amd64 or /i386",
			    "table %s is for programs of %s", data->name,
			    i386 ? "i386" : "amd64");
	if (is_own(format) && !runs_native(data))
		return fail(ST_FAILED, "--force sets it all the same",
			    "with table %s no program could start any more",
			    data->name);
	return ST_OK;
}

/**
 * map_check_rule - whether programs of a format can run with a table
 * @format: the format
 * @table: name of the table; only what was loaded by abimux can be looked at
 *
 * Return: ST_OK, or another exit code.
 */
int map_check_rule(const struct abimux_format *format, const char *table)
{
	struct abimux_table_data *data;
	char dir[PIN_PATH_LEN];
	int status;

	table_pin_path(dir, table);
	if (!pins_exist(dir))
		return ST_OK;
	data = malloc(sizeof(*data));
	if (!data)
		return fail_errno(ENOMEM, NULL, table);
	status = table_current(table, data);
	if (!status)
		status = check_data(format, data);
	free(data);
	return status;
}

int cmd_map_set(const struct args *args, json_t **result)
{
	struct abimux_format format;
	struct rule_maps maps = { -1, -1 };
	int err, status;

	status = format_arg(&format, args->argv[0]);
	if (!status)
		status = table_exists(args->argv[1]);
	if (!status && !args->opt[OPT_FORCE])
		status = map_check_rule(&format, args->argv[1]);
	if (!status)
		status = open_formats(&maps.formats);
	if (status)
		return status;
	maps.places = pin_get("places");
	err = set_rule(&maps, &format, args->argv[0], args->argv[1]);
	close(maps.formats);
	close(maps.places);
	if (err == -E2BIG)
		return fail(ST_FAILED, "delete rules: abimux map delete FORMAT",
			    "too many rules");
	if (err)
		return fail_errno(err, NULL, "set a rule");
	*result = json_pack("{s:s, s:s, s:s}", "format", args->argv[0], "table",
			    args->argv[1], "message",
			    "set; programs started from now on follow it");
	return ST_OK;
}

int cmd_map_delete(const struct args *args, json_t **result)
{
	struct abimux_format format;
	int map, err, status;

	status = format_arg(&format, args->argv[0]) ?: open_formats(&map);
	if (status)
		return status;
	err = bpf_map_delete_elem(map, &format);
	close(map);
	if (err == -ENOENT)
		return fail(ST_NOT_FOUND,
			    "abimux map list shows the rules there are",
			    "no rule for %s", args->argv[0]);
	if (err)
		return fail_errno(err, NULL, "delete a rule");
	places_forget(&format);
	*result = json_pack("{s:s, s:s}", "format", args->argv[0], "message",
			    "deleted; running programs keep their table");
	return ST_OK;
}
