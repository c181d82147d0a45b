// SPDX-License-Identifier: GPL-2.0
/*
 * Policy "by-format": which table a program gets, from what its file is.
 *
 * In this order: a table that `abimux run -t` forced for one exec; the file's
 * path; its brand, an extended attribute; an ELF note; the ELF header's EI_OSABI;
 * the first four bytes of what is no ELF file; the cgroup, the nearest first; the
 * user; the default rule. Who knows more of the program goes first. Rules are in
 * map `formats` and can be changed at any time. A file that is known to be for another
 * system and has no rule of its own is refused: run natively it would make other calls
 * than it means.
 *
 * Overlays are chosen by the same formats, in map `overlays`; all that fit add up,
 * those of the default rule lie over every program.
 *
 * Every exec is decided before its point of no return, and tagged after it. A native
 * task that executes a plain native program has no tag, and if there are no rules for
 * such programs all that is done is to find this out.
 */
#include "policy.bpf.h"
#include "kinds.bpf.h"

/* Lay one more over the program; one that is there already counts once. */
static void add_overlay(struct choice *choice, u32 id)
{
	u32 i;

	for (i = 0; i < ABIMUX_MAX_OVERLAYS; i++) {
		if (!choice->overlays.id[i])
			choice->overlays.id[i] = id;
		if (choice->overlays.id[i] == id)
			return;
	}
	choice->crowded = true;
}

/* Verified by itself, so that loops over formats stay short for the verifier. */
__noinline int add_overlays(const struct abimux_format *format,
			    struct choice *choice)
{
	struct abimux_overlays *more;
	u32 i;

	if (!format || !choice)
		return 0;
	more = bpf_map_lookup_elem(&overlays, format);
	for (i = 0; more && i < ABIMUX_MAX_OVERLAYS; i++) {
		if (more->id[i])
			add_overlay(choice, more->id[i]);
	}
	return 0;
}

static void take_table(const char *table, const struct abimux_format *format,
		       struct choice *choice)
{
	if (choice->chosen)
		return;
	__builtin_memcpy(choice->table, table, sizeof(choice->table));
	choice->format = *format;
	choice->chosen = true;
}

/*
 * A format that fits the program: the first with a rule gives the table, all
 * together the overlays.
 */
static bool take_mark(const struct abimux_format *format, struct choice *choice)
{
	struct abimux_rule *rule = bpf_map_lookup_elem(&formats, format);

	add_overlays(format, choice);
	if (rule)
		take_table(rule->table, format, choice);
	return rule;
}

/* A rule for one machine goes before the rule for all. */
static void take_kind(const struct binary *bin, u16 kind, u32 value,
		      struct choice *choice)
{
	struct abimux_format format = {
		.kind = kind,
		.machine = bin->machine,
		.value = value,
	};

	if (!may_have(kind))
		return;
	if (format.machine)
		take_mark(&format, choice);
	format.machine = 0;
	take_mark(&format, choice);
}

static void take_id(u16 kind, u32 value, u64 id, struct choice *choice)
{
	struct abimux_format format = { .kind = kind, .value = value };

	__builtin_memcpy(format.owner, &id, sizeof(id));
	take_mark(&format, choice);
}

static void take_path(struct linux_binprm *bprm, struct choice *choice)
{
	if (!may_have(ABIMUX_FORMAT_PATH))
		return;
	take_id(ABIMUX_FORMAT_PATH,
		BPF_CORE_READ(bprm, file, f_inode, i_sb, s_dev),
		BPF_CORE_READ(bprm, file, f_inode, i_ino), choice);
}

/*
 * Return: whether it could be the name of a table. Verified by itself, as its
 * loop has many ways through it.
 */
__noinline int is_name(const struct abimux_rule *rule, u32 len)
{
	u32 i;

	if (!rule || !len || len >= ABIMUX_NAME_LEN)
		return 0;
	for (i = 0; i < ABIMUX_NAME_LEN; i++) {
		char c = rule->table[i];
		bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (c >= '0' && c <= '9') || c == '-' || c == '_' ||
			    c == '.';

		if (i < len ? !good : c)
			return 0;
	}
	return 1;
}

/*
 * Return: 0, or why the brand cannot be followed: it is then no brand of a file
 * that may not be branded, and refuses all others.
 */
