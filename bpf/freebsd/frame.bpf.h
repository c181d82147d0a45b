/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: frames of signal handlers, and sigreturn.
 *
 * sendsig() and sys_sigreturn() of sys/amd64/amd64/machdep.c (exec_machdep.c since
 * 14); struct sigframe of sys/x86/include/sigframe.h; mcontext_t of
 * sys/x86/include/ucontext.h; numbers of traps of sys/x86/include/trap.h.
 */
#ifndef FREEBSD_FRAME_BPF_H
#define FREEBSD_FRAME_BPF_H

/* Into user memory and out of it in pieces that fit a program's stack. */
struct linux_fpx_sw {
	u32 magic1;
	u32 extended_size;
	u64 xfeatures;
	u32 xstate_size;
	u32 pad;
};

/* A ucontext up to the FXSAVE area; mcontext_t starts at onstack. */
struct fbsd_uc_head {
	struct fbsd_sigset mask;
	u64 onstack;
	u64 rdi, rsi, rdx, rcx, r8, r9, rax, rbx, rbp, r10, r11, r12, r13, r14,
		r15;
	u32 trapno;
	u16 fs, gs;
	u64 addr;
	u32 flags;
	u16 es, ds;
	u64 err;
	u64 rip, cs, rflags, rsp, ss;
	u64 len, fpformat, ownedfp;
};

struct fbsd_frame_head {
	u64 handler;
	u64 pad;
	struct fbsd_uc_head uc;
};

/* And from behind it: the rest of mcontext_t, of ucontext_t, and siginfo. */
struct fbsd_frame_tail {
	u64 fsbase, gsbase;
	u64 xfpustate, xfpustate_len;
	u64 mc_spare[4];
	u64 link;
	struct fbsd_stack stack;
	u32 uc_flags;
	u32 uc_spare[4];
	u32 pad[3];
	struct fbsd_siginfo info;
};

#define FBSD_FRAME_FPU sizeof(struct fbsd_frame_head)
#define FBSD_FRAME_TAIL (FBSD_FRAME_FPU + FBSD_FXSAVE_SIZE)
#define FBSD_FRAME_INFO (FBSD_FRAME_UC + FBSD_UC_SIZE)
#define FBSD_FRAME_SIZE (FBSD_FRAME_INFO + sizeof(struct fbsd_siginfo))
#define FBSD_UC_FPU sizeof(struct fbsd_uc_head)
#define FBSD_UC_TAIL (FBSD_UC_FPU + FBSD_FXSAVE_SIZE)
#define FBSD_UC_XFPUSTATE \
	(FBSD_UC_TAIL + offsetof(struct fbsd_frame_tail, xfpustate))

_Static_assert(sizeof(struct fbsd_siginfo) == 80, "siginfo");
_Static_assert(sizeof(struct fbsd_frame_head) == 256,
	       "frame up to the FXSAVE area");
_Static_assert(FBSD_FRAME_TAIL + sizeof(struct fbsd_frame_tail) ==
		       FBSD_FRAME_SIZE,
	       "frame");
_Static_assert(FBSD_FRAME_SIZE == 976, "frame");

/* FreeBSD's number for each vector of the processor. */
/* clang-format off */
static const u8 fbsd_traps[20] = {
	18, FBSD_T_TRCTRAP, 19, FBSD_T_BPTFLT, 20, 21, FBSD_T_PRIVINFLT, 22, 23, 24,
	25, 26, 27, FBSD_T_PROTFLT, FBSD_T_PAGEFLT, 30, FBSD_T_ARITHTRAP, FBSD_T_ALIGNFLT, 28, 29,
};

/* clang-format on */

/* Whether the processor caused the signal, and so trapno and err are about it. */
static __always_inline bool fbsd_is_fault(const struct abimux_signal *sig)
{
	if (sig->code <= 0)
		return false;
	switch (sig->sig) {
	case LINUX_SIGILL:
	case LINUX_SIGTRAP:
	case LINUX_SIGBUS:
	case LINUX_SIGFPE:
	case LINUX_SIGSEGV:
		return true;
	default:
		return false;
	}
}

