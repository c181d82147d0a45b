// SPDX-License-Identifier: GPL-2.0-only
/*
 * User notification of seccomp: another process answers the call.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "ways.h"

static pid_t supervisor;

static void supervise(int listener)
{
	for (;;) {
		struct seccomp_notif call = {};
		struct seccomp_notif_resp answer = {};

		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call))
			_exit(1);
		answer.id = call.id;
		answer.val = call.pid;
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer))
			_exit(1);
	}
}

int notify_begin(long nr, const char *unused)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { 4, code };
	int listener;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			   SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	if (listener < 0)
		return -1;
	supervisor = fork();
	if (!supervisor)
		supervise(listener);
	return supervisor < 0 ? -1 : 0;
}

void notify_end(void)
{
	kill(supervisor, SIGKILL);
}
