/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * abimux: per-task system-call tables.
 *
 * What the kernel, the BPF programs and user space share: types and
 * constants only. A BPF program has the types from vmlinux.h (generated from
 * the very kernel it runs on) and takes the constants from here.
 */
#ifndef _UAPI_LINUX_ABIMUX_H
#define _UAPI_LINUX_ABIMUX_H

#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif

/* Values in columns. */
/* clang-format off */

/* Size of a table's or policy's name, the terminating NUL included. */
#define ABIMUX_NAME_LEN		32
/* Size of the owner's name in an ELF note, the terminating NUL included. */
#define ABIMUX_OWNER_LEN	24
/* Call numbers of a table go from 0 to this minus one. */
#define ABIMUX_NR_CALLS		1024
/* Linux errno numbers that an errno map can translate: 0 to this minus one. */
#define ABIMUX_NR_ERRNO		134
/* Arguments that a native call can take. */
#define ABIMUX_NR_ARGS		6
/* Words that a table's programs can keep from enter to leave of one call. */
#define ABIMUX_NR_CALL_DATA	8
/* Words that a table's programs can keep per task; fork copies, exec clears. */
#define ABIMUX_NR_TASK_DATA	4
/* Native calls that one foreign call may run before it is stopped. */
#define ABIMUX_MAX_STEPS	65536
/* Bytes of scratch user memory that one call can use. */
#define ABIMUX_SCRATCH_SIZE	4096

/* Overlays that can lie over one task. */
#define ABIMUX_MAX_OVERLAYS	8
/* Native calls that an overlay can name: numbers 0 to this minus one. */
#define ABIMUX_NR_NATIVE_CALLS	512
/* Words that an overlay's programs can keep from enter to leave of one call. */
#define ABIMUX_NR_OVERLAY_DATA	4

/* The table that every task has unless a policy says otherwise. */
#define ABIMUX_NATIVE_TABLE	"linux"

/* What an entry of a table does; struct abimux_entry.kind. */
#define ABIMUX_ENTRY_MISSING	0	/* not in this ABI: ENOSYS, counted */
#define ABIMUX_ENTRY_NATIVE	1	/* run the native call */
#define ABIMUX_ENTRY_OP		2	/* ask the table's enter op */

/* Argument orders: four bits for each native argument, the first lowest. */
#define ABIMUX_ORDER_SAME	0	/* each argument where it stands */
#define ABIMUX_ORDER_ZERO	0xf	/* in a field: the constant zero */

/* Where the call's number is; struct abimux_convention.number. */
#define ABIMUX_NUMBER_AX	0
#define ABIMUX_NUMBER_BX	1
#define ABIMUX_NUMBER_CX	2
#define ABIMUX_NUMBER_DX	3
#define ABIMUX_NUMBER_SI	4
#define ABIMUX_NUMBER_DI	5
#define ABIMUX_NUMBER_BP	6
#define ABIMUX_NR_NUMBERS	7

/* Where the arguments are; struct abimux_convention.args. */
#define ABIMUX_ARGS_SYSCALL	0	/* rdi rsi rdx r10 r8 r9 */
#define ABIMUX_ARGS_INT80	1	/* ebx ecx edx esi edi ebp */
#define ABIMUX_ARGS_STACK	2	/* words on the user stack */
#define ABIMUX_NR_ARGS_KINDS	3

/* How an error is told; struct abimux_convention.error. */
#define ABIMUX_ERROR_NEGATIVE	0	/* -errno in rax */
#define ABIMUX_ERROR_CARRY	1	/* carry flag set, errno in rax */
#define ABIMUX_ERROR_MINUS_ONE	2	/* -1 in rax */
#define ABIMUX_NR_ERRORS	3

/* Whose numbers the native calls have; struct abimux_convention.native. */
#define ABIMUX_NATIVE_AMD64	0	/* syscall_64.tbl, by SYSCALL */
#define ABIMUX_NATIVE_I386	1	/* syscall_32.tbl, by int 0x80, SYSENTER */
#define ABIMUX_NR_NATIVES	2

