/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: what the operations of _umtx_op have in common: words of user memory
 * that are locks, sleeping on them, and until when. From sys/kern/kern_umtx.c.
 *
 * FreeBSD holds its queue while it looks at such a word and changes it; between a
 * look and a futex call, anybody can come. So, whoever was woken behaves as if
 * others were still asleep, and who clears a mark looks for sleepers afterwards.
 */
#ifndef FREEBSD_FUTEX_BPF_H
#define FREEBSD_FUTEX_BPF_H

/* call->data of _umtx_op. */
enum {
	FBSD_SYNC_OBJ, /* address of the object */
	FBSD_SYNC_OP,
	FBSD_SYNC_STEP, /* what the native call was for, by operation */
	FBSD_SYNC_FUTEX, /* flags for the native call: private, clock */
	FBSD_SYNC_TIME, /* address of the moment when to give up, or 0 */
	FBSD_SYNC_VAL, /* third argument */
	FBSD_SYNC_MORE, /* fourth argument */
	FBSD_SYNC_STATE, /* FBSD_SYNC_SLEPT … or an errno to end with */
};

#define FBSD_SYNC_SLEPT 0x10000
#define FBSD_SYNC_RELATIVE 0x20000
#define FBSD_SYNC_ERRNO 0xffff

/* struct _umtx_time, sys/sys/_umtx.h */
struct fbsd_umtx_time {
	s64 sec;
	s64 nsec;
	u32 flags;
	u32 clock;
};

static __always_inline void fbsd_sync_start(struct abimux_call *call)
{
	call->data[FBSD_SYNC_OBJ] = call->args[0];
	call->data[FBSD_SYNC_OP] = (u32)call->args[1];
	call->data[FBSD_SYNC_VAL] = call->args[2];
	call->data[FBSD_SYNC_MORE] = call->args[3];
	call->data[FBSD_SYNC_FUTEX] = 0;
	call->data[FBSD_SYNC_TIME] = 0;
	call->data[FBSD_SYNC_STATE] = 0;
	call->native = LINUX_NR_FUTEX;
}

/* Keep the flags that an object has: whether other processes use it. */
static __always_inline void fbsd_sync_share(struct abimux_call *call, u32 flags)
{
	if (!(flags & FBSD_USYNC_PROCESS_SHARED))
		call->data[FBSD_SYNC_FUTEX] |= LINUX_FUTEX_PRIVATE;
}

/* 0, -EAGAIN if it is not @old (which gets what it is), -EFAULT */
static __always_inline int fbsd_swap(u64 addr, u32 *old, u32 new)
{
	return abimux_user_cmpxchg(addr, old, new);
}

/*
 * Somebody else changed the word just now: look again, after others ran. No loop,
 * for a program must not depend on how long others go on like that.
 */
static __always_inline int fbsd_sync_again(struct abimux_call *call, u32 step)
{
	call->data[FBSD_SYNC_STEP] = step;
	call->native = LINUX_NR_SCHED_YIELD;
	return FBSD_RUN_LEAVE;
}

static __always_inline int fbsd_sleep(struct abimux_call *call, u32 step,
				      u64 addr, u32 value, u32 bits)
{
	call->data[FBSD_SYNC_STEP] = step;
	call->native = LINUX_NR_FUTEX;
	fbsd_args(call, addr,
		  LINUX_FUTEX_WAIT_BITSET | call->data[FBSD_SYNC_FUTEX], value,
		  call->data[FBSD_SYNC_TIME], 0, bits);
	return FBSD_RUN_SLEEP;
}

static __always_inline int fbsd_wake(struct abimux_call *call, u32 step,
				     u64 addr, u32 count, u32 bits)
{
	u64 private = call->data[FBSD_SYNC_FUTEX] & LINUX_FUTEX_PRIVATE;

	call->data[FBSD_SYNC_STEP] = step;
	call->native = LINUX_NR_FUTEX;
	fbsd_args(call, addr, LINUX_FUTEX_WAKE_BITSET | private, count, 0, 0,
		  bits);
	return FBSD_RUN_LEAVE;
}

