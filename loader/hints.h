/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What to do about what is wrong; said by errors and by doctor alike.
 */
#ifndef LOADER_HINTS_H
#define LOADER_HINTS_H

#define HINT_ROOT "run it as root: sudo abimux ..."
#define HINT_HOOK "boot the kernel that `make kernel` built"
#define HINT_LAYOUT "use the abimux that was built with this kernel"
#define HINT_SECURITYFS "mount -t securityfs none /sys/kernel/security"
#define HINT_BPFFS "mount -t bpf none /sys/fs/bpf"
#define HINT_PROC "mount -t proc none /proc"
#define HINT_LOAD "abimux load"
#define HINT_LOADED "abimux status shows what; abimux unload removes it"
#define HINT_TABLES "abimux table list shows the tables there are"
#define HINT_OVERLAYS "abimux overlay list shows the overlays there are"
#define HINT_RELOAD \
	"abimux table unload, then load: tasks of the old table keep that"
#define HINT_SHAPE \
	"build it with this abimux's bpf/choice.bpf.h, or abimux unload and load --dir DIR"
#define HINT_POLICY "abimux policy load"
#define HINT_OBJECTS \
	"install abimux's BPF objects, or name their directory with --dir"
#define HINT_MACHINE \
	"it is no program, or the table is for the other machine (i386, amd64)"
#define HINT_PRIVILEGE "who gains privileges cannot be forced to a table"
#define HINT_VERBOSE "abimux -v ... shows what the kernel said"

/* The kernel took something, and does not show it afterwards. */
#define GONE "was taken, but the kernel does not show it"

#endif /* LOADER_HINTS_H */
