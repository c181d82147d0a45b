#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Bad input: files with tables, names, rules; tables that go while in use
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1

become() { # FILE [ARG...]: as far as it goes
	$bin/become "$@"
	true
}

census_before

# Files. Where it is wrong is line and column.
bad_file() { # NAME FILE REGEX
	check_refused "$1" "$3" abimux table load "$2"
	check_status "- its exit status is 5" 5 abimux table load "$2"
}

: >empty.tbl
head -c 3000 /bin/busybox >binary.tbl
yes '# sixty-three letters and a newline, to make up a file of 1 MB ...' | head -n 16384 >large.tbl
bad_file "an empty file" empty.tbl 'empty\.tbl:1:1: .*empty'
bad_file "a binary file" binary.tbl 'binary\.tbl:1:[0-9]+: '
bad_file "a file of 1 MB" large.tbl 'large\.tbl: .*262144'
bad_file "a number twice" $data/twice.tbl 'twice\.tbl:5:1: call 2 is there twice'
bad_file "a number out of range" $data/range.tbl 'range\.tbl:3:1: 1024 is out of range.* 0 to 1023'
bad_file "an unknown native name" $data/native.tbl "native\.tbl:4:16: 'sys_wriite'"
bad_file "an op where there is no program" $data/op.tbl 'op\.tbl:3:16: .*program'
bad_file "no name" $data/noname.tbl 'noname\.tbl:1:1: .*table NAME'
bad_file "a name with a slash" $data/slash.tbl 'slash\.tbl:2:7: '
bad_file "a word that is none" $data/word.tbl "word\.tbl:3:1: .*'errmo'"
check_status "a program that is not there is status 6" 6 abimux table load $data/noprogram.tbl
check_refused "- and named" 'nonesuch\.bpf\.o' abimux table load $data/noprogram.tbl
check_status "a file that is not there is status 6" 6 abimux table load nonesuch.tbl
check_refused "- and named" 'nonesuch\.tbl' abimux table load nonesuch.tbl
check_not "a directory" abimux table load /tmp
check_census "none of them leaves anything"

# Names.
check_status "a name that is taken is status 7" 7 abimux table load /usr/lib/abimux/hello.tbl
check_refused "- and named" hello abimux table load /usr/lib/abimux/hello.tbl
check_refused "linux is taken for ever" linux abimux table load $data/linux.tbl
check_out "the table that has the name goes on" 36 $bin/call-hello 500 12 24
check_census "none of them leaves anything"

# Rules.
check_refused "a rule that names no table" nonesuch abimux map set elf-osabi:2/amd64 nonesuch
for format in elf-osabi:x/amd64 elf-osabi:256/amd64 elf-osabi:2/vax elf-osabi \
	elf-note:1234567890123456789012345:1/amd64 magic:123456789 uid default/ '' nonesuch:1; do
	check_status "'$format' is no format" 2 abimux map set "$format" hello
done
check_status "a rule that is not there cannot be deleted" 6 abimux map delete elf-osabi:2/amd64
check_census "none of them leaves anything"

# A table of data only, that goes while a task runs on it.
check "a table without a program" abimux table load $data/plain.tbl
check_out "its numbers" "ok2" abimux run -t plain $bin/call-linux 401 1 ok 2
check_out "its order of arguments" "ok2" abimux run -t plain $bin/call-linux 402 2 ok 1
check "a rule for it" abimux map set elf-osabi:2/amd64 plain
cp $bin/opener netbsd
printf '\002' | dd of=netbsd bs=1 seek=7 conv=notrunc 2>/dev/null
./netbsd /etc/passwd >opened &
opener=$!
within 10 grep -q ' plain ' $pins/tasks
check "it can be unloaded while a task has it" abimux table unload plain
check_like "the task still has it" ' plain ' cat $pins/tasks
check_unlike "it is not in the registry" '^plain ' cat $pins/tables
check_out "a new program of its rule is refused" ENOEXEC become /tmp/netbsd
check "a new table may have the name" abimux table load $data/plain.tbl
$bin/become /tmp/netbsd /etc/passwd >opened.new &
newer=$!
within 10 sh -c "[ \$(grep -c ' plain ' $pins/tasks) = 2 ]"
check "and go while in use, too" abimux table unload plain
check_out "two tasks have two tables of one name" 2 grep -c ' plain ' $pins/tasks
opens() { # PID: it sleeps between one open and the next
	grep -qE '^(35|230) ' /proc/"$1"/syscall
}
within 10 opens $opener
within 10 opens $newer
kill -TERM $opener $newer
wait
check_like "no call of the one failed" '^opened [1-9][0-9]* failed 0$' cat opened
check_like "nor of the other" '^opened [1-9][0-9]* failed 0$' cat opened.new
check "the rule can go" abimux map delete elf-osabi:2/amd64
check_census "the last task takes both tables along"

# A table goes that many tasks have, some in the middle of a call.
check "again" abimux table load $data/plain.tbl
for _ in 1 2 3 4 5 6 7 8 9 10; do
	abimux run -t plain sleep 100 &
	pids="$pids $!"
done
within 20 sh -c "[ \$(grep -c ' plain ' $pins/tasks) = 10 ]"
check_like "ten tasks are counted" '^plain +[0-9]+ +10 ' cat $pins/tables
check "unload" abimux table unload plain
# shellcheck disable=SC2086 # a list
kill $pids
wait
check_census "nothing leaks"

# Tags that no policy of ours would write: no LSM program is there to correct them.
policy_is_off() { # what is unlinked goes a moment later
	! bpftool prog list | grep -qE ' name (classify|commit) '
}

rm $pins/programs/classify $pins/programs/commit
check "the policy's programs can be taken away" within 10 policy_is_off
check_out "without the policy's programs a fresh tag by hand counts" 36 \
	$bin/tag hello 1 0 $bin/call-linux 500 12 24
check_out "but once: the exec after that one is native" -38 \
	$bin/tag hello 1 0 /bin/sh -c "exec $bin/call-linux 500 12 24"
check_status "a tag that names a table that went away ends the program" 139 \
	$bin/tag plain 1 0 $bin/call-linux 39
check_status "so does one for another machine" 139 $bin/tag linux-0.11 1 0 $bin/call-linux 39
check_out "the machine goes on" -38 $bin/call-linux 500 12 24
tap_end
