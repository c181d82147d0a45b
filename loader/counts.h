/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_COUNTS_H
#define LOADER_COUNTS_H

#include <jansson.h>

#include "observe.h"

/**
 * struct counts - where the counts are: file descriptors of maps
 * @calls: of each call of each table
 * @tasks: of each process
 * @names: names of tables by id
 * @lost: calls that were not counted
 */
struct counts {
	int calls;
	int tasks;
	int names;
	int lost;
};

void counts_of(struct counts *counts, const struct observer *observer);
int counts_pinned(struct counts *counts);
void counts_close(struct counts *counts);
json_t *counts_json(const struct counts *counts);
void counts_clear(const struct counts *counts);

#endif /* LOADER_COUNTS_H */
