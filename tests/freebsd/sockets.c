// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets: names, messages, control data, options, sendfile, interfaces.
 * Runs in an empty directory, with the loopback interface up.
 */
#include "freebsd.h"

/* clang-format off */
#define ENOTDIR		20
#define EPIPE		32
#define EDOM		33
#define EINPROGRESS	36
#define ENOTSOCK	38
#define EDESTADDRREQ	39
#define EMSGSIZE	40
#define EPROTOTYPE	41
#define ENOPROTOOPT	42
#define EPROTONOSUPPORT	43
#define EAFNOSUPPORT	47
#define EADDRINUSE	48
#define EADDRNOTAVAIL	49
#define EISCONN		56
#define ENOTCONN	57
#define ECONNREFUSED	61
#define ENAMETOOLONG	63

#define AF_UNIX		1
#define AF_INET		2
#define AF_ROUTE	17
#define AF_LINK		18
#define AF_INET6	28
#define SOCK_STREAM	1
#define SOCK_DGRAM	2
#define SOCK_SEQPACKET	5
#define SOCK_CLOEXEC	0x10000000
#define SOCK_NONBLOCK	0x20000000
#define SOL_SOCKET	0xffff
#define SO_ACCEPTCONN	0x2
#define SO_REUSEADDR	0x4
#define SO_KEEPALIVE	0x8
#define SO_BROADCAST	0x20
#define SO_LINGER	0x80
#define SO_REUSEPORT	0x200
#define SO_TIMESTAMP	0x400
#define SO_NOSIGPIPE	0x800
#define SO_ACCEPTFILTER	0x1000
#define SO_SNDBUF	0x1001
#define SO_RCVTIMEO	0x1006
#define SO_ERROR	0x1007
#define SO_TYPE		0x1008
#define SO_LISTENQLIMIT	0x1011
#define SO_SETFIB	0x1014
#define SO_PROTOCOL	0x1016
#define SO_DOMAIN	0x1019
#define IP_TTL		4
#define IP_RECVDSTADDR	7
#define IP_RECVIF	20
#define IP_RECVTTL	65
#define IP_DONTFRAG	67
#define IPPROTO_TCP	6
#define TCP_NODELAY	1
#define TCP_KEEPIDLE	256
#define IPPROTO_IPV6	41
#define IPV6_V6ONLY	27
#define IPV6_RECVPKTINFO 36
#define IPV6_PKTINFO	46
#define IPV6_HOPLIMIT	47
#define IPV6_RECVHOPLIMIT 37
#define MSG_PEEK	0x2
#define MSG_TRUNC	0x10
#define MSG_CTRUNC	0x20
#define MSG_WAITALL	0x40
#define MSG_DONTWAIT	0x80
#define MSG_EOF		0x100
#define MSG_NOSIGNAL	0x20000
#define MSG_CMSG_CLOEXEC 0x40000
#define SCM_RIGHTS	1
#define SCM_TIMESTAMP	2
#define SCM_CREDS	3
#define SCM_CREDS2	8
#define LOCAL_PEERCRED	1
#define LOCAL_CREDS	2
#define LOCAL_CREDS_PERSISTENT 3
#define LOOPBACK	0x0100007f
/* clang-format on */

enum {
	SYS_recvmsg = 27,
	SYS_sendmsg = 28,
	SYS_recvfrom = 29,
	SYS_accept = 30,
	SYS_getpeername = 31,
	SYS_getsockname = 32,
	SYS_setgroups = 80,
	SYS_socket = 97,
	SYS_connect = 98,
	SYS_bind = 104,
	SYS_setsockopt = 105,
	SYS_listen = 106,
	SYS_getsockopt = 118,
	SYS_sendto = 133,
	SYS_shutdown = 134,
	SYS_socketpair = 135,
	SYS_setfib = 175,
	SYS_sendfile = 393,
	SYS_bindat = 538,
	SYS_connectat = 539,
	SYS_accept4 = 541,
};

struct sockaddr_in {
	uint8_t len, family;
	uint16_t port;
	uint32_t addr;
	char zero[8];
};

struct sockaddr_in6 {
	uint8_t len, family;
	uint16_t port;
	uint32_t flowinfo;
	uint8_t addr[16];
	uint32_t scope;
};

struct sockaddr_un {
	uint8_t len, family;
	char path[104];
};

_Static_assert(sizeof(struct sockaddr_in) == 16, "sockaddr_in");
_Static_assert(sizeof(struct sockaddr_in6) == 28, "sockaddr_in6");
_Static_assert(sizeof(struct sockaddr_un) == 106, "sockaddr_un");

struct iovec {
	void *base;
	size_t len;
};

struct msghdr {
	void *name;
	uint32_t namelen;
	struct iovec *iov;
	int iovlen;
	void *control;
	uint32_t controllen;
	int flags;
};

_Static_assert(sizeof(struct msghdr) == 48, "msghdr");

/* With the bytes that align the data. */
struct cmsg {
	uint32_t len;
	int level, type;
	uint32_t align;
	union {
		int fds[8];
		long time[2];
		uint8_t bytes[32];
		uint32_t words[8];
	};
};

static long tcp_socket(void)
{
	return sys(SYS_socket, AF_INET, SOCK_STREAM, 0);
}

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){
		sizeof(struct sockaddr_in), AF_INET, port, LOOPBACK, {}
	};
}

static struct sockaddr_un unix_name(const char *path)
{
	struct sockaddr_un name = { .family = AF_UNIX };
	size_t i;

	for (i = 0; path[i]; i++)
		name.path[i] = path[i];
	name.len = 2 + i;
	return name;
}

static int option(long fd, int level, int name)
{
	uint32_t len = sizeof(int);
	int number = -1;
	long ret = sys(SYS_getsockopt, fd, level, name, &number, &len);

	return ret < 0 ? ret : number;
}

static long set_option(long fd, int level, int name, int number)
{
	return sys(SYS_setsockopt, fd, level, name, &number, sizeof(number));
}

static void close_all(long a, long b, long c)
{
	sys(SYS_close, a);
	sys(SYS_close, b);
	if (c >= 0)
		sys(SYS_close, c);
}

