#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Plain native programs are remembered, and still looked at when anything changes
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1
objects=/usr/lib/abimux
cgroups=/sys/fs/cgroup

remembered() { # FILE...
	for file; do
		bpftool map lookup pinned $pins/plain key 3 0 0 0 3<"$file" | grep -q '"sure": true' || return
	done
}

forgotten() { # FILE
	! remembered "$1"
}

# Their own, whose time of change is not that of others.
for name in branded written bsd pathed restricted other; do cp $bin/call-linux $name; done
cp $bin/call-hello noted
printf '#!/tmp/other 500\n' >script
chmod 755 script
census_before
settle() { # FILE...
	for file; do "./$file" 500 12 24; done
	sleep 4
	for file; do "./$file" 500 12 24; done
}
settle branded written bsd pathed restricted other noted script >/dev/null
check "native programs are remembered" remembered branded written bsd pathed restricted other
check "one with a table is not" forgotten noted
check "nor is a script" forgotten script
check_out "they are what they were" -38 ./other 500 12 24
# Twice, in less time than the policy wants between the two: the machine may be busy.
now() {
	cut -d. -f1 /proc/uptime
}
twice_in_a_moment() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		rm -f once
		cp $bin/call-linux once
		since=$(now)
		said=$(./once 500 12 24)
		./once >/dev/null
		[ $(($(now) - since)) -gt 1 ] || break
	done
	echo "$said"
}
check_out "one that was executed but once is not" -38 twice_in_a_moment
check "for it may change within a tick" forgotten once

# The file changes.
check "a brand for one" abimux brand branded hello
check_out "which then has its table" 36 ./branded 500 12 24
check "it is taken away" abimux brand --remove branded
check_out "and it is native" -38 ./branded 500 12 24
cat $bin/call-hello >written
check_out "written over, it has the table of what is in it now" 36 ./written 500 12 24
cat $bin/call-linux >written
check_out "and none when that goes" -38 ./written 500 12 24
printf '\002' | dd of=bsd bs=1 seek=7 conv=notrunc 2>/dev/null
check_out "one made foreign is refused" ENOEXEC sh -c "$bin/become /tmp/bsd 500 12 24; true"

# The rules change.
check "a rule for a path" abimux map set path:/tmp/pathed hello
check_out "holds" 36 ./pathed 500 12 24
check_out "for that path" -38 ./other 500 12 24
check "also when the policy" abimux policy replace $objects/by-format.bpf.o
check_out "is new" 36 ./pathed 500 12 24
check "or was" abimux policy unload
check_out "away for a time" -38 ./pathed 500 12 24
check "it finds it" abimux policy load
check_out "when it comes" 36 ./pathed 500 12 24
abimux map delete path:/tmp/pathed >/dev/null
check_out "without it it is native" -38 ./pathed 500 12 24
abimux map set path:/tmp/script hello >/dev/null
check_like "a rule for a script's path holds" '^[0-9]' ./script
check_out "its interpreter is another" -38 ./other 500 12 24
abimux map delete path:/tmp/script >/dev/null

# Of a policy that is new and knows of no such rule. By the first of each kind it does.
abimux policy replace $objects/by-format.bpf.o >/dev/null
check_out "with another policy it is native" -38 ./other 500 12 24
check "a rule for what native programs have" abimux map set elf-osabi:0/amd64 hello
check_out "holds" 36 ./other 500 12 24
abimux map delete elf-osabi:0/amd64 >/dev/null
check_out "until it goes" -38 ./other 500 12 24
check "a rule for a user" abimux map set uid:alice hello
check_out "holds" 36 su alice -c "/tmp/other 500 12 24"
check_out "for that user" -38 ./other 500 12 24
abimux map delete uid:alice >/dev/null
mkdir $cgroups/inner
check "a rule for a cgroup" abimux map set cgroup:$cgroups/inner hello
inside="echo 0 >$cgroups/inner/cgroup.procs && exec /tmp/other 500 12 24"
check_out "holds" 36 sh -c "$inside"
check_out "for that cgroup" -38 ./other 500 12 24
abimux map delete cgroup:$cgroups/inner >/dev/null
rmdir $cgroups/inner
zeros=$(yes 00 | head -n 32 | tr '\n' ' ')
hello="68 65 6c 6c 6f $(yes 00 | head -n 27 | tr '\n' ' ')"
# shellcheck disable=SC2086 # words are what is wanted
check "one for all, by bpftool" bpftool map update pinned $pins/formats key hex $zeros value hex $hello
check_out "holds" 36 ./other 500 12 24
abimux map delete default >/dev/null
check_out "until it goes, too" -38 ./other 500 12 24

# Without a policy the guard looks at files.
abimux policy unload >/dev/null
check_out "without a policy it is native" -38 ./written 500 12 24
cat $bin/call-myelf >written
check_out "written over by a foreign one it is refused" ENOEXEC sh -c "$bin/become /tmp/written; true"
abimux policy load >/dev/null
# An overlay is a rule, too; this policy has seen none of this kind.
printf 'overlay strict\ndefault pass\ngetppid EPERM\nunsafe io_uring\n' >strict.overlay
check "a restriction by user" abimux overlay load strict.overlay uid:alice
check_out "holds" -1 su alice -c "/tmp/restricted 110"
check_out "whoever it is that he becomes" -1 su alice -c "sh -c 'exec /tmp/restricted 110'"
abimux overlay unload strict >/dev/null

check_census "nothing leaks"
tap_end
