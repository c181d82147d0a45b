// SPDX-License-Identifier: GPL-2.0
/*
 * Tables as text: the lines of the kernel's syscall_64.tbl after a header.
 *
 * Nothing here knows of BPF, so that it can be tested and fuzzed as a plain
 * program.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "compiler.h"
#include "natives.h"
#include "scan.h"
#include "tblfile.h"

/* Longest name of a call that goes into struct tbl.names. */
#define NAME_MAX_LEN (ABIMUX_NAME_LEN - 1)
/* From 512 on, numbers are the kernel's own: ERESTARTSYS and the like. */
#define FOREIGN_ERRNO_MAX 511
/* Largest distance of the arguments from the stack pointer. */
#define STACK_MAX 4096

/* Messages that are too long for the lines where they are used. */
#define BAD_ERRNO "'%s' is no Linux errno: expected a name as EAGAIN"
#define LATE_HEADER "'%s' after the first call: expected it before all calls"
#define UNKNOWN_LINE \
	"unknown word '%s': expected the number of a call, or table, program, native, number, args, error, errno or include"
#define ORDER_SAME "argument 0 for all six: that cannot be written as data"
#define NO_NATIVE \
	"'%s' is no native call of %s: expected a name of its syscall table, as sys_read"
#define OP_ALONE \
	"'op' in a table without a program: expected 'program FILE' in the header, or a native call"
#define OP_ORDER "an order of arguments with 'op': expected none"
#define TWICE "call %lu is there twice, first in line %u: expected it once"
#define I386_ARGS \
	"i386 programs do not have the registers of 'syscall': expected int80 or stack"
#define AMD64_ARGS \
	"amd64 programs do not use int 0x80: expected syscall or stack"
#define AMD64_NUMBER "amd64's SYSCALL overwrites rcx: expected another register"
#define NO_CALL \
	"the table has no call: expected '<number> common <name> <entry>'"

const char *const tbl_number_words[ABIMUX_NR_NUMBERS] = {
	[ABIMUX_NUMBER_AX] = "rax", [ABIMUX_NUMBER_BX] = "rbx",
	[ABIMUX_NUMBER_CX] = "rcx", [ABIMUX_NUMBER_DX] = "rdx",
	[ABIMUX_NUMBER_SI] = "rsi", [ABIMUX_NUMBER_DI] = "rdi",
	[ABIMUX_NUMBER_BP] = "rbp",
};

const char *const tbl_args_words[ABIMUX_NR_ARGS_KINDS] = {
	[ABIMUX_ARGS_SYSCALL] = "syscall",
	[ABIMUX_ARGS_INT80] = "int80",
	[ABIMUX_ARGS_STACK] = "stack",
};

const char *const tbl_error_words[ABIMUX_NR_ERRORS] = {
	[ABIMUX_ERROR_NEGATIVE] = "negative",
	[ABIMUX_ERROR_CARRY] = "carry",
	[ABIMUX_ERROR_MINUS_ONE] = "minus-one",
};

const char *const tbl_native_words[ABIMUX_NR_NATIVES] = {
	[ABIMUX_NATIVE_AMD64] = "amd64",
	[ABIMUX_NATIVE_I386] = "i386",
};

const char *const tbl_kind_words[] = {
	[ABIMUX_ENTRY_MISSING] = "missing",
	[ABIMUX_ENTRY_NATIVE] = "native",
	[ABIMUX_ENTRY_OP] = "op",
};

enum {
	HEADER_TABLE,
	HEADER_PROGRAM,
	HEADER_NATIVE,
	HEADER_NUMBER,
	HEADER_ARGS,
	HEADER_ERROR,
	HEADER_ERRNO,
	HEADER_INCLUDE,
	NR_HEADERS,
};

/* A place in the file, both from 1. */
struct place {
	unsigned int line;
	unsigned int column;
};

/**
 * struct parser - state while one file is parsed
 * @s: where it is being read; first, so that what has this has the parser
 * @tbl: what comes out
 * @entries: whether the header is over
 * @include: whether native calls fill the gaps
 * @headers: where the value of each header line is; line 0 if there is none
 * @defined: line in which each number was defined, or 0
 */
struct parser {
	struct scan s;
	struct tbl *tbl;
	bool entries;
	bool include;
	struct place headers[NR_HEADERS];
	unsigned int defined[ABIMUX_NR_CALLS];
};

static int header_table(struct parser *p)
{
	return scan_name(&p->s, p->tbl->data.name, ABIMUX_NAME_LEN - 1,
			 "the table's name");
}

