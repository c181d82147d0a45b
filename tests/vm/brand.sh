#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Brands: what they go before, who ignores them, what is refused
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1
attribute=user.abimux.table

become() { # FILE [ARG...]: as far as it goes
	$bin/become "$@"
	true
}

hex() { # TEXT
	printf %s "$1" | od -An -tx1 | tr -d ' \n'
}

census_before

# What a brand does.
cp $bin/call-linux native
check "brand a native program" abimux brand native hello
check_out "it has the table" 36 ./native 500 12 24
check_like "the brand is shown" '^native +hello' abimux brand native
check_out "a copy is not branded" -38 sh -c 'cat native >copy && chmod 755 copy && ./copy 500 12 24'
cp $bin/call-myelf noted
check_out "a note has its table" "5 myelf" ./noted 548 buf 64
check "branded otherwise" abimux brand noted linux
check_out "the brand goes before the note" 77 sh -c './noted 60 77; echo $?'
check "without the brand" abimux brand --remove noted
check_out "the note counts again" "5 myelf" ./noted 548 buf 64
cp $bin/call-linux foreign
printf '\002' | dd of=foreign bs=1 seek=7 conv=notrunc 2>/dev/null
check_out "a foreign file without rule is refused" ENOEXEC become /tmp/foreign 500 12 24
check "but not" abimux brand foreign hello
check_out "with a brand" 36 ./foreign 500 12 24
check "a rule for a path" abimux map set path:/tmp/native linux
check_out "goes before a brand" -38 ./native 500 12 24
abimux map delete path:/tmp/native >/dev/null
check "a rule for a user" abimux map set uid:1000 spy
check_out "does not" 36 su alice -c "/tmp/native 500 12 24"
abimux map delete uid:1000 >/dev/null
check_out "force does" -38 abimux run -t linux ./native 500 12 24
abimux brand native hello >/dev/null
cp $bin/call-linux-0.11 sleeper
abimux brand sleeper linux-0.11 >/dev/null
./sleeper 29 &
within 10 grep -q ' sleeper' $pins/tasks
check_like "ps tells it" 'linux-0.11 .* brand .*sleeper' abimux ps
kill $!
wait

# Who is branded by whom.
cp $bin/call-linux $bin/call-hello /home/alice
chown alice /home/alice/call-linux
check "a user brands his own file" su alice -c "abimux brand /home/alice/call-linux hello"
check_out "and it has the table" 36 su bob -c "/home/alice/call-linux 500 12 24"
check_refused "nobody brands a file of others" 'denied|not permitted' su alice -c "abimux brand /home/alice/call-hello linux"
chmod 711 /home/alice/call-linux
check_out "a file that may be run, but not read" 36 su bob -c "/home/alice/call-linux 500 12 24"

# Who gains privileges ignores it, and garbage too.
cp $bin/call-linux setuid
abimux brand setuid hello >/dev/null
chown alice setuid
chmod 4755 setuid
check_out "a setuid program ignores its brand" -38 su bob -c "/tmp/setuid 500 12 24"
check_out "but not if nothing is gained" 36 su alice -c "/tmp/setuid 500 12 24"
check_out "it has the table of its rule" 36 sh -c "abimux map set uid:1001 hello >/dev/null
	su bob -c '/tmp/setuid 500 12 24'; abimux map delete uid:1001 >/dev/null"
