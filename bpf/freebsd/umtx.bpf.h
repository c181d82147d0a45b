/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: _umtx_op, on futexes. Constants from sys/sys/umtx.h, behaviour from
 * sys/kern/kern_umtx.c. Here are the plain words; the other objects have headers of
 * their own.
 */
#ifndef FREEBSD_UMTX_BPF_H
#define FREEBSD_UMTX_BPF_H

/* struct futex_waitv, include/uapi/linux/futex.h */
struct linux_futex_waitv {
	u64 value;
	u64 addr;
	u32 flags;
	u32 reserved;
};

/* Where the two of them are, behind the time. */
#define FBSD_UMTX_HALVES 64

/*
 * A word is shared with other processes exactly if its memory is. Then 0, else the
 * flag that says so; -EFAULT if it cannot be written to.
 */
static __always_inline s64 fbsd_umtx_private(u64 at)
{
	s64 mapping = abimux_user_mapping(at);

	if (mapping < 0 || !(mapping & LINUX_VM_WRITE))
		return -EFAULT;
	return mapping & LINUX_VM_MAYSHARE ? 0 : LINUX_FUTEX_PRIVATE;
}

/*
 * A span of time is left where it is: the native call reads it, and FUTEX_WAIT is
 * the one that takes spans. A wait without one never goes on after a handler.
 */
static __always_inline int fbsd_umtx_sleep(struct abimux_call *call,
					   u64 private)
{
	u64 at = call->args[4], size = call->args[3];
	struct fbsd_umtx_time time;

	call->data[FBSD_SYNC_FUTEX] = private;
	call->args[1] = LINUX_FUTEX_WAIT | private;
	call->args[3] = at;
	if (!at)
		return FBSD_RUN_SLEEP;
	if (fbsd_umtx_time_get(&time, size, at))
		return abimux_done(call, -EFAULT);
	if (time.flags & FBSD_UMTX_ABSTIME) {
		int err = fbsd_sync_until(call, time.sec, time.nsec, time.flags,
					  time.clock);

		if (err)
			return abimux_done(call, err);
		return fbsd_sleep(call, 0, call->args[0], call->args[2],
				  LINUX_FUTEX_ALL);
	}
	if (fbsd_clock(time.clock) != LINUX_CLOCK_REALTIME &&
	    fbsd_clock(time.clock) != LINUX_CLOCK_MONOTONIC)
		return abimux_done(call, -EINVAL);
	return FBSD_RUN_SLEEP;
}

/* WAIT_UINT, WAIT_UINT_PRIVATE: what has more than 32 bits is never there. */
static __always_inline int fbsd_umtx_wait(struct abimux_call *call, s64 private)
{
	u32 value;

	call->data[FBSD_SYNC_OP] = (u32)call->args[1];
	if (private < 0)
		return abimux_done(call, private);
	if (call->args[2] >> 32)
		return abimux_done(call, fbsd_get(&value, sizeof(value),
						  call->args[0]));
	return fbsd_umtx_sleep(call, private);
}

/*
 * Sleep until a wake-up at the first half, if both halves are what they should be:
 * the first is slept upon already when the second is looked at.
 */
static __always_inline int fbsd_umtx_sleep_long(struct abimux_call *call,
						u64 private)
{
	u64 scratch = abimux_scratch(call), value = call->args[2];
	struct linux_futex_waitv halves[2] = {
		{ (u32)value, call->args[0], LINUX_FUTEX2_U32 | private, 0 },
		{ value >> 32, call->args[0] + 4, LINUX_FUTEX2_U32 | private,
		  0 },
	};
	u64 clock = call->data[FBSD_SYNC_FUTEX] & LINUX_FUTEX_CLOCK_REALTIME ?
			    LINUX_CLOCK_REALTIME :
			    LINUX_CLOCK_MONOTONIC;

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (fbsd_put(scratch + FBSD_UMTX_HALVES, halves, sizeof(halves)))
		return abimux_done(call, -EFAULT);
	call->native = LINUX_NR_FUTEX_WAITV;
	fbsd_args(call, scratch + FBSD_UMTX_HALVES, 2, 0,
		  call->data[FBSD_SYNC_TIME], clock, 0);
	return FBSD_RUN_SLEEP;
}

