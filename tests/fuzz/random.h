/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The same numbers again from the same seed.
 */
#ifndef FUZZ_RANDOM_H
#define FUZZ_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

/* A generator of its own for each child of one seed. */
static inline struct random random_start(uint64_t seed, uint64_t child)
{
	return (struct random){ (seed << 32) + child };
}

/* Steele, Lea, Flood: splitmix64. */
static inline uint64_t random_next(struct random *random)
{
	uint64_t x = random->state += 0x9e3779b97f4a7c15;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

static inline uint32_t random_below(struct random *random, uint32_t max)
{
	return (uint32_t)(random_next(random) >> 32) % max;
}

/* True once in @times. */
static inline bool random_once(struct random *random, uint32_t times)
{
	return !random_below(random, times);
}

#endif /* FUZZ_RANDOM_H */
