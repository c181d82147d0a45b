// SPDX-License-Identifier: GPL-2.0
/*
 * Writing an overlay from the native calls that programs make: they run under one
 * that lets all pass and tells of each. It is pinned nowhere and goes with us.
 */
#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <abimux/policy.h>
#include <bpf/bpf.h>

#include "command.h"
#include "error.h"
#include "hints.h"
#include "keys.h"
#include "natives.h"
#include "overlay.h"
#include "program.h"
#include "retag.h"

/* Calls that one program can make: those of both tables. */
#define MAX_CALLS (2 * ABIMUX_NR_NATIVE_CALLS)

/**
 * struct made - a call by name, on any machine
 * @name: its name; NULL if the number has none
 * @nr: its number
 * @count: how often it was made
 */
struct made {
	const char *name;
	__u32 nr;
	__u64 count;
};

/**
 * struct learning - programs being watched
 * @pins: what watches them; it goes with them
 * @id: the overlay
 * @calls: map of calls
 * @made: what they made, by name
 * @count: how many calls
 * @status: how the command ended, or -1
 */
struct learning {
	struct pins pins;
	__u32 id;
	int calls;
	struct made made[MAX_CALLS];
	size_t count;
	int status;
};

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static void log_everything(struct abimux_overlay_data *data)
{
	memset(data, 0, sizeof(*data));
	snprintf(data->name, sizeof(data->name), ABIMUX_LEARN_PREFIX "%d",
		 getpid());
	memset(data->amd64, ABIMUX_NATIVE_LOG, sizeof(data->amd64));
	memset(data->i386, ABIMUX_NATIVE_LOG, sizeof(data->i386));
	data->others = ABIMUX_NATIVE_LOG;
}

static int start_counting(struct learning *learning)
{
	struct bpf_object *object;
	__u32 zero = 0;
	int status, map, err;

	status = object_load(&object, OBJECT_DIR, "learn.bpf.o");
	if (status)
		return status;
	map = bpf_object__find_map_fd_by_name(object, "watched");
	err = bpf_map_update_elem(map, &zero, &learning->id, BPF_ANY);
	learning->calls = dup(bpf_object__find_map_fd_by_name(object, "calls"));
	if (err || learning->calls < 0)
		status = fail_errno(err ?: errno, NULL, "count calls");
	else
		status = object_attach(object, &learning->pins, "");
	bpf_object__close(object);
	return status;
}

static int start_learning(struct learning *learning)
{
	struct abimux_overlay_data data;
	int status;

	log_everything(&data);
	status = overlay_register(&data, NULL, &learning->pins);
	if (!status)
		status = overlay_id(data.name, &learning->id);
	return status ?: start_counting(learning);
}

static int watch_process(const struct learning *learning, pid_t pid)
{
	struct retag_request req = {
		.how = { .overlay = learning->id, .flags = ABIMUX_RETAG_ADD },
	};

	return retag_look(&req, pid) ?: retag_process(&req, pid);
}

static int watch_command(struct learning *learning, char **argv)
{
	struct program program = {};
	int status = program_start(&program, argv);

	if (!status)
		status = watch_process(learning, program.pid);
	if (!status)
		status = program_go(&program, argv[0]);
	if (status) {
		program_drop(&program);
		return status;
	}
	while (waitpid(program.pid, &learning->status, 0) < 0 && errno == EINTR)
		;
	return ST_OK;
}

/* Processes, with commas between them, until somebody stops us. */
static int watch_running(struct learning *learning, const char *list,
			 const char *seconds)
{
	char *copy = strdup(list);
	int status = ST_OK;
	pid_t pid;

	if (!copy)
		return fail_errno(ENOMEM, NULL, "processes");
	for (char *word = strtok(copy, ","); !status && word;
	     word = strtok(NULL, ",")) {
		status = retag_pid(word, &pid);
		if (!status)
			status = watch_process(learning, pid);
	}
	free(copy);
	if (!status && seconds)
		sleep(strtoul(seconds, NULL, 10));
	else if (!status)
		while (!stopped)
			pause();
	return status;
}

/* What has no name cannot be listed. */
static void add_call(struct learning *learning, const struct learn_call *call,
		     __u64 count)
{
	int native = call->i386 ? ABIMUX_NATIVE_I386 : ABIMUX_NATIVE_AMD64;
	const struct native_call *found =
		native_by_number(native, call->native);
	const char *name = found ? found->name : NULL;

	for (size_t i = 0; name && i < learning->count; i++) {
		struct made *made = &learning->made[i];

		if (made->name && !strcmp(made->name, name)) {
			made->count += count;
			return;
		}
	}
	if (learning->count == MAX_CALLS)
		return;
	learning->made[learning->count++] =
		(struct made){ name, call->native, count };
}

static int by_name(const void *a, const void *b)
{
	const struct made *x = a, *y = b;

	if (!x->name || !y->name)
		return !y->name - !x->name;
	return strcmp(x->name, y->name);
}

/* The exec that made the command what it is was ours. */
static void forget_own_exec(struct learning *learning)
{
	for (size_t i = 0; i < learning->count; i++) {
		struct made *made = &learning->made[i];

		if (!made->name || strcmp(made->name, "execve") ||
		    --made->count)
			continue;
		*made = learning->made[--learning->count];
		return;
	}
}

