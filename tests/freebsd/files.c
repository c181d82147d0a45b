// SPDX-License-Identifier: GPL-2.0
/*
 * Files and memory: flags, structures, directories, locks, mappings, errnos.
 * Runs in an empty directory.
 */
#include "freebsd.h"

/* clang-format off */
#define O_RDWR		0x2
#define O_NONBLOCK	0x4
#define O_APPEND	0x8
#define O_EXLOCK	0x20
#define O_NOFOLLOW	0x100
#define O_CREAT		0x200
#define O_TRUNC		0x400
#define O_EXCL		0x800
#define O_DIRECTORY	0x20000
#define O_EXEC		0x40000
#define O_CLOEXEC	0x100000

#define AT_FDCWD	-100
#define AT_SYMLINK_NOFOLLOW 0x200
#define AT_REMOVEDIR	0x800

#define S_IFMT		0170000
#define S_IFIFO		0010000
#define S_IFCHR		0020000
#define S_IFDIR		0040000
#define S_IFREG		0100000
#define S_IFLNK		0120000
/* clang-format on */

struct stat {
	uint64_t dev, ino, nlink;
	uint16_t mode, pad0;
	uint32_t uid, gid, pad1;
	uint64_t rdev;
	int64_t atim[2], mtim[2], ctim[2], birthtim[2];
	int64_t size, blocks;
	int32_t blksize;
	uint32_t flags;
	uint64_t gen, spare[10];
};

_Static_assert(sizeof(struct stat) == 224, "stat");

struct stat11 {
	uint32_t dev, ino;
	uint16_t mode, nlink;
	uint32_t uid, gid, rdev;
	int64_t atim[2], mtim[2], ctim[2];
	int64_t size, blocks;
	int32_t blksize;
	uint32_t flags, gen;
	int32_t spare;
	int64_t birthtim[2];
};

_Static_assert(sizeof(struct stat11) == 120, "stat of FreeBSD 11");

static void test_open(void)
{
	long fd = sys(SYS_open, "file", O_RDWR | O_CREAT | O_EXCL, 0640);

	yes(fd > 2, "O_CREAT");
	is(sys(SYS_open, "file", O_RDWR | O_CREAT | O_EXCL, 0640), -EEXIST,
	   "O_EXCL");
	is(sys(SYS_open, "file", 3, 0), -EINVAL, "no such way to open");
	is(sys(SYS_write, fd, "0123456789", 10), 10, "write");
	is(sys(SYS_close, fd), 0, "close");
	fd = sys(SYS_open, "file", O_RDWR | O_APPEND | O_NONBLOCK, 0);
	is(sys(SYS_fcntl, fd, 3, 0), O_RDWR | O_APPEND | O_NONBLOCK, "F_GETFL");
	is(sys(SYS_fcntl, fd, 4, O_APPEND), 0, "F_SETFL");
	is(sys(SYS_fcntl, fd, 3, 0), O_RDWR | O_APPEND, "O_NONBLOCK is off");
	sys(SYS_write, fd, "ab", 2);
	is(sys(SYS_lseek, fd, 0, 1), 12, "O_APPEND");
	sys(SYS_close, fd);
	fd = sys(SYS_open, "file", O_RDWR | O_TRUNC | O_CLOEXEC, 0);
	is(sys(SYS_lseek, fd, 0, 2), 0, "O_TRUNC");
	is(sys(SYS_fcntl, fd, 1, 0), 1, "O_CLOEXEC");
	sys(SYS_close, fd);
	is(sys(SYS_open, "file", O_DIRECTORY, 0), -20, "O_DIRECTORY");
	is(sys(SYS_symlink, "file", "link"), 0, "symlink");
	is(sys(SYS_open, "link", O_NOFOLLOW, 0), -EMLINK, "O_NOFOLLOW");
	fd = sys(SYS_openat, AT_FDCWD, ".", O_EXEC | O_DIRECTORY, 0);
	yes(fd > 2, "O_SEARCH");
	is(sys(SYS_openat, fd, "none", 0, 0), -ENOENT, "openat");
	sys(SYS_close, fd);
}

