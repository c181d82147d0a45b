// SPDX-License-Identifier: GPL-2.0
/*
 * Iterator over the threads that have a table, for `cat`.
 *
 * The first line names the columns; the last column takes the rest of a line.
 */
#include "tags.bpf.h"

#define NSEC_PER_SEC 1000000000ULL
#define NSEC_PER_MSEC 1000000ULL

/* The longest: elf-note:OWNER:TYPE/MACHINE. */
#define FORMAT_LEN 64

/* What a program calls itself must not look like a line of ours. */
static __always_inline void make_printable(char *text, u32 size)
{
	u32 i;

	for (i = 0; i < size; i++)
		if (text[i] && (text[i] < ' ' || text[i] > '~'))
			text[i] = '?';
}

static void machine_text(char out[8], u16 machine)
{
	__builtin_memset(out, 0, 8);
	if (machine == EM_386)
		__builtin_memcpy(out, "/i386", sizeof("/i386"));
	else if (machine == EM_X86_64)
		__builtin_memcpy(out, "/amd64", sizeof("/amd64"));
}

static void note_text(char out[FORMAT_LEN], const struct abimux_format *format,
		      char *machine)
{
	char owner[ABIMUX_OWNER_LEN + 1] = {};

	__builtin_memcpy(owner, format->owner, ABIMUX_OWNER_LEN);
	make_printable(owner, ABIMUX_OWNER_LEN);
	BPF_SNPRINTF(out, FORMAT_LEN, "elf-note:%s:%u%s", owner, format->value,
		     machine);
}

/* Paths are not known here: who prints for people finds them in map `places`. */
static void place_text(char out[FORMAT_LEN], const struct abimux_format *format)
{
	u64 id;

	__builtin_memcpy(&id, format->owner, sizeof(id));
	if (format->kind == ABIMUX_FORMAT_CGROUP)
		BPF_SNPRINTF(out, FORMAT_LEN, "cgroup:%llu", id);
	else
		BPF_SNPRINTF(out, FORMAT_LEN, "path:%u:%u:%llu",
			     format->value >> 20, format->value & 0xfffff, id);
}

/* A format as the command line writes it. */
static void format_text(char out[FORMAT_LEN],
			const struct abimux_format *format)
{
	char machine[8];

	machine_text(machine, format->machine);
	switch (format->kind) {
	case ABIMUX_FORMAT_DEFAULT:
		BPF_SNPRINTF(out, FORMAT_LEN, "default%s", machine);
		break;
	case ABIMUX_FORMAT_ELF_OSABI:
		BPF_SNPRINTF(out, FORMAT_LEN, "elf-osabi:%u%s", format->value,
			     machine);
		break;
	case ABIMUX_FORMAT_ELF_NOTE:
		note_text(out, format, machine);
		break;
	case ABIMUX_FORMAT_MAGIC:
		BPF_SNPRINTF(out, FORMAT_LEN, "magic:%08x", format->value);
		break;
	case ABIMUX_FORMAT_UID:
		BPF_SNPRINTF(out, FORMAT_LEN, "uid:%u%s", format->value,
			     machine);
		break;
	case ABIMUX_FORMAT_PATH:
	case ABIMUX_FORMAT_CGROUP:
		place_text(out, format);
		break;
	case ABIMUX_FORMAT_BRAND:
		BPF_SNPRINTF(out, FORMAT_LEN, "brand");
		break;
	case ABIMUX_FORMAT_FORCED:
		BPF_SNPRINTF(out, FORMAT_LEN, "forced");
		break;
	case ABIMUX_FORMAT_RETAGGED:
		BPF_SNPRINTF(out, FORMAT_LEN, "retagged");
		break;
	}
}

static void tag_text(char out[FORMAT_LEN], struct task_struct *task)
{
	struct abimux_tag *tag = bpf_task_storage_get(&tags, task, NULL, 0);

	if (tag)
		format_text(out, &tag->format);
	else
		BPF_SNPRINTF(out, FORMAT_LEN, "-");
}

/* Names of what lies over a task, with commas between them. */
static void print_overlays(struct seq_file *seq, struct task_struct *task)
{
	struct abimux_over *over = task->abimux->over;
	u32 count = over ? over->count : 0, i;
	char name[ABIMUX_NAME_LEN];

	if (!count)
		BPF_SEQ_PRINTF(seq, "- ");
	bpf_for(i, 0, ABIMUX_MAX_OVERLAYS) {
		struct abimux_overlay *overlay = NULL;

		if (i >= count)
			break;
		bpf_core_read(&overlay, sizeof(overlay),
			      &over->layers[i].overlay);
		bpf_probe_read_kernel_str(name, sizeof(name), overlay->name);
		BPF_SEQ_PRINTF(seq, "%s%s", name, i + 1 < count ? "," : " ");
	}
}

SEC("iter/task")
int tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct seq_file *seq = ctx->meta->seq;
	char format[FORMAT_LEN] = {}, name[ABIMUX_NAME_LEN] = {},
	     comm[ABIMUX_COMM_LEN] = {};
	u64 since;

	if (!task)
		return 0;
	if (!ctx->meta->seq_num)
		BPF_SEQ_PRINTF(seq, "%7s %7s %-16s %-30s %12s %7s %7s %s %s\n",
			       "PID", "TID", "TABLE", "FORMAT", "SINCE",
			       "VERSION", "PPID", "OVERLAYS", "COMM");
	if (!task->abimux)
		return 0;
	bpf_probe_read_kernel_str(name, sizeof(name),
				  task->abimux->table->name);
	bpf_probe_read_kernel_str(comm, sizeof(comm), task->comm);
	make_printable(comm, sizeof(comm));
	tag_text(format, task);
	since = task->abimux->since;
	BPF_SEQ_PRINTF(seq, "%7d %7d %-16s %-30s %8llu.%03llu ", task->tgid,
		       task->pid, name, format, since / NSEC_PER_SEC,
		       since % NSEC_PER_SEC / NSEC_PER_MSEC);
	BPF_SEQ_PRINTF(seq, "%7llu %7d ", task->abimux->version->serial,
		       task->real_parent->tgid);
	print_overlays(seq, task);
	BPF_SEQ_PRINTF(seq, "%s\n", comm);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
