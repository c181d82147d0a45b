// SPDX-License-Identifier: GPL-2.0
/*
 * The policy: a struct_ops link, pinned as `policy`, and LSM programs, whose links are
 * pinned in the directory `programs`. Beside them is `map`, the policy that they
 * belong to, so that a loader that was killed between the two is seen.
 */
#include <errno.h>
#include <glob.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/abimux.h>

#include "compiler.h"
#include "error.h"
#include "hints.h"
#include "link.h"
#include "policy.h"
#include "sources.h"

#define POLICY_TYPE "abimux_policy_ops"
#define PROGRAMS PINS "/programs"
#define POLICY PINS "/policy"

/* How long one waits for execs under way. */
#define EXECS_TRIES 5000
#define EXECS_PAUSE 1000 /* microseconds */
#define MAX_EXECS 4096

/* Maps without which nothing that a policy decides reaches anybody. */
static int check_maps(struct bpf_object *object, const char *path)
{
	static const char *const needed[] = { "tags", "choices" };

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (!bpf_object__find_map_by_name(object, needed[i]))
			return fail(ST_INPUT, HINT_SHAPE,
				    "%s: the policy has no map '%s'", path,
				    needed[i]);
	}
	return ST_OK;
}

/**
 * policy_open - load a policy's object, of this file and not of one of its name elsewhere
 * @object: the object, to be closed with bpf_object__close(); NULL on failure
 * @path: the file
 *
 * Return: ST_OK, or another exit code.
 */
int policy_open(struct bpf_object **object, const char *path)
{
	char copy[2][PIN_PATH_LEN];
	int status;

	*object = NULL;
	if (strlen(path) >= sizeof(copy[0]))
		return fail(ST_USAGE, NULL, "the name of FILE is too long");
	if (access(path, R_OK))
		return fail_errno(errno, HINT_OBJECTS, path);
	strcpy(copy[0], path);
	strcpy(copy[1], path);
	status = object_load(object, dirname(copy[0]), basename(copy[1]));
	return status ?: check_maps(*object, path);
}

/**
 * policy_keep_source - remember from which file the policy is
 * @path: the file
 */
void policy_keep_source(const char *path)
{
	sources_keep("policy", "", "", path);
}

static int attach_failed(int err)
{
	if (err == -EEXIST || err == -EBUSY)
		return fail(ST_EXISTS, "bpftool struct_ops list shows it",
			    "another policy is registered");
	return fail(status_of(err), HINT_VERBOSE,
		    "cannot register the policy: %s", strerror(-err));
}

static int policy_map(struct bpf_object *object, struct bpf_map **map)
{
	*map = object_struct_ops(object, POLICY_TYPE);
	return *map ? ST_OK :
		      fail(ST_INPUT, NULL,
			   "the policy needs one struct " POLICY_TYPE);
}

static int add_programs(struct bpf_object *object, const struct bpf_map *map,
			struct pins *pins, const char *prefix)
{
	int status = pins_add(pins, bpf_map__fd(map), "%smap", prefix);

	return status ?: object_attach(object, pins, prefix);
}

/**
 * policy_attach - register a policy, where there is none
 * @object: its object, loaded
 * @link: its link, to be pinned, goes there
 * @programs: and its programs there
 * @prefix: under which path, with a slash at its end
 *
 * The policy first, then the programs that write tags into its map.
 *
 * Return: ST_OK, or another exit code.
 */
int policy_attach(struct bpf_object *object, struct pins *link,
		  struct pins *programs, const char *prefix)
{
	struct bpf_link *attached;
	struct bpf_map *map;
	int status, now;

	status = policy_map(object, &map);
	if (status)
		return status;
	attached = bpf_map__attach_struct_ops(map);
	if (!attached)
		return attach_failed(-errno);
	now = link_version(bpf_link__fd(attached));
	if (now >= 0)
		status = pins_add(link, bpf_link__fd(attached), "policy");
	else
		status = fail(ST_FAILED, HINT_VERBOSE, "the policy " GONE);
	if (now >= 0)
		close(now);
	bpf_link__destroy(attached);
	return status ?: add_programs(object, map, programs, prefix);
}

static int update_link(int map)
{
	int link = pin_get("policy"), err;

	if (link < 0)
		return fail_errno(link, HINT_POLICY, POLICY);
	err = bpf_link_update(link, map, NULL);
	close(link);
	if (err)
		return fail(status_of(err), HINT_VERBOSE,
			    "cannot replace the policy: %s", strerror(-err));
	return ST_OK;
}

/*
 * libbpf fills in a struct_ops map only when it attaches it, which cannot be done
 * while there is a policy: that it fails is what is wanted.
 */
static int fill_map(const struct bpf_map *map)
{
	struct bpf_link *link = bpf_map__attach_struct_ops(map);

	if (!link && (errno == EBUSY || errno == EEXIST))
		return ST_OK;
	if (!link)
		return attach_failed(-errno);
	bpf_link__destroy(link);
	return fail(ST_FAILED, HINT_POLICY, "the policy is gone");
}

/**
 * policy_replace - put a policy in the place of the one that is loaded
 * @object: its object, loaded with the maps of the other
 *
 * Each exec is decided whole by the old policy or by the new one. Both choose into
 * the same map, and a choice is written in one go; the programs of the old policy
 * run after those of the new one while both are attached, so theirs is what
 * counts until they go. Whoever chose, what is chosen is written to the same map
 * of tags by whichever is there: a program that does so is attached at any
 * moment, because the new ones come before the old ones go.
 *
 * What is pinned changes by one rename; a loader that is killed before it leaves
 * the old policy, after it the new one, see policy_repair().
 *
 * Return: ST_OK, or another exit code; the old policy stays then.
 */
