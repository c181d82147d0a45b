// SPDX-License-Identifier: GPL-2.0
/*
 * Tables with what is known about the arguments of their calls: from TABLE.args, and
 * from linux.args where an entry is a native call as it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <abimux/policy.h>
#include <bpf/bpf.h>

#include "described.h"
#include "error.h"
#include "hints.h"
#include "names.h"
#include "natives.h"
#include "object.h"
#include "opsmap.h"
#include "rows.h"
#include "table.h"

/* Linux and the BSDs have the same errno numbers up to here. */
#define COMMON_ERRNO 34

/* Bytes of a socket address with a path. */
#define SOCKADDR_SIZE 110

#define NATIVE_ARGS "linux"

static struct argfile native_file;

static int parse_fd(struct argfile *file, int fd, const char *path)
{
	struct argfile_error error;
	struct stat st;
	char *text;
	int err;

	if (fstat(fd, &st))
		return fail_errno(errno, NULL, path);
	if (!st.st_size)
		return ST_OK;
	text = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (text == MAP_FAILED)
		return fail_errno(errno, NULL, path);
	err = argfile_parse(file, text, st.st_size, &error);
	munmap(text, st.st_size);
	return err ? fail(ST_INPUT, NULL, "%s:%u: %s", path, error.line,
			  error.message) :
		     ST_OK;
}

/* Without a file nothing is known, which is no error. */
static int parse_file(struct argfile *file, const char *dir, const char *table)
{
	char path[PIN_PATH_LEN];
	int fd, status;

	snprintf(path, sizeof(path), "%s/%s.args", dir, table);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		snprintf(path, sizeof(path), OBJECT_DIR "/%s.args", table);
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (fd < 0)
		return ST_OK;
	status = parse_fd(file, fd, path);
	close(fd);
	return status;
}

static void read_names(struct described *table)
{
	static struct abimux_name names[ABIMUX_NR_CALLS];
	static __u32 numbers[ABIMUX_NR_CALLS];
	__u32 count = ABIMUX_NR_CALLS, next;
	int map = names_open(table->data.name);

	if (map < 0)
		return;
	/* The error at the end of a map is told with what there is. */
	if (bpf_map_lookup_batch(map, NULL, &next, numbers, names, &count,
				 NULL) &&
	    errno != ENOENT)
		count = 0;
	for (__u32 i = 0; i < count; i++) {
		if (numbers[i] < ABIMUX_NR_CALLS)
			memcpy(table->names[numbers[i]], names[i].name,
			       ABIMUX_NAME_LEN);
	}
	close(map);
}

/* The kernel's own table is not one of ours to read. */
static void read_native(struct described *table)
{
	const struct native_call *call;
	size_t count;

	snprintf(table->data.name, ABIMUX_NAME_LEN, ABIMUX_NATIVE_TABLE);
	for (call = native_calls(ABIMUX_NATIVE_AMD64, &count); count;
	     call++, count--) {
		if (call->nr >= ABIMUX_NR_CALLS)
			continue;
		snprintf(table->names[call->nr], ABIMUX_NAME_LEN, "%s",
			 call->name);
		table->data.entries[call->nr].kind = ABIMUX_ENTRY_NATIVE;
		table->data.entries[call->nr].native = call->nr;
	}
}

static const struct arg_call *find_call(const struct described *table, __u32 nr)
{
	const struct abimux_entry *entry = &table->data.entries[nr];
	const struct native_call *native = NULL;
	const struct arg_call *call = NULL;

	if (*table->names[nr])
		call = argfile_call(&table->file, table->names[nr]);
	if (call || entry->kind != ABIMUX_ENTRY_NATIVE ||
	    entry->order != ABIMUX_ORDER_SAME)
		return call;
	native = native_by_number(table->data.convention.native, entry->native);
	return native ? argfile_call(&native_file, native->name) : NULL;
}