/* What enter and leave ops answer. */
#define ABIMUX_DONE		0	/* the result is in call->ret */
#define ABIMUX_RUN		1	/* run call->native */
#define ABIMUX_RUN_ARGS		2	/* with RUN: on call->args */
#define ABIMUX_RUN_LEAVE	4	/* with RUN: and ask the leave op then */
#define ABIMUX_MISSING		8	/* not in this ABI: ENOSYS, counted */
#define ABIMUX_RUN_INTR		16	/* with RUN_LEAVE: ask it also for EINTR */

/* Why the core refused something; in the abimux_refused tracepoint. */
#define ABIMUX_REFUSED_MISSING	0	/* no such call in the table */
#define ABIMUX_REFUSED_ENTRY	1	/* entered by an instruction of another ABI */
#define ABIMUX_REFUSED_GARBAGE	2	/* a program answered what has no meaning */
#define ABIMUX_REFUSED_STEPS	3	/* more native calls than one call may run */
#define ABIMUX_REFUSED_TABLE	4	/* exec: the tag names no table */
#define ABIMUX_REFUSED_MACHINE	5	/* exec: the table is for another machine */
#define ABIMUX_REFUSED_EXEC	6	/* exec: the table's exec op failed */
#define ABIMUX_REFUSED_FORMAT	7	/* exec: no rule for a foreign format */
#define ABIMUX_REFUSED_OVERLAYS	8	/* exec: more overlays than a task can have */

/* What an overlay does with a native call: one of these, or an errno to answer. */
#define ABIMUX_NATIVE_PASS	0	/* run it */
#define ABIMUX_NATIVE_LOG	254	/* run it, and tell that it was not listed */
#define ABIMUX_NATIVE_KILL	255	/* kill the process with SIGSYS */

/* struct abimux_retag.flags */
#define ABIMUX_RETAG_TABLE	1	/* give it @table */
#define ABIMUX_RETAG_ADD	2	/* lay @overlay over it */
#define ABIMUX_RETAG_REMOVE	4	/* take @overlay away */
#define ABIMUX_RETAG_THREAD	8	/* that thread only, not its process */

/* What a table's programs can hear of; a bit each for abimux_listen(). */
#define ABIMUX_EVENT_EXIT	0	/* a process ended; value: as wait() tells it */
#define ABIMUX_EVENT_FORK	1	/* a process was made; value: its pid */
#define ABIMUX_EVENT_EXEC	2	/* a process runs another program */
#define ABIMUX_EVENT_SIGNAL	3	/* a signal was sent; value: Linux number */
#define ABIMUX_NR_EVENTS	4

/* Which sort of mark a format is; struct abimux_format.kind. */
#define ABIMUX_FORMAT_DEFAULT	0	/* whatever no other rule fits */
#define ABIMUX_FORMAT_ELF_OSABI	1	/* value: EI_OSABI */
#define ABIMUX_FORMAT_ELF_NOTE	2	/* value: note type; owner: its owner */
#define ABIMUX_FORMAT_MAGIC	3	/* value: first four bytes, little endian */
#define ABIMUX_FORMAT_UID	4	/* value: real user id of the caller */
#define ABIMUX_FORMAT_PATH	5	/* value: device; owner: inode, a __u64 */
#define ABIMUX_FORMAT_CGROUP	6	/* owner: id of a cgroup v2, a __u64 */

/* struct abimux_tag.flags */
#define ABIMUX_TAG_FRESH	1	/* written by this exec; the core takes it */
#define ABIMUX_TAG_FORCE	2	/* next exec uses @table whatever the format */

/* clang-format on */

/* A BPF program has the types from vmlinux.h. */
#ifndef __VMLINUX_H__

/**
 * struct abimux_entry - what one call number of a table does
 * @native: number of the native call; with ABIMUX_ENTRY_OP the value that
 *	call->native has when the enter op starts
 * @kind: ABIMUX_ENTRY_*
 * @reserved: zero
 * @order: for ABIMUX_ENTRY_NATIVE, four bits for each native argument, the
 *	first in the lowest: the index of the foreign argument that it is, or
 *	ABIMUX_ORDER_ZERO. ABIMUX_ORDER_SAME leaves all where they stand
 */
struct abimux_entry {
	__u16 native;
	__u8 kind;
	__u8 reserved;
	__u32 order;
};

