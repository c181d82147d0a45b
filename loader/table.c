// SPDX-License-Identifier: GPL-2.0
/*
 * Tables by name: from a file to a link that is to be pinned.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "hints.h"
#include "link.h"
#include "names.h"
#include "table.h"

static int pin_names(const struct tbl *tbl, struct pins *pins,
		     const char *prefix)
{
	int map = names_make(tbl);
	int status;

	if (map < 0)
		return fail_errno(map, NULL,
				  "create the map with the names of calls");
	status = pins_add(pins, map, "%snames", prefix);
	close(map);
	return status;
}

static struct version version_of(const struct tbl *tbl,
				 struct bpf_object *object)
{
	return (struct version){ &opsmap_table, tbl->data.name, &tbl->data,
				 object };
}

/**
 * table_register - make a table known under its name
 * @tbl: the table
 * @dir: where its programs are looked for first
 * @pins: what has to be pinned goes there
 * @prefix: under which path, with a slash at its end
 *
 * Return: ST_OK, or another exit code. The table goes with @pins.
 */
int table_register(const struct tbl *tbl, const char *dir, struct pins *pins,
		   const char *prefix)
{
	struct bpf_object *object = NULL;
	struct version version;
	int status = ST_OK;

	if (*tbl->program)
		status = object_load(&object, dir, tbl->program);
	version = version_of(tbl, object);
	if (!status)
		status = link_make(&version, pins, prefix);
	bpf_object__close(object);
	return status ?: pin_names(tbl, pins, prefix);
}

/**
 * table_replace - put another version in the place of a table's
 * @tbl: the new version
 * @dir: where its programs are looked for first
 * @pins: what has to be pinned goes there
 * @pinned: where the table is pinned, under PINS
 *
 * Tasks go over to it with their next call, and so does what they keep in maps.
 *
 * Return: ST_OK, or another exit code.
 */
int table_replace(const struct tbl *tbl, const char *dir, struct pins *pins,
		  const char *pinned)
{
	struct bpf_object *object = NULL;
	struct version version;
	int status = ST_OK;

	if (*tbl->program)
		status = object_load_again(&object, dir, tbl->program, pinned);
	version = version_of(tbl, object);
	if (!status)
		status = link_replace(&version, pins, pinned);
	bpf_object__close(object);
	return status ?: pin_names(tbl, pins, "");
}

/**
 * table_map - the struct_ops map of a table as it is now
 * @table: its name
 *
 * Return: a file descriptor, or a negative errno.
 */
int table_map(const char *table)
{
	char path[PIN_PATH_LEN];

	table_pin_path(path, table);
	strcat(path, "/link");
	return link_pinned_version(path + strlen(PINS) + 1);
}

/**
 * table_current - a table as it is now
 * @table: its name
 * @data: what it is
 *
 * Return: ST_OK, or another exit code.
 */
int table_current(const char *table, struct abimux_table_data *data)
{
	int map = table_map(table);
	int status;

	if (map < 0)
		return fail_errno(map, HINT_VERBOSE, table);
	status = opsmap_read(&opsmap_table, map, data);
	close(map);
	return status;
}

/**
 * table_pinned - names of the tables that are pinned
 *
 * Return: an array of strings.
 */
json_t *table_pinned(void)
{
	return pinned_names("table");
}

/**
 * table_read - read a table's file
 * @tbl: what it says
 * @path: the file
 *
 * Return: ST_OK, or another exit code after fail() with line and column.
 */
int table_read(struct tbl *tbl, const char *path)
{
	struct tbl_error error;
	int err = tbl_read(tbl, path, &error);

	return fail_file(err, NULL, path, &error);
}
