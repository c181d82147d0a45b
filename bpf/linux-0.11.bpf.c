// SPDX-License-Identifier: GPL-2.0
/*
 * Table "linux-0.11": what data cannot say about Linux 0.11.
 *
 * A signal handler gets 0.11's frame, from which the C library's own restorer
 * returns without any call; signal() brings that restorer along as a third
 * argument. mount() knows one file system. iam() and whoami() keep a name.
 */
#include "abimux.bpf.h"

#define NR_SETUP 0
#define NR_MOUNT 21
#define NR_SIGNAL 48
#define NR_IAM 72
#define NR_WHOAMI 73

#define SA_NOMASK 0x40000000 /* SA_NODEFER of today */
#define SA_ONESHOT 0x80000000 /* SA_RESETHAND of today */

/* A name is this long at most, without its NUL. */
#define NAME_MAX 23

/* struct sigaction of 0.11, which is old_sigaction of i386 Linux. */
struct sigaction_011 {
	u32 handler;
	u32 mask;
	u32 flags;
	u32 restorer;
};

/* Scratch memory of one signal() call. */
struct signal_scratch {
	struct sigaction_011 new;
	struct sigaction_011 old;
};

/* What 0.11 pushes for a handler, lowest address first. */
struct frame_011 {
	u32 restorer;
	u32 sig;
	u32 blocked; /* not there with SA_NOMASK */
	u32 ax, cx, dx;
	u32 flags;
	u32 ip;
};

struct name_011 {
	struct bpf_spin_lock lock;
	char name[NAME_MAX + 1];
};

/* What iam() stored; `bpftool map dump name iam_name` shows it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct name_011);
} iam_name SEC(".maps");

static struct name_011 *stored_name(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&iam_name, &zero);
}

/* iam(name): one byte more than fits is read, to see that the name is too long. */
static int iam(struct abimux_call *call)
{
	struct name_011 *stored = stored_name();
	char name[NAME_MAX + 2] = {};
	int len;

	len = bpf_copy_from_user_str(name, sizeof(name), (void *)call->args[0],
				     BPF_F_PAD_ZEROS);
	if (len < 0 || !stored)
		return abimux_done(call, -EFAULT);
	if (name[NAME_MAX])
		return abimux_done(call, -EINVAL);
	bpf_spin_lock(&stored->lock);
	__builtin_memcpy(stored->name, name, sizeof(stored->name));
	bpf_spin_unlock(&stored->lock);
	return abimux_done(call, len - 1);
}

/* whoami(buf, size) */
static int whoami(struct abimux_call *call)
{
	struct name_011 *stored = stored_name();
	char name[NAME_MAX + 1];
	u32 len;

	if (!stored)
		return abimux_done(call, -EFAULT);
	bpf_spin_lock(&stored->lock);
	__builtin_memcpy(name, stored->name, sizeof(name));
	bpf_spin_unlock(&stored->lock);
	for (len = 0; len < NAME_MAX; len++)
		if (!name[len])
			break;
	if ((u32)call->args[1] <= len)
		return abimux_done(call, -EINVAL);
	if (abimux_copy_to_user(call->args[0], name, len + 1))
		return abimux_done(call, -EFAULT);
	return abimux_done(call, len);
}

/* mount(device, directory, unused) */
static int mount(struct abimux_call *call)
{
	char type[] = "minix";
	u64 scratch = abimux_scratch(call);

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (abimux_copy_to_user(scratch, type, sizeof(type)))
		return abimux_done(call, -EFAULT);
	call->args[2] = scratch;
	call->args[3] = 0;
	call->args[4] = 0;
	return ABIMUX_RUN | ABIMUX_RUN_ARGS;
}

/* signal(signal, handler, restorer): a sigaction() that answers the old handler. */
static int signal(struct abimux_call *call)
{
	u64 scratch = abimux_scratch(call);
	struct sigaction_011 new = {
		.handler = call->args[1],
		.flags = SA_ONESHOT | SA_NOMASK,
		.restorer = call->args[2],
	};

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (abimux_copy_to_user(scratch, &new, sizeof(new)))
		return abimux_done(call, -EFAULT);
	call->data[0] = scratch;
	call->args[1] = scratch + offsetof(struct signal_scratch, new);
	call->args[2] = scratch + offsetof(struct signal_scratch, old);
	return ABIMUX_RUN | ABIMUX_RUN_ARGS | ABIMUX_RUN_LEAVE;
}

static int signal_leave(struct abimux_call *call)
{
	u64 old = call->data[0] + offsetof(struct signal_scratch, old);
	u32 handler;

	if (call->ret)
		return ABIMUX_DONE;
	if (bpf_copy_from_user(&handler, sizeof(handler), (void *)old))
		return abimux_done(call, -EFAULT);
	return abimux_done(call, handler);
}

SEC("struct_ops.s/enter")
int BPF_PROG(linux_0_11_enter, struct abimux_call *call)
{
	switch (call->nr) {
	case NR_SETUP:
		return abimux_done(call, -EPERM);
	case NR_MOUNT:
		return mount(call);
	case NR_SIGNAL:
		return signal(call);
	case NR_IAM:
		return iam(call);
	case NR_WHOAMI:
		return whoami(call);
	}
	return ABIMUX_MISSING;
}

SEC("struct_ops.s/leave")
int BPF_PROG(linux_0_11_leave, struct abimux_call *call)
{
	return signal_leave(call);
}

/*
 * The frame goes right below what the program has on its stack, as 0.11 has no
 * other stack for it and the restorer's last instruction gives up the frame.
 */
SEC("struct_ops.s/signal")
int BPF_PROG(linux_0_11_signal, struct abimux_call *call,
	     struct abimux_signal *sig)
{
	bool nomask = sig->flags & SA_NOMASK;
	struct frame_011 frame = {
		.restorer = sig->restorer,
		.sig = sig->sig,
		.blocked = sig->mask,
		.ax = sig->regs.ax,
		.cx = sig->regs.cx,
		.dx = sig->regs.dx,
		.flags = sig->regs.flags,
		.ip = sig->regs.ip,
	};
	u64 sp = sig->regs.sp - sizeof(frame);
	int err;

	if (nomask) {
		sp += sizeof(u32);
		frame.blocked = frame.sig;
		frame.sig = frame.restorer;
		err = abimux_copy_to_user(sp, &frame.sig,
					  sizeof(frame) - sizeof(u32));
	} else {
		err = abimux_copy_to_user(sp, &frame, sizeof(frame));
	}
	if (err)
		return err;
	sig->regs.sp = sp;
	sig->regs.ip = sig->handler;
	return 0;
}

SEC(".struct_ops.link")
struct abimux_table_ops linux_0_11 = {
	.enter = (void *)linux_0_11_enter,
	.leave = (void *)linux_0_11_leave,
	.signal = (void *)linux_0_11_signal,
};

char LICENSE[] SEC("license") = "GPL";
