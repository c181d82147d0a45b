// SPDX-License-Identifier: GPL-2.0
/*
 * From which files policy, tables and overlays were loaded, in the pinned map
 * `sources`: so that they can be loaded again after a reboot.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "error.h"
#include "sources.h"

#define MAX_SOURCES 1024

/* KIND/NAME, NUL-padded. */
struct source_key {
	char text[64];
};

/**
 * sources_make - make the map
 * @pins: where it is going to be pinned
 *
 * Return: ST_OK, or another exit code.
 */
int sources_make(struct pins *pins)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_NO_PREALLOC);
	int map, status;

	map = bpf_map_create(BPF_MAP_TYPE_HASH, "sources",
			     sizeof(struct source_key), sizeof(struct source),
			     MAX_SOURCES, &opts);
	if (map < 0)
		return fail_errno(map, NULL, "create map sources");
	status = pins_add(pins, map, "sources");
	close(map);
	return status;
}

static void make_key(struct source_key *key, const char *kind, const char *name)
{
	*key = (struct source_key){};
	snprintf(key->text, sizeof(key->text), "%s/%s", kind, name);
}

/**
 * sources_keep - remember a file; who saves is told if it is not known
 * @kind: policy, table or overlay
 * @name: its name
 * @options: with which it was loaded
 * @path: the file
 */
void sources_keep(const char *kind, const char *name, const char *options,
		  const char *path)
{
	int map = pin_get("sources");
	struct source source = {};
	struct source_key key;
	char real[PATH_MAX];

	if (map < 0)
		return;
	make_key(&key, kind, name);
	bpf_map_delete_elem(map, &key);
	if (realpath(path, real) && strlen(real) < sizeof(source.path)) {
		snprintf(source.options, sizeof(source.options), "%s", options);
		strcpy(source.path, real);
		bpf_map_update_elem(map, &key, &source, BPF_ANY);
	}
	close(map);
}

/**
 * sources_get - the file of a policy, a table or an overlay
 * @kind: which of them
 * @name: its name
 * @source: the file
 *
 * Return: whether it is known.
 */
bool sources_get(const char *kind, const char *name, struct source *source)
{
	int map = pin_get("sources");
	struct source_key key;
	bool found;

	make_key(&key, kind, name);
	found = map >= 0 && !bpf_map_lookup_elem(map, &key, source) &&
		memchr(source->options, '\0', sizeof(source->options)) &&
		memchr(source->path, '\0', sizeof(source->path));
	if (map >= 0)
		close(map);
	return found;
}
