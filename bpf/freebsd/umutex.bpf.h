/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: struct umutex. From sys/sys/_umtx.h, do_lock_normal() and its like in
 * sys/kern/kern_umtx.c.
 *
 * The word of a mutex is the number of the thread that has it, and a bit that says
 * that others wait, as in a futex with priority inheritance: that one is the same.
 */
#ifndef FREEBSD_UMUTEX_BPF_H
#define FREEBSD_UMUTEX_BPF_H

struct fbsd_umutex {
	u32 owner;
	u32 flags;
	u32 ceilings[2];
	u64 link;
	u32 spare[2];
};

_Static_assert(sizeof(struct fbsd_umutex) == 32, "umutex");

/* FBSD_SYNC_STEP */
enum {
	FBSD_UMUTEX_LOOK,
	FBSD_UMUTEX_SLEEP,
	FBSD_UMUTEX_DONE, /* the result of the native call is the result */
	FBSD_UMUTEX_WOKE, /* and here it is zero */
};

static __always_inline bool fbsd_umutex_free(u32 owner)
{
	return !owner || owner == FBSD_UMUTEX_CONTESTED ||
	       owner == FBSD_UMUTEX_OWNERDEAD || owner == FBSD_UMUTEX_NOTRECOV;
}

/* Whoever slept says that others may sleep, too: it cannot know better. */
static __always_inline u32 fbsd_umutex_mark(const struct abimux_call *call,
					    u32 owner)
{
	if (call->data[FBSD_SYNC_STATE] & FBSD_SYNC_SLEPT)
		return FBSD_UMUTEX_CONTESTED;
	return owner & FBSD_UMUTEX_CONTESTED;
}

/* The mutex is free: take it, or for MUTEX_WAIT leave it to the program. */
static __always_inline int fbsd_umutex_take(struct abimux_call *call, u32 owner)
{
	u32 mark = fbsd_umutex_mark(call, owner), new = fbsd_tid() | mark;
	int err;

	if (call->data[FBSD_SYNC_OP] == FBSD_UMTX_MUTEX_WAIT) {
		if (owner || !mark)
			return abimux_done(call, 0);
		new = mark;
	} else if (owner == FBSD_UMUTEX_NOTRECOV) {
		return abimux_done(call, -ENOTRECOVERABLE);
	}
	err = fbsd_swap(call->data[FBSD_SYNC_OBJ], &owner, new);
	if (err == -EAGAIN)
		return fbsd_sync_again(call, FBSD_UMUTEX_LOOK);
	if (!err && owner == FBSD_UMUTEX_OWNERDEAD)
		err = -EOWNERDEAD;
	return abimux_done(call, err);
}

/* Take the mutex if it is free; sleep if it is not. */
__noinline int fbsd_umutex_look(struct abimux_call *call __arg_trusted)
{
	u64 at = call->data[FBSD_SYNC_OBJ], state = call->data[FBSD_SYNC_STATE];
	u32 owner;
	int err = 0;

	if (fbsd_get(&owner, sizeof(owner), at))
		return abimux_done(call, -EFAULT);
	if (fbsd_umutex_free(owner))
		return fbsd_umutex_take(call, owner);
	if (call->data[FBSD_SYNC_OP] == FBSD_UMTX_MUTEX_TRYLOCK)
		return abimux_done(call, -EBUSY);
	if (state & FBSD_SYNC_ERRNO)
		return abimux_done(call, -(s64)(state & FBSD_SYNC_ERRNO));
	if (!(owner & FBSD_UMUTEX_CONTESTED))
		err = fbsd_swap(at, &owner, owner | FBSD_UMUTEX_CONTESTED);
	if (err == -EAGAIN)
		return fbsd_sync_again(call, FBSD_UMUTEX_LOOK);
	if (err)
		return abimux_done(call, err);
	return fbsd_sleep(call, FBSD_UMUTEX_SLEEP, at,
			  owner | FBSD_UMUTEX_CONTESTED, LINUX_FUTEX_ALL);
}

