/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: filters READ and WRITE of what epoll can watch. From kqueue_register()
 * and kqueue_scan() of sys/kern/kern_event.c.
 *
 * Both filters of a descriptor are one item of the epoll file, which lives as long
 * as the descriptor does. Its data is the descriptor, and a generation: what epoll
 * still has of a descriptor that was closed is not taken for its successor.
 *
 * An item is edge-triggered as soon as one of its filters is not to be told as long
 * as it is ready; a filter that is has its item made ready again after each event
 * ("rearm"). So it is too if epoll finds ready what is not for FreeBSD.
 */
#ifndef FREEBSD_KQUEUE_ITEM_BPF_H
#define FREEBSD_KQUEUE_ITEM_BPF_H

struct fbsd_item_key {
	u64 ep;
	u64 fd;
};

/**
 * struct fbsd_item - a descriptor of a kqueue
 * @filter: READ and WRITE
 * @generation: part of its data in the epoll file
 * @edge: edge-triggered, whatever its filters are
 */
struct fbsd_item {
	struct fbsd_filter filter[2];
	u32 generation;
	u32 edge;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FBSD_KNOTES_MAX);
	__type(key, struct fbsd_item_key);
	__type(value, struct fbsd_item);
} kq_items SEC(".maps");

static __always_inline struct fbsd_item *fbsd_item(u64 ep, u64 fd)
{
	struct fbsd_item_key key = { .ep = ep, .fd = fd };

	return bpf_map_lookup_elem(&kq_items, &key);
}

/*
 * What epoll is to watch a descriptor for. Zero if it has no filter; one that only
 * has disabled ones stays there, quiet, for so it is seen when it is closed.
 */
static __always_inline u32 fbsd_item_interest(const struct fbsd_item *item)
{
	u32 events = 0, flags = 0;

	if (!((item->filter[0].state | item->filter[1].state) & FBSD_KN_THERE))
		return 0;

	if (item->filter[0].state == FBSD_KN_THERE) {
		events |= LINUX_EPOLLIN | LINUX_EPOLLRDHUP;
		flags |= item->filter[0].flags;
	}
	if (item->filter[1].state == FBSD_KN_THERE) {
		events |= LINUX_EPOLLOUT;
		flags |= item->filter[1].flags;
	}
	if (!events || item->edge || (flags & FBSD_EV_ONCE))
		events |= LINUX_EPOLLET;
	return events;
}

static __always_inline struct fbsd_item *fbsd_item_new(u64 ep, u64 fd)
{
	struct fbsd_item_key key = { .ep = ep, .fd = fd };
	struct fbsd_item item = { .generation = fbsd_new_generation() };
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);

	if (!kq)
		return NULL;
	__sync_fetch_and_or(&kq->fds, (u32)fd + 1);
	bpf_map_update_elem(&kq_items, &key, &item, BPF_NOEXIST);
	return bpf_map_lookup_elem(&kq_items, &key);
}

/* Whether a file takes a new filter: fo_kqfilter() of each sort. */
static __always_inline int fbsd_item_check(u64 ep, struct file *file,
					   s32 filter)
{
	u64 other = fbsd_epoll_of(file);
	u32 mode;

	if (!file)
		return -EBADF;
	mode = file->f_inode->i_mode & FBSD_S_IFMT;
	if (other)
		return filter == FBSD_EVFILT_READ && other != ep ? 0 : -EINVAL;
	if (mode == FBSD_S_IFIFO && filter == FBSD_EVFILT_WRITE &&
	    (file->f_mode & LINUX_FMODE_WRITE) &&
	    !bpf_core_cast(file->private_data, struct pipe_inode_info)->readers)
		return -EPIPE;
	return 0;
}

static __always_inline void fbsd_filter_set(struct fbsd_filter *filter,
					    const struct fbsd_kevent *change)
{
	filter->udata = change->udata;
	filter->data = change->data;
	filter->fflags = change->fflags;
	filter->flags = change->flags & FBSD_EV_KEPT;
	filter->state =
		FBSD_KN_THERE |
		(change->flags & FBSD_EV_DISABLE ? FBSD_KN_DISABLED : 0);
}

static __always_inline void fbsd_filter_change(struct fbsd_filter *filter,
					       const struct fbsd_kevent *change)
{
	if (change->flags & FBSD_EV_ENABLE)
		__sync_fetch_and_and(&filter->state, ~FBSD_KN_DISABLED);
	else if (change->flags & FBSD_EV_DISABLE)
		__sync_fetch_and_or(&filter->state, FBSD_KN_DISABLED);
	if (!(change->flags & FBSD_EV_KEEPUDATA))
		filter->udata = change->udata;
	filter->fflags = change->fflags;
	filter->data = change->data;
}

static __always_inline int fbsd_filter_apply(u64 ep, struct fbsd_filter *filter,
					     const struct fbsd_kevent *change)
{
	bool there = filter->state & FBSD_KN_THERE;
	int err;

	if (!there && !(change->flags & FBSD_EV_ADD))
		return -ENOENT;
	if (!there) {
		err = fbsd_item_check(ep, fbsd_file(change->ident),
				      change->filter);
		if (!err)
			fbsd_filter_set(filter, change);
		return err;
	}
	if (change->flags & FBSD_EV_DELETE)
		filter->state = 0;
	else
		fbsd_filter_change(filter, change);
	return 0;
}

