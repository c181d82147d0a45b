// SPDX-License-Identifier: GPL-2.0
/*
 * Tables as the kernel has them: struct_ops maps and their links.
 *
 * The map is made here, not by libbpf from an object. So a table without a
 * program needs no object, every map has its table's name, and a link can be
 * moved from one map to another.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <abimux/policy.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "error.h"
#include "hints.h"
#include "kernel.h"
#include "table.h"

#define OPS_TYPE "abimux_table_ops"

/**
 * struct layout - where things are in a struct_ops map's value
 * @type: id of its type
 * @size: its bytes
 * @ops: type of the ops in it
 * @ops_offset: their offset
 * @data_offset: offset of the table's data
 */
struct layout {
	__u32 type;
	__u32 size;
	const struct btf_type *ops;
	__u32 ops_offset;
	__u32 data_offset;
};

static const struct btf_member *find_member(const struct btf *btf,
					    const struct btf_type *type,
					    const char *name)
{
	const struct btf_member *member = btf_members(type);

	for (int i = 0; i < btf_vlen(type); i++, member++) {
		if (!strcmp(btf__name_by_offset(btf, member->name_off), name))
			return member;
	}
	return NULL;
}

static int find_layout(struct layout *layout)
{
	const struct btf *btf = kernel_btf();
	const struct btf_member *ops, *data;
	const struct btf_type *value;
	int type = btf ? btf__find_by_name_kind(btf, "bpf_struct_ops_" OPS_TYPE,
						BTF_KIND_STRUCT) :
			 -ENOENT;

	if (type < 0)
		return fail(ST_KERNEL, HINT_HOOK,
			    "the running kernel has no abimux hook");
	value = btf__type_by_id(btf, type);
	ops = find_member(btf, value, "data");
	layout->ops = ops ? btf__type_by_id(btf, ops->type) : NULL;
	data = layout->ops ? find_member(btf, layout->ops, "data") : NULL;
	if (!data || btf__resolve_size(btf, data->type) !=
			     sizeof(struct abimux_table_data))
		return fail(
			ST_KERNEL,
			"use the abimux that was built together with this kernel",
			"the running kernel's tables have another layout");
	layout->type = type;
	layout->size = value->size;
	layout->ops_offset = ops->offset / 8;
	layout->data_offset = layout->ops_offset + data->offset / 8;
	return ST_OK;
}

/* Names of maps take fewer characters than those of tables. */
static void map_name(char name[BPF_OBJ_NAME_LEN], const char *table)
{
	snprintf(name, BPF_OBJ_NAME_LEN, "%.*s", BPF_OBJ_NAME_LEN - 1, table);
	for (; *name; name++) {
		if (*name == '-')
			*name = '_';
	}
}

/*
 * Writes the programs of an object's ops into a map's value, each where the
 * kernel has the op of the same name.
 */
static int fill_ops(const struct layout *layout, struct bpf_object *object,
		    void *value)
{
	const struct btf *btf = bpf_object__btf(object);
	struct bpf_map *map = object_struct_ops(object, OPS_TYPE);
	const struct btf_member *member, *to;
	const struct btf_type *type;
	struct bpf_program *program;
	const char *name;
	void *shadow;

	if (!map)
		return fail(ST_INPUT, NULL, "%s: expected one struct " OPS_TYPE,
			    bpf_object__name(object));
	shadow = bpf_map__initial_value(map, NULL);
	type = btf__type_by_id(btf, bpf_map__btf_value_type_id(map));
	member = btf_members(type);
	for (int i = 0; i < btf_vlen(type); i++, member++) {
		if (!btf_is_ptr(btf__type_by_id(btf, member->type)))
			continue;
		program = *(struct bpf_program **)(shadow + member->offset / 8);
		if (!program)
			continue;
		name = btf__name_by_offset(btf, member->name_off);
		to = find_member(kernel_btf(), layout->ops, name);
		if (!to)
			return fail(
				ST_KERNEL, NULL,
				"the running kernel's tables have no op '%s'",
				name);
		*(__u64 *)(value + layout->ops_offset + to->offset / 8) =
			bpf_program__fd(program);
	}
	return ST_OK;
}

