/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_TALLY_H
#define LOADER_TALLY_H

#include <jansson.h>

#include <linux/types.h>

/* Bytes of the largest key of a map of counts. */
#define TALLY_KEY_MAX 128

typedef json_t *tally_row(const void *key, __u64 count);

json_t *tally_rows(int map, tally_row *row);
void tally_clear(int map);

#endif /* LOADER_TALLY_H */
