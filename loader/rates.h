/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_RATES_H
#define LOADER_RATES_H

#include <jansson.h>

json_t *rates_between(const json_t *before, const json_t *now, double seconds);
json_t *rates_sorted(const json_t *rows, const char *key);
double rates_sum(const json_t *rows, const char *key);

#endif /* LOADER_RATES_H */
