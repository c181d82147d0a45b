// SPDX-License-Identifier: GPL-2.0
/*
 * Calls as strace(1) writes them: a line begins with a call and ends with its result,
 * and is broken off when another thread has something to say meanwhile.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include <jansson.h>

#include "decode.h"
#include "natives.h"
#include "tracelog.h"

#define NSEC_PER_SEC 1000000000LL
#define NSEC_PER_USEC 1000
#define SEC_PER_NSEC 1e-9

/* Where results begin, if the call is not longer. */
#define RESULT_COLUMN 39

/* Results that are the kernel's own. */
#define ERESTARTSYS 512
#define ERESTARTNOINTR 513
#define ERESTARTNOHAND 514
#define ERESTART_RESTARTBLOCK 516

/**
 * struct tracelog_thread - a thread
 * @tid: its id
 * @in_call: it is in a call
 * @printed: how many of its arguments are written
 * @event: the begin of the call, later with what is known at its end
 */
struct tracelog_thread {
	__u32 tid;
	bool in_call;
	int printed;
	struct observe_event event;
};

/* What happens in a call of which nothing else is known. */
static const signed char no_slots[ABIMUX_NR_ARGS] = { -1, -1, -1, -1, -1, -1 };

static struct tracelog_thread *find_thread(const struct tracelog *log,
					   __u32 tid)
{
	for (size_t i = 0; i < log->thread_count; i++) {
		if (log->threads[i].tid == tid)
			return &log->threads[i];
	}
	return NULL;
}

static struct tracelog_thread *get_thread(struct tracelog *log, __u32 tid)
{
	struct tracelog_thread *thread = find_thread(log, tid), *threads;

	if (thread)
		return thread;
	threads = realloc(log->threads,
			  (log->thread_count + 1) * sizeof(*threads));
	if (!threads)
		return NULL;
	log->threads = threads;
	thread = &threads[log->thread_count++];
	*thread = (struct tracelog_thread){ .tid = tid };
	return thread;
}

static void drop_thread(struct tracelog *log, __u32 tid)
{
	struct tracelog_thread *thread = find_thread(log, tid);

	if (thread)
		*thread = log->threads[--log->thread_count];
}

static struct decoding decoding_of(const struct tracelog *log,
				   const struct observe_event *event)
{
	const struct described *table =
		described_find(log->tables, event->table);
	struct decoding decoding = { .event = event, .slots = no_slots };

	if (!table || event->nr >= ABIMUX_NR_CALLS)
		return decoding;
	decoding.call = table->calls[event->nr];
	decoding.slots = table->slots[event->nr];
	decoding.i386 = table->data.convention.native == ABIMUX_NATIVE_I386;
	return decoding;
}

static void call_name(const struct tracelog *log,
		      const struct observe_event *event,
		      char name[ABIMUX_NAME_LEN])
{
	const struct described *table =
		described_find(log->tables, event->table);

	if (table && event->nr < ABIMUX_NR_CALLS && *table->names[event->nr])
		snprintf(name, ABIMUX_NAME_LEN, "%s", table->names[event->nr]);
	else
		snprintf(name, ABIMUX_NAME_LEN, "syscall_%u", event->nr);
}

/* A piece of a line, made as a whole to know its length. */
static FILE *begin_piece(char **text, size_t *size)
{
	return open_memstream(text, size);
}

static void end_piece(struct tracelog *log, FILE *piece, char **text)
{
	fclose(piece);
	fputs(*text, log->out);
	log->column += strlen(*text);
	free(*text);
}

static void print_time(const struct tracelog *log, FILE *piece, __u64 ns)
{
	__s64 at = ns + log->offset;
	time_t seconds = at / NSEC_PER_SEC;
	int micros = at % NSEC_PER_SEC / NSEC_PER_USEC;
	char text[20];
	struct tm tm;

	if (log->stamps > 2) {
		fprintf(piece, "%lld.%06d ", (long long)seconds, micros);
		return;
	}
	localtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	if (log->stamps > 1)
		fprintf(piece, "%s.%06d ", text, micros);
	else
		fprintf(piece, "%s ", text);
}

/* What a program calls itself goes to a terminal: only what is harmless there. */
static void print_comm(FILE *piece, const char *comm)
{
	for (int i = 0; i < OBSERVE_COMM_LEN && comm[i]; i++)
		fputc(comm[i] >= ' ' && comm[i] <= '~' ? comm[i] : '?', piece);
}

