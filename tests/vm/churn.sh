#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Tables, overlays, the policy and 200 tasks changed while they look at each result
# vm: --memory 2G
#
# churn.sh [OPTION...]: those of churn.c, to go on for longer
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1

[ $# -gt 0 ] || set -- --seconds 12 --every 4
census_before
# As it comes: it may take hours.
{
	"$tests/churn/churn" "$@"
	echo $? >status
} 2>&1 | tee said
grep "^# end:" said >end
check_out "nothing was ever wrong" 0 cat status
check_like "all kinds of changes were made" \
	'tasks [0-9]{3}.* swaps [1-9].* policies [1-9].* retags [1-9].* lays [1-9].* overlays [1-9].* updates [1-9]' cat end
check_like "results were known beforehand" 'exact [1-9][0-9]{3}' cat end
check_like "of programs, threads and children" 'forks [1-9].* execs [1-9].* threads [1-9].* signals [1-9]' cat end
check_like "and the loader was killed" 'loader: [1-9][0-9]* commands, [1-9][0-9]* killed' cat said
check_out "no task is left" 0 count_tasks
check_census "nothing leaks"
tap_end
