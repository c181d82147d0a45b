/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: messages on sockets. From sys/sys/socket.h,
 * sys/kern/uipc_syscalls.c, sys/kern/uipc_socket.c.
 */
#ifndef FREEBSD_MESSAGE_BPF_H
#define FREEBSD_MESSAGE_BPF_H

struct fbsd_msghdr {
	u64 name;
	u32 namelen;
	u32 pad0;
	u64 iov;
	u32 iovlen;
	u32 pad1;
	u64 control;
	u32 controllen;
	u32 flags;
};

struct linux_msghdr {
	u64 name;
	u32 namelen;
	u32 pad0;
	u64 iov;
	u64 iovlen;
	u64 control;
	u64 controllen;
	u32 flags;
	u32 pad1;
};

/*
 * Flags of a call, of which those without a meaning are ignored. MSG_TRUNC asks
 * for the length of all of a datagram; of a stream Linux would throw bytes away.
 */
static __always_inline u32 fbsd_msg_in(u32 flags, bool receives, u32 fd)
{
	u32 native = fbsd_bits(flags, FBSD_MSG_OOB, LINUX_MSG_OOB) |
		     fbsd_bits(flags, FBSD_MSG_DONTROUTE, LINUX_MSG_DONTROUTE) |
		     fbsd_bits(flags, FBSD_MSG_NOSIGNAL, LINUX_MSG_NOSIGNAL);
	struct sock *sk;

	if (flags & (FBSD_MSG_DONTWAIT | FBSD_MSG_NBIO))
		native |= LINUX_MSG_DONTWAIT;
	if (!receives)
		return native | fbsd_bits(flags, FBSD_MSG_EOR, LINUX_MSG_EOR);
	native |=
		fbsd_bits(flags, FBSD_MSG_PEEK, LINUX_MSG_PEEK) |
		fbsd_bits(flags, FBSD_MSG_WAITALL, LINUX_MSG_WAITALL) |
		fbsd_bits(flags, FBSD_MSG_CMSG_CLOEXEC, LINUX_MSG_CMSG_CLOEXEC);
	if (!(flags & FBSD_MSG_TRUNC))
		return native;
	sk = fbsd_sock(fd);
	if (sk && BPF_CORE_READ(sk, sk_type) != FBSD_SOCK_STREAM)
		native |= LINUX_MSG_TRUNC;
	return native;
}

static __always_inline u32 fbsd_msg_out(u32 native)
{
	return fbsd_bits(native, LINUX_MSG_OOB, FBSD_MSG_OOB) |
	       fbsd_bits(native, LINUX_MSG_EOR, FBSD_MSG_EOR) |
	       fbsd_bits(native, LINUX_MSG_TRUNC, FBSD_MSG_TRUNC) |
	       fbsd_bits(native, LINUX_MSG_CTRUNC, FBSD_MSG_CTRUNC);
}

/*
 * Whether a message can go where it is to: zero, or an error. A connected datagram
 * socket takes no other name: udp_send(), unp_connectat(). A stream that never was
 * connected is no broken pipe.
 */
static __always_inline int fbsd_send_check(u32 fd, bool named)
{
	struct socket *socket = fbsd_socket_of(fd);
	struct sock *sk = socket ? BPF_CORE_READ(socket, sk) : NULL;
	u32 type = sk ? BPF_CORE_READ(sk, sk_type) : 0;

	if (type == FBSD_SOCK_STREAM)
		return !named && BPF_CORE_READ(socket, state) ==
					       SS_UNCONNECTED ?
			       -ENOTCONN :
			       0;
	if (type != FBSD_SOCK_DGRAM || !named)
		return 0;
	if (fbsd_sock_family(sk) == LINUX_AF_UNIX)
		return BPF_CORE_READ((struct unix_sock *)sk, peer) ? -EISCONN :
								     0;
	return BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_ESTABLISHED ?
		       -EISCONN :
		       0;
}

