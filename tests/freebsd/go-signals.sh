#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: Go's panics, preemption and signals, FreeBSD build and Linux build
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
# shellcheck source=tests/freebsd/go.inc
. "${0%/*}/go.inc"

compare_builds signals 2
tap_end
