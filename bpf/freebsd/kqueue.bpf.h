/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: kqueues, what they are made of and how long they live. From
 * sys/kern/kern_event.c.
 *
 * A kqueue is an epoll file. What epoll can watch is an item of it: a descriptor
 * with filters READ and WRITE (kqueue-item.bpf.h). All else is a note
 * (kqueue-note.bpf.h): it has a slot of its kqueue, a bit there says that it may be
 * ready, and an eventfd that the program has no descriptor of says so to epoll.
 *
 * Nothing of a kqueue outlives its last descriptor or its process: a fork closes the
 * child's copies.
 */
#ifndef FREEBSD_KQUEUE_BPF_H
#define FREEBSD_KQUEUE_BPF_H

/* Notes of one kqueue, a bit each. */
#define FBSD_NOTE_WORDS 64
#define FBSD_NOTES_MAX (FBSD_NOTE_WORDS * 64)

/* Kqueues of all processes; of one process. What they watch may be a lot. */
#define FBSD_KQUEUES_MAX (1 << 14)
#define FBSD_OWNED_MAX 4096
#define FBSD_KNOTES_MAX (1 << 16)
#define FBSD_NOTED_MAX (1 << 14)

/**
 * struct fbsd_kqueue - an epoll file that is a kqueue
 * @owner: the process that made it
 * @event: kept eventfd that makes the epoll file ready for notes
 * @inotify: kept inotify file for notes about files, or zero
 * @index: its place among those of its owner
 * @fd: a descriptor of it that was used
 * @fds: at least one more than the highest descriptor that it has an item for
 * @slots: the same for slots
 * @turn: notes and items get the only place for an event by turns
 * @summary: words of @ready that may not be zero, a bit each
 * @used: slots that have notes
 * @ready: slots whose notes may be ready
 */
struct fbsd_kqueue {
	u64 owner;
	u64 event;
	u64 inotify;
	u32 index;
	u32 fd;
	u32 fds;
	u32 slots;
	u64 turn;
	u64 summary;
	u64 used[FBSD_NOTE_WORDS];
	u64 ready[FBSD_NOTE_WORDS];
};

/**
 * struct fbsd_kq_owner - a process that has made a kqueue
 * @high: at least one more than the highest index that one of its kqueues has
 * @events: what it hears of: bits of ABIMUX_EVENT_*
 */
struct fbsd_kq_owner {
	u32 high;
	u32 events;
};

struct fbsd_owned {
	u64 owner;
	u64 index;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FBSD_KQUEUES_MAX);
	__type(key, u64); /* the epoll file */
	__type(value, struct fbsd_kqueue);
} kqueues SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FBSD_KQUEUES_MAX);
	__type(key, u64);
	__type(value, struct fbsd_kq_owner);
} kq_owners SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FBSD_KQUEUES_MAX);
	__type(key, struct fbsd_owned);
	__type(value, u64);
} kq_owned SEC(".maps");

/* A new one: too large for the stack. */
static const struct fbsd_kqueue fbsd_kq_none;

/* What an item of the epoll file is: in the highest bits of its data. */
#define FBSD_DATA_SHIFT 62
enum {
	FBSD_DATA_FD,
	FBSD_DATA_EVENT,
	FBSD_DATA_INOTIFY,
	FBSD_DATA_PROCESS,
};

struct linux_epoll_event {
	u32 events;
	u64 data;
} __attribute__((packed));

#define FBSD_LOW(word) ((u32)(word))
#define FBSD_HIGH(word) ((u32)((word) >> 32))
#define FBSD_PAIR(high, low) ((u64)(high) << 32 | (u32)(low))

/* The epoll file that a file is, as a number; zero if it is another one. */
static __always_inline u64 fbsd_epoll_of(struct file *file)
{
	u64 ep;

	if (!file)
		return 0;
	ep = (u64)file->private_data;
	if (bpf_core_cast((void *)ep, struct eventpoll)->file != file)
		return 0;
	return ep;
}

static __always_inline u64 fbsd_epoll_file(u32 fd)
{
	return fbsd_epoll_of(fbsd_file(fd));
}

