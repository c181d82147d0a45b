#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: sockets and interfaces, by a Go program's two builds, line by line
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

here=$tests/freebsd

run_in_empty() { # DIRECTORY COMMAND...
	mkdir "$1" && cd "$1" || return
	shift
	"$@"
}

ifconfig lo 127.0.0.1 up
census_before
check "the Linux build" run_in_empty /tmp/linux "$here/network-linux"
cp "$out" /tmp/linux.out
check "the FreeBSD build" run_in_empty /tmp/freebsd "$here/network-freebsd"
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
