// SPDX-License-Identifier: GPL-2.0
/*
 * How many thousand ticks a second this machine's time stamp counter makes. An emulated
 * machine reads the same counter, and would have to compare it with timers of QEMU's,
 * which come late when this machine is busy: its seconds were a tenth of one then.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#if defined(__x86_64__)
#include <x86intrin.h>

#define WAIT 30000000 /* nanoseconds */
#define TRIES 1000

struct moment {
	uint64_t ticks;
	int64_t ns;
};

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Of some the one during whose reading least else was done. */
static struct moment look(void)
{
	struct moment moment = {};
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		uint64_t first = __rdtsc();
		int64_t ns = now();
		uint64_t took = __rdtsc() - first;

		if (took < least) {
			least = took;
			moment = (struct moment){ first + took / 2, ns };
		}
	}
	return moment;
}

int main(void)
{
	const struct timespec wait = { .tv_nsec = WAIT };
	struct moment begin = look(), end;

	nanosleep(&wait, NULL);
	end = look();
	printf("%.0f\n", (end.ticks - begin.ticks) * 1e6 / (end.ns - begin.ns));
	return 0;
}

#else

int main(void)
{
	return 1;
}

#endif
