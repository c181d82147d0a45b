/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_ERROR_H
#define LOADER_ERROR_H

#include <stdbool.h>

#include "compiler.h"

struct tbl_error;

/* Exit codes of every command; they never change their meaning. */
enum status {
	ST_OK,
	ST_FAILED,
	ST_USAGE,
	ST_PERMISSION,
	ST_KERNEL,
	ST_INPUT,
	ST_NOT_FOUND,
	ST_EXISTS,
	ST_NOT_EXECUTABLE = 126,
	ST_NO_COMMAND = 127,
};

/**
 * struct status_text - an exit code in words
 * @status: the exit code
 * @name: for programs; the last has none
 * @doc: for people
 */
struct status_text {
	enum status status;
	const char *name;
	const char *doc;
};

extern const struct status_text status_texts[];

__printf(3, 4) int fail(enum status status, const char *hint, const char *fmt,
			...);
int error_status(void);
void error_place(const char *file, int line, int column, const char *hint);
const char *error_message(void);
enum status status_of(int err);
int fail_errno(int err, const char *hint, const char *what);
int fail_file(int err, const char *hint, const char *path,
	      const struct tbl_error *error);
void error_print(bool json);

#endif /* LOADER_ERROR_H */