static void test_lock(void)
{
	long one = sys(SYS_open, "file", O_RDWR | O_EXLOCK, 0), two;

	yes(one > 2, "O_EXLOCK");
	is(sys(SYS_open, "file", O_RDWR | O_EXLOCK | O_NONBLOCK, 0), -EAGAIN,
	   "it is locked");
	sys(SYS_close, one);
	two = sys(SYS_open, "file", O_RDWR | O_EXLOCK | O_NONBLOCK, 0);
	yes(two > 2, "it is free again");
	sys(SYS_close, two);
}

struct flock {
	int64_t start, len;
	int32_t pid;
	int16_t type, whence;
	int32_t sysid;
};

static void test_record_lock(void)
{
	struct flock lock = { .start = 10, .len = 20, .type = 3 };
	long fd = sys(SYS_open, "file", O_RDWR, 0), pid = sys(SYS_getpid),
	     child;
	int status;

	is(sys(SYS_fcntl, fd, 12, &lock), 0, "F_SETLK");
	child = sys(SYS_fork);
	if (!child) {
		lock = (struct flock){ .start = 0, .len = 100, .type = 1 };
		sys(SYS_fcntl, fd, 11, &lock);
		if (lock.type != 3 || lock.start != 10 || lock.len != 20)
			sys(SYS_exit, 1);
		sys(SYS_exit, lock.pid != pid);
	}
	sys(SYS_wait4, child, &status, 0, 0);
	is(status, 0, "F_GETLK in another process");
	lock.type = 7;
	is(sys(SYS_fcntl, fd, 12, &lock), -EINVAL, "no such lock");
	sys(SYS_close, fd);
}

static void test_stat(void)
{
	struct stat stat, link;
	struct stat11 old;
	long fd;

	memset(&stat, 0xff, sizeof(stat));
	fd = sys(SYS_open, "file", O_RDWR | O_TRUNC, 0);
	sys(SYS_write, fd, "0123456789", 10);
	is(sys(SYS_fstat, fd, &stat), 0, "fstat");
	is(stat.mode, S_IFREG | 0640, "st_mode");
	yes(stat.size == 10 && stat.nlink == 1, "st_size, st_nlink");
	yes(stat.uid == 0 && stat.gid == 0 && stat.rdev == 0,
	    "st_uid, st_gid, st_rdev");
	yes(stat.mtim[0] > 1600000000 && (uint64_t)stat.mtim[1] < 1000000000,
	    "st_mtim");
	yes(stat.blksize >= 512 && stat.blocks <= 64 && !stat.spare[9],
	    "st_blksize, st_blocks");
	is(sys(SYS_freebsd11_fstat, fd, &old), 0, "fstat of FreeBSD 11");
	yes(old.mode == stat.mode && old.size == 10 && old.nlink == 1,
	    "its st_mode, st_size, st_nlink");
	yes(old.ino == (uint32_t)stat.ino && old.mtim[0] == stat.mtim[0],
	    "its st_ino, st_mtim");
	is(sys(SYS_fstatat, AT_FDCWD, "link", &link, AT_SYMLINK_NOFOLLOW), 0,
	   "fstatat");
	is(link.mode & S_IFMT, S_IFLNK, "of a link itself");
	is(sys(SYS_fstatat, AT_FDCWD, "link", &link, 0), 0,
	   "fstatat through a link");
	is(link.ino, stat.ino, "is that of the file");
	is(sys(SYS_fstatat, AT_FDCWD, "file", &link, 0x1000), -EINVAL,
	   "no such flag");
	is(sys(SYS_fstatat, AT_FDCWD, "/dev/null", &link, 0), 0, "a device");
	yes((link.mode & S_IFMT) == S_IFCHR && link.rdev == (1 << 8 | 3),
	    "st_rdev of it");
	is(sys(SYS_fstat, -1, &link), -EBADF, "no such descriptor");
	is(sys(SYS_fstat, fd, 16), -EFAULT, "a bad address");
	sys(SYS_close, fd);
}

