/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: opening files, and what is done to them by name or by descriptor.
 * From sys/sys/fcntl.h, sys/kern/vfs_syscalls.c, sys/kern/kern_descrip.c.
 */
#ifndef FREEBSD_FILE_BPF_H
#define FREEBSD_FILE_BPF_H

/* Flags that can be changed when a file is open: fcntl(). */
static __always_inline u64 fbsd_status_flags_in(u64 flags)
{
	u64 native = fbsd_bits(flags, FBSD_O_NONBLOCK, LINUX_O_NONBLOCK) |
		     fbsd_bits(flags, FBSD_O_APPEND, LINUX_O_APPEND) |
		     fbsd_bits(flags, FBSD_O_ASYNC, LINUX_O_ASYNC) |
		     fbsd_bits(flags, FBSD_O_DIRECT, LINUX_O_DIRECT);

	if (flags & FBSD_O_SYNC)
		native |= LINUX_O_SYNC;
	return native;
}

static __always_inline u64 fbsd_status_flags_out(u64 native)
{
	u64 flags = (native & LINUX_O_ACCMODE) |
		    fbsd_bits(native, LINUX_O_NONBLOCK, FBSD_O_NONBLOCK) |
		    fbsd_bits(native, LINUX_O_APPEND, FBSD_O_APPEND) |
		    fbsd_bits(native, LINUX_O_ASYNC, FBSD_O_ASYNC) |
		    fbsd_bits(native, LINUX_O_DIRECT, FBSD_O_DIRECT);

	if ((native & LINUX_O_SYNC) == LINUX_O_SYNC)
		flags |= FBSD_O_SYNC;
	return flags;
}

/*
 * O_EXEC, which is O_SEARCH too, is O_PATH: that allows as little.
 */
static __always_inline u64 fbsd_open_flags(u64 flags)
{
	u64 native = (flags & FBSD_O_ACCMODE) | fbsd_status_flags_in(flags) |
		     fbsd_bits(flags, FBSD_O_CREAT, LINUX_O_CREAT) |
		     fbsd_bits(flags, FBSD_O_EXCL, LINUX_O_EXCL) |
		     fbsd_bits(flags, FBSD_O_TRUNC, LINUX_O_TRUNC) |
		     fbsd_bits(flags, FBSD_O_NOCTTY, LINUX_O_NOCTTY) |
		     fbsd_bits(flags, FBSD_O_DIRECTORY, LINUX_O_DIRECTORY) |
		     fbsd_bits(flags, FBSD_O_NOFOLLOW, LINUX_O_NOFOLLOW) |
		     fbsd_bits(flags, FBSD_O_CLOEXEC, LINUX_O_CLOEXEC) |
		     fbsd_bits(flags, FBSD_O_DSYNC, LINUX_O_DSYNC);

	return flags & (FBSD_O_EXEC | FBSD_O_PATH) ? native | LINUX_O_PATH :
						     native;
}

/* struct open_how of openat2() */
struct linux_open_how {
	u64 flags;
	u64 mode;
	u64 resolve;
};

/* call->data of open and openat. */
enum {
	FBSD_OPEN_FLAGS, /* as the program gave them */
	FBSD_OPEN_FD, /* the descriptor, once there is one */
	FBSD_OPEN_ERROR, /* why it is being closed again */
};

