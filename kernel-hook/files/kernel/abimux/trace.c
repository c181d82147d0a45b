// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: the tracepoints.
 */
#include <linux/abimux.h>

#define CREATE_TRACE_POINTS
#include <trace/events/abimux.h>
