/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_SCAN_H
#define LOADER_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/* Bytes that a file may have. */
#define SCAN_MAX_SIZE (256 * 1024)
/* Longest word that is told in full. */
#define WORD_MAX_LEN 63

/**
 * struct tbl_error - what is wrong in a file, and where
 * @line: from 1; 0 if the file as a whole could not be read
 * @column: in bytes, from 1
 * @message: what is wrong and what is expected
 */
struct tbl_error {
	unsigned int line;
	unsigned int column;
	char message[200];
};

/**
 * struct word - a word of a line
 * @text: the word, cut off at the largest length that any word may have
 * @len: its real length; 0 at the end of the line
 * @column: where it starts, or where it is missed
 */
struct word {
	char text[WORD_MAX_LEN + 1];
	size_t len;
	unsigned int column;
};

/**
 * struct scan - where a file is being read
 * @err: where an error goes
 * @pos: next byte
 * @end: after the last byte of the file
 * @start: first byte of the line
 * @line: its number
 */
struct scan {
	struct tbl_error *err;
	const char *pos;
	const char *end;
	const char *start;
	unsigned int line;
};

__attribute__((format(printf, 3, 4))) int
scan_fail(struct scan *s, unsigned int column, const char *fmt, ...);
void scan_word(struct scan *s, struct word *word);
int scan_end(struct scan *s);
int scan_name(struct scan *s, char *to, size_t max, const char *what);
int scan_number(struct scan *s, const struct word *word, unsigned long min,
		unsigned long max, const char *what, unsigned long *value);
int scan_choice(struct scan *s, const char *const *words, size_t count,
		__u8 *to);
int scan_check(struct scan *s);
int scan_lines(struct scan *s, int (*parse_line)(struct scan *s));
int scan_file(const char *path, struct tbl_error *err,
	      int (*parse)(void *ctx, const char *text, size_t size,
			   struct tbl_error *err),
	      void *ctx);

#endif /* LOADER_SCAN_H */
