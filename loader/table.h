/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_TABLE_H
#define LOADER_TABLE_H

#include <jansson.h>

#include "object.h"
#include "tblfile.h"

int table_read(struct tbl *tbl, const char *path);
int table_register(const struct tbl *tbl, const char *dir, struct pins *pins,
		   const char *prefix);
int table_replace(const struct tbl *tbl, const char *dir, struct pins *pins,
		  const char *pinned);
int table_map(const char *table);
json_t *table_pinned(void);
int table_current(const char *table, struct abimux_table_data *data);

#endif /* LOADER_TABLE_H */
