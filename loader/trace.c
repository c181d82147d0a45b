// SPDX-License-Identifier: GPL-2.0
/*
 * Watching what the programs of a table open.
 *
 * The table's link is moved to its reporting version, and back to the quiet one
 * at the end. Programs go on all the while. A trace that is killed leaves the
 * reporting version in place: it reports to nobody, and the next trace starts
 * by putting the quiet one back.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <abimux/policy.h>
#include <bpf/bpf.h>

#include "args.h"
#include "command.h"
#include "error.h"
#include "hints.h"
#include "pins.h"
#include "rows.h"
#include "table.h"
#include "until.h"

#define POLL_MS 200

/**
 * struct trace - a trace under way
 * @dir: pins of the table, relative
 * @link: link of the table
 * @quiet: map of its quiet version
 * @loud: map of its reporting version
 * @json: print JSON
 * @armed: the reporting version is in place; until then events are stale
 * @count: opens still to be printed; negative: no end
 * @end: when to stop, CLOCK_MONOTONIC in seconds; 0: never
 */
struct trace {
	char dir[PIN_PATH_LEN];
	int link;
	int quiet;
	int loud;
	bool json;
	bool armed;
	long count;
	time_t end;
};

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static __u32 map_id(int map)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);

	return map >= 0 && !bpf_map_get_info_by_fd(map, &info, &size) ?
		       info.id :
		       0;
}

/* The version that is in place now. */
static __u32 current_id(const struct trace *trace)
{
	int map = table_link_map(trace->link);
	__u32 id = map_id(map);

	if (map >= 0)
		close(map);
	return id;
}

/* Puts a version in place and looks whether it is. */
static int put(const struct trace *trace, int map)
{
	int err = 0;

	if (current_id(trace) != map_id(map))
		err = bpf_link_update(trace->link, map, NULL);
	if (err == -ENOLINK)
		return fail(ST_NOT_FOUND, NULL, "the table was unloaded");
	if (err)
		return fail_errno(err, HINT_VERBOSE,
				  "replace the table's version");
	if (current_id(trace) != map_id(map))
		return fail(ST_FAILED, HINT_VERBOSE,
			    "the table's other version " GONE);
	return ST_OK;
}

/* What a program wrote goes to a terminal: only what is harmless there. */
static void make_printable(char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			*text = '?';
	}
}

static void print_event(const struct spy_event *event, const char *comm,
			const char *path, bool json)
{
	json_t *row;

	if (!json) {
		printf("%7u %6u %-15s %s\n", event->pid, event->uid, comm,
		       path);
		return;
	}
	row = json_pack("{s:I, s:I, s:s, s:s, s:I}", "pid",
			(json_int_t)event->pid, "uid", (json_int_t)event->uid,
			"comm", comm, "path", path, "number",
			(json_int_t)event->nr);
	json_dumpf(row, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(row);
}

static int take_event(void *ctx, void *data, size_t size)
{
	char comm[ABIMUX_COMM_LEN + 1], path[ABIMUX_SPY_PATH_LEN + 1];
	const struct spy_event *event = data;
	struct trace *trace = ctx;

	if (!trace->armed || !trace->count || size < sizeof(*event))
		return 0;
	snprintf(comm, sizeof(comm), "%.*s", ABIMUX_COMM_LEN, event->comm);
	snprintf(path, sizeof(path), "%.*s", ABIMUX_SPY_PATH_LEN,
		 event->len < 0 ? "(unreadable)" : event->path);
	make_printable(comm);
	make_printable(path);
	print_event(event, comm, path, trace->json);
	if (trace->count > 0)
		trace->count--;
	return 0;
}

static bool goes_on(const struct trace *trace)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return !stopped && trace->count &&
	       (!trace->end || now.tv_sec < trace->end) && !fflush(stdout) &&
	       !ferror(stdout);
}

