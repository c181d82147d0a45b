// SPDX-License-Identifier: GPL-2.0
/*
 * Files that say what arguments are: whatever they say, a call can be shown.
 */
#include "argfile.h"
#include "decode.h"
#include "fuzz.h"

/* Memory as programs have it: the input again, or what it can be mistaken for. */
static void fill(struct observe_event *event, const uint8_t *data, size_t size)
{
	size_t most = sizeof(event->data);

	for (int i = 0; i < ABIMUX_NR_ARGS; i++)
		event->args[i] = size ? data[i % size] * 0x1000101ULL : 0;
	event->ret = size ? (int8_t)data[size / 2] : 0;
	memcpy(event->data, data, size < most ? size : most);
	for (int i = 0; i < OBSERVE_SLOTS; i++)
		event->got[i] = size ? data[size - 1 - i % size] : -14;
}

static void show(const struct arg_call *call, const struct observe_event *event)
{
	signed char slots[ABIMUX_NR_ARGS];
	struct decoding decoding = {
		.call = call,
		.event = event,
		.slots = slots,
	};
	int slot = 0, count;
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	for (int i = 0; i < ABIMUX_NR_ARGS; i++)
		slots[i] = i < call->count &&
					   call->args[i].kind >= ARG_STRING &&
					   slot < OBSERVE_SLOTS ?
				   slot++ :
				   -1;
	count = decode_count(&decoding);
	must(count <= call->count);
	for (int i = 0; i < count; i++) {
		decode_has(&decoding, i);
		decode_arg(out, &decoding, i);
	}
	decode_value(out, &call->result, event->ret, false);
	fclose(out);
	for (size_t i = 0; i < len; i++)
		must(text[i] & 0x80 || text[i] >= ' ');
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct argfile_error error = {};
	struct observe_event event = {};
	struct argfile file = {};
	int err;

	err = argfile_parse(&file, (const char *)data, size, &error);
	if (err)
		must(error.line && *error.message &&
		     memchr(error.message, 0, sizeof(error.message)));
	fill(&event, data, size);
	for (const struct arg_call *call = file.calls; !err && call;
	     call = call->next) {
		must(*call->name && argfile_call(&file, call->name));
		show(call, &event);
	}
	argfile_free(&file);
	return 0;
}
