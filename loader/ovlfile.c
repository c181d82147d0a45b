// SPDX-License-Identifier: GPL-2.0
/*
 * Overlays as text: a list of native calls by name, and what becomes of each.
 *
 * One list is for programs of amd64 and of i386: a name stands for the call that
 * has it in syscall_64.tbl, and for the one in syscall_32.tbl.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "natives.h"
#include "ovlfile.h"

#define NAME_MAX_LEN (ABIMUX_NAME_LEN - 1)
#define ORDER_MAX 1000000
/* Calls that one file can name: those of both tables. */
#define MAX_LISTED (2 * ABIMUX_NR_NATIVE_CALLS)

/* Messages that are too long for the lines where they are used. */
#define NO_CALL "'%s' is no native call, neither of amd64 nor of i386"
#define NO_ACTION \
	"unknown action '%s': expected pass, log, kill or an errno as EPERM"
#define BAD_ORDER "bad order '%s': expected a number from -%d to %d"
#define NO_DEFAULT \
	"no default: expected 'default EPERM' or ENOSYS, kill, log or pass, for calls that are not listed"
#define RING \
	"%s passes: what it starts makes calls that no list sees; refuse it, or write 'unsafe io_uring'"
#define ESSENTIAL "%s is refused: no program of this overlay can %s"
#define THROUGH_OTHERS \
	"%s passes: with it a program can act through others that have no such list"

/**
 * struct essential - a call that a program cannot do without
 * @name: its name
 * @loss: what no program could do
 */
static const struct essential {
	const char *name;
	const char *loss;
} essentials[] = {
	{ "rt_sigreturn", "return from a handler of a signal" },
	{ "sigreturn", "return from a handler of a signal" },
	{ "restart_syscall", "go on sleeping after it was stopped" },
	{ "exit", "end a thread" },
	{ "exit_group", "end" },
};

static const char *const rings[] = { "io_uring_setup", "io_uring_enter",
				     "io_uring_register" };
static const char *const through_others[] = { "ptrace", "process_vm_writev" };

/**
 * struct listed - a line with a call
 * @name: the call
 * @line: the line
 */
struct listed {
	char name[ABIMUX_NAME_LEN];
	unsigned int line;
};

/**
 * struct parser - state while one file is parsed
 * @s: where it is being read; first, so that what has this has the parser
 * @ovl: what comes out
 * @has_order: whether the order was given
 * @has_default: in which line the default was, or 0
 * @unsafe: whether calls may pass that no list sees through
 * @count: lines with a call so far
 * @listed: these lines
 */
struct parser {
	struct scan s;
	struct ovl *ovl;
	bool has_order;
	unsigned int has_default;
	bool unsafe;
	unsigned int count;
	struct listed listed[MAX_LISTED];
};

static void set_call(struct abimux_overlay_data *data, const char *name,
		     __u8 action)
{
	const struct native_call *call;

	call = native_named(ABIMUX_NATIVE_AMD64, name);
	if (call && call->nr < ABIMUX_NR_NATIVE_CALLS)
		data->amd64[call->nr] = action;
	call = native_named(ABIMUX_NATIVE_I386, name);
	if (call && call->nr < ABIMUX_NR_NATIVE_CALLS)
		data->i386[call->nr] = action;
}

/* What becomes of a call: of the machine that has it, amd64 first. */
static __u8 get_call(const struct abimux_overlay_data *data, const char *name)
{
	const struct native_call *call;

	call = native_named(ABIMUX_NATIVE_AMD64, name);
	if (call && call->nr < ABIMUX_NR_NATIVE_CALLS)
		return data->amd64[call->nr];
	call = native_named(ABIMUX_NATIVE_I386, name);
	if (call && call->nr < ABIMUX_NR_NATIVE_CALLS)
		return data->i386[call->nr];
	return data->others;
}

static int parse_action(struct scan *s, const struct word *word, __u8 *action)
{
	int number = native_errno(word->text);

	if (!strcmp(word->text, "pass"))
		*action = ABIMUX_NATIVE_PASS;
	else if (!strcmp(word->text, "log"))
		*action = ABIMUX_NATIVE_LOG;
	else if (!strcmp(word->text, "kill"))
		*action = ABIMUX_NATIVE_KILL;
	else if (number > 0 && number < ABIMUX_NATIVE_LOG)
		*action = number;
	else if (!word->len)
		return scan_fail(s, word->column,
				 "expected pass, log, kill or an errno");
	else
		return scan_fail(s, word->column, NO_ACTION, word->text);
	return 0;
}

static int header_overlay(struct parser *p)
{
	return scan_name(&p->s, p->ovl->data.name, NAME_MAX_LEN,
			 "the overlay's name");
}

static int header_order(struct parser *p)
{
	struct word word;
	char *end;
	long order;

	scan_word(&p->s, &word);
	order = strtol(word.text, &end, 10);
	if (!word.len || *end || order < -ORDER_MAX || order > ORDER_MAX)
		return scan_fail(&p->s, word.column, BAD_ORDER, word.text,
				 ORDER_MAX, ORDER_MAX);
	p->ovl->data.order = order;
	p->has_order = true;
	return 0;
}

