// SPDX-License-Identifier: GPL-2.0
/*
 * Tables and overlays as the kernel takes them: struct_ops maps.
 *
 * They are made here, not by libbpf from an object. So a table without a
 * program needs no object, every map has its table's name, and a link can be
 * moved from one map to another.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "error.h"
#include "hints.h"
#include "kernel.h"
#include "names.h"
#include "object.h"
#include "opsmap.h"

#define VALUE_PREFIX "bpf_struct_ops_"

const struct opsmap_kind opsmap_table = {
	.type = "abimux_table_ops",
	.what = "table",
	.hint = HINT_TABLES,
	.member = "data",
	.data_size = sizeof(struct abimux_table_data),
};

const struct opsmap_kind opsmap_overlay = {
	.type = "abimux_overlay_ops",
	.what = "overlay",
	.hint = HINT_OVERLAYS,
	.fixed = "order",
	.reload = "abimux overlay unload, then load",
	.member = "data",
	.data_size = sizeof(struct abimux_overlay_data),
};

const struct opsmap_kind opsmap_policy = {
	.type = "abimux_policy_ops",
	.what = "policy",
	.hint = HINT_POLICY,
	.member = "name",
	.data_size = ABIMUX_NAME_LEN,
};

/**
 * struct layout - where things are in a struct_ops map's value
 * @type: id of its type
 * @size: its bytes
 * @ops: type of the ops in it
 * @ops_offset: their offset
 * @data_offset: offset of the data in them
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

static int find_layout(struct layout *layout, const struct opsmap_kind *kind)
{
	char name[64] = VALUE_PREFIX;
	const struct btf *btf = kernel_btf();
	const struct btf_member *ops, *data;
	const struct btf_type *value;
	int type;

	strcat(name, kind->type);
	type = btf ? btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT) :
		     -ENOENT;
	if (type < 0)
		return fail(ST_KERNEL, HINT_HOOK,
			    "the running kernel has no abimux hook");
	value = btf__type_by_id(btf, type);
	ops = find_member(btf, value, "data");
	layout->ops = ops ? btf__type_by_id(btf, ops->type) : NULL;
	data = layout->ops ? find_member(btf, layout->ops, kind->member) : NULL;
	if (!data ||
	    btf__resolve_size(btf, data->type) != (ssize_t)kind->data_size)
		return fail(ST_KERNEL, HINT_LAYOUT,
			    "the running kernel's %ss have another layout",
			    kind->what);
	layout->type = type;
	layout->size = value->size;
	layout->ops_offset = ops->offset / 8;
	layout->data_offset = layout->ops_offset + data->offset / 8;
	return ST_OK;
}

/* Names of maps take fewer characters than those of tables. */
static void map_name(char name[BPF_OBJ_NAME_LEN], const char *full)
{
	snprintf(name, BPF_OBJ_NAME_LEN, "%.*s", BPF_OBJ_NAME_LEN - 1, full);
	for (; *name; name++) {
		if (*name == '-')
			*name = '_';
	}
}

/*
 * Writes the programs of an object's ops into a map's value, each where the
 * kernel has the op of the same name.
 */
static int fill_ops(const struct layout *layout, const struct opsmap_kind *kind,
		    struct bpf_object *object, void *value)
{
	const struct btf *btf = bpf_object__btf(object);
	struct bpf_map *map = object_struct_ops(object, kind->type);
	const struct btf_member *member, *to;
	const struct btf_type *type;
	struct bpf_program *program;
	const char *name;
	void *shadow;

	if (!map)
		return fail(ST_INPUT, NULL, "%s: expected one struct %s",
			    bpf_object__name(object), kind->type);
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
			return fail(ST_KERNEL, NULL,
				    "no op '%s' in the running kernel", name);
		*(__u64 *)(value + layout->ops_offset + to->offset / 8) =
			bpf_program__fd(program);
	}
	return ST_OK;
}

