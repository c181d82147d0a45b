/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_OBSERVE_H
#define LOADER_OBSERVE_H

#include <abimux/observe.h>
#include <bpf/libbpf.h>

#include "args.h"
#include "pins.h"

#define OBSERVE_MAX_LINKS 8

/**
 * struct observer - BPF programs that look at foreign calls
 * @object: their object
 * @config: whom they look at
 * @links: what holds them in place; it goes with this process
 * @count: how many
 */
struct observer {
	struct bpf_object *object;
	struct observe_config config;
	struct bpf_link *links[OBSERVE_MAX_LINKS];
	int count;
};

int observer_load(struct observer *observer, const char *name,
		  const struct args *args, const char *table);
int observer_map(const struct observer *observer, const char *name);
int observer_watch(struct observer *observer, __u32 pid);
int observer_configure(const struct observer *observer);
int observer_attach(struct observer *observer);
int observer_pin(const struct observer *observer, struct pins *pins);
void observer_close(struct observer *observer);
int observer_programs(const char *name);
__u64 observer_lost(int map);

#endif /* LOADER_OBSERVE_H */
