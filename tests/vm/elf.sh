#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Bad input: ELF files truncated at each byte, and hostile ones
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

census_before
check_tap "elf" $bin/elf
check_out "whole files run as before" "5 myelf" $bin/call-myelf 548 buf 64
check_out "no task is left" 0 count_tasks
check_census "nothing leaks"
tap_end
