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

#define PROBE_CHILD 4242
#define PROBE_FACTOR 100000

#endif /* TESTS_PROBE_H */
