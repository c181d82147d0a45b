#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# abimux stat: exact counts of calls and errors, time, and nothing left afterwards
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1

# A column of the row of a call: 3 usecs/call, 4 max usecs, 5 calls, 6 errors.
of() { # CALL COLUMN
	awk -v call="$1" -v column="$2" '$NF == call { print $column }' counts
}

counts() { # CALL: calls and errors
	echo "$(of "$1" 5) $(of "$1" 6)"
}

at_least() { # CALL COLUMN NUMBER
	[ "$(of "$1" "$2")" -ge "$3" ]
}

no_counting() { # programs that are attached
	! bpftool prog list | grep -E 'count_(enter|leave|exec|exit|fork)'
}

json() { # COMMAND...: valid, whatever the status
	"$@" | $bin/json
}

census_before
check "nothing is attached while nobody counts" no_counting

# Four threads, 300 calls of each kind, 30 forks; two more processes ask for their parent.
check "counting a program" abimux stat -o counts abimux run -t hello $bin/counted 4 300
check_out "each call is counted" "1200 0" counts add
check_out "each error too, of two children a call without one" "1202 1200" counts close
check_out "in all threads and children: two more of these" "1202 0" counts getppid
check_out "a fork once, though two return" "120 0" counts fork
check_out "a call that never returns: of children and of threads" "124 0" counts exit
check_out "one that a handler ended failed" "1 1" counts pause
check_out "one that a stop interrupted went on" "1 0" counts nanosleep
check "time counts from its start to its end" at_least nanosleep 3 400000
check "waiting included" at_least pause 4 50000
check_census "nothing is left"

check_status "it ends as the command does" 3 abimux stat sh -c 'exit 3'
check_out "whose output stays what it is" 7 sh -c "abimux stat $bin/call-hello 500 3 4 2>counts"
check_out "counts go to standard error" "1 0" counts add
check_status "no such command" 127 abimux stat nonesuch
check_status "one that cannot be run" 126 abimux stat /etc/passwd
check_refused "no such process" 'no process 99999' abimux stat -p 99999
check_refused "no process id" "bad process id: '1x'" abimux stat -p 1x
check_refused "no such table" "no table 'nonesuch'" abimux stat -t nonesuch true
abimux stat -o counts -t myelf sh -c "$bin/call-hello 500 1 1; $bin/call-myelf 548 buf 64" >/dev/null
check_out "only one table's: its calls" "1 0" counts table
check_out "no other's" " " counts add
$bin/call-myelf 7 0 + 7 0 >/dev/null
abimux stat -o counts $bin/call-myelf 7 0 + 7 0 >/dev/null
check_out "a call that the table lacks has a number" "2 2" counts 7
abimux stat -o counts $bin/become-hello $bin/call-linux 39 >/dev/null
check_out "exec counts where it began, into native too" "1 0" counts execve
abimux stat -o counts --uid alice sh -c \
	"su alice -c '$bin/call-hello 500 1 2'; su bob -c '$bin/call-hello 500 3 4'" >/dev/null
check_out "only one user's" "1 0" counts add
# A Linux program on FreeBSD's table: its first call is none, its second one ends it.
abimux stat -o counts abimux run -t freebsd $bin/call-linux 3 99 0 8
check_out "an error that the carry flag tells" "2 1" counts total
printf 'table minus\nerror minus-one\ninclude linux\n' >minus.tbl
abimux table load minus.tbl >/dev/null
abimux stat -o counts abimux run -t minus $bin/call-linux 3 99 >/dev/null
check_out "one that is told by minus one" "1 1" counts close
abimux table unload minus >/dev/null
abimux --json stat -o counts $bin/call-linux-0.11 20 >/dev/null
check "a call that ended with its task is told apart" grep -q '"unfinished": 1' counts

# Until told to stop: it outlives the command that began it.
check "start" abimux stat --start
check_status "once more is status 7" 7 abimux stat --start
check_like "status shows it" '^counting +yes' abimux status
$bin/call-linux-0.11 20 >/dev/null
abimux stat >counts
check_out "what ran meanwhile is counted" "1 0" counts getpid
check "clear" abimux stat --clear
abimux stat >counts
check_out "sets all to zero" " " counts getpid
$bin/call-hello 500 1 2 >/dev/null
abimux stat --stop >counts
check_out "stop shows the counts" "1 0" counts add
check "and nothing is attached any more" no_counting
check_status "stop once more is status 6" 6 abimux stat --stop
check_like "status shows that too" '^counting +no' abimux status

abimux stat --start >/dev/null
check "unload ends counting too" abimux unload
check "so it does" no_counting
abimux load >/dev/null
check_census "nothing leaks"

# Killed at any moment: what is not pinned goes with its process.
$bin/call-linux-0.11 29 &
paused=$!
abimux stat -p $paused &
counter=$!
check "a process is counted while it waits" within 10 sh -c 'bpftool prog list | grep -q count_enter'
kill -KILL $counter
wait $counter 2>/dev/null
check "kill -9 of the counter leaves nothing" within 10 no_counting
abimux stat -o counts -p $paused &
counter=$!
within 10 sh -c 'bpftool prog list | grep -q count_enter'
kill $paused
check "counting ends with the processes that are counted" wait $counter
check_out "a call in flight when it began is none of ours" " " counts pause
wait

for command in "stat" "stat --stop" "stat true" "stat --seconds 1" "stat -p 1x" "stat --nonesuch"; do
	# shellcheck disable=SC2086 # a list
	check "--json $command" json abimux --json $command
done
check_census "nothing leaks"
tap_end