/* Make a native name of the one that a message goes to: its length, or an error. */
static __always_inline int fbsd_name_to(u32 fd, u64 to, u64 from, u32 len)
{
	int size = fbsd_name_in(fd, to, from, len, 1);

	return size < 0 ? size : fbsd_send_check(fd, true) ?: size;
}

/* (s, buf, len, flags, to, tolen) */
__noinline int fbsd_sendto(struct abimux_call *call __arg_trusted)
{
	u32 flags = call->args[3];
	u64 scratch;
	int len;

	if (flags & FBSD_MSG_EOF)
		return abimux_done(call, -EOPNOTSUPP);
	call->args[3] = fbsd_msg_in(flags, false, 0);
	if (!call->args[4]) {
		call->args[5] = 0;
		len = fbsd_send_check(call->args[0], false);
		return len ? abimux_done(call, len) : FBSD_RUN;
	}
	scratch = abimux_scratch(call);
	if (!scratch)
		return abimux_done(call, -ENOMEM);
	len = fbsd_name_to(call->args[0], scratch, call->args[4],
			   call->args[5]);
	if (len < 0)
		return abimux_done(call, len);
	call->args[4] = scratch;
	call->args[5] = len;
	return FBSD_RUN;
}

/* (s, buf, len, flags, from, fromlen) */
__noinline int fbsd_recvfrom(struct abimux_call *call __arg_trusted)
{
	call->args[3] = fbsd_msg_in(call->args[3], true, call->args[0]);
	if (call->args[4] && call->args[5])
		return fbsd_want_name(call, 4);
	call->args[4] = 0;
	call->args[5] = 0;
	return FBSD_RUN;
}

__noinline int fbsd_recvfrom_leave(struct abimux_call *call __arg_trusted)
{
	s64 ret = call->ret;
	u32 len;

	if (ret < 0)
		return abimux_done(call, ret);
	if (fbsd_get(&len, sizeof(len), call->args[5]))
		return abimux_done(call, -EFAULT);
	len = fbsd_name_from(call->args[0], len);
	return abimux_done(call,
			   fbsd_give_name(call, call->args[4], len) ?: ret);
}

/* What is the same in the headers of both: zero, or an error. */
static __always_inline int fbsd_msghdr_get(struct abimux_call *call,
					   struct fbsd_msghdr *msg,
					   struct linux_msghdr *native)
{
	if (fbsd_get(msg, sizeof(*msg), call->args[1]))
		return -EFAULT;
	if (msg->iovlen > FBSD_IOV_MAX)
		return -EMSGSIZE;
	native->iov = msg->iov;
	native->iovlen = msg->iovlen;
	return 0;
}

static __always_inline int fbsd_sendmsg_in(struct abimux_call *call,
					   u64 scratch)
{
	struct linux_msghdr native = {};
	struct fbsd_msghdr msg;
	int size;

	size = fbsd_msghdr_get(call, &msg, &native);
	if (size)
		return size;
	if (msg.name) {
		size = fbsd_name_to(call->args[0], scratch, msg.name,
				    msg.namelen);
		if (size < 0)
			return size;
		native.name = scratch;
		native.namelen = size;
	} else {
		size = fbsd_send_check(call->args[0], false);
		if (size)
			return size;
	}
	if (msg.control) {
		size = fbsd_control_in(call->args[0], scratch + FBSD_AT_CONTROL,
				       msg.control, msg.controllen);
		if (size < 0)
			return size;
		native.control = scratch + FBSD_AT_CONTROL;
		native.controllen = size;
	}
	return fbsd_put(scratch + FBSD_AT_MSG, &native, sizeof(native));
}

/* (s, msg, flags) */
__noinline int fbsd_sendmsg(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call);
	u32 flags = call->args[2];
	int err;

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (flags & FBSD_MSG_EOF)
		return abimux_done(call, -EOPNOTSUPP);
	err = fbsd_sendmsg_in(call, scratch);
	if (err)
		return abimux_done(call, err);
	call->args[1] = scratch + FBSD_AT_MSG;
	call->args[2] = fbsd_msg_in(flags, false, 0);
	return FBSD_RUN;
}

