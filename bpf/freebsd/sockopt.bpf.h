/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: socket options. From sys/sys/socket.h, sys/netinet/in.h,
 * sys/netinet/tcp.h, sys/netinet6/in6.h, sys/kern/uipc_socket.c.
 */
#ifndef FREEBSD_SOCKOPT_BPF_H
#define FREEBSD_SOCKOPT_BPF_H

/* How the value of an option differs. */
enum fbsd_sockopt_how {
	FBSD_OPT_SAME,
	FBSD_OPT_FLAG, /* told as a bit and not as one */
	FBSD_OPT_READ, /* cannot be set */
	FBSD_OPT_SIZE, /* Linux tells twice what was asked for */
	FBSD_OPT_TIME, /* struct timeval */
	FBSD_OPT_LINGER, /* struct linger */
	FBSD_OPT_ERROR, /* an errno */
	FBSD_OPT_FAMILY, /* an address family */
	FBSD_OPT_SOURCE, /* struct ip_mreq_source */
	FBSD_OPT_DONTFRAG, /* Linux's IP_MTU_DISCOVER */
	FBSD_OPT_GROUP, /* struct group_req */
	FBSD_OPT_GROUPS, /* struct group_source_req */
	FBSD_OPT_QUEUE, /* of a listening socket: no native option */
	FBSD_OPT_FIB, /* there is one routing table, 0 */
};

/**
 * struct fbsd_sockopt - an option and its equal
 * @level: its level
 * @name: its number
 * @native_level: of Linux's
 * @native_name: of Linux's
 * @how: FBSD_OPT_*
 * @bit: what FBSD_OPT_FLAG is told as
 */
struct fbsd_sockopt {
	u32 level, name;
	u16 native_level, native_name;
	u32 how, bit;
};

/* clang-format off */
#define SOCKET(n, native, how, bit) { FBSD_SOL_SOCKET, n, LINUX_SOL_SOCKET, native, how, bit }
#define IP(n, native, how, bit) { FBSD_IPPROTO_IP, n, 0, native, how, bit }
#define TCP(n, native, how, bit) { FBSD_IPPROTO_TCP, n, 6, native, how, bit }
#define IPV6(n, native, how, bit) { FBSD_IPPROTO_IPV6, n, 41, native, how, bit }

