/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: filter VNODE, and READ and WRITE of files and directories. From
 * vfs_kqfilter(), filt_vfsread() and the vop_*_post() of sys/kern/vfs_subr.c.
 *
 * All files of a kqueue are watched by one inotify file that the program has no
 * descriptor of; it gets one for the time of a native call. A watch that nobody
 * needs any more is taken away when it is heard of.
 */
#ifndef FREEBSD_KQUEUE_VNODE_BPF_H
#define FREEBSD_KQUEUE_VNODE_BPF_H

/* Notes about one file, of one kqueue. */
#define FBSD_FILE_NOTES_MAX 16

struct fbsd_watch_key {
	u64 ep;
	u32 watch;
	u32 index;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FBSD_NOTED_MAX);
	__type(key, struct fbsd_watch_key);
	__type(value, u64); /* a slot */
} kq_watches SEC(".maps");

struct linux_inotify_event {
	s32 watch;
	u32 mask;
	u32 cookie;
	u32 len;
};

/* Scratch memory: a path, or what an inotify file says. */
#define FBSD_INOTIFY_AT 2304
#define FBSD_INOTIFY_SIZE (ABIMUX_SCRATCH_SIZE - FBSD_INOTIFY_AT)
#define FBSD_INOTIFY_MAX \
	(FBSD_INOTIFY_SIZE / sizeof(struct linux_inotify_event))

static __always_inline int fbsd_vnode_register(u64 ep, u32 watch, u64 slot)
{
	struct fbsd_watch_key key = { .ep = ep, .watch = watch };
	int i;

	bpf_for(i, 0, FBSD_FILE_NOTES_MAX) {
		key.index = i;
		if (!bpf_map_update_elem(&kq_watches, &key, &slot, BPF_NOEXIST))
			return 0;
	}
	return -ENOMEM;
}

__noinline int fbsd_vnode_unwatch(u64 watch, u64 ep, u64 slot)
{
	struct fbsd_watch_key key = { .ep = ep, .watch = watch };
	u64 *at;
	int i;

	bpf_for(i, 0, FBSD_FILE_NOTES_MAX) {
		key.index = i;
		at = bpf_map_lookup_elem(&kq_watches, &key);
		if (at && *at == slot)
			bpf_map_delete_elem(&kq_watches, &key);
	}
	return 0;
}

/* filt_vfsread(), filt_vfswrite(), filt_vfsvnode() */
static __always_inline bool fbsd_vnode_take(struct fbsd_note *note,
					    struct fbsd_kevent *event)
{
	struct file *file = fbsd_file(note->ident);

	if (!file || note->filter == FBSD_EVFILT_WRITE)
		return file;
	if (note->filter == FBSD_EVFILT_READ) {
		event->data = file->f_inode->i_size - file->f_pos;
		return event->data || (note->wants & FBSD_NOTE_FILE_POLL);
	}
	event->fflags = note->flags & FBSD_EV_CLEAR ?
				__sync_lock_test_and_set(&note->fflags, 0) :
				note->fflags;
	return event->fflags;
}

/* What of a file inotify has to tell; opening and reading only if it is asked for. */
static __always_inline u32 fbsd_vnode_mask(const struct fbsd_note *note)
{
	u32 wants = note->filter == FBSD_EVFILT_VNODE ? note->wants : 0;

	return LINUX_IN_MODIFY | LINUX_IN_ATTRIB | LINUX_IN_MOVED_FROM |
	       LINUX_IN_MOVED_TO | LINUX_IN_CREATE | LINUX_IN_DELETE |
	       LINUX_IN_DELETE_SELF | LINUX_IN_MOVE_SELF | LINUX_IN_MASK_ADD |
	       fbsd_bits(wants, FBSD_NOTE_OPEN, LINUX_IN_OPEN) |
	       fbsd_bits(wants, FBSD_NOTE_CLOSE, LINUX_IN_CLOSE_NOWRITE) |
	       fbsd_bits(wants, FBSD_NOTE_CLOSE_WRITE, LINUX_IN_CLOSE_WRITE) |
	       fbsd_bits(wants, FBSD_NOTE_READ, LINUX_IN_ACCESS);
}

