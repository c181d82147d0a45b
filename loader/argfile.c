// SPDX-License-Identifier: GPL-2.0
/*
 * Files that say what the arguments of a table's calls are, for people who read
 * traces:
 *
 *	set NAME		values with names, each in a line of its own
 *		VALUE[/MASK]	WORD
 *	struct NAME SIZE	a structure, and those of its fields that matter
 *		FIELD OFFSET SIZE KIND
 *	CALL [KIND...] [-> KIND] [%CLASS...]
 *
 * KIND is int, long, uint, ulong, hex, mode, ptr, fd, @SET (one of its values),
 * |SET (several), path or str (text up to a NUL), buf[N] (as many bytes as argument
 * N says, from 0), *STRUCT or *int (the address of one), sockaddr[N], bsd-sockaddr[N].
 * [=4] means four, [ret] as many as the call returns. A '>' before it: the call writes
 * there. '?N&BITS' behind it: only if argument N has one of these bits.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "argfile.h"
#include "compiler.h"

#define BLANKS " \t"

/* Bytes of a line, and of a structure. */
#define LINE_LEN 400
#define STRUCT_SIZE_MAX 256

/**
 * struct reader - a file being read
 * @file: what it says
 * @error: what is wrong in it
 * @set: the set that lines with a tab belong to, or NULL
 * @layout: the structure that they belong to, or NULL
 */
struct reader {
	struct argfile *file;
	struct argfile_error *error;
	struct arg_set *set;
	struct arg_struct *layout;
};

__printf(2, 3) static int bad(struct reader *reader, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(reader->error->message, sizeof(reader->error->message), fmt,
		  args);
	va_end(args);
	return -EINVAL;
}

static int no_memory(struct reader *reader)
{
	bad(reader, "no memory");
	return -ENOMEM;
}

/* Takes the next word of a line; NULL: there is none. */
static char *next_word(char **line)
{
	char *word = *line + strspn(*line, BLANKS);

	if (!*word)
		return NULL;
	*line = word + strcspn(word, BLANKS);
	if (**line)
		*(*line)++ = '\0';
	return word;
}

static int copy_word(struct reader *reader, char to[ARG_WORD_LEN],
		     const char *word)
{
	if (!word)
		return bad(reader, "a name is missing");
	if (strlen(word) >= ARG_WORD_LEN)
		return bad(reader, "'%.50s' is too long", word);
	memcpy(to, word, strlen(word) + 1);
	return 0;
}

static int take_number(struct reader *reader, const char *word, __u64 *value,
		       char **end)
{
	if (!word)
		return bad(reader, "a number is missing");
	errno = 0;
	*value = *word == '-' ? (__u64)strtoll(word, end, 0) :
				strtoull(word, end, 0);
	if (errno || *end == word)
		return bad(reader, "'%.50s' is no number", word);
	return 0;
}

static int take_size(struct reader *reader, const char *word,
		     unsigned int *size)
{
	__u64 value;
	char *end;
	int err = take_number(reader, word, &value, &end);

	if (err)
		return err;
	if (*end || value > STRUCT_SIZE_MAX)
		return bad(reader, "'%.50s' is no number up to %d", word,
			   STRUCT_SIZE_MAX);
	*size = value;
	return 0;
}

static const struct arg_struct *find_struct(const struct argfile *file,
					    const char *name)
{
	const struct arg_struct *layout = file->structs;

	while (layout && strcmp(layout->name, name))
		layout = layout->next;
	return layout;
}

/**
 * argfile_set - a set of a file
 * @file: what the file says
 * @name: name of the set
 *
 * Return: the set, or NULL.
 */
const struct arg_set *argfile_set(const struct argfile *file, const char *name)
{
	const struct arg_set *set = file->sets;

	while (set && strcmp(set->name, name))
		set = set->next;
	return set;
}

/**
 * argfile_call - what a file says about a call
 * @file: what the file says
 * @name: name of the call
 *
 * Return: the call, or NULL.
 */
const struct arg_call *argfile_call(const struct argfile *file,
				    const char *name)
{
	const struct arg_call *call = file->calls;

	while (call && strcmp(call->name, name))
		call = call->next;
	return call;
}

static int set_of(struct reader *reader, struct arg *arg, const char *name)
{
	arg->set = argfile_set(reader->file, name);
	return arg->set ? 0 : bad(reader, "no set '%.50s' above", name);
}

static int struct_of(struct reader *reader, struct arg *arg, const char *name)
{
	if (!strcmp(name, "int")) {
		arg->kind = ARG_INTS;
		return 0;
	}
	arg->kind = ARG_STRUCT;
	arg->layout = find_struct(reader->file, name);
	return arg->layout ? 0 : bad(reader, "no struct '%.50s' above", name);
}

