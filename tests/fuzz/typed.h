/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls whose arguments have a form: half of the calls that are made are of these,
 * so that they get further than to the first check.
 *
 * A letter for each argument: F descriptor, P path, B buffer, S size, N number, L
 * flags, W structure of words, I iovec, T timespec, A address of a socket, M msghdr,
 * K kevents, Y name of a sysctl, H thr_param, C ucontext, U operation of _umtx_op,
 * X anything, 0 zero.
 */
#ifndef FUZZ_TYPED_H
#define FUZZ_TYPED_H

#include "hostile.h"

struct typed {
	uint16_t nr;
	char args[7];
};

#if defined(ABI_FREEBSD)
static const struct typed typed[] = {
	{ 15, "PN" },	   { 124, "FN" },     { 274, "PN" },
	{ 490, "FPNL" },   { 3, "FBS" },      { 4, "FBS" },
	{ 5, "PLN" },	   { 6, "F" },	      { 7, "NBLW" },
	{ 9, "PP" },	   { 10, "P" },	      { 12, "P" },
	{ 14, "PNN" },	   { 15, "PN" },      { 16, "PNN" },
	{ 21, "PPLW" },	   { 23, "N" },	      { 26, "NNBN" },
	{ 27, "FML" },	   { 28, "FML" },     { 29, "FBSLAW" },
	{ 30, "FAW" },	   { 31, "FAW" },     { 33, "PN" },
	{ 37, "NN" },	   { 42, "" },	      { 53, "WB" },
	{ 54, "FXW" },	   { 57, "PP" },      { 58, "PBS" },
	{ 59, "PWW" },	   { 65, "BSL" },     { 73, "BS" },
	{ 74, "BSL" },	   { 75, "BSN" },     { 78, "BSB" },
	{ 79, "NB" },	   { 80, "NW" },      { 83, "NWB" },
	{ 90, "FF" },	   { 92, "FNW" },     { 93, "NWWWT" },
	{ 97, "NLN" },	   { 98, "FAS" },     { 104, "FAS" },
	{ 105, "FXNWS" },  { 118, "FXNBW" },  { 120, "FIN" },
	{ 121, "FIN" },	   { 128, "PP" },     { 133, "FBSLAS" },
	{ 135, "NLNB" },   { 136, "PN" },     { 165, "NW" },
	{ 166, "NNW" },	   { 183, "N" },      { 188, "PB" },
	{ 191, "PN" },	   { 194, "NB" },     { 195, "NW" },
	{ 196, "FBSB" },   { 202, "YNBWBS" }, { 209, "WNN" },
	{ 221, "NNL" },	   { 222, "NWN" },    { 225, "NL" },
	{ 226, "NWSL" },   { 227, "NBSNL" },  { 228, "NBL" },
	{ 231, "NSL" },	   { 232, "NB" },     { 235, "NWB" },
	{ 237, "NLWB" },   { 240, "TB" },     { 244, "NLTB" },
	{ 250, "BSN" },	   { 251, "L" },      { 272, "FBS" },
	{ 289, "FINN" },   { 311, "NNN" },    { 326, "BS" },
	{ 327, "NW" },	   { 329, "NNW" },    { 340, "NWB" },
	{ 341, "W" },	   { 345, "WBT" },    { 346, "WB" },
	{ 360, "BBB" },	   { 362, "" },	      { 363, "FKNKNT" },
	{ 378, "INL" },	   { 390, "NPBS" },   { 393, "FFNSWB" },
	{ 395, "BSN" },	   { 396, "PB" },     { 416, "NWB" },
	{ 417, "C" },	   { 421, "B" },      { 422, "C" },
	{ 423, "BC" },	   { 429, "WB" },     { 433, "NN" },
	{ 454, "BUNBW" },  { 454, "WUNWT" },  { 455, "HS" },
	{ 456, "NNX" },	   { 464, "NP" },     { 466, "NNW" },
	{ 475, "FBSN" },   { 477, "BSLLFN" }, { 480, "FS" },
	{ 482, "PLN" },	   { 487, "NNNSB" },  { 488, "NNNSW" },
	{ 489, "FPNL" },   { 492, "FWW" },    { 493, "FPBL" },
	{ 499, "FPLN" },   { 503, "FPL" },    { 510, "NNNW" },
	{ 511, "NNW" },	   { 512, "NNW" },    { 522, "NWWWTW" },
	{ 530, "FNS" },	   { 532, "NNBLWW" }, { 541, "FAWL" },
	{ 542, "BL" },	   { 544, "NNNW" },   { 545, "WNTW" },
	{ 547, "FPWL" },   { 551, "FB" },     { 552, "FPBL" },
	{ 554, "FBSB" },   { 555, "PB" },     { 557, "BSN" },
	{ 560, "FKNKNT" }, { 563, "BSL" },    { 568, "FPFL" },
	{ 569, "FWFWSL" }, { 570, "PSBWBS" }, { 571, "PLNLP" },
	{ 572, "PPL" },	   { 574, "FPBSL" },  { 575, "NNL" },
	{ 577, "PWS" },	   { 580, "FNWLB" },  { 583, "L" },
	{ 585, "NL" },	   { 587, "FLWB" },
};
#elif defined(ABI_LINUX_0_11)
static const struct typed typed[] = {
	{ 15, "PN" },  { 3, "FBS" },  { 4, "FBS" },  { 5, "PLN" },
	{ 7, "NBL" },  { 8, "PN" },   { 15, "PN" },  { 9, "PP" },
	{ 11, "PWW" }, { 18, "PB" },  { 21, "PPN" }, { 28, "FB" },
	{ 30, "PW" },  { 37, "NN" },  { 42, "B" },   { 43, "B" },
	{ 45, "B" },   { 48, "NBB" }, { 54, "FXW" }, { 55, "FNW" },
	{ 59, "B" },   { 67, "NWB" }, { 72, "P" },   { 72, "B" },
	{ 73, "BS" },
};
#elif defined(ABI_MYELF)
static const struct typed typed[] = {
	{ 69, "FBS" },
	{ 548, "BS" },
};
#else
static const struct typed typed[] = {
	{ 90, "PN" },	  { 91, "FN" },	   { 268, "FPN" },    { 452, "FPNL" },
	{ 0, "FBS" },	  { 1, "FBS" },	   { 2, "PLN" },      { 13, "NWBN" },
	{ 14, "NWBN" },	  { 15, "" },	   { 16, "FXW" },     { 19, "FIN" },
	{ 20, "FIN" },	  { 46, "FML" },   { 47, "FML" },     { 56, "LBBBB" },
	{ 59, "PWW" },	  { 101, "NNBN" }, { 117, "NNN" },    { 131, "WB" },
	{ 157, "NXXXX" }, { 158, "NX" },   { 202, "BNNTBN" }, { 219, "" },
	{ 257, "FPLN" },  { 317, "NLW" },  { 321, "NWS" },    { 435, "WS" },
	{ 500, "NN" },	  { 600, "" },	   { 601, "NN" },     { 602, "" },
	{ 603, "X" },	  { 604, "X" },	   { 605, "NXXXX" },  { 606, "BS" },
	{ 607, "BS" },	  { 610, "FX" },   { 611, "X" },      { 612, "XN" },
	{ 613, "L" },	  { 615, "X" },	   { 616, "BXX" },    { 617, "B" },
	{ 618, "X" },	  { 619, "" },	   { 620, "X" },
};
#endif

