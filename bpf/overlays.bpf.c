// SPDX-License-Identifier: GPL-2.0
/*
 * Iterator over the overlays there are, in the order in which they lie, for `cat`.
 *
 * The first line names the columns.
 */
#include "abimux.bpf.h"

/* References to an overlay that are no task's: the registry's and this walk's. */
#define OWN_REFS 2

/* Native calls that are listed: what does not pass of amd64's numbers. */
static u32 count_listed(const struct abimux_overlay_ops *ops)
{
	u32 listed = 0;
	int i;

	bpf_for(i, 0, ABIMUX_NR_NATIVE_CALLS) {
		u8 action = 0;

		bpf_core_read(&action, sizeof(action), &ops->data.amd64[i]);
		listed += action != ABIMUX_NATIVE_PASS;
	}
	return listed;
}

static void print_ops(struct seq_file *seq,
		      const struct abimux_overlay_ops *ops)
{
	bool enter = BPF_CORE_READ(ops, enter),
	     leave = BPF_CORE_READ(ops, leave);

	BPF_SEQ_PRINTF(seq, "%s%s\n", enter ? "enter" : "-",
		       leave ? ",leave" : "");
}

SEC("iter/abimux_overlay")
int overlay_list(struct bpf_iter__abimux_overlay *ctx)
{
	char name[ABIMUX_NAME_LEN] = {}, table[ABIMUX_NAME_LEN] = {};
	struct abimux_overlay *overlay = ctx->overlay;
	struct seq_file *seq = ctx->meta->seq;
	const struct abimux_overlay_ops *ops;

	if (!overlay)
		return 0;
	if (!ctx->meta->seq_num)
		BPF_SEQ_PRINTF(seq, "%-16s %4s %8s %6s %-16s %7s %6s %s\n",
			       "NAME", "ID", "ORDER", "TASKS", "TABLE",
			       "REFUSES", "OTHERS", "OPS");
	bpf_probe_read_kernel_str(name, sizeof(name), overlay->name);
	ops = BPF_CORE_READ(overlay, version, ops);
	if (!ops)
		return 0;
	bpf_probe_read_kernel_str(table, sizeof(table), ops->data.table);
	BPF_SEQ_PRINTF(seq, "%-16s %4u %8d %6d %-16s %7u %6u ", name,
		       overlay->id, overlay->order,
		       overlay->refs.refs.counter - OWN_REFS,
		       table[0] ? table : "-", count_listed(ops),
		       BPF_CORE_READ(ops, data.others));
	print_ops(seq, ops);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
