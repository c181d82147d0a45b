/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: a call of kevent while it is under way, and what all filters share. From
 * sys/sys/event.h.
 */
#ifndef FREEBSD_KEVENT_CALL_BPF_H
#define FREEBSD_KEVENT_CALL_BPF_H

/* struct kevent; up to FreeBSD 11 without ext. */
struct fbsd_kevent {
	u64 ident;
	s16 filter;
	u16 flags;
	u32 fflags;
	s64 data;
	u64 udata;
	u64 ext[4];
};

/* Flags that a knote keeps and that come back with its events. */
#define FBSD_EV_KEPT                                               \
	(0xfff & ~(FBSD_EV_ADD | FBSD_EV_DELETE | FBSD_EV_ENABLE | \
		   FBSD_EV_DISABLE | FBSD_EV_FORCEONESHOT))
/* Those without which it is ready again at once. */
#define FBSD_EV_ONCE (FBSD_EV_ONESHOT | FBSD_EV_CLEAR | FBSD_EV_DISPATCH)

/* States of filters and of notes. */
#define FBSD_KN_THERE 1
#define FBSD_KN_DISABLED 2

/* Of descriptors and of notes. */
static u32 fbsd_generation;

#define FBSD_GENERATION_BITS 30
#define FBSD_DATA(kind, generation, index)                          \
	((u64)(kind) << FBSD_DATA_SHIFT | (u64)(generation) << 32 | \
	 (u32)(index))

static __always_inline u32 fbsd_new_generation(void)
{
	return __sync_fetch_and_add(&fbsd_generation, 1) &
	       ((1U << FBSD_GENERATION_BITS) - 1);
}

/* call->data of kevent. */
enum {
	FBSD_KEV_CHANGES, /* the changes that are left */
	FBSD_KEV_EVENTS, /* where the next event goes */
	FBSD_KEV_DEADLINE, /* when to wait no longer */
	FBSD_KEV_LEFT, /* changes that are left; room for events << 32 */
	FBSD_KEV_DONE, /* events given; what the native call is for << 32 */
	FBSD_KEV_EP, /* the epoll file */
	FBSD_KEV_KQ, /* its descriptor; bytes of an event << 32 */
	FBSD_KEV_BATCH, /* of the native call; see there */
};

/* What the native call is for. */
enum {
	FBSD_KEV_ADD = 1, /* an item; BATCH: changes, then events << 32 */
	FBSD_KEV_MOD,
	FBSD_KEV_DEL,
	FBSD_KEV_WAIT, /* BATCH: items to rearm, FBSD_KEV_CHANGED */
	FBSD_KEV_REARM, /* BATCH: items to rearm */
	FBSD_KEV_YIELD, /* nothing: many changes were made at once */
	FBSD_KEV_CLOCK, /* then BATCH: when the machine was started */
	FBSD_KEV_PIDFD, /* open one */
	FBSD_KEV_PIDADD, /* BATCH: the pidfd, then the slot << 32 */
	FBSD_KEV_UNDO, /* close a descriptor; BATCH: an error, or zero */
	FBSD_KEV_INOTIFY, /* make one; BATCH: the slot that needs it */
	FBSD_KEV_INOTIFY_ADD, /* BATCH: the slot, then its descriptor << 32 */
	FBSD_KEV_WATCH, /* BATCH: the slot */
	FBSD_KEV_INOTIFY_READ, /* BATCH: as of WAIT, and so for the next two */
	FBSD_KEV_INOTIFY_REMOVE,
	FBSD_KEV_INOTIFY_CLOSE,
};

/* Deadlines: there is none; the program gave what is no time. Zero: do not wait. */
#define FBSD_NEVER (~0UL >> 1)
#define FBSD_KEV_INVALID 1
/* The inotify file is ready. */
#define FBSD_KEV_CHANGED (1UL << 32)

/* What functions for a change answer: run the native call; the call is over. */
#define FBSD_KEV_RUN 1
#define FBSD_KEV_STOP 2

