// SPDX-License-Identifier: GPL-2.0
/*
 * What went wrong: one error per run, with a status and a hint.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "error.h"
#include "scan.h"

const struct status_text status_texts[] = {
	{ ST_OK, "ok", "done" },
	{ ST_FAILED, "failed",
	  "the operation failed; of doctor: something is not well" },
	{ ST_USAGE, "usage", "bad command, option or argument" },
	{ ST_PERMISSION, "permission", "not permitted: needs root" },
	{ ST_KERNEL, "kernel",
	  "the running kernel lacks something: see abimux doctor" },
	{ ST_INPUT, "input",
	  "bad file with a table or with rules, or bad object" },
	{ ST_NOT_FOUND, "not-found",
	  "no such table, rule or file, or nothing is loaded" },
	{ ST_EXISTS, "exists", "it is there already, or busy" },
	{ ST_NOT_EXECUTABLE, "not-executable",
	  "run: the command cannot be run" },
	{ ST_NO_COMMAND, "no-command", "run: no such command" },
	{}
};

static struct {
	enum status status;
	char message[1024];
	char hint[512];
} error;

/**
 * fail - say what went wrong
 * @status: exit code
 * @hint: what to do about it, or NULL
 * @fmt: what went wrong, as in printf(3)
 *
 * The first error of a run is the one that is told: what fails after it, while
 * things are undone, is its consequence.
 *
 * Return: @status.
 */
int fail(enum status status, const char *hint, const char *fmt, ...)
{
	va_list args;

	if (error.status)
		return status;
	error.status = status;
	va_start(args, fmt);
	vsnprintf(error.message, sizeof(error.message), fmt, args);
	va_end(args);
	snprintf(error.hint, sizeof(error.hint), "%s", hint ?: "");
	return status;
}

/**
 * error_status - the exit code of this run's error
 *
 * Return: the exit code; ST_OK if there is no error.
 */
int error_status(void)
{
	return error.status;
}

/**
 * error_message - what went wrong
 *
 * Return: the text; an empty one if there is no error.
 */
const char *error_message(void)
{
	return error.message;
}

/**
 * error_place - say where it is written what this run's error came from
 * @file: a file
 * @line: from 1
 * @column: from 1
 * @hint: what to do about it
 *
 * The status is that of a bad file from now on.
 */
void error_place(const char *file, int line, int column, const char *hint)
{
	char message[sizeof(error.message)];

	memcpy(message, error.message, sizeof(message));
	snprintf(error.message, sizeof(error.message), "%s:%d:%d: %.*s", file,
		 line, column, 700, message);
	snprintf(error.hint, sizeof(error.hint), "%s", hint);
	error.status = ST_INPUT;
}

/**
 * status_of - the exit code for an errno
 * @err: positive or negative
 *
 * Return: the exit code.
 */
enum status status_of(int err)
{
	switch (abs(err)) {
	case 0:
		return ST_OK;
	case EPERM:
	case EACCES:
		return ST_PERMISSION;
	case ENOENT:
	case ESRCH:
		return ST_NOT_FOUND;
	case EEXIST:
	case EBUSY:
		return ST_EXISTS;
	case EINVAL:
	case EFBIG:
	case ENOEXEC:
		return ST_INPUT;
	default:
		return ST_FAILED;
	}
}

/**
 * fail_errno - say what went wrong when all that is known is an errno
 * @err: positive or negative
 * @hint: what to do about it, or NULL
 * @what: what was tried
 *
 * Return: the exit code for @err.
 */
int fail_errno(int err, const char *hint, const char *what)
{
	return fail(status_of(err), hint, "%s: %s", what, strerror(abs(err)));
}

/**
 * fail_file - say what is wrong in a file, and where
 * @err: what reading it returned; or 0
 * @hint: what to do about what is in it, or NULL
 * @path: the file
 * @error: the place; line 0 if it could not be read
 *
 * Return: ST_OK if nothing is wrong, or another exit code.
 */
int fail_file(int err, const char *hint, const char *path,
	      const struct tbl_error *error)
{
	if (!err)
		return ST_OK;
	if (error->line)
		return fail(ST_INPUT, hint, "%s:%u:%u: %s", path, error->line,
			    error->column, error->message);
	if (err == -EFBIG)
		return fail(ST_INPUT, NULL, "%s: %s", path, error->message);
	return fail_errno(err, NULL, path);
}

static const char *status_name(enum status status)
{
	const struct status_text *text = status_texts;

	while (text->name && text->status != status)
		text++;
	return text->name ?: "";
}

static void print_json(void)
{
	json_t *doc;

	doc = json_pack("{s:{s:i, s:s, s:s, s:s}}", "error", "code",
			error.status, "name", status_name(error.status),
			"message", error.message, "hint", error.hint);
	if (doc)
		json_dumpf(doc, stdout, JSON_INDENT(2));
	json_decref(doc);
	putchar('\n');
}

/**
 * error_print - print the error of this run, if there was one
 * @json: as JSON on standard output; else as text on standard error
 */
void error_print(bool json)
{
	if (!error.status)
		return;
	if (json) {
		print_json();
		return;
	}
	fprintf(stderr, "abimux: %s\n", error.message);
	if (*error.hint)
		fprintf(stderr, "  %s\n", error.hint);
}
