// SPDX-License-Identifier: GPL-2.0
/*
 * The parser of tables: what it makes of good ones, and where it finds fault
 * with bad ones.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"
#include "natives.h"
#include "tblfile.h"

#define HEAD "table t\n"

static struct tbl tbl;
static struct tbl_error error;

static int parse(const char *text)
{
	size_t size = strlen(text);
	char *copy = malloc(size ?: 1);
	int err;

	/* Without a NUL after it, so that reading too far is seen. */
	memcpy(copy, text, size);
	err = tbl_parse(&tbl, copy, size, &error);
	free(copy);
	return err;
}

TEST(empty_header_has_defaults)
{
	ASSERT_EQ(0, parse("table t\n0 common x sys_read\n"));
	EXPECT_STREQ("t", tbl.data.name);
	EXPECT_EQ(ABIMUX_NUMBER_AX, tbl.data.convention.number);
	EXPECT_EQ(ABIMUX_ARGS_SYSCALL, tbl.data.convention.args);
	EXPECT_EQ(ABIMUX_ERROR_NEGATIVE, tbl.data.convention.error);
	EXPECT_EQ(ABIMUX_NATIVE_AMD64, tbl.data.convention.native);
	EXPECT_STREQ("", tbl.program);
}

TEST(i386_has_its_own_default_arguments_and_numbers)
{
	ASSERT_EQ(0, parse(HEAD "native i386\n4 i386 write sys_write\n"));
	EXPECT_EQ(ABIMUX_ARGS_INT80, tbl.data.convention.args);
	EXPECT_EQ(ABIMUX_NATIVE_I386, tbl.data.convention.native);
	EXPECT_EQ(4, tbl.data.entries[4].native);
}

TEST(header_sets_every_convention)
{
	ASSERT_EQ(0,
		  parse("table\tlong-name_1.0\nprogram p.bpf.o\nnative i386\n"
			"number rbp\nargs stack 4\nerror carry\n"
			"errno EAGAIN 35\nerrno 38 78\n1 common exit op\n"));
	EXPECT_STREQ("long-name_1.0", tbl.data.name);
	EXPECT_STREQ("p.bpf.o", tbl.program);
	EXPECT_EQ(ABIMUX_NUMBER_BP, tbl.data.convention.number);
	EXPECT_EQ(ABIMUX_ARGS_STACK, tbl.data.convention.args);
	EXPECT_EQ(4, tbl.data.convention.stack);
	EXPECT_EQ(ABIMUX_ERROR_CARRY, tbl.data.convention.error);
	EXPECT_EQ(35, tbl.data.errnos[EAGAIN]);
	EXPECT_EQ(78, tbl.data.errnos[ENOSYS]);
	EXPECT_EQ(0, tbl.data.errnos[EPERM]);
}

TEST(entries_are_native_op_or_missing)
{
	ASSERT_EQ(0, parse(HEAD "program p\n69 common write sys_write\n"
				"500 64 add op\n501 common open2 op:sys_open\n"
				"35 common chflags # only a name\n"));
	EXPECT_EQ(ABIMUX_ENTRY_NATIVE, tbl.data.entries[69].kind);
	EXPECT_EQ(1, tbl.data.entries[69].native);
	EXPECT_EQ(ABIMUX_ORDER_SAME, tbl.data.entries[69].order);
	EXPECT_EQ(ABIMUX_ENTRY_OP, tbl.data.entries[500].kind);
	EXPECT_EQ(0, tbl.data.entries[500].native);
	EXPECT_EQ(ABIMUX_ENTRY_OP, tbl.data.entries[501].kind);
	EXPECT_EQ(2, tbl.data.entries[501].native);
	EXPECT_EQ(ABIMUX_ENTRY_MISSING, tbl.data.entries[35].kind);
	EXPECT_EQ(0, tbl.data.entries[35].native);
	EXPECT_STREQ("chflags", tbl.names[35]);
	EXPECT_STREQ("", tbl.names[36]);
	EXPECT_EQ(1, tbl_entries(&tbl.data, ABIMUX_ENTRY_NATIVE));
	EXPECT_EQ(2, tbl_entries(&tbl.data, ABIMUX_ENTRY_OP));
}

