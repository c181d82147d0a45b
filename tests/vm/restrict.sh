#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Lists of native calls: loaded, tightened and loosened while programs run
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1
rings='io_uring_setup EPERM\nio_uring_enter EPERM\nio_uring_register EPERM\n'

# A list that refuses some calls and lets the others pass.
list() { # FILE LINE...
	file=$1
	shift
	{
		printf 'overlay list\ndefault pass\n'
		# shellcheck disable=SC2059 # it has newlines
		printf "$rings"
		printf '%s\n' "$@"
	} >"$file"
}

by_alice() { # NR...
	su alice -c "$bin/call-linux $*"
}

census_before

# Bad files.
bad() { # NAME REGEX TEXT
	# shellcheck disable=SC2059 # it has newlines
	printf "$3" >bad.overlay
	check_refused "$1" "$2" abimux overlay load bad.overlay uid:1000
	check_status "- its exit status is 5" 5 abimux overlay load bad.overlay uid:1000
}

bad "an empty file" 'bad\.overlay:1:1: .*empty' ''
bad "a call that there is not" "bad\.overlay:3:1: 'raed' is no native call" 'overlay x\ndefault EPERM\nraed\n'
bad "an action that there is not" "bad\.overlay:3:6: unknown action 'no'" 'overlay x\ndefault EPERM\nread no\n'
bad "a ring" 'bad\.overlay:3:1: io_uring_enter passes' 'overlay x\ndefault EPERM\nio_uring_enter\n'
bad "no default" 'bad\.overlay:2:1: no default' 'overlay x\n'
check_status "a file that is not there" 6 abimux overlay load nonesuch.overlay
check_refused "what would lock us out" 'no program could take it away' \
	sh -c "printf 'overlay x\ndefault EPERM\nread\n' >lock.overlay; abimux overlay load lock.overlay default"
check_refused "even if it is our lock alone" 'no program could take it away' \
	sh -c "printf 'overlay x\ndefault pass\n${rings}flock EPERM\n' >lock.overlay; abimux overlay load lock.overlay uid:0"
check_census "none of them leaves anything"

# Each kind of answer.
list all.overlay 'getppid EACCES' 'getpgrp ENOSYS' 'getpriority kill' 'umask log'
check "a list" abimux overlay load all.overlay uid:1000
check_out "an errno" "-13" by_alice 110
check_out "another one" "-38" by_alice 111
check_status "the end" 159 su alice -c "exec $bin/call-linux 140 0 0"
check_out "a call that is only told" 18 by_alice 95 18
check_out "one that is not listed" 1000 by_alice 102
check_out "i386's of the same name" "-13" su alice -c "$bin/call-linux-i386 64"
check_out "numbers beyond the table" "-38" by_alice 600
check_like "others are not touched" '^[0-9]+$' $bin/call-linux 110
check_like "what was refused is counted" '^list +call-linux +getppid +110 +amd64 +EACCES +1$' abimux denied
check_like "by machine" '^list +call-linux-i386 +getppid +64 +i386 +EACCES +1$' abimux denied
check_like "what ended a program" '^list +call-linux +getpriority +140 +amd64 +kill +1$' abimux denied
check_like "and what ran all the same" '^list +call-linux +umask +95 +amd64 +run +1$' abimux denied
check_like "the list can be looked at" '^getppid +EACCES +EACCES$' abimux overlay show list
check_like "and says over whom it lies" '^keys +uid:1000$' abimux overlay show list

# Tightened and loosened while a program runs.
list loose.overlay
printf 'x' >flag
chmod 666 flag
su alice -c "exec $bin/storm /tmp/flag" >storm &
storm=$!
forking() {
	[ "$(dd if=flag bs=1 skip=64 count=1 2>/dev/null | od -An -tu1 | tr -d ' ')" != 0 ] 2>/dev/null &&
		[ "$(wc -c <flag)" -gt 64 ]
}
mark() { # LETTER
	printf '%s' "$1" | dd of=flag bs=1 conv=notrunc 2>/dev/null
}
# The program counts refused calls (68) and passed ones (72): a part of "many" is there.
counted() { # OFFSET
	dd if=flag bs=1 skip="$1" count=4 2>/dev/null | od -An -tu4 | tr -d ' '
}
more() { # OFFSET
	[ "$(counted "$1")" -gt $((before + 20)) ]
}
look() { # LETTER OFFSET
	before=$(counted "$2")
	mark "$1"
	within 10 more "$2"
}
within 10 forking
loosen_and_tighten() {
	for _ in 1 2 3 4 5 6 7 8; do
		mark -
		abimux overlay replace loose.overlay >/dev/null || return
		look B 72
		mark -
		abimux overlay replace all.overlay >/dev/null || return
		look A 68
	done
}
mark -
check "loosened and tightened while programs fork" loosen_and_tighten
mark -
check "taken off them" abimux overlay remove list uid:1000
look B 72
mark -
check "and laid over them again" abimux overlay add list uid:1000
look A 68
mark S
wait $storm
check_out "not one call was answered wrongly" "refused many passed many wrong 0" cat storm
check "gone" abimux overlay unload list

# Only told.
check "a list that only tells" sh -c "abimux denied --clear >/dev/null; abimux overlay load --log all.overlay uid:1000"
check_like "refuses nothing" '^[0-9]+$' by_alice 110
check_like "but says what it would have" '^list +call-linux +getppid +110 +amd64 +run +1$' abimux denied
check "in earnest" abimux overlay replace all.overlay
check_out "it does" "-13" by_alice 110
abimux overlay unload list >/dev/null

# By path, by cgroup, by default.
cp $bin/call-linux caller
check "by path" abimux overlay load all.overlay path:/tmp/caller
check_out "that file is restricted" "-13" ./caller 110
check_like "its copy is not" '^[0-9]+$' $bin/call-linux 110
mkdir /sys/fs/cgroup/caged
check "by cgroup" abimux overlay add list cgroup:/sys/fs/cgroup/caged
check_out "a program in it is restricted" "-13" \
	sh -c "echo \$\$ >/sys/fs/cgroup/caged/cgroup.procs; exec $bin/call-linux 110"
sh -c "echo \$\$ >/sys/fs/cgroup/caged/cgroup.procs; exec sleep 100" &
sleeper=$!
within 10 grep -q $sleeper /sys/fs/cgroup/caged/cgroup.procs
check "removed" abimux overlay remove list path:/tmp/caller cgroup:/sys/fs/cgroup/caged
check_like "a running program in a cgroup" 'over 1 running thread' abimux overlay add list cgroup:/sys/fs/cgroup/caged
check_like "and off it" 'off 1 running' abimux overlay remove list cgroup:/sys/fs/cgroup/caged
mkdir /sys/fs/cgroup/caged/inner
echo $sleeper >/sys/fs/cgroup/caged/inner/cgroup.procs
check_like "one in a cgroup below" 'over 1 running' abimux overlay add list cgroup:/sys/fs/cgroup/caged
check_like "by its own, too, it is not laid twice" 'over 0 running' \
	abimux overlay add list cgroup:/sys/fs/cgroup/caged/inner
check_like "off the one it is still there by the other" 'off 0 running' \
	abimux overlay remove list cgroup:/sys/fs/cgroup/caged
check_like "and off that" 'off 1 running' abimux overlay remove list cgroup:/sys/fs/cgroup/caged/inner
kill $sleeper
wait $sleeper
check "by default" abimux overlay add list default
check_out "every program is restricted" "-13" $bin/call-linux 110
abimux overlay unload list >/dev/null
check_like "and none any more" '^[0-9]+$' $bin/call-linux 110

check_census "nothing leaks"
tap_end
