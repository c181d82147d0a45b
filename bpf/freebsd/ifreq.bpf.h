/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: what ioctl tells of one interface. From sys/net/if.h, sys/sys/sockio.h,
 * sys/net/if.c.
 */
#ifndef FREEBSD_IFREQ_BPF_H
#define FREEBSD_IFREQ_BPF_H

#define FBSD_IF_NAME_SIZE 16

#define LINUX_SIOCGIFFLAGS 0x8913
#define LINUX_SIOCGIFADDR 0x8915
#define LINUX_SIOCGIFDSTADDR 0x8917
#define LINUX_SIOCGIFBRDADDR 0x8919
#define LINUX_SIOCGIFNETMASK 0x891b
#define LINUX_IFF_SAME_SHORT 0x3df
#define LINUX_IFF_MULTICAST_SHORT 0x1000
#define FBSD_IFF_MULTICAST_SHORT 0x8000

/* struct ifreq: a name, and an address or a number. Linux's has eight bytes more. */
struct fbsd_ifreq {
	char name[FBSD_IF_NAME_SIZE];
	union {
		struct {
			u8 len, family;
		};
		u16 native;
		u16 flags;
		u64 words[3];
	};
};

/* (fd, request, ifreq): the name goes in, the rest comes out. */
__noinline int fbsd_ifreq(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call);
	struct fbsd_ifreq native = {};

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (fbsd_get(native.name, sizeof(native.name), call->args[2]))
		return abimux_done(call, -EFAULT);
	native.name[FBSD_IF_NAME_SIZE - 1] = '\0';
	if (fbsd_put(scratch, &native, sizeof(native)))
		return abimux_done(call, -EFAULT);
	call->args[2] = scratch;
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_ifreq_leave(struct abimux_call *call __arg_trusted, u64 to)
{
	struct fbsd_ifreq req;
	u32 flags;

	if (call->ret < 0)
		return abimux_done(call,
				   call->ret == -ENODEV ? -ENXIO : call->ret);
	if (fbsd_get(&req, sizeof(req), call->args[2]))
		return abimux_done(call, -EFAULT);
	switch (call->args[1]) {
	case LINUX_SIOCGIFFLAGS:
		flags = req.flags;
		req.flags = flags & LINUX_IFF_SAME_SHORT;
		if (flags & LINUX_IFF_MULTICAST_SHORT)
			req.flags |= FBSD_IFF_MULTICAST_SHORT;
		break;
	case LINUX_SIOCGIFADDR:
	case LINUX_SIOCGIFDSTADDR:
	case LINUX_SIOCGIFBRDADDR:
	case LINUX_SIOCGIFNETMASK:
		req.family = fbsd_family_out(req.native);
		req.len = FBSD_SOCKADDR_IN_SIZE;
		break;
	}
	return abimux_done(call, fbsd_put(to + FBSD_IF_NAME_SIZE, req.words,
					  2 * sizeof(u64)));
}

#endif /* FREEBSD_IFREQ_BPF_H */
