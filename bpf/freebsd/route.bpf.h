/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: the interfaces, as sysctl tells of them in messages of the routing
 * socket. From sys/net/rtsock.c, sys/net/if.h, sys/net/if_dl.h, sys/net/if_types.h.
 *
 * The lists of the network namespace are read as they are: should an interface
 * come or go meanwhile, the answer is ENOMEM, at which programs ask again.
 */
#ifndef FREEBSD_ROUTE_BPF_H
#define FREEBSD_ROUTE_BPF_H

/* clang-format off */
#define FBSD_NET_RT_IFLIST		3
#define FBSD_NET_RT_IFMALIST		4
#define FBSD_NET_RT_IFLISTL		5
#define FBSD_RTM_VERSION		5
#define FBSD_RTM_NEWADDR		0xc
#define FBSD_RTM_IFINFO			0xe
#define FBSD_RTM_NEWMADDR		0xf
#define FBSD_RTA_NETMASK		0x4
#define FBSD_RTA_IFP			0x10
#define FBSD_RTA_IFA			0x20
#define FBSD_RTA_BRD			0x80
#define FBSD_RTF_UP			0x1
#define FBSD_IFT_OTHER			0x1
#define FBSD_IFT_ETHER			0x6
#define FBSD_IFT_LOOP			0x18
#define FBSD_IFF_MULTICAST		0x8000
#define FBSD_IFF_DRV_RUNNING		0x40
#define FBSD_LINK_STATE_DOWN		1
#define FBSD_LINK_STATE_UP		2

/* UP to POINTOPOINT, NOARP, PROMISC, ALLMULTI: the same numbers. */
#define LINUX_IFF_SAME			0x39f
#define LINUX_IFF_BROADCAST		0x2
#define LINUX_IFF_LOOPBACK		0x8
#define LINUX_IFF_POINTOPOINT		0x10
#define LINUX_IFF_MULTICAST		0x1000
#define LINUX_ARPHRD_ETHER		1
#define LINUX_ARPHRD_LOOPBACK		772
#define LINUX_LINK_STATE_START		0
#define LINUX_LINK_STATE_NOCARRIER	2

/* Of each, no namespace has more. */
#define FBSD_DEVICES_MAX		4096
#define FBSD_ADDRESSES_MAX		1024
/* clang-format on */

struct fbsd_if_data {
	u8 type, physical, addrlen, hdrlen;
	u8 link_state, vhid;
	u16 datalen;
	u32 mtu, metric;
	u64 baudrate;
	u64 counters[12];
	u64 hwassist;
	u64 epoch;
	u64 lastchange[2];
};

/* What all the messages start with, struct ifma_msghdr. */
struct fbsd_rt_msghdr {
	u16 msglen;
	u8 version, type;
	u32 addrs, flags;
	u16 index, spare;
};

/* struct if_msghdr */
struct fbsd_if_msghdr {
	struct fbsd_rt_msghdr hdr;
	struct fbsd_if_data data;
};

/* struct if_msghdrl; struct ifa_msghdrl has the metric where the spare is. */
struct fbsd_if_msghdrl {
	struct fbsd_rt_msghdr hdr;
	u16 len, data_off;
	u32 spare;
	struct fbsd_if_data data;
};

/* struct ifa_msghdr */
struct fbsd_ifa_msghdr {
	struct fbsd_rt_msghdr hdr;
	u32 metric;
};

/* As long as if_attach() makes it, a multiple of eight. */
struct fbsd_sockaddr_dl {
	u8 len, family;
	u16 index;
	u8 type, nlen, alen, slen;
	char data[48];
};

struct fbsd_sockaddr_in {
	u8 len, family;
	u16 port;
	u32 addr;
	u64 zero;
};

/* With the bytes that round its length up in a message. */
struct fbsd_sockaddr_in6 {
	u8 len, family;
	u16 port;
	u32 flowinfo;
	u32 addr[4];
	u32 scope;
	u32 round;
};

/* call->data of sysctl, after what its own calls have there. */
enum {
	FBSD_RT_USED = 3, /* bytes of messages */
	FBSD_RT_ROOM, /* bytes there are for them */
	FBSD_RT_WHAT, /* FBSD_NET_RT_*, the family << 32 */
};

static __always_inline struct net *fbsd_net(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return BPF_CORE_READ(task, nsproxy, net_ns);
}