static int kind_of(struct reader *reader, struct arg *arg, const char *word)
{
	static const struct {
		const char *word;
		enum arg_kind kind;
	} kinds[] = {
		{ "hex", ARG_HEX },
		{ "int", ARG_INT },
		{ "long", ARG_LONG },
		{ "uint", ARG_UINT },
		{ "ulong", ARG_ULONG },
		{ "mode", ARG_MODE },
		{ "ptr", ARG_PTR },
		{ "fd", ARG_FD },
		{ "str", ARG_STRING },
		{ "path", ARG_PATH },
		{ "buf", ARG_BUFFER },
		{ "sockaddr", ARG_SOCKADDR },
		{ "bsd-sockaddr", ARG_BSD_SOCKADDR },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(kinds[i].word, word)) {
			arg->kind = kinds[i].kind;
			return 0;
		}
	}
	return bad(reader, "'%.50s' is no kind of argument", word);
}

static int count_of(struct reader *reader, struct arg *arg, const char *text)
{
	char *end;
	__u64 value;
	int err;

	if (!strcmp(text, "ret]")) {
		arg->count = ARG_BY_RESULT;
		return 0;
	}
	arg->count = *text == '=' ? ARG_CONSTANT : ARG_BY_ARG;
	err = take_number(reader, text + (*text == '='), &value, &end);
	if (err)
		return err;
	if (strcmp(end, "]") || value > STRUCT_SIZE_MAX ||
	    (arg->count == ARG_BY_ARG && value >= ABIMUX_NR_ARGS))
		return bad(reader,
			   "'[%.50s': expected [ret], [=NUMBER] or [ARGUMENT]",
			   text);
	arg->number = value;
	return 0;
}

static int condition_of(struct reader *reader, struct arg *arg,
			const char *text)
{
	char *end;
	__u64 value;
	int err = take_number(reader, text, &value, &end);

	if (err)
		return err;
	if (value >= ABIMUX_NR_ARGS || *end != '&')
		return bad(reader, "'?%.50s': expected ?ARGUMENT&BITS", text);
	arg->when = value;
	return take_number(reader, end + 1, &arg->bits, &end);
}

/* A word that says what an argument is. */
static int parse_arg(struct reader *reader, struct arg *arg, char *word)
{
	char *condition = strchr(word, '?'), *count = strchr(word, '[');
	int err = 0;

	*arg = (struct arg){};
	if (condition) {
		*condition = '\0';
		err = condition_of(reader, arg, condition + 1);
	}
	if (!err && count) {
		*count = '\0';
		err = count_of(reader, arg, count + 1);
	}
	if (err)
		return err;
	arg->out = *word == '>';
	word += arg->out;
	switch (*word) {
	case '@':
		arg->kind = ARG_ENUM;
		return set_of(reader, arg, word + 1);
	case '|':
		arg->kind = ARG_FLAGS;
		return set_of(reader, arg, word + 1);
	case '*':
		return struct_of(reader, arg, word + 1);
	default:
		return kind_of(reader, arg, word);
	}
}

static int begin_set(struct reader *reader, char *line)
{
	struct arg_set *set = calloc(1, sizeof(*set));

	if (!set)
		return no_memory(reader);
	set->next = reader->file->sets;
	reader->file->sets = set;
	reader->set = set;
	return copy_word(reader, set->name, next_word(&line));
}

static int begin_struct(struct reader *reader, char *line)
{
	struct arg_struct *layout = calloc(1, sizeof(*layout));
	int err;

	if (!layout)
		return no_memory(reader);
	layout->next = reader->file->structs;
	reader->file->structs = layout;
	reader->layout = layout;
	err = copy_word(reader, layout->name, next_word(&line));
	return err ?: take_size(reader, next_word(&line), &layout->size);
}

static int add_value(struct reader *reader, char *line)
{
	struct arg_set *set = reader->set;
	struct arg_value *value = &set->values[set->count];
	char *end;
	int err;

	if (set->count == ARG_MAX_VALUES)
		return bad(reader, "more than %d values in a set",
			   ARG_MAX_VALUES);
	err = take_number(reader, next_word(&line), &value->value, &end);
	if (err)
		return err;
	value->mask = value->value;
	if (*end == '/')
		err = take_number(reader, end + 1, &value->mask, &end);
	if (err || *end)
		return err ?: bad(reader, "'%.50s' behind a number", end);
	set->count++;
	return copy_word(reader, value->name, next_word(&line));
}

