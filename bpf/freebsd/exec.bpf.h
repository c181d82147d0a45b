/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: how a program starts. exec_setregs() of sys/amd64/amd64/machdep.c,
 * __elfN(freebsd_fixup) of sys/kern/imgact_elf.c, AT_* of
 * sys/x86/include/elf.h.
 */
#ifndef FREEBSD_EXEC_BPF_H
#define FREEBSD_EXEC_BPF_H

/* Linux has about twenty entries; FreeBSD gets at most this many. */
#define FBSD_AUXV_IN_MAX 40
#define FBSD_AUXV_MAX 16

struct fbsd_auxv {
	u64 type;
	u64 value;
};

/* What is taken over from Linux's vector. */
struct fbsd_auxv_in {
	u64 phdr, phent, phnum, base, flags, entry;
	u64 random, execfn;
};

static __always_inline void fbsd_auxv_take(struct fbsd_auxv_in *in,
					   const struct fbsd_auxv *pair)
{
	switch (pair->type) {
	case FBSD_AT_PHDR:
		in->phdr = pair->value;
		break;
	case FBSD_AT_PHENT:
		in->phent = pair->value;
		break;
	case FBSD_AT_PHNUM:
		in->phnum = pair->value;
		break;
	case FBSD_AT_BASE:
		in->base = pair->value;
		break;
	case FBSD_AT_FLAGS:
		in->flags = pair->value;
		break;
	case FBSD_AT_ENTRY:
		in->entry = pair->value;
		break;
	case LINUX_AT_RANDOM:
		in->random = pair->value;
		break;
	case LINUX_AT_EXECFN:
		in->execfn = pair->value;
		break;
	}
}

static __always_inline int fbsd_auxv_read(struct fbsd_auxv_in *in, u64 at,
					  u32 count)
{
	struct fbsd_auxv pair;
	int i;

	bpf_for(i, 0, FBSD_AUXV_IN_MAX) {
		if (i >= count)
			break;
		if (fbsd_get(&pair, sizeof(pair), at + i * sizeof(pair)))
			return -EFAULT;
		fbsd_auxv_take(in, &pair);
	}
	return 0;
}

static __always_inline bool fbsd_path_is_absolute(u64 path)
{
	char first = 0;

	return path && !fbsd_get(&first, sizeof(first), path) && first == '/';
}

/*
 * FreeBSD passes a path from the root, also to a program that was not called by
 * one: that of the file goes below the arguments. Its address, or zero.
 */
__noinline u64 fbsd_exec_path(u64 stack)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct file *file = BPF_CORE_READ(task, mm, exe_file);
	s64 len = file ? fbsd_file_path(file, stack) : -ENOENT;

	return len > 0 ? stack - len : 0;
}

static __always_inline int fbsd_auxv_write(const struct fbsd_auxv_in *in,
					   u64 at, u32 count, u64 path)
{
	struct fbsd_auxv out[FBSD_AUXV_MAX] = {
		{ FBSD_AT_PHDR, in->phdr },
		{ FBSD_AT_PHENT, in->phent },
		{ FBSD_AT_PHNUM, in->phnum },
		{ FBSD_AT_PAGESZ, FBSD_PAGE_SIZE },
		{ FBSD_AT_FLAGS, in->flags },
		{ FBSD_AT_ENTRY, in->entry },
		{ FBSD_AT_BASE, in->base },
		{ FBSD_AT_EHDRFLAGS, 0 },
		{ FBSD_AT_OSRELDATE, FBSD_OSRELDATE },
		{ FBSD_AT_CANARY, in->random },
		{ FBSD_AT_CANARYLEN, LINUX_RANDOM_SIZE },
		{ FBSD_AT_NCPUS, fbsd_online_cpus() },
		{ FBSD_AT_STACKPROT, FBSD_STACK_RW },
		{ path ? FBSD_AT_EXECPATH : FBSD_AT_NULL, path },
	};

	/* The vector ends with a pair of zeros, and has to fit where it is. */
	if (count < FBSD_AUXV_MAX)
		return -ENOEXEC;
	return fbsd_put(at, out, sizeof(out));
}

/* Whether @path is used: 1 if it is, or an error. */
__noinline int fbsd_auxv(u64 at, u32 count, u64 path)
{
	struct fbsd_auxv_in in = {};
	bool named;
	int err;

	err = fbsd_auxv_read(&in, at, count);
	if (err)
		return err;
	named = fbsd_path_is_absolute(in.execfn);
	err = fbsd_auxv_write(&in, at, count, named ? in.execfn : path);
	return err ?: !named;
}

/* The stack starts below what is on it: a path that is not among the arguments. */
static __always_inline void fbsd_start_regs(struct abimux_regs *regs, u64 path)
{
	u64 stack = regs->sp, top = path && path < stack ? path : stack;

	regs->r15 = 0;
	regs->r14 = 0;
	regs->r13 = 0;
	regs->r12 = 0;
	regs->r11 = 0;
	regs->r10 = 0;
	regs->r9 = 0;
	regs->r8 = 0;
	regs->bp = 0;
	regs->bx = 0;
	regs->ax = 0;
	regs->cx = 0;
	regs->dx = 0;
	regs->si = 0;
	regs->di = stack;
	regs->sp = ((top - 8) & ~0xfUL) + 8;
	regs->fs_base = 0;
}

static __always_inline int fbsd_exec(struct abimux_call *call,
				     struct abimux_exec *exec)
{
	u64 path = fbsd_exec_path(exec->regs.sp);
	int used = fbsd_map_trampoline(call) ?:
			   fbsd_auxv(exec->auxv, exec->auxc, path);

	if (used < 0)
		return used;
	call->task[FBSD_TASK_SECURE] = !!exec->secure;
	fbsd_start_regs(&exec->regs, used ? path : 0);
	return fbsd_kq_exec(call);
}

#endif /* FREEBSD_EXEC_BPF_H */
