# SPDX-License-Identifier: GPL-2.0
#
# Thin: what is built, and in which order. How is in the parts' own files.

O := $(CURDIR)/build

export O
export KTREE := $(O)/kernel-patched/tree
export VMLINUX_H := $(O)/vmlinux.h
export BPFTOOL := $(O)/tools/bpftool
export LIBBPF_CFLAGS := -I$(O)/tools/include
export LIBBPF_LIBS := $(O)/tools/lib/libbpf.a -lelf -lz
export CLANG := clang-19

parts := $(patsubst %/Makefile,%,$(wildcard $(addsuffix /Makefile,bpf loader tests)))

.PHONY: all help deps kernel kernel-plain kernel-debug kernel-kcsan tools image run test test-ci \
	test-debug bench conformance selftests fuzz soak shell check patch-stat clean $(parts)

all: image ## everything that 'make run' and 'make test' need (the default)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: image ## boot the machine and show foreign programs running on it
	@tests/demo/run

test: image kernel-plain ## all tests; ends with "N passed, N failed"
	@vm/build-root
	@tests/conformance/run --part --build
	@tests/selftests/run --part --build
	@tests/run

test-ci: image kernel-plain kernel-debug ## all tests, and a part of them on the debug kernel
	@vm/build-root
	@tests/conformance/run --part --build
	@tests/selftests/run --part --build
	@tests/run --kernel patched --kernel debug --part

test-debug: image kernel-debug kernel-kcsan ## what runs in a machine, under KASAN, lockdep, KCSAN...
	@vm/build-root
	@tests/run --kernel debug --kernel kcsan

bench: image kernel-plain ## what calls cost, into build/bench.json and docs/bench.svg
	@vm/build-root
	@tests/bench/run
	@tests/bench/draw

conformance: image ## Go's own tests, as FreeBSD and as Linux, into build/conformance.txt
	@vm/build-root
	@tests/conformance/run

selftests: image kernel-plain ## the kernel's own selftests on both kernels, into build/selftests.txt
	@vm/build-root
	@tests/selftests/run

fuzz: image ## fuzz parsers and calls for SECONDS=300; what it finds is in build/tests/fuzz/found
	@tests/fuzz/run $(SECONDS)

soak: image ## change tables, overlays and tasks for HOURS=2, always the same with SEED=1
	@vm/run --memory 2G --timeout 0 -- /usr/lib/abimux-tests/vm/churn.sh \
		--seconds $$(($(or $(HOURS),2) * 3600)) --swaps 10000 --seed $(or $(SEED),1)

shell: image ## a shell in the machine
	@vm/run

kernel: deps ## the patched kernel, build/kernel-patched/
	@kernel-hook/build patched

kernel-plain: deps ## the kernel as Debian has it, to compare with
	@kernel-hook/build plain

kernel-debug: deps ## the patched kernel with KASAN, lockdep, kmemleak and more
	@kernel-hook/build debug

kernel-kcsan: deps ## the patched kernel with KCSAN, which finds data races
	@kernel-hook/build kcsan

tools: kernel ## libbpf, bpftool and vmlinux.h of that kernel
	@kernel-hook/build-tools

$(parts): tools
	@$(MAKE) --no-print-directory -C $@ all

loader: $(filter bpf,$(parts))
tests: $(filter bpf loader,$(parts))

image: $(parts) tools ## the guest's root file system
	@vm/build-root

check: tools ## checkpatch, sparse, W=1, clang-format, shellcheck
	@kernel-hook/check

patch-stat: ## how much of Linux itself the patches touch
	@kernel-hook/patch-stat

deps: ## install the Debian packages that are missing
	@vm/deps

clean: ## remove build/ (the kernel trees stay, in ~/.cache/abimux)
	rm -rf $(O)
