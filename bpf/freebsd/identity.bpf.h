/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: who a process is and what it is called. From sys/kern/kern_prot.c,
 * sys/kern/kern_loginclass.c.
 */
#ifndef FREEBSD_IDENTITY_BPF_H
#define FREEBSD_IDENTITY_BPF_H

/* setegid, seteuid: the effective one of three. */
static __always_inline int fbsd_set_effective(struct abimux_call *call)
{
	fbsd_args(call, -1, call->args[0], -1, 0, 0, 0);
	return FBSD_RUN;
}

/* Whether the program got privileges by its exec. */
static __always_inline int fbsd_issetugid(struct abimux_call *call)
{
	return abimux_done(call, call->task[FBSD_TASK_SECURE]);
}

/* call->data of getgroups and setgroups. */
enum {
	FBSD_GROUPS_SIZE,
	FBSD_GROUPS_LIST,
};

/* One, and as many as are left of a page: the scratch memory holds them. */
#define FBSD_GROUPS_MAX 1023

/*
 * (size, list). Up to FreeBSD 14 the effective group is the first of the list.
 * Linux's list has the others only.
 */
__noinline int fbsd_getgroups(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call);
	s32 size = call->args[0];

	if (size < 0)
		return abimux_done(call, -EINVAL);
	if (!scratch)
		return abimux_done(call, -ENOMEM);
	call->data[FBSD_GROUPS_SIZE] = size;
	call->data[FBSD_GROUPS_LIST] = call->args[1];
	fbsd_args(call, size ? FBSD_GROUPS_MAX : 0, scratch, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline u32 fbsd_egid(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return BPF_CORE_READ(task, cred, egid.val);
}

/* The group is often among the others, too: once is enough. */
__noinline int fbsd_getgroups_leave(struct abimux_call *call __arg_trusted)
{
	u64 to = call->data[FBSD_GROUPS_LIST], from = call->args[1];
	u32 size = call->data[FBSD_GROUPS_SIZE];
	s64 count = call->ret;

	if (count < 0)
		return abimux_done(call, count);
	if (!size)
		return abimux_done(call, count + 1);
	if (size < count + 1)
		return abimux_done(call, -EINVAL);
	if (fbsd_put32(to, fbsd_egid()) ||
	    fbsd_copy(to + sizeof(u32), from, count * sizeof(u32)))
		return abimux_done(call, -EFAULT);
	return abimux_done(call, count + 1);
}

/* (size, list): the effective group, then the others. */
__noinline int fbsd_setgroups(struct abimux_call *call __arg_trusted)
{
	u64 list = call->args[1];
	s32 size = call->args[0];
	u32 group = 0;

	if (size < 0 || size > FBSD_GROUPS_MAX + 1)
		return abimux_done(call, -EINVAL);
	if (size && fbsd_get(&group, sizeof(group), list))
		return abimux_done(call, -EFAULT);
	call->data[FBSD_GROUPS_SIZE] = size;
	fbsd_args(call, size ? size - 1 : 0, size ? list + sizeof(u32) : list,
		  group, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline int fbsd_setgroups_leave(struct abimux_call *call)
{
	if (call->ret < 0 || call->native == LINUX_NR_SETRESGID ||
	    !call->data[FBSD_GROUPS_SIZE])
		return abimux_done(call, call->ret);
	call->native = LINUX_NR_SETRESGID;
	fbsd_args(call, -1, call->args[2], -1, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* (name, size): of a session where nobody logged in. */
static __always_inline int fbsd_getlogin(struct abimux_call *call)
{
	char none = 0;

	if (!(u32)call->args[1])
		return abimux_done(call, -ERANGE);
	return abimux_done(call, fbsd_put(call->args[0], &none, sizeof(none)));
}

/* (name, size): of one that was never set. */
__noinline int fbsd_getloginclass(struct abimux_call *call __arg_trusted)
{
	char name[] = "default";

	if (call->args[1] < sizeof(name))
		return abimux_done(call, -ERANGE);
	return abimux_done(call, fbsd_put(call->args[0], name, sizeof(name)));
}

#endif /* FREEBSD_IDENTITY_BPF_H */
