#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Running programs get another table, whole or one thread, in the middle of a call
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1
mkfifo fifo

# What table each thread of a spinner finds itself on: l linux, h hello, m myelf.
is_on() { # LETTERS
	[ "$(cat letters)" = "$1" ]
}

on() { # NAME LETTERS
	check "$1" within 10 is_on "$2"
}

spin() { # THREADS [FIFO]
	rm -f letters
	$bin/spinner letters "$@" &
	spinner=$!
	within 10 is_on "$(echo llllllll | cut -c "1-$1")"
}

gone() { # SIGNAL PID...: end them
	kill "$@"
	shift
	wait "$@" 2>/dev/null
	true
}

census_before

# One thread, to all tables there are and back.
spin 1
check_like "a native program gets a table" '^1 thread: table hello ' abimux retag $spinner hello
on "and makes its calls" h
check_like "ps says why" "$spinner .* hello .* retagged " abimux ps
check "another one, in which most calls are missing" abimux retag $spinner myelf
on "it is on that" m
check "the native one again" abimux retag --wait $spinner linux
on "it is as it was" l
check_like "the same once more changes nothing" '^nothing changed' abimux retag $spinner linux
check_like "in JSON" '"threads": 1,' abimux retag --json --wait $spinner hello
gone -TERM $spinner
check_out "then it is gone" 0 count_tasks

# Threads: all of them, or one.
spin 4
check_like "all threads of a process" '^4 threads: table hello by now$' abimux retag --wait $spinner hello
on "they are on it" hhhh
thread=$(find /proc/$spinner/task -mindepth 1 -maxdepth 1 | sed 's/.*\///' | sort -n | sed -n 3p)
check_like "one thread" '^1 thread: ' abimux retag --thread --wait "$thread" myelf
on "only that is on it" hhmh
check_like "ps --threads tells them apart" "$spinner +$thread +[0-9]+ +myelf .* retagged" abimux ps --threads
check_like "the others follow" '^3 threads: ' abimux retag --wait $spinner myelf
on "all are on it" mmmm
check "and back" abimux retag --wait $spinner linux
on "to the native one" llll
gone -TERM $spinner

# One is in a call that does not return until it is told to.
spin 3 fifo
check_like "a thread waits in a call" '; [1-3] in a call that has to return first$' abimux retag $spinner hello
on "the others have the table" lhh
rm -f ended
(
	abimux retag --wait $spinner myelf >waited 2>&1
	echo $? >ended
) &
waiter=$!
on "the others have another one" lmm
sleep 0.5
check "who waits for the change of all does wait" [ ! -e ended ]
echo >fifo
check "the call returns" wait $waiter
check_out "so it ends" 0 cat ended
on "the next one is made on the table" mmm
check_like "and there is nothing to wait for" 'nothing changed' abimux retag --wait $spinner myelf
check "changed twice while it waits" sh -c "abimux retag $spinner hello && abimux retag $spinner linux"
echo >fifo
on "the last word counts" lll
gone -TERM $spinner

# Stopped in a call that waits, retagged, and continued, in both orders: the call is
# made once more as what it was, and has its own result.
start_blocked() { # WORD
	$bin/blocked "$1" <fifo &
	blocked=$!
	exec 3>fifo
	within 10 sleeps_in_call
}
sleeps_in_call() {
	grep -qE '^(0|7|219) ' /proc/"$blocked"/syscall
}
is_stopped() {
	grep -q '^State:.T' /proc/"$blocked"/status
}
stop() {
	kill -STOP "$blocked"
	within 10 is_stopped
}
goes_on() {
	kill -CONT "$blocked"
	within 10 sleeps_in_call
}
ends() { # its status, once there is something to read
	printf x >&3
	exec 3>&-
	wait "$blocked"
	echo $?
}
stop_and_retag() { # WORD TABLE
	check "$1 waits" start_blocked "$1"
	check "it is stopped" stop
	check_like "meanwhile it gets table $2" '^1 thread' abimux retag "$blocked" "$2"
	check "it waits again" goes_on
	ends >status
	check_out "and has its result" 1 cat status
	check "$1 waits" start_blocked "$1"
	check_like "it gets table $2" '1 in a call' abimux retag "$blocked" "$2"
	check "then it is stopped" stop
	check "it waits again" goes_on
	ends >status
	check_out "and has its result" 1 cat status
}
for table in freebsd myelf; do
	stop_and_retag read $table
	stop_and_retag poll $table
