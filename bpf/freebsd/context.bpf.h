/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: contexts that a program gets and sets: sigreturn, getcontext, setcontext,
 * swapcontext. sys_sigreturn(), get_mcontext(), set_mcontext() and set_fpcontext() of
 * sys/amd64/amd64/machdep.c (exec_machdep.c since 14), fpusetxstate() of
 * sys/amd64/amd64/fpu.c, sys/kern/kern_context.c.
 *
 * Segment registers are left alone: what they can be set to is of no use here.
 */
#ifndef FREEBSD_CONTEXT_BPF_H
#define FREEBSD_CONTEXT_BPF_H

/* call->data */
enum {
	FBSD_CONTEXT_UC, /* where the ucontext is */
	FBSD_CONTEXT_BASES, /* whether bases of segments are set, too */
	FBSD_CONTEXT_EXTENDED, /* whether there is more than FXSAVE's */
};

/* What is behind the FXSAVE area. */
struct fbsd_uc_tail {
	u64 fsbase, gsbase;
	u64 xfpustate, xfpustate_len;
};

/* What is behind a legacy area, struct xstate_hdr of sys/x86/include/fpu.h. */
struct fbsd_xstate_hdr {
	u64 bv;
	u64 compacted;
	u64 reserved[6];
};

struct fbsd_fpu {
	u64 uc;
	u64 from; /* state that FXSAVE does not know */
	u64 size;
	u64 features; /* of the machine */
	u64 max; /* bytes of all, FXSAVE's included */
};

#define FBSD_MXCSR 24
#define FBSD_MXCSR_ALL 0xffff

/* Whether flags differ in nothing that a program may not change. */
__noinline int fbsd_flags_secure(struct abimux_call *call __arg_trusted,
				 u64 flags)
{
	struct abimux_regs regs;

	abimux_get_regs(call, &regs);
	return !((flags ^ regs.flags) & ~FBSD_PSL_USER);
}

/* EINVAL for what sys_sigreturn() does not take. */
static __always_inline int fbsd_uc_secure(struct abimux_call *call,
					  const struct fbsd_uc_head *uc)
{
	if (!fbsd_flags_secure(call, uc->rflags) ||
	    (uc->cs & FBSD_SEL_UPL) != FBSD_SEL_UPL)
		return -EINVAL;
	return 0;
}

/* Nor set_fpcontext(); else whether there is floating point state to restore. */
static __always_inline int fbsd_uc_has_fpu(const struct fbsd_uc_head *uc)
{
	if (uc->fpformat == FBSD_MC_FPFMT_NODEV)
		return 0;
	if (uc->fpformat != FBSD_MC_FPFMT_XMM ||
	    uc->ownedfp < FBSD_MC_FPOWNED_NONE ||
	    uc->ownedfp > FBSD_MC_FPOWNED_PCB)
		return -EINVAL;
	return uc->ownedfp != FBSD_MC_FPOWNED_NONE;
}

static __always_inline int fbsd_fpu_where(struct fbsd_fpu *fpu)
{
	struct fbsd_uc_tail tail;

	if (fbsd_get(&tail, sizeof(tail), fpu->uc + FBSD_UC_TAIL))
		return -EFAULT;
	fpu->from = tail.xfpustate;
	fpu->size = tail.xfpustate_len;
	return 0;
}

/* Behind the legacy area: a header of which the program has only the first word. */
static __always_inline int fbsd_fpu_header(u64 to, const struct fbsd_fpu *fpu)
{
	struct fbsd_xstate_hdr hdr = {};

	if (fpu->size > fpu->max - FBSD_FXSAVE_SIZE || fpu->size < sizeof(hdr))
		return -EINVAL;
	if (fbsd_get(&hdr.bv, sizeof(hdr.bv), fpu->from))
		return -EFAULT;
	if (hdr.bv & ~fpu->features)
		return -EINVAL;
	return fbsd_put(to, &hdr, sizeof(hdr));
}

/* And all else that the program gives, in pieces. */
static __always_inline int fbsd_fpu_rest(u64 to, const struct fbsd_fpu *fpu)
{
	u64 done;
	int i, err = 0;

	bpf_for(i, 0, ABIMUX_SCRATCH_SIZE / FBSD_CHUNK) {
		done = sizeof(struct fbsd_xstate_hdr) + i * FBSD_CHUNK;
		if (err || done >= fpu->size)
			break;
		err = fbsd_copy_chunk(to + done, fpu->from + done,
				      fpu->size - done);
	}
	return err;
}

