#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: lefthook's terminals, process groups and signals
# vm: --share $build/tests/npm
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
# shellcheck source=tests/freebsd/lefthook.inc
. "$tests/freebsd/lefthook.inc"

census_before
# On a terminal each job has one of its own, or ours if it asks.
on_terminal() { "$bin/pty" lefthook run terminal; }
no_terminal() { "$bin/pty" sh -c 'lefthook run terminal | cat'; }
asks() {
	{
		within 20 test -e asked
		echo blue
	} | "$bin/pty" sh -c 'lefthook run asks </dev/null'
}
same "on a terminal" 0 on_terminal "^leads its group and session"
check_like "a job has a terminal" "/dev/pts/N" cat /tmp/freebsd.said
same "without one" 0 no_terminal "not a tty"
same "a job that asks" 0 asks "it was blue"

# Ctrl-C, and signals from elsewhere, while a job runs: COMMAND ends it.
while_it_runs() { # COMMAND...
	mkfifo typed
	"$bin/pty" sh -c "${redirected:+exec >said} lefthook run takes-long </dev/null" <typed &
	runner=$!
	exec 9>typed
	if within 20 test -s pid; then "$@"; else kill $runner; fi
	wait $runner
	echo "[status $?]"
	exec 9>&-
	within 10 ended "$(cat pid)" && echo "the job is gone"
	rm -f pid typed said
}
ended() {
	! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status"
}
ctrl_c() { printf '\003' >&9; }
signal() { kill "-$1" "$(pidof lefthook)"; }
by_key() { while_it_runs ctrl_c; }
by_key_redirected() { redirected=yes while_it_runs ctrl_c; }
by_interrupt() { while_it_runs signal INT; }
by_hangup() { while_it_runs signal HUP; }
same "Ctrl-C while a job runs" 0 by_key "the job is gone"
same "Ctrl-C while a job runs, without a terminal for it" 0 by_key_redirected "the job is gone"
same "SIGINT while a job runs" 0 by_interrupt "the job is gone"
same "SIGHUP while a job runs" 0 by_hangup "the job is gone"

lefthook_end
