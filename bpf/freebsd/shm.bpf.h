/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: shared memory objects. From sys/kern/uipc_shm.c, sys/sys/mman.h.
 *
 * Their names are files below /dev/shm, where native programs have theirs, so both
 * can share them.
 */
#ifndef FREEBSD_SHM_BPF_H
#define FREEBSD_SHM_BPF_H

#define FBSD_SHM_DIR "/dev/shm"
#define FBSD_SHM_DIR_LEN (sizeof(FBSD_SHM_DIR) - 1)
/* MAXPATHLEN less the directory; the second name of a rename comes behind it. */
#define FBSD_SHM_NAME_MAX 1024
#define FBSD_SHM_SECOND 2048

/* Write the path of the object that is named at @name to @at. */
__noinline int fbsd_shm_path(u64 at, u64 name)
{
	char dir[] = FBSD_SHM_DIR, chunk[FBSD_CHUNK];
	s64 len;
	int i;

	if (fbsd_put(at, dir, FBSD_SHM_DIR_LEN))
		return -ENOMEM;
	at += FBSD_SHM_DIR_LEN;
	len = bpf_copy_from_user_str(chunk, sizeof(chunk), (void *)name, 0);
	if (len < 0)
		return len;
	if (chunk[0] != '/')
		return -EINVAL;
	/* A name that fills the chunk may go on. */
	bpf_for(i, 0, FBSD_SHM_NAME_MAX / FBSD_CHUNK) {
		if (len <= 0 || len > sizeof(chunk))
			break;
		if (fbsd_put(at, chunk, len))
			return -ENOMEM;
		if (len < sizeof(chunk))
			return 0;
		at += len - 1;
		name += len - 1;
		len = bpf_copy_from_user_str(chunk, sizeof(chunk), (void *)name,
					     0);
	}
	return len < 0 ? len : -ENAMETOOLONG;
}

/* SHM_ANON: an object without a name. */
static __always_inline int fbsd_shm_anon(struct abimux_call *call, u64 seals)
{
	u64 scratch = abimux_scratch(call);
	char name[] = "shm";

	if (!scratch || fbsd_put(scratch, name, sizeof(name)))
		return abimux_done(call, -ENOMEM);
	call->native = LINUX_NR_MEMFD_CREATE;
	fbsd_args(call, scratch,
		  LINUX_MFD_CLOEXEC | (seals ? LINUX_MFD_ALLOW_SEALING : 0), 0,
		  0, 0, 0);
	return FBSD_RUN;
}

static __always_inline int fbsd_shm_open_as(struct abimux_call *call, u64 name,
					    u64 flags, u64 mode, u64 seals)
{
	u64 scratch = abimux_scratch(call), mode_only = flags & FBSD_O_ACCMODE;
	int err;

	if ((flags & ~(u64)(FBSD_O_ACCMODE | FBSD_O_CREAT | FBSD_O_EXCL |
			    FBSD_O_TRUNC | FBSD_O_CLOEXEC)) ||
	    (mode_only != 0 && mode_only != 2))
		return abimux_done(call, -EINVAL);
	if (name == FBSD_SHM_ANON)
		return mode_only ? fbsd_shm_anon(call, seals) :
				   abimux_done(call, -EINVAL);
	if (!scratch)
		return abimux_done(call, -ENOMEM);
	err = fbsd_shm_path(scratch, name);
	if (err)
		return abimux_done(call, err);
	call->native = LINUX_NR_OPENAT;
	fbsd_args(call, FBSD_AT_FDCWD, scratch,
		  fbsd_open_flags(flags) | LINUX_O_CLOEXEC | LINUX_O_NOFOLLOW,
		  mode & 07777, 0, 0);
	return FBSD_RUN;
}

/* (path, flags, mode): up to FreeBSD 12; no seals can be set. */
static __always_inline int fbsd_shm_open(struct abimux_call *call)
{
	return fbsd_shm_open_as(call, call->args[0], (u32)call->args[1],
				call->args[2], 0);
}

/* (path, flags, mode, shmflags, name): the name is for debuggers only. */
__noinline int fbsd_shm_open2(struct abimux_call *call __arg_trusted)
{
	u32 shmflags = call->args[3];

	if (shmflags & ~(FBSD_SHM_ALLOW_SEALING | FBSD_SHM_GROW_ON_WRITE |
			 FBSD_SHM_LARGEPAGE))
		return abimux_done(call, -EINVAL);
	if (shmflags & FBSD_SHM_LARGEPAGE)
		return abimux_done(call, -ENOTTY);
	return fbsd_shm_open_as(call, call->args[0], (u32)call->args[1],
				call->args[2],
				shmflags & FBSD_SHM_ALLOW_SEALING);
}

/* (path) */
static __always_inline int fbsd_shm_unlink(struct abimux_call *call)
{
	u64 scratch = abimux_scratch(call);
	int err = scratch ? fbsd_shm_path(scratch, call->args[0]) : -ENOMEM;

	if (err)
		return abimux_done(call, err);
	call->args[0] = scratch;
	return FBSD_RUN;
}

/* (from, to, flags): not to replace, to exchange: the same numbers there. */
__noinline int fbsd_shm_rename(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call), flags = (u32)call->args[2];
	int err;

	if (flags & ~3UL || flags == 3)
		return abimux_done(call, -EINVAL);
	if (!scratch)
		return abimux_done(call, -ENOMEM);
	err = fbsd_shm_path(scratch, call->args[0]) ?:
		      fbsd_shm_path(scratch + FBSD_SHM_SECOND, call->args[1]);
	if (err)
		return abimux_done(call, err);
	fbsd_args(call, FBSD_AT_FDCWD, scratch, FBSD_AT_FDCWD,
		  scratch + FBSD_SHM_SECOND, flags, 0);
	return FBSD_RUN;
}

#endif /* FREEBSD_SHM_BPF_H */
