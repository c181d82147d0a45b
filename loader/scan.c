// SPDX-License-Identifier: GPL-2.0
/*
 * Text files of lines of words: reading them, and saying where they are wrong.
 *
 * Nothing here knows of BPF, so that it can be tested and fuzzed as a plain
 * program.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan.h"

/* Messages that are too long for the lines where they are used. */
#define BAD_NAME \
	"bad name '%s': expected %s, of letters, digits, '-', '_' and '.', but no '.' first"
#define LONG_NAME "name is %zu characters long: expected at most %zu"
#define OUT_OF_RANGE "%s is out of range: expected %s from %lu to %lu"

/**
 * scan_fail - say what is wrong in the line
 * @s: the file
 * @column: where in the line
 * @fmt: what is wrong, as in printf(3)
 *
 * Return: -EINVAL.
 */
int scan_fail(struct scan *s, unsigned int column, const char *fmt, ...)
{
	va_list args;

	s->err->line = s->line;
	s->err->column = column;
	va_start(args, fmt);
	vsnprintf(s->err->message, sizeof(s->err->message), fmt, args);
	va_end(args);
	return -EINVAL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool at_line_end(const struct scan *s)
{
	return s->pos == s->end || *s->pos == '\n' || *s->pos == '#';
}

/**
 * scan_word - take the next word of the line
 * @s: the file
 * @word: the word; at the end of the line an empty one, right after the last
 */
void scan_word(struct scan *s, struct word *word)
{
	const char *start = s->pos;
	size_t len;

	while (s->pos < s->end && is_blank(*s->pos))
		s->pos++;
	if (!at_line_end(s))
		start = s->pos;
	word->column = start - s->start + 1;
	word->len = 0;
	while (!at_line_end(s) && !is_blank(*s->pos)) {
		s->pos++;
		word->len++;
	}
	len = word->len < WORD_MAX_LEN ? word->len : WORD_MAX_LEN;
	memcpy(word->text, start, len);
	word->text[len] = '\0';
}

/**
 * scan_end - fail unless nothing follows in the line
 * @s: the file
 *
 * Return: 0 or -EINVAL.
 */
int scan_end(struct scan *s)
{
	struct word word;

	scan_word(s, &word);
	if (word.len)
		return scan_fail(
			s, word.column,
			"unexpected '%s': expected the end of the line",
			word.text);
	return 0;
}

/* As the kernel wants it: a name is a file's in the directory of pins. */
static bool is_name(const char *text)
{
	const char *c = text;

	if (*text == '.')
		return false;
	while (isascii(*c) && (isalnum(*c) || strchr("-_.", *c)) && *c)
		c++;
	return *text && !*c;
}

/**
 * scan_name - take a name
 * @s: the file
 * @to: memory for it and a NUL
 * @max: its largest length
 * @what: what it names, for a message
 *
 * Return: 0 or -EINVAL.
 */
int scan_name(struct scan *s, char *to, size_t max, const char *what)
{
	struct word word;

	scan_word(s, &word);
	if (!word.len)
		return scan_fail(s, word.column, "expected %s", what);
	if (!is_name(word.text))
		return scan_fail(s, word.column, BAD_NAME, word.text, what);
	if (word.len > max)
		return scan_fail(s, word.column, LONG_NAME, word.len, max);
	memcpy(to, word.text, word.len + 1);
	return 0;
}

/* Whether @text is a decimal number, and which; one above @max is @max + 1. */
static bool parse_decimal(const char *text, unsigned long max,
			  unsigned long *value)
{
	if (!*text)
		return false;
	for (*value = 0; *text >= '0' && *text <= '9'; text++) {
		*value = *value * 10 + (*text - '0');
		if (*value > max)
			*value = max + 1;
	}
	return !*text;
}

/**
 * scan_number - read a number
 * @s: the file
 * @word: the word that has to be one
 * @min: least value
 * @max: largest value
 * @what: what it numbers, for a message
 * @value: the number
 *
 * Return: 0 or -EINVAL.
 */
int scan_number(struct scan *s, const struct word *word, unsigned long min,
		unsigned long max, const char *what, unsigned long *value)
{
	if (!word->len)
		return scan_fail(s, word->column, "expected %s from %lu to %lu",
				 what, min, max);
	if (!parse_decimal(word->text, max, value))
		return scan_fail(
			s, word->column,
			"'%s' is no number: expected %s from %lu to %lu",
			word->text, what, min, max);
	if (*value < min || *value > max)
		return scan_fail(s, word->column, OUT_OF_RANGE, word->text,
				 what, min, max);
	return 0;
}

/**
 * scan_choice - take one of some words
 * @s: the file
 * @words: the words
 * @count: how many they are
 * @to: index of the one that is there
 *
 * Return: 0 or -EINVAL.
 */
int scan_choice(struct scan *s, const char *const *words, size_t count,
		__u8 *to)
{
	char expected[100] = "";
	struct word word;

	scan_word(s, &word);
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(words[i], word.text)) {
			*to = i;
			return 0;
		}
		snprintf(expected + strlen(expected),
			 sizeof(expected) - strlen(expected), "%s%s",
			 i == 0	       ? "" :
			 i + 1 < count ? ", " :
					 " or ",
			 words[i]);
	}
	if (!word.len)
		return scan_fail(s, word.column, "expected %s", expected);
	return scan_fail(s, word.column, "unknown word '%s': expected %s",
			 word.text, expected);
}

