// SPDX-License-Identifier: GPL-2.0
/*
 * What outlives the loader: links and maps pinned under /sys/fs/bpf/abimux.
 *
 * Directories appear and go by a rename, so that a loader that is killed leaves
 * either all of one or nothing under its name. What it leaves under the two
 * other names the next one removes.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include <linux/abimux.h>

#include "error.h"
#include "hints.h"
#include "pins.h"

#define PINS_NEW BPFFS "/abimux-new"
#define DECIDES "programs/classify"

/* What is going to be PINS, and is taken for it until it is. */
static struct pins *begun;

/* Return: the path under PINS, or NULL if there is nothing of it to be begun with. */
static const char *begun_path(const char *path)
{
	size_t len = strlen(PINS);

	if (!begun || strncmp(path, PINS, len))
		return NULL;
	if (!path[len])
		return "";
	return path[len] == '/' ? path + len + 1 : NULL;
}

/* Also a directory that one of them is going to be in. */
static bool has_begun(const char *path)
{
	size_t len = strlen(path);
	bool found = !len;

	for (int i = 0; !found && i < begun->count; i++) {
		const char *end = begun->pin[i].path + len;

		found = !strncmp(begun->pin[i].path, path, len) &&
			(!*end || *end == '/');
	}
	return found;
}

static const struct pin *find_begun(const char *path)
{
	for (int i = begun->count - 1; i >= 0; i--) {
		if (!strcmp(begun->pin[i].path, path))
			return &begun->pin[i];
	}
	return NULL;
}

/**
 * pins_add - remember something to be pinned
 * @pins: where
 * @fd: link, map or program; kept by a file descriptor of its own
 * @fmt: path, relative to the directory to come, as in printf(3)
 *
 * Return: ST_OK, or another exit code.
 */
int pins_add(struct pins *pins, int fd, const char *fmt, ...)
{
	struct pin *pin = realloc(pins->pin, (pins->count + 1) * sizeof(*pin));
	va_list args;

	if (!pin)
		return fail_errno(ENOMEM, NULL, "pin");
	pins->pin = pin;
	pin += pins->count;
	va_start(args, fmt);
	vsnprintf(pin->path, sizeof(pin->path), fmt, args);
	va_end(args);
	pin->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (pin->fd < 0)
		return fail_errno(errno, NULL, pin->path);
	pins->count++;
	return ST_OK;
}

/**
 * pins_drop - let go of all that was added
 * @pins: where
 */
void pins_drop(struct pins *pins)
{
	for (int i = 0; i < pins->count; i++)
		close(pins->pin[i].fd);
	free(pins->pin);
	*pins = (struct pins){};
}

