#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table linux is what every task has by default; tables by name; another default
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

check_like "table linux is always there" '^linux ' abimux table list
check_like "the pinned iterator shows it too" '^linux +0 +- ' cat $pins/tables
for table in myelf linux-0.11 hello spy; do
	check_like "table $table is registered" "^$table " abimux table list
	check "and found by its name" abimux table show $table
done
check_refused "a name that no table has is not found" nonesuch abimux table show nonesuch

check_out "a native program's 500 is ENOSYS" -38 $bin/call-linux 500 12 24
check_out "so is an i386 program's" -38 $bin/call-linux-i386 500 12 24
check_out "a native program's own calls work" "ok2" $bin/call-linux 1 1 ok 2
check_out "no native task is in the list of tasks" 0 count_tasks

census_before
check "the default table can be set" abimux map set default hello
check_like "the rule is listed" 'default +hello' abimux map list
check_out "programs without a format of their own get it" 36 $bin/call-linux 500 12 24
check_out "with all of Linux's calls" "ok2" $bin/call-linux 1 1 ok 2
check_out "a program with a format of its own does not" "5 myelf" $bin/call-myelf 548 buf 64
check_out "a program for another machine is refused" ENOEXEC sh -c "$bin/become $bin/call-linux-i386 20; true"
check "a default for one machine goes before it" abimux map set default/i386 linux
check_out "so that programs for that machine run" -38 $bin/call-linux-i386 500 12 24
check "it can be deleted again" abimux map delete default/i386
check "and so can the other" abimux map delete default
check_out "then programs are native as before" -38 $bin/call-linux 500 12 24
check_census "and nothing is left of it"
tap_end
