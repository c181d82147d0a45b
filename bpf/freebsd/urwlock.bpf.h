/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: struct urwlock. From sys/sys/_umtx.h, do_rw_rdlock() and its like in
 * sys/kern/kern_umtx.c.
 *
 * Readers and writers sleep on the same word, told apart by a bit of the wake-up.
 * Nobody counts them: a flag says that there may be some. A writer that slept sets
 * it again, for there may be others; who wakes a writer and finds none clears it.
 */
#ifndef FREEBSD_URWLOCK_BPF_H
#define FREEBSD_URWLOCK_BPF_H

struct fbsd_urwlock {
	u32 state;
	u32 flags;
};

/* FBSD_SYNC_STEP */
enum {
	FBSD_URWLOCK_LOOK,
	FBSD_URWLOCK_SLEEP,
	FBSD_URWLOCK_UNLOCK,
	FBSD_URWLOCK_COUNTED,
	FBSD_URWLOCK_WRITERS, /* a writer was to be woken */
	FBSD_URWLOCK_CLEAR,
	FBSD_URWLOCK_READERS, /* readers, and a writer if there were none */
	FBSD_URWLOCK_DONE,
	FBSD_URWLOCK_GIVE_UP,
};

#define FBSD_URWLOCK_READER 1
#define FBSD_URWLOCK_WRITER 2
#define FBSD_URWLOCK_WAITERS \
	(FBSD_URWLOCK_WRITE_WAITERS | FBSD_URWLOCK_READ_WAITERS)

static __always_inline bool fbsd_urwlock_writes(const struct abimux_call *call)
{
	return call->data[FBSD_SYNC_OP] == FBSD_UMTX_RW_WRLOCK;
}

/* What keeps this one from the lock. */
static __always_inline u32 fbsd_urwlock_against(const struct abimux_call *call,
						u32 flags)
{
	if (fbsd_urwlock_writes(call))
		return FBSD_URWLOCK_WRITE_OWNER | FBSD_URWLOCK_MAX_READERS;
	if ((flags | call->data[FBSD_SYNC_VAL]) & FBSD_URWLOCK_PREFER_READER)
		return FBSD_URWLOCK_WRITE_OWNER;
	return FBSD_URWLOCK_WRITE_OWNER | FBSD_URWLOCK_WRITE_WAITERS;
}

static __always_inline int fbsd_urwlock_take(struct abimux_call *call,
					     u32 state)
{
	u32 new = state + 1;
	int err;

	if (fbsd_urwlock_writes(call)) {
		new = state | FBSD_URWLOCK_WRITE_OWNER;
		if (call->data[FBSD_SYNC_STATE] & FBSD_SYNC_SLEPT)
			new |= FBSD_URWLOCK_WRITE_WAITERS;
	} else if ((state & FBSD_URWLOCK_MAX_READERS) ==
		   FBSD_URWLOCK_MAX_READERS) {
		return abimux_done(call, -EAGAIN);
	}
	err = fbsd_swap(call->data[FBSD_SYNC_OBJ], &state, new);
	if (err == -EAGAIN)
		return fbsd_sync_again(call, FBSD_URWLOCK_LOOK);
	return abimux_done(call, err);
}

/* Out of time: flags may be wrong now, so all who sleep have to look again. */
static __always_inline int fbsd_urwlock_give_up(struct abimux_call *call,
						u32 state)
{
	int err = 0;

	if (state & FBSD_URWLOCK_WAITERS)
		err = fbsd_swap(call->data[FBSD_SYNC_OBJ], &state,
				state & ~FBSD_URWLOCK_WAITERS);
	if (err == -EAGAIN)
		return fbsd_sync_again(call, FBSD_URWLOCK_LOOK);
	if (err)
		return abimux_done(call, err);
	return fbsd_wake(call, FBSD_URWLOCK_GIVE_UP, call->data[FBSD_SYNC_OBJ],
			 LINUX_INT_MAX, LINUX_FUTEX_ALL);
}

static __always_inline int fbsd_urwlock_sleep(struct abimux_call *call,
					      u32 state)
{
	bool writes = fbsd_urwlock_writes(call);
	u32 flag = writes ? FBSD_URWLOCK_WRITE_WAITERS :
			    FBSD_URWLOCK_READ_WAITERS;
	u64 at = call->data[FBSD_SYNC_OBJ];
	int err = 0;

	if (!(state & flag))
		err = fbsd_swap(at, &state, state | flag);
	if (err == -EAGAIN)
		return fbsd_sync_again(call, FBSD_URWLOCK_LOOK);
	if (err)
		return abimux_done(call, err);
	return fbsd_sleep(call, FBSD_URWLOCK_SLEEP, at, state | flag,
			  writes ? FBSD_URWLOCK_WRITER : FBSD_URWLOCK_READER);
}

