#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What bpftool and cat alone show: tables, links, rules, tasks
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

check_like "struct_ops list: the policy" 'by_format +abimux_policy_ops' bpftool struct_ops list
for table in myelf hello spy; do
	check_like "struct_ops list: table $table" "$table +abimux_table_ops" bpftool struct_ops list
done
check_like "struct_ops dump: a table's name" '"name": "myelf"' bpftool struct_ops dump name myelf
check_like "and its numbers" '"native": 1,?$' bpftool struct_ops dump name myelf
check_like "link list: a table's link" 'struct_ops' bpftool link list
check_like "and the policy's programs" 'prog_type lsm' bpftool link list
check_like "map dump: a rule's format" '"owner": "MyELF' bpftool map dump pinned $pins/formats
check_like "and its table" '"table": "myelf"' bpftool map dump pinned $pins/formats
check_like "prog list: the policy's programs" 'lsm +name classify' bpftool prog list

head -c 32 /dev/zero >/tmp/key
check "a rule can be set with bpftool alone" bpftool map update pinned $pins/formats \
	key hex 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 \
	value hex 68 65 6c 6c 6f 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
check_out "and counts" 36 $bin/call-linux 500 12 24
check_like "abimux shows it" 'default +hello' abimux map list
check "and deletes it" abimux map delete default

check_like "cat tables: names its columns" '^NAME +ID +TASKS ' cat $pins/tables
# A task that has ended counts until it is freed.
hello='^hello +[0-9]+ +0 +[0-9]+ amd64 +rax +syscall +negative +[0-9]+ enter$'
within 10 grep -Eq "$hello" $pins/tables
check_like "cat tables: a table with a program" "$hello" cat $pins/tables
check_like "cat tables: one for i386" '^linux-0.11 +[0-9]+ +0 +[0-9]+ i386 +rax +int80 +negative +61 enter,leave,signal$' \
	cat $pins/tables
$bin/call-linux-0.11 29 &
within 10 grep -q call-linux-0.11 $pins/tasks
check_like "cat tasks: a task, its table and format" \
	"^ +$! +$! linux-0.11 +elf-note:Linux-0.11:1/i386 +[0-9]+\.[0-9]+ +[0-9]+ +$$ - call-linux-0.11\$" cat $pins/tasks
since=$(awk '$3 == "linux-0.11" { print int($5) }' $pins/tasks)
now=$(cut -d. -f1 /proc/uptime)
check "cat tasks: since when" [ "$since" -gt 0 ] && [ "$since" -le "$now" ]
kill $!
wait
tap_end
