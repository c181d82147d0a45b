/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: control data of messages. From sys/sys/socket.h,
 * sys/kern/uipc_usrreq.c, sys/netinet/udp_usrreq.c.
 *
 * A header has four bytes for the length here and eight there; with what both are
 * rounded up to, the data starts at 16 in either.
 */
#ifndef FREEBSD_CONTROL_BPF_H
#define FREEBSD_CONTROL_BPF_H

#define FBSD_CMSG_DATA 16
/* What is left of a header without the bytes that only align. */
#define FBSD_CMSG_SIZE 12
/* Messages in one piece of control data. */
#define FBSD_CMSG_MAX 64

struct fbsd_cmsghdr {
	u32 len;
	s32 level;
	s32 type;
	u32 pad;
};

struct linux_cmsghdr {
	u64 len;
	s32 level;
	s32 type;
};

/* Of the groups there is known but one. */
struct fbsd_sockcred2 {
	s32 version, pid;
	u32 uid, euid, gid, egid;
	s32 ngroups;
	u32 group;
};

/* struct sockaddr_dl with nothing but the number of an interface. */
struct fbsd_link {
	u8 len, family;
	u16 index;
	u8 type, nlen, alen, slen;
};

struct linux_pktinfo {
	s32 ifindex;
	u32 source;
	u32 dest;
};

/* call->data of recvmsg. */
enum {
	FBSD_RECV_MSG, /* the program's header */
	FBSD_RECV_FLAGS, /* its flags, then those of the result */
	FBSD_RECV_RET, /* the result, while descriptors are closed */
	FBSD_RECV_FDS, /* where those are that it has no room for */
	FBSD_RECV_COUNT, /* how many of them are left */
};

/* How the data of a message differs. */
enum fbsd_cmsg_how {
	FBSD_CMSG_SAME,
	FBSD_CMSG_RIGHTS, /* the same, but not every file can be passed */
	FBSD_CMSG_BYTE, /* one byte here, an int there */
	FBSD_CMSG_SOURCE, /* struct in_addr here, struct in_pktinfo there */
	FBSD_CMSG_DEST, /* struct in_addr here, struct sockaddr_in there */
	FBSD_CMSG_LINK, /* struct sockaddr_dl here, struct in_pktinfo there */
	FBSD_CMSG_CREDS, /* struct cmsgcred on its way to struct ucred */
	FBSD_CMSG_CREDS2, /* struct ucred on its way to struct sockcred2 */
};

struct fbsd_cmsg {
	s32 level, type;
	s32 native_level, native_type;
	u32 how;
};

/* sys/netinet/in.h: what comes has the number of the option that asked for it. */
/* clang-format off */
static const struct fbsd_cmsg fbsd_cmsgs[] = {
	{ FBSD_SOL_SOCKET,	FBSD_SCM_RIGHTS,	1,	1,	FBSD_CMSG_RIGHTS },
	{ FBSD_SOL_SOCKET,	FBSD_SCM_TIMESTAMP,	1,	29,	FBSD_CMSG_SAME },
	{ FBSD_SOL_SOCKET,	FBSD_SCM_CREDS,		1,	2,	FBSD_CMSG_CREDS },
	{ FBSD_SOL_SOCKET,	FBSD_SCM_CREDS2,	1,	2,	FBSD_CMSG_CREDS2 },
	{ FBSD_IPPROTO_IP,	7 /* IP_SENDSRCADDR */,	0,	8,	FBSD_CMSG_SOURCE },
	{ FBSD_IPPROTO_IP,	7 /* IP_RECVDSTADDR */,	0,	20,	FBSD_CMSG_DEST },
	{ FBSD_IPPROTO_IP,	20 /* IP_RECVIF */,	0,	8,	FBSD_CMSG_LINK },
	{ FBSD_IPPROTO_IP,	65 /* IP_RECVTTL */,	0,	2,	FBSD_CMSG_BYTE },
	{ FBSD_IPPROTO_IP,	68 /* IP_RECVTOS */,	0,	1,	FBSD_CMSG_SAME },
	{ FBSD_IPPROTO_IP,	3 /* IP_TOS */,		0,	1,	FBSD_CMSG_SAME },
	{ FBSD_IPPROTO_IPV6,	46 /* PKTINFO */,	41,	50,	FBSD_CMSG_SAME },
	{ FBSD_IPPROTO_IPV6,	47 /* HOPLIMIT */,	41,	52,	FBSD_CMSG_SAME },
	{ FBSD_IPPROTO_IPV6,	61 /* TCLASS */,	41,	67,	FBSD_CMSG_SAME },
};

