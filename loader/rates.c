// SPDX-License-Identifier: GPL-2.0
/*
 * What was counted between two looks at the counts, by the second.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "rates.h"

#define NSEC_PER_SEC 1e9

static double number(const json_t *row, const char *key)
{
	return json_number_value(json_object_get(row, key));
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
	const json_t *first = json_object_get(a, key);
	const json_t *second = json_object_get(b, key);

	return (!first && !second) || json_equal(first, second);
}

/* The row of the same table, call or process; NULL if it is new. */
static const json_t *find_row(const json_t *rows, const json_t *of)
{
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (same(row, of, "table") && same(row, of, "number") &&
		    same(row, of, "pid"))
			return row;
	}
	return NULL;
}

/* A process id that was used again begins anew. */
static double grown(const json_t *row, const json_t *before, const char *key)
{
	double now = number(row, key), then = number(before, key);

	return now < then ? now : now - then;
}

static json_t *rate_of(const json_t *row, const json_t *before, double seconds)
{
	json_t *rate = json_object();
	static const char *const names[] = { "table", "number", "name",
					     "pid",   "comm",	NULL };

	for (int i = 0; names[i]; i++) {
		if (json_object_get(row, names[i]))
			json_object_set(rate, names[i],
					json_object_get(row, names[i]));
	}
	json_object_set_new(rate, "calls",
			    json_real(grown(row, before, "calls") / seconds));
	json_object_set_new(rate, "errors",
			    json_real(grown(row, before, "errors") / seconds));
	json_object_set_new(
		rate, "seconds",
		json_real(grown(row, before, "ns") / NSEC_PER_SEC / seconds));
	return rate;
}

static json_t *rates_of(const json_t *before, const json_t *now,
			const char *key, double seconds)
{
	const json_t *old = json_object_get(before, key);
	json_t *rates = json_array(), *row, *rate;
	size_t i;

	json_array_foreach(json_object_get(now, key), i, row)
	{
		rate = rate_of(row, find_row(old, row), seconds);
		if (number(rate, "calls") > 0)
			json_array_append(rates, rate);
		json_decref(rate);
	}
	return rates;
}

/**
 * rates_between - what happened between two looks
 * @before: what had been counted then
 * @now: what has been counted by now
 * @seconds: time between
 *
 * Return: an object with tables, tasks and calls, those that made any; calls and
 * errors are by the second, seconds is time in calls by the second.
 */
json_t *rates_between(const json_t *before, const json_t *now, double seconds)
{
	return json_pack("{s:f, s:o, s:o, s:o, s:O}", "interval", seconds,
			 "tables", rates_of(before, now, "tables", seconds),
			 "tasks", rates_of(before, now, "tasks", seconds),
			 "calls", rates_of(before, now, "calls", seconds),
			 "lost", json_object_get(now, "lost"));
}

static const char *sort_key;

static int by_key(const void *a, const void *b)
{
	double first = number(*(json_t *const *)a, sort_key);
	double second = number(*(json_t *const *)b, sort_key);

	return (first < second) - (first > second);
}

/**
 * rates_sorted - rows with the largest number first
 * @rows: the rows
 * @key: which number
 *
 * Return: an array of the same rows.
 */
json_t *rates_sorted(const json_t *rows, const char *key)
{
	size_t count = json_array_size(rows);
	json_t **list = calloc(count + 1, sizeof(*list));
	json_t *sorted = json_array();

	sort_key = key;
	for (size_t i = 0; list && i < count; i++)
		list[i] = json_array_get(rows, i);
	if (list)
		qsort(list, count, sizeof(*list), by_key);
	for (size_t i = 0; list && i < count; i++)
		json_array_append(sorted, list[i]);
	free(list);
	return sorted;
}

/**
 * rates_sum - all rows together
 * @rows: the rows
 * @key: of which number
 *
 * Return: the sum.
 */
double rates_sum(const json_t *rows, const char *key)
{
	double sum = 0;
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) sum += number(row, key);
	return sum;
}
