// SPDX-License-Identifier: GPL-2.0
/*
 * What is swapped: tables, overlays and policies, held by this process.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "objects.h"
#include "retag.h"

const char *const stock_names[STOCK_TABLES] = { "myelf", "linux-0.11",
						"freebsd" };

static struct bpf_object *object;
static int table_maps[CHURN_TABLES][CHURN_VERSIONS], table_links[CHURN_TABLES];
static struct bpf_link *overlay_links[CHURN_OVERS];
static int stock_links[STOCK_TABLES], stock_maps[STOCK_TABLES][2];
static struct bpf_link *overlays_link;
static int policy_link, policy_maps[2];
static int turns[STOCK_TABLES + 1];

static struct bpf_map *map_of(const char *format, int a, int b)
{
	char name[32];
	struct bpf_map *map;

	snprintf(name, sizeof(name), format, a, b);
	map = bpf_object__find_map_by_name(object, name);
	if (!map)
		errx(2, "no map %s", name);
	return map;
}

/* All of Linux at its own numbers, ours, and an errno of its own. */
static void fill_table(int table, int version)
{
	struct abimux_table_data *data = bpf_map__initial_value(
		map_of("table_%d_%d", table, version), NULL);

	snprintf(data->name, sizeof(data->name), "churn-%d", table);
	for (int nr = 0; nr < 463; nr++) {
		if (nr >= 335 && nr < 424)
			continue;
		data->entries[nr].kind = ABIMUX_ENTRY_NATIVE;
		data->entries[nr].native = nr;
	}
	for (int nr = CHURN_WHO; nr <= CHURN_READ; nr++)
		data->entries[nr].kind = ABIMUX_ENTRY_OP;
	data->errnos[ENOTTY] = CHURN_ENOTTY(table * 10 + version);
}

static void fill_overlay(int overlay, int version)
{
	struct abimux_overlay_data *data = bpf_map__initial_value(
		map_of("overlay_%d_%d", overlay, version), NULL);

	snprintf(data->name, sizeof(data->name), "churn-%d", overlay);
	data->order = overlay - 1;
	if (overlay != CHURN_LIST)
		return;
	data->amd64[111] = CHURN_REFUSED(version);
	data->i386[65] = CHURN_REFUSED(version);
}

static void fill_all(void)
{
	for (int table = 1; table < CHURN_TABLES; table++)
		for (int version = 0; version < CHURN_VERSIONS; version++)
			fill_table(table, version);
	for (int overlay = 0; overlay < CHURN_OVERS; overlay++)
		for (int version = 1; version <= 2; version++)
			fill_overlay(overlay, version);
}

/* libbpf gives a map its value when it makes a link of it, or updates one. */
static void attach_tables(void)
{
	for (int table = 1; table < CHURN_TABLES; table++) {
		struct bpf_link *link = bpf_map__attach_struct_ops(
			map_of("table_%d_%d", table, 0));

		if (!link)
			err(2, "table churn-%d", table);
		table_links[table] = bpf_link__fd(link);
		for (int v = 0; v < CHURN_VERSIONS; v++) {
			struct bpf_map *map = map_of("table_%d_%d", table, v);

			table_maps[table][v] = bpf_map__fd(map);
			if (v && bpf_link__update_map(link, map))
				err(2, "version %d of churn-%d", v, table);
		}
		table_swap(table, 0);
	}
}

static int link_map(int link)
{
	struct bpf_link_info info = {};
	unsigned int size = sizeof(info);

	if (bpf_link_get_info_by_fd(link, &info, &size))
		err(2, "bpf_link_get_info_by_fd");
	return bpf_map_get_fd_by_id(info.struct_ops.map_id);
}

static int pinned(const char *name)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), PINS "/%s", name);
	for (char *at = path + sizeof(PINS); *at; at++)
		*at = *at == '.' ? ':' : *at;
	fd = bpf_obj_get(path);
	if (fd < 0)
		err(2, "%s", path);
	return fd;
}

/* The version that is there, and one more, made by the loader. */
static void find_stock(int table)
{
	char text[64];

	snprintf(text, sizeof(text), "table/%s/link", stock_names[table]);
	stock_links[table] = pinned(text);
	stock_maps[table][0] = link_map(stock_links[table]);
	snprintf(text, sizeof(text),
		 "abimux table replace /usr/lib/abimux/%s.tbl >/dev/null",
		 stock_names[table]);
	if (system(text))
		errx(2, "%s", text);
	stock_maps[table][1] = link_map(stock_links[table]);
	turns[table] = 1;
}