int policy_replace(struct bpf_object *object)
{
	struct pins pins = {};
	struct bpf_map *map;
	int status;

	status = policy_map(object, &map) ?: fill_map(map);
	if (!status)
		status = add_programs(object, map, &pins, "");
	if (!status)
		status = pins_exchange(&pins, PROGRAMS);
	if (!status) {
		status = update_link(bpf_map__fd(map));
		if (status)
			pins_exchange_back(PROGRAMS);
		pins_clean();
	}
	pins_drop(&pins);
	return status;
}

/**
 * policy_register - register a policy where there is none, and pin it
 * @object: its object, loaded with the maps that are pinned
 *
 * The programs are pinned first: without a policy they are without effect.
 *
 * Return: ST_OK, or another exit code.
 */
int policy_register(struct bpf_object *object)
{
	struct pins link = {}, programs = {};
	int status = policy_attach(object, &link, &programs, "");

	if (!status)
		status = pins_exchange(&programs, PROGRAMS);
	if (!status) {
		status = pins_replace(&link, PINS);
		pins_clean();
	}
	if (status && pins_exist(PROGRAMS))
		pins_remove(PROGRAMS);
	pins_drop(&programs);
	pins_drop(&link);
	return status;
}

/* Numbers of the threads that are in the middle of an exec. */
static int read_execs(const char *path, long execs[MAX_EXECS])
{
	FILE *file = fopen(path, "re");
	int count = 0;

	while (file && count < MAX_EXECS &&
	       fscanf(file, "%ld", &execs[count]) == 1)
		count++;
	if (file)
		fclose(file);
	return count;
}

static bool is_one_of(long exec, const long *execs, int count)
{
	for (int i = 0; i < count; i++) {
		if (execs[i] == exec)
			return true;
	}
	return false;
}

/*
 * Wait until every exec that was under way is over. One that hangs, on a file that
 * cannot be read say, is not waited for forever: the guard ends its program.
 */
static void wait_for_execs(const char *path)
{
	static long waited[MAX_EXECS], now[MAX_EXECS];
	int count = read_execs(path, waited), running, left;

	for (int tries = 0; count && tries < EXECS_TRIES; tries++) {
		usleep(EXECS_PAUSE);
		running = read_execs(path, now);
		left = 0;
		for (int i = 0; i < count; i++) {
			if (is_one_of(waited[i], now, running))
				waited[left++] = waited[i];
		}
		count = left;
	}
}

static void unregister(void)
{
	int link = pin_get("policy");

	if (link >= 0)
		bpf_link_detach(link);
	unlink(POLICY);
	if (link >= 0)
		close(link);
}

/**
 * policy_remove - let no policy decide any more
 *
 * First goes what chooses, then, when every exec for which it chose is over, what
 * writes down the choice and the policy itself: an exec that was decided is
 * carried out.
 *
 * Return: ST_OK, or another exit code.
 */
int policy_remove(void)
{
	int status = pins_set_aside(PROGRAMS);

	if (status)
		return status;
	pins_drop_aside("classify");
	wait_for_execs(PINS "/execs");
	unregister();
	pins_clean();
	return ST_OK;
}

/**
 * policy_remove_all - let no policy decide any more, and remove all else with it
 *
 * It has no name from its first step on: a loader that is killed has unloaded all of
 * it or nothing, and the next one takes away what still works.
 *
 * Return: ST_OK, or another exit code.
 */
int policy_remove_all(void)
{
	int status = pins_set_aside(PINS);

	if (status)
		return status;
	pins_drop_aside("programs/classify");
	wait_for_execs(PINS_ASIDE "/execs");
	pins_clean();
	return ST_OK;
}

static __u32 map_id(int map)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);

	if (map < 0 || bpf_map_get_info_by_fd(map, &info, &size))
		return 0;
	return info.id;
}

/* The programs say which policy there has to be. */
static int repair_link(void)
{
	int map = pin_get("programs/map");
	int now = link_pinned_version("policy");
	int status = ST_OK;

	if (map >= 0 && now >= 0 && map_id(map) != map_id(now))
		status = update_link(map);
	if (map >= 0)
		close(map);
	if (now >= 0)
		close(now);
	return status;
}

/**
 * policy_repair - finish what a killed loader began
 *
 * Context: under pins_lock().
 *
 * Return: ST_OK, or another exit code.
 */
int policy_repair(void)
{
	bool programs = pins_exist(PROGRAMS), policy = pins_exist(POLICY);

	if (programs && policy)
		return repair_link();
	if (policy)
		unregister();
	return programs ? pins_remove(PROGRAMS) : ST_OK;
}

/**
 * policy_name - name of the policy that is loaded
 *
 * Return: a string, or null.
 */
json_t *policy_name(void)
{
	char name[ABIMUX_NAME_LEN] = "";
	int map = link_pinned_version("policy");

	if (map >= 0) {
		opsmap_read(&opsmap_policy, map, name);
		close(map);
	}
	return *name ? json_string(name) : json_null();
}

static json_t *programs_in(const char *pattern)
{
	json_t *names = json_array();
	const char *name;
	glob_t found;

	if (glob(pattern, 0, NULL, &found))
		return names;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		name = strrchr(found.gl_pathv[i], '/') + 1;
		if (strcmp(name, "map"))
			json_array_append_new(names, json_string(name));
	}
	globfree(&found);
	return names;
}

/**
 * policy_programs - names of its LSM programs that are attached
 *
 * Return: an array of strings.
 */
json_t *policy_programs(void)
{
	return programs_in(PROGRAMS "/*");
}

/**
 * guard_programs - names of the guard's LSM programs that are attached
 *
 * Return: an array of strings.
 */
json_t *guard_programs(void)
{
	return programs_in(GUARD "/*");
}
