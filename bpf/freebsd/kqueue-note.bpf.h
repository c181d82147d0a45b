/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: filters that epoll knows nothing of. From kqueue_register() and
 * kqueue_scan() of sys/kern/kern_event.c.
 *
 * Each is a note: it is found by what it is about, and by its slot in its kqueue.
 * Whatever makes it ready sets the bit of the slot and signals the eventfd of the
 * kqueue ("fire"), from any context. Who then waits for the kqueue takes the bits
 * and looks which of the notes are ready indeed ("harvest"); the bits of those that
 * stay so are set again.
 */
#ifndef FREEBSD_KQUEUE_NOTE_BPF_H
#define FREEBSD_KQUEUE_NOTE_BPF_H

struct fbsd_note_key {
	u64 ep;
	u64 ident;
	s64 filter;
};

struct fbsd_slot_key {
	u64 ep;
	u64 slot;
};

/* More states of notes. */
#define FBSD_KN_FIRED 4 /* triggered, or its time came */
#define FBSD_KN_FORCED 8 /* to be told, ready or not */
#define FBSD_KN_FAILED 16 /* a change was not valid; data is the errno */
#define FBSD_KN_GONE 32 /* the process has ended */

/**
 * struct fbsd_note - a filter of a kqueue
 * @timer: of filter TIMER
 * @ident: what it is about
 * @udata: the program's own
 * @data: what has happened: its data
 * @fflags: what has happened: its fflags
 * @want: data as the program gave it
 * @wants: fflags as the program gave them
 * @next: TIMER: when it is ready next; VNODE: size of the file
 * @period: TIMER: nanoseconds, or zero; VNODE: links to the file
 * @file: PROC: a kept pidfd
 * @watch: VNODE: inotify's number of it, plus one
 * @filter: which filter
 * @flags: EV_* that come back with its events
 * @state: FBSD_KN_*
 * @generation: part of the data of a pidfd in the epoll file
 */
struct fbsd_note {
	struct bpf_timer timer;
	u64 ident;
	u64 udata;
	s64 data;
	s64 want;
	u64 next;
	u64 period;
	u64 file;
	u32 watch;
	u32 fflags;
	u32 wants;
	s32 filter;
	u32 flags;
	u32 state;
	u32 generation;
	u32 pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FBSD_NOTED_MAX);
	__type(key, struct fbsd_note_key);
	__type(value, u64); /* its slot */
} kq_notes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FBSD_NOTED_MAX);
	__type(key, struct fbsd_slot_key);
	__type(value, struct fbsd_note);
} kq_slots SEC(".maps");

/* A note ends that is about a process, or a file. */
__noinline int fbsd_process_unwatch(u64 pid, u64 ep, u64 slot);
__noinline int fbsd_vnode_unwatch(u64 watch, u64 ep, u64 slot);

/* Make a change to a note that there is. */
__noinline int fbsd_note_change(struct abimux_call *call __arg_trusted,
				u32 slot,
				const struct fbsd_kevent *change __arg_nonnull);

static __always_inline struct fbsd_note *fbsd_slot(u64 ep, u64 slot)
{
	struct fbsd_slot_key key = { .ep = ep, .slot = slot };

	return bpf_map_lookup_elem(&kq_slots, &key);
}

/* Slot of a note, or -1. */
static __always_inline s64 fbsd_note_find(u64 ep, u64 ident, s64 filter)
{
	struct fbsd_note_key key = { .ep = ep,
				     .ident = ident,
				     .filter = filter };
	u64 *slot = bpf_map_lookup_elem(&kq_notes, &key);

	return slot ? *slot : -1;
}

/* One word of the bits of a kqueue; the verifier has to see its index checked. */
static __always_inline u64 *fbsd_word(u64 *words, u32 index)
{
	barrier_var(index);
	return &words[index % FBSD_NOTE_WORDS];
}

