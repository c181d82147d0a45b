/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_KERNEL_H
#define LOADER_KERNEL_H

#include <stdbool.h>

#include <bpf/btf.h>

#define BPFFS "/sys/fs/bpf"

/* What kernel_has_caps() asks for. */
#define KERNEL_CAPS "CAP_SYS_ADMIN, CAP_BPF and CAP_PERFMON"

/* What cannot be seen is neither there nor lacking. */
enum tristate {
	NO,
	YES,
	UNKNOWN,
};

const struct btf *kernel_btf(void);
bool kernel_has_hook(void);
bool kernel_has_caps(void);
enum tristate kernel_has_lsm(void);
bool kernel_has_bpffs(void);
enum tristate kernel_file_word(const char *path, const char *word);
const char *kernel_lsm_hint(void);

int kernel_need_root(void);
int kernel_need_hook(void);
int kernel_need_lsm(void);
int kernel_need_bpffs(void);

#endif /* LOADER_KERNEL_H */