/* MUTEX_WAIT of a mutex with priority inheritance is as good as to try. */
static __always_inline int fbsd_umutex_lock_pi(struct abimux_call *call)
{
	u64 flags = call->data[FBSD_SYNC_FUTEX];
	u64 op = LINUX_FUTEX_LOCK_PI2;

	if (call->data[FBSD_SYNC_OP] != FBSD_UMTX_MUTEX_LOCK) {
		op = LINUX_FUTEX_TRYLOCK_PI;
		flags &= LINUX_FUTEX_PRIVATE;
	}
	call->data[FBSD_SYNC_STEP] = FBSD_UMUTEX_DONE;
	fbsd_args(call, call->data[FBSD_SYNC_OBJ], op | flags, 0,
		  call->data[FBSD_SYNC_TIME], 0, 0);
	return FBSD_RUN_SLEEP;
}

/*
 * Nothing here can raise a thread to a ceiling, nor say that an owner died: such
 * mutexes are refused, with what FreeBSD says for operations that it has not.
 */
static __always_inline int fbsd_umutex_check(u32 flags)
{
	const u32 both = FBSD_UMUTEX_PRIO_INHERIT | FBSD_UMUTEX_PRIO_PROTECT;

	if ((flags & both) == both)
		return -EINVAL;
	if (flags & (FBSD_UMUTEX_PRIO_PROTECT | FBSD_UMUTEX_ROBUST))
		return -EOPNOTSUPP;
	return 0;
}

/* The flags of a mutex, which say how to sleep, too; or a negative errno. */
static __always_inline s64 fbsd_umutex_flags(struct abimux_call *call, u64 at)
{
	struct fbsd_umutex mutex;
	int err;

	if (fbsd_get(&mutex, offsetof(struct fbsd_umutex, ceilings), at))
		return -EFAULT;
	err = fbsd_umutex_check(mutex.flags);
	return err ?: (s64)mutex.flags;
}

/* MUTEX_TRYLOCK, MUTEX_LOCK, MUTEX_WAIT */
__noinline int fbsd_umutex_lock(struct abimux_call *call __arg_trusted)
{
	s64 flags;
	int err;

	fbsd_sync_start(call);
	err = call->data[FBSD_SYNC_OP] == FBSD_UMTX_MUTEX_TRYLOCK ?
		      0 :
		      fbsd_sync_time(call);
	if (err)
		return abimux_done(call, err);
	flags = fbsd_umutex_flags(call, call->args[0]);
	if (flags < 0)
		return abimux_done(call, flags);
	fbsd_sync_share(call, flags);
	if (flags & FBSD_UMUTEX_PRIO_INHERIT)
		return fbsd_umutex_lock_pi(call);
	return fbsd_umutex_look(call);
}

/*
 * Give the mutex back: its old word, or a negative errno. While this thread has it,
 * all that can change is that others wait.
 */
static __always_inline s64 fbsd_umutex_release(u64 at)
{
	u32 owner, id = fbsd_tid();
	int err;

	if (fbsd_get(&owner, sizeof(owner), at))
		return -EFAULT;
	if ((owner & ~FBSD_UMUTEX_CONTESTED) != id)
		return -EPERM;
	err = fbsd_swap(at, &owner, 0);
	if (err == -EAGAIN && (owner & ~FBSD_UMUTEX_CONTESTED) == id)
		err = fbsd_swap(at, &owner, 0);
	if (err)
		return err == -EAGAIN ? -EINVAL : err;
	return owner;
}

static __always_inline int fbsd_umutex_wake(struct abimux_call *call)
{
	return fbsd_wake(call, FBSD_UMUTEX_WOKE, call->data[FBSD_SYNC_OBJ], 1,
			 LINUX_FUTEX_ALL);
}

/* MUTEX_UNLOCK */
__noinline int fbsd_umutex_unlock(struct abimux_call *call __arg_trusted)
{
	s64 flags, owner;

	fbsd_sync_start(call);
	flags = fbsd_umutex_flags(call, call->args[0]);
	if (flags < 0)
		return abimux_done(call, flags);
	fbsd_sync_share(call, flags);
	if (flags & FBSD_UMUTEX_PRIO_INHERIT) {
		call->data[FBSD_SYNC_STEP] = FBSD_UMUTEX_DONE;
		call->args[1] = LINUX_FUTEX_UNLOCK_PI |
				call->data[FBSD_SYNC_FUTEX];
		return FBSD_RUN_LEAVE;
	}
	owner = fbsd_umutex_release(call->args[0]);
	if (owner < 0 || !(owner & FBSD_UMUTEX_CONTESTED))
		return abimux_done(call, owner < 0 ? owner : 0);
	return fbsd_umutex_wake(call);
}

