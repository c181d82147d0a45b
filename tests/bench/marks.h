/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Marks between which tests/bench/where looks: instructions that do nothing, of
 * a form that no compiler makes. Outside of where they are only that.
 */
#ifndef BENCH_MARKS_H
#define BENCH_MARKS_H

/* nopl MARK(%rax), without the mark: 0f 1f 80 */
#define MARK_BEGIN 0x0b1a0001
#define MARK_END 0x0b1a0002

#define MARK_STRING_(mark) #mark
#define MARK_STRING(mark) MARK_STRING_(mark)
#define PLACE_MARK(mark)                                                      \
	__asm__ volatile(".byte 0x0f, 0x1f, 0x80; .long " MARK_STRING(mark):: \
				 : "memory")

/* Between these are calls, each from its SYSCALL to the same one in the next round. */
static inline void mark_begin(void)
{
	PLACE_MARK(MARK_BEGIN);
}

static inline void mark_end(void)
{
	PLACE_MARK(MARK_END);
}

#endif