__noinline int fbsd_urwlock_look(struct abimux_call *call __arg_trusted)
{
	struct fbsd_urwlock lock;

	if (fbsd_get(&lock, sizeof(lock), call->data[FBSD_SYNC_OBJ]))
		return abimux_done(call, -EFAULT);
	if (!(lock.state & fbsd_urwlock_against(call, lock.flags)))
		return fbsd_urwlock_take(call, lock.state);
	if (call->data[FBSD_SYNC_STATE] & FBSD_SYNC_ERRNO)
		return fbsd_urwlock_give_up(call, lock.state);
	return fbsd_urwlock_sleep(call, lock.state);
}

/* RW_RDLOCK, whose third argument are flags, and RW_WRLOCK */
__noinline int fbsd_urwlock_lock(struct abimux_call *call __arg_trusted)
{
	struct fbsd_urwlock lock;
	int err;

	fbsd_sync_start(call);
	err = fbsd_sync_time(call);
	if (err)
		return abimux_done(call, err);
	if (fbsd_get(&lock, sizeof(lock), call->args[0]))
		return abimux_done(call, -EFAULT);
	fbsd_sync_share(call, lock.flags);
	return fbsd_urwlock_look(call);
}

/* The state without this owner; a reader's that is not the last: nobody is woken. */
static __always_inline u32 fbsd_urwlock_without(u32 state)
{
	return state & FBSD_URWLOCK_WRITE_OWNER ?
		       state & ~FBSD_URWLOCK_WRITE_OWNER :
		       state - 1;
}

static __always_inline int fbsd_urwlock_wake(struct abimux_call *call, u32 step,
					     u32 whom)
{
	return fbsd_wake(call, step, call->data[FBSD_SYNC_OBJ],
			 whom == FBSD_URWLOCK_WRITER ? 1 : LINUX_INT_MAX, whom);
}

/* Whom to wake, by what the flags said when the lock was given back. */
static __always_inline int fbsd_urwlock_given(struct abimux_call *call,
					      u32 state, u32 flags, bool none)
{
	if (!(state & FBSD_URWLOCK_WAITERS))
		return abimux_done(call, 0);
	if (none)
		return fbsd_wake(call, FBSD_URWLOCK_DONE,
				 call->data[FBSD_SYNC_OBJ], LINUX_INT_MAX,
				 LINUX_FUTEX_ALL);
	if (!(state & FBSD_URWLOCK_WRITE_WAITERS))
		return fbsd_urwlock_wake(call, FBSD_URWLOCK_DONE,
					 FBSD_URWLOCK_READER);
	if ((flags & FBSD_URWLOCK_PREFER_READER) &&
	    (state & FBSD_URWLOCK_READ_WAITERS))
		return fbsd_urwlock_wake(call, FBSD_URWLOCK_READERS,
					 FBSD_URWLOCK_READER);
	return fbsd_urwlock_wake(call, FBSD_URWLOCK_WRITERS,
				 FBSD_URWLOCK_WRITER);
}

/*
 * Give the lock back; @sleepers is how many slept while it was still held. If there
 * were none the flags go; who came since is woken, and will set them again.
 */
static __always_inline int fbsd_urwlock_give(struct abimux_call *call,
					     s64 sleepers)
{
	u64 at = call->data[FBSD_SYNC_OBJ];
	struct fbsd_urwlock lock;
	u32 new, old;
	int err;

	if (fbsd_get(&lock, sizeof(lock), at))
		return abimux_done(call, -EFAULT);
	old = lock.state;
	new = fbsd_urwlock_without(old);
	if (!(old & (FBSD_URWLOCK_WRITE_OWNER | FBSD_URWLOCK_MAX_READERS)))
		return abimux_done(call, -EPERM);
	/* Readers are all woken, or a writer is first and their flag stays. */
	if (!sleepers || !(old & FBSD_URWLOCK_WRITE_WAITERS))
		new &= ~FBSD_URWLOCK_WAITERS;
	if (new &FBSD_URWLOCK_MAX_READERS)
		new |= old &FBSD_URWLOCK_WAITERS;
	err = fbsd_swap(at, &lock.state, new);
	if (err == -EAGAIN)
		return fbsd_sync_again(call, FBSD_URWLOCK_UNLOCK);
	if (err || (new &FBSD_URWLOCK_MAX_READERS))
		return abimux_done(call, err);
	return fbsd_urwlock_given(call, old, lock.flags, !sleepers);
}

