#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: how far its programs are from the verifier's limits, and how soon it is there
# vm: --cpus 1
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

# The kernel takes a million instructions and 256 functions.
most_verified=700000
most_functions=240
# Hundredths of a second, on an emulated processor.
most_time=200

now() {
	awk '{ print int($1 * 100) }' /proc/uptime
}

# The table as it is loaded by hand: the best of three, as others use the machine too.
load_time() {
	best=
	for _ in 1 2 3; do
		abimux table unload freebsd || return
		start=$(now)
		abimux table load /usr/lib/abimux/freebsd.tbl || return
		took=$(($(now) - start))
		[ -n "$best" ] && [ "$best" -le "$took" ] || best=$took
	done >/dev/null
	echo "$best"
}

$bin/budget freebsd_ >/tmp/budget
check_like "the table's programs are loaded" '^freebsd_enter [1-9]' cat /tmp/budget
while read -r program verified functions; do
	check "$program: $verified instructions verified, at most $most_verified" \
		[ "$verified" -le $most_verified ]
	check "$program: $functions functions, at most $most_functions" \
		[ "$functions" -gt 0 -a "$functions" -le $most_functions ]
done </tmp/budget
took=$(load_time)
check "loading takes $took hundredths of a second, less than $most_time" \
	[ "${took:-$most_time}" -lt $most_time ]
tap_end
