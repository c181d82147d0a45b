#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Hostile calls of every table under a list that refuses one thing: nobody does it
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

cat >/tmp/still.overlay <<'END'
overlay still
default pass
chmod EPERM
fchmod EPERM
fchmodat EPERM
fchmodat2 EPERM
io_uring_setup EPERM
io_uring_enter EPERM
io_uring_register EPERM
END
mkdir -m 777 /tmp/mine
echo x >/tmp/mine/file
chown alice /tmp/mine/file
census_before
check "without it a user changes a mode" su alice -c "chmod 640 /tmp/mine/file"
check "a list over all that a user starts" abimux overlay load /tmp/still.overlay uid:1000
check_not "with it he does not" su alice -c "chmod 600 /tmp/mine/file"
check_tap restricted "$tests/fuzz/calls" --own --children=40 "$@" freebsd linux-0.11 hello
check_out "no task is left" 0 count_tasks
check "the list can go" abimux overlay unload still
check "a user changes a mode again" su alice -c "chmod 600 /tmp/mine/file"
check_census "nothing leaks"
tap_end
