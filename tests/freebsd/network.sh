#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: sockets and interfaces, by a Go program's two builds, line by line
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
# shellcheck source=tests/freebsd/go.inc
. "${0%/*}/go.inc"

ifconfig lo 127.0.0.1 up
compare_builds network 0
tap_end