/* What Linux wants to see at the end of the legacy area, and no wrong MXCSR. */
static __always_inline int fbsd_fpu_legacy(u64 to, const struct fbsd_fpu *fpu)
{
	struct linux_fpx_sw sw = {};
	u32 mxcsr;

	if (fbsd_copy_chunk(to, fpu->uc + FBSD_UC_FPU, FBSD_CHUNK) ||
	    fbsd_copy_chunk(to + FBSD_CHUNK, fpu->uc + FBSD_UC_FPU + FBSD_CHUNK,
			    FBSD_CHUNK) ||
	    fbsd_get(&mxcsr, sizeof(mxcsr), to + FBSD_MXCSR))
		return -EFAULT;
	if (fpu->size) {
		sw.magic1 = LINUX_FPX_MAGIC1;
		sw.extended_size = fpu->max + sizeof(u32);
		sw.xfeatures = fpu->features;
		sw.xstate_size = fpu->max;
	}
	return fbsd_put32(to + FBSD_MXCSR, mxcsr & FBSD_MXCSR_ALL) ?:
		       fbsd_put(to + LINUX_FPX_SW, &sw, sizeof(sw));
}

/*
 * Put the two parts of the state together in scratch memory, as the native code
 * wants it: the program may have changed either, or made it up.
 */
__noinline int fbsd_fpu_set(struct abimux_call *call __arg_trusted)
{
	u64 uc = call->data[FBSD_CONTEXT_UC];
	struct task_struct *task = bpf_get_current_task_btf();
	u64 to = abimux_scratch(call);
	struct fbsd_fpu fpu = {
		.uc = uc,
		.features =
			BPF_CORE_READ(task, thread.fpu.fpstate, user_xfeatures),
		.max = BPF_CORE_READ(task, thread.fpu.fpstate, user_size),
	};
	int err = 0;

	if (!to || fpu.max > ABIMUX_SCRATCH_SIZE - sizeof(u32) ||
	    fpu.max < FBSD_FXSAVE_SIZE)
		return -ENOMEM;
	if (call->data[FBSD_CONTEXT_EXTENDED])
		err = fbsd_fpu_where(&fpu)				   ?:
			      fbsd_fpu_header(to + FBSD_FXSAVE_SIZE, &fpu) ?:
			      fbsd_fpu_rest(to + FBSD_FXSAVE_SIZE, &fpu)   ?:
			      fbsd_put32(to + fpu.max, LINUX_FPX_MAGIC2);
	err = err ?: fbsd_fpu_legacy(to, &fpu);
	return err ?: abimux_fpu_restore(call, to);
}

