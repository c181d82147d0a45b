// SPDX-License-Identifier: GPL-2.0
/*
 * Policy "by-format": which table a program gets, from what its file is.
 *
 * In this order: a table that `abimux run -t` forced for one exec; an ELF note;
 * the ELF header's EI_OSABI; the first four bytes of what is no ELF file; the
 * user; the default rule. Rules are in map `formats` and can be changed at any
 * time. A file that is known to be for another system and has no rule of its
 * own is refused: run natively it would make other calls than it means.
 *
 * Every exec is decided before its point of no return, and tagged after it.
 */
#include "abimux.bpf.h"

#define PT_NOTE 4
#define EI_CLASS 4
#define EI_OSABI 7
#define ELFCLASS32 1
#define ELFCLASS64 2
#define ELFOSABI_NONE 0
#define ELFOSABI_LINUX 3
#define NT_GNU_ABI_TAG 1
#define GNU_ABI_TAG_LINUX 0

#define MAGIC_ELF 0x464c457f /* "\177ELF", as a little-endian number */
#define MAGIC_SCRIPT 0x2123 /* "#!" */
#define MAGIC_PLAN9_AMD64 0x978a0000
#define MAGIC_PLAN9_386 0xeb010000

/*
 * How much of a file is looked at: the linkers of all systems stay far below,
 * and who goes beyond only hides a file's origin from himself.
 */
#define MAX_SEGMENTS 64
#define MAX_NOTES 32

/* What was decided for a program that is not yet tagged. */
struct choice {
	char table[ABIMUX_NAME_LEN];
	struct abimux_format format;
};

/* What a file is, as far as it matters. */
struct binary {
	u32 magic;
	u16 machine; /* 0 unless it is an ELF program that this machine can run */
	u8 osabi;
	bool wide; /* its program headers have 64-bit words */
	bool foreign; /* known to be for another system */
	u32 segments;
	u64 headers; /* offset of the program headers */
};

struct segment {
	u32 type;
	u64 offset;
	u64 size;
	u64 align;
};

struct note {
	u32 owner_size;
	u32 size;
	u32 type;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct abimux_format);
	__type(value, struct abimux_rule);
} formats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct abimux_tag);
} tags SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct choice);
} choices SEC(".maps");

/* Calls that a table has not. Bounded: what was not seen for longest goes. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct abimux_refusal);
	__type(value, u64);
} missing SEC(".maps");

/* Everything else that was refused, by reason. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct abimux_refusal);
	__type(value, u64);
} refused SEC(".maps");

static void count(void *map, const void *key)
{
	u64 one = 1, *seen;

	seen = bpf_map_lookup_elem(map, key);
	if (!seen && !bpf_map_update_elem(map, key, &one, BPF_NOEXIST))
		return;
	if (!seen)
		seen = bpf_map_lookup_elem(map, key);
	if (seen)
		__sync_fetch_and_add(seen, 1);
}

/* An exec was refused; the file is told by its last name. Return: the errno. */
static int refuse(struct linux_binprm *bprm, const char *table, int reason)
{
	struct abimux_refusal key = { .reason = reason };
	const unsigned char *name =
		BPF_CORE_READ(bprm, file, f_path.dentry, d_name.name);

	bpf_probe_read_kernel_str(key.table, sizeof(key.table), table);
	bpf_probe_read_kernel_str(key.comm, sizeof(key.comm), name);
	count(&refused, &key);
	return -ENOEXEC;
}

/* Return: true if exactly @size bytes at @off of the file could be read. */
static __always_inline bool read_all(struct linux_binprm *bprm, u64 off,
				     void *buf, u32 size)
{
	return abimux_exec_read(bprm, off, buf, size) == size;
}

static bool read_elf64(struct linux_binprm *bprm, struct binary *bin)
{
	struct elf64_hdr header = {};

	if (!read_all(bprm, 0, &header, sizeof(header)))
		return false;
	if (header.e_machine != EM_X86_64 ||
	    header.e_phentsize != sizeof(struct elf64_phdr))
		return false;
	bin->wide = true;
	bin->machine = header.e_machine;
	bin->osabi = header.e_ident[EI_OSABI];
	bin->segments = header.e_phnum;
	bin->headers = header.e_phoff;
	return true;
}

static bool read_elf32(struct linux_binprm *bprm, struct binary *bin)
{
	struct elf32_hdr header = {};

	if (!read_all(bprm, 0, &header, sizeof(header)))
		return false;
	if (header.e_machine != EM_386 ||
	    header.e_phentsize != sizeof(struct elf32_phdr))
		return false;
	bin->machine = header.e_machine;
	bin->osabi = header.e_ident[EI_OSABI];
	bin->segments = header.e_phnum;
	bin->headers = header.e_phoff;
	return true;
}

/*
 * A file that is cut off, or an ELF file that no loader here takes, has no
 * machine and is left to the loaders.
 */
