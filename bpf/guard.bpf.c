// SPDX-License-Identifier: GPL-2.0
/*
 * The guard: what holds whether there is a policy or not.
 *
 * A program that is known to be for another system is not run as a native one when
 * nobody decided about it: the policy was unloaded, or a link of it was removed
 * by hand. And a task that is restricted does not use another one, which is not,
 * to make the calls that it may not make.
 *
 * It is attached before any policy is, so that its programs run after those of the
 * policy: what is attached last runs first. It is pinned by itself.
 */
#include "choice.bpf.h"

#define PTRACE_MODE_ATTACH 2

/* Without a policy no format has a rule. */
static bool take_mark(const struct abimux_format *format, struct choice *choice)
{
	return false;
}

static int refuse_foreign(struct linux_binprm *bprm)
{
	struct binary bin = {};

	if (is_plain(bprm))
		return 0;
	read_binary(bprm, &bin);
	see_marks(bprm, &bin, NULL);
	return bin.foreign ? refuse(bprm, "", ABIMUX_REFUSED_FORMAT) : 0;
}

/*
 * The policy has marked its choice just before, in the same question to all LSMs.
 * A choice without that mark is from another exec.
 */
SEC("lsm.s/bprm_check_security")
int BPF_PROG(guard_exec, struct linux_binprm *bprm, int ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct choice *choice;

	if (ret)
		return ret;
	choice = choice_of(task);
	if (choice && choice->state == CHOICE_MADE && abimux_has_policy()) {
		choice->state = CHOICE_SEEN;
		return 0;
	}
	if (choice)
		choice->state = 0;
	return refuse_foreign(bprm);
}

/*
 * The old program is gone: who was to get a table by a policy that is no longer
 * there cannot be told so any more. If only the program that writes tags is gone,
 * this does its work.
 */
SEC("lsm.s/bprm_committed_creds")
int BPF_PROG(guard_commit, struct linux_binprm *bprm)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct abimux_tag *tag = tag_of(task);
	struct choice *choice = tag ? choice_of(task) : NULL;

	if (!choice || choice->state != CHOICE_SEEN)
		return 0;
	choice->state = 0;
	if (!abimux_has_policy() &&
	    bpf_strncmp(choice->table, sizeof(choice->table),
			ABIMUX_NATIVE_TABLE))
		bpf_send_signal(9);
	else if (!(tag->flags & ABIMUX_TAG_FRESH))
		write_tag(tag, choice);
	return 0;
}

static struct abimux_over *over_of(struct task_struct *task)
{
	struct abimux_task *state = BPF_CORE_READ(task, abimux);

	return state ? BPF_CORE_READ(state, over) : NULL;
}

static struct abimux_overlay *layer(struct abimux_over *over, u32 i)
{
	struct abimux_overlay *overlay = NULL;

	bpf_core_read(&overlay, sizeof(overlay), &over->layers[i].overlay);
	return overlay;
}

static bool lies_over(struct abimux_overlay *overlay, struct abimux_over *over)
{
	u32 i, count = over ? BPF_CORE_READ(over, count) : 0;

	for (i = 0; i < ABIMUX_MAX_OVERLAYS && i < count; i++) {
		if (layer(over, i) == overlay)
			return true;
	}
	return false;
}

/* Return: whether each restriction of @tracer is one of @tracee, too. */
static bool may_use(struct task_struct *tracer, struct task_struct *tracee)
{
	struct abimux_over *over = over_of(tracer), *others = over_of(tracee);
	u32 i, count = over ? BPF_CORE_READ(over, count) : 0;
	struct abimux_overlay *overlay;

	for (i = 0; i < ABIMUX_MAX_OVERLAYS && i < count; i++) {
		overlay = layer(over, i);
		if (overlay && BPF_CORE_READ(overlay, version, restricts) &&
		    !lies_over(overlay, others))
			return false;
	}
	return true;
}

/* Also for /proc/PID/mem, process_vm_writev(2), pidfd_getfd(2). */
SEC("lsm/ptrace_access_check")
int BPF_PROG(guard_attach, struct task_struct *child, unsigned int mode,
	     int ret)
{
	if (ret || !(mode & PTRACE_MODE_ATTACH))
		return ret;
	return may_use(bpf_get_current_task_btf(), child) ? 0 : -EPERM;
}

SEC("lsm/ptrace_traceme")
int BPF_PROG(guard_traceme, struct task_struct *parent, int ret)
{
	if (ret)
		return ret;
	return may_use(parent, bpf_get_current_task_btf()) ? 0 : -EPERM;
}

char LICENSE[] SEC("license") = "GPL";
