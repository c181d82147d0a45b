/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: when filters READ and WRITE are ready, and what they tell of it. From
 * filt_soread() and filt_sowrite() of sys/kern/uipc_socket.c, filt_piperead() and
 * filt_pipewrite() of sys/kern/sys_pipe.c, sys/kern/tty.c.
 *
 * Epoll has said that a file is ready, but it means more by that: a socket that was
 * never connected is hung up for it, and it knows no low-water marks.
 */
#ifndef FREEBSD_KQUEUE_READY_BPF_H
#define FREEBSD_KQUEUE_READY_BPF_H

/**
 * struct fbsd_filter - what a program wants to know of a descriptor
 * @udata: the program's own
 * @data: its data, when it was added
 * @fflags: its fflags
 * @flags: EV_* that come back with its events
 * @state: FBSD_KN_*
 */
struct fbsd_filter {
	u64 udata;
	s64 data;
	u32 fflags;
	u32 flags;
	u32 state;
	u32 pad;
};

/* Buffers of a pipe or a socket that are counted. */
#define FBSD_BUFFERS_MAX 4096

/* Bytes in a pipe. */
__noinline s64 fbsd_pipe_bytes(u64 at)
{
	struct pipe_inode_info *pipe =
		bpf_core_cast((void *)at, struct pipe_inode_info);
	u32 head = pipe->head, tail = pipe->tail, mask = pipe->ring_size - 1;
	u64 bufs = (u64)pipe->bufs;
	struct pipe_buffer *buf;
	s64 bytes = 0;
	u32 i;

	bpf_for(i, 0, FBSD_BUFFERS_MAX) {
		if (tail + i == head)
			break;
		buf = bpf_core_cast(
			(void *)(bufs + ((tail + i) & mask) *
						bpf_core_type_size(*buf)),
			struct pipe_buffer);
		bytes += buf->len;
	}
	return bytes;
}

/* Bytes of all that a queue of a socket holds; of unix(4), what was not read yet. */
__noinline s64 fbsd_queue_bytes(u64 head, bool is_unix)
{
	struct sk_buff *skb =
		bpf_core_cast((void *)head, struct sk_buff_head)->next;
	u64 cb = bpf_core_field_offset(struct sk_buff, cb);
	s64 bytes = 0;
	int i;

	bpf_for(i, 0, FBSD_BUFFERS_MAX) {
		if (!skb || (u64)skb == head)
			break;
		bytes += skb->len;
		if (is_unix)
			bytes -= bpf_core_cast((void *)((u64)skb + cb),
					       struct unix_skb_parms)
					 ->consumed;
		skb = skb->next;
	}
	return bytes;
}

static __always_inline s64 fbsd_tcp_bytes(const struct sock *sk)
{
	const struct tcp_sock *tcp = bpf_core_cast(sk, struct tcp_sock);
	u32 state = sk->__sk_common.skc_state;
	s64 bytes = (s32)(tcp->rcv_nxt - tcp->copied_seq);

	if (state == LINUX_TCP_SYN_SENT || state == LINUX_TCP_SYN_RECV)
		return 0;
	/* The end of the stream has a number too. */
	if (bytes && (sk->__sk_common.skc_flags & (1UL << SOCK_DONE)))
		bytes--;
	return bytes;
}

static __always_inline bool fbsd_is_inet(const struct sock *sk, u32 protocol)
{
	u32 family = sk->__sk_common.skc_family;

	return (family == LINUX_AF_INET || family == LINUX_AF_INET6) &&
	       sk->sk_protocol == protocol;
}

static __always_inline s64 fbsd_socket_bytes(const struct socket *sock)
{
	const struct sock *sk = sock->sk;
	bool is_unix = sk->__sk_common.skc_family == LINUX_AF_UNIX;
	s64 bytes;
	u64 at;

	if (fbsd_is_inet(sk, IPPROTO_TCP))
		return fbsd_tcp_bytes(sk);
	/* As a number, which can be passed on. */
	bpf_probe_read_kernel(&at, sizeof(at), &sock->sk);
	bytes = fbsd_queue_bytes(at + bpf_core_field_offset(struct sock,
							    sk_receive_queue),
				 is_unix);
	if (fbsd_is_inet(sk, IPPROTO_UDP))
		bytes += fbsd_queue_bytes(
			at + bpf_core_field_offset(struct udp_sock,
						   reader_queue),
			false);
	return bytes;
}

static __always_inline s64 fbsd_socket_room(const struct sock *sk)
{
	s64 used = fbsd_is_inet(sk, IPPROTO_TCP) ?
			   sk->sk_wmem_queued :
			   sk->sk_wmem_alloc.refs.counter - 1;
	s64 room = sk->sk_sndbuf - used;

	return room > 0 ? room : 0;
}

static __always_inline bool fbsd_is_stream(const struct sock *sk)
{
	return sk->sk_type == LINUX_SOCK_STREAM ||
	       sk->sk_type == LINUX_SOCK_SEQPACKET;
}

static __always_inline bool fbsd_ready_end(const struct sock *sk,
					   struct fbsd_kevent *event)
{
	event->flags |= FBSD_EV_EOF;
	event->fflags = sk->sk_err;
	return true;
}

/* filt_soread() */
static __always_inline bool fbsd_ready_receive(const struct socket *sock,
					       u32 events, u32 fflags, s64 want,
					       struct fbsd_kevent *event)
{
	const struct sock *sk = sock->sk;
	bool listens = sk->__sk_common.skc_state == LINUX_TCP_LISTEN;

