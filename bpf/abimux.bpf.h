/* SPDX-License-Identifier: GPL-2.0 */
/*
 * abimux: what every BPF program here starts with: the kernel's types, the
 * constants that are no types, and the functions that the core offers.
 */
#ifndef ABIMUX_BPF_H
#define ABIMUX_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <asm-generic/errno.h>
#include <linux/abimux.h>
#include <abimux/policy.h>

/* ELF e_machine. */
#define EM_386 3
#define EM_X86_64 62

/* Bit of a thread's flags: its program is i386's (or x32's). */
#define TIF_ADDR32 29

/* For who changes running tasks; may sleep. */
extern int abimux_retag(struct task_struct *task,
			const struct abimux_retag *how) __ksym;

/* For a policy's init op. */
extern int abimux_bind_tags(void *p__map) __ksym;

/* For sleepable LSM programs of a policy. */
extern int abimux_exec_read(struct linux_binprm *bprm, u64 off, void *buf,
			    u32 buf__sz) __ksym;
extern int abimux_check_table(const char *name, u32 name__sz,
			      u16 machine) __ksym;
extern int abimux_exec_xattr(struct linux_binprm *bprm, const char *name__str,
			     void *buf, u32 buf__sz) __ksym;

extern bool abimux_has_policy(void) __ksym;

/* For a table's ops. User memory is read with bpf_copy_from_user(), strings so: */
extern int bpf_copy_from_user_str(void *dst, u32 dst__sz,
				  const void *unsafe_ptr__ign,
				  u64 flags) __ksym;
extern int abimux_copy_to_user(u64 dst, const void *src, u32 src__sz) __ksym;
extern int abimux_user_cmpxchg(u64 addr, u32 *old, u32 new) __ksym;
extern s64 abimux_user_mapping(u64 addr) __ksym;
extern u64 abimux_scratch(struct abimux_call *call) __ksym;
extern int abimux_get_regs(struct abimux_call *call,
			   struct abimux_regs *regs) __ksym;
extern int abimux_set_regs(struct abimux_call *call,
			   const struct abimux_regs *regs) __ksym;
extern int abimux_map_code(const void *code, u32 code__sz, u64 *addr) __ksym;
extern u64 abimux_fpu_save(u64 sp) __ksym;
extern int abimux_fpu_restore(struct abimux_call *call, u64 addr) __ksym;
extern u32 abimux_errno(struct abimux_call *call, u32 err) __ksym;
extern s64 abimux_file_keep(struct abimux_call *call, u32 fd) __ksym;
extern s64 abimux_file_open(struct abimux_call *call, u64 id) __ksym;
extern int abimux_file_drop(struct abimux_call *call, u64 id) __ksym;
extern int abimux_file_signal(u64 id) __ksym;
extern int abimux_listen(struct abimux_call *call, u32 events) __ksym;

/**
 * abimux_done - answer a call without a native one
 * @call: the call
 * @ret: its result, or a negative errno
 *
 * Return: what enter and leave have to return then.
 */
static __always_inline int abimux_done(struct abimux_call *call, s64 ret)
{
	call->ret = ret;
	return ABIMUX_DONE;
}

#endif /* ABIMUX_BPF_H */
