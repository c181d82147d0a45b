/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_POLICY_H
#define LOADER_POLICY_H

#include <jansson.h>

#include "object.h"

int policy_attach(struct bpf_object *object, struct pins *link,
		  struct pins *programs, const char *prefix);
int policy_register(struct bpf_object *object);
int policy_replace(struct bpf_object *object);
int policy_remove(void);
int policy_repair(void);
json_t *policy_name(void);
json_t *policy_programs(void);

#endif /* LOADER_POLICY_H */
