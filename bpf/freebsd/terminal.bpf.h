/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: settings of terminals. Both sides have them from 4.4BSD, but for
 * where the bits are: sys/sys/_termios.h and include/uapi/asm-generic/termbits.h.
 */
#ifndef FREEBSD_TERMINAL_BPF_H
#define FREEBSD_TERMINAL_BPF_H

#define FBSD_TERMIOS_WORDS 4
#define LINUX_NCCS 19

struct fbsd_termios {
	u32 flags[FBSD_TERMIOS_WORDS]; /* iflag, oflag, cflag, lflag */
	u8 cc[FBSD_NCCS];
	u32 ispeed, ospeed;
};

_Static_assert(sizeof(struct fbsd_termios) == FBSD_TERMIOS_SIZE, "termios");

struct linux_termios2 {
	u32 flags[FBSD_TERMIOS_WORDS];
	u8 line;
	u8 cc[LINUX_NCCS];
	u32 ispeed, ospeed;
};

/* Neighbours that are so on both sides move together. */
struct fbsd_termios_bits {
	u32 word;
	u32 foreign;
	u32 native;
};

/* clang-format off */
static const struct fbsd_termios_bits fbsd_termios_bits[] = {
	{ 0, 0x1ff, 0x1ff },		/* IGNBRK to ICRNL */
	{ 0, 0x200, 0x400 },		/* IXON */
	{ 0, 0x400, 0x1000 },		/* IXOFF */
	{ 0, 0x800, 0x800 },		/* IXANY */
	{ 0, 0x6000, 0x6000 },		/* IMAXBEL, IUTF8 */
	{ 1, 0x1, 0x1 },		/* OPOST */
	{ 1, 0x2, 0x4 },		/* ONLCR */
	{ 1, 0x4, 0x1800 },		/* TAB3 */
	{ 1, 0x70, 0x38 },		/* OCRNL, ONOCR, ONLRET */
	{ 2, 0xff00, 0xff0 },		/* CSIZE to CLOCAL */
	{ 2, 0x30000, 0x80000000 },	/* CRTSCTS */
	{ 3, 0x1, 0x800 },		/* ECHOKE */
	{ 3, 0x6, 0x30 },		/* ECHOE, ECHOK */
	{ 3, 0x8, 0x8 },		/* ECHO */
	{ 3, 0x10, 0x40 },		/* ECHONL */
	{ 3, 0x20, 0x400 },		/* ECHOPRT */
	{ 3, 0x40, 0x200 },		/* ECHOCTL */
	{ 3, 0x180, 0x3 },		/* ISIG, ICANON */
	{ 3, 0x400, 0x8000 },		/* IEXTEN */
	{ 3, 0x800, 0x10000 },		/* EXTPROC */
	{ 3, 0x400000, 0x100 },		/* TOSTOP */
	{ 3, 0x800000, 0x1000 },	/* FLUSHO */
	{ 3, 0x20000000, 0x4000 },	/* PENDIN */
	{ 3, 0x80000000, 0x80 },	/* NOFLSH */
};

/* Where Linux has each control character; it has no ERASE2, DSUSP, STATUS. */
#define LINUX_VTIME 5
#define LINUX_VMIN 6
#define LINUX_VNONE 31
static const u8 fbsd_control[FBSD_NCCS] = {
	/* EOF, EOL, EOL2, ERASE, WERASE, KILL, REPRINT */
	4, 11, 16, 2, 14, 3, 12,
	/* ERASE2, INTR, QUIT, SUSP, DSUSP, START, STOP, LNEXT */
	LINUX_VNONE, 0, 1, 10, LINUX_VNONE, 8, 9, 15,
	/* DISCARD, MIN, TIME, STATUS, one that is free */
	13, LINUX_VMIN, LINUX_VTIME, LINUX_VNONE, LINUX_VNONE,
};

#define LINUX_BOTHER		0x1000
#define LINUX_IBAUD_SHIFT	16
/* clang-format on */

#define FBSD_NR_TERMIOS_BITS \
	(sizeof(fbsd_termios_bits) / sizeof(fbsd_termios_bits[0]))

