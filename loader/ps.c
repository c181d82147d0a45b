// SPDX-License-Identifier: GPL-2.0
/*
 * Which task has which table.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "compiler.h"
#include "error.h"
#include "hints.h"
#include "output.h"
#include "rows.h"
#include "tree.h"

#include <linux/abimux.h>

/* Seconds since boot, as the time of day. */
static json_t *time_json(const json_t *since)
{
	struct timespec now, boot;
	char text[40];
	struct tm tm;
	time_t at;

	if (!json_is_real(since))
		return json_null();
	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	at = now.tv_sec + (now.tv_nsec - boot.tv_nsec) / 1e9 - boot.tv_sec +
	     json_real_value(since);
	if (!localtime_r(&at, &tm) ||
	    !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S%z", &tm))
		return json_null();
	return json_string(text);
}

/* The names of what lies over a task; null if nothing does. */
static json_t *overlays_json(const json_t *text)
{
	char copy[512], *rest = copy, *name;
	json_t *names;

	if (!json_is_string(text))
		return json_null();
	names = json_array();
	snprintf(copy, sizeof(copy), "%s", json_string_value(text));
	while ((name = strsep(&rest, ",")))
		json_array_append_new(names, json_string(name));
	return names;
}

static json_t *foreign(const json_t *rows, bool threads)
{
	json_t *found = json_array(), *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (!threads && !json_equal(json_object_get(row, "pid"),
					    json_object_get(row, "tid")))
			continue;
		json_object_set_new(row, "since",
				    time_json(json_object_get(row, "since")));
		json_object_set_new(
			row, "overlays",
			overlays_json(json_object_get(row, "overlays")));
		json_array_append(found, row);
	}
	return found;
}

static bool has_tid(const json_t *rows, long tid)
{
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (json_integer_value(json_object_get(row, "tid")) == tid)
			return true;
	}
	return false;
}

static json_t *comm_json(long pid, long tid)
{
	char path[80], comm[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/task/%ld/comm", pid, tid);
	file = fopen(path, "re");
	if (!file)
		return NULL;
	if (!fgets(comm, sizeof(comm), file))
		comm[0] = '\0';
	fclose(file);
	comm[strcspn(comm, "\n")] = '\0';
	return json_string(comm) ?: json_string("?");
}

static json_t *parent_json(long pid)
{
	char path[40], text[512] = "", *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return json_null();
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	/* Behind the name, which can be anything, the state and the parent. */
	end = strrchr(text, ')');
	return end && strlen(end) > 4 ? json_integer(atol(end + 4)) :
					json_null();
}

static void add_native(json_t *found, const json_t *rows, long pid, long tid)
{
	json_t *comm = has_tid(rows, tid) ? NULL : comm_json(pid, tid);
	json_t *row;

	if (!comm)
		return;
	row = json_pack("{s:I, s:I, s:s, s:n, s:n, s:n, s:n, s:o, s:o}", "pid",
			(json_int_t)pid, "tid", (json_int_t)tid, "table",
			ABIMUX_NATIVE_TABLE, "format", "since", "version",
			"overlays", "ppid", parent_json(pid), "comm", comm);
	json_array_append_new(found, row);
}

static void add_threads(json_t *found, const json_t *rows, long pid)
{
	char path[40];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%ld/task", pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (isdigit(entry->d_name[0]))
			add_native(found, rows, pid, atol(entry->d_name));
	}
	if (dir)
		closedir(dir);
}

/* All that have no table of their own have the kernel's. */
static int add_natives(json_t *found, const json_t *rows, bool threads)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	if (!proc)
		return fail_errno(errno, HINT_PROC, "/proc");
	while ((entry = readdir(proc))) {
		if (!isdigit(entry->d_name[0]))
			continue;
		if (threads)
			add_threads(found, rows, atol(entry->d_name));
		else
			add_native(found, rows, atol(entry->d_name),
				   atol(entry->d_name));
	}
	closedir(proc);
	return ST_OK;
}

int cmd_ps(const struct args *args, json_t **result)
{
	json_t *rows, *found, *tree;
	int status = rows_tasks(&rows);

	if (status)
		return status;
	found = foreign(rows, args->opt[OPT_THREADS]);
	if (args->opt[OPT_ALL])
		status = add_natives(found, rows, args->opt[OPT_THREADS]);
	json_decref(rows);
	if (!status && args->opt[OPT_TREE]) {
		tree = tree_of(found);
		json_decref(found);
		found = tree;
	}
	if (status)
		json_decref(found);
	else
		*result = found;
	return status;
}

void print_ps(const json_t *result)
{
	static const struct column columns[] = {
		{ "pid", "PID" },	  { "tid", "TID" },
		{ "ppid", "PPID" },	  { "table", "TABLE" },
		{ "version", "VERSION" }, { "overlays", "OVERLAYS" },
		{ "format", "FORMAT" },	  { "since", "SINCE" },
		{ "comm", "COMMAND" },	  {}
	};
	struct column shown[ARRAY_SIZE(columns)];

	memcpy(shown, columns, sizeof(shown));
	if (json_object_get(json_array_get(result, 0), "tree"))
		shown[ARRAY_SIZE(shown) - 2].key = "tree";
	print_rows(result, shown);
}
