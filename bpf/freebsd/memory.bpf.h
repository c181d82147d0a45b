/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: address space. Constants from sys/sys/mman.h, behaviour from
 * sys/vm/vm_mmap.c.
 */
#ifndef FREEBSD_MEMORY_BPF_H
#define FREEBSD_MEMORY_BPF_H

/* call->data of mmap. */
enum {
	FBSD_MMAP_PAGEOFF, /* offset into the first page */
	FBSD_MMAP_LEN, /* length asked for */
	FBSD_MMAP_ALIGN, /* alignment asked for, or zero */
	FBSD_MMAP_GOT, /* where the mapping is */
	FBSD_MMAP_AFTER, /* first byte of it that was not asked for */
	FBSD_MMAP_END, /* where it ends */
};

static __always_inline u64 fbsd_round_page(u64 size)
{
	return (size + FBSD_PAGE_SIZE - 1) & ~(FBSD_PAGE_SIZE - 1);
}

/* PROT_MAX is a promise that Linux does not keep, unless it promises nothing. */
static __always_inline bool fbsd_prot_max_ok(u64 prot)
{
	u64 most = prot & FBSD_PROT_MAX_ALL;

	return !most || most == FBSD_PROT_MAX_ALL;
}

static __always_inline bool fbsd_mmap_flags_ok(u64 flags, u64 prot, s32 fd,
					       u64 off)
{
	u64 align = flags >> FBSD_MAP_ALIGN_SHIFT;

	flags &= (1 << FBSD_MAP_ALIGN_SHIFT) - 1;
	if (flags & ~(FBSD_MAP_SHARED | FBSD_MAP_PRIVATE | FBSD_MAP_FIXED |
		      FBSD_MAP_STACK | FBSD_MAP_ANON | FBSD_MAP_GUARD |
		      FBSD_MAP_EXCL | FBSD_MAP_32BIT | FBSD_MAP_HINTS))
		return false;
	if ((flags & FBSD_MAP_EXCL) && !(flags & FBSD_MAP_FIXED))
		return false;
	if ((flags & FBSD_MAP_SHARED) && (flags & FBSD_MAP_PRIVATE))
		return false;
	if ((flags & FBSD_MAP_STACK) && (fd != -1 || (prot & 3) != 3))
		return false;
	if ((flags & FBSD_MAP_ANON) && (fd != -1 || off))
		return false;
	if ((flags & FBSD_MAP_GUARD) &&
	    (prot || fd != -1 || off ||
	     (flags & ~(FBSD_MAP_GUARD_WITH | FBSD_MAP_GUARD))))
		return false;
	if (!(flags & (FBSD_MAP_SHARED | FBSD_MAP_PRIVATE | FBSD_MAP_STACK |
		       FBSD_MAP_ANON | FBSD_MAP_GUARD)))
		return false;
	return align <= FBSD_MAP_ALIGN_SUPER || (align >= 12 && align < 64);
}

static __always_inline u64 fbsd_mmap_flags(u64 flags)
{
	u64 native = fbsd_bits(flags, FBSD_MAP_SHARED, LINUX_MAP_SHARED) |
		     fbsd_bits(flags, FBSD_MAP_32BIT, LINUX_MAP_32BIT);

	if (flags & (FBSD_MAP_ANON | FBSD_MAP_STACK | FBSD_MAP_GUARD))
		native |= LINUX_MAP_ANONYMOUS;
	if (flags & (FBSD_MAP_STACK | FBSD_MAP_GUARD))
		native |= LINUX_MAP_NORESERVE;
	if (!(flags & FBSD_MAP_SHARED))
		native |= LINUX_MAP_PRIVATE;
	if (flags & FBSD_MAP_EXCL)
		return native | LINUX_MAP_FIXED_NOREPLACE;
	return native | fbsd_bits(flags, FBSD_MAP_FIXED, LINUX_MAP_FIXED);
}

/*
 * (addr, len, prot, flags, fd, pos). An offset inside a page, an alignment and
 * EXCL need a second look at the result; @off is an argument because the old
 * call has it elsewhere.
 */
