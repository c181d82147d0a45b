#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Thousands of programs start while policies are replaced: each gets its table.
# starts.sh SECONDS goes on for longer.
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1
seconds=${1:-15}
others=$tests/bpf

start() { # NAME TEXT COMMAND...
	name=$1
	shift
	$bin/starts stop "$@" >"$name.said" &
}

# When it returns, what starts is decided by the new one.
replace() { # FILE TEXT
	replaced=$((replaced + 1))
	abimux policy replace "$1" >/dev/null 2>>replace.wrong
	said=$($bin/call-hello 500 12 24)
	[ "$said" = "$2" ] || echo "$1: $said" >>replace.wrong
}

now() {
	cut -d. -f1 /proc/uptime
}

# Two that differ in call-hello, and take the verifier little time; at last the usual one.
replaced=0
census_before
start myelf "5 myelf" $bin/call-myelf 548 buf 64
start hello "36|-38" $bin/call-hello 500 12 24
start native -38 $bin/call-linux 500 12 24
start i386 5 $bin/call-linux-0.11 72 linus
end=$(($(now) + seconds))
while [ "$(now)" -lt $end ] || [ $replaced -lt 10 ]; do
	replace $others/small-policy.bpf.o 36
	replace $others/smaller-policy.bpf.o -38
done
replace /usr/lib/abimux/by-format.bpf.o 36
touch stop
wait
check_out "$replaced policies replaced, each held when that was done" "" cat replace.wrong
for name in myelf hello native i386; do
	check_like "$name: $(sed 's/right/starts/' $name.said | head -n 1), none in a wrong table" '^[0-9]{2,} right$' \
		sh -c "cat $name.said && ! grep wrong $name.said"
done
count=$(awk '{ n += $1 } END { print n }' ./*.said)
check "$count in all" [ "$count" -ge 200 ]
check_census "nothing leaks"
tap_end
