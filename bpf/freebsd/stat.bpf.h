/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: attributes of files and file systems. From sys/sys/stat.h,
 * sys/sys/mount.h, sys/sys/unistd.h.
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

/* struct statfs, up to f_charspare. */
struct fbsd_statfs {
	u32 version;
	u32 type;
	u64 flags;
	u64 bsize;
	u64 iosize;
	u64 blocks;
	u64 bfree;
	s64 bavail;
	u64 files;
	s64 ffree;
	u64 syncwrites, asyncwrites, syncreads, asyncreads;
	u64 spare[10];
	u32 namemax;
	u32 owner;
	u32 fsid[2];
};

/* The rest: 80 spare bytes, and names: of the type, from where, on what. */
#define FBSD_STATFS_TYPENAME (sizeof(struct fbsd_statfs) + 80)
#define FBSD_STATFS_NAMES (FBSD_STATFS_TYPENAME + 16)

_Static_assert(FBSD_STATFS_NAMES + 2 * FBSD_MNAMELEN == 2344, "statfs");
_Static_assert(FBSD_STATFS_NAMES + 2 * FBSD_MNAMELEN11 == 472,
	       "statfs of FreeBSD 11");

/* (path or fd, buf) */
static __always_inline int fbsd_statfs(struct abimux_call *call)
{
	u64 scratch = abimux_scratch(call);

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	call->data[FBSD_STAT_BUF] = call->args[1];
	call->args[1] = scratch;
	return FBSD_RUN_LEAVE;
}

static __always_inline u64 fbsd_mount_flags(u64 flags)
{
	return fbsd_bits(flags, LINUX_ST_RDONLY, FBSD_MNT_RDONLY) |
	       fbsd_bits(flags, LINUX_ST_NOSUID, FBSD_MNT_NOSUID) |
	       fbsd_bits(flags, LINUX_ST_NOEXEC, FBSD_MNT_NOEXEC) |
	       fbsd_bits(flags, LINUX_ST_SYNCHRONOUS, FBSD_MNT_SYNCHRONOUS) |
	       fbsd_bits(flags, LINUX_ST_NOATIME, FBSD_MNT_NOATIME);
}

/* What the native call tells. */
struct linux_statfs {
	u64 type, bsize, blocks, bfree, bavail, files, ffree;
	u32 fsid[2];
	u64 namelen, frsize, flags, spare[4];
};

/* clang-format off */
static const char fbsd_fs_names[][16] = { "unknown", "ext2fs", "tmpfs", "procfs", "devfs", "p9fs",
					  "isofs", "msdosfs", "nfs", "xfs", "btrfs", "fusefs" };

/* clang-format on */

/* Index of a name by the number that Linux has for the type: linux/magic.h. */
static __always_inline u32 fbsd_fs_name(u64 type)
{
	switch (type) {
	case 0xef53:
		return 1;
	case 0x01021994:
	case 0x858458f6:
		return 2;
	case 0x9fa0:
		return 3;
	case 0x1373:
		return 4;
	case 0x01021997:
		return 5;
	case 0x9660:
		return 6;
	case 0x4d44:
		return 7;
	case 0x6969:
		return 8;
	case 0x58465342:
		return 9;
	case 0x9123683e:
		return 10;
	case 0x65735546:
		return 11;
	default:
		return 0;
	}
}

/* Zero user memory: @size at most 4096. */
__noinline int fbsd_clear(u64 to, u64 size)
{
	u64 done, now;
	char zeros[128] = {};
	int i;

	bpf_for(i, 0, 32) {
		done = i * sizeof(zeros);
		if (done >= size)
			break;
		now = size - done;
		if (now > sizeof(zeros))
			now = sizeof(zeros);
		if (abimux_copy_to_user(to + done, zeros, now))
			return -EFAULT;
	}
	return 0;
}

__noinline int fbsd_put_statfs(u64 to, u64 scratch, u32 version)
{
	struct linux_statfs from;
	struct fbsd_statfs statfs = {};
	char name[16];

	if (fbsd_get(&from, sizeof(from), scratch))
		return -EFAULT;
	statfs.version = version;
	statfs.type = from.type;
	statfs.flags = fbsd_mount_flags(from.flags);
	statfs.bsize = from.frsize;
	statfs.iosize = from.bsize;
	statfs.blocks = from.blocks;
	statfs.bfree = from.bfree;
	statfs.bavail = from.bavail;
	statfs.files = from.files;
	statfs.ffree = from.ffree;
	statfs.namemax = from.namelen;
	statfs.fsid[0] = from.fsid[0];
	statfs.fsid[1] = from.fsid[1];
	if (fbsd_put(to, &statfs, sizeof(statfs)))
		return -EFAULT;
	bpf_probe_read_kernel(name, sizeof(name),
			      fbsd_fs_names[fbsd_fs_name(from.type)]);
	return fbsd_put(to + FBSD_STATFS_TYPENAME, name, sizeof(name));
}

/*
 * Linux does not tell the names of what is mounted where. They are empty, and a
 * program that looks at them sees that.
 */
__noinline int fbsd_statfs_leave(struct abimux_call *call __arg_trusted)
{
	bool old = call->nr == FBSD_FREEBSD11_STATFS ||
		   call->nr == FBSD_FREEBSD11_FSTATFS;
	u64 size =
		FBSD_STATFS_NAMES + 2 * (old ? FBSD_MNAMELEN11 : FBSD_MNAMELEN);
	u64 to = call->data[FBSD_STAT_BUF];

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_clear(to, size) ||
	    fbsd_put_statfs(to, call->args[1],
			    old ? FBSD_STATFS_VERSION11 : FBSD_STATFS_VERSION))
		return abimux_done(call, -EFAULT);
	return abimux_done(call, 0);
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
	default:
		return -EINVAL;
	}
}

/* (path or fd, name): the native call finds out whether there is such a file. */
static __always_inline int fbsd_pathconf(struct abimux_call *call)
{
	call->data[0] = call->args[1];
	/* access(path, F_OK), fcntl(fd, F_GETFD) */
	call->args[1] = call->nr == FBSD_FPATHCONF ? FBSD_F_GETFD : 0;
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_pathconf_leave(struct abimux_call *call __arg_trusted)
{
	if (call->ret < 0)
		return abimux_done(call, call->ret);
	return abimux_done(call, fbsd_pathconf_value(call->data[0]));
}

#endif /* FREEBSD_STAT_BPF_H */
