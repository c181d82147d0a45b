#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: replaced and unloaded while its programs run; refused when it is not there
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
mkdir /tmp/work && cd /tmp/work || exit
here=$tests/freebsd
file=/usr/lib/abimux/freebsd.tbl

become() { # FILE [ARG...]: as far as it goes
	$bin/become "$@"
	true
}

# A copy of a program with another EI_OSABI.
branded() { # FILE OSABI-IN-OCTAL TO
	cp "$1" "$3"
	# shellcheck disable=SC2059 # the escape is the point
	printf "\\$2" | dd of="$3" bs=1 seek=7 conv=notrunc 2>/dev/null
	chmod 755 "$3"
}

says() { # FILE LINES: so many, at last
	within 20 sh -c "[ \$(wc -l <$1) = $2 ]"
}

versions() { # BPF programs of the table that there are
	bpftool prog list | grep -c ' name freebsd_enter '
}

one_version() {
	[ "$(versions)" = 1 ]
}

# Three threads wait and a fourth one reads from $1, a FIFO.
waiters_sleep() {
	[ "$(grep -lE '^(0|202|232|281|441) ' /proc/"$1"/task/*/syscall 2>/dev/null | wc -l)" = 4 ]
}

round="kevent 1
umtx 0
read 1
timer 1
waiting"

census_before

# Replaced: each call under way ends with the version that it began with.
mkfifo commands
"$here/waiters" <commands >said &
waiters=$!
exec 3>commands
check "threads wait in kevent, _umtx_op and read" within 20 waiters_sleep $waiters
check "the table is replaced meanwhile" abimux table replace $file
check_out "the old version stays for the calls under way" 2 versions
printf x >&3
check "all of them are woken" says said 6
check_out "and have their results" "waiting
$round" cat said
check "the kqueue still watches what it watched, with the new version" within 20 waiters_sleep $waiters
check "again" abimux table replace $file
check "and again" abimux table replace $file
printf x >&3
check "woken once more" says said 11
check_out "with their results" "$round" tail -n 5 said
check_refused "a table that is not loaded is not replaced" plain abimux table replace $data/plain.tbl
check_refused "nor one with a mistake" 'word\.tbl:3:1' abimux table replace $data/word.tbl

# Unloaded: programs that run keep it, others are refused, and none runs as Linux.
branded "$here/steps" 000 note
branded "$here/steps" 011 both
branded "$here/behaviour-freebsd" 011 osabi
printf '#!/tmp/work/note fork\n' >script
chmod 755 script
check_out "before: a note" "fork 7" ./note fork
check_out "before: note and EI_OSABI" "fork 7" ./both fork
check_like "before: a script" "^fork 7" sh -c "./script; true"
mkfifo more
"$here/steps" read lock thread fork native again pipe read again <"more" >words &
steps=$!
exec 4>"more"
within 10 grep -q "^0 " /proc/$steps/syscall
check_like "the table is unloaded while two programs have it" refused abimux table unload freebsd
check_out "a program with a note only is refused" ENOEXEC become /tmp/work/note fork
check_out "so is one with EI_OSABI 9 and a note" ENOEXEC become /tmp/work/both fork
check_out "and one with EI_OSABI 9 only" ENOEXEC become /tmp/work/osabi
check_out "a script that one of them is to read" ENOEXEC become /tmp/work/script
check_out "for others than root, too" ENOEXEC su alice -c "$bin/become /tmp/work/note fork; true"
check_not "a shell does not run it either" sh -c "exec /tmp/work/both fork"
check_refused "nor can it be forced to the table" freebsd abimux run -t freebsd "$here/steps" dup
check_like "the refusals are counted" '^note +no-table +freebsd +0 +[1-9]' abimux status
printf x >&4
check "a program that runs goes on" says words 7
check_out "with all its calls, threads, children, programs of others; its own kind is refused" "read 120
lock 4
thread 1
fork 7
native 5
again -8
pipe 506" cat words
printf x >&3
check "threads that slept are woken" says said 16
check_out "with their results, and timers come" "$round" tail -n 5 said

# Loaded once more: it is another table, for new programs.
check "the table is loaded again" abimux table load $file
check_out "new programs run" "fork 7" ./note fork
check_like "the old ones have the old table" '^ *[0-9]+ +'$steps' freebsd ' cat $pins/tasks
printf x >&4
check "an exec of an old one" wait $steps
check_out "is a new one" "read 120
dup 5" tail -n 2 words
exec 3>&- 4>&-
check "the others end" wait $waiters
# Also what a timer held that was started in it.
check "and the old table and its versions with them" within 20 one_version
check_out "no task is left" 0 count_tasks
check_census "nothing leaks"
tap_end