static void give_slots(struct described *table, __u32 nr)
{
	const struct arg_call *call = table->calls[nr];
	int slot = 0;

	for (int i = 0; i < ABIMUX_NR_ARGS; i++) {
		bool memory = call && i < call->count &&
			      call->args[i].kind >= ARG_STRING;

		table->slots[nr][i] = memory && slot < OBSERVE_SLOTS ? slot++ :
								       -1;
	}
}

static int read_table(struct described *table, const char *name,
		      const char *dir)
{
	int map, status;

	if (!strcmp(name, ABIMUX_NATIVE_TABLE)) {
		read_native(table);
		return ST_OK;
	}
	snprintf(table->data.name, ABIMUX_NAME_LEN, "%s", name);
	map = table_map(name);
	/* It went just now, or abimux did not load it: its calls have numbers. */
	if (map < 0)
		return ST_OK;
	status = opsmap_read(&opsmap_table, map, &table->data);
	close(map);
	read_names(table);
	return status ?: parse_file(&table->file, dir, name);
}

static int load_one(struct described *table, const char *name, const char *dir)
{
	int status = read_table(table, name, dir);

	for (__u32 nr = 0; !status && nr < ABIMUX_NR_CALLS; nr++) {
		table->calls[nr] = find_call(table, nr);
		give_slots(table, nr);
	}
	return status;
}

static int add_table(struct described **list, const json_t *row,
		     const char *dir)
{
	struct described *table = calloc(1, sizeof(*table));

	if (!table)
		return fail_errno(ENOMEM, NULL, "table");
	table->id = json_integer_value(json_object_get(row, "id"));
	table->next = *list;
	*list = table;
	return load_one(table,
			json_string_value(json_object_get(row, "name")) ?: "",
			dir);
}

/**
 * described_load - all tables that are registered
 * @list: the tables
 * @dir: where files of arguments are looked for first
 *
 * Return: ST_OK, or another exit code.
 */
int described_load(struct described **list, const char *dir)
{
	json_t *rows, *row;
	int status = rows_tables(&rows);
	size_t i;

	*list = NULL;
	if (status)
		return status;
	status = parse_file(&native_file, dir, NATIVE_ARGS);
	json_array_foreach(rows, i, row)
	{
		if (!status)
			status = add_table(list, row, dir);
	}
	json_decref(rows);
	return status;
}

/**
 * described_free - forget tables
 * @list: the tables
 */
void described_free(struct described *list)
{
	struct described *next;

	for (; list; list = next) {
		next = list->next;
		argfile_free(&list->file);
		free(list);
	}
	argfile_free(&native_file);
}

/**
 * described_find - a table by its id
 * @list: the tables
 * @id: its id
 *
 * Return: the table, or NULL if it came later.
 */
const struct described *described_find(const struct described *list, __u32 id)
{
	while (list && list->id != id)
		list = list->next;
	return list;
}

/* How much memory an argument's address means. */
static struct observe_take take_of(const struct arg *arg, int index)
{
	static const __u8 kinds[] = {
		[ARG_ONE] = OBSERVE_BYTES,
		[ARG_CONSTANT] = OBSERVE_BYTES,
		[ARG_BY_ARG] = OBSERVE_BY_ARG,
		[ARG_BY_RESULT] = OBSERVE_BY_RESULT,
	};
	struct observe_take take = {
		.kind = kinds[arg->count],
		.arg = index,
		.at_leave = arg->out,
		.length = arg->number,
		.size = sizeof(int),
	};

	if (arg->kind == ARG_STRING || arg->kind == ARG_PATH)
		take.kind = OBSERVE_STRING;
	else if (arg->kind == ARG_BUFFER)
		take.size = 1;
	else if (arg->kind == ARG_STRUCT)
		take.size = arg->layout->size;
	else if (arg->kind != ARG_INTS)
		take.size = arg->count == ARG_ONE ? SOCKADDR_SIZE : 1;
	take.text = arg->kind == ARG_BUFFER;
	if (arg->count == ARG_CONSTANT)
		take.size *= arg->number;
	return take;
}

