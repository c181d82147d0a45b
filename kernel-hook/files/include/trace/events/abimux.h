/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM abimux

#if !defined(_TRACE_ABIMUX_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_ABIMUX_H

#include <linux/abimux.h>
#include <linux/tracepoint.h>

struct abimux_overlay;

int abimux_watch(void);
void abimux_unwatch(void);

/* A new program was loaded and @table was picked for it; current is the task. */
TRACE_EVENT(abimux_exec,
	TP_PROTO(const char *table),
	TP_ARGS(table),
	TP_STRUCT__entry(__string(table, table)),
	TP_fast_assign(__assign_str(table);),
	TP_printk("table=%s", __get_str(table))
);

/* A foreign task, current, has a child: it is on its parent's table already. */
TRACE_EVENT(abimux_fork,
	TP_PROTO(struct task_struct *child),
	TP_ARGS(child),
	TP_STRUCT__entry(__field(pid_t, parent)),
	TP_fast_assign(__entry->parent = current->pid;),
	TP_printk("parent=%d", __entry->parent)
);

/* A foreign call was mapped; call->native and call->args are what will run. */
TRACE_EVENT_FN(abimux_enter,
	TP_PROTO(struct abimux_call *call),
	TP_ARGS(call),
	TP_STRUCT__entry(
		__field(u32, nr)
		__field(s64, native)
		__array(u64, args, ABIMUX_NR_ARGS)
	),
	TP_fast_assign(
		__entry->nr = call->nr;
		__entry->native = call->native;
		memcpy(__entry->args, call->args, sizeof(__entry->args));
	),
	TP_printk("nr=%u native=%lld (%llx, %llx, %llx, %llx, %llx, %llx)",
		  __entry->nr, __entry->native, __entry->args[0],
		  __entry->args[1], __entry->args[2], __entry->args[3],
		  __entry->args[4], __entry->args[5]),
	abimux_watch, abimux_unwatch
);

/* A foreign call is over; call->ret is its result before the convention. */
TRACE_EVENT_FN(abimux_leave,
	TP_PROTO(struct abimux_call *call),
	TP_ARGS(call),
	TP_STRUCT__entry(
		__field(u32, nr)
		__field(s64, ret)
	),
	TP_fast_assign(
		__entry->nr = call->nr;
		__entry->ret = call->ret;
	),
	TP_printk("nr=%u ret=%lld", __entry->nr, __entry->ret),
	abimux_watch, abimux_unwatch
);

/*
 * Never happens. While it is attached to, each foreign call passes by abimux_enter()
 * and abimux_leave(), where programs of type fentry and fexit see it.
 */
TRACE_EVENT_FN(abimux_watch,
	TP_PROTO(struct pt_regs *regs),
	TP_ARGS(regs),
	TP_STRUCT__entry(__field(u64, ip)),
	TP_fast_assign(__entry->ip = regs->ip;),
	TP_printk("ip=%llx", __entry->ip),
	abimux_watch, abimux_unwatch
);

/* An overlay does not let a native call of current pass; @action as in its list. */
TRACE_EVENT(abimux_denied,
	TP_PROTO(struct abimux_overlay *overlay, u32 native, bool i386,
		 u8 action),
	TP_ARGS(overlay, native, i386, action),
	TP_STRUCT__entry(
		__field(u32, native)
		__field(bool, i386)
		__field(u8, action)
	),
	TP_fast_assign(
		__entry->native = native;
		__entry->i386 = i386;
		__entry->action = action;
	),
	TP_printk("native=%u i386=%d action=%u", __entry->native,
		  __entry->i386, __entry->action)
);

/* The core refused a call or an exec; @reason is one of ABIMUX_REFUSED_*. */
TRACE_EVENT(abimux_refused,
	TP_PROTO(const char *table, unsigned int nr, int reason),
	TP_ARGS(table, nr, reason),
	TP_STRUCT__entry(
		__string(table, table)
		__field(u32, nr)
		__field(int, reason)
	),
	TP_fast_assign(
		__assign_str(table);
		__entry->nr = nr;
		__entry->reason = reason;
	),
	TP_printk("table=%s nr=%u reason=%s", __get_str(table), __entry->nr,
		  __print_symbolic(__entry->reason,
				   { ABIMUX_REFUSED_MISSING, "missing" },
				   { ABIMUX_REFUSED_ENTRY, "entry" },
				   { ABIMUX_REFUSED_GARBAGE, "garbage" },
				   { ABIMUX_REFUSED_STEPS, "steps" },
				   { ABIMUX_REFUSED_TABLE, "table" },
				   { ABIMUX_REFUSED_MACHINE, "machine" },
				   { ABIMUX_REFUSED_EXEC, "exec" },
				   { ABIMUX_REFUSED_FORMAT, "format" },
				   { ABIMUX_REFUSED_OVERLAYS, "overlays" }))
);

#endif /* _TRACE_ABIMUX_H */

#include <trace/define_trace.h>
