#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Rules by path and by cgroup, beside those by format and user
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1
cgroups=/sys/fs/cgroup

inside() { # CGROUP COMMAND...
	dir=$cgroups/$1
	shift
	sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$dir" "$@"
}

become() { # FILE [ARG...]: as far as it goes
	$bin/become "$@"
	true
}

census_before

# By path.
cp $bin/call-linux one
cp $bin/call-linux two
check "a rule for a path" abimux map set path:/tmp/one hello
check_out "the file there has its table" 36 ./one 500 12 24
check_out "its copy has not" -38 ./two 500 12 24
ln one hard
ln -s one soft
check_out "by another name it is the same file" 36 ./hard 500 12 24
check_out "and by a link" 36 ./soft 500 12 24
check_like "the list has the path" '^path:/tmp/one +hello$' abimux map list
mv one three
check_out "also when it was moved" 36 ./three 500 12 24
cp $bin/call-linux one
check_out "what is put into its place is another file" -38 ./one 500 12 24
check "the rule goes by its number, too" abimux map delete "path:$(stat -c 0:%d:%i three)"
check_out "then it is native again" -38 ./three 500 12 24
check_unlike "and off the list" '^path:' abimux map list
cp $bin/call-hello noted
abimux map set path:/tmp/noted linux >/dev/null
check_out "a path goes before a note" -38 ./noted 500 12 24
abimux map delete path:/tmp/noted >/dev/null
check_out "without its rule the note counts" 36 ./noted 500 12 24
cp $bin/call-linux bsd
printf '\002' | dd of=bsd bs=1 seek=7 conv=notrunc 2>/dev/null
check_out "a foreign file without rule is refused" ENOEXEC become /tmp/bsd 500 12 24
abimux map set path:/tmp/bsd hello >/dev/null
check_out "one with a rule for its path runs" 36 ./bsd 500 12 24
abimux map delete path:/tmp/bsd >/dev/null
printf '#!%s 500\n' $bin/call-linux >script
chmod 755 script
check_out "a script is what its interpreter is" -38 ./script
abimux map set path:/tmp/script hello >/dev/null
check_like "unless there is a rule for its path" '^[0-9]' ./script
check_out "and the interpreter alone is not meant" -38 $bin/call-linux 500 12
abimux map delete path:/tmp/script >/dev/null
check_refused "a path without file" 'No such file' abimux map set path:/tmp/nonesuch hello
check_refused "a directory is no program" 'no file' abimux map set path:/tmp hello
check_refused "a path that is none" 'path:/usr/bin/true' abimux map set path:x hello

# By cgroup: the task's own goes before those around it.
mkdir -p $cgroups/outer/inner $cgroups/other
check "a rule for a cgroup" abimux map set cgroup:$cgroups/outer hello
check_out "programs in it have its table" 36 inside outer $bin/call-linux 500 12 24
check_out "and below it" 36 inside outer/inner $bin/call-linux 500 12 24
check_out "others have not" -38 inside other $bin/call-linux 500 12 24
check "another for what is below" abimux map set cgroup:$cgroups/outer/inner linux
check_out "the nearest holds" -38 inside outer/inner $bin/call-linux 500 12 24
check_out "only there" 36 inside outer $bin/call-linux 500 12 24
check_out "a note goes before a cgroup" "5 myelf" inside outer $bin/call-myelf 548 buf 64
check "a rule for a user" abimux map set uid:alice hello
check_out "by name" 36 su alice -c "$bin/call-linux 500 12 24"
check_out "a cgroup goes before him" -38 inside outer/inner su alice -c "$bin/call-linux 500 12 24"
check_like "the list has the cgroup" "^cgroup:$cgroups/outer/inner +linux$" abimux map list
check "both go" sh -c "abimux map delete cgroup:$cgroups/outer && abimux map delete cgroup:$cgroups/outer/inner"
check "and his" abimux map delete uid:alice
check_out "then it is native again" -38 inside outer $bin/call-linux 500 12 24
check_refused "a directory elsewhere is no cgroup" cgroup2 abimux map set cgroup:/tmp hello
check_refused "nor is a file" cgroup2 abimux map set cgroup:$cgroups/cgroup.procs hello
check_refused "a user who is none" alice abimux map set uid:nonesuch hello
rmdir $cgroups/outer/inner $cgroups/outer $cgroups/other
check_census "nothing leaks"
tap_end
