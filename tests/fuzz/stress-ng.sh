#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Parts of stress-ng, as a user: natively, on a table that their calls go through, and under an overlay
# vm: --share $build/strangers --memory 2G
#
# shellcheck source=tests/fuzz/strangers.inc
. "${0%/*}/strangers.inc"

# Those that make calls: processes, threads, signals, memory, files, pipes; and calls with
# bad numbers and bad addresses.
stressors='fork vfork clone exec pthread kill sigq sigsegv sigsuspend sigchld sigrt ptrace'
stressors="$stressors futex eventfd poll pipe sockpair timer mmap mremap enosys sysbadaddr"

# All at the same time, for some seconds. It checks what it does, and says so if all was
# well; a stressor that this kernel cannot run is no failure.
stress_ng() { # WAY SEED
	check_like "$1: stressors, seed $2" "] successful run completed" \
		su alice -c "cd $home && timeout -s KILL 300 /mnt/bin/stress-ng --stdout --metrics-brief $(echo "$stressors" | sed -E 's/([a-z]+)/--\1 1/g') -t 3 --seed $2 --temp-path $home"
}

census_before
rounds stress_ng
check_census "nothing leaks"
tap_end
