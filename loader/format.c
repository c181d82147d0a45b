// SPDX-License-Identifier: GPL-2.0
/*
 * Formats as text: elf-osabi:9/amd64, elf-note:FreeBSD:1/amd64, magic:978a0000,
 * uid:1000, default.
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

#define UNKNOWN_FORMAT \
	"unknown format '%s': expected elf-osabi:, elf-note:, magic:, uid: or default"

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
	{ "uid", ABIMUX_FORMAT_UID, 0xfffffffe, false, "uid:1000" },
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

/**
 * format_parse - read a format
 * @format: what it says
 * @text: the text
 * @why: what is wrong with it
 * @size: bytes of @why
 *
 * Return: 0, or -EINVAL with @why filled in.
 */
int format_parse(struct abimux_format *format, const char *text, char *why,
		 size_t size)
{
	char copy[FORMAT_TEXT_LEN + 1] = "", *value, *machine;
	const struct kind *kind;

	*format = (struct abimux_format){};
	if (strlen(text) < sizeof(copy))
		strcpy(copy, text);
	machine = strchr(copy, '/');
	if (machine)
		*machine++ = '\0';
	value = strchr(copy, ':');
	if (value)
		*value++ = '\0';
	kind = find_kind(copy);
	if (!kind) {
		snprintf(why, size, UNKNOWN_FORMAT, text);
		return -EINVAL;
	}
	format->kind = kind->kind;
	if ((kind->kind != ABIMUX_FORMAT_ELF_NOTE ||
	     parse_owner(format, &value)) &&
	    parse_value(format, kind, value) &&
	    parse_machine(format, kind, machine))
		return 0;
	snprintf(why, size, "bad format '%s': expected a form as %s%s", text,
		 kind->expected, kind->machine ? ", or with /i386" : "");
	return -EINVAL;
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
	default:
		snprintf(text, FORMAT_TEXT_LEN, "kind-%u", format->kind);
	}
}
