/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: sockets, their names and their connections. From sys/sys/socket.h,
 * sys/kern/uipc_syscalls.c, sys/kern/uipc_socket.c, sys/kern/uipc_usrreq.c.
 */
#ifndef FREEBSD_SOCKET_BPF_H
#define FREEBSD_SOCKET_BPF_H

#define FBSD_SOCK_FLAGS (FBSD_SOCK_CLOEXEC | FBSD_SOCK_NONBLOCK)

static __always_inline u32 fbsd_sock_flags(u32 flags)
{
	return fbsd_bits(flags, FBSD_SOCK_CLOEXEC, LINUX_SOCK_CLOEXEC) |
	       fbsd_bits(flags, FBSD_SOCK_NONBLOCK, LINUX_SOCK_NONBLOCK);
}

/* What socreate() says when a family has no such type, or no such protocol. */
static __always_inline int fbsd_no_protocol(u32 protocol)
{
	return protocol ? -EPROTONOSUPPORT : -EPROTOTYPE;
}

/* Make native arguments of (domain, type, protocol), or an errno. */
static __always_inline int fbsd_socket_in(struct abimux_call *call)
{
	u32 type = call->args[1], kind = type & ~FBSD_SOCK_FLAGS;
	s32 family = fbsd_family_in(call->args[0]);
	u32 protocol = call->args[2];

	if (family <= 0)
		return -EAFNOSUPPORT;
	if (kind < FBSD_SOCK_STREAM || kind > FBSD_SOCK_SEQPACKET)
		return fbsd_no_protocol(protocol);
	if (family == LINUX_AF_UNIX && (protocol || kind == FBSD_SOCK_RAW))
		return fbsd_no_protocol(protocol);
	call->args[0] = family;
	call->args[1] = kind | fbsd_sock_flags(type);
	call->data[0] = protocol;
	return 0;
}

/* (domain, type, protocol) */
__noinline int fbsd_socket(struct abimux_call *call __arg_trusted)
{
	int err = fbsd_socket_in(call);

	return err ? abimux_done(call, err) : FBSD_RUN_LEAVE;
}

/*
 * IPv6 sockets are for IPv6 only unless they say otherwise: net.inet6.ip6.v6only.
 */
__noinline int fbsd_socket_leave(struct abimux_call *call __arg_trusted)
{
	u64 scratch;
	s64 ret = call->ret;

	if (call->step > 1)
		return abimux_done(call, call->data[1]);
	if (ret == -ESOCKTNOSUPPORT || ret == -EINVAL)
		ret = fbsd_no_protocol(call->data[0]);
	if (ret < 0 || call->args[0] != LINUX_AF_INET6)
		return abimux_done(call, ret);
	scratch = abimux_scratch(call);
	if (!scratch || fbsd_put32(scratch, 1))
		return abimux_done(call, ret);
	call->data[1] = ret;
	call->native = LINUX_NR_SETSOCKOPT;
	fbsd_args(call, ret, FBSD_IPPROTO_IPV6, LINUX_IPV6_V6ONLY, scratch,
		  sizeof(u32), 0);
	return FBSD_RUN_LEAVE;
}

/* (domain, type, protocol, fds): only unix sockets come in pairs. */
__noinline int fbsd_socketpair(struct abimux_call *call __arg_trusted)
{
	int err = fbsd_socket_in(call);

	if (!err && call->args[0] != LINUX_AF_UNIX)
		err = -EOPNOTSUPP;
	return err ? abimux_done(call, err) : FBSD_RUN;
}

static __always_inline int fbsd_run_name(struct abimux_call *call, u32 peer)
{
	u64 scratch = abimux_scratch(call);
	int len;

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	len = fbsd_name_in(call->args[0], scratch, call->args[1], call->args[2],
			   peer);
	if (len < 0)
		return abimux_done(call, len);
	call->args[1] = scratch;
	call->args[2] = len;
	return FBSD_RUN;
}

