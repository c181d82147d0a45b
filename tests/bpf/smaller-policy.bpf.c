// SPDX-License-Identifier: GPL-2.0
/* The same, but call-hello is a native program. */
#define HELLO "linux"
#include "small-policy.bpf.c"
