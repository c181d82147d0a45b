/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: ioctl, and where pseudo-terminals come from. Requests from
 * sys/sys/filio.h, sys/sys/ttycom.h; behaviour from sys/kern/tty.c,
 * sys/kern/tty_pts.c.
 */
#ifndef FREEBSD_IOCTL_BPF_H
#define FREEBSD_IOCTL_BPF_H

/* How the argument of a request becomes Linux's. */
enum fbsd_ioctl_kind {
	FBSD_IOCTL_SAME, /* as it is */
	FBSD_IOCTL_CONST, /* one that is always the same */
	FBSD_IOCTL_FLUSH, /* FREAD, FWRITE: which queues */
	FBSD_IOCTL_SIGNAL, /* number of a signal */
	FBSD_IOCTL_GET, /* gets a struct termios */
	FBSD_IOCTL_SET, /* gives one */
	FBSD_IOCTL_MASTER, /* whether it is a master: no argument */
	FBSD_IOCTL_NAME, /* gets the name of a device */
	FBSD_IOCTL_IFREQ, /* gets something of an interface */
};

struct fbsd_ioctl_request {
	u32 request;
	u32 native;
	u32 kind;
	u32 arg;
};

/* Linux's numbers: include/uapi/asm-generic/ioctls.h. */
/* clang-format off */
#define SAME(request, native) { request, native, FBSD_IOCTL_SAME, 0 }
#define CONST(request, native, arg) { request, native, FBSD_IOCTL_CONST, arg }
#define FBSD_IFREQ(n) (0xc0206900 | (n)) /* _IOWR('i', n, struct ifreq) */
#define KIND(request, native, kind) { request, native, FBSD_IOCTL_##kind, 0 }

static const struct fbsd_ioctl_request fbsd_ioctls[] = {
	SAME(FBSD_IO('f', 1), 0x5451),			/* FIOCLEX */
	SAME(FBSD_IO('f', 2), 0x5450),			/* FIONCLEX */
	SAME(FBSD_IOW('f', 125, 4), 0x5452),		/* FIOASYNC */
	SAME(FBSD_IOW('f', 126, 4), 0x5421),		/* FIONBIO */
	SAME(FBSD_IOR('f', 127, 4), 0x541b),		/* FIONREAD */
	SAME(FBSD_IOR('f', 119, 4), 0x5411),		/* FIONWRITE */
	SAME(FBSD_IOR('f', 123, 4), 0x8903),		/* FIOGETOWN */
	SAME(FBSD_IOW('f', 124, 4), 0x8901),		/* FIOSETOWN */
	SAME(FBSD_IOR('s', 7, 4), 0x8905),		/* SIOCATMARK */
	SAME(FBSD_IOW('s', 8, 4), 0x8902),		/* SIOCSPGRP */
	SAME(FBSD_IOR('s', 9, 4), 0x8904),		/* SIOCGPGRP */
	KIND(FBSD_IFREQ(17), 0x8913, IFREQ),		/* SIOCGIFFLAGS */
	KIND(FBSD_IFREQ(23), 0x891d, IFREQ),		/* SIOCGIFMETRIC */
	KIND(FBSD_IFREQ(32), 0x8933, IFREQ),		/* SIOCGIFINDEX */
	KIND(FBSD_IFREQ(33), 0x8915, IFREQ),		/* SIOCGIFADDR */
	KIND(FBSD_IFREQ(34), 0x8917, IFREQ),		/* SIOCGIFDSTADDR */
	KIND(FBSD_IFREQ(35), 0x8919, IFREQ),		/* SIOCGIFBRDADDR */
	KIND(FBSD_IFREQ(37), 0x891b, IFREQ),		/* SIOCGIFNETMASK */
	KIND(FBSD_IFREQ(51), 0x8921, IFREQ),		/* SIOCGIFMTU */
	KIND(FBSD_FIODGNAME, 0x80045430, NAME),
	SAME(FBSD_IO('t', 13), 0x540c),			/* TIOCEXCL */
	SAME(FBSD_IO('t', 14), 0x540d),			/* TIOCNXCL */
	SAME(FBSD_IOR('t', 15, 4), 0x80045430),		/* TIOCGPTN */
	KIND(FBSD_IOW('t', 16, 4), 0x540b, FLUSH),	/* TIOCFLUSH */
	KIND(FBSD_TIOCGETA, 0x802c542a, GET),		/* TCGETS2 */
	KIND(FBSD_TIOCSETA, 0x402c542b, SET),		/* TCSETS2 */
	KIND(FBSD_TIOCSETAW, 0x402c542c, SET),		/* TCSETSW2 */
	KIND(FBSD_TIOCSETAF, 0x402c542d, SET),		/* TCSETSF2 */
	KIND(FBSD_IO('t', 28), 0x80045430, MASTER),	/* TIOCPTMASTER */
	CONST(FBSD_IO('t', 94), 0x5409, 1),		/* TIOCDRAIN: TCSBRK */
	KIND(FBSD_IO('t', 95) | 4 << 16, 0x40045436, SIGNAL), /* TIOCSIG */
	CONST(FBSD_IO('t', 97), 0x540e, 0),		/* TIOCSCTTY */
	SAME(FBSD_IOR('t', 99, 4), 0x5429),		/* TIOCGSID */
	SAME(FBSD_IOW('t', 103, 8), 0x5414),		/* TIOCSWINSZ */
	SAME(FBSD_IOR('t', 104, 8), 0x5413),		/* TIOCGWINSZ */
	SAME(FBSD_IOR('t', 106, 4), 0x5415),		/* TIOCMGET */
	SAME(FBSD_IOW('t', 107, 4), 0x5417),		/* TIOCMBIC */
	SAME(FBSD_IOW('t', 108, 4), 0x5416),		/* TIOCMBIS */
	SAME(FBSD_IOW('t', 109, 4), 0x5418),		/* TIOCMSET */
	CONST(FBSD_IO('t', 110), 0x540a, 1),		/* TIOCSTART: TCXONC */
	CONST(FBSD_IO('t', 111), 0x540a, 0),		/* TIOCSTOP */
	SAME(FBSD_IOW('t', 112, 4), 0x5420),		/* TIOCPKT */
	SAME(FBSD_IO('t', 113), 0x5422),		/* TIOCNOTTY */
	SAME(FBSD_IOW('t', 114, 1), 0x5412),		/* TIOCSTI */
	SAME(FBSD_IOR('t', 115, 4), 0x5411),		/* TIOCOUTQ */
	SAME(FBSD_IOW('t', 118, 4), 0x5410),		/* TIOCSPGRP */
	SAME(FBSD_IOR('t', 119, 4), 0x540f),		/* TIOCGPGRP */
	SAME(FBSD_IO('t', 122), 0x5428),		/* TIOCCBRK */
	SAME(FBSD_IO('t', 123), 0x5427),		/* TIOCSBRK */
};

