// SPDX-License-Identifier: GPL-2.0
/*
 * Table "probe" with programs that the core asks the quick way.
 */
#define PROBE_QUICK
#include "probe.bpf.c"
