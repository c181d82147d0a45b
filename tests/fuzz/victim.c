// SPDX-License-Identifier: GPL-2.0
/*
 * victim SEED CHILD CALLS: makes hostile calls of the table that it is on.
 *
 * One source for several ABIs. It knows nothing of what should come back and may
 * well end by its own mistakes: what must not happen is seen from outside, by the
 * program that starts it. All but the memory that another thread changes is the
 * same again with the same numbers.
 */
#include <stdint.h>

#include "foreign.h"
#include "typed.h"

#if defined(ABI_FREEBSD)
#define NR_CALLS 600
static const uint16_t ends[] = { 1, 431 };
#elif defined(ABI_LINUX_0_11)
#define NR_CALLS 76
static const uint16_t ends[] = { 1, 29 };
#elif defined(ABI_MYELF)
#define NR_CALLS 560
static const uint16_t ends[] = { 60 };
#else
#define NR_CALLS 640
static const uint16_t ends[] = { 60, 231 };
#endif

/* The linker puts them where victim.h says. */
static char arena[ARENA_SIZE] __attribute__((section(".arena"), used));
static volatile struct victim_state state __attribute__((section(".state")));
static const char frozen[FROZEN_SIZE]
	__attribute__((section(".frozen"), used)) = "frozen";

static uint64_t calls_left;

static void loop(void);

#include "registers.h"
#include "contexts.h"

/* It would be over too soon. */
static bool ends_it(uint64_t nr)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (ends[i] == nr)
			return !random_once(&dice, 16);
	return false;
}

static uint64_t odd_number(void)
{
	switch (random_below(&dice, 5)) {
	case 0:
		return 0x40000000 | random_below(&dice, NR_CALLS);
	case 1:
		return random_next(&dice);
	case 2:
		return random_below(&dice, 4) + 1022;
	case 3:
		return (uint64_t)random_next(&dice) << 32 |
		       random_below(&dice, NR_CALLS);
	default:
		return -1ull - random_below(&dice, 3);
	}
}

static void untyped_call(uint64_t args[6])
{
	state.nr = random_once(&dice, 20) ? odd_number() :
					    random_below(&dice, NR_CALLS);
	for (int i = 0; i < 6; i++)
		args[i] = hostile_any();
}

static void typed_call(uint64_t args[6])
{
	const struct typed *call =
		&typed[random_below(&dice, ARRAY_SIZE(typed))];
	int i;

	state.nr = call->nr;
	for (i = 0; i < 6 && call->args[i]; i++)
		args[i] = make(call->args[i]);
	for (; i < 6; i++)
		args[i] = hostile_any();
}

static void one_call(void)
{
	uint64_t args[6];

	if (random_once(&dice, 2))
		typed_call(args);
	else
		untyped_call(args);
	if (ends_it(state.nr))
		return;
	for (int i = 0; i < 6; i++)
		state.args[i] = args[i];
	state.calls++;
	make_call(args);
}

static void loop(void)
{
	while (calls_left) {
		calls_left--;
		one_call();
	}
	/* Whoever watches looks at what is here before it is gone. */
	for (state.done = 1;;)
		;
}

static uint64_t number(const char *text)
{
	uint64_t value = 0;

	for (; *text; text++)
		value = value * 10 + *text - '0';
	return value;
}

int main(int argc, char **argv, char **envp)
{
	uint64_t child;

	(void)envp;
	(void)arena;
	(void)frozen;
	if (argc != 4)
		return 2;
	child = number(argv[2]);
	dice = random_start(number(argv[1]), child);
	calls_left = number(argv[3]);
	prepare();
	if (child % 4 == 3)
		start_racer();
	loop();
	return 0;
}
