#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: a kqueue of a thousand descriptors is not slower than a small one
# vm: --icount
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

check_tap kqueue-many "$tests/freebsd/kqueue-many"

tap_end