/* One more part of a message, or as much as is needed to know how long all is. */
static __always_inline int fbsd_rt_emit(struct abimux_call *call,
					const void *part, u32 size)
{
	u64 at = call->data[FBSD_RT_USED], to = call->data[FBSD_CTL_OLD];

	call->data[FBSD_RT_USED] = at + size;
	if (!to || at + size > call->data[FBSD_RT_ROOM])
		return 0;
	return fbsd_put(to + at, part, size);
}

static __always_inline u32 fbsd_if_type(u32 native)
{
	switch (native) {
	case LINUX_ARPHRD_ETHER:
		return FBSD_IFT_ETHER;
	case LINUX_ARPHRD_LOOPBACK:
		return FBSD_IFT_LOOP;
	default:
		return FBSD_IFT_OTHER;
	}
}

static __always_inline bool fbsd_if_running(const struct net_device *dev)
{
	u64 state = BPF_CORE_READ(dev, state);

	return (state & (1UL << LINUX_LINK_STATE_START)) &&
	       !(state & (1UL << LINUX_LINK_STATE_NOCARRIER));
}

static __always_inline u32 fbsd_if_flags(const struct net_device *dev)
{
	u32 native = BPF_CORE_READ(dev, flags);
	u32 flags = native & LINUX_IFF_SAME;

	if (native & LINUX_IFF_MULTICAST)
		flags |= FBSD_IFF_MULTICAST;
	if (fbsd_if_running(dev))
		flags |= FBSD_IFF_DRV_RUNNING;
	return flags;
}

/* The name and the address of an interface, which may have none but zeros. */
static __always_inline void fbsd_if_sdl(const struct net_device *dev,
					struct fbsd_sockaddr_dl *sdl)
{
	u32 alen = BPF_CORE_READ(dev, addr_len), i, any = 0;
	long nlen = bpf_probe_read_kernel_str(sdl->data, 16, dev->name) - 1;
	char addr[32] = {};

	if (nlen < 0)
		nlen = 0;
	if (alen > sizeof(addr))
		alen = sizeof(addr);
	bpf_probe_read_kernel(addr, sizeof(addr), BPF_CORE_READ(dev, dev_addr));
	bpf_for(i, 0, sizeof(addr)) {
		if (i >= alen)
			break;
		any |= addr[i];
		if (nlen + i < sizeof(sdl->data))
			sdl->data[nlen + i] = addr[i];
	}
	sdl->len = sizeof(*sdl);
	sdl->family = FBSD_AF_LINK;
	sdl->index = BPF_CORE_READ(dev, ifindex);
	sdl->type = fbsd_if_type(BPF_CORE_READ(dev, type));
	sdl->nlen = nlen;
	sdl->alen = any ? alen : 0;
}

__noinline int fbsd_rt_sdl(struct abimux_call *call __arg_trusted, u64 dev)
{
	struct fbsd_sockaddr_dl sdl = {};

	fbsd_if_sdl((const struct net_device *)dev, &sdl);
	return fbsd_rt_emit(call, &sdl, sizeof(sdl));
}

static __always_inline void fbsd_if_data(const struct net_device *dev,
					 struct fbsd_if_data *data)
{
	data->type = fbsd_if_type(BPF_CORE_READ(dev, type));
	data->addrlen = BPF_CORE_READ(dev, addr_len);
	data->hdrlen = BPF_CORE_READ(dev, hard_header_len);
	data->link_state = fbsd_if_running(dev) ? FBSD_LINK_STATE_UP :
						  FBSD_LINK_STATE_DOWN;
	data->datalen = sizeof(*data);
	data->mtu = BPF_CORE_READ(dev, mtu);
}

/* RTM_IFINFO, in either form; its name and hardware address come behind. */
__noinline int fbsd_rt_interface(struct abimux_call *call __arg_trusted,
				 u64 from)
{
	const struct net_device *dev = (const struct net_device *)from;
	u32 size = sizeof(struct fbsd_if_msghdrl);
	struct fbsd_if_msghdrl msg = {};

	if (FBSD_LOW(call->data[FBSD_RT_WHAT]) == FBSD_NET_RT_IFLIST)
		size = sizeof(struct fbsd_if_msghdr);
	msg.hdr.msglen = size + sizeof(struct fbsd_sockaddr_dl);
	msg.hdr.version = FBSD_RTM_VERSION;
	msg.hdr.type = FBSD_RTM_IFINFO;
	msg.hdr.addrs = FBSD_RTA_IFP;
	msg.hdr.flags = fbsd_if_flags(dev);
	msg.hdr.index = BPF_CORE_READ(dev, ifindex);
	msg.len = sizeof(msg);
	msg.data_off = offsetof(struct fbsd_if_msghdrl, data);
	fbsd_if_data(dev, &msg.data);
	if (size == sizeof(msg))
		return fbsd_rt_emit(call, &msg, sizeof(msg));
	return fbsd_rt_emit(call, &msg.hdr, sizeof(msg.hdr)) ?:
		       fbsd_rt_emit(call, &msg.data, sizeof(msg.data));
}