/* Ours gets its value although there is a policy already, and it no link. */
static void find_policy(void)
{
	struct bpf_map *map = map_of("churn_policy", 0, 0);

	policy_link = pinned("policy");
	policy_maps[0] = link_map(policy_link);
	policy_maps[1] = bpf_map__fd(map);
	if (bpf_map__attach_struct_ops(map) || errno != EBUSY)
		errx(2, "there is no policy");
}

/* Load all there is; it goes with this process. */
void objects_load(const char *file)
{
	struct bpf_map *tags;

	object = bpf_object__open(file);
	if (!object)
		err(2, "%s", file);
	tags = map_of("tags", 0, 0);
	if (bpf_map__reuse_fd(tags, pinned("tags")))
		err(2, "tags");
	fill_all();
	if (bpf_object__load(object))
		errx(2, "%s: not loaded", file);
	attach_tables();
	for (int table = 0; table < STOCK_TABLES; table++)
		find_stock(table);
	find_policy();
	overlays_link = bpf_program__attach(
		bpf_object__find_program_by_name(object, "tell_overlays"));
	if (!overlays_link)
		err(2, "tell_overlays");
}

/* All is as it was found, but for a newer version of tables. */
void objects_restore(void)
{
	for (int table = 0; table < STOCK_TABLES; table++)
		if (!turns[table])
			stock_swap(table);
	if (turns[STOCK_TABLES])
		policy_swap();
	for (int overlay = 0; overlay < CHURN_OVERS; overlay++)
		bpf_link__destroy(overlay_links[overlay]);
}

/* How many results an overlay was told that another version of it had entered. */
unsigned long long objects_mixed(void)
{
	size_t size;

	return *(unsigned long long *)bpf_map__initial_value(
		map_of(".bss", 0, 0), &size);
}

int table_swap(int table, int version)
{
	return bpf_link_update(table_links[table], table_maps[table][version],
			       NULL);
}

int stock_swap(int table)
{
	turns[table] = !turns[table];
	return bpf_link_update(stock_links[table],
			       stock_maps[table][turns[table]], NULL);
}

int policy_swap(void)
{
	turns[STOCK_TABLES] = !turns[STOCK_TABLES];
	return bpf_link_update(policy_link, policy_maps[turns[STOCK_TABLES]],
			       NULL);
}

/* All overlays, as text. Once there may be no memory for it. */
static void read_overlays(char *text, size_t size)
{
	for (int tries = 0; tries < 3; tries++) {
		int fd = bpf_iter_create(bpf_link__fd(overlays_link));
		ssize_t got = fd < 0 ? -1 : read(fd, text, size - 1);

		close(fd);
		if (got < 0)
			continue;
		text[got] = '\0';
		return;
	}
	err(2, "overlays");
}

static int overlay_id(int overlay)
{
	char text[1024], name[16], *at;

	snprintf(name, sizeof(name), "churn-%d ", overlay);
	read_overlays(text, sizeof(text));
	at = strstr(text, name);
	if (!at)
		errx(2, "overlay churn-%d is not there", overlay);
	return atoi(at + strlen(name));
}

/* Return: the id of the overlay, or a negative errno. */
int overlay_register(int overlay, int version)
{
	overlay_links[overlay] = bpf_map__attach_struct_ops(
		map_of("overlay_%d_%d", overlay, version));
	return overlay_links[overlay] ? overlay_id(overlay) : -errno;
}

int overlay_swap(int overlay, int version)
{
	return bpf_link__update_map(overlay_links[overlay],
				    map_of("overlay_%d_%d", overlay, version));
}

void overlay_unregister(int overlay)
{
	bpf_link__destroy(overlay_links[overlay]);
	overlay_links[overlay] = NULL;
}

/* Return: how many threads were changed, or a negative errno. */
int retag(int pid, const struct abimux_retag *how)
{
	struct retag_args args = { .pid = pid, .how = *how };
	struct bpf_test_run_opts opts = { .sz = sizeof(opts),
					  .ctx_in = &args,
					  .ctx_size_in = sizeof(args) };
	static int program;

	if (!program)
		program = bpf_program__fd(
			bpf_object__find_program_by_name(object, "retag"));
	if (bpf_prog_test_run_opts(program, &opts))
		return -errno;
	return args.ret;
}