static int create_map(const struct layout *layout, const char *name)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_LINK);
	const struct own_types *own = own_types();
	char short_name[BPF_OBJ_NAME_LEN];

	if (!own)
		return -ENOMEM;
	map_name(short_name, name);
	opts.btf_fd = btf__fd(own->btf);
	opts.btf_vmlinux_value_type_id = layout->type;
	return bpf_map_create(BPF_MAP_TYPE_STRUCT_OPS, short_name,
			      sizeof(__u32), layout->size, 1, &opts);
}

static int fill_map(int map, const struct layout *layout,
		    const struct opsmap_kind *kind, const void *data,
		    struct bpf_object *object)
{
	void *value = calloc(1, layout->size);
	const char *name = data;
	__u32 zero = 0;
	int status, err;

	if (!value)
		return fail_errno(ENOMEM, NULL, name);
	memcpy(value + layout->data_offset, data, kind->data_size);
	status = object ? fill_ops(layout, kind, object, value) : ST_OK;
	if (!status) {
		err = bpf_map_update_elem(map, &zero, value, 0);
		if (err)
			status = fail(status_of(err), HINT_VERBOSE,
				      "the kernel does not take %s %s: %s",
				      kind->what, name, strerror(-err));
	}
	free(value);
	return status;
}

/**
 * opsmap_make - give a table or an overlay to the kernel, without registering it
 * @kind: which of the two
 * @data: its data, which begin with its name
 * @name: name of the map
 * @object: loaded object with its ops; NULL if there are none
 *
 * Return: file descriptor of the map, or -1 after fail().
 */
int opsmap_make(const struct opsmap_kind *kind, const void *data,
		const char *name, struct bpf_object *object)
{
	struct layout layout;
	int map;

	if (find_layout(&layout, kind))
		return -1;
	map = create_map(&layout, name);
	if (map < 0) {
		fail(map == -EPERM ? ST_PERMISSION : ST_FAILED, HINT_VERBOSE,
		     "cannot create the map of %s %s: %s", kind->what,
		     (const char *)data, strerror(-map));
		return -1;
	}
	if (fill_map(map, &layout, kind, data, object)) {
		close(map);
		return -1;
	}
	return map;
}

/**
 * opsmap_read - read a table or an overlay back from the kernel
 * @kind: which of the two
 * @map: its struct_ops map
 * @data: its data
 *
 * Return: ST_OK, or another exit code.
 */
int opsmap_read(const struct opsmap_kind *kind, int map, void *data)
{
	struct layout layout;
	__u32 zero = 0;
	void *value;
	int err;

	if (find_layout(&layout, kind))
		return ST_KERNEL;
	value = calloc(1, layout.size);
	err = value ? bpf_map_lookup_elem(map, &zero, value) : -ENOMEM;
	if (!err)
		memcpy(data, value + layout.data_offset, kind->data_size);
	free(value);
	return err ? fail_errno(err, NULL, "read it back from the kernel") :
		     ST_OK;
}

/**
 * opsmap_data - the data that an object itself has
 * @kind: of a table or of an overlay
 * @object: the object, opened
 * @data: its data
 *
 * Return: ST_OK, or another exit code.
 */
int opsmap_data(const struct opsmap_kind *kind, struct bpf_object *object,
		void *data)
{
	const struct btf *btf = bpf_object__btf(object);
	struct bpf_map *map = object_struct_ops(object, kind->type);
	const struct btf_member *member;
	const struct btf_type *type;

	if (!map)
		return fail(ST_INPUT, NULL, "%s: expected one struct %s",
			    bpf_object__name(object), kind->type);
	type = btf__type_by_id(btf, bpf_map__btf_value_type_id(map));
	member = find_member(btf, type, "data");
	if (!member ||
	    btf__resolve_size(btf, member->type) != (ssize_t)kind->data_size)
		return fail(ST_INPUT, HINT_LAYOUT,
			    "%s: its struct %s has another layout",
			    bpf_object__name(object), kind->type);
	memcpy(data, bpf_map__initial_value(map, NULL) + member->offset / 8,
	       kind->data_size);
	return ST_OK;
}
