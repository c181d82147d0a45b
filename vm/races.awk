# SPDX-License-Identifier: GPL-2.0
#
# awk -v which=WHICH -v functions=FILE -f races.awk: sort the reports of data races
# in a kernel's log into ours and those that Linux has of its own.
#
# A race is ours if, in one of its two stacks, the access itself is in a function of
# the core or in one that the patches changed, or was called by the core: that is,
# a function of the core is further up than the native call that it dispatched or the
# BPF program that it ran, in which many stacks end. FILE (by kernel-hook/build) has
# lines "ours NAME", "patched NAME".
#
# WHICH is "ours": prints the log without the reports that are not; or "elsewhere":
# prints only the titles of these. Without FILE all are ours.

BEGIN {
	while (functions && (getline line <functions) > 0) {
		split(line, word, " ")
		kind[word[2]] = word[1]
	}
	native = "^(__)?(x64|ia32|ia32_compat|se|se_compat|do|do_compat|x32)_(compat_)?sys_"
	program = "^bpf_prog_[0-9a-f]+_"
}
function frame(name) {
	sub(/[.+].*/, "", name)
	depth++
	if (name ~ native || name ~ program)
		below = 1
	if (kind[name] == "ours" && !below || kind[name] && depth == 1)
		mine = 1
}
function flush() {
	ours = !title || mine || !functions
	if (which == "ours" && ours)
		printf "%s", block
	else if (which == "elsewhere" && !ours)
		print title
	block = title = mine = ""
}
{
	text = $0
	sub(/^\[ *[0-9.]+\] ?(\[[ TC][0-9]+\] ?)?/, "", text)
}
# A line of these opens a report, and one closes it.
text ~ /^=====*$/ {
	if (!title)
		flush()
	block = block $0 "\n"
	if (title)
		flush()
	next
}
text ~ /^BUG: KCSAN: / { title = substr(text, 6) }
{ block = block $0 "\n" }
!title { flush() }
text ~ /^$| by (task|interrupt) / { depth = below = 0 }
title && text ~ /^ [A-Za-z_][A-Za-z0-9_.]*\+0x[0-9a-f]+\/0x/ { frame(substr(text, 2)) }
END { flush() }
