/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a file that is to be executed is: its machine, its marks, and whether it is
 * known to be for another system.
 *
 * Who includes this says what to do with a mark: take_mark().
 */
#ifndef BINARY_BPF_H
#define BINARY_BPF_H

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

/* What a file is, as far as it matters. */
struct binary {
	u32 magic;
	u16 machine; /* 0 unless it is an ELF program that this machine can run */
	u8 osabi;
	bool wide; /* its program headers have 64-bit words */
	bool foreign; /* known to be for another system */
	bool marked; /* may have a note that not just any native program has */
	bool unbranded; /* known to have no brand */
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

/**
 * take_mark - a format was found in the file
 * @format: the format
 * @choice: what was decided so far
 *
 * Return: whether the format has a rule: it then does not make the file foreign.
 */
struct choice;
static bool take_mark(const struct abimux_format *format,
		      struct choice *choice);

/*
 * Return: true if the file's beginning, which the kernel has read already, could be
 * read; what the file lacks of it are zeros.
 */
static __always_inline bool read_head(struct linux_binprm *bprm, void *buf,
				      u32 size)
{
	return !bpf_probe_read_kernel(buf, size, bprm->buf);
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

	if (!read_head(bprm, &header, sizeof(header)))
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

	if (!read_head(bprm, &header, sizeof(header)))
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

	if (!read_head(bprm, head, sizeof(head)))
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

static bool is_native_osabi(u8 osabi)
{
	return osabi == ELFOSABI_NONE || osabi == ELFOSABI_LINUX;
}

/* Notes of the tools that Linux programs are made with. */
static bool is_native_note(const struct abimux_format *note)
{
	return owner_is(note, "GNU") || owner_is(note, "Go") ||
	       owner_is(note, "FDO");
}

/* Like most programs of this system. */
static inline bool is_native(const struct binary *bin)
{
	return !bin->foreign && !bin->marked && bin->unbranded &&
	       is_native_osabi(bin->osabi);
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
static void see_note(struct linux_binprm *bprm, struct binary *bin,
		     const struct note *note, u64 off, u64 data,
		     struct choice *choice)
{
	struct abimux_format format = {
		.kind = ABIMUX_FORMAT_ELF_NOTE,
		.machine = bin->machine,
		.value = note->type,
	};
	u32 size = note->owner_size;
	bool foreign;

	if (!size)
		return;
	bin->marked |= size > sizeof(format.owner);
	/* One comparison instead of two is what the verifier cannot follow. */
	barrier_var(size);
	if (size > sizeof(format.owner))
		return;
	if (!read_all(bprm, off + sizeof(*note), format.owner, size)) {
		bin->marked = true;
		return;
	}
	foreign = owner_foreign(&format) || gnu_foreign(bprm, &format, data);
	if (foreign || !is_native_note(&format))
		bin->marked = true;
	if (!take_mark(&format, choice) && foreign)
		bin->foreign = true;
}

static __always_inline u64 align_up(u64 value, u64 align)
{
	return (value + align - 1) & -align;
}

static void see_notes(struct linux_binprm *bprm, struct binary *bin,
		      const struct segment *seg, struct choice *choice)
{
	u64 align = seg->align == 8 ? 8 : 4;
	u64 off = 0, data;
	int i;

	bpf_for(i, 0, MAX_NOTES) {
		struct note note = {};

		if (off + sizeof(note) > seg->size)
			break;
		if (!read_all(bprm, seg->offset + off, &note, sizeof(note))) {
			bin->marked = true;
			break;
		}
		data = align_up(off + sizeof(note) + note.owner_size, align);
		see_note(bprm, bin, &note, seg->offset + off,
			 seg->offset + data, choice);
		off = align_up(data + note.size, align);
	}
}

static void see_segments(struct linux_binprm *bprm, struct binary *bin,
			 struct choice *choice)
{
	int i;

	bpf_for(i, 0, MAX_SEGMENTS) {
		struct segment seg = {};

		if (i >= bin->segments)
			break;
		if (!read_segment(bprm, bin, i, &seg)) {
			bin->marked = true;
			break;
		}
		if (seg.type == PT_NOTE)
			see_notes(bprm, bin, &seg, choice);
	}
}

static void see_osabi(struct binary *bin, struct choice *choice)
{
	struct abimux_format format = {
		.kind = ABIMUX_FORMAT_ELF_OSABI,
		.machine = bin->machine,
		.value = bin->osabi,
	};

	if (!take_mark(&format, choice) && !is_native_osabi(bin->osabi))
		bin->foreign = true;
}

static void see_magic(struct binary *bin, struct choice *choice)
{
	struct abimux_format format = {
		.kind = ABIMUX_FORMAT_MAGIC,
		.value = bin->magic,
	};

	if (bin->magic == MAGIC_ELF || (u16)bin->magic == MAGIC_SCRIPT)
		return;
	if (!take_mark(&format, choice) &&
	    (bin->magic == MAGIC_PLAN9_AMD64 || bin->magic == MAGIC_PLAN9_386))
		bin->foreign = true;
}

/* All marks that the file itself bears, those that count most first. */
static void see_marks(struct linux_binprm *bprm, struct binary *bin,
		      struct choice *choice)
{
	if (bin->machine) {
		see_segments(bprm, bin, choice);
		see_osabi(bin, choice);
	}
	see_magic(bin, choice);
}

#endif /* BINARY_BPF_H */
