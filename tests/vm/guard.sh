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
check "no restriction any more" sh -c "abimux overlay unload strict && abimux overlay unload other"
check_out "he may" "$(all ok)" ./restricted $victim
kill $victim
wait
check_census "nothing leaks"
tap_end
