// SPDX-License-Identifier: GPL-2.0
/*
 * BPF objects: finding, loading and attaching them, and what libbpf says
 * meanwhile.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "compiler.h"
#include "error.h"
#include "hints.h"
#include "object.h"

/* The verifier gives its reason last. */
#define LOG_SIZE 4096

static int verbose;
static char log_text[LOG_SIZE];

/* Maps of the policy that every object may use under the same name. */
static struct shared_map {
	const char *name;
	int fd;
} shared_maps[] = { { "formats", -1 }, { "overlays", -1 }, { "places", -1 },
		    { "tags", -1 },    { "choices", -1 },  { "missing", -1 },
		    { "refused", -1 }, { "plain", -1 } };

/* Keeps the end of what libbpf says, however much that is. */
static void log_add(const char *text)
{
	size_t len = strlen(text), have = strlen(log_text), drop;

	if (len >= LOG_SIZE) {
		text += len - (LOG_SIZE - 1);
		len = LOG_SIZE - 1;
	}
	if (have + len >= LOG_SIZE) {
		drop = have + len - (LOG_SIZE - 1);
		memmove(log_text, log_text + drop, have - drop + 1);
		have -= drop;
	}
	memcpy(log_text + have, text, len + 1);
}

static int log_print(enum libbpf_print_level level, const char *fmt,
		     va_list args)
{
	char *text;

	if (verbose > 1)
		return vfprintf(stderr, fmt, args);
	if (level == LIBBPF_DEBUG)
		return 0;
	if (vasprintf(&text, fmt, args) < 0)
		return 0;
	log_add(text);
	free(text);
	return 0;
}

/**
 * object_verbose - choose how much of libbpf is seen
 * @level: 0 nothing; 1 the end of its words, after a failure; 2 all, at once
 */
void object_verbose(int level)
{
	verbose = level;
	libbpf_set_print(log_print);
}

/**
 * object_print_log - print the end of what libbpf said, if that is wanted
 */
void object_print_log(void)
{
	if (verbose == 1 && *log_text)
		fprintf(stderr, "%s\n", log_text);
}

static int find(char path[PIN_PATH_LEN], const char *dir, const char *name)
{
	snprintf(path, PIN_PATH_LEN, "%s/%s", dir, name);
	if (!access(path, R_OK))
		return ST_OK;
	snprintf(path, PIN_PATH_LEN, "%s/%s", OBJECT_DIR, name);
	if (!access(path, R_OK))
		return ST_OK;
	return fail(ST_NOT_FOUND, HINT_OBJECTS, "no BPF object %s in %s", name,
		    dir);
}

/* libbpf has errors of its own besides the kernel's. */
static const char *error_text(int err)
{
	static char text[128];

	libbpf_strerror(err, text, sizeof(text));
	return text;
}

static bool same_shape(const struct bpf_map *map,
		       const struct bpf_map_info *info)
{
	return bpf_map__type(map) == info->type &&
	       bpf_map__key_size(map) == info->key_size &&
	       bpf_map__value_size(map) == info->value_size &&
	       bpf_map__max_entries(map) == info->max_entries &&
	       bpf_map__map_flags(map) == info->map_flags;
}

/* Makes a map of the object the policy's own, if that has one of this name. */
static int use_shared(struct bpf_object *object, struct shared_map *shared,
		      const char *path)
{
	struct bpf_map *map =
		bpf_object__find_map_by_name(object, shared->name);
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	int err;

	if (shared->fd < 0)
		shared->fd = pin_get("%s", shared->name);
	if (!map || shared->fd < 0)
		return ST_OK;
	err = bpf_map_get_info_by_fd(shared->fd, &info, &size);
	if (!err && !same_shape(map, &info))
		return fail(ST_INPUT, HINT_SHAPE,
			    "%s: its map %s is not like the one that is loaded",
			    path, shared->name);
	err = err ?: bpf_map__reuse_fd(map, shared->fd);
	return err ? fail_errno(err, HINT_VERBOSE, shared->name) : ST_OK;
}