/* What RTM_NEWADDR starts with; @size bytes of addresses follow. */
__noinline int fbsd_rt_address(struct abimux_call *call __arg_trusted, u64 from,
			       u32 addrs, u32 size)
{
	const struct net_device *dev = (const struct net_device *)from;
	struct fbsd_if_msghdrl msg = {};
	u32 head = sizeof(msg);

	if (FBSD_LOW(call->data[FBSD_RT_WHAT]) == FBSD_NET_RT_IFLIST)
		head = sizeof(struct fbsd_ifa_msghdr);
	/* All of a message is a multiple of eight: ALIGN(). */
	msg.hdr.msglen = (head + size + 7) & ~7U;
	msg.hdr.version = FBSD_RTM_VERSION;
	msg.hdr.type = FBSD_RTM_NEWADDR;
	msg.hdr.addrs = addrs;
	msg.hdr.flags = FBSD_RTF_UP;
	msg.hdr.index = BPF_CORE_READ(dev, ifindex);
	msg.len = sizeof(msg);
	msg.data_off = offsetof(struct fbsd_if_msghdrl, data);
	if (head == sizeof(msg)) {
		msg.data.datalen = sizeof(msg.data);
		return fbsd_rt_emit(call, &msg, sizeof(msg));
	}
	return fbsd_rt_emit(call, &msg.hdr, sizeof(msg.hdr)) ?:
		       fbsd_rt_emit(call, &msg.spare, sizeof(msg.spare));
}

/* Bring the messages to a multiple of eight bytes. */
static __always_inline int fbsd_rt_align(struct abimux_call *call)
{
	u32 zero = 0;

	if (!(call->data[FBSD_RT_USED] & 7))
		return 0;
	return fbsd_rt_emit(call, &zero, sizeof(zero));
}

static __always_inline int fbsd_rt_in(struct abimux_call *call, u32 addr)
{
	struct fbsd_sockaddr_in in = {
		.len = sizeof(in),
		.family = FBSD_AF_INET,
		.addr = addr,
	};

	return fbsd_rt_emit(call, &in, sizeof(in));
}

/* One IPv4 address: its mask, the interface, itself, where it broadcasts to. */
__noinline int fbsd_rt_inet_one(struct abimux_call *call __arg_trusted, u64 dev,
				u64 from)
{
	const struct in_ifaddr *ifa = (const struct in_ifaddr *)from;
	u32 flags = BPF_CORE_READ((const struct net_device *)dev, flags);
	u32 to = flags & LINUX_IFF_BROADCAST ?
			 BPF_CORE_READ(ifa, ifa_broadcast) :
			 BPF_CORE_READ(ifa, ifa_address);
	u32 addrs = FBSD_RTA_NETMASK | FBSD_RTA_IFP | FBSD_RTA_IFA;
	u32 count = 2;

	if (to) {
		addrs |= FBSD_RTA_BRD;
		count++;
	}
	if (fbsd_rt_address(call, dev, addrs,
			    count * sizeof(struct fbsd_sockaddr_in) +
				    sizeof(struct fbsd_sockaddr_dl)) ||
	    fbsd_rt_in(call, BPF_CORE_READ(ifa, ifa_mask)) ||
	    fbsd_rt_sdl(call, dev) ||
	    fbsd_rt_in(call, BPF_CORE_READ(ifa, ifa_local)) ||
	    (to && fbsd_rt_in(call, to)))
		return -EFAULT;
	return fbsd_rt_align(call);
}

__noinline int fbsd_rt_inet(struct abimux_call *call __arg_trusted, u64 from)
{
	const struct net_device *dev = (const struct net_device *)from;
	struct in_ifaddr *ifa = BPF_CORE_READ(dev, ip_ptr, ifa_list);
	int i;

	bpf_for(i, 0, FBSD_ADDRESSES_MAX) {
		if (!ifa)
			return 0;
		if (fbsd_rt_inet_one(call, from, (u64)ifa))
			return -EFAULT;
		ifa = BPF_CORE_READ(ifa, ifa_next);
	}
	return 0;
}