static void read_calls(struct learning *learning, bool own_exec)
{
	struct learn_call key, *last = NULL;
	__u64 count;

	while (!bpf_map_get_next_key(learning->calls, last, &key)) {
		last = &key;
		if (!bpf_map_lookup_elem(learning->calls, &key, &count))
			add_call(learning, &key, count);
	}
	if (own_exec)
		forget_own_exec(learning);
	qsort(learning->made, learning->count, sizeof(*learning->made),
	      by_name);
}

/* A name that an overlay can have, from that of the command. */
static void overlay_name(char name[ABIMUX_NAME_LEN], const struct args *args)
{
	char *copy = strdup(args->argc ? args->argv[0] : "learned");

	snprintf(name, ABIMUX_NAME_LEN, "%s",
		 copy ? basename(copy) : "learned");
	for (char *c = name; *c; c++) {
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.",
			    *c))
			*c = '-';
	}
	if (*name == '.')
		*name = '-';
	if (!*name)
		snprintf(name, ABIMUX_NAME_LEN, "learned");
	free(copy);
}

static bool is_ring(const struct made *made)
{
	return made->name && !strncmp(made->name, "io_uring_", 9);
}

static void write_rings(FILE *out, const struct learning *learning)
{
	for (size_t i = 0; i < learning->count; i++) {
		if (!is_ring(&learning->made[i]))
			continue;
		fprintf(out,
			"# It has rings: what they start is not in this list.\n"
			"unsafe io_uring\n\n");
		return;
	}
}

static void write_call(FILE *out, const struct made *made)
{
	if (made->name)
		fprintf(out, "%-24s # %llu\n", made->name,
			(unsigned long long)made->count);
	else
		fprintf(out, "# number %u, which is no call: %llu\n", made->nr,
			(unsigned long long)made->count);
}

/* A word of the command in a comment, which ends where the line does. */
static void write_word(FILE *out, const char *word)
{
	fputc(' ', out);
	for (int i = 0; i < 60 && word[i]; i++)
		fputc(iscntrl((unsigned char)word[i]) ? '?' : word[i], out);
}

static void write_file(FILE *out, const struct learning *learning,
		       const struct args *args)
{
	char name[ABIMUX_NAME_LEN], day[20] = "";
	time_t now = time(NULL);
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	overlay_name(name, args);
	fprintf(out, "# Native calls that were made under abimux learn, %s:\n#",
		day);
	for (int i = 0; i < args->argc; i++)
		write_word(out, args->argv[i]);
	if (!args->argc)
		fprintf(out, " processes %s", args->opt['p']);
	fprintf(out, "\noverlay %s\ndefault EPERM\n\n", name);
	write_rings(out, learning);
	for (size_t i = 0; i < learning->count; i++)
		write_call(out, &learning->made[i]);
}

static int write_result(const struct learning *learning,
			const struct args *args)
{
	const char *path = args->opt['o'];
	struct overlay check;
	FILE *out = path ? fopen(path, "we") : stdout;

	if (!out)
		return fail_errno(errno, NULL, path);
	write_file(out, learning, args);
	if (path ? fclose(out) : fflush(out))
		return fail_errno(errno, NULL, path ?: "standard output");
	return path ? overlay_read(&check, path) : ST_OK;
}

static json_t *calls_json(const struct learning *learning)
{
	json_t *calls = json_array();

	for (size_t i = 0; i < learning->count; i++) {
		const struct made *made = &learning->made[i];

		json_array_append_new(
			calls, json_pack("{s:s?, s:I, s:I}", "name", made->name,
					 "number", (json_int_t)made->nr,
					 "count", (json_int_t)made->count));
	}
	return calls;
}

/* Without a file the list itself is what is printed. */
static json_t *learned_json(const struct learning *learning,
			    const struct args *args)
{
	const char *path = args->opt['o'];
	char message[400], ended[60] = "";
	int status = learning->status;

	if (!path && !args->json)
		return NULL;
	if (status > 0 && WIFEXITED(status))
		snprintf(ended, sizeof(ended), "; it ended with status %d",
			 WEXITSTATUS(status));
	else if (status > 0)
		snprintf(ended, sizeof(ended), "; signal %d ended it",
			 WTERMSIG(status));
	snprintf(message, sizeof(message), "%s: %zu calls%s", path ?: "-",
		 learning->count, ended);
	return json_pack("{s:s?, s:o, s:s}", "file", path, "calls",
			 calls_json(learning), "message", message);
}

static int learn(struct learning *learning, const struct args *args)
{
	const char *list = args->opt['p'];
	int status = start_learning(learning);

	if (status)
		return status;
	if (list)
		status = watch_running(learning, list, args->opt[OPT_SECONDS]);
	else
		status = watch_command(learning, args->argv);
	if (status)
		return status;
	read_calls(learning, !list);
	return args->json && !args->opt['o'] ? ST_OK :
					       write_result(learning, args);
}

int cmd_learn(const struct args *args, json_t **result)
{
	struct sigaction action = { .sa_handler = stop };
	struct learning *learning;
	int status;

	if (!args->argc == !args->opt['p'])
		return fail(ST_USAGE, "see abimux learn --help",
			    "expected a command, or -p and processes");
	learning = calloc(1, sizeof(*learning));
	if (!learning)
		return fail_errno(ENOMEM, NULL, "learn");
	learning->calls = -1;
	learning->status = -1;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	status = learn(learning, args);
	pins_drop(&learning->pins);
	if (!status)
		*result = learned_json(learning, args);
	if (learning->calls >= 0)
		close(learning->calls);
	free(learning);
	return status;
}
