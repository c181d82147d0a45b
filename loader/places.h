/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_PLACES_H
#define LOADER_PLACES_H

#include <jansson.h>

#include <linux/abimux.h>

void places_keep(int map, const struct abimux_format *format, const char *text);
void places_forget(const struct abimux_format *format);
json_t *places_text(const struct abimux_format *format);

#endif /* LOADER_PLACES_H */
