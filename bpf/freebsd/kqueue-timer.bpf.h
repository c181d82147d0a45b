/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: filter TIMER. From filt_timervalidate() and filt_timerexpire() of
 * sys/kern/kern_event.c.
 *
 * The timer only says that the note is ready; how often its time has come is
 * counted when that is asked, and only then is it started again: a program cannot
 * keep a processor busy with a short one.
 */
#ifndef FREEBSD_KQUEUE_TIMER_BPF_H
#define FREEBSD_KQUEUE_TIMER_BPF_H

static __always_inline u64 fbsd_timer_unit(u32 fflags)
{
	switch (fflags & FBSD_NOTE_TIMER_UNITS) {
	case 0:
	case FBSD_NOTE_MSECONDS:
		return 1000000;
	case FBSD_NOTE_SECONDS:
		return LINUX_NSEC_PER_SEC;
	case FBSD_NOTE_USECONDS:
		return 1000;
	case FBSD_NOTE_NSECONDS:
		return 1;
	default:
		return 0;
	}
}

/* Nanoseconds that a timer asks for, or -1 if that is not valid. */
static __always_inline s64 fbsd_timer_time(const struct fbsd_note *note)
{
	u64 unit = fbsd_timer_unit(note->wants), data = note->want;

	if (note->want < 0 || !unit ||
	    (note->wants & ~(FBSD_NOTE_TIMER_UNITS | FBSD_NOTE_ABSTIME)))
		return -1;
	if (!data && !(note->flags & FBSD_EV_ONESHOT))
		data = 1;
	return data > FBSD_NEVER / unit ? FBSD_NEVER : data * unit;
}

static int fbsd_timer_came(void *map, struct fbsd_slot_key *key,
			   struct fbsd_note *note)
{
	u64 ep = key->ep;
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);

	if (kq)
		fbsd_note_fire(kq, key->slot);
	return 0;
}

/* Start it, or start it anew; @boot: when the machine was, if that is needed. */
static __always_inline int fbsd_timer_start(struct fbsd_note *note, s64 boot)
{
	bool absolute = note->wants & FBSD_NOTE_ABSTIME;
	s64 time = fbsd_timer_time(note);
	u64 now = bpf_ktime_get_ns();

	if (time < 0)
		return -EINVAL;
	if (!absolute)
		note->flags |= FBSD_EV_CLEAR;
	note->period = absolute ? 0 : time;
	note->next = absolute		     ? time - boot :
		     time > FBSD_NEVER - now ? FBSD_NEVER :
					       now + time;
	if ((s64)note->next < 0)
		note->next = 0;
	__sync_fetch_and_and(&note->state, ~(FBSD_KN_FIRED | FBSD_KN_FAILED));
	bpf_timer_init(&note->timer, &kq_slots, LINUX_CLOCK_MONOTONIC);
	bpf_timer_set_callback(&note->timer, fbsd_timer_came);
	return bpf_timer_start(&note->timer, note->next, BPF_F_TIMER_ABS);
}

/* Adding one again starts it anew; an error is told as an event then. */
static __always_inline void fbsd_timer_touch(struct fbsd_note *note,
					     const struct fbsd_kevent *change,
					     s64 boot)
{
	int err;

	if (!(change->flags & FBSD_EV_ADD))
		return;
	note->wants = change->fflags;
	note->want = change->data;
	err = fbsd_timer_start(note, boot);
	if (!err)
		return;
	note->data = -err;
	note->flags |= FBSD_EV_ERROR;
	__sync_fetch_and_or(&note->state, FBSD_KN_FAILED);
}

static __always_inline bool fbsd_timer_take(struct fbsd_note *note,
					    struct fbsd_kevent *event)
{
	u64 now = bpf_ktime_get_ns(), next = note->next, period = note->period;

	if (note->state & FBSD_KN_FAILED) {
		event->data = note->data;
		if (note->flags & FBSD_EV_CLEAR)
			note->state &= ~FBSD_KN_FAILED;
		return true;
	}
	if (now < next)
		return false;
	event->data = period ? (now - next) / period + 1 : 1;
	if (note->flags & FBSD_EV_ONESHOT) {
		event->data = 1;
		return true;
	}
	if (!period) {
		if (note->flags & FBSD_EV_CLEAR)
			note->next = FBSD_NEVER;
		return true;
	}
	/* Another thread has counted it. */
	if (__sync_val_compare_and_swap(&note->next, next,
					next + event->data * period) != next)
		return false;
	bpf_timer_start(&note->timer, note->next, BPF_F_TIMER_ABS);
	return true;
}

#endif /* FREEBSD_KQUEUE_TIMER_BPF_H */