#undef SAME
#undef CONST
#undef KIND
/* clang-format on */

#define FBSD_NR_IOCTLS (sizeof(fbsd_ioctls) / sizeof(fbsd_ioctls[0]))

/* call->data of ioctl and posix_openpt. */
enum {
	FBSD_IOCTL_WHAT, /* enum fbsd_ioctl_kind */
	FBSD_IOCTL_ARG, /* as the program gave it */
	FBSD_IOCTL_FD,
	FBSD_IOCTL_DONE, /* posix_openpt: the master is open */
};

/* Index of a request, or -ENOTTY: that is for what a file does not know. */
__noinline int fbsd_ioctl_find(u32 request)
{
	int i;

	bpf_for(i, 0, FBSD_NR_IOCTLS) {
		if (fbsd_ioctls[i].request == request)
			return i;
	}
	return -ENOTTY;
}

/* FREAD 1, FWRITE 2, none for both: TCIFLUSH 0, TCOFLUSH 1, TCIOFLUSH 2. */
static __always_inline int fbsd_ioctl_flush(struct abimux_call *call)
{
	u32 which;

	if (fbsd_get(&which, sizeof(which), call->args[2]))
		return abimux_done(call, -EFAULT);
	which &= 3;
	call->args[2] = which == 1 ? 0 : which == 2 ? 1 : 2;
	return FBSD_RUN;
}

static __always_inline int fbsd_ioctl_signal(struct abimux_call *call)
{
	u32 sig = fbsd_sig_in(call->args[2]);

	if (!sig)
		return abimux_done(call, -EINVAL);
	call->args[2] = sig;
	return FBSD_RUN;
}

static __always_inline int fbsd_ioctl_scratch(struct abimux_call *call)
{
	call->args[2] = abimux_scratch(call);
	return call->args[2] ? FBSD_RUN_LEAVE : abimux_done(call, -ENOMEM);
}

/* (fd, request, arg) */
__noinline int fbsd_ioctl(struct abimux_call *call __arg_trusted)
{
	int i = fbsd_ioctl_find(call->args[1]);
	const struct fbsd_ioctl_request *found;

	if (i < 0 || i >= FBSD_NR_IOCTLS)
		return abimux_done(call,
				   fbsd_file(call->args[0]) ? -ENOTTY : -EBADF);
	found = &fbsd_ioctls[i];
	call->data[FBSD_IOCTL_WHAT] = found->kind;
	call->data[FBSD_IOCTL_ARG] = call->args[2];
	call->args[1] = found->native;
	switch (found->kind) {
	case FBSD_IOCTL_SAME:
		return FBSD_RUN;
	case FBSD_IOCTL_CONST:
		call->args[2] = found->arg;
		return FBSD_RUN;
	case FBSD_IOCTL_FLUSH:
		return fbsd_ioctl_flush(call);
	case FBSD_IOCTL_SIGNAL:
		return fbsd_ioctl_signal(call);
	case FBSD_IOCTL_SET:
		return fbsd_termios_set(call);
	case FBSD_IOCTL_IFREQ:
		return fbsd_ifreq(call);
	default:
		return fbsd_ioctl_scratch(call);
	}
}

