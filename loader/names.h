/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_NAMES_H
#define LOADER_NAMES_H

#include <jansson.h>

#include "tblfile.h"

struct btf;

/**
 * struct own_types - type information of our own
 * @btf: all of it, loaded into the kernel
 * @key: id of the key of maps with names
 * @value: id of their value
 */
struct own_types {
	struct btf *btf;
	int key;
	int value;
};

const struct own_types *own_types(void);
int names_make(const struct tbl *tbl);
int names_open(const char *table);
json_t *names_get(int names, __u32 nr);

#endif /* LOADER_NAMES_H */
