/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: kqueue and kevent, on epoll. From sys/sys/event.h,
 * sys/kern/kern_event.c.
 *
 * A kqueue is an epoll file. What epoll has no place for (the udata of each filter
 * of a descriptor, its flags) is a knote in a map, by epoll file, descriptor and
 * filter. Both filters of a descriptor are one item of the epoll file, and its data
 * is the descriptor.
 *
 * An item is edge-triggered as soon as one of its filters has EV_CLEAR; one without
 * it is then made ready again after each report ("rearm"), so that it is reported
 * as long as it is ready. One-shot filters make the item one-shot, which is rearmed
 * for the other filter.
 */
#ifndef FREEBSD_KQUEUE_BPF_H
#define FREEBSD_KQUEUE_BPF_H

/* Those that a knote keeps and that come back with its events. */
#define FBSD_EV_KEPT \
	(FBSD_EV_ONESHOT | FBSD_EV_CLEAR | FBSD_EV_RECEIPT | FBSD_EV_DISPATCH)

/* struct kevent; up to FreeBSD 11 without ext. */
struct fbsd_kevent {
	u64 ident;
	s16 filter;
	u16 flags;
	u32 fflags;
	s64 data;
	u64 udata;
};

struct linux_epoll_event {
	u32 events;
	u64 data;
} __attribute__((packed));

/**
 * struct fbsd_kqueue - an epoll file that is a kqueue
 * @owner: the process that made it: a fork does not inherit it
 * @fd: its descriptor there
 * @mixed: items may have to be rearmed
 */
struct fbsd_kqueue {
	u64 owner;
	u32 fd;
	u32 mixed;
};

struct fbsd_knote_key {
	u64 ep; /* the epoll file */
	u64 ident;
	s32 filter;
	u32 pad;
};

/**
 * struct fbsd_knote - a filter of a kqueue
 * @owner: of the kqueue
 * @udata: the program's own
 * @data: its data, when it was added
 * @fflags: its fflags
 * @flags: FBSD_EV_KEPT
 * @disabled: not reported until it is enabled
 */
struct fbsd_knote {
	u64 owner;
	u64 udata;
	s64 data;
	u32 fflags;
	u16 flags;
	u16 disabled;
};

/* A descriptor that some kqueue may watch; closing it has to end that. */
struct fbsd_watched {
	u64 owner;
	u64 fd;
};

/* Epoll files are few, what they watch may be a lot. */
#define FBSD_KQUEUES_MAX 65536
#define FBSD_KNOTES_MAX (1 << 16)

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FBSD_KQUEUES_MAX);
	__type(key, u64);
	__type(value, struct fbsd_kqueue);
} kqueues SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FBSD_KNOTES_MAX);
	__type(key, struct fbsd_knote_key);
	__type(value, struct fbsd_knote);
} knotes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FBSD_KNOTES_MAX);
	__type(key, struct fbsd_watched);
	__type(value, u32);
} watched SEC(".maps");

/* call->data of kevent. */
enum {
	FBSD_KEV_CHANGES, /* the changes that are left */
	FBSD_KEV_EVENTS, /* where the next event goes */
	FBSD_KEV_TIMEOUT, /* the program's timeout */
	FBSD_KEV_LEFT, /* changes that are left; room for events << 32 */
	FBSD_KEV_DONE, /* events given; what the native call is << 32 */
	FBSD_KEV_EP, /* the epoll file */
	FBSD_KEV_KQ, /* its descriptor; bytes of an event << 32 */
	FBSD_KEV_BATCH, /* changes that the native call is for; then rearms */
};

/* What the native call is for. */
enum {
	FBSD_KEV_ADD = 1,
	FBSD_KEV_MOD,
	FBSD_KEV_DEL,
	FBSD_KEV_WAIT,
	FBSD_KEV_REARM,
};

extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

#define FBSD_LOW(word) ((u32)(word))
#define FBSD_HIGH(word) ((u32)((word) >> 32))
#define FBSD_PAIR(high, low) ((u64)(high) << 32 | (u32)(low))

/* Scratch memory: events of epoll, and at its end the items to rearm. */
#define FBSD_REARM_MAX 10
#define FBSD_REARM_AT (ABIMUX_SCRATCH_SIZE - FBSD_REARM_MAX * sizeof(u64))
#define FBSD_WAIT_MAX 64

static __always_inline u64 fbsd_epoll_file(u32 fd)
{
	struct file *file = fbsd_file(fd);

	return file ? (u64)BPF_CORE_READ(file, private_data) : 0;
}

