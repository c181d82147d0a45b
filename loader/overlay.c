// SPDX-License-Identifier: GPL-2.0
/*
 * Overlays by name: from a file to a link that is to be pinned.
 */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "error.h"
#include "hints.h"
#include "opsmap.h"
#include "overlay.h"
#include "pins.h"
#include "rows.h"
#include "table.h"

static bool has_suffix(const char *path, const char *suffix)
{
	size_t len = strlen(path), end = strlen(suffix);

	return len > end && !strcmp(path + len - end, suffix);
}

static int read_text(struct overlay *overlay)
{
	struct tbl_error error;
	int err = ovl_read(&overlay->ovl, overlay->path, &error);

	if (!err)
		return ST_OK;
	if (error.line)
		return fail(ST_INPUT, NULL, "%s:%u:%u: %s", overlay->path,
			    error.line, error.column, error.message);
	if (err == -EFBIG)
		return fail(ST_INPUT, NULL, "%s: %s", overlay->path,
			    error.message);
	return fail_errno(err, NULL, overlay->path);
}

static int read_object(struct overlay *overlay)
{
	struct bpf_object *object;
	int status;

	if (access(overlay->path, R_OK))
		return fail_errno(errno, NULL, overlay->path);
	object = bpf_object__open_file(overlay->path, NULL);
	if (!object)
		return fail(ST_INPUT, HINT_VERBOSE, "%s is no BPF object",
			    overlay->path);
	status = opsmap_data(&opsmap_overlay, object, &overlay->ovl.data);
	bpf_object__close(object);
	return status;
}

/**
 * overlay_read - read an overlay's file
 * @overlay: what it says
 * @path: the file, a text or an object
 *
 * Return: ST_OK, or another exit code after fail() with line and column.
 */
int overlay_read(struct overlay *overlay, const char *path)
{
	memset(overlay, 0, sizeof(*overlay));
	overlay->path = path;
	overlay->text = !has_suffix(path, ".o");
	return overlay->text ? read_text(overlay) : read_object(overlay);
}

/**
 * overlay_load_object - load the programs of an overlay
 * @overlay: the overlay
 * @object: its object, to be closed with bpf_object__close(); NULL for a text
 * @pinned: where the maps are, under PINS, with which it goes on; or NULL
 *
 * Return: ST_OK, or another exit code.
 */
int overlay_load_object(const struct overlay *overlay,
			struct bpf_object **object, const char *pinned)
{
	char *dir, *name;
	int status;

	*object = NULL;
	if (overlay->text)
		return ST_OK;
	dir = strdup(overlay->path);
	name = strdup(overlay->path);
	if (dir && name)
		status = object_load_again(object, dirname(dir), basename(name),
					   pinned);
	else
		status = fail_errno(ENOMEM, NULL, overlay->path);
	free(dir);
	free(name);
	return status;
}

static int register_failed(const char *name, int err)
{
	if (err == -EEXIST)
		return fail(ST_EXISTS, HINT_OVERLAYS,
			    "there is an overlay %s already", name);
	if (err == -EINVAL)
		return fail(ST_INPUT, NULL,
			    "the kernel refuses overlay %s: bad data", name);
	return fail(status_of(err), HINT_VERBOSE,
		    "cannot register overlay %s: %s", name, strerror(-err));
}

/* What was registered may be gone again: ask the kernel. */
static int check_registered(int link, const char *name)
{
	int map = table_link_map(link);

	if (map < 0)
		return fail(ST_FAILED, HINT_VERBOSE, "overlay %s " GONE, name);
	close(map);
	return ST_OK;
}

static int pin_object(struct bpf_object *object, struct pins *pins)
{
	int status = object_pin_maps(object, pins, "");

	return status ?: object_attach(object, pins, "programs/");
}

static int link_overlay(const char *name, int map, struct pins *pins)
{
	int link = bpf_link_create(map, 0, BPF_STRUCT_OPS, NULL);
	int status;

	if (link < 0)
		return register_failed(name, link);
	status = check_registered(link, name);
	if (!status)
		status = pins_add(pins, link, "link");
	if (!status)
		status = pins_add(pins, map, "map");
	close(link);
	return status;
}

/**
 * overlay_register - make an overlay known, which lies over no task yet
 * @data: its name, and what it does without a program
 * @object: its programs, loaded; or NULL
 * @pins: what has to be pinned goes there
 *
 * Return: ST_OK, or another exit code. The overlay goes with @pins.
 */
