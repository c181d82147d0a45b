/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls with whatever the registers hold, the stack pointer included.
 */
#ifndef FUZZ_REGISTERS_H
#define FUZZ_REGISTERS_H

#include "foreign.h"
#include "hostile.h"

#ifdef __x86_64__
static char main_stack[16384] __attribute__((aligned(16), used));

/* In the order in which full_call loads them. */
struct registers {
	uint64_t flags, ax, bx, cx, dx, si, di, bp, sp;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
};

static struct registers registers asm("registers") __attribute__((used));

/* A call with every register as @registers has it, the stack pointer included. */
long full_call(void);
asm("full_call:\n"
    "	push %rbx\n"
    "	push %rbp\n"
    "	push %r12\n"
    "	push %r13\n"
    "	push %r14\n"
    "	push %r15\n"
    "	mov %rsp, full_call_sp\n"
    "	pushq registers\n"
    "	mov registers+16, %rbx\n"
    "	mov registers+24, %rcx\n"
    "	mov registers+32, %rdx\n"
    "	mov registers+40, %rsi\n"
    "	mov registers+48, %rdi\n"
    "	mov registers+56, %rbp\n"
    "	mov registers+72, %r8\n"
    "	mov registers+80, %r9\n"
    "	mov registers+88, %r10\n"
    "	mov registers+96, %r11\n"
    "	mov registers+104, %r12\n"
    "	mov registers+112, %r13\n"
    "	mov registers+120, %r14\n"
    "	mov registers+128, %r15\n"
    "	mov registers+8, %rax\n"
    "	popfq\n"
    "	mov registers+64, %rsp\n"
    "	syscall\n"
    "	mov full_call_sp, %rsp\n"
    "	pushq $0x202\n"
    "	popfq\n"
    "	pop %r15\n"
    "	pop %r14\n"
    "	pop %r13\n"
    "	pop %r12\n"
    "	pop %rbp\n"
    "	pop %rbx\n"
    "	ret\n"
    ".pushsection .bss\n"
    "full_call_sp: .quad 0\n"
    ".popsection\n");

/* A call as any function: what it changes is nobody's. */
long plain_call(long nr, const long args[6]);
asm("plain_call:\n"
    "	mov %rdi, %rax\n"
    "	mov %rsi, %r11\n"
    "	mov (%r11), %rdi\n"
    "	mov 8(%r11), %rsi\n"
    "	mov 16(%r11), %rdx\n"
    "	mov 24(%r11), %r10\n"
    "	mov 32(%r11), %r8\n"
    "	mov 40(%r11), %r9\n"
    "	syscall\n"
    "	ret\n");
/* By the other way into the kernel, where 15 is chmod. */
#define I386_CHMOD 15

long int80_call(long nr, const long args[6]);
asm("int80_call:\n"
    "	push %rbx\n"
    "	mov %rdi, %rax\n"
    "	mov %rsi, %r11\n"
    "	mov (%r11), %rbx\n"
    "	mov 8(%r11), %rcx\n"
    "	mov 16(%r11), %rdx\n"
    "	mov 24(%r11), %rsi\n"
    "	mov 32(%r11), %rdi\n"
    "	int $0x80\n"
    "	pop %rbx\n"
    "	ret\n");

/* Here a context leads that is good but for some of its words. */
void landed(void);
asm("landed:\n"
    "	mov $main_stack + 16384 - 16, %rsp\n"
    "	pushfq\n"
    "	pop %rdi\n"
    "	cld\n"
    "	mov %cs, %esi\n"
    "	mov %ss, %edx\n"
    "	call look_around\n");

/* Flags of a program: interrupts on, no ports, no virtual 8086 mode. */
__attribute__((used)) static void look_around(unsigned long flags, int cs,
					      int ss)
{
	if (!(flags & 0x200) || flags & 0x3000 || flags & 0x20000 ||
	    (cs & 3) != 3 || (ss & 3) != 3)
		state.privileged = 1;
	state.landed++;
	loop();
}

static void any_registers(const uint64_t args[6])
{
	uint64_t *word = (uint64_t *)&registers;

	for (uint32_t i = 0; i < sizeof(registers) / 8; i++)
		word[i] = hostile_any();
	/* The bits that are a program's: arithmetic, direction, AC, ID. */
	registers.flags = (random_next(&dice) & 0x200cd5) | 0x202;
	registers.ax = state.nr;
	registers.di = args[0];
	registers.si = args[1];
	registers.dx = args[2];
	registers.r10 = args[3];
	registers.r8 = args[4];
	registers.r9 = args[5];
	/* Where other conventions have the number. */
	if (random_once(&dice, 2))
		registers.bx = state.nr;
	if (random_once(&dice, 2))
		registers.bp = state.nr;
}

static void make_call(const uint64_t args[6])
{
	any_registers(args);
	if (random_once(&dice, 24))
		int80_call(random_once(&dice, 2) ? state.nr : I386_CHMOD,
			   (const long *)args);
	else if (random_once(&dice, 2))
		plain_call(state.nr, (const long *)args);
	else
		full_call();
}
#else
static void make_call(const uint64_t args[6])
{
	long narrow[6];

	for (int i = 0; i < 6; i++)
		narrow[i] = args[i];
	raw_call(state.nr, narrow);
}
#endif

#endif /* FUZZ_REGISTERS_H */