static int make_parents(char *path)
{
	for (char *slash = strchr(path + strlen(BPFFS) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0700) && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}

static int pin_one(const struct pin *pin)
{
	char path[PIN_PATH_LEN + sizeof(PINS_NEW)];
	int err;

	snprintf(path, sizeof(path), PINS_NEW "/%s", pin->path);
	err = make_parents(path);
	if (!err)
		err = bpf_obj_pin(pin->fd, path);
	return err ? fail_errno(err, NULL, path) : ST_OK;
}

/**
 * pins_begin - take for pinned under PINS what is not pinned yet
 * @pins: what was added, and what is going to be
 *
 * Until it is committed everything finds it as if it were there, and adds to it what
 * it commits itself. All of it goes with this process if it is not.
 */
void pins_begin(struct pins *pins)
{
	begun = pins;
}

/*
 * A link lives on by its pin, whatever directory that is in. With this one programs
 * get their tables: it is the last of a load to be pinned, when all else is there.
 */
static bool decides(const struct pin *pin)
{
	return !strcmp(pin->path, DECIDES);
}

static int pin_all(const struct pins *pins)
{
	int status = ST_OK;

	for (int i = 0; !status && i < pins->count; i++)
		status = decides(&pins->pin[i]) ? ST_OK :
						  pin_one(&pins->pin[i]);
	for (int i = 0; !status && i < pins->count; i++)
		status = decides(&pins->pin[i]) ? pin_one(&pins->pin[i]) :
						  ST_OK;
	return status;
}

static int join_begun(const struct pins *pins, const char *path)
{
	int status = ST_OK;

	for (int i = 0; !status && i < pins->count; i++)
		status = pins_add(begun, pins->pin[i].fd, "%s/%s", path,
				  pins->pin[i].path);
	return status;
}

/**
 * pins_commit - pin all that was added
 * @pins: what
 * @path: the directory that appears with all of it
 *
 * Return: ST_OK, or another exit code; nothing is pinned then.
 */
int pins_commit(struct pins *pins, const char *path)
{
	char at[PIN_PATH_LEN];
	int status = ST_OK, err;

	if (begun == pins)
		begun = NULL;
	if (begun_path(path))
		return join_begun(pins, begun_path(path));
	snprintf(at, sizeof(at), "%s", path);
	err = make_parents(at);
	if (err)
		return fail_errno(err, NULL, path);
	status = pin_all(pins);
	if (!status && rename(PINS_NEW, path))
		status = fail_errno(errno, NULL, path);
	if (status)
		pins_remove(PINS_NEW);
	return status;
}

/**
 * pins_exchange - pin all that was added in the place of a directory
 * @pins: what
 * @path: the directory; there need be none
 *
 * It has all of the old or all of the new. The old is then left for pins_clean().
 *
 * Return: ST_OK, or another exit code; nothing has changed then.
 */
int pins_exchange(struct pins *pins, const char *path)
{
	int status = ST_OK;

	for (int i = 0; !status && i < pins->count; i++)
		status = pin_one(&pins->pin[i]);
	if (!status && renameat2(AT_FDCWD, PINS_NEW, AT_FDCWD, path,
				 pins_exist(path) ? RENAME_EXCHANGE : 0))
		status = fail_errno(errno, NULL, path);
	if (status)
		pins_remove(PINS_NEW);
	return status;
}

/**
 * pins_exchange_back - undo pins_exchange() with a directory that there was
 * @path: the directory
 *
 * Return: ST_OK, or another exit code.
 */
int pins_exchange_back(const char *path)
{
	if (renameat2(AT_FDCWD, PINS_NEW, AT_FDCWD, path, RENAME_EXCHANGE))
		return fail_errno(errno, NULL, path);
	return ST_OK;
}

/**
 * pins_replace - pin all that was added where other things of these names are
 * @pins: what
 * @path: the directory
 *
 * Return: ST_OK, or another exit code.
 */
int pins_replace(struct pins *pins, const char *path)
{
	char at[2 * PIN_PATH_LEN];
	int err = 0;

	for (int i = 0; !err && i < pins->count; i++) {
		snprintf(at, sizeof(at), "%s/%s", path, pins->pin[i].path);
		unlink(at);
		err = make_parents(at) ?: bpf_obj_pin(pins->pin[i].fd, at);
	}
	return err ? fail_errno(err, NULL, at) : ST_OK;
}

/* What is being removed: held until all names are gone. */
static struct pins held;

static bool is_waited_for(const char *path, int type)
{
	return type == FTW_F && !strstr(path, "/" PINS_OTHERS "/");
}

/*
 * A link whose last holder is a file descriptor goes when that is closed; one
 * whose last holder is its name goes some time later. Tables and policies are
 * unregistered even if somebody else still holds the link. That takes the kernel a
 * tenth of a second for each; the others decide nothing and are not waited for.
 */
static int hold_one(const char *path, const struct stat *st, int type,
		    struct FTW *ftw)
{
	int fd = is_waited_for(path, type) ? bpf_obj_get(path) : -1;

	(void)st;
	(void)ftw;
	if (fd < 0)
		return 0;
	bpf_link_detach(fd);
	pins_add(&held, fd, "%s", "");
	close(fd);
	return 0;
}

static int remove_waited(const char *path, const struct stat *st, int type,
			 struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (is_waited_for(path, type))
		unlink(path);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/**
 * pins_exist - whether there is something of this name
 * @path: the name
 *
 * Return: whether there is.
 */
bool pins_exist(const char *path)
{
	if (begun_path(path))
		return has_begun(begun_path(path));
	return !access(path, F_OK);
}

/**
 * pins_set_aside - take a directory its name; pins_clean() removes the rest
 * @path: the directory
 *
 * Return: ST_OK, or another exit code.
 */
int pins_set_aside(const char *path)
{
	return rename(path, PINS_ASIDE) ? fail_errno(errno, NULL, path) : ST_OK;
}

/**
 * pins_drop_aside - remove one thing of what was set aside, now
 * @name: its name
 */
void pins_drop_aside(const char *name)
{
	char path[PIN_PATH_LEN];
	int fd;

	snprintf(path, sizeof(path), PINS_ASIDE "/%s", name);
	fd = bpf_obj_get(path);
	unlink(path);
	if (fd >= 0)
		close(fd);
}

/**
 * pins_remove - remove a directory with all its pins
 * @path: the directory
 *
 * It loses its name at once, so that nobody finds half of it. When this returns,
 * nothing of it is attached or registered any more, but for PINS_OTHERS, which go in
 * the next moment.
 *
 * Return: ST_OK, or another exit code.
 */
int pins_remove(const char *path)
{
	int err;

	/* Nothing of it is left when what was begun is given up. */
	if (begun_path(path))
		return ST_OK;
	if (strcmp(path, PINS_ASIDE) && rename(path, PINS_ASIDE))
		return fail_errno(errno, NULL, path);
	nftw(PINS_ASIDE, hold_one, 16, FTW_PHYS);
	nftw(PINS_ASIDE, remove_waited, 16, FTW_PHYS);
	/* Before the others: the kernel takes one out at a time. */
	pins_drop(&held);
	err = nftw(PINS_ASIDE, remove_one, 16, FTW_DEPTH | FTW_PHYS) ? errno :
								       0;
	return err ? fail_errno(err, NULL, PINS_ASIDE) : ST_OK;
}

/**
 * pins_leftover - whether a killed loader left something
 *
 * Return: whether it did; a loader at work looks the same.
 */
bool pins_leftover(void)
{
	return pins_exist(PINS_NEW) || pins_exist(PINS_ASIDE);
}

/**
 * pins_clean - remove what a killed loader left
 *
 * Context: under pins_lock().
 */
void pins_clean(void)
{
	if (pins_exist(PINS_ASIDE))
		pins_remove(PINS_ASIDE);
	if (pins_exist(PINS_NEW))
		pins_remove(PINS_NEW);
}

/* What decides about programs is the last to be pinned: all is there. */
static void finish(void)
{
	if (!pins_exist(PINS) && pins_exist(PINS_NEW "/" DECIDES))
		rename(PINS_NEW, PINS);
}

/**
 * pins_lock - wait until no other loader changes anything, and keep others away
 *
 * The lock goes with the process, whatever its end. Whoever has it has it once.
 *
 * Return: ST_OK, or another exit code.
 */
int pins_lock(void)
{
	static int fd = -1;

	if (fd >= 0)
		return ST_OK;
	fd = open(BPFFS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX))
		return fail_errno(errno, NULL, "lock " BPFFS);
	finish();
	return ST_OK;
}

/**
 * pins_finish - finish a load that was killed when all of it was there but its name
 *
 * Nothing happens while another loader is at work.
 */
void pins_finish(void)
{
	int fd = open(BPFFS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB))
		finish();
	if (fd >= 0)
		close(fd);
}