/* Descriptors from @from on: the first of a kqueue, of any one if zero; or -1. */
__noinline s32 fbsd_epoll_fd(u64 ep, u32 from)
{
	struct task_struct *task = fbsd_current();
	u32 max = task->files->fdt->max_fds, fd;
	u64 found;

	bpf_for(fd, from, max) {
		found = fbsd_epoll_file(fd);
		if (!found || (ep && found != ep))
			continue;
		/* A native program may have passed on an epoll file of its own. */
		if (ep || bpf_map_lookup_elem(&kqueues, &found))
			return fd;
	}
	return -1;
}

/* Whether a descriptor is a kqueue: those cannot be passed to others. */
static __always_inline bool fbsd_is_kqueue(u32 fd)
{
	u64 ep = fbsd_epoll_file(fd);

	return ep && bpf_map_lookup_elem(&kqueues, &ep);
}

static __always_inline struct fbsd_kq_owner *fbsd_kq_owner(u64 owner)
{
	return bpf_map_lookup_elem(&kq_owners, &owner);
}

/* The current process has to hear of these events too. */
static __always_inline int fbsd_kq_listen(struct abimux_call *call, u32 events)
{
	struct fbsd_kq_owner *own = fbsd_kq_owner(fbsd_owner());

	if (!own)
		return -EBADF;
	if (!(events & ~own->events))
		return 0;
	__sync_fetch_and_or(&own->events, events);
	return abimux_listen(call, own->events);
}

/* A kqueue ends, or has ended. */
__noinline int fbsd_kq_forget(u64 ep);

/* The native calls that make a kqueue; call->data[0]. */
enum {
	FBSD_KQ_EPOLL,
	FBSD_KQ_EVENTFD,
	FBSD_KQ_ADD,
	FBSD_KQ_UNDO,
};

/* The others: descriptors of the epoll file, of the eventfd; an error. */
enum {
	FBSD_KQ_STAGE,
	FBSD_KQ_FD,
	FBSD_KQ_EVENT,
	FBSD_KQ_ERROR,
};

/* () and, with a flag, (flags) */
static __always_inline int fbsd_kqueue(struct abimux_call *call)
{
	u64 flags = call->nr == FBSD_KQUEUEX ? (u32)call->args[0] : 0;

	if (flags & ~(u64)FBSD_KQUEUE_CLOEXEC)
		return abimux_done(call, -EINVAL);
	call->args[0] = flags ? LINUX_O_CLOEXEC : 0;
	call->data[FBSD_KQ_STAGE] = FBSD_KQ_EPOLL;
	return FBSD_RUN_LEAVE;
}

/* Close one of the descriptors again, for there was an error. */
static __always_inline int fbsd_kqueue_undo(struct abimux_call *call, u64 fd,
					    s64 err)
{
	call->data[FBSD_KQ_STAGE] = FBSD_KQ_UNDO;
	call->data[FBSD_KQ_ERROR] = err;
	call->native = LINUX_NR_CLOSE;
	call->args[0] = fd;
	return FBSD_RUN_LEAVE;
}

