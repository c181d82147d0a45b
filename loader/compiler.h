/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel's headers have, and the C library's have not.
 */
#ifndef LOADER_COMPILER_H
#define LOADER_COMPILER_H

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define __printf(a, b) __attribute((format(printf, a, b)))

#endif /* LOADER_COMPILER_H */
