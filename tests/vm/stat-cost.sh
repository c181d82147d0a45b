#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What counting costs: nothing while nobody counts
# vm: --icount
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

# Instructions of one round trip of getpid, as make bench counts them.
foreign() {
	abimux run -t hello $tests/bench/roundtrip 39
}

native() {
	$tests/bench/roundtrip 39
}

before=$(foreign)
native_before=$(native)
check_like "a round trip is counted" '^[1-9][0-9][0-9]$' echo "$before"
abimux stat --start >/dev/null
counted=$(foreign)
native_counted=$(native)
abimux stat --stop >/dev/null
check "a foreign call that is counted runs more instructions" [ "$counted" -gt "$before" ]
check_out "a native call runs not one more meanwhile" "$native_before" echo "$native_counted"
check_out "a foreign call runs as many as ever when nobody counts any more" "$before" foreign
echo "# getpid, instructions: native $native_before, foreign $before, counted $counted"
tap_end