TEST(order_is_four_bits_for_each_argument)
{
	ASSERT_EQ(0, parse(HEAD "478 common lseek sys_lseek(0,2,1)\n"
				"479 common a lseek(-)\n480 common b lseek()\n"
				"481 common c lseek(5,4,3,2,1,0)\n"));
	EXPECT_EQ(0xfff120, tbl.data.entries[478].order);
	EXPECT_EQ(0xffffff, tbl.data.entries[479].order);
	EXPECT_EQ(0xffffff, tbl.data.entries[480].order);
	EXPECT_EQ(0x012345, tbl.data.entries[481].order);
}

TEST(native_names_with_or_without_sys)
{
	ASSERT_EQ(0, parse(HEAD "0 common a read\n1 common b sys_read\n"
				"2 common c sys_newstat\n"));
	EXPECT_EQ(0, tbl.data.entries[0].native);
	EXPECT_EQ(0, tbl.data.entries[1].native);
	EXPECT_EQ(4, tbl.data.entries[2].native);
}

TEST(a_name_goes_before_an_entry_point)
{
	/* In syscall_32.tbl, sys_getuid is the entry point of getuid32. */
	ASSERT_EQ(0, parse(HEAD "native i386\n24 common getuid sys_getuid\n"
				"199 i386 getuid32 sys_getuid\n"));
	EXPECT_EQ(24, tbl.data.entries[24].native);
	EXPECT_EQ(199, tbl.data.entries[199].native);
}

TEST(lines_of_the_kernel_can_be_copied)
{
	ASSERT_EQ(0, parse(HEAD
			   "60\tcommon\texit\t\tsys_exit\t\t-\t\tnoreturn\n"));
	EXPECT_EQ(60, tbl.data.entries[60].native);
	ASSERT_EQ(0, parse(HEAD "native i386\n"
				"5\ti386\topen\tsys_open\tcompat_sys_open\n"));
	EXPECT_EQ(5, tbl.data.entries[5].native);
}

TEST(include_fills_the_gaps)
{
	ASSERT_EQ(0, parse(HEAD "include linux\n0 common write sys_write\n"
				"2 common open\n"));
	EXPECT_EQ(1, tbl.data.entries[0].native);
	EXPECT_EQ(ABIMUX_ENTRY_MISSING, tbl.data.entries[2].kind);
	EXPECT_EQ(ABIMUX_ENTRY_NATIVE, tbl.data.entries[3].kind);
	EXPECT_EQ(3, tbl.data.entries[3].native);
	EXPECT_STREQ("close", tbl.names[3]);
	/* A name that the kernel has no code for any more: create_module. */
	EXPECT_EQ(ABIMUX_ENTRY_MISSING, tbl.data.entries[174].kind);
	EXPECT_EQ(0, tbl.data.entries[174].native);
}

TEST(include_needs_no_entry)
{
	EXPECT_EQ(0, parse(HEAD "include linux"));
}

TEST(blanks_comments_and_line_ends)
{
	EXPECT_EQ(0,
		  parse("# \xc3\xa4\r\n\n  table  t # x\r\n\t0 common x read"));
	EXPECT_STREQ("t", tbl.data.name);
}

TEST(first_and_last_number)
{
	ASSERT_EQ(0, parse(HEAD "0 common a read\n1023 common b write\n"));
	EXPECT_EQ(1, tbl.data.entries[1023].native);
}

