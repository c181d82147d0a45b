/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_FORMAT_H
#define LOADER_FORMAT_H

#include <stddef.h>

#include <linux/abimux.h>

/* Bytes of the longest format as text, the NUL included. */
#define FORMAT_TEXT_LEN 64

int format_parse(struct abimux_format *format, const char *text, char *why,
		 size_t size);
void format_text(char text[FORMAT_TEXT_LEN],
		 const struct abimux_format *format);

#endif /* LOADER_FORMAT_H */
