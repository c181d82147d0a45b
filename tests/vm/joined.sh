#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Running programs that become another user, or are moved into a cgroup, with rules
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1
cgroups=/sys/fs/cgroup

list() { # NAME LINE...
	name=$1
	shift
	{
		printf 'overlay %s\ndefault pass\n' "$name"
		printf '%s EACCES\n' io_uring_setup io_uring_enter io_uring_register "$@"
	} >"$name.overlay"
}

is_stopped() {
	grep -q '^State:.T' "/proc/$pid/status"
}

# A program that is stopped before it tries.
start() { # WORD...
	$bin/escape stop "$@" >said &
	pid=$!
	within 10 is_stopped
}

go_on() {
	kill -CONT "$pid"
	wait "$pid"
}

# Also over those that have not made a call since.
lies_over() { # THREADS
	awk -v n="$1" '$1 == "canary" && $4 == n { found = 1 } END { exit !found }' $pins/overlay_list
}

census_before
list canary getppid
check "a list over a user" abimux overlay load canary.overlay uid:1000

# By user: it is there when the call returns.
check_out "root makes the call" "direct escaped" $bin/escape direct
for call in setuid setreuid setresuid i386-setuid i386-setreuid i386-setresuid i386-setuid16 \
	i386-setreuid16 i386-setresuid16; do
	check_out "who becomes that user by $call does not" "direct EACCES" $bin/escape $call=1000 direct
done
check_out "who becomes another one does" "direct escaped" $bin/escape setuid=1001 direct
check_out "who fails to become that one does" "direct escaped" su bob -c "$bin/escape setreuid=1000 direct"
check_out "what it starts has the list, too" "fork EACCES" $bin/escape setuid=1000 fork
check_out "who becomes the user for a while has it for ever" "direct EACCES
direct EACCES" $bin/escape setresuid=1000 direct setresuid=0 direct
check_out "a thread that becomes the user has it, the others have not" "user-thread EACCES
direct escaped" $bin/escape user-thread direct
check_out "who has another table has it, too" "direct EACCES" abimux run -t hello $bin/escape setuid=1000 direct
check "for one machine" sh -c "abimux overlay remove canary uid:1000 && abimux overlay add canary uid:1000/amd64"
check_out "a program of that has it" "direct EACCES" $bin/escape setuid=1000 direct
check "for the other one" sh -c "abimux overlay remove canary uid:1000/amd64 && abimux overlay add canary uid:1000/i386"
check_out "it has not then" "direct escaped" $bin/escape setuid=1000 direct
check "without the rule" abimux overlay remove canary uid:1000/i386
check_out "nobody has it" "direct escaped" $bin/escape setuid=1000 direct

# By cgroup: a moment later.
mkdir -p $cgroups/outer/inner $cgroups/other
into() { # CGROUP PID
	echo "$2" >$cgroups/"$1"/cgroup.procs
}
check "a list over a cgroup" abimux overlay add canary cgroup:$cgroups/outer
check "a program" start direct
check "that is moved into it" into outer "$pid"
check "has the list" within 10 lies_over 1
go_on
check_out "and cannot make the call" "direct EACCES" cat said
check "one" start direct
check "that is moved into a cgroup below" into outer/inner "$pid"
check "has the list" within 10 lies_over 1
check "and keeps it" into other "$pid"
go_on
check_out "when it is moved out" "direct EACCES" cat said
check "one" start direct
into other "$pid"
into "" "$pid"
go_on
check_out "in other cgroups can make it" "direct escaped" cat said
rm -f letters
$bin/spinner letters 4 &
pid=$!
within 10 grep -q llll letters
into outer "$pid"
check "all threads of a process have it" within 10 lies_over 4
kill $pid
wait $pid 2>/dev/null

