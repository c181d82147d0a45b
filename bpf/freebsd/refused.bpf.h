/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: calls about what Linux has not. They answer what FreeBSD does where
 * there is no such thing either: no module loaded, a file system without lists
 * of access rights, a jail that nobody may make.
 */
#ifndef FREEBSD_REFUSED_BPF_H
#define FREEBSD_REFUSED_BPF_H

#define FBSD_NR_REFUSED 600

/* clang-format off */
static const u8 fbsd_refused[FBSD_NR_REFUSED] = {
	[21] = EOPNOTSUPP,		/* mount */
	[34 ... 35] = EOPNOTSUPP,	/* chflags, fchflags */
	[50] = EPERM,			/* setlogin */
	[55] = EPERM,			/* reboot */
	[56] = EOPNOTSUPP,		/* revoke */
	[69 ... 70] = EOPNOTSUPP,	/* sbrk, sstk */
	[85] = EPERM,			/* swapon */
	[148] = EOPNOTSUPP,		/* quotactl */
	[160 ... 161] = EOPNOTSUPP,	/* lgetfh, getfh */
	[205] = EOPNOTSUPP,		/* undelete */
	[298 ... 299] = ESTALE,		/* fhopen, freebsd11_fhstat */
	[301 ... 303] = ENOENT,		/* modstat, modfnext, modfind */
	[304 ... 305] = EPERM,		/* kldload, kldunload */
	[306] = ENOENT,			/* kldfind */
	[308 ... 309] = ENOENT,		/* kldstat, kldfirstmod */
	[337] = ENOENT,			/* kldsym */
	[338] = EPERM,			/* jail */
	[347 ... 358] = EOPNOTSUPP,	/* __acl_*, extattr_* */
	[371 ... 373] = EOPNOTSUPP,	/* extattr_* */
	[378] = EOPNOTSUPP,		/* nmount */
	[391] = EOPNOTSUPP,		/* lchflags */
	[398] = ESTALE,			/* freebsd11_fhstatfs */
	[412 ... 414] = EOPNOTSUPP,	/* extattr_* */
	[424] = EPERM,			/* swapoff */
	[425 ... 428] = EOPNOTSUPP,	/* __acl_* */
	[436] = EPERM,			/* jail_attach */
	[437 ... 439] = EOPNOTSUPP,	/* extattr_list_* */
	[444] = EPERM,			/* kldunloadf */
	[506] = ENOENT,			/* jail_get */
	[507] = EPERM,			/* jail_set */
	[508] = EINVAL,			/* jail_remove: of none */
	[524] = EPERM,			/* setloginclass */
	[540] = EOPNOTSUPP,		/* chflagsat */
	[553] = ESTALE,			/* fhstat */
	[558] = ESTALE,			/* fhstatfs */
	[564] = EOPNOTSUPP,		/* getfhat */
	[565 ... 567] = ESTALE,		/* fhlink, fhlinkat, fhreadlink */
};

/* clang-format on */

/* A call with "op" in the table that has no function. */
__noinline int fbsd_refuse(struct abimux_call *call __arg_trusted)
{
	u32 nr = call->nr;
	u32 err = nr < FBSD_NR_REFUSED ? fbsd_refused[nr] : 0;

	return err ? abimux_done(call, -(s64)err) : ABIMUX_MISSING;
}

#endif /* FREEBSD_REFUSED_BPF_H */