static __always_inline bool fbsd_unix_is_bound(const struct sock *sk)
{
	return fbsd_sock_family(sk) == LINUX_AF_UNIX &&
	       BPF_CORE_READ((struct unix_sock *)sk, addr);
}

/* (s, name, namelen): that it has a name comes before that the name is taken. */
__noinline int fbsd_bind(struct abimux_call *call __arg_trusted)
{
	struct sock *sk = fbsd_sock(call->args[0]);

	if (fbsd_run_name(call, 0) == ABIMUX_DONE)
		return ABIMUX_DONE;
	return fbsd_unix_is_bound(sk) ? abimux_done(call, -EINVAL) : FBSD_RUN;
}

/* (s, name, namelen): a signal ends it, whatever its handler's SA_RESTART says. */
__noinline int fbsd_connect(struct abimux_call *call __arg_trusted)
{
	struct sock *sk = fbsd_sock(call->args[0]);
	u16 native = 0;

	if (fbsd_run_name(call, 1) == ABIMUX_DONE)
		return ABIMUX_DONE;
	if (fbsd_get(&native, sizeof(native), call->args[1]))
		return abimux_done(call, -EFAULT);
	/* That ends what a datagram socket is connected to, and is an error. */
	if (!native && (!sk || BPF_CORE_READ(sk, sk_type) != FBSD_SOCK_DGRAM))
		return abimux_done(call, -EAFNOSUPPORT);
	call->data[0] = native;
	return FBSD_RUN_LEAVE | ABIMUX_RUN_INTR;
}

