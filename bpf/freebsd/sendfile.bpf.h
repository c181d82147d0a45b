/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: sendfile, which sends headers and trailers with a file and tells how
 * much it sent apart from its result. From sys/sys/socket.h,
 * sys/kern/kern_sendfile.c.
 */
#ifndef FREEBSD_SENDFILE_BPF_H
#define FREEBSD_SENDFILE_BPF_H

/* struct sf_hdtr */
struct fbsd_hdtr {
	u64 headers;
	u32 nheaders;
	u32 pad0;
	u64 trailers;
	u32 ntrailers;
	u32 pad1;
};

/* call->data of sendfile. */
enum {
	FBSD_SENDFILE_FDS, /* the socket; the file << 32 */
	FBSD_SENDFILE_AT, /* where in the file */
	FBSD_SENDFILE_LEFT, /* bytes of it to go */
	FBSD_SENDFILE_DONE, /* bytes sent */
	FBSD_SENDFILE_TELL, /* where to tell that */
	FBSD_SENDFILE_TRAILERS, /* where they are */
	FBSD_SENDFILE_STEP, /* what the native call is for; trailers << 32 */
	FBSD_SENDFILE_WANT, /* bytes that it is to send */
};

/* A signal ends the call; it is not made again, as bytes were sent. */
#define FBSD_RUN_SEND (FBSD_RUN_LEAVE | ABIMUX_RUN_INTR)

/* What the native call is for. */
enum {
	FBSD_SENDFILE_HEAD,
	FBSD_SENDFILE_BODY,
	FBSD_SENDFILE_TAIL,
};

/* Nothing is sent any more: tell how much was. */
static __always_inline int fbsd_sendfile_end(struct abimux_call *call, s64 err)
{
	u64 tell = call->data[FBSD_SENDFILE_TELL];

	if (tell && fbsd_put64(tell, call->data[FBSD_SENDFILE_DONE]))
		return abimux_done(call, -EFAULT);
	return abimux_done(call, err);
}

/* Bytes of some buffers. */
__noinline u64 fbsd_iov_bytes(u64 iov, u32 count)
{
	u64 bytes = 0, len;
	int i;

	if (count > FBSD_IOV_MAX)
		return 0;
	bpf_for(i, 0, FBSD_IOV_MAX) {
		if (i >= count)
			break;
		if (fbsd_get(&len, sizeof(len), iov + 16 * i + 8))
			return 0;
		bytes += len;
	}
	return bytes;
}

static __always_inline int fbsd_sendfile_iov(struct abimux_call *call, u32 step,
					     u64 iov, u32 count)
{
	u64 trailers = call->data[FBSD_SENDFILE_STEP] & ~0xffffffffUL;

	call->data[FBSD_SENDFILE_STEP] = trailers | step;
	call->data[FBSD_SENDFILE_WANT] = fbsd_iov_bytes(iov, count);
	call->native = LINUX_NR_WRITEV;
	fbsd_args(call, FBSD_LOW(call->data[FBSD_SENDFILE_FDS]), iov, count, 0,
		  0, 0);
	return FBSD_RUN_SEND;
}

/* The file is sent. */
static __always_inline int fbsd_sendfile_tail(struct abimux_call *call)
{
	u32 count = FBSD_HIGH(call->data[FBSD_SENDFILE_STEP]);

	if (!count)
		return fbsd_sendfile_end(call, 0);
	return fbsd_sendfile_iov(call, FBSD_SENDFILE_TAIL,
				 call->data[FBSD_SENDFILE_TRAILERS], count);
}

static __always_inline int fbsd_sendfile_body(struct abimux_call *call)
{
	u64 fds = call->data[FBSD_SENDFILE_FDS], scratch = abimux_scratch(call);
	u64 want = call->data[FBSD_SENDFILE_LEFT];

	if (want > LINUX_RW_MAX)
		want = LINUX_RW_MAX;
	if (!scratch || fbsd_put64(scratch, call->data[FBSD_SENDFILE_AT]))
		return fbsd_sendfile_end(call, -ENOMEM);
	call->data[FBSD_SENDFILE_STEP] = FBSD_PAIR(
		FBSD_HIGH(call->data[FBSD_SENDFILE_STEP]), FBSD_SENDFILE_BODY);
	call->data[FBSD_SENDFILE_WANT] = want;
	call->native = LINUX_NR_SENDFILE;
	fbsd_args(call, FBSD_LOW(fds), FBSD_HIGH(fds), scratch, want, 0, 0);
	return FBSD_RUN_SEND;
}