static int check_brand(const struct binary *bin, struct choice *choice, u32 len)
{
	int err;

	if (!is_name((const void *)choice->brand, len)) {
		choice->brand[0] = '\0';
		return ABIMUX_REFUSED_BRAND;
	}
	err = abimux_check_table(choice->brand, sizeof(choice->brand),
				 bin->machine);
	if (!err)
		return 0;
	return err == -ENOENT ? ABIMUX_REFUSED_TABLE : ABIMUX_REFUSED_MACHINE;
}

/* What the owner of the file says. */
static void take_brand(struct linux_binprm *bprm, struct binary *bin,
		       struct choice *choice)
{
	struct abimux_format format = { .kind = ABIMUX_FORMAT_BRAND };
	int len;

	if (choice->chosen || !bin->machine || bin->unbranded)
		return;
	__builtin_memset(choice->brand, 0, sizeof(choice->brand));
	len = abimux_exec_xattr(bprm, ABIMUX_BRAND, choice->brand,
				sizeof(choice->brand));
	bin->unbranded = len == -ENODATA || len == -EOPNOTSUPP;
	if (bin->unbranded)
		return;
	choice->bad_brand = check_brand(bin, choice, len);
	if (!choice->bad_brand)
		take_table(choice->brand, &format, choice);
}

/* The task's own cgroup first, then each that it is in, up to the root. */
static void take_cgroups(struct choice *choice)
{
	struct task_struct *task = bpf_get_current_task_btf();
	int level = BPF_CORE_READ(task, cgroups, dfl_cgrp, level);
	int i;

	if (!may_have(ABIMUX_FORMAT_CGROUP))
		return;
	bpf_for(i, 0, level + 1)
		take_id(ABIMUX_FORMAT_CGROUP, 0,
			bpf_get_current_ancestor_cgroup_id(level - i), choice);
}

static void take_forced(const struct abimux_tag *tag, struct choice *choice)
{
	struct abimux_format format = { .kind = ABIMUX_FORMAT_FORCED };

	if (tag->flags & ABIMUX_TAG_FORCE)
		take_table(tag->table, &format, choice);
}

static void take_native(struct choice *choice)
{
	struct abimux_format format = {};
	char table[ABIMUX_NAME_LEN] = ABIMUX_NATIVE_TABLE;

	take_table(table, &format, choice);
}

/*
 * An exec begins with an empty choice. A script is followed by its interpreter:
 * what was said of the script's path goes on to hold.
 */
static void begin_choice(struct linux_binprm *bprm, struct choice *choice)
{
	bool first = bprm->interp == bprm->filename;
	u32 state = choice->state;

	if (first)
		__builtin_memset(choice, 0, sizeof(*choice));
	choice->state = state;
	if (choice->format.kind != ABIMUX_FORMAT_PATH)
		choice->chosen = false;
	choice->bad_brand = 0;
	choice->refused = false;
}

/* Return: 0, or the reason for which the program has to be refused. */
static int choose(struct linux_binprm *bprm, struct binary *bin,
		  const struct abimux_tag *tag, struct choice *choice,
		  bool branded)
{
	begin_choice(bprm, choice);
	take_forced(tag, choice);
	take_path(bprm, choice);
	if (branded)
		take_brand(bprm, bin, choice);
	see_marks(bprm, bin, choice);
	if (bin->foreign && !choice->chosen)
		return ABIMUX_REFUSED_FORMAT;
	take_cgroups(choice);
	take_kind(bin, ABIMUX_FORMAT_UID, bpf_get_current_uid_gid(), choice);
	take_kind(bin, ABIMUX_FORMAT_DEFAULT, 0, choice);
	take_native(choice);
	return choice->crowded ? ABIMUX_REFUSED_OVERLAYS : 0;
}

/*
 * What is no ELF program is none that this kernel runs itself. A script's table
 * is that of its interpreter, which comes next.
 */
static int check_choice(struct linux_binprm *bprm, const struct binary *bin,
			struct choice *choice)
{
	int err;

	if (!bin->machine && choice->format.kind != ABIMUX_FORMAT_MAGIC)
		return 0;
	err = abimux_check_table(choice->table, sizeof(choice->table),
				 bin->machine);
	if (!err)
		return 0;
	return refuse(bprm, choice->table,
		      err == -ENOENT ? ABIMUX_REFUSED_TABLE :
				       ABIMUX_REFUSED_MACHINE);
}

