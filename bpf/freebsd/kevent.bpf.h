/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: kevent, from the first change to the last event. From kqueue_kevent() and
 * kqueue_scan() of sys/kern/kern_event.c.
 *
 * Changes are made one after the other; some need native calls. Then epoll waits,
 * and what it found are items, pidfds, an inotify file or the eventfd that stands
 * for all notes.
 */
#ifndef FREEBSD_KEVENT_BPF_H
#define FREEBSD_KEVENT_BPF_H

/*
 * The next change is made, or failed: pass it, and give what there is to tell. Zero
 * to go on; FBSD_KEV_STOP or an error, which is all of the call's result, if there
 * is no room.
 */
static __always_inline int fbsd_kevent_made(struct abimux_call *call,
					    struct fbsd_kevent *change, int err)
{
	call->data[FBSD_KEV_CHANGES] += FBSD_HIGH(call->data[FBSD_KEV_KQ]);
	call->data[FBSD_KEV_LEFT]--;
	if (!err && !(change->flags & FBSD_EV_RECEIPT))
		return 0;
	if (!FBSD_HIGH(call->data[FBSD_KEV_LEFT]))
		return err ?: FBSD_KEV_STOP;
	change->flags = FBSD_EV_ERROR;
	change->data = abimux_errno(call, -err);
	return fbsd_kevent_give(call, change);
}

/*
 * Two filters added to a descriptor, one after the other, are one native call: so
 * all programs add a socket.
 */
static __always_inline bool fbsd_kevent_joins(const struct fbsd_kevent *first,
					      const struct fbsd_kevent *second)
{
	const u32 no = FBSD_EV_DELETE | FBSD_EV_ENABLE | FBSD_EV_DISABLE |
		       FBSD_EV_RECEIPT | FBSD_EV_FORCEONESHOT;

	return first->ident == second->ident &&
	       first->filter == FBSD_EVFILT_READ &&
	       second->filter == FBSD_EVFILT_WRITE &&
	       !((first->flags | second->flags) & no) &&
	       (first->flags & second->flags & FBSD_EV_ADD);
}

/* Tell epoll what it is to watch a descriptor for now. */
static __always_inline int fbsd_kevent_item(struct abimux_call *call, u32 what,
					    u64 fd)
{
	struct fbsd_item *item = fbsd_item(call->data[FBSD_KEV_EP], fd);
	u32 batch = FBSD_LOW(call->data[FBSD_KEV_BATCH]), events;
	u32 op = what == FBSD_KEV_ADD ? LINUX_EPOLL_CTL_ADD :
		 what == FBSD_KEV_DEL ? LINUX_EPOLL_CTL_DEL :
					LINUX_EPOLL_CTL_MOD;

	if (!item)
		return -ENOENT;
	events = fbsd_item_interest(item);
	call->data[FBSD_KEV_BATCH] = FBSD_PAIR(events, batch);
	fbsd_kevent_what(call, what);
	return fbsd_kevent_epoll(call, op, fd, events,
				 FBSD_DATA(FBSD_DATA_FD, item->generation, fd));
}

/* Make the next change, to a filter of a descriptor, and the one after it. */
__noinline int
fbsd_kevent_change_item(struct abimux_call *call __arg_trusted,
			const struct fbsd_kevent *change __arg_nonnull)
{
	u64 ep = call->data[FBSD_KEV_EP], at = call->data[FBSD_KEV_CHANGES];
	int what = fbsd_item_change(ep, change);
	struct fbsd_kevent second;

	if (what <= 0)
		return what;
	call->data[FBSD_KEV_BATCH] = 1;
	if (FBSD_LOW(call->data[FBSD_KEV_LEFT]) > 1 &&
	    !fbsd_get(&second, FBSD_KEVENT11_SIZE,
		      at + FBSD_HIGH(call->data[FBSD_KEV_KQ])) &&
	    fbsd_kevent_joins(change, &second) &&
	    fbsd_item_change(ep, &second) >= 0)
		call->data[FBSD_KEV_BATCH] = 2;
	return fbsd_kevent_item(call, what, change->ident);
}

/* Start a note that was made. */
static __always_inline int fbsd_note_start(struct abimux_call *call,
					   struct fbsd_kqueue *kq, u32 slot)
{
	struct fbsd_note *note = fbsd_slot(call->data[FBSD_KEV_EP], slot);
	int err = 0;

