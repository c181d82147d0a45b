// SPDX-License-Identifier: GPL-2.0
/*
 * Brands: marks on files that name a table, as brandelf(1) makes them.
 */
#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <abimux/policy.h>

#include "command.h"
#include "error.h"
#include "hints.h"
#include "map.h"
#include "output.h"
#include "pins.h"
#include "rows.h"

#define HINT_NO_XATTR \
	"copy the file to another file system, or give its path a rule: abimux map set path:FILE TABLE"
#define HINT_SCRIPT "a script has its interpreter's table: brand that"

/**
 * struct branded - a file that is being branded
 * @path: where it is
 * @fd: the file
 * @machine: ELF e_machine
 * @size: bytes of the brand that it had, or a negative errno
 * @old: that brand
 */
struct branded {
	const char *path;
	int fd;
	__u16 machine;
	ssize_t size;
	char old[256];
};

/* Like the kernel's own check of a table's name. */
static bool is_name(const char *text)
{
	size_t len = strlen(text);

	if (!len || len >= ABIMUX_NAME_LEN)
		return false;
	while (isalnum((unsigned char)*text) || (*text && strchr("-_.", *text)))
		text++;
	return !*text;
}

static int xattr_failed(const char *path, int err)
{
	if (err == EOPNOTSUPP)
		return fail(ST_FAILED, HINT_NO_XATTR,
			    "%s: its file system keeps no marks of users",
			    path);
	return fail_errno(err, NULL, path);
}

/* Brands hold for ELF programs only. */
static int check_elf(struct branded *file)
{
	unsigned char head[EI_NIDENT + 4] = "";

	if (pread(file->fd, head, sizeof(head), 0) < 0)
		return fail_errno(errno, NULL, file->path);
	if (!memcmp(head, "#!", 2))
		return fail(ST_INPUT, HINT_SCRIPT, "%s is a script",
			    file->path);
	if (memcmp(head, ELFMAG, SELFMAG))
		return fail(ST_INPUT, "only ELF programs are branded",
			    "%s is no ELF file", file->path);
	file->machine = head[EI_NIDENT + 2] | head[EI_NIDENT + 3] << 8;
	return ST_OK;
}

static int open_file(struct branded *file, const char *path)
{
	struct stat st;

	file->path = path;
	file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file->fd < 0 || fstat(file->fd, &st))
		return fail_errno(errno, NULL, path);
	if (!S_ISREG(st.st_mode))
		return fail(ST_INPUT, "only ELF programs are branded",
			    "%s is no file", path);
	file->size =
		fgetxattr(file->fd, ABIMUX_BRAND, file->old, sizeof(file->old));
	if (file->size < 0)
		file->size = -errno;
	if (file->size == -EOPNOTSUPP)
		return xattr_failed(path, EOPNOTSUPP);
	return ST_OK;
}

static void close_files(struct branded *files, int count)
{
	for (int i = 0; i < count; i++) {
		if (files[i].fd >= 0)
			close(files[i].fd);
	}
	free(files);
}

/* All files can be opened, or none is touched. */
static int open_files(struct branded **files, char **paths, int count, bool elf)
{
	int status = ST_OK, i;

	*files = calloc(count, sizeof(**files));
	if (!*files)
		return fail_errno(ENOMEM, NULL, "open files");
	for (i = 0; i < count; i++)
		(*files)[i].fd = -1;
	for (i = 0; !status && i < count; i++) {
		status = open_file(&(*files)[i], paths[i]);
		if (!status && elf)
			status = check_elf(&(*files)[i]);
	}
	if (status)
		close_files(*files, count);
	return status;
}

static int mark(const struct branded *file, const char *table, ssize_t size)
{
	int err = size >= 0 ?
			  fsetxattr(file->fd, ABIMUX_BRAND, table, size, 0) :
			  fremovexattr(file->fd, ABIMUX_BRAND);

	return err && errno != ENODATA ? -errno : 0;
}

