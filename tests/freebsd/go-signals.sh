#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: Go's panics, preemption and signals, FreeBSD build and Linux build
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

here=$tests/freebsd

cd /tmp || exit
census_before
check_status "the Linux build" 2 "$here/signals-linux"
cp "$out" /tmp/linux.out
check_status "the FreeBSD build" 2 "$here/signals-freebsd"
cp "$out" /tmp/freebsd.out
check "as many lines" test "$(wc -l </tmp/linux.out)" = "$(wc -l </tmp/freebsd.out)"
n=0
while IFS= read -r line; do
	n=$((n + 1))
	check_out "$line" "$line" sed -n ${n}p /tmp/freebsd.out
done </tmp/linux.out
check_unlike "no call is missing" ^freebsd abimux missing
check_census "nothing leaks"
tap_end