/* What is to be forgotten: all of a process, or all of one epoll file. */
struct fbsd_forget {
	u64 owner;
	u64 ep;
};

static long fbsd_forget_knote(struct bpf_map *map, struct fbsd_knote_key *key,
			      struct fbsd_knote *note, struct fbsd_forget *what)
{
	if (what->ep ? key->ep == what->ep : note->owner == what->owner)
		bpf_map_delete_elem(map, key);
	return 0;
}

static long fbsd_forget_kqueue(struct bpf_map *map, u64 *ep,
			       struct fbsd_kqueue *kq, struct fbsd_forget *what)
{
	if (kq->owner == what->owner)
		bpf_map_delete_elem(map, ep);
	return 0;
}

static long fbsd_forget_watched(struct bpf_map *map, struct fbsd_watched *key,
				u32 *yes, struct fbsd_forget *what)
{
	if (key->owner == what->owner)
		bpf_map_delete_elem(map, key);
	return 0;
}

/* A process ends: nothing is left of its kqueues. */
__noinline int fbsd_forget_owner(u64 owner)
{
	struct fbsd_forget what = { .owner = owner };

	bpf_for_each_map_elem(&knotes, fbsd_forget_knote, &what, 0);
	bpf_for_each_map_elem(&kqueues, fbsd_forget_kqueue, &what, 0);
	bpf_for_each_map_elem(&watched, fbsd_forget_watched, &what, 0);
	return 0;
}

/* An epoll file ends, or ended unseen and its address is another's now. */
__noinline int fbsd_forget_kq(u64 ep)
{
	struct fbsd_forget what = { .ep = ep };

	bpf_map_delete_elem(&kqueues, &ep);
	bpf_for_each_map_elem(&knotes, fbsd_forget_knote, &what, 0);
	return 0;
}

/* Whether a process that made a kqueue was killed since. */
static long fbsd_find_dead(struct bpf_map *map, u64 *ep, struct fbsd_kqueue *kq,
			   u64 *dead)
{
	s32 pid = kq->owner & ((1 << FBSD_OWNER_PID_BITS) - 1);
	struct task_struct *task = bpf_task_from_pid(pid);
	u64 owner = 0;

	if (task) {
		owner = fbsd_owner_of(task);
		bpf_task_release(task);
	}
	if (owner == kq->owner)
		return 0;
	*dead = kq->owner;
	return 1;
}

/*
 * A killed process calls nothing at its end, and native ones are not looked at:
 * what it left is taken away when the next kqueue is made.
 */
__noinline int fbsd_forget_dead(void)
{
	u64 dead;
	int i;

	bpf_for(i, 0, 64) {
		dead = 0;
		bpf_for_each_map_elem(&kqueues, fbsd_find_dead, &dead, 0);
		if (!dead)
			break;
		fbsd_forget_owner(dead);
	}
	return 0;
}

/* A key that no descriptor has: the process has made a kqueue. */
#define FBSD_WATCHED_ANY (~0UL)

/*
 * (status): other threads run on until the native call has stopped them, and must
 * not miss their kqueue. What those leave goes as if the process was killed.
 */
__noinline int fbsd_exit(struct abimux_call *call __arg_trusted)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fbsd_watched any = { .owner = fbsd_owner(),
				    .fd = FBSD_WATCHED_ANY };

	if (BPF_CORE_READ(task, signal, nr_threads) > 1)
		return ABIMUX_RUN;
	if (bpf_map_lookup_elem(&watched, &any))
		fbsd_forget_owner(any.owner);
	return ABIMUX_RUN;
}

static __always_inline int fbsd_watch(u64 fd)
{
	struct fbsd_watched key = { .owner = fbsd_owner(), .fd = fd };
	u32 yes = 1;

	return bpf_map_update_elem(&watched, &key, &yes, BPF_ANY);
}

