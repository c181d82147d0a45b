// SPDX-License-Identifier: GPL-2.0
/*
 * Files with overlays: what is taken is what the kernel takes, what only logs
 * refuses nothing, and what is not taken has a place in the file and a reason.
 */
#include "fuzz.h"
#include "ovlfile.h"

static void check_action(__u8 action)
{
	must(action < ABIMUX_NR_ERRNO || action == ABIMUX_NATIVE_LOG ||
	     action == ABIMUX_NATIVE_KILL);
	must(*ovl_action(action));
}

static void check_overlay(struct ovl *ovl, size_t lines)
{
	struct abimux_overlay_data *data = &ovl->data;

	must(*data->name && *data->name != '.');
	must(memchr(data->name, 0, ABIMUX_NAME_LEN));
	must(!*data->table && !data->reserved[0]);
	for (int i = 0; i < ABIMUX_NR_NATIVE_CALLS; i++) {
		check_action(data->amd64[i]);
		check_action(data->i386[i]);
	}
	check_action(data->others);
	must(ovl->warnings <= OVL_MAX_WARNINGS);
	for (unsigned int i = 0; i < ovl->warnings; i++)
		must(ovl->warning[i].line <= lines && *ovl->warning[i].message);
	ovl_log_only(data);
	must(!ovl_refuses(data));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ovl ovl;
	struct tbl_error error = {};
	char *text = malloc(size ?: 1);
	size_t lines = 1;

	memcpy(text, data, size);
	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	if (ovl_parse(&ovl, text, size, &error)) {
		must(error.line >= 1 && error.line <= lines);
		must(error.column >= 1 && error.column <= size + 1);
		must(*error.message);
	} else {
		check_overlay(&ovl, lines);
	}
	free(text);
	return 0;
}
