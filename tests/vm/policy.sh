#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Policies: load, replace and unload them; the guard
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1
objects=/usr/lib/abimux
others=$tests/bpf

become() { # FILE [ARG...]: as far as it goes
	$bin/become "$@"
	true
}

census_before

# Each in turn.
check "replace the policy" abimux policy replace $others/native-policy.bpf.o
check_like "the new one is shown" '^policy +all-native' abimux policy show
check_like "and its programs alone" '^programs +classify commit$' abimux policy show
check_out "it decides: no rule counts" -38 $bin/call-hello 500 12 24
check_out "but what it says" "5 myelf" $bin/call-myelf 548 buf 64
check "and back" abimux policy replace $objects/by-format.bpf.o
check_out "the rules count again" 36 $bin/call-hello 500 12 24
check_census "as much as before"
check_refused "one with a map of another shape" 'formats' abimux policy replace $others/shape-policy.bpf.o
check_refused "one that is no policy" 'struct abimux_policy_ops|no map' abimux policy replace $objects/hello.bpf.o
check_refused "what is no object" 'no BPF object' abimux policy replace /etc/passwd
check_refused "a file that is not there" 'nonesuch' abimux policy replace nonesuch
check_refused "a second one" 'is loaded' abimux policy load
check_out "none of that changes anything" 36 $bin/call-hello 500 12 24
check_census "or leaves anything"

# Without a policy.
$bin/call-linux-0.11 29 &
sleeper=$!
within 10 grep -q linux-0.11 $pins/tasks
check "unload the policy" abimux policy unload
check_like "a running task keeps its table" ' linux-0.11 ' cat $pins/tasks
check_out "new programs are native" -38 $bin/call-hello 500 12 24
check_out "foreign ones are refused" ENOEXEC become $bin/call-myelf 548 buf 64
check_out "for i386, too" ENOEXEC become $bin/call-linux-0.11 72 linus
check_like "the tables are there" '^myelf ' abimux table list
check_like "and the rules" 'MyELF' abimux map list
check_refused "there is none to unload" 'no policy' abimux policy unload
check_refused "nor to replace" 'no policy' abimux policy replace $objects/by-format.bpf.o
check "load it again" abimux policy load
check_out "the rules hold" "5 myelf" $bin/call-myelf 548 buf 64
kill $sleeper
wait
check_census "nothing leaks"

# Links removed by hand: one at a time, and all. Back by the loader alone.
by_hand() { # NAME PIN... : foreign programs do not run as native ones
	title=$1
	shift
	for pin; do rm -r "${pins:?}/$pin"; done
	within 10 sh -c "$bin/become $bin/call-myelf 231 0 | grep -q ENOEXEC"
	check_out "$title removed by hand: foreign ones are refused" ENOEXEC become $bin/call-myelf 548 buf 64
	check_out "$title: native ones run" -38 $bin/call-linux 500 12 24
	abimux policy unload >/dev/null 2>&1
	check "$title: load it again" abimux policy load
	check_out "$title: it works" "5 myelf" $bin/call-myelf 548 buf 64
}

by_hand "what classifies" programs/classify
by_hand "the policy" policy
by_hand "its programs" programs
by_hand "both" policy programs
rm $pins/programs/commit
check "what writes tags removed by hand" within 10 sh -c "! bpftool prog list | grep -q ' name commit '"
check_out "the guard writes them" "5 myelf" $bin/call-myelf 548 buf 64
check_out "and native programs stay so" -38 $bin/call-linux 500 12 24
abimux policy replace $objects/by-format.bpf.o >/dev/null
rm -r $pins
check "everything removed by hand" within 10 sh -c "! bpftool prog list | grep -q ' name classify '"
check_out "foreign programs are refused" ENOEXEC become $bin/call-myelf 548 buf 64
check "load" abimux load
check_out "all is there again" "5 myelf" $bin/call-myelf 548 buf 64
check_census "nothing leaks"

# The whole of it.
check "unload leaves the guard" abimux unload
check_out "foreign programs are refused" ENOEXEC become $bin/call-myelf 548 buf 64
check "unload --all" abimux unload --all
check_out "leaves nothing" "" ls /sys/fs/bpf
check_status "and has nothing to do then" 6 abimux unload --all
check "load" abimux load
check_census "as much as before"
for words in show "replace nonesuch" load "replace $objects/by-format.bpf.o" unload show load; do
	# shellcheck disable=SC2086 # a list
	check "--json policy $words" sh -c "abimux --json policy $words | $bin/json"
done
tap_end
