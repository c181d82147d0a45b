/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_OBJECT_H
#define LOADER_OBJECT_H

#include <bpf/libbpf.h>

#include "pins.h"

#define OBJECT_DIR "/usr/lib/abimux"

void object_verbose(int verbose);
void object_print_log(void);

int object_load(struct bpf_object **object, const char *dir, const char *name);
int object_load_maps(struct bpf_object **object, const char *dir,
		     const char *name);
int object_load_again(struct bpf_object **object, const char *dir,
		      const char *name, const char *pinned);
int object_share_maps(struct bpf_object *object, struct pins *pins);
bool object_shares(const char *map);
bool object_owns(const struct bpf_map *map);
int object_pin_maps(struct bpf_object *object, struct pins *pins,
		    const char *prefix);
int object_attach(struct bpf_object *object, struct pins *pins,
		  const char *dir);
struct bpf_map *object_struct_ops(struct bpf_object *object, const char *type);

#endif /* LOADER_OBJECT_H */
