#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A table's program asks for odd things: fork inside a call, steps, garbage
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

census_before
check "table probe" abimux table load $tests/bpf/probe.tbl
check "its rule" abimux map set elf-note:abimux-probe:1/amd64 probe
check_tap "calls with a program" $bin/probe
check_tap "what others see of a call" $bin/views
check_like "garbage was counted as refused" 'garbage' abimux status
check "its rule can go" abimux map delete elf-note:abimux-probe:1/amd64
check "so can it" abimux table unload probe
check_census "nothing leaks"
check_refused "a program that writes what it may only read is refused" 'readonly' \
	abimux table load $tests/bpf/readonly.tbl
check_unlike "and no table is left of it" readonly abimux table list
check_census "nothing leaks"
tap_end
