/* SPDX-License-Identifier: GPL-2.0 */
/*
 * abimux: the parts of a call that are the processor's.
 */
#ifndef _ASM_X86_ABIMUX_H
#define _ASM_X86_ABIMUX_H

#include <linux/nospec.h>
#include <linux/sched.h>
#include <linux/thread_info.h>
#include <linux/uprobes.h>
#include <asm/processor-flags.h>
#include <asm/ptrace.h>
#include <asm/syscall.h>
#include <asm/unistd.h>

/* The call that the kernel puts in place of a probed function's return. */
#define ABIMUX_ARCH_URETPROBE __NR_uretprobe

/* True if the running call came by int 0x80 or SYSENTER. */
static __always_inline bool abimux_arch_i386(void)
{
	return in_ia32_syscall();
}

/* What that is told by in thread_info.status, where else is nothing. */
#define ABIMUX_ARCH_STATUS_I386 TS_COMPAT

/* True if a task's program is a 32-bit one. */
static inline bool abimux_arch_task_i386(struct task_struct *task)
{
	return test_tsk_thread_flag(task, TIF_ADDR32);
}

/* True if the call that a task is in, or was last, came by int 0x80 or SYSENTER. */
static inline bool abimux_arch_task_in_i386(struct task_struct *task)
{
	return READ_ONCE(task_thread_info(task)->status) & TS_COMPAT;
}

/* Bytes of SYSCALL, and of INT 0x80, which i386 programs are sent back to. */
#define ABIMUX_ARCH_INSTRUCTION 2

/* True if restart_syscall() is what the program was sent back to make. */
static inline bool abimux_arch_restarts(const struct pt_regs *regs, bool i386)
{
	return (u32)regs->orig_ax == (i386 ? 0 : __NR_restart_syscall);
}

/* True if a call of that number is the kernel's own and not the program's. */
static inline bool abimux_arch_uretprobe(const struct pt_regs *regs)
{
	return IS_ENABLED(CONFIG_UPROBES) &&
	       (regs->ip & PAGE_MASK) == uprobe_get_trampoline_vaddr();
}

/* Number of restart_syscall(). */
static inline unsigned int abimux_arch_restart(bool i386)
{
	return i386 ? 0 : __NR_restart_syscall;
}

/* Copy the arguments of a SYSCALL. */
static __always_inline void abimux_arch_args(const struct pt_regs *regs,
					     u64 *args)
{
	args[0] = regs->di;
	args[1] = regs->si;
	args[2] = regs->dx;
	args[3] = regs->r10;
	args[4] = regs->r8;
	args[5] = regs->r9;
}

/* Run native call @nr on the arguments in @regs. */
static inline long abimux_arch_run(const struct pt_regs *regs, unsigned int nr,
				   bool i386)
{
	if (i386)
		return ia32_sys_call(regs,
				     array_index_nospec(nr, IA32_NR_syscalls));
	return x64_sys_call(regs, array_index_nospec(nr, NR_syscalls));
}

/*
 * Tell success or failure by the carry flag. SYSRET needs r11 to be the flags,
 * or each return takes the slow IRET; int 0x80 keeps the program's r11.
 */
static __always_inline void abimux_arch_carry(struct pt_regs *regs, bool carry)
{
	regs->flags &= ~X86_EFLAGS_CF;
	if (carry)
		regs->flags |= X86_EFLAGS_CF;
	if (!abimux_arch_i386())
		regs->r11 = regs->flags;
}

#endif /* _ASM_X86_ABIMUX_H */