/* As many bits on both sides: each is one. Else it is all or none of them. */
static __always_inline u32 fbsd_move_bits(u32 value, u32 from, u32 to)
{
	u32 from_low = from & -from, to_low = to & -to;

	if (from / from_low == to / to_low)
		return (value & from) / from_low * to_low;
	return (value & from) == from ? to : 0;
}

static __always_inline void fbsd_termios_flags(u32 *to, const u32 *from,
					       bool in)
{
	const struct fbsd_termios_bits *bits;
	u32 word;
	int i;

	bpf_for(i, 0, FBSD_NR_TERMIOS_BITS) {
		bits = &fbsd_termios_bits[i];
		word = bits->word % FBSD_TERMIOS_WORDS;
		to[word] |= in ? fbsd_move_bits(from[word], bits->foreign,
						bits->native) :
				 fbsd_move_bits(from[word], bits->native,
						bits->foreign);
	}
}

static __always_inline bool fbsd_control_is_number(u32 index)
{
	return index == LINUX_VMIN || index == LINUX_VTIME;
}

/* One that is switched off is 255 here and 0 there. */
static __always_inline void fbsd_controls_in(u8 *to, const u8 *from)
{
	u32 index;
	u8 value;
	int i;

	bpf_for(i, 0, FBSD_NCCS) {
		index = fbsd_control[i] & LINUX_VNONE;
		value = from[i];
		if (value == FBSD_VDISABLE && !fbsd_control_is_number(index))
			value = 0;
		to[index] = value;
	}
}

static __always_inline void fbsd_controls_out(u8 *to, const u8 *from)
{
	u32 index;
	int i;

	bpf_for(i, 0, FBSD_NCCS) {
		index = fbsd_control[i] & LINUX_VNONE;
		to[i] = FBSD_VDISABLE;
		if (from[index] || fbsd_control_is_number(index))
			to[i] = from[index];
	}
}

static __always_inline void fbsd_termios_in(struct linux_termios2 *to,
					    const struct fbsd_termios *from)
{
	u8 cc[LINUX_VNONE + 1] = {};

	fbsd_termios_flags(to->flags, from->flags, true);
	fbsd_controls_in(cc, from->cc);
	__builtin_memcpy(to->cc, cc, sizeof(to->cc));
	to->ospeed = from->ospeed;
	to->ispeed = from->ispeed ?: from->ospeed;
	/* No speed is a line that is hung up, as there. */
	if (to->ospeed)
		to->flags[2] |= LINUX_BOTHER | LINUX_BOTHER
						       << LINUX_IBAUD_SHIFT;
}

static __always_inline void fbsd_termios_out(struct fbsd_termios *to,
					     const struct linux_termios2 *from)
{
	u8 cc[LINUX_VNONE + 1] = {};

	fbsd_termios_flags(to->flags, from->flags, false);
	__builtin_memcpy(cc, from->cc, sizeof(from->cc));
	fbsd_controls_out(to->cc, cc);
	to->ispeed = from->ispeed;
	to->ospeed = from->ospeed;
}

__noinline int fbsd_termios_set(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call);
	struct linux_termios2 native = {};
	struct fbsd_termios termios;

	if (fbsd_get(&termios, sizeof(termios), call->args[2]))
		return abimux_done(call, -EFAULT);
	fbsd_termios_in(&native, &termios);
	if (!scratch || fbsd_put(scratch, &native, sizeof(native)))
		return abimux_done(call, -ENOMEM);
	call->args[2] = scratch;
	return FBSD_RUN;
}

__noinline int fbsd_termios_get(struct abimux_call *call __arg_trusted, u64 to)
{
	struct linux_termios2 native;
	struct fbsd_termios termios = {};

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_get(&native, sizeof(native), call->args[2]))
		return abimux_done(call, -EFAULT);
	fbsd_termios_out(&termios, &native);
	return abimux_done(call, fbsd_put(to, &termios, sizeof(termios)));
}

#endif /* FREEBSD_TERMINAL_BPF_H */