/* The address that the fault is about: rip, unless it was about memory. */
static __always_inline u64 fbsd_fault_addr(const struct abimux_signal *sig)
{
	if (!fbsd_is_fault(sig))
		return 0;
	return sig->trapno == LINUX_TRAP_PF ? sig->cr2 : sig->regs.ip;
}

/* A general protection fault is SIGBUS here: trap(), sys/amd64/amd64/trap.c. */
static __always_inline bool fbsd_is_bus(const struct abimux_signal *sig)
{
	return sig->sig == LINUX_SIGSEGV && sig->code == LINUX_SI_KERNEL &&
	       sig->trapno == LINUX_TRAP_GP;
}

static __always_inline u32 fbsd_signal_number(const struct abimux_signal *sig)
{
	return fbsd_sig_out(fbsd_is_bus(sig) ? LINUX_SIGBUS : sig->sig);
}

static __always_inline s32 fbsd_signal_code(const struct abimux_signal *sig)
{
	s32 code = sig->code;

	if (!fbsd_is_fault(sig))
		return fbsd_si_code(code);
	if (fbsd_is_bus(sig))
		return FBSD_BUS_OBJERR;
	if (sig->sig == LINUX_SIGFPE && code == LINUX_FPE_INTDIV)
		return FBSD_FPE_INTDIV;
	if (sig->sig == LINUX_SIGFPE && code == LINUX_FPE_INTOVF)
		return FBSD_FPE_INTOVF;
	if (sig->sig == LINUX_SIGILL && sig->trapno == LINUX_TRAP_UD)
		return FBSD_ILL_PRVOPC;
	if (sig->sig == LINUX_SIGTRAP && sig->trapno == LINUX_TRAP_BP)
		return FBSD_TRAP_BRKPT;
	return fbsd_si_code(code);
}

static __always_inline u32 fbsd_signal_trapno(const struct abimux_signal *sig)
{
	u64 trapno = sig->trapno;

	return trapno < sizeof(fbsd_traps) ? fbsd_traps[trapno] :
					     FBSD_T_RESERVED;
}

static __always_inline void fbsd_frame_info(struct fbsd_siginfo *info,
					    const struct abimux_signal *sig)
{
	info->sig = fbsd_signal_number(sig);
	info->error = sig->error;
	info->code = fbsd_signal_code(sig);
	info->pid = sig->pid;
	info->uid = sig->uid;
	info->value = sig->value;
	if (fbsd_is_fault(sig)) {
		info->addr = fbsd_fault_addr(sig);
		info->trapno = fbsd_signal_trapno(sig);
	} else if (sig->sig == LINUX_SIGCHLD) {
		info->status = sig->code == 1 ? sig->status :
						fbsd_sig_out(sig->status);
	} else if (sig->sig == LINUX_SIGIO) {
		info->band = sig->addr;
	} else if (sig->code == LINUX_SI_TIMER) {
		info->timer = sig->status;
	}
}

static __always_inline void fbsd_uc_regs(struct fbsd_uc_head *uc,
					 const struct abimux_regs *regs)
{
	uc->rdi = regs->di;
	uc->rsi = regs->si;
	uc->rdx = regs->dx;
	uc->rcx = regs->cx;
	uc->r8 = regs->r8;
	uc->r9 = regs->r9;
	uc->rax = regs->ax;
	uc->rbx = regs->bx;
	uc->rbp = regs->bp;
	uc->r10 = regs->r10;
	uc->r11 = regs->r11;
	uc->r12 = regs->r12;
	uc->r13 = regs->r13;
	uc->r14 = regs->r14;
	uc->r15 = regs->r15;
	uc->rip = regs->ip;
	uc->rflags = regs->flags;
	uc->rsp = regs->sp;
	uc->cs = FBSD_CS;
	uc->ss = FBSD_DS;
	uc->ds = FBSD_DS;
	uc->es = FBSD_DS;
	uc->fs = FBSD_FS;
	uc->gs = FBSD_GS;
}

