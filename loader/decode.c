// SPDX-License-Identifier: GPL-2.0
/*
 * Values as strace(1) writes them.
 */
#include <arpa/inet.h>
#include <string.h>

#include "decode.h"

#define AF_INET6_LINUX 10
#define AF_INET6_BSD 28

static void decode_char(FILE *out, unsigned char c, unsigned char next)
{
	static const char escapes[] = "\"\\\n\t\r\v\f";
	static const char letters[] = "\"\\ntrvf";
	const char *escape = c ? strchr(escapes, c) : NULL;

	if (escape)
		fprintf(out, "\\%c", letters[escape - escapes]);
	else if (c >= ' ' && c <= '~')
		fputc(c, out);
	else
		/* A digit behind it would be read as one of its own. */
		fprintf(out, next >= '0' && next <= '9' ? "\\%03o" : "\\%o", c);
}

/**
 * decode_text - bytes, with all that is not printable escaped
 * @out: where to
 * @text: the bytes
 * @size: how many
 */
void decode_text(FILE *out, const char *text, size_t size)
{
	fputc('"', out);
	for (size_t i = 0; i < size; i++)
		decode_char(out, text[i], i + 1 < size ? text[i + 1] : 0);
	fputc('"', out);
}

static void decode_enum(FILE *out, const struct arg_set *set, __u64 value)
{
	for (int i = 0; i < set->count; i++) {
		if ((__u32)set->values[i].value == (__u32)value) {
			fputs(set->values[i].name, out);
			return;
		}
	}
	fprintf(out, "%#llx", (unsigned long long)value);
}

/* A bit that another value took already is not named once more. */
static bool has_value(const struct arg_value *known, __u64 value, __u64 rest)
{
	if (!known->value)
		return known->mask ? !(value & known->mask) : !value;
	return (value & known->mask) == known->value && (rest & known->value);
}

static void decode_flags(FILE *out, const struct arg_set *set, __u64 value)
{
	const struct arg_value *known = set->values;
	const char *between = "";
	__u64 rest = value;

	for (int i = 0; i < set->count; i++, known++) {
		if (!has_value(known, value, rest))
			continue;
		fprintf(out, "%s%s", between, known->name);
		rest &= ~known->mask;
		between = "|";
	}
	if (rest)
		fprintf(out, "%s%#llx", between, (unsigned long long)rest);
	else if (!*between)
		fputc('0', out);
}

static void decode_pointer(FILE *out, __u64 value)
{
	if (value)
		fprintf(out, "%#llx", (unsigned long long)value);
	else
		fputs("NULL", out);
}

/**
 * decode_value - a value that is no address of memory
 * @out: where to
 * @arg: what it is
 * @value: the value
 * @i386: it has 32 bits
 */
void decode_value(FILE *out, const struct arg *arg, __u64 value, bool i386)
{
	switch (arg->kind) {
	case ARG_INT:
	case ARG_FD:
		fprintf(out, "%d", (int)value);
		break;
	case ARG_LONG:
		fprintf(out, "%lld", i386 ? (int)value : (long long)value);
		break;
	case ARG_UINT:
		fprintf(out, "%u", (unsigned int)value);
		break;
	case ARG_ULONG:
		fprintf(out, "%llu", (unsigned long long)value);
		break;
	case ARG_MODE:
		fprintf(out, "%#03o", (unsigned int)value);
		break;
	case ARG_ENUM:
		decode_enum(out, arg->set, value);
		break;
	case ARG_FLAGS:
		decode_flags(out, arg->set, value);
		break;
	case ARG_HEX:
		fprintf(out, "%#llx", (unsigned long long)value);
		break;
	default:
		decode_pointer(out, value);
	}
}

static __u64 field_value(const char *data, const struct arg_field *field)
{
	__u64 value = 0;

	memcpy(&value, data + field->offset, field->size);
	/* Numbers with a sign have it in their own size. */
	if (field->size == 2 && field->arg.kind == ARG_INT)
		return (__s16)value;
	if (field->size == 2 && field->arg.kind == ARG_ENUM)
		return (__s16)value;
	return value;
}

static void decode_struct(FILE *out, const struct arg_struct *layout,
			  const char *data)
{
	for (int i = 0; i < layout->count; i++) {
		const struct arg_field *field = &layout->fields[i];

		fprintf(out, "%s%s=", i ? ", " : "{", field->name);
		decode_value(out, &field->arg, field_value(data, field),
			     field->size < 8);
	}
	fputc('}', out);
}

static void decode_one(FILE *out, const struct arg *arg, const char *data)
{
	int number;

	if (arg->kind == ARG_STRUCT) {
		decode_struct(out, arg->layout, data);
		return;
	}
	memcpy(&number, data, sizeof(number));
	fprintf(out, "%d", number);
}

static size_t size_of(const struct arg *arg)
{
	return arg->kind == ARG_STRUCT ? arg->layout->size : sizeof(int);
}

