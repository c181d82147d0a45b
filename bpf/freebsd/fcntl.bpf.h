/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: fcntl, and closing of descriptors. From sys/sys/fcntl.h,
 * sys/kern/kern_descrip.c.
 */
#ifndef FREEBSD_FCNTL_BPF_H
#define FREEBSD_FCNTL_BPF_H

struct fbsd_flock {
	s64 start;
	s64 len;
	s32 pid;
	s16 type;
	s16 whence;
	s32 sysid;
	s32 pad;
};

struct linux_flock {
	s16 type;
	s16 whence;
	s32 pad0;
	s64 start;
	s64 len;
	s32 pid;
	s32 pad1;
};

/* call->data of fcntl */
enum {
	FBSD_FCNTL_CMD,
	FBSD_FCNTL_ARG,
};

/* Without the last fields it is what F_OGETLK and the like take. */
#define FBSD_OFLOCK_SIZE offsetof(struct fbsd_flock, sysid)

static __always_inline int fbsd_flock_in(u64 from, u64 to)
{
	struct linux_flock native = {};
	struct fbsd_flock lock;

	if (fbsd_get(&lock, FBSD_OFLOCK_SIZE, from))
		return -EFAULT;
	switch (lock.type) {
	case FBSD_F_RDLCK:
		native.type = LINUX_F_RDLCK;
		break;
	case FBSD_F_UNLCK:
		native.type = LINUX_F_UNLCK;
		break;
	case FBSD_F_WRLCK:
		native.type = LINUX_F_WRLCK;
		break;
	default:
		return -EINVAL;
	}
	native.whence = lock.whence;
	native.start = lock.start;
	native.len = lock.len;
	native.pid = lock.pid;
	return fbsd_put(to, &native, sizeof(native));
}

static __always_inline int fbsd_fcntl_lock(struct abimux_call *call, u64 native,
					   bool answers)
{
	u64 scratch = abimux_scratch(call);
	int err;

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	err = fbsd_flock_in(call->args[2], scratch);
	if (err)
		return abimux_done(call, err);
	call->args[1] = native;
	call->args[2] = scratch;
	return answers ? FBSD_RUN_LEAVE : FBSD_RUN;
}

static __always_inline int fbsd_fcntl_dup2(struct abimux_call *call, u64 flags)
{
	u64 from = call->args[0], to = call->args[2];

	/* dup3() does not take a descriptor twice. */
	call->native = flags && from != to ? LINUX_NR_DUP3 : LINUX_NR_DUP2;
	fbsd_args(call, from, to, flags, 0, 0, 0);
	return fbsd_unwatch(call, to, FBSD_RUN);
}

/* (fd, cmd, bytes): none is to read no more than what is asked for. */
static __always_inline int fbsd_fcntl_readahead(struct abimux_call *call)
{
	u64 advice = call->args[2] ? LINUX_FADV_SEQUENTIAL : LINUX_FADV_RANDOM;

	call->native = LINUX_NR_FADVISE64;
	fbsd_args(call, call->args[0], 0, 0, advice, 0, 0);
	return FBSD_RUN;
}

static __always_inline int fbsd_fcntl_as(struct abimux_call *call, u64 native)
{
	call->args[1] = native;
	return FBSD_RUN;
}