/* Run a native call on the inotify file, which gets a descriptor for that. */
static __always_inline int fbsd_vnode_call(struct abimux_call *call, u32 what,
					   u32 native, u64 arg1, u64 arg2)
{
	u64 ep = call->data[FBSD_KEV_EP];
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	s64 fd = kq ? abimux_file_open(call, kq->inotify) : -EBADF;

	if (fd < 0)
		return fd;
	fbsd_kevent_what(call, what);
	call->native = native;
	fbsd_args(call, fd, arg1, arg2, 0, 0, 0);
	return FBSD_KEV_RUN;
}

/* Watch the file of a note. */
static __always_inline int fbsd_vnode_watch(struct abimux_call *call)
{
	u32 slot = FBSD_LOW(call->data[FBSD_KEV_BATCH]);
	struct fbsd_note *note = fbsd_slot(call->data[FBSD_KEV_EP], slot);
	u64 scratch = abimux_scratch(call);
	char path[32] = {};

	if (!note)
		return -ENOENT;
	BPF_SNPRINTF(path, sizeof(path), "/proc/thread-self/fd/%u",
		     (u32)note->ident);
	if (!scratch || fbsd_put(scratch + FBSD_INOTIFY_AT, path, sizeof(path)))
		return -ENOMEM;
	return fbsd_vnode_call(call, FBSD_KEV_WATCH, LINUX_NR_INOTIFY_ADD_WATCH,
			       scratch + FBSD_INOTIFY_AT,
			       fbsd_vnode_mask(note));
}

/* The first file of a kqueue: that needs an inotify file. */
static __always_inline int fbsd_vnode_init(struct abimux_call *call)
{
	fbsd_kevent_what(call, FBSD_KEV_INOTIFY);
	call->native = LINUX_NR_INOTIFY_INIT1;
	fbsd_args(call, LINUX_IN_NONBLOCK | LINUX_IN_CLOEXEC, 0, 0, 0, 0, 0);
	return FBSD_KEV_RUN;
}

static __always_inline int fbsd_vnode_start(struct abimux_call *call, u64 slot)
{
	u64 ep = call->data[FBSD_KEV_EP];
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	struct fbsd_note *note = fbsd_slot(ep, slot);
	struct file *file = note ? fbsd_file(note->ident) : NULL;

	if (!kq || !note || !file)
		return -EBADF;
	note->next = file->f_inode->i_size;
	note->period = file->f_inode->i_nlink;
	call->data[FBSD_KEV_BATCH] = slot;
	return kq->inotify ? fbsd_vnode_watch(call) : fbsd_vnode_init(call);
}

/* Make a change to a filter of a file; a wider one is a watch of more. */
__noinline int fbsd_vnode_change(struct abimux_call *call __arg_trusted,
				 const struct fbsd_kevent *change __arg_nonnull)
{
	u64 ep = call->data[FBSD_KEV_EP];
	s64 slot = fbsd_note_find(ep, change->ident, change->filter);
	int err;

	if (slot >= 0) {
		err = fbsd_note_change(call, slot, change);
		if (err || (change->flags & FBSD_EV_DELETE) ||
		    change->filter != FBSD_EVFILT_VNODE)
			return err;
		call->data[FBSD_KEV_BATCH] = slot;
		return fbsd_vnode_watch(call);
	}
	if (!(change->flags & FBSD_EV_ADD))
		return -ENOENT;
	slot = fbsd_note_new(ep, change);
	return slot < 0 ? slot : fbsd_vnode_start(call, slot);
}

static __always_inline int fbsd_vnode_fail(struct abimux_call *call, u32 slot,
					   int err)
{
	fbsd_note_delete(call, call->data[FBSD_KEV_EP], slot);
	return err;
}

/* There is an inotify file: let epoll wait for it. */
static __always_inline int fbsd_vnode_made(struct abimux_call *call, u32 slot)
{
	u32 fd = call->ret;

	if (call->ret < 0)
		return fbsd_vnode_fail(call, slot, call->ret);
	call->data[FBSD_KEV_BATCH] = FBSD_PAIR(fd, slot);
	return fbsd_kevent_ctl(call, FBSD_KEV_INOTIFY_ADD, fd, LINUX_EPOLLIN,
			       FBSD_DATA(FBSD_DATA_INOTIFY, 0, 0));
}

