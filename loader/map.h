/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_MAP_H
#define LOADER_MAP_H

#include <stdbool.h>

#include <jansson.h>

int map_load_file(int map, const char *path,
		  bool (*known)(const char *table, void *ctx), void *ctx,
		  int *count);
json_t *map_rules(int map);

#endif /* LOADER_MAP_H */
