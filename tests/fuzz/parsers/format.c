// SPDX-License-Identifier: GPL-2.0
/*
 * Formats: text that is taken comes back, and whatever is in the map `formats` can
 * be shown.
 */
#include "format.h"
#include "fuzz.h"

static void there_and_back(const char *text)
{
	char why[200] = "", again[FORMAT_TEXT_LEN];
	struct abimux_format format, same;

	if (format_parse(&format, text, why, sizeof(why))) {
		must(*why && memchr(why, 0, sizeof(why)));
		return;
	}
	must(memchr(format.owner, 0, sizeof(format.owner)));
	format_text(again, &format);
	must(!format_parse(&same, again, why, sizeof(why)));
	must(!memcmp(&format, &same, sizeof(format)));
}

static void show(const uint8_t *data, size_t size)
{
	struct abimux_format format = {};
	char text[FORMAT_TEXT_LEN];

	memcpy(&format, data, size < sizeof(format) ? size : sizeof(format));
	format_text(text, &format);
	must(memchr(text, 0, sizeof(text)) && *text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	there_and_back(text);
	free(text);
	show(data, size);
	return 0;
}
