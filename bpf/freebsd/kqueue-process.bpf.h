/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: filters PROC and SIGNAL. From filt_proc() and knote_fork() of
 * sys/kern/kern_event.c, filt_signal() of sys/kern/kern_sig.c.
 *
 * What processes do is heard as it happens. The end is heard too early: a process
 * cannot be waited for then. So a note has a pidfd in the epoll file, which says
 * when it can; only the status is from what was heard.
 */
#ifndef FREEBSD_KQUEUE_PROCESS_BPF_H
#define FREEBSD_KQUEUE_PROCESS_BPF_H

/* Notes about one process, of all kqueues. */
#define FBSD_WATCHERS_MAX 16

/* The process is the child of one that was tracked: to be told first. */
#define FBSD_KN_CHILD 64

struct fbsd_watcher_key {
	u64 what; /* number of a process */
	u64 index;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FBSD_NOTED_MAX);
	__type(key, struct fbsd_watcher_key);
	__type(value, struct fbsd_slot_key);
} kq_processes SEC(".maps");

static __always_inline int fbsd_process_watch(u64 pid, u64 ep, u64 slot)
{
	struct fbsd_watcher_key key = { .what = pid };
	struct fbsd_slot_key at = { .ep = ep, .slot = slot };
	int i;

	bpf_for(i, 0, FBSD_WATCHERS_MAX) {
		key.index = i;
		if (!bpf_map_update_elem(&kq_processes, &key, &at, BPF_NOEXIST))
			return 0;
	}
	return -ENOMEM;
}

__noinline int fbsd_process_unwatch(u64 pid, u64 ep, u64 slot)
{
	struct fbsd_watcher_key key = { .what = pid };
	struct fbsd_slot_key *at;
	int i;

	bpf_for(i, 0, FBSD_WATCHERS_MAX) {
		key.index = i;
		at = bpf_map_lookup_elem(&kq_processes, &key);
		if (at && at->ep == ep && at->slot == slot)
			bpf_map_delete_elem(&kq_processes, &key);
	}
	return 0;
}

static __always_inline bool fbsd_process_take(struct fbsd_note *note,
					      struct fbsd_kevent *event)
{
	if (__sync_fetch_and_and(&note->state, ~FBSD_KN_CHILD) &
	    FBSD_KN_CHILD) {
		event->fflags = FBSD_NOTE_CHILD;
		event->flags |= FBSD_EV_ONESHOT;
		event->data = note->want;
		return true;
	}
	event->fflags = __sync_lock_test_and_set(&note->fflags, 0);
	if (event->fflags & FBSD_NOTE_EXIT)
		event->data = note->data;
	return event->fflags;
}

/* The process can be waited for, or nobody will wait for it. */
static __always_inline void fbsd_process_gone(struct fbsd_note *note)
{
	note->flags |= FBSD_EV_EOF | FBSD_EV_ONESHOT;
	__sync_fetch_and_or(&note->fflags, note->wants & FBSD_NOTE_EXIT);
	__sync_fetch_and_or(&note->state, FBSD_KN_GONE);
}

/* Another note, about a child of a process: false if there can be none. */
static __always_inline bool fbsd_process_track(const struct fbsd_note *note,
					       u64 ep, u64 pid)
{
	struct fbsd_kevent change = {
		.ident = pid,
		.filter = FBSD_EVFILT_PROC,
		.flags = note->flags,
		.fflags = note->wants,
		.data = note->ident,
		.udata = note->udata,
	};
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	s64 slot = fbsd_note_new(ep, &change);
	struct fbsd_note *child;

	if (slot < 0 || !kq)
		return false;
	child = fbsd_slot(ep, slot);
	if (!child || fbsd_process_watch(pid, ep, slot)) {
		fbsd_note_forget(ep, slot);
		return false;
	}
	child->next = pid;
	__sync_fetch_and_or(&child->state, FBSD_KN_CHILD);
	fbsd_note_fire(kq, slot);
	return true;
}