/* MUTEX_WAKE: the program gave it back as contested; now it is free. */
__noinline int fbsd_umutex_wake1(struct abimux_call *call __arg_trusted)
{
	struct fbsd_umutex mutex;
	int err = 0;

	fbsd_sync_start(call);
	if (fbsd_get(&mutex, sizeof(mutex), call->args[0]))
		return abimux_done(call, -EFAULT);
	if (!fbsd_umutex_free(mutex.owner))
		return abimux_done(call, 0);
	fbsd_sync_share(call, mutex.flags);
	if (mutex.owner == FBSD_UMUTEX_CONTESTED)
		err = fbsd_swap(call->args[0], &mutex.owner, 0);
	if (err && err != -EAGAIN)
		return abimux_done(call, err);
	return fbsd_umutex_wake(call);
}

/*
 * MUTEX_WAKE2: the program gave it back as free, the third argument are its flags.
 * Who is woken marks it for the others, whoever may have it then. With priority
 * inheritance the mark is never wrong.
 */
__noinline int fbsd_umutex_wake2(struct abimux_call *call __arg_trusted)
{
	u32 flags = call->args[2];
	int err = fbsd_umutex_check(flags);

	fbsd_sync_start(call);
	if (err || (flags & FBSD_UMUTEX_PRIO_INHERIT))
		return abimux_done(call, err);
	fbsd_sync_share(call, flags);
	return fbsd_umutex_wake(call);
}

/* SET_CEILING: EINVAL for a mutex that has none. */
__noinline int fbsd_umutex_ceiling(struct abimux_call *call __arg_trusted)
{
	struct fbsd_umutex mutex;

	if (fbsd_get(&mutex, sizeof(mutex), call->args[0]))
		return abimux_done(call, -EFAULT);
	if (!(mutex.flags & FBSD_UMUTEX_PRIO_PROTECT) ||
	    (u32)call->args[2] > FBSD_RTP_PRIO_MAX)
		return abimux_done(call, -EINVAL);
	return abimux_done(call, -EOPNOTSUPP);
}

/*
 * An untimed MUTEX_LOCK goes on after any handler, MUTEX_WAIT as SA_RESTART says; a
 * timed one ends.
 */
static __always_inline s64 fbsd_umutex_restart(const struct abimux_call *call)
{
	if (call->data[FBSD_SYNC_TIME])
		return -EINTR;
	return call->data[FBSD_SYNC_OP] == FBSD_UMTX_MUTEX_WAIT ?
		       -LINUX_ERESTARTSYS :
		       -LINUX_ERESTARTNOINTR;
}

static __always_inline int fbsd_umutex_woken(struct abimux_call *call)
{
	switch (call->ret) {
	case 0:
		call->data[FBSD_SYNC_STATE] |= FBSD_SYNC_SLEPT;
		break;
	case -EAGAIN:
		break;
	case -ETIMEDOUT:
		call->data[FBSD_SYNC_STATE] |= ETIMEDOUT;
		break;
	default:
		return abimux_done(call, call->ret);
	}
	return fbsd_umutex_look(call);
}

__noinline int fbsd_umutex_leave(struct abimux_call *call __arg_trusted)
{
	if (fbsd_interrupted(call))
		return abimux_done(call, fbsd_umutex_restart(call));
	switch (call->data[FBSD_SYNC_STEP]) {
	case FBSD_UMUTEX_LOOK:
		return fbsd_umutex_look(call);
	case FBSD_UMUTEX_SLEEP:
		return fbsd_umutex_woken(call);
	case FBSD_UMUTEX_WOKE:
		return abimux_done(call, 0);
	default:
		/* What a native mutex says when it is not free. */
		return abimux_done(call,
				   call->ret == -EAGAIN ? -EBUSY : call->ret);
	}
}

#endif /* FREEBSD_UMUTEX_BPF_H */
