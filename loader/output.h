/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_OUTPUT_H
#define LOADER_OUTPUT_H

#include <jansson.h>

/**
 * struct column - a column of printed rows
 * @key: member of each row
 * @title: what stands above it
 */
struct column {
	const char *key;
	const char *title;
};

void print_rows(const json_t *rows, const struct column *columns);
void print_fields(const json_t *object, const struct column *fields);
const char *json_text(const json_t *value, char *buf, size_t size);
void json_set_number(json_t *row, const char *key, const char *fmt,
		     double value);

#endif /* LOADER_OUTPUT_H */
