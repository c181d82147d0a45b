// SPDX-License-Identifier: GPL-2.0
/*
 * Iterator over the tables there are, for `cat`.
 *
 * The first line names the columns, in the words of a table's file.
 */
#include "abimux.bpf.h"

#define WORD_LEN 8

/* References to a table that are no task's: the registry's and this walk's. */
#define OWN_REFS 2

/* Where a call's number is; by ABIMUX_NUMBER_*. */
static const char numbers[ABIMUX_NR_NUMBERS][WORD_LEN] = {
	"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp",
};

/* Where its arguments are; by ABIMUX_ARGS_*. */
static const char args[ABIMUX_NR_ARGS_KINDS][WORD_LEN] = { "syscall", "int80",
							   "stack" };

/* How an error is told; by ABIMUX_ERROR_*. */
static const char errors[ABIMUX_NR_ERRORS][10] = { "negative", "carry",
						   "minus-one" };

/* Entries that do something. */
static u32 count_entries(const struct abimux_table_ops *ops)
{
	u32 entries = 0;
	int i;

	bpf_for(i, 0, ABIMUX_NR_CALLS) {
		struct abimux_entry entry = {};

		bpf_core_read(&entry, sizeof(entry), &ops->data.entries[i]);
		entries += entry.kind != ABIMUX_ENTRY_MISSING;
	}
	return entries;
}

static __always_inline bool print_op(struct seq_file *seq, const void *op,
				     const char *name, bool first)
{
	if (!op)
		return first;
	if (!first)
		BPF_SEQ_PRINTF(seq, ",");
	BPF_SEQ_PRINTF(seq, "%s", name);
	return false;
}

static void print_ops(struct seq_file *seq, const struct abimux_table_ops *ops)
{
	bool none = true;

	none = print_op(seq, BPF_CORE_READ(ops, exec), "exec", none);
	none = print_op(seq, BPF_CORE_READ(ops, enter), "enter", none);
	none = print_op(seq, BPF_CORE_READ(ops, leave), "leave", none);
	none = print_op(seq, BPF_CORE_READ(ops, signal), "signal", none);
	none = print_op(seq, BPF_CORE_READ(ops, hear), "hear", none);
	BPF_SEQ_PRINTF(seq, "%s\n", none ? "-" : "");
}

/* References to a table that are not of a task. */
static int other_refs(const struct abimux_table *table)
{
	u32 listeners = 0;
	int i;

	for (i = 0; i < ABIMUX_NR_EVENTS; i++)
		listeners += table->listeners[i];
	return OWN_REFS + !!listeners;
}

static void print_version(struct seq_file *seq,
			  const struct abimux_table_ops *ops)
{
	u8 native = BPF_CORE_READ(ops, data.convention.native);
	u8 number = BPF_CORE_READ(ops, data.convention.number);
	u8 where = BPF_CORE_READ(ops, data.convention.args);
	u8 error = BPF_CORE_READ(ops, data.convention.error);

	if (number >= ABIMUX_NR_NUMBERS || where >= ABIMUX_NR_ARGS_KINDS ||
	    error >= ABIMUX_NR_ERRORS)
		return;
	BPF_SEQ_PRINTF(seq, "%-6s %-6s %-8s %-10s %7u ",
		       native == ABIMUX_NATIVE_I386 ? "i386" : "amd64",
		       numbers[number], args[where], errors[error],
		       count_entries(ops));
	print_ops(seq, ops);
}

SEC("iter/abimux_table")
int tables(struct bpf_iter__abimux_table *ctx)
{
	struct abimux_table *table = ctx->table;
	struct seq_file *seq = ctx->meta->seq;
	const struct abimux_table_ops *ops;
	char name[ABIMUX_NAME_LEN] = {};

	if (!table)
		return 0;
	if (!ctx->meta->seq_num)
		BPF_SEQ_PRINTF(
			seq, "%-16s %4s %6s %7s %-6s %-6s %-8s %-10s %7s %s\n",
			"NAME", "ID", "TASKS", "VERSION", "NATIVE", "NUMBER",
			"ARGS", "ERROR", "ENTRIES", "OPS");
	bpf_probe_read_kernel_str(name, sizeof(name), table->name);
	ops = BPF_CORE_READ(table, version, ops);
	if (!ops) {
		BPF_SEQ_PRINTF(
			seq, "%-16s %4u %6s %7s %-6s %-6s %-8s %-10s %7s %s\n",
			name, table->id, "-", "-", "-", "-", "-", "-", "-",
			"-");
		return 0;
	}
	BPF_SEQ_PRINTF(seq, "%-16s %4u %6d %7llu ", name, table->id,
		       table->refs.refs.counter - other_refs(table),
		       BPF_CORE_READ(table, version, serial));
	print_version(seq, ops);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