/* Words written one after the other, as far as there is memory. */
static uint64_t structure(const uint64_t *words, uint32_t count)
{
	uint64_t at = arena_place() & ~7ull;
	uint64_t *to = (uint64_t *)(uintptr_t)at;

	if (at + count * 8 > ARENA_AT + ARENA_SIZE)
		return arena_end();
	for (uint32_t i = 0; i < count; i++)
		to[i] = words[i];
	return at;
}

static uint64_t make_iovec(void)
{
	uint64_t iov[8];

	for (int i = 0; i < 8; i += 2) {
		iov[i] = hostile_address();
		iov[i + 1] = hostile_size();
	}
	return structure(iov, 8);
}

static uint64_t make_timespec(void)
{
	uint64_t time[2] = { 0, random_below(&dice, 3000000) };

	if (random_once(&dice, 6))
		time[0] = hostile_number();
	if (random_once(&dice, 6))
		time[1] = hostile_any();
	return random_once(&dice, 10) ? hostile_address() : structure(time, 2);
}

static uint64_t make_sockaddr(void)
{
	uint64_t name[4] = { random_below(&dice, 130) |
				     random_below(&dice, 40) << 8 |
				     random_below(&dice, 65536) << 16,
			     random_next(&dice), 0, 0x656c6966 };

	return random_once(&dice, 10) ? hostile_address() : structure(name, 4);
}

