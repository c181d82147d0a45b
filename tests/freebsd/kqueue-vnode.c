// SPDX-License-Identifier: GPL-2.0
/*
 * kqueue: filter VNODE, and READ and WRITE of files and directories.
 */
#include "kqueue.h"

/* clang-format off */
#define NOTE_DELETE	0x1
#define NOTE_WRITE	0x2
#define NOTE_EXTEND	0x4
#define NOTE_ATTRIB	0x8
#define NOTE_LINK	0x10
#define NOTE_RENAME	0x20
#define NOTE_OPEN	0x80
#define NOTE_CLOSE	0x100
#define NOTE_CLOSE_WRITE 0x200
#define NOTE_READ	0x400
#define NOTE_FILE_POLL	0x2
#define NOTE_ALL	0x7bf

#define O_RDWR		2
#define O_CREAT		0x200
#define O_TRUNC		0x400
#define O_DIRECTORY	0x20000
/* clang-format on */

static int file, dir;

static long watch(int fd, unsigned int fflags)
{
	return change5(fd, EVFILT_VNODE, EV_ADD | EV_CLEAR, fflags, 0);
}

/* What happened to a file, in as many events as it takes. */
static unsigned int happened(int fd)
{
	unsigned int fflags = 0;
	long n;

	while ((n = wait_for(8, fflags ? 30 : 60000)) > 0) {
		for (int i = 0; i < n; i++)
			fflags |= got[i].ident == fd ? got[i].fflags : 0;
	}
	return fflags;
}

static void test_file(void)
{
	file = sys(SYS_open, "watched", O_RDWR | O_CREAT | O_TRUNC, 0644);
	is(watch(file, NOTE_ALL & ~(NOTE_OPEN | NOTE_CLOSE | NOTE_CLOSE_WRITE |
				    NOTE_READ)),
	   0, "EVFILT_VNODE");
	is(poll(8), 0, "nothing yet");
	sys(SYS_write, file, "hello", 5);
	is(happened(file), NOTE_WRITE | NOTE_EXTEND, "written, and longer");
	yes(got[0].ident, "there is an ident");
	sys(SYS_lseek, file, 0, 0);
	sys(SYS_write, file, "H", 1);
	is(happened(file), NOTE_WRITE, "written");
	sys(SYS_ftruncate, file, 2);
	is(happened(file), NOTE_ATTRIB, "made shorter");
	sys(SYS_chmod, "watched", 0600);
	is(happened(file), NOTE_ATTRIB, "chmod");
	sys(SYS_link, "watched", "second");
	is(happened(file), NOTE_LINK, "link");
	sys(SYS_unlink, "second");
	is(happened(file), NOTE_DELETE, "unlink of one name");
	sys(SYS_rename, "watched", "renamed");
	is(happened(file), NOTE_RENAME, "rename");
	sys(SYS_unlink, "renamed");
	is(happened(file), NOTE_DELETE, "unlink");
	sys(SYS_close, file);
	is(poll(8), 0, "nothing after close");
}

static void test_use(void)
{
	int other;
	char byte;

	file = sys(SYS_open, "used", O_RDWR | O_CREAT | O_TRUNC, 0644);
	sys(SYS_write, file, "abc", 3);
	is(watch(file, NOTE_OPEN | NOTE_CLOSE | NOTE_CLOSE_WRITE | NOTE_READ),
	   0, "opening, reading, closing");
	other = sys(SYS_open, "used", 0, 0);
	is(happened(file), NOTE_OPEN, "NOTE_OPEN");
	sys(SYS_read, other, &byte, 1);
	is(happened(file), NOTE_READ, "NOTE_READ");
	sys(SYS_close, other);
	is(happened(file), NOTE_CLOSE, "NOTE_CLOSE");
	other = sys(SYS_open, "used", O_RDWR, 0);
	sys(SYS_close, other);
	is(happened(file), NOTE_OPEN | NOTE_CLOSE_WRITE, "NOTE_CLOSE_WRITE");
	sys(SYS_close, file);
	sys(SYS_unlink, "used");
}

