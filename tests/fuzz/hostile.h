/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arguments that no call should trust.
 */
#ifndef FUZZ_HOSTILE_H
#define FUZZ_HOSTILE_H

#include "random.h"
#include "victim.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
/* For whom makes the calls: his code and his stack. */
#define CODE_AT 0x400000

static struct random dice;

static const uint64_t addresses[] = {
	0,
	1,
	8,
	4096,
	FROZEN_AT,
	FROZEN_AT + FROZEN_SIZE - 4,
	ARENA_AT + ARENA_SIZE - 1,
	ARENA_AT + ARENA_SIZE,
	FLEETING_AT,
	FLEETING_AT + 4090,
	CODE_AT,
	0x7fffffff,
	0xffff0000,
	0xffffe000,
	0xffffffff,
	0x7fffffffe000,
	0x7fffffffefff,
	0x7ffffffff000,
	0x7fffffffffff,
	0x800000000000,
	0xffff888000000000,
	0xffffc90000000000,
	0xfffffe0000000000,
	0xffffffff81000000,
	0xffffffffff600000,
	0xffffffffffffffff,
};

static const uint64_t sizes[] = {
	0,
	1,
	7,
	4095,
	4096,
	4097,
	65536,
	0x7fffffff,
	0x80000000,
	0xffffffff,
	0x100000000,
	0x7fffffffffffffff,
	0x8000000000000000,
	0xfffffffffffffff0,
	0xffffffffffffffff,
};

/* Files that a user may not write, files that he may, and what is none. */
static const char *const paths[] = {
	"",
	".",
	"..",
	"/",
	"file",
	"dir/file",
	"link",
	"/canary/secret",
	"/canary/public",
	"/canary/alices",
	"/canary/alices",
	"/canary/alices",
	"/canary",
	"/etc/passwd",
	"/root",
	"/dev/null",
	"/dev/zero",
	"/dev/ptmx",
	"/dev/console",
	"/proc/self/mem",
	"/proc/self/exe",
	"/proc/1/environ",
	"/proc/sys/kernel/hostname",
	"/proc/self/fd/3",
	"/sys/fs/bpf/abimux",
	"/sys/fs/cgroup/cgroup.procs",
	"/bin/busybox",
	"a/../../../../../canary/public",
	"kern.hostname",
	"kern.osreldate",
	"hw.ncpu",
	"\377\376\375",
	"%s%n%p",
};

static uint64_t arena_place(void)
{
	uint64_t at = ARENA_AT + random_below(&dice, ARENA_SIZE);

	return random_once(&dice, 6) ? at : at & ~15ull;
}

/* Near the end of what can be written, so that a structure reaches beyond it. */
static uint64_t arena_end(void)
{
	return ARENA_AT + ARENA_SIZE - random_below(&dice, 200);
}

static uint64_t hostile_address(void)
{
	switch (random_below(&dice, 8)) {
	case 0:
		return addresses[random_below(&dice, ARRAY_SIZE(addresses))];
	case 1:
		return arena_end();
	default:
		return arena_place();
	}
}

static uint64_t hostile_size(void)
{
	if (random_once(&dice, 4))
		return sizes[random_below(&dice, ARRAY_SIZE(sizes))];
	return random_below(&dice, 300);
}

static uint64_t hostile_flags(void)
{
	uint64_t bits = 1ull << random_below(&dice, 32);

	if (random_once(&dice, 2))
		bits |= 1ull << random_below(&dice, 32);
	return random_once(&dice, 3) ? 0 : bits;
}

static uint64_t hostile_number(void)
{
	return random_once(&dice, 8) ? random_next(&dice) :
				       random_below(&dice, 64) - 3;
}

static uint64_t hostile_path(void)
{
	char *to = (char *)(uintptr_t)(arena_place() & ~7ull);
	const char *from = paths[random_below(&dice, ARRAY_SIZE(paths))];

	if (random_once(&dice, 20))
		return hostile_address();
	if ((uintptr_t)to > ARENA_AT + ARENA_SIZE - 64)
		to -= 64;
	for (uint64_t i = 0; i < 63 && from[i]; i++) {
		to[i] = from[i];
		to[i + 1] = '\0';
	}
	if (!*from)
		*to = '\0';
	return (uintptr_t)to;
}

/* Any of what an argument or a word of a structure can be. */
static uint64_t hostile_any(void)
{
	switch (random_below(&dice, 8)) {
	case 0:
		return hostile_size();
	case 1:
		return hostile_flags();
	case 2:
		return hostile_path();
	case 3:
	case 4:
		return hostile_number();
	case 5:
		return random_next(&dice);
	default:
		return hostile_address();
	}
}

/* Some words of the arena as structures might have them. */
static void fill(uint64_t at, uint32_t words)
{
	uint64_t *word = (uint64_t *)(uintptr_t)(at & ~7ull);

	for (; words; words--, word++) {
		if ((uintptr_t)(word + 1) > ARENA_AT + ARENA_SIZE)
			return;
		*word = random_once(&dice, 3) ? 0 :
			random_once(&dice, 2) ? hostile_number() :
						hostile_any();
	}
}

static uint64_t hostile_struct(uint32_t words)
{
	uint64_t at = arena_place() & ~7ull;

	fill(at, words);
	return random_once(&dice, 10) ? hostile_address() : at;
}

#endif /* FUZZ_HOSTILE_H */
