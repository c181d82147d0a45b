#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd taken from its programs while they run, and given to native ones
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
mkdir /tmp/work && cd /tmp/work || exit
mkfifo fifo

waits() { # in read or restarted read, on either table
	[ "$(cut -d ' ' -f 1 /proc/$pid/task/$pid/syscall)" = 0 ]
}

begin() {
	: >said
	$tests/freebsd/turn <fifo >>said 2>&1 &
	pid=$!
	exec 3>fifo
	within 10 waits
}

# Each word is done while the program waits: bytes it is told, or a table it gets.
tell() { # WORD...
	for word in "$@"; do
		case $word in
		=*) abimux retag "$pid" "${word#=}" >retagged || return ;;
		*) printf %s "$word" >&3 ;;
		esac
		within 10 waits || return
	done
}

says() { # NAME TEXT WORD...
	name=$1 want=$2
	shift 2
	: >said
	tell "$@"
	# Who was told something may not have begun with it.
	within 10 has_said "$want"
	check_out "$name" "$want" cat said
}

has_said() { # TEXT
	[ "$(cat said)" = "$1" ]
}

finish() { # NAME STATUS
	printf q >&3
	exec 3>&-
	wait "$pid"
	check_out "$1" "$2" echo $?
}

ended() { # it is gone, by a signal
	exec 3>&-
	wait "$pid"
	[ $? -gt 128 ]
}

census_before

# There and back, each time in the middle of a read.
check "a program of FreeBSD waits" begin
says "it is on its table" f w
says "it gets the native one; its read ends as it began" l =linux w
check_like "ps says so" "^$pid +$pid +[0-9]+ +linux " abimux ps --all
says "and its own again" f =freebsd w
says "twice while it waits: the last word counts" f =linux =freebsd w
says "and the other way" l =freebsd =linux w
says "a child of it has what it has" l7 c
says "and on its own table again" f7 =freebsd c
says "the same table changes nothing" f =freebsd w
check_like "as the command says" '^nothing changed' cat retagged
finish "it ends as ever" 3

# In handlers: their frames are FreeBSD's.
begin
says "a handler runs" "(" h
says "it is on FreeBSD's table" f w
says "it gets the native one in there" l =linux w
says "and FreeBSD's again" f =freebsd w
says "it returns, and the program goes on" ")f" ")" w
says "a handler in a handler, with changes in both" "((lf)lf)f" h h =linux w =freebsd w ")" =linux w =freebsd w ")" w
finish "the program ends as ever" 3
begin
says "a handler that has become native" "(l" h =linux w
printf ')' >&3
check "returns by a call that is not there, which ends this program" ended
check_out "and no other" "dup 3" $tests/freebsd/steps dup

# Threads: all, or one of them.
begin
thread_is() { # LETTER
	: >said
	printf T >&3
	within 10 waits && [ "$(cat said)" = "$1" ]
}
printf t >&3
check "another thread is on FreeBSD's table" within 10 thread_is f
tid=$(find /proc/$pid/task -mindepth 1 -maxdepth 1 ! -name $pid | sed 's/.*\///')
check_like "it alone becomes native" '^1 thread: ' abimux retag --thread --wait "$tid" linux
check "so it does" within 10 thread_is l
says "the other one has not" f w
check_like "ps --threads tells them apart" "$pid +$pid +[0-9]+ +freebsd " abimux ps --threads
check_like "both become native" '^1 thread: ' abimux retag $pid linux
says "so they do" l w
check_like "both become FreeBSD's" '^2 threads: ' abimux retag $pid freebsd
says "the one" f w
check "and the other" within 10 thread_is f
finish "the process ends" 3

# A native program in a call that waits.
$bin/blocked read <fifo &
pid=$!
exec 3>fifo
within 10 waits
check_like "a native program gets FreeBSD's table" '1 in a call that has to return first' abimux retag $pid freebsd
printf x >&3
wait $pid
check_out "its read ends as it began, and it ends by FreeBSD's exit" 1 echo $?
exec 3>&-

# What waits in a kqueue is woken; the table goes away meanwhile.
mkfifo commands
$tests/freebsd/waiters <commands >waited &
pid=$!
exec 4>commands
waiters_sleep() {
	[ "$(grep -lE '^(0|202|232|281|441) ' /proc/$pid/task/*/syscall 2>/dev/null | wc -l)" = 4 ]
}
rounds() { # LINES
	[ "$(wc -l <waited)" = "$1" ]
}
check "threads wait in kevent, _umtx_op and read" within 20 waiters_sleep
check_like "all become native, and FreeBSD's again" '^4 threads: ' sh -c "abimux retag $pid linux && abimux retag $pid freebsd"
printf x >&4
check "all of them are woken" within 20 rounds 6
check_out "with their results" "waiting
kevent 1
umtx 0
read 1
timer 1
waiting" cat waited
exec 4>&-
wait $pid
check_out "no task is left" 0 count_tasks
check_census "nothing leaks"
tap_end
