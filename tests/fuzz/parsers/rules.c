// SPDX-License-Identifier: GPL-2.0
/*
 * Files with rules, as formats.conf: no rule goes into the map that could not be
 * written by hand.
 */
#include <sys/mman.h>
#include <unistd.h>

#include <abimux/policy.h>

#include "format.h"
#include "fuzz.h"
#include "map.h"

static int updates;

int __wrap_bpf_map_update_elem(int fd, const void *key, const void *value,
			       __u64 flags);

static const struct rule_maps maps = { .formats = -1, .places = -2 };

/* Stands in for the kernel's maps. */
int __wrap_bpf_map_update_elem(int fd, const void *key, const void *value,
			       __u64 flags)
{
	const struct abimux_rule *rule = value;
	char text[FORMAT_TEXT_LEN], why[200];
	struct abimux_format same;

	(void)flags;
	if (fd == maps.places)
		return 0;
	format_text(text, key);
	must(!format_parse(&same, text, why, sizeof(why)));
	must(!memcmp(key, &same, sizeof(same)));
	must(!strcmp(rule->table, "known"));
	updates++;
	return 0;
}

static bool is_known(const char *table, void *ctx)
{
	(void)ctx;
	return !strcmp(table, "known");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("rules", 0), count = 0;
	char path[40];

	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	updates = 0;
	map_load_file(&maps, path, is_known, NULL, &count);
	must(count == updates);
	close(fd);
	return 0;
}
