#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The loader killed before its calls that change something: all of it is done, or nothing
# vm: --no-load
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1
objects=/usr/lib/abimux
bpffs=/sys/fs/bpf
policy=$tests/bpf/small-policy.bpf.o
other=$tests/bpf/smaller-policy.bpf.o

# As little as can be loaded, so that much can be tried.
mkdir few
cp $objects/*.bpf.o $objects/hello.tbl $objects/myelf.tbl few
rm few/freebsd.bpf.o few/linux-0.11.bpf.o
cp $policy few/by-format.bpf.o
for name in joined tasks denied; do cp $tests/bpf/nothing.bpf.o few/$name.bpf.o; done
sed '/^548/d' few/myelf.tbl >myelf.tbl
cp few/myelf.bpf.o .
printf 'overlay strict\ndefault pass\ngetppid EPERM\nunsafe io_uring\n' >strict.overlay

mkdir etc
cat >etc/abimux.conf <<END
policy load $policy
table load $objects/hello.tbl $objects/myelf.tbl
overlay load /tmp/strict.overlay uid:1001
END

look() { # whether anything has a name, and what programs say
	[ -e $pins ] && echo loaded || echo none
	$bin/become $bin/call-myelf 548 buf 64
	$bin/call-hello 500 12 24
	su bob -c "$bin/call-linux 110" | sed 's/^[0-9]*$/passed/'
}

looks() { # REGEX: what is killed goes some time after it
	look 2>&1 | tr '\n' ' ' >seen
	grep -qE "^($1) $" seen
}

# Of calls of one kind in a row the last: some of what they do is done then. Then none.
list_points() { # COMMAND...
	$bin/cut list /usr/bin/abimux "$@" | awk '
		/^(pin|link|update|detach|remove|rename)$/ { kind[++n] = $0 }
		END {
			for (i = 1; i <= n; i++)
				if (kind[i] != kind[i + 1])
					print i
			print n + 1
		}'
}

prepare() {
	$before >log 2>&1 || echo "before point $1: $(cat log)"
}

# Killed at each of the points it leaves what $allowed says; $after has to work then.
each() { # COMMAND...
	prepare 0
	list_points "$@" >points
	$after >log 2>&1 || echo "after the list: $(cat log)"
	while read -r point <&3; do
		prepare "$point"
		$bin/cut "$point" /usr/bin/abimux "$@" >log 2>&1
		ended=$?
		within 10 looks "$allowed" || echo "point $point: $(cat seen)"
		$after >log 2>&1 || echo "after point $point: $(cat log)"
		[ "$ended" = 100 ] && continue
		[ "$ended" = 0 ] || echo "point $point: ended with $ended"
	done 3<points
	[ "$ended" = 0 ] || echo "it was killed at all points"
}

killed() { # POINTS COMMAND...
	least=$1
	shift
	check_out "$*" "" each "$@"
	check "$*: at $(tr '\n' ' ' <points)" [ "$(wc -l <points)" -ge "$least" ]
}

nothing() {
	abimux unload --all
	[ -z "$(ls $bpffs)" ]
}

loaded() {
	[ -e $pins ] || abimux load --dir few || return
	[ -e $pins/policy ] || abimux policy load $policy || return
	looks "$whole"
}

# A change that was begun is finished by the next loader, whatever that is asked for.
agrees() {
	abimux policy load $policy
	name=$(abimux --json policy show | sed -n 's/.*"policy": "\(.*\)".*/\1/p')
	look >/dev/null
	case $name:$($bin/call-hello 500 12 24) in
	small-hello:36) ;;
	small-linux:-38) abimux policy replace $policy && loaded ;;
	*)
		echo "policy $name, and programs say otherwise"
		return 1
		;;
	esac
}

no_policy() {
	loaded && abimux policy unload && looks "$without"
}

again() {
	abimux policy load $policy
	loaded
}

old_table() {
	abimux table replace few/myelf.tbl && loaded
}


# What works has a name as soon as anybody asks, and what has none does not work.
named() {
	abimux status
	looks "$whole|$none" && nothing
}

all_gone() {
	loaded && nothing
}

# What the guard leaves of a foreign program if there is no policy, or nobody does.
whole='loaded 5 myelf 36 passed'
none='none -38 passed'
guarded='none ENOEXEC -38 passed'
without='loaded ENOEXEC -38 passed'

all_gone >/dev/null
census >/tmp/census.before
before=nothing after=named allowed="$whole|$none"
killed 6 load --dir few
after=nothing allowed="loaded 5 myelf 36 -1|$none"
killed 6 restore --dir etc
check_census "load and restore: nothing is left"
before=loaded allowed="$whole|$guarded"
killed 5 unload
check_census "unload: nothing is left"

before=loaded after=agrees allowed='loaded 5 myelf (36|-38) passed'
killed 7 policy replace $other
after=again allowed="$whole|$without"
killed 5 policy unload
before=no_policy after=again
killed 6 policy load $policy
before=loaded after=old_table allowed='loaded (5 myelf|-38 untouched) 36 passed'
killed 4 table replace myelf.tbl
nothing >/dev/null 2>&1
check_census "all of these: nothing is left"
tap_end
