/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_OPSMAP_H
#define LOADER_OPSMAP_H

#include "tblfile.h"

struct bpf_object;

int opsmap_make(const struct tbl *tbl, const char *name,
		struct bpf_object *object);
int opsmap_read(int map, struct abimux_table_data *data);

#endif /* LOADER_OPSMAP_H */