/* Something happened to a process that a note is about. */
__noinline int fbsd_process_event(u64 ep, u64 slot, u32 event, u64 value)
{
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	struct fbsd_note *note = fbsd_slot(ep, slot);
	u32 fflags = 0;

	if (!kq || !note)
		return 0;
	switch (event) {
	case ABIMUX_EVENT_EXIT:
		note->data = fbsd_status(value);
		if (!note->file && !(note->state & FBSD_KN_FIRED))
			fbsd_process_gone(note);
		break;
	case ABIMUX_EVENT_EXEC:
		fflags = FBSD_NOTE_EXEC;
		break;
	case ABIMUX_EVENT_FORK:
		fflags = FBSD_NOTE_FORK;
		if ((note->wants & FBSD_NOTE_TRACK) &&
		    !fbsd_process_track(note, ep, value))
			__sync_fetch_and_or(&note->fflags, FBSD_NOTE_TRACKERR);
		break;
	}
	__sync_fetch_and_or(&note->fflags, note->wants & fflags);
	if (note->fflags || (note->state & FBSD_KN_GONE))
		fbsd_note_fire(kq, slot);
	return 0;
}

static __always_inline void fbsd_process_hear(u32 event, u64 pid, u64 value)
{
	struct fbsd_watcher_key key = { .what = pid };
	struct fbsd_slot_key *at;
	int i;

	bpf_for(i, 0, FBSD_WATCHERS_MAX) {
		key.index = i;
		at = bpf_map_lookup_elem(&kq_processes, &key);
		if (at)
			fbsd_process_event(at->ep, at->slot, event, value);
	}
}

static __always_inline void fbsd_signal_hear(u64 owner, u32 sig)
{
	struct fbsd_kq_owner *own = fbsd_kq_owner(owner);
	struct fbsd_owned key = { .owner = owner };
	struct fbsd_kqueue *kq;
	struct fbsd_note *note;
	u64 *ep, at;
	s64 slot;
	u32 i;

	if (!own)
		return;
	bpf_for(i, 0, own->high) {
		key.index = i;
		ep = bpf_map_lookup_elem(&kq_owned, &key);
		if (!ep)
			continue;
		at = *ep;
		slot = fbsd_note_find(at, sig, FBSD_EVFILT_SIGNAL);
		note = slot < 0 ? NULL : fbsd_slot(at, slot);
		kq = bpf_map_lookup_elem(&kqueues, &at);
		if (!note || !kq)
			continue;
		__sync_fetch_and_add(&note->data, 1);
		fbsd_note_fire(kq, slot);
	}
}

/* The pidfd of a note is ready. */
__noinline int fbsd_process_found(struct abimux_call *call __arg_trusted,
				  u64 data)
{
	u64 ep = call->data[FBSD_KEV_EP];
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	struct fbsd_note *note = fbsd_slot(ep, FBSD_LOW(data));

	if (!kq || !note ||
	    FBSD_DATA(FBSD_DATA_PROCESS, note->generation, FBSD_LOW(data)) !=
		    data)
		return 0;
	fbsd_process_gone(note);
	fbsd_note_fire(kq, FBSD_LOW(data));
	return 0;
}

/* PROC, first step: a pidfd. */
static __always_inline int fbsd_process_open(struct abimux_call *call,
					     u64 ident)
{
	if (ident > 0x7fffffff || !ident)
		return -ESRCH;
	fbsd_kevent_what(call, FBSD_KEV_PIDFD);
	call->native = LINUX_NR_PIDFD_OPEN;
	fbsd_args(call, ident, 0, 0, 0, 0, 0);
	return FBSD_KEV_RUN;
}

/* Whether the process of a new note has ended already; takes its status if so. */
static __always_inline bool fbsd_process_ended(struct fbsd_note *note,
					       struct pid *pid)
{
	u64 at = (u64)pid->tasks[PIDTYPE_TGID].first;
	struct task_struct *task;
	struct signal_struct *sig;

