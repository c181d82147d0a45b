#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: locks under load; STRESS_SECONDS=3600 for an hour of it
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

census_before
check_tap stress "$tests/freebsd/stress" "${STRESS_SECONDS:-8}"
check_census "nothing leaks"
tap_end