/*
 * WAIT compares a long. The call that takes two halves knows no spans of time, so
 * for one of those the upper half is looked at before.
 */
__noinline int fbsd_umtx_wait_long(struct abimux_call *call __arg_trusted)
{
	s64 private = fbsd_umtx_private(call->args[0]);
	u64 value;
	int err;

	fbsd_sync_start(call);
	err = fbsd_sync_time(call);
	if (err || private < 0)
		return abimux_done(call, err ?: private);
	if (fbsd_get(&value, sizeof(value), call->args[0]))
		return abimux_done(call, -EFAULT);
	if (value != call->args[2])
		return abimux_done(call, 0);
	if (!(call->data[FBSD_SYNC_STATE] & FBSD_SYNC_RELATIVE))
		return fbsd_umtx_sleep_long(call, private);
	call->data[FBSD_SYNC_FUTEX] |= private;
	return fbsd_sleep(call, 0, call->args[0], value, LINUX_FUTEX_ALL);
}

/* WAKE, WAKE_PRIVATE: at least one, however few are asked for. */
static __always_inline int fbsd_umtx_wake(struct abimux_call *call, s64 private)
{
	call->data[FBSD_SYNC_OP] = (u32)call->args[1];
	if (private < 0)
		return abimux_done(call, private);
	call->args[1] = LINUX_FUTEX_WAKE | private;
	return FBSD_RUN_LEAVE;
}

/* NWAKE_PRIVATE: (words, op, count), one native call for each. */
__noinline int fbsd_umtx_nwake_next(struct abimux_call *call __arg_trusted)
{
	u64 next = call->data[FBSD_SYNC_VAL], word;

	if ((s32)next <= 0)
		return abimux_done(call, 0);
	if (fbsd_get(&word, sizeof(word), call->data[FBSD_SYNC_OBJ]))
		return abimux_done(call, -EFAULT);
	call->data[FBSD_SYNC_OBJ] += sizeof(word);
	call->data[FBSD_SYNC_VAL] = next - 1;
	return fbsd_wake(call, 0, word, LINUX_INT_MAX, LINUX_FUTEX_ALL);
}

static __always_inline int fbsd_umtx_nwake(struct abimux_call *call)
{
	if ((s32)call->args[2] > FBSD_UMTX_NWAKE_MAX)
		return abimux_done(call, -ENOMEM);
	fbsd_sync_start(call);
	call->data[FBSD_SYNC_FUTEX] = LINUX_FUTEX_PRIVATE;
	return fbsd_umtx_nwake_next(call);
}

/* SHM: (-, op, how, address): there is no memory that belongs to an address. */
static __always_inline int fbsd_umtx_shm(struct abimux_call *call)
{
	switch ((u32)call->args[2] & FBSD_UMTX_SHM_ALL) {
	case FBSD_UMTX_SHM_CREAT:
	case FBSD_UMTX_SHM_LOOKUP:
	case FBSD_UMTX_SHM_DESTROY:
	case FBSD_UMTX_SHM_ALIVE:
		return abimux_done(call, -EOPNOTSUPP);
	default:
		return abimux_done(call, -EINVAL);
	}
}

/* ROBUST_LISTS: the kernel does not look for them when a thread ends. */
static __always_inline int fbsd_umtx_robust(struct abimux_call *call)
{
	return abimux_done(call, call->args[2] > 3 * sizeof(u64) ? -EINVAL :
								   -EOPNOTSUPP);
}

