// SPDX-License-Identifier: GPL-2.0
/*
 * Terminals: a pseudo-terminal, its names and sizes, struct termios field by
 * field, sessions and process groups.
 */
#include "freebsd.h"

/* clang-format off */
enum {
	SYS_setpgid = 82,
	SYS_setsid = 147,
	SYS_getpgid = 207,
	SYS_getsid = 310,
	SYS_posix_openpt = 504,
};

#define O_RDWR		0x2
#define O_NOCTTY	0x8000
#define O_CLOEXEC	0x100000

#define TIOCEXCL	0x2000740d
#define TIOCGPTN	0x4004740f
#define TIOCFLUSH	0x80047410
#define TIOCGETA	0x402c7413
#define TIOCSETA	0x802c7414
#define TIOCSETAW	0x802c7415
#define TIOCSETAF	0x802c7416
#define TIOCPTMASTER	0x2000741c
#define TIOCDRAIN	0x2000745e
#define TIOCSIG		0x2004745f
#define TIOCSCTTY	0x20007461
#define TIOCGSID	0x40047463
#define TIOCSWINSZ	0x80087467
#define TIOCGWINSZ	0x40087468
#define TIOCOUTQ	0x40047473
#define TIOCSPGRP	0x80047476
#define TIOCGPGRP	0x40047477
#define FIODGNAME	0x80106678
#define FIONREAD	0x4004667f

/* sys/sys/_termios.h */
#define ICRNL		0x100
#define IXON		0x200
#define IXANY		0x800
#define IMAXBEL		0x2000
#define OPOST		0x1
#define ONLCR		0x2
#define TAB3		0x4
#define OCRNL		0x10
#define CSIZE		0x300
#define CS7		0x200
#define CS8		0x300
#define CREAD		0x800
#define PARENB		0x1000
#define HUPCL		0x4000
#define CLOCAL		0x8000
#define CRTSCTS		0x30000
#define ECHOKE		0x1
#define ECHOE		0x2
#define ECHOK		0x4
#define ECHO		0x8
#define ECHONL		0x10
#define ECHOCTL		0x40
#define ISIG		0x80
#define ICANON		0x100
#define IEXTEN		0x400
#define TOSTOP		0x400000
#define NOFLSH		0x80000000
#define VEOF		0
#define VERASE		3
#define VKILL		5
#define VERASE2		7
#define VINTR		8
#define VSUSP		10
#define VSTART		12
#define VMIN		16
#define VTIME		17
#define VSTATUS		18
/* clang-format on */

struct termios {
	uint32_t iflag, oflag, cflag, lflag;
	uint8_t cc[20];
	uint32_t ispeed, ospeed;
};

_Static_assert(sizeof(struct termios) == 44, "termios");

struct winsize {
	uint16_t row, col, xpixel, ypixel;
};

struct name_arg {
	int len;
	void *buf;
};

static long master, slave;