static void test_directory(void)
{
	sys(SYS_mkdir, "within", 0755);
	sys(SYS_mkdir, "without", 0755);
	dir = sys(SYS_open, "within", O_DIRECTORY, 0);
	is(watch(dir, NOTE_WRITE | NOTE_EXTEND | NOTE_LINK | NOTE_RENAME |
			      NOTE_DELETE),
	   0, "a directory");
	file = sys(SYS_open, "within/a", O_RDWR | O_CREAT, 0644);
	is(happened(dir), NOTE_WRITE, "a file in it");
	sys(SYS_mkdir, "within/d", 0755);
	is(happened(dir), NOTE_WRITE | NOTE_LINK, "a directory in it");
	sys(SYS_rename, "within/a", "within/b");
	is(happened(dir), NOTE_WRITE, "another name within");
	sys(SYS_rename, "within/b", "without/b");
	is(happened(dir), NOTE_WRITE | NOTE_EXTEND, "and to elsewhere");
	sys(SYS_rmdir, "within/d");
	is(happened(dir), NOTE_WRITE | NOTE_LINK, "rmdir in it");
	sys(SYS_rename, "within", "moved");
	is(happened(dir), NOTE_RENAME, "rename of itself");
	sys(SYS_close, dir);
	sys(SYS_close, file);
	sys(SYS_unlink, "without/b");
	sys(SYS_rmdir, "without");
	sys(SYS_rmdir, "moved");
}

/* Two descriptors of one file, two filters; each is told. */
static void test_twice(void)
{
	int other;
	long n = 0;

	file = sys(SYS_open, "twice", O_RDWR | O_CREAT | O_TRUNC, 0644);
	other = sys(SYS_dup, file);
	watch(file, NOTE_WRITE);
	watch(other, NOTE_WRITE);
	sys(SYS_write, file, "x", 1);
	for (int i = 0; i < 10 && n < 2; i++)
		n += wait_for(8, 3000);
	is(n, 2, "two descriptors of one file");
	is(change5(other, EVFILT_VNODE, EV_DELETE, 0, 0), 0, "EV_DELETE");
	sys(SYS_write, file, "x", 1);
	is(wait_for(8, 60000), 1, "the other one is left");
	is(got[0].ident, file, "the right one");
	change5(file, EVFILT_VNODE, EV_DELETE, 0, 0);
	sys(SYS_write, file, "x", 1);
	is(wait_for(8, 50), 0, "none");
	is(wait_for(8, 50), 0, "and none later");
	sys(SYS_close, other);
	sys(SYS_close, file);
	sys(SYS_unlink, "twice");
}

static void test_read_write(void)
{
	file = sys(SYS_open, "data", O_RDWR | O_CREAT | O_TRUNC, 0644);
	is(change5(file, EVFILT_READ, EV_ADD, 0, 0), 0, "EVFILT_READ");
	is(poll(8), 0, "an empty file");
	sys(SYS_write, file, "hello", 5);
	is(poll(8), 0, "at its end");
	sys(SYS_lseek, file, 0, 0);
	sys(SYS_write, file, "H", 1);
	is(wait_for(8, 60000), 1, "before its end");
	is(got[0].data, 4, "as far as it is");
	is(poll(8), 1, "still");
	sys(SYS_lseek, file, 5, 0);
	is(poll(8), 0, "no longer");
	sys(SYS_lseek, file, 9, 0);
	is(change5(file, EVFILT_READ, EV_ADD, NOTE_FILE_POLL, 0), 0,
	   "NOTE_FILE_POLL");
	is(poll(8), 1, "is always ready");
	is(got[0].data, -4, "beyond its end");
	change5(file, EVFILT_READ, EV_DELETE, 0, 0);
	is(change5(file, EVFILT_WRITE, EV_ADD, 0, 0), 0, "EVFILT_WRITE");
	is(poll(8), 1, "can always be written");
	is(kq_ready(), 1, "so the kqueue is ready");
	yes(got[0].filter == EVFILT_WRITE && !got[0].data, "its data");
	sys(SYS_close, file);
	is(poll(8), 0, "not after close");
	sys(SYS_unlink, "data");
}

static void test_others(void)
{
	int fds[2];

	sys(SYS_pipe2, fds, 0);
	is(watch(fds[0], NOTE_WRITE), -EINVAL, "a pipe has no vnode");
	is(watch(999, NOTE_WRITE), -EBADF, "no such descriptor");
	sys(SYS_close, fds[0]);
	sys(SYS_close, fds[1]);
	file = sys(SYS_open, "/dev/null", O_RDWR, 0);
	is(change5(file, EVFILT_READ, EV_ADD, 0, 0), -19,
	   "ENODEV for a device that cannot be waited for");
	sys(SYS_close, file);
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	kq = sys(SYS_kqueue);
	test_file();
	test_use();
	test_directory();
	test_twice();
	test_read_write();
	test_others();
	end();
}
