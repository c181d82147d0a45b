/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: about the kernel itself: its environment, modules, identifiers. From
 * sys/kern/kern_environment.c, sys/kern/kern_linker.c, sys/kern/kern_uuid.c.
 */
#ifndef FREEBSD_KERNEL_BPF_H
#define FREEBSD_KERNEL_BPF_H

/* (action, name, value, len): an empty environment that nobody may change. */
static __always_inline int fbsd_kenv(struct abimux_call *call)
{
	switch ((u32)call->args[0]) {
	case FBSD_KENV_GET:
		return abimux_done(call, -ENOENT);
	case FBSD_KENV_SET:
	case FBSD_KENV_UNSET:
		return abimux_done(call, -EPERM);
	case FBSD_KENV_DUMP ... FBSD_KENV_DUMP_STATIC:
		return abimux_done(call, 0);
	default:
		return abimux_done(call, -EINVAL);
	}
}

/* kldnext, modnext (id): none follows the start, and there is no other. */
static __always_inline int fbsd_no_next(struct abimux_call *call)
{
	return abimux_done(call, (u32)call->args[0] ? -ENOENT : 0);
}

/* struct uuid, sys/sys/_uuid.h */
struct fbsd_uuid {
	u32 low;
	u16 mid;
	u16 high;
	u32 seq_node;
	u32 node;
};

/* From the start of the Gregorian calendar to that of Unix, in tenths of us. */
#define FBSD_UUID_EPOCH 0x01b21dd213814000UL
#define FBSD_UUIDS_MAX 2048

/* (store, count): of version 1, by time; the node is a random multicast address. */
__noinline int fbsd_uuidgen(struct abimux_call *call __arg_trusted)
{
	u64 now = bpf_ktime_get_tai_ns() / 100 + FBSD_UUID_EPOCH;
	u64 to = call->args[0];
	u32 count = call->args[1];
	struct fbsd_uuid uuid = {
		.seq_node = (bpf_get_prandom_u32() & ~0xc0u) | 0x10080,
		.node = bpf_get_prandom_u32(),
	};
	int i;

	if (count < 1 || count > FBSD_UUIDS_MAX)
		return abimux_done(call, -EINVAL);
	bpf_for(i, 0, FBSD_UUIDS_MAX) {
		if (i >= count)
			break;
		uuid.low = now + i;
		uuid.mid = (now + i) >> 32;
		uuid.high = ((now + i) >> 48 & 0xfff) | 0x1000;
		if (fbsd_put(to + i * sizeof(uuid), &uuid, sizeof(uuid)))
			return abimux_done(call, -EFAULT);
	}
	return abimux_done(call, 0);
}

#endif /* FREEBSD_KERNEL_BPF_H */