static void test_open(void)
{
	char path[32] = "/dev/", name[16];
	struct name_arg arg = { sizeof(name), name };
	int number = -1;
	long null;

	is(sys(SYS_posix_openpt, O_RDWR | 0x200), -EINVAL,
	   "posix_openpt with another flag");
	master = sys(SYS_posix_openpt, O_RDWR | O_NOCTTY | O_CLOEXEC);
	yes(master > 2, "posix_openpt");
	is(sys(SYS_fcntl, master, 1, 0), 1, "O_CLOEXEC");
	is(sys(SYS_ioctl, master, TIOCPTMASTER, 0), 0, "TIOCPTMASTER");
	is(sys(SYS_ioctl, master, TIOCGPTN, &number), 0, "TIOCGPTN");
	yes(number >= 0, "the number");
	is(sys(SYS_ioctl, master, FIODGNAME, &arg), 0, "FIODGNAME");
	yes(name[0] == 'p' && name[3] == '/' && name[4] == '0' + number &&
		    !name[5],
	    "pts/N");
	memcpy(path + 5, name, sizeof(name));
	slave = sys(SYS_open, path, O_RDWR | O_NOCTTY, 0);
	yes(slave > 2, "the slave can be opened at once");
	is(sys(SYS_ioctl, slave, TIOCPTMASTER, 0), -ENOTTY, "it is no master");
	memset(name, 0, sizeof(name));
	is(sys(SYS_ioctl, slave, FIODGNAME, &arg), 0, "it has");
	yes(name[3] == '/' && name[4] == '0' + number, "the same name");
	arg.len = 5;
	is(sys(SYS_ioctl, slave, FIODGNAME, &arg), -EINVAL, "no room for it");
	null = sys(SYS_open, "/tmp", 0, 0);
	is(sys(SYS_ioctl, null, TIOCGETA, &number), -ENOTTY,
	   "a directory is no terminal");
	is(sys(SYS_ioctl, null, TIOCPTMASTER, 0), -ENOTTY, "nor a master");
	sys(SYS_close, null);
	is(sys(SYS_ioctl, 77, TIOCGETA, &number), -EBADF, "no descriptor");
	is(sys(SYS_ioctl, 77, 0x20007f7f, 0), -EBADF,
	   "no descriptor for a request that there is not");
	is(sys(SYS_ioctl, slave, 0x20007f7f, 0), -ENOTTY, "no such request");
}

static void test_size(void)
{
	struct winsize size = { 24, 80, 640, 480 }, got = {};

	is(sys(SYS_ioctl, master, TIOCSWINSZ, &size), 0, "TIOCSWINSZ");
	is(sys(SYS_ioctl, slave, TIOCGWINSZ, &got), 0, "TIOCGWINSZ");
	yes(got.row == 24 && got.col == 80 && got.xpixel == 640 &&
		    got.ypixel == 480,
	    "struct winsize");
}

/* What a new terminal of Linux has, in the words of FreeBSD. */
static void test_get(struct termios *tio)
{
	memset(tio, 0xee, sizeof(*tio));
	is(sys(SYS_ioctl, slave, TIOCGETA, tio), 0, "TIOCGETA");
	is(tio->iflag, ICRNL | IXON, "c_iflag");
	is(tio->oflag, OPOST | ONLCR, "c_oflag");
	is(tio->cflag, CS8 | CREAD, "c_cflag");
	is(tio->lflag,
	   ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
	   "c_lflag");
	is(tio->cc[VEOF], 4, "VEOF");
	is(tio->cc[VERASE], 127, "VERASE");
	is(tio->cc[VKILL], 21, "VKILL");
	is(tio->cc[VINTR], 3, "VINTR");
	is(tio->cc[VSUSP], 26, "VSUSP");
	is(tio->cc[VSTART], 17, "VSTART");
	is(tio->cc[VMIN], 1, "VMIN");
	is(tio->cc[VTIME], 0, "VTIME");
	is(tio->cc[VSTATUS], 255, "VSTATUS is off");
	is(tio->cc[VERASE2], 255, "VERASE2 too");
	yes(tio->ispeed == 38400 && tio->ospeed == 38400, "the speeds");
}

static bool same_termios(const struct termios *a, const struct termios *b)
{
	return a->iflag == b->iflag && a->oflag == b->oflag &&
	       a->cflag == b->cflag && a->lflag == b->lflag;
}