/**
 * pins_need_loaded - fail if nothing is loaded
 *
 * Return: ST_OK or ST_NOT_FOUND.
 */
int pins_need_loaded(void)
{
	if (pins_exist(PINS))
		return ST_OK;
	return fail(ST_NOT_FOUND, HINT_LOAD, "nothing is loaded");
}

/**
 * pin_get - open something pinned
 * @fmt: its path under PINS, as in printf(3)
 *
 * Return: a file descriptor, or a negative errno.
 */
int pin_get(const char *fmt, ...)
{
	char path[PIN_PATH_LEN] = PINS "/";
	const struct pin *pin;
	va_list args;

	va_start(args, fmt);
	vsnprintf(path + strlen(path), sizeof(path) - strlen(path), fmt, args);
	va_end(args);
	if (!begun)
		return bpf_obj_get(path);
	pin = find_begun(begun_path(path));
	return pin ? fcntl(pin->fd, F_DUPFD_CLOEXEC, 0) : -ENOENT;
}

/**
 * pin_read - open what an iterator that is pinned prints
 * @name: its name under PINS
 *
 * Return: a file descriptor, or -1 with errno.
 */
int pin_read(const char *name)
{
	char path[PIN_PATH_LEN];
	const struct pin *pin = begun ? find_begun(name) : NULL;

	if (pin)
		return bpf_iter_create(pin->fd);
	snprintf(path, sizeof(path), PINS "/%s", name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Names in this file system have no dots. */
static void pin_path(char *path, const char *group, const char *name)
{
	char *at = path + sprintf(path, PINS "/%s/", group);

	snprintf(at, ABIMUX_NAME_LEN, "%s", name);
	for (; *at; at++) {
		if (*at == '.')
			*at = ':';
	}
}

/**
 * table_pin_path - the directory with a table's pins
 * @path: PIN_PATH_LEN bytes for it; it has a ':' where the table's name has a dot
 * @table: name of the table
 */
void table_pin_path(char *path, const char *table)
{
	pin_path(path, "table", table);
}

/**
 * overlay_pin_path - the directory with an overlay's pins
 * @path: as for table_pin_path()
 * @overlay: name of the overlay
 */
void overlay_pin_path(char *path, const char *overlay)
{
	pin_path(path, "overlay", overlay);
}

/**
 * pinned_names - names of what is pinned in a group
 * @group: "table" or "overlay"
 *
 * Return: an array of strings.
 */
json_t *pinned_names(const char *group)
{
	json_t *names = json_array();
	char pattern[PIN_PATH_LEN], *name;
	glob_t found;

	snprintf(pattern, sizeof(pattern), PINS "/%s/*", group);
	if (glob(pattern, 0, NULL, &found))
		return names;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		name = strrchr(found.gl_pathv[i], '/') + 1;
		for (char *c = name; *c; c++)
			*c = *c == ':' ? '.' : *c;
		json_array_append_new(names, json_string(name));
	}
	globfree(&found);
	return names;
}
