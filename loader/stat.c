// SPDX-License-Identifier: GPL-2.0
/*
 * Counting calls: of a command, of processes for a while, or of all until told to
 * stop. Only the last has pins and outlives this process.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "counts.h"
#include "error.h"
#include "hints.h"
#include "output.h"
#include "program.h"
#include "rates.h"
#include "rows.h"
#include "stat.h"
#include "until.h"

#define COUNT_PINS PINS "/count"
#define COUNT_OBJECT "count.bpf.o"

#define NSEC_PER_SEC 1e9
#define NSEC_PER_USEC 1e3

static double number(const json_t *row, const char *key)
{
	return json_number_value(json_object_get(row, key));
}

/* What people want to see of a row, as strace -c has it. */
static void add_texts(json_t *row, double all)
{
	double ns = number(row, "ns"), calls = number(row, "calls");

	json_set_number(row, "percent", "%6.2f", all > 0 ? 100 * ns / all : 0);
	json_set_number(row, "seconds", "%11.6f", ns / NSEC_PER_SEC);
	json_set_number(row, "each", "%10.0f",
			calls ? ns / NSEC_PER_USEC / calls : 0);
	json_set_number(row, "longest", "%10.0f",
			number(row, "max_ns") / NSEC_PER_USEC);
	json_set_number(row, "many", "%9.0f", calls);
	json_set_number(row, "bad", "%9.0f", number(row, "errors"));
	if (json_is_null(json_object_get(row, "name")))
		json_object_set(row, "name", json_object_get(row, "number"));
}

static json_t *total_row(const json_t *rows)
{
	return json_pack("{s:s, s:s, s:f, s:f, s:f}", "table", "", "name",
			 "total", "calls", rates_sum(rows, "calls"), "errors",
			 rates_sum(rows, "errors"), "ns",
			 rates_sum(rows, "ns"));
}

static void print_calls(const json_t *calls)
{
	static const struct column columns[] = { { "percent", "% time" },
						 { "seconds", "    seconds" },
						 { "each", "usecs/call" },
						 { "longest", " max usecs" },
						 { "many", "    calls" },
						 { "bad", "   errors" },
						 { "table", "table" },
						 { "name", "call" },
						 {} };
	json_t *rows = rates_sorted(calls, "ns"), *row;
	double all = rates_sum(rows, "ns");
	size_t i;

	json_array_append_new(rows, total_row(rows));
	json_array_foreach(rows, i, row) add_texts(row, all);
	print_rows(rows, columns);
	json_decref(rows);
}

void print_stat(const json_t *result)
{
	json_int_t lost = json_integer_value(json_object_get(result, "lost"));
	const json_t *message = json_object_get(result, "message");

	if (json_object_get(result, "calls"))
		print_calls(json_object_get(result, "calls"));
	if (message)
		printf("%s\n", json_string_value(message));
	if (lost)
		printf("%lld calls found no room and were not counted\n",
		       (long long)lost);
}

/**
 * stat_state - whether somebody counts for all, and what so far
 *
 * Return: an array with a row for each table; null if nobody counts.
 */
json_t *stat_state(void)
{
	struct counts counts;
	json_t *all, *tables;

	if (counts_pinned(&counts))
		return json_null();
	all = counts_json(&counts);
	counts_close(&counts);
	tables = json_incref(json_object_get(all, "tables"));
	json_decref(all);
	return tables;
}

static int load(struct observer *observer, const struct args *args)
{
	observer->config.follow = 1;
	return observer_load(observer, COUNT_OBJECT, args, args->opt['t']);
}

static int start(const struct args *args, json_t **result)
{
	struct observer observer = {};
	struct pins pins = {};
	int status;

	if (pins_exist(COUNT_PINS))
		return fail(ST_EXISTS, "abimux stat shows what it counted",
			    "calls are being counted already");
	status = load(&observer, args);
	if (!status)
		status = observer_attach(&observer);
	if (!status)
		status = observer_pin(&observer, &pins);
	if (!status)
		status = pins_commit(&pins, COUNT_PINS);
	pins_drop(&pins);
	observer_close(&observer);
	if (!status)
		*result = json_pack(
			"{s:s}", "message",
			"calls are counted; abimux stat shows them, abimux stat --stop ends it");
	return status;
}

