// SPDX-License-Identifier: GPL-2.0
/*
 * Tasks below their parents, threads below their processes.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tree.h"

/* Deeper than this nobody reads it. */
#define MAX_DEPTH 32

static json_int_t number(const json_t *row, const char *key)
{
	return json_integer_value(json_object_get(row, key));
}

/* The id of what a row stands below. */
static json_int_t parent_of(const json_t *row)
{
	json_int_t pid = number(row, "pid");

	return number(row, "tid") == pid ? number(row, "ppid") : pid;
}

static bool has_parent(const json_t *rows, const json_t *of)
{
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (row != of && number(row, "tid") == parent_of(of))
			return true;
	}
	return false;
}

static void add(json_t *tree, const json_t *rows, json_t *row, int depth)
{
	char text[4 * MAX_DEPTH + 64];
	json_t *child;
	size_t i;

	snprintf(text, sizeof(text), "%*s%s%s", depth ? 4 * depth - 3 : 0, "",
		 depth ? "\\_ " : "",
		 json_string_value(json_object_get(row, "comm")) ?: "?");
	json_object_set_new(row, "depth", json_integer(depth));
	json_object_set_new(row, "tree", json_string(text));
	json_array_append(tree, row);
	if (depth == MAX_DEPTH)
		return;
	json_array_foreach(rows, i, child)
	{
		if (child != row && parent_of(child) == number(row, "tid"))
			add(tree, rows, child, depth + 1);
	}
}

/**
 * tree_of - put rows of tasks in the order of a tree
 * @rows: the rows; each gets its depth, and its name with what is drawn before it
 *
 * Return: an array of the same rows.
 */
json_t *tree_of(const json_t *rows)
{
	json_t *tree = json_array(), *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (!has_parent(rows, row))
			add(tree, rows, row, 0);
	}
	return tree;
}