$bin/xattr setuid $attribute "$(hex nonesuch)"
check_out "also one that names no table" -38 su bob -c "/tmp/setuid 500 12 24"
check_out "which refuses who gains nothing" ENOEXEC su alice -c "$bin/become /tmp/setuid 500 12 24; true"
cp $bin/call-linux setgid
abimux brand setgid hello >/dev/null
chgrp alice setgid
chmod 2755 setgid
check_out "a setgid program ignores it" -38 su bob -c "/tmp/setgid 500 12 24"
cp $bin/call-linux capable
abimux brand capable hello >/dev/null
check_out "without capabilities it has the table" 36 su bob -c "/tmp/capable 500 12 24"
# Version 2, effective, CAP_NET_RAW permitted.
$bin/xattr capable security.capability 0100000200200000000000000000000000000000
check_out "a program with capabilities of its file ignores it" -38 su bob -c "/tmp/capable 500 12 24"
cp $bin/call-myelf setnoted
abimux brand setnoted linux >/dev/null
chmod 4755 setnoted
check_out "what its format says holds then" "5 myelf" su bob -c "/tmp/setnoted 548 buf 64"
cp foreign setforeign
abimux brand setforeign hello >/dev/null
chmod 4755 setforeign
check_out "and a foreign one without rule is refused" ENOEXEC su bob -c "$bin/become /tmp/setforeign 500 12 24; true"

# Brands that cannot be followed: no exec, least of all a native one.
branded_with() { # NAME HEX REASON
	cp $bin/call-linux bad
	$bin/xattr bad $attribute "$2"
	check_out "$1: ENOEXEC" ENOEXEC become /tmp/bad 500 12 24
	check_like "$1: told" "^bad +$3" abimux status
	check_out "$1: the task goes on" "-8
36" $bin/call-hello 59 /tmp/bad 0 0 + 500 12 24
	rm bad
}

branded_with "a table that is not there" "$(hex nonesuch)" 'no-table +nonesuch'
branded_with "one for another machine" "$(hex linux-0.11)" 'machine +linux-0.11'
branded_with "no name" "" brand
branded_with "a NUL" 00 brand
branded_with "a name with a NUL behind it" "$(hex hello)00" brand
branded_with "bytes" ff808140 brand
branded_with "a name that is too long" "$(yes 61 | head -n 32 | tr -d '\n')" brand
branded_with "one that is far too long" "$(yes 61 | head -n 200 | tr -d '\n')" brand
cp $bin/call-linux bad
$bin/xattr bad $attribute ff
check_like "garbage is shown as such" 'bad +- +yes' abimux brand bad
check "and removed" abimux brand -d bad
check_out "then it is native" -38 ./bad 500 12 24
check "none is removed as well" abimux brand -d bad

# A table that goes.
check "a table of a brand" abimux table load $data/plain.tbl
table=$(awk '$1 == "table" { print $2 }' $data/plain.tbl)
abimux brand bad "$table" >/dev/null
check "goes" abimux table unload "$table"
check_out "then nothing is run" ENOEXEC become /tmp/bad 500 12 24

# What brand itself refuses.
check_refused "a table that is not there" nonesuch abimux brand native nonesuch
check_like "and leaves the brand" hello abimux brand native
check "but by force" abimux brand --force native nonesuch
check_refused "a table for another machine" amd64 abimux brand native linux-0.11
check_refused "a name that is none" 'a/b' abimux brand native a/b
check_refused "a file that is not there" nonesuch abimux brand nonesuch hello
check_refused "a directory" 'no file' abimux brand /tmp hello
printf '#!/bin/sh\n' >script
check_refused "a script" interpreter abimux brand script hello
check_refused "what is no program" ELF abimux brand /etc/passwd hello
mkdir plain
mount -t ramfs plain plain
cp $bin/call-linux plain
check_refused "a file system without such attributes" 'file system' abimux brand plain/call-linux hello
check_out "where programs run as ever" -38 plain/call-linux 500 12 24
umount plain
check_refused "remove and show at once" 'either' abimux brand -d --show native
cp $bin/call-linux first
cp $bin/call-linux second
check_refused "one of several is missing" nonesuch abimux brand first nonesuch second hello
check_like "and none is branded" '^first +- +no' abimux brand --show first second
check "several" abimux brand first second hello
check_like "are branded" '^second +hello +no' abimux brand --show first second
for words in "first" "--show first second" "-d first second" "first second hello" "nonesuch" "script hello"; do
	# shellcheck disable=SC2086 # a list
	check "--json brand $words" sh -c "abimux --json brand $words | $bin/json"
done
check_census "nothing leaks"
tap_end