/* O_RESOLVE_BENEATH: the path may not lead out of the directory. */
static __always_inline int fbsd_open_beneath(struct abimux_call *call, s64 fd,
					     u64 path, u64 flags, u64 mode)
{
	u64 scratch = abimux_scratch(call);
	struct linux_open_how how = {
		.flags = flags,
		.mode = flags & (LINUX_O_CREAT) ? mode & 07777 : 0,
		.resolve = LINUX_RESOLVE_BENEATH,
	};

	if (!scratch || fbsd_put(scratch, &how, sizeof(how)))
		return abimux_done(call, -ENOMEM);
	call->native = LINUX_NR_OPENAT2;
	fbsd_args(call, fd, path, scratch, sizeof(how), 0, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline int fbsd_open_as(struct abimux_call *call, s64 fd,
					u64 path, u64 flags, u64 mode)
{
	u64 native = fbsd_open_flags(flags);

	if (flags & FBSD_O_EXEC ? flags & FBSD_O_ACCMODE :
				  (flags & FBSD_O_ACCMODE) == FBSD_O_ACCMODE)
		return abimux_done(call, -EINVAL);
	call->data[FBSD_OPEN_FLAGS] = flags;
	call->data[FBSD_OPEN_FD] = -1UL;
	call->data[FBSD_OPEN_ERROR] = 0;
	if (flags & FBSD_O_RESOLVE_BENEATH)
		return fbsd_open_beneath(call, fd, path, native, mode);
	call->native = LINUX_NR_OPENAT;
	fbsd_args(call, fd, path, native, mode, 0, 0);
	if (flags & (FBSD_O_NOFOLLOW | FBSD_O_SHLOCK | FBSD_O_EXLOCK))
		return FBSD_RUN_LEAVE;
	return FBSD_RUN;
}

/* (path, flags, mode) */
__noinline int fbsd_open(struct abimux_call *call __arg_trusted)
{
	return fbsd_open_as(call, FBSD_AT_FDCWD, call->args[0],
			    (u32)call->args[1], call->args[2]);
}

/* (fd, path, flags, mode) */
__noinline int fbsd_openat(struct abimux_call *call __arg_trusted)
{
	return fbsd_open_as(call, call->args[0], call->args[1],
			    (u32)call->args[2], call->args[3]);
}

/* O_SHLOCK, O_EXLOCK: the open file is locked, as by flock(). */
static __always_inline int fbsd_open_lock(struct abimux_call *call)
{
	u64 flags = call->data[FBSD_OPEN_FLAGS];
	u64 lock = flags & FBSD_O_EXLOCK ? LINUX_LOCK_EX : LINUX_LOCK_SH;

	if (flags & FBSD_O_NONBLOCK)
		lock |= LINUX_LOCK_NB;
	call->data[FBSD_OPEN_FD] = call->ret;
	call->native = LINUX_NR_FLOCK;
	fbsd_args(call, call->ret, lock, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline int fbsd_open_undo(struct abimux_call *call)
{
	call->data[FBSD_OPEN_ERROR] = call->ret;
	call->native = LINUX_NR_CLOSE;
	fbsd_args(call, call->data[FBSD_OPEN_FD], 0, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_open_leave(struct abimux_call *call __arg_trusted)
{
	u64 flags = call->data[FBSD_OPEN_FLAGS];
	s64 ret = call->ret;

	if (call->data[FBSD_OPEN_ERROR])
		return abimux_done(call, call->data[FBSD_OPEN_ERROR]);
	if (call->data[FBSD_OPEN_FD] != -1UL)
		return ret < 0 ? fbsd_open_undo(call) :
				 abimux_done(call, call->data[FBSD_OPEN_FD]);
	/* A symbolic link that is not to be followed is EMLINK. */
	if (ret == -ELOOP && (flags & FBSD_O_NOFOLLOW))
		return abimux_done(call, -EMLINK);
	if (ret == -EXDEV && (flags & FBSD_O_RESOLVE_BENEATH))
		return fbsd_fail(call, FBSD_ENOTCAPABLE);
	if (ret >= 0 && (flags & (FBSD_O_SHLOCK | FBSD_O_EXLOCK)))
		return fbsd_open_lock(call);
	return abimux_done(call, ret);
}

/* (fds, flags) */
static __always_inline int fbsd_pipe2(struct abimux_call *call)
{
	u64 flags = call->args[1];

	if (flags & ~(u64)(FBSD_O_CLOEXEC | FBSD_O_NONBLOCK))
		return abimux_done(call, -EINVAL);
	call->args[1] = fbsd_open_flags(flags);
	return FBSD_RUN;
}

/* Both descriptors are results. */
static __always_inline int fbsd_freebsd10_pipe(struct abimux_call *call)
{
	u64 scratch = abimux_scratch(call);

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	fbsd_args(call, scratch, 0, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_freebsd10_pipe_leave(struct abimux_call *call __arg_trusted)
{
	u32 fds[2];

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_get(fds, sizeof(fds), call->args[0]))
		return abimux_done(call, -EFAULT);
	call->ret2 = fds[1];
	call->has_ret2 = 1;
	return abimux_done(call, fds[0]);
}

/* Flags of the calls whose names end in "at": EINVAL for one not in @allowed. */
static __always_inline s64 fbsd_at_flags(u64 flags, u64 allowed)
{
	if (flags & ~allowed)
		return -EINVAL;
	return fbsd_bits(flags, FBSD_AT_SYMLINK_NOFOLLOW,
			 LINUX_AT_SYMLINK_NOFOLLOW) |
	       fbsd_bits(flags, FBSD_AT_EMPTY_PATH, LINUX_AT_EMPTY_PATH) |
	       fbsd_bits(flags, FBSD_AT_SYMLINK_FOLLOW,
			 LINUX_AT_SYMLINK_FOLLOW);
}

static __always_inline int fbsd_run_at(struct abimux_call *call, u32 index,
				       u64 allowed)
{
	s64 flags = fbsd_at_flags((u32)call->args[index], allowed);

	if (flags < 0)
		return abimux_done(call, flags);
	call->args[index] = flags;
	return FBSD_RUN;
}

/* (fd, path, uid, gid, flag) */
static __always_inline int fbsd_fchownat(struct abimux_call *call)
{
	return fbsd_run_at(call, 4,
			   FBSD_AT_SYMLINK_NOFOLLOW | FBSD_AT_EMPTY_PATH);
}

/* (fd, path, mode, flag) */
static __always_inline int fbsd_fchmodat(struct abimux_call *call)
{
	return fbsd_run_at(call, 3,
			   FBSD_AT_SYMLINK_NOFOLLOW | FBSD_AT_EMPTY_PATH);
}

/* (path, mode) */
static __always_inline int fbsd_lchmod(struct abimux_call *call)
{
	fbsd_args(call, FBSD_AT_FDCWD, call->args[0], call->args[1],
		  LINUX_AT_SYMLINK_NOFOLLOW, 0, 0);
	return FBSD_RUN;
}

/* (path1, path2): through a symbolic link, which is Linux's linkat() only if asked. */
static __always_inline int fbsd_link(struct abimux_call *call)
{
	fbsd_args(call, FBSD_AT_FDCWD, call->args[0], FBSD_AT_FDCWD,
		  call->args[1], LINUX_AT_SYMLINK_FOLLOW, 0);
	return FBSD_RUN;
}

/* (fd1, path1, fd2, path2, flag) */
static __always_inline int fbsd_linkat(struct abimux_call *call)
{
	return fbsd_run_at(call, 4,
			   FBSD_AT_SYMLINK_FOLLOW | FBSD_AT_EMPTY_PATH);
}

/* (fd, path, mode, flag) */
__noinline int fbsd_faccessat(struct abimux_call *call __arg_trusted)
{
	u32 flag = call->args[3];

	if (fbsd_run_at(call, 3,
			FBSD_AT_EACCESS | FBSD_AT_SYMLINK_NOFOLLOW |
				FBSD_AT_EMPTY_PATH) == ABIMUX_DONE)
		return ABIMUX_DONE;
	if (flag & FBSD_AT_EACCESS)
		call->args[3] |= LINUX_AT_EACCESS;
	return FBSD_RUN;
}

/* (path, mode) */
static __always_inline int fbsd_eaccess(struct abimux_call *call)
{
	fbsd_args(call, FBSD_AT_FDCWD, call->args[0], call->args[1],
		  LINUX_AT_EACCESS, 0, 0);
	return FBSD_RUN;
}

/* (path), and (fd, path, flag): a directory that is not to be one is EPERM. */
static __always_inline int fbsd_unlinkat(struct abimux_call *call)
{
	u32 flag = call->args[2];

	if (flag & ~FBSD_AT_REMOVEDIR)
		return abimux_done(call, -EINVAL);
	call->args[2] = fbsd_bits(flag, FBSD_AT_REMOVEDIR, LINUX_AT_REMOVEDIR);
	return FBSD_RUN_LEAVE;
}

/*
 * (fd, path, file, flag): only if the path is still that of the file. To look first
 * is not the same: another one could be there then.
 */
static __always_inline int fbsd_funlinkat(struct abimux_call *call)
{
	u32 flag = call->args[3];

	if (flag & ~FBSD_AT_REMOVEDIR)
		return abimux_done(call, -EINVAL);
	if ((s32)call->args[2] != FBSD_FD_NONE)
		return abimux_done(call, -EOPNOTSUPP);
	call->args[2] = fbsd_bits(flag, FBSD_AT_REMOVEDIR, LINUX_AT_REMOVEDIR);
	return FBSD_RUN_LEAVE;
}

static __always_inline int fbsd_unlink_leave(struct abimux_call *call)
{
	return abimux_done(call, call->ret == -EISDIR ? -EPERM : call->ret);
}

/* (fd, argv, envp) */
__noinline int fbsd_fexecve(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call);
	char empty = 0;

	if (!scratch || fbsd_put(scratch, &empty, sizeof(empty)))
		return abimux_done(call, -ENOMEM);
	fbsd_args(call, call->args[0], scratch, call->args[1], call->args[2],
		  LINUX_AT_EMPTY_PATH, 0);
	return FBSD_RUN;
}

/* makedev() of each side, sys/sys/types.h and include/linux/kdev_t.h. */
static __always_inline u64 fbsd_dev_out(u32 major, u32 minor)
{
	return (u64)(major & 0xffffff00) << 32 | (major & 0xff) << 8 |
	       (u64)(minor & 0xff00) << 24 | (minor & 0xffff00ff);
}

static __always_inline u32 fbsd_dev_in(u64 dev)
{
	u32 major = ((dev >> 32) & 0xffffff00) | ((dev >> 8) & 0xff);
	u32 minor = ((dev >> 24) & 0xff00) | (dev & 0xffff00ff);

	return (minor & 0xff) | (major << 8) | ((minor & 0xfff00) << 12);
}

static __always_inline int fbsd_mknod_at(struct abimux_call *call, u32 index)
{
	switch (call->args[index] & FBSD_S_IFMT) {
	case FBSD_S_IFCHR:
	case FBSD_S_IFBLK:
		call->args[index + 1] = fbsd_dev_in(call->args[index + 1]);
		return FBSD_RUN;
	case FBSD_S_IFIFO:
		if (!call->args[index + 1])
			return FBSD_RUN;
		return abimux_done(call, -EINVAL);
	default:
		return abimux_done(call, -EINVAL);
	}
}

/* (path, mode, dev) */
__noinline int fbsd_mknod(struct abimux_call *call __arg_trusted)
{
	call->args[2] = (u32)call->args[2];
	return fbsd_mknod_at(call, 1);
}

/* (fd, path, mode, dev): 32 bits of dev up to FreeBSD 11. */
__noinline int fbsd_mknodat(struct abimux_call *call __arg_trusted)
{
	if (call->nr == FBSD_FREEBSD11_MKNODAT)
		call->args[3] = (u32)call->args[3];
	return fbsd_mknod_at(call, 2);
}

/* (path, mode) */
static __always_inline int fbsd_mkfifo(struct abimux_call *call)
{
	call->args[1] = (call->args[1] & ~(u64)FBSD_S_IFMT) | FBSD_S_IFIFO;
	call->args[2] = 0;
	return FBSD_RUN;
}

/* (fd, path, mode) */
static __always_inline int fbsd_mkfifoat(struct abimux_call *call)
{
	call->args[2] = (call->args[2] & ~(u64)FBSD_S_IFMT) | FBSD_S_IFIFO;
	call->args[3] = 0;
	return FBSD_RUN;
}

/* (buf, size): no length is told. */
static __always_inline int fbsd_getcwd_leave(struct abimux_call *call)
{
	return abimux_done(call, call->ret > 0 ? 0 : call->ret);
}

/* posix_fallocate, posix_fadvise, clock_nanosleep: the error is the result. */
static __always_inline int fbsd_error_result(struct abimux_call *call)
{
	return abimux_done(call,
			   call->ret < 0 ? abimux_errno(call, -call->ret) : 0);
}

/* (fd, offset, len) */
static __always_inline int fbsd_posix_fallocate(struct abimux_call *call)
{
	fbsd_args(call, call->args[0], 0, call->args[1], call->args[2], 0, 0);
	return FBSD_RUN_LEAVE;
}

/* struct spacectl_range, sys/sys/fcntl.h */
struct fbsd_range {
	s64 offset;
	s64 len;
};

/* (fd, command, range, flags, rest): give back the storage of a range of a file. */
__noinline int fbsd_fspacectl(struct abimux_call *call __arg_trusted)
{
	struct fbsd_range range;

	if ((u32)call->args[1] != FBSD_SPACECTL_DEALLOC || (u32)call->args[3])
		return abimux_done(call, -EINVAL);
	if (fbsd_get(&range, sizeof(range), call->args[2]))
		return abimux_done(call, -EFAULT);
	if (range.offset < 0 || range.len <= 0)
		return abimux_done(call, -EINVAL);
	call->data[0] = call->args[4];
	fbsd_args(call, call->args[0], LINUX_FALLOC_PUNCH_HOLE, range.offset,
		  range.len, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* Nothing is left to do. */
__noinline int fbsd_fspacectl_leave(struct abimux_call *call __arg_trusted)
{
	struct fbsd_range rest = { call->args[2] + call->args[3], 0 };
	u64 to = call->data[0];

	if (call->ret < 0 || !to)
		return abimux_done(call, call->ret);
	return abimux_done(call, fbsd_put(to, &rest, sizeof(rest)));
}

#endif /* FREEBSD_FILE_BPF_H */
