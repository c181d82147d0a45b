#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A trace of a FreeBSD Go program against what it does
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1

# A call as JSON has it, whole in a line whatever the other threads do.
check_call() { # NAME CALL ARGUMENTS-REGEX RESULT-REGEX
	check_like "$1" "\"call\":\"$2\",\"number\":[0-9]+,\"args\":\\[$3\\],$4" cat trace
}

ok() { # RESULT-REGEX
	echo "\"end\":\"ok\",\"result\":$1,"
}

failed() { # NUMBER NAME
	echo "\"end\":\"failed\",\"result\":null,\"errno\":$1,\"error\":\"$2\""
}

check_status "the program ends as ever" 3 \
	abimux --json trace -f -o trace $tests/freebsd/traced-freebsd $bin/call-myelf
q='\\"'
check_call "mkdir" mkdir "\"$q/tmp/traced$q\",\"0750\"" "$(ok 0)"
check_call "open that makes a file" open \
	"\"$q/tmp/traced/a$q\",\"O_RDWR\|O_CREAT\|O_EXCL\|O_CLOEXEC\",\"0640\"" "$(ok 3)"
check_call "write" write '"3","\\"hello \\\\\\"world\\\\\\"\\\\n\\\\1\\\\000023\\"","19"' "$(ok 19)"
check_call "lseek" lseek '"3","0","SEEK_SET"' "$(ok 0)"
check_call "read: what came" read "\"3\",\"${q}hello$q\",\"5\"" "$(ok 5)"
check_call "pread" pread '"3","\\"ello .*","40","1"' "$(ok 18)"
check_call "ftruncate" ftruncate '"3","3"' "$(ok 0)"
check_call "close" close '"3"' "$(ok 0)"
check_call "rename, with a newline" rename "\"$q/tmp/traced/a$q\",\"$q/tmp/traced/b\\\\\\\\n$q\"" "$(ok 0)"
check_call "symlink" symlink "\"${q}nowhere$q\",\"$q/tmp/traced/link$q\"" "$(ok 0)"
check_call "readlink" readlink "\"$q/tmp/traced/link$q\",\"${q}nowhere$q\",\"[0-9]+\"" "$(ok 7)"
check_call "stat of what is not there" fstatat \
	"\"AT_FDCWD\",\"$q/tmp/traced/nonesuch$q\",\"0x[0-9a-f]+\",\"0\"" "$(failed 2 ENOENT)"
check_call "open of what is not there" open \
	"\"$q/tmp/traced/nonesuch$q\",\"O_RDONLY\|O_CLOEXEC\"" "$(failed 2 ENOENT)"
check_call "mmap" mmap '"NULL","[0-9]+","PROT_READ\|PROT_WRITE","MAP_PRIVATE\|MAP_ANON","-1","0"' "$(ok '[0-9]+')"
check_call "a thread" thr_new '"\{start_func=0x[0-9a-f]+, .*\}","104"' "$(ok 0)"
check_call "a lock" _umtx_op '"0x[0-9a-f]+","UMTX_OP_WAKE_PRIVATE","1","NULL","NULL"' "$(ok 0)"
check_call "a handler" sigaction '"SIGUSR1","\{sa_handler=0x[0-9a-f]+, .*\}","NULL"' "$(ok 0)"
check_call "the mask of signals" sigprocmask '"SIG_SETMASK","\{bits0=0, .*\}","NULL"' "$(ok 0)"
check_call "the clock" clock_gettime '"CLOCK_MONOTONIC","\{tv_sec=[0-9]+, tv_nsec=[0-9]+\}"' "$(ok 0)"
check_call "a socket" socket '"PF_INET","SOCK_STREAM\|SOCK_CLOEXEC\|SOCK_NONBLOCK","IPPROTO_IP"' "$(ok '[0-9]+')"
address='\{sa_family=AF_INET, sin_port=7777, sin_addr=127\.0\.0\.1\}'
check_call "bind" bind "\"[0-9]+\",\"$address\",\"16\"" "$(ok 0)"
check_call "connect" connect "\"[0-9]+\",\"$address\",\"16\"" '"end":"(ok|failed)"'
check_call "getsockname: what came" getsockname "\"[0-9]+\",\"$address\",\"\\[16\\]\"" "$(ok 0)"
check_call "accept4: from whom" accept4 \
	'"[0-9]+","\{sa_family=AF_INET, sin_port=[0-9]+, sin_addr=127\.0\.0\.1\}","\[16\]","SOCK_CLOEXEC\|SOCK_NONBLOCK"' \
	"$(ok '[0-9]+')"
check_call "write to it" write "\"[0-9]+\",\"${q}over the wire$q\",\"13\"" "$(ok 13)"
check_call "read from it" read "\"[0-9]+\",\"${q}over the wire$q\",\"16\"" "$(ok 13)"
check_call "kevent: what is asked" freebsd11_kevent \
	'"[0-9]+","\[\{ident=[0-9]+, filter=EVFILT_READ, flags=EV_ADD\|EV_CLEAR, .*\}, \{ident=[0-9]+, filter=EVFILT_WRITE, .*\}\]","2","NULL","0","NULL"' \
	"$(ok 0)"
check_call "kevent: what came" freebsd11_kevent \
	'"[0-9]+","NULL","0","\[\{ident=[0-9]+, filter=EVFILT_(READ|WRITE), flags=EV_CLEAR, .*\}\]","64",.*' \
	"$(ok '[1-9][0-9]*')"
check_call "kill" kill '"[0-9]+","SIGUSR1"' "$(ok 0)"
check_like "and the signal" '"end":"signal","signal":"SIGUSR1"' cat trace
check_call "nanosleep" nanosleep '"\{tv_sec=0, tv_nsec=[0-9]+\}","NULL"' "$(ok 0)"
check_call "fork" fork '' "$(ok '[1-9][0-9]*')"
check_call "execve, into another table" execve \
	"\"$q/usr/lib/abimux-tests/bin/call-myelf$q\",\"0x[0-9a-f]+\",\"0x[0-9a-f]+\"" "$(ok 0)"
check_like "whose calls are shown, too" '"table":"myelf","call":"exit"' cat trace
check_call "wait4" wait4 '"[0-9]+","\[0\]","0","0x[0-9a-f]+"' "$(ok '[1-9][0-9]*')"
check_call "exit" exit '"3"' '"end":"unfinished","result":null'
check_like "and the end" '"end":"exit","status":3' cat trace
check_out "no call is shown twice" 1 grep -c '"call":"mkdir"' trace
check_out "nor is one missed" 2 grep -c '"call":"open".*/tmp/traced/' trace
tap_end
