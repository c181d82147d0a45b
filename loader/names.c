// SPDX-License-Identifier: GPL-2.0
/*
 * Names of a table's calls: the kernel has no use for them, people have.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <abimux/policy.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "names.h"
#include "pins.h"

static int add_types(struct own_types *own)
{
	int chars;

	own->key = btf__add_int(own->btf, "unsigned int", 4, 0);
	chars = btf__add_int(own->btf, "char", 1, BTF_INT_CHAR);
	chars = btf__add_array(own->btf, own->key, chars, ABIMUX_NAME_LEN);
	own->value = btf__add_struct(own->btf, "abimux_name",
				     sizeof(struct abimux_name));
	if (own->key < 0 || own->value < 0)
		return -EINVAL;
	if (btf__add_field(own->btf, "name", chars, 0, 0))
		return -EINVAL;
	return btf__load_into_kernel(own->btf);
}

/**
 * own_types - type information of our own
 *
 * Shows names as text in `bpftool map dump`; and the kernel makes no struct_ops
 * map for a process that has no types of its own, though it uses none of them.
 *
 * Return: the types, made once; NULL without memory or rights.
 */
const struct own_types *own_types(void)
{
	static struct own_types own;

	if (own.btf)
		return &own;
	own.btf = btf__new_empty();
	if (own.btf && !add_types(&own))
		return &own;
	btf__free(own.btf);
	own.btf = NULL;
	return NULL;
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

/**
 * names_make - make the map with the names of a table's calls
 * @tbl: the table
 *
 * Return: its file descriptor, or a negative errno.
 */
int names_make(const struct tbl *tbl)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_NO_PREALLOC);
	const struct own_types *own = own_types();
	int map, err;

	if (!own)
		return -ENOMEM;
	opts.btf_fd = btf__fd(own->btf);
	opts.btf_key_type_id = own->key;
	opts.btf_value_type_id = own->value;
	map = bpf_map_create(BPF_MAP_TYPE_HASH, "names", sizeof(__u32),
			     sizeof(struct abimux_name), ABIMUX_NR_CALLS,
			     &opts);
	if (map < 0)
		return map;
	err = fill_names(map, tbl);
	if (!err)
		return map;
	close(map);
	return err;
}

/**
 * names_open - the names of a table's calls
 * @table: name of the table
 *
 * Return: file descriptor of the map, or a negative errno.
 */
int names_open(const char *table)
{
	char dir[PIN_PATH_LEN];

	table_pin_path(dir, table);
	return pin_get("%s/names", dir + strlen(PINS) + 1);
}

/**
 * names_get - the name of a call
 * @names: the map, or a negative errno
 * @nr: number of the call
 *
 * Return: a JSON string; null if it has no name.
 */
json_t *names_get(int names, __u32 nr)
{
	struct abimux_name name;

	if (names < 0 || bpf_map_lookup_elem(names, &nr, &name))
		return json_null();
	return json_string(name.name) ?: json_null();
}
