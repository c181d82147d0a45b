#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Which table a program gets at exec: notes, EI_OSABI, magic, user, force, fork
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1

# A copy of a program with another EI_OSABI.
branded() { # FILE OSABI-IN-OCTAL TO
	cp "$1" "$3"
	# shellcheck disable=SC2059 # the escape is the point
	printf "\\$2" | dd of="$3" bs=1 seek=7 conv=notrunc 2>/dev/null
	chmod 755 "$3"
}

become() { # FILE [ARG...]: as far as it goes
	$bin/become "$@"
	true
}

census_before

# Notes and EI_OSABI.
check_out "a note tells an amd64 program" "5 myelf" $bin/call-myelf 548 buf 64
check_out "a note tells an i386 program" "-1" $bin/call-linux-0.11 0
branded $bin/call-linux 002 netbsd
check_out "a foreign EI_OSABI without a rule is ENOEXEC" ENOEXEC become /tmp/netbsd 39
check "a rule for it" abimux map set elf-osabi:2/amd64 hello
check_out "and it runs, with the rule's table" 36 ./netbsd 500 12 24
check "another table for it, while the machine runs" abimux map set elf-osabi:2/amd64 linux
check_out "and it runs natively" -38 ./netbsd 500 12 24
branded $bin/call-linux-i386 002 netbsd32
check_out "the rule is for amd64 only" ENOEXEC become /tmp/netbsd32 20
check "the rule can go" abimux map delete elf-osabi:2/amd64
check_out "then it is ENOEXEC again" ENOEXEC become /tmp/netbsd 39
branded $bin/call-linux 003 gnu
check_out "EI_OSABI 3 is Linux" -38 ./gnu 500 12 24
branded $bin/call-myelf 002 both
check_out "a note's rule is enough, whatever EI_OSABI says" "5 myelf" ./both 548 buf 64
abimux map set elf-osabi:2/amd64 hello >/dev/null
check_out "and goes before EI_OSABI's" "5 myelf" ./both 548 buf 64
abimux map delete elf-osabi:2/amd64 >/dev/null
check "without the note's rule" abimux map delete elf-note:MyELF:1/amd64
check_out "the file is known to be foreign, and refused" ENOEXEC become $bin/call-myelf 548
check "rule back" abimux map set elf-note:MyELF:1/amd64 myelf
check_out "works again" "5 myelf" $bin/call-myelf 548 buf 64

# Rules that cannot be kept: the command refuses them, bpftool does not.
rule_by_hand() { # TABLE-IN-HEX: for elf-osabi:2/amd64
	# shellcheck disable=SC2046,SC2086 # lists of bytes
	bpftool map update pinned $pins/formats key hex 01 00 3e 00 02 00 00 00 $(zeros 24) value hex $1
}

zeros() { # NUMBER
	yes 00 | head -n "$1"
}

check_refused "a rule for a table of another machine" i386 abimux map set elf-osabi:2/amd64 linux-0.11
check "written by hand" rule_by_hand "6c 69 6e 75 78 2d 30 2e 31 31 $(zeros 22)"
check_out "it is ENOEXEC at exec" ENOEXEC become /tmp/netbsd 39
check "one that names no table" rule_by_hand "6e 6f 6e 65 $(zeros 28)"
check_out "is ENOEXEC too" ENOEXEC become /tmp/netbsd 39
check "and one whose name has no end" rule_by_hand "$(yes 61 | head -n 32)"
check_out "as well" ENOEXEC become /tmp/netbsd 39
check "gone" abimux map delete elf-osabi:2/amd64
check_like "each was counted with its reason" '^netbsd +no-rule +0 +[1-9]' abimux status
check_like "the rule for another machine" '^netbsd +machine +linux-0.11 +0 +1$' abimux status
check_like "the rule that names no table" '^netbsd +no-table +none +0 +1$' abimux status

# Magic bytes.
printf '\000\000\212\227 plan 9' >plan9
chmod 755 plan9
check_out "a Plan 9 program is ENOEXEC" ENOEXEC become /tmp/plan9
printf 'nothing' >nothing
chmod 755 nothing
check_out "so is what is no program at all" ENOEXEC become /tmp/nothing
: >empty
chmod 755 empty
check_out "and an empty file" ENOEXEC become /tmp/empty

