#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What a restricted program cannot shed: exec, fork, ptrace, rings, other numbers
# vm: --append vsyscall=xonly
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1

cat >canary.overlay <<'END'
overlay canary
default pass
getppid EACCES
time EACCES
io_uring_setup EACCES
io_uring_enter EACCES
io_uring_register EACCES
END

refused() { # WORD...: one way, as alice
	check_out "$name" "$want" su alice -c "$bin/escape $*"
}

way() { # NAME WORD...
	name=$1
	shift
	want="${way:-$1} ${errno:-EACCES}"
	refused "$@"
}

census_before
check_out "without the overlay the call can be made" "direct escaped" su alice -c "$bin/escape direct"
check_out "and every way works" "int80 escaped
fork escaped
tracer escaped
filter escaped
memory escaped
far-jump escaped
exit-stop escaped
ring escaped" su alice -c "$bin/escape int80 fork tracer filter memory far-jump exit-stop ring"
check "with it" abimux overlay load canary.overlay uid:1000
way "it cannot" direct
way "by int 0x80 from 64-bit code" int80
way "by 32-bit code in a 64-bit program" far-jump
errno=ENOSYS way "by x32's number" x32
way "by a number whose upper half is not zero" wide
way "by the vsyscall page" vsyscall
way "in a child" fork
way "in a child of clone" clone
way "in a thread" thread
way=direct way "after exec" exec direct
way=direct way "after two" exec exec direct
way "by code in memory of its own" memory
way "by a ring" ring
way "by restart_syscall" restart
way "from a forged frame of a signal" sigreturn
way "a tracer changes the number" tracer
way "a tracer changes it where a filter asks" filter
way "a supervisor lets the call go on" notifier
way "a tracer changes it at its end, to be made once more" exit-stop

# A list that comes while the program is stopped, before any call of its own.
is_stopped() {
	pid=$(pidof escape) && grep -q '^State:.T' "/proc/$pid/status"
}
go_on() {
	kill -CONT "$(pidof escape)"
	wait
}
abimux overlay remove canary uid:1000 >/dev/null
stopped() { # WORD
	su alice -c "exec $bin/escape $1" >first 2>&1 &
	within 10 is_stopped
}
check "a program that is stopped" stopped vsyscall-first
go_on
check_out "can make the call by the vsyscall page" "vsyscall-first escaped" cat first
check "another one" stopped vsyscall-first
check "that the overlay is laid over" abimux overlay add canary pid:"$(pidof escape)"
go_on
check_out "cannot, though it is its first call" "vsyscall-first EACCES" cat first

# Or while a call is under way, which a tracer wants to be another one then.
one_is_stopped() {
	for pid in $(pidof escape); do
		grep -q '^State:.T' "/proc/$pid/status" && stopped=$pid
	done
	[ -n "$stopped" ]
}
traced_late() {
	stopped=
	su alice -c "exec $bin/escape late-exit" >late 2>&1 &
	within 10 one_is_stopped
}
end_late() {
	kill -CONT "$stopped"
	wait
}
add_late() {
	for pid in $(pidof escape); do
		abimux overlay add canary pid:"$pid" || return
	done
}
check "a tracer in the middle of a call" traced_late
end_late
check_out "can have another one made" "late-exit escaped" cat late
check "another one" traced_late
check "that the overlay is laid over" add_late
end_late
check_out "cannot" "late-exit EACCES" cat late
abimux overlay add canary uid:1000 >/dev/null

