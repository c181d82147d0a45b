# shellcheck shell=bash
# Parts of vm/run. Sourced; expects $tmp to be a directory, and $vm to be this one.
# shellcheck disable=SC2154 # which they are

cache=${ABIMUX_CACHE:-${HOME:?}/.cache/abimux}

# What in the kernel's log makes a run a failure, whatever the command said.
# Each starts where the message does, after the time stamp: the name of a test
# that has WARNING in it is not a warning.
complaints='^(\[ *[0-9.]+\] )?(\[[ TC][0-9]+\] )?(Kernel panic|Oops|BUG: |kernel BUG at |WARNING: |------------\[ cut here|Unable to handle kernel|general protection fault|.*(possible circular locking|possible recursive locking|possible irq lock inversion|inconsistent lock state|held lock freed|suspicious RCU usage|bad unlock balance)|INFO: task .* blocked for more than|rcu: INFO: .* (self-detected|detected) |watchdog: BUG|unreferenced object|kmemleak: [1-9][0-9]* new suspected|refcount_t: |list_(add|del) corruption|UBSAN: |KCSAN: |KASAN: |stack segment:|invalid opcode:|int3:|traps: PANIC|PANIC: |.*scheduling while atomic|.*sleeping function called from invalid|.*[0-9]+ lock.* held by .*/[0-9]+ at exit|abimux: bug:)'

# Prints what the kernel complained about, with some lines before and after. With
# FUNCTIONS (kernel-hook/build makes it) data races of Linux's own are left out.
complained() { # CONSOLE-LOG [FUNCTIONS]
	tr -d '\r' <"$1" | races ours "${2:-}" | grep -aE -B 3 -A 30 -m 3 "$complaints"
}

# Linux has data races of its own that nobody minds: see there which are ours.
#
#   races ours FUNCTIONS       the log without the reports of races that are not
#   races elsewhere FUNCTIONS  only the titles of these
races() {
	awk -v which="$1" -v functions="$2" -f "$vm/races.awk"
}

# /dev/kvm existing says little: nested, or with the wrong CPU, it fails at the
# first guest. So start one, the smallest there is (a boot sector that writes to
# the exit port), and remember the outcome until the host boots again.
kvm_works() {
	local boot known
	[ -w /dev/kvm ] || return 1
	read -r boot </proc/sys/kernel/random/boot_id
	known=$cache/kvm-$boot
	if [ ! -s "$known" ]; then
		mkdir -p "$cache"
		rm -f "$cache"/kvm-*
		{
			# mov $0x10,%al; mov $0x501,%dx; out %al,(%dx); hlt
			printf '\260\020\272\001\005\356\364'
			head -c 503 /dev/zero
			printf '\125\252'
		} >"$tmp/boot-sector"
		# In a shell of its own, which keeps "Aborted" to itself.
		if (
			timeout -k 1 10 qemu-system-x86_64 -accel kvm -cpu host -smp 2 -m 64 -nodefaults \
				-display none -no-reboot -device isa-debug-exit,iobase=0x501,iosize=1 \
				-drive "format=raw,file=${tmp//,/,,}/boot-sector"
			[ $? = 33 ]
		) >/dev/null 2>&1; then
			echo yes >"$known.$$"
		else
			echo no >"$known.$$"
		fi
		mv "$known.$$" "$known"
	fi
	[ "$(cat "$known")" = yes ]
}
