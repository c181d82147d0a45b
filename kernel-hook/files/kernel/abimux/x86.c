// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: registers, floating point state and native numbers of x86-64.
 */
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <asm/abimux.h>
#include <asm/fpu/signal.h>
#include <asm/fsgsbase.h>
#include <asm/pkru.h>
#include <asm/prctl.h>
#include <asm/proto.h>
#include <asm/sighandling.h>
#include <asm/unistd.h>
#include <asm/unistd_64_x32.h>
#include <asm/unistd_32_ia32.h>
#include <kunit/visibility.h>

#include "abimux.h"

#define REG(field) offsetof(struct pt_regs, field)

/* Where the entry code left each register that can hold the number. */
const u8 abimux_number_offsets[ABIMUX_NR_NUMBERS] = {
	[ABIMUX_NUMBER_AX] = REG(orig_ax), [ABIMUX_NUMBER_BX] = REG(bx),
	[ABIMUX_NUMBER_CX] = REG(cx),	   [ABIMUX_NUMBER_DX] = REG(dx),
	[ABIMUX_NUMBER_SI] = REG(si),	   [ABIMUX_NUMBER_DI] = REG(di),
	[ABIMUX_NUMBER_BP] = REG(bp),
};

/**
 * abimux_native_valid - check the number of a native call
 * @i386: whether it is i386's
 * @nr: the number
 *
 * Return: true if the kernel's table goes that far.
 */
bool abimux_native_valid(bool i386, unsigned int nr)
{
	return nr < (i386 ? IA32_NR_syscalls : NR_syscalls);
}

/**
 * abimux_native_sigreturn - ask whether a native call replaces all registers
 * @i386: whether it is i386's
 * @nr: its number
 *
 * Return: true if it does, so that nothing may touch them after it.
 */
bool abimux_native_sigreturn(bool i386, unsigned int nr)
{
	if (!i386)
		return nr == __NR_rt_sigreturn ||
		       nr == (__X32_SYSCALL_BIT | __NR_x32_rt_sigreturn);
	return nr == __NR_ia32_sigreturn || nr == __NR_ia32_rt_sigreturn;
}

/**
 * abimux_native_exec - ask whether a native call may leave the address space
 * @nr: its number, not i386's
 *
 * Return: true if it may.
 */
bool abimux_native_exec(unsigned int nr)
{
	return nr == __NR_execve || nr == __NR_execveat;
}

/**
 * abimux_args_get - copy the native argument registers
 * @regs: the registers
 * @i386: whether the call is i386's
 * @args: ABIMUX_NR_ARGS words
 */
void abimux_args_get(const struct pt_regs *regs, bool i386, u64 *args)
{
	if (i386) {
		args[0] = regs->bx;
		args[1] = regs->cx;
		args[2] = regs->dx;
		args[3] = regs->si;
		args[4] = regs->di;
		args[5] = regs->bp;
	} else {
		abimux_arch_args(regs, args);
	}
}

/**
 * abimux_args_set - set the native argument registers
 * @regs: the registers
 * @i386: whether the call is i386's
 * @args: ABIMUX_NR_ARGS words
 */
void abimux_args_set(struct pt_regs *regs, bool i386, const u64 *args)
{
	if (i386) {
		regs->bx = args[0];
		regs->cx = args[1];
		regs->dx = args[2];
		regs->si = args[3];
		regs->di = args[4];
		regs->bp = args[5];
	} else {
		regs->di = args[0];
		regs->si = args[1];
		regs->dx = args[2];
		regs->r10 = args[3];
		regs->r8 = args[4];
		regs->r9 = args[5];
	}
}

/*
 * A call with few arguments may be made from the very top of a stack, so a
 * word that cannot be read is zero: the native call refuses it if it needs it.
 */
static void args_load_stack(unsigned long sp, bool i386, u64 *args)
{
	u64 __user *words = (u64 __user *)sp;
	u32 __user *halves = (u32 __user *)sp;
	u32 half;
	int i;

	for (i = 0; i < ABIMUX_NR_ARGS; i++) {
		if (i386)
			args[i] = get_user(half, halves + i) ? 0 : half;
		else if (get_user(args[i], words + i))
			args[i] = 0;
	}
}

/**
 * abimux_args_load - take a foreign call's arguments from where its ABI has them
 * @regs: the registers
 * @convention: the convention
 * @args: ABIMUX_NR_ARGS words
 *
 * Return: 0, or %-EFAULT if the arguments are on a stack that is no user memory.
 * Context: the task itself; may sleep.
 */
