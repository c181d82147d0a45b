// SPDX-License-Identifier: GPL-2.0
/*
 * A program that does nothing in each of the three questions to LSMs about an exec: what
 * any policy costs that is asked before the point of no return, when it is known whether
 * the program gains privileges, and after it.
 */
#include "abimux.bpf.h"

SEC("lsm.s/bprm_check_security")
int BPF_PROG(check, struct linux_binprm *bprm, int ret)
{
	return ret;
}

SEC("lsm.s/bprm_creds_from_file")
int BPF_PROG(creds, struct linux_binprm *bprm, const struct file *file, int ret)
{
	return ret;
}

SEC("lsm.s/bprm_committed_creds")
int BPF_PROG(committed, struct linux_binprm *bprm)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