/* () and, with a flag, (flags) */
__noinline int fbsd_kqueue(struct abimux_call *call __arg_trusted)
{
	u64 flags = call->nr == FBSD_KQUEUEX ? (u32)call->args[0] : 0;

	if (flags & ~(u64)FBSD_KQUEUE_CLOEXEC)
		return abimux_done(call, -EINVAL);
	call->args[0] = flags ? LINUX_O_CLOEXEC : 0;
	call->data[0] = 0;
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_kqueue_leave(struct abimux_call *call __arg_trusted)
{
	struct fbsd_kqueue kq = {};
	s64 fd = call->ret;
	u64 ep;

	if (call->data[0])
		return abimux_done(call, -ENOMEM);
	if (fd < 0)
		return abimux_done(call, fd);
	ep = fbsd_epoll_file(fd);
	fbsd_forget_kq(ep);
	fbsd_forget_dead();
	kq.owner = fbsd_owner();
	kq.fd = fd;
	if (!fbsd_watch(fd) && !fbsd_watch(FBSD_WATCHED_ANY) &&
	    !bpf_map_update_elem(&kqueues, &ep, &kq, BPF_ANY))
		return abimux_done(call, fd);
	call->data[0] = 1;
	call->native = LINUX_NR_CLOSE;
	fbsd_args(call, fd, 0, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline struct fbsd_knote *fbsd_knote(u64 ep, u64 ident,
						     s32 filter)
{
	struct fbsd_knote_key key = { .ep = ep,
				      .ident = ident,
				      .filter = filter };

	return bpf_map_lookup_elem(&knotes, &key);
}

static __always_inline void fbsd_knote_delete(u64 ep, u64 ident, s32 filter)
{
	struct fbsd_knote_key key = { .ep = ep,
				      .ident = ident,
				      .filter = filter };

	bpf_map_delete_elem(&knotes, &key);
}

/* What epoll is to watch a descriptor for: nothing if zero. */
__noinline u32 fbsd_interest(u64 ep, u64 ident)
{
	struct fbsd_knote *read = fbsd_knote(ep, ident, FBSD_EVFILT_READ);
	struct fbsd_knote *write = fbsd_knote(ep, ident, FBSD_EVFILT_WRITE);
	u32 events = 0, flags = 0;

	if (read && !read->disabled) {
		events |= LINUX_EPOLLIN | LINUX_EPOLLRDHUP;
		flags |= read->flags;
	}
	if (write && !write->disabled) {
		events |= LINUX_EPOLLOUT;
		flags |= write->flags;
	}
	if (flags & FBSD_EV_CLEAR)
		events |= LINUX_EPOLLET;
	if (flags & (FBSD_EV_ONESHOT | FBSD_EV_DISPATCH))
		events |= LINUX_EPOLLONESHOT;
	return events;
}

/* Tell epoll what it is to watch a descriptor for. */
static __always_inline int fbsd_epoll_ctl(struct abimux_call *call, u32 op,
					  u32 what, u64 ident, u32 events)
{
	struct linux_epoll_event event = { .events = events, .data = ident };
	u64 scratch = abimux_scratch(call);

	if (!scratch || fbsd_put(scratch, &event, sizeof(event)))
		return abimux_done(call, -ENOMEM);
	call->data[FBSD_KEV_DONE] = FBSD_PAIR(what, call->data[FBSD_KEV_DONE]);
	call->native = LINUX_NR_EPOLL_CTL;
	fbsd_args(call, FBSD_LOW(call->data[FBSD_KEV_KQ]), op, ident, scratch,
		  0, 0);
	return FBSD_RUN_LEAVE;
}

/* Write one event for the program. */
static __always_inline int fbsd_kevent_give(struct abimux_call *call,
					    const struct fbsd_kevent *event)
{
	u32 size = FBSD_HIGH(call->data[FBSD_KEV_KQ]);
	u64 left = call->data[FBSD_KEV_LEFT], to = call->data[FBSD_KEV_EVENTS];
	u64 ext[4] = {};

	if (fbsd_put(to, event, sizeof(*event)))
		return -EFAULT;
	if (size == FBSD_KEVENT_SIZE &&
	    fbsd_put(to + sizeof(*event), ext, sizeof(ext)))
		return -EFAULT;
	call->data[FBSD_KEV_EVENTS] = to + size;
	call->data[FBSD_KEV_LEFT] = FBSD_PAIR(FBSD_HIGH(left) - 1, left);
	call->data[FBSD_KEV_DONE]++;
	return 0;
}

/* A change has an error to tell, or a receipt: zero if there was room for it. */
__noinline int fbsd_kevent_tell(struct abimux_call *call __arg_trusted,
				u64 from, int err)
{
	struct fbsd_kevent change;

	if (!FBSD_HIGH(call->data[FBSD_KEV_LEFT]))
		return err;
	if (fbsd_get(&change, sizeof(change), from))
		return -EFAULT;
	change.flags = FBSD_EV_ERROR;
	change.data = fbsd_errno(-err);
	return fbsd_kevent_give(call, &change);
}

/* The change that is next: take it off. */
static __always_inline void fbsd_kevent_pass(struct abimux_call *call)
{
	call->data[FBSD_KEV_CHANGES] += FBSD_HIGH(call->data[FBSD_KEV_KQ]);
	call->data[FBSD_KEV_LEFT]--;
}

static __always_inline int fbsd_knote_add(u64 ep,
					  const struct fbsd_kevent *change)
{
	struct fbsd_knote_key key = { .ep = ep,
				      .ident = change->ident,
				      .filter = change->filter };
	struct fbsd_knote note = {
		.owner = fbsd_owner(),
		.udata = change->udata,
		.data = change->data,
		.fflags = change->fflags,
		.flags = change->flags & FBSD_EV_KEPT,
		.disabled = !!(change->flags & FBSD_EV_DISABLE),
	};

	if (fbsd_watch(change->ident) ||
	    bpf_map_update_elem(&knotes, &key, &note, BPF_NOEXIST))
		return -ENOMEM;
	return 0;
}

static __always_inline void fbsd_knote_change(struct fbsd_knote *note,
					      const struct fbsd_kevent *change)
{
	if (change->flags & FBSD_EV_ENABLE)
		note->disabled = 0;
	else if (change->flags & FBSD_EV_DISABLE)
		note->disabled = 1;
	note->udata = change->udata;
	note->fflags = change->fflags;
	note->data = change->data;
}

/* Whether items of these filters are ever rearmed: see fbsd_kevent_report(). */
static __always_inline bool fbsd_is_mixed(u64 ep, u64 ident)
{
	struct fbsd_knote *read = fbsd_knote(ep, ident, FBSD_EVFILT_READ);
	struct fbsd_knote *write = fbsd_knote(ep, ident, FBSD_EVFILT_WRITE);
	u32 any = (read ? read->flags : 0) | (write ? write->flags : 0);

	return (any & (FBSD_EV_ONESHOT | FBSD_EV_DISPATCH)) ||
	       (read && write &&
		((read->flags ^ write->flags) & FBSD_EV_CLEAR));
}

static __always_inline void fbsd_note_mixed(u64 ep, u64 ident)
{
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);

	if (kq && !kq->mixed && fbsd_is_mixed(ep, ident))
		kq->mixed = 1;
}

static __always_inline bool fbsd_filter_is_fd(s16 filter)
{
	return filter == FBSD_EVFILT_READ || filter == FBSD_EVFILT_WRITE;
}

/*
 * Make a change to the knotes: which of FBSD_KEV_ADD, MOD, DEL epoll needs, zero if
 * none, or an error. kqueue_register()
 */
static __always_inline int
fbsd_kevent_register(u64 ep, const struct fbsd_kevent *change)
{
	u32 before = fbsd_interest(ep, change->ident), after;
	struct fbsd_knote *note;
	int err;

	note = fbsd_knote(ep, change->ident, change->filter);
	if (!note && !(change->flags & FBSD_EV_ADD))
		return -ENOENT;
	if (!note) {
		err = fbsd_knote_add(ep, change);
		if (err)
			return err;
		fbsd_note_mixed(ep, change->ident);
	} else if (change->flags & FBSD_EV_DELETE) {
		fbsd_knote_delete(ep, change->ident, change->filter);
	} else {
		fbsd_knote_change(note, change);
	}
	after = fbsd_interest(ep, change->ident);
	if (!after)
		return before ? FBSD_KEV_DEL : 0;
	return before ? FBSD_KEV_MOD : FBSD_KEV_ADD;
}

static __always_inline int fbsd_kevent_check(const struct fbsd_kevent *change)
{
	if ((change->flags & FBSD_EV_ENABLE) &&
	    (change->flags & FBSD_EV_DISABLE))
		return -EINVAL;
	if (!fbsd_filter_is_fd(change->filter))
		return -EINVAL;
	if (change->ident > 0x7fffffff || !fbsd_file(change->ident))
		return -EBADF;
	return 0;
}

/*
 * Two filters added to a descriptor, one after the other, are one native call: so
 * all programs add a socket.
 */
static __always_inline bool fbsd_kevent_joins(const struct fbsd_kevent *first,
					      const struct fbsd_kevent *second)
{
	return first->ident == second->ident &&
	       first->filter != second->filter &&
	       fbsd_filter_is_fd(second->filter) &&
	       !((first->flags | second->flags) &
		 (FBSD_EV_DELETE | FBSD_EV_ENABLE | FBSD_EV_DISABLE |
		  FBSD_EV_RECEIPT)) &&
	       (first->flags & second->flags & FBSD_EV_ADD);
}

/* What fbsd_kevent_change() answers if the native call has to run. */
#define FBSD_KEV_RUN 1

static __always_inline int fbsd_kevent_native(struct abimux_call *call,
					      u32 what, u64 ident)
{
	u32 events = fbsd_interest(call->data[FBSD_KEV_EP], ident);
	u32 op = what == FBSD_KEV_ADD ? LINUX_EPOLL_CTL_ADD :
		 what == FBSD_KEV_MOD ? LINUX_EPOLL_CTL_MOD :
					LINUX_EPOLL_CTL_DEL;

	return fbsd_epoll_ctl(call, op, what, ident, events) == ABIMUX_DONE ?
		       -ENOMEM :
		       FBSD_KEV_RUN;
}

/* Make the next change: FBSD_KEV_RUN, zero if it is done, or an error for the call. */
__noinline int fbsd_kevent_change(struct abimux_call *call __arg_trusted)
{
	u64 ep = call->data[FBSD_KEV_EP], at = call->data[FBSD_KEV_CHANGES];
	struct fbsd_kevent change, second;
	int what;

	if (fbsd_get(&change, sizeof(change), at))
		return -EFAULT;
	call->data[FBSD_KEV_BATCH] = 1;
	change.flags &= ~FBSD_EV_SYSFLAGS;
	if (!change.filter) {
		fbsd_kevent_pass(call);
		return 0;
	}
	what = fbsd_kevent_check(&change) ?: fbsd_kevent_register(ep, &change);
	if (what > 0 && FBSD_LOW(call->data[FBSD_KEV_LEFT]) > 1 &&
	    !fbsd_get(&second, sizeof(second),
		      at + FBSD_HIGH(call->data[FBSD_KEV_KQ])) &&
	    fbsd_kevent_joins(&change, &second) &&
	    fbsd_kevent_register(ep, &second) >= 0)
		call->data[FBSD_KEV_BATCH] = 2;
	if (what > 0)
		return fbsd_kevent_native(call, what, change.ident);
	fbsd_kevent_pass(call);
	if (what < 0 || (change.flags & FBSD_EV_RECEIPT))
		return fbsd_kevent_tell(call, at, what);
	return 0;
}

/* All changes are made: wait for events, unless there are errors to tell. */
static __always_inline int fbsd_kevent_wait(struct abimux_call *call)
{
	u64 room = FBSD_HIGH(call->data[FBSD_KEV_LEFT]),
	    scratch = abimux_scratch(call);
	u64 ep = call->data[FBSD_KEV_EP], max = FBSD_WAIT_MAX;
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	u32 done = FBSD_LOW(call->data[FBSD_KEV_DONE]);

	if (done || !room)
		return abimux_done(call, done);
	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (kq && kq->mixed)
		max = FBSD_REARM_MAX;
	/* One item can be two events. */
	room = room > 1 ? room / 2 : 1;
	if (room > max)
		room = max;
	call->data[FBSD_KEV_DONE] = FBSD_PAIR(FBSD_KEV_WAIT, 0);
	call->data[FBSD_KEV_BATCH] = 0;
	call->native = LINUX_NR_EPOLL_PWAIT2;
	fbsd_args(call, FBSD_LOW(call->data[FBSD_KEV_KQ]), scratch, room,
		  call->data[FBSD_KEV_TIMEOUT], 0, 0);
	return FBSD_RUN_LEAVE;
}

/* Changes of one call: a program that has more made a mistake. */
#define FBSD_CHANGES_MAX 65536

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
			return abimux_done(call, ret);
	}
	return abimux_done(call, -EINVAL);
}

