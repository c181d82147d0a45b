#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Lists learnt from what programs call: they run under them as ever
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1

census_before

by_time=
# Learnt, and kept to: a copy of the program runs under what was learnt of it.
mkdir copy
learnt() { # NAME OUTPUT COMMAND...
	name=$1 want=$2 copy=copy/${3##*/}
	shift 2
	check "learn $name" abimux learn -o learnt.overlay "$@"
	for call in $by_time; do
		grep -q "^$call " learnt.overlay || echo "$call" >>learnt.overlay
	done
	cp "$1" "$copy"
	shift
	check "- what is written is good" abimux overlay check learnt.overlay
	check "- it is laid over it" abimux overlay load --name learnt learnt.overlay path:/tmp/"$copy"
	check_out "- it runs as ever" "$want" ./"$copy" "$@"
	check_like "- nothing was refused" 'no overlay refused a call' abimux denied
	abimux overlay unload learnt >/dev/null
}

abimux denied --clear >/dev/null
learnt "a pipeline of a shell" "3" /bin/busybox sh -c 'printf "b\na\nc\n" | sort | wc -l'
learnt "a program of i386" "0 Linux" $bin/call-linux-i386 122 buf
learnt "a program of FreeBSD" "$($tests/freebsd/steps lock fork)" $tests/freebsd/steps lock fork
check "calls are counted in the file" grep -qE '^flock +# [1-9]' learnt.overlay
check "the exec that started it is not in it" sh -c '! grep -q ^execve learnt.overlay'
abimux learn -o learnt.overlay $bin/call-linux 39 + 39 + 39 >/dev/null
check_like "each call as often as it was made" '^getpid +# 3$' cat learnt.overlay
abimux learn -o learnt.overlay sh -c "exec $bin/call-linux 39" >/dev/null
check_like "an exec of its own is" '^execve +# 1$' cat learnt.overlay
abimux learn -o learnt.overlay $bin/call-linux 39 >/dev/null
cp $bin/call-linux copy
abimux overlay load --name learnt learnt.overlay path:/tmp/copy/call-linux >/dev/null
check_out "what was not learnt is refused" "-1" copy/call-linux 110
abimux overlay unload learnt >/dev/null
abimux denied --clear >/dev/null

abimux learn -o learnt.overlay sh -c "exit 0" >/dev/null
check "nor are those by which a name is found in PATH" sh -c '! grep -qE "^execve" learnt.overlay'
check_status "a command that there is not" 127 abimux learn -o learnt.overlay nonesuch
check_status "one that cannot be run" 126 abimux learn -o learnt.overlay /etc/passwd

# Another list tells of calls meanwhile.
cp $bin/call-linux loud
printf 'overlay loud\ndefault pass\nunsafe io_uring\ngetppid log\n' >loud.overlay
abimux overlay load loud.overlay path:/tmp/loud >/dev/null
sh -c 'while :; do ./loud 110; done' >/dev/null &
pid=$!
within 10 sh -c "abimux denied | grep -q '^loud '"
abimux learn -o learnt.overlay $bin/call-linux 39 >/dev/null
kill $pid
wait $pid 2>/dev/null
check_like "what others call under it" '^loud +loud +getppid ' abimux denied
check "is not learnt" sh -c '! grep -q ^getppid learnt.overlay'
abimux overlay unload loud >/dev/null
abimux denied --clear >/dev/null
# Calls that Go's scheduler makes in one run and not in the next, as time will have it.
by_time="sched_yield nanosleep clock_nanosleep madvise futex clone rt_sigprocmask sigaltstack"
by_time="$by_time gettid tgkill rt_sigreturn mmap munmap mprotect exit"
export GOMAXPROCS=1 GODEBUG=asyncpreemptoff=1
printf 'package x\nvar  a=1\n' >x.go
learnt "a Go program of FreeBSD" "package x

var a = 1" $tests/freebsd/gofmt-freebsd x.go
check_like "learn tells how the command ended" 'ended with status 3' abimux learn -o learnt.overlay sh -c 'exit 3'
sh -c 'while :; do sleep 0.01; done' &
pid=$!
check "learn from a program that runs" abimux learn -o learnt.overlay -p $pid --seconds 3
check "what it did is there" grep -qE '^(clone|vfork|fork|wait4|nanosleep) ' learnt.overlay
kill $pid
wait $pid
check_status "learn nothing" 2 abimux learn
check_census "nothing leaks"
tap_end