static __always_inline int fbsd_mmap_at(struct abimux_call *call, u64 off)
{
	u64 flags = call->args[3] & ~(u64)FBSD_MAP_OLD, len = call->args[1];
	u64 addr = call->args[0], prot = call->args[2],
	    in_page = off & (FBSD_PAGE_SIZE - 1);
	u64 align = (flags >> FBSD_MAP_ALIGN_SHIFT) & 0xff;
	s32 fd = call->args[4];

	if (!len || (prot & ~(u64)(FBSD_PROT_ALL | FBSD_PROT_MAX_ALL)) ||
	    !fbsd_mmap_flags_ok(flags & 0xffffffff, prot, fd, off))
		return abimux_done(call, -EINVAL);
	if (!fbsd_prot_max_ok(prot))
		return abimux_done(call, -EOPNOTSUPP);
	len = fbsd_round_page(len + in_page);
	if (flags & FBSD_MAP_FIXED) {
		addr -= in_page;
		if ((addr & (FBSD_PAGE_SIZE - 1)) ||
		    addr + len > FBSD_USER_END || addr + len < addr)
			return abimux_done(call, -EINVAL);
		align = 0;
	}
	align = align > 12 ? 1UL << (align & 63) : 0;
	call->data[FBSD_MMAP_PAGEOFF] = in_page;
	call->data[FBSD_MMAP_LEN] = len;
	call->data[FBSD_MMAP_ALIGN] = align;
	call->data[FBSD_MMAP_GOT] = 0;
	if (align)
		len += align - FBSD_PAGE_SIZE;
	if (!len || len > FBSD_USER_END)
		return abimux_done(call, -ENOMEM);
	fbsd_args(call, addr, len, prot & FBSD_PROT_ALL, fbsd_mmap_flags(flags),
		  (s64)fd, off - in_page);
	if (in_page || align || (flags & FBSD_MAP_EXCL))
		return FBSD_RUN_LEAVE;
	return FBSD_RUN;
}

__noinline int fbsd_mmap(struct abimux_call *call __arg_trusted)
{
	return fbsd_mmap_at(call, call->args[5]);
}

/* Up to FreeBSD 6 there was a pad before the offset, so that is on the stack. */
__noinline int fbsd_freebsd6_mmap(struct abimux_call *call __arg_trusted)
{
	u64 off;

	if (fbsd_get(&off, sizeof(off), call->sp + sizeof(u64)))
		return abimux_done(call, -EFAULT);
	return fbsd_mmap_at(call, off);
}