/* (kq, changes, nchanges, events, nevents, timeout) */
__noinline int fbsd_kevent(struct abimux_call *call __arg_trusted)
{
	u32 size = call->nr == FBSD_KEVENT ? FBSD_KEVENT_SIZE :
					     FBSD_KEVENT11_SIZE;
	u64 ep = fbsd_epoll_file(call->args[0]);
	s32 changes = call->args[2], events = call->args[4];
	struct fbsd_kqueue *kq;

	kq = bpf_map_lookup_elem(&kqueues, &ep);
	if (!kq || kq->owner != fbsd_owner())
		return abimux_done(call, -EBADF);
	call->data[FBSD_KEV_CHANGES] = call->args[1];
	call->data[FBSD_KEV_EVENTS] = call->args[3];
	call->data[FBSD_KEV_TIMEOUT] = call->args[5];
	call->data[FBSD_KEV_LEFT] =
		FBSD_PAIR(events < 0 ? 0 : events, changes < 0 ? 0 : changes);
	call->data[FBSD_KEV_DONE] = 0;
	call->data[FBSD_KEV_EP] = ep;
	call->data[FBSD_KEV_KQ] = FBSD_PAIR(size, call->args[0]);
	return fbsd_kevent_go(call);
}

/* Epoll refused a change, or the two in one: take back the knotes, tell of each. */
static __always_inline int fbsd_kevent_refused(struct abimux_call *call,
					       const struct fbsd_kevent *change,
					       int err)
{
	u64 ep = call->data[FBSD_KEV_EP], at = call->data[FBSD_KEV_CHANGES];
	bool both = call->data[FBSD_KEV_BATCH] > 1;

	if (both || change->filter == FBSD_EVFILT_READ)
		fbsd_knote_delete(ep, change->ident, FBSD_EVFILT_READ);
	if (both || change->filter == FBSD_EVFILT_WRITE)
		fbsd_knote_delete(ep, change->ident, FBSD_EVFILT_WRITE);
	fbsd_kevent_pass(call);
	if (fbsd_kevent_tell(call, at, err))
		return err;
	if (!both)
		return 0;
	at = call->data[FBSD_KEV_CHANGES];
	fbsd_kevent_pass(call);
	return fbsd_kevent_tell(call, at, err);
}

