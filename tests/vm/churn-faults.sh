#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The same with no memory for each piece of it that is asked for, in turn
# only: debug
# vm: --memory 3G
#
# churn-faults.sh [OPTION...]: those of churn.c, to go on for longer
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1

[ $# -gt 0 ] || set -- --tasks 60 --seconds 40 --every 10
census_before
{
	"$tests/churn/churn" --faults "$@"
	echo $? >status
} 2>&1 | tee said
grep "^# end:" said >end
check_out "nothing was ever wrong" 0 cat status
check_like "all kinds of changes were made" \
	'tasks [0-9]{2,}.* swaps [1-9].* policies [1-9].* retags [1-9].* lays [1-9].* overlays [1-9].* updates [1-9]' cat end
check_like "changes, forks and execs had no memory" 'faults [1-9][0-9]* nomem [1-9][0-9]* [1-9]' cat end
check_out "no task is left" 0 count_tasks
check_census "nothing leaks"
tap_end