TEST(a_table_forgets_the_one_before)
{
	ASSERT_EQ(0, parse("table other\nprogram p\n7 common seven op\n"));
	ASSERT_EQ(0, parse(HEAD "0 common x read\n"));
	EXPECT_EQ(ABIMUX_ENTRY_MISSING, tbl.data.entries[7].kind);
	EXPECT_STREQ("", tbl.names[7]);
	EXPECT_STREQ("", tbl.program);
}

static int read_text(const char *text, size_t size)
{
	char path[] = "/tmp/tblfile_test.XXXXXX";
	int fd = mkstemp(path), err;

	if (fd < 0 || write(fd, text, size) != (ssize_t)size)
		return -EIO;
	close(fd);
	err = tbl_read(&tbl, path, &error);
	unlink(path);
	return err;
}

TEST(read_a_file)
{
	const char text[] = HEAD "0 common x read\n";

	EXPECT_EQ(0, read_text(text, sizeof(text) - 1));
}

TEST(read_no_file)
{
	EXPECT_EQ(-ENOENT, tbl_read(&tbl, "/nonexistent", &error));
	EXPECT_EQ(0, error.line);
	EXPECT_EQ(-EISDIR, tbl_read(&tbl, "/", &error));
}

TEST(read_a_large_file)
{
	size_t size = 1024 * 1024;
	char *text = malloc(size);

	memset(text, '\n', size);
	memcpy(text, HEAD "0 common x read",
	       sizeof(HEAD "0 common x read") - 1);
	EXPECT_EQ(-EFBIG, read_text(text, size));
	EXPECT_EQ(-EFBIG, read_text(text, SCAN_MAX_SIZE + 1));
	EXPECT_EQ(0, read_text(text, SCAN_MAX_SIZE));
	free(text);
}

TEST(every_cut_is_handled)
{
	static const char text[] =
		"table t\nprogram p\nargs stack 8\nerrno EAGAIN 35\n"
		"1 common lseek sys_lseek(0,2,1)\n2 common open op:sys_open\n";

	for (size_t i = 0; i < sizeof(text); i++) {
		char *copy = malloc(i ?: 1);

		memcpy(copy, text, i);
		tbl_parse(&tbl, copy, i, &error);
		free(copy);
	}
}

/* What the parser takes has to be what the kernel takes. */
static bool is_sound(void)
{
	int native = tbl.data.convention.native;

	for (int i = 0; i < ABIMUX_NR_CALLS; i++) {
		const struct abimux_entry *entry = &tbl.data.entries[i];

		if (entry->reserved || entry->order >> (4 * ABIMUX_NR_ARGS))
			return false;
		if (entry->kind == ABIMUX_ENTRY_MISSING && entry->native)
			return false;
		if (entry->kind == ABIMUX_ENTRY_OP && !*tbl.program)
			return false;
		if (entry->kind == ABIMUX_ENTRY_NATIVE &&
		    !native_by_number(native, entry->native))
			return false;
	}
	return *tbl.data.name && memchr(tbl.data.name, 0, ABIMUX_NAME_LEN);
}

/* A step of xorshift: the same bytes in every run. */
static unsigned int next_random(unsigned int max)
{
	static unsigned int state = 2463534242;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % max;
}

TEST(every_mutation_is_handled)
{
	static const char text[] =
		"table t\nprogram p\nnative i386\nargs stack 8\nerrno EAGAIN 35\n"
		"include linux\n1 common lseek sys_lseek(0,2,1)\n"
		"2 common open op:sys_open\n3 common exit sys_exit - noreturn\n";
	static const char bytes[] =
		"0123456789abcopst \t\n\r#:(),-_.\x01\x80\xff";

	for (int i = 0; i < 50000; i++) {
		size_t size = sizeof(text) - 1;
		char *copy = malloc(size);

		memcpy(copy, text, size);
		for (int n = next_random(4); n >= 0; n--)
			copy[next_random(size)] =
				bytes[next_random(sizeof(bytes))];
		memset(&error, 0, sizeof(error));
		if (tbl_parse(&tbl, copy, size, &error)) {
			ASSERT_TRUE(error.line && error.column);
			ASSERT_NE('\0', *error.message);
		} else {
			ASSERT_TRUE(is_sound());
		}
		free(copy);
	}
}