int abimux_args_load(const struct pt_regs *regs,
		     const struct abimux_convention *convention, u64 *args)
{
	bool i386 = convention->native == ABIMUX_NATIVE_I386;
	unsigned long sp = regs->sp + convention->stack;
	int i;

	if (convention->args != ABIMUX_ARGS_STACK) {
		abimux_args_get(regs, i386, args);
		/* 64-bit code can make such a call: what it gets is what counts. */
		for (i = 0; i386 && i < ABIMUX_NR_ARGS; i++)
			args[i] = (u32)args[i];
		return 0;
	}
	if (sp < regs->sp || !access_ok((void __user *)sp, sizeof(u64)))
		return -EFAULT;
	args_load_stack(sp, i386, args);
	return 0;
}

/**
 * abimux_regs_get - user registers for a program
 * @regs: the registers
 * @out: the copy
 *
 * Context: the task itself.
 */
void abimux_regs_get(const struct pt_regs *regs, struct abimux_regs *out)
{
	*out = (struct abimux_regs){
		.r15 = regs->r15,
		.r14 = regs->r14,
		.r13 = regs->r13,
		.r12 = regs->r12,
		.r11 = regs->r11,
		.r10 = regs->r10,
		.r9 = regs->r9,
		.r8 = regs->r8,
		.bp = regs->bp,
		.bx = regs->bx,
		.ax = regs->ax,
		.cx = regs->cx,
		.dx = regs->dx,
		.si = regs->si,
		.di = regs->di,
		.ip = regs->ip,
		.sp = regs->sp,
		.flags = regs->flags,
		.fs_base = x86_fsbase_read_cpu(),
	};
}

static void regs_copy(struct pt_regs *regs, const struct abimux_regs *in)
{
	regs->r15 = in->r15;
	regs->r14 = in->r14;
	regs->r13 = in->r13;
	regs->r12 = in->r12;
	regs->r11 = in->r11;
	regs->r10 = in->r10;
	regs->r9 = in->r9;
	regs->r8 = in->r8;
	regs->bp = in->bp;
	regs->bx = in->bx;
	regs->ax = in->ax;
	regs->cx = in->cx;
	regs->dx = in->dx;
	regs->si = in->si;
	regs->di = in->di;
	regs->ip = in->ip;
	regs->sp = in->sp;
	regs->flags = (regs->flags & ~FIX_EFLAGS) | (in->flags & FIX_EFLAGS);
}

/**
 * abimux_regs_set - give the current task other user registers
 * @regs: its registers
 * @in: the new ones; no more can be changed than sigreturn() can change
 *
 * Return: 0, or %-EINVAL if ip or fs_base is no user address; nothing is changed
 * then.
 * Context: the task itself; does not sleep.
 */
int abimux_regs_set(struct pt_regs *regs, const struct abimux_regs *in)
{
	if (in->ip >= TASK_SIZE_MAX)
		return -EINVAL;
	if (in->fs_base != x86_fsbase_read_cpu() &&
	    do_arch_prctl_64(current, ARCH_SET_FS, in->fs_base))
		return -EINVAL;
	regs_copy(regs, in);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(abimux_regs_set);

/**
 * abimux_fpu_store - save floating point and vector state in user memory
 * @sp: user address below which to save it
 *
 * Return: its user address, or 0 if that is no user memory.
 * Context: the task itself; may sleep.
 */
u64 abimux_fpu_store(u64 sp)
{
	unsigned long at, fx, size;

	if (sp >= TASK_SIZE_MAX)
		return 0;
	at = fpu__alloc_mathframe(sp, 0, &fx, &size);
	if (!copy_fpstate_to_sigframe((void __user *)at, (void __user *)fx,
				      size, read_pkru()))
		return 0;
	return at;
}

/**
 * abimux_fpu_load - take the state back from user memory
 * @addr: user address that abimux_fpu_store() returned; 0 resets the state
 *
 * Return: false if there is no valid state; the state is reset then.
 * Context: the task itself; may sleep.
 */
bool abimux_fpu_load(u64 addr)
{
	return fpu__restore_sig((void __user *)addr, 0);
}

/**
 * abimux_trap_info - say which trap caused a signal
 * @sig: gets trapno, err and cr2
 *
 * Context: the task itself.
 */
void abimux_trap_info(struct abimux_signal *sig)
{
	sig->trapno = current->thread.trap_nr;
	sig->err = current->thread.error_code;
	sig->cr2 = current->thread.cr2;
}

/**
 * abimux_arch_cmpxchg - compare and swap a word of user memory
 * @word: the word, aligned
 * @old: what it has to be; gets what it was
 * @new: what it becomes
 *
 * Return: 0, 1 if it was another word, or %-EFAULT.
 * Context: the task itself; may sleep.
 */
int abimux_arch_cmpxchg(u32 __user *word, u32 *old, u32 new)
{
	if (!access_ok(word, sizeof(*word)))
		return -EFAULT;
	return __try_cmpxchg_user(word, old, new, fault);
}