static const struct fbsd_sockopt fbsd_sockopts[] = {
	SOCKET(0x0001, 1, FBSD_OPT_FLAG, 0x0001),	/* DEBUG */
	SOCKET(0x0002, 30, FBSD_OPT_FLAG, 0x0002),	/* ACCEPTCONN */
	SOCKET(0x0004, 2, FBSD_OPT_FLAG, 0x0004),	/* REUSEADDR */
	SOCKET(0x0008, 9, FBSD_OPT_FLAG, 0x0008),	/* KEEPALIVE */
	SOCKET(0x0010, 5, FBSD_OPT_FLAG, 0x0010),	/* DONTROUTE */
	SOCKET(0x0020, 6, FBSD_OPT_FLAG, 0x0020),	/* BROADCAST */
	SOCKET(0x0080, 13, FBSD_OPT_LINGER, 0),		/* LINGER */
	SOCKET(0x0100, 10, FBSD_OPT_FLAG, 0x0100),	/* OOBINLINE */
	SOCKET(0x0200, 15, FBSD_OPT_FLAG, 0x0200),	/* REUSEPORT */
	SOCKET(0x0400, 29, FBSD_OPT_FLAG, 0x0400),	/* TIMESTAMP */
	SOCKET(0x10000, 15, FBSD_OPT_FLAG, 0x10000),	/* REUSEPORT_LB */
	SOCKET(0x1001, 7, FBSD_OPT_SIZE, 0),		/* SNDBUF */
	SOCKET(0x1002, 8, FBSD_OPT_SIZE, 0),		/* RCVBUF */
	SOCKET(0x1004, 18, FBSD_OPT_SAME, 0),		/* RCVLOWAT */
	SOCKET(0x1005, 21, FBSD_OPT_TIME, 0),		/* SNDTIMEO */
	SOCKET(0x1006, 20, FBSD_OPT_TIME, 0),		/* RCVTIMEO */
	SOCKET(0x1007, 4, FBSD_OPT_ERROR, 0),		/* ERROR */
	SOCKET(0x1008, 3, FBSD_OPT_READ, 0),		/* TYPE */
	SOCKET(0x1011, 0, FBSD_OPT_QUEUE, 0),		/* LISTENQLIMIT */
	SOCKET(0x1012, 0, FBSD_OPT_QUEUE, 1),		/* LISTENQLEN */
	SOCKET(0x1014, 0, FBSD_OPT_FIB, 0),		/* SETFIB */
	SOCKET(0x1016, 38, FBSD_OPT_READ, 0),		/* PROTOCOL */
	SOCKET(0x1018, 47, FBSD_OPT_SAME, 0),		/* MAX_PACING_RATE */
	SOCKET(0x1019, 39, FBSD_OPT_FAMILY, 0),		/* DOMAIN */
	IP(1, 4, FBSD_OPT_SAME, 0),			/* OPTIONS */
	IP(2, 3, FBSD_OPT_SAME, 0),			/* HDRINCL */
	IP(3, 1, FBSD_OPT_SAME, 0),			/* TOS */
	IP(4, 2, FBSD_OPT_SAME, 0),			/* TTL */
	IP(5, 6, FBSD_OPT_SAME, 0),			/* RECVOPTS */
	IP(7, 20, FBSD_OPT_SAME, 0),			/* RECVDSTADDR */
	IP(9, 32, FBSD_OPT_SAME, 0),			/* MULTICAST_IF */
	IP(10, 33, FBSD_OPT_SAME, 0),			/* MULTICAST_TTL */
	IP(11, 34, FBSD_OPT_SAME, 0),			/* MULTICAST_LOOP */
	IP(12, 35, FBSD_OPT_SAME, 0),			/* ADD_MEMBERSHIP */
	IP(13, 36, FBSD_OPT_SAME, 0),			/* DROP_MEMBERSHIP */
	IP(20, 8, FBSD_OPT_SAME, 0),			/* RECVIF */
	IP(24, 19, FBSD_OPT_SAME, 0),			/* BINDANY */
	IP(65, 12, FBSD_OPT_SAME, 0),			/* RECVTTL */
	IP(66, 21, FBSD_OPT_SAME, 0),			/* MINTTL */
	IP(67, 10, FBSD_OPT_DONTFRAG, 0),		/* DONTFRAG */
	IP(68, 13, FBSD_OPT_SAME, 0),			/* RECVTOS */
	IP(70, 39, FBSD_OPT_SOURCE, 0),			/* ADD_SOURCE_MEMBERSHIP */
	IP(71, 40, FBSD_OPT_SOURCE, 0),			/* DROP_SOURCE_MEMBERSHIP */
	IP(72, 38, FBSD_OPT_SOURCE, 0),			/* BLOCK_SOURCE */
	IP(73, 37, FBSD_OPT_SOURCE, 0),			/* UNBLOCK_SOURCE */
	IP(80, 42, FBSD_OPT_GROUP, 0),			/* MCAST_JOIN_GROUP */
	IP(81, 45, FBSD_OPT_GROUP, 0),			/* MCAST_LEAVE_GROUP */
	IP(82, 46, FBSD_OPT_GROUPS, 0),			/* MCAST_JOIN_SOURCE_GROUP */
	IP(83, 47, FBSD_OPT_GROUPS, 0),			/* MCAST_LEAVE_SOURCE_GROUP */
	IP(84, 43, FBSD_OPT_GROUPS, 0),			/* MCAST_BLOCK_SOURCE */
	IP(85, 44, FBSD_OPT_GROUPS, 0),			/* MCAST_UNBLOCK_SOURCE */
	TCP(1, 1, FBSD_OPT_FLAG, 0x4),			/* NODELAY: TF_NODELAY */
	TCP(2, 2, FBSD_OPT_SAME, 0),			/* MAXSEG */
	TCP(4, 3, FBSD_OPT_FLAG, 0x1000),		/* NOPUSH: TF_NOPUSH */
	TCP(64, 13, FBSD_OPT_SAME, 0),			/* CONGESTION */
	TCP(256, 4, FBSD_OPT_SAME, 0),			/* KEEPIDLE */
	TCP(512, 5, FBSD_OPT_SAME, 0),			/* KEEPINTVL */
	TCP(1024, 6, FBSD_OPT_SAME, 0),			/* KEEPCNT */
	IPV6(4, 16, FBSD_OPT_SAME, 0),			/* UNICAST_HOPS */
	IPV6(9, 17, FBSD_OPT_SAME, 0),			/* MULTICAST_IF */
	IPV6(10, 18, FBSD_OPT_SAME, 0),			/* MULTICAST_HOPS */
	IPV6(11, 19, FBSD_OPT_SAME, 0),			/* MULTICAST_LOOP */
	IPV6(12, 20, FBSD_OPT_SAME, 0),			/* JOIN_GROUP */
	IPV6(13, 21, FBSD_OPT_SAME, 0),			/* LEAVE_GROUP */
	IPV6(26, 7, FBSD_OPT_SAME, 0),			/* CHECKSUM */
	IPV6(27, 26, FBSD_OPT_SAME, 0),			/* V6ONLY */
	IPV6(36, 49, FBSD_OPT_SAME, 0),			/* RECVPKTINFO */
	IPV6(37, 51, FBSD_OPT_SAME, 0),			/* RECVHOPLIMIT */
	IPV6(57, 66, FBSD_OPT_SAME, 0),			/* RECVTCLASS */
	IPV6(61, 67, FBSD_OPT_SAME, 0),			/* TCLASS */
	IPV6(62, 62, FBSD_OPT_SAME, 0),			/* DONTFRAG */
	IPV6(80, 42, FBSD_OPT_GROUP, 0),		/* MCAST_JOIN_GROUP */
	IPV6(81, 45, FBSD_OPT_GROUP, 0),		/* MCAST_LEAVE_GROUP */
	IPV6(82, 46, FBSD_OPT_GROUPS, 0),		/* MCAST_JOIN_SOURCE_GROUP */
	IPV6(83, 47, FBSD_OPT_GROUPS, 0),		/* MCAST_LEAVE_SOURCE_GROUP */
	IPV6(84, 43, FBSD_OPT_GROUPS, 0),		/* MCAST_BLOCK_SOURCE */
	IPV6(85, 44, FBSD_OPT_GROUPS, 0),		/* MCAST_UNBLOCK_SOURCE */
};