/* Begins a line; one that is open is broken off. */
static void begin_line(struct tracelog *log, FILE *piece,
		       const struct observe_event *event)
{
	if (log->open)
		fputs(" <unfinished ...>\n", log->out);
	log->open = 0;
	log->column = 0;
	if (log->everybody || log->many) {
		fprintf(piece, log->to_file ? "%u" : "[pid %5u", event->tid);
		if (log->everybody) {
			fputc('<', piece);
			print_comm(piece, event->comm);
			fputc('>', piece);
		}
		fputs(log->to_file ? " " : "] ", piece);
	}
	if (log->stamps)
		print_time(log, piece, event->ns);
}

static void print_args(FILE *piece, struct tracelog_thread *thread,
		       const struct decoding *decoding, bool all)
{
	int count = decode_count(decoding);

	while (thread->printed < count &&
	       (all || decode_has(decoding, thread->printed))) {
		decode_arg(piece, decoding, thread->printed);
		if (++thread->printed < count)
			fputs(", ", piece);
	}
}

static void enter_line(struct tracelog *log, struct tracelog_thread *thread)
{
	struct decoding decoding = decoding_of(log, &thread->event);
	char name[ABIMUX_NAME_LEN], *text;
	size_t size;
	FILE *piece = begin_piece(&text, &size);

	if (!piece)
		return;
	call_name(log, &thread->event, name);
	begin_line(log, piece, &thread->event);
	fprintf(piece, "%s(", name);
	print_args(piece, thread, &decoding, false);
	end_piece(log, piece, &text);
	log->open = thread->tid;
}

static void print_restart(FILE *piece, __s64 result)
{
	switch (-result) {
	case ERESTARTSYS:
		fputs("? ERESTARTSYS (To be restarted if SA_RESTART is set)",
		      piece);
		break;
	case ERESTARTNOINTR:
		fputs("? ERESTARTNOINTR (To be restarted)", piece);
		break;
	case ERESTARTNOHAND:
		fputs("? ERESTARTNOHAND (To be restarted if no handler)",
		      piece);
		break;
	default:
		fputs("? ERESTART_RESTARTBLOCK (Interrupted by signal)", piece);
	}
}

/* The table tells programs no number if it is told by minus one. */
static const char *errno_name(const struct tracelog *log,
			      const struct observe_event *event)
{
	const struct described *table =
		described_find(log->tables, event->table);

	if (!table || table->data.convention.error == ABIMUX_ERROR_MINUS_ONE)
		return NULL;
	return described_errno(table, event->ret);
}

static void print_failure(const struct tracelog *log, FILE *piece,
			  const struct observe_event *event)
{
	const char *name = errno_name(log, event);
	int number = name ? native_errno(name) : 0;

	fputs("-1", piece);
	if (name)
		fprintf(piece, " %s", name);
	if (number)
		fprintf(piece, " (%s)", strerror(number));
}

static void print_result(const struct tracelog *log, FILE *piece,
			 const struct observe_event *event)
{
	static const struct arg plain = { .kind = ARG_LONG };
	struct decoding decoding = decoding_of(log, event);

	if (event->kind != OBSERVE_LEAVE || (event->flags & OBSERVE_NO_RESULT))
		fputc('?', piece);
	else if (event->flags & OBSERVE_RESTARTS)
		print_restart(piece, event->ret);
	else if (event->flags & OBSERVE_FAILED)
		print_failure(log, piece, event);
	else
		decode_value(piece,
			     decoding.call ? &decoding.call->result : &plain,
			     event->ret, decoding.i386);
}

/* The rest of a call, in the line where it began or in one of its own. */
static void leave_line(struct tracelog *log, struct tracelog_thread *thread,
		       __u64 began)
{
	struct observe_event *event = &thread->event;
	struct decoding decoding = decoding_of(log, event);
	char name[ABIMUX_NAME_LEN], *text;
	size_t size, before;
	FILE *piece = begin_piece(&text, &size);

	if (!piece)
		return;
	call_name(log, event, name);
	if (log->open != thread->tid) {
		begin_line(log, piece, event);
		fprintf(piece, "<... %s resumed>", name);
	}
	print_args(piece, thread, &decoding, true);
	fputc(')', piece);
	fflush(piece);
	before = log->column + size;
	fprintf(piece, "%*s = ",
		before < RESULT_COLUMN ? (int)(RESULT_COLUMN - before) : 0, "");
	print_result(log, piece, event);
	if (log->spent)
		fprintf(piece, " <%.6f>", (event->ns - began) * SEC_PER_NSEC);
	fputc('\n', piece);
	end_piece(log, piece, &text);
	log->open = 0;
}

static json_t *arg_json(const struct decoding *decoding, int index)
{
	char *text;
	size_t size;
	FILE *piece = open_memstream(&text, &size);
	json_t *json;

	if (!piece)
		return json_null();
	decode_arg(piece, decoding, index);
	fclose(piece);
	json = json_string(text) ?: json_null();
	free(text);
	return json;
}