/*
 * Epoll has answered about a change. It can know a descriptor that has no knote (a
 * one-shot item stays), and not know one that has (the file was closed elsewhere).
 */
__noinline int fbsd_kevent_changed(struct abimux_call *call __arg_trusted)
{
	u32 what = FBSD_HIGH(call->data[FBSD_KEV_DONE]);
	u64 at = call->data[FBSD_KEV_CHANGES];
	struct fbsd_kevent change;
	int err = call->ret;

	if (fbsd_get(&change, sizeof(change), at))
		return -EFAULT;
	if (err == -EEXIST && what == FBSD_KEV_ADD)
		return fbsd_kevent_native(call, FBSD_KEV_MOD, change.ident);
	if (err == -ENOENT && what == FBSD_KEV_MOD)
		return fbsd_kevent_native(call, FBSD_KEV_ADD, change.ident);
	if (err < 0 && what != FBSD_KEV_DEL)
		return fbsd_kevent_refused(call, &change, err);
	if (call->data[FBSD_KEV_BATCH] > 1)
		fbsd_kevent_pass(call);
	fbsd_kevent_pass(call);
	return change.flags & FBSD_EV_RECEIPT ? fbsd_kevent_tell(call, at, 0) :
						0;
}

/* Bytes in a pipe. */
static __always_inline s64 fbsd_pipe_bytes(struct file *file)
{
	struct pipe_inode_info *pipe = BPF_CORE_READ(file, private_data);
	u32 head = BPF_CORE_READ(pipe, head), tail = BPF_CORE_READ(pipe, tail);
	u32 mask = BPF_CORE_READ(pipe, ring_size) - 1, len;
	struct pipe_buffer *bufs = BPF_CORE_READ(pipe, bufs);
	s64 bytes = 0;
	int i;

	bpf_for(i, 0, 4096) {
		if (tail + i == head)
			break;
		len = 0;
		bpf_probe_read_kernel(&len, sizeof(len),
				      &bufs[(tail + i) & mask].len);
		bytes += len;
	}
	return bytes;
}