/* (fd, cmd, arg) */
__noinline int fbsd_fcntl(struct abimux_call *call __arg_trusted)
{
	u32 cmd = call->args[1];

	call->data[FBSD_FCNTL_CMD] = cmd;
	call->data[FBSD_FCNTL_ARG] = call->args[2];
	switch (cmd) {
	case FBSD_F_DUPFD:
	case FBSD_F_GETFD:
	case FBSD_F_SETFD:
		return FBSD_RUN;
	case FBSD_F_GETFL:
		return FBSD_RUN_LEAVE;
	case FBSD_F_SETFL:
		call->args[2] = fbsd_status_flags_in(call->args[2]);
		return FBSD_RUN;
	case FBSD_F_GETOWN:
		return fbsd_fcntl_as(call, LINUX_F_GETOWN);
	case FBSD_F_SETOWN:
		return fbsd_fcntl_as(call, LINUX_F_SETOWN);
	case FBSD_F_OGETLK:
	case FBSD_F_GETLK:
		return fbsd_fcntl_lock(call, LINUX_F_GETLK, true);
	case FBSD_F_OSETLK:
	case FBSD_F_SETLK:
		return fbsd_fcntl_lock(call, LINUX_F_SETLK, false);
	case FBSD_F_OSETLKW:
	case FBSD_F_SETLKW:
		return fbsd_fcntl_lock(call, LINUX_F_SETLKW, false);
	case FBSD_F_DUPFD_CLOEXEC:
		return fbsd_fcntl_as(call, LINUX_F_DUPFD_CLOEXEC);
	case FBSD_F_DUP2FD:
		return fbsd_fcntl_dup2(call, 0);
	case FBSD_F_DUP2FD_CLOEXEC:
		return fbsd_fcntl_dup2(call, LINUX_O_CLOEXEC);
	case FBSD_F_READAHEAD:
	case FBSD_F_RDAHEAD:
		return fbsd_fcntl_readahead(call);
	case FBSD_F_ADD_SEALS:
		return fbsd_fcntl_as(call, LINUX_F_ADD_SEALS);
	case FBSD_F_GET_SEALS:
		return fbsd_fcntl_as(call, LINUX_F_GET_SEALS);
	case FBSD_F_ISUNIONSTACK:
		/* Of no file here: the native call only looks for one. */
		return fbsd_fcntl_as(call, FBSD_F_GETFD) | ABIMUX_RUN_LEAVE;
	default:
		return abimux_done(call, -EINVAL);
	}
}

static __always_inline int fbsd_getlk_leave(struct abimux_call *call, u32 size)
{
	u64 to = call->data[FBSD_FCNTL_ARG];
	struct linux_flock native;
	struct fbsd_flock lock;

	if (fbsd_get(&native, sizeof(native), call->args[2]) ||
	    fbsd_get(&lock, FBSD_OFLOCK_SIZE, to))
		return abimux_done(call, -EFAULT);
	lock.sysid = 0;
	lock.pad = 0;
	if (native.type == LINUX_F_UNLCK) {
		lock.type = FBSD_F_UNLCK;
	} else {
		lock.type = native.type == LINUX_F_WRLCK ? FBSD_F_WRLCK :
							   FBSD_F_RDLCK;
		lock.whence = native.whence;
		lock.start = native.start;
		lock.len = native.len;
		lock.pid = native.pid;
	}
	return abimux_done(call, fbsd_put(to, &lock, size));
}

__noinline int fbsd_fcntl_leave(struct abimux_call *call __arg_trusted)
{
	u64 cmd = call->data[FBSD_FCNTL_CMD];

	if (cmd == FBSD_F_DUP2FD || cmd == FBSD_F_DUP2FD_CLOEXEC)
		return fbsd_unwatch_leave(call);
	if (call->ret < 0)
		return abimux_done(call, call->ret);
	switch (cmd) {
	case FBSD_F_GETFL:
		return abimux_done(call, fbsd_status_flags_out(call->ret));
	case FBSD_F_OGETLK:
		return fbsd_getlk_leave(call, FBSD_OFLOCK_SIZE);
	case FBSD_F_GETLK:
		return fbsd_getlk_leave(call, sizeof(struct fbsd_flock));
	case FBSD_F_ISUNIONSTACK:
		return abimux_done(call, 0);
	default:
		return abimux_done(call, call->ret);
	}
}

/* (fd) */
__noinline int fbsd_close(struct abimux_call *call __arg_trusted)
{
	return fbsd_unwatch(call, call->args[0], ABIMUX_RUN);
}

/* (from, to) */
__noinline int fbsd_dup2(struct abimux_call *call __arg_trusted)
{
	if ((u32)call->args[0] == (u32)call->args[1])
		return ABIMUX_RUN;
	return fbsd_unwatch(call, call->args[1], ABIMUX_RUN);
}

/* (low, high, flags) */
__noinline int fbsd_close_range(struct abimux_call *call __arg_trusted)
{
	u32 flags = call->args[2];

	if (flags & ~FBSD_CLOSE_RANGE_CLOEXEC)
		return abimux_done(call, -EINVAL);
	return flags ? FBSD_RUN :
		       fbsd_unwatch_from(call, call->args[0], call->args[1]);
}

/* (low) */
__noinline int fbsd_closefrom(struct abimux_call *call __arg_trusted)
{
	s32 low = call->args[0];

	fbsd_args(call, low < 0 ? 0 : low, 0xffffffff, 0, 0, 0, 0);
	return fbsd_unwatch_from(call, call->args[0], 0xffffffff);
}

#endif /* FREEBSD_FCNTL_BPF_H */
