// SPDX-License-Identifier: GPL-2.0
/*
 * Files that say what arguments are: good ones, and mistakes with their lines.
 */
#include <errno.h>
#include <string.h>

#include "argfile.h"
#include "kselftest_harness.h"

static struct argfile file;
static struct argfile_error error;

static int parse(const char *text)
{
	argfile_free(&file);
	return argfile_parse(&file, text, strlen(text), &error);
}

TEST(a_call)
{
	const struct arg_call *call;

	ASSERT_EQ(
		0,
		parse("set how # flags\n\t1\tONE\n\t0x10/0x30 TEN\n"
		      "struct pair 16\n\tfirst 0 8 long\n\tlast 8 2 |how\n"
		      "get fd path >buf[ret] >*pair[=2] |how?1&0x200 -> ptr %file %x"));
	call = argfile_call(&file, "get");
	ASSERT_NE(NULL, call);
	EXPECT_EQ(5, call->count);
	EXPECT_EQ(ARG_FD, call->args[0].kind);
	EXPECT_EQ(ARG_PATH, call->args[1].kind);
	EXPECT_TRUE(call->args[2].out);
	EXPECT_EQ(ARG_BY_RESULT, call->args[2].count);
	EXPECT_EQ(ARG_STRUCT, call->args[3].kind);
	EXPECT_EQ(ARG_CONSTANT, call->args[3].count);
	EXPECT_EQ(2, call->args[3].number);
	EXPECT_EQ(2, call->args[3].layout->count);
	EXPECT_EQ(1, call->args[4].when);
	EXPECT_EQ(0x200, call->args[4].bits);
	EXPECT_EQ(0x30, call->args[4].set->values[1].mask);
	EXPECT_EQ(ARG_PTR, call->result.kind);
	EXPECT_STREQ("file", call->classes[0]);
	EXPECT_STREQ("x", call->classes[1]);
	EXPECT_STREQ("", call->classes[2]);
}

TEST(nothing_is_a_file)
{
	EXPECT_EQ(0, parse(""));
	EXPECT_EQ(0, parse("\n# nothing\n\t\n\x20\x20\n"));
	EXPECT_EQ(NULL, argfile_call(&file, "get"));
}

TEST(negative_values)
{
	ASSERT_EQ(0, parse("set a\n\t-100 CWD\n"));
	EXPECT_EQ((__u64)-100, argfile_set(&file, "a")->values[0].value);
}

static const struct bad {
	unsigned int line;
	const char *message;
	const char *text;
} bads[] = {
	{ 1, "'nonsense' is no kind", "get nonsense" },
	{ 2, "no plain text", "struct a 8\n\tf\fi 0 8 int" },
	{ 1, "no plain text", "get\x1b int" },
	{ 1, "no plain text", "get\xff" },
	{ 1, "no set 'x'", "get @x" },
	{ 1, "no struct 'x'", "get *x" },
	{ 1, "expected [ret], [=NUMBER] or [ARGUMENT]", "get buf[9]" },
	{ 1, "expected [ret], [=NUMBER] or [ARGUMENT]", "get buf[1" },
	{ 1, "expected [ret], [=NUMBER] or [ARGUMENT]", "get *int[=257]" },
	{ 1, "is no number", "get buf[]" },
	{ 1, "expected ?ARGUMENT&BITS", "get int?1" },
	{ 1, "expected ?ARGUMENT&BITS", "get int?6&1" },
	{ 1, "more than 6 arguments", "get int fd int fd int fd int" },
	{ 1, "more than 4 classes", "get %a %b %c %d %e" },
	{ 1, "no kind of result", "get int ->" },
	{ 1, "belongs to no set or struct", "\t1 ONE" },
	{ 3, "belongs to no set or struct", "set a\nget int\n\t1 ONE" },
	{ 2, "'x' is no number", "set a\n\tx ONE" },
	{ 2, "a name is missing", "set a\n\t1" },
	{ 2, "'z' behind a number", "set a\n\t1/2z ONE" },
	{ 1, "a name is missing", "set" },
	{ 1, "a number is missing", "struct a" },
	{ 1, "'257' is no number up to 256", "struct a 257" },
	{ 2, "does not fit", "struct a 8\n\tb 4 8 int" },
	{ 2, "does not fit", "struct a 64\n\tb 0 16 int" },
	{ 2, "cannot point", "struct a 8\n\tb 0 8 path" },
	{ 2, "kind of the field is missing", "struct a 8\n\tb 0 8" },
	{ 1, "is too long",
	  "get_a_call_whose_name_has_more_letters_than_there_is_room" },
};

TEST(mistakes)
{
	for (size_t i = 0; i < ARRAY_SIZE(bads); i++) {
		EXPECT_EQ(-EINVAL, parse(bads[i].text))
		TH_LOG("taken: %s", bads[i].text);
		EXPECT_EQ(bads[i].line, error.line)
		TH_LOG("%s", bads[i].text);
		EXPECT_NE(NULL, strstr(error.message, bads[i].message))
		TH_LOG("%s: %s", bads[i].text, error.message);
	}
}

TEST(too_long_a_line)
{
	char text[1000];

	memset(text, 'x', sizeof(text));
	EXPECT_EQ(-EINVAL, argfile_parse(&file, text, sizeof(text), &error));
	EXPECT_STREQ("the line is too long", error.message);
}

TEST(too_many_values)
{
	static char text[64 * ARG_MAX_VALUES] = "set a\n";

	for (int i = 0; i <= ARG_MAX_VALUES; i++)
		strcat(text, "\t1 ONE\n");
	EXPECT_EQ(-EINVAL, parse(text));
	EXPECT_EQ(ARG_MAX_VALUES + 2, error.line);
}

TEST_HARNESS_MAIN