static int header_program(struct parser *p)
{
	return scan_name(&p->s, p->tbl->program, TBL_FILE_LEN - 1,
			 "the name of an object file");
}

static int header_native(struct parser *p)
{
	return scan_choice(&p->s, tbl_native_words, ABIMUX_NR_NATIVES,
			   &p->tbl->data.convention.native);
}

static int header_number(struct parser *p)
{
	return scan_choice(&p->s, tbl_number_words, ABIMUX_NR_NUMBERS,
			   &p->tbl->data.convention.number);
}

static int header_args(struct parser *p)
{
	struct abimux_convention *convention = &p->tbl->data.convention;
	struct word word;
	unsigned long value;
	int err;

	err = scan_choice(&p->s, tbl_args_words, ABIMUX_NR_ARGS_KINDS,
			  &convention->args);
	if (err || convention->args != ABIMUX_ARGS_STACK)
		return err;
	scan_word(&p->s, &word);
	err = scan_number(&p->s, &word, 0, STACK_MAX,
			  "the bytes from the stack pointer", &value);
	convention->stack = value;
	return err;
}

static int header_error(struct parser *p)
{
	return scan_choice(&p->s, tbl_error_words, ABIMUX_NR_ERRORS,
			   &p->tbl->data.convention.error);
}

static int header_errno(struct parser *p)
{
	struct word name, number;
	unsigned long value, foreign;
	int err;

	scan_word(&p->s, &name);
	if (!name.len)
		return scan_fail(&p->s, name.column,
				 "expected a Linux errno, by name or number");
	value = native_errno(name.text);
	if (!value && name.text[0] == 'E')
		return scan_fail(&p->s, name.column, BAD_ERRNO, name.text);
	if (!value) {
		err = scan_number(&p->s, &name, 1, ABIMUX_NR_ERRNO - 1,
				  "a Linux errno", &value);
		if (err)
			return err;
	}
	scan_word(&p->s, &number);
	err = scan_number(&p->s, &number, 1, FOREIGN_ERRNO_MAX,
			  "the table's own errno", &foreign);
	if (err)
		return err;
	if (p->tbl->data.errnos[value])
		return scan_fail(&p->s, name.column,
				 "errno %s (%lu) is there twice", name.text,
				 value);
	p->tbl->data.errnos[value] = foreign;
	return 0;
}

static int header_include(struct parser *p)
{
	static const char *const words[] = { ABIMUX_NATIVE_TABLE };
	__u8 choice;

	p->include = true;
	return scan_choice(&p->s, words, ARRAY_SIZE(words), &choice);
}

/**
 * struct header - a line before the entries
 * @word: its first word
 * @parse: reads the rest of it
 */
static const struct header {
	const char *word;
	int (*parse)(struct parser *p);
} headers[] = {
	[HEADER_TABLE] = { "table", header_table },
	[HEADER_PROGRAM] = { "program", header_program },
	[HEADER_NATIVE] = { "native", header_native },
	[HEADER_NUMBER] = { "number", header_number },
	[HEADER_ARGS] = { "args", header_args },
	[HEADER_ERROR] = { "error", header_error },
	[HEADER_ERRNO] = { "errno", header_errno },
	[HEADER_INCLUDE] = { "include", header_include },
};

static bool has_header(const struct parser *p, unsigned int header)
{
	return p->headers[header].line;
}

/* Where the next word is, without taking it. */
static struct place next_place(struct parser *p)
{
	const char *pos = p->s.pos;
	struct word word;

	scan_word(&p->s, &word);
	p->s.pos = pos;
	return (struct place){ p->s.line, word.column };
}

static int parse_header(struct parser *p, const struct word *word)
{
	int err;

	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		if (strcmp(headers[i].word, word->text))
			continue;
		if (p->entries)
			return scan_fail(&p->s, word->column, LATE_HEADER,
					 word->text);
		if (has_header(p, i) && i != HEADER_ERRNO)
			return scan_fail(
				&p->s, word->column,
				"'%s' is there twice: expected it once",
				word->text);
		if (i != HEADER_TABLE && !has_header(p, HEADER_TABLE))
			return scan_fail(&p->s, word->column,
					 "expected 'table NAME' before '%s'",
					 word->text);
		p->headers[i] = next_place(p);
		err = headers[i].parse(p);
		return err ?: scan_end(&p->s);
	}
	return scan_fail(&p->s, word->column, UNKNOWN_LINE, word->text);
}