/* While it is held, the memory is there: count who sleeps, if anybody may. */
__noinline int fbsd_urwlock_unlock(struct abimux_call *call __arg_trusted)
{
	struct fbsd_urwlock lock;

	if (fbsd_get(&lock, sizeof(lock), call->data[FBSD_SYNC_OBJ]))
		return abimux_done(call, -EFAULT);
	if (lock.state & FBSD_URWLOCK_WAITERS)
		return fbsd_count(call, FBSD_URWLOCK_COUNTED,
				  call->data[FBSD_SYNC_OBJ]);
	return fbsd_urwlock_give(call, 0);
}

/* RW_UNLOCK */
__noinline int fbsd_urwlock_start(struct abimux_call *call __arg_trusted)
{
	struct fbsd_urwlock lock;

	fbsd_sync_start(call);
	if (fbsd_get(&lock, sizeof(lock), call->args[0]))
		return abimux_done(call, -EFAULT);
	fbsd_sync_share(call, lock.flags);
	return fbsd_urwlock_unlock(call);
}

/* There was no writer: the readers, which sleep for want of one, may come. */
__noinline int fbsd_urwlock_clear(struct abimux_call *call __arg_trusted)
{
	u64 at = call->data[FBSD_SYNC_OBJ];
	int err = 0;
	u32 state;

	if (fbsd_get(&state, sizeof(state), at))
		return abimux_done(call, -EFAULT);
	if (state & FBSD_URWLOCK_WAITERS)
		err = fbsd_swap(at, &state, state & ~FBSD_URWLOCK_WAITERS);
	if (err == -EAGAIN)
		return fbsd_sync_again(call, FBSD_URWLOCK_CLEAR);
	if (err)
		return abimux_done(call, err);
	return fbsd_wake(call, FBSD_URWLOCK_DONE, at, LINUX_INT_MAX,
			 LINUX_FUTEX_ALL);
}

static __always_inline int fbsd_urwlock_woken(struct abimux_call *call)
{
	if (call->ret == -EFAULT || call->ret == -EINVAL || call->ret == -EINTR)
		return abimux_done(call, call->ret);
	if (call->ret == -ETIMEDOUT)
		call->data[FBSD_SYNC_STATE] |= ETIMEDOUT;
	if (!call->ret)
		call->data[FBSD_SYNC_STATE] |= FBSD_SYNC_SLEPT;
	return fbsd_urwlock_look(call);
}

static __always_inline int fbsd_urwlock_next(struct abimux_call *call, u32 step)
{
	if (call->ret)
		return abimux_done(call, call->ret < 0 ? call->ret : 0);
	if (step == FBSD_URWLOCK_READERS)
		return fbsd_urwlock_wake(call, FBSD_URWLOCK_WRITERS,
					 FBSD_URWLOCK_WRITER);
	return fbsd_urwlock_clear(call);
}

__noinline int fbsd_urwlock_leave(struct abimux_call *call __arg_trusted)
{
	u32 step = call->data[FBSD_SYNC_STEP];

	switch (step) {
	case FBSD_URWLOCK_LOOK:
		return fbsd_urwlock_look(call);
	case FBSD_URWLOCK_SLEEP:
		return fbsd_urwlock_woken(call);
	case FBSD_URWLOCK_UNLOCK:
		return fbsd_urwlock_unlock(call);
	case FBSD_URWLOCK_COUNTED:
		return fbsd_urwlock_give(call, call->ret);
	case FBSD_URWLOCK_WRITERS:
	case FBSD_URWLOCK_READERS:
		return fbsd_urwlock_next(call, step);
	case FBSD_URWLOCK_CLEAR:
		return fbsd_urwlock_clear(call);
	case FBSD_URWLOCK_GIVE_UP:
		return abimux_done(call, -ETIMEDOUT);
	default:
		return abimux_done(call, 0);
	}
}

#endif /* FREEBSD_URWLOCK_BPF_H */
