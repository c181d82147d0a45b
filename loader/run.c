// SPDX-License-Identifier: GPL-2.0
/*
 * Running one command with a table, whatever its format.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <abimux/policy.h>
#include <bpf/bpf.h>

#include "command.h"
#include "error.h"
#include "hints.h"
#include "pins.h"
#include "rows.h"

#define PATH_LEN 4096

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

static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

/*
 * The file that a command means. Not execvp(3), which gives what the kernel
 * refuses to a shell: that shell would run with the table.
 */
static int find_command(char path[PATH_LEN], const char *name)
{
	const char *dirs = getenv("PATH") ?: "/usr/sbin:/usr/bin:/sbin:/bin";
	size_t len;

	if (strchr(name, '/')) {
		snprintf(path, PATH_LEN, "%s", name);
		return is_file(path) ?
			       ST_OK :
			       fail(ST_NO_COMMAND, NULL, "no file %s", name);
	}
	for (; *dirs; dirs += len + !!dirs[len]) {
		len = strcspn(dirs, ":");
		snprintf(path, PATH_LEN, "%.*s%s%s", (int)len, dirs,
			 len ? "/" : "./", name);
		if (is_file(path) && !access(path, X_OK))
			return ST_OK;
	}
	return fail(ST_NO_COMMAND, NULL, "no command '%s' in PATH", name);
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
	char path[PATH_LEN];
	int err, status;

	(void)result;
	if (!table)
		return fail(ST_USAGE, "see abimux run --help",
			    "which table? expected -t TABLE");
	status = table_exists(table) ?: find_command(path, args->argv[0]);
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