__noinline int fbsd_frame_head(struct abimux_signal *sig __arg_trusted, u64 at,
			       u64 extended)
{
	struct fbsd_frame_head head = {
		.handler = sig->handler,
		.uc = {
			.onstack = !!sig->on_alt,
			.flags = FBSD_MC_HASSEGS | (extended ? FBSD_MC_HASFPXSTATE : 0),
			.len = FBSD_MC_LEN,
			.fpformat = FBSD_MC_FPFMT_XMM,
			.ownedfp = FBSD_MC_FPOWNED_FPU,
		},
	};

	fbsd_sigset_out(&head.uc.mask, sig->mask);
	fbsd_uc_regs(&head.uc, &sig->regs);
	if (fbsd_is_fault(sig)) {
		head.uc.trapno = fbsd_signal_trapno(sig);
		head.uc.addr = fbsd_fault_addr(sig);
		head.uc.err = sig->err;
	}
	return fbsd_put(at, &head, sizeof(head));
}

__noinline int fbsd_frame_tail(struct abimux_signal *sig __arg_trusted, u64 at,
			       u64 fpu, u64 extended)
{
	struct fbsd_frame_tail tail = {
		.fsbase = sig->regs.fs_base,
		.stack = {
			.sp = sig->alt_sp,
			.size = sig->alt_size,
			.flags = fbsd_ss_flags(sig->alt_flags),
		},
	};

	if (extended) {
		tail.xfpustate = fpu + FBSD_FXSAVE_SIZE;
		tail.xfpustate_len = extended;
	}
	fbsd_frame_info(&tail.info, sig);
	return fbsd_put(at, &tail, sizeof(tail));
}

/* Bytes of vector state behind the FXSAVE area that the core saved at @fpu. */
static __always_inline s64 fbsd_extended_size(u64 fpu)
{
	struct linux_fpx_sw sw;

	if (fbsd_get(&sw, sizeof(sw), fpu + LINUX_FPX_SW))
		return -EFAULT;
	if (sw.magic1 != LINUX_FPX_MAGIC1 || sw.xstate_size < FBSD_FXSAVE_SIZE)
		return 0;
	return sw.xstate_size - FBSD_FXSAVE_SIZE;
}

__noinline int fbsd_signal(struct abimux_call *call __arg_trusted,
			   struct abimux_signal *sig __arg_trusted)
{
	u64 fpu = abimux_fpu_save(sig->frame), at;
	s64 extended;

	if (!fpu)
		return -EFAULT;
	extended = fbsd_extended_size(fpu);
	if (extended < 0)
		return -EFAULT;
	at = (fpu - FBSD_FRAME_SIZE) & ~0xfUL;
	if (fbsd_frame_head(sig, at, extended) ||
	    fbsd_copy_chunk(at + FBSD_FRAME_FPU, fpu, FBSD_CHUNK) ||
	    fbsd_copy_chunk(at + FBSD_FRAME_FPU + FBSD_CHUNK, fpu + FBSD_CHUNK,
			    FBSD_CHUNK) ||
	    fbsd_frame_tail(sig, at + FBSD_FRAME_TAIL, fpu, extended))
		return -EFAULT;
	sig->regs.cx = fbsd_fault_addr(sig);
	sig->regs.di = fbsd_signal_number(sig);
	sig->regs.dx = at + FBSD_FRAME_UC;
	sig->regs.si = sig->flags & LINUX_SA_SIGINFO ?
			       at + FBSD_FRAME_INFO :
			       (s64)fbsd_signal_code(sig);
	sig->regs.sp = at;
	sig->regs.ip = call->task[FBSD_TASK_TRAMPOLINE];
	sig->regs.flags &= ~(u64)(FBSD_PSL_T | FBSD_PSL_D);
	return 0;
}

/* call->data of sigreturn. */
enum {
	FBSD_SIGRETURN_UC, /* where the ucontext is */
	FBSD_SIGRETURN_FPU, /* whether floating point state is to be restored */
	FBSD_SIGRETURN_EXTENDED, /* whether there is more than FXSAVE's */
};

/*
 * EINVAL for what sys_sigreturn() and set_fpcontext() do not take, else whether
 * there is floating point state to restore.
 */
