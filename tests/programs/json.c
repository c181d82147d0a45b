// SPDX-License-Identifier: GPL-2.0
/*
 * json [PATH]: the value at PATH of the JSON document on standard input, or
 * with "PATH=*" how many elements it has. A path is of keys and indices,
 * separated by '/'. Fails if the input is not one JSON document, or lacks PATH.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *step(json_t *at, const char *key)
{
	if (json_is_array(at))
		return json_array_get(at, atoi(key));
	return json_object_get(at, key);
}

static size_t count(const json_t *value)
{
	return json_is_array(value) ? json_array_size(value) :
				      json_object_size(value);
}

static int print(json_t *value)
{
	if (json_is_string(value))
		return puts(json_string_value(value));
	json_dumpf(value, stdout, JSON_ENCODE_ANY | JSON_COMPACT);
	return puts("");
}

int main(int argc, char **argv)
{
	char *path = argc > 1 ? argv[1] : "", *star = strstr(path, "=*");
	json_error_t error;
	json_t *at = json_loadf(stdin, 0, &error);

	if (!at) {
		fprintf(stderr, "line %d: %s\n", error.line, error.text);
		return 1;
	}
	if (star)
		*star = 0;
	for (char *key = strtok(path, "/"); key && at; key = strtok(NULL, "/"))
		at = step(at, key);
	if (!at) {
		fprintf(stderr, "no such path\n");
		return 1;
	}
	if (star)
		printf("%zu\n", count(at));
	else if (argc > 1)
		print(at);
	return 0;
}
