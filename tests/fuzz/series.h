/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which inputs of a seed are tried: so many from the first one on, or, for some
 * seconds, as many as there is time for.
 */
#ifndef FUZZ_SERIES_H
#define FUZZ_SERIES_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

/**
 * struct series - what the command line says of it
 * @seed: what the inputs are made from
 * @first: number of the first one
 * @count: how many
 * @seconds: not zero: for so long, instead of @count
 * @end: when that is over
 */
struct series {
	uint64_t seed;
	unsigned long first, count, seconds;
	time_t end;
};

/* clang-format off */
#define SERIES_OPTIONS(inputs)				\
	{ "seed", required_argument, NULL, 's' },	\
	{ "first", required_argument, NULL, 'f' },	\
	{ inputs, required_argument, NULL, 'n' },	\
	{ "seconds", required_argument, NULL, 't' }
/* clang-format on */

/* Return: whether it is an option of these. */
static inline bool series_take(struct series *series, int key)
{
	unsigned long value = optarg ? strtoul(optarg, NULL, 10) : 0;

	if (key == 's')
		series->seed = value;
	else if (key == 'f')
		series->first = value;
	else if (key == 'n')
		series->count = value;
	else if (key == 't')
		series->seconds = value;
	else
		return false;
	return true;
}

/* For programs that have no others. */
static inline void series_parse(struct series *series,
				const struct option *list, int argc,
				char **argv)
{
	int key;

	while ((key = getopt_long(argc, argv, "", list, NULL)) >= 0)
		if (!series_take(series, key))
			exit(2);
}

static inline time_t series_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* From now on, for one of @parts that share the time. */
static inline void series_begin(struct series *series, unsigned long parts)
{
	series->end = series_now() + (series->seconds + parts - 1) / parts;
}

static inline bool series_goes_on(const struct series *series, unsigned long nr)
{
	return series->seconds ? series_now() < series->end :
				 nr < series->first + series->count;
}

#endif /* FUZZ_SERIES_H */
