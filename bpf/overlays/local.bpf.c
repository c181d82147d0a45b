// SPDX-License-Identifier: GPL-2.0
/*
 * Overlay "local": no sockets but those of this machine. All other families of
 * sockets are refused as a kernel without them would.
 *
 *   abimux overlay load local.bpf.o path:/usr/bin/converter
 */
#include "overlay.bpf.h"

#define AF_UNIX 1
/* What the i386 call socketcall is told to make a socket, or a pair. */
#define SYS_SOCKET 1
#define SYS_SOCKETPAIR 8
#define FAMILY_UNKNOWN 0xffff

/*
 * Family of the socket that a call makes; 0 if it makes none. The arguments of
 * socketcall are behind a pointer, where they can change after they were looked
 * at.
 */
static u64 family_of(const struct abimux_overlay_call *call)
{
	if (call->i386 && call->nr == NR_I386_SOCKETCALL)
		return call->args[0] == SYS_SOCKET ||
				       call->args[0] == SYS_SOCKETPAIR ?
			       FAMILY_UNKNOWN :
			       0;
	if (call->i386 ? call->nr == NR_I386_SOCKET ||
				 call->nr == NR_I386_SOCKETPAIR :
			 call->nr == NR_SOCKET || call->nr == NR_SOCKETPAIR)
		return call->args[0];
	return 0;
}

SEC("struct_ops/enter")
int BPF_PROG(local_enter, struct abimux_overlay_call *call)
{
	u64 family = family_of(call);

	if (!family || family == AF_UNIX)
		return ABIMUX_RUN;
	call->ret = -EAFNOSUPPORT;
	return ABIMUX_DONE;
}

SEC(".struct_ops.link")
struct abimux_overlay_ops local = {
	.data.name = "local",
	.data.table = ABIMUX_NATIVE_TABLE,
	SEES_ALL,
	.enter = (void *)local_enter,
};

char LICENSE[] SEC("license") = "GPL";
