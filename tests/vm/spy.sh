#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table spy: opens of one user are reported, coming and going while programs run
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
trace=/tmp/trace

as() { # USER COMMAND
	su "$1" -c "$2"
}

# All opens of a user, traced for as long as the commands take.
start_trace() { # OPTION...
	abimux trace "$@" >$trace 2>$trace.err &
	tracer=$!
	within 10 spy_has_ops
}

spy_has_ops() {
	awk '$1 == "spy" { print $NF }' $pins/tables | grep -q enter
}

spy_is_quiet() {
	awk '$1 == "spy" { print $NF }' $pins/tables | grep -qx -e -
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
check "the table is quiet as long as nobody looks" spy_is_quiet

start_trace --uid=alice
check "trace puts its program into the table" spy_has_ops
check_out "a spied program works as ever" secret as alice "cat /tmp/secret"
as bob "cat /etc/hostname /etc/passwd" >/dev/null 2>&1
as alice "cat /tmp/nonesuch" 2>/dev/null
$bin/call-linux 2 /tmp/secret 0 >/dev/null
check "trace ends when told to" stop_trace
check "and the table is quiet again" spy_is_quiet
run cat $trace
check_like "an open is reported: pid, command, path" '(^|[^0-9])[0-9]+ .*cat .*/tmp/secret' cat $trace
check_like "also one that fails" '/tmp/nonesuch' cat $trace
check_unlike "another user's is not" '/etc/passwd.*bob|bob|/etc/hostname' cat $trace
check_out "each once" 1 grep -c /tmp/secret $trace

# Attach and detach while a program runs, again and again.
su alice -c "exec $bin/opener /tmp/secret" >/tmp/opener &
within 10 pidof opener
opener=$(pidof opener)
seen=0
for _ in 1 2 3 4 5; do
	abimux trace --uid=1000 --count=5 >$trace && seen=$((seen + 1))
done
check_out "a running program's opens are reported, five times over" 5 echo $seen
check_like "by its pid" "(^|[^0-9])$opener .*opener .*/tmp/secret" cat $trace
kill -TERM "$opener"
wait
check_like "none of its opens failed meanwhile" '^opened [1-9][0-9]* failed 0$' cat /tmp/opener

start_trace --uid=1000
kill -KILL $tracer
wait $tracer 2>/dev/null
check_out "a trace that is killed harms no program" secret as alice "cat /tmp/secret"
check "trace --stop puts the quiet table back" abimux trace --stop
check "so it does" spy_is_quiet
check_census "nothing leaks"
tap_end