static void read_binary(struct linux_binprm *bprm, struct binary *bin)
{
	u8 head[8] = {};

	if (!read_all(bprm, 0, head, sizeof(head)))
		return;
	bin->magic = *(u32 *)head;
	if (bin->magic != MAGIC_ELF)
		return;
	if (head[EI_CLASS] == ELFCLASS64)
		read_elf64(bprm, bin);
	else if (head[EI_CLASS] == ELFCLASS32)
		read_elf32(bprm, bin);
}

static bool read_segment64(struct linux_binprm *bprm, u64 off,
			   struct segment *seg)
{
	struct elf64_phdr header = {};

	if (!read_all(bprm, off, &header, sizeof(header)))
		return false;
	seg->type = header.p_type;
	seg->offset = header.p_offset;
	seg->size = header.p_filesz;
	seg->align = header.p_align;
	return true;
}

static bool read_segment32(struct linux_binprm *bprm, u64 off,
			   struct segment *seg)
{
	struct elf32_phdr header = {};

	if (!read_all(bprm, off, &header, sizeof(header)))
		return false;
	seg->type = header.p_type;
	seg->offset = header.p_offset;
	seg->size = header.p_filesz;
	seg->align = header.p_align;
	return true;
}

static bool read_segment(struct linux_binprm *bprm, const struct binary *bin,
			 u32 i, struct segment *seg)
{
	u64 size = bin->wide ? sizeof(struct elf64_phdr) :
			       sizeof(struct elf32_phdr);
	u64 off = bin->headers + i * size;

	return bin->wide ? read_segment64(bprm, off, seg) :
			   read_segment32(bprm, off, seg);
}

/* Take the rule for one format, if there is one. */
static bool take_rule(const struct abimux_format *format, struct choice *choice)
{
	struct abimux_rule *rule = bpf_map_lookup_elem(&formats, format);

	if (!rule)
		return false;
	__builtin_memcpy(choice->table, rule->table, sizeof(choice->table));
	choice->format = *format;
	return true;
}

static __always_inline bool owner_is(const struct abimux_format *note,
				     const char *owner)
{
	return !bpf_strncmp(note->owner, sizeof(note->owner), owner);
}

/* Systems whose programs tell themselves by a note, whatever its type. */
static bool owner_foreign(const struct abimux_format *note)
{
	return owner_is(note, "FreeBSD") || owner_is(note, "NetBSD") ||
	       owner_is(note, "OpenBSD") || owner_is(note, "DragonFly") ||
	       owner_is(note, "Minix") || owner_is(note, "MyELF") ||
	       owner_is(note, "Linux-0.11");
}

/* GNU's note says for which kernel: kFreeBSD and the Hurd have it too. */
static bool gnu_foreign(struct linux_binprm *bprm,
			const struct abimux_format *note, u64 off)
{
	u32 kernel = 0;

	if (note->value != NT_GNU_ABI_TAG || !owner_is(note, "GNU"))
		return false;
	return read_all(bprm, off, &kernel, sizeof(kernel)) &&
	       kernel != GNU_ABI_TAG_LINUX;
}

/* One note at @off; @data is the offset of what is in it. */
static bool by_note(struct linux_binprm *bprm, struct binary *bin,
		    const struct note *note, u64 off, u64 data,
		    struct choice *choice)
{
	struct abimux_format format = {
		.kind = ABIMUX_FORMAT_ELF_NOTE,
		.machine = bin->machine,
		.value = note->type,
	};
	u32 size = note->owner_size;

	if (!size)
		return false;
	/* One comparison instead of two is what the verifier cannot follow. */
	barrier_var(size);
	if (size > sizeof(format.owner))
		return false;
	if (!read_all(bprm, off + sizeof(*note), format.owner, size))
		return false;
	if (take_rule(&format, choice))
		return true;
	if (owner_foreign(&format) || gnu_foreign(bprm, &format, data))
		bin->foreign = true;
	return false;
}

static __always_inline u64 align_up(u64 value, u64 align)
{
	return (value + align - 1) & -align;
}

static bool by_notes(struct linux_binprm *bprm, struct binary *bin,
		     const struct segment *seg, struct choice *choice)
{
	u64 align = seg->align == 8 ? 8 : 4;
	u64 off = 0, data;
	int i;

	bpf_for(i, 0, MAX_NOTES) {
		struct note note = {};

		if (off + sizeof(note) > seg->size)
			break;
		if (!read_all(bprm, seg->offset + off, &note, sizeof(note)))
			break;
		data = align_up(off + sizeof(note) + note.owner_size, align);
		if (by_note(bprm, bin, &note, seg->offset + off,
			    seg->offset + data, choice))
			return true;
		off = align_up(data + note.size, align);
	}
	return false;
}

static bool by_segments(struct linux_binprm *bprm, struct binary *bin,
			struct choice *choice)
{
	int i;

	bpf_for(i, 0, MAX_SEGMENTS) {
		struct segment seg = {};

		if (i >= bin->segments || !read_segment(bprm, bin, i, &seg))
			break;
		if (seg.type == PT_NOTE && by_notes(bprm, bin, &seg, choice))
			return true;
	}
	return false;
}