/* Give back what is too much before and behind an aligned mapping. */
static __always_inline int fbsd_mmap_trim(struct abimux_call *call)
{
	u64 start = call->data[FBSD_MMAP_GOT];
	u64 after = call->data[FBSD_MMAP_AFTER],
	    end = call->data[FBSD_MMAP_END];

	if (after == end)
		return abimux_done(call, start + call->data[FBSD_MMAP_PAGEOFF]);
	call->data[FBSD_MMAP_AFTER] = end;
	call->native = LINUX_NR_MUNMAP;
	fbsd_args(call, after, end - after, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline int fbsd_mmap_align(struct abimux_call *call)
{
	u64 got = call->ret, align = call->data[FBSD_MMAP_ALIGN],
	    len = call->data[FBSD_MMAP_LEN];
	u64 start = (got + align - 1) & ~(align - 1);

	call->data[FBSD_MMAP_GOT] = start;
	call->data[FBSD_MMAP_AFTER] = start + len;
	call->data[FBSD_MMAP_END] = got + len + align - FBSD_PAGE_SIZE;
	if (start == got)
		return fbsd_mmap_trim(call);
	call->native = LINUX_NR_MUNMAP;
	fbsd_args(call, got, start - got, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

__noinline int fbsd_mmap_leave(struct abimux_call *call __arg_trusted)
{
	s64 ret = call->ret;

	/* What EXCL finds in its way is ENOMEM on FreeBSD. */
	if (ret == -EEXIST)
		return abimux_done(call, -ENOMEM);
	if (ret < 0 && ret >= -4095)
		return abimux_done(call, ret);
	if (call->data[FBSD_MMAP_GOT])
		return fbsd_mmap_trim(call);
	if (call->data[FBSD_MMAP_ALIGN])
		return fbsd_mmap_align(call);
	return abimux_done(call, ret + call->data[FBSD_MMAP_PAGEOFF]);
}

/* FreeBSD rounds addresses and lengths to pages where Linux answers EINVAL. */
static __always_inline void fbsd_page_args(struct abimux_call *call)
{
	u64 in_page = call->args[0] & (FBSD_PAGE_SIZE - 1);

	call->args[0] -= in_page;
	call->args[1] = fbsd_round_page(call->args[1] + in_page);
}

static __always_inline int fbsd_munmap(struct abimux_call *call)
{
	if (!call->args[1])
		return abimux_done(call, -EINVAL);
	fbsd_page_args(call);
	return FBSD_RUN;
}

static __always_inline int fbsd_mprotect(struct abimux_call *call)
{
	if (call->args[2] & ~(u64)(FBSD_PROT_ALL | FBSD_PROT_MAX_ALL))
		return abimux_done(call, -EINVAL);
	if (!fbsd_prot_max_ok(call->args[2]))
		return abimux_done(call, -EOPNOTSUPP);
	fbsd_page_args(call);
	call->args[2] &= FBSD_PROT_ALL;
	return FBSD_RUN;
}

static __always_inline int fbsd_msync(struct abimux_call *call)
{
	u64 flags = call->args[2];

	if ((flags & ~(u64)(FBSD_MS_ASYNC | FBSD_MS_INVALIDATE)) ||
	    flags == (FBSD_MS_ASYNC | FBSD_MS_INVALIDATE))
		return abimux_done(call, -EINVAL);
	fbsd_page_args(call);
	call->args[2] = flags & FBSD_MS_ASYNC ? flags : flags | LINUX_MS_SYNC;
	return FBSD_RUN;
}

/*
 * DONTNEED keeps the contents here, as POSIX has it; Linux throws them away.
 * NOSYNC and AUTOSYNC are about when FreeBSD's pager writes, a choice that Linux
 * does not offer and that no program can see the result of.
 */
static __always_inline s32 fbsd_advice(u32 advice)
{
	switch (advice) {
	case 0 ... 3:
		return advice;
	case FBSD_MADV_DONTNEED:
		return LINUX_MADV_COLD;
	case FBSD_MADV_FREE:
		return LINUX_MADV_FREE;
	case FBSD_MADV_NOSYNC:
	case FBSD_MADV_AUTOSYNC:
		return 0;
	case FBSD_MADV_NOCORE:
		return LINUX_MADV_DONTDUMP;
	case FBSD_MADV_CORE:
		return LINUX_MADV_DODUMP;
	case FBSD_MADV_PROTECT:
		return -EPERM;
	default:
		return -EINVAL;
	}
}

__noinline int fbsd_madvise(struct abimux_call *call __arg_trusted)
{
	u64 addr = call->args[0], end = addr + call->args[1];
	s32 advice = fbsd_advice(call->args[2]);

	if (end < addr || end > FBSD_USER_END)
		return abimux_done(call, -EINVAL);
	if (advice < 0)
		return abimux_done(call, advice);
	fbsd_page_args(call);
	call->args[2] = advice;
	return FBSD_RUN_LEAVE;
}

/* Holes, and kinds of memory that cannot be advised so, are passed over. */
static __always_inline int fbsd_madvise_leave(struct abimux_call *call)
{
	s64 ret = call->ret;

	return abimux_done(call, ret == -ENOMEM || ret == -EINVAL ? 0 : ret);
}

/* (addr, len, vec): an address inside a page is its start. */
static __always_inline int fbsd_mincore(struct abimux_call *call)
{
	fbsd_page_args(call);
	return FBSD_RUN;
}

/*
 * (addr, len, inherit): what fork leaves to the child. Not to copy but to share
 * is something that Linux has for mappings only that are shared anyway.
 */
__noinline int fbsd_minherit(struct abimux_call *call __arg_trusted)
{
	u32 inherit = call->args[2];

	if (inherit > FBSD_INHERIT_ZERO)
		return abimux_done(call, -EINVAL);
	if (!inherit)
		return abimux_done(call, -EOPNOTSUPP);
	fbsd_page_args(call);
	call->data[0] = inherit;
	call->args[2] = inherit == FBSD_INHERIT_NONE ? LINUX_MADV_DONTFORK :
						       LINUX_MADV_DOFORK;
	return FBSD_RUN_LEAVE;
}

/* Two bits of a mapping: whether it is copied, and whether it is emptied. */
static __always_inline int fbsd_minherit_leave(struct abimux_call *call)
{
	u64 inherit = call->data[0];

	if (call->ret < 0 || inherit == FBSD_INHERIT_NONE || call->step > 1)
		return abimux_done(call, call->ret);
	call->args[2] = inherit == FBSD_INHERIT_ZERO ? LINUX_MADV_WIPEONFORK :
						       LINUX_MADV_KEEPONFORK;
	return FBSD_RUN_LEAVE;
}

#endif /* FREEBSD_MEMORY_BPF_H */
