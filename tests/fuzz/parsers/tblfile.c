// SPDX-License-Identifier: GPL-2.0
/*
 * Files with tables: what is taken is what the kernel takes, and what is not has a
 * place in the file and a reason.
 */
#include "fuzz.h"
#include "natives.h"
#include "tblfile.h"

static void check_entry(const struct tbl *tbl, const struct abimux_entry *entry)
{
	must(!entry->reserved && !(entry->order >> (4 * ABIMUX_NR_ARGS)));
	if (entry->kind == ABIMUX_ENTRY_MISSING)
		must(!entry->native && !entry->order);
	else if (entry->kind == ABIMUX_ENTRY_OP)
		must(!entry->order && *tbl->program);
	else
		must(native_by_number(tbl->data.convention.native,
				      entry->native));
}

static void check_convention(const struct abimux_convention *convention)
{
	must(convention->number < ABIMUX_NR_NUMBERS);
	must(convention->args < ABIMUX_NR_ARGS_KINDS);
	must(convention->error < ABIMUX_NR_ERRORS);
	must(convention->native < ABIMUX_NR_NATIVES);
}

static void check_table(struct tbl *tbl)
{
	must(*tbl->data.name && *tbl->data.name != '.');
	must(memchr(tbl->data.name, 0, ABIMUX_NAME_LEN));
	must(!strchr(tbl->data.name, '/'));
	must(memchr(tbl->program, 0, TBL_FILE_LEN));
	must(!strchr(tbl->program, '/'));
	check_convention(&tbl->data.convention);
	for (int i = 0; i < ABIMUX_NR_ERRNO; i++)
		must(tbl->data.errnos[i] < 512);
	for (int i = 0; i < ABIMUX_NR_CALLS; i++) {
		must(memchr(tbl->names[i], 0, ABIMUX_NAME_LEN));
		check_entry(tbl, &tbl->data.entries[i]);
	}
	must(*tbl->program || !tbl_entries(&tbl->data, ABIMUX_ENTRY_OP));
}

static void check_error(const struct tbl_error *error, const char *text,
			size_t size)
{
	size_t lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	must(error->line >= 1 && error->line <= lines);
	must(error->column >= 1 && error->column <= size + 1);
	must(*error->message &&
	     memchr(error->message, 0, sizeof(error->message)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tbl tbl;
	struct tbl_error error = {};
	char *text = malloc(size ?: 1);

	/* Without a NUL after it, so that reading too far is seen. */
	memcpy(text, data, size);
	if (tbl_parse(&tbl, text, size, &error))
		check_error(&error, text, size);
	else
		check_table(&tbl);
	free(text);
	return 0;
}