static void test_times(void)
{
	long times[4] = { 0, -2, 1234567890, 5000 };
	struct stat stat;

	is(sys(SYS_utimensat, AT_FDCWD, "file", times, 0), 0, "utimensat");
	sys(SYS_fstatat, AT_FDCWD, "file", &stat, 0);
	yes(stat.mtim[0] == 1234567890 && stat.mtim[1] == 5000,
	    "the time of change");
	yes(stat.atim[0] > 1600000000, "UTIME_OMIT");
	times[1] = 2000000000;
	is(sys(SYS_utimensat, AT_FDCWD, "file", times, 0), -EINVAL,
	   "a time that is none");
}

struct dirent {
	uint64_t fileno, off;
	uint16_t reclen;
	uint8_t type, pad0;
	uint16_t namlen, pad1;
	char name[];
};

struct dirent11 {
	uint32_t fileno;
	uint16_t reclen;
	uint8_t type, namlen;
	char name[];
};

#define NAMES 200

/* Names of 1 to 250 letters: "n", then as many as there are before it. */
static void name_of(char *name, int nr)
{
	int len = 4 + nr % 240;

	for (int i = 0; i < len; i++)
		name[i] = 'a' + (i < 3 ? nr % 20 : nr / 20);
	name[0] = 'A' + nr / 20;
	name[1] = 'A' + nr % 20;
	name[len] = '\0';
}

static void make_names(void)
{
	char name[256];

	sys(SYS_mkdir, "names", 0755);
	for (int nr = 0; nr < NAMES; nr++) {
		memcpy(name, "names/", 6);
		name_of(name + 6, nr);
		sys(SYS_close, sys(SYS_open, name, O_RDWR | O_CREAT, 0600));
	}
}

static bool entry_good(const struct dirent *entry, bool *seen)
{
	size_t len = text_len(entry->name);
	char name[256];
	int nr;

	if (len != entry->namlen || entry->reclen != ((24 + len + 1 + 7) & ~7u))
		return false;
	for (size_t i = len; i < entry->reclen - 24; i++) {
		if (entry->name[i])
			return false;
	}
	if (entry->name[0] == '.')
		return entry->type == 4;
	nr = (entry->name[0] - 'A') * 20 + entry->name[1] - 'A';
	name_of(name, nr);
	if (nr < 0 || nr >= NAMES || seen[nr] || !same_text(name, entry->name))
		return false;
	seen[nr] = true;
	return entry->type == 8 && entry->fileno;
}

static void test_directory(size_t size, const char *name)
{
	char buf[8192] __attribute__((aligned(8)));
	long fd = sys(SYS_open, "names", O_DIRECTORY, 0), got, base = -1,
	     total = 0;
	bool seen[NAMES] = {}, good = true;

	while ((got = sys(SYS_getdirentries, fd, buf, size, &base)) > 0) {
		for (long at = 0; at < got; total++) {
			struct dirent *entry = (struct dirent *)(buf + at);

			good = good && entry->reclen && entry_good(entry, seen);
			if (!good)
				break;
			at += entry->reclen;
		}
	}
	is(got, 0, name);
	yes(good && total == NAMES + 2, "all entries, each once");
	yes(base > 0, "position");
	sys(SYS_close, fd);
}