/* To send all sleepers from a word to the very same tells how many they are. */
static __always_inline int fbsd_count(struct abimux_call *call, u32 step,
				      u64 addr)
{
	u64 private = call->data[FBSD_SYNC_FUTEX] & LINUX_FUTEX_PRIVATE;

	call->data[FBSD_SYNC_STEP] = step;
	call->native = LINUX_NR_FUTEX;
	fbsd_args(call, addr, LINUX_FUTEX_REQUEUE | private, 0, LINUX_INT_MAX,
		  addr, 0);
	return FBSD_RUN_LEAVE;
}

/* How a sleep ends that a handler interrupted: most are never made again. */
static __always_inline bool fbsd_interrupted(const struct abimux_call *call)
{
	return call->ret == -EINTR;
}

/* Now, as users of a monotonic clock see it, plus a span of time. */
static __always_inline void fbsd_time_add(struct fbsd_umtx_time *time)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u64 now = bpf_ktime_get_ns();

	time->sec = time->sec < FBSD_TIME_FOREVER ? time->sec :
						    FBSD_TIME_FOREVER;
	time->sec +=
		now / LINUX_NSEC_PER_SEC +
		BPF_CORE_READ(task, nsproxy, time_ns, offsets.monotonic.tv_sec);
	time->nsec += now % LINUX_NSEC_PER_SEC +
		      BPF_CORE_READ(task, nsproxy, time_ns,
				    offsets.monotonic.tv_nsec);
	time->sec += time->nsec / LINUX_NSEC_PER_SEC;
	time->nsec %= LINUX_NSEC_PER_SEC;
}

/* Keep until when to sleep; a span of time is one of the monotonic clock. */
__noinline int fbsd_sync_until(struct abimux_call *call __arg_trusted, u64 sec,
			       u64 nsec, u32 flags, u32 clock)
{
	struct fbsd_umtx_time time = { .sec = sec, .nsec = nsec };
	u64 scratch = abimux_scratch(call);
	s32 native = fbsd_clock(clock);

	if (time.sec < 0 || nsec >= LINUX_NSEC_PER_SEC)
		return -EINVAL;
	if (native != LINUX_CLOCK_REALTIME && native != LINUX_CLOCK_MONOTONIC)
		return -EINVAL;
	if (!scratch)
		return -ENOMEM;
	if (!(flags & FBSD_UMTX_ABSTIME)) {
		call->data[FBSD_SYNC_STATE] |= FBSD_SYNC_RELATIVE;
		fbsd_time_add(&time);
	} else if (native == LINUX_CLOCK_REALTIME) {
		call->data[FBSD_SYNC_FUTEX] |= LINUX_FUTEX_CLOCK_REALTIME;
	}
	call->data[FBSD_SYNC_TIME] = scratch;
	return fbsd_put(scratch, &time, 2 * sizeof(u64));
}

/* struct _umtx_time, or a timespec alone if there is no room for more. */
static __always_inline int fbsd_umtx_time_get(struct fbsd_umtx_time *time,
					      u64 size, u64 from)
{
	time->flags = 0;
	time->clock = 0;
	return fbsd_get(
		time, size <= 2 * sizeof(u64) ? 2 * sizeof(u64) : sizeof(*time),
		from);
}

/* The time of an operation: its size is the fourth argument, the fifth is where. */
__noinline int fbsd_sync_time(struct abimux_call *call __arg_trusted)
{
	struct fbsd_umtx_time time;

	if (!call->args[4])
		return 0;
	if (fbsd_umtx_time_get(&time, call->args[3], call->args[4]))
		return -EFAULT;
	return fbsd_sync_until(call, time.sec, time.nsec, time.flags,
			       time.clock);
}

#endif /* FREEBSD_FUTEX_BPF_H */