/* Take its descriptor away; if another thread has made one too, that is enough. */
static __always_inline int fbsd_vnode_keep(struct abimux_call *call, u32 slot)
{
	u64 ep = call->data[FBSD_KEV_EP];
	u32 fd = FBSD_HIGH(call->data[FBSD_KEV_BATCH]);
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	s64 id = call->ret < 0 ? call->ret : abimux_file_keep(call, fd);

	if (id < 0 || !kq) {
		fbsd_vnode_fail(call, slot, id);
		return fbsd_kevent_undo(call, fd, id < 0 ? id : -EBADF);
	}
	if (__sync_val_compare_and_swap(&kq->inotify, 0, id))
		abimux_file_drop(call, id);
	return fbsd_vnode_watch(call);
}

/* The file is watched: by which number, and that is all. */
static __always_inline int fbsd_vnode_watched(struct abimux_call *call,
					      u32 slot)
{
	u64 ep = call->data[FBSD_KEV_EP];
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	struct fbsd_note *note = fbsd_slot(ep, slot);
	u32 fd = call->args[0];
	s64 err = call->ret;

	if (kq && note && err >= 0 && !note->watch) {
		note->watch = err + 1;
		err = fbsd_vnode_register(ep, note->watch, slot);
		if (!err && note->filter != FBSD_EVFILT_VNODE)
			fbsd_note_fire(kq, slot);
	}
	if (err < 0)
		fbsd_vnode_fail(call, slot, err);
	return fbsd_kevent_undo(call, fd, err < 0 ? err : 0);
}

static __always_inline int fbsd_vnode_leave(struct abimux_call *call)
{
	u32 slot = FBSD_LOW(call->data[FBSD_KEV_BATCH]);

	switch (FBSD_HIGH(call->data[FBSD_KEV_DONE])) {
	case FBSD_KEV_INOTIFY:
		return fbsd_vnode_made(call, slot);
	case FBSD_KEV_INOTIFY_ADD:
		return fbsd_vnode_keep(call, slot);
	default:
		return fbsd_vnode_watched(call, slot);
	}
}

/* A file was written to, or made shorter, which is another thing there. */
static __always_inline u32 fbsd_vnode_written(struct fbsd_note *note, u64 size)
{
	u64 was = note->next;

	note->next = size;
	if (size < was)
		return FBSD_NOTE_ATTRIB;
	return size > was ? FBSD_NOTE_WRITE | FBSD_NOTE_EXTEND :
			    FBSD_NOTE_WRITE;
}

/* A name of it came or went, or something else about it changed. */
static __always_inline u32 fbsd_vnode_linked(struct fbsd_note *note, u64 links)
{
	u64 was = note->period;

	note->period = links;
	if (links == was)
		return FBSD_NOTE_ATTRIB;
	return links < was ? FBSD_NOTE_DELETE : FBSD_NOTE_LINK;
}

/* A directory changed; @within: a name in it became another. vop_rename_post() */
static __always_inline u32 fbsd_vnode_entries(u32 mask, bool within)
{
	u32 fflags = FBSD_NOTE_WRITE;

	if (mask & (LINUX_IN_CREATE | LINUX_IN_DELETE))
		return mask & LINUX_IN_ISDIR ? fflags | FBSD_NOTE_LINK : fflags;
	if (within)
		return fflags;
	fflags |= FBSD_NOTE_EXTEND;
	return mask & LINUX_IN_ISDIR ? fflags | FBSD_NOTE_LINK : fflags;
}

static __always_inline u32 fbsd_vnode_fflags(struct fbsd_note *note,
					     struct inode *inode, u32 mask,
					     bool within)
{
	u32 fflags =
		fbsd_bits(mask, LINUX_IN_DELETE_SELF, FBSD_NOTE_DELETE) |
		fbsd_bits(mask, LINUX_IN_MOVE_SELF, FBSD_NOTE_RENAME) |
		fbsd_bits(mask, LINUX_IN_OPEN, FBSD_NOTE_OPEN) |
		fbsd_bits(mask, LINUX_IN_CLOSE_NOWRITE, FBSD_NOTE_CLOSE) |
		fbsd_bits(mask, LINUX_IN_CLOSE_WRITE, FBSD_NOTE_CLOSE_WRITE) |
		fbsd_bits(mask, LINUX_IN_ACCESS, FBSD_NOTE_READ);

	if (mask & LINUX_IN_MODIFY)
		fflags |= fbsd_vnode_written(note, inode->i_size);
	if (mask & LINUX_IN_ATTRIB)
		fflags |= fbsd_vnode_linked(note, inode->i_nlink);
	if (mask & (LINUX_IN_CREATE | LINUX_IN_DELETE | LINUX_IN_MOVED_FROM |
		    LINUX_IN_MOVED_TO))
		fflags |= fbsd_vnode_entries(mask, within);
	return fflags;
}

