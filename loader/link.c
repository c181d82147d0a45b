// SPDX-License-Identifier: GPL-2.0
/*
 * Links: what a table, an overlay or the policy is for the kernel, whichever
 * version of it there is.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "error.h"
#include "hints.h"
#include "link.h"
#include "object.h"

/**
 * link_version - the struct_ops map that a link stands for now
 * @link: the link
 *
 * Return: a file descriptor, or a negative errno.
 */
int link_version(int link)
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

/**
 * link_pinned_version - the struct_ops map that a pinned link stands for now
 * @pinned: where the link is, under PINS
 *
 * Return: a file descriptor, or a negative errno.
 */
int link_pinned_version(const char *pinned)
{
	int link = pin_get("%s", pinned);
	int map = link < 0 ? link : link_version(link);

	if (link >= 0)
		close(link);
	return map;
}

static int register_failed(const struct version *version, int err)
{
	const char *what = version->kind->what;

	if (err == -EEXIST)
		return fail(ST_EXISTS, version->kind->hint,
			    "there is %s %s %s already",
			    strchr("aeiou", *what) ? "an" : "a", what,
			    version->name);
	if (err == -EINVAL)
		return fail(ST_INPUT, NULL,
			    "the kernel refuses %s %s: bad data", what,
			    version->name);
	return fail(status_of(err), HINT_VERBOSE, "cannot register %s %s: %s",
		    what, version->name, strerror(-err));
}

/* What was registered may be gone again: ask the kernel. */
static int check_registered(const struct version *version, int link)
{
	int map = link_version(link);

	if (map < 0)
		return fail(ST_FAILED, HINT_VERBOSE, "%s %s " GONE,
			    version->kind->what, version->name);
	close(map);
	return ST_OK;
}

static int make_link(const struct version *version, int map, struct pins *pins,
		     const char *prefix)
{
	int link = bpf_link_create(map, 0, BPF_STRUCT_OPS, NULL);
	int status;

	if (link < 0)
		return register_failed(version, link);
	status = check_registered(version, link);
	if (!status)
		status = pins_add(pins, link, "%slink", prefix);
	if (!status)
		status = pins_add(pins, map, "%smap", prefix);
	close(link);
	return status;
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

static int make_map(const struct version *version)
{
	return opsmap_make(version->kind, version->data, version->name,
			   version->object);
}

/**
 * link_make - make a table or an overlay known under its name
 * @version: its first version
 * @pins: what has to be pinned goes there
 * @prefix: under which path, with a slash at its end; or ""
 *
 * Return: ST_OK, or another exit code. It goes with @pins.
 */
int link_make(const struct version *version, struct pins *pins,
	      const char *prefix)
{
	int map = make_map(version);
	int status;

	if (map < 0)
		return error_status();
	status = make_link(version, map, pins, prefix);
	close(map);
	if (!status && version->object)
		status = attach_object(version->object, pins, prefix);
	return status;
}

static int replace_failed(const struct version *version, int err)
{
	const struct opsmap_kind *kind = version->kind;

	if (err == -EINVAL && kind->fixed)
		return fail(ST_INPUT, kind->reload,
			    "cannot replace %s %s: another %s", kind->what,
			    version->name, kind->fixed);
	return fail(status_of(err), HINT_VERBOSE, "cannot replace %s %s: %s",
		    kind->what, version->name, strerror(-err));
}

static int update_link(const struct version *version, int map,
		       const char *pinned)
{
	int link = pin_get("%s/link", pinned), err, status;

	if (link < 0)
		return fail_errno(link, version->kind->hint, pinned);
	err = bpf_link_update(link, map, NULL);
	status = err ? replace_failed(version, err) :
		       check_registered(version, link);
	close(link);
	return status;
}

/**
 * link_replace - have a link stand for another version
 * @version: the new version
 * @pins: what has to be pinned goes there
 * @pinned: where the table or the overlay is pinned, under PINS
 *
 * Tasks go over to it with their next call.
 *
 * Return: ST_OK, or another exit code.
 */
int link_replace(const struct version *version, struct pins *pins,
		 const char *pinned)
{
	int map = make_map(version);
	int status;

	if (map < 0)
		return error_status();
	status = update_link(version, map, pinned);
	if (!status)
		status = pins_add(pins, map, "map");
	if (!status && version->object)
		status = object_pin_maps(version->object, pins, "");
	close(map);
	return status;
}

/**
 * link_remove - unregister what this command loaded
 * @kind: a table or an overlay
 * @name: its name, which the kernel knows
 * @path: where it is pinned
 *
 * Context: under pins_lock().
 *
 * Return: ST_OK, or another exit code.
 */
int link_remove(const struct opsmap_kind *kind, const char *name,
		const char *path)
{
	pins_clean();
	if (!pins_exist(path))
		return fail(ST_NOT_FOUND, "abimux unloads only what it loaded",
			    "%s '%s' was not loaded by abimux", kind->what,
			    name);
	return pins_remove(path);
}