static int header_default(struct parser *p)
{
	struct abimux_overlay_data *data = &p->ovl->data;
	struct word word;
	__u8 action;
	int err;

	scan_word(&p->s, &word);
	err = parse_action(&p->s, &word, &action);
	if (err)
		return err;
	memset(data->amd64, action, sizeof(data->amd64));
	memset(data->i386, action, sizeof(data->i386));
	for (size_t i = 0; i < ARRAY_SIZE(essentials); i++)
		set_call(data, essentials[i].name, ABIMUX_NATIVE_PASS);
	data->others = action;
	p->has_default = p->s.line;
	return 0;
}

static int header_unsafe(struct parser *p)
{
	static const char *const words[] = { "io_uring" };
	__u8 choice;

	p->unsafe = true;
	return scan_choice(&p->s, words, ARRAY_SIZE(words), &choice);
}

static bool has_name(const struct parser *p)
{
	return *p->ovl->data.name;
}

static bool has_order(const struct parser *p)
{
	return p->has_order;
}

static bool has_default(const struct parser *p)
{
	return p->has_default;
}

static bool has_unsafe(const struct parser *p)
{
	return p->unsafe;
}

/**
 * struct header - a line that is no call's
 * @word: its first word
 * @parse: reads the rest of it
 * @seen: whether there was one
 */
static const struct header {
	const char *word;
	int (*parse)(struct parser *p);
	bool (*seen)(const struct parser *p);
} headers[] = {
	{ "overlay", header_overlay, has_name },
	{ "order", header_order, has_order },
	{ "default", header_default, has_default },
	{ "unsafe", header_unsafe, has_unsafe },
};

static const struct header *find_header(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		if (!strcmp(headers[i].word, word))
			return &headers[i];
	}
	return NULL;
}

static int parse_header(struct parser *p, const struct header *header,
			const struct word *word)
{
	if (header->parse != header_overlay && !has_name(p))
		return scan_fail(&p->s, word->column,
				 "expected 'overlay NAME' before '%s'",
				 word->text);
	if (header->seen(p))
		return scan_fail(&p->s, word->column,
				 "'%s' is there twice: expected it once",
				 word->text);
	if (p->count && header->parse != header_unsafe)
		return scan_fail(
			&p->s, word->column,
			"'%s' after the first call: expected it before all calls",
			word->text);
	return header->parse(p);
}

static const struct listed *find_listed(const struct parser *p,
					const char *name)
{
	for (unsigned int i = 0; i < p->count; i++) {
		if (!strcmp(p->listed[i].name, name))
			return &p->listed[i];
	}
	return NULL;
}

static int check_name(struct parser *p, const struct word *word)
{
	const struct listed *before = find_listed(p, word->text);

	if (!has_name(p))
		return scan_fail(
			&p->s, word->column,
			"expected 'overlay NAME' before the first call");
	if (!p->has_default)
		return scan_fail(&p->s, word->column, NO_DEFAULT);
	if (word->len > NAME_MAX_LEN ||
	    (!native_named(ABIMUX_NATIVE_AMD64, word->text) &&
	     !native_named(ABIMUX_NATIVE_I386, word->text)))
		return scan_fail(&p->s, word->column, NO_CALL, word->text);
	if (before)
		return scan_fail(
			&p->s, word->column,
			"%s is there twice, first in line %u: expected it once",
			word->text, before->line);
	return 0;
}

static int parse_call(struct parser *p, const struct word *name)
{
	__u8 action = ABIMUX_NATIVE_PASS;
	struct word word;
	int err = check_name(p, name);

	if (err)
		return err;
	scan_word(&p->s, &word);
	if (word.len)
		err = parse_action(&p->s, &word, &action);
	if (err)
		return err;
	set_call(&p->ovl->data, name->text, action);
	memcpy(p->listed[p->count].name, name->text, name->len + 1);
	p->listed[p->count++].line = p->s.line;
	return 0;
}

static int parse_line(struct scan *s)
{
	struct parser *p = (struct parser *)s;
	const struct header *header;
	struct word word;
	int err;

	scan_word(s, &word);
	if (!word.len)
		return 0;
	header = find_header(word.text);
	if (header)
		err = parse_header(p, header, &word);
	else
		err = parse_call(p, &word);
	return err ?: scan_end(s);
}

/* The line that decides about a call. */
static unsigned int line_of(const struct parser *p, const char *name)
{
	const struct listed *listed = find_listed(p, name);

	return listed ? listed->line : p->has_default;
}

__attribute__((format(printf, 3, 4))) static void
warn(struct parser *p, const char *name, const char *fmt, ...)
{
	struct tbl_error *warning = &p->ovl->warning[p->ovl->warnings];
	va_list args;

	if (p->ovl->warnings == OVL_MAX_WARNINGS)
		return;
	p->ovl->warnings++;
	warning->line = line_of(p, name);
	warning->column = 1;
	va_start(args, fmt);
	vsnprintf(warning->message, sizeof(warning->message), fmt, args);
	va_end(args);
}

