// SPDX-License-Identifier: GPL-2.0
/*
 * Tables by name: from a file to a link that is to be pinned.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "error.h"
#include "hints.h"
#include "names.h"
#include "opsmap.h"
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

static int register_failed(const char *name, int err)
{
	if (err == -EEXIST)
		return fail(ST_EXISTS, HINT_TABLES,
			    "there is a table %s already", name);
	if (err == -EINVAL)
		return fail(ST_INPUT, NULL,
			    "the kernel refuses table %s: bad data", name);
	return fail(status_of(err), HINT_VERBOSE,
		    "cannot register table %s: %s", name, strerror(-err));
}

/**
 * table_link_map - the struct_ops map that a link stands for now
 * @link: the link
 *
 * Return: a file descriptor, or a negative errno.
 */
int table_link_map(int link)
{
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);
	int err = bpf_link_get_info_by_fd(link, &info, &size);

	if (err)
		return err;
	if (info.type != BPF_LINK_TYPE_STRUCT_OPS)
		return -EINVAL;
	return bpf_map_get_fd_by_id(info.struct_ops.map_id);
}

/* What was registered may be gone again: ask the kernel. */
static int check_registered(int link, const char *name)
{
	int map = table_link_map(link);

	if (map < 0)
		return fail(ST_FAILED, HINT_VERBOSE, "table %s " GONE, name);
	close(map);
	return ST_OK;
}

static int link_table(const struct tbl *tbl, int map, struct pins *pins,
		      const char *prefix)
{
	const char *name = tbl->data.name;
	int link, status;

	link = bpf_link_create(map, 0, BPF_STRUCT_OPS, NULL);
	if (link < 0)
		return register_failed(name, link);
	status = check_registered(link, name);
	if (!status)
		status = pins_add(pins, link, "%slink", prefix);
	if (!status)
		status = pins_add(pins, map, "%smap", prefix);
	close(link);
	return status ?: pin_names(tbl, pins, prefix);
}

static int attach_object(struct bpf_object *object, struct pins *pins,
			 const char *prefix)
{
	char dir[PIN_PATH_LEN + sizeof("programs/")];
	int status;

	snprintf(dir, sizeof(dir), "%sprograms/", prefix);
	status = object_pin_maps(object, pins, prefix);
	return status ?: object_attach(object, pins, dir);
}

static int make_and_link(const struct tbl *tbl, struct bpf_object *object,
			 struct pins *pins, const char *prefix)
{
	int map =
		opsmap_make(&opsmap_table, &tbl->data, tbl->data.name, object);
	int status;

	if (map < 0)
		return error_status();
	status = link_table(tbl, map, pins, prefix);
	close(map);
	return status;
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
	int status = ST_OK;

	if (*tbl->program)
		status = object_load(&object, dir, tbl->program);
	if (!status)
		status = make_and_link(tbl, object, pins, prefix);
	if (!status && object)
		status = attach_object(object, pins, prefix);
	bpf_object__close(object);
	return status;
}

/* The link stands for another version from now on. */
static int update_link(const char *name, const char *pinned, int map)
{
	int link = pin_get("%s/link", pinned), err, status;

	if (link < 0)
		return fail_errno(link, HINT_VERBOSE, pinned);
	err = bpf_link_update(link, map, NULL);
	if (err)
		status = fail(status_of(err), HINT_VERBOSE,
			      "cannot replace table %s: %s", name,
			      strerror(-err));
	else
		status = check_registered(link, name);
	close(link);
	return status;
}

static int replace_map(const struct tbl *tbl, int map, struct pins *pins,
		       const char *pinned)
{
	int status = update_link(tbl->data.name, pinned, map);

	if (!status)
		status = pins_add(pins, map, "map");
	return status ?: pin_names(tbl, pins, "");
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
	int status = ST_OK, map;

	if (*tbl->program)
		status = object_load_again(&object, dir, tbl->program, pinned);
	if (status)
		return status;
	map = opsmap_make(&opsmap_table, &tbl->data, tbl->data.name, object);
	status = map < 0 ? error_status() : replace_map(tbl, map, pins, pinned);
	if (!status && object)
		status = object_pin_maps(object, pins, "");
	if (map >= 0)
		close(map);
	bpf_object__close(object);
	return status;
}

/**
 * table_map - the struct_ops map of a table as it is now
 * @table: its name
 *
 * Return: a file descriptor, or a negative errno.
 */
int table_map(const char *table)
{
	char dir[PIN_PATH_LEN];
	int link, map;

	table_pin_path(dir, table);
	link = pin_get("%s/link", dir + strlen(PINS) + 1);
	map = link < 0 ? link : table_link_map(link);
	if (link >= 0)
		close(link);
	return map;
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

	if (!err)
		return ST_OK;
	if (error.line)
		return fail(ST_INPUT, NULL, "%s:%u:%u: %s", path, error.line,
			    error.column, error.message);
	if (err == -EFBIG)
		return fail(ST_INPUT, NULL, "%s: %s", path, error.message);
	return fail_errno(err, NULL, path);
}
