// SPDX-License-Identifier: GPL-2.0
/*
 * call NR [ARG...] [+ NR [ARG...]]...: make calls by number, say what came back.
 *
 * An argument is a number, `buf` (64 bytes whose text is printed after the
 * result), or any other text, which stands for its address. 80:NR makes an amd64
 * program call by int 0x80, where arguments are i386's.
 */
#include "foreign.h"

static char buf[64];

static bool is_number(const char *text)
{
	if (*text == '-')
		text++;
	return *text >= '0' && *text <= '9';
}

static long number(const char *text)
{
	bool minus = *text == '-';
	unsigned long value = 0, base = 10;

	text += minus;
	if (text[0] == '0' && text[1] == 'x') {
		base = 16;
		text += 2;
	}
	for (; *text; text++)
		value = value * base +
			(*text <= '9' ? *text - '0' : *text - 'a' + 10);
	return minus ? -value : value;
}

static long argument(char *text, bool *used)
{
	if (is_number(text))
		return number(text);
	if (!text_equal(text, "buf"))
		return (long)text;
	*used = true;
	return (long)buf;
}

/* Three arguments are all that is needed; buf has an address of 32 bits. */
static long call_by_int80(long nr, const long args[6])
{
	long ret;

	asm volatile("int $0x80"
		     : "=a"(ret)
		     : "a"(nr), "b"(args[0]), "c"(args[1]), "d"(args[2])
		     : "memory");
	return ret;
}

static long call(const char *nr, const long args[6])
{
	if (nr[0] == '8' && nr[1] == '0' && nr[2] == ':')
		return call_by_int80(number(nr + 3), args);
	return raw_call(number(nr), args);
}

/* Return: how many words it took. */
static int one_call(char **words)
{
	long args[6] = {};
	bool used = false;
	int i;

	memset(buf, 0, sizeof(buf));
	memcpy(buf, "untouched", 9);
	for (i = 1; words[i] && i <= 6 && !text_equal(words[i], "+"); i++)
		args[i - 1] = argument(words[i], &used);
	put_number(call(words[0], args));
	if (used) {
		put(" ");
		put(buf);
	}
	put("\n");
	return i;
}

int main(int argc, char **argv, char **envp)
{
	char **words = argv + 1;

	(void)argc;
	(void)envp;
	while (*words) {
		words += one_call(words);
		if (*words)
			words++;
	}
	return 0;
}