/* Makes a map of the object the one that is pinned under its name, if one is. */
static int keep_map(struct bpf_map *map, const char *dir)
{
	const char *name = bpf_map__name(map);
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	int fd = pin_get("%s/maps/%s", dir, name);
	int err, status = ST_OK;

	if (fd < 0)
		return ST_OK;
	err = bpf_map_get_info_by_fd(fd, &info, &size);
	if (!err && !same_shape(map, &info))
		status = fail(
			ST_INPUT, HINT_RELOAD,
			"map %s is not what it was: programs go on with what is in it",
			name);
	else if (!err)
		err = bpf_map__reuse_fd(map, fd);
	close(fd);
	return err ? fail_errno(err, HINT_VERBOSE, name) : status;
}

static int keep_maps(struct bpf_object *object, const char *dir)
{
	struct bpf_map *map;
	int status = ST_OK;

	bpf_object__for_each_map(map, object) {
		if (!status && object_owns(map))
			status = keep_map(map, dir);
	}
	return status;
}

static int open_object(struct bpf_object **object, const char *dir,
		       const char *name, char path[PIN_PATH_LEN])
{
	int status = find(path, dir, name);

	*object = NULL;
	if (status)
		return status;
	*object = bpf_object__open_file(path, NULL);
	if (*object)
		return ST_OK;
	return fail(ST_INPUT, HINT_VERBOSE, "%s is no BPF object: %s", path,
		    error_text(errno));
}

static int load_opened(struct bpf_object *object, const char *path)
{
	int status = ST_OK, err;

	for (size_t i = 0; !status && i < ARRAY_SIZE(shared_maps); i++)
		status = use_shared(object, &shared_maps[i], path);
	if (status)
		return status;
	err = bpf_object__load(object);
	if (err == -EPERM)
		return fail_errno(err, HINT_ROOT, path);
	if (err)
		return fail(ST_FAILED, HINT_VERBOSE,
			    "the kernel does not take %s: %s", path,
			    error_text(-err));
	return ST_OK;
}

static void close_object(struct bpf_object **object)
{
	bpf_object__close(*object);
	*object = NULL;
}

static int load(struct bpf_object **object, const char *path)
{
	int status = load_opened(*object, path);

	if (status)
		close_object(object);
	return status;
}

/**
 * object_load - load an object's programs and maps into the kernel
 * @object: the object, to be closed with bpf_object__close(); NULL on failure
 * @dir: the directory to look at before OBJECT_DIR
 * @name: name of its file
 *
 * Return: ST_OK, or another exit code.
 */
int object_load(struct bpf_object **object, const char *dir, const char *name)
{
	return object_load_again(object, dir, name, NULL);
}

/**
 * object_load_maps - load only the maps of an object
 * @object: as for object_load()
 * @dir: likewise
 * @name: likewise
 *
 * Return: ST_OK, or another exit code.
 */
int object_load_maps(struct bpf_object **object, const char *dir,
		     const char *name)
{
	struct bpf_program *program;
	char path[PIN_PATH_LEN];
	struct bpf_map *map;
	int status;

	status = open_object(object, dir, name, path);
	if (status)
		return status;
	bpf_object__for_each_program(program, *object)
		bpf_program__set_autoload(program, false);
	bpf_object__for_each_map(map, *object) {
		if (bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS)
			bpf_map__set_autocreate(map, false);
	}
	return load(object, path);
}

/**
 * object_load_again - load an object that takes the place of another
 * @object: as for object_load()
 * @dir: likewise
 * @name: likewise
 * @pinned: where the maps of the other are, under PINS: it goes on with them; or NULL
 *
 * Return: ST_OK, or another exit code.
 */
int object_load_again(struct bpf_object **object, const char *dir,
		      const char *name, const char *pinned)
{
	char path[PIN_PATH_LEN];
	int status;

	status = open_object(object, dir, name, path);
	if (status)
		return status;
	if (pinned && keep_maps(*object, pinned)) {
		close_object(object);
		return error_status();
	}
	return load(object, path);
}

/**
 * object_share_maps - pin the maps that all objects may use, and remember them
 * @object: the policy's object, loaded
 * @pins: where
 *
 * Return: ST_OK, or another exit code.
 */