/* clang-format on */

#define FBSD_NR_CMSGS (sizeof(fbsd_cmsgs) / sizeof(fbsd_cmsgs[0]))

/* Index of a message, or -1. */
static __always_inline s64 fbsd_cmsg_find(s32 level, s32 type, bool native)
{
	int i;

	bpf_for(i, 0, FBSD_NR_CMSGS) {
		const struct fbsd_cmsg *cmsg = &fbsd_cmsgs[i];

		if (native ? cmsg->native_level == level &&
				     cmsg->native_type == type &&
				     cmsg->how != FBSD_CMSG_SOURCE &&
				     cmsg->how != FBSD_CMSG_CREDS :
			     cmsg->level == level && cmsg->type == type)
			return i;
	}
	return -1;
}

static __always_inline u32 fbsd_cmsg_align(u32 len)
{
	return (len + 7) & ~7U;
}

/* Few bytes of stack: the calls to here are deep. */
#define FBSD_CMSG_CHUNK 64

/* Copy the data of a message, of up to FBSD_CONTROL_MAX bytes. */
__noinline int fbsd_cmsg_copy(u64 to, u64 from, u32 size)
{
	char chunk[FBSD_CMSG_CHUNK];
	u32 done, part;
	int i;

	bpf_for(i, 0, FBSD_CONTROL_MAX / FBSD_CMSG_CHUNK) {
		done = i * FBSD_CMSG_CHUNK;
		if (done >= size)
			break;
		part = size - done;
		if (part > sizeof(chunk))
			part = sizeof(chunk);
		if (bpf_copy_from_user(chunk, part, (void *)(from + done)) ||
		    abimux_copy_to_user(to + done, chunk, part))
			return -EFAULT;
	}
	return 0;
}

/* Whether whom a unix socket is connected to has asked for credentials. */
static __always_inline bool fbsd_peer_wants_creds(u32 fd)
{
	struct unix_sock *sk = (struct unix_sock *)fbsd_sock(fd);
	u64 flags;

	if (fbsd_sock_family(&sk->sk) != LINUX_AF_UNIX)
		return false;
	flags = BPF_CORE_READ(sk, peer, sk_socket, flags);
	return flags & (1UL << LINUX_SOCK_PASSCRED);
}

/*
 * Credentials come with a message here if its sender says so, there if its
 * receiver does: without both they would be lost on the way.
 */
static __always_inline int fbsd_creds_in(u32 fd, u64 to)
{
	u64 ids = bpf_get_current_uid_gid();
	u32 ucred[] = { fbsd_pid(), ids, ids >> 32 };

	if (!fbsd_peer_wants_creds(fd))
		return -EOPNOTSUPP;
	return fbsd_put(to, ucred, sizeof(ucred)) ? -EFAULT : sizeof(ucred);
}

/* More descriptors Linux does not pass at once: SCM_MAX_FD. */
#define LINUX_FDS_MAX 253

/* Whether descriptors can be passed: zero, or an error. */
__noinline int fbsd_rights_check(u64 from, u32 size)
{
	u32 fd;
	int i;

	bpf_for(i, 0, LINUX_FDS_MAX + 1) {
		if ((i + 1) * sizeof(fd) > size)
			return 0;
		if (fbsd_get(&fd, sizeof(fd), from + i * sizeof(fd)))
			return -EFAULT;
		if (fbsd_is_kqueue(fd))
			return -EOPNOTSUPP;
	}
	return -EINVAL;
}

