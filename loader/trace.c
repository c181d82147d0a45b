// SPDX-License-Identifier: GPL-2.0
/*
 * Tracing foreign calls: of a command, of processes, or of all.
 *
 * BPF programs tell of them; these go with this process, whatever its end, and calls
 * cost what they always did.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "error.h"
#include "object.h"
#include "observe.h"
#include "program.h"
#include "tracelog.h"
#include "until.h"

#define TRACE_OBJECT "trace.bpf.o"

/* Bytes that are written at once. */
#define OUT_SIZE 65536

/* Bytes of a buffer that are shown unless -s says otherwise, as by strace(1). */
#define DEFAULT_SIZE 32

/**
 * struct trace - a trace under way
 * @observer: the programs
 * @until: when it ends
 * @program: the command, if there is one
 * @log: where calls are written
 * @events: where they come from
 */
struct trace {
	struct observer observer;
	struct until until;
	struct program program;
	struct tracelog log;
	struct ring_buffer *events;
};

static int take_event(void *ctx, void *data, size_t size)
{
	struct trace *trace = ctx;

	tracelog_event(&trace->log, data, size);
	return 0;
}

static bool goes_on(struct trace *trace)
{
	return until_goes_on(&trace->until) && trace->log.count &&
	       !fflush(trace->log.out) && !ferror(trace->log.out);
}

static int parse_size(const char *text, unsigned int *size)
{
	long number = DEFAULT_SIZE;
	int status = text ? parse_number(text, "bytes", &number) : ST_OK;

	if (!status && number > OBSERVE_SLOT_SIZE)
		return fail(ST_USAGE, "-s 256 is the most",
			    "more than %d bytes of a buffer",
			    OBSERVE_SLOT_SIZE);
	*size = number;
	return status;
}

static int open_out(struct tracelog *log, const struct args *args)
{
	const char *path = args->opt['o'];

	log->to_file = path;
	if (!path)
		log->out = args->argc && !args->json ? stderr : stdout;
	else
		log->out = fopen(path, "we");
	if (!log->out)
		return fail_errno(errno, NULL, path);
	/* Lines are to come whole, as far as they are known. */
	setvbuf(log->out, NULL, _IOFBF, OUT_SIZE);
	return ST_OK;
}

static int parse_options(struct trace *trace, const struct args *args)
{
	struct tracelog *log = &trace->log;
	int status = parse_size(args->opt['s'], &log->size);

	log->json = args->json;
	log->everybody = !args->argc && !args->opt['p'];
	log->stamps = args->given['t'];
	log->spent = args->opt['T'];
	log->many = args->opt['o'] && args->opt['f'];
	log->count = -1;
	if (!status && args->opt[OPT_COUNT])
		status = parse_number(args->opt[OPT_COUNT], "calls",
				      &log->count);
	if (!status && args->argc && args->opt['p'])
		status = fail(ST_USAGE, "see abimux trace --help",
			      "a command and --pid: which of them?");
	if (!status)
		status = until_start(&trace->until, args);
	return status ?: open_out(log, args);
}

/* strace(1) calls it trace=SET; without the word it means the same. */
static const char *filter_of(const struct args *args)
{
	const char *filter = args->opt['e'];

	if (filter && !strncmp(filter, "trace=", strlen("trace=")))
		filter += strlen("trace=");
	return filter;
}

static int load(struct trace *trace, const struct args *args)
{
	struct observer *observer = &trace->observer;
	const char *filter = filter_of(args);
	int status;

	observer->config.follow = !!args->opt['f'];
	observer->config.chosen = !!filter;
	observer->config.size = trace->log.size;
	status = observer_load(observer, TRACE_OBJECT, args,
			       args->opt[OPT_TABLE]);
	if (!status)
		status = described_load(&trace->log.tables,
					args->opt[OPT_DIR] ?: OBJECT_DIR);
	if (!status &&
	    !described_plan(trace->log.tables, observer_map(observer, "plans"),
			    filter) &&
	    filter)
		status = fail(ST_NOT_FOUND,
			      "abimux table show TABLE lists a table's calls",
			      "no table has a call '%s'", filter);
	return status;
}

static int begin(struct trace *trace, const struct args *args)
{
	struct observer *observer = &trace->observer;
	int map = observer_map(observer, "events"), status = ST_OK;

	trace->events = ring_buffer__new(map, take_event, trace, NULL);
	if (!trace->events)
		return fail_errno(errno, NULL, "open the events");
	if (args->argc)
		status = program_start(&trace->program, args->argv);
	if (!status && args->argc)
		status = observer_watch(observer, trace->program.pid);
	return status ?: observer_attach(observer);
}

static void watch(struct trace *trace)
{
	trace->until.child = trace->program.pid;
	if (!trace->program.pid && trace->observer.config.by_process)
		trace->until.processes =
			observer_map(&trace->observer, "processes");
	tracelog_start(&trace->log);
	while (goes_on(trace)) {
		ring_buffer__poll(trace->events, UNTIL_POLL_MS);
		tracelog_flush(&trace->log);
	}
	/* What happened before the end may still wait. */
	ring_buffer__consume(trace->events);
	tracelog_end(&trace->log);
}

static int report_lost(const struct trace *trace)
{
	__u64 lost = observer_lost(observer_map(&trace->observer, "lost"));

	if (!lost)
		return ST_OK;
	return fail(ST_FAILED, "-e trace=SET, -p and -t make it fewer",
		    "%llu events came too fast and were lost",
		    (unsigned long long)lost);
}

static int run(struct trace *trace, const struct args *args)
{
	int status = load(trace, args) ?: begin(trace, args);

	if (status) {
		program_drop(&trace->program);
		return status;
	}
	if (args->argc)
		status = program_go(&trace->program, args->argv[0]);
	if (status)
		return status;
	watch(trace);
	return report_lost(trace) ?: trace->until.status;
}

int cmd_trace(const struct args *args, json_t **result)
{
	struct trace trace = {};
	int status = parse_options(&trace, args) ?: run(&trace, args);

	(void)result;
	ring_buffer__free(trace.events);
	observer_close(&trace.observer);
	described_free(trace.log.tables);
	if (trace.log.to_file && trace.log.out)
		fclose(trace.log.out);
	return status;
}
