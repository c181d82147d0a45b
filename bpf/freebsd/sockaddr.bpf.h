/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: names of sockets, which start with their length and a family of one
 * byte. From sys/sys/socket.h, sys/netinet/in.h, sys/sys/un.h,
 * sys/kern/uipc_syscalls.c.
 */
#ifndef FREEBSD_SOCKADDR_BPF_H
#define FREEBSD_SOCKADDR_BPF_H

/* struct sockaddr_storage: no name here is longer. */
#define FBSD_NAME_MAX 128

union fbsd_name {
	struct {
		u8 len;
		u8 family;
		u16 port;
	};
	u16 native; /* Linux's family */
	char bytes[FBSD_NAME_MAX];
};

/* Scratch memory of the calls here. */
#define FBSD_AT_NAME 0
#define FBSD_AT_NAMELEN 128
#define FBSD_AT_MSG 136
#define FBSD_AT_CONTROL 256
#define FBSD_CONTROL_ROOM (ABIMUX_SCRATCH_SIZE - FBSD_AT_CONTROL)

/* The socket that a descriptor is, or NULL. */
static __always_inline struct socket *fbsd_socket_of(u32 fd)
{
	struct file *file = fbsd_file(fd);

	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & FBSD_S_IFMT) !=
			     LINUX_S_IFSOCK)
		return NULL;
	return BPF_CORE_READ(file, private_data);
}

static __always_inline struct sock *fbsd_sock(u32 fd)
{
	struct socket *socket = fbsd_socket_of(fd);

	return socket ? BPF_CORE_READ(socket, sk) : NULL;
}

static __always_inline u32 fbsd_sock_family(const struct sock *sk)
{
	return sk ? BPF_CORE_READ(sk, __sk_common.skc_family) : 0;
}

static __always_inline u32 fbsd_family_out(u32 native)
{
	return native == LINUX_AF_INET6 ? FBSD_AF_INET6 : native;
}

/* Linux's number of a family, or a negative errno. */
static __always_inline s32 fbsd_family_in(u32 family)
{
	switch (family) {
	case FBSD_AF_UNSPEC:
	case FBSD_AF_UNIX:
	case FBSD_AF_INET:
		return family;
	case FBSD_AF_INET6:
		return LINUX_AF_INET6;
	default:
		return -EAFNOSUPPORT;
	}
}

/*
 * Whether a name is one: the protocols ask for exactly their length, and there are
 * no sockets with names outside of the file system.
 */
static __always_inline int fbsd_name_check(const union fbsd_name *name, u32 len)
{
	switch (name->family) {
	case FBSD_AF_UNIX:
		if (len > FBSD_SOCKADDR_UN_SIZE || len == 2)
			return -EINVAL;
		return name->bytes[2] ? 0 : -ENOENT;
	case FBSD_AF_INET:
		return len == FBSD_SOCKADDR_IN_SIZE ? 0 : -EINVAL;
	case FBSD_AF_INET6:
		return len == FBSD_SOCKADDR_IN6_SIZE ? 0 : -EINVAL;
	default:
		return 0;
	}
}

/* Nobody can be reached at port zero: in_pcbconnect_setup(). */
static __always_inline int fbsd_name_reachable(const union fbsd_name *name,
					       const struct sock *sk)
{
	if (name->family != FBSD_AF_INET && name->family != FBSD_AF_INET6)
		return 0;
	if (name->port || BPF_CORE_READ(sk, sk_type) == FBSD_SOCK_RAW)
		return 0;
	return -EADDRNOTAVAIL;
}

/**
 * fbsd_name_in - make a native name of one that a program gave
 * @fd: the socket
 * @to: user address of FBSD_NAME_MAX bytes
 * @from: user address of the program's
 * @len: its length
 * @peer: it is the other side's
 *
 * Return: its length, or a negative errno.
 */
__noinline int fbsd_name_in(u32 fd, u64 to, u64 from, u32 len, u32 peer)
{
	struct sock *sk = fbsd_sock(fd);
	union fbsd_name name = {};
	s32 native;
	int err;

	if (len > FBSD_SOCK_MAXADDRLEN)
		return -ENAMETOOLONG;
	if (len < 2 || len > FBSD_NAME_MAX)
		return -EINVAL;
	if (bpf_copy_from_user(&name, len, (void *)from))
		return -EFAULT;
	if (!sk)
		return fbsd_file(fd) ? -ENOTSOCK : -EBADF;
	native = fbsd_family_in(name.family);
	if (native && native != fbsd_sock_family(sk))
		return -EAFNOSUPPORT;
	err = fbsd_name_check(&name, len);
	if (!err && peer)
		err = fbsd_name_reachable(&name, sk);
	if (err)
		return err;
	name.native = native;
	return fbsd_put(to, &name, sizeof(name)) ? -EFAULT : len;
}

/* The length of a native name as a FreeBSD one. */
static __always_inline u32 fbsd_name_size(const union fbsd_name *name, u32 len)
{
	switch (name->native) {
	case LINUX_AF_UNIX:
		/* It has none that a file could have: sun_noname. */
		return len <= 2 || !name->bytes[2] ? sizeof(struct sockaddr) :
						     len;
	case LINUX_AF_INET:
		return FBSD_SOCKADDR_IN_SIZE;
	case LINUX_AF_INET6:
		return FBSD_SOCKADDR_IN6_SIZE;
	default:
		return len;
	}
}

/**
 * fbsd_name_out - give a program a name
 * @to: user address of its memory
 * @room: bytes there
 * @from: user address of the native name
 * @len: its length, zero if there is none
 *
 * Return: the length that the program is told, which is at most @room, or -EFAULT.
 */
__noinline int fbsd_name_out(u64 to, u32 room, u64 from, u32 len)
{
	union fbsd_name name = {};
	u32 size;

	if (!len)
		return 0;
	if (len > FBSD_NAME_MAX)
		len = FBSD_NAME_MAX;
	if (bpf_copy_from_user(&name, len, (void *)from))
		return -EFAULT;
	size = fbsd_name_size(&name, len);
	if (size > FBSD_NAME_MAX)
		size = FBSD_NAME_MAX;
	if (name.native == LINUX_AF_UNIX && !name.bytes[2])
		__builtin_memset(&name.bytes[2], 0, sizeof(name) - 2);
	name.family = fbsd_family_out(name.native);
	name.len = size;
	if (size > room)
		size = room;
	if (size && abimux_copy_to_user(to, &name, size))
		return -EFAULT;
	return size;
}

/*
 * Room for a native name and its length. Of a datagram from a socket without a
 * name, Linux tells none; the family is there already then.
 */
static __always_inline int fbsd_name_room(u64 scratch)
{
	struct {
		u32 family;
		u32 len;
	} room = { LINUX_AF_UNIX, FBSD_NAME_MAX };

	if (fbsd_put(scratch + FBSD_AT_NAME, &room.family, sizeof(u32)))
		return -EFAULT;
	return fbsd_put(scratch + FBSD_AT_NAMELEN, &room.len, sizeof(u32));
}

/* The length of the name of whom a message came from. */
static __always_inline u32 fbsd_name_from(u32 fd, u32 len)
{
	struct sock *sk = fbsd_sock(fd);

	if (len || fbsd_sock_family(sk) != LINUX_AF_UNIX)
		return len;
	return BPF_CORE_READ(sk, sk_type) == FBSD_SOCK_DGRAM ? 2 : 0;
}

#endif /* FREEBSD_SOCKADDR_BPF_H */
