#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: a Go program's FreeBSD build and its Linux build, line by line
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
# shellcheck source=tests/freebsd/go.inc
. "${0%/*}/go.inc"

compare_builds behaviour 7
tap_end
