// SPDX-License-Identifier: GPL-2.0
/*
 * What the BPF iterators print, as JSON: a line with the names of columns, then
 * a line for each task or table. The last column takes the rest of its line.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "compiler.h"
#include "error.h"
#include "hints.h"
#include "object.h"
#include "rows.h"

#define MAX_COLUMNS 16
#define BLANKS "\n "

static bool is_count(const char *key)
{
	static const char *const counts[] = { "pid",	 "tid",	    "id",
					      "tasks",	 "entries", "order",
					      "refuses", "others",  "ppid",
					      "version" };

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		if (!strcmp(counts[i], key))
			return true;
	}
	return false;
}

static json_t *value_of(const char *key, const char *text)
{
	if (!strcmp(text, "-"))
		return json_null();
	if (is_count(key))
		return json_integer(strtoll(text, NULL, 10));
	if (!strcmp(key, "since"))
		return json_real(strtod(text, NULL));
	/* Not NULL for what is no UTF-8: a name can be any bytes. */
	return json_string(text) ?: json_string("?");
}

static int split_header(char *line, char *keys[MAX_COLUMNS])
{
	int count = 0;

	for (char *word = strtok(line, BLANKS); word && count < MAX_COLUMNS;
	     word = strtok(NULL, BLANKS)) {
		for (char *c = word; *c; c++)
			*c = tolower(*c);
		keys[count++] = word;
	}
	return count;
}

static json_t *parse_row(char *line, char *const keys[], int count)
{
	json_t *row = json_object();

	line[strcspn(line, "\n")] = '\0';
	for (int i = 0; i < count; i++) {
		char *word = line + strspn(line, " ");

		if (i + 1 < count) {
			line = word + strcspn(word, " ");
			if (*line)
				*line++ = '\0';
		}
		json_object_set_new(row, keys[i], value_of(keys[i], word));
	}
	return row;
}

/**
 * rows_parse - read what an iterator prints
 * @file: where it prints
 *
 * Return: an array with an object for each line; its members have the columns'
 * names in small letters.
 */
json_t *rows_parse(FILE *file)
{
	char *header = NULL, *line = NULL, *keys[MAX_COLUMNS];
	size_t size = 0, header_size = 0;
	json_t *rows = json_array();
	int count;

	if (getline(&header, &header_size, file) > 0) {
		count = split_header(header, keys);
		while (getline(&line, &size, file) > 0)
			json_array_append_new(rows,
					      parse_row(line, keys, count));
	}
	free(line);
	free(header);
	return rows;
}

static int read_fd(int fd, json_t **rows)
{
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (!file)
		return fail_errno(errno, NULL, "read an iterator");
	*rows = rows_parse(file);
	fclose(file);
	return ST_OK;
}

/**
 * rows_tasks - all threads that have a table
 * @rows: an array
 *
 * Return: ST_OK, or another exit code.
 */
int rows_tasks(json_t **rows)
{
	return read_fd(pin_read("tasks"), rows);
}

/* Nothing is loaded, but tables may be registered all the same. */
static int read_unloaded(json_t **rows)
{
	struct bpf_object *object;
	struct bpf_link *link = NULL;
	struct bpf_program *program;
	int status;

	status = object_load(&object, OBJECT_DIR, "tables.bpf.o");
	if (status)
		return status;
	program = bpf_object__find_program_by_name(object, "tables");
	if (program)
		link = bpf_program__attach(program);
	if (link)
		status = read_fd(bpf_iter_create(bpf_link__fd(link)), rows);
	else
		status = fail(ST_FAILED, HINT_VERBOSE,
			      "cannot attach the iterator of tables");
	bpf_link__destroy(link);
	bpf_object__close(object);
	return status;
}

/**
 * rows_tables - all tables that are registered
 * @rows: an array
 *
 * Return: ST_OK, or another exit code.
 */
int rows_tables(json_t **rows)
{
	int fd = pin_read("tables");

	return fd < 0 ? read_unloaded(rows) : read_fd(fd, rows);
}

/**
 * rows_overlays - all overlays that are registered, outermost first
 * @rows: an array
 *
 * Return: ST_OK, or another exit code.
 */
int rows_overlays(json_t **rows)
{
	return read_fd(pin_read("overlay_list"), rows);
}

/**
 * table_exists - fail unless a table is registered
 * @name: its name
 *
 * Return: ST_OK, ST_NOT_FOUND, or another exit code.
 */
int table_exists(const char *name)
{
	json_t *rows, *row;
	int status = rows_tables(&rows);
	bool found = false;
	size_t i;

	if (status)
		return status;
	json_array_foreach(rows, i, row) found =
		found ||
		!strcmp(json_string_value(json_object_get(row, "name")) ?: "",
			name);
	json_decref(rows);
	return found ? ST_OK :
		       fail(ST_NOT_FOUND, HINT_TABLES, "no table '%s'", name);
}
