/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: file systems and where they are mounted. From sys/sys/mount.h,
 * sys/kern/vfs_syscalls.c, sys/kern/vfs_mount.c.
 *
 * Native calls do not tell what is mounted where. The name of a path's mount is
 * read from the open file, the list of all from the mount namespace.
 */
#ifndef FREEBSD_MOUNT_BPF_H
#define FREEBSD_MOUNT_BPF_H

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

/* call->data of statfs, fstatfs, getfsstat. */
enum {
	FBSD_STATFS_BUF, /* where the program wants it */
	FBSD_STATFS_FD, /* file of the path, plus one */
	FBSD_STATFS_RESULT, /* once that is being closed */
	FBSD_STATFS_ROOM, /* getfsstat: how many fit */
	FBSD_STATFS_INDEX, /* mounts looked at */
	FBSD_STATFS_COUNT, /* mounts told */
};

/* Scratch memory: what the native call tells, and the end of a path. */
#define FBSD_STATFS_PATH_END 2048

static __always_inline u64 fbsd_mount_flags(u64 flags)
{
	return fbsd_bits(flags, LINUX_ST_RDONLY, FBSD_MNT_RDONLY) |
	       fbsd_bits(flags, LINUX_ST_NOSUID, FBSD_MNT_NOSUID) |
	       fbsd_bits(flags, LINUX_ST_NOEXEC, FBSD_MNT_NOEXEC) |
	       fbsd_bits(flags, LINUX_ST_SYNCHRONOUS, FBSD_MNT_SYNCHRONOUS) |
	       fbsd_bits(flags, LINUX_ST_NOATIME, FBSD_MNT_NOATIME) |
	       fbsd_bits(flags, LINUX_ST_NOSYMFOLLOW, FBSD_MNT_NOSYMFOLLOW);
}

/* What the native call tells. */
struct linux_statfs {
	u64 type, bsize, blocks, bfree, bavail, files, ffree;
	u32 fsid[2];
	u64 namelen, frsize, flags, spare[4];
};

/* clang-format off */
static const char fbsd_fs_names[][16] = { "", "ext2fs", "tmpfs", "procfs", "devfs", "p9fs",
					  "cd9660", "msdosfs", "nfs", "xfs", "btrfs", "fusefs" };

/* clang-format on */

/*
 * Index of FreeBSD's name by the number that Linux has for the type: linux/magic.h.
 * Others keep the name that they have there.
 */
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

__noinline int fbsd_put_statfs(u64 to, u64 scratch, u32 version, u64 at)
{
	struct mount *mount = (void *)at;
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
	if (!name[0])
		bpf_probe_read_kernel_str(name, sizeof(name),
					  BPF_CORE_READ(mount, mnt.mnt_sb,
							s_type, name));
	return fbsd_put(to + FBSD_STATFS_TYPENAME, name, sizeof(name));
}

/* What is mounted, and on what; a place that the program cannot see has no name. */
__noinline int fbsd_put_mount(u64 to, u64 scratch, u64 size, u64 at)
{
	struct mount *mount = (void *)at;
	u64 end = scratch + FBSD_STATFS_PATH_END;
	char name[FBSD_MNAMELEN11] = {};
	s64 len;

	bpf_probe_read_kernel_str(name, sizeof(name),
				  BPF_CORE_READ(mount, mnt_devname));
	if (fbsd_put(to, name, sizeof(name)))
		return -EFAULT;
	len = fbsd_path((u64)BPF_CORE_READ(mount, mnt.mnt_root), at, end);
	if (len <= 0)
		return 0;
	return fbsd_copy(to + size, end - len,
			 (u64)len < size ? (u64)len : size - 1);
}

static __always_inline bool fbsd_statfs_is_old(u32 nr)
{
	return nr == FBSD_FREEBSD11_STATFS || nr == FBSD_FREEBSD11_FSTATFS ||
	       nr == FBSD_FREEBSD11_GETFSSTAT;
}

