/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls of table "probe", for its BPF program and the test that makes them.
 */
#ifndef TESTS_PROBE_H
#define TESTS_PROBE_H

/* (): fork; the child gets PROBE_CHILD from leave */
#define PROBE_FORK 600
/* (): getpid() * PROBE_FACTOR + getppid(), two native calls in one */
#define PROBE_TWO_STEPS 601
/* (): leave asks for one more native call, always */
#define PROBE_ENDLESS 602
/* (answer): enter returns it */
#define PROBE_ENTER_ANSWER 603
/* (answer): leave returns it, after a getpid() */
#define PROBE_LEAVE_ANSWER 604
/* (number): enter asks for the native call of this number */
#define PROBE_NATIVE 605
/* (fd): write "scratch" to fd, from scratch memory */
#define PROBE_SCRATCH 606
/* read(), with a leave op */
#define PROBE_READ 607
/* (): how often enter was asked about PROBE_READ in this task */
#define PROBE_ENTERS 608

/* (fd): keep its file: id */
#define PROBE_KEEP 609
/* (id): a descriptor of it */
#define PROBE_OPEN 610
/* (id): keep it no longer */
#define PROBE_DROP 611
/* (id): add one to it */
#define PROBE_SIGNAL 612
/* (events): listen for them */
#define PROBE_LISTEN 613
/* (event, pid): how often it was heard of the process */
#define PROBE_HEARD 614
/* (event, pid): with which value the last time */
#define PROBE_VALUE 615
/* (address, old, new): compare and swap: what was there, or an error */
#define PROBE_CMPXCHG 616
/* (address): how it is mapped */
#define PROBE_MAPPING 617
/* (number): the table's number for that errno */
#define PROBE_ERRNO 618
/* pause(); (result): what leave says if a handler interrupts it */
#define PROBE_PAUSE 619
/* (in, out): write a byte, read one and write that, three native calls in one */
#define PROBE_ECHO 620

/* (late, value): set registers, in enter, or in leave after a getpid() */
#define PROBE_REGS 621
/* (late, value): a second result, likewise; an error is the only one */
#define PROBE_RET2 622
/* (): the native call of its entry, getpid(), with 1001 as a second result */
#define PROBE_NAMED_RET2 623
/* (): how many calls found something of another one */
#define PROBE_STALE 624

#define PROBE_CHILD 4242
#define PROBE_FACTOR 100000

#endif /* TESTS_PROBE_H */
