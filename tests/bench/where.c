// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plugin of QEMU: which instructions one call runs, for tests/bench/where.
 *
 *   out=FILE    written when QEMU ends
 *   whole=on    all between two marks is one call, not from SYSCALL to SYSCALL
 *
 * Between the marks that a program places (marks.h), each call is recorded: from its
 * SYSCALL or INT 0x80, whichever comes first after the mark, to the same instruction
 * of the next round, whatever runs meanwhile. The shortest one is written, for an
 * interrupt makes a call longer, never shorter: a line of numbers, "round trips
 * recorded, of these as long as the shortest, calls that returned, of these by SYSRET",
 * then ADDRESS INSTRUCTION for each.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "marks.h"

/*
 * What is used of QEMU's plugin interface, version 1. Debian has no package of
 * its header.
 */
typedef uint64_t qemu_plugin_id_t;
typedef struct qemu_info_t qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void (*tb_trans_cb)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*exec_cb)(unsigned int vcpu, void *data);
typedef void (*exit_cb)(qemu_plugin_id_t id, void *data);

enum { QEMU_PLUGIN_CB_NO_REGS };

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, tb_trans_cb cb);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    exec_cb cb, int flags, void *data);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, exit_cb cb,
				    void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
char *qemu_plugin_insn_disas(const struct qemu_plugin_insn *insn);

int qemu_plugin_version = 1;

/* A fork, exec and wait is a third of it. */
#define MAX_RAN (1 << 21)
#define USER_END 0x800000000000

struct insn {
	uint64_t address;
	char *text;
	bool sysret;
};

struct record {
	const struct insn *ran[MAX_RAN];
	size_t count;
};

static struct record records[2];
static struct record *now = &records[0], *shortest = &records[1];
static unsigned long calls, as_short, returned, by_sysret;
/* Between the marks; and the instruction that makes the calls there. */
static bool armed, recording;
static uint64_t edge;
/* The call has not returned yet. */
static bool inside;

static FILE *out;
static bool whole;

static void finish(void)
{
	struct record *longer = shortest;

	calls++;
	if (now->count == MAX_RAN ||
	    (shortest->count && now->count > shortest->count))
		return;
	as_short = now->count == shortest->count ? as_short + 1 : 1;
	shortest = now;
	now = longer;
}

static void begin(void)
{
	now->count = 0;
	recording = true;
	inside = true;
}

static void at_mark_begin(unsigned int vcpu, void *data)
{
	armed = true;
	edge = 0;
	if (whole)
		begin();
}

static void at_mark_end(unsigned int vcpu, void *data)
{
	if (whole && recording)
		finish();
	armed = false;
	recording = false;
}

static void add(const struct insn *insn)
{
	if (recording && now->count < MAX_RAN)
		now->ran[now->count++] = insn;
}

/*
 * SYSRET, or the program runs without one. An interrupt may come between SYSRET and
 * the program's first instruction.
 */
static void come_back(const struct insn *insn)
{
	if (!recording || !inside ||
	    (!insn->sysret && insn->address >= USER_END))
		return;
	inside = false;
	returned++;
	by_sysret += insn->sysret;
}

static void at_insn(unsigned int vcpu, void *data)
{
	come_back(data);
	add(data);
}

static void at_call(unsigned int vcpu, void *data)
{
	const struct insn *insn = data;

	come_back(insn);
	if (armed && !whole) {
		if (!edge)
			edge = insn->address;
		if (edge == insn->address) {
			if (recording)
				finish();
			begin();
		}
	}
	add(insn);
}

static bool is_mark(const struct qemu_plugin_insn *insn, uint32_t mark)
{
	uint8_t nop[7] = { 0x0f, 0x1f, 0x80 };

	memcpy(nop + 3, &mark, sizeof(mark));
	return qemu_plugin_insn_size(insn) == sizeof(nop) &&
	       !memcmp(qemu_plugin_insn_data(insn), nop, sizeof(nop));
}

static bool is_call(const struct qemu_plugin_insn *insn)
{
	const uint8_t *data = qemu_plugin_insn_data(insn);

	return qemu_plugin_insn_vaddr(insn) < USER_END &&
	       qemu_plugin_insn_size(insn) == 2 &&
	       ((data[0] == 0x0f && data[1] == 0x05) ||
		(data[0] == 0xcd && data[1] == 0x80));
}

static void watch(struct qemu_plugin_insn *insn)
{
	struct insn *copy = malloc(sizeof(*copy));

	if (!copy)
		abort();
	copy->address = qemu_plugin_insn_vaddr(insn);
	copy->text = qemu_plugin_insn_disas(insn);
	copy->sysret = qemu_plugin_insn_size(insn) == 3 &&
		       !memcmp(qemu_plugin_insn_data(insn), "\x48\x0f\x07", 3);
	qemu_plugin_register_vcpu_insn_exec_cb(
		insn,
		is_mark(insn, MARK_BEGIN) ? at_mark_begin :
		is_mark(insn, MARK_END)	  ? at_mark_end :
		is_call(insn)		  ? at_call :
					    at_insn,
		QEMU_PLUGIN_CB_NO_REGS, copy);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t count = qemu_plugin_tb_n_insns(tb);

	for (size_t i = 0; i < count; i++)
		watch(qemu_plugin_tb_get_insn(tb, i));
}

static void write_out(qemu_plugin_id_t id, void *data)
{
	fprintf(out, "%lu %lu %lu %lu\n", calls, as_short, returned, by_sysret);
	for (size_t i = 0; i < shortest->count; i++)
		fprintf(out, "%016" PRIx64 " %s\n", shortest->ran[i]->address,
			shortest->ran[i]->text);
	fclose(out);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
			char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
		else if (!strcmp(argv[i], "whole=on"))
			whole = true;
	}
	if (!out) {
		perror("where: out");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, write_out, NULL);
	return 0;
}