/* (obj, op, val, uaddr1, uaddr2): uaddr1 is the size of what uaddr2 points to. */
__noinline int fbsd_umtx_op(struct abimux_call *call __arg_trusted)
{
	switch ((u32)call->args[1]) {
	case FBSD_UMTX_WAIT:
		return fbsd_umtx_wait_long(call);
	case FBSD_UMTX_WAKE:
		return fbsd_umtx_wake(call, fbsd_umtx_private(call->args[0]));
	case FBSD_UMTX_WAIT_UINT:
		return fbsd_umtx_wait(call, fbsd_umtx_private(call->args[0]));
	case FBSD_UMTX_WAIT_UINT_PRIVATE:
		return fbsd_umtx_wait(call, LINUX_FUTEX_PRIVATE);
	case FBSD_UMTX_WAKE_PRIVATE:
		return fbsd_umtx_wake(call, LINUX_FUTEX_PRIVATE);
	case FBSD_UMTX_NWAKE_PRIVATE:
		return fbsd_umtx_nwake(call);
	case FBSD_UMTX_MUTEX_TRYLOCK:
	case FBSD_UMTX_MUTEX_LOCK:
	case FBSD_UMTX_MUTEX_WAIT:
		return fbsd_umutex_lock(call);
	case FBSD_UMTX_MUTEX_UNLOCK:
		return fbsd_umutex_unlock(call);
	case FBSD_UMTX_MUTEX_WAKE:
		return fbsd_umutex_wake1(call);
	case FBSD_UMTX_MUTEX_WAKE2:
		return fbsd_umutex_wake2(call);
	case FBSD_UMTX_SET_CEILING:
		return fbsd_umutex_ceiling(call);
	case FBSD_UMTX_CV_WAIT:
		return fbsd_ucond_wait(call);
	case FBSD_UMTX_CV_SIGNAL:
	case FBSD_UMTX_CV_BROADCAST:
		return fbsd_ucond_signal(call);
	case FBSD_UMTX_RW_RDLOCK:
	case FBSD_UMTX_RW_WRLOCK:
		return fbsd_urwlock_lock(call);
	case FBSD_UMTX_RW_UNLOCK:
		return fbsd_urwlock_start(call);
	case FBSD_UMTX_SEM_WAIT:
	case FBSD_UMTX_SEM2_WAIT:
		return fbsd_usem_wait(call);
	case FBSD_UMTX_SEM_WAKE:
	case FBSD_UMTX_SEM2_WAKE:
		return fbsd_usem_wake(call);
	case FBSD_UMTX_SHM:
		return fbsd_umtx_shm(call);
	case FBSD_UMTX_ROBUST_LISTS:
		return fbsd_umtx_robust(call);
	default:
		return abimux_done(call, (u32)call->args[1] > FBSD_UMTX_OP_MAX ?
						 -EINVAL :
						 -EOPNOTSUPP);
	}
}

/* No count of the woken, and no error if the value had changed already. */
static __always_inline int fbsd_umtx_word_leave(struct abimux_call *call)
{
	s64 ret = call->ret;

	return abimux_done(call, ret > 0 || ret == -EAGAIN ? 0 : ret);
}

__noinline int fbsd_umtx_op_leave(struct abimux_call *call __arg_trusted)
{
	switch (call->data[FBSD_SYNC_OP]) {
	case FBSD_UMTX_NWAKE_PRIVATE:
		return fbsd_umtx_nwake_next(call);
	case FBSD_UMTX_MUTEX_TRYLOCK:
	case FBSD_UMTX_MUTEX_LOCK:
	case FBSD_UMTX_MUTEX_WAIT:
	case FBSD_UMTX_MUTEX_UNLOCK:
	case FBSD_UMTX_MUTEX_WAKE:
	case FBSD_UMTX_MUTEX_WAKE2:
		return fbsd_umutex_leave(call);
	case FBSD_UMTX_CV_WAIT:
	case FBSD_UMTX_CV_SIGNAL:
	case FBSD_UMTX_CV_BROADCAST:
		return fbsd_ucond_leave(call);
	case FBSD_UMTX_RW_RDLOCK:
	case FBSD_UMTX_RW_WRLOCK:
	case FBSD_UMTX_RW_UNLOCK:
		return fbsd_urwlock_leave(call);
	case FBSD_UMTX_SEM_WAIT:
	case FBSD_UMTX_SEM_WAKE:
	case FBSD_UMTX_SEM2_WAIT:
	case FBSD_UMTX_SEM2_WAKE:
		return fbsd_usem_leave(call);
	default:
		return fbsd_umtx_word_leave(call);
	}
}

#endif /* FREEBSD_UMTX_BPF_H */
