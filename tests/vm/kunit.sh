#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# KUnit tests of the kernel core
# vm: --no-load
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

insert() { # MODULE
	insmod "$(find /lib/modules -name "$1.ko")"
}

# KTAP nests: the suite's own tests are indented once.
suite() { # RESULTS
	sed -n 's/^    \(\(not \)*ok .*\)/\1/p; s/^    \(1\.\..*\)/\1/p' "$1"
}

run_suite() { # NAME SUITE MODULE
	results=/sys/kernel/debug/kunit/$2/results
	check "$3.ko" insert "$3"
	check_tap "$1" suite "$results"
	check_like "$1: the suite as a whole" "^ok 1 $2" cat "$results"
	check "$3.ko can go" rmmod "$3"
}

check "kunit.ko" insert kunit
run_suite core abimux abimux_test
run_suite overlays abimux_overlay abimux_overlay_test
tap_end
