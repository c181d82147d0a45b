// SPDX-License-Identifier: GPL-2.0
#include "seen.bpf.h"

SEC(".struct_ops.link")
struct abimux_overlay_ops seen_b = {
	.data.name = "b",
	.data.order = 20,
	.enter = (void *)seen_enter,
	.leave = (void *)seen_leave,
};
