/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: what every call here needs: user memory, and the ways to answer.
 */
#ifndef FREEBSD_USER_BPF_H
#define FREEBSD_USER_BPF_H

/* Run call->native on call->args; with LEAVE, and ask leave then. */
#define FBSD_RUN (ABIMUX_RUN | ABIMUX_RUN_ARGS)
#define FBSD_RUN_LEAVE (FBSD_RUN | ABIMUX_RUN_LEAVE)
/* And ask leave with EINTR, too, if a handler ends it. */
#define FBSD_RUN_SLEEP (FBSD_RUN_LEAVE | ABIMUX_RUN_INTR)

/* call->task: what is kept of a task from exec on. */
enum {
	FBSD_TASK_TRAMPOLINE, /* where the code is that calls handlers */
	FBSD_TASK_SECURE, /* whether the exec gained privileges */
};

static __always_inline int fbsd_get(void *to, u32 size, u64 from)
{
	return bpf_copy_from_user(to, size, (void *)from);
}

static __always_inline int fbsd_put(u64 to, const void *from, u32 size)
{
	return abimux_copy_to_user(to, from, size);
}

static __always_inline int fbsd_put32(u64 to, u32 value)
{
	return fbsd_put(to, &value, sizeof(value));
}

static __always_inline int fbsd_put64(u64 to, u64 value)
{
	return fbsd_put(to, &value, sizeof(value));
}

/* Bytes that go through a program at a time. */
#define FBSD_CHUNK 256

__noinline int fbsd_copy_chunk(u64 to, u64 from, u64 size)
{
	char chunk[FBSD_CHUNK];

	if (!size)
		return 0;
	if (size > sizeof(chunk))
		size = sizeof(chunk);
	if (bpf_copy_from_user(chunk, size, (void *)from) ||
	    abimux_copy_to_user(to, chunk, size))
		return -EFAULT;
	return 0;
}

/* From user memory to user memory: at most a page. */
__noinline int fbsd_copy(u64 to, u64 from, u64 size)
{
	u64 done;
	int i;

	bpf_for(i, 0, ABIMUX_SCRATCH_SIZE / FBSD_CHUNK) {
		done = i * FBSD_CHUNK;
		if (done >= size)
			break;
		if (fbsd_copy_chunk(to + done, from + done, size - done))
			return -EFAULT;
	}
	return 0;
}

/* Move the bits of @from in @value to those of @to: both are constants. */
static __always_inline u64 fbsd_bits(u64 value, u64 from, u64 to)
{
	return from <= to ? (value & from) * (to / from) :
			    (value & from) / (from / to);
}

/* Fail with an errno that Linux has none for. */
static __always_inline int fbsd_fail(struct abimux_call *call, u32 err)
{
	struct abimux_regs regs;

	abimux_get_regs(call, &regs);
	regs.ax = err;
	regs.flags |= 1;
	return abimux_done(call, abimux_set_regs(call, &regs));
}

/* One more native call, with up to six arguments. */
static __always_inline void fbsd_args(struct abimux_call *call, u64 a0, u64 a1,
				      u64 a2, u64 a3, u64 a4, u64 a5)
{
	call->args[0] = a0;
	call->args[1] = a1;
	call->args[2] = a2;
	call->args[3] = a3;
	call->args[4] = a4;
	call->args[5] = a5;
}

#endif /* FREEBSD_USER_BPF_H */
