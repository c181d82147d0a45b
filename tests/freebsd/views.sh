#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: seccomp, ptrace, audit and tracepoints see each native call of a foreign one
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
mkdir /tmp/work && cd /tmp/work || exit
steps=$tests/freebsd/steps
tracing=/sys/kernel/tracing

# strace's output is in ./trace.
traced() { # STRACE-OPTION... -- WORD...
	rm -f lock
	options=
	while [ "$1" != -- ]; do
		options="$options $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # a list
	strace -f -o trace $options "$steps" "$@" </dev/null
}

# Events of tracefs that one command causes, in order, in ./events.
events() { # "SYSTEM/EVENT..." COMMAND...
	for event in $1; do
		echo 1 >"$tracing/events/$event/enable" || return
	done
	names=$1
	shift
	echo >$tracing/trace
	rm -f lock
	"$@"
	for event in $names; do
		echo 0 >"$tracing/events/$event/enable"
	done
	grep ' steps-' $tracing/trace >events
}

# The fields of events, without who and when.
event_texts() {
	sed 's/.*[0-9]: \(sys_[a-z_]*\)/\1/' events | grep "$@"
}

# How often the BPF program saw it.
counted() { # MAP KEY: as jq would take it apart, but there is none
	bpftool -j map dump pinned "/sys/fs/bpf/calls-maps/$1" | tr '{' '\n' | tr -d '"' |
		grep -A1 -e "$2" | grep -o 'value:[0-9]*' | head -n 1
}

census_before

check_tap seccomp $bin/seccomp
check_tap tracer $bin/tracer
check_tap audit $bin/audit

check_out "strace changes no result" "pipe 304
lock 3
dup 4
map 0
thread 1
fork 7" traced -- pipe lock dup map thread fork
check_like "strace: two results are one native call" 'pipe2\(\[3, 4\], 0\) += 0' cat trace
check_like "strace: the first step of a lock" 'openat\(AT_FDCWD, "lock", O_RDWR\|O_CREAT\|O_NONBLOCK, 0644\) = 3' cat trace
check_like "and the second" 'flock\(3, LOCK_EX\|LOCK_NB\) += 0' cat trace
check_like "strace: a mapping with more than was asked for" 'mmap\(NULL, 2101248, .*MAP_PRIVATE\|MAP_ANONYMOUS' cat trace
check_like "that is cut to size" 'munmap\(0x[0-9a-f]*, [0-9]+\) += 0' cat trace
thread=$(sed -n 's/.*clone.*CLONE_THREAD.*) *= //p; s/.*clone resumed.*) *= //p' trace)
check_like "strace -f: a thread" "^$thread +(<... )?gettid" cat trace
check_like "and how it ends" "^$thread +exit\(0" cat trace
child=$(sed -n 's/.*fork() *= //p; s/.*fork resumed.*) *= //p' trace)
check_like "strace -f: a child" "^$child +exit_group\(7" cat trace
check_like "and waiting for it" 'WEXITSTATUS\(s\) == 7' cat trace
check_unlike "no foreign number is decoded" 'creat\(|writev\(|unlink\(' cat trace
check_out "strace with its own filter" "lock 3
thread 1" traced --seccomp-bpf -e trace=flock,exit -- lock thread
check_like "sees the second step" 'flock\(3, LOCK_EX\|LOCK_NB\) += 0' cat trace
check_unlike "and only that" ' open' cat trace
check_out "strace puts an error into the second step" "lock -35
dup 3" traced -e inject=flock:error=EAGAIN -- lock dup
check_like "and sees it undone" 'close\(3\) += 0' cat trace

check_out "tracefs changes no result" "lock 3
lock -35" events "raw_syscalls syscalls/sys_enter_flock syscalls/sys_exit_flock" "$steps" lock lock
check_like "raw_syscalls: entry of the first step" '^sys_enter: NR 257 \(f*9c, [0-9a-f]+, 842, 1a4,' event_texts 'NR 257 '
check_like "raw_syscalls: its exit" '^sys_exit: NR 257 = 3$' event_texts 'NR 257 '
check_like "raw_syscalls: entry of the second step" '^sys_enter: NR 73 \(3, 6,' event_texts 'NR 73 '
check_like "raw_syscalls: exit of one that fails" '^sys_exit: NR 73 = -11$' event_texts 'NR 73 '
check_like "raw_syscalls: the third step" '^sys_enter: NR 3 \(4,' event_texts 'NR 3 '
check_out "raw_syscalls: in order" "NR 257
NR 73
NR 257
NR 73
NR 3" sh -c "sed -n '/sys_exit: NR 59 /,\$s/.*sys_enter: \(NR [0-9]*\) .*/\1/p' events |
	grep -v -e 'NR 1\$' -e 'NR 231'"
check_like "syscalls: sys_enter_flock" 'sys_flock\(fd: 3, cmd: 6\)' cat events
check_like "syscalls: sys_exit_flock" 'sys_flock -> 0x0$' cat events

check "a BPF program at the tracepoints" bpftool prog loadall $tests/bpf/calls.bpf.o /sys/fs/bpf/calls \
	pinmaps /sys/fs/bpf/calls-maps autoattach
rm -f lock
check_out "changes no result" "lock 3
lock -35
thread 1" "$steps" lock lock thread
check_out "counts the entries of a second step" value:2 counted entered 'key:73,'
check_out "its exits by result" value:1 counted left 'nr:73,result:0}'
check_out "also errors" value:1 counted left 'nr:73,result:-11}'
check_out "and a thread's calls" value:1 counted entered 'key:186,'
check_out "but no foreign number" "" counted entered 'key:432,'
rm -r /sys/fs/bpf/calls /sys/fs/bpf/calls-maps

check_census "nothing leaks"
tap_end
