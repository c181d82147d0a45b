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

#include "error.h"
#include "hints.h"
#include "link.h"
#include "overlay.h"
#include "rows.h"

static bool has_suffix(const char *path, const char *suffix)
{
	size_t len = strlen(path), end = strlen(suffix);

	return len > end && !strcmp(path + len - end, suffix);
}

static int read_text(struct overlay *overlay)
{
	struct tbl_error error;
	int err = ovl_read(&overlay->ovl, overlay->path, &error);

	return fail_file(err, NULL, overlay->path, &error);
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

static struct version version_of(const struct abimux_overlay_data *data,
				 struct bpf_object *object)
{
	return (struct version){ &opsmap_overlay, data->name, data, object };
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
	struct version version = version_of(data, object);

	return link_make(&version, pins, "");
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
	struct version version = version_of(data, object);

	return link_replace(&version, pins, pinned);
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
	char path[PIN_PATH_LEN];
	int map, status;

	overlay_pin_path(path, name);
	strcat(path, "/link");
	map = link_pinned_version(path + strlen(PINS) + 1);
	if (map < 0)
		return fail(ST_NOT_FOUND, HINT_OVERLAYS,
			    "overlay '%s' was not loaded by abimux", name);
	status = opsmap_read(&opsmap_overlay, map, data);
	close(map);
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
