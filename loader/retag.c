// SPDX-License-Identifier: GPL-2.0
/*
 * Changing running tasks: a BPF program walks over them and asks the kernel.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "command.h"
#include "error.h"
#include "hints.h"
#include "object.h"
#include "retag.h"
#include "rows.h"

/* Passes over all tasks after which somebody makes new ones faster than we look. */
#define MAX_PASSES 100
#define WAIT_USEC 10000

static struct bpf_object *retag_object(void)
{
	static struct bpf_object *object;

	if (!object)
		object_load(&object, OBJECT_DIR, "retag.bpf.o");
	return object;
}

/* One walk over the threads of a process, one thread, or all there are. */
static int attach_walk(struct bpf_object *object, pid_t pid, bool thread)
{
	LIBBPF_OPTS(bpf_iter_attach_opts, opts);
	union bpf_iter_link_info which = {};
	struct bpf_link *link;
	int fd;

	if (thread)
		which.task.tid = pid;
	else
		which.task.pid = pid;
	if (pid) {
		opts.link_info = &which;
		opts.link_info_len = sizeof(which);
	}
	link = bpf_program__attach_iter(
		bpf_object__find_program_by_name(object, "retag"), &opts);
	if (!link)
		return -errno;
	fd = bpf_iter_create(bpf_link__fd(link));
	bpf_link__destroy(link);
	return fd;
}

static int walk(struct bpf_object *object, pid_t pid, bool thread)
{
	int fd = attach_walk(object, pid, thread);
	ssize_t got;
	char buf[64];
	int err;

	if (fd < 0)
		return fd;
	do {
		got = read(fd, buf, sizeof(buf));
	} while (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR)));
	err = got < 0 ? -errno : 0;
	close(fd);
	return err;
}

static void clear_results(struct retag_request *req)
{
	req->seen = 0;
	req->changed = 0;
	req->pending = 0;
	req->waiting = 0;
	req->kernel = 0;
	req->pollers = 0;
	req->error = 0;
	req->error_pid = 0;
}

/* Every walk starts with what it found set to nothing. */
static int run(struct retag_request *req, pid_t pid)
{
	bool thread = req->how.flags & ABIMUX_RETAG_THREAD;
	struct bpf_object *object = retag_object();
	__u32 zero = 0;
	int map, err;

	if (!object)
		return error_status();
	map = bpf_object__find_map_fd_by_name(object, "request");
	clear_results(req);
	err = bpf_map_update_elem(map, &zero, req, BPF_ANY);
	if (!err)
		err = walk(object, pid, pid && thread);
	if (!err)
		err = bpf_map_lookup_elem(map, &zero, req);
	return err ? fail_errno(err, HINT_VERBOSE, "walk over the tasks") :
		     ST_OK;
}

/**
 * retag_look - look at a process without changing it
 * @req: what is found
 * @pid: the process; the thread, if @req is about one
 *
 * Return: ST_OK, or another exit code: it is not there, or the kernel's own.
 */
int retag_look(struct retag_request *req, pid_t pid)
{
	int status;

	req->flags = RETAG_ALL;
	status = run(req, pid);
	if (status)
		return status;
	if (req->kernel)
		return fail(ST_FAILED, "abimux ps --all lists all programs",
			    "%d is a thread of the kernel: it makes no calls",
			    pid);
	if (!req->seen)
		return fail(ST_NOT_FOUND, "abimux ps --all lists all programs",
			    "no process %d", pid);
	return ST_OK;
}

static int change_failed(const struct retag_request *req)
{
	int pid = req->error_pid;

	switch (-req->error) {
	case ENOENT:
		return fail(ST_NOT_FOUND, HINT_TABLES,
			    req->how.flags & ABIMUX_RETAG_TABLE ?
				    "no table '%s'" :
				    "the overlay is gone",
			    req->how.table);
	case ENOEXEC:
		return fail(
			ST_FAILED, HINT_TABLES,
			"table %s is for programs of another machine than %d's",
			req->how.table, pid);
	case E2BIG:
		return fail(ST_FAILED, "abimux overlay remove NAME pid:N",
			    "%d has %d overlays already, the most there can be",
			    pid, ABIMUX_MAX_OVERLAYS);
	case ESRCH:
		return fail(ST_NOT_FOUND, NULL, "%d has ended", pid);
	default:
		return fail(status_of(req->error), NULL, "cannot change %d: %s",
			    pid, strerror(-req->error));
	}
}

/**
 * retag_process - change a process, or a thread
 * @req: the change; afterwards what was found
 * @pid: the process or thread
 *
 * Return: ST_OK, or another exit code: nothing is changed then.
 */
int retag_process(struct retag_request *req, pid_t pid)
{
	int status;

	req->flags = RETAG_ALL | RETAG_CHANGE;
	status = run(req, pid);
	if (status)
		return status;
	if (req->error)
		return change_failed(req);
	return req->seen ? ST_OK :
			   fail(ST_NOT_FOUND, NULL, "%d has ended", pid);
}

/**
 * retag_all - change all tasks that are looked for
 * @req: which, and the change; afterwards what was found
 *
 * Looks until there is none left to change: tasks come and go meanwhile.
 *
 * Return: ST_OK, or another exit code: some are changed, maybe.
 */
int retag_all(struct retag_request *req)
{
	__u32 changed = 0;
	int status;

	req->flags = RETAG_CHANGE;
	for (int i = 0; i < MAX_PASSES; i++) {
		status = run(req, 0);
		if (status)
			return status;
		if (req->error)
			return change_failed(req);
		changed += req->changed;
		if (!req->changed) {
			req->changed = changed;
			return ST_OK;
		}
	}
	return fail(ST_FAILED, NULL,
		    "new programs come faster than they can be looked at");
}

