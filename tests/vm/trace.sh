#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# abimux trace: calls of several tables, whom it shows, and nothing left afterwards
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1

trace() { # ARGUMENT...: into /tmp/trace
	abimux trace -o trace "$@" >/dev/null
}

shows() { # LINE...: the trace, and nothing else
	printf '%s\n' "$@" >expected
	diff expected trace
}

no_tracing() { # programs that are attached
	! bpftool prog list | grep -E 'trace_(enter|leave|exec|exit|fork|signal)'
}

traced() {
	bpftool prog list | grep -q trace_enter
}

each_line() { # FILE: is JSON
	while IFS= read -r line; do
		echo "$line" | $bin/json || return
	done <"$1"
}

census_before
check "nothing is attached while nobody traces" no_tracing

trace $bin/call-myelf 69 1 hello 5 + 548 buf 64 + 231 0
check "myelf: its own names, and numbers where it has none" shows \
	'write(1, "hello", 5)                    = 5' \
	'write(1, "5", 1)                        = 1' \
	'write(1, "\n", 1)                       = 1' \
	'table("myelf", 64)                      = 5' \
	'write(1, "5", 1)                        = 1' \
	'write(1, " ", 1)                        = 1' \
	'write(1, "myelf", 5)                    = 5' \
	'write(1, "\n", 1)                       = 1' \
	'syscall_231(0, 0, 0, 0, 0, 0)           = -1 ENOSYS (Function not implemented)' \
	'write(1, "-38", 3)                      = 3' \
	'write(1, "\n", 1)                       = 1' \
	'exit(0)                                 = ?' \
	'+++ exited with 0 +++'
trace -e 'trace=!write' $bin/call-linux-0.11 72 torvalds + 73 buf 64 + 5 /etc/passwd 0 + \
	5 /tmp/made 66 0x180 + 5 /nonesuch 0 + 48 2 1 + 3 99 buf 8 + 2
sed -i 's/fork() *= [1-9][0-9]*/fork() = PID/; s/0x8[0-9a-f]*, 8) *=/BUF, 8) =/' trace
check "linux-0.11: i386, text, flags, signals, errors" shows \
	'iam("torvalds")                         = 8' \
	'whoami("torvalds", 64)                  = 8' \
	'open("/etc/passwd", O_RDONLY)           = 3' \
	'open("/tmp/made", O_RDWR|O_CREAT, 0600) = 4' \
	'open("/nonesuch", O_RDONLY)             = -1 ENOENT (No such file or directory)' \
	'signal(SIGINT, 0x1, NULL)               = NULL' \
	'read(99, BUF, 8) = -1 EBADF (Bad file descriptor)' \
	'fork() = PID' \
	'exit(0)                                 = ?' \
	'+++ exited with 0 +++'
trace -e open,creat $bin/call-linux-0.11 5 1 0 + 8 0 0
check "an address that cannot be read is shown as such" shows \
	'open(0x1, O_RDONLY)                     = -1 EFAULT (Bad address)' \
	'creat(NULL, 000)                        = -1 EFAULT (Bad address)' \
	'+++ exited with 0 +++'
name=$(printf 'a"b\\c\t\033[31m\0011\200z')
trace -e 'open' $bin/call-linux-0.11 5 "$name" 0
check "what is not printable is escaped" shows \
	'open("a\"b\\c\t\33[31m\0011\200z", O_RDONLY) = -1 ENOENT (No such file or directory)' \
	'+++ exited with 0 +++'
long=$(printf '%0300d' 0 | tr 0 x)
trace -e open $bin/call-linux-0.11 5 "$long" 0
check_like "a long name is cut off, and says so" '^open\("x{255}"\.\.\., O_RDONLY\) = -1 ENAMETOOLONG' cat trace
trace -s 3 -e write $bin/call-myelf 69 1 hello 5
check_like "-s: so much of a buffer" '^write\(1, "hel"\.\.\., 5\) +=' cat trace
trace -s 1 -e write $bin/call-hello 1 1 hello 5
check_like "native entries are known by what they run" '^write\(1, "h"\.\.\., 5\) +=' cat trace
trace -e add $bin/call-hello 500 -3 4
check_like "an answer without a native call" '^add\(-3, 4\) += 1$' cat trace
trace -e execve $bin/become-hello $bin/call-linux 39
check_like "exec into native returns, and is the last that is seen" \
	'^execve\("/usr/lib/abimux-tests/bin/call-linux", .*\) = 0$' tail -n 1 trace
trace -e execve abimux run -t spy $bin/gone $bin/gone
check_like "what an exec was told, not what is there in the new program" '^execve\(0x[0-9a-f]+, NULL, NULL\) += 0$' cat trace

