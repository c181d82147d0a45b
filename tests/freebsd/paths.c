// SPDX-License-Identifier: GPL-2.0
/*
 * Paths: the program's own, though it was called by a relative one, those of
 * mounts, real ones, and ones that may not lead out of a directory.
 */
#include "freebsd.h"

/* clang-format off */
enum {
	SYS_chdir = 12,
	SYS_freebsd11_getfsstat = 395,
	SYS_lpathconf = 513,
	SYS_getfsstat = 557,
	SYS_funlinkat = 568,
	SYS_realpathat = 574,
	SYS_fspacectl = 580,
};

#define O_RDWR		0x2
#define O_CREAT		0x200
#define O_DIRECTORY	0x20000
#define O_RESOLVE_BENEATH 0x800000
#define AT_FDCWD	-100
#define AT_REMOVEDIR	0x800
#define AT_EXECPATH	15
#define ENOTCAPABLE	93
#define FD_NONE		-200
#define MNT_WAIT	1
#define MNT_NOWAIT	2
/* clang-format on */

struct statfs {
	uint32_t version, type;
	uint64_t flags, bsize, iosize, blocks, bfree;
	int64_t bavail;
	uint64_t files;
	int64_t ffree;
	uint64_t syncwrites, asyncwrites, syncreads, asyncreads, spare[10];
	uint32_t namemax, owner;
	int fsid[2];
	char charspare[80], fstypename[16], mntfromname[1024], mntonname[1024];
};

_Static_assert(sizeof(struct statfs) == 2344, "statfs");

struct statfs11 {
	uint32_t version, type;
	uint64_t flags, bsize, iosize, blocks, bfree;
	int64_t bavail;
	uint64_t files;
	int64_t ffree;
	uint64_t syncwrites, asyncwrites, syncreads, asyncreads, spare[10];
	uint32_t namemax, owner;
	int fsid[2];
	char charspare[80], fstypename[16], mntfromname[88], mntonname[88];
};

_Static_assert(sizeof(struct statfs11) == 472, "statfs of FreeBSD 11");

static void test_own(const unsigned long *auxv)
{
	const char *path = "none";

	for (; auxv[0]; auxv += 2) {
		if (auxv[0] == AT_EXECPATH)
			path = (const char *)auxv[1];
	}
	yes(same_text(path, "/usr/lib/abimux-tests/freebsd/paths"),
	    "AT_EXECPATH of a program that was called by a relative path");
}

static void test_real(void)
{
	char path[1024];

	sys(SYS_mkdir, "deep", 0755);
	sys(SYS_symlink, "deep", "short");
	sys(SYS_close, sys(SYS_open, "deep/file", O_CREAT | O_RDWR, 0644));
	is(sys(SYS_realpathat, AT_FDCWD, "short/../short/./file", path,
	       sizeof(path), 0),
	   0, "__realpathat");
	yes(same_text(path, "/tmp/work/deep/file"), "without links");
	is(sys(SYS_realpathat, AT_FDCWD, "/", path, sizeof(path), 0), 0,
	   "of the root");
	yes(same_text(path, "/"), "is a slash");
	is(sys(SYS_realpathat, AT_FDCWD, "none", path, sizeof(path), 0),
	   -ENOENT, "of nothing");
	is(sys(SYS_realpathat, AT_FDCWD, "deep", path, 5, 0), -63,
	   "without room");
	is(sys(SYS_realpathat, AT_FDCWD, "deep", path, 5, 1), -EINVAL,
	   "with a flag");
}

static void test_beneath(void)
{
	long dir = sys(SYS_open, "deep", O_DIRECTORY, 0), fd;
	int64_t range[2] = { 0, 4096 };

	fd = sys(SYS_openat, dir, "file", O_RDWR | O_RESOLVE_BENEATH, 0);
	yes(fd > 2, "O_RESOLVE_BENEATH");
	is(sys(SYS_openat, dir, "../short", O_RESOLVE_BENEATH, 0), -ENOTCAPABLE,
	   "and out of it");
	is(sys(SYS_openat, dir, "/tmp", O_RESOLVE_BENEATH, 0), -ENOTCAPABLE,
	   "and from the root");
	is(sys(SYS_openat, dir, "none", O_RESOLVE_BENEATH, 0), -ENOENT,
	   "and what there is not");
	is(sys(SYS_fspacectl, fd, 1, range, 0, 0), 0, "fspacectl");
	is(sys(SYS_fspacectl, fd, 2, range, 0, 0), -EINVAL, "no such command");
	/* F_ISUNIONSTACK, F_RDAHEAD */
	is(sys(SYS_fcntl, dir, 21, 0), 0, "F_ISUNIONSTACK");
	is(sys(SYS_fcntl, 77, 21, 0), -EBADF, "of no file");
	is(sys(SYS_fcntl, fd, 16, 1), 0, "F_RDAHEAD");
	sys(SYS_close, fd);
	sys(SYS_close, dir);
}

