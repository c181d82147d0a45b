#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table myelf: told by a note, three calls, per task
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
call=$bin/call-myelf

census_before
check_out "69 is write" "ok2" $call 69 1 ok 2
check_status "60 is exit" 7 $call 60 7
check_out "548 tells the caller its table" "5 myelf" $call 548 buf 64
check_out "a buffer that just fits" "5 myelf" $call 548 buf 6
check_out "one that is too small is ERANGE, and untouched" "-34 untouched" $call 548 buf 5
check_out "a bad pointer is EFAULT" "-14" $call 548 16 64
id=$(awk '$1 == "myelf" { print $2 }' $pins/tables)
check_out "without a buffer 548 tells the table's id" "$id" $call 548 0 0
sed 's/^table.*/table other/' /usr/lib/abimux/myelf.tbl >/tmp/other.tbl
check "the same program behind a table of another name" abimux table load /tmp/other.tbl
check_out "548 tells that name" "5 other" abimux run -t other $call 548 buf 64
check "and off" abimux table unload other
for nr in 0 1 2 3 9 39 57 59 61 68 70 231 334 435 547 549 1023 1024 100000 -1; do
	check_out "$nr is ENOSYS" -38 $call $nr 1 2 3
done
check_out "x32's bit makes no other number of it" -38 $call 0x40000045 1 ok 2
check_out "a native program does not have 548" -38 $bin/call-linux 548 0 0
check_tap "native and myelf at once" $bin/switches
check_like "what was missing was counted" '^myelf +231 .* 1 +call-myelf$' abimux missing
check_census "nothing leaks"
tap_end