int object_share_maps(struct bpf_object *object, struct pins *pins)
{
	struct bpf_map *map;
	int status;

	for (size_t i = 0; i < ARRAY_SIZE(shared_maps); i++) {
		map = bpf_object__find_map_by_name(object, shared_maps[i].name);
		if (!map)
			return fail(ST_INPUT, NULL,
				    "the policy has no map '%s'",
				    shared_maps[i].name);
		status = pins_add(pins, bpf_map__fd(map), "%s",
				  shared_maps[i].name);
		if (status)
			return status;
		shared_maps[i].fd = pins->pin[pins->count - 1].fd;
	}
	return ST_OK;
}

/**
 * object_shares - whether a map of this name is the policy's in every object
 * @map: the name
 *
 * Return: whether it is.
 */
bool object_shares(const char *map)
{
	for (size_t i = 0; i < ARRAY_SIZE(shared_maps); i++) {
		if (!strcmp(shared_maps[i].name, map))
			return true;
	}
	return false;
}

/**
 * object_owns - whether a map is the object's own, and one with a name to pin
 * @map: the map
 *
 * Return: whether it is.
 */
bool object_owns(const struct bpf_map *map)
{
	return !bpf_map__is_internal(map) &&
	       bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS &&
	       !object_shares(bpf_map__name(map));
}

/**
 * object_pin_maps - pin an object's own maps, for bpftool and the like
 * @object: the object, loaded
 * @pins: where
 * @prefix: under which path, with a slash at its end
 *
 * Return: ST_OK, or another exit code.
 */
int object_pin_maps(struct bpf_object *object, struct pins *pins,
		    const char *prefix)
{
	struct bpf_map *map;
	int status;

	bpf_object__for_each_map(map, object) {
		if (!object_owns(map))
			continue;
		status = pins_add(pins, bpf_map__fd(map), "%smaps/%s", prefix,
				  bpf_map__name(map));
		if (status)
			return status;
	}
	return ST_OK;
}

/* An attach that went well may have been undone since: ask the kernel. */
static int check_link(int fd, const char *name)
{
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);

	if (!bpf_link_get_info_by_fd(fd, &info, &size) && info.id)
		return ST_OK;
	return fail(ST_FAILED, HINT_VERBOSE, "program %s " GONE, name);
}

static int attach(struct bpf_program *program, struct pins *pins,
		  const char *dir)
{
	const char *name = bpf_program__name(program);
	struct bpf_link *link = bpf_program__attach(program);
	int status;

	if (!link)
		return fail(ST_FAILED, HINT_VERBOSE,
			    "cannot attach BPF program %s: %s", name,
			    error_text(errno));
	status = check_link(bpf_link__fd(link), name);
	/* An iterator is for people to read: it stands at the top, without a directory. */
	if (!status &&
	    bpf_program__expected_attach_type(program) == BPF_TRACE_ITER)
		status = pins_add(pins, bpf_link__fd(link), "%s", name);
	else if (!status)
		status = pins_add(pins, bpf_link__fd(link), "%s%s", dir, name);
	bpf_link__destroy(link);
	return status;
}

/**
 * object_attach - attach all programs of an object that are not struct_ops
 * @object: the object, loaded
 * @pins: where their links go
 * @dir: under which directory, with a slash at its end
 *
 * Return: ST_OK, or another exit code.
 */
int object_attach(struct bpf_object *object, struct pins *pins, const char *dir)
{
	struct bpf_program *program;
	int status;

	bpf_object__for_each_program(program, object) {
		if (bpf_program__type(program) == BPF_PROG_TYPE_STRUCT_OPS)
			continue;
		status = attach(program, pins, dir);
		if (status)
			return status;
	}
	return ST_OK;
}

/**
 * object_struct_ops - the one struct_ops map of a type
 * @object: the object
 * @type: name of the struct
 *
 * Return: the map, or NULL if there is none or more than one.
 */
struct bpf_map *object_struct_ops(struct bpf_object *object, const char *type)
{
	const struct btf *btf = bpf_object__btf(object);
	struct bpf_map *map, *found = NULL;
	const struct btf_type *t;

	bpf_object__for_each_map(map, object) {
		if (bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS)
			continue;
		t = btf__type_by_id(btf, bpf_map__btf_value_type_id(map));
		if (strcmp(btf__name_by_offset(btf, t ? t->name_off : 0), type))
			continue;
		if (found)
			return NULL;
		found = map;
	}
	return found;
}