/* A note may be ready. If its bit is set already, somebody has said so. */
static __always_inline void fbsd_note_fire(struct fbsd_kqueue *kq, u32 slot)
{
	u64 bit = 1UL << (slot % 64);
	u32 word = slot / 64;

	if (__sync_fetch_and_or(fbsd_word(kq->ready, word), bit) & bit)
		return;
	__sync_fetch_and_or(&kq->summary, 1UL << word);
	abimux_file_signal(kq->event);
}

static __always_inline s64 fbsd_slot_take(struct fbsd_kqueue *kq)
{
	u32 word, free;
	u64 bits;

	bpf_for(word, 0, FBSD_NOTE_WORDS) {
		bits = ~*fbsd_word(kq->used, word);
		if (!bits)
			continue;
		free = __builtin_ctzll(bits);
		bits &= -bits;
		if (__sync_fetch_and_or(fbsd_word(kq->used, word), bits) & bits)
			continue;
		free += word * 64;
		__sync_fetch_and_or(&kq->slots, free + 1);
		return free;
	}
	return -ENOMEM;
}

static __always_inline void fbsd_slot_free(struct fbsd_kqueue *kq, u32 slot)
{
	u64 bit = 1UL << (slot % 64);

	__sync_fetch_and_and(fbsd_word(kq->ready, slot / 64), ~bit);
	__sync_fetch_and_and(fbsd_word(kq->used, slot / 64), ~bit);
}

/* Forget a note: -ENOENT if another thread has. The map stops its timer. */
__noinline int fbsd_note_forget(u64 ep, u32 slot)
{
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	struct fbsd_slot_key at = { .ep = ep, .slot = slot };
	struct fbsd_note_key key = { .ep = ep };
	struct fbsd_note *note = fbsd_slot(ep, slot);

	if (!note || !kq)
		return -ENOENT;
	key.ident = note->ident;
	key.filter = note->filter;
	if (bpf_map_delete_elem(&kq_notes, &key))
		return -ENOENT;
	if (note->filter == FBSD_EVFILT_PROC)
		fbsd_process_unwatch(note->next, ep, slot);
	if (note->watch)
		fbsd_vnode_unwatch(note->watch, ep, slot);
	bpf_map_delete_elem(&kq_slots, &at);
	fbsd_slot_free(kq, slot);
	return 0;
}

__noinline int fbsd_note_delete(struct abimux_call *call __arg_trusted, u64 ep,
				u32 slot)
{
	struct fbsd_note *note = fbsd_slot(ep, slot);
	u64 file = note ? note->file : 0;
	int err = fbsd_note_forget(ep, slot);

	if (!err && file)
		abimux_file_drop(call, file);
	return err;
}

/* Make a note: its slot, or an error. It is not active yet. */
__noinline s64 fbsd_note_new(u64 ep,
			     const struct fbsd_kevent *change __arg_nonnull)
{
	struct fbsd_note note = {
		.ident = change->ident,
		.udata = change->udata,
		.want = change->data,
		.wants = change->fflags,
		.filter = change->filter,
		.flags = change->flags & FBSD_EV_KEPT,
		.state = change->flags & FBSD_EV_DISABLE ? FBSD_KN_DISABLED : 0,
		.generation = fbsd_new_generation(),
	};
	struct fbsd_note_key key = { .ep = ep,
				     .ident = change->ident,
				     .filter = change->filter };
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	struct fbsd_slot_key at = { .ep = ep };
	s64 slot = kq ? fbsd_slot_take(kq) : -EBADF;
	int err;

	if (slot < 0)
		return slot;
	at.slot = slot;
	err = bpf_map_update_elem(&kq_slots, &at, &note, BPF_ANY);
	if (!err)
		err = bpf_map_update_elem(&kq_notes, &key, &at.slot,
					  BPF_NOEXIST);
	if (!err)
		return slot;
	bpf_map_delete_elem(&kq_slots, &at);
	fbsd_slot_free(kq, slot);
	return err == -EEXIST ? err : -ENOMEM;
}

#endif /* FREEBSD_KQUEUE_NOTE_BPF_H */
