/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the program that makes hostile calls and the one that watches it share.
 */
#ifndef FUZZ_VICTIM_H
#define FUZZ_VICTIM_H

#include <stdint.h>

/* Its memory: what it passes to calls, what it can only read, and its state. */
#define ARENA_AT 0x10000000
#define ARENA_SIZE 0x8000
#define FROZEN_AT 0x20000000
#define FROZEN_SIZE 0x1000
#define STATE_AT 0x18000000
/* A page that comes and goes, if it has a thread that sees to that. */
#define FLEETING_AT 0x30000000

/**
 * struct victim_state - how far it is
 * @calls: calls that it made
 * @landed: contexts that it set and that brought it where they said
 * @privileged: it came out of the kernel with what a program must not have
 * @done: it has made all of its calls
 * @nr: number of the call that it makes now
 * @args: its arguments
 */
struct victim_state {
	uint64_t calls;
	uint64_t landed;
	uint64_t privileged;
	uint64_t done;
	uint64_t nr;
	uint64_t args[6];
};

#endif /* FUZZ_VICTIM_H */
