/* SPDX-License-Identifier: GPL-2.0 */
/*
 * abimux: what the overlays of bpf/overlays start with: numbers of native calls
 * that they look at, of both machines.
 */
#ifndef OVERLAY_BPF_H
#define OVERLAY_BPF_H

#include "abimux.bpf.h"

#define NR_OPEN 2
#define NR_SOCKET 41
#define NR_SOCKETPAIR 53
#define NR_MKDIR 83
#define NR_CREAT 85
#define NR_CHMOD 90
#define NR_FCHMOD 91
#define NR_MKNOD 133
#define NR_OPENAT 257
#define NR_MKDIRAT 258
#define NR_MKNODAT 259
#define NR_FCHMODAT 268
#define NR_IO_URING_SETUP 425
#define NR_IO_URING_ENTER 426
#define NR_IO_URING_REGISTER 427
#define NR_OPENAT2 437
#define NR_FCHMODAT2 452

#define NR_I386_OPEN 5
#define NR_I386_CREAT 8
#define NR_I386_MKNOD 14
#define NR_I386_CHMOD 15
#define NR_I386_MKDIR 39
#define NR_I386_FCHMOD 94
#define NR_I386_SOCKETCALL 102
#define NR_I386_OPENAT 295
#define NR_I386_MKDIRAT 296
#define NR_I386_MKNODAT 297
#define NR_I386_FCHMODAT 306
#define NR_I386_SOCKET 359
#define NR_I386_SOCKETPAIR 360

/*
 * What a ring starts is no call, and no overlay sees it: who relies on seeing all
 * refuses rings, whose numbers both machines share, and x32's numbers, which are
 * the same calls once more.
 */
#define NO_RINGS(calls)                                                       \
	calls[NR_IO_URING_SETUP] = ENOSYS, calls[NR_IO_URING_ENTER] = ENOSYS, \
	calls[NR_IO_URING_REGISTER] = ENOSYS
#define SEES_ALL \
	NO_RINGS(.data.amd64), NO_RINGS(.data.i386), .data.others = ENOSYS

#endif /* OVERLAY_BPF_H */
