// SPDX-License-Identifier: GPL-2.0
/*
 * Contexts that a program gives to sigreturn and setcontext: what takes effect, and
 * what must not. From sys/amd64/amd64/exec_machdep.c, sys/kern/kern_context.c.
 */
#include "signals.h"

#define MC_HASBASES 2
#define MC_HASFPXSTATE 4
#define MXCSR 24 /* in fpstate */
#define KERNEL 0xffffffff81000000
#define HOLE 0x800000000000 /* between what users and the kernel have */

static struct ucontext saved, bad;
static volatile int back;
static long answer;
static void (*damage)(void);

/* The context of the interrupted code, with something wrong. */
static void try_it(int sig, struct siginfo *info, struct ucontext *uc,
		   void *addr)
{
	bad = *uc;
	damage();
	answer = sys(SYS_sigreturn, &bad);
}

static void refused(void (*wrong)(void), long err, const char *name)
{
	damage = wrong;
	answer = 0;
	handle(SIGUSR1, try_it, SA_SIGINFO);
	raise(SIGUSR1);
	is(answer, err, name);
}

static void flag_iopl(void)
{
	bad.rflags |= 0x3000;
}

static void flag_vm(void)
{
	bad.rflags |= 0x20000;
}

static void flag_interrupts(void)
{
	bad.rflags &= ~0x200ul;
}

static void flag_reserved(void)
{
	bad.rflags |= 0x8000;
}

static void cs_kernel(void)
{
	bad.cs = 0x20;
}

static void rip_kernel(void)
{
	bad.rip = KERNEL;
}

static void rip_hole(void)
{
	bad.rip = HOLE;
}

static void fs_kernel(void)
{
	bad.fsbase = KERNEL;
}

static void fs_hole(void)
{
	bad.fsbase = HOLE;
}

static void gs_kernel(void)
{
	bad.gsbase = KERNEL;
}

static void mc_flags(void)
{
	bad.flags |= 0x80;
}

static void fp_format(void)
{
	bad.fpformat = 1;
}

static void fp_owned(void)
{
	bad.ownedfp = 1;
}

static void xstate_long(void)
{
	bad.xfpustate_len += 64;
}

static void xstate_huge(void)
{
	bad.xfpustate_len = -1ul;
}

static void xstate_short(void)
{
	bad.xfpustate_len = 8;
}

static void xstate_nowhere(void)
{
	bad.xfpustate = 16;
}

static void xstate_kernel(void)
{
	bad.xfpustate = KERNEL;
}

static unsigned long header[512] __attribute__((aligned(64)));

static void xstate_feature(void)
{
	header[0] = 1ul << 62;
	bad.xfpustate = (unsigned long)header;
}

static void test_refused(void)
{
	refused(flag_iopl, -EINVAL, "I/O privilege");
	refused(flag_vm, -EINVAL, "virtual 8086 mode");
	refused(flag_interrupts, -EINVAL, "interrupts off");
	refused(flag_reserved, -EINVAL, "a reserved flag");
	refused(cs_kernel, -EINVAL, "a code segment of the kernel");
	refused(rip_kernel, -EINVAL, "rip in the kernel");
	refused(rip_hole, -EINVAL, "rip where no address is");
	refused(fs_kernel, -EINVAL, "FS based in the kernel");
	refused(fs_hole, -EINVAL, "FS based where no address is");
	refused(gs_kernel, -EINVAL, "GS based in the kernel");
	refused(mc_flags, -EINVAL, "unknown mc_flags");
	refused(fp_format, -EINVAL, "an unknown mc_fpformat");
	refused(fp_owned, -EINVAL, "an unknown mc_ownedfp");
	refused(xstate_long, -EINVAL, "more vector state than there is");
	refused(xstate_huge, -EINVAL, "as much of it as there can be");
	refused(xstate_short, -EINVAL, "less than its header");
	refused(xstate_nowhere, -EFAULT, "vector state where nothing is");
	refused(xstate_kernel, -EFAULT, "vector state of the kernel");
	refused(xstate_feature, -EINVAL, "a feature that there is not");
	is(sys(SYS_sigreturn, 16), -EFAULT, "no context");
	is(sys(SYS_sigreturn, KERNEL), -EFAULT, "a context of the kernel");
}

/* And these do return; what the kernel does not let be is left out. */
static void mxcsr_reserved(int sig, struct siginfo *info, struct ucontext *uc,
			   void *addr)
{
	((unsigned int *)uc->fpstate)[MXCSR / 4] = 0xffff3f80;
	back++;
}

static void header_reserved(int sig, struct siginfo *info, struct ucontext *uc,
			    void *addr)
{
	unsigned long *head = (unsigned long *)uc->xfpustate;

	head[1] = -1ul;
	head[2] = -1ul;
	head[7] = -1ul;
	back++;
}

static void segments(int sig, struct siginfo *info, struct ucontext *uc,
		     void *addr)
{
	uc->fs = 0x28;
	uc->gs = 0x28;
	uc->ds = 0x28;
	uc->es = 0x28;
	uc->ss = 0;
	uc->cs = 0xfff3;
	back++;
}

static void nested_task(int sig, struct siginfo *info, struct ucontext *uc,
			void *addr)
{
	uc->rflags |= 0x4000;
	back++;
}

