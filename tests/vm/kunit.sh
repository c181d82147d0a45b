#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# KUnit tests of the kernel core
# vm: --no-load
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

results=/sys/kernel/debug/kunit/abimux/results

insert() { # MODULE
	insmod "$(find /lib/modules -name "$1.ko")"
}

# KTAP nests: the suite's own tests are indented once.
suite() {
	sed -n 's/^    \(\(not \)*ok .*\)/\1/p; s/^    \(1\.\..*\)/\1/p' $results
}

check "kunit.ko" insert kunit
check "abimux_test.ko" insert abimux_test
check_tap "core" suite
check_like "the suite as a whole" '^ok 1 abimux' cat $results
check "abimux_test.ko can go" rmmod abimux_test
tap_end
