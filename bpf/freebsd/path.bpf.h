/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: from an open file, or a mount, back to its path. Calls and structures
 * there tell paths where native ones do not: AT_EXECPATH, __realpathat, statfs.
 */
#ifndef FREEBSD_PATH_BPF_H
#define FREEBSD_PATH_BPF_H

#define FBSD_PATH_MAX 1024
/* Names in a path of that size, and mounts on the way. */
#define FBSD_PATH_NAMES 600
#define FBSD_FILE_NAME_MAX 255
/* The name that makes it too long is written, too. */
#define FBSD_PATH_ROOM (FBSD_PATH_MAX + FBSD_FILE_NAME_MAX + 1)

/* Where the way up has got to; the path so far starts at @at. */
struct fbsd_walk {
	struct dentry *dentry;
	struct mount *mount;
	u64 at;
};

static __always_inline struct mount *fbsd_mount_of(struct vfsmount *mnt)
{
	return container_of(mnt, struct mount, mnt);
}

/* Bytes of a name that are copied at a time: all calls have 512 of stack. */
#define FBSD_NAME_PART 64

__noinline int fbsd_name_part(u64 to, u64 from, u32 size)
{
	char part[FBSD_NAME_PART];

	if (size > sizeof(part))
		size = sizeof(part);
	return bpf_probe_read_kernel(part, size, (void *)from) ?:
		       fbsd_put(to, part, size);
}

/* Write "/NAME" so that it ends before @end: its length. */
__noinline s64 fbsd_walk_name(u64 at, u64 end)
{
	struct dentry *dentry = (void *)at;
	u32 len = BPF_CORE_READ(dentry, d_name.len) & FBSD_FILE_NAME_MAX;
	u64 from = (u64)BPF_CORE_READ(dentry, d_name.name), to = end - len;
	char slash = '/';

	if (fbsd_put(to - 1, &slash, 1) || fbsd_name_part(to, from, len))
		return -EFAULT;
	if (len > 64 && fbsd_name_part(to + 64, from + 64, len - 64))
		return -EFAULT;
	if (len > 128 && fbsd_name_part(to + 128, from + 128, len - 128))
		return -EFAULT;
	if (len > 192 && fbsd_name_part(to + 192, from + 192, len - 192))
		return -EFAULT;
	return len + 1;
}

/* One step up: -ENOENT where that leads to no root that the program has. */
static __always_inline s64 fbsd_walk_up(struct fbsd_walk *walk)
{
	struct dentry *dentry = walk->dentry,
		      *parent = BPF_CORE_READ(dentry, d_parent);
	struct mount *mount = walk->mount, *below;
	s64 len;

	if (dentry != BPF_CORE_READ(mount, mnt.mnt_root) && dentry != parent) {
		len = fbsd_walk_name((u64)dentry, walk->at);
		walk->dentry = parent;
		walk->at -= len;
		return len;
	}
	below = BPF_CORE_READ(mount, mnt_parent);
	if (below == mount)
		return -ENOENT;
	walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
	walk->mount = below;
	return 0;
}

/*
 * Write the path of @dentry in @mount to user memory so that it ends before @end:
 * its length, the NUL included. FBSD_PATH_ROOM bytes before @end are written.
 */
__noinline s64 fbsd_path(u64 dentry, u64 mount, u64 end)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fbsd_walk walk = {
		.dentry = (void *)dentry,
		.mount = (void *)mount,
		.at = end - 1,
	};
	struct dentry *root = BPF_CORE_READ(task, fs, root.dentry);
	struct mount *top = fbsd_mount_of(BPF_CORE_READ(task, fs, root.mnt));
	char only[2] = "/";
	s64 err;
	int i;

	if (fbsd_put(end - 1, only + 1, 1))
		return -EFAULT;
	bpf_for(i, 0, FBSD_PATH_NAMES) {
		if (walk.dentry == root && walk.mount == top)
			break;
		err = fbsd_walk_up(&walk);
		if (err < 0)
			return err;
		if (end - walk.at > FBSD_PATH_MAX)
			return -ENAMETOOLONG;
	}
	if (end - walk.at > 1)
		return end - walk.at;
	return fbsd_put(end - 2, only, 2) ? -EFAULT : 2;
}

/* The same of an open file; -ENOENT if it was removed. */
static __always_inline s64 fbsd_file_path(struct file *file, u64 end)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	struct mount *mount = fbsd_mount_of(BPF_CORE_READ(file, f_path.mnt));

	/* d_unlinked(): not in the hash, and not a root. */
	if (!BPF_CORE_READ(dentry, d_hash.pprev) &&
	    BPF_CORE_READ(dentry, d_parent) != dentry)
		return -ENOENT;
	return fbsd_path((u64)dentry, (u64)mount, end);
}

/* call->data of __realpathat. */
enum {
	FBSD_REALPATH_BUF,
	FBSD_REALPATH_SIZE,
	FBSD_REALPATH_FD, /* the file that has the path, plus one */
	FBSD_REALPATH_RESULT,
};

/* (fd, path, buf, size, flags) */
static __always_inline int fbsd_realpathat(struct abimux_call *call)
{
	if ((u32)call->args[4])
		return abimux_done(call, -EINVAL);
	call->data[FBSD_REALPATH_BUF] = call->args[2];
	call->data[FBSD_REALPATH_SIZE] = call->args[3];
	call->data[FBSD_REALPATH_FD] = 0;
	fbsd_args(call, call->args[0], call->args[1],
		  LINUX_O_PATH | LINUX_O_CLOEXEC, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline s64 fbsd_realpath_put(struct abimux_call *call)
{
	u64 end = abimux_scratch(call) + FBSD_PATH_ROOM;
	struct file *file = fbsd_file(call->ret);
	s64 len;

	if (end == FBSD_PATH_ROOM)
		return -ENOMEM;
	len = file ? fbsd_file_path(file, end) : -EBADF;
	if (len < 0)
		return len;
	if ((u64)len > call->data[FBSD_REALPATH_SIZE])
		return -ENAMETOOLONG;
	return fbsd_copy(call->data[FBSD_REALPATH_BUF], end - len, len);
}

__noinline int fbsd_realpathat_leave(struct abimux_call *call __arg_trusted)
{
	u64 fd = call->ret;

	if (call->data[FBSD_REALPATH_FD])
		return abimux_done(call, call->data[FBSD_REALPATH_RESULT]);
	if (call->ret < 0)
		return abimux_done(call, call->ret);
	call->data[FBSD_REALPATH_FD] = fd + 1;
	call->data[FBSD_REALPATH_RESULT] = fbsd_realpath_put(call);
	call->native = LINUX_NR_CLOSE;
	fbsd_args(call, fd, 0, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

#endif /* FREEBSD_PATH_BPF_H */
