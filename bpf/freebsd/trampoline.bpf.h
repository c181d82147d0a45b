/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: the code that calls a handler and returns from it.
 * sys/amd64/amd64/sigtramp.S.
 */
#ifndef FREEBSD_TRAMPOLINE_BPF_H
#define FREEBSD_TRAMPOLINE_BPF_H

/*
 * What a handler returns to: it called the handler, whose address is at the bottom
 * of the frame, and the ucontext is 16 bytes above that.
 */
/* clang-format off */
static const u8 fbsd_trampoline[] = {
	0xff, 0x14, 0x24,				/* call *(%rsp) */
	0x48, 0x8d, 0x7c, 0x24, 0x10,			/* lea 16(%rsp), %rdi */
	0x6a, 0x00,					/* push $0 */
	0x48, 0xc7, 0xc0, 0xa1, 0x01, 0x00, 0x00,	/* mov $417, %rax */
	0x0f, 0x05,					/* syscall: sigreturn */
	0xf4,						/* hlt */
	0xeb, 0xfd,					/* jmp to the hlt */
};

/* clang-format on */

_Static_assert(FBSD_SIGRETURN == 0x1a1, "number in the trampoline");

static __always_inline int fbsd_map_trampoline(struct abimux_call *call)
{
	u8 code[sizeof(fbsd_trampoline)];
	u64 at;
	int err;

	__builtin_memcpy(code, fbsd_trampoline, sizeof(code));
	err = abimux_map_code(code, sizeof(code), &at);
	if (err)
		return err;
	call->task[FBSD_TASK_TRAMPOLINE] = at;
	return 0;
}

#endif /* FREEBSD_TRAMPOLINE_BPF_H */