static int watch(struct trace *trace, struct ring_buffer *events)
{
	__u32 loud = map_id(trace->loud);
	int status, end;

	ring_buffer__consume(events);
	trace->armed = true;
	status = put(trace, trace->loud);
	if (!status && !trace->json)
		printf("%7s %6s %-15s %s\n", "PID", "UID", "COMMAND", "PATH");
	while (!status && goes_on(trace) && current_id(trace) == loud)
		ring_buffer__poll(events, POLL_MS);
	end = put(trace, trace->quiet);
	/* What was opened before the end may still wait. */
	if (!status && !stopped)
		ring_buffer__consume(events);
	fflush(stdout);
	return status ?: end;
}

static int set_filter(const struct trace *trace, const char *user)
{
	int map = pin_get("%s/watch/maps/filter", trace->dir);
	struct spy_filter filter = { .any = !user };
	__u32 zero = 0;
	int status, err;

	status = user ? args_uid(user, &filter.uid) : ST_OK;
	if (!status) {
		err = map < 0 ?
			      map :
			      bpf_map_update_elem(map, &zero, &filter, BPF_ANY);
		status = err ? fail_errno(err, NULL, "set whom to watch") :
			       ST_OK;
	}
	if (map >= 0)
		close(map);
	return status;
}

static int run_trace(struct trace *trace, const char *user)
{
	int map = pin_get("%s/watch/maps/events", trace->dir);
	struct ring_buffer *events = NULL;
	int status;

	if (map >= 0)
		events = ring_buffer__new(map, take_event, trace, NULL);
	if (!events)
		status = fail_errno(map < 0 ? map : errno, NULL,
				    "open the events");
	else
		status = set_filter(trace, user) ?: watch(trace, events);
	ring_buffer__free(events);
	if (map >= 0)
		close(map);
	return status;
}

static int parse_limits(struct trace *trace, const struct args *args)
{
	struct timespec now;
	long seconds;
	int status = ST_OK;

	trace->count = -1;
	if (args->opt[OPT_COUNT])
		status = parse_number(args->opt[OPT_COUNT], "opens",
				      &trace->count);
	if (!status && args->opt[OPT_SECONDS]) {
		status = parse_number(args->opt[OPT_SECONDS], "seconds",
				      &seconds);
		clock_gettime(CLOCK_MONOTONIC, &now);
		trace->end = now.tv_sec + seconds;
	}
	return status;
}

/* One trace of a table at a time. The lock goes with the process. */
static int lock_table(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return fail_errno(errno, NULL, dir);
	if (flock(fd, LOCK_EX | LOCK_NB))
		return fail(ST_EXISTS, "end the other one first, with Ctrl-C",
			    "another abimux trace is running");
	return ST_OK;
}

static int open_table(struct trace *trace, const char *table)
{
	char dir[PIN_PATH_LEN];
	int status = table_exists(table);

	if (status)
		return status;
	table_pin_path(dir, table);
	snprintf(trace->dir, sizeof(trace->dir), "%s", dir + strlen(PINS) + 1);
	trace->loud = pin_get("%s/watch/map", trace->dir);
	if (trace->loud < 0)
		return fail(ST_NOT_FOUND, HINT_WATCH,
			    "table '%s' cannot be watched", table);
	trace->link = pin_get("%s/link", trace->dir);
	trace->quiet = pin_get("%s/map", trace->dir);
	if (trace->link < 0 || trace->quiet < 0)
		return fail(ST_FAILED, "abimux unload; abimux load",
			    "pins of table '%s' are gone", table);
	return lock_table(dir);
}

int cmd_trace(const struct args *args, json_t **result)
{
	struct sigaction action = { .sa_handler = stop };
	struct trace trace = { .json = args->json };
	int status;

	status = parse_limits(&trace, args);
	if (!status)
		status = open_table(&trace, args->opt['t'] ?: "spy");
	if (!status)
		status = put(&trace, trace.quiet);
	if (status)
		return status;
	if (args->opt[OPT_STOP]) {
		*result = json_pack("{s:s}", "message",
				    "the quiet table is in place");
		return ST_OK;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	return run_trace(&trace, args->opt[OPT_UID]);
}