static bool by_osabi(struct binary *bin, struct choice *choice)
{
	struct abimux_format format = {
		.kind = ABIMUX_FORMAT_ELF_OSABI,
		.machine = bin->machine,
		.value = bin->osabi,
	};

	if (take_rule(&format, choice))
		return true;
	if (bin->osabi != ELFOSABI_NONE && bin->osabi != ELFOSABI_LINUX)
		bin->foreign = true;
	return false;
}

static bool by_magic(struct binary *bin, struct choice *choice)
{
	struct abimux_format format = {
		.kind = ABIMUX_FORMAT_MAGIC,
		.value = bin->magic,
	};

	if (bin->magic == MAGIC_ELF || (u16)bin->magic == MAGIC_SCRIPT)
		return false;
	if (take_rule(&format, choice))
		return true;
	if (bin->magic == MAGIC_PLAN9_AMD64 || bin->magic == MAGIC_PLAN9_386)
		bin->foreign = true;
	return false;
}

/* A rule for one machine goes before the rule for all. */
static bool by_kind(const struct binary *bin, u16 kind, u32 value,
		    struct choice *choice)
{
	struct abimux_format format = {
		.kind = kind,
		.machine = bin->machine,
		.value = value,
	};

	if (take_rule(&format, choice))
		return true;
	format.machine = 0;
	return take_rule(&format, choice);
}

static bool by_rest(const struct binary *bin, struct choice *choice)
{
	u32 uid = bpf_get_current_uid_gid();

	return by_kind(bin, ABIMUX_FORMAT_UID, uid, choice) ||
	       by_kind(bin, ABIMUX_FORMAT_DEFAULT, 0, choice);
}

static void choose_native(struct choice *choice)
{
	__builtin_memset(choice, 0, sizeof(*choice));
	__builtin_memcpy(choice->table, ABIMUX_NATIVE_TABLE,
			 sizeof(ABIMUX_NATIVE_TABLE));
}

static void choose_forced(const struct abimux_tag *tag, struct choice *choice)
{
	__builtin_memset(&choice->format, 0, sizeof(choice->format));
	__builtin_memcpy(choice->table, tag->table, sizeof(choice->table));
	choice->format.kind = ABIMUX_FORMAT_FORCED;
}

/* Return: 0, or the reason for which the program has to be refused. */
static int choose(struct linux_binprm *bprm, struct binary *bin,
		  struct choice *choice)
{
	if (bin->machine &&
	    (by_segments(bprm, bin, choice) || by_osabi(bin, choice)))
		return 0;
	if (by_magic(bin, choice))
		return 0;
	if (bin->foreign)
		return ABIMUX_REFUSED_FORMAT;
	if (!by_rest(bin, choice))
		choose_native(choice);
	return 0;
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

/*
 * Asked for every file that an exec goes through; the last one, a script's
 * interpreter for example, is what counts. The storage is made here, because
 * later a lack of memory could not be told any more.
 */
SEC("lsm.s/bprm_check_security")
int BPF_PROG(classify, struct linux_binprm *bprm, int ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct binary bin = {};
	struct choice *choice;
	struct abimux_tag *tag;
	int reason = 0;

	if (ret)
		return ret;
	tag = bpf_task_storage_get(&tags, task, NULL,
				   BPF_LOCAL_STORAGE_GET_F_CREATE);
	choice = bpf_task_storage_get(&choices, task, NULL,
				      BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!tag || !choice)
		return -ENOMEM;
	read_binary(bprm, &bin);
	if (tag->flags & ABIMUX_TAG_FORCE)
		choose_forced(tag, choice);
	else
		reason = choose(bprm, &bin, choice);
	if (reason)
		return refuse(bprm, "", reason);
	return check_choice(bprm, &bin, choice);
}

/*
 * A program that gains privileges by this exec does not run on a table that its
 * caller picked. Still before the point of no return.
 */
SEC("lsm.s/bprm_creds_from_file")
int BPF_PROG(no_force, struct linux_binprm *bprm, const struct file *file,
	     int ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct abimux_tag *tag;

	if (ret || !BPF_CORE_READ_BITFIELD(bprm, secureexec))
		return ret;
	tag = bpf_task_storage_get(&tags, task, NULL, 0);
	return tag && (tag->flags & ABIMUX_TAG_FORCE) ? -EPERM : 0;
}

/* The old program is gone. What was forced was so for this exec only. */
SEC("lsm.s/bprm_committed_creds")
int BPF_PROG(commit, struct linux_binprm *bprm)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct abimux_tag *tag = bpf_task_storage_get(&tags, task, NULL, 0);
	struct choice *choice = bpf_task_storage_get(&choices, task, NULL, 0);

	if (!tag || !choice)
		return 0;
	__builtin_memcpy(tag->table, choice->table, sizeof(tag->table));
	tag->format = choice->format;
	tag->flags = ABIMUX_TAG_FRESH;
	return 0;
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
