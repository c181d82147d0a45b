#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Bad input: a kernel whose lsm= leaves out bpf
# vm: --no-load --append lsm=capability
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

census_before
check_status "abimux load is status 4" 4 abimux load
check_refused "and names what is missing on the kernel's command line" 'lsm=.*bpf' abimux load
check_not "doctor finds it, too" abimux doctor
check_like "and says the same" 'lsm=.*bpf' sh -c 'abimux doctor; true'
check_out "a native program runs" -38 $bin/call-linux 500 12 24
check_out "nothing is pinned" 0 sh -c 'ls /sys/fs/bpf | wc -l'
check_census "nothing leaks"
tap_end
