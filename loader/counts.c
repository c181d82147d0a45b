// SPDX-License-Identifier: GPL-2.0
/*
 * What count.bpf.o counted, as JSON.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "counts.h"
#include "names.h"
#include "natives.h"

/**
 * counts_of - the maps of programs of this process
 * @counts: the maps, which are the programs'
 * @observer: the programs
 */
void counts_of(struct counts *counts, const struct observer *observer)
{
	counts->calls = observer_map(observer, "calls");
	counts->tasks = observer_map(observer, "counted_tasks");
	counts->names = observer_map(observer, "table_names");
	counts->lost = observer_map(observer, "lost");
}

/**
 * counts_pinned - the maps of programs that count for everybody
 * @counts: the maps, to be closed with counts_close()
 *
 * Return: 0, or a negative errno.
 */
int counts_pinned(struct counts *counts)
{
	counts->calls = pin_get("count/calls");
	if (counts->calls < 0)
		return counts->calls;
	counts->tasks = pin_get("count/counted_tasks");
	counts->names = pin_get("count/table_names");
	counts->lost = pin_get("count/lost");
	return 0;
}

/**
 * counts_close - let go of pinned maps
 * @counts: the maps
 */
void counts_close(struct counts *counts)
{
	close(counts->calls);
	close(counts->tasks);
	close(counts->names);
	close(counts->lost);
}

static void add(struct observe_count *sum, const struct observe_count *count)
{
	sum->calls += count->calls;
	sum->errors += count->errors;
	sum->unfinished += count->unfinished;
	sum->ns += count->ns;
	if (count->max > sum->max)
		sum->max = count->max;
}

static void put_count(json_t *row, const struct observe_count *count)
{
	json_object_set_new(row, "calls", json_integer(count->calls));
	json_object_set_new(row, "errors", json_integer(count->errors));
	json_object_set_new(row, "unfinished", json_integer(count->unfinished));
	json_object_set_new(row, "ns", json_integer(count->ns));
	json_object_set_new(row, "max_ns", json_integer(count->max));
}

static json_t *table_json(const struct counts *counts, __u32 id)
{
	char name[ABIMUX_NAME_LEN];

	if (bpf_map_lookup_elem(counts->names, &id, name))
		return json_null();
	return json_string(name) ?: json_null();
}

static json_t *native_name(__u32 nr)
{
	const struct native_call *call =
		native_by_number(ABIMUX_NATIVE_AMD64, nr);

	return call ? json_string(call->name) : json_null();
}

static json_t *name_json(const char *table, __u32 nr)
{
	int names = names_open(table);
	json_t *name = strcmp(table, ABIMUX_NATIVE_TABLE) ?
			       names_get(names, nr) :
			       native_name(nr);

	if (names >= 0)
		close(names);
	return name;
}

/* Values of one key, one for each processor, each at @stride bytes. */
static bool sum_up(int map, const void *key, void *values, size_t stride,
		   struct observe_count *sum)
{
	int cpus = libbpf_num_possible_cpus();

	*sum = (struct observe_count){};
	if (bpf_map_lookup_elem(map, key, values))
		return false;
	for (int i = 0; i < cpus; i++)
		add(sum, (void *)((char *)values + i * stride));
	return true;
}

static json_t *call_row(const struct counts *counts,
			const struct observe_key *key,
			const struct observe_count *count)
{
	json_t *table = table_json(counts, key->table);
	json_t *row = json_object();

	json_object_set_new(row, "number", json_integer(key->nr));
	json_object_set_new(row, "name",
			    json_is_string(table) ?
				    name_json(json_string_value(table),
					      key->nr) :
				    json_null());
	json_object_set_new(row, "table", table);
	put_count(row, count);
	return row;
}

static json_t *calls_json(const struct counts *counts)
{
	int cpus = libbpf_num_possible_cpus();
	struct observe_count *values = calloc(cpus, sizeof(*values)), sum;
	struct observe_key key, *previous = NULL;
	json_t *rows = json_array();

	while (values && !bpf_map_get_next_key(counts->calls, previous, &key)) {
		previous = &key;
		if (sum_up(counts->calls, &key, values, sizeof(*values), &sum))
			json_array_append_new(rows,
					      call_row(counts, &key, &sum));
	}
	free(values);
	return rows;
}

static const char *comm_of(const struct observe_task_count *values, int cpus)
{
	for (int i = 0; i < cpus; i++) {
		if (*values[i].comm)
			return values[i].comm;
	}
	return "?";
}

static json_t *tasks_json(const struct counts *counts)
{
	int cpus = libbpf_num_possible_cpus();
	struct observe_task_count *values = calloc(cpus, sizeof(*values));
	struct observe_task_key key, *previous = NULL;
	json_t *rows = json_array(), *row;
	struct observe_count sum;

	while (values && !bpf_map_get_next_key(counts->tasks, previous, &key)) {
		previous = &key;
		if (!sum_up(counts->tasks, &key, values, sizeof(*values), &sum))
			continue;
		row = json_pack("{s:i, s:o, s:o}", "pid", key.pid, "comm",
				json_string(comm_of(values, cpus)) ?:
					json_string("?"),
				"table", table_json(counts, key.table));
		put_count(row, &sum);
		json_array_append_new(rows, row);
	}
	free(values);
	return rows;
}

static json_t *find_table(json_t *tables, const json_t *name)
{
	json_t *row;
	size_t i;

	json_array_foreach(tables, i, row)
	{
		if (json_equal(json_object_get(row, "table"), name))
			return row;
	}
	row = json_pack("{s:O, s:i, s:i, s:i, s:i, s:i}", "table", name,
			"calls", 0, "errors", 0, "unfinished", 0, "ns", 0,
			"max_ns", 0);
	json_array_append_new(tables, row);
	return row;
}

static void add_integer(json_t *to, const json_t *from, const char *key)
{
	json_int_t sum = json_integer_value(json_object_get(to, key)) +
			 json_integer_value(json_object_get(from, key));

	json_object_set_new(to, key, json_integer(sum));
}

static void add_row(json_t *to, const json_t *from)
{
	json_t *max = json_object_get(from, "max_ns");

	add_integer(to, from, "calls");
	add_integer(to, from, "errors");
	add_integer(to, from, "unfinished");
	add_integer(to, from, "ns");
	if (json_integer_value(max) >
	    json_integer_value(json_object_get(to, "max_ns")))
		json_object_set(to, "max_ns", max);
}

static json_t *tables_json(const json_t *calls)
{
	json_t *tables = json_array(), *row;
	size_t i;

	json_array_foreach(calls, i, row)
		add_row(find_table(tables, json_object_get(row, "table")), row);
	return tables;
}

/**
 * counts_json - all that was counted
 * @counts: where
 *
 * Return: an object with tables, calls, processes, and how many calls were lost.
 */
json_t *counts_json(const struct counts *counts)
{
	json_t *calls = calls_json(counts);

	return json_pack("{s:o, s:o, s:o, s:I}", "tables", tables_json(calls),
			 "calls", calls, "tasks", tasks_json(counts), "lost",
			 (json_int_t)observer_lost(counts->lost));
}

static void clear(int map, void *key)
{
	while (!bpf_map_get_next_key(map, NULL, key))
		bpf_map_delete_elem(map, key);
}

/**
 * counts_clear - begin at zero
 * @counts: where
 */
void counts_clear(const struct counts *counts)
{
	struct observe_task_key task;
	struct observe_key call;

	clear(counts->calls, &call);
	clear(counts->tasks, &task);
}
