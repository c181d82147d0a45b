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
left() { # of one call in another
	abimux run -t probe $bin/call-linux 624
}
check_out "no call found anything of another" 0 left

# Programs that do not sleep are asked the quick way.
quick_tests() { # COMMAND...
	"$@" $bin/probe -t child_of_fork_leaves_the_call -t fork_of_a_fork \
		-t two_native_calls_in_one -t seccomp_sees_the_first_step \
		-t seccomp_sees_the_second_step -t endless_steps_are_stopped \
		-t garbage_from_enter_is_enosys -t garbage_from_leave_is_enosys \
		-t missing_from_enter_is_enosys -t registers_are_set \
		-t second_result -t native_numbers_that_are_none \
		-t interrupted_call_with_a_leave_op \
		-t restarted_call_with_a_leave_op -t task_words \
		-t leave_decides_how_an_interrupted_call_ends \
		-t leave_has_an_interrupted_call_made_again
}
check "table probe, with such programs" abimux table replace $tests/bpf/probe-quick.tbl
check_tap "calls with a quick program" quick_tests env
check_tap "again, when each call has been like that" quick_tests env
check_tap "calls that are counted" quick_tests abimux stat -o counts
check "a read with a leave op waits" start_read
check "it is counted from its middle on" abimux stat --start
check "it ends" end_read
check_like "as ever" '^1 x' cat said
abimux stat --stop >/dev/null
check_out "no call found anything of another" 0 left
check "its rule can go" abimux map delete elf-note:abimux-probe:1/amd64
check "so can it" abimux table unload probe
check_census "nothing leaks"
check_refused "a program that writes what it may only read is refused" 'readonly' \
	abimux table load $tests/bpf/readonly.tbl
check_unlike "and no table is left of it" readonly abimux table list
check_census "nothing leaks"
tap_end
