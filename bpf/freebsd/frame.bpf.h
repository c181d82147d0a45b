/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: frames of signal handlers.
 *
 * sendsig() of sys/amd64/amd64/machdep.c (exec_machdep.c since 14); struct sigframe
 * of sys/x86/include/sigframe.h; mcontext_t of sys/x86/include/ucontext.h; numbers
 * of traps of sys/x86/include/trap.h.
 */
#ifndef FREEBSD_FRAME_BPF_H
#define FREEBSD_FRAME_BPF_H

/* Into user memory and out of it in pieces that fit a program's stack. */
struct linux_fpx_sw {
	u32 magic1;
	u32 extended_size;
	u64 xfeatures;
	u32 xstate_size;
	u32 pad[7];
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

_Static_assert(sizeof(struct linux_fpx_sw) + LINUX_FPX_SW == FBSD_FXSAVE_SIZE,
	       "end of the FXSAVE area");
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
	/* Behind the end of a file, vm_fault_trap() of sys/vm/vm_fault.c. */
	if (sig->sig == LINUX_SIGBUS && sig->trapno == LINUX_TRAP_PF &&
	    code == LINUX_BUS_ADRERR)
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
		info->status = fbsd_child_status(sig->code, sig->status);
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
			       u64 extended, u64 handler)
{
	struct fbsd_frame_head head = {
		.handler = handler,
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
		.gsbase = fbsd_gsbase(),
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

/* The FXSAVE area, without what Linux keeps in its unused end. */
static __always_inline int fbsd_frame_fpu(u64 to, u64 fpu)
{
	struct linux_fpx_sw none = {};

	if (fbsd_copy_chunk(to, fpu, FBSD_CHUNK) ||
	    fbsd_copy_chunk(to + FBSD_CHUNK, fpu + FBSD_CHUNK, FBSD_CHUNK))
		return -EFAULT;
	return fbsd_put(to + LINUX_FPX_SW, &none, sizeof(none));
}

struct fbsd_handler {
	u64 handler;
	u64 flags;
};

/*
 * The handler of a signal, which is that of SIGBUS where Linux has SIGSEGV. If there
 * is none the program ends, and all that its parent sees wrong is the number.
 */
static __always_inline int fbsd_signal_handler(const struct abimux_signal *sig,
					       struct fbsd_handler *handler)
{
	struct task_struct *task = bpf_get_current_task_btf();

	handler->handler = sig->handler;
	handler->flags = sig->flags;
	if (!fbsd_is_bus(sig))
		return 0;
	handler->handler = (u64)BPF_CORE_READ(
		task, sighand, action[LINUX_SIGBUS - 1].sa.sa_handler);
	handler->flags = BPF_CORE_READ(task, sighand,
				       action[LINUX_SIGBUS - 1].sa.sa_flags);
	return handler->handler > LINUX_SIG_IGN ? 0 : -EFAULT;
}

__noinline int fbsd_signal(struct abimux_call *call __arg_trusted,
			   struct abimux_signal *sig __arg_trusted)
{
	struct fbsd_handler handler;
	u64 fpu, at;
	s64 extended;

	if (fbsd_signal_handler(sig, &handler))
		return -EFAULT;
	/* Its program was not executed on this table, but retagged. */
	if (!call->task[FBSD_TASK_TRAMPOLINE] && fbsd_map_trampoline(call))
		return -EFAULT;
	fpu = abimux_fpu_save(sig->frame);
	if (!fpu)
		return -EFAULT;
	extended = fbsd_extended_size(fpu);
	if (extended < 0)
		return -EFAULT;
	at = (fpu - FBSD_FRAME_SIZE) & ~0xfUL;
	if (fbsd_frame_head(sig, at, extended, handler.handler) ||
	    fbsd_frame_fpu(at + FBSD_FRAME_FPU, fpu) ||
	    fbsd_frame_tail(sig, at + FBSD_FRAME_TAIL, fpu, extended))
		return -EFAULT;
	sig->regs.cx = fbsd_fault_addr(sig);
	sig->regs.di = fbsd_signal_number(sig);
	sig->regs.dx = at + FBSD_FRAME_UC;
	sig->regs.si = handler.flags & LINUX_SA_SIGINFO ?
			       at + FBSD_FRAME_INFO :
			       (s64)fbsd_signal_code(sig);
	sig->regs.sp = at;
	sig->regs.ip = call->task[FBSD_TASK_TRAMPOLINE];
	sig->regs.flags &= ~(u64)(FBSD_PSL_T | FBSD_PSL_D);
	return 0;
}

#endif /* FREEBSD_FRAME_BPF_H */