#undef SOCKET
#undef IP
#undef TCP
#undef IPV6
/* clang-format on */

#define FBSD_NR_SOCKOPTS (sizeof(fbsd_sockopts) / sizeof(fbsd_sockopts[0]))

/* sys/sys/ucred.h */
struct fbsd_xucred {
	u32 version;
	u32 uid;
	s16 ngroups;
	u16 pad0;
	u32 groups[FBSD_XUCRED_GROUPS];
	u32 pad1;
	s32 pid;
	u32 pad2;
};

/* Values of IP_MTU_DISCOVER. */
#define LINUX_PMTUDISC_DONT 0
#define LINUX_PMTUDISC_DO 2

/* Index of an option, or a negative errno. */
__noinline s64 fbsd_sockopt_find(u32 fd, u32 level, u32 name)
{
	int i;

	bpf_for(i, 0, FBSD_NR_SOCKOPTS) {
		if (fbsd_sockopts[i].level == level &&
		    fbsd_sockopts[i].name == name)
			return i;
	}
	return fbsd_sock(fd) ? -ENOPROTOOPT :
	       fbsd_file(fd) ? -ENOTSOCK :
			       -EBADF;
}

/* Options of unix sockets have the level zero, which is IP's too. */
static __always_inline bool fbsd_sockopt_is_local(u32 fd, u32 level)
{
	return level != FBSD_SOL_SOCKET &&
	       fbsd_sock_family(fbsd_sock(fd)) == LINUX_AF_UNIX;
}

