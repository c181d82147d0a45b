/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: attributes and limits of files. From sys/sys/stat.h, sys/sys/unistd.h.
 *
 * All of the stat family is statx here: it is the one native call that tells when
 * a file was made.
 */
#ifndef FREEBSD_STAT_BPF_H
#define FREEBSD_STAT_BPF_H

struct fbsd_stat {
	u64 dev;
	u64 ino;
	u64 nlink;
	u16 mode;
	u16 pad0;
	u32 uid;
	u32 gid;
	u32 pad1;
	u64 rdev;
	struct fbsd_timespec atim, mtim, ctim, birthtim;
	s64 size;
	s64 blocks;
	s32 blksize;
	u32 flags;
	u64 gen;
	u64 spare[10];
};

_Static_assert(sizeof(struct fbsd_stat) == 224, "stat");

/* Up to FreeBSD 11. */
struct fbsd_stat11 {
	u32 dev;
	u32 ino;
	u16 mode;
	u16 nlink;
	u32 uid;
	u32 gid;
	u32 rdev;
	struct fbsd_timespec atim, mtim, ctim;
	s64 size;
	s64 blocks;
	s32 blksize;
	u32 flags;
	u32 gen;
	s32 spare;
	struct fbsd_timespec birthtim;
};

_Static_assert(sizeof(struct fbsd_stat11) == 120, "stat of FreeBSD 11");

struct linux_time {
	s64 sec;
	u32 nsec;
	s32 pad;
};

/* What is read of struct statx: up to the device's number. */
struct linux_statx {
	u32 mask;
	u32 blksize;
	u64 attributes;
	u32 nlink;
	u32 uid;
	u32 gid;
	u16 mode;
	u16 pad;
	u64 ino;
	u64 size;
	u64 blocks;
	u64 attributes_mask;
	struct linux_time atime, btime, ctime, mtime;
	u32 rdev_major, rdev_minor;
	u32 dev_major, dev_minor;
};

/* call->data of the stat family. */
enum {
	FBSD_STAT_BUF, /* where the program wants it */
};

static __always_inline int fbsd_statx(struct abimux_call *call, s64 fd,
				      u64 path, u64 flags, u64 buf)
{
	u64 scratch = abimux_scratch(call);

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	call->data[FBSD_STAT_BUF] = buf;
	fbsd_args(call, fd, path, flags, LINUX_STATX_MASK, scratch, 0);
	return FBSD_RUN_LEAVE;
}

/* (fd, buf) */
static __always_inline int fbsd_fstat(struct abimux_call *call)
{
	s32 fd = call->args[0];

	if (fd < 0)
		return abimux_done(call, -EBADF);
	return fbsd_statx(call, fd, 0, LINUX_AT_EMPTY_PATH, call->args[1]);
}

/* (fd, path, buf, flag) */
__noinline int fbsd_fstatat(struct abimux_call *call __arg_trusted)
{
	s64 flags =
		fbsd_at_flags((u32)call->args[3],
			      FBSD_AT_SYMLINK_NOFOLLOW | FBSD_AT_EMPTY_PATH);

	if (flags < 0)
		return abimux_done(call, flags);
	if (!call->args[1])
		return abimux_done(call, -EFAULT);
	return fbsd_statx(call, call->args[0], call->args[1], flags,
			  call->args[2]);
}

/* (path, buf) */
__noinline int fbsd_stat_path(struct abimux_call *call __arg_trusted)
{
	u64 flags = call->nr == FBSD_FREEBSD11_LSTAT ?
			    LINUX_AT_SYMLINK_NOFOLLOW :
			    0;

	if (!call->args[0])
		return abimux_done(call, -EFAULT);
	return fbsd_statx(call, FBSD_AT_FDCWD, call->args[0], flags,
			  call->args[1]);
}

static __always_inline u32 fbsd_file_flags(u64 attributes)
{
	return fbsd_bits(attributes, LINUX_STATX_ATTR_IMMUTABLE,
			 FBSD_SF_IMMUTABLE) |
	       fbsd_bits(attributes, LINUX_STATX_ATTR_APPEND, FBSD_SF_APPEND) |
	       fbsd_bits(attributes, LINUX_STATX_ATTR_NODUMP, FBSD_UF_NODUMP);
}

static __always_inline void fbsd_time_from(struct fbsd_timespec *to,
					   const struct linux_time *from)
{
	to->sec = from->sec;
	to->nsec = from->nsec;
}