/* Set the mask, by the native call; registers when that is done. */
static __always_inline int fbsd_context_mask(struct abimux_call *call)
{
	u64 scratch = abimux_scratch(call);
	struct fbsd_sigset mask;

	if (fbsd_get(&mask, sizeof(mask), call->data[FBSD_CONTEXT_UC]))
		return abimux_done(call, -EFAULT);
	if (!scratch || fbsd_put64(scratch, fbsd_sigset_in(&mask)))
		return abimux_done(call, -ENOMEM);
	call->native = LINUX_NR_RT_SIGPROCMASK;
	fbsd_args(call, LINUX_SIG_SETMASK, scratch, 0, LINUX_SIGSET_SIZE, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* What the core would refuse when half of it is done. */
static __always_inline bool fbsd_uc_possible(struct abimux_call *call,
					     const struct fbsd_uc_head *uc,
					     const struct fbsd_uc_tail *tail)
{
	if (uc->rip >= FBSD_USER_END)
		return false;
	return !call->data[FBSD_CONTEXT_BASES] ||
	       (tail->fsbase < FBSD_USER_END && tail->gsbase < FBSD_USER_END);
}

/* EINVAL, EFAULT, or whether there is floating point state to restore. */
__noinline int fbsd_context_check(struct abimux_call *call __arg_trusted,
				  u64 secure)
{
	u64 at = call->data[FBSD_CONTEXT_UC];
	struct fbsd_uc_tail tail;
	struct fbsd_uc_head uc;

	if (fbsd_get(&uc, sizeof(uc), at) ||
	    fbsd_get(&tail, sizeof(tail), at + FBSD_UC_TAIL))
		return -EFAULT;
	call->data[FBSD_CONTEXT_BASES] = secure ||
					 (uc.flags & FBSD_MC_HASBASES);
	call->data[FBSD_CONTEXT_EXTENDED] = uc.flags & FBSD_MC_HASFPXSTATE;
	if (uc.flags & ~FBSD_MC_FLAGS)
		return -EINVAL;
	if (secure ? fbsd_uc_secure(call, &uc) : uc.len != FBSD_MC_LEN)
		return -EINVAL;
	if (!fbsd_uc_possible(call, &uc, &tail))
		return -EINVAL;
	return fbsd_uc_has_fpu(&uc);
}

static __always_inline int fbsd_context_set(struct abimux_call *call,
					    bool secure)
{
	int err;

	call->data[FBSD_CONTEXT_UC] = call->args[0];
	err = fbsd_context_check(call, secure);
	if (err > 0)
		err = fbsd_fpu_set(call);
	return err ? abimux_done(call, err) : fbsd_context_mask(call);
}

/* (ucontext) */
__noinline int fbsd_sigreturn(struct abimux_call *call __arg_trusted)
{
	return fbsd_context_set(call, true);
}

/* Registers as they are when the call returns zero. */
__noinline int fbsd_context_head(struct abimux_call *call __arg_trusted, u64 to)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fbsd_uc_head uc = {
		.flags = FBSD_MC_HASSEGS,
		.len = FBSD_MC_LEN,
		.fpformat = FBSD_MC_FPFMT_XMM,
		.ownedfp = FBSD_MC_FPOWNED_FPU,
	};
	struct abimux_regs regs;

	abimux_get_regs(call, &regs);
	regs.ax = 0;
	regs.dx = 0;
	regs.flags &= ~(u64)FBSD_PSL_C;
	fbsd_uc_regs(&uc, &regs);
	uc.onstack = regs.sp - BPF_CORE_READ(task, sas_ss_sp) <
		     BPF_CORE_READ(task, sas_ss_size);
	fbsd_sigset_out(&uc.mask, BPF_CORE_READ(task, blocked.sig[0]));
	return fbsd_put(to, &uc, sizeof(uc));
}

/* The FXSAVE area; vector state that it does not know is not in there. */
__noinline int fbsd_context_fpu(struct abimux_call *call __arg_trusted, u64 to)
{
	u64 scratch = abimux_scratch(call), fpu;

	fpu = scratch ? abimux_fpu_save(scratch + ABIMUX_SCRATCH_SIZE) : 0;
	if (!fpu || fpu < scratch)
		return -ENOMEM;
	return fbsd_frame_fpu(to, fpu);
}

/* And the rest of mcontext_t. */
__noinline int fbsd_context_tail(struct abimux_call *call __arg_trusted, u64 to)
{
	struct {
		struct fbsd_uc_tail tail;
		u64 spare[4];
	} rest = {};
	struct abimux_regs regs;

	abimux_get_regs(call, &regs);
	rest.tail.fsbase = regs.fs_base;
	rest.tail.gsbase = fbsd_gsbase();
	return fbsd_put(to, &rest, sizeof(rest));
}

static __always_inline int fbsd_context_get(struct abimux_call *call, u64 to)
{
	if (!to)
		return -EINVAL;
	return fbsd_context_head(call, to)			?:
		       fbsd_context_fpu(call, to + FBSD_UC_FPU) ?:
		       fbsd_context_tail(call, to + FBSD_UC_TAIL);
}

/* (ucontext) */
__noinline int fbsd_getcontext(struct abimux_call *call __arg_trusted)
{
	return abimux_done(call, fbsd_context_get(call, call->args[0]));
}

/* (ucontext) */
__noinline int fbsd_setcontext(struct abimux_call *call __arg_trusted)
{
	if (!call->args[0])
		return abimux_done(call, -EINVAL);
	return fbsd_context_set(call, false);
}

/* (to, from) */
__noinline int fbsd_swapcontext(struct abimux_call *call __arg_trusted)
{
	u64 from = call->args[1];
	int err = from ? fbsd_context_get(call, call->args[0]) : -EINVAL;

	if (err)
		return abimux_done(call, err);
	call->args[0] = from;
	return fbsd_context_set(call, false);
}

static __always_inline void fbsd_regs_from(struct abimux_regs *regs,
					   const struct fbsd_uc_head *uc)
{
	regs->di = uc->rdi;
	regs->si = uc->rsi;
	regs->dx = uc->rdx;
	regs->cx = uc->rcx;
	regs->r8 = uc->r8;
	regs->r9 = uc->r9;
	regs->ax = uc->rax;
	regs->bx = uc->rbx;
	regs->bp = uc->rbp;
	regs->r10 = uc->r10;
	regs->r11 = uc->r11;
	regs->r12 = uc->r12;
	regs->r13 = uc->r13;
	regs->r14 = uc->r14;
	regs->r15 = uc->r15;
	regs->ip = uc->rip;
	regs->flags = uc->rflags;
	regs->sp = uc->rsp;
}

/* The base of GS by a native call, if it is another one, then all registers. */
__noinline int fbsd_context_leave(struct abimux_call *call __arg_trusted)
{
	u64 at = call->data[FBSD_CONTEXT_UC],
	    bases = call->data[FBSD_CONTEXT_BASES];
	struct fbsd_uc_tail tail;
	struct abimux_regs regs;
	struct fbsd_uc_head uc;

	if (call->ret < 0)
		return abimux_done(call, call->ret);
	if (fbsd_get(&uc, sizeof(uc), at) ||
	    fbsd_get(&tail, sizeof(tail), at + FBSD_UC_TAIL))
		return abimux_done(call, -EFAULT);
	if (bases && tail.gsbase != fbsd_gsbase()) {
		call->native = LINUX_NR_ARCH_PRCTL;
		fbsd_args(call, LINUX_ARCH_SET_GS, tail.gsbase, 0, 0, 0, 0);
		return FBSD_RUN_LEAVE;
	}
	abimux_get_regs(call, &regs);
	fbsd_regs_from(&regs, &uc);
	if (bases)
		regs.fs_base = tail.fsbase;
	return abimux_done(call, abimux_set_regs(call, &regs));
}

#endif /* FREEBSD_CONTEXT_BPF_H */