static int create_map(const struct layout *layout, const char *name)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_LINK,
		    .btf_vmlinux_value_type_id = layout->type);
	char short_name[BPF_OBJ_NAME_LEN];

	map_name(short_name, name);
	return bpf_map_create(BPF_MAP_TYPE_STRUCT_OPS, short_name,
			      sizeof(__u32), layout->size, 1, &opts);
}

static int fill_map(int map, const struct layout *layout, const struct tbl *tbl,
		    struct bpf_object *object)
{
	void *value = calloc(1, layout->size);
	__u32 zero = 0;
	int status, err;

	if (!value)
		return fail_errno(ENOMEM, NULL, tbl->data.name);
	memcpy(value + layout->data_offset, &tbl->data, sizeof(tbl->data));
	status = object ? fill_ops(layout, object, value) : ST_OK;
	if (!status) {
		err = bpf_map_update_elem(map, &zero, value, 0);
		if (err)
			status = fail(status_of(err), HINT_VERBOSE,
				      "the kernel does not take table %s: %s",
				      tbl->data.name, strerror(-err));
	}
	free(value);
	return status;
}

/**
 * table_make - give a table to the kernel, without registering it
 * @tbl: the table
 * @object: loaded object with its ops; NULL if there are none
 *
 * Return: file descriptor of its struct_ops map, or -1 after fail().
 */
int table_make(const struct tbl *tbl, struct bpf_object *object)
{
	struct layout layout;
	int map;

	if (find_layout(&layout))
		return -1;
	map = create_map(&layout, tbl->data.name);
	if (map < 0) {
		fail_errno(map, HINT_ROOT, "create the map of a table");
		return -1;
	}
	if (fill_map(map, &layout, tbl, object)) {
		close(map);
		return -1;
	}
	return map;
}

/* Type information, so that `bpftool map dump` shows names as text. */
static struct btf *names_btf(int *key, int *value)
{
	struct btf *btf = btf__new_empty();
	int chars;

	if (!btf)
		return NULL;
	*key = btf__add_int(btf, "unsigned int", 4, 0);
	chars = btf__add_int(btf, "char", 1, BTF_INT_CHAR);
	chars = btf__add_array(btf, *key, chars, ABIMUX_NAME_LEN);
	*value =
		btf__add_struct(btf, "abimux_name", sizeof(struct abimux_name));
	if (*value < 0 || btf__add_field(btf, "name", chars, 0, 0) ||
	    btf__load_into_kernel(btf)) {
		btf__free(btf);
		return NULL;
	}
	return btf;
}

static int fill_names(int map, const struct tbl *tbl)
{
	int err = 0;

	for (__u32 nr = 0; !err && nr < ABIMUX_NR_CALLS; nr++) {
		if (*tbl->names[nr])
			err = bpf_map_update_elem(map, &nr, tbl->names[nr], 0);
	}
	return err ?: bpf_map_freeze(map);
}

/* The map with the names of a table's calls. */
static int make_names(const struct tbl *tbl)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	int key, value, map, err;
	struct btf *btf = names_btf(&key, &value);

	if (btf) {
		opts.btf_fd = btf__fd(btf);
		opts.btf_key_type_id = key;
		opts.btf_value_type_id = value;
	}
	map = bpf_map_create(BPF_MAP_TYPE_HASH, "names", sizeof(__u32),
			     sizeof(struct abimux_name), ABIMUX_NR_CALLS,
			     &opts);
	btf__free(btf);
	if (map < 0)
		return map;
	err = fill_names(map, tbl);
	if (!err)
		return map;
	close(map);
	return err;
}