static __always_inline int fbsd_uc_check(struct abimux_call *call,
					 const struct fbsd_uc_head *uc)
{
	struct abimux_regs regs;

	abimux_get_regs(call, &regs);
	if ((uc->flags & ~FBSD_MC_FLAGS) ||
	    ((uc->rflags ^ regs.flags) & ~FBSD_PSL_USER))
		return -EINVAL;
	if ((uc->cs & FBSD_SEL_UPL) != FBSD_SEL_UPL)
		return -EINVAL;
	if (uc->fpformat == FBSD_MC_FPFMT_NODEV)
		return 0;
	if (uc->fpformat != FBSD_MC_FPFMT_XMM ||
	    uc->ownedfp < FBSD_MC_FPOWNED_NONE ||
	    uc->ownedfp > FBSD_MC_FPOWNED_PCB)
		return -EINVAL;
	return uc->ownedfp != FBSD_MC_FPOWNED_NONE;
}

/* (ucontext): first the mask, by the native call; registers when that is done. */
__noinline int fbsd_sigreturn(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call), at = call->args[0];
	struct fbsd_uc_head uc;
	int fpu;

	if (fbsd_get(&uc, sizeof(uc), at))
		return abimux_done(call, -EFAULT);
	fpu = fbsd_uc_check(call, &uc);
	if (fpu < 0)
		return abimux_done(call, fpu);
	if (!scratch || fbsd_put64(scratch, fbsd_sigset_in(&uc.mask)))
		return abimux_done(call, -ENOMEM);
	call->data[FBSD_SIGRETURN_UC] = at;
	call->data[FBSD_SIGRETURN_FPU] = fpu;
	call->data[FBSD_SIGRETURN_EXTENDED] = uc.flags & FBSD_MC_HASFPXSTATE;
	fbsd_args(call, LINUX_SIG_SETMASK, scratch, 0, LINUX_SIGSET_SIZE, 0, 0);
	return FBSD_RUN_LEAVE;
}

/*
 * Put the two parts of the state together again, in scratch memory: the program
 * may have changed either, or have them where we must not write.
 */
static __always_inline int fbsd_fpu_gather(u64 to, u64 uc, u64 from, u64 size)
{
	u64 done;
	int i;

	if (fbsd_copy_chunk(to, uc + FBSD_UC_FPU, FBSD_CHUNK) ||
	    fbsd_copy_chunk(to + FBSD_CHUNK, uc + FBSD_UC_FPU + FBSD_CHUNK,
			    FBSD_CHUNK))
		return -EFAULT;
	to += FBSD_FXSAVE_SIZE;
	bpf_for(i, 0, ABIMUX_SCRATCH_SIZE / FBSD_CHUNK) {
		done = i * FBSD_CHUNK;
		if (done >= size)
			break;
		if (fbsd_copy_chunk(to + done, from + done, size - done))
			return -EFAULT;
	}
	return size ? fbsd_put32(to + size, LINUX_FPX_MAGIC2) : 0;
}

__noinline int fbsd_uc_fpu(struct abimux_call *call __arg_trusted)
{
	u64 scratch = abimux_scratch(call), uc = call->data[FBSD_SIGRETURN_UC];
	struct {
		u64 at, size;
	} extended = {};

	if (call->data[FBSD_SIGRETURN_EXTENDED] &&
	    fbsd_get(&extended, sizeof(extended), uc + FBSD_UC_XFPUSTATE))
		return -EFAULT;
	if (extended.size >
	    ABIMUX_SCRATCH_SIZE - FBSD_FXSAVE_SIZE - sizeof(u32))
		return -EINVAL;
	if (!scratch)
		return -ENOMEM;
	if (fbsd_fpu_gather(scratch, uc, extended.at, extended.size))
		return -EFAULT;
	return abimux_fpu_restore(call, scratch);
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

__noinline int fbsd_uc_regs_set(struct abimux_call *call __arg_trusted)
{
	u64 at = call->data[FBSD_SIGRETURN_UC];
	struct fbsd_uc_head uc;
	struct abimux_regs regs;

	if (fbsd_get(&uc, sizeof(uc), at) ||
	    fbsd_get(&regs.fs_base, sizeof(regs.fs_base), at + FBSD_UC_TAIL))
		return -EFAULT;
	fbsd_regs_from(&regs, &uc);
	return abimux_set_regs(call, &regs);
}

static __always_inline int fbsd_sigreturn_leave(struct abimux_call *call)
{
	int err = call->data[FBSD_SIGRETURN_FPU] ? fbsd_uc_fpu(call) : 0;

	return abimux_done(call, err ?: fbsd_uc_regs_set(call));
}

#endif /* FREEBSD_FRAME_BPF_H */