static __always_inline u64 fbsd_statfs_size(u32 nr)
{
	return FBSD_STATFS_NAMES +
	       2 * (fbsd_statfs_is_old(nr) ? FBSD_MNAMELEN11 : FBSD_MNAMELEN);
}

/* All of a struct statfs. */
static __always_inline int fbsd_statfs_tell(struct abimux_call *call, u64 to,
					    struct mount *mount)
{
	u64 scratch = abimux_scratch(call), at = (u64)mount;
	bool old = fbsd_statfs_is_old(call->nr);

	if (fbsd_clear(to, fbsd_statfs_size(call->nr)) ||
	    fbsd_put_statfs(to, scratch,
			    old ? FBSD_STATFS_VERSION11 : FBSD_STATFS_VERSION,
			    at))
		return -EFAULT;
	return fbsd_put_mount(to + FBSD_STATFS_NAMES, scratch,
			      old ? FBSD_MNAMELEN11 : FBSD_MNAMELEN, at);
}

/* (path, buf), (fd, buf) */
__noinline int fbsd_statfs(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call);
	bool by_path = call->nr == FBSD_STATFS ||
		       call->nr == FBSD_FREEBSD11_STATFS;

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	call->data[FBSD_STATFS_BUF] = call->args[1];
	call->data[FBSD_STATFS_FD] = 0;
	if (!by_path) {
		call->args[1] = scratch;
		return FBSD_RUN_LEAVE;
	}
	call->native = LINUX_NR_OPENAT;
	fbsd_args(call, FBSD_AT_FDCWD, call->args[0],
		  LINUX_O_PATH | LINUX_O_CLOEXEC, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline int fbsd_statfs_opened(struct abimux_call *call)
{
	call->data[FBSD_STATFS_FD] = call->ret + 1;
	call->native = LINUX_NR_FSTATFS;
	fbsd_args(call, call->ret, abimux_scratch(call), 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline s64 fbsd_statfs_result(struct abimux_call *call)
{
	struct file *file = fbsd_file(call->args[0]);

	if (call->ret < 0)
		return call->ret;
	if (!file)
		return -EBADF;
	return fbsd_statfs_tell(call, call->data[FBSD_STATFS_BUF],
				fbsd_mount_of(BPF_CORE_READ(file, f_path.mnt)));
}

__noinline int fbsd_statfs_leave(struct abimux_call *call __arg_trusted)
{
	s64 result;

	if (call->native == LINUX_NR_CLOSE)
		return abimux_done(call, call->data[FBSD_STATFS_RESULT]);
	if (call->native == LINUX_NR_OPENAT)
		return call->ret < 0 ? abimux_done(call, call->ret) :
				       fbsd_statfs_opened(call);
	result = fbsd_statfs_result(call);
	if (!call->data[FBSD_STATFS_FD])
		return abimux_done(call, result);
	call->data[FBSD_STATFS_RESULT] = result;
	call->native = LINUX_NR_CLOSE;
	fbsd_args(call, call->data[FBSD_STATFS_FD] - 1, 0, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* Mounts that are looked at, and how deep they are. */
#define FBSD_MOUNTS_MAX 256
#define FBSD_MOUNTS_DEPTH 32

/* The one after @mount, children first, or null. */
static __always_inline struct mount *fbsd_mount_next(struct mount *mount,
						     struct mount *root)
{
	struct list_head *next = BPF_CORE_READ(mount, mnt_mounts.next);
	struct mount *parent;
	int i;

	if (next != &mount->mnt_mounts)
		return container_of(next, struct mount, mnt_child);
	bpf_for(i, 0, FBSD_MOUNTS_DEPTH) {
		if (mount == root)
			return NULL;
		next = BPF_CORE_READ(mount, mnt_child.next);
		parent = BPF_CORE_READ(mount, mnt_parent);
		if (next != &parent->mnt_mounts)
			return container_of(next, struct mount, mnt_child);
		mount = parent;
	}
	return NULL;
}

/* Mount number @index of the namespace as a number, or zero; -1: how many. */
__noinline u64 fbsd_mount_number(u32 index)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct mount *root = BPF_CORE_READ(task, nsproxy, mnt_ns, root);
	struct mount *mount = root;
	u32 count = 0;
	int i;

	bpf_for(i, 0, FBSD_MOUNTS_MAX) {
		if (!mount)
			break;
		if (count == index)
			return (u64)mount;
		mount = fbsd_mount_next(mount, root);
		count++;
	}
	return index == (u32)-1 ? count : 0;
}

/* Ask about the next mount whose place the program can see. */
static __always_inline int fbsd_getfsstat_next(struct abimux_call *call)
{
	u64 end = abimux_scratch(call) + FBSD_STATFS_PATH_END, at;
	struct mount *mount;
	s64 len;
	int i;

	bpf_for(i, 0, FBSD_MOUNTS_MAX) {
		at = fbsd_mount_number(call->data[FBSD_STATFS_INDEX]);
		if (!at || call->data[FBSD_STATFS_COUNT] >=
				   call->data[FBSD_STATFS_ROOM])
			break;
		mount = (void *)at;
		len = fbsd_path((u64)BPF_CORE_READ(mount, mnt.mnt_root), at,
				end);
		if (len > 0) {
			call->native = LINUX_NR_STATFS;
			fbsd_args(call, end - len, end - FBSD_STATFS_PATH_END,
				  0, 0, 0, 0);
			return FBSD_RUN_LEAVE;
		}
		call->data[FBSD_STATFS_INDEX]++;
	}
	return abimux_done(call, call->data[FBSD_STATFS_COUNT]);
}

/* (buf, size, mode) */
__noinline int fbsd_getfsstat(struct abimux_call *call __arg_trusted)
{
	s64 size = call->args[1];
	u32 mode = call->args[2];

	if (size < 0 || (mode != FBSD_MNT_WAIT && mode != FBSD_MNT_NOWAIT))
		return abimux_done(call, -EINVAL);
	if (!call->args[0])
		return abimux_done(call, fbsd_mount_number(-1));
	if (!abimux_scratch(call))
		return abimux_done(call, -ENOMEM);
	call->data[FBSD_STATFS_BUF] = call->args[0];
	call->data[FBSD_STATFS_ROOM] = (u64)size / fbsd_statfs_size(call->nr);
	call->data[FBSD_STATFS_INDEX] = 0;
	call->data[FBSD_STATFS_COUNT] = 0;
	return fbsd_getfsstat_next(call);
}

__noinline int fbsd_getfsstat_leave(struct abimux_call *call __arg_trusted)
{
	u64 at = fbsd_mount_number(call->data[FBSD_STATFS_INDEX]++);
	u64 count = call->data[FBSD_STATFS_COUNT];
	int err;

	if (call->ret >= 0 && at) {
		err = fbsd_statfs_tell(
			call,
			call->data[FBSD_STATFS_BUF] +
				count * fbsd_statfs_size(call->nr),
			(void *)at);
		if (err)
			return abimux_done(call, err);
		call->data[FBSD_STATFS_COUNT]++;
	}
	return fbsd_getfsstat_next(call);
}

/* (path, flags) */
static __always_inline int fbsd_unmount(struct abimux_call *call)
{
	u64 flags = (u32)call->args[1];

	if (flags & ~(u64)FBSD_MNT_FORCE)
		return abimux_done(call, flags & FBSD_MNT_BYFSID ? -EOPNOTSUPP :
								   -EINVAL);
	call->args[1] = fbsd_bits(flags, FBSD_MNT_FORCE, LINUX_MNT_FORCE);
	return FBSD_RUN;
}

#endif /* FREEBSD_MOUNT_BPF_H */