# An overlay that looks at an argument, and a call that waits to be made once more.
reads() { # WORD...: by descriptor 7, as alice
	su alice -c "$bin/escape $* 7</etc/passwd"
}
check_out "a descriptor can be read" "read escaped
read-entry escaped
read-exit escaped
read-waiting escaped" reads read read-entry read-exit read-waiting
check "unless an overlay minds" abimux overlay load $tests/bpf/fd7.bpf.o uid:1000
check_out "directly" "read EACCES" reads read
check_out "a tracer changes the argument where the call starts" "read-entry EACCES" reads read-entry
check_out "or where it ends, to be made once more" "read-exit EACCES" reads read-exit
check_out "or where it is not made" "read-emulated EINTR" reads read-emulated
check_out "a tracer changes the argument while the call waits to be made once more" "read-waiting EACCES" reads read-waiting
cp $bin/escape escape && abimux brand escape hello >/dev/null
check_out "nor can it be done to a foreign program" "read EACCES
read-entry EPERM
read-exit EACCES" su alice -c "/tmp/escape read read-entry read-exit 7</etc/passwd"
abimux overlay unload fd7 >/dev/null
abimux overlay remove canary uid:1000 >/dev/null
check_out "where nothing lies over them, it is made" "read-emulated escaped" reads read-emulated
abimux overlay add canary uid:1000 >/dev/null

# A ring that was there before. The program stops when it has made it.
with_ring() {
	su alice -c "exec $bin/escape with-ring $bin/escape old-ring" >ring 2>&1 &
	within 10 is_stopped
}
abimux overlay remove canary uid:1000 >/dev/null
check "a program with a ring" with_ring
go_on
check_out "can enter it" "old-ring escaped" tail -n 1 ring
check "another one" with_ring
check "that the overlay is laid over" abimux overlay add canary pid:"$(pidof escape)"
go_on
check_out "cannot" "old-ring EACCES" tail -n 1 ring
abimux overlay add canary uid:1000 >/dev/null

# A ring that a thread of the kernel's own polls: no list sees what that starts.
cat >polled.overlay <<'END'
overlay polled
default pass
openat EACCES
io_uring_setup EACCES
io_uring_enter EACCES
io_uring_register EACCES
END
abimux overlay unload canary >/dev/null
check "a program with a ring that is polled" stopped "poller openat"
check_like "is warned of" "^abimux: warning: process $(pidof escape) has a ring .*SQPOLL" \
	sh -c "abimux overlay load polled.overlay pid:$(pidof escape) 2>&1"
go_on
check_out "what the ring starts goes on, what the program calls does not" "poller escaped
openat EACCES" cat first
abimux overlay add polled uid:1000 >/dev/null
check_out "new ones are refused" "poller EACCES" su alice -c "$bin/escape poller"
abimux overlay unload polled >/dev/null
abimux overlay load canary.overlay uid:1000 >/dev/null

# Privileges do not help.
cp $bin/escape setuid
chmod 4755 setuid
way=direct way "in a setuid program" run /tmp/setuid direct
check_out "in a program of root that alice starts" "direct EACCES" su alice -c "$bin/escape run $bin/escape direct"
check_not "the user cannot take it away" su alice -c "abimux overlay unload canary"
check_not "nor have another table" su alice -c "abimux run -t hello $bin/escape direct"
abimux overlay add canary pid:$$ >/dev/null
check_out "root cannot shed it by a table" "direct EACCES" abimux run -t hello $bin/escape direct
check_out "nor by the native one" "direct EACCES" abimux run -t linux $bin/escape direct
abimux overlay remove canary pid:$$ >/dev/null

# A foreign call that takes more than one native call; one of them is refused.
printf 'overlay steps\ndefault pass\nflock EPERM\nio_uring_setup EPERM\nio_uring_enter EPERM\nio_uring_register EPERM\n' >steps.overlay
since=$(date +%s)
check "a list that refuses flock" abimux overlay load steps.overlay path:$tests/freebsd/steps
check_like "the second step of a foreign call is refused" '^lock -1$' $tests/freebsd/steps lock
abimux overlay unload steps >/dev/null
took=$(($(date +%s) - since))

# Stopped and continued in a call that a list lets pass. On a slow kernel the list
# takes long to load.
cat >sleep.overlay <<'END'
overlay sleep
default EPERM
nanosleep
clock_nanosleep
write
END
sleep $((4 + 4 * took)) &
pid=$!
check "a strict list over a program that sleeps" abimux overlay load sleep.overlay pid:$pid
kill -STOP $pid
kill -CONT $pid
wait $pid
check_out "it is stopped, goes on sleeping, and ends" 0 echo $?
abimux overlay unload sleep >/dev/null
abimux overlay unload canary >/dev/null
check_census "nothing leaks"
tap_end