/* struct fiodgname_arg, sys/sys/filio.h */
struct fbsd_name_arg {
	s32 len;
	s32 pad;
	u64 buf;
};

/* "pts/" and a number: its length, the NUL included. */
static __always_inline u32 fbsd_pts_name(char *name, u32 number)
{
	u32 len = 4, scale = 1000000000;
	int i;

	name[0] = 'p';
	name[1] = 't';
	name[2] = 's';
	name[3] = '/';
	bpf_for(i, 0, 10) {
		if ((number >= scale || scale == 1) && len < 14)
			name[len++ & 15] = '0' + number / scale % 10;
		scale /= 10;
	}
	name[len & 15] = '\0';
	return len + 1;
}

#define LINUX_PTS_MAJOR 136
#define LINUX_PTS_MAJORS 8
#define LINUX_MINOR_BITS 20

/* Number of the pseudo-terminal that a device is the slave of, or -ENOTTY. */
static __always_inline s32 fbsd_pts_slave(u32 fd)
{
	struct file *file = fbsd_file(fd);
	u32 rdev = BPF_CORE_READ(file, f_inode, i_rdev);
	u32 major = rdev >> LINUX_MINOR_BITS;

	if (major < LINUX_PTS_MAJOR ||
	    major >= LINUX_PTS_MAJOR + LINUX_PTS_MAJORS)
		return -ENOTTY;
	return (major - LINUX_PTS_MAJOR) << LINUX_MINOR_BITS |
	       (rdev & ((1 << LINUX_MINOR_BITS) - 1));
}

/* Both ends have the slave's name. Of other devices only files tell it. */
static __always_inline int fbsd_ioctl_name(struct abimux_call *call)
{
	struct fbsd_name_arg arg;
	char name[16] = {};
	s32 number;
	u32 len;

	if (call->ret == -EBADF)
		return abimux_done(call, -EBADF);
	if (call->ret < 0)
		number = fbsd_pts_slave(call->args[0]);
	else if (fbsd_get(&number, sizeof(number), call->args[2]))
		return abimux_done(call, -EFAULT);
	/* It is EINVAL for what has no name. */
	if (number < 0)
		return abimux_done(call, -EINVAL);
	if (fbsd_get(&arg, sizeof(arg), call->data[FBSD_IOCTL_ARG]))
		return abimux_done(call, -EFAULT);
	len = fbsd_pts_name(name, number);
	if (arg.len < (s32)len)
		return abimux_done(call, -EINVAL);
	return abimux_done(call, fbsd_put(arg.buf, name, len));
}

__noinline int fbsd_ioctl_leave(struct abimux_call *call __arg_trusted)
{
	switch (call->data[FBSD_IOCTL_WHAT]) {
	case FBSD_IOCTL_NAME:
		return fbsd_ioctl_name(call);
	case FBSD_IOCTL_GET:
		return fbsd_termios_get(call, call->data[FBSD_IOCTL_ARG]);
	case FBSD_IOCTL_IFREQ:
		return fbsd_ifreq_leave(call, call->data[FBSD_IOCTL_ARG]);
	default:
		return abimux_done(call, call->ret);
	}
}

/* (flags): the master of a new pseudo-terminal; its slave is not locked. */
__noinline int fbsd_posix_openpt(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call), flags = call->args[0];
	char path[] = "/dev/ptmx";

	if (flags & ~(u64)(FBSD_O_ACCMODE | FBSD_O_NOCTTY | FBSD_O_CLOEXEC) ||
	    (flags & FBSD_O_ACCMODE) == FBSD_O_ACCMODE)
		return abimux_done(call, -EINVAL);
	if (!scratch || fbsd_put(scratch, path, sizeof(path)))
		return abimux_done(call, -ENOMEM);
	call->data[FBSD_IOCTL_DONE] = 0;
	fbsd_args(call, FBSD_AT_FDCWD, scratch, fbsd_open_flags(flags), 0, 0,
		  0);
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_posix_openpt_leave(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call);

	if (call->data[FBSD_IOCTL_DONE])
		return abimux_done(call, call->data[FBSD_IOCTL_FD]);
	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (!scratch || fbsd_put32(scratch, 0))
		return abimux_done(call, -ENOMEM);
	call->data[FBSD_IOCTL_DONE] = 1;
	call->data[FBSD_IOCTL_FD] = call->ret;
	call->native = LINUX_NR_IOCTL;
	/* TIOCSPTLCK */
	fbsd_args(call, call->ret, 0x40045431, scratch, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

#endif /* FREEBSD_IOCTL_BPF_H */
