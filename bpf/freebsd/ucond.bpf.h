/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: struct ucond. From sys/sys/_umtx.h, do_cv_wait() and its like in
 * sys/kern/kern_umtx.c.
 *
 * Waiters give the mutex back and sleep later, so each signal changes a word, which
 * is c_spare: who is not asleep yet does not go to sleep then. The program looks at
 * c_has_waiters only for zero; it says at which value of that word somebody came
 * last, so that only who saw the last one come can say that all are gone.
 */
#ifndef FREEBSD_UCOND_BPF_H
#define FREEBSD_UCOND_BPF_H

struct fbsd_ucond {
	u32 waiters;
	u32 flags;
	u32 clock;
	u32 serial;
};

_Static_assert(sizeof(struct fbsd_ucond) == 16, "ucond");

/* FBSD_SYNC_STEP */
enum {
	FBSD_UCOND_MARK, /* c_has_waiters changed meanwhile */
	FBSD_UCOND_SLEEP, /* the mutex is given back */
	FBSD_UCOND_WOKEN,
	FBSD_UCOND_TURN, /* c_spare changed meanwhile */
	FBSD_UCOND_COUNTED,
	FBSD_UCOND_DONE,
};

static __always_inline u64 fbsd_ucond_word(const struct abimux_call *call)
{
	return call->data[FBSD_SYNC_OBJ] + offsetof(struct fbsd_ucond, serial);
}

static __always_inline int fbsd_ucond_sleep(struct abimux_call *call)
{
	return fbsd_sleep(call, FBSD_UCOND_WOKEN, fbsd_ucond_word(call),
			  call->data[FBSD_SYNC_VAL], LINUX_FUTEX_ALL);
}

