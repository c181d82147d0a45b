#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Bad input: a kernel without the hook
# vm: --kernel plain
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

census_before
check_status "abimux load is status 4" 4 abimux load
check_refused "and says which kernel to boot" 'make kernel' abimux load
check_not "doctor finds it, too" abimux doctor
check_like "and says the same" 'make kernel' sh -c 'abimux doctor; true'
for command in status "table list" "map list" ps missing; do
	check_refused "abimux $command says so" . sh -c "abimux $command"
done
check_out "a native program runs" -38 $bin/call-linux 500 12 24
check_out "nothing is pinned" 0 sh -c 'ls /sys/fs/bpf | wc -l'
check_census "nothing leaks"
tap_end
