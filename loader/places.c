// SPDX-License-Identifier: GPL-2.0
/*
 * The paths that rules were given by, in the policy's map `places`: the rules
 * themselves have numbers.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <abimux/policy.h>
#include <bpf/bpf.h>

#include "format.h"
#include "pins.h"
#include "places.h"

/**
 * places_keep - remember by which path a format was given
 * @map: the map `places`
 * @format: the format
 * @text: what it was parsed from
 *
 * Without the path a rule holds just as well: that it is full is no failure.
 */
void places_keep(int map, const struct abimux_format *format, const char *text)
{
	const char *given = strchr(text, ':');
	struct abimux_place place = {};
	char path[PATH_MAX];

	if (format->kind != ABIMUX_FORMAT_PATH &&
	    format->kind != ABIMUX_FORMAT_CGROUP)
		return;
	if (!given || !realpath(given + 1, path) ||
	    strlen(path) >= sizeof(place.path))
		return;
	strcpy(place.path, path);
	bpf_map_update_elem(map, format, &place, BPF_ANY);
}

static bool has_key(const char *name, const struct abimux_format *format)
{
	char value[sizeof(struct abimux_rule) + sizeof(struct abimux_overlays)];
	int map = pin_get("%s", name);
	bool found = map >= 0 && !bpf_map_lookup_elem(map, format, value);

	if (map >= 0)
		close(map);
	return found;
}

/**
 * places_forget - a rule was deleted: forget its path if nothing else has it
 * @format: its format
 */
void places_forget(const struct abimux_format *format)
{
	int map = pin_get("places");

	if (map < 0)
		return;
	if (!has_key("formats", format) && !has_key("overlays", format))
		bpf_map_delete_elem(map, format);
	close(map);
}

static bool find_place(const struct abimux_format *format,
		       struct abimux_place *place)
{
	int map = pin_get("places");
	bool found = map >= 0 && !bpf_map_lookup_elem(map, format, place) &&
		     memchr(place->path, '\0', sizeof(place->path));

	if (map >= 0)
		close(map);
	return found;
}

/**
 * places_text - a format as it was given
 * @format: the format
 *
 * Return: a string; with numbers if its path is not known.
 */
json_t *places_text(const struct abimux_format *format)
{
	char text[FORMAT_TEXT_LEN];
	struct abimux_place place;
	json_t *given = NULL;

	format_text(text, format);
	if ((format->kind == ABIMUX_FORMAT_PATH ||
	     format->kind == ABIMUX_FORMAT_CGROUP) &&
	    find_place(format, &place))
		given = json_sprintf("%.*s%s", (int)strcspn(text, ":") + 1,
				     text, place.path);
	return given ?: json_string(text);
}
