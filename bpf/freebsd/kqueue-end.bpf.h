/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: how descriptors and kqueues end: close, dup2 over one, fork, exec, exit.
 * From knote_fdclose() and kqueue_close() of sys/kern/kern_event.c, fdcopy() and
 * fdcloseexec() of sys/kern/kern_descrip.c.
 */
#ifndef FREEBSD_KQUEUE_END_BPF_H
#define FREEBSD_KQUEUE_END_BPF_H

static __always_inline void fbsd_kq_disown(const struct fbsd_kqueue *kq)
{
	struct fbsd_owned key = { .owner = kq->owner, .index = kq->index };

	bpf_map_delete_elem(&kq_owned, &key);
}

/* Nothing is left of a kqueue but what its process keeps for it. */
__noinline int fbsd_kq_forget(u64 ep)
{
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	struct fbsd_item_key key = { .ep = ep };
	u32 i;

	if (!kq)
		return 0;
	fbsd_kq_disown(kq);
	bpf_for(i, 0, kq->fds) {
		key.fd = i;
		bpf_map_delete_elem(&kq_items, &key);
	}
	bpf_for(i, 0, kq->slots)
		fbsd_note_forget(ep, i);
	bpf_map_delete_elem(&kqueues, &ep);
	return 0;
}

/* A kqueue of the current process ends. */
__noinline int fbsd_kq_end(struct abimux_call *call __arg_trusted, u64 ep)
{
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	struct fbsd_note *note;
	u32 i;

	if (!kq)
		return 0;
	bpf_for(i, 0, kq->slots) {
		note = fbsd_slot(ep, i);
		if (note && note->file)
			abimux_file_drop(call, note->file);
	}
	if (kq->inotify)
		abimux_file_drop(call, kq->inotify);
	abimux_file_drop(call, kq->event);
	return fbsd_kq_forget(ep);
}

/* The epoll file of a kqueue of a process, or zero. */
static __always_inline u64 fbsd_kq_at(u64 owner, u32 index)
{
	struct fbsd_owned key = { .owner = owner, .index = index };
	u64 *ep = bpf_map_lookup_elem(&kq_owned, &key);

	return ep ? *ep : 0;
}

/* A process ends, or runs a native program from now on. */
__noinline int fbsd_kq_owner_end(u64 owner)
{
	struct fbsd_kq_owner *own = fbsd_kq_owner(owner);
	u32 i;

	if (!own)
		return 0;
	bpf_for(i, 0, own->high)
		fbsd_kq_forget(fbsd_kq_at(owner, i));
	bpf_map_delete_elem(&kq_owners, &owner);
	return 0;
}

/*
 * call->data of close, dup2, F_DUP2FD and close_range while descriptors that some
 * kqueue may watch are taken off it; the first words are the call's own.
 */
enum {
	FBSD_UNWATCH_NATIVE = 2, /* the call itself; last descriptor << 32 */
	FBSD_UNWATCH_ARG0,
	FBSD_UNWATCH_ARG1,
	FBSD_UNWATCH_ARG2,
	FBSD_UNWATCH_FD, /* the next descriptor; index of a kqueue << 32 */
};

/* Whether a kqueue may watch a file, or it is one itself. */
static __always_inline bool fbsd_kq_concerns(struct file *file)
{
	return file && (file->f_ep || file->f_inode->i_fsnotify_mask ||
			fbsd_epoll_of(file));
}

/* Whether nobody but a descriptor of the current thread has a file. */
static __always_inline bool fbsd_is_last(struct file *file)
{
	struct task_struct *task = fbsd_current();

	return file->f_count.counter == 1 && task->files->count.counter == 1;
}

static __always_inline void fbsd_unwatch_notes(struct abimux_call *call, u64 ep,
					       u64 fd)
{
	s64 slot;
	int i;

	bpf_for(i, 0, 3) {
		slot = fbsd_note_find(ep, fd,
				      i == 2 ? FBSD_EVFILT_VNODE : -1 - i);
		if (slot >= 0)
			fbsd_note_delete(call, ep, slot);
	}
}

/*
 * Take a descriptor off one kqueue: a descriptor of that if epoll has to be told,
 * else -1. It need not be if the file ends now.
 */
__noinline s32 fbsd_unwatch_one(struct abimux_call *call __arg_trusted, u64 ep,
				u64 fd)
{
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	struct fbsd_item_key key = { .ep = ep, .fd = fd };
	struct file *file = fbsd_file(fd);

	if (!kq)
		return -1;
	if (kq->slots)
		fbsd_unwatch_notes(call, ep, fd);
	if (bpf_map_delete_elem(&kq_items, &key) || !file || fbsd_is_last(file))
		return -1;
	if (fbsd_epoll_file(kq->fd) == ep)
		return kq->fd;
	return fbsd_epoll_fd(ep, 0);
}

/* A kqueue ends with its last descriptor, even if another thread waits for it. */
static __always_inline void fbsd_unwatch_kq(struct abimux_call *call, u32 fd)
{
	u64 ep = fbsd_epoll_file(fd);
	s32 other;

	if (!ep)
		return;
	other = fbsd_epoll_fd(ep, 0);
	if (other == fd)
		other = fbsd_epoll_fd(ep, fd + 1);
	if (other < 0)
		fbsd_kq_end(call, ep);
}