/* The data of one message on its way in: its native size, or an error. */
__noinline int fbsd_cmsg_in(u32 fd, u64 to, u64 from, u32 size, u32 how)
{
	struct linux_pktinfo info = {};
	int err = 0;

	switch (how) {
	case FBSD_CMSG_CREDS:
		return fbsd_creds_in(fd, to);
	case FBSD_CMSG_SOURCE:
		if (size != sizeof(info.source))
			return -EINVAL;
		if (fbsd_get(&info.source, sizeof(info.source), from) ||
		    fbsd_put(to, &info, sizeof(info)))
			return -EFAULT;
		return sizeof(info);
	case FBSD_CMSG_RIGHTS:
		err = fbsd_rights_check(from, size);
		if (err)
			return err;
		break;
	case FBSD_CMSG_SAME:
		break;
	default:
		return -EINVAL;
	}
	if (size > FBSD_CONTROL_MAX)
		return -EINVAL;
	return fbsd_cmsg_copy(to, from, size) ? -EFAULT : size;
}

/**
 * fbsd_control_in - make native control data of a program's
 * @fd: the socket
 * @to: user address, of FBSD_CONTROL_ROOM bytes
 * @from: user address of the program's
 * @len: its length
 *
 * Return: the native length, or a negative errno.
 */
__noinline int fbsd_control_in(u32 fd, u64 to, u64 from, u32 len)
{
	struct linux_cmsghdr native = {};
	struct fbsd_cmsghdr cmsg;
	u32 at = 0, out = 0;
	s32 size, step;
	s64 i;

	if (len < FBSD_CMSG_SIZE || len > FBSD_CONTROL_MAX)
		return -EINVAL;
	bpf_for(step, 0, FBSD_CMSG_MAX) {
		if (at + FBSD_CMSG_SIZE > len)
			return out;
		if (fbsd_get(&cmsg, FBSD_CMSG_SIZE, from + at))
			return -EFAULT;
		if (cmsg.len < FBSD_CMSG_DATA || cmsg.len > len - at)
			return -EINVAL;
		i = fbsd_cmsg_find(cmsg.level, cmsg.type, false);
		if ((u64)i >= FBSD_NR_CMSGS ||
		    out + cmsg.len + sizeof(native) > FBSD_CONTROL_ROOM)
			return -EINVAL;
		size = fbsd_cmsg_in(fd, to + out + FBSD_CMSG_DATA,
				    from + at + FBSD_CMSG_DATA,
				    cmsg.len - FBSD_CMSG_DATA,
				    fbsd_cmsgs[i].how);
		if (size < 0)
			return size;
		native.len = FBSD_CMSG_DATA + size;
		native.level = fbsd_cmsgs[i].native_level;
		native.type = fbsd_cmsgs[i].native_type;
		if (fbsd_put(to + out, &native, sizeof(native)))
			return -EFAULT;
		at += fbsd_cmsg_align(cmsg.len);
		out += fbsd_cmsg_align(native.len);
	}
	return -EINVAL;
}

/* Linux checks that these are of the sender: only privilege lets them differ. */
static __always_inline int fbsd_creds_out(u64 to, u64 from)
{
	struct fbsd_sockcred2 cred = { .ngroups = 1 };
	u32 ucred[3];

	if (fbsd_get(ucred, sizeof(ucred), from))
		return -EFAULT;
	cred.pid = ucred[0];
	cred.uid = ucred[1];
	cred.euid = ucred[1];
	cred.gid = ucred[2];
	cred.egid = ucred[2];
	cred.group = ucred[2];
	return fbsd_put(to, &cred, sizeof(cred)) ? -EFAULT : sizeof(cred);
}

/* The data of one message on its way out: its size, or an error. */
__noinline int fbsd_cmsg_out(u64 to, u64 from, u32 size, u32 how)
{
	struct fbsd_link link = { .len = sizeof(link), .family = FBSD_AF_LINK };
	u32 value;

	switch (how) {
	case FBSD_CMSG_DEST:
		if (fbsd_get(&value, sizeof(value), from + sizeof(u32)) ||
		    fbsd_put32(to, value))
			return -EFAULT;
		return sizeof(value);
	case FBSD_CMSG_LINK:
		if (fbsd_get(&value, sizeof(value), from))
			return -EFAULT;
		link.index = value;
		return fbsd_put(to, &link, sizeof(link)) ? -EFAULT :
							   sizeof(link);
	case FBSD_CMSG_CREDS2:
		return fbsd_creds_out(to, from);
	case FBSD_CMSG_BYTE:
		if (fbsd_get(&value, sizeof(value), from) ||
		    fbsd_put(to, &value, 1))
			return -EFAULT;
		return 1;
	default:
		if (size > FBSD_CONTROL_MAX)
			size = FBSD_CONTROL_MAX;
		return fbsd_cmsg_copy(to, from, size) ? -EFAULT : size;
	}
}

