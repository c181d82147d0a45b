/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: struct _usem2, and struct _usem of FreeBSD 10 and before. From
 * sys/sys/_umtx.h, do_sem2_wait() and its like in sys/kern/kern_umtx.c.
 *
 * Who counts up wakes one if a mark says that somebody sleeps. The last one is
 * woken after the mark is gone, and then it is looked whether it was the last: not
 * the other way round, for who is woken may free the memory.
 */
#ifndef FREEBSD_USEM_BPF_H
#define FREEBSD_USEM_BPF_H

struct fbsd_usem {
	u32 marked;
	u32 count;
	u32 flags;
};

struct fbsd_usem2 {
	u32 count; /* the mark is the highest bit */
	u32 flags;
};

/* FBSD_SYNC_STEP */
enum {
	FBSD_USEM_LOOK,
	FBSD_USEM_SLEEP,
	FBSD_USEM_COUNTED,
	FBSD_USEM_CLEAR, /* the mark changed meanwhile */
	FBSD_USEM_WOKEN,
	FBSD_USEM_OTHERS, /* counted those who sleep without a mark */
	FBSD_USEM_MARK,
	FBSD_USEM_DONE,
};

static __always_inline bool fbsd_usem_old(const struct abimux_call *call)
{
	return call->data[FBSD_SYNC_OP] == FBSD_UMTX_SEM_WAIT ||
	       call->data[FBSD_SYNC_OP] == FBSD_UMTX_SEM_WAKE;
}

/* Either of the two: where its mark is, and where its sleepers are. */
struct fbsd_usem_state {
	u64 word; /* where it is slept upon */
	u32 count; /* without the mark */
	u32 mark; /* the word with the mark, as it is */
	u32 marked; /* as it is with it set */
	u32 unmarked;
	u32 flags;
};

static __always_inline int fbsd_usem_get(const struct abimux_call *call,
					 struct fbsd_usem_state *state)
{
	u64 at = call->data[FBSD_SYNC_OBJ];
	struct fbsd_usem sem = {};

	if (fbsd_get(&sem,
		     fbsd_usem_old(call) ? sizeof(sem) :
					   sizeof(struct fbsd_usem2),
		     at))
		return -EFAULT;
	state->mark = sem.marked;
	if (fbsd_usem_old(call)) {
		state->word = at + offsetof(struct fbsd_usem, count);
		state->count = sem.count;
		state->marked = 1;
		state->unmarked = 0;
		state->flags = sem.flags;
		return 0;
	}
	state->word = at;
	state->count = sem.marked & ~FBSD_USEM_HAS_WAITERS;
	state->marked = sem.marked | FBSD_USEM_HAS_WAITERS;
	state->unmarked = state->count;
	state->flags = sem.count; /* the second word, in this one */
	return 0;
}

/* Set the mark or take it away: 0, -EAGAIN, -EFAULT */
static __always_inline int fbsd_usem_set(const struct abimux_call *call,
					 struct fbsd_usem_state *state,
					 bool set)
{
	u32 new = set ? state->marked : state->unmarked;

	if (state->mark == new)
		return 0;
	return fbsd_swap(call->data[FBSD_SYNC_OBJ], &state->mark, new);
}

__noinline int fbsd_usem_look(struct abimux_call *call __arg_trusted)
{
	struct fbsd_usem_state state;
	int err;

	if (fbsd_usem_get(call, &state))
		return abimux_done(call, -EFAULT);
	if (state.count)
		return abimux_done(call, 0);
	err = fbsd_usem_set(call, &state, true);
	if (err == -EAGAIN)
		return fbsd_sync_again(call, FBSD_USEM_LOOK);
	if (err)
		return abimux_done(call, err);
	return fbsd_sleep(call, FBSD_USEM_SLEEP, state.word,
			  fbsd_usem_old(call) ? 0 : state.marked,
			  LINUX_FUTEX_ALL);
}

/* SEM_WAIT, SEM2_WAIT */
__noinline int fbsd_usem_wait(struct abimux_call *call __arg_trusted)
{
	struct fbsd_usem_state state;
	int err;

	fbsd_sync_start(call);
	call->data[FBSD_SYNC_VAL] = call->args[4];
	err = fbsd_sync_time(call);
	if (err)
		return abimux_done(call, err);
	if (fbsd_usem_get(call, &state))
		return abimux_done(call, -EFAULT);
	fbsd_sync_share(call, state.flags);
	return fbsd_usem_look(call);
}

/* SEM_WAKE, SEM2_WAKE */
__noinline int fbsd_usem_wake(struct abimux_call *call __arg_trusted)
{
	struct fbsd_usem_state state;

	fbsd_sync_start(call);
	if (fbsd_usem_get(call, &state))
		return abimux_done(call, -EFAULT);
	fbsd_sync_share(call, state.flags);
	return fbsd_count(call, FBSD_USEM_COUNTED, state.word);
}

