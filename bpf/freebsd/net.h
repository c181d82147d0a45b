/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: the numbers of its sockets and Linux's that go with them.
 */
#ifndef FREEBSD_NET_H
#define FREEBSD_NET_H

/* clang-format off */

/* sys/sys/socket.h */
#define FBSD_AF_UNSPEC			0
#define FBSD_AF_UNIX			1
#define FBSD_AF_INET			2
#define FBSD_AF_LINK			18
#define FBSD_AF_INET6			28
#define FBSD_SOCK_CLOEXEC		0x10000000
#define FBSD_SOCK_NONBLOCK		0x20000000
#define FBSD_SOCK_STREAM		1
#define FBSD_SOCK_DGRAM			2
#define FBSD_SOCK_RAW			3
#define FBSD_SOCK_SEQPACKET		5
#define FBSD_SOL_SOCKET			0xffff
#define FBSD_SOCK_MAXADDRLEN		255
#define FBSD_MSG_OOB			0x1
#define FBSD_MSG_PEEK			0x2
#define FBSD_MSG_DONTROUTE		0x4
#define FBSD_MSG_EOR			0x8
#define FBSD_MSG_TRUNC			0x10
#define FBSD_MSG_CTRUNC			0x20
#define FBSD_MSG_WAITALL		0x40
#define FBSD_MSG_DONTWAIT		0x80
#define FBSD_MSG_EOF			0x100
#define FBSD_MSG_NBIO			0x4000
#define FBSD_MSG_NOSIGNAL		0x20000
#define FBSD_MSG_CMSG_CLOEXEC		0x40000
#define FBSD_SCM_RIGHTS			1
#define FBSD_SCM_TIMESTAMP		2
#define FBSD_SCM_CREDS			3
#define FBSD_SCM_CREDS2			8
/* MCLBYTES: more control data is EINVAL. sys/kern/uipc_syscalls.c */
#define FBSD_CONTROL_MAX		2048
/* UIO_MAXIOV, sys/sys/uio.h */
#define FBSD_IOV_MAX			1024

/* sys/netinet/in.h, sys/netinet6/in6.h, sys/netinet/tcp.h, sys/sys/un.h */
#define FBSD_IPPROTO_IP			0
#define FBSD_IPPROTO_TCP		6
#define FBSD_IPPROTO_IPV6		41
#define FBSD_SOL_LOCAL			0
#define FBSD_LOCAL_PEERCRED		1
#define FBSD_LOCAL_CREDS_PERSISTENT	3
#define FBSD_SOCKADDR_IN_SIZE		16
#define FBSD_SOCKADDR_IN6_SIZE		28
#define FBSD_SOCKADDR_UN_SIZE		106
#define FBSD_XUCRED_GROUPS		16

/* The numbers of sysctl that net.route has. */
#define FBSD_CTL_NET			4
#define FBSD_PF_ROUTE			17

#define LINUX_AF_UNIX			1
#define LINUX_AF_INET			2
#define LINUX_AF_INET6			10
#define LINUX_SOCK_CLOEXEC		0x80000
#define LINUX_SOCK_NONBLOCK		0x800
#define LINUX_SOL_SOCKET		1
#define LINUX_MSG_OOB			0x1
#define LINUX_MSG_PEEK			0x2
#define LINUX_MSG_DONTROUTE		0x4
#define LINUX_MSG_CTRUNC		0x8
#define LINUX_MSG_TRUNC			0x20
#define LINUX_MSG_DONTWAIT		0x40
#define LINUX_MSG_EOR			0x80
#define LINUX_MSG_WAITALL		0x100
#define LINUX_MSG_NOSIGNAL		0x4000
#define LINUX_MSG_CMSG_CLOEXEC		0x40000000
#define LINUX_SCM_RIGHTS		1
#define LINUX_SCM_CREDENTIALS		2
#define LINUX_SO_PASSCRED		16
#define LINUX_SO_PEERCRED		17
#define LINUX_SO_PEERGROUPS		59
/* Bit of struct socket.flags. */
#define LINUX_SOCK_PASSCRED		3
#define LINUX_IPV6_V6ONLY		26
#define LINUX_S_IFREG			0100000
#define LINUX_S_IFSOCK			0140000
#define LINUX_TIF_SIGPENDING		2
#define LINUX_NR_STAT			4
#define LINUX_STAT_MODE			24
#define LINUX_NR_WRITEV			20
#define LINUX_NR_SENDFILE		40
#define LINUX_NR_SETSOCKOPT		54
#define LINUX_NR_GETSOCKOPT		55
/* More than this no native call moves at once: MAX_RW_COUNT. */
#define LINUX_RW_MAX			0x7ffff000UL

/* clang-format on */

#endif /* FREEBSD_NET_H */
