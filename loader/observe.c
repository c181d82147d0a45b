// SPDX-License-Identifier: GPL-2.0
/*
 * BPF programs that look at foreign calls: there only while somebody wants them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "error.h"
#include "hints.h"
#include "object.h"
#include "observe.h"
#include "rows.h"

static int table_id(const char *name, __u32 *id)
{
	json_t *rows, *row;
	int status = table_exists(name) ?: rows_tables(&rows);
	size_t i;

	if (status)
		return status;
	json_array_foreach(rows, i, row)
	{
		if (!strcmp(json_string_value(json_object_get(row, "name")) ?:
									      "",
			    name))
			*id = json_integer_value(json_object_get(row, "id"));
	}
	json_decref(rows);
	return ST_OK;
}

static int watch_one(struct observer *observer, const char *word)
{
	char path[40], *end;
	unsigned long pid;

	errno = 0;
	pid = strtoul(word, &end, 10);
	if (errno || *end || word[0] < '0' || word[0] > '9' || !pid ||
	    pid > 0x7fffffff)
		return fail(ST_USAGE, "numbers, with commas between them",
			    "bad process id: '%s'", word);
	snprintf(path, sizeof(path), "/proc/%lu", pid);
	if (access(path, F_OK))
		return fail(ST_NOT_FOUND, "abimux ps --all shows all",
			    "no process %lu", pid);
	return observer_watch(observer, pid);
}

static int watch_list(struct observer *observer, const char *list)
{
	char *copy = strdup(list), *rest = copy, *word;
	int status = copy ? ST_OK : fail_errno(ENOMEM, NULL, "process ids");

	while (!status && (word = strsep(&rest, ",")))
		status = watch_one(observer, word);
	free(copy);
	return status;
}

static int choose(struct observer *observer, const struct args *args,
		  const char *table)
{
	struct observe_config *config = &observer->config;
	int status = ST_OK;

	config->by_table = !!table;
	if (table)
		status = table_id(table, &config->table);
	if (!status && args->opt[OPT_UID]) {
		config->by_uid = 1;
		status = args_uid(args->opt[OPT_UID], &config->uid);
	}
	if (!status && args->opt['p'])
		status = watch_list(observer, args->opt['p']);
	return status;
}

/**
 * observer_load - load programs, not attached yet
 * @observer: the programs
 * @name: file of their object
 * @args: command line, which says whom to look at: -p, --uid
 * @table: only at calls of this table; NULL: of all
 *
 * Return: ST_OK, or another exit code.
 */
int observer_load(struct observer *observer, const char *name,
		  const struct args *args, const char *table)
{
	int status = object_load(&observer->object, OBJECT_DIR, name);

	return status ?: choose(observer, args, table);
}

/**
 * observer_map - a map of the programs
 * @observer: the programs
 * @name: name of the map
 *
 * Return: its file descriptor, which is the object's, or a negative errno.
 */
int observer_map(const struct observer *observer, const char *name)
{
	return bpf_object__find_map_fd_by_name(observer->object, name);
}

/**
 * observer_watch - look at a process, and not at all
 * @observer: the programs
 * @pid: the process
 *
 * Return: ST_OK, or another exit code.
 */
int observer_watch(struct observer *observer, __u32 pid)
{
	__u32 one = 1;
	int err;

	observer->config.by_process = 1;
	err = bpf_map_update_elem(observer_map(observer, "processes"), &pid,
				  &one, BPF_ANY);
	return err ? fail_errno(err, NULL, "set which process to look at") :
		     ST_OK;
}

/**
 * observer_configure - tell the programs whom to look at
 * @observer: the programs
 *
 * Return: ST_OK, or another exit code.
 */
int observer_configure(const struct observer *observer)
{
	__u32 zero = 0;
	int err = bpf_map_update_elem(observer_map(observer, "config"), &zero,
				      &observer->config, BPF_ANY);

	return err ? fail_errno(err, NULL, "set whom to look at") : ST_OK;
}

/**
 * observer_attach - put the programs in place, in the order of their file
 * @observer: the programs; in place until it is closed
 *
 * Return: ST_OK, or another exit code.
 */
int observer_attach(struct observer *observer)
{
	struct bpf_program *program;
	struct bpf_link *link;
	int status = observer_configure(observer);

	if (status)
		return status;
	bpf_object__for_each_program(program, observer->object) {
		link = bpf_program__attach(program);
		if (!link || observer->count == OBSERVE_MAX_LINKS)
			return fail(ST_FAILED, HINT_VERBOSE,
				    "cannot attach BPF program %s: %s",
				    bpf_program__name(program),
				    strerror(errno));
		observer->links[observer->count++] = link;
	}
	return ST_OK;
}

/**
 * observer_pin - remember programs and maps to be pinned
 * @observer: the programs, attached
 * @pins: where
 *
 * Return: ST_OK, or another exit code.
 */
int observer_pin(const struct observer *observer, struct pins *pins)
{
	struct bpf_map *map;
	int status = ST_OK;

	for (int i = 0; !status && i < observer->count; i++)
		status = pins_add(pins, bpf_link__fd(observer->links[i]),
				  "programs/%d", i);
	bpf_object__for_each_map(map, observer->object) {
		if (!status && object_owns(map))
			status = pins_add(pins, bpf_map__fd(map), "%s",
					  bpf_map__name(map));
	}
	return status;
}

/**
 * observer_close - take the programs away, unless they are pinned
 * @observer: the programs
 *
 * The last goes first: no call begins to be looked at whose end would be missed.
 */
void observer_close(struct observer *observer)
{
	while (observer->count)
		bpf_link__destroy(observer->links[--observer->count]);
	bpf_object__close(observer->object);
	observer->object = NULL;
}

/**
 * observer_programs - how many programs of a name are in the kernel
 * @name: the name
 *
 * Return: the number.
 */
int observer_programs(const char *name)
{
	struct bpf_prog_info info;
	__u32 id = 0, size;
	int count = 0, fd;

	while (!bpf_prog_get_next_id(id, &id)) {
		fd = bpf_prog_get_fd_by_id(id);
		if (fd < 0)
			continue;
		memset(&info, 0, sizeof(info));
		size = sizeof(info);
		if (!bpf_prog_get_info_by_fd(fd, &info, &size))
			count += !strcmp(info.name, name);
		close(fd);
	}
	return count;
}

/**
 * observer_lost - how many calls the programs could not take note of
 * @map: their map `lost`
 *
 * Return: the number.
 */
__u64 observer_lost(int map)
{
	int cpus = libbpf_num_possible_cpus();
	__u64 *values = calloc(cpus > 0 ? cpus : 1, sizeof(*values));
	__u64 sum = 0;
	__u32 zero = 0;

	if (values && !bpf_map_lookup_elem(map, &zero, values)) {
		for (int i = 0; i < cpus; i++)
			sum += values[i];
	}
	free(values);
	return sum;
}
