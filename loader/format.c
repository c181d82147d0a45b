// SPDX-License-Identifier: GPL-2.0
/*
 * Formats as text: elf-osabi:9/amd64, elf-note:FreeBSD:1/amd64, magic:978a0000,
 * uid:1000, path:/usr/bin/true, cgroup:/sys/fs/cgroup/a, default.
 */
#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <abimux/policy.h>

#include "compiler.h"
#include "format.h"
#include "place.h"
#include "user.h"

#define UNKNOWN_FORMAT \
	"unknown format '%s': expected path:, elf-note:, elf-osabi:, magic:, cgroup:, uid: or default"

/**
 * struct kind - a sort of format
 * @word: what it starts with
 * @kind: ABIMUX_FORMAT_*
 * @max: largest value; 0 if there is none
 * @machine: whether it needs a machine
 * @expected: how it is written
 */
static const struct kind {
	const char *word;
	__u16 kind;
	unsigned long max;
	bool machine;
	const char *expected;
} kinds[] = {
	{ "default", ABIMUX_FORMAT_DEFAULT, 0, false, "default" },
	{ "elf-osabi", ABIMUX_FORMAT_ELF_OSABI, 255, true,
	  "elf-osabi:9/amd64" },
	{ "elf-note", ABIMUX_FORMAT_ELF_NOTE, 0xffffffff, true,
	  "elf-note:FreeBSD:1/amd64" },
	{ "magic", ABIMUX_FORMAT_MAGIC, 0xffffffff, false,
	  "magic:978a0000, eight hex digits" },
	{ "uid", ABIMUX_FORMAT_UID, 0xfffffffe, false,
	  "uid:1000 or uid:alice" },
	{ "path", ABIMUX_FORMAT_PATH, 0, false, "path:/usr/bin/true" },
	{ "cgroup", ABIMUX_FORMAT_CGROUP, 0, false, "cgroup:/sys/fs/cgroup/a" },
};

static const struct kind *find_kind(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(kinds[i].word, word))
			return &kinds[i];
	}
	return NULL;
}

static bool parse_machine(struct abimux_format *format, const struct kind *kind,
			  const char *machine)
{
	if (!machine)
		return !kind->machine;
	if (format->kind == ABIMUX_FORMAT_MAGIC)
		return false;
	if (!strcmp(machine, "amd64"))
		format->machine = EM_X86_64;
	else if (!strcmp(machine, "i386"))
		format->machine = EM_386;
	return format->machine;
}

static bool parse_value(struct abimux_format *format, const struct kind *kind,
			const char *text)
{
	bool magic = format->kind == ABIMUX_FORMAT_MAGIC;
	unsigned long value;

	if (!kind->max)
		return !text;
	if (!text || !*text ||
	    strspn(text, magic ? "0123456789abcdef" : "0123456789") !=
		    strlen(text))
		return false;
	errno = 0;
	value = strtoul(text, NULL, magic ? 16 : 10);
	format->value = value;
	return !errno && value <= kind->max && (!magic || strlen(text) == 8);
}

/* OWNER:TYPE; takes the owner and leaves the type. */
static bool parse_owner(struct abimux_format *format, char **text)
{
	char *owner = *text, *colon = owner ? strrchr(owner, ':') : NULL;

	if (!colon || colon == owner || colon - owner >= ABIMUX_OWNER_LEN)
		return false;
	memcpy(format->owner, owner, colon - owner);
	*text = colon + 1;
	return !strpbrk(format->owner, " \t:");
}

/* A user's name goes, too. */
static bool parse_uid(struct abimux_format *format, const struct kind *kind,
		      const char *text)
{
	return parse_value(format, kind, text) ||
	       (text && *text && user_find(text, &format->value));
}

/* KIND[:VALUE][/MACHINE] */
static bool parse_mark(struct abimux_format *format, const struct kind *kind,
		       const char *text)
{
	char copy[FORMAT_TEXT_LEN + 1] = "", *value, *machine;

	if (strlen(text) >= sizeof(copy))
		return false;
	strcpy(copy, text);
	machine = strchr(copy, '/');
	if (machine)
		*machine++ = '\0';
	value = strchr(copy, ':');
	if (value)
		*value++ = '\0';
	if (kind->kind == ABIMUX_FORMAT_ELF_NOTE &&
	    !parse_owner(format, &value))
		return false;
	if (!parse_machine(format, kind, machine))
		return false;
	return kind->kind == ABIMUX_FORMAT_UID ?
		       parse_uid(format, kind, value) :
		       parse_value(format, kind, value);
}

