#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A table's program asks for odd things: fork inside a call, steps, garbage
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

cd /tmp || exit 1
mkfifo fifo

census_before
check "table probe" abimux table load $tests/bpf/probe.tbl
check "its rule" abimux map set elf-note:abimux-probe:1/amd64 probe
check_tap "calls with a program" $bin/probe
check_tap "what others see of a call" $bin/views
# Each call is looked at by others, too: all the time, or from its middle, or up to that.
check_tap "calls that are counted" abimux stat -o counts $bin/probe
check_like "so they are" ' regs$' cat counts
sleeps_in_read() {
	pid=$(pidof call-linux) && grep -q '^0 ' "/proc/$pid/syscall"
}
start_read() {
	abimux run -t probe $bin/call-linux 607 0 buf 1 + 601 <fifo >said &
	reader=$!
	exec 3>fifo
	within 10 sleeps_in_read
}
end_read() {
	printf x >&3
	exec 3>&-
	wait "$reader"
}
check "a read with a leave op waits" start_read
check "it is counted from its middle on" abimux stat --start
check "it ends" end_read
check_like "as ever" '^1 x' cat said
check "the next one" start_read
check "is not counted to its end" abimux stat --stop
check "it ends" end_read
check_like "as ever" '^1 x' cat said
check_like "and two steps after it" '^[1-9][0-9]{5,}$' cat said
check_like "garbage was counted as refused" 'garbage' abimux status
check "its rule can go" abimux map delete elf-note:abimux-probe:1/amd64
check "so can it" abimux table unload probe
check_census "nothing leaks"
check_refused "a program that writes what it may only read is refused" 'readonly' \
	abimux table load $tests/bpf/readonly.tbl
check_unlike "and no table is left of it" readonly abimux table list
check_census "nothing leaks"
tap_end
