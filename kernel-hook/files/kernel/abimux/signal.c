// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: signal frames that a table builds.
 */
#include <linux/errno.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <asm/segment.h>

#include "abimux.h"

/* Bytes below the stack pointer that a function may use without asking. */
#define RED_ZONE 128

static void fill_sender(struct abimux_signal *sig,
			const struct kernel_siginfo *info)
{
	sig->pid = info->si_pid;
	sig->uid = info->si_uid;
}

static void fill_info(struct abimux_signal *sig,
		      const struct kernel_siginfo *info)
{
	sig->sig = info->si_signo;
	sig->code = info->si_code;
	sig->error = info->si_errno;
	switch (siginfo_layout(info->si_signo, info->si_code)) {
	case SIL_KILL:
		fill_sender(sig, info);
		break;
	case SIL_RT:
		fill_sender(sig, info);
		sig->value = (unsigned long)info->si_ptr;
		break;
	case SIL_CHLD:
		fill_sender(sig, info);
		sig->status = info->si_status;
		break;
	case SIL_TIMER:
		sig->status = info->si_tid;
		sig->value = (unsigned long)info->si_ptr;
		break;
	case SIL_POLL:
		sig->addr = info->si_band;
		break;
	case SIL_SYS:
		sig->addr = (unsigned long)info->si_call_addr;
		break;
	default:
		sig->addr = (unsigned long)info->si_addr;
	}
}

static void fill_stack(struct abimux_signal *sig, const struct ksignal *ksig,
		       const struct pt_regs *regs)
{
	sig->on_alt = on_sig_stack(regs->sp);
	sig->alt_sp = current->sas_ss_sp;
	sig->alt_size = current->sas_ss_size;
	sig->alt_flags = sas_ss_flags(regs->sp);
	sig->frame = regs->sp - RED_ZONE;
	if ((ksig->ka.sa.sa_flags & SA_ONSTACK) && !sas_ss_flags(sig->frame))
		sig->frame = current->sas_ss_sp + current->sas_ss_size;
}

static void fill(struct abimux_signal *sig, const struct ksignal *ksig,
		 const struct pt_regs *regs)
{
	fill_info(sig, &ksig->info);
	fill_stack(sig, ksig, regs);
	abimux_trap_info(sig);
	abimux_regs_get(regs, &sig->regs);
	sig->handler = (unsigned long)ksig->ka.sa.sa_handler;
	sig->restorer = (unsigned long)ksig->ka.sa.sa_restorer;
	sig->flags = ksig->ka.sa.sa_flags;
	sig->mask = sigmask_to_save()->sig[0];
}

static int signal_op(struct abimux_task *task, const struct ksignal *ksig,
		     struct pt_regs *regs)
{
	struct abimux_signal sig = {};
	int err;

	fill(&sig, ksig, regs);
	err = task->version->ops->signal(&task->call, &sig);
	/* It has set up a handler, and no call has a result. */
	abimux_call_forget(task);
	if (err)
		return -EFAULT;
	if (abimux_regs_set(regs, &sig.regs))
		return -EFAULT;
	regs->cs = task->version->i386 ? __USER32_CS : __USER_CS;
	regs->ss = __USER_DS;
	return 0;
}

int __abimux_signal(struct ksignal *ksig, struct pt_regs *regs)
{
	struct abimux_task *task = current->abimux;

	abimux_call_interrupted(task, regs, ksig->ka.sa.sa_flags);
	if (!task->version->ops->signal)
		return 1;
	return signal_op(task, ksig, regs);
}