/* The order of arguments: what stands between ( and ) after a native call. */
static int parse_order(struct parser *p, const char *list, unsigned int column,
		       __u32 *order)
{
	static const char expected[] =
		"expected up to six of 0 to 5 or '-', with commas, in ( and )";
	__u32 fields = 0;
	int i;

	for (i = 0; i < ABIMUX_NR_ARGS; i++) {
		__u32 field = ABIMUX_ORDER_ZERO;

		if (*list == ')')
			break;
		if (*list >= '0' && *list < '0' + ABIMUX_NR_ARGS)
			field = *list - '0';
		else if (*list != '-')
			return scan_fail(&p->s, column,
					 "bad argument '%.1s': %s", list,
					 expected);
		fields |= field << (4 * i);
		list++;
		column++;
		if (*list == ',' && list[1] != ')') {
			list++;
			column++;
		} else if (*list != ')') {
			return scan_fail(&p->s, column,
					 "bad list of arguments: %s", expected);
		}
	}
	if (list[0] != ')' || list[1])
		return scan_fail(&p->s, column, "bad list of arguments: %s",
				 expected);
	for (; i < ABIMUX_NR_ARGS; i++)
		fields |= (__u32)ABIMUX_ORDER_ZERO << (4 * i);
	if (fields == ABIMUX_ORDER_SAME)
		return scan_fail(&p->s, column, ORDER_SAME);
	*order = fields;
	return 0;
}

static int parse_native(struct parser *p, const char *name, char *text,
			unsigned int column, struct abimux_entry *entry)
{
	int native = p->tbl->data.convention.native;
	char *list = strchr(text, '(');
	const struct native_call *call;

	if (list)
		*list++ = '\0';
	call = native_find(native, name, text);
	if (!call)
		return scan_fail(&p->s, column, NO_NATIVE, text,
				 tbl_native_words[native]);
	entry->native = call->nr;
	if (!list)
		return 0;
	return parse_order(p, list, column + (list - text), &entry->order);
}

static int parse_op(struct parser *p, const char *name, struct word *word,
		    struct abimux_entry *entry)
{
	entry->kind = ABIMUX_ENTRY_OP;
	if (!*p->tbl->program)
		return scan_fail(&p->s, word->column, OP_ALONE);
	if (!word->text[2])
		return 0;
	if (strchr(word->text, '('))
		return scan_fail(&p->s, word->column, OP_ORDER);
	return parse_native(p, name, word->text + 3, word->column + 3, entry);
}

/* Lines copied from the kernel have two more words: a compat entry and noreturn. */
static int skip_compat(struct parser *p)
{
	struct word word;

	scan_word(&p->s, &word);
	if (!word.len)
		return 0;
	if (strcmp(word.text, "-") && strncmp(word.text, "compat_sys_", 11))
		return scan_fail(
			&p->s, word.column,
			"unexpected '%s': expected the end of the line",
			word.text);
	scan_word(&p->s, &word);
	if (word.len && strcmp(word.text, "noreturn"))
		return scan_fail(
			&p->s, word.column,
			"unexpected '%s': expected the end of the line",
			word.text);
	return scan_end(&p->s);
}

static int parse_action(struct parser *p, const char *name,
			struct abimux_entry *entry)
{
	struct word word;
	int err;

	scan_word(&p->s, &word);
	if (!word.len)
		return 0;
	if (word.len > WORD_MAX_LEN)
		return scan_fail(&p->s, word.column,
				 "word of %zu characters: expected at most %d",
				 word.len, WORD_MAX_LEN);
	if (!strcmp(word.text, "op") || !strncmp(word.text, "op:", 3)) {
		err = parse_op(p, name, &word, entry);
	} else {
		entry->kind = ABIMUX_ENTRY_NATIVE;
		err = parse_native(p, name, word.text, word.column, entry);
	}
	return err ?: skip_compat(p);
}

/* The abi column says nothing here, but a word of another kind is a typo. */
static int parse_abi(struct parser *p)
{
	static const char *const words[] = { "common", "64", "i386" };
	__u8 choice;

	return scan_choice(&p->s, words, ARRAY_SIZE(words), &choice);
}

static int parse_entry(struct parser *p, const struct word *word)
{
	unsigned long nr;
	char *name;
	int err;

	if (!has_header(p, HEADER_TABLE))
		return scan_fail(&p->s, word->column,
				 "expected 'table NAME' before the first call");
	p->entries = true;
	err = scan_number(&p->s, word, 0, ABIMUX_NR_CALLS - 1,
			  "the number of a call", &nr);
	if (err)
		return err;
	if (p->defined[nr])
		return scan_fail(&p->s, word->column, TWICE, nr,
				 p->defined[nr]);
	p->defined[nr] = p->s.line;
	name = p->tbl->names[nr];
	err = parse_abi(p);
	if (!err)
		err = scan_name(&p->s, name, NAME_MAX_LEN,
				"the name of the call");
	return err ?: parse_action(p, name, &p->tbl->data.entries[nr]);
}

