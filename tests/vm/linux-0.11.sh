#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table linux-0.11: an i386 program by int 0x80, 72 calls, iam and whoami
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
call=$bin/call-linux-0.11

census_before
mkdir /tmp/work
cd /tmp/work || exit 1
check_out "at first there is no name" "0 " $call 73 buf 64
check_tap "a 0.11 program" $bin/linux-0.11
check_out "iam answers the number of bytes" 6 $call 72 torval
check_out "the name outlives the process" "6 torval" $call 73 buf 64
check_like "bpftool shows it" '"name": "torval"' bpftool map dump name iam_name
check_out "another user's programs see it too" "6 torval" su alice -c "$call 73 buf 64"
check_out "24 characters are EINVAL" -22 $call 72 abcdefghijklmnopqrstuvwx
check_out "the name is as before" "6 torval" $call 73 buf 64
check_out "23 are not" 23 $call 72 abcdefghijklmnopqrstuvw
check_like "and bpftool shows all of them" '"name": "abcdefghijklmnopqrstuvw"' bpftool map dump name iam_name
check_out "a native i386 program has neither call" "-38" $bin/call-linux-i386 500 0
check_census "nothing leaks"
tap_end