/* A time that is one: so_setsockopt() */
static __always_inline int fbsd_sockopt_time(u64 from)
{
	s64 tv[2];

	if (fbsd_get(tv, sizeof(tv), from))
		return -EFAULT;
	return tv[0] < 0 || tv[1] < 0 || tv[1] >= 1000000 ? -EDOM : 0;
}

/* The interface and the source stand the other way round. */
static __always_inline int fbsd_sockopt_source(u64 from, u64 to)
{
	u32 mreq[3], swap;

	if (fbsd_get(mreq, sizeof(mreq), from))
		return -EFAULT;
	swap = mreq[1];
	mreq[1] = mreq[2];
	mreq[2] = swap;
	return fbsd_put(to, mreq, sizeof(mreq));
}

static __always_inline int fbsd_sockopt_dontfrag(u64 from, u64 to)
{
	u32 value;

	if (fbsd_get(&value, sizeof(value), from))
		return -EFAULT;
	return fbsd_put32(to, value ? LINUX_PMTUDISC_DO : LINUX_PMTUDISC_DONT);
}

/* struct group_req, and how far behind its name the next one is. */
#define FBSD_GROUP_NAME 8
#define FBSD_GROUP_REQ 136

/* An interface, and the names of a group and maybe of a source. */
static __always_inline int fbsd_sockopt_group(u64 from, u64 to, u32 size)
{
	u8 head[2];
	s32 native;
	u32 at;

	if (fbsd_cmsg_copy(to, from, size))
		return -EFAULT;
	bpf_for(at, 0, 2) {
		u64 name = to + FBSD_GROUP_NAME + at * FBSD_NAME_MAX;

		if (at && size == FBSD_GROUP_REQ)
			return 0;
		if (fbsd_get(head, sizeof(head), name))
			return -EFAULT;
		native = fbsd_family_in(head[1]);
		if (native < 0)
			return native;
		head[0] = native;
		head[1] = 0;
		if (fbsd_put(name, head, sizeof(head)))
			return -EFAULT;
	}
	return 0;
}

/* The least that setsockopt() takes for a kind of value. */
static __always_inline u32 fbsd_sockopt_least(u32 how)
{
	switch (how) {
	case FBSD_OPT_TIME:
		return 2 * sizeof(s64);
	case FBSD_OPT_LINGER:
		return 2 * sizeof(s32);
	case FBSD_OPT_SOURCE:
		return 3 * sizeof(u32);
	case FBSD_OPT_FLAG:
	case FBSD_OPT_SIZE:
	case FBSD_OPT_DONTFRAG:
	case FBSD_OPT_FIB:
		return sizeof(s32);
	case FBSD_OPT_GROUP:
		return FBSD_GROUP_REQ;
	case FBSD_OPT_GROUPS:
		return FBSD_GROUP_REQ + FBSD_NAME_MAX;
	default:
		return 0;
	}
}

/* Write a changed value to scratch memory: zero, or an error. */
__noinline int fbsd_sockopt_scratch(struct abimux_call *call __arg_trusted,
				    u32 how)
{
	u64 scratch = abimux_scratch(call), from = call->args[3];

	if (!scratch)
		return -ENOMEM;
	call->args[3] = scratch;
	switch (how) {
	case FBSD_OPT_SOURCE:
		return fbsd_sockopt_source(from, scratch);
	case FBSD_OPT_DONTFRAG:
		return fbsd_sockopt_dontfrag(from, scratch);
	default:
		return fbsd_sockopt_group(from, scratch,
					  fbsd_sockopt_least(how));
	}
}

static __always_inline int fbsd_sockopt_int(u64 from, s32 *value)
{
	return fbsd_get(value, sizeof(*value), from) ? -EFAULT : 0;
}

