/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the one who changes things and those who are changed tell each other, in
 * memory that all of them share: 32-bit and 64-bit programs, on any table.
 */
#ifndef CHURN_SHARED_H
#define CHURN_SHARED_H

#ifdef __BPF__
typedef __u32 churn_u32;
#else
typedef unsigned int churn_u32;
#endif

/*
 * Tables "churn-1" and "churn-2" are all of Linux and these calls, which tell by
 * whom they were answered. Zero is Linux, that has none of them.
 */
#define CHURN_TABLES 3
/* (x): x, answered by enter */
#define CHURN_WHO 500
/* (x): x, answered by leave after a native call */
#define CHURN_WHOLE 501
/* (x, n): x, after n + 1 native calls */
#define CHURN_STEPS 502
/* (x, nanoseconds): x, after so long */
#define CHURN_SLEEP 503
/* (): fork() */
#define CHURN_FORK 504
/* (errno): that errno */
#define CHURN_FAIL 505
/* (x): what it was set to before; keep it for the task */
#define CHURN_KEEP 506
/* (fd, buf, n): read() */
#define CHURN_READ 507

/*
 * Results of these are number + (id of enter * 100 + id of leave) * CHURN_ID, where an
 * id is table * 10 + version.
 */
#define CHURN_ID (1LL << 32)
#define CHURN_VERSIONS 4
/* Version v of table t tells this for ENOTTY. */
#define CHURN_ENOTTY(id) (200 + (id))

/*
 * Overlays that change the first or second argument if it is CHURN_MARK + n: to n * 8
 * + their digit. In the order of their numbers, with two versions each.
 */
#define CHURN_OVERLAYS 3
#define CHURN_MARK 0x5a5a0000
#define CHURN_DIGIT(overlay, version) (2u * (overlay) + (version))
/* And one more that refuses getpgrp(). */
#define CHURN_LIST CHURN_OVERLAYS
#define CHURN_REFUSED(version) (60 + (version))
#define CHURN_OVERS (CHURN_OVERLAYS + 1)

#define CHURN_SLOTS 96

/* With faults: at most the how manyth piece of memory is not to be had. */
#define CHURN_FAULTS 60

/**
 * struct flag - something that is changed
 * @seq: odd while it is being changed
 * @value: what it is, or is going to be
 */
struct flag {
	churn_u32 seq, value;
};

/* Who can be changed. */
enum kind {
	KIND_NONE,
	KIND_PROCESS, /* all threads at once */
	KIND_THREAD, /* one thread of several */
	KIND_EXECS, /* whose table goes with each exec, and no overlay does */
	KIND_I386, /* with "linux" and "linux-0.11" */
	KIND_RUNNER, /* whose children are programs of all sorts */
};

/* What is counted. */
enum {
	COUNT_CALLS,
	COUNT_EXACT,
	COUNT_FORKS,
	COUNT_EXECS,
	COUNT_THREADS,
	COUNT_SIGNALS,
	COUNT_NOMEM,
	COUNT_WRONG,
	NR_COUNTS
};

/**
 * struct slot - one process, or one thread, that is changed
 * @pid: its number; 0: not there yet
 * @kind: enum kind
 * @table: its table
 * @over: id of each overlay that lies over it, or zero
 * @counts: COUNT_*
 * @wrong: what it saw that it should not have seen, for the first time
 * @said: all of @wrong is there
 */
struct slot {
	int pid;
	churn_u32 kind;
	struct flag table;
	struct flag over[CHURN_OVERS];
	churn_u32 counts[NR_COUNTS];
	char wrong[160];
	churn_u32 said;
};

/**
 * struct shared - the memory
 * @stop: all end soon
 * @faults: there may be no memory for some calls
 * @version: of each table its id
 * @overlay: of each overlay id * 16 + version; zero: not registered
 * @slots: who is changed
 */
struct shared {
	volatile churn_u32 stop;
	volatile churn_u32 faults;
	struct flag version[CHURN_TABLES];
	struct flag overlay[CHURN_OVERS];
	struct slot slots[CHURN_SLOTS];
};

#endif /* CHURN_SHARED_H */