/* Something happened to the file of a note. */
static __always_inline void fbsd_vnode_event(struct fbsd_kqueue *kq, u64 ep,
					     u32 slot, u32 mask, bool within)
{
	struct fbsd_note *note = fbsd_slot(ep, slot);
	struct file *file = note ? fbsd_file(note->ident) : NULL;

	if (!note || !file)
		return;
	if (note->filter == FBSD_EVFILT_VNODE)
		__sync_fetch_and_or(
			&note->fflags,
			note->wants & fbsd_vnode_fflags(note, file->f_inode,
							mask, within));
	if (note->filter != FBSD_EVFILT_VNODE || note->fflags)
		fbsd_note_fire(kq, slot);
}

/* An event of inotify: whether some note is about that file. */
__noinline int fbsd_vnode_found(u64 ep, u32 watch, u32 mask, bool within)
{
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	struct fbsd_watch_key key = { .ep = ep, .watch = watch + 1 };
	u32 found = 0;
	u64 *slot;
	int i;

	if (!kq)
		return 0;
	bpf_for(i, 0, FBSD_FILE_NOTES_MAX) {
		key.index = i;
		slot = bpf_map_lookup_elem(&kq_watches, &key);
		if (!slot)
			continue;
		found++;
		fbsd_vnode_event(kq, ep, *slot, mask, within);
	}
	return found;
}

/* The inotify file is ready: read it. */
static __always_inline int fbsd_vnode_read(struct abimux_call *call)
{
	u64 scratch = abimux_scratch(call);

	if (!scratch)
		return -ENOMEM;
	return fbsd_vnode_call(call, FBSD_KEV_INOTIFY_READ, LINUX_NR_READ,
			       scratch + FBSD_INOTIFY_AT, FBSD_INOTIFY_SIZE);
}

/* Look at what was read: a watch that is about no note, or -1. */
__noinline s32 fbsd_vnode_parse(u64 ep, u64 at, s64 len)
{
	struct linux_inotify_event one = {}, next = {}, none = {};
	u32 within = 0;
	s32 useless = -1;
	u64 off = 0;
	int i;

	/* A name that changed within a directory is two events, with one cookie. */
	bpf_for(i, 0, FBSD_INOTIFY_MAX + 1) {
		next = none;
		if (off + sizeof(next) <= len &&
		    fbsd_get(&next, sizeof(next), at + off))
			break;
		if (one.cookie && one.cookie == next.cookie &&
		    one.watch == next.watch)
			within = one.cookie;
		if (one.mask &&
		    !fbsd_vnode_found(ep, one.watch, one.mask,
				      within && one.cookie == within) &&
		    !(one.mask & LINUX_IN_IGNORED))
			useless = one.watch;
		if (!next.mask)
			break;
		off += sizeof(next) + next.len;
		one = next;
	}
	return useless;
}

/* Close the descriptor again; a watch that nobody needs goes before. */
static __always_inline int fbsd_vnode_read_leave(struct abimux_call *call)
{
	u64 fd = call->args[0];
	s32 useless;

	if (FBSD_HIGH(call->data[FBSD_KEV_DONE]) == FBSD_KEV_INOTIFY_READ) {
		useless = fbsd_vnode_parse(call->data[FBSD_KEV_EP],
					   call->args[1], call->ret);
		if (useless >= 0) {
			fbsd_kevent_what(call, FBSD_KEV_INOTIFY_REMOVE);
			call->native = LINUX_NR_INOTIFY_RM_WATCH;
			call->args[1] = useless;
			return FBSD_RUN_LEAVE;
		}
	}
	fbsd_kevent_what(call, FBSD_KEV_INOTIFY_CLOSE);
	call->native = LINUX_NR_CLOSE;
	fbsd_args(call, fd, 0, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

#endif /* FREEBSD_KQUEUE_VNODE_BPF_H */
