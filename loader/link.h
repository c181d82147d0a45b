/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_LINK_H
#define LOADER_LINK_H

#include "opsmap.h"
#include "pins.h"

/**
 * struct version - a version of a table or of an overlay
 * @kind: which of them
 * @name: its name
 * @data: what it does without a program
 * @object: its programs, loaded; or NULL
 */
struct version {
	const struct opsmap_kind *kind;
	const char *name;
	const void *data;
	struct bpf_object *object;
};

int link_version(int link);
int link_pinned_version(const char *pinned);
int link_make(const struct version *version, struct pins *pins,
	      const char *prefix);
int link_replace(const struct version *version, struct pins *pins,
		 const char *pinned);
int link_remove(const struct opsmap_kind *kind, const char *name,
		const char *path);

#endif /* LOADER_LINK_H */