static void test_socket(void)
{
	long fd = sys(SYS_socket, AF_INET,
		      SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int pair[2];

	yes(fd > 2, "socket");
	is(sys(SYS_fcntl, fd, 1, 0), 1, "SOCK_CLOEXEC");
	is(sys(SYS_fcntl, fd, 3, 0), 2 | 4, "SOCK_NONBLOCK");
	is(option(fd, SOL_SOCKET, SO_TYPE), SOCK_STREAM, "SO_TYPE");
	is(option(fd, SOL_SOCKET, SO_DOMAIN), AF_INET, "SO_DOMAIN");
	is(option(fd, SOL_SOCKET, SO_PROTOCOL), IPPROTO_TCP, "SO_PROTOCOL");
	sys(SYS_close, fd);
	is(sys(SYS_socket, 10, SOCK_STREAM, 0), -EAFNOSUPPORT,
	   "Linux's AF_INET6 is no family here");
	is(sys(SYS_socket, AF_INET, 9, 0), -EPROTOTYPE, "no such type");
	is(sys(SYS_socket, AF_UNIX, 3, 0), -EPROTOTYPE, "no such unix type");
	is(sys(SYS_socket, AF_INET, SOCK_STREAM, 17), -EPROTONOSUPPORT,
	   "no such protocol");
	is(sys(SYS_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0,
	   "socketpair");
	is(sys(SYS_fcntl, pair[1], 1, 0), 1, "SOCK_CLOEXEC of a pair");
	close_all(pair[0], pair[1], -1);
	is(sys(SYS_socketpair, AF_INET, SOCK_STREAM, 0, pair), -EOPNOTSUPP,
	   "socketpair of a family that has none");
	is(sys(SYS_setfib, 0), 0, "setfib of the only table");
	is(sys(SYS_setfib, 1), -EINVAL, "setfib of another one");
}

static void test_bad_names(void)
{
	struct sockaddr_un path = unix_name("path");
	struct sockaddr_in name = loopback(0);
	long fd = tcp_socket(), local;

	is(sys(SYS_bind, fd, &name, 300), -ENAMETOOLONG, "a name that long");
	is(sys(SYS_bind, fd, &name, 1), -EINVAL, "a name too short");
	is(sys(SYS_bind, fd, &name, 20), -EINVAL, "a name longer than its own");
	is(sys(SYS_bind, fd, &path, path.len), -EAFNOSUPPORT,
	   "a name of another family");
	is(sys(SYS_bind, fd, 16, 16), -EFAULT, "a name nowhere");
	is(sys(SYS_bind, 99, &name, 16), -EBADF, "bind of no descriptor");
	is(sys(SYS_bind, 1, &name, 16), -ENOTSOCK, "bind of no socket");
	is(sys(SYS_connect, fd, &name, 16), -EADDRNOTAVAIL,
	   "connect to port 0");
	name.addr = 0x016433c6;
	is(sys(SYS_bind, fd, &name, 16), -EADDRNOTAVAIL, "not our address");
	sys(SYS_close, fd);
	local = sys(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
	is(sys(SYS_bind, local, &path, 2), -EINVAL, "an empty path");
	is(sys(SYS_bind, local, &path, 108), -EINVAL, "too long a path");
	path.path[0] = '\0';
	is(sys(SYS_bind, local, &path, 8), -ENOENT,
	   "a path that starts with NUL");
	is(sys(SYS_listen, local, 1), -EDESTADDRREQ, "listen without a name");
	path = unix_name("file");
	sys(SYS_close, sys(SYS_open, "file", 0x201, 0600));
	is(sys(SYS_connect, local, &path, path.len), -ENOTSOCK,
	   "connect to a file that is no socket");
	path = unix_name("none");
	is(sys(SYS_connect, local, &path, path.len), -ENOENT,
	   "connect to no file");
	sys(SYS_close, local);
}

static void test_names(void)
{
	struct sockaddr_in name = loopback(0), other;
	uint32_t len = sizeof(name);
	long server = tcp_socket(), client = tcp_socket(), conn;

	/* What is in sin_len does not matter: the length is an argument. */
	name.len = 99;
	is(sys(SYS_bind, server, &name, sizeof(name)), 0, "bind");
	memset(&name, 0xff, sizeof(name));
	is(sys(SYS_getsockname, server, &name, &len), 0, "getsockname");
	yes(len == 16 && name.len == 16 && name.family == AF_INET,
	    "sin_len, sin_family");
	yes(name.port && name.addr == LOOPBACK, "sin_port, sin_addr");
	is(*(long *)name.zero, 0, "sin_zero");
	memset(&other, 0xff, sizeof(other));
	len = 4;
	is(sys(SYS_getsockname, server, &other, &len), 0,
	   "getsockname in part");
	yes(len == 4 && other.port == name.port && other.addr == ~0U,
	    "tells what there was room for");
	len = 200;
	is(sys(SYS_getsockname, server, &other, &len), 0,
	   "getsockname with room");
	is(len, 16, "tells the length of the name");
	is(sys(SYS_getsockname, server, &other, 16), -EFAULT,
	   "a bad address of a length");
	is(sys(SYS_getpeername, server, &other, &len), -ENOTCONN, "no peer");
	is(sys(SYS_listen, server, 5), 0, "listen");
	is(option(server, SOL_SOCKET, SO_ACCEPTCONN), SO_ACCEPTCONN,
	   "SO_ACCEPTCONN");
	is(option(server, SOL_SOCKET, SO_LISTENQLIMIT), 5, "SO_LISTENQLIMIT");
	is(sys(SYS_connect, client, &name, 16), 0, "connect");
	is(sys(SYS_connect, client, &name, 16), -EISCONN, "connect again");
	len = sizeof(other);
	memset(&other, 0xff, sizeof(other));
	conn = sys(SYS_accept, server, &other, &len);
	yes(conn > 2, "accept");
	yes(len == 16 && other.len == 16 && other.family == AF_INET &&
		    other.addr == LOOPBACK,
	    "accept's name");
	len = sizeof(name);
	sys(SYS_getsockname, client, &name, &len);
	is(other.port, name.port, "is the other side's");
	sys(SYS_getpeername, conn, &other, &len);
	is(other.port, name.port, "getpeername");
	close_all(server, client, conn);
}

static long listening(struct sockaddr_in *name)
{
	uint32_t len = sizeof(*name);
	long fd = tcp_socket();

	*name = loopback(0);
	sys(SYS_bind, fd, name, sizeof(*name));
	sys(SYS_listen, fd, 5);
	sys(SYS_getsockname, fd, name, &len);
	return fd;
}

static void test_accept(void)
{
	struct sockaddr_in name, other;
	long server = listening(&name), client = tcp_socket(), conn;
	uint32_t len = 16;

	sys(SYS_fcntl, server, 4, 4);
	is(sys(SYS_accept, server, 0, 0), -EAGAIN, "accept of nobody");
	sys(SYS_connect, client, &name, 16);
	conn = sys(SYS_accept, server, 0, 0);
	is(sys(SYS_fcntl, conn, 3, 0), 2 | 4, "accept takes over O_NONBLOCK");
	sys(SYS_close, conn);
	sys(SYS_close, client);
	client = tcp_socket();
	sys(SYS_connect, client, &name, 16);
	conn = sys(SYS_accept4, server, &other, &len, SOCK_CLOEXEC);
	is(sys(SYS_fcntl, conn, 3, 0), 2, "accept4 does not");
	is(sys(SYS_fcntl, conn, 1, 0), 1, "accept4 with SOCK_CLOEXEC");
	sys(SYS_close, conn);
	is(sys(SYS_accept4, server, 0, 0, 1), -EINVAL,
	   "accept4 with no such flag");
	sys(SYS_close, client);
	client = tcp_socket();
	sys(SYS_connect, client, &name, 16);
	is(sys(SYS_accept, server, 16, &len), -EFAULT,
	   "accept with a bad address");
	is(sys(SYS_accept, server, 16, 16), -EFAULT,
	   "accept with a bad length");
	is(sys(SYS_fcntl, conn, 1, 0), -EBADF, "and without a descriptor");
	is(sys(SYS_accept, client, 0, 0), -EINVAL,
	   "accept of one that does not listen");
	close_all(client, server, -1);
}

static void test_connect(void)
{
	struct sockaddr_in name;
	long server = listening(&name),
	     fd = sys(SYS_socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	is(sys(SYS_connect, fd, &name, 16), -EINPROGRESS,
	   "connect, nonblocking");
	sys(SYS_close, fd);
	sys(SYS_close, server);
	fd = tcp_socket();
	is(sys(SYS_connect, fd, &name, 16), -ECONNREFUSED, "connect to nobody");
	sys(SYS_close, fd);
	fd = sys(SYS_socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	sys(SYS_connect, fd, &name, 16);
	is(option(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED,
	   "SO_ERROR has FreeBSD's number");
	is(option(fd, SOL_SOCKET, SO_ERROR), 0, "and is told once");
	is(sys(SYS_sendto, fd, "x", 1, MSG_NOSIGNAL, 0, 0), -EPIPE,
	   "nothing can be sent");
	sys(SYS_close, fd);
	fd = tcp_socket();
	is(sys(SYS_sendto, fd, "x", 1, 0, 0, 0), -ENOTCONN,
	   "send before connect");
	is(sys(SYS_recvfrom, fd, &name, 1, 0, 0, 0), -ENOTCONN,
	   "receive before connect");
	is(sys(SYS_shutdown, fd, 1), -ENOTCONN, "shutdown before connect");
	sys(SYS_close, fd);
}

static void test_inet6(void)
{
	struct sockaddr_in6 name = { 28, AF_INET6, 0, 0, {}, 0 }, other;
	long server = sys(SYS_socket, AF_INET6, SOCK_STREAM, 0), client, conn;
	uint32_t len = sizeof(name);

	yes(server > 2, "an IPv6 socket");
	is(option(server, SOL_SOCKET, SO_DOMAIN), AF_INET6, "its SO_DOMAIN");
	is(option(server, IPPROTO_IPV6, IPV6_V6ONLY), 1, "is for IPv6 only");
	is(set_option(server, IPPROTO_IPV6, IPV6_V6ONLY, 0), 0, "or not");
	is(option(server, IPPROTO_IPV6, IPV6_V6ONLY), 0, "as it says");
	name.addr[15] = 1;
	is(sys(SYS_bind, server, &name, sizeof(name)), 0,
	   "bind of an IPv6 address");
	sys(SYS_listen, server, 1);
	memset(&name, 0xff, sizeof(name));
	is(sys(SYS_getsockname, server, &name, &len), 0, "its name");
	yes(len == 28 && name.len == 28 && name.family == AF_INET6,
	    "sin6_len, sin6_family");
	yes(name.addr[15] == 1 && !name.addr[0] && !name.scope &&
		    !name.flowinfo,
	    "sin6_addr, sin6_scope_id, sin6_flowinfo");
	client = sys(SYS_socket, AF_INET6, SOCK_STREAM, 0);
	is(sys(SYS_connect, client, &name, 28), 0, "connect to it");
	len = sizeof(other);
	conn = sys(SYS_accept, server, &other, &len);
	yes(len == 28 && other.family == AF_INET6 && other.addr[15] == 1,
	    "accept of it");
	close_all(server, client, conn);
}

static void test_unix(void)
{
	struct sockaddr_un name = unix_name("stream"), other;
	long server = sys(SYS_socket, AF_UNIX, SOCK_STREAM, 0), client, conn;
	uint32_t len = sizeof(other);

	memset(&other, 0xff, sizeof(other));
	is(sys(SYS_getsockname, server, &other, &len), 0,
	   "name of an unbound socket");
	yes(len == 16 && other.len == 16 && other.family == AF_UNIX &&
		    !other.path[0],
	    "is there, and empty");
	is(sys(SYS_bind, server, &name, name.len), 0, "bind of a path");
	is(sys(SYS_bindat, -100, server, &name, name.len), -EINVAL,
	   "bindat of it again");
	len = sizeof(other);
	memset(&other, 0xff, sizeof(other));
	sys(SYS_getsockname, server, &other, &len);
	yes(other.len == len && other.family == AF_UNIX, "sun_len, sun_family");
	yes(same_text(other.path, "stream"), "sun_path");
	sys(SYS_listen, server, 5);
	client = sys(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
	is(sys(SYS_connectat, -100, client, &name, name.len), 0, "connectat");
	len = sizeof(other);
	memset(&other, 0xff, sizeof(other));
	conn = sys(SYS_accept, server, &other, &len);
	yes(len == 16 && other.len == 16 && other.family == AF_UNIX &&
		    !other.path[0],
	    "accept of one without a name");
	len = sizeof(other);
	is(sys(SYS_getpeername, client, &other, &len), 0,
	   "getpeername of a path");
	yes(same_text(other.path, "stream"), "its sun_path");
	len = sizeof(other);
	is(sys(SYS_recvfrom, conn, &other, 1, MSG_DONTWAIT, &other, &len),
	   -EAGAIN, "MSG_DONTWAIT");
	sys(SYS_sendto, client, "x", 1, 0, 0, 0);
	is(sys(SYS_recvfrom, conn, &other, 1, 0, &other, &len), 1,
	   "recvfrom of a stream");
	is(len, 0, "has no name");
	is(sys(SYS_bind, client, &name, name.len), -EADDRINUSE,
	   "a path that is taken");
	close_all(server, client, conn);
	client = sys(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
	is(sys(SYS_connect, client, &name, name.len), -ECONNREFUSED,
	   "nobody listens there");
	sys(SYS_close, client);
}

struct xucred {
	uint32_t version, uid;
	int16_t ngroups;
	uint32_t groups[16];
	union {
		void *unused;
		int pid;
	};
};

_Static_assert(sizeof(struct xucred) == 88, "xucred");

static void test_peercred(void)
{
	struct sockaddr_un name = unix_name("cred");
	long server = sys(SYS_socket, AF_UNIX, SOCK_STREAM, 0), client, conn;
	uint32_t len = sizeof(struct xucred), groups[] = { 0, 20, 30 };
	struct xucred cred;

	sys(SYS_bind, server, &name, name.len);
	sys(SYS_listen, server, 5);
	is(sys(SYS_getsockopt, server, 0, LOCAL_PEERCRED, &cred, &len),
	   -ENOTCONN, "LOCAL_PEERCRED of nobody");
	client = sys(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
	sys(SYS_connect, client, &name, name.len);
	conn = sys(SYS_accept, server, 0, 0);
	memset(&cred, 0xff, sizeof(cred));
	is(sys(SYS_getsockopt, conn, 0, LOCAL_PEERCRED, &cred, &len), 0,
	   "LOCAL_PEERCRED");
	yes(len == 88 && !cred.version && !cred.uid, "cr_version, cr_uid");
	yes(cred.ngroups >= 1 && cred.groups[0] == 0, "cr_ngroups, cr_groups");
	is(cred.pid, sys(SYS_getpid), "cr_pid");
	is(option(conn, 0, 99), -ENOPROTOOPT, "no such option of unix sockets");
	close_all(client, conn, -1);
	is(sys(SYS_setgroups, 3, groups), 0, "be in more groups");
	client = sys(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
	sys(SYS_connect, client, &name, name.len);
	conn = sys(SYS_accept, server, 0, 0);
	memset(&cred, 0xff, sizeof(cred));
	is(sys(SYS_getsockopt, conn, 0, LOCAL_PEERCRED, &cred, &len), 0,
	   "LOCAL_PEERCRED of it");
	is(cred.ngroups, 3, "cr_ngroups of it");
	yes(!cred.groups[0] && cred.groups[1] == 20 && cred.groups[2] == 30,
	    "cr_groups of it");
	is(sys(SYS_setgroups, 1, groups), 0, "be in one");
	close_all(server, client, conn);
}

struct timeval {
	long sec, usec;
};

struct linger {
	int onoff, linger;
};

static void test_options(void)
{
	struct timeval time = { 1, 500000 };
	struct linger linger = { 1, 7 };
	uint32_t len = sizeof(time);
	long fd = tcp_socket();
	char byte = -1;

	is(option(fd, SOL_SOCKET, SO_REUSEADDR), 0, "SO_REUSEADDR off");
	is(set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1), 0, "SO_REUSEADDR");
	is(option(fd, SOL_SOCKET, SO_REUSEADDR), SO_REUSEADDR,
	   "is told as its bit");
	set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	is(option(fd, SOL_SOCKET, SO_KEEPALIVE), SO_KEEPALIVE, "SO_KEEPALIVE");
	set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	is(option(fd, SOL_SOCKET, SO_REUSEPORT), SO_REUSEPORT, "SO_REUSEPORT");
	is(set_option(fd, SOL_SOCKET, SO_SNDBUF, 32768), 0, "SO_SNDBUF");
	is(option(fd, SOL_SOCKET, SO_SNDBUF), 32768, "is what was asked for");
	is(set_option(fd, SOL_SOCKET, SO_SNDBUF, 0), -EINVAL,
	   "SO_SNDBUF of nothing");
	is(sys(SYS_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &time, 16), 0,
	   "SO_RCVTIMEO");
	time = (struct timeval){ 0, 0 };
	is(sys(SYS_getsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &time, &len), 0,
	   "SO_RCVTIMEO again");
	yes(len == 16 && time.sec == 1 && time.usec == 500000,
	    "tv_sec, tv_usec");
	time.usec = 1000000;
	is(sys(SYS_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &time, 16), -EDOM,
	   "no time");
	time = (struct timeval){ -1, 0 };
	is(sys(SYS_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &time, 16), -EDOM,
	   "no time either");
	is(sys(SYS_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &time, 8), -EINVAL,
	   "half a time");
	is(sys(SYS_setsockopt, fd, SOL_SOCKET, SO_LINGER, &linger, 8), 0,
	   "SO_LINGER");
	len = sizeof(linger);
	linger = (struct linger){ 0, 0 };
	sys(SYS_getsockopt, fd, SOL_SOCKET, SO_LINGER, &linger, &len);
	yes(len == 8 && linger.onoff == SO_LINGER && linger.linger == 7,
	    "l_onoff, l_linger");
	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	is(option(fd, IPPROTO_TCP, TCP_NODELAY), 4, "TCP_NODELAY");
	is(set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 42), 0, "TCP_KEEPIDLE");
	is(option(fd, IPPROTO_TCP, TCP_KEEPIDLE), 42, "TCP_KEEPIDLE again");
	set_option(fd, 0, IP_TTL, 17);
	is(option(fd, 0, IP_TTL), 17, "IP_TTL");
	set_option(fd, 0, IP_DONTFRAG, 1);
	is(option(fd, 0, IP_DONTFRAG), 1, "IP_DONTFRAG");
	len = 1;
	is(sys(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, &byte, &len), 0,
	   "a byte of an option");
	yes(byte == SOCK_STREAM && len == 1, "is what there was room for");
	is(sys(SYS_setsockopt, fd, SOL_SOCKET, SO_KEEPALIVE, &byte, 1), -EINVAL,
	   "a byte is no value");
	sys(SYS_close, fd);
}

static void test_no_options(void)
{
	long fd = tcp_socket();
	uint32_t len = -1;
	int number = 1;

	is(set_option(fd, SOL_SOCKET, SO_NOSIGPIPE, 1), -ENOPROTOOPT,
	   "SO_NOSIGPIPE");
	is(set_option(fd, SOL_SOCKET, SO_ACCEPTFILTER, 1), -ENOPROTOOPT,
	   "SO_ACCEPTFILTER");
	is(set_option(fd, SOL_SOCKET, SO_ERROR, 1), -ENOPROTOOPT,
	   "SO_ERROR cannot be set");
	is(set_option(fd, SOL_SOCKET, 9, 1), -ENOPROTOOPT,
	   "Linux's SO_KEEPALIVE is no option");
	is(set_option(fd, 1, 9, 1), -ENOPROTOOPT,
	   "Linux's SOL_SOCKET is no level");
	is(set_option(fd, SOL_SOCKET, SO_SETFIB, 0), 0,
	   "SO_SETFIB of the only table");
	is(set_option(fd, SOL_SOCKET, SO_SETFIB, 1), -EINVAL,
	   "SO_SETFIB of another one");
	is(set_option(1, SOL_SOCKET, SO_KEEPALIVE, 1), -ENOTSOCK,
	   "an option of a file");
	is(set_option(99, SOL_SOCKET, SO_KEEPALIVE, 1), -EBADF,
	   "an option of nothing");
	is(sys(SYS_setsockopt, fd, SOL_SOCKET, SO_KEEPALIVE, 0, 4), -EFAULT,
	   "no value");
	is(sys(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, &number, &len), -EINVAL,
	   "a length below zero");
	len = 4;
	is(sys(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, 0, &len), 0,
	   "nothing of an option");
	is(len, 0, "is no bytes");
	is(sys(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, &number, 16), -EFAULT,
	   "a bad length");
	sys(SYS_close, fd);
}

static void test_datagrams(void)
{
	long one = sys(SYS_socket, AF_INET, SOCK_DGRAM, 0),
	     two = sys(SYS_socket, AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in name = loopback(0), from = {},
			   other = { 16, 0, 0, 0, {} };
	uint32_t len = sizeof(name);
	char data[8] = {};

	sys(SYS_bind, one, &name, 16);
	sys(SYS_getsockname, one, &name, &len);
	is(sys(SYS_sendto, two, "datagram", 8, 0, &name, 16), 8, "sendto");
	is(sys(SYS_recvfrom, one, data, 8, MSG_PEEK, &from, &len), 8,
	   "MSG_PEEK");
	yes(len == 16 && from.len == 16 && from.family == AF_INET &&
		    from.addr == LOOPBACK,
	    "whom it came from");
	len = 2;
	is(sys(SYS_recvfrom, one, data, 4, 0, &from, &len), 4,
	   "the start of it");
	is(len, 2, "and of its name");
	is(sys(SYS_recvfrom, one, data, 4, MSG_DONTWAIT, 0, 0), -EAGAIN,
	   "the rest is lost");
	sys(SYS_sendto, two, "datagram", 8, 0, &name, 16);
	is(sys(SYS_recvfrom, one, data, 4, MSG_TRUNC, 0, 0), 8,
	   "MSG_TRUNC tells how long it was");
	sys(SYS_connect, two, &name, 16);
	is(sys(SYS_sendto, two, "x", 1, 0, &name, 16), -EISCONN,
	   "sendto when connected");
	is(sys(SYS_sendto, two, "x", 1, 0, 0, 0), 1, "send when connected");
	is(sys(SYS_connect, two, &other, 16), -EAFNOSUPPORT,
	   "connect to no family");
	is(sys(SYS_sendto, two, "x", 1, 0, 0, 0), -EDESTADDRREQ,
	   "ends the connection");
	name.port = 0;
	is(sys(SYS_sendto, two, "x", 1, 0, &name, 16), -EADDRNOTAVAIL,
	   "sendto port 0");
	is(sys(SYS_sendto, two, "x", 1, MSG_EOF, 0, 0), -EOPNOTSUPP, "MSG_EOF");
	close_all(one, two, -1);
}

static void test_unix_datagrams(void)
{
	long one = sys(SYS_socket, AF_UNIX, SOCK_DGRAM, 0),
	     two = sys(SYS_socket, AF_UNIX, SOCK_DGRAM, 0);
	struct sockaddr_un name = unix_name("datagram"), from;
	uint32_t len = sizeof(from);
	char data[8];

	sys(SYS_bind, one, &name, name.len);
	is(sys(SYS_sendto, two, "x", 1, 0, &name, name.len), 1,
	   "a datagram to a path");
	memset(&from, 0xff, sizeof(from));
	is(sys(SYS_recvfrom, one, data, 8, 0, &from, &len), 1, "comes");
	yes(len == 16 && from.len == 16 && from.family == AF_UNIX &&
		    !from.path[0],
	    "from one without a name");
	name = unix_name("two");
	sys(SYS_bind, two, &name, name.len);
	name = unix_name("datagram");
	sys(SYS_sendto, two, "x", 1, 0, &name, name.len);
	len = sizeof(from);
	sys(SYS_recvfrom, one, data, 8, 0, &from, &len);
	yes(from.len == len && same_text(from.path, "two"),
	    "from one with a name");
	close_all(one, two, -1);
}

static void test_messages(void)
{
	char data[8] = {}, more[8] = {};
	struct iovec iov[2] = { { "0123", 4 }, { "4567", 4 } };
	struct msghdr msg = { .iov = iov, .iovlen = 2 };
	int pair[2];

	sys(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, pair);
	is(sys(SYS_sendmsg, pair[0], &msg, 0), 8, "sendmsg");
	iov[0] = (struct iovec){ data, 2 };
	iov[1] = (struct iovec){ more, 4 };
	msg = (struct msghdr){ .iov = iov, .iovlen = 2, .flags = -1 };
	is(sys(SYS_recvmsg, pair[1], &msg, 0), 6, "recvmsg");
	yes(same_text(data, "01") && same_text(more, "2345"), "in its pieces");
	is(msg.flags, MSG_TRUNC, "MSG_TRUNC");
	yes(msg.iov == iov && msg.iovlen == 2 && !msg.name && !msg.control,
	    "the rest stays");
	msg.iovlen = 1025;
	is(sys(SYS_sendmsg, pair[0], &msg, 0), -EMSGSIZE,
	   "too many pieces to send");
	is(sys(SYS_recvmsg, pair[0], &msg, 0), -EMSGSIZE, "and to receive");
	is(sys(SYS_recvmsg, pair[0], 16, 0), -EFAULT, "no header");
	close_all(pair[0], pair[1], -1);
}

static bool inherits(long fd)
{
	return sys(SYS_fcntl, fd, 1, 0) == 0;
}

static long send_fds(long fd, int count, int which)
{
	struct cmsg cmsg = { .len = 16 + 4 * count,
			     .level = SOL_SOCKET,
			     .type = SCM_RIGHTS };
	struct iovec iov = { "x", 1 };
	struct msghdr msg = { .iov = &iov,
			      .iovlen = 1,
			      .control = &cmsg,
			      .controllen = 16 + ((4 * count + 7) & ~7) };

	for (int i = 0; i < count; i++)
		cmsg.fds[i] = which;
	return sys(SYS_sendmsg, fd, &msg, 0);
}

static long receive(long fd, struct msghdr *msg, struct cmsg *cmsg,
		    uint32_t room, int flags)
{
	static char data[8];
	static struct iovec iov = { data, sizeof(data) };

	*msg = (struct msghdr){
		.iov = &iov, .iovlen = 1, .control = cmsg, .controllen = room
	};
	memset(cmsg, 0xff, sizeof(*cmsg));
	return sys(SYS_recvmsg, fd, msg, flags);
}

static void test_rights(void)
{
	long file = sys(SYS_open, "rights", 0x202, 0600), next;
	struct msghdr msg;
	struct cmsg cmsg;
	int pair[2];

	sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair);
	is(send_fds(pair[0], 3, file), 1, "descriptors sent");
	is(receive(pair[1], &msg, &cmsg, sizeof(cmsg), 0), 1,
	   "descriptors come");
	yes(msg.controllen == 32 && cmsg.len == 28, "msg_controllen, cmsg_len");
	yes(cmsg.level == SOL_SOCKET && cmsg.type == SCM_RIGHTS,
	    "cmsg_level, cmsg_type");
	is(msg.flags, 0, "nothing was cut");
	is(sys(SYS_write, cmsg.fds[2], "through", 7), 7, "they are open");
	is(sys(SYS_lseek, file, 0, 1), 7, "the same file");
	yes(inherits(cmsg.fds[0]), "not closed on exec");
	close_all(cmsg.fds[0], cmsg.fds[1], cmsg.fds[2]);
	send_fds(pair[0], 1, file);
	is(receive(pair[1], &msg, &cmsg, sizeof(cmsg), MSG_CMSG_CLOEXEC), 1,
	   "MSG_CMSG_CLOEXEC");
	yes(!inherits(cmsg.fds[0]), "closed on exec");
	sys(SYS_close, cmsg.fds[0]);
	next = sys(SYS_dup, file);
	sys(SYS_close, next);
	send_fds(pair[0], 3, file);
	is(receive(pair[1], &msg, &cmsg, 24, 0), 1, "no room for three");
	yes((msg.flags & MSG_CTRUNC) && !msg.controllen, "MSG_CTRUNC");
	is(sys(SYS_dup, file), next, "none of them stays open");
	sys(SYS_close, next);
	send_fds(pair[0], 1, file);
	is(sys(SYS_read, pair[1], &msg, 1), 1, "read takes the byte alone");
	is(sys(SYS_dup, file), next, "and no descriptor");
	sys(SYS_close, next);
	is(send_fds(pair[0], 1, 99), -EBADF, "no such descriptor");
	next = sys(SYS_kqueue);
	is(send_fds(pair[0], 1, next), -EOPNOTSUPP,
	   "a kqueue stays where it is");
	sys(SYS_close, next);
	close_all(pair[0], pair[1], file);
}

static void test_bad_control(void)
{
	struct cmsg cmsg = { .len = 20,
			     .level = SOL_SOCKET,
			     .type = SCM_RIGHTS };
	struct iovec iov = { "x", 1 };
	struct msghdr msg = {
		.iov = &iov, .iovlen = 1, .control = &cmsg, .controllen = 24
	};
	int pair[2];

	sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair);
	cmsg.level = 1;
	is(sys(SYS_sendmsg, pair[0], &msg, 0), -EINVAL,
	   "Linux's level is none");
	cmsg.level = SOL_SOCKET;
	cmsg.type = 77;
	is(sys(SYS_sendmsg, pair[0], &msg, 0), -EINVAL, "no such control data");
	cmsg.type = SCM_RIGHTS;
	cmsg.len = 40;
	is(sys(SYS_sendmsg, pair[0], &msg, 0), -EINVAL, "longer than there is");
	cmsg.len = 4;
	is(sys(SYS_sendmsg, pair[0], &msg, 0), -EINVAL,
	   "shorter than its header");
	msg.controllen = 8;
	is(sys(SYS_sendmsg, pair[0], &msg, 0), -EINVAL, "less than a header");
	msg.controllen = 4096;
	is(sys(SYS_sendmsg, pair[0], &msg, 0), -EINVAL,
	   "more than fits anywhere");
	cmsg = (struct cmsg){ .len = 16 + 84,
			      .level = SOL_SOCKET,
			      .type = SCM_CREDS };
	msg.controllen = 24;
	is(sys(SYS_sendmsg, pair[0], &msg, 0), -EINVAL,
	   "credentials cut short");
	close_all(pair[0], pair[1], -1);
}

static void test_credentials(void)
{
	struct cmsg cmsg = { .len = 16 + 84,
			     .level = SOL_SOCKET,
			     .type = SCM_CREDS };
	struct iovec iov = { "x", 1 };
	struct msghdr msg = {
		.iov = &iov, .iovlen = 1, .control = &cmsg, .controllen = 104
	};
	char room[104];
	int pair[2];

	/* What is sent is not looked at. */
	memcpy(room, &cmsg, 16);
	msg.control = room;
	sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair);
	is(sys(SYS_sendmsg, pair[0], &msg, 0), -EOPNOTSUPP,
	   "credentials that nobody would get");
	is(set_option(pair[1], 0, LOCAL_CREDS, 1), -ENOPROTOOPT, "LOCAL_CREDS");
	is(set_option(pair[1], 0, LOCAL_CREDS_PERSISTENT, 1), 0,
	   "LOCAL_CREDS_PERSISTENT");
	is(option(pair[1], 0, LOCAL_CREDS_PERSISTENT), 1, "is on");
	is(set_option(pair[1], IPPROTO_TCP, TCP_NODELAY, 1), -EINVAL,
	   "not a level of unix sockets");
	is(sys(SYS_write, pair[0], "x", 1), 1, "what is written");
	is(receive(pair[1], &msg, &cmsg, sizeof(cmsg), 0), 1,
	   "brings credentials");
	yes(msg.controllen == 48 && cmsg.len == 48 &&
		    cmsg.level == SOL_SOCKET && cmsg.type == SCM_CREDS2,
	    "as SCM_CREDS2");
	yes(cmsg.words[0] == 0 && cmsg.words[1] == sys(SYS_getpid),
	    "sc_version, sc_pid");
	yes(!cmsg.words[2] && !cmsg.words[3] && !cmsg.words[4] &&
		    !cmsg.words[5],
	    "sc_uid, sc_euid, sc_gid, sc_egid");
	yes(cmsg.words[6] == 1 && cmsg.words[7] == 0, "sc_ngroups, sc_groups");
	msg = (struct msghdr){
		.iov = &iov, .iovlen = 1, .control = room, .controllen = 104
	};
	is(sys(SYS_sendmsg, pair[0], &msg, 0), 1, "credentials that are sent");
	is(receive(pair[1], &msg, &cmsg, sizeof(cmsg), 0), 1, "come");
	yes(cmsg.type == SCM_CREDS2 && cmsg.words[1] == sys(SYS_getpid),
	    "as they are told anyway");
	close_all(pair[0], pair[1], -1);
}

static struct cmsg *next_cmsg(struct cmsg *cmsg)
{
	return (struct cmsg *)((char *)cmsg + ((cmsg->len + 7) & ~7U));
}

static struct cmsg *find_cmsg(struct msghdr *msg, int level, int type)
{
	char *end = (char *)msg->control + msg->controllen;
	struct cmsg *cmsg = msg->control;

	while ((char *)cmsg + 16 <= end && cmsg->len >= 16) {
		if (cmsg->level == level && cmsg->type == type)
			return cmsg;
		cmsg = next_cmsg(cmsg);
	}
	return NULL;
}

static void test_inet_control(void)
{
	long one = sys(SYS_socket, AF_INET, SOCK_DGRAM, 0),
	     two = sys(SYS_socket, AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in name = loopback(0);
	struct cmsg room[8], *cmsg;
	uint32_t len = 16;
	struct msghdr msg;

	sys(SYS_bind, one, &name, 16);
	sys(SYS_getsockname, one, &name, &len);
	is(set_option(one, 0, IP_RECVDSTADDR, 1), 0, "IP_RECVDSTADDR");
	is(set_option(one, 0, IP_RECVIF, 1), 0, "IP_RECVIF");
	is(set_option(one, 0, IP_RECVTTL, 1), 0, "IP_RECVTTL");
	is(set_option(one, SOL_SOCKET, SO_TIMESTAMP, 1), 0, "SO_TIMESTAMP");
	is(option(one, SOL_SOCKET, SO_TIMESTAMP), SO_TIMESTAMP,
	   "SO_TIMESTAMP is on");
	set_option(two, 0, IP_TTL, 33);
	sys(SYS_sendto, two, "x", 1, 0, &name, 16);
	is(receive(one, &msg, room, sizeof(room), 0), 1,
	   "a datagram and its control data");
	cmsg = find_cmsg(&msg, 0, IP_RECVDSTADDR);
	yes(cmsg && cmsg->len == 20 && cmsg->words[0] == LOOPBACK,
	    "where it was sent to");
	cmsg = find_cmsg(&msg, 0, IP_RECVIF);
	yes(cmsg && cmsg->bytes[1] == AF_LINK && cmsg->bytes[2] == 1,
	    "the interface that it came by");
	cmsg = find_cmsg(&msg, 0, IP_RECVTTL);
	yes(cmsg && cmsg->len == 17 && cmsg->bytes[0] == 33,
	    "its time to live");
	cmsg = find_cmsg(&msg, SOL_SOCKET, SCM_TIMESTAMP);
	yes(cmsg && cmsg->len == 32 && cmsg->time[0] > 1600000000 &&
		    cmsg->time[1] < 1000000,
	    "when it came");
	close_all(one, two, -1);
}

static void test_inet6_control(void)
{
	long one = sys(SYS_socket, AF_INET6, SOCK_DGRAM, 0),
	     two = sys(SYS_socket, AF_INET6, SOCK_DGRAM, 0);
	struct sockaddr_in6 name = { 28, AF_INET6, 0, 0, {}, 0 };
	struct cmsg room[8], *cmsg;
	uint32_t len = 28;
	struct msghdr msg;

	name.addr[15] = 1;
	sys(SYS_bind, one, &name, 28);
	sys(SYS_getsockname, one, &name, &len);
	is(set_option(one, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1), 0,
	   "IPV6_RECVPKTINFO");
	is(set_option(one, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1), 0,
	   "IPV6_RECVHOPLIMIT");
	is(sys(SYS_sendto, two, "x", 1, 0, &name, 28), 1, "an IPv6 datagram");
	is(receive(one, &msg, room, sizeof(room), 0), 1,
	   "and its control data");
	cmsg = find_cmsg(&msg, IPPROTO_IPV6, IPV6_PKTINFO);
	yes(cmsg && cmsg->len == 36 && cmsg->bytes[15] == 1 &&
		    cmsg->words[4] == 1,
	    "IPV6_PKTINFO");
	cmsg = find_cmsg(&msg, IPPROTO_IPV6, IPV6_HOPLIMIT);
	yes(cmsg && cmsg->len == 20 && cmsg->words[0] == 64, "IPV6_HOPLIMIT");
	close_all(one, two, -1);
}

/* More arguments than registers: the seventh is on the stack. */
static long sendfile(long fd, long s, long offset, long bytes, void *hdtr,
		     long *sent, long flags)
{
	long ret;

	asm volatile("pushq %[flags]\n"
		     "pushq $0\n"
		     "mov %[bytes], %%r10\n"
		     "mov %[hdtr], %%r8\n"
		     "mov %[sent], %%r9\n"
		     "syscall\n"
		     "jnc 1f\n"
		     "neg %%rax\n"
		     "1: add $16, %%rsp\n"
		     : "=a"(ret)
		     : "a"((long)SYS_sendfile), "D"(fd), "S"(s),
		       "d"(offset), [bytes] "b"(bytes), [hdtr] "r"(hdtr),
		       [sent] "r"(sent), [flags] "r"(flags)
		     : "rcx", "r11", "r10", "r8", "r9", "memory");
	return ret;
}

struct sf_hdtr {
	struct iovec *headers;
	int hdr_cnt;
	struct iovec *trailers;
	int trl_cnt;
};

static char body[65536], got[65536];

static long connected(long *conn)
{
	struct sockaddr_in name;
	long server = listening(&name), client = tcp_socket();

	sys(SYS_connect, client, &name, 16);
	*conn = sys(SYS_accept, server, 0, 0);
	sys(SYS_close, server);
	return client;
}

static long read_all(long fd, long wanted)
{
	long have = 0, n;

	while (have < wanted) {
		n = sys(SYS_recvfrom, fd, got + have, wanted - have,
			MSG_WAITALL, 0, 0);
		if (n <= 0)
			break;
		have += n;
	}
	return have;
}

static bool same(const char *a, const char *b, long len)
{
	while (len && *a == *b)
		len--, a++, b++;
	return !len;
}

static void test_sendfile(void)
{
	struct iovec head[2] = { { "head", 4 }, { "er", 2 } },
		     tail[1] = { { "trailer", 7 } };
	struct sf_hdtr hdtr = { head, 2, tail, 1 };
	long conn, client = connected(&conn), sent = -1;
	long file = sys(SYS_open, "body", 0x202, 0600);

	for (int i = 0; i < sizeof(body); i++)
		body[i] = i * 7;
	sys(SYS_write, file, body, 10000);
	is(sendfile(file, client, 0, 0, NULL, &sent, 0), 0, "sendfile of all");
	is(sent, 10000, "and how much that was");
	yes(read_all(conn, 10000) == 10000 && same(got, body, 10000), "came");
	is(sendfile(file, client, 100, 50, NULL, &sent, 0), 0,
	   "sendfile of a part");
	yes(sent == 50 && read_all(conn, 50) == 50 && same(got, body + 100, 50),
	    "came too");
	is(sendfile(file, client, 9990, 50, NULL, &sent, 0), 0,
	   "sendfile beyond the end");
	yes(sent == 10 && read_all(conn, 10) == 10, "ends there");
	is(sys(SYS_lseek, file, 0, 1), 10000, "the file stands where it stood");
	is(sendfile(file, client, 5, 20, &hdtr, &sent, 0), 0,
	   "headers and trailers");
	is(sent, 6 + 20 + 7, "count too");
	yes(read_all(conn, 33) == 33 && same(got, "header", 6) &&
		    same(got + 6, body + 5, 20) && same(got + 26, "trailer", 7),
	    "and stand around the file");
	is(sendfile(file, client, 0, 10, NULL, NULL, 0), 0,
	   "nobody asks how much");
	read_all(conn, 10);
	is(sendfile(file, client, -1, 10, NULL, &sent, 0), -EINVAL,
	   "an offset below zero");
	is(sendfile(99, client, 0, 10, NULL, &sent, 0), -EBADF, "no such file");
	is(sendfile(file, file, 0, 10, NULL, &sent, 0), -ENOTSOCK, "to a file");
	is(sendfile(conn, client, 0, 10, NULL, &sent, 0), -EINVAL,
	   "from a socket");
	close_all(client, conn, -1);
	client = tcp_socket();
	is(sendfile(file, client, 0, 10, NULL, &sent, 0), -ENOTCONN,
	   "to nobody");
	close_all(client, file, -1);
}

static void test_sendfile_nonblocking(void)
{
	long conn, client = connected(&conn), sent = -1, all = 0, ret;
	long file = sys(SYS_open, "large", 0x202, 0600);

	for (int i = 0; i < 256; i++)
		sys(SYS_write, file, body, sizeof(body));
	sys(SYS_fcntl, client, 4, 4);
	ret = sendfile(file, client, 0, 0, NULL, &sent, 0);
	is(ret, -EAGAIN, "sendfile of more than fits");
	yes(sent > 0 && sent < 256 * sizeof(body), "and how much did");
	while (all < sent) {
		ret = read_all(conn, sent - all < sizeof(got) ? sent - all :
								sizeof(got));
		if (ret <= 0)
			break;
		all += ret;
	}
	is(all, sent, "is what came");
	is(sys(SYS_recvfrom, conn, got, 1, MSG_DONTWAIT, 0, 0), -EAGAIN,
	   "and no more");
	close_all(client, conn, file);
}

static void test_signal(void)
{
	long conn, client = connected(&conn), child, status;

	sys(SYS_shutdown, client, 1);
	is(sys(SYS_sendto, client, "x", 1, MSG_NOSIGNAL, 0, 0), -EPIPE,
	   "MSG_NOSIGNAL");
	child = sys(SYS_fork);
	if (!child) {
		sys(SYS_sendto, client, "x", 1, 0, 0, 0);
		sys(SYS_exit, 0);
	}
	status = 0;
	sys(SYS_wait4, child, &status, 0, 0);
	is(status & 0x7f, 13, "SIGPIPE without it");
	close_all(client, conn, -1);
}

static long net_route(int what, void *to, size_t *len)
{
	int mib[6] = { 4, AF_ROUTE, 0, 0, what, 0 };

	return sys(SYS___sysctl, mib, 6, to, len, 0, 0);
}

/* The message of this type, from an offset on. */
static char *find_message(char *from, size_t len, int type)
{
	char *at = from;

	while (at < from + len && *(uint16_t *)at) {
		if (at[3] == type)
			return at;
		at += *(uint16_t *)at;
	}
	return NULL;
}

static void test_interfaces(void)
{
	size_t len = 0, room;
	char *at;

	is(net_route(3, NULL, &len), 0, "how long is the list of interfaces");
	yes(len > 200 && len < sizeof(got), "so long");
	room = len;
	is(net_route(3, got, &room), 0, "the list of interfaces");
	is(room, len, "is so long");
	yes(*(uint16_t *)got == 168 + 56 && got[2] == 5 && got[3] == 0xe,
	    "ifm_msglen, ifm_version, ifm_type");
	yes(*(uint32_t *)(got + 4) == 0x10 && (got[8] & 9) == 9 && got[12] == 1,
	    "ifm_addrs, ifm_flags, ifm_index");
	yes(got[16] == 0x18 && *(uint16_t *)(got + 22) == 152 &&
		    *(uint32_t *)(got + 24) == 65536,
	    "ifi_type, ifi_datalen, ifi_mtu");
	at = got + 168;
	yes(at[0] == 56 && at[1] == AF_LINK && at[2] == 1 && at[4] == 0x18 &&
		    at[5] == 2 && !at[6],
	    "sdl_len, sdl_family, sdl_index, sdl_type, sdl_nlen, sdl_alen");
	yes(at[8] == 'l' && at[9] == 'o', "sdl_data");
	at = find_message(got, len, 0xc);
	yes(at && *(uint32_t *)(at + 4) == 0xb4 && at[12] == 1,
	    "ifam_addrs, ifam_index");
	yes(at && at[20] == 16 && at[21] == AF_INET &&
		    *(uint32_t *)(at + 24) == 0xff,
	    "the mask");
	at += 20 + 16 + 56;
	yes(at[0] == 16 && at[1] == AF_INET &&
		    *(uint32_t *)(at + 4) == LOOPBACK,
	    "the address");
	room = len - 1;
	is(net_route(3, got, &room), -ENOMEM, "no room for all");
	room = sizeof(got);
	is(net_route(5, got, &room), 0, "the list with lengths");
	yes(*(uint16_t *)got == 176 + 56 && *(uint16_t *)(got + 16) == 176 &&
		    *(uint16_t *)(got + 18) == 24,
	    "ifm_len, ifm_data_off");
	at = find_message(got, room, 0xc);
	yes(at && *(uint16_t *)(at + 16) == 176 && at[176] == 16 &&
		    at[177] == AF_INET,
	    "ifam_len");
	room = sizeof(got);
	is(net_route(4, got, &room), 0, "the list of groups");
	yes(got[3] == 0xf && got[16] == 56 && got[16 + 56 + 1] == AF_INET &&
		    *(uint32_t *)(got + 16 + 56 + 4) == 0x010000e0,
	    "all hosts are one");
	is(net_route(9, got, &room), -EOPNOTSUPP, "no such list");
}

struct ifreq {
	char name[16];
	union {
		struct sockaddr_in addr;
		int value;
		uint16_t flags[2];
	};
};

_Static_assert(sizeof(struct ifreq) == 32, "ifreq");

static long interface(long fd, int request, struct ifreq *req)
{
	memset(req, 0xff, sizeof(*req));
	memcpy(req->name, "lo", 3);
	return sys(SYS_ioctl, fd, 0xc0206900 | request, req);
}

static void test_ioctl(void)
{
	struct ifreq req[2];
	long fd = sys(SYS_socket, AF_INET, SOCK_DGRAM, 0);
	int pair[2], left = -1;

	memset(&req[1], 0xff, sizeof(req[1]));
	is(interface(fd, 33, req), 0, "SIOCGIFADDR");
	yes(req->addr.len == 16 && req->addr.family == AF_INET &&
		    req->addr.addr == LOOPBACK,
	    "ifr_addr");
	is(interface(fd, 37, req), 0, "SIOCGIFNETMASK");
	yes(req->addr.family == AF_INET && req->addr.addr == 0xff,
	    "its ifr_addr");
	is(interface(fd, 17, req), 0, "SIOCGIFFLAGS");
	is(req->flags[0], 0x1 | 0x8 | 0x40, "ifr_flags: UP, LOOPBACK, RUNNING");
	is(interface(fd, 51, req), 0, "SIOCGIFMTU");
	is(req->value, 65536, "ifr_mtu");
	is(interface(fd, 32, req), 0, "SIOCGIFINDEX");
	is(req->flags[0], 1, "ifr_index");
	is(req[1].value, -1, "nothing beyond it is written");
	memcpy(req->name, "none", 5);
	is(sys(SYS_ioctl, fd, 0xc0206933, req), -6, "no such interface: ENXIO");
	is(sys(SYS_ioctl, fd, 0xc0206999, req), -25, "no such request: ENOTTY");
	sys(SYS_close, fd);
	sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair);
	sys(SYS_write, pair[0], "12345", 5);
	is(sys(SYS_ioctl, pair[1], 0x4004667f, &left), 0, "FIONREAD");
	is(left, 5, "bytes to read");
	left = 1;
	is(sys(SYS_ioctl, pair[1], 0x8004667e, &left), 0, "FIONBIO");
	is(sys(SYS_fcntl, pair[1], 3, 0), 2 | 4, "is O_NONBLOCK");
	close_all(pair[0], pair[1], -1);
}

struct sigaction {
	void *handler;
	int flags;
	uint32_t mask[4];
};

struct itimerval {
	struct timeval interval, value;
};

static volatile int alarms;
static volatile long stuck = -1;

/* A call that is made again and again after all has to end, too. */
static void on_alarm(int sig)
{
	if (++alarms == 50)
		sys(SYS_shutdown, stuck, 2);
}

/* Signals soon, whose handler asks for calls to be made again. */
static void alarm_soon(long fd)
{
	struct sigaction act = { on_alarm, 2, {} };
	struct itimerval timer = { { 0, 200000 }, { 0, 200000 } };

	alarms = 0;
	stuck = fd;
	sys(SYS_sigaction, 14, &act, 0);
	sys(SYS_setitimer, 0, &timer, 0);
}

static void no_alarm(void)
{
	struct itimerval timer = {};

	sys(SYS_setitimer, 0, &timer, 0);
}

static void test_interrupted(void)
{
	struct iovec head[1] = { { "header", 6 } };
	struct sf_hdtr hdtr = { head, 1, 0, 0 };
	long conn, client = connected(&conn), sent = -1, all = 0, ret, file;

	file = sys(SYS_open, "large", 0, 0);
	alarm_soon(client);
	ret = sendfile(file, client, 0, 0, &hdtr, &sent, 0);
	no_alarm();
	is(ret, -EINTR, "sendfile, interrupted");
	yes(alarms > 0 && alarms < 50, "by a handler with SA_RESTART");
	yes(sent > 6, "says how much was sent");
	/* Until there is no room for one byte more. */
	for (all = sent; sent && ret == -EINTR; all += sent) {
		alarm_soon(client);
		ret = sendfile(file, client, 0, 0, &hdtr, &sent, 0);
		no_alarm();
	}
	is(ret, -EINTR, "sendfile, interrupted before it sent anything");
	yes(alarms > 0 && alarms < 50, "is not made again");
	sys(SYS_shutdown, client, 1);
	while ((ret = sys(SYS_read, conn, got, sizeof(got))) > 0)
		all -= ret;
	is(all, 0, "what was sent came, once");
	close_all(client, conn, file);
}

/* A queue that is full: who connects then waits. */
static void test_connect_interrupted(void)
{
	struct sockaddr_un name = unix_name("full");
	long server = sys(SYS_socket, AF_UNIX, SOCK_STREAM, 0), fds[3], ret;

	sys(SYS_bind, server, &name, name.len);
	sys(SYS_listen, server, 0);
	for (int i = 0; i < 3; i++)
		fds[i] = sys(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
	is(sys(SYS_connect, fds[0], &name, name.len), 0,
	   "connect to a queue of one");
	alarm_soon(server);
	ret = sys(SYS_connect, fds[1], &name, name.len);
	no_alarm();
	is(ret, -EINTR, "connect, interrupted by a handler with SA_RESTART");
	close_all(fds[0], fds[1], fds[2]);
	sys(SYS_close, server);
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	test_socket();
	test_bad_names();
	test_names();
	test_accept();
	test_connect();
	test_inet6();
	test_unix();
	test_peercred();
	test_options();
	test_no_options();
	test_datagrams();
	test_unix_datagrams();
	test_messages();
	test_rights();
	test_bad_control();
	test_credentials();
	test_inet_control();
	test_inet6_control();
	test_sendfile();
	test_sendfile_nonblocking();
	test_signal();
	test_interfaces();
	test_ioctl();
	test_interrupted();
	test_connect_interrupted();
	end();
}
