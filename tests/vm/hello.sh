#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table hello: 500 adds, all native calls go on working, signals and restarts
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

census_before
check_out "500(12, 24) is 36" 36 $bin/call-hello 500 12 24
check_out "500(-1, -1) is -2" -2 $bin/call-hello 500 -1 -1
check_out "501 is ENOSYS" -38 $bin/call-hello 501 12 24
check_tap "a program with a C library" $bin/hello
check_out "500 is ENOSYS in a native program meanwhile" -38 $bin/call-linux 500 12 24
check_census "nothing leaks"
tap_end
