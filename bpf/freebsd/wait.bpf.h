/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: select, pselect, ppoll, and times of files. From sys/kern/sys_generic.c,
 * sys/sys/stat.h.
 */
#ifndef FREEBSD_WAIT_BPF_H
#define FREEBSD_WAIT_BPF_H

/* Scratch memory of these calls. */
struct fbsd_wait_scratch {
	struct fbsd_timespec times[2];
	u64 mask;
	u64 mask_at, mask_size; /* pselect6's last argument */
};

static __always_inline int fbsd_timeval_in(struct fbsd_timespec *to, u64 from)
{
	if (fbsd_get(to, sizeof(*to), from))
		return -EFAULT;
	if (to->nsec < 0 || to->nsec >= 1000000)
		return -EINVAL;
	to->nsec *= 1000;
	return 0;
}

/* (nfds, in, out, ex, timeval): Linux would write back what time is left. */
__noinline int fbsd_select(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call), timeout = call->args[4];
	struct fbsd_timespec time;
	int err;

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (timeout) {
		err = fbsd_timeval_in(&time, timeout) ?:
			      fbsd_put(scratch, &time, sizeof(time));
		if (err)
			return abimux_done(call, err);
		call->args[4] = scratch;
	}
	call->args[5] = 0;
	return FBSD_RUN;
}

static __always_inline int fbsd_wait_scratch(u64 scratch, u64 timeout, u64 mask)
{
	struct fbsd_wait_scratch wait = {};
	struct fbsd_sigset set;

	if (timeout && fbsd_get(wait.times, sizeof(wait.times[0]), timeout))
		return -EFAULT;
	if (mask) {
		if (fbsd_get(&set, sizeof(set), mask))
			return -EFAULT;
		wait.mask = fbsd_sigset_in(&set);
		wait.mask_at =
			scratch + offsetof(struct fbsd_wait_scratch, mask);
	}
	wait.mask_size = LINUX_SIGSET_SIZE;
	return fbsd_put(scratch, &wait, sizeof(wait));
}

/* (nfds, in, out, ex, timespec, set) */
__noinline int fbsd_pselect(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call), timeout = call->args[4];

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (fbsd_wait_scratch(scratch, timeout, call->args[5]))
		return abimux_done(call, -EFAULT);
	call->args[4] = timeout ? scratch : 0;
	call->args[5] = scratch + offsetof(struct fbsd_wait_scratch, mask_at);
	return FBSD_RUN;
}

/* (fds, nfds, timespec, set) */
__noinline int fbsd_ppoll(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call), timeout = call->args[2],
	    mask = call->args[3];

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (fbsd_wait_scratch(scratch, timeout, mask))
		return abimux_done(call, -EFAULT);
	fbsd_args(call, call->args[0], call->args[1], timeout ? scratch : 0,
		  mask ? scratch + offsetof(struct fbsd_wait_scratch, mask) : 0,
		  LINUX_SIGSET_SIZE, 0);
	return FBSD_RUN;
}

static __always_inline int fbsd_utime_in(struct fbsd_timespec *time)
{
	if (time->nsec == FBSD_UTIME_NOW)
		time->nsec = LINUX_UTIME_NOW;
	else if (time->nsec == FBSD_UTIME_OMIT)
		time->nsec = LINUX_UTIME_OMIT;
	else if (time->nsec < 0 || time->nsec >= 1000000000)
		return -EINVAL;
	return 0;
}

static __always_inline int fbsd_utimes_in(u64 from, u64 to)
{
	struct fbsd_timespec times[2];

	if (fbsd_get(times, sizeof(times), from))
		return -EFAULT;
	if (fbsd_utime_in(&times[0]) || fbsd_utime_in(&times[1]))
		return -EINVAL;
	return fbsd_put(to, times, sizeof(times));
}

static __always_inline int fbsd_utimens(struct abimux_call *call, s64 fd,
					u64 path, u64 times, u64 flags)
{
	u64 scratch = abimux_scratch(call);
	int err;

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	err = times ? fbsd_utimes_in(times, scratch) : 0;
	if (err)
		return abimux_done(call, err);
	fbsd_args(call, fd, path, times ? scratch : 0, flags, 0, 0);
	return FBSD_RUN;
}

/* (fd, times) */
__noinline int fbsd_futimens(struct abimux_call *call __arg_trusted)
{
	return fbsd_utimens(call, call->args[0], 0, call->args[1], 0);
}

/* (fd, path, times, flag) */
__noinline int fbsd_utimensat(struct abimux_call *call __arg_trusted)
{
	s64 flags =
		fbsd_at_flags((u32)call->args[3],
			      FBSD_AT_SYMLINK_NOFOLLOW | FBSD_AT_EMPTY_PATH);

	if (flags < 0)
		return abimux_done(call, flags);
	if (!call->args[1])
		return abimux_done(call, -EFAULT);
	return fbsd_utimens(call, call->args[0], call->args[1], call->args[2],
			    flags);
}

/* (path, timevals): of a symbolic link itself. */
__noinline int fbsd_lutimes(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call), times = call->args[1];
	struct fbsd_timespec both[2];
	int err = 0;

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (times)
		err = fbsd_timeval_in(&both[0], times) ?:
			      fbsd_timeval_in(&both[1], times + sizeof(both[0])) ?:
			      fbsd_put(scratch, both, sizeof(both));
	if (err)
		return abimux_done(call, err);
	fbsd_args(call, FBSD_AT_FDCWD, call->args[0], times ? scratch : 0,
		  LINUX_AT_SYMLINK_NOFOLLOW, 0, 0);
	return FBSD_RUN;
}

#endif /* FREEBSD_WAIT_BPF_H */