/**
 * scan_check - fail unless the file is text
 * @s: the file, at its start
 *
 * Return: 0 or -EINVAL.
 */
int scan_check(struct scan *s)
{
	const char *pos;

	for (pos = s->pos; pos < s->end; pos++) {
		unsigned char c = *pos;

		if (c == '\n') {
			s->line++;
			s->start = pos + 1;
		} else if ((c < ' ' && c != '\t' && c != '\r') || c == 0x7f) {
			return scan_fail(s, pos - s->start + 1,
					 "byte 0x%02x: expected text", c);
		}
	}
	s->line = 1;
	s->start = s->pos;
	return 0;
}

/**
 * scan_lines - read all lines
 * @s: the file, at its start
 * @parse_line: reads one, or the part of it that it wants
 *
 * Return: 0 or -EINVAL.
 */
int scan_lines(struct scan *s, int (*parse_line)(struct scan *s))
{
	int err;

	while (s->pos < s->end) {
		s->start = s->pos;
		err = parse_line(s);
		if (err)
			return err;
		while (s->pos < s->end && *s->pos != '\n')
			s->pos++;
		if (s->pos == s->end)
			break;
		s->pos++;
		s->line++;
	}
	return 0;
}

static int read_whole(int fd, char *text, size_t max, size_t *size)
{
	ssize_t got;

	for (*size = 0; *size < max; *size += got) {
		got = read(fd, text + *size, max - *size);
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
	}
	return 0;
}

/**
 * scan_file - read a whole file
 * @path: the file
 * @err: on failure, what is wrong and where; line 0 if the file cannot be read
 * @parse: reads its text, which is not NUL-terminated
 * @ctx: for @parse
 *
 * Return: what @parse does, or the errno of reading the file.
 */
int scan_file(const char *path, struct tbl_error *err,
	      int (*parse)(void *ctx, const char *text, size_t size,
			   struct tbl_error *err),
	      void *ctx)
{
	char *text = malloc(SCAN_MAX_SIZE + 1);
	size_t size = 0;
	int fd, ret;

	*err = (struct tbl_error){};
	if (!text)
		return -ENOMEM;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ret = fd < 0 ? -errno : read_whole(fd, text, SCAN_MAX_SIZE + 1, &size);
	if (fd >= 0)
		close(fd);
	if (ret) {
		snprintf(err->message, sizeof(err->message), "%s",
			 strerror(-ret));
	} else if (size > SCAN_MAX_SIZE) {
		ret = -EFBIG;
		snprintf(err->message, sizeof(err->message),
			 "larger than %d bytes: expected a text of lines",
			 SCAN_MAX_SIZE);
	} else {
		ret = parse(ctx, text, size, err);
	}
	free(text);
	return ret;
}
