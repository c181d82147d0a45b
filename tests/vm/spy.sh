#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table spy: what one user opens is shown, coming and going while programs run
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
trace=/tmp/trace

as() { # USER COMMAND
	su "$1" -c "$2"
}

is_watched() {
	bpftool prog list | grep -q trace_enter
}

is_quiet() {
	! is_watched
}

# All opens of a user, traced for as long as the commands take.
start_trace() { # OPTION...
	abimux trace --table spy -e open,openat,openat2,creat "$@" >$trace 2>$trace.err &
	tracer=$!
	within 10 is_watched
}

stop_trace() {
	kill -INT $tracer
	wait $tracer
}

echo secret >/tmp/secret
chmod 644 /tmp/secret
check "rules: two users get table spy" sh -c 'abimux map set uid:1000 spy && abimux map set uid:1001 spy'
census_before
check_out "a spied program works as ever" secret as alice "cat /tmp/secret"
check "nothing looks at it as long as nobody does" is_quiet

start_trace --uid=alice
check "trace puts its programs into the core" is_watched
check_out "a spied program works as ever" secret as alice "cat /tmp/secret"
as bob "cat /etc/hostname /etc/passwd" >/dev/null 2>&1
as alice "cat /tmp/nonesuch" 2>/dev/null
$bin/call-linux 2 /tmp/secret 0 >/dev/null
check "trace ends when told to" stop_trace
check "and its programs are gone" within 10 is_quiet
check_like "an open is shown: pid, command, path" '^\[pid +[0-9]+<cat>\] openat?\(.*"/tmp/secret", O_RDONLY.*\) += 3$' \
	cat $trace
check_like "also one that fails" '"/tmp/nonesuch", O_RDONLY.*\) += -1 ENOENT' cat $trace
check_unlike "another user's is not" '/etc/passwd|/etc/hostname' grep -v '<su>' $trace
check_out "each once" 1 grep -c /tmp/secret $trace

# Attach and detach while a program runs, again and again.
su alice -c "exec $bin/opener /tmp/secret" >/tmp/opener &
within 10 pidof opener
opener=$(pidof opener)
seen=0
for _ in 1 2 3 4 5; do
	abimux trace --uid=1000 --count=5 -e %file >$trace && seen=$((seen + 1))
done
check_out "a running program's opens are shown, five times over" 5 echo $seen
check_like "by its pid" "pid +$opener<opener>\\] openat?\\(.*\"/tmp/secret\"" cat $trace
kill -TERM "$opener"
wait
check_like "none of its opens failed meanwhile" '^opened [1-9][0-9]* failed 0$' cat /tmp/opener

start_trace --uid=1000
kill -KILL $tracer
wait $tracer 2>/dev/null
check "a trace that is killed leaves nothing" within 10 is_quiet
check_out "and harms no program" secret as alice "cat /tmp/secret"
check_census "nothing leaks"
tap_end
