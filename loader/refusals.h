/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_REFUSALS_H
#define LOADER_REFUSALS_H

#include <jansson.h>

json_t *refusals(const char *name);
json_t *rows_by_count(json_t *rows);

#endif /* LOADER_REFUSALS_H */
