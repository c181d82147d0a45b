/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_DECODE_H
#define LOADER_DECODE_H

#include <stdio.h>

#include <abimux/observe.h>

#include "argfile.h"

/**
 * struct decoding - a call whose arguments are to be shown
 * @call: what is known about it, or NULL
 * @event: its begin, and what else is known of it by now
 * @slots: for each argument the index of what was taken for it, or -1
 * @i386: its words have 32 bits
 * @size: bytes of a buffer to show
 */
struct decoding {
	const struct arg_call *call;
	const struct observe_event *event;
	const signed char *slots;
	bool i386;
	unsigned int size;
};

void decode_value(FILE *out, const struct arg *arg, __u64 value, bool i386);
void decode_arg(FILE *out, const struct decoding *decoding, int index);
bool decode_has(const struct decoding *decoding, int index);
int decode_count(const struct decoding *decoding);
void decode_text(FILE *out, const char *text, size_t size);

#endif /* LOADER_DECODE_H */