static void test_old_directory(void)
{
	char buf[1024] __attribute__((aligned(8)));
	long fd = sys(SYS_open, "names", O_DIRECTORY, 0), got, base, total = 0;
	bool good = true;

	while ((got = sys(SYS_freebsd11_getdirentries, fd, buf, sizeof(buf),
			  &base)) > 0) {
		for (long at = 0; at < got; total++) {
			struct dirent11 *entry = (struct dirent11 *)(buf + at);
			size_t len = text_len(entry->name);

			good = good && entry->namlen == len &&
			       entry->reclen == ((8 + len + 1 + 3) & ~3u);
			if (!good)
				break;
			at += entry->reclen;
		}
	}
	is(got, 0, "getdirentries of FreeBSD 11");
	yes(good && total == NAMES + 2, "all entries of it");
	sys(SYS_close, fd);
	fd = sys(SYS_open, "file", 0, 0);
	is(sys(SYS_getdirentries, fd, buf, sizeof(buf), &base), -EINVAL,
	   "not a directory");
	sys(SYS_close, fd);
}

static void test_names(void)
{
	char cwd[256];

	is(sys(SYS_unlink, "names"), -EPERM, "unlink of a directory");
	is(sys(SYS_rmdir, "names"), -ENOTEMPTY, "rmdir of a full one");
	is(sys(SYS_mkdir, "empty", 0700), 0, "mkdir");
	is(sys(SYS_unlinkat, AT_FDCWD, "empty", AT_REMOVEDIR), 0,
	   "AT_REMOVEDIR");
	is(sys(SYS_getcwd, cwd, sizeof(cwd)), 0, "__getcwd");
	yes(cwd[0] == '/' && cwd[1], "the directory");
	is(sys(SYS_getcwd, cwd, 2), -ERANGE, "no room for it");
	is(sys(SYS_chflags, "file", 0), -EOPNOTSUPP, "chflags");
	is(sys(SYS_pathconf, "file", 4), 255, "_PC_NAME_MAX");
	is(sys(SYS_pathconf, "none", 4), -ENOENT, "of no file");
	is(sys(SYS_mkfifo, "fifo", 0600), 0, "mkfifo");
}

static void test_statfs(void)
{
	unsigned int buf[2344 / 4];
	uint64_t bsize;

	memset(buf, 0xff, sizeof(buf));
	is(sys(SYS_statfs, "/tmp", buf), 0, "statfs");
	is(buf[0], 0x20140518, "f_version");
	memcpy(&bsize, buf + 4, sizeof(bsize));
	is(bsize, 4096, "f_bsize");
	yes(same_text((char *)buf + 280, "tmpfs"), "f_fstypename");
	yes(same_text((char *)buf + 1320, "/tmp"), "f_mntonname");
	is(sys(SYS_freebsd11_statfs, "/tmp", buf), 0, "statfs of FreeBSD 11");
	is(buf[0], 0x20030518, "its f_version");
}

static void test_pipe(void)
{
	struct result result = call(SYS_freebsd10_pipe);
	int fds[2];
	char byte;

	yes(!result.failed && result.ret2 == result.ret + 1,
	    "pipe of FreeBSD 10");
	is(sys(SYS_write, result.ret2, "x", 1), 1,
	   "its second result is the end to write to");
	sys(SYS_close, result.ret);
	sys(SYS_close, result.ret2);
	is(sys(SYS_pipe2, fds, O_NONBLOCK), 0, "pipe2");
	is(sys(SYS_read, fds[0], &byte, 1), -EAGAIN, "nothing to read");
	is(sys(SYS_pipe2, fds, 0x1), -EINVAL, "pipe2 with another flag");
	is(sys(SYS_close, 77), -EBADF, "no such descriptor");
	is(sys(SYS_fcntl, fds[0], 10, 60), 60, "F_DUP2FD");
	is(sys(SYS_fcntl, fds[0], 18, 61), 61, "F_DUP2FD_CLOEXEC");
	is(sys(SYS_fcntl, 61, 1, 0), 1, "its flag");
	is(sys(SYS_dup2, fds[0], fds[0]), fds[0], "dup2 to itself");
	is(sys(SYS_posix_fallocate, fds[1], 0, 10), 29,
	   "an errno that is the result");
}