/* Two control messages, the second in what the first leaves. */
static uint64_t make_control(void)
{
	uint64_t cmsg[8] = {};
	bool rights = random_once(&dice, 2);

	for (int i = 0; i < 8; i += 3) {
		cmsg[i] = (random_once(&dice, 3) ? hostile_size() : 20) |
			  (rights ? 0xffffull : hostile_number()) << 32;
		cmsg[i + 1] = random_below(&dice, 8) | hostile_number() << 32;
	}
	return structure(cmsg, 8);
}

static uint64_t make_msghdr(void)
{
	uint64_t msg[7] = {
		random_once(&dice, 2) ? 0 : make_sockaddr(),
		random_below(&dice, 140),
		make_iovec(),
		random_once(&dice, 4) ? hostile_number() : 4,
		random_once(&dice, 3) ? 0 : make_control(),
		random_once(&dice, 4) ? hostile_size() : 64,
		hostile_flags(),
	};

	return random_once(&dice, 10) ? hostile_address() : structure(msg, 7);
}

static uint64_t make_kevents(void)
{
	uint64_t events[24];

	for (int i = 0; i < 24; i += 8) {
		int filter = -(int)random_below(&dice, 15);
		uint64_t flags = random_once(&dice, 3) ?
					 hostile_flags() :
					 1ull << random_below(&dice, 7);

		events[i] = random_below(&dice, 14);
		if (random_once(&dice, 5))
			events[i] = hostile_any();
		events[i + 1] = (uint16_t)filter | (flags & 0xffff) << 16 |
				hostile_flags() << 32;
		events[i + 2] = hostile_number();
		for (int j = 3; j < 8; j++)
			events[i + j] = hostile_any();
	}
	return random_once(&dice, 10) ? hostile_address() :
					structure(events, 24);
}

static uint64_t make_mib(void)
{
	uint64_t mib[4];

	for (int i = 0; i < 4; i++)
		mib[i] = random_below(&dice, 9) |
			 (uint64_t)random_below(&dice, 70) << 32;
	return random_once(&dice, 10) ? hostile_address() : structure(mib, 4);
}

static uint64_t make_thread(void);
static uint64_t make_context(void);

static uint64_t make(char kind)
{
	switch (kind) {
	case '0':
		return 0;
	case 'F':
		return random_below(&dice, 16) - random_once(&dice, 12) * 100;
	case 'P':
		return hostile_path();
	case 'B':
		return hostile_address();
	case 'S':
		return hostile_size();
	case 'N':
		return hostile_number();
	case 'L':
		return hostile_flags();
	case 'W':
		return hostile_struct(16);
	case 'I':
		return make_iovec();
	case 'T':
		return random_once(&dice, 4) ? 0 : make_timespec();
	case 'A':
		return make_sockaddr();
	case 'M':
		return make_msghdr();
	case 'K':
		return make_kevents();
	case 'Y':
		return make_mib();
	case 'H':
		return make_thread();
	case 'C':
		return make_context();
	case 'U':
		return random_below(&dice, 28) | hostile_flags() << 32;
	default:
		return hostile_any();
	}
}

#endif /* FUZZ_TYPED_H */