static int parse_line(struct scan *s)
{
	struct parser *p = (struct parser *)s;
	struct word word;

	scan_word(&p->s, &word);
	if (!word.len)
		return 0;
	if (word.text[0] >= '0' && word.text[0] <= '9')
		return parse_entry(p, &word);
	return parse_header(p, &word);
}

/* All native calls in numbers that the file does not mention. */
static void include_native(struct parser *p)
{
	struct abimux_entry *entry;
	const struct native_call *call;
	size_t count;

	call = native_calls(p->tbl->data.convention.native, &count);
	for (; count; call++, count--) {
		if (call->nr >= ABIMUX_NR_CALLS || p->defined[call->nr])
			continue;
		entry = &p->tbl->data.entries[call->nr];
		snprintf(p->tbl->names[call->nr], ABIMUX_NAME_LEN, "%s",
			 call->name);
		if (!*call->entry)
			continue;
		entry->kind = ABIMUX_ENTRY_NATIVE;
		entry->native = call->nr;
	}
}

/* What the processor itself rules out. */
static int check_machine(struct parser *p)
{
	struct abimux_convention *convention = &p->tbl->data.convention;
	bool i386 = convention->native == ABIMUX_NATIVE_I386;
	unsigned int header = HEADER_ARGS;
	const char *message = NULL;

	if (i386 && convention->args == ABIMUX_ARGS_SYSCALL)
		message = I386_ARGS;
	else if (!i386 && convention->args == ABIMUX_ARGS_INT80)
		message = AMD64_ARGS;
	if (!message && !i386 && convention->number == ABIMUX_NUMBER_CX) {
		message = AMD64_NUMBER;
		header = HEADER_NUMBER;
	}
	if (!message)
		return 0;
	p->s.line = p->headers[header].line;
	return scan_fail(&p->s, p->headers[header].column, "%s", message);
}

static int finish(struct parser *p)
{
	struct abimux_convention *convention = &p->tbl->data.convention;

	if (!has_header(p, HEADER_TABLE))
		return scan_fail(&p->s, 1,
				 "the file is empty: expected 'table NAME'");
	if (!p->entries && !p->include)
		return scan_fail(&p->s, 1, NO_CALL);
	if (!has_header(p, HEADER_ARGS))
		convention->args = convention->native == ABIMUX_NATIVE_I386 ?
					   ABIMUX_ARGS_INT80 :
					   ABIMUX_ARGS_SYSCALL;
	if (p->include)
		include_native(p);
	return check_machine(p);
}

/**
 * tbl_parse - read a table from text
 * @tbl: what the text says
 * @text: the text, not necessarily NUL-terminated
 * @size: bytes of it
 * @err: on failure, what is wrong and where
 *
 * Return: 0, or -EINVAL with @err filled in; @tbl is undefined then.
 */
int tbl_parse(struct tbl *tbl, const char *text, size_t size,
	      struct tbl_error *err)
{
	struct parser p = {
		.s = { .err = err,
		       .pos = text,
		       .end = text + size,
		       .start = text,
		       .line = 1 },
		.tbl = tbl,
	};

	memset(tbl, 0, sizeof(*tbl));
	return scan_check(&p.s) ?: scan_lines(&p.s, parse_line) ?: finish(&p);
}

static int parse_ctx(void *ctx, const char *text, size_t size,
		     struct tbl_error *err)
{
	return tbl_parse(ctx, text, size, err);
}

/**
 * tbl_read - read a table from a file
 * @tbl: what the file says
 * @path: the file
 * @err: on failure, what is wrong and where; line 0 if the file cannot be read
 *
 * Return: 0, -EINVAL if the file is not a table, or the errno of reading it.
 */
int tbl_read(struct tbl *tbl, const char *path, struct tbl_error *err)
{
	return scan_file(path, err, parse_ctx, tbl);
}

/**
 * tbl_entries - how many entries of a kind a table has
 * @data: the table
 * @kind: ABIMUX_ENTRY_*
 *
 * Return: the number.
 */
int tbl_entries(const struct abimux_table_data *data, int kind)
{
	int count = 0;

	for (int i = 0; i < ABIMUX_NR_CALLS; i++)
		count += data->entries[i].kind == kind;
	return count;
}
