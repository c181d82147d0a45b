#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Everything at once for some seconds: execs, forks, tables that come and go
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1
seconds=12

# Repeat a command until time is over; what does not print TEXT is bad.
repeat() { # NAME TEXT COMMAND...
	name=$1 text=$2 good=0 bad=0
	shift 2
	end=$(($(date +%s) + seconds))
	while [ "$(date +%s)" -lt $end ]; do
		got=$("$@" 2>&1)
		if [ "$got" = "$text" ]; then
			good=$((good + 1))
		else
			bad=$((bad + 1))
			echo "$name: $got" >&2
		fi
	done
	echo "$name good $good bad $bad"
}

come_and_go() {
	abimux table load $data/plain.tbl >/dev/null && abimux run -t plain $bin/call-linux 401 1 ok 2 &&
		abimux run -t plain sleep 0.2 && abimux table unload plain >/dev/null
}

watch_some() {
	abimux trace --uid=1000 -e open,openat --count=3 | grep -c secret
}

rules() {
	abimux map set elf-osabi:77/amd64 hello >/dev/null && abimux map delete elf-osabi:77/amd64 >/dev/null
}

echo secret >secret
abimux map set uid:1000 spy >/dev/null
census_before
su alice -c "exec $bin/opener /tmp/secret" >opened &
# In a shell of its own, whose wait does not wait for the opener.
(
	repeat hello 36 $bin/call-hello 500 12 24 &
	repeat myelf "5 myelf" $bin/become-hello $bin/call-myelf 548 buf 64 &
	repeat linux-0.11 -38 $bin/linux-0.11 exec $bin/call-linux 500 12 24 &
	repeat tables ok2 come_and_go &
	repeat trace 3 watch_some &
	repeat rules "" rules &
	repeat tasks 0 sh -c "cat $pins/tasks $pins/tables | grep -c '^ *[0-9].* - *[0-9]'" &
	wait
) >report 2>bad
killall opener
wait
for name in hello myelf linux-0.11 tables trace rules tasks; do
	check_like "$name: always right" "^$name good [1-9][0-9]* bad 0\$" cat report bad
done
check_like "programs ran on meanwhile" '^opened [1-9][0-9]* failed 0$' cat opened
check_out "no task is left" 0 count_tasks
check_census "nothing leaks"
tap_end
