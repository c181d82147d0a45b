/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: filter USER. From filt_userattach() and filt_usertouch() of
 * sys/kern/kern_event.c.
 */
#ifndef FREEBSD_KQUEUE_USER_BPF_H
#define FREEBSD_KQUEUE_USER_BPF_H

static __always_inline void fbsd_user_start(struct fbsd_note *note)
{
	if (note->wants & FBSD_NOTE_TRIGGER)
		note->state |= FBSD_KN_FIRED;
}

static __always_inline void fbsd_user_touch(struct fbsd_note *note,
					    const struct fbsd_kevent *change)
{
	u32 flags = change->fflags & FBSD_NOTE_FFLAGSMASK;

	switch (change->fflags & FBSD_NOTE_FFCTRLMASK) {
	case FBSD_NOTE_FFAND:
		note->wants &= flags;
		break;
	case FBSD_NOTE_FFOR:
		note->wants |= flags;
		break;
	case FBSD_NOTE_FFCOPY:
		note->wants = flags;
		break;
	}
	note->want = change->data;
	if (change->flags & FBSD_EV_CLEAR)
		__sync_fetch_and_and(&note->state, ~FBSD_KN_FIRED);
	else if (change->fflags & FBSD_NOTE_TRIGGER)
		__sync_fetch_and_or(&note->state, FBSD_KN_FIRED);
}

static __always_inline bool fbsd_user_take(struct fbsd_note *note,
					   struct fbsd_kevent *event)
{
	if (!(note->state & FBSD_KN_FIRED))
		return false;
	/* kqueue_scan() does not ask the filter about one that goes. */
	if (!(note->flags & FBSD_EV_ONESHOT)) {
		event->fflags = note->wants;
		event->data = note->want;
	}
	if (note->flags & FBSD_EV_CLEAR)
		__sync_fetch_and_and(&note->state, ~FBSD_KN_FIRED);
	return true;
}

#endif /* FREEBSD_KQUEUE_USER_BPF_H */
