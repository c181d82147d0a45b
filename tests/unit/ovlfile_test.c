// SPDX-License-Identifier: GPL-2.0
/*
 * The parser of overlays: what it makes of good ones, where it finds fault with
 * bad ones, and of what it warns.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"
#include "natives.h"
#include "ovlfile.h"

#define HEAD "overlay o\ndefault EPERM\n"

static struct ovl ovl;
static struct tbl_error error;

static int parse(const char *text)
{
	size_t size = strlen(text);
	char *copy = malloc(size ?: 1);
	int err;

	/* Without a NUL after it, so that reading too far is seen. */
	memcpy(copy, text, size);
	err = ovl_parse(&ovl, copy, size, &error);
	free(copy);
	return err;
}

static int amd64(const char *name)
{
	return ovl.data.amd64[native_named(ABIMUX_NATIVE_AMD64, name)->nr];
}

static int i386(const char *name)
{
	return ovl.data.i386[native_named(ABIMUX_NATIVE_I386, name)->nr];
}

TEST(list_by_name_for_both_machines)
{
	ASSERT_EQ(0, parse("overlay web.1\norder -5\n"
			   "default ENOSYS\nread\nwrite pass # all\n"
			   "socket EACCES\nsocketcall kill\nmount log\n"));
	EXPECT_STREQ("web.1", ovl.data.name);
	EXPECT_EQ(-5, ovl.data.order);
	EXPECT_EQ(ENOSYS, ovl.data.others);
	EXPECT_EQ(ABIMUX_NATIVE_PASS, amd64("read"));
	EXPECT_EQ(ABIMUX_NATIVE_PASS, i386("read"));
	EXPECT_EQ(ABIMUX_NATIVE_PASS, amd64("write"));
	EXPECT_EQ(EACCES, amd64("socket"));
	EXPECT_EQ(EACCES, i386("socket"));
	EXPECT_EQ(ABIMUX_NATIVE_KILL, i386("socketcall"));
	EXPECT_EQ(ABIMUX_NATIVE_LOG, amd64("mount"));
	EXPECT_EQ(ENOSYS, amd64("open"));
	EXPECT_EQ(ENOSYS, i386("open"));
	EXPECT_EQ(ENOSYS, ovl.data.amd64[ABIMUX_NR_NATIVE_CALLS - 1]);
	EXPECT_EQ(0, ovl.warnings);
}

TEST(what_no_program_can_do_without_passes)
{
	ASSERT_EQ(0, parse("overlay o\ndefault kill\n"));
	EXPECT_EQ(ABIMUX_NATIVE_PASS, amd64("exit_group"));
	EXPECT_EQ(ABIMUX_NATIVE_PASS, amd64("exit"));
	EXPECT_EQ(ABIMUX_NATIVE_PASS, amd64("rt_sigreturn"));
	EXPECT_EQ(ABIMUX_NATIVE_PASS, amd64("restart_syscall"));
	EXPECT_EQ(ABIMUX_NATIVE_PASS, i386("sigreturn"));
	EXPECT_EQ(ABIMUX_NATIVE_PASS, i386("exit_group"));
	EXPECT_EQ(ABIMUX_NATIVE_KILL, amd64("read"));
	EXPECT_EQ(0, ovl.warnings);
}

TEST(refusing_it_all_the_same_is_warned_of)
{
	ASSERT_EQ(0, parse(HEAD "exit_group EPERM\nread\nptrace\n"));
	EXPECT_EQ(EPERM, amd64("exit_group"));
	ASSERT_EQ(2, ovl.warnings);
	EXPECT_EQ(3, ovl.warning[0].line);
	EXPECT_NE(NULL, strstr(ovl.warning[0].message, "exit_group"));
	EXPECT_EQ(5, ovl.warning[1].line);
	EXPECT_NE(NULL, strstr(ovl.warning[1].message, "ptrace"));
}

/* x32's numbers are in no table: they must not pass where others are refused. */
TEST(other_numbers_do_not_pass_a_list_that_refuses)
{
	ASSERT_EQ(0, parse("overlay o\ndefault pass\nsocket EPERM\n"
			   "io_uring_setup EPERM\nio_uring_enter EPERM\n"
			   "io_uring_register EPERM\n"));
	EXPECT_EQ(ENOSYS, ovl.data.others);
	EXPECT_EQ(ABIMUX_NATIVE_PASS, amd64("read"));
	ASSERT_EQ(0, parse("overlay o\ndefault pass\nsocket log\n"));
	EXPECT_EQ(ABIMUX_NATIVE_PASS, ovl.data.others);
}

