// SPDX-License-Identifier: GPL-2.0
/*
 * Directories: entries of both layouts field by field, positions that can be gone
 * back to, and entries that come and go meanwhile.
 */
#include "freebsd.h"

/* clang-format off */
enum {
	SYS_freebsd11_getdents = 272,
};

#define O_RDWR		0x2
#define O_CREAT		0x200
#define O_DIRECTORY	0x20000
#define AT_FDCWD	-100
#define AT_SYMLINK_NOFOLLOW 0x200
#define SEEK_SET	0
#define SEEK_CUR	1
#define FILES		100
#define DT_FIFO		1
#define DT_DIR		4
#define DT_REG		8
#define DT_LNK		10
/* clang-format on */

struct dirent {
	uint64_t fileno, off;
	uint16_t reclen;
	uint8_t type, pad0;
	uint16_t namlen, pad1;
	char name[256];
};

_Static_assert(sizeof(struct dirent) == 280, "dirent");

struct dirent11 {
	uint32_t fileno;
	uint16_t reclen;
	uint8_t type, namlen;
	char name[256];
};

_Static_assert(sizeof(struct dirent11) == 264, "dirent of FreeBSD 11");

static char buf[16384] __attribute__((aligned(8)));
static char names[FILES][8];

static void number_name(char *name, int number)
{
	name[0] = 'f';
	name[1] = '0' + number / 100;
	name[2] = '0' + number / 10 % 10;
	name[3] = '0' + number % 10;
	name[4] = '\0';
}

static void fill(void)
{
	sys(SYS_mkdir, "many", 0755);
	for (int i = 0; i < FILES; i++) {
		char path[16] = "many/";

		number_name(names[i], i);
		memcpy(path + 5, names[i], 5);
		sys(SYS_close, sys(SYS_open, path, O_RDWR | O_CREAT, 0644));
	}
	sys(SYS_mkdir, "many/dir", 0755);
	sys(SYS_mkfifo, "many/fifo", 0644);
	sys(SYS_symlink, "f000", "many/link");
}

static uint64_t number_of(const char *path)
{
	uint64_t stat[28];

	sys(SYS_fstatat, AT_FDCWD, path, stat, AT_SYMLINK_NOFOLLOW);
	return stat[1];
}

static struct dirent *find(long size, const char *name)
{
	for (long at = 0; at < size;) {
		struct dirent *entry = (struct dirent *)(buf + at);

		if (same_text(entry->name, name))
			return entry;
		at += entry->reclen;
	}
	return NULL;
}

static void test_fields(void)
{
	long fd = sys(SYS_open, "many", O_DIRECTORY, 0), base = -1, got;
	struct dirent *entry;

	memset(buf, 0xee, sizeof(buf));
	got = sys(SYS_getdirentries, fd, buf, sizeof(buf), &base);
	yes(got > 0, "getdirentries");
	is(base, 0, "starts at the start");
	entry = find(got, "f042");
	if (!yes(entry, "a file"))
		return;
	is(entry->fileno, number_of("many/f042"), "d_fileno");
	is(entry->reclen, 32, "d_reclen");
	is(entry->type, DT_REG, "d_type");
	is(entry->namlen, 4, "d_namlen");
	yes(!entry->pad0 && !entry->pad1 && !entry->name[5] && !entry->name[7],
	    "what is between is zero");
	entry = find(got, "dir");
	yes(entry && entry->type == DT_DIR, "a directory");
	entry = find(got, "fifo");
	yes(entry && entry->type == DT_FIFO, "a fifo");
	entry = find(got, "link");
	yes(entry && entry->type == DT_LNK, "a symbolic link");
	entry = find(got, "..");
	yes(entry && entry->type == DT_DIR && entry->namlen == 2, "dot-dot");
	is(sys(SYS_getdirentries, fd, buf, sizeof(buf), &base), 0, "the end");
	is(sys(SYS_getdirentries, fd, buf, 8, &base), 0, "and again");
	sys(SYS_close, fd);
}

