/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_ROWS_H
#define LOADER_ROWS_H

#include <stdio.h>

#include <jansson.h>

json_t *rows_parse(FILE *file);
int rows_tasks(json_t **rows);
int rows_tables(json_t **rows);
int rows_overlays(json_t **rows);
int table_exists(const char *name);

#endif /* LOADER_ROWS_H */
