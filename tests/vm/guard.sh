#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The guard: a restricted task does not use others to make its calls
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"
cd /tmp || exit 1
ways="attach seize mem writev getfd"

all() { # WORD: what attach prints if each way ends so
	for way in $ways; do echo "$way $1"; done
}

denied() { # /proc has an errno of its own
	all EPERM | sed 's/mem EPERM/mem EACCES/'
}

census_before
printf 'overlay strict\ndefault pass\ngetppid EPERM\nunsafe io_uring\n' >strict.overlay
printf 'overlay other\ndefault pass\ngetpgrp log\nunsafe io_uring\n' >other.overlay
cp $bin/attach restricted
cp $bin/attach free
# It makes calls all the time: what is laid over it takes effect with its next one.
sh -c 'while :; do usleep 20000; done' &
victim=$!
check_out "who is not restricted may" "$(all ok)" ./free $victim
check "a restriction by path" abimux overlay load strict.overlay path:/tmp/restricted
check_out "who is may not, in any way" "$(denied)" ./restricted $victim
check_out "others may" "$(all ok)" ./free $victim
check "the same restriction over the other one" abimux overlay add strict pid:$victim
within 10 sh -c "./restricted $victim | grep -q 'attach ok'"
check_out "then he may" "$(all ok)" ./restricted $victim
check "one more, that only logs, over the first" abimux overlay load other.overlay path:/tmp/restricted
check_out "then not any more" "$(denied)" ./restricted $victim
check "without a policy" abimux policy unload
check_out "it is as before: nothing is laid over new programs" "$(all ok)" ./restricted $victim
check "with one" abimux policy load
check_out "they are" "$(denied)" ./restricted $victim

# A child that is less restricted than its parent asks to be traced by it.
ask() { # [COMMAND...]: done to the parent, whose number is $parent
	rm -f ask
	$bin/attach traceme ask >asked &
	parent=$!
	within 10 grep -q '^child ' asked
	child=$(sed -n 's/^child //p' asked)
	"$@"
	touch ask
	wait $parent
	sed -i /child/d asked
}
ask true
check_out "a child may be traced by its parent" "traceme ok" cat asked
lay() { # PID: it has it when it has made a call
	abimux overlay add strict pid:"$1" >/dev/null
	within 10 grep -qE "^ *$1 .* strict " $pins/tasks
}
lay_one() { lay "$parent"; }
ask lay_one
check_out "not by one that is more restricted" "traceme EPERM" cat asked
lay_both() { lay "$parent" && lay "$child"; }
ask lay_both
check_out "by one that is as restricted as it is" "traceme ok" cat asked

# A brand gives a table, and takes no restriction away.
check "a restriction by user" abimux overlay add strict uid:1000
cp $bin/call-linux $bin/call-hello /home/alice
chown alice /home/alice/call-linux /home/alice/call-hello
alice() { # COMMAND...
	su alice -c "cd /home/alice && $*"
}
check_out "who is restricted" -1 alice ./call-linux 110
check "brands a program of his" alice abimux brand ./call-linux hello
check_out "which has the brand's table" 36 alice ./call-linux 500 12 24
check_out "and the restriction" -1 alice ./call-linux 110
check "brands one as native" alice abimux brand ./call-hello linux
check_out "it is native" -38 alice ./call-hello 500 12 24
check_out "and restricted" -1 alice ./call-hello 110
check "by a path" abimux overlay remove strict uid:1000
cp $bin/become first
abimux overlay add strict path:/tmp/first >/dev/null
check_out "what a restricted program executes is restricted, branded or not" -1 ./first /home/alice/call-hello 110
check_out "others are not" passed sh -c "/home/alice/call-hello 110 | sed 's/^[0-9]*$/passed/'"
check "no restriction any more" sh -c "abimux overlay unload strict && abimux overlay unload other"
check_out "he may" "$(all ok)" ./restricted $victim
kill $victim
wait
check_census "nothing leaks"
tap_end
