/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ways to get between a program and the kernel, for roundtrip.
 */
#ifndef BENCH_WAYS_H
#define BENCH_WAYS_H

#include <stdbool.h>

/* The SYSCALL whose round trips are counted. */
extern char roundtrip_site[];

/* Each returns 0, or -1 and errno. NR is the call that will be made. */
int filter_begin(long nr, const char *numbers);
int filter_run_begin(long nr, const char *numbers);
int notify_begin(long nr, const char *unused);
int dispatch_begin(long nr, const char *unused);
int dispatch_range_begin(long nr, const char *unused);
int dispatch_trap_begin(long nr, const char *unused);
int ptrace_begin(long nr, const char *unused);
int rewrite_answer_begin(long nr, const char *unused);
int rewrite_pass_begin(long nr, const char *unused);

void notify_end(void);
void dispatch_end(void);

#endif