/* How long a message is here that has @size bytes of data there. */
static __always_inline u32 fbsd_cmsg_len(u32 size, u32 how)
{
	switch (how) {
	case FBSD_CMSG_DEST:
		return FBSD_CMSG_DATA + sizeof(u32);
	case FBSD_CMSG_LINK:
		return FBSD_CMSG_DATA + sizeof(struct fbsd_link);
	case FBSD_CMSG_CREDS2:
		return FBSD_CMSG_DATA + sizeof(struct fbsd_sockcred2);
	case FBSD_CMSG_BYTE:
		return FBSD_CMSG_DATA + 1;
	default:
		return FBSD_CMSG_DATA + size;
	}
}

/* There is no room for a message: descriptors in it must not stay open. */
static __always_inline void fbsd_cmsg_drop(struct abimux_call *call,
					   const struct linux_cmsghdr *native,
					   u64 data)
{
	call->data[FBSD_RECV_FLAGS] |= FBSD_MSG_CTRUNC;
	if (native->level != LINUX_SOL_SOCKET ||
	    native->type != LINUX_SCM_RIGHTS)
		return;
	call->data[FBSD_RECV_FDS] = data;
	call->data[FBSD_RECV_COUNT] =
		(native->len - sizeof(*native)) / sizeof(u32);
}

/* Give the program one message: bytes of its memory used, or an error. */
__noinline int fbsd_control_one(struct abimux_call *call __arg_trusted, u64 to,
				u32 room, u64 from)
{
	struct linux_cmsghdr native;
	struct fbsd_cmsghdr cmsg = {};
	s32 size;
	s64 i;

	if (fbsd_get(&native, sizeof(native), from))
		return -EFAULT;
	i = fbsd_cmsg_find(native.level, native.type, true);
	if ((u64)i >= FBSD_NR_CMSGS || native.len < sizeof(native))
		return 0;
	size = native.len - sizeof(native);
	cmsg.len = fbsd_cmsg_len(size, fbsd_cmsgs[i].how);
	if (cmsg.len > room) {
		fbsd_cmsg_drop(call, &native, from + FBSD_CMSG_DATA);
		return 0;
	}
	cmsg.level = fbsd_cmsgs[i].level;
	cmsg.type = fbsd_cmsgs[i].type;
	size = fbsd_cmsg_out(to + FBSD_CMSG_DATA, from + FBSD_CMSG_DATA, size,
			     fbsd_cmsgs[i].how);
	if (size < 0 || fbsd_put(to, &cmsg, sizeof(cmsg)))
		return -EFAULT;
	return cmsg.len;
}

/**
 * fbsd_control_out - give a program control data
 * @call: the call, recvmsg
 * @to: user address of its memory
 * @room: bytes there
 * @len: native bytes in scratch memory
 *
 * Return: bytes of its memory used, or a negative errno.
 */
__noinline int fbsd_control_out(struct abimux_call *call __arg_trusted, u64 to,
				u32 room, u32 len)
{
	u64 from = abimux_scratch(call) + FBSD_AT_CONTROL, size;
	u32 at = 0, used = 0;
	int step, told;

	bpf_for(step, 0, FBSD_CMSG_MAX) {
		if (at + sizeof(struct linux_cmsghdr) > len)
			break;
		if (fbsd_get(&size, sizeof(size), from + at) ||
		    size < sizeof(struct linux_cmsghdr) || size > len - at)
			return -EFAULT;
		told = fbsd_control_one(call, to + used, room - used,
					from + at);
		if (told < 0)
			return told;
		used += fbsd_cmsg_align(told);
		if (used > room)
			used = room;
		at += fbsd_cmsg_align(size);
	}
	return used;
}

#endif /* FREEBSD_CONTROL_BPF_H */