/* (s, msg, flags) */
__noinline int fbsd_recvmsg(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call);
	struct linux_msghdr native = {};
	struct fbsd_msghdr msg;
	int err;

	if (!scratch || fbsd_name_room(scratch))
		return abimux_done(call, -ENOMEM);
	err = fbsd_msghdr_get(call, &msg, &native);
	if (err)
		return abimux_done(call, err);
	if (msg.name) {
		native.name = scratch;
		native.namelen = FBSD_NAME_MAX;
	}
	if (msg.control) {
		native.control = scratch + FBSD_AT_CONTROL;
		native.controllen = FBSD_CONTROL_ROOM;
	}
	if (fbsd_put(scratch + FBSD_AT_MSG, &native, sizeof(native)))
		return abimux_done(call, -EFAULT);
	call->data[FBSD_RECV_MSG] = call->args[1];
	call->data[FBSD_RECV_FLAGS] = (u32)call->args[2];
	call->data[FBSD_RECV_COUNT] = 0;
	call->args[2] = fbsd_msg_in(call->args[2], true, call->args[0]);
	call->args[1] = scratch + FBSD_AT_MSG;
	return FBSD_RUN_LEAVE;
}

/* Without room for control data asked for, that there was some is not told. */
static __always_inline u32 fbsd_recvmsg_flags(const struct fbsd_msghdr *msg,
					      u32 native)
{
	u32 flags = fbsd_msg_out(native);

	return msg->control ? flags : flags & ~FBSD_MSG_CTRUNC;
}

/* Give the program the header of a message: zero, or an error. */
__noinline int fbsd_recvmsg_out(struct abimux_call *call __arg_trusted)
{
	u64 to = call->data[FBSD_RECV_MSG], scratch = abimux_scratch(call);
	struct linux_msghdr native;
	struct fbsd_msghdr msg;
	int told;

	if (fbsd_get(&native, sizeof(native), scratch + FBSD_AT_MSG) ||
	    fbsd_get(&msg, sizeof(msg), to))
		return -EFAULT;
	call->data[FBSD_RECV_FLAGS] |= fbsd_recvmsg_flags(&msg, native.flags);
	if (msg.name) {
		told = fbsd_name_out(msg.name, msg.namelen, scratch,
				     fbsd_name_from(call->args[0],
						    native.namelen));
		if (told < 0)
			return told;
		msg.namelen = told;
	}
	if (msg.control) {
		told = fbsd_control_out(call, msg.control, msg.controllen,
					native.controllen);
		if (told < 0)
			return told;
		msg.controllen = told;
	}
	msg.flags = call->data[FBSD_RECV_FLAGS];
	return fbsd_put(to, &msg, sizeof(msg));
}

/* Close the next descriptor that came and that there was no room for. */
static __always_inline int fbsd_recvmsg_close(struct abimux_call *call)
{
	u32 fd;

	if (!call->data[FBSD_RECV_COUNT] ||
	    fbsd_get(&fd, sizeof(fd), call->data[FBSD_RECV_FDS]))
		return abimux_done(call, call->data[FBSD_RECV_RET]);
	call->data[FBSD_RECV_COUNT]--;
	call->data[FBSD_RECV_FDS] += sizeof(fd);
	call->native = LINUX_NR_CLOSE;
	fbsd_args(call, fd, 0, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_recvmsg_leave(struct abimux_call *call __arg_trusted)
{
	s64 ret = call->ret;

	if (call->step > 1)
		return fbsd_recvmsg_close(call);
	if (ret < 0)
		return abimux_done(call, ret);
	call->data[FBSD_RECV_RET] = fbsd_recvmsg_out(call) ?: ret;
	return fbsd_recvmsg_close(call);
}

#endif /* FREEBSD_MESSAGE_BPF_H */
