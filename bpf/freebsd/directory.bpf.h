/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: reading directories. From sys/sys/dirent.h, kern_getdirentries() of
 * sys/kern/vfs_syscalls.c.
 *
 * An entry is up to a third longer here. The native call reads into the upper three
 * quarters of the program's buffer, and each entry then moves down: it never gets
 * to where the next one to be read is.
 */
#ifndef FREEBSD_DIRECTORY_BPF_H
#define FREEBSD_DIRECTORY_BPF_H

/* What one call reads at most: the loop over its entries has an end. */
#define FBSD_DIR_READ_MAX 16384
#define FBSD_DIR_ENTRIES_MAX (FBSD_DIR_READ_MAX / 24)

struct fbsd_dirent {
	u64 ino;
	s64 off;
	u16 reclen;
	u8 type;
	u8 pad0;
	u16 namlen;
	u16 pad1;
	char name[FBSD_NAME_SIZE];
};

/* Up to FreeBSD 11. */
struct fbsd_dirent11 {
	u32 ino;
	u16 reclen;
	u8 type;
	u8 namlen;
	char name[FBSD_NAME_SIZE];
};

/* The start of struct linux_dirent64, as far as it can be read as a whole. */
struct fbsd_dirent_in {
	u64 ino;
	s64 off;
	u16 reclen;
	u8 type;
	u8 name[5];
};

/* call->data of getdirentries. */
enum {
	FBSD_DIR_BUF, /* the program's buffer */
	FBSD_DIR_READ, /* where in it the native call wrote */
	FBSD_DIR_BASE, /* where the program wants the position */
	FBSD_DIR_POS, /* the position before */
	FBSD_DIR_OUT, /* bytes written so far */
	FBSD_DIR_IN, /* bytes taken so far */
};

/* (fd, buf, count, base) */
__noinline int fbsd_getdirentries(struct abimux_call *call __arg_trusted)
{
	u64 buf = call->args[1], count = call->args[2], size, at;
	struct file *file = fbsd_file(call->args[0]);

	if (!file)
		return abimux_done(call, -EBADF);
	if (count > 0x7fffffff)
		return abimux_done(call, -EINVAL);
	size = count / 4 * 3;
	if (size > FBSD_DIR_READ_MAX)
		size = FBSD_DIR_READ_MAX;
	at = buf + count - size;
	call->data[FBSD_DIR_BUF] = buf;
	call->data[FBSD_DIR_READ] = at;
	call->data[FBSD_DIR_BASE] =
		call->nr == FBSD_FREEBSD11_GETDENTS ? 0 : call->args[3];
	call->data[FBSD_DIR_POS] = BPF_CORE_READ(file, f_pos);
	call->data[FBSD_DIR_OUT] = 0;
	call->data[FBSD_DIR_IN] = 0;
	fbsd_args(call, call->args[0], at, size, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline u64 fbsd_round_8(u64 size)
{
	return (size + 7) & ~7UL;
}

/* Take one entry of @call: 0 if it was the last one, its new length, or an error. */
__noinline int fbsd_dirent_next(struct abimux_call *call __arg_trusted)
{
	u64 from = call->data[FBSD_DIR_READ] + call->data[FBSD_DIR_IN];
	u64 to = call->data[FBSD_DIR_BUF] + call->data[FBSD_DIR_OUT];
	struct fbsd_dirent entry;
	struct fbsd_dirent_in in;
	s64 len;

	if (fbsd_get(&in, sizeof(in), from))
		return -EFAULT;
	len = bpf_copy_from_user_str(entry.name, sizeof(entry.name),
				     (void *)(from + LINUX_DIRENT_HEAD),
				     BPF_F_PAD_ZEROS);
	if (len <= 0 || len > FBSD_NAME_SIZE)
		return -EFAULT;
	entry.ino = in.ino;
	entry.off = in.off;
	entry.type = in.type;
	entry.pad0 = 0;
	entry.namlen = len - 1;
	entry.pad1 = 0;
	len = fbsd_round_8(FBSD_DIRENT_HEAD + len);
	entry.reclen = len;
	if (len > (s64)sizeof(entry) || abimux_copy_to_user(to, &entry, len))
		return -EFAULT;
	call->data[FBSD_DIR_IN] += in.reclen;
	call->data[FBSD_DIR_OUT] += len;
	return 0;
}

__noinline int fbsd_dirent11_next(struct abimux_call *call __arg_trusted)
{
	u64 from = call->data[FBSD_DIR_READ] + call->data[FBSD_DIR_IN];
	u64 to = call->data[FBSD_DIR_BUF] + call->data[FBSD_DIR_OUT];
	struct fbsd_dirent11 entry;
	struct fbsd_dirent_in in;
	s64 len;

	if (fbsd_get(&in, sizeof(in), from))
		return -EFAULT;
	len = bpf_copy_from_user_str(entry.name, sizeof(entry.name),
				     (void *)(from + LINUX_DIRENT_HEAD),
				     BPF_F_PAD_ZEROS);
	if (len <= 0 || len > FBSD_NAME_SIZE)
		return -EFAULT;
	entry.ino = in.ino;
	entry.type = in.type;
	entry.namlen = len - 1;
	len = (FBSD_DIRENT11_HEAD + len + 3) & ~3UL;
	entry.reclen = len;
	if (len > (s64)sizeof(entry) || abimux_copy_to_user(to, &entry, len))
		return -EFAULT;
	call->data[FBSD_DIR_IN] += in.reclen;
	call->data[FBSD_DIR_OUT] += len;
	return 0;
}

static __always_inline int fbsd_dirents(struct abimux_call *call)
{
	bool old = call->nr != FBSD_GETDIRENTRIES;
	u64 size = call->ret;
	int i, err;

	bpf_for(i, 0, FBSD_DIR_ENTRIES_MAX) {
		if (call->data[FBSD_DIR_IN] + LINUX_DIRENT_MIN > size)
			break;
		err = old ? fbsd_dirent11_next(call) : fbsd_dirent_next(call);
		if (err)
			return err;
	}
	return 0;
}

__noinline int fbsd_getdirentries_leave(struct abimux_call *call __arg_trusted)
{
	u64 base = call->data[FBSD_DIR_BASE];
	int err;

	/* ENOTDIR is EINVAL here. */
	if (call->ret < 0)
		return abimux_done(call,
				   call->ret == -ENOTDIR ? -EINVAL : call->ret);
	err = fbsd_dirents(call);
	if (err)
		return abimux_done(call, err);
	if (base && fbsd_put64(base, call->data[FBSD_DIR_POS]))
		return abimux_done(call, -EFAULT);
	return abimux_done(call, call->data[FBSD_DIR_OUT]);
}

#endif /* FREEBSD_DIRECTORY_BPF_H */
