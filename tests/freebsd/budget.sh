#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: how far its programs are from the verifier's limits, and how soon it is there
# vm: --icount
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

# The kernel takes a million instructions and 256 functions.
most_verified=700000
most_functions=240
# Hundredths of a second of 1,000 million instructions each, whatever else the host does:
# an emulated processor on a host with nothing else to do takes half as long again.
most_time=160

now() {
	awk '{ print int($1 * 100) }' /proc/uptime
}

load_time() { # of the table as it is loaded by hand
	abimux table unload freebsd >/dev/null || return
	start=$(now)
	abimux table load /usr/lib/abimux/freebsd.tbl >/dev/null || return
	echo $(($(now) - start))
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
