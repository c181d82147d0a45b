/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_POLICY_H
#define LOADER_POLICY_H

#include <jansson.h>

#include "object.h"

#define POLICY_NAME "by-format.bpf.o"
#define POLICY_FILE OBJECT_DIR "/" POLICY_NAME

int policy_open(struct bpf_object **object, const char *path);
void policy_keep_source(const char *path);
int policy_attach(struct bpf_object *object, struct pins *link,
		  struct pins *programs, const char *prefix);
int policy_register(struct bpf_object *object);
int policy_replace(struct bpf_object *object);
int policy_remove(void);
int policy_remove_all(void);
int policy_repair(void);
json_t *policy_name(void);
json_t *policy_programs(void);
json_t *guard_programs(void);

#endif /* LOADER_POLICY_H */