/* How much there is to read, or room to write. */
__noinline s64 fbsd_kevent_data(u64 fd, s32 filter)
{
	struct file *file = fbsd_file(fd);
	struct pipe_inode_info *pipe;
	u64 pages;

	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & FBSD_S_IFMT) !=
			     FBSD_S_IFIFO)
		return 0;
	if (filter == FBSD_EVFILT_READ)
		return fbsd_pipe_bytes(file);
	pipe = BPF_CORE_READ(file, private_data);
	pages = BPF_CORE_READ(pipe, max_usage);
	return pages * FBSD_PAGE_SIZE - fbsd_pipe_bytes(file);
}

/* Whether what epoll found is for this filter; FBSD_EV_EOF if it is the end too. */
static __always_inline u32 fbsd_kevent_ready(u32 events, s32 filter)
{
	u32 eof = filter == FBSD_EVFILT_READ ? LINUX_EPOLLRDHUP : 0;
	u32 ready = filter == FBSD_EVFILT_READ ? LINUX_EPOLLIN : LINUX_EPOLLOUT;

	eof |= LINUX_EPOLLHUP | LINUX_EPOLLERR;
	if (events & eof)
		return FBSD_EV_EOF | 1;
	return !!(events & ready);
}

/*
 * Report one filter of an item if it is ready. What is to be done about the item
 * then: FBSD_KEV_REARM or nothing.
 */
