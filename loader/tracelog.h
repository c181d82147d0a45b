/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_TRACELOG_H
#define LOADER_TRACELOG_H

#include <stdbool.h>
#include <stdio.h>

#include "described.h"

/**
 * struct tracelog - where calls are written as they come
 * @out: where to
 * @tables: tables with what is known of their calls
 * @json: a JSON value for each call, in a line of its own
 * @to_file: @out is a file
 * @everybody: not only certain processes: name them
 * @stamps: 0 none, 1 time of day, 2 with microseconds, 3 since 1970
 * @spent: time that each call took
 * @size: bytes of a buffer to show
 * @count: calls still to be written; negative: no end
 * @many: more than one thread was seen
 * @open: thread whose line has no end yet; 0: none
 * @column: how long that is
 * @offset: from CLOCK_MONOTONIC to CLOCK_REALTIME, nanoseconds
 * @threads: threads and the calls that they are in
 * @thread_count: how many
 */
struct tracelog {
	FILE *out;
	struct described *tables;
	bool json;
	bool to_file;
	bool everybody;
	int stamps;
	bool spent;
	unsigned int size;
	long count;
	bool many;
	__u32 open;
	size_t column;
	__s64 offset;
	struct tracelog_thread *threads;
	size_t thread_count;
};

void tracelog_start(struct tracelog *log);
void tracelog_event(struct tracelog *log, const void *data, size_t size);
void tracelog_flush(struct tracelog *log);
void tracelog_end(struct tracelog *log);

#endif /* LOADER_TRACELOG_H */
