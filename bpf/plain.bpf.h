/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Map `plain`: files that were seen to be native programs like most, with neither a
 * brand nor a mark by which they could be anything else. Nothing of them is read
 * again until they change.
 *
 * That a file has changed is told by its time of change, whose clock ticks slowly:
 * what is changed twice within a tick has one time. So a file is believed only when
 * it had the same time some seconds before it was read. Only file systems are
 * trusted with it whose files nobody changes behind this kernel's back.
 */
#ifndef PLAIN_BPF_H
#define PLAIN_BPF_H

#include "binary.bpf.h"

/* How long a file has to be as it is; the slowest of these clocks has seconds. */
#define SETTLED 3000000000ULL /* nanoseconds */

#define MAGIC_BTRFS 0x9123683e
#define MAGIC_EROFS 0xe0f5e1e2
#define MAGIC_EXT 0xef53
#define MAGIC_F2FS 0xf2f52010
#define MAGIC_SQUASHFS 0x73717368
#define MAGIC_TMPFS 0x01021994
#define MAGIC_XFS 0x58465342

/**
 * struct plain - a file that is a plain native program; it is never changed
 * @ctime: its time of change, seconds
 * @size: bytes
 * @seen: since when it is as it is, CLOCK_BOOTTIME
 * @nsec: its time of change, nanoseconds
 * @machine: ELF e_machine
 * @osabi: ELF EI_OSABI
 * @sure: whether it had been so for long when it was read
 */
struct plain {
	s64 ctime;
	s64 size;
	u64 seen;
	u32 nsec;
	u16 machine;
	u8 osabi;
	bool sure;
};

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct plain);
} plain SEC(".maps");

static inline bool is_script(const struct linux_binprm *bprm)
{
	return bprm->buf[0] == '#' && bprm->buf[1] == '!';
}

static inline bool is_unchanged(const struct plain *known,
				const struct inode *inode)
{
	return known->nsec == inode->i_ctime_nsec &&
	       known->ctime == inode->i_ctime_sec &&
	       known->size == inode->i_size;
}

/* Return: what is known of a plain file, or NULL if it has to be read. */
static inline const struct plain *plain_of(struct linux_binprm *bprm)
{
	struct inode *inode = bprm->file->f_inode;
	const struct plain *known =
		bpf_inode_storage_get(&plain, inode, NULL, 0);

	if (!known || !known->sure || !is_unchanged(known, inode) ||
	    (u8)bprm->buf[EI_OSABI] != known->osabi)
		return NULL;
	return known;
}

/* A script is what its interpreter is, which is asked about next. */
static inline bool is_plain(struct linux_binprm *bprm)
{
	return is_script(bprm) || plain_of(bprm);
}

static inline bool keeps_time(const struct inode *inode)
{
	switch (inode->i_sb->s_magic) {
	case MAGIC_BTRFS:
	case MAGIC_EROFS:
	case MAGIC_EXT:
	case MAGIC_F2FS:
	case MAGIC_SQUASHFS:
	case MAGIC_TMPFS:
	case MAGIC_XFS:
		return true;
	}
	return false;
}

/* What the file is now, before it is read. */
static inline void begin_plain(const struct linux_binprm *bprm,
			       struct plain *now)
{
	const struct inode *inode = bprm->file->f_inode;

	now->ctime = inode->i_ctime_sec;
	now->nsec = inode->i_ctime_nsec;
	now->size = inode->i_size;
}

/**
 * remember_plain - keep it that a file is a plain one, if it is
 * @bprm: the exec
 * @now: what the file was before it was read
 * @bin: what it is
 *
 * Verified by itself, so that who calls it need not be for each thing that a file can
 * be.
 *
 * Return: 0.
 */
__noinline __weak int remember_plain(struct linux_binprm *bprm __arg_trusted,
				     struct plain *now,
				     const struct binary *bin)
{
	struct inode *inode = bprm->file->f_inode;
	const struct plain *known;

	if (!now || !bin || !bin->machine || !is_native(bin) ||
	    !keeps_time(inode))
		return 0;
	now->seen = bpf_ktime_get_boot_ns();
	now->machine = bin->machine;
	now->osabi = bin->osabi;
	known = bpf_inode_storage_get(&plain, inode, NULL, 0);
	if (known && known->ctime == now->ctime && known->nsec == now->nsec &&
	    known->size == now->size) {
		if (known->sure || now->seen - known->seen < SETTLED)
			return 0;
		now->sure = true;
	}
	if (known)
		bpf_inode_storage_delete(&plain, inode);
	bpf_inode_storage_get(&plain, inode, now,
			      BPF_LOCAL_STORAGE_GET_F_CREATE);
	return 0;
}

#endif /* PLAIN_BPF_H */