static void test_links(void)
{
	char path[64];

	sys(SYS_symlink, "deep/file", "way");
	is(sys(SYS_link, "way", "second"), 0, "link through a symbolic one");
	sys(SYS_realpathat, AT_FDCWD, "second", path, sizeof(path), 0);
	yes(same_text(path, "/tmp/work/second"), "is one to the file");
	is(sys(SYS_lpathconf, "way", 4), 255, "lpathconf");
	sys(SYS_unlink, "deep/file");
	is(sys(SYS_pathconf, "way", 4), -ENOENT, "pathconf goes through it");
	is(sys(SYS_lpathconf, "way", 18), 1024, "_PC_SYMLINK_MAX");
	is(sys(SYS_pathconf, "deep", 12), 64, "_PC_FILESIZEBITS");
	is(sys(SYS_pathconf, "deep", 99), -EINVAL, "no such name");
	is(sys(SYS_funlinkat, AT_FDCWD, "second", FD_NONE, 0), 0, "funlinkat");
	is(sys(SYS_funlinkat, AT_FDCWD, "deep", FD_NONE, 0), -EPERM,
	   "of a directory");
	is(sys(SYS_funlinkat, AT_FDCWD, "way", 1, 0), -EOPNOTSUPP,
	   "of a certain file");
	is(sys(SYS_funlinkat, AT_FDCWD, "deep", FD_NONE, AT_REMOVEDIR), 0,
	   "AT_REMOVEDIR");
}

static struct statfs all[16];

static struct statfs *mount_on(const char *path, long count)
{
	for (long i = 0; i < count; i++) {
		if (same_text(all[i].mntonname, path))
			return all + i;
	}
	return NULL;
}

static void test_mounts(void)
{
	struct statfs one = {}, *found;
	static struct statfs11 old[16];
	long count, got;

	is(sys(SYS_statfs, "/tmp/work", &one), 0, "statfs");
	yes(same_text(one.mntonname, "/tmp") &&
		    same_text(one.mntfromname, "tmp") &&
		    same_text(one.fstypename, "tmpfs"),
	    "f_mntonname, f_mntfromname, f_fstypename");
	is(sys(SYS_statfs, "/proc/self", &one), 0, "statfs of /proc");
	yes(same_text(one.fstypename, "procfs") &&
		    same_text(one.mntonname, "/proc"),
	    "its type and place");
	is(sys(SYS_statfs, "none", &one), -ENOENT, "statfs of nothing");
	count = sys(SYS_getfsstat, 0, 0, MNT_NOWAIT);
	yes(count > 5 && count <= 16, "getfsstat counts");
	got = sys(SYS_getfsstat, all, sizeof(all), MNT_WAIT);
	is(got, count, "getfsstat");
	found = mount_on("/tmp", got);
	yes(found && same_text(found->fstypename, "tmpfs") &&
		    found->version == 0x20140518 && found->bsize == 4096,
	    "/tmp is among them");
	yes(mount_on("/", got) && mount_on("/dev/pts", got),
	    "and the root, and one in another");
	is(sys(SYS_getfsstat, all, 3 * sizeof(all[0]), MNT_NOWAIT), 3,
	   "no room for all");
	is(sys(SYS_getfsstat, all, sizeof(all), 9), -EINVAL, "no such mode");
	got = sys(SYS_freebsd11_getfsstat, old, sizeof(old), MNT_NOWAIT);
	is(got, count, "getfsstat of FreeBSD 11");
	yes(old[0].version == 0x20030518 && same_text(old[0].mntonname, "/"),
	    "the root comes first");
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	sys(SYS_chdir, "/tmp/work");
	test_own(auxv);
	test_real();
	test_beneath();
	test_links();
	test_mounts();
	end();
}
