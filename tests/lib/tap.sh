# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the scripts of tests/vm: checks that speak TAP, on top of the kernel's own
# ktap_helpers.sh. Every script ends with tap_end; one that does not, fails.

tests=/usr/lib/abimux-tests
# shellcheck disable=SC2034 # the scripts use it
bin=$tests/bin
# shellcheck disable=SC2034 # likewise
data=$tests/data
pins=/sys/fs/bpf/abimux
out=/tmp/stdout
err=/tmp/stderr
export LC_ALL=C

# shellcheck source=/dev/null
. "$tests/ktap_helpers.sh"
ktap_print_header

explain() { # WORD...: what was seen, after a failure
	{
		echo "$*"
		sed 's/^/out: /' "$out" | head -n 20
		sed 's/^/err: /' "$err" | head -n 20
	} | sed 's/^/# /'
}

# Run a command; its output goes to $out and $err, its status to $status.
run() { # COMMAND...
	"$@" >"$out" 2>"$err"
	status=$?
}

result() { # NAME GOOD [EXPLANATION...]
	if [ "$2" = yes ]; then
		ktap_test_pass "$1"
	else
		ktap_test_fail "$1"
		shift 2
		explain "$@"
	fi
}

check() { # NAME COMMAND...: it succeeds
	name=$1
	shift
	run "$@"
	[ "$status" = 0 ] && good=yes || good=no
	result "$name" "$good" "status $status: $*"
}

check_not() { # NAME COMMAND...: it fails, and not by a signal
	name=$1
	shift
	run "$@"
	[ "$status" != 0 ] && [ "$status" -lt 126 ] && good=yes || good=no
	result "$name" "$good" "status $status: $*"
}

check_status() { # NAME STATUS COMMAND...
	name=$1 want=$2
	shift 2
	run "$@"
	[ "$status" = "$want" ] && good=yes || good=no
	result "$name" "$good" "status $status, expected $want: $*"
}

check_out() { # NAME TEXT COMMAND...: it succeeds and prints just this
	name=$1 want=$2
	shift 2
	run "$@"
	[ "$status" = 0 ] && [ "$(cat "$out")" = "$want" ] && good=yes || good=no
	result "$name" "$good" "status $status, expected '$want': $*"
}

check_like() { # NAME REGEX COMMAND...: it succeeds and prints a line like this
	name=$1 want=$2
	shift 2
	run "$@"
	[ "$status" = 0 ] && grep -qE -e "$want" "$out" && good=yes || good=no
	result "$name" "$good" "status $status, expected a line like '$want': $*"
}

check_unlike() { # NAME REGEX COMMAND...: it succeeds and prints no line like this
	name=$1 want=$2
	shift 2
	run "$@"
	[ "$status" = 0 ] && ! grep -qE -e "$want" "$out" && good=yes || good=no
	result "$name" "$good" "status $status, expected no line like '$want': $*"
}

# Fails, not by a signal, and says why on standard error.
check_refused() { # NAME REGEX COMMAND...
	name=$1 want=$2
	shift 2
	run "$@"
	[ "$status" != 0 ] && [ "$status" -lt 126 ] && grep -qE -e "$want" "$err" && good=yes || good=no
	result "$name" "$good" "status $status, expected a failure that says '$want': $*"
}

# Every result of a program that speaks TAP itself is one of ours. That its plan
# is kept and its status is 0 is one more.
check_tap() { # NAME COMMAND...
	name=$1
	shift
	run "$@"
	planned=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$out" | head -n 1)
	seen=0
	while IFS= read -r line; do
		case $line in
		"ok "* | "not ok "*) ;;
		"#"* | "1.."* | "TAP version"*) [ "${line#\# *FAIL}" = "$line" ] || echo "$line" ; continue ;;
		*) echo "# $line" ; continue ;;
		esac
		seen=$((seen + 1))
		title=$(echo "$line" | sed -E 's/^(not )?ok [0-9]* *-? *(global\.)?//; s/ #.*//')
		case $line in
		ok*) ktap_test_pass "$name: $title" ;;
		*) ktap_test_fail "$name: $title" ;;
		esac
	done <"$out"
	[ "$status" = 0 ] && [ $seen -gt 0 ] && [ "$planned" = $seen ] && good=yes || good=no
	[ "$good" = yes ] || sed 's/^/# err: /' "$err" | head -n 20
	: >"$out"
	result "$name: ran to its end" "$good" "status $status, $seen results, ${planned:-no} planned"
}

# Wait for a condition that comes true later. A busy machine has six times as long.
within() { # SECONDS COMMAND...
	tries=$(($1 * 60))
	shift
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}

count_tasks() { # tasks that hold a table, and so a reference to it
	awk 'NR > 1 { n++ } END { print n + 0 }' $pins/tasks
}

# What there is in the kernel: BPF objects by kind, type and name, and tables with
# their references. Ids differ from one load to the next. What bpftool itself
# makes to find out about the kernel is left out.
census() {
	for kind in map prog link; do
		bpftool -j $kind list | tr '{' '\n' | grep -vE '"name":"(libbpf_|pid_iter)' |
			sed -nE 's/.*"type":"([^"]*)"(,"name":"([^"]*)")?.*/\1 \3/p' | sort | uniq -c |
			sed "s/^/$kind /"
	done
	[ ! -e $pins/tables ] || awk '{ print $1, $3 }' $pins/tables | sort
}

# Things freed after a grace period take a moment to go.
unchanged_census() { # FILE
	tries=60
	while census >/tmp/census.now && ! cmp -s "$1" /tmp/census.now; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || {
			diff "$1" /tmp/census.now
			return 1
		}
		sleep 0.5
	done
}

census_before() {
	census >/tmp/census.before
}

check_census() { # NAME
	check "$1" unchanged_census /tmp/census.before
}

tap_end() {
	# shellcheck disable=SC2034 # ktap_finished reads it
	KSFT_NUM_TESTS=$((KTAP_TESTNO - 1))
	echo "1..$KSFT_NUM_TESTS"
	ktap_finished
}
