/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_KEYS_H
#define LOADER_KEYS_H

#include <stdbool.h>
#include <sys/types.h>

#include <jansson.h>

#include <linux/abimux.h>

/**
 * struct key - over which tasks an overlay lies
 * @text: as it was given
 * @pid: a process, or zero
 * @format: else what the programs have in common
 */
struct key {
	const char *text;
	pid_t pid;
	struct abimux_format format;
};

/**
 * struct laid - what was done to running tasks
 * @threads: how many were changed
 * @pollers: threads of theirs that poll rings, which nothing is laid over
 * @poller_pid: a process with such a thread
 */
struct laid {
	__u32 threads;
	__u32 pollers;
	pid_t poller_pid;
};

int key_parse(struct key *key, const char *text);
int key_add(const struct key *key, __u32 id, struct laid *laid);
int key_remove(const struct key *key, __u32 id, __u32 *threads);
json_t *keys_of(__u32 id);
void keys_forget(__u32 id);

#endif /* LOADER_KEYS_H */