/* Nobody listens at a path: find out whether a socket is there. */
static __always_inline int fbsd_connect_what(struct abimux_call *call)
{
	call->native = LINUX_NR_STAT;
	fbsd_args(call, call->args[1] + 2, call->args[1] + FBSD_AT_CONTROL, 0,
		  0, 0, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline int fbsd_connect_leave(struct abimux_call *call)
{
	u64 native = call->data[0];
	s64 ret = call->ret;
	u32 mode;

	if (call->step > 1) {
		if (ret ||
		    fbsd_get(&mode, sizeof(mode),
			     call->args[1] + LINUX_STAT_MODE) ||
		    (mode & FBSD_S_IFMT) == LINUX_S_IFSOCK)
			return abimux_done(call, -ECONNREFUSED);
		return abimux_done(call, -ENOTSOCK);
	}
	if (ret == -ECONNREFUSED && native == LINUX_AF_UNIX)
		return fbsd_connect_what(call);
	return abimux_done(call, ret || native ? ret : -EAFNOSUPPORT);
}

/* (fd, s, name, namelen): the same, for a name from a directory on. */
__noinline int fbsd_name_at(struct abimux_call *call __arg_trusted)
{
	u32 fd = call->args[0];
	u8 head[3] = {};

	if (call->args[3] >= sizeof(head) &&
	    fbsd_get(head, sizeof(head), call->args[2]))
		return abimux_done(call, -EFAULT);
	/* Linux has no such call: only where the directory makes no difference. */
	if (head[1] == FBSD_AF_UNIX && head[2] != '/' &&
	    fd != (u32)FBSD_AT_FDCWD)
		return abimux_done(call, -EOPNOTSUPP);
	fbsd_args(call, call->args[1], call->args[2], call->args[3], 0, 0, 0);
	return call->nr == FBSD_BINDAT ? fbsd_bind(call) : fbsd_connect(call);
}

/* (s, backlog) */
__noinline int fbsd_listen_leave(struct abimux_call *call __arg_trusted)
{
	struct sock *sk = fbsd_sock(call->args[0]);
	s64 ret = call->ret;

	if (ret == -EINVAL && fbsd_sock_family(sk) == LINUX_AF_UNIX &&
	    !fbsd_unix_is_bound(sk))
		ret = -EDESTADDRREQ;
	return abimux_done(call, ret);
}

/* call->data of the calls that give a name. */
enum {
	FBSD_NAME_TO, /* where it goes */
	FBSD_NAME_LEN, /* where its length goes */
	FBSD_NAME_ROOM, /* bytes there are for it */
	FBSD_NAME_ERROR, /* why a new descriptor is closed again */
};

/* Have a native call write a name to scratch memory. */
static __always_inline int fbsd_want_name(struct abimux_call *call, u32 name)
{
	u64 scratch = abimux_scratch(call);
	u32 room;

	if (fbsd_get(&room, sizeof(room), call->args[name + 1]))
		return abimux_done(call, -EFAULT);
	if (!scratch || fbsd_name_room(scratch))
		return abimux_done(call, -ENOMEM);
	call->data[FBSD_NAME_TO] = call->args[name];
	call->data[FBSD_NAME_LEN] = call->args[name + 1];
	call->data[FBSD_NAME_ROOM] = room;
	call->data[FBSD_NAME_ERROR] = 0;
	call->args[name] = scratch + FBSD_AT_NAME;
	call->args[name + 1] = scratch + FBSD_AT_NAMELEN;
	return FBSD_RUN_LEAVE;
}

/* Give the program the name in scratch memory: zero, or an error. */
static __always_inline int fbsd_give_name(struct abimux_call *call, u64 from,
					  u32 len)
{
	int told = fbsd_name_out(call->data[FBSD_NAME_TO],
				 call->data[FBSD_NAME_ROOM], from, len);

	if (told < 0)
		return told;
	return fbsd_put32(call->data[FBSD_NAME_LEN], told);
}

/* (s, name, namelen): getsockname, getpeername. */
__noinline int fbsd_getname(struct abimux_call *call __arg_trusted)
{
	return fbsd_want_name(call, 1);
}

__noinline int fbsd_getname_leave(struct abimux_call *call __arg_trusted)
{
	u32 len;

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_get(&len, sizeof(len), call->args[2]))
		return abimux_done(call, -EFAULT);
	return abimux_done(call, fbsd_give_name(call, call->args[1], len));
}

/*
 * (s, name, namelen) and, for accept4(), flags. Without them the new descriptor
 * takes its O_NONBLOCK from the old one.
 */
__noinline int fbsd_accept(struct abimux_call *call __arg_trusted)
{
	u32 flags = call->nr == FBSD_ACCEPT4 ? call->args[3] : 0;
	struct file *file = fbsd_file(call->args[0]);

	if (flags & ~FBSD_SOCK_FLAGS)
		return abimux_done(call, -EINVAL);
	call->args[3] = fbsd_sock_flags(flags);
	if (call->nr == FBSD_ACCEPT && file)
		call->args[3] |= BPF_CORE_READ(file, f_flags) &
				 LINUX_O_NONBLOCK;
	if (call->args[1])
		return fbsd_want_name(call, 1);
	call->args[2] = 0;
	return FBSD_RUN;
}

__noinline int fbsd_accept_leave(struct abimux_call *call __arg_trusted)
{
	s64 fd = call->ret, err;
	u32 len;

	if (call->data[FBSD_NAME_ERROR])
		return abimux_done(call, call->data[FBSD_NAME_ERROR]);
	if (fd < 0)
		return abimux_done(call, fd);
	err = fbsd_get(&len, sizeof(len), call->args[2]) ?:
		      fbsd_give_name(call, call->args[1], len);
	if (!err)
		return abimux_done(call, fd);
	call->data[FBSD_NAME_ERROR] = err;
	call->native = LINUX_NR_CLOSE;
	fbsd_args(call, fd, 0, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* (fib): there is one routing table. */
static __always_inline int fbsd_setfib(struct abimux_call *call)
{
	return abimux_done(call, (u32)call->args[0] ? -EINVAL : 0);
}

#endif /* FREEBSD_SOCKET_BPF_H */
