# SPDX-License-Identifier: GPL-2.0
#
# How a BPF object is made, in O/… named by BPF_OUT. Included with TOP set.
#
# VMLINUX_H is made from the patched kernel: no other one has our types.

O ?= $(abspath $(TOP)/build)
VMLINUX_H ?= $(O)/vmlinux.h
LIBBPF_CFLAGS ?= -I$(O)/tools/include
BPFTOOL ?= $(O)/tools/bpftool
CLANG ?= clang-19

BPF_HEADERS := $(wildcard $(addprefix $(TOP)/,bpf/*.h bpf/*/*.h include/uapi/linux/*.h \
		 include/abimux/*.h))

# v3 compares 32-bit values as such, which is what the verifier can follow best.
BPF_CFLAGS = -target bpf -mcpu=v3 -D__TARGET_ARCH_x86 -g -O2 -Wall -Wextra -Werror \
	     -Wno-unused-parameter -Wno-sign-compare -I$(dir $(VMLINUX_H)) $(LIBBPF_CFLAGS) \
	     -I$(TOP)/include/uapi -I$(TOP)/include -I$(TOP)/bpf

# Linking an object alone leaves its BTF and drops the compiler's own debugging
# information, which is ten times as much.
$(BPF_OUT)/%.bpf.o: %.bpf.c $(BPF_HEADERS) $(VMLINUX_H) $(TOP)/bpf/objects.mk
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -c $< -o $@.tmp
	$(BPFTOOL) gen object $@ $@.tmp
	@rm $@.tmp