static bool has_class(const struct arg_call *call, const char *class)
{
	bool path = !strcmp(class, "file"), fd = !strcmp(class, "desc");

	for (int i = 0; *call->classes[i]; i++) {
		if (!strcmp(call->classes[i], class))
			return true;
	}
	for (int i = 0; i < call->count; i++) {
		if ((path && call->args[i].kind == ARG_PATH) ||
		    (fd && call->args[i].kind == ARG_FD))
			return true;
	}
	return false;
}

static bool word_fits(const struct described *table, __u32 nr, const char *word,
		      size_t len)
{
	const struct arg_call *call = table->calls[nr];
	char text[ARG_WORD_LEN], number[12];

	snprintf(text, sizeof(text), "%.*s", (int)len, word);
	snprintf(number, sizeof(number), "%u", nr);
	if (*text == '%')
		return call && has_class(call, text + 1);
	return !strcmp(text, "all") || !strcmp(text, number) ||
	       !strcmp(text, table->names[nr]);
}

/* trace=open,%network, or trace=!read,write: the words as strace(1) has them. */
static bool filter_fits(const struct described *table, __u32 nr,
			const char *filter)
{
	bool others = *filter == '!';
	size_t len;

	for (filter += others; *filter; filter += len + !!filter[len]) {
		len = strcspn(filter, ",");
		if (word_fits(table, nr, filter, len))
			return !others;
	}
	return others;
}

static struct observe_plan plan_of(const struct described *table, __u32 nr,
				   const char *filter)
{
	const struct arg_call *call = table->calls[nr];
	struct observe_plan plan = {
		.wanted = !filter || filter_fits(table, nr, filter),
	};

	for (int i = 0; call && i < call->count; i++) {
		int slot = table->slots[nr][i];

		if (slot >= 0)
			plan.takes[slot] = take_of(&call->args[i], i);
	}
	return plan;
}

/* Tells of the calls of one table; returns how many of them are wanted. */
static int plan_table(const struct described *table, int plans,
		      const char *filter)
{
	static struct observe_plan values[ABIMUX_NR_CALLS];
	static struct observe_key keys[ABIMUX_NR_CALLS];
	__u32 count = 0;
	int wanted = 0;

	for (__u32 nr = 0; nr < ABIMUX_NR_CALLS; nr++) {
		values[count] = plan_of(table, nr, filter);
		if (!table->calls[nr] && (!filter || !values[count].wanted))
			continue;
		wanted += values[count].wanted;
		keys[count++] = (struct observe_key){ table->id, nr };
	}
	if (count && bpf_map_update_batch(plans, keys, values, &count, NULL))
		return 0;
	return wanted;
}

/**
 * described_plan - say what to take along of each call
 * @list: the tables
 * @plans: map for it
 * @filter: which calls are wanted; NULL: all
 *
 * Return: how many calls are wanted.
 */
int described_plan(const struct described *list, int plans, const char *filter)
{
	int wanted = 0;

	for (; list; list = list->next)
		wanted += plan_table(list, plans, filter);
	return wanted;
}

/* The Linux errno that becomes this number; 0: none. */
static int linux_errno(const struct abimux_table_data *data, int number)
{
	if (number <= COMMON_ERRNO && !data->errnos[number])
		return number;
	for (int i = 1; i < ABIMUX_NR_ERRNO; i++) {
		if (data->errnos[i] == number)
			return i;
	}
	return number < ABIMUX_NR_ERRNO && !data->errnos[number] ? number : 0;
}

/**
 * described_errno - the name of an errno as the table's programs know it
 * @table: the table
 * @number: their number
 *
 * Return: the name, or NULL.
 */
const char *described_errno(const struct described *table, int number)
{
	const struct arg_set *set = argfile_set(&table->file, "errno");

	for (int i = 0; set && i < set->count; i++) {
		if (set->values[i].value == (__u64)number)
			return set->values[i].name;
	}
	return number > 0 ?
		       native_errno_name(linux_errno(&table->data, number)) :
		       NULL;
}