/* What FBSD_OPT_FIB answers if all is well: there is nothing to do. */
#define FBSD_OPT_NOTHING 1

/* Change a value that is not the same: zero, or an error. */
__noinline int fbsd_sockopt_in(struct abimux_call *call __arg_trusted, u32 how)
{
	u64 from = call->args[3];
	s32 value = 0;
	int err;

	switch (how) {
	case FBSD_OPT_TIME:
		return fbsd_sockopt_time(from);
	case FBSD_OPT_SIZE:
		err = fbsd_sockopt_int(from, &value);
		return err ?: value < 1 ? -EINVAL : 0;
	case FBSD_OPT_FIB:
		err = fbsd_sockopt_int(from, &value);
		return err ?: value ? -EINVAL : FBSD_OPT_NOTHING;
	case FBSD_OPT_READ:
	case FBSD_OPT_ERROR:
	case FBSD_OPT_FAMILY:
	case FBSD_OPT_QUEUE:
		return -ENOPROTOOPT;
	case FBSD_OPT_SOURCE:
	case FBSD_OPT_DONTFRAG:
	case FBSD_OPT_GROUP:
	case FBSD_OPT_GROUPS:
		return fbsd_sockopt_scratch(call, how);
	default:
		return 0;
	}
}

/*
 * LOCAL_CREDS_PERSISTENT is SO_PASSCRED. LOCAL_CREDS, which is for the first
 * message only, has no equal.
 */
static __always_inline int fbsd_set_local(struct abimux_call *call, s32 size)
{
	if (call->args[1] != FBSD_SOL_LOCAL)
		return abimux_done(call, -EINVAL);
	if (call->args[2] != FBSD_LOCAL_CREDS_PERSISTENT)
		return abimux_done(call, -ENOPROTOOPT);
	if (size < sizeof(s32))
		return abimux_done(call, -EINVAL);
	call->args[1] = LINUX_SOL_SOCKET;
	call->args[2] = LINUX_SO_PASSCRED;
	return FBSD_RUN;
}

/* (s, level, name, val, valsize) */
__noinline int fbsd_setsockopt(struct abimux_call *call __arg_trusted)
{
	u32 fd = call->args[0];
	s32 size = call->args[4];
	s64 i;
	int err;

	if (!call->args[3] && size)
		return abimux_done(call, -EFAULT);
	if (size < 0)
		return abimux_done(call, -EINVAL);
	if (fbsd_sockopt_is_local(fd, call->args[1]))
		return fbsd_set_local(call, size);
	i = fbsd_sockopt_find(fd, call->args[1], call->args[2]);
	if ((u64)i >= FBSD_NR_SOCKOPTS)
		return abimux_done(call, i);
	if (size < fbsd_sockopt_least(fbsd_sockopts[i].how))
		return abimux_done(call, -EINVAL);
	err = fbsd_sockopt_in(call, fbsd_sockopts[i].how);
	if (err)
		return abimux_done(call, err < 0 ? err : 0);
	call->args[1] = fbsd_sockopts[i].native_level;
	call->args[2] = fbsd_sockopts[i].native_name;
	return FBSD_RUN;
}

/* call->data of getsockopt. */
enum {
	FBSD_OPT_INDEX,
	FBSD_OPT_VALUE, /* where the value goes */
	FBSD_OPT_LENGTH, /* where its length is, and goes */
};

/* Scratch memory of LOCAL_PEERCRED: lengths, struct ucred, its other groups. */
#define FBSD_AT_UCRED 8
#define FBSD_AT_GROUPSLEN 24
#define FBSD_AT_GROUPS 32
#define FBSD_XUCRED_REST ((FBSD_XUCRED_GROUPS - 1) * sizeof(u32))

