/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_TBLFILE_H
#define LOADER_TBLFILE_H

#include <stddef.h>

#include <linux/abimux.h>

#include "scan.h"

/* Bytes of an object's file name in a table's header, the NUL included. */
#define TBL_FILE_LEN 64

/**
 * struct tbl - a table as its text file describes it
 * @data: what the kernel gets
 * @names: name of each call; empty where the table has none
 * @program: object with the table's ops, or empty
 */
struct tbl {
	struct abimux_table_data data;
	char names[ABIMUX_NR_CALLS][ABIMUX_NAME_LEN];
	char program[TBL_FILE_LEN];
};

int tbl_parse(struct tbl *tbl, const char *text, size_t size,
	      struct tbl_error *err);
int tbl_read(struct tbl *tbl, const char *path, struct tbl_error *err);
int tbl_entries(const struct abimux_table_data *data, int kind);

extern const char *const tbl_number_words[ABIMUX_NR_NUMBERS];
extern const char *const tbl_args_words[ABIMUX_NR_ARGS_KINDS];
extern const char *const tbl_error_words[ABIMUX_NR_ERRORS];
extern const char *const tbl_native_words[ABIMUX_NR_NATIVES];
extern const char *const tbl_kind_words[];

#endif /* LOADER_TBLFILE_H */
