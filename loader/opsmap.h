/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_OPSMAP_H
#define LOADER_OPSMAP_H

#include <bpf/libbpf.h>

/**
 * struct opsmap_kind - what a struct_ops map is of
 * @type: name of the struct of its ops
 * @what: the same for people
 * @hint: what shows all of them
 * @fixed: what another version cannot change, or NULL
 * @reload: what can be done then
 * @member: name of the data in them
 * @data_size: its bytes
 */
struct opsmap_kind {
	const char *type;
	const char *what;
	const char *hint;
	const char *fixed;
	const char *reload;
	const char *member;
	size_t data_size;
};

extern const struct opsmap_kind opsmap_table, opsmap_overlay, opsmap_policy;

int opsmap_make(const struct opsmap_kind *kind, const void *data,
		const char *name, struct bpf_object *object);
int opsmap_read(const struct opsmap_kind *kind, int map, void *data);
int opsmap_data(const struct opsmap_kind *kind, struct bpf_object *object,
		void *data);

#endif /* LOADER_OPSMAP_H */
