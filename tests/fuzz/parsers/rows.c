// SPDX-License-Identifier: GPL-2.0
/*
 * What the iterators print: a task's name can be any bytes, and what comes out is
 * JSON all the same.
 */
#include "fuzz.h"
#include "rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *file = size ? fmemopen((void *)data, size, "r") : NULL;
	char *text;
	json_t *rows;

	if (!file)
		return 0;
	rows = rows_parse(file);
	must(json_is_array(rows));
	text = json_dumps(rows, 0);
	must(text);
	free(text);
	json_decref(rows);
	fclose(file);
	return 0;
}
