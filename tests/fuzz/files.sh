#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Hostile files to execute: ELF files of several systems, scripts, a.out, Plan 9
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
here=$tests/fuzz
cd /tmp || exit 1

# No loader for these; with a rule the policy looks at them all the same.
printf '\007\001\144\000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' >aout
printf '\000\000\212\227aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' >plan9
printf '#!%s argument\n' "$here/witness-freebsd" >script
cp "$here/witness-freebsd" osabi
printf '\011' | dd of=osabi bs=1 seek=7 conv=notrunc 2>/dev/null
census_before
check "a rule for a.out" abimux map set magic:00640107 linux-0.11
check_tap files "$here/files" "$@" "$here/witness-freebsd" "$here/witness-myelf" \
	"$here/witness-linux-0.11" "$here/witness-freebsd" osabi aout plan9 script
check "the rule can go" abimux map delete magic:00640107
check_out "no task is left" 0 count_tasks
check "abimux status works" abimux status
check_status "a file of FreeBSD runs as ever" 7 "$here/witness-freebsd"
check_status "so does one of Linux 0.11" 7 "$here/witness-linux-0.11"
check_census "nothing leaks"
tap_end
