#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# abimux top and ps: who calls what, and which task has which table
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1

no_counting() {
	! bpftool prog list | grep -q count_enter
}

each_line() { # FILE: is JSON
	while IFS= read -r line; do
		[ -z "$line" ] || echo "$line" | $bin/json || return
	done <"$1"
}

terminal() { # TYPE COMMAND...: on a terminal, with what is typed from fifo keys
	TERM=$1
	shift
	TERM=$TERM $bin/pty "$@" <keys >screen 2>screen.err &
	exec 3>keys
}

echo secret >secret
mkfifo keys
chmod 644 secret
abimux map set uid:1000 spy >/dev/null
census_before
su alice -c "$bin/opener /tmp/secret >/dev/null & wait" &
within 10 grep -q opener $pins/tasks

check_like "top --batch: tables" '^spy [1-9][0-9]* calls/s' abimux top -b -n 1 -d 1
cp $out view
check_like "- processes" '^[0-9]+ +spy +[1-9][0-9]* +[0-9]+ +[0-9.]+ +opener$' cat view
check_like "- calls" '^spy +[1-9][0-9]* +[0-9]+ +[0-9.]+ +(open|openat)$' cat view
check_like "- sorted by what one wants" ' by errors$' abimux top -b -n 1 -d 1 --sort errors
check_refused "no such order" "cannot sort by 'x'" abimux top -b --sort x
check_refused "no terminal" 'no terminal' abimux top
abimux --json top -n 2 -d 1 >view
check_out "--json: as many views as are wanted" 2 grep -c '"interval":' view
check "- each a value" each_line view

terminal xterm abimux top -d 1
viewer=$!
check "on a terminal" within 20 grep -q 'opener' screen
check_like "status shows that somebody counts" '^counters +1$' abimux status
printf e >&3
check "e sorts by errors" within 20 grep -qE '[^ ]errors([^/]|$)' screen
printf q >&3
check "q ends it" wait $viewer
exec 3>&-
check "and nothing stays attached" within 10 no_counting
terminal nonesuch abimux top
viewer=$!
wait $viewer
check_like "an unknown terminal" "nothing is known about terminal 'nonesuch'" cat screen
exec 3>&-
abimux top -b -d 1 >/dev/null &
viewer=$!
within 10 sh -c 'bpftool prog list | grep -q count_enter'
kill -KILL $viewer
wait $viewer 2>/dev/null
check "kill -9 leaves nothing" within 10 no_counting

check_like "ps: task, parent, table, version" '^[0-9]+ +[0-9]+ +[0-9]+ +spy +[1-9][0-9]* +- .* opener$' abimux ps
check_like "ps --tree: children below their parents" '  \\_ opener$' abimux ps --tree
check_like "- natives too" ' sh$' abimux ps --tree --all
abimux --json ps --tree >view
check_like "--json: how deep" '"depth": 1' cat view
check "- a value" $bin/json <view
cat >little.ovl <<'END'
overlay little
default pass
unsafe io_uring
sethostname EPERM
END
check "an overlay over a process" abimux overlay load --force little.ovl "pid:$(pidof opener)"
check "ps: what lies over a task" within 10 sh -c "abimux ps | grep -Eq ' spy +[0-9]+ +little .* opener\$'"
check_like "status shows it" '^little ' abimux status
abimux overlay unload little >/dev/null
killall opener
wait
check_like "status: where the kernel asks" '^hooks +core lsm$' abimux status
check_like "- the policy by its name" '^policy +by-format$' abimux status
check_like "- tables with their versions" '^spy +[0-9]+ +[1-9][0-9]* +amd64' abimux status
check_census "nothing leaks"
tap_end