static int open_counts(struct counts *counts)
{
	if (!counts_pinned(counts))
		return ST_OK;
	return fail(
		ST_NOT_FOUND,
		"abimux stat --start begins; abimux stat COMMAND counts one",
		"calls are not being counted");
}

static int show(json_t **result)
{
	struct counts counts;
	int status = open_counts(&counts);

	if (status)
		return status;
	*result = counts_json(&counts);
	counts_close(&counts);
	return ST_OK;
}

static int clear(json_t **result)
{
	struct counts counts;
	int status = open_counts(&counts);

	if (status)
		return status;
	counts_clear(&counts);
	counts_close(&counts);
	*result = json_pack("{s:s}", "message", "all counts are zero");
	return ST_OK;
}

/* What was counted is shown before it goes. */
static int stop(json_t **result)
{
	struct counts counts;
	int status = open_counts(&counts);

	if (status)
		return status;
	status = pins_remove(COUNT_PINS);
	if (!status)
		*result = counts_json(&counts);
	counts_close(&counts);
	return status;
}

/* Until the command ends, or until told to stop. */
static void wait_for(struct until *until, struct program *program,
		     const struct observer *observer)
{
	until->child = program->pid;
	if (!program->pid && observer->config.by_process)
		until->processes = observer_map(observer, "processes");
	while (until_goes_on(until))
		poll(NULL, 0, UNTIL_POLL_MS);
}

static int count(struct observer *observer, struct until *until,
		 const struct args *args)
{
	struct program program = {};
	int status = ST_OK;

	if (args->argc)
		status = program_start(&program, args->argv);
	if (!status && program.pid)
		status = observer_watch(observer, program.pid);
	if (!status)
		status = observer_attach(observer);
	if (status) {
		program_drop(&program);
		return status;
	}
	if (args->argc)
		status = program_go(&program, args->argv[0]);
	if (!status)
		wait_for(until, &program, observer);
	return status;
}

/* The command's own output stays what it is: ours goes to standard error. */
static int report(const struct args *args, json_t **result)
{
	const char *path = args->opt['o'];
	FILE *out = path ? fopen(path, "we") : stderr, *was = stdout;

	if (!out)
		return fail_errno(errno, NULL, path);
	if (!path && (args->json || !args->argc))
		return ST_OK;
	if (args->json) {
		json_dumpf(*result, out, JSON_INDENT(2));
		fputc('\n', out);
	} else {
		stdout = out;
		print_stat(*result);
		stdout = was;
	}
	if (path)
		fclose(out);
	json_decref(*result);
	*result = NULL;
	return ST_OK;
}

static int measure(const struct args *args, json_t **result)
{
	struct observer observer = {};
	struct counts counts;
	struct until until = {};
	int status = until_start(&until, args) ?: load(&observer, args);

	if (!status)
		status = count(&observer, &until, args);
	if (!status) {
		counts_of(&counts, &observer);
		*result = counts_json(&counts);
		status = report(args, result) ?: until.status;
	}
	observer_close(&observer);
	return status;
}

int cmd_stat(const struct args *args, json_t **result)
{
	int status = ST_OK;

	if (args->argc)
		return measure(args, result);
	if (args->opt[OPT_START] || args->opt[OPT_STOP])
		status = pins_lock();
	if (!status && args->opt[OPT_START])
		return start(args, result);
	if (!status && args->opt[OPT_STOP])
		return stop(result);
	if (!status && args->opt[OPT_CLEAR])
		return clear(result);
	if (!status && (args->opt['p'] || args->opt[OPT_SECONDS]))
		return measure(args, result);
	return status ?: show(result);
}