	if (!note)
		return -ENOENT;
	switch (note->filter) {
	case FBSD_EVFILT_USER:
		fbsd_user_start(note);
		break;
	case FBSD_EVFILT_TIMER:
		err = fbsd_timer_start(note, call->data[FBSD_KEV_BATCH]);
		break;
	case FBSD_EVFILT_SIGNAL:
		err = fbsd_signal_start(call, note);
		break;
	}
	if (!err && (note->state & FBSD_KN_FIRED))
		fbsd_note_fire(kq, slot);
	return err;
}

/* Make a note that needs no native call. */
__noinline int fbsd_note_add(struct abimux_call *call __arg_trusted,
			     const struct fbsd_kevent *change __arg_nonnull)
{
	u64 ep = call->data[FBSD_KEV_EP];
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	s64 slot = fbsd_note_new(ep, change);
	int err;

	if (slot < 0 || !kq)
		return slot < 0 ? slot : -EBADF;
	err = fbsd_note_start(call, kq, slot);
	if (err)
		fbsd_note_delete(call, ep, slot);
	return err;
}

/* For an absolute time, how long ago the machine was started. */
static __always_inline bool
fbsd_kevent_wants_clock(struct abimux_call *call,
			const struct fbsd_kevent *change)
{
	return change->filter == FBSD_EVFILT_TIMER &&
	       (change->flags & FBSD_EV_ADD) &&
	       (change->fflags & FBSD_NOTE_ABSTIME) &&
	       !call->data[FBSD_KEV_BATCH];
}

static __always_inline int fbsd_kevent_clock(struct abimux_call *call)
{
	u64 scratch = abimux_scratch(call);

	if (!scratch)
		return -ENOMEM;
	fbsd_kevent_what(call, FBSD_KEV_CLOCK);
	call->native = LINUX_NR_CLOCK_GETTIME;
	fbsd_args(call, LINUX_CLOCK_REALTIME, scratch + FBSD_TIME_AT, 0, 0, 0,
		  0);
	return FBSD_KEV_RUN;
}

/* The wall clock is known: make the change again. */
static __always_inline int fbsd_kevent_clock_read(struct abimux_call *call)
{
	struct fbsd_timespec now;

	if (fbsd_get(&now, sizeof(now), call->args[1]))
		return -EFAULT;
	call->data[FBSD_KEV_BATCH] =
		now.sec * LINUX_NSEC_PER_SEC + now.nsec - bpf_ktime_get_ns();
	return 0;
}

/* Make the next change, to a note. */
static __always_inline int
fbsd_kevent_change_note(struct abimux_call *call,
			const struct fbsd_kevent *change)
{
	u64 ep = call->data[FBSD_KEV_EP];
	s64 slot = fbsd_note_find(ep, change->ident, change->filter);

	if (fbsd_kevent_wants_clock(call, change))
		return fbsd_kevent_clock(call);
	if (slot >= 0)
		return fbsd_note_change(call, slot, change);
	if (!(change->flags & FBSD_EV_ADD))
		return -ENOENT;
	if (change->filter == FBSD_EVFILT_PROC)
		return fbsd_process_open(call, change->ident);
	return fbsd_note_add(call, change);
}

/* What a filter is about. */
enum {
	FBSD_ABOUT_FD = 1,
	FBSD_ABOUT_FILE,
	FBSD_ABOUT_OTHER,
};

/* Filters of a descriptor: what epoll can watch, and files, which it cannot. */
static __always_inline int
fbsd_kevent_about_fd(const struct fbsd_kevent *change)
{
	struct file *file;
	u32 mode;

	if (change->ident > 0x7fffffff)
		return -EBADF;
	file = fbsd_file(change->ident);
	if (!file)
		return -EBADF;
	mode = file->f_inode->i_mode & FBSD_S_IFMT;
	if (mode == FBSD_S_IFREG || mode == FBSD_S_IFDIR ||
	    mode == FBSD_S_IFBLK || mode == FBSD_S_IFLNK)
		return change->filter <= FBSD_EVFILT_PROCDESC ? -EINVAL :
								FBSD_ABOUT_FILE;
	if (change->filter < FBSD_EVFILT_WRITE)
		return -EINVAL;
	return FBSD_ABOUT_FD;
}

