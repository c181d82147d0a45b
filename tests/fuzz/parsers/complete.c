// SPDX-License-Identifier: GPL-2.0
/*
 * The completion of command lines, a word a line.
 */
#include "complete.h"
#include "error.h"
#include "fuzz.h"

#define MAX_WORDS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *words[MAX_WORDS + 1], *text = fuzz_text(data, size);
	int count = fuzz_words(text, words, MAX_WORDS);

	must(complete(count, words) == ST_OK);
	free(text);
	return 0;
}
