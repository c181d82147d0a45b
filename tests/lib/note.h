/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ELF note that tells a program's ABI, if the Makefile defines NOTE_OWNER.
 */
#ifndef TESTS_NOTE_H
#define TESTS_NOTE_H

#ifdef NOTE_OWNER
asm(".pushsection .note.abimux, \"a\", @note\n"
    "	.balign 4\n"
    "	.long 2f - 1f, 0, 1\n"
    "1:	.asciz \"" NOTE_OWNER "\"\n"
    "2:	.balign 4\n"
    "	.popsection");
#endif

#endif /* TESTS_NOTE_H */