/* FBSD_ABOUT_*, or why there is no such filter: sysfilt_ops. */
static __always_inline int fbsd_kevent_about(const struct fbsd_kevent *change)
{
	if ((change->flags & FBSD_EV_ENABLE) &&
	    (change->flags & FBSD_EV_DISABLE))
		return -EINVAL;
	switch (change->filter) {
	case FBSD_EVFILT_READ:
	case FBSD_EVFILT_WRITE:
	case FBSD_EVFILT_VNODE:
	case FBSD_EVFILT_PROCDESC:
	case FBSD_EVFILT_EMPTY:
		return fbsd_kevent_about_fd(change);
	case FBSD_EVFILT_PROC:
	case FBSD_EVFILT_SIGNAL:
	case FBSD_EVFILT_TIMER:
	case FBSD_EVFILT_USER:
		return FBSD_ABOUT_OTHER;
	case FBSD_EVFILT_AIO:
	case FBSD_EVFILT_LIO:
		/* Those of the kernel alone: filt_aioattach(). */
		return -EPERM;
	case FBSD_EVFILT_FS:
	case FBSD_EVFILT_SENDFILE:
		/* filt_nullattach() */
		return -ENXIO;
	default:
		return -EINVAL;
	}
}

/*
 * Make the next change: FBSD_KEV_RUN if a native call has to, FBSD_KEV_STOP, zero if
 * it is done, or an error for the call.
 */
__noinline int fbsd_kevent_change(struct abimux_call *call __arg_trusted)
{
	struct fbsd_kevent change = {};
	int ret;

	if (fbsd_kevent_get(call, &change))
		return -EFAULT;
	/* kqueue_kevent() has nothing to say of these. */
	if (!change.filter) {
		change.flags = 0;
		return fbsd_kevent_made(call, &change, 0);
	}
	ret = fbsd_kevent_about(&change);
	if (ret == FBSD_ABOUT_FD)
		ret = fbsd_kevent_change_item(call, &change);
	else if (ret == FBSD_ABOUT_FILE)
		ret = fbsd_vnode_change(call, &change);
	else if (ret == FBSD_ABOUT_OTHER)
		ret = fbsd_kevent_change_note(call, &change);
	if (ret == FBSD_KEV_RUN)
		return ret;
	call->data[FBSD_KEV_BATCH] = 0;
	return fbsd_kevent_made(call, &change, ret);
}

/* How long to wait: -1 for ever, 0 not at all, 1 as long as is written at @scratch. */
static __always_inline int fbsd_kevent_timeout(struct abimux_call *call,
					       u64 scratch)
{
	u64 deadline = call->data[FBSD_KEV_DEADLINE], now, left;
	struct fbsd_timespec time;

	if (!deadline || deadline == FBSD_NEVER)
		return deadline ? -1 : 0;
	now = bpf_ktime_get_ns();
	left = now < deadline ? deadline - now : 0;
	time.sec = left / LINUX_NSEC_PER_SEC;
	time.nsec = left % LINUX_NSEC_PER_SEC;
	return fbsd_put(scratch + FBSD_TIME_AT, &time, sizeof(time)) ? -EFAULT :
								       1;
}