TEST(io_uring_passes_only_where_the_file_says_so)
{
	EXPECT_EQ(-EINVAL, parse(HEAD "read\nio_uring_enter\n"));
	EXPECT_EQ(4, error.line);
	EXPECT_EQ(1, error.column);
	EXPECT_EQ(-EINVAL, parse("overlay o\ndefault pass\nread EPERM\n"));
	EXPECT_EQ(2, error.line);
	EXPECT_EQ(0, parse(HEAD "io_uring_enter\nunsafe io_uring\n"));
	EXPECT_EQ(0, parse("overlay o\ndefault log\nio_uring_enter\n"));
}

TEST(log_only_runs_everything)
{
	ASSERT_EQ(0, parse(HEAD "read\nwrite kill\nopen log\n"));
	EXPECT_TRUE(ovl_refuses(&ovl.data));
	ovl_log_only(&ovl.data);
	EXPECT_FALSE(ovl_refuses(&ovl.data));
	EXPECT_EQ(ABIMUX_NATIVE_PASS, amd64("read"));
	EXPECT_EQ(ABIMUX_NATIVE_LOG, amd64("write"));
	EXPECT_EQ(ABIMUX_NATIVE_LOG, amd64("close"));
	EXPECT_EQ(ABIMUX_NATIVE_LOG, ovl.data.others);
}

static const struct bad {
	const char *text;
	unsigned int line;
	unsigned int column;
	const char *words;
} bads[] = {
	{ "", 1, 1, "empty" },
	{ "# nothing\n\n", 3, 1, "empty" },
	{ "overlay o\n", 2, 1, "no default" },
	{ "overlay\n", 1, 8, "expected the overlay's name" },
	{ "overlay a/b\n", 1, 9, "bad name" },
	{ "overlay .o\n", 1, 9, "no '.' first" },
	{ "overlay o p\n", 1, 11, "end of the line" },
	{ "overlay abcdefghijklmnopqrstuvwxyzabcdef\n", 1, 9, "at most 31" },
	{ "default EPERM\n", 1, 1, "before 'default'" },
	{ "overlay o\noverlay p\n", 2, 1, "twice" },
	{ "overlay o\nread\n", 2, 1, "no default" },
	{ "read\n", 1, 1, "before the first call" },
	{ "overlay o\ndefault\n", 2, 8, "expected pass" },
	{ "overlay o\ndefault deny\n", 2, 9, "unknown action 'deny'" },
	{ "overlay o\ndefault EFOO\n", 2, 9, "unknown action 'EFOO'" },
	{ "overlay o\ndefault 1\n", 2, 9, "unknown action '1'" },
	{ HEAD "default log\n", 3, 1, "twice" },
	{ HEAD "raed\n", 3, 1, "'raed' is no native call" },
	{ HEAD "read fail\n", 3, 6, "unknown action 'fail'" },
	{ HEAD "read EPERM EPERM\n", 3, 12, "end of the line" },
	{ HEAD "read\nwrite\n read kill\n", 5, 2, "first in line 3" },
	{ HEAD "read\norder 3\n", 4, 1, "before all calls" },
	{ HEAD "order\n", 3, 6, "bad order" },
	{ HEAD "order 1x\n", 3, 7, "bad order '1x'" },
	{ HEAD "order 1000001\n", 3, 7, "bad order" },
	{ HEAD "order -9223372036854775808\n", 3, 7, "bad order" },
	{ HEAD "order 0\norder 0\n", 4, 1, "twice" },
	{ HEAD "unsafe ptrace\n", 3, 8, "expected io_uring" },
	{ HEAD "read\t\x01\n", 3, 6, "expected text" },
};

TEST(bad_files_are_told_with_line_and_column)
{
	for (size_t i = 0; i < ARRAY_SIZE(bads); i++) {
		memset(&error, 0, sizeof(error));
		EXPECT_EQ(-EINVAL, parse(bads[i].text));
		EXPECT_EQ(bads[i].line, error.line);
		EXPECT_EQ(bads[i].column, error.column);
		EXPECT_NE(NULL, strstr(error.message, bads[i].words))
		{
			TH_LOG("%s: %s", bads[i].text, error.message);
		}
	}
}

TEST(actions_as_words)
{
	EXPECT_STREQ("pass", ovl_action(0));
	EXPECT_STREQ("EPERM", ovl_action(EPERM));
	EXPECT_STREQ("log", ovl_action(ABIMUX_NATIVE_LOG));
	EXPECT_STREQ("kill", ovl_action(ABIMUX_NATIVE_KILL));
}

TEST_HARNESS_MAIN
