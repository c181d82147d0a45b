/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a call may answer: look before it, make it, look again. What was not being
 * changed in between has to be exactly so; of the rest it has to be one thing or
 * the other, and whole.
 */
#ifndef CHURN_LOOK_H
#define CHURN_LOOK_H

#include <stdbool.h>

#include "shared.h"

/**
 * struct look - what was seen before a call
 * @shared: the memory
 * @slot: of the caller, or of whom it is a child
 * @owner: where its table stands: in the slot, if it is not what no one changes
 * @loose: nobody knows which table it has
 * @table: of the slot
 * @over: of the slot
 * @version: of all tables
 * @overlay: all overlays
 */
struct look {
	const struct shared *shared;
	struct slot *slot;
	const struct flag *owner;
	bool loose;
	struct flag table, over[CHURN_OVERS];
	struct flag version[CHURN_TABLES], overlay[CHURN_OVERS];
};

static inline struct flag flag_read(const struct flag *flag)
{
	struct flag copy;

	copy.seq = __atomic_load_n(&flag->seq, __ATOMIC_ACQUIRE);
	copy.value = __atomic_load_n(&flag->value, __ATOMIC_ACQUIRE);
	return copy;
}

/* True if it is what it was, and was so all the time. */
static inline bool flag_same(const struct flag *flag, struct flag seen)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return !(seen.seq & 1) &&
	       seen.seq == __atomic_load_n(&flag->seq, __ATOMIC_ACQUIRE);
}

/* What others do to the tables and overlays themselves. */
static inline void look_again(struct look *look)
{
	for (int i = 0; i < CHURN_TABLES; i++)
		look->version[i] = flag_read(&look->shared->version[i]);
	for (int i = 0; i < CHURN_OVERS; i++)
		look->overlay[i] = flag_read(&look->shared->overlay[i]);
}

/* And what they do to the caller; a child of it still goes by that later. */
static inline void look(struct look *look)
{
	look->table = flag_read(look->owner);
	for (int i = 0; i < CHURN_OVERS; i++)
		look->over[i] = flag_read(&look->slot->over[i]);
	look_again(look);
}

/* True if the call can have been answered by this version: table * 10 + version. */
static inline bool look_id(const struct look *look, unsigned int id)
{
	unsigned int table = id / 10;

	if (table >= CHURN_TABLES || id % 10 >= CHURN_VERSIONS)
		return false;
	if (look->loose || !flag_same(look->owner, look->table))
		return true;
	if (table != look->table.value)
		return false;
	return !flag_same(&look->shared->version[table],
			  look->version[table]) ||
	       id == look->version[table].value;
}

/* True if all that could be told about the last call is told by look_id(). */
static inline bool look_exact(const struct look *look)
{
	unsigned int table = look->table.value % CHURN_TABLES;

	return !look->loose && flag_same(look->owner, look->table) &&
	       flag_same(&look->shared->version[table], look->version[table]);
}

/*
 * What an overlay did to the call: its version, 0 for nothing; -1: that cannot be
 * known.
 */
static inline int look_over(const struct look *look, int i)
{
	if (!flag_same(&look->slot->over[i], look->over[i]) ||
	    !flag_same(&look->shared->overlay[i], look->overlay[i]))
		return -1;
	if (!look->over[i].value ||
	    look->over[i].value != look->overlay[i].value >> 4)
		return 0;
	return look->overlay[i].value & 15;
}

/* True if the digits can be what the overlays made of CHURN_MARK. */
static inline bool look_digits(const struct look *look, unsigned int result)
{
	unsigned int digits = result - CHURN_MARK;
	int version;

	for (int i = CHURN_OVERLAYS - 1; i >= 0; i--) {
		unsigned int last = digits & 7;
		int did = last == CHURN_DIGIT(i, 1) ? 1 :
			  last == CHURN_DIGIT(i, 2) ? 2 :
						      0;

		version = look_over(look, i);
		if (version >= 0 && version != did)
			return false;
		if (did)
			digits >>= 3;
	}
	return !digits;
}

/* True if getpgrp() can have answered that. */
static inline bool look_listed(const struct look *look, long result)
{
	int version = look_over(look, CHURN_LIST);

	if (version > 0)
		return result == -CHURN_REFUSED(version);
	if (!version)
		return result >= 0;
	return result >= 0 || result == -CHURN_REFUSED(1) ||
	       result == -CHURN_REFUSED(2);
}

#endif /* CHURN_LOOK_H */