/* An IPv6 address; one that is of the link says of which. */
static __always_inline void fbsd_rt_in6(struct fbsd_sockaddr_in6 *in6,
					const struct in6_addr *addr, u32 index)
{
	__builtin_memset(in6, 0, sizeof(*in6));
	bpf_probe_read_kernel(in6->addr, sizeof(in6->addr), addr);
	in6->len = FBSD_SOCKADDR_IN6_SIZE;
	in6->family = FBSD_AF_INET6;
	/* fe80::/10, and ff01:: and ff02:: */
	if ((in6->addr[0] & 0xc0ff) == 0x80fe ||
	    (in6->addr[0] & 0xffff) == 0x01ff ||
	    (in6->addr[0] & 0xffff) == 0x02ff)
		in6->scope = index;
}

static __always_inline int fbsd_rt_in6_mask(struct abimux_call *call, u32 bits)
{
	struct fbsd_sockaddr_in6 in6 = {
		.len = FBSD_SOCKADDR_IN6_SIZE,
		.family = FBSD_AF_INET6,
	};
	u32 i, word;

	bpf_for(i, 0, 4) {
		word = bits > 32 * i ? bits - 32 * i : 0;
		in6.addr[i & 3] = word >= 32 ? ~0U :
				  word ? __builtin_bswap32(~0U << (32 - word)) :
					 0;
	}
	return fbsd_rt_emit(call, &in6, sizeof(in6));
}

__noinline int fbsd_rt_inet6_one(struct abimux_call *call __arg_trusted,
				 u64 dev, u64 from)
{
	u32 index = BPF_CORE_READ((const struct net_device *)dev, ifindex);
	const struct inet6_ifaddr *ifa = (const struct inet6_ifaddr *)from;
	struct fbsd_sockaddr_in6 in6;

	if (fbsd_rt_address(
		    call, dev, FBSD_RTA_NETMASK | FBSD_RTA_IFP | FBSD_RTA_IFA,
		    2 * sizeof(in6) + sizeof(struct fbsd_sockaddr_dl)) ||
	    fbsd_rt_in6_mask(call, BPF_CORE_READ(ifa, prefix_len)) ||
	    fbsd_rt_sdl(call, dev))
		return -EFAULT;
	fbsd_rt_in6(&in6, &ifa->addr, index);
	if (fbsd_rt_emit(call, &in6, sizeof(in6)))
		return -EFAULT;
	return fbsd_rt_align(call);
}

/* The next on a list, or zero at its end. */
static __always_inline u64 fbsd_list_next(u64 at, u64 head)
{
	u64 next = 0;

	bpf_probe_read_kernel(&next, sizeof(next), (const void *)at);
	return next == head ? 0 : next;
}

__noinline int fbsd_rt_inet6(struct abimux_call *call __arg_trusted, u64 from)
{
	const struct net_device *dev = (const struct net_device *)from;
	struct inet6_dev *idev = BPF_CORE_READ(dev, ip6_ptr);
	u64 head = (u64)&idev->addr_list, at = head;
	int i;

	if (!idev)
		return 0;
	bpf_for(i, 0, FBSD_ADDRESSES_MAX) {
		at = fbsd_list_next(at, head);
		if (!at)
			return 0;
		if (fbsd_rt_inet6_one(
			    call, from,
			    at - bpf_core_field_offset(struct inet6_ifaddr,
						       if_list)))
			return -EFAULT;
	}
	return 0;
}

/* What RTM_NEWMADDR starts with, and the interface in it. */
__noinline int fbsd_rt_group(struct abimux_call *call __arg_trusted, u64 from,
			     u32 size)
{
	const struct net_device *dev = (const struct net_device *)from;
	struct fbsd_rt_msghdr msg = {
		.msglen = sizeof(msg) + sizeof(struct fbsd_sockaddr_dl) + size,
		.version = FBSD_RTM_VERSION,
		.type = FBSD_RTM_NEWMADDR,
		.addrs = FBSD_RTA_IFP | FBSD_RTA_IFA,
		.index = BPF_CORE_READ(dev, ifindex),
	};

	return fbsd_rt_emit(call, &msg, sizeof(msg)) ?: fbsd_rt_sdl(call, from);
}

