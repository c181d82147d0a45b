// SPDX-License-Identifier: GPL-2.0
/*
 * Results as text. Every command makes a JSON value; this prints one for people.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "output.h"

#define TEXT_LEN 512

/* Joins an array's members with blanks. */
static void join(const json_t *array, char *buf, size_t size)
{
	char text[TEXT_LEN];
	json_t *value;
	size_t i;

	snprintf(buf, size, "%s", json_array_size(array) ? "" : "-");
	json_array_foreach(array, i, value)
	{
		size_t len = strlen(buf);

		snprintf(buf + len, size - len, "%s%s", i ? " " : "",
			 json_text(value, text, sizeof(text)));
	}
}

/**
 * json_text - a value for people
 * @value: the value, or NULL
 * @buf: memory for the text
 * @size: bytes of it
 *
 * Return: the text.
 */
const char *json_text(const json_t *value, char *buf, size_t size)
{
	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_STRING:
		return json_string_value(value);
	case JSON_INTEGER:
		snprintf(buf, size, "%lld",
			 (long long)json_integer_value(value));
		return buf;
	case JSON_REAL:
		snprintf(buf, size, "%.3f", json_real_value(value));
		return buf;
	case JSON_TRUE:
		return "yes";
	case JSON_FALSE:
		return "no";
	case JSON_ARRAY:
		join(value, buf, size);
		return buf;
	default:
		return "-";
	}
}

static const char *cell(const json_t *row, const struct column *column,
			char *buf)
{
	return json_text(json_object_get(row, column->key), buf, TEXT_LEN);
}

static int width_of(const json_t *rows, const struct column *column)
{
	int width = strlen(column->title);
	char buf[TEXT_LEN];
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		int len = strlen(cell(row, column, buf));

		if (len > width)
			width = len;
	}
	return width;
}

/* The last column is not padded: lines have no blanks at their end. */
static void print_cell(const char *text, int width, bool last)
{
	if (last)
		printf("%s\n", text);
	else
		printf("%-*s  ", width, text);
}

/**
 * print_rows - print an array of objects, a line for each, with aligned columns
 * @rows: the array
 * @columns: what to print of each; the last has no key
 */
void print_rows(const json_t *rows, const struct column *columns)
{
	int widths[16];
	char buf[TEXT_LEN];
	json_t *row;
	size_t i;
	int c;

	for (c = 0; columns[c].key; c++)
		widths[c] = width_of(rows, &columns[c]);
	for (c = 0; columns[c].key; c++)
		print_cell(columns[c].title, widths[c], !columns[c + 1].key);
	json_array_foreach(rows, i, row)
	{
		for (c = 0; columns[c].key; c++)
			print_cell(cell(row, &columns[c], buf), widths[c],
				   !columns[c + 1].key);
	}
}

/**
 * print_fields - print members of an object, a line for each
 * @object: the object
 * @fields: which members, under which titles; the last has no key
 */
void print_fields(const json_t *object, const struct column *fields)
{
	char buf[TEXT_LEN];

	for (; fields->key; fields++)
		printf("%-10s  %s\n", fields->title, cell(object, fields, buf));
}

/**
 * json_set_number - a number in a row, as people want to see it
 * @row: the row
 * @key: the member
 * @fmt: the form of the number
 * @value: the number
 */
void json_set_number(json_t *row, const char *key, const char *fmt,
		     double value)
{
	char text[40];

	snprintf(text, sizeof(text), fmt, value);
	json_object_set_new(row, key, json_string(text));
}
