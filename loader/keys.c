// SPDX-License-Identifier: GPL-2.0
/*
 * Over which tasks an overlay lies: by key for programs that are going to be
 * started, in the policy's map `overlays`, and for those that run.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <abimux/policy.h>
#include <bpf/bpf.h>

#include "error.h"
#include "hints.h"
#include "keys.h"
#include "map.h"
#include "pins.h"
#include "places.h"
#include "retag.h"

/**
 * key_parse - read a key from the command line
 * @key: the key
 * @text: pid:N, or what `abimux map` takes
 *
 * Return: ST_OK, ST_USAGE or ST_NOT_FOUND.
 */
int key_parse(struct key *key, const char *text)
{
	struct retag_request req = {};

	*key = (struct key){ .text = text };
	if (strncmp(text, "pid:", 4))
		return format_arg(&key->format, text);
	return retag_pid(text + 4, &key->pid) ?: retag_look(&req, key->pid);
}

static int find_id(const struct abimux_overlays *list, __u32 id)
{
	for (int i = 0; i < ABIMUX_MAX_OVERLAYS; i++) {
		if (list->id[i] == id)
			return i;
	}
	return -1;
}

static bool add_id(struct abimux_overlays *list, __u32 id)
{
	int at = find_id(list, id) < 0 ? find_id(list, 0) : find_id(list, id);

	if (at >= 0)
		list->id[at] = id;
	return at >= 0;
}

/* Zero ends the list. */
static bool remove_id(struct abimux_overlays *list, __u32 id)
{
	int at = find_id(list, id);

	if (at < 0)
		return false;
	memmove(&list->id[at], &list->id[at + 1],
		(ABIMUX_MAX_OVERLAYS - 1 - at) * sizeof(id));
	list->id[ABIMUX_MAX_OVERLAYS - 1] = 0;
	return true;
}

static int store(int map, const struct abimux_format *format,
		 const struct abimux_overlays *list)
{
	int err;

	if (list->id[0])
		return bpf_map_update_elem(map, format, list, BPF_ANY);
	err = bpf_map_delete_elem(map, format);
	places_forget(format);
	return err;
}

static int open_map(void)
{
	int map = pin_get("overlays");

	if (map < 0)
		fail_errno(map, HINT_LOAD, "open map overlays");
	return map;
}

static void keep_place(const struct key *key)
{
	int map = pin_get("places");

	if (map < 0)
		return;
	places_keep(map, &key->format, key->text);
	close(map);
}

static int add_to_map(const struct key *key, __u32 id)
{
	struct abimux_overlays list = {};
	int map = open_map(), err;

	if (map < 0)
		return error_status();
	bpf_map_lookup_elem(map, &key->format, &list);
	if (!add_id(&list, id)) {
		close(map);
		return fail(ST_FAILED, "abimux overlay remove NAME KEY",
			    "%s has %d overlays already, the most there can be",
			    key->text, ABIMUX_MAX_OVERLAYS);
	}
	err = store(map, &key->format, &list);
	close(map);
	if (err == -E2BIG)
		return fail(ST_FAILED, "abimux overlay remove NAME KEY",
			    "too many keys");
	if (err)
		return fail_errno(err, NULL, "add a key");
	keep_place(key);
	return ST_OK;
}

static int remove_from_map(const struct key *key, __u32 id)
{
	struct abimux_overlays list = {};
	int map = open_map(), err;

	if (map < 0)
		return error_status();
	err = bpf_map_lookup_elem(map, &key->format, &list);
	if (err || !remove_id(&list, id)) {
		close(map);
		return fail(ST_NOT_FOUND, HINT_OVERLAYS,
			    "it does not lie over %s", key->text);
	}
	err = store(map, &key->format, &list);
	close(map);
	return err ? fail_errno(err, NULL, "remove a key") : ST_OK;
}

/**
 * key_add - lay an overlay over the programs of a key
 * @key: the key
 * @id: the overlay
 * @laid: running threads over which it lies now, and did not before
 *
 * Programs that start meanwhile have it: the map comes first.
 *
 * Return: ST_OK, or another exit code; key_remove() undoes what was done then.
 */
int key_add(const struct key *key, __u32 id, struct laid *laid)
{
	struct retag_request req = {
		.how = { .overlay = id, .flags = ABIMUX_RETAG_ADD },
		.format = key->format,
	};
	int status;

	if (key->pid) {
		status = retag_process(&req, key->pid);
	} else {
		status = add_to_map(key, id);
		if (!status)
			status = retag_all(&req);
	}
	*laid = (struct laid){ req.changed, req.pollers, req.poller_pid };
	return status;
}

/* Tasks over which it lies by another key, too, keep it. */
static void spare_others(struct retag_request *req, __u32 id)
{
	struct abimux_format format, *last = NULL;
	struct abimux_overlays list;
	int map = open_map();

	while (req->spare < RETAG_MAX_SPARED &&
	       !bpf_map_get_next_key(map, last, &format)) {
		last = &format;
		if (!bpf_map_lookup_elem(map, &format, &list) &&
		    find_id(&list, id) >= 0)
			req->spared[req->spare++] = format;
	}
	if (map >= 0)
		close(map);
}

/**
 * key_remove - take an overlay off the programs of a key
 * @key: the key
 * @id: the overlay
 * @threads: how many running threads it was taken off
 *
 * Return: ST_OK, or another exit code.
 */
int key_remove(const struct key *key, __u32 id, __u32 *threads)
{
	struct retag_request req = {
		.how = { .overlay = id, .flags = ABIMUX_RETAG_REMOVE },
		.format = key->format,
	};
	int status;

	if (key->pid) {
		status = retag_process(&req, key->pid);
	} else {
		status = remove_from_map(key, id);
		spare_others(&req, id);
		if (!status)
			status = retag_all(&req);
	}
	*threads = req.changed;
	return status;
}

/**
 * keys_of - by which keys programs get an overlay
 * @id: the overlay
 *
 * Return: an array of strings.
 */
json_t *keys_of(__u32 id)
{
	struct abimux_format format, *last = NULL;
	json_t *keys = json_array();
	struct abimux_overlays list;
	int map = pin_get("overlays");

	while (map >= 0 && !bpf_map_get_next_key(map, last, &format)) {
		last = &format;
		if (!bpf_map_lookup_elem(map, &format, &list) &&
		    find_id(&list, id) >= 0)
			json_array_append_new(keys, places_text(&format));
	}
	if (map >= 0)
		close(map);
	return keys;
}

/* Whether one was found and removed: the walk starts anew then. */
static bool forget_one(int map, __u32 id)
{
	struct abimux_format format, *last = NULL;
	struct abimux_overlays list;

	while (!bpf_map_get_next_key(map, last, &format)) {
		last = &format;
		if (!bpf_map_lookup_elem(map, &format, &list) &&
		    remove_id(&list, id))
			return !store(map, &format, &list);
	}
	return false;
}

/**
 * keys_forget - remove an overlay that is gone from all keys
 * @id: the overlay
 */
void keys_forget(__u32 id)
{
	int map = pin_get("overlays");

	if (map < 0)
		return;
	while (forget_one(map, id))
		;
	close(map);
}