__noinline int fbsd_kevent_report(struct abimux_call *call __arg_trusted,
				  u64 ident, u32 events, s32 filter)
{
	u64 ep = call->data[FBSD_KEV_EP];
	struct fbsd_knote *note = fbsd_knote(ep, ident, filter);
	u32 ready = fbsd_kevent_ready(events, filter);
	struct fbsd_kevent event = { .ident = ident, .filter = filter };

	if (!note || note->disabled || !ready)
		return 0;
	if (!FBSD_HIGH(call->data[FBSD_KEV_LEFT]))
		return FBSD_KEV_REARM;
	event.flags = note->flags | (ready & FBSD_EV_EOF);
	event.udata = note->udata;
	event.data = fbsd_kevent_data(ident, filter);
	if (fbsd_kevent_give(call, &event))
		return -EFAULT;
	if (event.flags & FBSD_EV_DISPATCH)
		note->disabled = 1;
	if (event.flags & FBSD_EV_ONESHOT)
		fbsd_knote_delete(ep, ident, filter);
	if (event.flags & (FBSD_EV_ONESHOT | FBSD_EV_DISPATCH))
		return FBSD_KEV_REARM;
	/* Edge-triggered for the other filter's sake. */
	return event.flags & FBSD_EV_CLEAR ? 0 : FBSD_KEV_REARM;
}

/* Report an item: zero, or an error. */
__noinline int fbsd_kevent_item(struct abimux_call *call __arg_trusted,
				u64 scratch, u32 index)
{
	struct linux_epoll_event item;
	u64 rearms = call->data[FBSD_KEV_BATCH];
	u32 interest;
	int read, write;

	if (fbsd_get(&item, sizeof(item), scratch + index * sizeof(item)))
		return -EFAULT;
	interest = fbsd_interest(call->data[FBSD_KEV_EP], item.data);
	read = fbsd_kevent_report(call, item.data, item.events,
				  FBSD_EVFILT_READ);
	write = fbsd_kevent_report(call, item.data, item.events,
				   FBSD_EVFILT_WRITE);
	if (read < 0 || write < 0)
		return -EFAULT;
	/* A level-triggered item is ready again by itself. */
	if ((!read && !write) ||
	    !(interest & (LINUX_EPOLLET | LINUX_EPOLLONESHOT)))
		return 0;
	if (rearms >= FBSD_REARM_MAX ||
	    !(fbsd_interest(call->data[FBSD_KEV_EP], item.data)))
		return 0;
	call->data[FBSD_KEV_BATCH] = rearms + 1;
	return fbsd_put64(scratch + FBSD_REARM_AT + rearms * sizeof(u64),
			  item.data);
}

/* Make the next item ready again, if it is. */
static __always_inline int fbsd_kevent_rearm(struct abimux_call *call)
{
	u64 rearms = call->data[FBSD_KEV_BATCH], scratch = abimux_scratch(call),
	    ident;

	if (!rearms)
		return abimux_done(call, FBSD_LOW(call->data[FBSD_KEV_DONE]));
	rearms--;
	call->data[FBSD_KEV_BATCH] = rearms;
	if (fbsd_get(&ident, sizeof(ident),
		     scratch + FBSD_REARM_AT + rearms * sizeof(u64)))
		return abimux_done(call, -EFAULT);
	return fbsd_epoll_ctl(call, LINUX_EPOLL_CTL_MOD, FBSD_KEV_REARM, ident,
			      fbsd_interest(call->data[FBSD_KEV_EP], ident));
}

/* Epoll has found items: make events of them. */
static __always_inline int fbsd_kevent_woken(struct abimux_call *call)
{
	u64 scratch = call->args[1];
	s64 found = call->ret;
	int i;

	if (found <= 0)
		return abimux_done(call, found);
	bpf_for(i, 0, FBSD_WAIT_MAX) {
		if (i >= found)
			break;
		if (fbsd_kevent_item(call, scratch, i))
			return abimux_done(call, -EFAULT);
	}
	/* All of it was about filters that are gone or disabled: wait on. */
	if (!FBSD_LOW(call->data[FBSD_KEV_DONE]))
		return fbsd_kevent_wait(call);
	return fbsd_kevent_rearm(call);
}

