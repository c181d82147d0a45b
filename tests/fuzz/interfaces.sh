#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Random bytes for what the kernel takes of tables, overlays, rules and tags, as root
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

census_before
check_tap interfaces "$tests/fuzz/interfaces" "$@"
check "rules of no sense are listed" abimux map list
check "as JSON, too" sh -c "abimux map list --json | $bin/json"
check "abimux status works" abimux status
check "abimux ps works" abimux ps
check_out "no task is left" 0 count_tasks
check_out "programs run as ever" 36 "$bin/call-hello" 500 12 24
check_census "nothing leaks"
tap_end