static __always_inline int fbsd_kevent_sleep(struct abimux_call *call, u32 room,
					     bool now)
{
	u64 scratch = abimux_scratch(call);
	int how;

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	how = now ? 0 : fbsd_kevent_timeout(call, scratch);
	if (how < -1)
		return abimux_done(call, how);
	/* One item can be two events. */
	room = room > 1 ? room / 2 : 1;
	if (room > FBSD_WAIT_MAX)
		room = FBSD_WAIT_MAX;
	fbsd_kevent_what(call, FBSD_KEV_WAIT);
	call->data[FBSD_KEV_BATCH] = 0;
	call->native = how > 0 ? LINUX_NR_EPOLL_PWAIT2 : LINUX_NR_EPOLL_WAIT;
	fbsd_args(call, FBSD_LOW(call->data[FBSD_KEV_KQ]), scratch, room,
		  how > 0 ? scratch + FBSD_TIME_AT : how, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* All changes are made: wait for events, unless there are errors to tell. */
__noinline int fbsd_kevent_wait(struct abimux_call *call __arg_trusted)
{
	u32 room = FBSD_HIGH(call->data[FBSD_KEV_LEFT]);
	u32 done = FBSD_LOW(call->data[FBSD_KEV_DONE]);
	u64 ep = call->data[FBSD_KEV_EP];
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	int err;

	if (done || !room)
		return abimux_done(call, done);
	if (!kq)
		return abimux_done(call, -EBADF);
	if (call->data[FBSD_KEV_DEADLINE] == FBSD_KEV_INVALID)
		return abimux_done(call, -EINVAL);
	/* Woken often, each time for what others took: as if by a signal. */
	if (call->step > FBSD_STEPS_MAX)
		return abimux_done(call, -EINTR);
	if (!kq->summary)
		return fbsd_kevent_sleep(call, room, false);
	if (room == 1 && (__sync_fetch_and_add(&kq->turn, 1) & 1)) {
		err = fbsd_harvest(call);
		done = FBSD_LOW(call->data[FBSD_KEV_DONE]);
		if (err || done)
			return abimux_done(call, err ?: done);
	}
	/* Notes get a place, and do not keep the others from theirs. */
	return fbsd_kevent_sleep(call, room > 1 ? room - 1 : 1, true);
}

static __always_inline int fbsd_kevent_go(struct abimux_call *call)
{
	int i, ret;

	bpf_for(i, 0, FBSD_CHANGES_MAX) {
		if (!FBSD_LOW(call->data[FBSD_KEV_LEFT]))
			return fbsd_kevent_wait(call);
		ret = fbsd_kevent_change(call);
		if (ret == FBSD_KEV_RUN)
			return FBSD_RUN_LEAVE;
		if (ret)
			return abimux_done(call,
					   ret == FBSD_KEV_STOP ? 0 : ret);
	}
	fbsd_kevent_what(call, FBSD_KEV_YIELD);
	call->native = LINUX_NR_SCHED_YIELD;
	return FBSD_RUN_LEAVE;
}

/* The time when a timeout ends: zero, FBSD_NEVER, FBSD_KEV_INVALID, or an error. */
static __always_inline s64 fbsd_kevent_deadline(u64 timeout)
{
	struct fbsd_timespec time;
	u64 now;

	if (!timeout)
		return FBSD_NEVER;
	if (fbsd_get(&time, sizeof(time), timeout))
		return -EFAULT;
	if (time.sec < 0 || time.nsec < 0 || time.nsec >= LINUX_NSEC_PER_SEC)
		return FBSD_KEV_INVALID;
	if (!time.sec && !time.nsec)
		return 0;
	/* kqueue_scan() */
	if (time.sec > 0x7fffffff)
		return FBSD_NEVER;
	now = bpf_ktime_get_ns();
	return now + time.sec * LINUX_NSEC_PER_SEC + time.nsec;
}

/* (kq, changes, nchanges, events, nevents, timeout) */
__noinline int fbsd_kevent(struct abimux_call *call __arg_trusted)
{
	u32 size = call->nr == FBSD_KEVENT ? FBSD_KEVENT_SIZE :
					     FBSD_KEVENT11_SIZE;
	s64 deadline = fbsd_kevent_deadline(call->args[5]);
	s32 changes = call->args[2], events = call->args[4];
	u64 ep = fbsd_epoll_file(call->args[0]);
	struct fbsd_kqueue *kq;

	if (deadline < 0)
		return abimux_done(call, deadline);
	kq = bpf_map_lookup_elem(&kqueues, &ep);
	if (!kq || kq->owner != fbsd_owner())
		return abimux_done(call, -EBADF);
	if (kq->fd != (u32)call->args[0])
		kq->fd = call->args[0];
	call->data[FBSD_KEV_CHANGES] = call->args[1];
	call->data[FBSD_KEV_EVENTS] = call->args[3];
	call->data[FBSD_KEV_DEADLINE] = deadline;
	call->data[FBSD_KEV_LEFT] =
		FBSD_PAIR(events < 0 ? 0 : events, changes < 0 ? 0 : changes);
	call->data[FBSD_KEV_DONE] = 0;
	call->data[FBSD_KEV_EP] = ep;
	call->data[FBSD_KEV_KQ] = FBSD_PAIR(size, call->args[0]);
	call->data[FBSD_KEV_BATCH] = 0;
	return fbsd_kevent_go(call);
}

/*
 * Epoll has answered about an item. It can know a descriptor that has no filter (it
 * keeps those that were told once), and not know one that has (its file was closed
 * elsewhere). What the item is to be watched for may have changed meanwhile.
 */
static __always_inline int fbsd_kevent_item_made(struct abimux_call *call,
						 u64 fd)
{
	struct fbsd_item *item = fbsd_item(call->data[FBSD_KEV_EP], fd);
	u32 what = FBSD_HIGH(call->data[FBSD_KEV_DONE]);
	u32 events = FBSD_HIGH(call->data[FBSD_KEV_BATCH]);
	int err = call->ret;

	if (!item || what == FBSD_KEV_DEL)
		return 0;
	if (err == -EEXIST && what == FBSD_KEV_ADD)
		return fbsd_kevent_item(call, FBSD_KEV_MOD, fd);
	if (err == -ENOENT && what == FBSD_KEV_MOD)
		return fbsd_kevent_item(call, FBSD_KEV_ADD, fd);
	if (!err && fbsd_item_interest(item) != events)
		return fbsd_kevent_item(call, FBSD_KEV_MOD, fd);
	/* A device that cannot be waited for: no_kqfilter. */
	return err == -EPERM ? -ENODEV : err;
}

/* Epoll refused a change, or the two in one: there are no such filters. */
static __always_inline void
fbsd_kevent_refused(struct abimux_call *call, const struct fbsd_kevent *change)
{
	struct fbsd_item *item =
		fbsd_item(call->data[FBSD_KEV_EP], change->ident);

	if (!item)
		return;
	if (change->filter == FBSD_EVFILT_READ)
		item->filter[0].state = 0;
	else
		item->filter[1].state = 0;
}

/* A native call for an item is done: FBSD_KEV_RUN if there is one more to make. */
__noinline int fbsd_kevent_item_leave(struct abimux_call *call __arg_trusted)
{
	struct fbsd_kevent change = {};
	int ret = fbsd_kevent_item_made(call, call->args[2]), i, told;
	u32 batch = FBSD_LOW(call->data[FBSD_KEV_BATCH]);

	if (ret == FBSD_KEV_RUN)
		return ret;
	bpf_for(i, 0, 2) {
		if (i >= batch)
			break;
		if (fbsd_kevent_get(call, &change))
			return -EFAULT;
		if (ret)
			fbsd_kevent_refused(call, &change);
		told = fbsd_kevent_made(call, &change, ret);
		if (told)
			return told;
	}
	call->data[FBSD_KEV_BATCH] = 0;
	return 0;
}

/* A native call for another change is done. */
__noinline int fbsd_kevent_note_leave(struct abimux_call *call __arg_trusted)
{
	struct fbsd_kevent change = {};
	int ret;

	if (fbsd_kevent_get(call, &change))
		return -EFAULT;
	switch (FBSD_HIGH(call->data[FBSD_KEV_DONE])) {
	case FBSD_KEV_CLOCK:
		return fbsd_kevent_clock_read(call);
	case FBSD_KEV_PIDFD:
		change.filter = FBSD_EVFILT_PROC;
		change.ident = call->args[0];
		ret = fbsd_process_opened(call, &change);
		break;
	case FBSD_KEV_PIDADD:
		ret = fbsd_process_added(call);
		break;
	case FBSD_KEV_UNDO:
		ret = call->data[FBSD_KEV_BATCH];
		break;
	default:
		ret = fbsd_vnode_leave(call);
	}
	if (ret == FBSD_KEV_RUN)
		return ret;
	call->data[FBSD_KEV_BATCH] = 0;
	return fbsd_kevent_made(call, &change, ret);
}

/* Report what epoll found: zero, or an error. */
__noinline int fbsd_kevent_found(struct abimux_call *call __arg_trusted,
				 u64 scratch, u32 index)
{
	u32 rearms = FBSD_LOW(call->data[FBSD_KEV_BATCH]);
	struct linux_epoll_event item;
	int ret;

	if (fbsd_get(&item, sizeof(item), scratch + index * sizeof(item)))
		return -EFAULT;
	switch (item.data >> FBSD_DATA_SHIFT) {
	case FBSD_DATA_FD:
		ret = fbsd_item_found(call, item.data, item.events);
		if (ret <= 0 || rearms >= FBSD_WAIT_MAX)
			return ret;
		call->data[FBSD_KEV_BATCH]++;
		return fbsd_put64(scratch + FBSD_REARM_AT +
					  rearms * sizeof(u64),
				  FBSD_LOW(item.data));
	case FBSD_DATA_PROCESS:
		return fbsd_process_found(call, item.data);
	case FBSD_DATA_INOTIFY:
		call->data[FBSD_KEV_BATCH] |= FBSD_KEV_CHANGED;
	}
	return 0;
}

static __always_inline bool fbsd_kevent_late(struct abimux_call *call)
{
	u64 deadline = call->data[FBSD_KEV_DEADLINE];

	return !deadline ||
	       (deadline != FBSD_NEVER && bpf_ktime_get_ns() >= deadline);
}

/* Make the next item ready again, if it is; after the last one it is all done. */
static __always_inline int fbsd_kevent_rearm(struct abimux_call *call)
{
	u32 rearms = FBSD_LOW(call->data[FBSD_KEV_BATCH]);
	u64 scratch = abimux_scratch(call), fd;
	struct fbsd_item *item;
	int i;

	bpf_for(i, 0, FBSD_WAIT_MAX) {
		if (!rearms)
			break;
		rearms--;
		if (fbsd_get(&fd, sizeof(fd),
			     scratch + FBSD_REARM_AT + rearms * sizeof(u64)))
			return abimux_done(call, -EFAULT);
		call->data[FBSD_KEV_BATCH] = rearms;
		item = fbsd_item(call->data[FBSD_KEV_EP], fd);
		if (!item || !fbsd_item_interest(item))
			continue;
		if (fbsd_kevent_item(call, FBSD_KEV_REARM, fd) < 0)
			return abimux_done(call, -ENOMEM);
		return FBSD_RUN_LEAVE;
	}
	/* If there is nothing, it was about filters that are disabled: wait on. */
	if (fbsd_kevent_late(call))
		return abimux_done(call, FBSD_LOW(call->data[FBSD_KEV_DONE]));
	return fbsd_kevent_wait(call);
}

/* Notes that are ready come after the items. */
static __always_inline int fbsd_kevent_notes(struct abimux_call *call)
{
	int err = fbsd_harvest(call);

	return err ? abimux_done(call, err) : fbsd_kevent_rearm(call);
}

/* Epoll has found items: make events of them. */
static __always_inline int fbsd_kevent_woken(struct abimux_call *call)
{
	u64 scratch = call->args[1];
	s64 found = call->ret;
	int i, err;

	if (found < 0)
		return abimux_done(call, found);
	bpf_for(i, 0, FBSD_WAIT_MAX) {
		if (i >= found)
			break;
		if (fbsd_kevent_found(call, scratch, i))
			return abimux_done(call, -EFAULT);
	}
	if (call->data[FBSD_KEV_BATCH] & FBSD_KEV_CHANGED) {
		err = fbsd_vnode_read(call);
		if (err == FBSD_KEV_RUN)
			return FBSD_RUN_LEAVE;
		/* What was found already has to be told. */
		if (!FBSD_LOW(call->data[FBSD_KEV_DONE]))
			return abimux_done(call, err);
	}
	return fbsd_kevent_notes(call);
}

__noinline int fbsd_kevent_leave(struct abimux_call *call __arg_trusted)
{
	u64 ep = call->data[FBSD_KEV_EP];
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	int ret;

	/* Another thread has closed it; what is there now may be another's. */
	if (!kq || kq->owner != fbsd_owner())
		return abimux_done(call, -EBADF);
	switch (FBSD_HIGH(call->data[FBSD_KEV_DONE])) {
	case FBSD_KEV_WAIT:
		return fbsd_kevent_woken(call);
	case FBSD_KEV_REARM:
		return fbsd_kevent_rearm(call);
	case FBSD_KEV_INOTIFY_READ:
	case FBSD_KEV_INOTIFY_REMOVE:
		return fbsd_vnode_read_leave(call);
	case FBSD_KEV_INOTIFY_CLOSE:
		return fbsd_kevent_notes(call);
	case FBSD_KEV_YIELD:
		return fbsd_kevent_go(call);
	case FBSD_KEV_ADD:
	case FBSD_KEV_MOD:
	case FBSD_KEV_DEL:
		ret = fbsd_kevent_item_leave(call);
		break;
	default:
		ret = fbsd_kevent_note_leave(call);
	}
	if (ret == FBSD_KEV_RUN)
		return FBSD_RUN_LEAVE;
	if (ret)
		return abimux_done(call, ret == FBSD_KEV_STOP ? 0 : ret);
	return fbsd_kevent_go(call);
}

#endif /* FREEBSD_KEVENT_BPF_H */
