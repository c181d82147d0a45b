#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Hostile calls of every table, as a user; --seed=N --seconds=N for others and more
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

census_before
check "table probe" abimux table load $tests/bpf/probe.tbl
check "its rule" abimux map set elf-note:abimux-probe:1/amd64 probe
check_tap calls "$tests/fuzz/calls" "$@" freebsd linux-0.11 myelf hello probe
check_out "no task is left" 0 count_tasks
for map in kqueues kq_owners kq_owned kq_items kq_notes kq_slots \
	kq_processes kq_watches; do
	check_out "nothing is left in map $map" "[]" \
		bpftool map dump pinned "$pins/table/freebsd/maps/$map"
done
check "abimux status works" abimux status
check "and so do programs" "$bin/call-hello" 500 12 24
check "the rule can go" abimux map delete elf-note:abimux-probe:1/amd64
check "so can the table" abimux table unload probe
check_census "nothing leaks"
tap_end