__noinline int fbsd_rt_groups(struct abimux_call *call __arg_trusted, u64 from)
{
	const struct net_device *dev = (const struct net_device *)from;
	struct ip_mc_list *group = BPF_CORE_READ(dev, ip_ptr, mc_list);
	int i;

	bpf_for(i, 0, FBSD_ADDRESSES_MAX) {
		if (!group)
			return 0;
		if (fbsd_rt_group(call, from,
				  sizeof(struct fbsd_sockaddr_in)) ||
		    fbsd_rt_in(call, BPF_CORE_READ(group, multiaddr)))
			return -EFAULT;
		group = BPF_CORE_READ(group, next_rcu);
	}
	return 0;
}

__noinline int fbsd_rt_groups6(struct abimux_call *call __arg_trusted, u64 from)
{
	const struct net_device *dev = (const struct net_device *)from;
	struct ifmcaddr6 *group = BPF_CORE_READ(dev, ip6_ptr, mc_list);
	u32 index = BPF_CORE_READ(dev, ifindex);
	struct fbsd_sockaddr_in6 in6;
	int i;

	bpf_for(i, 0, FBSD_ADDRESSES_MAX) {
		if (!group)
			return 0;
		fbsd_rt_in6(&in6, &group->mca_addr, index);
		if (fbsd_rt_group(call, from, sizeof(in6)) ||
		    fbsd_rt_emit(call, &in6, sizeof(in6)))
			return -EFAULT;
		group = BPF_CORE_READ(group, next);
	}
	return 0;
}

/* All there is to tell of one interface. */
static __always_inline int fbsd_rt_device(struct abimux_call *call, u64 dev)
{
	u32 family = FBSD_HIGH(call->data[FBSD_RT_WHAT]);
	bool groups;
	int err = 0;

	groups = FBSD_LOW(call->data[FBSD_RT_WHAT]) == FBSD_NET_RT_IFMALIST;
	if (!groups)
		err = fbsd_rt_interface(call, dev) ?: fbsd_rt_sdl(call, dev);
	if (!err && (!family || family == FBSD_AF_INET))
		err = groups ? fbsd_rt_groups(call, dev) :
			       fbsd_rt_inet(call, dev);
	if (!err && (!family || family == FBSD_AF_INET6))
		err = groups ? fbsd_rt_groups6(call, dev) :
			       fbsd_rt_inet6(call, dev);
	return err;
}

/* The interface of an index, or all. */
__noinline int fbsd_rt_devices(struct abimux_call *call __arg_trusted,
			       u32 index)
{
	struct net *net = fbsd_net();
	u64 head = (u64)&net->dev_base_head, at = head, dev;
	int i, err;

	bpf_for(i, 0, FBSD_DEVICES_MAX) {
		at = fbsd_list_next(at, head);
		if (!at)
			return 0;
		dev = at - bpf_core_field_offset(struct net_device, dev_list);
		if (index &&
		    index != BPF_CORE_READ((struct net_device *)dev, ifindex))
			continue;
		err = fbsd_rt_device(call, dev);
		if (err)
			return err;
	}
	return 0;
}

/* {CTL_NET, PF_ROUTE, 0, family, what, index}: zero, or an error. */
__noinline int fbsd_rt_sysctl(struct abimux_call *call __arg_trusted, u64 mib,
			      u32 len)
{
	u64 oldlen = call->data[FBSD_CTL_OLDLEN], room = 0;
	u32 before = BPF_CORE_READ(fbsd_net(), dev_base_seq), name[6];

	if (len != 6)
		return -EINVAL;
	if (fbsd_get(name, sizeof(name), mib) ||
	    (oldlen && fbsd_get(&room, sizeof(room), oldlen)))
		return -EFAULT;
	if (name[4] < FBSD_NET_RT_IFLIST || name[4] > FBSD_NET_RT_IFLISTL)
		return -EOPNOTSUPP;
	call->data[FBSD_RT_USED] = 0;
	call->data[FBSD_RT_ROOM] = room;
	call->data[FBSD_RT_WHAT] = FBSD_PAIR(name[3], name[4]);
	if (fbsd_rt_devices(call, name[5]))
		return -EFAULT;
	if (oldlen && fbsd_put64(oldlen, call->data[FBSD_RT_USED]))
		return -EFAULT;
	if (before != BPF_CORE_READ(fbsd_net(), dev_base_seq))
		return -ENOMEM;
	return call->data[FBSD_CTL_OLD] && room < call->data[FBSD_RT_USED] ?
		       -ENOMEM :
		       0;
}

#endif /* FREEBSD_ROUTE_BPF_H */