static void test_set(struct termios *tio)
{
	struct termios got;

	tio->iflag = IXANY | IMAXBEL | IXON;
	tio->oflag = OPOST | TAB3 | OCRNL;
	tio->cflag = CS7 | PARENB | CREAD | HUPCL | CLOCAL | CRTSCTS;
	tio->lflag = ECHONL | TOSTOP | NOFLSH | ICANON;
	tio->cc[VINTR] = 255;
	tio->cc[VMIN] = 0;
	tio->cc[VTIME] = 255;
	tio->ispeed = 0;
	tio->ospeed = 9600;
	is(sys(SYS_ioctl, slave, TIOCSETA, tio), 0, "TIOCSETA");
	sys(SYS_ioctl, slave, TIOCGETA, &got);
	is(got.iflag, tio->iflag, "c_iflag is what was set");
	is(got.oflag, tio->oflag, "c_oflag");
	/* A pseudo-terminal of Linux has no parity and eight bits. */
	is(got.cflag & ~(CSIZE | PARENB), tio->cflag & ~(CSIZE | PARENB),
	   "c_cflag");
	is(got.lflag, tio->lflag, "c_lflag");
	yes(got.cc[VINTR] == 255 && got.cc[VTIME] == 255 && !got.cc[VMIN],
	    "c_cc");
	yes(got.ispeed == 9600 && got.ospeed == 9600,
	    "no input speed is that of the output");
	tio->lflag = 0;
	tio->ospeed = 12345;
	is(sys(SYS_ioctl, slave, TIOCSETAW, tio), 0, "TIOCSETAW");
	sys(SYS_ioctl, slave, TIOCGETA, &got);
	is(got.ospeed, 12345, "any speed");
	is(got.lflag, 0, "a raw terminal");
	*tio = got;
	is(sys(SYS_ioctl, slave, TIOCSETAF, tio), 0, "TIOCSETAF");
	sys(SYS_ioctl, slave, TIOCGETA, &got);
	yes(same_termios(&got, tio), "what was got can be set");
}

static void test_data(void)
{
	int in = 1, count = -1;
	char bytes[4] = {};

	sys(SYS_write, master, "xyz", 3);
	is(sys(SYS_read, slave, bytes, 1), 1, "a byte comes through");
	is(bytes[0], 'x', "it is that");
	is(sys(SYS_ioctl, slave, FIONREAD, &count), 0, "FIONREAD");
	is(count, 2, "two more");
	is(sys(SYS_ioctl, slave, TIOCFLUSH, &in), 0, "TIOCFLUSH");
	sys(SYS_ioctl, slave, FIONREAD, &count);
	is(count, 0, "of what was to be read");
	sys(SYS_write, slave, "abc", 3);
	is(sys(SYS_ioctl, slave, TIOCDRAIN, 0), 0, "TIOCDRAIN");
	is(sys(SYS_ioctl, slave, TIOCOUTQ, &count), 0, "TIOCOUTQ");
	is(sys(SYS_read, master, bytes, 3), 3, "and back");
	is(sys(SYS_ioctl, slave, TIOCEXCL, 0), 0, "TIOCEXCL");
}

/* Of a child in a session of its own; its exit status counts what is wrong. */
static int session(void)
{
	long pid = sys(SYS_getpid), group = 0, id = 0, wrong = 0;

	wrong += sys(SYS_ioctl, slave, TIOCSCTTY, 0) != -EPERM;
	wrong += sys(SYS_setsid) != pid;
	wrong += sys(SYS_setsid) != -EPERM;
	wrong += sys(SYS_getsid, 0) != pid || sys(SYS_getpgid, 0) != pid;
	wrong += sys(SYS_ioctl, slave, TIOCGPGRP, &group) != -ENOTTY;
	wrong += sys(SYS_ioctl, slave, TIOCSCTTY, 0) != 0;
	wrong += sys(SYS_ioctl, slave, TIOCGPGRP, &group) || group != pid;
	wrong += sys(SYS_ioctl, slave, TIOCGSID, &id) || id != pid;
	wrong += sys(SYS_ioctl, slave, TIOCSPGRP, &group) != 0;
	wrong += sys(SYS_open, "/dev/tty", O_RDWR, 0) < 0;
	/* SIGUSR1 is none that Linux sends so; SIGINT ends the session. */
	wrong += sys(SYS_ioctl, master, TIOCSIG, 30) != -EINVAL;
	if (!wrong)
		sys(SYS_ioctl, master, TIOCSIG, 2);
	return wrong << 4;
}

static void test_session(void)
{
	long child = sys(SYS_fork);
	int status = -1;

	if (!child)
		sys(SYS_exit, session());
	sys(SYS_wait4, child, &status, 0, 0);
	is(status, 2, "a session with a controlling terminal, and TIOCSIG");
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	struct termios tio;

	test_open();
	test_size();
	test_get(&tio);
	test_set(&tio);
	test_data();
	test_session();
	end();
}
