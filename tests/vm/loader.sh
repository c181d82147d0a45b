#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# abimux: load and unload, kill -9, ps, missing, JSON of every command
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1

no_bpf() { # no program, struct_ops map or link is left
	[ -z "$(bpftool prog list)$(bpftool struct_ops list)$(bpftool link list)" ]
}

census_before
check_not "no process of abimux is there, all goes on without" pidof abimux
check_status "load once more is status 7" 7 abimux load
check_census "- and changes nothing"
check "unload all, the guard too" abimux unload --all
check "nothing is left: programs, tables, links" within 10 no_bpf
check_out "nothing is pinned" 0 sh -c 'ls /sys/fs/bpf | wc -l'
check_out "without a policy every program is native" -38 $bin/call-hello 500 12 24
check_status "unload once more is status 6" 6 abimux unload
check "load" abimux load
check_out "all is there again" "5 myelf" $bin/call-myelf 548 buf 64
check_census "as much as before"

# A task keeps its table through an unload.
$bin/call-linux-0.11 29 &
within 10 grep -q linux-0.11 $pins/tasks
check "unload while a task has a table" abimux unload
check "load again" abimux load
check_like "it still has it" ' linux-0.11 ' cat $pins/tasks
kill $!
wait
check_census "nothing leaks"

# Killed at any moment of a load: what is there then can be removed.
for delay in 0.02 0.05 0.1 0.2 0.3 0.4; do
	abimux unload >/dev/null 2>&1
	abimux load >/dev/null 2>&1 &
	sleep $delay
	kill -KILL $! 2>/dev/null
	wait 2>/dev/null
	check_out "load killed after $delay s: programs run" ok2 $bin/call-linux 1 1 ok 2
done
abimux unload >/dev/null 2>&1
check "after all that, load" abimux load
check_census "nothing leaks"

# What it shows.
$bin/call-linux-0.11 29 &
pid=$!
within 10 grep -q linux-0.11 $pins/tasks
check_like "ps: task, table, format, since" "$pid .*linux-0.11.*elf-note:Linux-0.11:1/i386" abimux ps
$bin/call-myelf 231 0 + 231 0 + 39 >/dev/null
check_like "missing: table, number, count, program" 'myelf +231 .* 2 +call-myelf' abimux missing
$bin/call-linux-0.11 51 + 51 + 51 >/dev/null
check_like "missing: by name, where the table has one" 'linux-0.11 +51 +acct +3 +call-linux-0.11' abimux missing

# JSON of every command, of errors too.
json() { # COMMAND...: valid, whatever the status
	"$@" | $bin/json
}
for command in status doctor "table list" "table show hello" "table show linux-0.11" "map list" ps \
	missing "table show nonesuch" "map delete uid:77" "map set x y" nonesuch "table load /tmp/nonesuch.tbl" \
	"load" "run -t nonesuch true"; do
	# shellcheck disable=SC2086 # a list
	check "--json $command" json abimux --json $command
done
kill $pid
wait
check "missing --clear" abimux missing --clear
check_unlike "forgets" 231 abimux missing
check "doctor finds nothing wrong" abimux doctor
tap_end