/* Whether a file can be sent to a socket: zero, or an error. */
static __always_inline int fbsd_sendfile_check(u32 fd, u32 s, s64 offset)
{
	struct socket *socket = fbsd_socket_of(s);
	struct file *file = fbsd_file(fd);

	if (offset < 0)
		return -EINVAL;
	if (!file || !fbsd_file(s))
		return -EBADF;
	if ((BPF_CORE_READ(file, f_inode, i_mode) & FBSD_S_IFMT) !=
	    LINUX_S_IFREG)
		return -EINVAL;
	if (!socket)
		return -ENOTSOCK;
	if (BPF_CORE_READ(socket, type) != FBSD_SOCK_STREAM)
		return -EINVAL;
	return BPF_CORE_READ(socket, state) == SS_CONNECTED ? 0 : -ENOTCONN;
}

/* (fd, s, offset, nbytes, hdtr, sbytes, flags): the flags are about caching. */
__noinline int fbsd_sendfile(struct abimux_call *call __arg_trusted)
{
	struct fbsd_hdtr hdtr = {};
	int err;

	err = fbsd_sendfile_check(call->args[0], call->args[1], call->args[2]);
	if (!err && call->args[4] &&
	    fbsd_get(&hdtr, sizeof(hdtr), call->args[4]))
		err = -EFAULT;
	if (hdtr.nheaders > FBSD_IOV_MAX || hdtr.ntrailers > FBSD_IOV_MAX)
		err = -EINVAL;
	if (err)
		return abimux_done(call, err);
	call->data[FBSD_SENDFILE_FDS] = FBSD_PAIR(call->args[0], call->args[1]);
	call->data[FBSD_SENDFILE_AT] = call->args[2];
	call->data[FBSD_SENDFILE_LEFT] = call->args[3] ?: ~0UL;
	call->data[FBSD_SENDFILE_DONE] = 0;
	call->data[FBSD_SENDFILE_TELL] = call->args[5];
	call->data[FBSD_SENDFILE_TRAILERS] = hdtr.trailers;
	call->data[FBSD_SENDFILE_STEP] =
		FBSD_PAIR(hdtr.trailers ? hdtr.ntrailers : 0, 0);
	if (hdtr.headers && hdtr.nheaders)
		return fbsd_sendfile_iov(call, FBSD_SENDFILE_HEAD, hdtr.headers,
					 hdtr.nheaders);
	return fbsd_sendfile_body(call);
}

/*
 * Less was sent than asked for: why the call ends, or zero if it does not, as at
 * the end of the file.
 */
static __always_inline int fbsd_sendfile_short(struct abimux_call *call)
{
	u64 fds = call->data[FBSD_SENDFILE_FDS];
	struct task_struct *task = bpf_get_current_task_btf();
	struct file *socket = fbsd_file(FBSD_LOW(fds)),
		    *file = fbsd_file(FBSD_HIGH(fds));
	s64 size = BPF_CORE_READ(file, f_inode, i_size), at;

	bool body;

	body = FBSD_LOW(call->data[FBSD_SENDFILE_STEP]) == FBSD_SENDFILE_BODY;
	at = call->data[FBSD_SENDFILE_AT];
	if (body && at >= size)
		return 0;
	if (BPF_CORE_READ(socket, f_flags) & LINUX_O_NONBLOCK)
		return -EAGAIN;
	if (!body || (BPF_CORE_READ(task, thread_info.flags) &
		      (1UL << LINUX_TIF_SIGPENDING)))
		return -EINTR;
	return 0;
}

static __always_inline int fbsd_sendfile_more(struct abimux_call *call)
{
	u64 left = call->data[FBSD_SENDFILE_LEFT];
	s64 sent = call->ret;

	if (left != ~0UL)
		call->data[FBSD_SENDFILE_LEFT] = left - sent;
	if (!sent || left == sent)
		return fbsd_sendfile_tail(call);
	return fbsd_sendfile_body(call);
}

__noinline int fbsd_sendfile_leave(struct abimux_call *call __arg_trusted)
{
	u32 step = FBSD_LOW(call->data[FBSD_SENDFILE_STEP]);
	s64 sent = call->ret;
	int err;

	if (sent < 0)
		return fbsd_sendfile_end(call, sent);
	call->data[FBSD_SENDFILE_DONE] += sent;
	if (step == FBSD_SENDFILE_BODY)
		call->data[FBSD_SENDFILE_AT] += sent;
	if (sent < call->data[FBSD_SENDFILE_WANT]) {
		err = fbsd_sendfile_short(call);
		if (err)
			return fbsd_sendfile_end(call, err);
	}
	if (step == FBSD_SENDFILE_HEAD)
		return fbsd_sendfile_body(call);
	if (step == FBSD_SENDFILE_TAIL)
		return fbsd_sendfile_end(call, 0);
	return fbsd_sendfile_more(call);
}

#endif /* FREEBSD_SENDFILE_BPF_H */
