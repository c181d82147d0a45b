/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_OVERLAY_H
#define LOADER_OVERLAY_H

#include <jansson.h>

#include "object.h"
#include "ovlfile.h"

/**
 * struct overlay - an overlay, from a text or from an object
 * @ovl: what the kernel gets, and what there is to be said about it
 * @path: the file
 * @text: whether it is a text
 * @log: whether it only logs what the file says is to be refused
 */
struct overlay {
	struct ovl ovl;
	const char *path;
	bool text;
	bool log;
};

int overlay_read(struct overlay *overlay, const char *path);
int overlay_load_object(const struct overlay *overlay,
			struct bpf_object **object, const char *pinned);
int overlay_register(const struct abimux_overlay_data *data,
		     struct bpf_object *object, struct pins *pins);
int overlay_replace(const struct abimux_overlay_data *data,
		    struct bpf_object *object, struct pins *pins,
		    const char *pinned);
int overlay_current(const char *name, struct abimux_overlay_data *data);
int overlay_row(const char *name, json_t **row);
int overlay_id(const char *name, __u32 *id);
json_t *overlay_pinned(void);
json_t *overlay_warnings(const struct overlay *overlay);

#endif /* LOADER_OVERLAY_H */
