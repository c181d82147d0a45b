// SPDX-License-Identifier: GPL-2.0
/* An object with nothing in it, for the place of one that a test does not need. */
#include "abimux.bpf.h"

char LICENSE[] SEC("license") = "GPL";
