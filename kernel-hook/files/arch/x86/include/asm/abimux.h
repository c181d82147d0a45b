/* SPDX-License-Identifier: GPL-2.0 */
/*
 * abimux: the parts of a call that are the processor's.
 */
#ifndef _ASM_X86_ABIMUX_H
#define _ASM_X86_ABIMUX_H

#include <asm/processor-flags.h>
#include <asm/ptrace.h>
#include <asm/syscall.h>
#include <asm/thread_info.h>
#include <asm/unistd.h>

/* True if the running call came by int 0x80 or SYSENTER. */
static __always_inline bool abimux_arch_i386(void)
{
	return in_ia32_syscall();
}

/* True if restart_syscall() is what the program was sent back to make. */
static inline bool abimux_arch_restarts(const struct pt_regs *regs, bool i386)
{
	return (u32)regs->orig_ax == (i386 ? 0 : __NR_restart_syscall);
}

/* Number of restart_syscall(). */
static inline unsigned int abimux_arch_restart(bool i386)
{
	return i386 ? 0 : __NR_restart_syscall;
}

/* Run native call @nr on the arguments in @regs. */
static inline long abimux_arch_run(const struct pt_regs *regs, unsigned int nr,
				   bool i386)
{
	return i386 ? ia32_sys_call(regs, nr) : x64_sys_call(regs, nr);
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