/* A file system that does not know tells -1, as UFS1 does. */
static __always_inline void fbsd_birthtime(struct fbsd_timespec *to,
					   const struct linux_statx *from)
{
	to->sec = -1;
	to->nsec = 0;
	if (from->mask & LINUX_STATX_BTIME)
		fbsd_time_from(to, &from->btime);
}

__noinline int fbsd_stat_leave(struct abimux_call *call __arg_trusted)
{
	struct linux_statx from;
	struct fbsd_stat to = {};

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_get(&from, sizeof(from), call->args[4]))
		return abimux_done(call, -EFAULT);
	to.dev = fbsd_dev_out(from.dev_major, from.dev_minor);
	to.ino = from.ino;
	to.nlink = from.nlink;
	to.mode = from.mode;
	to.uid = from.uid;
	to.gid = from.gid;
	to.rdev = fbsd_dev_out(from.rdev_major, from.rdev_minor);
	fbsd_time_from(&to.atim, &from.atime);
	fbsd_time_from(&to.mtim, &from.mtime);
	fbsd_time_from(&to.ctim, &from.ctime);
	fbsd_birthtime(&to.birthtim, &from);
	to.size = from.size;
	to.blocks = from.blocks;
	to.blksize = from.blksize;
	to.flags = fbsd_file_flags(from.attributes);
	return abimux_done(call, fbsd_put(call->data[FBSD_STAT_BUF], &to,
					  sizeof(to)));
}

/* Numbers that do not fit: the low bits, as vfs.ino64_trunc_error=0 has it. */
__noinline int fbsd_stat11_leave(struct abimux_call *call __arg_trusted)
{
	struct linux_statx from;
	struct fbsd_stat11 to = {};

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_get(&from, sizeof(from), call->args[4]))
		return abimux_done(call, -EFAULT);
	to.dev = fbsd_dev_out(from.dev_major, from.dev_minor);
	to.ino = from.ino;
	to.nlink = from.nlink < 0xffff ? from.nlink : 0xffff;
	to.mode = from.mode;
	to.uid = from.uid;
	to.gid = from.gid;
	to.rdev = fbsd_dev_out(from.rdev_major, from.rdev_minor);
	fbsd_time_from(&to.atim, &from.atime);
	fbsd_time_from(&to.mtim, &from.mtime);
	fbsd_time_from(&to.ctim, &from.ctime);
	fbsd_birthtime(&to.birthtim, &from);
	to.size = from.size;
	to.blocks = from.blocks;
	to.blksize = from.blksize;
	to.flags = fbsd_file_flags(from.attributes);
	return abimux_done(call, fbsd_put(call->data[FBSD_STAT_BUF], &to,
					  sizeof(to)));
}

/* Limits of the native kernel where they differ from FreeBSD's own. */
static __always_inline s64 fbsd_pathconf_value(u32 name)
{
	switch (name) {
	case FBSD_PC_LINK_MAX:
		return 127;
	case FBSD_PC_MAX_CANON:
	case FBSD_PC_MAX_INPUT:
		return 255;
	case FBSD_PC_NAME_MAX:
		return 255;
	case FBSD_PC_PATH_MAX:
		return 1024;
	case FBSD_PC_PIPE_BUF:
		return 4096;
	case FBSD_PC_CHOWN_RESTRICTED:
	case FBSD_PC_NO_TRUNC:
		return 1;
	case FBSD_PC_VDISABLE:
		return 255;
	case FBSD_PC_FILESIZEBITS:
		return 64;
	case FBSD_PC_SYMLINK_MAX:
		return 1024;
	case FBSD_PC_2_SYMLINKS:
		return 1;
	case FBSD_PC_PRIO_IO ... FBSD_PC_SYNC_IO:
	case FBSD_PC_ACL_EXTENDED ... FBSD_PC_ACL_NFS4:
		return 0;
	default:
		return -EINVAL;
	}
}

/* (path or fd, name): the native call finds out whether there is such a file. */
static __always_inline int fbsd_pathconf(struct abimux_call *call)
{
	call->data[0] = call->args[1];
	if (call->nr == FBSD_FPATHCONF)
		call->args[1] = FBSD_F_GETFD;
	else
		fbsd_args(call, FBSD_AT_FDCWD, call->args[0], 0,
			  call->nr == FBSD_LPATHCONF ?
				  LINUX_AT_SYMLINK_NOFOLLOW :
				  0,
			  0, 0);
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_pathconf_leave(struct abimux_call *call __arg_trusted)
{
	if (call->ret < 0)
		return abimux_done(call, call->ret);
	return abimux_done(call, fbsd_pathconf_value(call->data[0]));
}

#endif /* FREEBSD_STAT_BPF_H */