	if (listens && sk->__sk_common.skc_family == LINUX_AF_UNIX)
		event->data = sk->sk_receive_queue.qlen;
	else
		event->data = listens ? sk->sk_ack_backlog :
					fbsd_socket_bytes(sock);
	if (listens)
		return sk->sk_err ? fbsd_ready_end(sk, event) :
				    events & LINUX_EPOLLIN;
	if (sk->sk_shutdown & LINUX_RCV_SHUTDOWN)
		return fbsd_ready_end(sk, event);
	if (sk->sk_err)
		return true;
	if (fflags & FBSD_NOTE_LOWAT)
		return event->data >= want;
	return events & LINUX_EPOLLIN;
}

/* filt_sowrite() */
static __always_inline bool fbsd_ready_send(const struct socket *sock,
					    u32 events, u32 fflags, s64 want,
					    struct fbsd_kevent *event)
{
	const struct sock *sk = sock->sk;
	u32 state = sk->__sk_common.skc_state;

	if (state == LINUX_TCP_LISTEN)
		return false;
	event->data = fbsd_socket_room(sk);
	if (sk->sk_shutdown & LINUX_SEND_SHUTDOWN)
		return fbsd_ready_end(sk, event);
	if (sk->sk_err)
		return true;
	if (state == LINUX_TCP_CLOSE && fbsd_is_stream(sk))
		return false;
	if (fflags & FBSD_NOTE_LOWAT)
		return event->data >= want;
	return events & LINUX_EPOLLOUT;
}

static __always_inline bool fbsd_ready_pipe(struct file *file, u32 events,
					    struct fbsd_kevent *event)
{
	bool reads = event->filter == FBSD_EVFILT_READ;
	u64 at = (u64)file->private_data;
	struct pipe_inode_info *pipe =
		bpf_core_cast((void *)at, struct pipe_inode_info);

	event->data = fbsd_pipe_bytes(at);
	if (!reads)
		event->data = pipe->max_usage * FBSD_PAGE_SIZE - event->data;
	if (events & (reads ? LINUX_EPOLLHUP : LINUX_EPOLLERR)) {
		event->flags |= FBSD_EV_EOF;
		return true;
	}
	return events & (reads ? LINUX_EPOLLIN : LINUX_EPOLLOUT);
}

/* Items of another kqueue that are ready. */
static __always_inline s64 fbsd_kqueue_count(u64 at)
{
	u64 head = at + bpf_core_field_offset(struct eventpoll, rdllist);
	struct list_head *node =
		bpf_core_cast((void *)head, struct list_head)->next;
	s64 count = 0;
	int i;

	bpf_for(i, 0, FBSD_BUFFERS_MAX) {
		if (!node || (u64)node == head)
			break;
		count++;
		node = node->next;
	}
	return count;
}

/* Bytes of a terminal's whole lines, or all of them if it has no lines. */
static __always_inline s64 fbsd_tty_bytes(struct file *file)
{
	struct tty_file_private *private =
		bpf_core_cast(file->private_data, struct tty_file_private);
	struct n_tty_data *data =
		bpf_core_cast(private->tty->disc_data, struct n_tty_data);

	return (data->icanon ? data->canon_head : data->commit_head) -
	       data->read_tail;
}

/* A terminal, or another kqueue. */
static __always_inline bool fbsd_ready_other(struct file *file, u32 events,
					     struct fbsd_kevent *event)
{
	bool reads = event->filter == FBSD_EVFILT_READ;
	u64 ep = fbsd_epoll_of(file);

	if (events & (LINUX_EPOLLHUP | LINUX_EPOLLERR)) {
		event->flags |= FBSD_EV_EOF;
		return true;
	}
	if (!(events & (reads ? LINUX_EPOLLIN : LINUX_EPOLLOUT)))
		return false;
	/* There is room for a byte at least. */
	event->data = 1;
	if (ep)
		event->data = fbsd_kqueue_count(ep);
	else if (reads && (file->f_inode->i_mode & FBSD_S_IFMT) == FBSD_S_IFCHR)
		event->data = fbsd_tty_bytes(file);
	return true;
}

/**
 * fbsd_ready - whether a filter of a descriptor is ready
 * @fd: the descriptor
 * @events: what epoll said
 * @fflags: fflags of the filter
 * @want: its data
 * @event: has the number of the filter; gets its data, fflags and EV_EOF
 *
 * Return: not zero if it is.
 */
__noinline int fbsd_ready(u32 fd, u32 events, u32 fflags, s64 want,
			  struct fbsd_kevent *event __arg_nonnull)
{
	struct file *file = fbsd_file(fd);
	const struct socket *sock;
	u32 mode;

	if (!file)
		return 0;
	mode = file->f_inode->i_mode & FBSD_S_IFMT;
	if (mode == FBSD_S_IFIFO)
		return fbsd_ready_pipe(file, events, event);
	if (mode != FBSD_S_IFSOCK)
		return fbsd_ready_other(file, events, event);
	sock = bpf_core_cast(file->private_data, struct socket);
	return event->filter == FBSD_EVFILT_READ ?
		       fbsd_ready_receive(sock, events, fflags, want, event) :
		       fbsd_ready_send(sock, events, fflags, want, event);
}

#endif /* FREEBSD_KQUEUE_READY_BPF_H */
