/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether a file says of itself that it is for another system: what the policy
 * decides, once more and in another way, for files of which there is no doubt.
 */
#ifndef FUZZ_ORIGIN_H
#define FUZZ_ORIGIN_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What the policy looks at: segments, notes in each, bytes of an owner. */
#define MAX_SEGMENTS 64
#define MAX_NOTES 32
#define MAX_OWNER 24

struct file {
	uint8_t bytes[1 << 16];
	size_t size;
};

static inline bool within(const struct file *file, uint64_t at, uint64_t size)
{
	return at <= file->size && size <= file->size - at;
}

static inline bool owner_foreign(const uint8_t *owner, size_t size)
{
	static const char *const owners[] = { "FreeBSD",   "NetBSD", "OpenBSD",
					      "DragonFly", "Minix",  "MyELF",
					      "Linux-0.11" };
	char text[MAX_OWNER + 1] = {};

	memcpy(text, owner, size);
	for (size_t i = 0; i < sizeof(owners) / sizeof(*owners); i++)
		if (!strcmp(owners[i], text))
			return true;
	return false;
}

static inline bool notes_foreign(const struct file *file, uint64_t at,
				 uint64_t size, uint64_t align)
{
	uint64_t mask = align == 8 ? 7 : 3, off = 0;

	for (int i = 0; i < MAX_NOTES; i++) {
		Elf64_Nhdr note;

		if (size < sizeof(note) || off > size - sizeof(note) ||
		    !within(file, at, off) ||
		    !within(file, at + off, sizeof(note)))
			return false;
		memcpy(&note, file->bytes + at + off, sizeof(note));
		if (note.n_namesz && note.n_namesz <= MAX_OWNER &&
		    within(file, at + off + sizeof(note), note.n_namesz) &&
		    owner_foreign(file->bytes + at + off + sizeof(note),
				  note.n_namesz))
			return true;
		off = (off + sizeof(note) + note.n_namesz + mask) & ~mask;
		off = (off + note.n_descsz + mask) & ~mask;
	}
	return false;
}

static inline bool segments64_foreign(const struct file *file,
				      const Elf64_Ehdr *header)
{
	Elf64_Phdr segment;

	for (int i = 0; i < header->e_phnum && i < MAX_SEGMENTS; i++) {
		uint64_t at = header->e_phoff + i * sizeof(segment);

		if (!within(file, at, sizeof(segment)))
			return false;
		memcpy(&segment, file->bytes + at, sizeof(segment));
		if (segment.p_type == PT_NOTE &&
		    notes_foreign(file, segment.p_offset, segment.p_filesz,
				  segment.p_align))
			return true;
	}
	return false;
}

static inline bool segments32_foreign(const struct file *file,
				      const Elf32_Ehdr *header)
{
	Elf32_Phdr segment;

	for (int i = 0; i < header->e_phnum && i < MAX_SEGMENTS; i++) {
		uint64_t at = header->e_phoff + i * sizeof(segment);

		if (!within(file, at, sizeof(segment)))
			return false;
		memcpy(&segment, file->bytes + at, sizeof(segment));
		if (segment.p_type == PT_NOTE &&
		    notes_foreign(file, segment.p_offset, segment.p_filesz,
				  segment.p_align))
			return true;
	}
	return false;
}

static inline bool osabi_foreign(const struct file *file)
{
	return file->bytes[EI_OSABI] != ELFOSABI_NONE &&
	       file->bytes[EI_OSABI] != ELFOSABI_LINUX;
}

/* True only without a doubt. */
static inline bool is_foreign(const struct file *file)
{
	Elf64_Ehdr wide;
	Elf32_Ehdr narrow;

	if (!within(file, 0, sizeof(wide)) ||
	    memcmp(file->bytes, ELFMAG, SELFMAG))
		return false;
	memcpy(&wide, file->bytes, sizeof(wide));
	memcpy(&narrow, file->bytes, sizeof(narrow));
	if (file->bytes[EI_CLASS] == ELFCLASS64)
		return wide.e_machine == EM_X86_64 &&
		       wide.e_phentsize == sizeof(Elf64_Phdr) &&
		       (osabi_foreign(file) || segments64_foreign(file, &wide));
	return file->bytes[EI_CLASS] == ELFCLASS32 &&
	       narrow.e_machine == EM_386 &&
	       narrow.e_phentsize == sizeof(Elf32_Phdr) &&
	       (osabi_foreign(file) || segments32_foreign(file, &narrow));
}

#endif /* FUZZ_ORIGIN_H */
