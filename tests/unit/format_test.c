// SPDX-License-Identifier: GPL-2.0
/*
 * Formats as text, and back.
 */
#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <abimux/policy.h>

#include "format.h"
#include "kselftest_harness.h"
#include "place.h"

static struct abimux_format format;
static char why[200];

static const struct good {
	const char *text;
	struct abimux_format format;
} goods[] = {
	{ "default", { .kind = ABIMUX_FORMAT_DEFAULT } },
	{ "default/i386",
	  { .kind = ABIMUX_FORMAT_DEFAULT, .machine = EM_386 } },
	{ "elf-osabi:9/amd64",
	  { .kind = ABIMUX_FORMAT_ELF_OSABI,
	    .machine = EM_X86_64,
	    .value = 9 } },
	{ "elf-note:Linux-0.11:1/i386",
	  { .kind = ABIMUX_FORMAT_ELF_NOTE,
	    .machine = EM_386,
	    .value = 1,
	    .owner = "Linux-0.11" } },
	{ "magic:978a0000",
	  { .kind = ABIMUX_FORMAT_MAGIC, .value = 0x978a0000 } },
	{ "uid:4294967294",
	  { .kind = ABIMUX_FORMAT_UID, .value = 4294967294 } },
	{ "path:8:1:258",
	  { .kind = ABIMUX_FORMAT_PATH,
	    .value = 8 << 20 | 1,
	    .owner = "\2\1" } },
	{ "cgroup:258", { .kind = ABIMUX_FORMAT_CGROUP, .owner = "\2\1" } },
};

TEST(there_and_back)
{
	char text[FORMAT_TEXT_LEN];

	for (size_t i = 0; i < ARRAY_SIZE(goods); i++) {
		ASSERT_EQ(0, format_parse(&format, goods[i].text, why,
					  sizeof(why)));
		EXPECT_EQ(0, memcmp(&goods[i].format, &format, sizeof(format)));
		format_text(text, &format);
		EXPECT_STREQ(goods[i].text, text);
	}
}

static const char *const bads[] = {
	"", /* empty */
	"elf", /* unknown */
	"default:1", /* default with value */
	"elf-osabi/amd64", /* osabi without value */
	"elf-osabi:/amd64", /* osabi with empty value */
	"elf-osabi:9", /* osabi without machine */
	"elf-osabi:9/arm", /* osabi with unknown machine */
	"elf-osabi:256/amd64", /* osabi too large */
	"elf-osabi:-1/amd64", /* osabi negative */
	"elf-note:FreeBSD/amd64", /* note without type */
	"elf-note::1/amd64", /* note without owner */
	"elf-note:abcdefghijabcdefghijabcd:1/amd64", /* note with long owner */
	"elf-note:a b:1/amd64", /* note with blank */
	"elf-note:a:b:1/amd64", /* note with colon */
	"elf-note:a:4294967296/amd64", /* note too large */
	"magic:978a000", /* magic too short */
	"magic:978a00000", /* magic too long */
	"magic:978a000g", /* magic not hex */
	"magic:978a0000/amd64", /* magic with machine */
	"uid:x", /* uid not a number */
	"uid:4294967295", /* uid of nobody */
	"path", /* path without one */
	"path:", /* empty path */
	"path:true", /* path that could be a number */
	"path:/nonesuch", /* no such file */
	"path:/", /* path of a directory */
	"path:8:1", /* path without inode */
	"path:4096:1:1", /* major number too large */
	"path:8:1048576:1", /* minor number too large */
	"path:8:1:18446744073709551616", /* inode too large */
	"path:8:1:1/amd64", /* path with machine */
	"cgroup:/", /* not a cgroup */
	"cgroup:x", /* cgroup not a number */
	"cgroup:1:1", /* too many numbers */
	"uid:99999999999999999999999999999999999999999999999999999999999999999999999", /* huge */
};

TEST(path_is_the_file_that_is_there)
{
	struct abimux_format by_link;
	struct stat st;

	ASSERT_EQ(0, stat("/proc/self/exe", &st));
	ASSERT_EQ(0, format_parse(&format, "path:/proc/self/exe", why,
				  sizeof(why)));
	EXPECT_EQ(ABIMUX_FORMAT_PATH, format.kind);
	EXPECT_EQ(st.st_ino, place_id(&format));
	ASSERT_EQ(0, format_parse(&by_link, "path:/proc/self/../self/exe", why,
				  sizeof(why)));
	EXPECT_EQ(0, memcmp(&format, &by_link, sizeof(format)));
}

TEST(user_by_name)
{
	ASSERT_EQ(0, format_parse(&format, "uid:root", why, sizeof(why)));
	EXPECT_EQ(ABIMUX_FORMAT_UID, format.kind);
	EXPECT_EQ(0, format.value);
}

TEST(bad_formats_are_refused)
{
	for (size_t i = 0; i < ARRAY_SIZE(bads); i++) {
		why[0] = '\0';
		EXPECT_EQ(-EINVAL,
			  format_parse(&format, bads[i], why, sizeof(why)))
		{
			TH_LOG("%s", bads[i]);
		}
		EXPECT_NE('\0', why[0]);
	}
}

TEST_HARNESS_MAIN
