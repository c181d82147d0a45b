// SPDX-License-Identifier: GPL-2.0
/*
 * Files and cgroups as the kernel knows them: by numbers, not by name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include <abimux/policy.h>

#include "place.h"

#define CGROUP2_MAGIC 0x63677270

/* As the kernel writes a device within itself. */
#define KERNEL_DEV(major, minor) ((major) << 20 | (minor))

/**
 * place_id - the inode or the cgroup that a format names
 * @format: the format
 *
 * Return: its number.
 */
__u64 place_id(const struct abimux_format *format)
{
	__u64 id;

	memcpy(&id, format->owner, sizeof(id));
	return id;
}

/**
 * place_set_id - let a format name an inode or a cgroup
 * @format: the format
 * @id: its number
 */
void place_set_id(struct abimux_format *format, __u64 id)
{
	memcpy(format->owner, &id, sizeof(id));
}

/*
 * Some file systems show programs another device than they have for the kernel;
 * the list of mounts has the kernel's.
 */
static __u32 device_of(const char *path, const struct stat *st)
{
	__u32 device = KERNEL_DEV(major(st->st_dev), minor(st->st_dev));
	unsigned int major, minor;
	unsigned long long id;
	struct statx stx;
	FILE *mounts;

	if (statx(AT_FDCWD, path, 0, STATX_MNT_ID, &stx) ||
	    !(stx.stx_mask & STATX_MNT_ID))
		return device;
	mounts = fopen("/proc/self/mountinfo", "re");
	while (mounts && fscanf(mounts, "%llu %*u %u:%u %*[^\n]", &id, &major,
				&minor) == 3) {
		if (id == stx.stx_mnt_id)
			device = KERNEL_DEV(major, minor);
	}
	if (mounts)
		fclose(mounts);
	return device;
}

static int find_file(struct abimux_format *format, const char *path, char *why,
		     size_t size)
{
	struct stat st;

	if (stat(path, &st))
		snprintf(why, size, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		snprintf(why, size, "%s is no file that could be executed",
			 path);
	else
		format->value = device_of(path, &st);
	if (*why)
		return -EINVAL;
	place_set_id(format, st.st_ino);
	return 0;
}

static int find_cgroup(struct abimux_format *format, const char *path,
		       char *why, size_t size)
{
	struct statfs fs;
	struct stat st;

	if (stat(path, &st) || statfs(path, &fs))
		snprintf(why, size, "%s: %s", path, strerror(errno));
	else if (!S_ISDIR(st.st_mode) || fs.f_type != CGROUP2_MAGIC)
		snprintf(why, size,
			 "%s is no directory of a file system cgroup2", path);
	if (*why)
		return -EINVAL;
	place_set_id(format, st.st_ino);
	return 0;
}

/**
 * place_find - find a file or a cgroup
 * @format: of kind ABIMUX_FORMAT_PATH or ABIMUX_FORMAT_CGROUP; gets the numbers
 * @path: where it is now
 * @why: what is wrong
 * @size: bytes of @why
 *
 * Return: 0, or -EINVAL with @why filled in.
 */
int place_find(struct abimux_format *format, const char *path, char *why,
	       size_t size)
{
	*why = '\0';
	if (strlen(path) >= ABIMUX_PLACE_LEN) {
		snprintf(why, size, "the path has more than %d bytes",
			 ABIMUX_PLACE_LEN - 1);
		return -EINVAL;
	}
	return format->kind == ABIMUX_FORMAT_PATH ?
		       find_file(format, path, why, size) :
		       find_cgroup(format, path, why, size);
}