/* The position after each entry leads to the one that came then. */
static void test_positions(void)
{
	static uint64_t offs[FILES + 8];
	static char after[FILES + 8][8];
	long fd = sys(SYS_open, "many", O_DIRECTORY, 0), got, base, count = 0,
	     good = 0, before;

	for (;;) {
		before = sys(SYS_lseek, fd, 0, SEEK_CUR);
		got = sys(SYS_getdirentries, fd, buf, 700, &base);
		if (got <= 0)
			break;
		good += base == before;
		for (long at = 0; at < got && count < FILES + 8;) {
			struct dirent *entry = (struct dirent *)(buf + at);

			offs[count] = entry->off;
			memcpy(after[count++], entry->name, 8);
			at += entry->reclen;
		}
	}
	is(count, FILES + 5, "all entries");
	yes(good > 4, "base is where lseek says that it is");
	good = 0;
	for (long i = 0; i < count - 1; i++) {
		sys(SYS_lseek, fd, offs[i], SEEK_SET);
		got = sys(SYS_getdirentries, fd, buf, 700, &base);
		good += got > 0 && base == offs[i] &&
			same_text(((struct dirent *)buf)->name, after[i + 1]);
	}
	is(good, count - 1, "d_off of each leads to the next");
	sys(SYS_lseek, fd, 0, SEEK_SET);
	got = sys(SYS_getdirentries, fd, buf, 700, &base);
	yes(got > 0 && same_text(((struct dirent *)buf)->name, after[0]),
	    "rewinding");
	sys(SYS_close, fd);
}

/* Each file is removed as soon as it was read: none is missed or comes twice. */
static void test_removal(void)
{
	long fd = sys(SYS_open, "many", O_DIRECTORY, 0), got, base, seen = 0;

	while ((got = sys(SYS_getdirentries, fd, buf, 512, &base)) > 0) {
		for (long at = 0; at < got;) {
			struct dirent *entry = (struct dirent *)(buf + at);

			if (entry->type == DT_REG)
				seen += !sys(SYS_unlinkat, fd, entry->name, 0);
			at += entry->reclen;
		}
	}
	is(seen, FILES, "a directory that becomes empty while it is read");
	sys(SYS_close, fd);
}

static void test_old(void)
{
	long fd = sys(SYS_open, "many", O_DIRECTORY, 0), base = -1, got;
	struct dirent11 *entry = (struct dirent11 *)buf;

	memset(buf, 0xee, sizeof(buf));
	got = sys(SYS_freebsd11_getdirentries, fd, buf, sizeof(buf), &base);
	is(base, 0, "getdirentries of FreeBSD 11");
	for (long at = 0; at < got; at += entry->reclen) {
		entry = (struct dirent11 *)(buf + at);
		if (same_text(entry->name, "fifo"))
			break;
	}
	yes(entry->type == DT_FIFO && entry->namlen == 4 &&
		    entry->reclen == 16 &&
		    entry->fileno == (uint32_t)number_of("many/fifo"),
	    "its d_type, d_namlen, d_reclen, d_fileno");
	sys(SYS_lseek, fd, 0, SEEK_SET);
	is(sys(SYS_freebsd11_getdents, fd, buf, sizeof(buf)), got, "getdents");
	sys(SYS_close, fd);
	is(sys(SYS_getdirentries, 77, buf, 512, &base), -EBADF,
	   "no descriptor");
}

static void test_long_name(void)
{
	char path[300] = "long/", *name = path + 5;
	long fd, base, got;
	struct dirent *entry;

	sys(SYS_mkdir, "long", 0755);
	memset(name, 'n', 255);
	name[255] = '\0';
	sys(SYS_close, sys(SYS_open, path, O_RDWR | O_CREAT, 0644));
	fd = sys(SYS_open, "long", O_DIRECTORY, 0);
	got = sys(SYS_getdirentries, fd, buf, sizeof(buf), &base);
	entry = find(got, name);
	yes(entry && entry->namlen == 255 && entry->reclen == 280,
	    "the longest name");
	sys(SYS_close, fd);
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	fill();
	test_fields();
	test_positions();
	test_old();
	test_long_name();
	test_removal();
	end();
}