	if (!at)
		return true;
	task = bpf_core_cast(
		(void *)(at - bpf_core_field_offset(struct task_struct,
						    pid_links[PIDTYPE_TGID])),
		struct task_struct);
	sig = task->signal;
	if (sig->live.counter)
		return false;
	note->data = fbsd_status(sig->flags & LINUX_SIGNAL_GROUP_EXIT ?
					 sig->group_exit_code :
					 task->exit_code);
	return true;
}

/* A pidfd is there: watch its process, then look whether it comes too late. */
static __always_inline int fbsd_process_start(struct abimux_call *call,
					      u32 slot, u32 fd)
{
	struct file *file = fbsd_file(fd);
	u64 ep = call->data[FBSD_KEV_EP];
	struct fbsd_note *note = fbsd_slot(ep, slot);
	struct pid *pid;

	if (!note || !file)
		return -ENOENT;
	pid = bpf_core_cast(file->f_inode->i_private, struct pid);
	note->next = pid->numbers[0].nr;
	note->flags |= FBSD_EV_CLEAR;
	/* Its end is told by the pidfd. */
	note->state |= FBSD_KN_FIRED;
	if (fbsd_process_watch(note->next, ep, slot) ||
	    fbsd_kq_listen(call, 1 << ABIMUX_EVENT_FORK))
		return -ENOMEM;
	if (fbsd_process_ended(note, pid) && !(note->wants & FBSD_NOTE_EXIT))
		return -ESRCH;
	return 0;
}

/* PROC, second step: watch the pidfd. */
static __always_inline int fbsd_process_opened(struct abimux_call *call,
					       const struct fbsd_kevent *change)
{
	u64 ep = call->data[FBSD_KEV_EP];
	u32 fd = call->ret;
	struct fbsd_note *note;
	s64 slot, err;

	if (call->ret < 0)
		return call->ret == -EINVAL ? -ESRCH : call->ret;
	slot = fbsd_note_new(ep, change);
	err = slot < 0 ? slot : fbsd_process_start(call, slot, fd);
	note = slot < 0 ? NULL : fbsd_slot(ep, slot);
	if (err && note)
		fbsd_note_delete(call, ep, slot);
	if (err || !note)
		return fbsd_kevent_undo(call, fd, err ?: -ENOENT);
	call->data[FBSD_KEV_BATCH] = FBSD_PAIR(slot, fd);
	return fbsd_kevent_ctl(
		call, FBSD_KEV_PIDADD, fd, LINUX_EPOLLIN | LINUX_EPOLLONESHOT,
		FBSD_DATA(FBSD_DATA_PROCESS, note->generation, slot));
}

/* PROC, third step: the program needs no descriptor of it. */
static __always_inline int fbsd_process_added(struct abimux_call *call)
{
	u64 ep = call->data[FBSD_KEV_EP];
	u32 slot = FBSD_HIGH(call->data[FBSD_KEV_BATCH]);
	u32 fd = FBSD_LOW(call->data[FBSD_KEV_BATCH]);
	struct fbsd_note *note = fbsd_slot(ep, slot);
	s64 err = call->ret;

	if (!err)
		err = abimux_file_keep(call, fd);
	if (err < 0) {
		fbsd_note_delete(call, ep, slot);
		return fbsd_kevent_undo(call, fd, err);
	}
	if (note)
		note->file = err;
	return 0;
}

/* SIGNAL counts; the count is given once. filt_signal() of sys/kern/kern_sig.c. */
static __always_inline bool fbsd_signal_take(struct fbsd_note *note,
					     struct fbsd_kevent *event)
{
	event->data = __sync_lock_test_and_set(&note->data, 0);
	return event->data;
}

/* SIGNAL: any number is taken, and counted if it is sent. */
static __always_inline int fbsd_signal_start(struct abimux_call *call,
					     struct fbsd_note *note)
{
	note->flags |= FBSD_EV_CLEAR;
	return fbsd_kq_listen(call, 1 << ABIMUX_EVENT_SIGNAL);
}

#endif /* FREEBSD_KQUEUE_PROCESS_BPF_H */
