#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: calls, frames and structures, field by field
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

here=$tests/freebsd
mkdir /tmp/work && cd /tmp/work || exit

census_before
check_tap start env -i NAME=value "$here/start" one two
check_tap signals "$here/signals"
check_tap context "$here/context"
check_tap threads "$here/threads"
check_tap umtx "$here/umtx"
check_tap processes "$here/processes"
check_tap files "$here/files"
check_tap kqueue "$here/kqueue"
for part in user timer process vnode socket threads; do
	check_tap "kqueue-$part" "$here/kqueue-$part"
done
check_tap kqueue-life "$bin/epoll" 9 "$here/kqueue-life"
for map in kqueues kq_owners kq_owned kq_items kq_notes kq_slots \
	kq_processes kq_watches; do
	check_out "nothing is left in map $map" "[]" \
		bpftool map dump pinned "$pins/table/freebsd/maps/$map"
done
check_census "nothing leaks"
check_like "the call that there is not was counted" "^freebsd +600 +- +1 +start" abimux missing
check_unlike "and no other" "^freebsd +[0-57-9]" abimux missing

tap_end
