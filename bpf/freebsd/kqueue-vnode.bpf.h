/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FREEBSD_KQUEUE_VNODE_BPF_H
#define FREEBSD_KQUEUE_VNODE_BPF_H

__noinline int fbsd_vnode_unwatch(u64 watch, u64 ep, u64 slot)
{
	return 0;
}

static __always_inline bool fbsd_vnode_take(struct fbsd_note *note,
					    struct fbsd_kevent *event)
{
	return false;
}

static __always_inline int fbsd_vnode_change(struct abimux_call *call,
					     const struct fbsd_kevent *change)
{
	return -ENXIO;
}

static __always_inline int fbsd_vnode_leave(struct abimux_call *call,
					    const struct fbsd_kevent *change)
{
	return -EINVAL;
}

static __always_inline int fbsd_vnode_read(struct abimux_call *call)
{
	return abimux_done(call, -EINVAL);
}

#endif /* FREEBSD_KQUEUE_VNODE_BPF_H */