static bool is_refusal(__u8 action)
{
	return action != ABIMUX_NATIVE_PASS && action != ABIMUX_NATIVE_LOG;
}

static void look_for_warnings(struct parser *p)
{
	const struct abimux_overlay_data *data = &p->ovl->data;

	for (size_t i = 0; i < ARRAY_SIZE(essentials); i++) {
		const char *name = essentials[i].name;

		if (is_refusal(get_call(data, name)))
			warn(p, name, ESSENTIAL, name, essentials[i].loss);
	}
	for (size_t i = 0; i < ARRAY_SIZE(through_others); i++) {
		const char *name = through_others[i];

		if (ovl_refuses(data) &&
		    get_call(data, name) == ABIMUX_NATIVE_PASS)
			warn(p, name, THROUGH_OTHERS, name);
	}
}

static int check_rings(struct parser *p)
{
	const struct abimux_overlay_data *data = &p->ovl->data;

	for (size_t i = 0; i < ARRAY_SIZE(rings); i++) {
		if (get_call(data, rings[i]) != ABIMUX_NATIVE_PASS)
			continue;
		p->s.line = line_of(p, rings[i]);
		return scan_fail(&p->s, 1, RING, rings[i]);
	}
	return 0;
}

/*
 * Numbers beyond those of the tables are x32's: the same calls once more, which
 * must not be a way round what is refused.
 */
static int finish(struct parser *p)
{
	struct abimux_overlay_data *data = &p->ovl->data;

	if (!has_name(p))
		return scan_fail(&p->s, 1,
				 "the file is empty: expected 'overlay NAME'");
	if (!p->has_default)
		return scan_fail(&p->s, 1, NO_DEFAULT);
	if (ovl_refuses(data) && data->others == ABIMUX_NATIVE_PASS)
		data->others = ENOSYS;
	look_for_warnings(p);
	return ovl_refuses(data) && !p->unsafe ? check_rings(p) : 0;
}

/**
 * ovl_parse - read an overlay from text
 * @ovl: what the text says
 * @text: the text, not necessarily NUL-terminated
 * @size: bytes of it
 * @err: on failure, what is wrong and where
 *
 * Return: 0, or -EINVAL with @err filled in; @ovl is undefined then.
 */
int ovl_parse(struct ovl *ovl, const char *text, size_t size,
	      struct tbl_error *err)
{
	struct parser *p = calloc(1, sizeof(*p));
	int ret;

	memset(ovl, 0, sizeof(*ovl));
	if (!p)
		return -ENOMEM;
	p->ovl = ovl;
	p->s = (struct scan){ .err = err,
			      .pos = text,
			      .end = text + size,
			      .start = text,
			      .line = 1 };
	ret = scan_check(&p->s) ?: scan_lines(&p->s, parse_line) ?: finish(p);
	free(p);
	return ret;
}

static int parse_ctx(void *ctx, const char *text, size_t size,
		     struct tbl_error *err)
{
	return ovl_parse(ctx, text, size, err);
}

/**
 * ovl_read - read an overlay from a file
 * @ovl: what the file says
 * @path: the file
 * @err: on failure, what is wrong and where; line 0 if the file cannot be read
 *
 * Return: 0, -EINVAL if the file is no overlay, or the errno of reading it.
 */
int ovl_read(struct ovl *ovl, const char *path, struct tbl_error *err)
{
	return scan_file(path, err, parse_ctx, ovl);
}

static void log_one(__u8 *action)
{
	if (is_refusal(*action))
		*action = ABIMUX_NATIVE_LOG;
}

/**
 * ovl_log_only - have all calls run, and tell of those that would be refused
 * @data: the overlay
 */
void ovl_log_only(struct abimux_overlay_data *data)
{
	for (int nr = 0; nr < ABIMUX_NR_NATIVE_CALLS; nr++) {
		log_one(&data->amd64[nr]);
		log_one(&data->i386[nr]);
	}
	log_one(&data->others);
}

/**
 * ovl_refuses - whether an overlay refuses any native call
 * @data: the overlay
 *
 * Return: whether it does, without asking its programs.
 */
bool ovl_refuses(const struct abimux_overlay_data *data)
{
	for (int nr = 0; nr < ABIMUX_NR_NATIVE_CALLS; nr++) {
		if (is_refusal(data->amd64[nr]) || is_refusal(data->i386[nr]))
			return true;
	}
	return is_refusal(data->others);
}

/**
 * ovl_action - an action as the file has it
 * @action: ABIMUX_NATIVE_* or an errno
 *
 * Return: the word.
 */
const char *ovl_action(__u8 action)
{
	switch (action) {
	case ABIMUX_NATIVE_PASS:
		return "pass";
	case ABIMUX_NATIVE_LOG:
		return "log";
	case ABIMUX_NATIVE_KILL:
		return "kill";
	default:
		return native_errno_name(action) ?: "?";
	}
}