# Scripts: the interpreter counts.
printf '#!%s 548\n' $bin/call-myelf >script
chmod 755 script
check_out "a script whose interpreter is foreign" -34 ./script
printf '#!/tmp/netbsd\n' >script2
chmod 755 script2
check_out "a script whose interpreter is refused" ENOEXEC become /tmp/script2
printf '#!/bin/sh\n%s 500 12 24\n' $bin/call-linux >script3
chmod 755 script3
check_out "a script of the native shell" -38 ./script3
check_out "a script with a forced table: its interpreter has it, not what that runs" -38 \
	abimux run -t hello /tmp/script3

# From one table to another.
check_out "hello to myelf" "5 myelf" $bin/become-hello $bin/call-myelf 548 buf 64
check_out "hello to native" -38 $bin/become-hello $bin/call-linux 500 12 24
check_out "0.11 to native" -38 $bin/linux-0.11 exec $bin/call-linux 500 12 24
check_out "0.11 to hello to native to 0.11 to hello" 36 $bin/linux-0.11 exec $bin/become-hello \
	$bin/become $bin/linux-0.11 exec $bin/call-hello 500 12 24
check_out "an exec that fails leaves the table and its calls" "-8
36" $bin/call-hello 59 /tmp/netbsd 0 0 + 500 12 24
check_out "also for i386" "-8
5" $bin/call-linux-0.11 11 /tmp/netbsd 0 0 + 72 linus

# Users.
check "a rule for a user" abimux map set uid:1000 hello
check_out "his programs get the table" 36 su alice -c "$bin/call-linux 500 12 24"
check_out "others do not" -38 su bob -c "$bin/call-linux 500 12 24"
check_out "nor root" -38 $bin/call-linux 500 12 24
check_out "a format goes before a user" "5 myelf" su alice -c "$bin/call-myelf 548 buf 64"
check_out "a foreign file is no user's" ENOEXEC su alice -c "$bin/become /tmp/netbsd 39; true"
check "a default, too" abimux map set default spy
check_out "a user goes before the default" 36 su alice -c "$bin/call-linux 500 12 24"
check "both gone" sh -c 'abimux map delete default && abimux map delete uid:1000'

# Calls by the instruction of another ABI.
check_out "a native amd64 program can make i386 calls: 122 is uname" "0 Linux" $bin/call-linux 80:122 buf
check_out "one with a table cannot" "-38 untouched" $bin/call-hello 80:122 buf
check_out "whatever its table has at that number" "-38" $bin/call-myelf 80:69 1 ok 2
check_like "which is counted" '^call-hello +entry +hello +122 +1$' abimux status

# By force.
check_out "run -t gives a table to a native program" 36 abimux run -t hello $bin/call-linux 500 12 24
check_out "and Linux to a foreign one" -38 abimux run -t linux $bin/call-hello 500 12 24
check_out "for one exec only" -38 abimux run -t hello $bin/become $bin/call-linux 500 12 24
check_out "not for a child's" -38 abimux run -t hello sh -c "$bin/call-linux 500 12 24"
check_refused "run -t with a table that is not there" nonesuch abimux run -t nonesuch true
check_status "run -t with a table for another machine" 126 abimux run -t linux-0.11 $bin/call-linux 39
check_out "a forced tag by hand" 36 $bin/tag hello 2 0 $bin/call-linux 500 12 24
check_out "that names no table is ENOEXEC" ENOEXEC sh -c "$bin/tag nonesuch 2 0 $bin/call-linux 39; true"
check_out "a fresh tag by hand is overwritten" -38 $bin/tag hello 1 0 $bin/call-linux 500 12 24
cp $bin/call-linux setuid
chmod 4755 setuid
check_out "a program that gains privileges is not run on a table of the caller's choice" EPERM \
	sh -c "$bin/tag hello 2 1000 /tmp/setuid 500 12 24; true"
check_out "without force it runs" -38 su alice -c "/tmp/setuid 500 12 24"
check_out "and root loses nothing by it" 36 $bin/tag hello 2 0 /tmp/setuid 500 12 24

# Fork.
$bin/call-linux-0.11 2 + 29 >/dev/null &
parent=$!
within 10 sh -c "[ \$(grep -c linux-0.11 $pins/tasks) = 2 ]"
check_out "parent and child of a fork have the table" 2 grep -c ' linux-0.11 ' $pins/tasks
check_out "and say by which format" 2 grep -c ' elf-note:Linux-0.11:1/i386 ' $pins/tasks
killall call-linux-0.11
wait $parent 2>/dev/null
within 10 sh -c "! grep -q linux-0.11 $pins/tasks"
check_out "and then they are gone" 0 count_tasks
check_census "nothing leaks"
tap_end