/* Give the mutex back, wake who waits for it, and sleep. */
static __always_inline int fbsd_ucond_unlock(struct abimux_call *call)
{
	u64 mutex = call->data[FBSD_SYNC_MORE], scope = 0;
	s64 flags = fbsd_umutex_flags(call, mutex), owner;

	if (flags < 0)
		return abimux_done(call, flags);
	if (!(flags & FBSD_USYNC_PROCESS_SHARED))
		scope = LINUX_FUTEX_PRIVATE;
	call->data[FBSD_SYNC_STEP] = FBSD_UCOND_SLEEP;
	call->native = LINUX_NR_FUTEX;
	if (flags & FBSD_UMUTEX_PRIO_INHERIT) {
		fbsd_args(call, mutex, LINUX_FUTEX_UNLOCK_PI | scope, 0, 0, 0,
			  0);
		return FBSD_RUN_LEAVE;
	}
	owner = fbsd_umutex_release(mutex);
	if (owner < 0)
		return abimux_done(call, owner);
	if (!(owner & FBSD_UMUTEX_CONTESTED))
		return fbsd_ucond_sleep(call);
	fbsd_args(call, mutex, LINUX_FUTEX_WAKE | scope, 1, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* Say that somebody waits, unless who came later said so already. */
__noinline int fbsd_ucond_mark(struct abimux_call *call __arg_trusted)
{
	u64 at = call->data[FBSD_SYNC_OBJ];
	struct fbsd_ucond cond;
	int err = 0;
	u32 mark;

	if (fbsd_get(&cond, sizeof(cond), at))
		return abimux_done(call, -EFAULT);
	call->data[FBSD_SYNC_VAL] = cond.serial;
	mark = cond.serial << 1 | 1;
	if (!cond.waiters || (s32)(mark - cond.waiters) > 0)
		err = fbsd_swap(at, &cond.waiters, mark);
	if (err == -EAGAIN)
		return fbsd_sync_again(call, FBSD_UCOND_MARK);
	if (err)
		return abimux_done(call, err);
	return fbsd_ucond_unlock(call);
}

/* Until when: the clock may be one that the object names. */
static __always_inline int fbsd_ucond_time(struct abimux_call *call,
					   const struct fbsd_ucond *cond)
{
	u64 how = call->args[2], time[2];
	u32 clock = 0;

	if (how & FBSD_CVWAIT_CLOCKID) {
		clock = cond->clock;
		if (clock >= FBSD_CLOCK_THREAD_CPUTIME_ID)
			return -EINVAL;
	}
	if (!call->args[4])
		return 0;
	if (fbsd_get(time, sizeof(time), call->args[4]))
		return -EFAULT;
	return fbsd_sync_until(
		call, time[0], time[1],
		how & FBSD_CVWAIT_ABSTIME ? FBSD_UMTX_ABSTIME : 0, clock);
}

/* CV_WAIT: (cond, op, how, mutex, timespec) */
__noinline int fbsd_ucond_wait(struct abimux_call *call __arg_trusted)
{
	struct fbsd_ucond cond;
	int err;

	fbsd_sync_start(call);
	if (fbsd_get(&cond, sizeof(cond), call->args[0]))
		return abimux_done(call, -EFAULT);
	err = fbsd_ucond_time(call, &cond);
	if (err)
		return abimux_done(call, err);
	fbsd_sync_share(call, cond.flags);
	return fbsd_ucond_mark(call);
}

static __always_inline bool fbsd_ucond_all(const struct abimux_call *call)
{
	return call->data[FBSD_SYNC_OP] == FBSD_UMTX_CV_BROADCAST;
}

/* None sleeps, or all that do are about to be woken. */
static __always_inline int fbsd_ucond_clear(struct abimux_call *call)
{
	u32 waiters = call->data[FBSD_SYNC_MORE];
	int err;

	if (!waiters)
		return 0;
	err = fbsd_swap(call->data[FBSD_SYNC_OBJ], &waiters, 0);
	return err == -EAGAIN ? 0 : err;
}

static __always_inline int fbsd_ucond_wake(struct abimux_call *call)
{
	return fbsd_wake(call, FBSD_UCOND_DONE, fbsd_ucond_word(call),
			 fbsd_ucond_all(call) ? LINUX_INT_MAX : 1,
			 LINUX_FUTEX_ALL);
}

/* From here on nobody goes to sleep who waited before. Then, who sleeps? */
__noinline int fbsd_ucond_turn(struct abimux_call *call __arg_trusted)
{
	u64 at = call->data[FBSD_SYNC_OBJ];
	struct fbsd_ucond cond;
	int err;

	if (fbsd_get(&cond, sizeof(cond), at))
		return abimux_done(call, -EFAULT);
	call->data[FBSD_SYNC_MORE] = cond.waiters;
	err = fbsd_swap(fbsd_ucond_word(call), &cond.serial, cond.serial + 1);
	if (err == -EAGAIN)
		return fbsd_sync_again(call, FBSD_UCOND_TURN);
	if (!err && fbsd_ucond_all(call))
		err = fbsd_ucond_clear(call);
	if (err)
		return abimux_done(call, err);
	if (fbsd_ucond_all(call))
		return fbsd_ucond_wake(call);
	return fbsd_count(call, FBSD_UCOND_COUNTED, fbsd_ucond_word(call));
}

/* CV_SIGNAL, CV_BROADCAST */
__noinline int fbsd_ucond_signal(struct abimux_call *call __arg_trusted)
{
	struct fbsd_ucond cond;

	fbsd_sync_start(call);
	if (fbsd_get(&cond, sizeof(cond), call->args[0]))
		return abimux_done(call, -EFAULT);
	fbsd_sync_share(call, cond.flags);
	return fbsd_ucond_turn(call);
}

/* To signal leaves one fewer asleep, to give up leaves those that there are. */
static __always_inline int fbsd_ucond_counted(struct abimux_call *call)
{
	bool signal = call->data[FBSD_SYNC_OP] == FBSD_UMTX_CV_SIGNAL;
	int err = 0;

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (call->ret <= signal)
		err = fbsd_ucond_clear(call);
	if (err || !signal)
		return abimux_done(call, err ?: -ETIMEDOUT);
	return call->ret ? fbsd_ucond_wake(call) : abimux_done(call, 0);
}

static __always_inline int fbsd_ucond_woken(struct abimux_call *call)
{
	if (call->ret == -ETIMEDOUT)
		return fbsd_ucond_turn(call);
	return abimux_done(call, call->ret == -EAGAIN ? 0 : call->ret);
}

__noinline int fbsd_ucond_leave(struct abimux_call *call __arg_trusted)
{
	switch (call->data[FBSD_SYNC_STEP]) {
	case FBSD_UCOND_MARK:
		return fbsd_ucond_mark(call);
	case FBSD_UCOND_SLEEP:
		if (call->ret < 0)
			return abimux_done(call, call->ret);
		return fbsd_ucond_sleep(call);
	case FBSD_UCOND_WOKEN:
		return fbsd_ucond_woken(call);
	case FBSD_UCOND_TURN:
		return fbsd_ucond_turn(call);
	case FBSD_UCOND_COUNTED:
		return fbsd_ucond_counted(call);
	default:
		return abimux_done(call, call->ret < 0 ? call->ret : 0);
	}
}

#endif /* FREEBSD_UCOND_BPF_H */
