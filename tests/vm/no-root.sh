#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Bad input: without root, commands are refused with a reason
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cp $data/plain.tbl /tmp/plain.tbl

alice() { # COMMAND
	su alice -c "$1"
}

census_before
for command in load unload "table load /tmp/plain.tbl" "table unload hello" \
	"map set elf-osabi:2/amd64 hello" "map delete elf-osabi:9/amd64" "run -t hello true" \
	"trace --seconds 1" "missing --clear"; do
	check_status "abimux $command is status 3" 3 alice "abimux $command"
	check_refused "- and says what to do" 'root' alice "abimux $command"
done
check_like "a table's file can be checked by anybody" . alice "abimux table check /tmp/plain.tbl; echo \$?"
check_out "nothing changed: the tables work" 36 $bin/call-hello 500 12 24
check_out "and users' programs have them, too" "5 myelf" alice "$bin/call-myelf 548 buf 64"
check_not "the map of tags cannot be written" alice "$bin/tag hello 2 1000 $bin/call-linux 500 12 24"
check_not "the pins cannot be removed" alice "rm $pins/tags"
check_census "nothing leaks"
tap_end