/**
 * fbsd_item_change - make a change to a filter of a descriptor
 * @ep: the kqueue
 * @change: the change
 *
 * Return: which of FBSD_KEV_ADD, MOD, DEL epoll needs, zero if none, or an error.
 */
__noinline int fbsd_item_change(u64 ep,
				const struct fbsd_kevent *change __arg_nonnull)
{
	struct fbsd_item *item = fbsd_item(ep, change->ident);
	u32 before, after;
	int err;

	if (!item && !(change->flags & FBSD_EV_ADD))
		return -ENOENT;
	if (!item)
		item = fbsd_item_new(ep, change->ident);
	if (!item)
		return -ENOMEM;
	before = fbsd_item_interest(item);
	/* To be told whether it is ready or not: there is nothing to tell that by. */
	if (change->flags & FBSD_EV_FORCEONESHOT)
		return -EOPNOTSUPP;
	err = fbsd_filter_apply(
		ep, &item->filter[change->filter == FBSD_EVFILT_READ ? 0 : 1],
		change);
	if (err)
		return err;
	after = fbsd_item_interest(item);
	if (!after)
		return before ? FBSD_KEV_DEL : 0;
	return before ? FBSD_KEV_MOD : FBSD_KEV_ADD;
}

/* What was done about an item that epoll found ready. */
#define FBSD_ITEM_GIVEN 1
#define FBSD_ITEM_AGAIN 2

/* Take a filter that is told once: false if another thread did. */
static __always_inline bool fbsd_filter_take(struct fbsd_filter *filter)
{
	if (filter->flags & FBSD_EV_ONESHOT)
		return __sync_fetch_and_and(&filter->state, ~FBSD_KN_THERE) &
		       FBSD_KN_THERE;
	if (filter->flags & FBSD_EV_DISPATCH)
		return !(__sync_fetch_and_or(&filter->state, FBSD_KN_DISABLED) &
			 FBSD_KN_DISABLED);
	return true;
}

/* Give an event if a filter is ready: FBSD_ITEM_*, or an error. */
__noinline int fbsd_filter_report(struct abimux_call *call __arg_trusted,
				  u64 fd, u32 events, s32 number)
{
	struct fbsd_item *item = fbsd_item(call->data[FBSD_KEV_EP], fd);
	struct fbsd_kevent event = { .ident = fd, .filter = number };
	struct fbsd_filter *filter;
	int ready;

	if (!item)
		return 0;
	filter = &item->filter[number == FBSD_EVFILT_READ ? 0 : 1];
	if (filter->state != FBSD_KN_THERE)
		return 0;
	event.flags = filter->flags;
	event.udata = filter->udata;
	ready = fbsd_ready(fd, events, filter->fflags, filter->data, &event);
	if (!ready)
		return 0;
	if (event.fflags)
		event.fflags = abimux_errno(call, event.fflags);
	if (!FBSD_HIGH(call->data[FBSD_KEV_LEFT]))
		return FBSD_ITEM_AGAIN;
	if (!fbsd_filter_take(filter))
		return FBSD_ITEM_GIVEN;
	if (fbsd_kevent_give(call, &event))
		return -EFAULT;
	return filter->flags & FBSD_EV_ONCE ? FBSD_ITEM_GIVEN :
					      FBSD_ITEM_GIVEN | FBSD_ITEM_AGAIN;
}

/**
 * fbsd_item_found - epoll found an item ready: make events of it
 * @call: the call
 * @data: data of the item
 * @events: what epoll said
 *
 * Return: 1 if the item has to be rearmed, 0 if not, or an error.
 */
__noinline int fbsd_item_found(struct abimux_call *call __arg_trusted, u64 data,
			       u32 events)
{
	struct fbsd_item *item =
		fbsd_item(call->data[FBSD_KEV_EP], FBSD_LOW(data));
	u64 fd = FBSD_LOW(data);
	u32 interest, after;
	int done, more;

	if (!item || FBSD_DATA(FBSD_DATA_FD, item->generation, fd) != data)
		return 0;
	interest = fbsd_item_interest(item);
	done = item->filter[0].state == FBSD_KN_THERE ?
		       fbsd_filter_report(call, fd, events, FBSD_EVFILT_READ) :
		       0;
	if (done < 0)
		return done;
	more = item->filter[1].state == FBSD_KN_THERE ?
		       fbsd_filter_report(call, fd, events, FBSD_EVFILT_WRITE) :
		       0;
	if (more < 0)
		return more;
	done |= more;
	after = fbsd_item_interest(item);
	if (interest & LINUX_EPOLLET)
		return after && (after != interest || (done & FBSD_ITEM_AGAIN));
	/* A level-triggered item that is not ready for us would never be quiet. */
	if (done || !interest)
		return 0;
	item->edge = 1;
	return 1;
}

#endif /* FREEBSD_KQUEUE_ITEM_BPF_H */
