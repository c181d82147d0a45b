/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_PLACE_H
#define LOADER_PLACE_H

#include <stddef.h>

#include <linux/abimux.h>

int place_find(struct abimux_format *format, const char *path, char *why,
	       size_t size);
__u64 place_id(const struct abimux_format *format);
void place_set_id(struct abimux_format *format, __u64 id);

#endif /* LOADER_PLACE_H */