# A process that makes others all the time: none is in the cgroup without the list.
sh -c 'while :; do sleep 0.2 & sleep 0.05; done' >/dev/null 2>&1 &
pid=$!
sleep 0.2
into outer "$pid"
has_it() { # PID
	grep -qE "^ *$1 .* canary " $pins/tasks
}
within 10 has_it $pid
# Those that it made before have it too, but not from it.
older=$(grep -vx $pid $cgroups/outer/cgroup.procs)
older_are_gone() {
	for one in $older; do
		[ ! -e "/proc/$one" ] || return
	done
}
within 10 older_are_gone
none_without() {
	kill -STOP $pid
	list=$(cat $cgroups/outer/cgroup.procs)
	cat $pins/tasks >now
	kill -CONT $pid
	for one in $list; do
		grep -qE "^ *$one .* canary " now || [ ! -e /proc/"$one" ] || return
	done
}
check "children made meanwhile have it" none_without
kill $pid
wait $pid 2>/dev/null
within 10 lies_over 0

# One that was made before its parent has the list, and is in the cgroup after all were
# looked at: the kernel is held up there.
mkfifo fifo never
cat >forker <<'END'
#!/bin/sh
while read -r x; do (read -r y <never) & done
END
printf '#!/bin/sh\n' >go-on
chmod 755 forker go-on
start_forker() {
	bpftool prog loadall $tests/bpf/stall.bpf.o /sys/fs/bpf/stall autoattach
	./forker <fifo &
	pid=$!
	exec 3>fifo
}
end_forker() {
	exec 3>&-
	wait $pid
	rm -r /sys/fs/bpf/stall
	echo >never
	within 10 lies_over 0
}
start_forker
into outer "$pid"
echo >&3
within 2 lies_over 1
./go-on
check "a child that is late in the cgroup has it" within 30 lies_over 2
end_forker

# The same with an overlay that the child has, and its parent has no longer.
list first getpgrp
start_forker
abimux overlay load first.overlay pid:$pid >/dev/null
into outer "$pid"
echo >&3
within 2 lies_over 1
abimux overlay remove first pid:$pid >/dev/null
./go-on
check "a child that has that other one has it, too" within 30 lies_over 2
end_forker
abimux overlay unload first >/dev/null

$bin/escape into=$cgroups/outer stop direct >said &
pid=$!
check "one that is made in the cgroup has it" within 10 lies_over 1
within 10 grep -q . $cgroups/outer/cgroup.procs
read -r child <$cgroups/outer/cgroup.procs
child_is_stopped() {
	grep -q '^State:.T' "/proc/$child/status"
}
within 10 child_is_stopped
kill -CONT "$child"
wait $pid
check_out "and cannot make the call" "direct EACCES" cat said
nobody() {
	[ "$(count_tasks)" = 0 ]
}
check "the list is over nobody else" within 10 nobody
abimux overlay remove canary cgroup:$cgroups/outer >/dev/null

# One more than can lie over a program: it does not go on without.
for n in 1 2 3 4 5 6 7 8; do
	list many$n getpgrp
	abimux overlay load many$n.overlay uid:1000 >/dev/null
done
check_out "eight come over who becomes the user" "direct escaped" $bin/escape setuid=1000 direct
check "a ninth one over the program" abimux overlay add canary path:$bin/escape
check_status "then it is ended" 137 $bin/escape setuid=1000 direct
check_like "which is told" '^escape +overlays ' abimux status
abimux overlay remove canary path:$bin/escape >/dev/null
told() { # TIMES
	abimux status | grep -qE "^escape +overlays .*\\b$1\\b"
}
check "one" start setuid=1000 stop direct
kill -CONT "$pid"
within 10 is_stopped
abimux overlay add canary cgroup:$cgroups/other >/dev/null
into other "$pid"
check "that is moved where a ninth one is" within 10 told 2
go_on
check_out "goes on without, which is told" "direct escaped" cat said
for n in 1 2 3 4 5 6 7 8; do
	abimux overlay unload many$n >/dev/null
done
abimux overlay unload canary >/dev/null

# What is warned of.
printf 'overlay strict\ndefault EPERM\nread\nwrite\n' >strict.overlay
warns() { # KEY
	abimux overlay load strict.overlay "$1" 2>&1
	abimux overlay unload strict >/dev/null
}
check_like "a list that refuses execve, over a user" 'warning: execve is refused' warns uid:1001
check_like "over a cgroup" 'warning: execve is refused' warns cgroup:$cgroups/other
check_unlike "not over a file" 'warning: execve is refused' warns path:$bin/escape
rmdir $cgroups/outer/inner $cgroups/outer $cgroups/other
check_census "nothing leaks"
tap_end