static int pin_names(const struct tbl *tbl, struct pins *pins,
		     const char *prefix)
{
	int map = make_names(tbl);
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
		return fail(
			ST_FAILED, HINT_VERBOSE,
			"table %s was registered, but the kernel does not show it",
			name);
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

/* Maps of the table's programs, for bpftool and the like. */
static int pin_maps(struct bpf_object *object, struct pins *pins,
		    const char *prefix)
{
	struct bpf_map *map;
	int status;

	bpf_object__for_each_map(map, object) {
		if (bpf_map__is_internal(map) ||
		    bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS ||
		    object_shares(bpf_map__name(map)))
			continue;
		status = pins_add(pins, bpf_map__fd(map), "%smaps/%s", prefix,
				  bpf_map__name(map));
		if (status)
			return status;
	}
	return ST_OK;
}

static int attach_object(struct bpf_object *object, struct pins *pins,
			 const char *prefix)
{
	char dir[PIN_PATH_LEN];

	snprintf(dir, sizeof(dir), "%sprograms/", prefix);
	return pin_maps(object, pins, prefix) ?:
						object_attach(object, pins, dir);
}

static int load_object(struct bpf_object **object, const char *dir,
		       const char *name)
{
	char path[PIN_PATH_LEN];

	return object_find(path, sizeof(path), dir, name) ?:
		       object_load(object, path);
}

/*
 * The version of a table that reports to who watches it: ready, so that nothing
 * can fail and no file is needed when somebody does.
 */
static int make_watch(const struct tbl *tbl, const char *dir, struct pins *pins,
		      const char *prefix)
{
	struct bpf_object *object;
	char watch[PIN_PATH_LEN];
	int map, status;

	status = load_object(&object, dir, tbl->watch);
	if (status)
		return status;
	snprintf(watch, sizeof(watch), "%swatch/", prefix);
	map = table_make(tbl, object);
	status = map < 0 ? error_status() : pins_add(pins, map, "%smap", watch);
	if (!status)
		status = attach_object(object, pins, watch);
	if (map >= 0)
		close(map);
	bpf_object__close(object);
	return status;
}

static int make_and_link(const struct tbl *tbl, struct bpf_object *object,
			 struct pins *pins, const char *prefix)
{
	int map = table_make(tbl, object);
	int status;

	if (map < 0)
		return error_status();
	status = link_table(tbl, map, pins, prefix);
	close(map);
	return status;
}

/**
 * table_register - make a table known under its name
 * @tbl: the table; if it can be watched, it is quiet afterwards
 * @dir: where its programs are looked for first
 * @pins: what has to be pinned goes there
 * @prefix: under which path, with a slash at its end
 *
 * Return: ST_OK, or another exit code. The table goes with @pins.
 */
int table_register(struct tbl *tbl, const char *dir, struct pins *pins,
		   const char *prefix)
{
	struct bpf_object *object = NULL;
	int status = ST_OK;

	if (*tbl->watch) {
		status = make_watch(tbl, dir, pins, prefix);
		tbl_make_quiet(tbl);
	}
	if (!status && *tbl->program)
		status = load_object(&object, dir, tbl->program);
	if (!status)
		status = make_and_link(tbl, object, pins, prefix);
	if (!status && object)
		status = attach_object(object, pins, prefix);
	bpf_object__close(object);
	return status;
}

/**
 * table_map_data - read a table back from the kernel
 * @map: its struct_ops map
 * @data: what it is
 *
 * Return: ST_OK, or another exit code.
 */
int table_map_data(int map, struct abimux_table_data *data)
{
	struct layout layout;
	__u32 zero = 0;
	void *value;
	int err;

	if (find_layout(&layout))
		return ST_KERNEL;
	value = calloc(1, layout.size);
	err = value ? bpf_map_lookup_elem(map, &zero, value) : -ENOMEM;
	if (!err)
		memcpy(data, value + layout.data_offset, sizeof(*data));
	free(value);
	return err ? fail_errno(err, NULL, "read a table back") : ST_OK;
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
