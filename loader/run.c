// SPDX-License-Identifier: GPL-2.0
/*
 * Running one command with a table, whatever its format.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <abimux/policy.h>
#include <bpf/bpf.h>

#include "command.h"
#include "error.h"
#include "hints.h"
#include "pins.h"
#include "program.h"
#include "rows.h"

/* Writes the tag of this very process, or removes it. */
static int tag_self(const struct abimux_tag *tag)
{
	int map = pin_get("tags");
	int pidfd = syscall(SYS_pidfd_open, getpid(), 0);
	int err;

	if (map < 0)
		err = map;
	else if (pidfd < 0)
		err = -errno;
	else if (tag)
		err = bpf_map_update_elem(map, &pidfd, tag, BPF_ANY);
	else
		err = bpf_map_delete_elem(map, &pidfd);
	if (pidfd >= 0)
		close(pidfd);
	if (map >= 0)
		close(map);
	return err;
}

static int exec_failed(const char *path, const char *table, int err)
{
	if (err == ENOEXEC)
		return fail(ST_NOT_EXECUTABLE, HINT_MACHINE,
			    "%s cannot run with table %s", path, table);
	if (err == EPERM)
		return fail(ST_NOT_EXECUTABLE, HINT_PRIVILEGE, "%s: %s", path,
			    strerror(err));
	return fail(err == ENOENT ? ST_NO_COMMAND : ST_NOT_EXECUTABLE, NULL,
		    "%s: %s", path, strerror(err));
}

int cmd_run(const struct args *args, json_t **result)
{
	struct abimux_tag tag = { .flags = ABIMUX_TAG_FORCE };
	const char *table = args->opt['t'];
	char path[PROGRAM_PATH_LEN];
	int err, status;

	(void)result;
	if (!table)
		return fail(ST_USAGE, "see abimux run --help",
			    "which table? expected -t TABLE");
	status = table_exists(table) ?: program_find(path, args->argv[0]);
	if (status)
		return status;
	snprintf(tag.table, sizeof(tag.table), "%s", table);
	tag.format.kind = ABIMUX_FORMAT_FORCED;
	err = tag_self(&tag);
	if (err)
		return fail_errno(err, HINT_LOAD, "tag this process");
	execv(path, args->argv);
	err = errno;
	tag_self(NULL);
	return exec_failed(path, table, err);
}