static __always_inline u64 fbsd_usem_word(const struct abimux_call *call)
{
	return call->data[FBSD_SYNC_OBJ] +
	       (fbsd_usem_old(call) ? offsetof(struct fbsd_usem, count) : 0);
}

static __always_inline int fbsd_usem_wake_one(struct abimux_call *call,
					      u32 step)
{
	return fbsd_wake(call, step, fbsd_usem_word(call), 1, LINUX_FUTEX_ALL);
}

/* The only sleeper is about to be woken. */
__noinline int fbsd_usem_clear(struct abimux_call *call __arg_trusted)
{
	struct fbsd_usem_state state;
	int err;

	if (fbsd_usem_get(call, &state))
		return abimux_done(call, -EFAULT);
	err = fbsd_usem_set(call, &state, false);
	if (err == -EAGAIN)
		return fbsd_sync_again(call, FBSD_USEM_CLEAR);
	if (err)
		return abimux_done(call, err);
	return fbsd_usem_wake_one(call, FBSD_USEM_WOKEN);
}

/*
 * It was not the only one: set the mark again, and make up for who counted up
 * without seeing it.
 */
__noinline int fbsd_usem_mark(struct abimux_call *call __arg_trusted)
{
	struct fbsd_usem_state state;
	int err;

	if (fbsd_usem_get(call, &state))
		return abimux_done(call, -EFAULT);
	err = fbsd_usem_set(call, &state, true);
	if (err == -EAGAIN)
		return fbsd_sync_again(call, FBSD_USEM_MARK);
	if (err)
		return abimux_done(call, err);
	/* The count of the old kind is another word: look at it once more. */
	if (fbsd_usem_old(call) && fbsd_usem_get(call, &state))
		return abimux_done(call, -EFAULT);
	if (!state.count)
		return abimux_done(call, 0);
	return fbsd_wake(call, FBSD_USEM_DONE, state.word, state.count,
			 LINUX_FUTEX_ALL);
}

static __always_inline int fbsd_usem_counted(struct abimux_call *call)
{
	if (call->ret <= 0)
		return abimux_done(call, call->ret);
	if (call->ret == 1)
		return fbsd_usem_clear(call);
	return fbsd_usem_wake_one(call, FBSD_USEM_DONE);
}

/* Say how much of a span of time is left, if there is room for it. */
static __always_inline int fbsd_usem_left(struct abimux_call *call)
{
	u64 to = call->data[FBSD_SYNC_VAL] + sizeof(struct fbsd_umtx_time);
	struct fbsd_umtx_time now = {};
	s64 end[2];

	if (call->data[FBSD_SYNC_OP] != FBSD_UMTX_SEM2_WAIT ||
	    call->data[FBSD_SYNC_MORE] < sizeof(now) + sizeof(end))
		return -EINTR;
	if (fbsd_get(end, sizeof(end), call->data[FBSD_SYNC_TIME]))
		return -EFAULT;
	fbsd_time_add(&now);
	end[0] -= now.sec;
	end[1] -= now.nsec;
	if (end[1] < 0) {
		end[0]--;
		end[1] += LINUX_NSEC_PER_SEC;
	}
	return fbsd_put(to, end, sizeof(end)) ?: -EINTR;
}

/* Only a span of time cannot be waited for again. */
static __always_inline s64 fbsd_usem_restart(struct abimux_call *call)
{
	if (call->data[FBSD_SYNC_STATE] & FBSD_SYNC_RELATIVE)
		return fbsd_usem_left(call);
	return -LINUX_ERESTARTSYS;
}

static __always_inline int fbsd_usem_slept(struct abimux_call *call)
{
	if (fbsd_interrupted(call))
		return abimux_done(call, fbsd_usem_restart(call));
	if (call->ret == -EAGAIN)
		return fbsd_usem_look(call);
	return abimux_done(call, call->ret);
}

__noinline int fbsd_usem_leave(struct abimux_call *call __arg_trusted)
{
	switch (call->data[FBSD_SYNC_STEP]) {
	case FBSD_USEM_LOOK:
		return fbsd_usem_look(call);
	case FBSD_USEM_SLEEP:
		return fbsd_usem_slept(call);
	case FBSD_USEM_COUNTED:
		return fbsd_usem_counted(call);
	case FBSD_USEM_CLEAR:
		return fbsd_usem_clear(call);
	case FBSD_USEM_WOKEN:
		return fbsd_count(call, FBSD_USEM_OTHERS, fbsd_usem_word(call));
	case FBSD_USEM_OTHERS:
		if (call->ret > 0)
			return fbsd_usem_mark(call);
		return abimux_done(call, 0);
	case FBSD_USEM_MARK:
		return fbsd_usem_mark(call);
	default:
		return abimux_done(call, 0);
	}
}

#endif /* FREEBSD_USEM_BPF_H */