static json_t *args_json(const struct decoding *decoding)
{
	json_t *args = json_array();
	int count = decode_count(decoding);

	for (int i = 0; i < count; i++)
		json_array_append_new(args, arg_json(decoding, i));
	return args;
}

static json_t *event_json(const struct tracelog *log,
			  const struct observe_event *event, __u64 ns)
{
	const struct described *table =
		described_find(log->tables, event->table);
	char comm[OBSERVE_COMM_LEN + 1];

	snprintf(comm, sizeof(comm), "%.*s", OBSERVE_COMM_LEN, event->comm);
	return json_pack("{s:f, s:I, s:I, s:o, s:s?}", "time",
			 (__s64)(ns + log->offset) * SEC_PER_NSEC, "pid",
			 (json_int_t)event->pid, "tid", (json_int_t)event->tid,
			 "comm", json_string(comm) ?: json_string("?"), "table",
			 table ? table->data.name : NULL);
}

static void put_json(struct tracelog *log, json_t *row)
{
	json_dumpf(row, log->out, JSON_COMPACT | JSON_REAL_PRECISION(16));
	fputc('\n', log->out);
	json_decref(row);
}

static const char *how_ended(const struct observe_event *event)
{
	if (event->kind != OBSERVE_LEAVE)
		return "unfinished";
	if (event->flags & OBSERVE_RESTARTS)
		return "interrupted";
	if (event->flags & OBSERVE_NO_RESULT)
		return "no-result";
	return event->flags & OBSERVE_FAILED ? "failed" : "ok";
}

static void put_call(struct tracelog *log, struct tracelog_thread *thread,
		     __u64 began)
{
	struct observe_event *event = &thread->event;
	struct decoding decoding = decoding_of(log, event);
	json_t *row = event_json(log, event, began);
	char name[ABIMUX_NAME_LEN];
	bool failed = event->flags & OBSERVE_FAILED;

	call_name(log, event, name);
	json_object_set_new(row, "call", json_string(name));
	json_object_set_new(row, "number", json_integer(event->nr));
	json_object_set_new(row, "args", args_json(&decoding));
	json_object_set_new(row, "end", json_string(how_ended(event)));
	json_object_set_new(row, "result",
			    event->kind == OBSERVE_LEAVE && !event->flags ?
				    json_integer(event->ret) :
				    json_null());
	if (failed)
		json_object_set_new(row, "errno", json_integer(event->ret));
	if (failed && errno_name(log, event))
		json_object_set_new(row, "error",
				    json_string(errno_name(log, event)));
	json_object_set_new(row, "seconds",
			    json_real((event->ns - began) * SEC_PER_NSEC));
	put_json(log, row);
}

static void take_enter(struct tracelog *log, const struct observe_event *event)
{
	struct tracelog_thread *thread = get_thread(log, event->tid);

	if (!thread)
		return;
	thread->event = *event;
	thread->in_call = true;
	thread->printed = 0;
	if (!log->json)
		enter_line(log, thread);
}

/* What is known at the end is added to what was known at the begin. */
static __u64 merge(struct observe_event *call, const struct observe_event *end)
{
	__u64 began = call->ns;

	call->ns = end->ns;
	call->kind = end->kind;
	call->flags = end->flags;
	call->ret = end->ret;
	for (int i = 0; i < OBSERVE_SLOTS; i++) {
		if (end->kind != OBSERVE_LEAVE || end->got[i] < 0)
			continue;
		call->got[i] = end->got[i];
		memcpy(call->data[i], end->data[i], OBSERVE_SLOT_SIZE);
	}
	return began;
}

static void take_leave(struct tracelog *log, const struct observe_event *event)
{
	struct tracelog_thread *thread = find_thread(log, event->tid);
	__u64 began;

	if (!thread || !thread->in_call)
		return;
	began = merge(&thread->event, event);
	thread->in_call = false;
	if (log->json)
		put_call(log, thread, began);
	else
		leave_line(log, thread, began);
	if (log->count > 0)
		log->count--;
}

static const char *signal_name(int sig, char text[20])
{
	/* The C library knows this one by its other name. */
	const char *name = sig == SIGIO ? "IO" : sigabbrev_np(sig);

	if (name)
		snprintf(text, 20, "SIG%s", name);
	else
		snprintf(text, 20, "SIG%d", sig);
	return text;
}