/* Everything that can be wrong, with the place where it is. */
static const struct bad {
	unsigned int line;
	unsigned int column;
	const char *message;
	const char *text;
} bads[] = {
	{ 1, 1, "the file is empty", "" },
	{ 3, 1, "the file is empty", "# a\n# b\n" },
	{ 2, 1, "the table has no call", HEAD },
	{ 1, 1, "expected 'table NAME' before the first call",
	  "0 common x read\n" },
	{ 1, 1, "expected 'table NAME' before 'number'", "number rax\n" HEAD },
	{ 1, 1, "unknown word 'tabel'", "tabel t\n" },
	{ 2, 1, "unknown word '-1'", HEAD "-1 common x read\n" },
	{ 1, 6, "expected the table's name", "table\n" },
	{ 1, 6, "expected the table's name", "table   # t\n" },
	{ 1, 7, "bad name 'a/b'", "table a/b\n" },
	{ 1, 7, "bad name '..'", "table ..\n" },
	{ 1, 7, "expected at most 31",
	  "table abcdefghijabcdefghijabcdefghijab\n" },
	{ 1, 9, "unexpected 'u'", "table t u\n" },
	{ 2, 1, "'table' is there twice", HEAD HEAD },
	{ 3, 1, "'number' is there twice", HEAD "number rax\nnumber rax\n" },
	{ 2, 8,
	  "unknown word 'r15': expected rax, rbx, rcx, rdx, rsi, rdi or rbp",
	  HEAD "number r15\n" },
	{ 2, 7, "expected rax", HEAD "number\n" },
	{ 2, 8, "expected amd64 or i386", HEAD "native arm\n" },
	{ 2, 6, "expected syscall, int80 or stack", HEAD "args regs\n" },
	{ 2, 11, "expected the bytes from the stack pointer",
	  HEAD "args stack\n" },
	{ 2, 12, "'x' is no number", HEAD "args stack x\n" },
	{ 2, 12, "4097 is out of range", HEAD "args stack 4097\n" },
	{ 2, 14, "unexpected '8'", HEAD "args syscall 8\n" },
	{ 3, 6, "i386 programs do not have",
	  HEAD "native i386\nargs syscall\n0 common x read\n" },
	{ 2, 6, "amd64 programs do not use",
	  HEAD "args int80\n0 common x read\n" },
	{ 2, 9, "SYSCALL overwrites rcx",
	  HEAD "number  rcx\n0 common x read\n" },
	{ 2, 7, "expected negative, carry or minus-one", HEAD "error flag\n" },
	{ 2, 6, "expected a Linux errno", HEAD "errno\n" },
	{ 2, 7, "'EFOO' is no Linux errno", HEAD "errno EFOO 1\n" },
	{ 2, 7, "'foo' is no number", HEAD "errno foo 1\n" },
	{ 2, 7, "0 is out of range", HEAD "errno 0 1\n" },
	{ 2, 7, "134 is out of range", HEAD "errno 134 1\n" },
	{ 2, 13, "expected the table's own errno", HEAD "errno EAGAIN\n" },
	{ 2, 14, "0 is out of range", HEAD "errno EAGAIN 0\n" },
	{ 2, 14, "512 is out of range", HEAD "errno EAGAIN 512\n" },
	{ 3, 7, "errno EWOULDBLOCK (11) is there twice",
	  HEAD "errno EAGAIN 35\nerrno EWOULDBLOCK 35\n" },
	{ 2, 9, "unknown word 'bsd': expected linux", HEAD "include bsd\n" },
	{ 2, 9, "bad name '../p.o'", HEAD "program ../p.o\n" },
	{ 3, 1, "'error' after the first call",
	  HEAD "0 common x read\nerror carry\n" },
	{ 2, 1,
	  "1024 is out of range: expected the number of a call from 0 to 1023",
	  HEAD "1024 common x read\n" },
	{ 2, 1, "99999999999999999999999999 is out of range",
	  HEAD "99999999999999999999999999 common x read\n" },
	{ 2, 1, "'12x' is no number", HEAD "12x common x read\n" },
	{ 2, 1, "'0x10' is no number", HEAD "0x10 common x read\n" },
	{ 4, 1, "call 7 is there twice, first in line 2",
	  HEAD "7 common x read\n8 common y read\n7 common z write\n" },
	{ 2, 2, "expected common, 64 or i386", HEAD "7\n" },
	{ 2, 3, "unknown word 'x32'", HEAD "7 x32 x read\n" },
	{ 2, 9, "expected the name of the call", HEAD "7 common\n" },
	{ 2, 10, "bad name 'a$'", HEAD "7 common a$ read\n" },
	{ 2, 10, "name is 32 characters long",
	  HEAD "7 common abcdefghijabcdefghijabcdefghijab read\n" },
	{ 2, 12, "'sys_raed' is no native call of amd64",
	  HEAD "7 common x sys_raed\n" },
	{ 2, 12, "'create_module' is no native call",
	  HEAD "7 common x create_module\n" },
	{ 2, 12, "'waitpid' is no native call of amd64",
	  HEAD "7 common x waitpid\n" },
	{ 2, 17, "unexpected 'write'", HEAD "7 common x read write\n" },
	{ 2, 19, "unexpected 'foo'", HEAD "7 common x read - foo\n" },
	{ 2, 12, "'op' in a table without a program", HEAD "7 common x op\n" },
	{ 3, 15, "'sys_foo' is no native call",
	  HEAD "program p\n7 common x op:sys_foo\n" },
	{ 3, 12, "an order of arguments with 'op'",
	  HEAD "program p\n7 common x op:sys_read(1,0)\n" },
	{ 2, 20, "bad list of arguments", HEAD "7 common x read(0,1\n" },
	{ 2, 17, "bad argument ''", HEAD "7 common x read(\n" },
	{ 2, 19, "bad argument '6'", HEAD "7 common x read(0,6)\n" },
	{ 2, 29, "bad list of arguments",
	  HEAD "7 common x read(0,1,2,3,4,5,0)\n" },
	{ 2, 18, "bad list of arguments", HEAD "7 common x read(0,)\n" },
	{ 2, 18, "bad list of arguments", HEAD "7 common x read(0)1\n" },
	{ 2, 28, "that cannot be written as data",
	  HEAD "7 common x read(0,0,0,0,0,0)\n" },
	{ 2, 12, "word of 70 characters",
	  HEAD
	  "7 common x aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggg\n" },
	{ 2, 5, "byte 0x01: expected text", HEAD "7 co\001mmon x read\n" },
	{ 1, 1, "byte 0x7f: expected text", "\177ELF\002\001\001" },
	{ 1, 7, "bad name '\xc3\xa4'", "table \xc3\xa4\n" },
};

TEST(bad_tables_are_refused_in_the_right_place)
{
	for (size_t i = 0; i < ARRAY_SIZE(bads); i++) {
		const struct bad *bad = &bads[i];

		EXPECT_EQ(-EINVAL, parse(bad->text));
		EXPECT_EQ(bad->line, error.line);
		EXPECT_EQ(bad->column, error.column);
		EXPECT_NE(NULL, strstr(error.message, bad->message))
		{
			TH_LOG("%s: expected '%s', got '%s'", bad->text,
			       bad->message, error.message);
		}
	}
}

TEST(a_nul_byte_is_refused)
{
	EXPECT_EQ(-EINVAL, tbl_parse(&tbl, "table t\0", 8, &error));
	EXPECT_EQ(8, error.column);
}

TEST_HARNESS_MAIN