static __always_inline int fbsd_peer_option(struct abimux_call *call, u32 name,
					    u64 to, u64 len, u32 size)
{
	if (fbsd_put32(len, size))
		return abimux_done(call, -ENOMEM);
	call->native = LINUX_NR_GETSOCKOPT;
	fbsd_args(call, call->args[0], LINUX_SOL_SOCKET, name, to, len, 0);
	return FBSD_RUN_LEAVE;
}

/* LOCAL_PEERCRED: what there is to know of whom a unix socket is connected to. */
static __always_inline int fbsd_peercred(struct abimux_call *call)
{
	struct sock *sk = fbsd_sock(call->args[0]);
	u64 scratch = abimux_scratch(call);

	if (BPF_CORE_READ(sk, __sk_common.skc_state) != TCP_ESTABLISHED)
		return abimux_done(call, BPF_CORE_READ(sk, sk_type) ==
							 FBSD_SOCK_STREAM ?
						 -ENOTCONN :
						 -EINVAL);
	if (!scratch)
		return abimux_done(call, -ENOMEM);
	call->data[FBSD_OPT_INDEX] = FBSD_NR_SOCKOPTS;
	return fbsd_peer_option(call, LINUX_SO_PEERCRED,
				scratch + FBSD_AT_UCRED, scratch,
				3 * sizeof(u32));
}

static __always_inline int fbsd_get_local(struct abimux_call *call)
{
	if (call->args[1] != FBSD_SOL_LOCAL)
		return abimux_done(call, -EINVAL);
	switch (call->args[2]) {
	case FBSD_LOCAL_PEERCRED:
		return fbsd_peercred(call);
	case FBSD_LOCAL_CREDS_PERSISTENT:
		call->args[1] = LINUX_SOL_SOCKET;
		call->args[2] = LINUX_SO_PASSCRED;
		return FBSD_RUN;
	default:
		return abimux_done(call, -ENOPROTOOPT);
	}
}

/* How long the queue of a listening socket is, or may be. */
__noinline int fbsd_sockopt_queue(struct abimux_call *call __arg_trusted,
				  u32 size, u32 len)
{
	struct sock *sk = fbsd_sock(call->args[0]);
	u32 value = len ? BPF_CORE_READ(sk, sk_ack_backlog) :
			  BPF_CORE_READ(sk, sk_max_ack_backlog);

	if (size > sizeof(value))
		size = sizeof(value);
	if (size && abimux_copy_to_user(call->args[3], &value, size))
		return -EFAULT;
	return fbsd_put32(call->args[4], size);
}

/* (s, level, name, val, valsize) */
__noinline int fbsd_getsockopt(struct abimux_call *call __arg_trusted)
{
	u32 fd = call->args[0];
	s32 size = 0;
	s64 i;

	if (call->args[3] && fbsd_get(&size, sizeof(size), call->args[4]))
		return abimux_done(call, -EFAULT);
	if (size < 0)
		return abimux_done(call, -EINVAL);
	call->data[FBSD_OPT_VALUE] = call->args[3];
	call->data[FBSD_OPT_LENGTH] = call->args[4];
	if (fbsd_sockopt_is_local(fd, call->args[1]))
		return fbsd_get_local(call);
	i = fbsd_sockopt_find(fd, call->args[1], call->args[2]);
	if ((u64)i >= FBSD_NR_SOCKOPTS)
		return abimux_done(call, i);
	/* Nowhere to write it to: no bytes of it are wanted. */
	if (!call->args[3])
		return abimux_done(call, fbsd_put32(call->args[4], 0));
	switch (fbsd_sockopts[i].how) {
	case FBSD_OPT_QUEUE:
		return abimux_done(call,
				   fbsd_sockopt_queue(call, size,
						      fbsd_sockopts[i].bit));
	case FBSD_OPT_SOURCE:
	case FBSD_OPT_GROUP:
	case FBSD_OPT_GROUPS:
	case FBSD_OPT_FIB:
		return abimux_done(call, -ENOPROTOOPT);
	}
	call->data[FBSD_OPT_INDEX] = i;
	call->args[1] = fbsd_sockopts[i].native_level;
	call->args[2] = fbsd_sockopts[i].native_name;
	return FBSD_RUN_LEAVE;
}

