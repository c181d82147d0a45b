/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the witness says by its exit status.
 */
#ifndef FUZZ_WITNESS_H
#define FUZZ_WITNESS_H

#define WITNESS_NATIVE 77
#define WITNESS_FOREIGN 7

#endif /* FUZZ_WITNESS_H */