/* Return: whether the file has not to be read, for it is known. */
static bool recall_plain(struct linux_binprm *bprm, struct binary *bin)
{
	const struct plain *known = plain_of(bprm);

	if (!known || may_have(ABIMUX_FORMAT_ELF_NOTE))
		return false;
	bin->magic = MAGIC_ELF;
	bin->machine = known->machine;
	bin->osabi = known->osabi;
	bin->unbranded = true;
	return true;
}

/* Return: 0, or a negative errno. */
static int decide(struct linux_binprm *bprm, const struct abimux_tag *tag,
		  struct choice *choice, bool branded)
{
	struct binary bin = {};
	struct plain now = {};
	bool known;
	int reason;

	begin_plain(bprm, &now);
	known = branded && recall_plain(bprm, &bin);
	if (!known)
		read_binary(bprm, &bin);
	reason = choose(bprm, &bin, tag, choice, branded);
	if (branded && !known)
		remember_plain(bprm, &now, &bin);
	if (reason)
		return refuse(bprm, "", reason);
	return check_choice(bprm, &bin, choice);
}

/*
 * Asked for every file that an exec goes through; the last one, a script's
 * interpreter for example, is what counts. The storage is made here, because
 * later a lack of memory could not be told any more.
 */
SEC("lsm.s/bprm_check_security")
int BPF_PROG(classify, struct linux_binprm *bprm, int ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct choice *choice;
	struct abimux_tag *tag;
	int err;

	if (ret)
		return ret;
	if (kinds_found == ALL_KINDS)
		find_kinds();
	if (!tag_of(task) && is_plain(bprm) && !kinds_there_are())
		return 0;
	choice = new_choice(task);
	tag = choice ? tag_of(task) : NULL;
	if (!tag)
		return -ENOMEM;
	err = decide(bprm, tag, choice, true);
	choice->state = err ? 0 : CHOICE_MADE;
	return err;
}

/*
 * Whether the program gains privileges by this exec is known only now, still before
 * the point of no return. If so, it does not run on a table that its caller or
 * its owner picked: by force it does not run at all, and a brand is as if it were
 * not there.
 */
SEC("lsm.s/bprm_creds_from_file")
int BPF_PROG(privileged, struct linux_binprm *bprm, const struct file *file,
	     int ret)
{
	bool secure = BPF_CORE_READ_BITFIELD(bprm, secureexec);
	struct task_struct *task = bpf_get_current_task_btf();
	struct choice *choice;
	struct abimux_tag *tag;

	tag = tag_of(task);
	choice = tag ? choice_of(task) : NULL;
	if (ret || !choice)
		return ret;
	if (secure && (tag->flags & ABIMUX_TAG_FORCE))
		return -EPERM;
	/* Of the loaders of programs more than one may ask. */
	if (choice->refused)
		return -ENOEXEC;
	if (secure && choice->format.kind == ABIMUX_FORMAT_BRAND)
		choice->refused = decide(bprm, tag, choice, false);
	else if (!secure && choice->bad_brand)
		choice->refused =
			refuse(bprm, choice->brand, choice->bad_brand);
	return choice->refused ? -ENOEXEC : 0;
}

/*
 * The core gives a child its parent's table; this gives it the tag that says
 * why. Only forks of foreign tasks come here: others pay nothing.
 */
SEC("tp_btf/abimux_fork")
int BPF_PROG(inherit, struct task_struct *child)
{
	struct task_struct *parent = bpf_get_current_task_btf();
	struct abimux_tag *tag, *copy;

	tag = bpf_task_storage_get(&tags, parent, NULL, 0);
	if (!tag)
		return 0;
	copy = bpf_task_storage_get(&tags, child, tag,
				    BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (copy)
		copy->flags = 0;
	return 0;
}

SEC("tp_btf/abimux_refused")
int BPF_PROG(count_refused, const char *table, u32 nr, int reason)
{
	struct abimux_refusal key = { .nr = nr, .reason = reason };

	bpf_probe_read_kernel_str(key.table, sizeof(key.table), table);
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	if (reason == ABIMUX_REFUSED_MISSING)
		count(&missing, &key);
	else
		count(&refused, &key);
	return 0;
}

SEC("struct_ops.s/init")
int BPF_PROG(by_format_init)
{
	return abimux_bind_tags(&tags);
}

SEC(".struct_ops.link")
struct abimux_policy_ops by_format = {
	.name = "by-format",
	.init = (void *)by_format_init,
};

char LICENSE[] SEC("license") = "GPL";