static int add_field(struct reader *reader, char *line)
{
	struct arg_struct *layout = reader->layout;
	struct arg_field *field = &layout->fields[layout->count];
	char *word;
	int err;

	if (layout->count == ARG_MAX_FIELDS)
		return bad(reader, "more than %d fields in a struct",
			   ARG_MAX_FIELDS);
	err = copy_word(reader, field->name, next_word(&line));
	err = err ?: take_size(reader, next_word(&line), &field->offset);
	err = err ?: take_size(reader, next_word(&line), &field->size);
	word = next_word(&line);
	if (err || !word)
		return err ?: bad(reader, "the kind of the field is missing");
	if (field->size > 8 || field->offset + field->size > layout->size)
		return bad(reader, "the field does not fit");
	layout->count++;
	err = parse_arg(reader, &field->arg, word);
	if (!err && field->arg.kind >= ARG_STRING)
		return bad(reader, "a field cannot point to anything");
	return err;
}

static int add_class(struct reader *reader, struct arg_call *call,
		     const char *word)
{
	int i = 0;

	while (i < ARG_MAX_CLASSES && *call->classes[i])
		i++;
	if (i == ARG_MAX_CLASSES)
		return bad(reader, "more than %d classes", ARG_MAX_CLASSES);
	return copy_word(reader, call->classes[i], word);
}

static int add_arg(struct reader *reader, struct arg_call *call, char *word)
{
	if (call->count == ABIMUX_NR_ARGS)
		return bad(reader, "more than %d arguments", ABIMUX_NR_ARGS);
	return parse_arg(reader, &call->args[call->count++], word);
}

static int take_result(struct reader *reader, struct arg_call *call, char *word)
{
	if (!word)
		return bad(reader, "no kind of result behind '->'");
	return parse_arg(reader, &call->result, word);
}

static int add_call(struct reader *reader, const char *name, char *line)
{
	struct arg_call *call = calloc(1, sizeof(*call));
	char *word;
	int err;

	if (!call)
		return no_memory(reader);
	call->next = reader->file->calls;
	reader->file->calls = call;
	call->result.kind = ARG_LONG;
	err = copy_word(reader, call->name, name);
	while (!err && (word = next_word(&line))) {
		if (*word == '%')
			err = add_class(reader, call, word + 1);
		else if (strcmp(word, "->"))
			err = add_arg(reader, call, word);
		else
			err = take_result(reader, call, next_word(&line));
	}
	return err;
}

static int parse_line(struct reader *reader, char *line)
{
	bool inside = strchr(BLANKS, *line);
	char *word;

	if (inside && !line[strspn(line, BLANKS)])
		return 0;
	if (inside && reader->set)
		return add_value(reader, line);
	if (inside && reader->layout)
		return add_field(reader, line);
	if (inside)
		return bad(reader,
			   "a line with a tab belongs to no set or struct");
	reader->set = NULL;
	reader->layout = NULL;
	word = next_word(&line);
	if (!strcmp(word, "set"))
		return begin_set(reader, line);
	if (!strcmp(word, "struct"))
		return begin_struct(reader, line);
	return add_call(reader, word, line);
}

/* Copies a line without its end and its comment; false if it is too long. */
static bool copy_line(char line[LINE_LEN], const char *text, size_t size)
{
	const char *comment = memchr(text, '#', size);

	if (comment)
		size = comment - text;
	if (size >= LINE_LEN)
		return false;
	memcpy(line, text, size);
	line[size] = '\0';
	return true;
}

/* Names go to terminals, and so does what is said about a bad line. */
static bool is_text(const char *line)
{
	for (; *line; line++) {
		if (*line != '\t' && (*line < ' ' || *line > '~'))
			return false;
	}
	return true;
}

/**
 * argfile_parse - read what arguments calls have
 * @file: empty, or with what another file says; gets what this text says
 * @text: the text, not necessarily NUL-terminated
 * @size: bytes of it
 * @error: on failure, what is wrong
 *
 * Return: 0, %-EINVAL or %-ENOMEM.
 */
int argfile_parse(struct argfile *file, const char *text, size_t size,
		  struct argfile_error *error)
{
	struct reader reader = { .file = file, .error = error };
	const char *end = text + size, *eol;
	char line[LINE_LEN];
	int err = 0;

	error->line = 0;
	for (; !err && text < end; text = eol + 1) {
		error->line++;
		eol = memchr(text, '\n', end - text) ?: end;
		if (!copy_line(line, text, eol - text))
			err = bad(&reader, "the line is too long");
		else if (!is_text(line))
			err = bad(&reader, "the line is no plain text");
		else if (*line)
			err = parse_line(&reader, line);
	}
	return err;
}

/* All lists begin with the address of what comes next. */
static void free_list(void *first)
{
	for (void *entry = first, *next; entry; entry = next) {
		next = *(void **)entry;
		free(entry);
	}
}

/**
 * argfile_free - forget what files say
 * @file: what they say
 */
void argfile_free(struct argfile *file)
{
	free_list(file->sets);
	free_list(file->structs);
	free_list(file->calls);
	*file = (struct argfile){};
}
