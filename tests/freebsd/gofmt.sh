#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: gofmt's FreeBSD build and its Linux build, byte by byte
# vm: --share /usr/share/go-1.19/src
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

here=$tests/freebsd
# Of Go's standard library. GOFMT_DIRS=. is all of it, and takes some minutes.
dirs=${GOFMT_DIRS:-fmt sort strings go/printer}

# Run both builds on the same; what they say goes to /tmp/SYSTEM.{out,err,status}.
both() { # ARGUMENT...
	for system in linux freebsd; do
		"$here/gofmt-$system" "$@" >/tmp/$system.out 2>/tmp/$system.err </tmp/input
		echo $? >/tmp/$system.status
	done
}

# Files that cannot be parsed are told in the order in which they are found: one
# goroutine each reads them.
same() { # NAME STATUS
	check "$1: output" cmp /tmp/linux.out /tmp/freebsd.out
	sort /tmp/linux.err >/tmp/linux.errors
	sort /tmp/freebsd.err >/tmp/freebsd.errors
	check "$1: errors" cmp /tmp/linux.errors /tmp/freebsd.errors
	check_out "$1: status" "$2" cat /tmp/linux.status
	check_out "$1: status, FreeBSD" "$2" cat /tmp/freebsd.status
}

# Make it look as if nobody had ever run gofmt: no indentation, no blanks around
# braces and operators.
mangle() { # FROM TO
	mkdir -p "$2"
	for file in "$1"/*.go; do
		sed -e 's/^[	 ]*//' -e 's/ := /:=/' -e 's/) {$/){/' "$file" >"$2/${file##*/}"
	done
}

cd /mnt || exit
: >/tmp/input
census_before

# shellcheck disable=SC2086 # a list
both -l $dirs
same "gofmt -l" "$(cat /tmp/linux.status)"
# shellcheck disable=SC2086 # a list
both -d $dirs
same "gofmt -d" "$(cat /tmp/linux.status)"

both -d go/types/testdata/examples
check "testdata has something to tell" test -s /tmp/linux.out -a -s /tmp/linux.err
same "gofmt -d of testdata" 2

for dir in fmt sort strings; do
	mangle $dir /tmp/mangled/$dir
done
cp -r /tmp/mangled /tmp/mangled.linux
cp -r /tmp/mangled /tmp/mangled.freebsd
cd /tmp/mangled || exit
both -l .
check "the mangled copy is mangled" test "$(wc -l </tmp/linux.out)" -gt 30
same "gofmt -l of a mangled copy" "$(cat /tmp/linux.status)"
both .
same "gofmt of a mangled copy" "$(cat /tmp/linux.status)"
for system in linux freebsd; do
	cd /tmp/mangled.$system || exit
	check_status "gofmt -w, $system" 0 "$here/gofmt-$system" -s -w .
done
check "gofmt -w: the same files" diff -r /tmp/mangled.linux /tmp/mangled.freebsd
check_not "gofmt -w: not as before" diff -rq /tmp/mangled /tmp/mangled.freebsd

cp /tmp/mangled/fmt/print.go /tmp/input
both -r 'a.fmt -> a.format'
same "gofmt -r of standard input" 0
echo 'package main; func' >/tmp/input
both
same "gofmt of nonsense" 2
check_unlike "no call is missing" ^freebsd abimux missing
check_census "nothing leaks"
tap_end
