#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Overlays: stacked and taken away in any order, also with calls in flight
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1
overlays=/usr/lib/abimux/overlays
mkfifo fifo
echo text >file
chmod 644 file

seen() { # OVERLAY FIELD: from its map, which outlives it
	bpftool map dump pinned "/sys/fs/bpf/seen-$1" | sed -n "s/.*\"$2\": \([0-9]*\).*/\1/p"
}

load() { # OVERLAY KEY: and keep its map
	abimux overlay load "$tests/bpf/seen-$1.bpf.o" "$2" &&
		bpftool map pin pinned "$pins/overlay/$1/maps/seen" "/sys/fs/bpf/seen-$1"
}

# A program that is in the middle of open until somebody opens the other end.
start_opener() {
	sh -c 'read -r _ <fifo && exec cat /tmp/file' >opened 2>&1 &
	opener=$!
	within 10 in_open
}

in_open() {
	grep -q fifo_open "/proc/$opener/wchan" || grep -q wait_for_partner "/proc/$opener/wchan"
}

end_opener() {
	echo go >fifo
	wait "$opener"
}

forget() {
	rm -f /sys/fs/bpf/seen-a /sys/fs/bpf/seen-b
}

census_before

# Over whom.
check "an overlay is loaded" load a uid:1000
check_like "and listed" '^a +10 +0 .* enter,leave +uid:1000$' abimux overlay list
check_status "once" 7 abimux overlay load $tests/bpf/seen-a.bpf.o
check_out "a program of the user works as ever" text su alice -c "cat /tmp/file"
check "it was seen" [ "$(seen a entered)" -gt 0 ]
check_out "to its end" "$(seen a entered)" seen a left
before=$(seen a entered)
check_out "another user's is not seen" text cat /tmp/file
check_out "so it is" "$before" seen a entered
check "it is taken away" abimux overlay unload a
check_out "and sees nothing any more" text su alice -c "cat /tmp/file"
check_out "so it does" "$before" seen a entered
check_unlike "no rule names it" '^a ' abimux overlay list
forget

# The trap of older guides: A over B over open, taken away in the wrong order.
stack_and_remove() { # FIRST SECOND: what to unload, calls in flight
	load a pid:$$ >/dev/null && load b pid:$$ >/dev/null
	check_out "A over B over open: it opens" text cat /tmp/file
	# The clock of a debug kernel's machine may stand still for some milliseconds.
	check "A saw it first" [ "$(seen a entered_at)" -le "$(seen b entered_at)" ]
	check "and its end last" [ "$(seen a left_at)" -ge "$(seen b left_at)" ]
	check "a call is in flight" start_opener
	a=$(seen a left) b=$(seen b left)
	check "$1 is removed first" abimux overlay unload "$1"
	check_out "it opens" text cat /tmp/file
	check "$2 is removed" abimux overlay unload "$2"
	check_out "it opens" text cat /tmp/file
	check "no overlay is left" sh -c "! abimux overlay list | grep -qE '^(a|b) '"
	end_opener
	check_out "the call in flight ends well" text cat opened
	check "A is told its end" [ "$(seen a left)" -gt "$a" ]
	check "and B is" [ "$(seen b left)" -gt "$b" ]
	check_out "A missed none" "$(seen a entered)" seen a left
	check_out "nor did B" "$(seen b entered)" seen b left
	forget
}

stack_and_remove a b
stack_and_remove b a
check_census "nothing is left of either"

# Replaced while calls sleep in it.
load a pid:$$ >/dev/null
start_opener
left=$(seen a left)
check "replaced while a call sleeps" abimux overlay replace $tests/bpf/seen-a.bpf.o
end_opener
check_out "the call ends well" text cat opened
check "it was told to the one that it began with" [ "$(seen a left)" -gt "$left" ]
check_status "replacing one that is not there" 6 abimux overlay replace $tests/bpf/seen-b.bpf.o
abimux overlay unload a >/dev/null
forget

# Over running programs, and off them again.
$bin/opener /tmp/file >counts &
pid=$!
check "over a running program" load a pid:$pid
sees_more() {
	[ "$(seen a entered)" -gt "$before" ]
}
before=0
check "it is seen" within 10 sees_more
check_like "the list counts it" '^a +10 +1 ' abimux overlay list
check "and off it again" abimux overlay remove a pid:$pid
sleeps_unseen() {
	before=$(seen a entered)
	sleep 0.3
	[ "$(seen a entered)" = "$before" ]
}
check "it is seen no more" within 10 sleeps_unseen
kill -TERM $pid
wait
check_like "none of its opens failed" '^opened [1-9][0-9]* failed 0$' cat counts
check_refused "a process that is not there" 'no process 99999' abimux overlay add a pid:99999
check_refused "an overlay that is not there" "no overlay 'nonesuch'" abimux overlay add nonesuch pid:1
check_refused "a key that is none" 'nonesuch' abimux overlay add a nonesuch:1
abimux overlay unload a >/dev/null
forget

# The examples.
check "local" abimux overlay load $overlays/local.bpf.o uid:1000
check_out "no sockets but those of this machine" "-97
3" su alice -c "$bin/call-linux 41 2 1 0 + 41 1 1 0"
check_out "nor by i386's calls" "-97
-97 untouched" su alice -c "$bin/call-linux-i386 359 2 1 0 + 102 1 buf"
check_out "root has them" 3 $bin/call-linux 41 2 1 0
check "private" abimux overlay load $overlays/private.bpf.o uid:1000
check_out "files are their owner's alone" 600 su alice -c "umask 0; rm -f /tmp/own; touch /tmp/own; stat -c %a /tmp/own"
check_out "directories, too" 700 su alice -c "umask 0; mkdir /tmp/owned; stat -c %a /tmp/owned"
check "opens" abimux overlay load $overlays/opens.bpf.o uid:1000
check_out "three lie over each other" text su alice -c "cat /tmp/file"
check_like "what was opened is counted by path" '/tmp/file' \
	bpftool map dump pinned $pins/overlay/opens/maps/opened
check "all go" sh -c 'abimux overlay unload private && abimux overlay unload local && abimux overlay unload opens'
check_out "and nothing is refused any more" 3 su alice -c "$bin/call-linux 41 2 1 0"

# Foreign programs are seen with their own numbers.
load a uid:0 >/dev/null
check_out "a program of another table works as ever" "5 myelf" $bin/call-myelf 548 buf 64
check_out "one of i386 does" 5 $bin/call-linux-0.11 72 linus
abimux overlay unload a >/dev/null
forget

for command in "overlay list" "overlay show nonesuch" "overlay check nonesuch.overlay" "overlay load nonesuch.bpf.o" denied; do
	# shellcheck disable=SC2086 # a list
	check "--json $command" sh -c "abimux --json $command | $bin/json"
done
check_census "nothing leaks"
tap_end
