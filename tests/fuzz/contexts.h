/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What only a program of FreeBSD has: contexts that it sets, and threads.
 */
#ifndef FUZZ_CONTEXTS_H
#define FUZZ_CONTEXTS_H

#include "registers.h"
#include "typed.h"

#ifdef ABI_FREEBSD
#define FREEBSD_SIGALRM 14

#define plain(nr, ...) \
	plain_call(nr, (const long[6])RAW_ARGS(__VA_ARGS__, 0, 0, 0, 0, 0))

/* FreeBSD passes the address of argc; rsp is elsewhere. */
asm(".globl begin\n"
    "begin:\n"
    "	and $-16, %rsp\n"
    "	call start\n");

/* Words of a ucontext_t, sys/x86/include/ucontext.h. */
enum {
	UC_RIP = 2 + 20,
	UC_CS,
	UC_RFLAGS,
	UC_RSP,
	UC_SS,
	UC_WORDS = 110,
};

static char thread_stack[8192] __attribute__((aligned(16)));

static void handler(int sig)
{
	(void)sig;
}

/* Interrupts calls that block, on a stack of its own. */
static void prepare(void)
{
	static char stack[16384];
	struct {
		void *sp;
		unsigned long size;
		int flags;
	} alternate = { stack, sizeof(stack), 0 };
	struct {
		void (*handler)(int sig);
		int flags;
		unsigned int mask[4];
	} act = { handler, 1, {} };

	plain(53, &alternate, 0);
	plain(416, FREEBSD_SIGALRM, &act, 0);
}

/* Changes what calls read while they read it, and takes a page away. */
static void racer(void *arg)
{
	struct random own = { (uintptr_t)arg };
	uint64_t *word = (uint64_t *)ARENA_AT;

	for (;;) {
		for (int i = 0; i < 2000; i++)
			word[random_below(&own, ARENA_SIZE / 8)] =
				random_next(&own) >> random_below(&own, 64);
		plain_call(477, (const long[6]){ FLEETING_AT, 4096, 3, 0x1012,
						 -1, 0 });
		plain(331, 0);
		plain(73, FLEETING_AT, 4096);
	}
}

static uint64_t thread_param(void (*start)(void *), uint64_t *to)
{
	to[0] = (uintptr_t)start;
	to[1] = random_next(&dice);
	to[2] = (uintptr_t)thread_stack;
	to[3] = sizeof(thread_stack);
	for (int i = 4; i < 13; i++)
		to[i] = 0;
	return (uintptr_t)to;
}

static uint64_t make_thread(void)
{
	uint64_t param[13];

	thread_param(racer, param);
	for (int i = 0; i < 3; i++)
		param[random_below(&dice, 13)] = hostile_any();
	return structure(param, 13);
}

static void start_racer(void)
{
	uint64_t param[13];

	plain(455, thread_param(racer, param), sizeof(param));
}

/* What getcontext() says, with some words changed for the worse. */
static uint64_t make_context(void)
{
	static const uint64_t bad[] = {
		0,
		8,
		16,
		0x23,
		0x2b,
		0x33,
		0x3202,
		0x20202,
		0x4202,
		0x10302,
		0x8000000000000000,
		0xffffffff81000000,
		0x800000000000,
		0x7ffffffff000,
		0x7fffffffffff,
		0xffffffffffffffff,
	};
	uint64_t at = arena_place() & ~15ull, *uc = (uint64_t *)at;

	if (at + UC_WORDS * 8 > ARENA_AT + ARENA_SIZE)
		at -= UC_WORDS * 8, uc = (uint64_t *)at;
	plain(421, at);
	uc[UC_RIP] = (uintptr_t)landed;
	uc[UC_RSP] = (uintptr_t)main_stack + sizeof(main_stack) - 16;
	for (uint32_t i = random_below(&dice, 4); i; i--) {
		uint32_t word = random_once(&dice, 2) ?
					20 + random_below(&dice, 10) :
					random_below(&dice, UC_WORDS);

		uc[word] = random_once(&dice, 3) ?
				   hostile_any() :
				   bad[random_below(&dice, ARRAY_SIZE(bad))];
	}
	/* Then flags, formats and lengths of floating point state. */
	if (random_once(&dice, 3))
		uc[20 + random_below(&dice, 2)] = hostile_flags();
	if (random_once(&dice, 3)) {
		uc[19] |= 2ull;
		uc[96] = hostile_address();
		uc[97] = hostile_size();
	}
	return at;
}
#else
static uint64_t make_thread(void)
{
	return hostile_any();
}

static uint64_t make_context(void)
{
	return hostile_any();
}

static void start_racer(void)
{
}

static void prepare(void)
{
}
#endif

#endif /* FUZZ_CONTEXTS_H */
