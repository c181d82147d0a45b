#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Each change, child and program without each piece of memory in turn: all of it or nothing
# only: debug
# vm: --memory 3G
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1

census_before
{
	"$tests/churn/nomem"
	echo "ended $?"
} >said 2>"$err"
: >"$out"
while read -r word what; do
	case $word in
	right) result "$what" yes ;;
	wrong) result "$what" no ;;
	"#") echo "# $what" ;;
	esac
done <said
check_out "it comes to its end" "ended 0" tail -n 1 said
check_out "no task is left" 0 count_tasks
check_census "nothing leaks"
tap_end
