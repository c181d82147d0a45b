// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: BPF iterators over the registered tables, "linux" first, and over the
 * registered overlays.
 */
#include <linux/bpf.h>
#include <linux/btf_ids.h>
#include <linux/init.h>
#include <linux/seq_file.h>

#include "abimux.h"

/* What is to be shown next. */
struct registry_seq {
	u32 id;
};

struct bpf_iter__abimux_table {
	__bpf_md_ptr(struct bpf_iter_meta *, meta);
	__bpf_md_ptr(struct abimux_table *, table);
};

DEFINE_BPF_ITER_FUNC(abimux_table, struct bpf_iter_meta *meta,
		     struct abimux_table *table)

static void *table_seq_start(struct seq_file *seq, loff_t *pos)
{
	struct registry_seq *at = seq->private;
	struct abimux_table *table = abimux_table_get_from(at->id);

	if (table && *pos == 0)
		++*pos;
	return table;
}

static void *table_seq_next(struct seq_file *seq, void *v, loff_t *pos)
{
	struct registry_seq *at = seq->private;
	struct abimux_table *table = v;

	++*pos;
	at->id = table->id + 1;
	abimux_table_put(table);
	return abimux_table_get_from(at->id);
}

static int show(struct seq_file *seq, struct abimux_table *table, bool stop)
{
	struct bpf_iter_meta meta = { .seq = seq };
	struct bpf_iter__abimux_table ctx = { .meta = &meta, .table = table };
	struct bpf_prog *prog = bpf_iter_get_info(&meta, stop);

	return prog ? bpf_iter_run_prog(prog, &ctx) : 0;
}

static int table_seq_show(struct seq_file *seq, void *v)
{
	return show(seq, v, false);
}

static void table_seq_stop(struct seq_file *seq, void *v)
{
	if (v)
		abimux_table_put(v);
	else
		show(seq, NULL, true);
}

static const struct seq_operations table_seq_ops = {
	.start = table_seq_start,
	.next = table_seq_next,
	.stop = table_seq_stop,
	.show = table_seq_show,
};

static const struct bpf_iter_seq_info table_seq_info = {
	.seq_ops = &table_seq_ops,
	.seq_priv_size = sizeof(struct registry_seq),
};

BTF_ID_LIST_SINGLE(table_btf_id, struct, abimux_table)

static struct bpf_iter_reg table_reg = {
	.target = "abimux_table",
	.ctx_arg_info_size = 1,
	.ctx_arg_info = {
		{ offsetof(struct bpf_iter__abimux_table, table),
		  PTR_TO_BTF_ID_OR_NULL | PTR_TRUSTED },
	},
	.seq_info = &table_seq_info,
};

struct bpf_iter__abimux_overlay {
	__bpf_md_ptr(struct bpf_iter_meta *, meta);
	__bpf_md_ptr(struct abimux_overlay *, overlay);
};

DEFINE_BPF_ITER_FUNC(abimux_overlay, struct bpf_iter_meta *meta,
		     struct abimux_overlay *overlay)

static void *overlay_seq_start(struct seq_file *seq, loff_t *pos)
{
	struct registry_seq *at = seq->private;
	struct abimux_overlay *overlay = abimux_overlay_get_from(at->id);

	if (overlay && *pos == 0)
		++*pos;
	return overlay;
}

static void *overlay_seq_next(struct seq_file *seq, void *v, loff_t *pos)
{
	struct registry_seq *at = seq->private;
	struct abimux_overlay *overlay = v;

	++*pos;
	at->id = overlay->id + 1;
	abimux_overlay_put(overlay);
	return abimux_overlay_get_from(at->id);
}

static int overlay_show(struct seq_file *seq, struct abimux_overlay *overlay,
			bool stop)
{
	struct bpf_iter_meta meta = { .seq = seq };
	struct bpf_iter__abimux_overlay ctx = {
		.meta = &meta,
		.overlay = overlay,
	};
	struct bpf_prog *prog = bpf_iter_get_info(&meta, stop);

	return prog ? bpf_iter_run_prog(prog, &ctx) : 0;
}

static int overlay_seq_show(struct seq_file *seq, void *v)
{
	return overlay_show(seq, v, false);
}

static void overlay_seq_stop(struct seq_file *seq, void *v)
{
	if (v)
		abimux_overlay_put(v);
	else
		overlay_show(seq, NULL, true);
}

static const struct seq_operations overlay_seq_ops = {
	.start = overlay_seq_start,
	.next = overlay_seq_next,
	.stop = overlay_seq_stop,
	.show = overlay_seq_show,
};

static const struct bpf_iter_seq_info overlay_seq_info = {
	.seq_ops = &overlay_seq_ops,
	.seq_priv_size = sizeof(struct registry_seq),
};

BTF_ID_LIST_SINGLE(overlay_btf_id, struct, abimux_overlay)

static struct bpf_iter_reg overlay_reg = {
	.target = "abimux_overlay",
	.ctx_arg_info_size = 1,
	.ctx_arg_info = {
		{ offsetof(struct bpf_iter__abimux_overlay, overlay),
		  PTR_TO_BTF_ID_OR_NULL | PTR_TRUSTED },
	},
	.seq_info = &overlay_seq_info,
};

static int __init abimux_iter_init(void)
{
	int err;

	table_reg.ctx_arg_info[0].btf_id = table_btf_id[0];
	overlay_reg.ctx_arg_info[0].btf_id = overlay_btf_id[0];
	err = bpf_iter_reg_target(&table_reg);
	return err ?: bpf_iter_reg_target(&overlay_reg);
}
late_initcall(abimux_iter_init);