/* Each file gets the brand, or all keep what they had. */
static int mark_all(const struct branded *files, int count, const char *table)
{
	int err = 0, done = 0;

	for (; done < count; done++) {
		err = mark(&files[done], table,
			   table ? (ssize_t)strlen(table) : -1);
		if (err)
			break;
	}
	if (!err)
		return ST_OK;
	for (int i = 0; i < done; i++)
		mark(&files[i], files[i].old, files[i].size);
	return xattr_failed(files[done].path, -err);
}

static json_t *paths_json(char **paths, int count)
{
	json_t *list = json_array();

	for (int i = 0; i < count; i++)
		json_array_append_new(list, json_string(paths[i]) ?:
						    json_string("?"));
	return list;
}

/* What a rule for the file would need, a brand needs too. Only root can see it. */
static int check_table(const struct branded *files, int count,
		       const char *table)
{
	int status;

	if (access(PINS "/tables", R_OK))
		return ST_OK;
	status = table_exists(table);
	for (int i = 0; !status && i < count; i++) {
		struct abimux_format format = {
			.kind = ABIMUX_FORMAT_BRAND,
			.machine = files[i].machine,
		};

		status = map_check_rule(&format, table);
	}
	return status;
}

static int set_brand(const struct args *args, json_t **result)
{
	const char *table = args->argv[args->argc - 1];
	int count = args->argc - 1, status;
	struct branded *files;

	if (!is_name(table))
		return fail(ST_USAGE, HINT_TABLES, "'%s' is no name of a table",
			    table);
	status = open_files(&files, args->argv, count, true);
	if (status)
		return status;
	if (!args->opt[OPT_FORCE])
		status = check_table(files, count, table);
	if (!status)
		status = mark_all(files, count, table);
	close_files(files, count);
	if (!status)
		*result = json_pack(
			"{s:o, s:s, s:s}", "files",
			paths_json(args->argv, count), "table", table,
			"message",
			"branded; programs started from now on follow it");
	return status;
}

static int remove_brands(const struct args *args, json_t **result)
{
	struct branded *files;
	int status = open_files(&files, args->argv, args->argc, false);

	if (status)
		return status;
	status = mark_all(files, args->argc, NULL);
	close_files(files, args->argc);
	if (!status)
		*result = json_pack("{s:o, s:n, s:s}", "files",
				    paths_json(args->argv, args->argc), "table",
				    "message",
				    "no brand any more; the format counts");
	return status;
}

static json_t *brand_json(const struct branded *file)
{
	bool none = file->size == -ENODATA;
	char table[ABIMUX_NAME_LEN] = "";

	if (file->size > 0 && file->size < (ssize_t)sizeof(table))
		memcpy(table, file->old, file->size);
	if (strlen(table) != (size_t)file->size || !is_name(table))
		table[0] = '\0';
	return json_pack("{s:o, s:s?, s:b}", "file",
			 json_string(file->path) ?: json_string("?"), "table",
			 *table ? table : NULL, "garbage", !none && !*table);
}

static int show_brands(const struct args *args, json_t **result)
{
	struct branded *files;
	int status = open_files(&files, args->argv, args->argc, false);

	if (status)
		return status;
	*result = json_array();
	for (int i = 0; i < args->argc; i++)
		json_array_append_new(*result, brand_json(&files[i]));
	close_files(files, args->argc);
	return ST_OK;
}

int cmd_brand(const struct args *args, json_t **result)
{
	bool show = args->opt[OPT_SHOW];

	if (args->opt['d'] && show)
		return fail(ST_USAGE, "see abimux brand --help",
			    "either --remove or --show");
	if (args->opt['d'])
		return remove_brands(args, result);
	return show || args->argc == 1 ? show_brands(args, result) :
					 set_brand(args, result);
}

void print_brand(const json_t *result)
{
	static const struct column columns[] = { { "file", "FILE" },
						 { "table", "TABLE" },
						 { "garbage", "GARBAGE" },
						 {} };
	const json_t *message = json_object_get(result, "message");

	if (message)
		printf("%s\n", json_string_value(message));
	else
		print_rows(result, columns);
}
