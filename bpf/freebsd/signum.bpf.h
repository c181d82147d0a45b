/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: numbers, sets and codes of signals. From sys/sys/signal.h.
 *
 * EMT and INFO, which Linux has not, take the places of STKFLT and PWR, which
 * FreeBSD has not. THR and LIBRT, reserved for libraries, are the first two real
 * time signals of Linux; FreeBSD's 65 (SIGRTMIN) to 95 are the rest of those.
 * Signals 34 to 64, which have no name, and 96 to 126 have no place.
 */
#ifndef FREEBSD_SIGNUM_BPF_H
#define FREEBSD_SIGNUM_BPF_H

struct fbsd_sigset {
	u64 low, high; /* signals 1 to 64, 65 to 128 */
};

/* Signals of the same number: all from 1 to 33 that are not named below. */
#define FBSD_SIGS_SAME 0x18fb075bfUL

/* Zero: no such signal on the other side. */
/* clang-format off */
static const u8 fbsd_sig_to_linux[34] = {
	0,  1,	2,  3,	4,  5,	6,  16, 8,  9,	7,  11, 31, 13, 14, 15, 23,
	19, 20, 18, 17, 21, 22, 29, 24, 25, 26, 27, 28, 30, 10, 12, 32, 33,
};

/* clang-format on */

/* clang-format off */
static const u8 fbsd_sig_from_linux[34] = {
	0,  1,	2,  3,	4,  5,	6,  10, 8,  9,	30, 11, 31, 13, 14, 15, 7,
	20, 19, 17, 18, 21, 22, 16, 24, 25, 26, 27, 28, 23, 29, 12, 32, 33,
};

/* clang-format on */

/* Linux's number of a FreeBSD signal, or zero. */
static __always_inline u32 fbsd_sig_in(u32 sig)
{
	if (sig < 34)
		return fbsd_sig_to_linux[sig];
	if (sig >= FBSD_SIGRTMIN &&
	    sig <= FBSD_SIGRTMIN + LINUX_SIG_MAX - LINUX_SIGRTMIN)
		return sig - FBSD_SIGRTMIN + LINUX_SIGRTMIN;
	return 0;
}

/* FreeBSD's number of a Linux signal. */
static __always_inline u32 fbsd_sig_out(u32 sig)
{
	if (sig < 34)
		return fbsd_sig_from_linux[sig];
	return sig - LINUX_SIGRTMIN + FBSD_SIGRTMIN;
}

#define FBSD_BIT(sig) (1UL << ((sig) - 1))

/* The signals that have another number: FreeBSD's, Linux's. */
/* clang-format off */
#define FBSD_SIGS_MOVED(move) \
	(move(7, 16) | move(10, 7) | move(12, 31) | move(16, 23) | move(17, 19) | move(18, 20) | \
	 move(19, 18) | move(20, 17) | move(23, 29) | move(29, 30) | move(30, 10) | move(31, 12))

/* clang-format on */

static __always_inline u64 fbsd_sigset_in(const struct fbsd_sigset *set)
{
	u64 low = set->low;

#define MOVE(from, to) fbsd_bits(low, FBSD_BIT(from), FBSD_BIT(to))
	return (low & FBSD_SIGS_SAME) | FBSD_SIGS_MOVED(MOVE) |
	       (set->high << (LINUX_SIGRTMIN - 1));
#undef MOVE
}

static __always_inline void fbsd_sigset_out(struct fbsd_sigset *set, u64 mask)
{
#define MOVE(to, from) fbsd_bits(mask, FBSD_BIT(from), FBSD_BIT(to))
	set->low = (mask & FBSD_SIGS_SAME) | FBSD_SIGS_MOVED(MOVE);
	set->high = mask >> (LINUX_SIGRTMIN - 1);
#undef MOVE
}

/* Codes of the hardware's signals and of CHLD are the same small numbers. */
static __always_inline s32 fbsd_si_code(s32 code)
{
	switch (code) {
	case LINUX_SI_USER:
		return FBSD_SI_USER;
	case LINUX_SI_QUEUE:
		return FBSD_SI_QUEUE;
	case LINUX_SI_TIMER:
		return FBSD_SI_TIMER;
	case LINUX_SI_MESGQ:
		return FBSD_SI_MESGQ;
	case LINUX_SI_ASYNCIO:
		return FBSD_SI_ASYNCIO;
	case LINUX_SI_TKILL:
		return FBSD_SI_LWP;
	case LINUX_SI_KERNEL:
		return FBSD_SI_KERNEL;
	default:
		return code;
	}
}

#endif /* FREEBSD_SIGNUM_BPF_H */
