/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What to do about what is wrong; said by errors and by doctor alike.
 */
#ifndef LOADER_HINTS_H
#define LOADER_HINTS_H

#define HINT_ROOT "run it as root: sudo abimux ..."
#define HINT_HOOK "boot the kernel that `make kernel` built"
#define HINT_SECURITYFS "mount -t securityfs securityfs /sys/kernel/security"
#define HINT_BPFFS "mount -t bpf bpf /sys/fs/bpf"
#define HINT_LOAD "abimux load"
#define HINT_TABLES "abimux table list shows the tables there are"
#define HINT_OBJECTS \
	"install abimux's BPF objects, or name their directory: abimux load --dir DIR"
#define HINT_VERBOSE "abimux -v ... shows what the kernel said"

#endif /* LOADER_HINTS_H */