# Whom and which.
trace sh -c "$bin/call-hello 500 1 2; true"
check_out "a command's children are not shown" 0 sh -c 'wc -l <trace'
trace -f sh -c "$bin/call-hello 500 1 2; $bin/call-myelf 548 buf 9; true"
check_like "-f: they are, by their ids" '^[0-9]+ add\(1, 2\)' cat trace
check_like "- all of them" '^[0-9]+ table\("myelf", 9\)' cat trace
trace -f --table myelf sh -c "$bin/call-hello 500 1 2; $bin/call-myelf 548 buf 9; true"
check_unlike "--table: only that one's" 'add\(' cat trace
check_like "- those all" 'table\("myelf", 9\)' cat trace
trace -e %file $bin/call-linux-0.11 5 /etc/passwd 0 + 20 + 9 /nonesuch /x
check_out "%file: calls with a path" "open link" sh -c "sed -n 's/(.*//p' trace | xargs"
trace -e '!%file,write,exit' $bin/call-linux-0.11 5 /etc/passwd 0 + 20
check_out "!: all others" getpid sh -c "sed -n 's/(.*//p' trace"
trace -ttt -T -e getpid $bin/call-linux-0.11 20
check_like "-ttt -T: when, and how long" '^[0-9]{10}\.[0-9]{6} getpid\(\) += [0-9]+ <[0-9]+\.[0-9]{6}>$' cat trace
trace -T -e nanosleep,clock_nanosleep abimux run -t spy sleep 0.3
check_like "- as long as it waited" 'nanosleep\(.* = 0 <(0\.[3-9]|[1-9])' cat trace
trace -f --uid alice sh -c "su alice -c '$bin/call-hello 500 1 2'; su bob -c '$bin/call-hello 500 3 4'"
check_like "--uid: calls of that user" 'add\(1, 2\)' cat trace
check_unlike "- no other's" 'add\(3, 4\)' cat trace
check_refused "no such call" "no table has a call 'opne'" abimux trace -e opne true
check_refused "no such process" 'no process 99999' abimux trace -p 99999
check_refused "a command and a process" 'which of them' abimux trace -p 1 true
check_refused "too much of a buffer" '256' abimux trace -s 257 true
check_status "no such command" 127 abimux trace nonesuch
check_status "it ends as the command does" 3 abimux trace sh -c 'exit 3'
check_out "whose output stays what it is" 7 sh -c "abimux trace $bin/call-hello 500 3 4 2>/dev/null"

# A process that runs already, and how it ends.
$bin/call-linux-0.11 29 &
paused=$!
within 10 grep -q linux-0.11 $pins/tasks
abimux trace -p $paused -o trace &
tracer=$!
within 10 traced
kill -TERM $paused
check "a trace ends with the process" wait $tracer
check_like "and shows its end" '^\+\+\+ killed by SIGTERM \+\+\+$' cat trace
wait
# Stopped in a call, and continued: it is made once more by another number.
sleeps() {
	pid=$(pidof sleep) && grep -qE '^(35|230|219) ' "/proc/$pid/syscall"
}
is_stopped() {
	grep -q '^State:.T' "/proc/$pid/status"
}
trace -e nanosleep,clock_nanosleep,restart_syscall abimux run -t spy sleep 6 &
tracer=$!
within 20 sleeps
kill -STOP "$pid"
within 10 is_stopped
kill -CONT "$pid"
wait $tracer
check_like "a call that a stop interrupts" 'nanosleep\(.* = \? ERESTART_RESTARTBLOCK' cat trace
check_like "goes on as the one that it was" 'nanosleep\(.* = 0$' cat trace
check_unlike "- by its own name" '^restart_syscall\(' cat trace

abimux trace -o trace --count 2 &
tracer=$!
within 10 traced
$bin/call-hello 500 5 6 >/dev/null
wait $tracer
check_like "all tasks, by their names" '^[0-9]+<call-hello> add\(5, 6\) +=' cat trace

abimux trace -o trace &
tracer=$!
within 10 traced
kill -KILL $tracer
wait $tracer 2>/dev/null
check "kill -9 of a trace leaves nothing" within 10 no_tracing

# What is known of arguments.
printf 'add hex nonsense\n' >hello.args
check_refused "a bad file of arguments: its line" "/hello.args:1: 'nonsense' is no kind of argument" \
	abimux trace --dir /tmp true
printf 'set sum\n\t3\tTHREE\nadd hex long -> @sum\n' >hello.args
trace --dir /tmp -e add $bin/call-hello 500 1 2
check_like "a file of one's own" '^add\(0x1, 2\) += THREE$' cat trace

abimux --json trace -o trace $bin/call-linux-0.11 5 /nonesuch 0
check "--json: each line is a value" each_line trace
check_like "- with its arguments" '"call":"open","number":5,"args":\["\\"/nonesuch\\"","O_RDONLY"\]' cat trace
check_like "- and its error" '"end":"failed","result":null,"errno":2,"error":"ENOENT"' cat trace
check_like "- and its end" '"end":"exit","status":0' cat trace
for command in "-e opne true" "-p 1x" "nonesuch" "-s x true"; do
	# shellcheck disable=SC2086 # a list
	abimux --json trace $command >answer 2>/dev/null
	check "--json trace $command" $bin/json <answer
done
check_census "nothing leaks"
tap_end