/* Changes that are made at once: others want to run, too. */
#define FBSD_CHANGES_MAX 256

/* Native calls of one call that found nothing, after which it gives up. */
#define FBSD_STEPS_MAX (ABIMUX_MAX_STEPS - 96)

/* Scratch memory: items that epoll found, those to rearm, a time, an item. */
#define FBSD_WAIT_MAX 64
#define FBSD_REARM_AT 1024
#define FBSD_TIME_AT 2048
#define FBSD_CTL_AT 2064

/* Say what the next native call is for. */
static __always_inline void fbsd_kevent_what(struct abimux_call *call, u32 what)
{
	call->data[FBSD_KEV_DONE] = FBSD_PAIR(what, call->data[FBSD_KEV_DONE]);
}

/* Change what epoll watches: FBSD_KEV_RUN, or an error. */
static __always_inline int fbsd_kevent_epoll(struct abimux_call *call, u32 op,
					     u64 fd, u32 events, u64 data)
{
	struct linux_epoll_event event = { .events = events, .data = data };
	u64 scratch = abimux_scratch(call);

	if (!scratch || fbsd_put(scratch + FBSD_CTL_AT, &event, sizeof(event)))
		return -ENOMEM;
	call->native = LINUX_NR_EPOLL_CTL;
	fbsd_args(call, FBSD_LOW(call->data[FBSD_KEV_KQ]), op, fd,
		  scratch + FBSD_CTL_AT, 0, 0);
	return FBSD_KEV_RUN;
}

/* Watch one more file. */
static __always_inline int fbsd_kevent_ctl(struct abimux_call *call, u32 what,
					   u64 fd, u32 events, u64 data)
{
	fbsd_kevent_what(call, what);
	return fbsd_kevent_epoll(call, LINUX_EPOLL_CTL_ADD, fd, events, data);
}

/* A change failed: close the descriptor that it was given, then tell the error. */
static __always_inline int fbsd_kevent_undo(struct abimux_call *call, u32 fd,
					    s64 err)
{
	fbsd_kevent_what(call, FBSD_KEV_UNDO);
	call->data[FBSD_KEV_BATCH] = err;
	call->native = LINUX_NR_CLOSE;
	fbsd_args(call, fd, 0, 0, 0, 0, 0);
	return FBSD_KEV_RUN;
}

/* Write one event for the program. */
static __always_inline int fbsd_kevent_give(struct abimux_call *call,
					    const struct fbsd_kevent *event)
{
	u32 size = FBSD_HIGH(call->data[FBSD_KEV_KQ]);
	u64 left = call->data[FBSD_KEV_LEFT], to = call->data[FBSD_KEV_EVENTS];

	if (size == FBSD_KEVENT_SIZE ? fbsd_put(to, event, FBSD_KEVENT_SIZE) :
				       fbsd_put(to, event, FBSD_KEVENT11_SIZE))
		return -EFAULT;
	call->data[FBSD_KEV_EVENTS] = to + size;
	call->data[FBSD_KEV_LEFT] = FBSD_PAIR(FBSD_HIGH(left) - 1, left);
	call->data[FBSD_KEV_DONE]++;
	return 0;
}

/* Read a change. Its ext come back with an error. */
static __always_inline int fbsd_kevent_get(struct abimux_call *call,
					   struct fbsd_kevent *change)
{
	u64 from = call->data[FBSD_KEV_CHANGES];
	int err = FBSD_HIGH(call->data[FBSD_KEV_KQ]) == FBSD_KEVENT_SIZE ?
			  fbsd_get(change, FBSD_KEVENT_SIZE, from) :
			  fbsd_get(change, FBSD_KEVENT11_SIZE, from);

	change->flags &= ~FBSD_EV_SYSFLAGS;
	return err ? -EFAULT : 0;
}

#endif /* FREEBSD_KEVENT_CALL_BPF_H */
