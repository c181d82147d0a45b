#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Trinity, as a user: natively, on a table that its calls go through, and under an overlay
# vm: --share $build/strangers --memory 2G
#
# shellcheck source=tests/fuzz/strangers.inc
. "${0%/*}/strangers.inc"

calls=1000

# It says how many calls it made; calls that hang it ends itself. Sockets of its own it
# does not open beforehand: for some seeds it dies of that, whatever it runs on.
trinity() { # WAY SEED
	check_like "$1: calls from seed $2" "Ran [0-9]+ syscalls" \
		su alice -c "cd $home && timeout -s KILL 300 /mnt/bin/trinity -q -l off -C 3 --disable-fds=sockets -N $calls -s $2"
}

census_before
rounds trinity
check_census "nothing leaks"
tap_end
