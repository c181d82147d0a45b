/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: notes that are ready, and changes to those that there are. From
 * kqueue_register() and kqueue_scan() of sys/kern/kern_event.c.
 */
#ifndef FREEBSD_KQUEUE_HARVEST_BPF_H
#define FREEBSD_KQUEUE_HARVEST_BPF_H

/* Whether a note is ready; if so the event gets what it tells, and that is reset. */
static __always_inline bool fbsd_note_take(struct fbsd_note *note,
					   struct fbsd_kevent *event)
{
	switch (note->filter) {
	case FBSD_EVFILT_USER:
		return fbsd_user_take(note, event);
	case FBSD_EVFILT_TIMER:
		return fbsd_timer_take(note, event);
	case FBSD_EVFILT_SIGNAL:
		return fbsd_signal_take(note, event);
	case FBSD_EVFILT_PROC:
		return fbsd_process_take(note, event);
	default:
		return fbsd_vnode_take(note, event);
	}
}

/* What was done about a slot whose bit was set. */
#define FBSD_SLOT_AGAIN 1

/* Whether a note that was told may be ready still. */
static __always_inline int fbsd_note_again(const struct fbsd_note *note)
{
	if (note->filter == FBSD_EVFILT_PROC)
		return note->fflags ? FBSD_SLOT_AGAIN : 0;
	return note->flags & FBSD_EV_ONCE ? 0 : FBSD_SLOT_AGAIN;
}

/* Give an event if a note is ready: FBSD_SLOT_AGAIN if it may be so still. */
__noinline int fbsd_note_report(struct abimux_call *call __arg_trusted,
				u32 slot)
{
	u64 ep = call->data[FBSD_KEV_EP];
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	struct fbsd_note *note = fbsd_slot(ep, slot);
	struct fbsd_kevent event = {};
	bool ready;
	int again;

	if (!kq || !note || (note->state & FBSD_KN_DISABLED))
		return 0;
	event.ident = note->ident;
	event.filter = note->filter;
	event.flags = note->flags;
	event.udata = note->udata;
	ready = fbsd_note_take(note, &event);
	/* Of a process that ended there may be nothing to tell. */
	if (!ready && !(note->state & FBSD_KN_FORCED)) {
		if (note->state & FBSD_KN_GONE)
			fbsd_note_delete(call, ep, slot);
		return 0;
	}
	again = fbsd_note_again(note);
	if (note->flags & FBSD_EV_DISPATCH)
		__sync_fetch_and_or(&note->state, FBSD_KN_DISABLED);
	if (!again && (note->flags & FBSD_EV_ONESHOT) &&
	    fbsd_note_delete(call, ep, slot))
		return 0;
	return fbsd_kevent_give(call, &event) ? -EFAULT : again;
}

/* Look at the slots of one word; the bits of those that may be ready still. */
static __always_inline s64 fbsd_harvest_word(struct abimux_call *call, u32 word,
					     u64 bits, u64 *again)
{
	int i, done;
	u64 bit;

	bpf_for(i, 0, 64) {
		if (!bits)
			break;
		bit = bits & -bits;
		bits &= ~bit;
		done = FBSD_SLOT_AGAIN;
		if (FBSD_HIGH(call->data[FBSD_KEV_LEFT]))
			done = fbsd_note_report(
				call, word * 64 + __builtin_ctzll(bit));
		if (done < 0)
			return done;
		if (done)
			*again |= bit;
	}
	return 0;
}

/* Make events of the notes that are ready. */
__noinline int fbsd_harvest(struct abimux_call *call __arg_trusted)
{
	u64 ep = call->data[FBSD_KEV_EP], words, again, any = 0;
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	int i, err = 0;
	u32 word;

	if (!kq || !kq->summary)
		return 0;
	words = __sync_lock_test_and_set(&kq->summary, 0);
	bpf_for(i, 0, FBSD_NOTE_WORDS) {
		if (!words || err)
			break;
		word = __builtin_ctzll(words);
		words &= words - 1;
		again = 0;
		err = fbsd_harvest_word(
			call, word,
			__sync_lock_test_and_set(fbsd_word(kq->ready, word), 0),
			&again);
		if (!again)
			continue;
		__sync_fetch_and_or(fbsd_word(kq->ready, word), again);
		any |= 1UL << word;
	}
	if (any | words) {
		__sync_fetch_and_or(&kq->summary, any | words);
		abimux_file_signal(kq->event);
	}
	return err;
}

static __always_inline void fbsd_note_modify(struct fbsd_note *note,
					     const struct fbsd_kevent *change)
{
	if (change->flags & FBSD_EV_ENABLE)
		__sync_fetch_and_and(&note->state, ~FBSD_KN_DISABLED);
	else if (change->flags & FBSD_EV_DISABLE)
		__sync_fetch_and_or(&note->state, FBSD_KN_DISABLED);
	if (change->flags & FBSD_EV_FORCEONESHOT) {
		note->flags |= FBSD_EV_ONESHOT;
		__sync_fetch_and_or(&note->state, FBSD_KN_FORCED);
	}
	if (!(change->flags & FBSD_EV_KEEPUDATA))
		note->udata = change->udata;
}

/* Make a change to a note that there is. */
__noinline int fbsd_note_change(struct abimux_call *call __arg_trusted,
				u32 slot,
				const struct fbsd_kevent *change __arg_nonnull)
{
	u64 ep = call->data[FBSD_KEV_EP];
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	struct fbsd_note *note = fbsd_slot(ep, slot);

	if (!kq || !note)
		return -ENOENT;
	if (change->flags & FBSD_EV_DELETE)
		return fbsd_note_delete(call, ep, slot);
	fbsd_note_modify(note, change);
	if (note->filter == FBSD_EVFILT_USER)
		fbsd_user_touch(note, change);
	else if (note->filter == FBSD_EVFILT_TIMER)
		fbsd_timer_touch(note, change, call->data[FBSD_KEV_BATCH]);
	else
		note->wants = change->fflags, note->want = change->data;
	if (note->state & FBSD_KN_DISABLED)
		return 0;
	if (note->filter != FBSD_EVFILT_USER ||
	    (note->state & (FBSD_KN_FIRED | FBSD_KN_FORCED)))
		fbsd_note_fire(kq, slot);
	return 0;
}

#endif /* FREEBSD_KQUEUE_HARVEST_BPF_H */