done

# Handlers of a native program return by its own call, which these tables have, too.
interrupted_with() { # TABLE
	check "a read waits, of which a handler makes an error" start_blocked handler
	check_like "it gets table $1" '1 in a call' abimux retag "$blocked" "$1"
	kill -USR1 "$blocked"
	wait "$blocked"
	check_out "the handler runs, returns, and the read is EINTR" 0 echo $?
	exec 3>&-
	check "a handler waits" start_blocked nested
	check_like "it gets table $1" '1 in a call' abimux retag "$blocked" "$1"
	ends >status
	check_out "it goes on, and returns" 1 cat status
}
interrupted_with hello
interrupted_with spy
check "a handler waits" start_blocked nested
check "it gets a table without the call by which it returns" abimux retag "$blocked" freebsd
check "and its own again" abimux retag "$blocked" linux
ends >status
check_out "so it returns" 1 cat status

# Several at once.
spin 1
first=$spinner
mv letters first
$bin/spinner second 1 &
second=$!
within 10 grep -q l second
both_are() { # LETTERS
	[ "$(cat first second)" = "$1" ]
}
check_like "two processes" '^2 threads: ' abimux retag --wait $first $second hello
check "both are on it" within 10 both_are hh
check_status "one of three is not there" 6 abimux retag $first 99999 $second linux
check "then none is changed" both_are hh
gone -TERM $first $second

# Foreign programs.
$bin/call-linux-0.11 29 &
pid=$!
within 10 grep -q linux-0.11 $pins/tasks
check_refused "a table for another machine" 'for programs of amd64' abimux retag $pid hello
check_like "nothing is changed" "$pid .* linux-0.11 .* elf-note" abimux ps
check "an i386 program becomes native" abimux retag $pid linux
check "and again what it was, in the middle of a call" abimux retag $pid linux-0.11
check_like "the table is there" "$pid .* linux-0.11 " abimux ps
gone -TERM $pid
$bin/call-myelf 548 buf 64 + 60 7 >/dev/null
check "a program of myelf ends as ever" [ $? = 7 ]

# What cannot be.
sleep 100 &
pid=$!
check_status "no such table" 6 abimux retag $pid nonesuch
check_refused "is named" "no table 'nonesuch'" abimux retag $pid nonesuch
check_refused "no such process" 'no process 99999' abimux retag 99999 hello
check_refused "a thread of the kernel" '2 is a thread of the kernel' abimux retag 2 hello
check_refused "no number" "bad process 'x'" abimux retag x hello
check_refused "i386's table" 'for programs of i386' abimux retag $pid linux-0.11
check_status "not by a user" 3 su alice -c "abimux retag $pid hello"
check "a table that goes while a program has it" sh -c "abimux table load $data/plain.tbl && abimux retag $pid plain && abimux table unload plain"
gone -TERM $pid
check_out "all are gone" 0 count_tasks

# Programs that start other programs all the time: none of them is missed.
sh -c 'while :; do sh -c "true & true; wait" & true; wait; done' >/dev/null 2>&1 &
pid=$!
round() {
	abimux retag $pid hello && abimux retag $pid spy && abimux retag $pid linux
}
rounds() {
	for _ in 1 2 3 4 5; do
		round || return
	done
}
check "a program that forks all the time" rounds
check_like "is still there" '^State:.[RSD]' cat /proc/$pid/status
gone -KILL $pid
check_census "nothing leaks"
tap_end
