#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A program is given its table back while it takes another one: the last word counts
# only: kcsan
# vm: --parallel
#
# again.sh [CHANGES]
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1

census_before
check_like "no change is lost" '^lost 0$' "$tests/churn/again" "${1:-20000}"
grep changes "$out"
check_out "no task is left" 0 count_tasks
check_census "nothing leaks"
tap_end
