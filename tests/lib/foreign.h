/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Freestanding programs of another ABI: start, raw calls, and just enough text.
 *
 * The Makefile builds one source for several ABIs and defines
 * NR_EXIT and NR_WRITE, their numbers there.
 */
#ifndef TESTS_FOREIGN_H
#define TESTS_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "note.h"

#ifdef __x86_64__
static inline long raw_call(long nr, const long args[6])
{
	register long r10 asm("r10") = args[3];
	register long r8 asm("r8") = args[4];
	register long r9 asm("r9") = args[5];
	long ret;

	asm volatile("syscall"
		     : "=a"(ret)
		     : "a"(nr), "D"(args[0]), "S"(args[1]), "d"(args[2]),
		       "r"(r10), "r"(r8), "r"(r9)
		     : "rcx", "r11", "memory");
	return ret;
}

asm(".globl _start\n"
    "_start:\n"
    "	mov	%rsp, %rdi\n"
    "	and	$-16, %rsp\n"
    "	call	start\n");
#else
static inline long raw_call(long nr, const long args[6])
{
	long ret;

	asm volatile("int $0x80"
		     : "=a"(ret)
		     : "a"(nr), "b"(args[0]), "c"(args[1]), "d"(args[2]),
		       "S"(args[3]), "D"(args[4])
		     : "memory");
	return ret;
}

asm(".globl _start\n"
    "_start:\n"
    "	mov	%esp, %eax\n"
    "	and	$-16, %esp\n"
    "	sub	$12, %esp\n"
    "	push	%eax\n"
    "	call	start\n");
#endif

/* At most five arguments: int 0x80 has a sixth, which nothing here takes. */
#define RAW_ARGS(a, b, c, d, e, ...) \
	{ (long)(a), (long)(b), (long)(c), (long)(d), (long)(e) }
#define raw(nr, ...) \
	raw_call(nr, (const long[6])RAW_ARGS(__VA_ARGS__, 0, 0, 0, 0, 0))

/* The compiler may ask for these two. */
void *memset(void *to, int byte, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((volatile char *)to)[i] = byte;
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((volatile char *)to)[i] = ((const char *)from)[i];
	return to;
}

static inline size_t text_len(const char *text)
{
	size_t len = 0;

	while (text[len])
		len++;
	return len;
}

static inline bool text_equal(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static inline void put(const char *text)
{
	raw(NR_WRITE, 1, text, text_len(text));
}

static inline void put_number(long number)
{
	char text[24], *at = text + sizeof(text) - 1;
	unsigned long rest = number < 0 ? -(unsigned long)number :
					  (unsigned long)number;

	*at = 0;
	do {
		*--at = '0' + rest % 10;
		rest /= 10;
	} while (rest);
	if (number < 0)
		*--at = '-';
	put(at);
}

int main(int argc, char **argv, char **envp);

__attribute__((noreturn, used)) void start(long *stack)
{
	int argc = stack[0];
	char **argv = (char **)(stack + 1);

	raw(NR_EXIT, main(argc, argv, argv + argc + 1));
	__builtin_trap();
}

#endif /* TESTS_FOREIGN_H */
