/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_OVLFILE_H
#define LOADER_OVLFILE_H

#include <stdio.h>

#include <linux/abimux.h>

#include "scan.h"

/* How a file with a list of calls is told from an object. */
#define OVL_SUFFIX ".overlay"

#define OVL_MAX_WARNINGS 8

/**
 * struct ovl - an overlay as its text file describes it
 * @data: what the kernel gets
 * @warnings: how many
 * @warning: what may be meant, but likely is not
 */
struct ovl {
	struct abimux_overlay_data data;
	unsigned int warnings;
	struct tbl_error warning[OVL_MAX_WARNINGS];
};

int ovl_parse(struct ovl *ovl, const char *text, size_t size,
	      struct tbl_error *err);
int ovl_read(struct ovl *ovl, const char *path, struct tbl_error *err);
void ovl_log_only(struct abimux_overlay_data *data);
bool ovl_refuses(const struct abimux_overlay_data *data);
const char *ovl_action(__u8 action);

#endif /* LOADER_OVLFILE_H */