/**
 * struct abimux_convention - how programs of a table make a call
 * @number: ABIMUX_NUMBER_*
 * @args: ABIMUX_ARGS_*
 * @error: ABIMUX_ERROR_*
 * @native: ABIMUX_NATIVE_*; a call entered otherwise is refused with ENOSYS
 * @stack: with ABIMUX_ARGS_STACK, bytes from the stack pointer to the first
 *	argument
 */
struct abimux_convention {
	__u8 number;
	__u8 args;
	__u8 error;
	__u8 native;
	__u32 stack;
};

/**
 * struct abimux_table_data - the part of a table that needs no program
 * @name: name of the table, NUL-terminated: letters, digits, '-', '_', '.'
 * @convention: how its programs make a call
 * @errnos: the table's number for each Linux errno; zero means the same number
 * @entries: what each call number does
 */
struct abimux_table_data {
	char name[ABIMUX_NAME_LEN];
	struct abimux_convention convention;
	__u16 errnos[ABIMUX_NR_ERRNO];
	__u32 reserved;
	struct abimux_entry entries[ABIMUX_NR_CALLS];
};

/**
 * struct abimux_regs - user registers, for programs that set them
 * @r15: and so on down to @di: the registers of these names
 * @ip: instruction pointer
 * @flags: of these only the ones that a signal handler may change are taken
 * @sp: stack pointer
 * @fs_base: base address of the FS segment
 */
struct abimux_regs {
	__u64 r15, r14, r13, r12, r11, r10, r9, r8;
	__u64 bp, bx, ax, cx, dx, si, di;
	__u64 ip, flags, sp, fs_base;
};

/**
 * struct abimux_call - one foreign call, as the table's ops see it
 * @nr: the foreign number
 * @ip: user address of the instruction after the call
 * @sp: user stack pointer at the call
 * @step: native calls that this call has already run
 * @child: 1 in leave of the task that the native call created, else 0
 * @args: the arguments; a program may write them and then says
 *	ABIMUX_RUN_ARGS. After enter they are what the native call got
 * @native: number of the native call to run (writable)
 * @ret: in leave the native call's result, negative errno on failure; the
 *	result of the foreign call in the same form when an op says DONE
 *	(writable)
 * @ret2: second result, stored in rdx if @has_ret2 is not zero (writable)
 * @has_ret2: see @ret2 (writable); zero when enter starts
 * @reserved: zero
 * @data: private to the programs from enter to leave of one call (writable);
 *	not cleared when enter starts
 * @task: private to the programs, one set per task; copied by fork, cleared by
 *	exec (writable)
 */
struct abimux_call {
	__u32 nr;
	__u32 step;
	__u64 ip;
	__u64 sp;
	__u32 child;
	__u32 reserved;
	__u64 args[ABIMUX_NR_ARGS];
	__s64 native;
	__s64 ret;
	__u64 ret2;
	__u64 has_ret2;
	__u64 data[ABIMUX_NR_CALL_DATA];
	__u64 task[ABIMUX_NR_TASK_DATA];
};

/**
 * struct abimux_exec - a program that was just loaded, for the exec op
 * @regs: the registers it will start with (writable). rax too is taken as it is
 * @auxv: user address of the auxiliary vector
 * @auxc: pairs in it, AT_NULL included; there is room for no more
 * @argc: arguments; argv is at regs.sp plus one word
 * @envc: environment strings
 * @secure: not zero if the program gained privileges by this exec
 * @word: bytes of a word of the program, 4 or 8
 */
struct abimux_exec {
	struct abimux_regs regs;
	__u64 auxv;
	__u32 auxc;
	__u32 argc;
	__u32 envc;
	__u32 secure;
	__u32 word;
	__u32 reserved;
};

/**
 * struct abimux_signal - a signal about to be handled, for the signal op
 * @regs: registers to be saved, then those that the handler starts with
 *	(writable)
 * @frame: highest user address that the frame may use: below the red zone, or
 *	the top of the alternate stack
 * @handler: user address of the handler
 * @restorer: user address of the code that returns from it, as given with it
 * @flags: Linux sa_flags of the handler
 * @mask: Linux mask of blocked signals that the return has to restore
 * @sig: Linux number of the signal
 * @code: Linux si_code
 * @error: Linux si_errno
 * @pid: si_pid where @code says that there is one
 * @uid: si_uid likewise
 * @status: si_status of SIGCHLD, si_timerid of SI_TIMER
 * @addr: si_addr of a fault, si_band of SIGIO
 * @value: si_value where there is one
 * @trapno: number of the processor trap that caused the signal, if one did
 * @err: error code that the processor gave with that trap
 * @cr2: address of the last page fault of the task
 * @alt_sp: base of the alternate stack
 * @alt_size: its size in bytes
 * @alt_flags: Linux SS_* flags of it
 * @on_alt: not zero if the task was on the alternate stack already
 */
