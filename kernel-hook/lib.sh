# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are for those who source this
# What the build scripts share. Sourced; sets $top and $cache, expects $tree.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${ABIMUX_CACHE:-${HOME:?}/.cache/abimux}

# What our Makefile exports to our own parts means something else to Linux's.
unset MAKEFLAGS MAKELEVEL MFLAGS O KTREE VMLINUX_H BPFTOOL CLANG

# Fixed, so that the same source gives the same kernel, and the compiler cache hits.
export KBUILD_BUILD_TIMESTAMP='2026-01-01 00:00:00 UTC' KBUILD_BUILD_VERSION=1
export KBUILD_BUILD_USER=abimux KBUILD_BUILD_HOST=abimux LOCALVERSION=

# The working directory is part of a debug build's hash by default; the flavours
# could not share a single object.
export CCACHE_DIR=$cache/ccache CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=8G

kmake() {
	make -C "$tree" -j"$(nproc)" CC='ccache gcc' HOSTCC='ccache gcc' "$@"
}

say() {
	echo "kernel-hook: $*" >&2
}

die() {
	say "$@"
	exit 1
}

# Reading the version out of the tarball takes a second, hence remembered.
source_version() { # TARBALL
	local known
	known=$cache/version-$(stat -Lc %s-%Y "$1")
	if [ ! -s "$known" ]; then
		tar --occurrence=1 -xOf "$1" --wildcards --no-wildcards-match-slash '*/Makefile' |
			sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\) = //p' | paste -sd. >"$known.tmp"
		grep -q . "$known.tmp" || die "$1 does not look like a kernel tarball"
		mv "$known.tmp" "$known"
	fi
	cat "$known"
}
