#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: terminals, memory, processes, limits, times, sysctl, errnos
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

here=$tests/freebsd
mkdir /tmp/work && cd /tmp/work || exit

census_before
check_tap terminal "$here/terminal"
check_tap identity "$here/identity"
check_tap ipc "$here/ipc"
check_tap errnos "$bin/fail" "$here/errnos"
check_tap sysctl "$here/sysctl"
check_tap limits "$here/limits"
check_tap directories "$here/directories"
check_tap memory "$here/memory"
cd "$here" && check_tap paths ./paths
check_census "nothing leaks"

tap_end