static void put_exit(struct tracelog *log, const struct observe_event *event)
{
	json_t *row = event_json(log, event, event->ns);
	int status = event->ret;
	char text[20];

	json_object_set_new(row, "end", json_string("exit"));
	if (WIFSIGNALED(status))
		json_object_set_new(
			row, "signal",
			json_string(signal_name(WTERMSIG(status), text)));
	else
		json_object_set_new(row, "status",
				    json_integer(WEXITSTATUS(status)));
	put_json(log, row);
}

static void exit_line(struct tracelog *log, const struct observe_event *event)
{
	int status = event->ret;
	char name[20], *text;
	size_t size;
	FILE *piece = begin_piece(&text, &size);

	if (!piece)
		return;
	begin_line(log, piece, event);
	if (WIFSIGNALED(status))
		fprintf(piece, "+++ killed by %s%s +++\n",
			signal_name(WTERMSIG(status), name),
			WCOREDUMP(status) ? " (core dumped)" : "");
	else
		fprintf(piece, "+++ exited with %d +++\n", WEXITSTATUS(status));
	end_piece(log, piece, &text);
}

static void take_exit(struct tracelog *log, const struct observe_event *event)
{
	get_thread(log, event->tid);
	take_leave(log, event);
	if (log->json)
		put_exit(log, event);
	else
		exit_line(log, event);
	drop_thread(log, event->tid);
}

static void print_siginfo(FILE *piece, const struct observe_event *event)
{
	int code = event->args[0];

	if (code <= 0)
		fprintf(piece, "si_code=%s, si_pid=%u, si_uid=%u",
			code == SI_USER	 ? "SI_USER" :
			code == SI_TKILL ? "SI_TKILL" :
			code == SI_TIMER ? "SI_TIMER" :
			code == SI_QUEUE ? "SI_QUEUE" :
					   "?",
			(__u32)event->args[1], (__u32)event->args[2]);
	else if (code == SI_KERNEL)
		fputs("si_code=SI_KERNEL", piece);
	else if (event->nr == SIGSEGV || event->nr == SIGBUS)
		fprintf(piece, "si_code=%d, si_addr=%#llx", code,
			(unsigned long long)event->args[3]);
	else
		fprintf(piece, "si_code=%d", code);
}

static void signal_line(struct tracelog *log, const struct observe_event *event)
{
	char name[20], *text;
	size_t size;
	FILE *piece = begin_piece(&text, &size);

	if (!piece)
		return;
	begin_line(log, piece, event);
	signal_name(event->nr, name);
	fprintf(piece, "--- %s {si_signo=%s, ", name, name);
	print_siginfo(piece, event);
	fputs("} ---\n", piece);
	end_piece(log, piece, &text);
}

static void take_signal(struct tracelog *log, const struct observe_event *event)
{
	char text[20];
	json_t *row;

	get_thread(log, event->tid);
	if (!log->json) {
		signal_line(log, event);
		return;
	}
	row = event_json(log, event, event->ns);
	json_object_set_new(row, "end", json_string("signal"));
	json_object_set_new(row, "signal",
			    json_string(signal_name(event->nr, text)));
	put_json(log, row);
}

/**
 * tracelog_event - write what happened
 * @log: where to
 * @data: a struct observe_event, up to its last slot in use
 * @size: bytes of it
 */
void tracelog_event(struct tracelog *log, const void *data, size_t size)
{
	struct observe_event event = {};

	if (!log->count || size < offsetof(struct observe_event, data))
		return;
	memcpy(&event, data, size < sizeof(event) ? size : sizeof(event));
	log->many = log->many || event.tid != event.pid;
	switch (event.kind) {
	case OBSERVE_ENTER:
		take_enter(log, &event);
		break;
	case OBSERVE_LEAVE:
		take_leave(log, &event);
		break;
	case OBSERVE_EXIT:
		take_exit(log, &event);
		break;
	case OBSERVE_SIGNAL:
		take_signal(log, &event);
		break;
	}
}

static __s64 now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * NSEC_PER_SEC + time.tv_nsec;
}

/**
 * tracelog_start - make ready to write
 * @log: where to; what it is to look like is filled in
 */
void tracelog_start(struct tracelog *log)
{
	log->offset = now(CLOCK_REALTIME) - now(CLOCK_MONOTONIC);
}

/**
 * tracelog_flush - write what came so far, also of calls that are not over yet
 * @log: where to
 */
void tracelog_flush(struct tracelog *log)
{
	fflush(log->out);
}

/**
 * tracelog_end - write nothing more
 * @log: where to
 */
void tracelog_end(struct tracelog *log)
{
	if (log->open)
		fputs(" <detached ...>\n", log->out);
	log->open = 0;
	fflush(log->out);
	free(log->threads);
	log->threads = NULL;
	log->thread_count = 0;
}
