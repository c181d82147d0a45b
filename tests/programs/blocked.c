// SPDX-License-Identifier: GPL-2.0
/*
 * blocked WORD: makes one native call that waits for standard input, and ends with its
 * result as its status, on whatever table it is then: linux, myelf or freebsd.
 *
 *   read	of one byte
 *   poll	without an end: it is made once more by restart_syscall
 *   handler	read, of which a handler of SIGUSR1 makes an error; status 100 if the
 *		handler did not run, 101 if there was no error
 *   nested	read in a handler, which then returns
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#define FREEBSD_EXIT 1

static volatile long handled;
static char byte;

static long raw(long nr, long a, long b, long c)
{
	long ret = nr;

	asm volatile("syscall"
		     : "+a"(ret)
		     : "D"(a), "S"(b), "d"(c)
		     : "rcx", "r11", "memory");
	return ret;
}

/* On freebsd the first one is umask. */
static void end(long status)
{
	raw(SYS_exit, status, 0, 0);
	raw(FREEBSD_EXIT, status, 0, 0);
}

static void note(int sig)
{
	handled = 1;
}

static void read_one(int sig)
{
	handled = raw(SYS_read, 0, (long)&byte, 1);
}

static long in_read(void)
{
	return raw(SYS_read, 0, (long)&byte, 1);
}

static long in_poll(void)
{
	struct pollfd fd = { .fd = 0, .events = POLLIN };

	return raw(SYS_poll, (long)&fd, 1, -1);
}

static long in_handled_read(void)
{
	struct sigaction act = { .sa_handler = note };
	long ret;

	sigaction(SIGUSR1, &act, NULL);
	ret = in_read();
	if (!handled)
		return 100;
	return ret == -EINTR ? 0 : 101;
}

static long in_nested_read(void)
{
	struct sigaction act = { .sa_handler = read_one };

	sigaction(SIGUSR1, &act, NULL);
	raise(SIGUSR1);
	return handled;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *word;
		long (*wait)(void);
	} ways[] = {
		{ "read", in_read },
		{ "poll", in_poll },
		{ "handler", in_handled_read },
		{ "nested", in_nested_read },
	};

	for (size_t i = 0; argc == 2 && i < sizeof(ways) / sizeof(*ways); i++)
		if (!strcmp(ways[i].word, argv[1]))
			end(ways[i].wait());
	return 2;
}