static char crooked[sizeof(struct ucontext) + 1];

static void unaligned(int sig, struct siginfo *info, struct ucontext *uc,
		      void *addr)
{
	memcpy(crooked + 1, uc, sizeof(*uc));
	back++;
	sys(SYS_sigreturn, crooked + 1);
	back = -1;
}

static void no_fpu(int sig, struct siginfo *info, struct ucontext *uc,
		   void *addr)
{
	uc->fpformat = 0x10000;
	memset(uc->fpstate, 0xff, sizeof(uc->fpstate));
	back++;
}

static void returns(handler_fn *handler, const char *name)
{
	handle(SIGUSR1, handler, SA_SIGINFO);
	back = 0;
	raise(SIGUSR1);
	is(back, 1, name);
	asm volatile("pushf\n andq $~0x4000, (%%rsp)\n popf" : : : "cc");
}

static void test_returns(void)
{
	unsigned int mxcsr;

	returns(mxcsr_reserved, "reserved bits of MXCSR");
	asm volatile("stmxcsr %0" : "=m"(mxcsr));
	is(mxcsr, 0x3f80, "the others are set");
	mxcsr = 0x1f80;
	asm volatile("ldmxcsr %0" : : "m"(mxcsr));
	returns(header_reserved, "reserved words of the vector state");
	returns(segments, "selectors of segments that are none");
	returns(nested_task, "the nested task flag");
	returns(unaligned, "a context at an odd address");
	returns(no_fpu, "no floating point state");
}

/* fs: and gs: as the program sees them, and a handler may set them. */
static unsigned long here[2] = { 11, 22 };

static void set_bases(int sig, struct siginfo *info, struct ucontext *uc,
		      void *addr)
{
	saved = *uc;
	uc->fsbase = (unsigned long)&here[0];
	uc->gsbase = (unsigned long)&here[1];
}

static void test_bases(void)
{
	unsigned long base = (unsigned long)&here[1], fs, gs;

	is(sys(SYS_sysarch, 131, &base), 0, "set the base of GS");
	handle(SIGUSR1, set_bases, SA_SIGINFO);
	raise(SIGUSR1);
	asm volatile("mov %%fs:0, %0\n mov %%gs:0, %1" : "=r"(fs), "=r"(gs));
	is(saved.gsbase, base, "mc_gsbase");
	is(fs, 11, "a handler sets the base of FS");
	is(gs, 22, "and of GS");
	base = 0;
	sys(SYS_sysarch, 129, &base);
	sys(SYS_sysarch, 131, &base);
}

static void keep(int sig, struct siginfo *info, struct ucontext *uc, void *addr)
{
	saved = *uc;
	memcpy(header, (void *)uc->xfpustate, uc->xfpustate_len);
	saved.xfpustate = (unsigned long)header;
}

/* Come back twice to where the signal was raised. */
static void test_setcontext(void)
{
	static volatile int times;
	struct sigset set = set_of(SIGUSR2), now = {};

	sys(SYS_sigprocmask, SIG_SETMASK, &set, 0);
	handle(SIGUSR1, keep, SA_SIGINFO);
	raise(SIGUSR1);
	times++;
	sys(SYS_sigprocmask, SIG_SETMASK, 0, &now);
	yes(has(&now, SIGUSR2), "the mask is that of the context");
	if (times == 1) {
		set = (struct sigset){};
		sys(SYS_sigprocmask, SIG_SETMASK, &set, 0);
		saved.len = 799;
		is(sys(SYS_setcontext, &saved), -EINVAL,
		   "setcontext with a wrong mc_len");
		saved.len = 800;
		is(sys(SYS_setcontext, 0), -EINVAL, "with none");
		is(sys(SYS_setcontext, 16), -EFAULT, "with none there");
		saved.rflags |= 0x3000;
		sys(SYS_setcontext, &saved);
		yes(false, "setcontext does not return");
	}
	is(times, 2, "setcontext goes to the context");
	set = (struct sigset){};
	sys(SYS_sigprocmask, SIG_SETMASK, &set, 0);
}

static struct ucontext first, second;

static void test_getcontext(void)
{
	static volatile int times;
	long ret;

	is(sys(SYS_getcontext, 0), -EINVAL, "getcontext to nowhere");
	is(sys(SYS_getcontext, 16), -EFAULT, "or where nothing is");
	ret = sys(SYS_getcontext, &first);
	times++;
	if (times == 1) {
		is(first.len, 800, "mc_len of getcontext");
		is(first.rax, 0, "its result will be zero");
		is(first.cs, 0x43, "mc_cs of getcontext");
		is(first.flags, 1, "mc_flags of getcontext");
		is(sys(SYS_swapcontext, &second, 0), -EINVAL,
		   "swapcontext from nowhere");
		ret = sys(SYS_swapcontext, &second, &first);
		is(ret, 0, "swapcontext returns when it is gone back to");
		is(times, 3, "after all that was between");
		return;
	}
	is(ret, 0, "getcontext returns again");
	times++;
	sys(SYS_setcontext, &second);
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	test_refused();
	test_returns();
	test_bases();
	test_setcontext();
	test_getcontext();
	end();
}