/**
 * retag_pid - read the number of a process
 * @text: the number
 * @pid: the same
 *
 * Return: ST_OK or ST_USAGE.
 */
int retag_pid(const char *text, pid_t *pid)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || end == text || *end || value <= 0 || value > 0x7fffffff)
		return fail(ST_USAGE, "give the number of a process",
			    "bad process '%s'", text);
	*pid = value;
	return ST_OK;
}

/**
 * struct target - what `abimux retag` is asked to change
 * @req: how
 * @pids: the processes or threads
 * @count: how many
 * @threads: how many threads were changed, of each
 * @waiting: how many of them wait in a call, of each
 */
struct target {
	struct retag_request req;
	pid_t *pids;
	int count;
	__u32 *threads;
	__u32 *waiting;
};

/* The table of that name is for programs of i386. */
static bool is_i386_table(const char *table)
{
	json_t *rows, *row;
	bool found = false;
	size_t i;

	if (rows_tables(&rows))
		return false;
	json_array_foreach(rows, i, row)
	{
		const char *name =
			json_string_value(json_object_get(row, "name"));
		const char *native =
			json_string_value(json_object_get(row, "native"));

		found = found || (name && native && !strcmp(name, table) &&
				  !strcmp(native, "i386"));
	}
	json_decref(rows);
	return found;
}

/* Which machine a process is of, from its file; the kernel has the last word. */
static int check_machine(pid_t pid, const char *table, bool i386)
{
	unsigned char head[EI_CLASS + 1] = "";
	char path[40];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ST_OK;
	if (read(fd, head, sizeof(head)) < 0)
		head[EI_CLASS] = ELFCLASSNONE;
	close(fd);
	if (head[EI_CLASS] != (i386 ? ELFCLASS64 : ELFCLASS32) ||
	    !strcmp(table, ABIMUX_NATIVE_TABLE))
		return ST_OK;
	return fail(ST_FAILED, HINT_TABLES,
		    "table %s is for programs of %s, and %d is none", table,
		    i386 ? "i386" : "amd64", pid);
}

/* All of them can be changed, as far as can be seen, before one is. */
static int check_target(struct target *target)
{
	const char *table = target->req.how.table;
	bool i386 = is_i386_table(table);
	int status = table_exists(table);

	for (int i = 0; !status && i < target->count; i++) {
		status = retag_look(&target->req, target->pids[i]);
		if (!status)
			status = check_machine(target->pids[i], table, i386);
	}
	return status;
}

static int change_target(struct target *target)
{
	int status = ST_OK;

	for (int i = 0; !status && i < target->count; i++) {
		status = retag_process(&target->req, target->pids[i]);
		target->threads[i] = target->req.changed;
		target->waiting[i] = target->req.changed ? target->req.waiting :
							   0;
	}
	return status;
}

/* Wait until no thread is left that has not made its next call; or is left. */
static int wait_for_target(struct target *target)
{
	int status;

	for (int i = 0; i < target->count; i++) {
		do {
			target->req.flags = RETAG_ALL;
			status = run(&target->req, target->pids[i]);
			if (status)
				return status;
		} while (target->req.pending && !usleep(WAIT_USEC));
		target->waiting[i] = 0;
	}
	return ST_OK;
}

static json_t *target_json(const struct target *target, bool waited)
{
	json_int_t threads = 0, waiting = 0;
	json_t *list = json_array();
	char message[200] = "nothing changed: it has the table already";

	for (int i = 0; i < target->count; i++) {
		threads += target->threads[i];
		waiting += target->waiting[i];
		json_array_append_new(
			list,
			json_pack("{s:i, s:I, s:I}", "pid", target->pids[i],
				  "threads", (json_int_t)target->threads[i],
				  "waiting", (json_int_t)target->waiting[i]));
	}
	if (threads)
		snprintf(message, sizeof(message), "%lld thread%s: table %s %s",
			 threads, threads == 1 ? "" : "s",
			 target->req.how.table,
			 waited ? "by now" : "from the next call on");
	if (waiting)
		snprintf(message + strlen(message),
			 sizeof(message) - strlen(message),
			 "; %lld in a call that has to return first", waiting);
	return json_pack("{s:s, s:o, s:I, s:I, s:s}", "table",
			 target->req.how.table, "processes", list, "threads",
			 threads, "waiting", waiting, "message", message);
}

static int read_target(struct target *target, const struct args *args)
{
	int status = ST_OK;

	target->count = args->argc - 1;
	target->pids = calloc(target->count, sizeof(*target->pids));
	target->threads = calloc(target->count, sizeof(*target->threads));
	target->waiting = calloc(target->count, sizeof(*target->waiting));
	if (!target->pids || !target->threads || !target->waiting)
		return fail_errno(ENOMEM, NULL, "processes");
	snprintf(target->req.how.table, ABIMUX_NAME_LEN, "%s",
		 args->argv[target->count]);
	target->req.how.flags = ABIMUX_RETAG_TABLE;
	if (args->opt[OPT_THREAD])
		target->req.how.flags |= ABIMUX_RETAG_THREAD;
	for (int i = 0; !status && i < target->count; i++)
		status = retag_pid(args->argv[i], &target->pids[i]);
	return status;
}

int cmd_retag(const struct args *args, json_t **result)
{
	const char *wait = args->opt[OPT_WAIT];
	struct target target = {};
	int status;

	status = read_target(&target, args);
	if (!status)
		status = check_target(&target);
	if (!status)
		status = change_target(&target);
	if (!status && wait)
		status = wait_for_target(&target);
	if (!status)
		*result = target_json(&target, wait);
	free(target.pids);
	free(target.threads);
	free(target.waiting);
	return status;
}