/* Several, and numbers, have brackets around them. */
static void decode_array(FILE *out, const struct arg *arg, const char *data,
			 size_t got, __u64 wanted)
{
	size_t size = size_of(arg);

	if (arg->count == ARG_ONE && arg->kind == ARG_STRUCT && got >= size) {
		decode_one(out, arg, data);
		return;
	}
	fputc('[', out);
	for (size_t i = 0; size && (i + 1) * size <= got; i++) {
		fputs(i ? ", " : "", out);
		decode_one(out, arg, data + i * size);
	}
	fputs(got < wanted * size ? ", ...]" : "]", out);
}

static void decode_inet(FILE *out, const unsigned char *data)
{
	char text[INET_ADDRSTRLEN];

	fprintf(out, "AF_INET, sin_port=%u, sin_addr=%s",
		data[2] << 8 | data[3],
		inet_ntop(AF_INET, data + 4, text, sizeof(text)));
}

static void decode_inet6(FILE *out, const unsigned char *data)
{
	char text[INET6_ADDRSTRLEN];

	fprintf(out, "AF_INET6, sin6_port=%u, sin6_addr=%s",
		data[2] << 8 | data[3],
		inet_ntop(AF_INET6, data + 8, text, sizeof(text)));
}

static void decode_sockaddr(FILE *out, const char *data, size_t got, bool bsd)
{
	unsigned int family = (unsigned char)data[bsd];
	unsigned int inet6 = bsd ? AF_INET6_BSD : AF_INET6_LINUX;

	fputs("{sa_family=", out);
	if (family == AF_UNIX && got > 2) {
		fputs("AF_UNIX, sun_path=", out);
		decode_text(out, data + 2, strnlen(data + 2, got - 2));
	} else if (family == AF_INET && got >= 8) {
		decode_inet(out, (const unsigned char *)data);
	} else if (family == inet6 && got >= 24) {
		decode_inet6(out, (const unsigned char *)data);
	} else {
		fprintf(out, "%u", family);
	}
	fputc('}', out);
}

/* How many there are, as far as is known. */
static __u64 wanted_of(const struct decoding *decoding, const struct arg *arg)
{
	switch (arg->count) {
	case ARG_CONSTANT:
		return arg->number;
	case ARG_BY_ARG:
		return decoding->event->args[arg->number];
	case ARG_BY_RESULT:
		return decoding->event->ret;
	default:
		return 1;
	}
}

static void decode_memory(FILE *out, const struct decoding *decoding,
			  const struct arg *arg, const char *data, size_t got)
{
	switch (arg->kind) {
	case ARG_STRING:
	case ARG_PATH:
		decode_text(out, data, strnlen(data, got));
		/* Without its NUL in what there was room for. */
		if (got == OBSERVE_SLOT_SIZE && !data[got - 2])
			return;
		if (got == OBSERVE_SLOT_SIZE)
			fputs("...", out);
		break;
	case ARG_BUFFER:
		decode_text(out, data, got);
		if (got < wanted_of(decoding, arg))
			fputs("...", out);
		break;
	case ARG_SOCKADDR:
	case ARG_BSD_SOCKADDR:
		decode_sockaddr(out, data, got, arg->kind == ARG_BSD_SOCKADDR);
		break;
	default:
		decode_array(out, arg, data, got, wanted_of(decoding, arg));
	}
}

static const struct arg unknown = { .kind = ARG_HEX };

static const struct arg *arg_at(const struct decoding *decoding, int index)
{
	return decoding->call ? &decoding->call->args[index] : &unknown;
}

/**
 * decode_count - how many arguments a call has
 * @decoding: the call
 *
 * Return: the number; all that there can be if nothing is known about it.
 */
int decode_count(const struct decoding *decoding)
{
	const struct arg_call *call = decoding->call;
	int count = call ? call->count : ABIMUX_NR_ARGS;

	while (call && count) {
		const struct arg *arg = &call->args[count - 1];

		if (!arg->bits ||
		    (decoding->event->args[arg->when] & arg->bits))
			break;
		count--;
	}
	return count;
}

/**
 * decode_has - whether all of an argument is known, or ever will be
 * @decoding: the call
 * @index: which argument
 *
 * Return: whether it is.
 */
bool decode_has(const struct decoding *decoding, int index)
{
	int slot = decoding->slots[index];

	return slot < 0 || !decoding->event->args[index] ||
	       decoding->event->got[slot] >= 0;
}

/**
 * decode_arg - an argument
 * @out: where to
 * @decoding: the call
 * @index: which argument
 */
void decode_arg(FILE *out, const struct decoding *decoding, int index)
{
	const struct observe_event *event = decoding->event;
	const struct arg *arg = arg_at(decoding, index);
	int slot = decoding->slots[index];

	if (slot < 0 || !event->args[index] || event->got[slot] < 0)
		decode_value(out, arg, event->args[index], decoding->i386);
	else
		decode_memory(out, decoding, arg, event->data[slot],
			      event->got[slot]);
}