struct abimux_signal {
	struct abimux_regs regs;
	__u64 frame;
	__u64 handler;
	__u64 restorer;
	__u64 flags;
	__u64 mask;
	__s32 sig;
	__s32 code;
	__s32 error;
	__s32 pid;
	__u32 uid;
	__s32 status;
	__u64 addr;
	__u64 value;
	__u64 trapno;
	__u64 err;
	__u64 cr2;
	__u64 alt_sp;
	__u64 alt_size;
	__u32 alt_flags;
	__u32 on_alt;
};

/**
 * struct abimux_format - key that names a binary format
 * @kind: ABIMUX_FORMAT_*
 * @machine: ELF e_machine (3 i386, 62 amd64); 0 where there is none
 * @value: by @kind
 * @owner: owner of an ELF note, padded with NULs; else all NULs
 */
struct abimux_format {
	__u16 kind;
	__u16 machine;
	__u32 value;
	char owner[ABIMUX_OWNER_LEN];
};

/**
 * struct abimux_tag - what a policy wrote about one task
 * @table: name of the table
 * @flags: ABIMUX_TAG_*
 * @reserved: zero
 * @format: the format by which it was chosen
 * @overlays: ids of overlays that lie over the program, beside those that the
 *	task has already; zero ends the list. One that is gone is passed over
 */
struct abimux_tag {
	char table[ABIMUX_NAME_LEN];
	__u32 flags;
	__u32 reserved;
	struct abimux_format format;
	__u32 overlays[ABIMUX_MAX_OVERLAYS];
};

/**
 * struct abimux_overlay_data - the part of an overlay that needs no program
 * @name: name of the overlay, NUL-terminated, as a table's
 * @table: the only table that its programs are asked about; empty: all of them
 * @order: who has a lower one sees calls earlier, and results later; in a tie
 *	who was there first
 * @others: as @amd64, for numbers that are not in there
 * @reserved: zero
 * @amd64: for each native call of 64-bit programs ABIMUX_NATIVE_*, or an errno
 * @i386: likewise for int 0x80 and SYSENTER
 */
struct abimux_overlay_data {
	char name[ABIMUX_NAME_LEN];
	char table[ABIMUX_NAME_LEN];
	__s32 order;
	__u8 others;
	__u8 reserved[3];
	__u8 amd64[ABIMUX_NR_NATIVE_CALLS];
	__u8 i386[ABIMUX_NR_NATIVE_CALLS];
};

/**
 * struct abimux_overlay_call - one call, as an overlay's ops see it
 * @nr: number of the call in the task's table
 * @i386: 1 if it came by int 0x80 or SYSENTER, else 0
 * @ip: user address of the instruction after the call
 * @sp: user stack pointer at the call
 * @args: arguments as the program gave them; those that are numbers can be
 *	changed by who then says ABIMUX_RUN_ARGS (writable)
 * @ret: in leave the result, negative errno on failure; in enter the negative
 *	errno to answer with ABIMUX_DONE (writable)
 * @data: private to the overlay's programs from enter to leave of one call
 *	(writable); not cleared when enter starts
 */
struct abimux_overlay_call {
	__u32 nr;
	__u32 i386;
	__u64 ip;
	__u64 sp;
	__u64 args[ABIMUX_NR_ARGS];
	__s64 ret;
	__u64 data[ABIMUX_NR_OVERLAY_DATA];
};

/**
 * struct abimux_retag - what abimux_retag() does to a running task
 * @table: name of its table from its next call on, "linux" included
 * @overlay: id of an overlay
 * @flags: ABIMUX_RETAG_*
 */
struct abimux_retag {
	char table[ABIMUX_NAME_LEN];
	__u32 overlay;
	__u32 flags;
};

#endif /* __VMLINUX_H__ */

#endif /* _UAPI_LINUX_ABIMUX_H */
