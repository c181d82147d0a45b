#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: lefthook as npm has it for FreeBSD and for Linux, hook by hook
# vm: --share $build/tests/npm
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
# shellcheck source=tests/freebsd/lefthook.inc
. "$tests/freebsd/lefthook.inc"

census_before
plain() { lefthook install && cat .git/hooks/pre-commit && lefthook check-install; }
removed() { lefthook install && lefthook uninstall && ls -A .git/hooks; }
told() { lefthook version && lefthook validate && lefthook dump && lefthook run none; }
invalid() { echo 'pre-commit: [' >lefthook.yml; lefthook validate; }
no_repository() { cd /tmp/home && lefthook run piped; }
same "install" 0 plain 'call_lefthook run "pre-commit"'
same "uninstall" 0 removed
same "version, validate, dump" 1 told '2\.2\.2'
same "a broken configuration" 1 invalid
same "not in a repository" 128 no_repository

run_hook() { lefthook run "$@"; }
parallel() { run_hook parallel; }
piped() { run_hook piped; }
scripted() { run_hook scripted arg; }
skipped() { run_hook skipped; }
about() { run_hook about x y; }
much() { run_hook much; }
nested() { run_hook nested; }
off() { LEFTHOOK=0 lefthook run piped; }
same_in_any_order "jobs at a time, failing and killed" 1 parallel "signal: user defined signal 1"
check_like "the exit status of a job" "^exit status 5" cat /tmp/freebsd.said
check_like "a job that was killed" "^signal: killed" cat /tmp/freebsd.said
check_like "through pipes" "^ENO" cat /tmp/freebsd.said
same "jobs one after the other, until one fails" 1 piped "it had to fail"
same "scripts" 1 scripted "direct 1 arg"
same "jobs to skip" 0 skipped "^runs"
same "environment, directory, arguments, files" 1 about "^hello"
same_in_any_order "much output at a time" 0 much "^8388608"
same "itself as its child" 1 nested "^2.2.2"
same "switched off" 0 off

# git starts it and it starts git.
commit() {
	lefthook install >/dev/null
	echo "$1" >"$2" && git add "$2" && git commit -m "$3"
}
good() { commit good new.txt good && git log --oneline; }
refused() { commit refuse new.txt good || git log --oneline; }
bad_message() { commit good new.c wip || git log --oneline; }
mended() { commit worng new.txt good && git show; }
partly() {
	lefthook install >/dev/null
	echo staged >>one.txt && git add one.txt && echo unstaged >>one.txt
	git commit -m partly && git show && git diff && git status --short
}
push() {
	rm -rf /tmp/remote
	git init -q --bare --template= /tmp/remote
	commit good new.txt good >/dev/null 2>&1 && git push
}
same "git commit" 0 good "^C sub|staged new.txt"
same "git commit that a hook refuses" 0 refused "new.txt"
same "git commit whose message a hook refuses" 0 bad_message "wip"
same "git commit of what a hook mends" 0 mended "^\+wrong"
same "git commit of a part of a file" 0 partly "^\+unstaged"
same "git push: its standard input reaches the hook" 0 push "^ref refs/heads/main [0-9a-f]{40} refs/heads/main 0{40}"

lefthook_end