__noinline int fbsd_kevent_leave(struct abimux_call *call __arg_trusted)
{
	int ret;

	switch (FBSD_HIGH(call->data[FBSD_KEV_DONE])) {
	case FBSD_KEV_WAIT:
		return fbsd_kevent_woken(call);
	case FBSD_KEV_REARM:
		return fbsd_kevent_rearm(call);
	}
	ret = fbsd_kevent_changed(call);
	if (ret == FBSD_KEV_RUN)
		return FBSD_RUN_LEAVE;
	if (ret)
		return abimux_done(call, ret);
	return fbsd_kevent_go(call);
}

/* call->data of close, dup2 and F_DUP2FD, of a watched descriptor. */
enum {
	FBSD_UNWATCH_NATIVE = 2, /* the call itself, when that is done */
	FBSD_UNWATCH_ARG0,
	FBSD_UNWATCH_ARG1,
	FBSD_UNWATCH_ARG2,
	FBSD_UNWATCH_FD, /* the descriptor */
};

/* Whose descriptor is no longer to be watched, and a kqueue that still does. */
struct fbsd_unwatch {
	u64 fd;
	u64 owner;
	s32 kq;
};

static long fbsd_unwatch_one(struct bpf_map *map, u64 *key,
			     struct fbsd_kqueue *kq, struct fbsd_unwatch *un)
{
	u64 ep = *key;

	if (kq->owner != un->owner ||
	    (!fbsd_knote(ep, un->fd, FBSD_EVFILT_READ) &&
	     !fbsd_knote(ep, un->fd, FBSD_EVFILT_WRITE)))
		return 0;
	fbsd_knote_delete(ep, un->fd, FBSD_EVFILT_READ);
	fbsd_knote_delete(ep, un->fd, FBSD_EVFILT_WRITE);
	/* The descriptor of the kqueue itself may be another's by now. */
	if (fbsd_epoll_file(kq->fd) != ep)
		return 0;
	un->kq = kq->fd;
	return 1;
}

/* Descriptor of the next kqueue that this one was just taken off, or -1. */
__noinline s32 fbsd_unwatch_next(u64 fd)
{
	struct fbsd_unwatch un = { .fd = fd, .owner = fbsd_owner(), .kq = -1 };

	bpf_for_each_map_elem(&kqueues, fbsd_unwatch_one, &un, 0);
	return un.kq;
}

/* Take a descriptor off the next kqueue, or do what it was taken off for. */
__noinline int fbsd_unwatch_leave(struct abimux_call *call __arg_trusted)
{
	u64 fd = call->data[FBSD_UNWATCH_FD];
	s32 kq = fbsd_unwatch_next(fd);

	if (kq >= 0) {
		call->native = LINUX_NR_EPOLL_CTL;
		fbsd_args(call, kq, LINUX_EPOLL_CTL_DEL, fd, 0, 0, 0);
		return FBSD_RUN_LEAVE;
	}
	call->native = call->data[FBSD_UNWATCH_NATIVE];
	fbsd_args(call, call->data[FBSD_UNWATCH_ARG0],
		  call->data[FBSD_UNWATCH_ARG1], call->data[FBSD_UNWATCH_ARG2],
		  0, 0, 0);
	return FBSD_RUN;
}

/* A descriptor is about to be closed: if it is the last one of a kqueue, that ends. */
__noinline int fbsd_kq_close(u32 fd)
{
	struct file *file = fbsd_file(fd);
	struct fbsd_kqueue *kq;
	u64 ep;

	if (!file || BPF_CORE_READ(file, f_count.counter) != 1)
		return 0;
	ep = (u64)BPF_CORE_READ(file, private_data);
	kq = bpf_map_lookup_elem(&kqueues, &ep);
	return kq && kq->owner == fbsd_owner() ? fbsd_forget_kq(ep) : 0;
}

/* A descriptor is about to be closed: @verdict if no kqueue has it. */
static __always_inline int fbsd_unwatch(struct abimux_call *call, u32 fd,
					int verdict)
{
	struct fbsd_watched key = { .owner = fbsd_owner(), .fd = fd };

	if (bpf_map_delete_elem(&watched, &key))
		return verdict;
	fbsd_kq_close(fd);
	call->data[FBSD_UNWATCH_NATIVE] = call->native;
	call->data[FBSD_UNWATCH_ARG0] = call->args[0];
	call->data[FBSD_UNWATCH_ARG1] = call->args[1];
	call->data[FBSD_UNWATCH_ARG2] = call->args[2];
	call->data[FBSD_UNWATCH_FD] = fd;
	return fbsd_unwatch_leave(call);
}

#endif /* FREEBSD_KQUEUE_BPF_H */
