/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own harness, but for its half a minute for each test: an emulated machine
 * on a busy one may need more.
 */
#ifndef TESTS_KSELFTEST_HARNESS_H
#define TESTS_KSELFTEST_HARNESS_H

#include_next "kselftest_harness.h"

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 240 /* seconds */

#endif /* TESTS_KSELFTEST_HARNESS_H */