/* What is told instead of a native value. */
static __always_inline u32 fbsd_sockopt_out(struct abimux_call *call,
					    const struct fbsd_sockopt *opt,
					    u32 value)
{
	switch (opt->how) {
	case FBSD_OPT_FLAG:
		return value ? opt->bit : 0;
	case FBSD_OPT_SIZE:
		return value / 2;
	case FBSD_OPT_LINGER:
		return value ? 0x80 : 0;
	case FBSD_OPT_ERROR:
		return abimux_errno(call, value);
	case FBSD_OPT_FAMILY:
		return fbsd_family_out(value);
	case FBSD_OPT_DONTFRAG:
		return value >= LINUX_PMTUDISC_DO;
	default:
		return value;
	}
}

/* Give the program what was found out. Without their number there is one group. */
__noinline int fbsd_peercred_out(struct abimux_call *call __arg_trusted,
				 u64 scratch)
{
	u64 at = call->data[FBSD_OPT_LENGTH];
	struct fbsd_xucred cred = {};
	u32 native[3], room, size = 0;

	if (fbsd_get(native, sizeof(native), scratch + FBSD_AT_UCRED) ||
	    (!call->ret &&
	     fbsd_get(&size, sizeof(size), scratch + FBSD_AT_GROUPSLEN)) ||
	    fbsd_get(&cred.groups[1], FBSD_XUCRED_REST,
		     scratch + FBSD_AT_GROUPS) ||
	    fbsd_get(&room, sizeof(room), at))
		return -EFAULT;
	cred.pid = native[0];
	cred.uid = native[1];
	cred.groups[0] = native[2];
	cred.ngroups = 1 + size / sizeof(u32);
	if (room > sizeof(cred))
		room = sizeof(cred);
	if (room &&
	    abimux_copy_to_user(call->data[FBSD_OPT_VALUE], &cred, room))
		return -EFAULT;
	return fbsd_put32(at, room);
}

/* First who it is, then its groups, of which more than fit are too many. */
static __always_inline int fbsd_peercred_leave(struct abimux_call *call)
{
	u64 scratch = abimux_scratch(call);

	if (call->step > 1)
		return abimux_done(call, fbsd_peercred_out(call, scratch));
	if (call->ret < 0)
		return abimux_done(call, call->ret);
	return fbsd_peer_option(call, LINUX_SO_PEERGROUPS,
				scratch + FBSD_AT_GROUPS,
				scratch + FBSD_AT_GROUPSLEN, FBSD_XUCRED_REST);
}

/* Change a value of @size bytes at @to. What was too short for an int stays so. */
__noinline int fbsd_sockopt_change(struct abimux_call *call __arg_trusted,
				   u64 to, u32 size, u32 index)
{
	u32 value = 0;

	if (!size || index >= FBSD_NR_SOCKOPTS)
		return 0;
	if (size > sizeof(value))
		size = sizeof(value);
	if (bpf_copy_from_user(&value, size, (void *)to))
		return -EFAULT;
	value = fbsd_sockopt_out(call, &fbsd_sockopts[index], value);
	return abimux_copy_to_user(to, &value, size);
}

__noinline int fbsd_getsockopt_leave(struct abimux_call *call __arg_trusted)
{
	u64 i = call->data[FBSD_OPT_INDEX];
	u32 size;

	if (i >= FBSD_NR_SOCKOPTS)
		return fbsd_peercred_leave(call);
	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_sockopts[i].how == FBSD_OPT_SAME)
		return abimux_done(call, 0);
	if (fbsd_get(&size, sizeof(size), call->data[FBSD_OPT_LENGTH]))
		return abimux_done(call, -EFAULT);
	return abimux_done(call,
			   fbsd_sockopt_change(call, call->data[FBSD_OPT_VALUE],
					       size, i));
}

#endif /* FREEBSD_SOCKOPT_BPF_H */
