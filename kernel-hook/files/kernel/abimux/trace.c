// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: the tracepoints.
 */
#include <linux/abimux.h>
#include <linux/jump_label.h>

#define CREATE_TRACE_POINTS
#include <trace/events/abimux.h>

/**
 * abimux_watch - let each foreign call go the long way, where it can be seen
 *
 * Return: 0.
 * Context: may sleep; called for the first that attaches to a tracepoint.
 */
int abimux_watch(void)
{
	static_branch_inc(&abimux_watched);
	return 0;
}

/**
 * abimux_unwatch - undo what abimux_watch() did
 *
 * Context: may sleep.
 */
void abimux_unwatch(void)
{
	static_branch_dec(&abimux_watched);
}
