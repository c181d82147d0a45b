/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_MAP_H
#define LOADER_MAP_H

#include <stdbool.h>

#include <jansson.h>

#include <linux/abimux.h>

/**
 * struct rule_maps - where rules are kept
 * @formats: the rules
 * @places: the paths that they were given by
 */
struct rule_maps {
	int formats;
	int places;
};

int format_arg(struct abimux_format *format, const char *text);
int map_check_rule(const struct abimux_format *format, const char *table);
int map_load_file(const struct rule_maps *maps, const char *path,
		  bool (*known)(const char *table, void *ctx), void *ctx,
		  int *count);
json_t *map_rules(int map);

#endif /* LOADER_MAP_H */