/* A number that ends with @end; moves on behind it. */
static bool take_number(const char **text, char end, __u64 max, __u64 *value)
{
	size_t len = strspn(*text, "0123456789");

	errno = 0;
	*value = strtoull(*text, NULL, 10);
	if (!len || errno || *value > max || (*text)[len] != end)
		return false;
	*text += len + 1;
	return true;
}

/* What is shown of a place whose path is not known: MAJOR:MINOR:INODE, or ID. */
static bool parse_numbers(struct abimux_format *format, const char *text)
{
	__u64 major = 0, minor = 0, id;

	if (format->kind == ABIMUX_FORMAT_PATH &&
	    (!take_number(&text, ':', 0xfff, &major) ||
	     !take_number(&text, ':', 0xfffff, &minor)))
		return false;
	if (!take_number(&text, '\0', -1, &id))
		return false;
	format->value = major << 20 | minor;
	place_set_id(format, id);
	return true;
}

static bool is_place(const struct kind *kind)
{
	return kind->kind == ABIMUX_FORMAT_PATH ||
	       kind->kind == ABIMUX_FORMAT_CGROUP;
}

static int parse_failed(const char *text, const struct kind *kind, char *why,
			size_t size)
{
	snprintf(why, size, "bad format '%s': expected a form as %s%s", text,
		 kind->expected, kind->machine ? ", or with /i386" : "");
	return -EINVAL;
}

/**
 * format_parse - read a format
 * @format: what it says; a path stands for the file that is there now
 * @text: the text
 * @why: what is wrong with it
 * @size: bytes of @why
 *
 * Return: 0, or -EINVAL with @why filled in.
 */
int format_parse(struct abimux_format *format, const char *text, char *why,
		 size_t size)
{
	char word[sizeof("elf-osabi")];
	const struct kind *kind;
	const char *value;

	*format = (struct abimux_format){};
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(text, ":/"), text);
	kind = find_kind(word);
	if (!kind) {
		snprintf(why, size, UNKNOWN_FORMAT, text);
		return -EINVAL;
	}
	format->kind = kind->kind;
	if (!is_place(kind))
		return parse_mark(format, kind, text) ?
			       0 :
			       parse_failed(text, kind, why, size);
	value = strchr(text, ':');
	if (value && (value[1] == '/' || value[1] == '.'))
		return place_find(format, value + 1, why, size);
	return value && parse_numbers(format, value + 1) ?
		       0 :
		       parse_failed(text, kind, why, size);
}

static const char *machine_suffix(__u16 machine)
{
	if (machine == EM_386)
		return "/i386";
	return machine == EM_X86_64 ? "/amd64" : "";
}

/**
 * format_text - a format as text
 * @text: memory for it
 * @format: the format
 */
void format_text(char text[FORMAT_TEXT_LEN], const struct abimux_format *format)
{
	const char *machine = machine_suffix(format->machine);

	switch (format->kind) {
	case ABIMUX_FORMAT_DEFAULT:
		snprintf(text, FORMAT_TEXT_LEN, "default%s", machine);
		break;
	case ABIMUX_FORMAT_ELF_OSABI:
		snprintf(text, FORMAT_TEXT_LEN, "elf-osabi:%u%s", format->value,
			 machine);
		break;
	case ABIMUX_FORMAT_ELF_NOTE:
		snprintf(text, FORMAT_TEXT_LEN, "elf-note:%.*s:%u%s",
			 ABIMUX_OWNER_LEN, format->owner, format->value,
			 machine);
		break;
	case ABIMUX_FORMAT_MAGIC:
		snprintf(text, FORMAT_TEXT_LEN, "magic:%08x", format->value);
		break;
	case ABIMUX_FORMAT_UID:
		snprintf(text, FORMAT_TEXT_LEN, "uid:%u%s", format->value,
			 machine);
		break;
	case ABIMUX_FORMAT_PATH:
		snprintf(text, FORMAT_TEXT_LEN, "path:%u:%u:%llu",
			 format->value >> 20, format->value & 0xfffff,
			 place_id(format));
		break;
	case ABIMUX_FORMAT_CGROUP:
		snprintf(text, FORMAT_TEXT_LEN, "cgroup:%llu",
			 place_id(format));
		break;
	default:
		snprintf(text, FORMAT_TEXT_LEN, "kind-%u", format->kind);
	}
}