/* Descriptor of the next kqueue that the descriptor was just taken off, or -1. */
__noinline s32 fbsd_unwatch_fd(struct abimux_call *call __arg_trusted)
{
	u64 owner = fbsd_owner(), word = call->data[FBSD_UNWATCH_FD], ep;
	struct fbsd_kq_owner *own = fbsd_kq_owner(owner);
	u32 fd = FBSD_LOW(word), i;
	s32 kq;

	if (!own)
		return -1;
	bpf_for(i, FBSD_HIGH(word), own->high) {
		ep = fbsd_kq_at(owner, i);
		kq = ep ? fbsd_unwatch_one(call, ep, fd) : -1;
		if (kq < 0)
			continue;
		call->data[FBSD_UNWATCH_FD] = FBSD_PAIR(i + 1, fd);
		return kq;
	}
	fbsd_unwatch_kq(call, fd);
	return -1;
}

/* Take the next descriptor off a kqueue, or do what it was taken off for. */
__noinline int fbsd_unwatch_leave(struct abimux_call *call __arg_trusted)
{
	u32 last = FBSD_HIGH(call->data[FBSD_UNWATCH_NATIVE]);
	u32 fd = FBSD_LOW(call->data[FBSD_UNWATCH_FD]), at;
	s32 kq;

	bpf_for(at, fd, last) {
		if (!fbsd_kq_concerns(fbsd_file(at)))
			continue;
		if (at != fd)
			call->data[FBSD_UNWATCH_FD] = at;
		kq = fbsd_unwatch_fd(call);
		if (kq < 0)
			continue;
		fd = FBSD_LOW(call->data[FBSD_UNWATCH_FD]);
		call->native = LINUX_NR_EPOLL_CTL;
		fbsd_args(call, kq, LINUX_EPOLL_CTL_DEL, fd, 0, 0, 0);
		return FBSD_RUN_LEAVE;
	}
	call->native = FBSD_LOW(call->data[FBSD_UNWATCH_NATIVE]);
	fbsd_args(call, call->data[FBSD_UNWATCH_ARG0],
		  call->data[FBSD_UNWATCH_ARG1], call->data[FBSD_UNWATCH_ARG2],
		  0, 0, 0);
	return FBSD_RUN;
}

/* Descriptors from @fd to the one before @end are about to be closed. */
static __always_inline int fbsd_unwatch_range(struct abimux_call *call, u32 fd,
					      u32 end)
{
	call->data[FBSD_UNWATCH_NATIVE] = FBSD_PAIR(end, call->native);
	call->data[FBSD_UNWATCH_ARG0] = call->args[0];
	call->data[FBSD_UNWATCH_ARG1] = call->args[1];
	call->data[FBSD_UNWATCH_ARG2] = call->args[2];
	call->data[FBSD_UNWATCH_FD] = fd;
	return fbsd_unwatch_leave(call);
}

/* A descriptor is about to be closed: @verdict if no kqueue has it. */
static __always_inline int fbsd_unwatch(struct abimux_call *call, u32 fd,
					int verdict)
{
	if (!fbsd_kq_concerns(fbsd_file(fd)))
		return verdict;
	return fbsd_unwatch_range(call, fd, fd + 1);
}

/* From low to last: what an open range means. */
static __always_inline int fbsd_unwatch_from(struct abimux_call *call, u32 low,
					     u32 last)
{
	struct task_struct *task = fbsd_current();
	u32 end = task->files->fdt->max_fds;

	if (!fbsd_kq_owner(fbsd_owner()))
		return FBSD_RUN;
	if (last < end)
		end = last + 1;
	return fbsd_unwatch_range(call, low, end);
}

/* call->data of fork. */
enum {
	FBSD_FORK_KQUEUES, /* there may be descriptors of kqueues left */
	FBSD_FORK_FD, /* from here on */
};

/* Close the next of the kqueues that a child has from its parent. */
static __always_inline int fbsd_kq_fork_child(struct abimux_call *call)
{
	s32 fd = fbsd_epoll_fd(0, call->data[FBSD_FORK_FD]);

	if (fd < 0)
		return ABIMUX_DONE;
	call->data[FBSD_FORK_FD] = fd + 1;
	call->native = LINUX_NR_CLOSE;
	fbsd_args(call, fd, 0, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* The items and notes of descriptors that an exec has closed. */
static __always_inline void fbsd_kq_exec_fds(struct abimux_call *call, u64 ep)
{
	struct fbsd_kqueue *kq = bpf_map_lookup_elem(&kqueues, &ep);
	u32 fd;

	if (!kq)
		return;
	bpf_for(fd, 0, kq->fds) {
		if (!fbsd_file(fd))
			fbsd_unwatch_one(call, ep, fd);
	}
}

/* A kqueue stays over exec, but for what was to be closed then. */
__noinline int fbsd_kq_exec(struct abimux_call *call __arg_trusted)
{
	u64 owner = fbsd_owner(), ep;
	struct fbsd_kq_owner *own = fbsd_kq_owner(owner);
	u32 i;

	if (!own)
		return 0;
	bpf_for(i, 0, own->high) {
		ep = fbsd_kq_at(owner, i);
		if (!ep)
			continue;
		if (fbsd_epoll_fd(ep, 0) < 0)
			fbsd_kq_end(call, ep);
		else
			fbsd_kq_exec_fds(call, ep);
	}
	return 0;
}

/* What the table hears of: any context. */
static __always_inline void fbsd_kq_hear(u32 event, struct task_struct *task,
					 u64 value)
{
	switch (event) {
	case ABIMUX_EVENT_SIGNAL:
		fbsd_signal_hear(fbsd_owner_of(task), fbsd_sig_out(value));
		return;
	case ABIMUX_EVENT_EXIT:
		fbsd_kq_owner_end(fbsd_owner_of(task));
		break;
	case ABIMUX_EVENT_EXEC:
		if (!task->abimux)
			fbsd_kq_owner_end(fbsd_owner_of(task));
		break;
	}
	fbsd_process_hear(event, task->tgid, value);
}

#endif /* FREEBSD_KQUEUE_END_BPF_H */
