#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: sockets, field by field
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

mkdir /tmp/work && cd /tmp/work || exit
ifconfig lo 127.0.0.1 up

census_before
check_tap sockets "$tests/freebsd/sockets"
check_unlike "no call is missing" ^freebsd abimux missing
check_census "nothing leaks"

tap_end