/* clang-format off */
#define MAP_SHARED	0x1
#define MAP_PRIVATE	0x2
#define MAP_FIXED	0x10
#define MAP_STACK	0x400
#define MAP_ANON	0x1000
#define MAP_GUARD	0x2000
#define MAP_EXCL	0x4000
#define MAP_ALIGNED(n)	((n) << 24)
/* clang-format on */

static long map(unsigned long addr, size_t len, int prot, unsigned int flags)
{
	return sys(SYS_mmap, addr, len, prot, flags, -1, 0);
}

static void test_mmap(void)
{
	long at = map(0, 8192, 3, MAP_ANON), aligned, other;

	yes(at > 0 && !(at & 4095), "MAP_ANON is private by default");
	*(volatile int *)at = 1;
	is(map(at, 4096, 3, MAP_ANON | MAP_FIXED | MAP_EXCL), -ENOMEM,
	   "MAP_EXCL");
	is(*(volatile int *)at, 1, "and nothing was replaced");
	is(map(at, 4096, 3, MAP_ANON | MAP_FIXED | MAP_PRIVATE), at,
	   "MAP_FIXED");
	is(*(volatile int *)at, 0, "replaces");
	is(map(at + 1, 4096, 3, MAP_ANON | MAP_FIXED), -EINVAL,
	   "MAP_FIXED, not aligned");
	aligned = map(0, 8192, 3, MAP_ANON | MAP_ALIGNED(21));
	is(aligned & 0x1fffff, 0, "MAP_ALIGNED");
	other = map(0, 0x200000, 3, MAP_ANON | MAP_ALIGNED(21));
	is(other & 0x1fffff, 0, "MAP_ALIGNED of a larger one");
	((volatile char *)other)[0x1fffff] = 1;
	yes(map(0, 65536, 3, MAP_STACK) > 0, "MAP_STACK");
	yes(map(0, 65536, 0, MAP_GUARD) > 0, "MAP_GUARD");
	is(map(0, 65536, 1, MAP_GUARD), -EINVAL, "MAP_GUARD that is readable");
	is(map(0, 0, 3, MAP_ANON), -EINVAL, "no length");
	is(map(0, 4096, 3, MAP_ANON | MAP_SHARED | MAP_PRIVATE), -EINVAL,
	   "shared and private");
	is(sys(SYS_mmap, 0, 4096, 3, MAP_ANON, 0, 0), -EINVAL,
	   "MAP_ANON with a descriptor");
	is(map(0, 4096, 3, MAP_ANON | 0x100), -EINVAL, "no such flag");
	*(volatile int *)at = 3;
	is(sys(SYS_madvise, at, 4096, 4), 0, "MADV_DONTNEED");
	is(*(volatile int *)at, 3, "keeps the contents");
	is(sys(SYS_mprotect, at + 100, 100, 1), 0,
	   "mprotect of a part of a page");
	is(sys(SYS_munmap, at + 100, 8000), 0, "munmap of a part of a page");
	is(sys(SYS_munmap, at, 0), -EINVAL, "munmap of nothing");
}

static void test_file_mapping(void)
{
	long fd = sys(SYS_open, "file", O_RDWR | O_TRUNC, 0), at;

	for (int i = 0; i < 1000; i++)
		sys(SYS_write, fd, "0123456789", 10);
	at = sys(SYS_mmap, 0, 100, 1, MAP_SHARED, fd, 5003);
	is(at & 4095, 5003 & 4095, "a file from inside a page");
	yes(at > 0 && *(char *)at == '3', "its contents");
	is(sys(SYS_mmap, 0, 100, 1, 0, fd, 0), -EINVAL,
	   "neither shared nor private");
	sys(SYS_close, fd);
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	test_open();
	test_lock();
	test_record_lock();
	test_stat();
	test_times();
	make_names();
	test_directory(8192, "getdirentries");
	test_directory(512, "getdirentries, little by little");
	test_old_directory();
	test_names();
	test_statfs();
	test_pipe();
	test_mmap();
	test_file_mapping();
	end();
}