static __always_inline int fbsd_kqueue_eventfd(struct abimux_call *call)
{
	call->data[FBSD_KQ_STAGE] = FBSD_KQ_EVENTFD;
	call->data[FBSD_KQ_FD] = call->ret;
	call->native = LINUX_NR_EVENTFD2;
	fbsd_args(call, 0, LINUX_EFD_CLOEXEC | LINUX_EFD_NONBLOCK, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* Edge-triggered: it is never read, each signal makes it ready once more. */
static __always_inline int fbsd_kqueue_add(struct abimux_call *call)
{
	struct linux_epoll_event event = {
		.events = LINUX_EPOLLIN | LINUX_EPOLLET,
		.data = (u64)FBSD_DATA_EVENT << FBSD_DATA_SHIFT,
	};
	u64 scratch = abimux_scratch(call), fd = call->ret;

	if (call->ret < 0)
		return fbsd_kqueue_undo(call, call->data[FBSD_KQ_FD],
					call->ret);
	call->data[FBSD_KQ_EVENT] = fd;
	if (!scratch || fbsd_put(scratch, &event, sizeof(event)))
		return fbsd_kqueue_undo(call, fd, -ENOMEM);
	call->data[FBSD_KQ_STAGE] = FBSD_KQ_ADD;
	call->native = LINUX_NR_EPOLL_CTL;
	fbsd_args(call, call->data[FBSD_KQ_FD], LINUX_EPOLL_CTL_ADD, fd,
		  scratch, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* Give it a place among those of its owner. */
static __always_inline int fbsd_kq_own(struct fbsd_kqueue *kq, u64 ep)
{
	struct fbsd_kq_owner none = {}, *own;
	struct fbsd_owned key = { .owner = kq->owner };
	u32 i;

	bpf_map_update_elem(&kq_owners, &kq->owner, &none, BPF_NOEXIST);
	own = fbsd_kq_owner(kq->owner);
	if (!own)
		return -ENOMEM;
	bpf_for(i, 0, FBSD_OWNED_MAX) {
		key.index = i;
		if (bpf_map_update_elem(&kq_owned, &key, &ep, BPF_NOEXIST))
			continue;
		kq->index = i;
		__sync_fetch_and_or(&own->high, i + 1);
		return 0;
	}
	return -ENOMEM;
}

static __always_inline int fbsd_kq_new(struct abimux_call *call, u64 ep,
				       u64 event)
{
	struct fbsd_kqueue *kq;

	if (bpf_map_update_elem(&kqueues, &ep, &fbsd_kq_none, BPF_ANY))
		return -ENOMEM;
	kq = bpf_map_lookup_elem(&kqueues, &ep);
	if (!kq)
		return -ENOMEM;
	kq->owner = fbsd_owner();
	kq->event = event;
	kq->fd = call->data[FBSD_KQ_FD];
	if (!fbsd_kq_own(kq, ep) &&
	    !fbsd_kq_listen(call,
			    1 << ABIMUX_EVENT_EXIT | 1 << ABIMUX_EVENT_EXEC))
		return 0;
	bpf_map_delete_elem(&kqueues, &ep);
	return -ENOMEM;
}

static __always_inline int fbsd_kqueue_made(struct abimux_call *call)
{
	u32 fd = call->data[FBSD_KQ_FD];
	u64 ep = fbsd_epoll_file(fd);
	s64 event;
	int err;

	if (call->ret < 0)
		return fbsd_kqueue_undo(call, call->data[FBSD_KQ_EVENT],
					call->ret);
	event = abimux_file_keep(call, call->data[FBSD_KQ_EVENT]);
	if (event < 0)
		return fbsd_kqueue_undo(call, call->data[FBSD_KQ_EVENT], event);
	/* Another one had this address, and it ended unseen. */
	fbsd_kq_forget(ep);
	err = ep ? fbsd_kq_new(call, ep, event) : -EBADF;
	if (!err)
		return abimux_done(call, fd);
	abimux_file_drop(call, event);
	return fbsd_kqueue_undo(call, fd, err);
}

__noinline int fbsd_kqueue_leave(struct abimux_call *call __arg_trusted)
{
	switch (call->data[FBSD_KQ_STAGE]) {
	case FBSD_KQ_EPOLL:
		return call->ret < 0 ? abimux_done(call, call->ret) :
				       fbsd_kqueue_eventfd(call);
	case FBSD_KQ_EVENTFD:
		return fbsd_kqueue_add(call);
	case FBSD_KQ_ADD:
		return fbsd_kqueue_made(call);
	}
	/* The eventfd is closed: now the epoll file, unless that was it. */
	if (call->args[0] != call->data[FBSD_KQ_FD])
		return fbsd_kqueue_undo(call, call->data[FBSD_KQ_FD],
					call->data[FBSD_KQ_ERROR]);
	return abimux_done(call, call->data[FBSD_KQ_ERROR]);
}

#endif /* FREEBSD_KQUEUE_BPF_H */
