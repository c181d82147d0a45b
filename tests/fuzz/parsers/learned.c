// SPDX-License-Identifier: GPL-2.0
/*
 * What `abimux learn` writes: whatever the command line was and whichever calls were
 * made, it is a file that can be loaded, and lets just these calls pass.
 */
#include "fuzz.h"
/* For what is its own. */
#include "../../../loader/learn.c"

#define MAX_WORDS 8

static void check_written(const struct learning *learning, const char *text,
			  size_t size)
{
	static struct ovl ovl;
	struct tbl_error error = {};
	__u8 action;

	if (ovl_parse(&ovl, text, size, &error)) {
		fprintf(stderr, "%u:%u: %s\n%s", error.line, error.column,
			error.message, text);
		abort();
	}
	must(ovl.data.others == EPERM);
	for (size_t i = 0; i < learning->count; i++) {
		const struct native_call *call;

		if (!learning->made[i].name)
			continue;
		call = native_named(ABIMUX_NATIVE_AMD64,
				    learning->made[i].name);
		action = call ? ovl.data.amd64[call->nr] : 0;
		must(action == ABIMUX_NATIVE_PASS);
	}
}

/* The first bytes are calls, the rest is the command. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct learning learning;
	struct args args = {};
	char *words[MAX_WORDS + 1], *command, *text = NULL;
	size_t calls = size ? data[0] % 16 : 0, written;
	FILE *out;

	if (size < 1 + 2 * calls)
		return 0;
	learning.count = 0;
	for (size_t i = 0; i < calls; i++) {
		struct learn_call call = {
			.i386 = data[1 + 2 * i] & 1,
			.native = data[1 + 2 * i] >> 1 | data[2 + 2 * i] << 7,
		};

		add_call(&learning, &call, i + 1);
	}
	command = fuzz_text(data + 1 + 2 * calls, size - 1 - 2 * calls);
	/* A word of a command can have any byte, the end of a line too. */
	args.argv = words;
	args.argc = fuzz_words(command, words, 1 + size % MAX_WORDS);
	out = open_memstream(&text, &written);
	write_file(out, &learning, &args);
	fclose(out);
	check_written(&learning, text, written);
	free(text);
	free(command);
	return 0;
}
