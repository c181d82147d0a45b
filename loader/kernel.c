// SPDX-License-Identifier: GPL-2.0
/*
 * What the running kernel has.
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "error.h"
#include "hints.h"
#include "kernel.h"

/* Newer than the C library's headers. */
#ifndef __NR_lsm_list_modules
#define __NR_lsm_list_modules 461
#endif
#ifndef LSM_ID_BPF
#define LSM_ID_BPF 109
#endif

/* What is between words in files of /sys and /proc. */
#define SEPARATORS ",\n\t "

#define MAX_LSMS 32

/**
 * kernel_btf - the kernel's own types
 *
 * Return: its BTF, read once; NULL if it has none.
 */
const struct btf *kernel_btf(void)
{
	static struct btf *btf;
	static bool tried;

	if (!tried)
		btf = btf__parse("/sys/kernel/btf/vmlinux", NULL);
	tried = true;
	return btf;
}

/**
 * kernel_has_hook - whether this is a kernel with abimux
 *
 * Return: whether tables can be registered.
 */
bool kernel_has_hook(void)
{
	const struct btf *btf = kernel_btf();

	return btf &&
	       btf__find_by_name_kind(btf, "bpf_struct_ops_abimux_table_ops",
				      BTF_KIND_STRUCT) > 0;
}

static bool has_cap(const struct __user_cap_data_struct *data, int cap)
{
	return data[CAP_TO_INDEX(cap)].effective & CAP_TO_MASK(cap);
}

/**
 * kernel_has_caps - whether this process may load BPF programs of all our kinds
 *
 * Return: whether it has CAP_SYS_ADMIN, CAP_BPF and CAP_PERFMON.
 */
bool kernel_has_caps(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	if (syscall(SYS_capget, &header, data))
		return false;
	return has_cap(data, CAP_SYS_ADMIN) && has_cap(data, CAP_BPF) &&
	       has_cap(data, CAP_PERFMON);
}

/**
 * kernel_file_word - whether a file has a word
 * @path: a short file: words with commas, blanks or line ends between them
 * @word: the word
 *
 * Return: YES, NO, or UNKNOWN if the file cannot be read.
 */
enum tristate kernel_file_word(const char *path, const char *word)
{
	char text[4096], *next;
	FILE *file = fopen(path, "re");
	size_t size;

	if (!file)
		return UNKNOWN;
	size = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[size] = '\0';
	for (next = strtok(text, SEPARATORS); next;
	     next = strtok(NULL, SEPARATORS)) {
		if (!strcmp(next, word))
			return YES;
	}
	return NO;
}

/**
 * kernel_has_lsm - whether LSM programs are asked: lsm= has bpf
 *
 * Without it they can be attached all the same, and nobody ever calls them.
 *
 * Return: YES, NO, or UNKNOWN.
 */
enum tristate kernel_has_lsm(void)
{
	__u64 ids[MAX_LSMS];
	__u32 size = sizeof(ids);
	long count = syscall(__NR_lsm_list_modules, ids, &size, 0);

	for (long i = 0; i < count; i++) {
		if (ids[i] == LSM_ID_BPF)
			return YES;
	}
	return count >= 0 ? NO :
			    kernel_file_word("/sys/kernel/security/lsm", "bpf");
}

/**
 * kernel_has_bpffs - whether the BPF file system is mounted where it belongs
 *
 * Return: whether it is.
 */
bool kernel_has_bpffs(void)
{
	struct statfs fs;

	return !statfs(BPFFS, &fs) && fs.f_type == BPF_FS_MAGIC;
}

/**
 * kernel_lsm_hint - what to do about lsm= without bpf
 *
 * Return: text with the very words for the kernel's command line.
 */
const char *kernel_lsm_hint(void)
{
	static char hint[400];
	char list[256] = "";
	FILE *file = fopen("/sys/kernel/security/lsm", "re");

	if (file) {
		if (fgets(list, sizeof(list), file))
			list[strcspn(list, "\n")] = '\0';
		fclose(file);
	}
	snprintf(hint, sizeof(hint),
		 "boot with lsm=%s%sbpf on the kernel's command line", list,
		 *list ? "," : "");
	return hint;
}

/**
 * kernel_need_root - fail without the rights that are needed
 *
 * Return: ST_OK or ST_PERMISSION.
 */
int kernel_need_root(void)
{
	if (kernel_has_caps())
		return ST_OK;
	return fail(ST_PERMISSION, HINT_ROOT, "not permitted: needs %s",
		    KERNEL_CAPS);
}

/**
 * kernel_need_hook - fail on a kernel without abimux
 *
 * Return: ST_OK or ST_KERNEL.
 */
int kernel_need_hook(void)
{
	if (kernel_has_hook())
		return ST_OK;
	return fail(ST_KERNEL, HINT_HOOK,
		    "the running kernel has no abimux hook");
}

/**
 * kernel_need_lsm - fail if nobody would ask our LSM programs
 *
 * Return: ST_OK or ST_KERNEL.
 */
int kernel_need_lsm(void)
{
	switch (kernel_has_lsm()) {
	case YES:
		return ST_OK;
	case NO:
		return fail(ST_KERNEL, kernel_lsm_hint(),
			    "the running kernel's lsm= has no bpf");
	default:
		return fail(ST_KERNEL, HINT_SECURITYFS,
			    "cannot see which LSMs the kernel runs");
	}
}

/**
 * kernel_need_bpffs - fail without a place for pins
 *
 * Return: ST_OK or ST_KERNEL.
 */
int kernel_need_bpffs(void)
{
	if (kernel_has_bpffs())
		return ST_OK;
	return fail(ST_KERNEL, HINT_BPFFS, "no BPF file system on " BPFFS);
}