int overlay_register(const struct abimux_overlay_data *data,
		     struct bpf_object *object, struct pins *pins)
{
	int map = opsmap_make(&opsmap_overlay, data, data->name, object);
	int status;

	if (map < 0)
		return error_status();
	status = link_overlay(data->name, map, pins);
	close(map);
	if (!status && object)
		status = pin_object(object, pins);
	return status;
}

static int update_link(const char *name, const char *pinned, int map)
{
	int link = pin_get("%s/link", pinned), err, status;

	if (link < 0)
		return fail_errno(link, HINT_OVERLAYS, pinned);
	err = bpf_link_update(link, map, NULL);
	if (err == -EINVAL)
		status = fail(ST_INPUT, "abimux overlay unload, then load",
			      "cannot replace overlay %s: another order", name);
	else if (err)
		status = fail(status_of(err), HINT_VERBOSE,
			      "cannot replace overlay %s: %s", name,
			      strerror(-err));
	else
		status = check_registered(link, name);
	close(link);
	return status;
}

/**
 * overlay_replace - put another version in the place of an overlay's
 * @data: the new version
 * @object: its programs, loaded; or NULL
 * @pins: what has to be pinned goes there
 * @pinned: where the overlay is pinned, under PINS
 *
 * Tasks go over to it with their next call.
 *
 * Return: ST_OK, or another exit code.
 */
int overlay_replace(const struct abimux_overlay_data *data,
		    struct bpf_object *object, struct pins *pins,
		    const char *pinned)
{
	int map = opsmap_make(&opsmap_overlay, data, data->name, object);
	int status;

	if (map < 0)
		return error_status();
	status = update_link(data->name, pinned, map);
	if (!status)
		status = pins_add(pins, map, "map");
	if (!status && object)
		status = object_pin_maps(object, pins, "");
	close(map);
	return status;
}

/**
 * overlay_current - an overlay as it is now
 * @name: its name
 * @data: what it is
 *
 * Return: ST_OK, or another exit code.
 */
int overlay_current(const char *name, struct abimux_overlay_data *data)
{
	char dir[PIN_PATH_LEN];
	int link, map, status;

	overlay_pin_path(dir, name);
	link = pin_get("%s/link", dir + strlen(PINS) + 1);
	map = link < 0 ? link : table_link_map(link);
	status = map < 0 ? fail(ST_NOT_FOUND, HINT_OVERLAYS,
				"overlay '%s' was not loaded by abimux", name) :
			   opsmap_read(&opsmap_overlay, map, data);
	if (map >= 0)
		close(map);
	if (link >= 0)
		close(link);
	return status;
}

/**
 * overlay_row - what the iterator says of an overlay
 * @name: its name
 * @row: an object
 *
 * Return: ST_OK, or ST_NOT_FOUND, or another exit code.
 */
int overlay_row(const char *name, json_t **row)
{
	json_t *rows, *each;
	int status = rows_overlays(&rows);
	size_t i;

	*row = NULL;
	if (status)
		return status;
	json_array_foreach(rows, i, each)
	{
		if (!strcmp(json_string_value(json_object_get(each, "name")) ?:
									       "",
			    name))
			*row = json_incref(each);
	}
	json_decref(rows);
	return *row ? ST_OK :
		      fail(ST_NOT_FOUND, HINT_OVERLAYS, "no overlay '%s'",
			   name);
}

/**
 * overlay_id - the number by which tasks and policy name an overlay
 * @name: its name
 * @id: the number
 *
 * Return: ST_OK, or ST_NOT_FOUND, or another exit code.
 */
int overlay_id(const char *name, __u32 *id)
{
	json_t *row;
	int status = overlay_row(name, &row);

	if (!status)
		*id = json_integer_value(json_object_get(row, "id"));
	json_decref(row);
	return status;
}

/**
 * overlay_pinned - names of the overlays that are pinned
 *
 * Return: an array of strings.
 */
json_t *overlay_pinned(void)
{
	return pinned_names("overlay");
}

/**
 * overlay_warnings - what was warned of in a file
 * @overlay: the overlay
 *
 * Return: an array of strings.
 */
json_t *overlay_warnings(const struct overlay *overlay)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < overlay->ovl.warnings; i++) {
		const struct tbl_error *warning = &overlay->ovl.warning[i];

		json_array_append_new(
			list, json_sprintf("%s:%u:%u: %s", overlay->path,
					   warning->line, warning->column,
					   warning->message));
	}
	return list;
}
