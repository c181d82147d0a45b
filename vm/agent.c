// SPDX-License-Identifier: GPL-2.0
/*
 * Process 1 of the guest, after /init has mounted everything: runs the command
 * and carries its input, output and exit status over the virtio-serial port.
 *
 *   agent [-t] -- COMMAND ARG...   run it; -t on a terminal of its own
 *   agent -a FILE [-t]             the same, arguments from FILE, each ended by a NUL
 *   agent -f FILE                  report FILE as the reason why nothing was run
 *
 * The command gets pipes, not the port itself: a port can be opened only once,
 * and a script may well write to /dev/stderr.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>

#include "frame.h"

#define PORTS "/sys/class/virtio-ports"
#define LEAKS "/sys/kernel/debug/kmemleak"

static int port;
static struct frame out;

static void __attribute__((noreturn)) off(void)
{
	sync();
	reboot(RB_AUTOBOOT);
	_exit(1); /* and the kernel panics, which the host sees */
}

static void __attribute__((noreturn)) broken(const char *what)
{
	/* There is no other way to tell than the console. */
	fprintf(stderr, "agent: %s: %s\n", what, strerror(errno));
	off();
}

static int open_port(void)
{
	struct dirent *d;
	char path[512], name[64];
	DIR *dir = opendir(PORTS);

	while (dir && (d = readdir(dir))) {
		FILE *f;
		int ours = 0;

		snprintf(path, sizeof(path), PORTS "/%s/name", d->d_name);
		f = fopen(path, "re");
		if (!f)
			continue;
		if (fgets(name, sizeof(name), f))
			ours = !strncmp(name, FRAME_PORT, strlen(FRAME_PORT));
		fclose(f);
		if (!ours)
			continue;
		closedir(dir);
		snprintf(path, sizeof(path), "/dev/%s", d->d_name);
		return open(path, O_RDWR | O_CLOEXEC);
	}
	errno = ENODEV;
	return -1;
}

static void send_frame(enum frame_type type, size_t len)
{
	out.type = type;
	out.len = len;
	if (write_all(port, &out, FRAME_HEADER + len))
		broken("port");
}

/* Returns what read() does: 0 at the end of file, -1 with EAGAIN when there is nothing now. */
static ssize_t forward(int fd, enum frame_type type)
{
	ssize_t n;

	do
		n = read(fd, out.data, sizeof(out.data));
	while (n < 0 && errno == EINTR);
	if (n > 0)
		send_frame(type, n);
	return n;
}

static char **split(char *buf, size_t len)
{
	size_t i, n = 0;
	char **argv;

	for (i = 0; i < len; i++)
		n += !buf[i];
	argv = calloc(n + 1, sizeof(*argv));
	for (i = 0, n = 0; i < len; i += strlen(buf + i) + 1)
		argv[n++] = buf + i;
	return argv;
}

static char **read_args(const char *path)
{
	static char buf[1 << 20];
	ssize_t len = 0, n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		broken(path);
	while (len < (ssize_t)sizeof(buf) &&
	       (n = read(fd, buf + len, sizeof(buf) - len)) > 0)
		len += n;
	close(fd);
	return split(buf, len);
}

static void __attribute__((noreturn)) fail(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, out.data, sizeof(out.data));

	send_frame(FRAME_FAIL, n > 0 ? n : 0);
	/* Any frame, or the end of the connection, means it was read. */
	if (read(port, &out, sizeof(out)) < 0)
		broken("port");
	off();
}

struct command {
	pid_t pid;
	int in; /* -1: closed */
	int out; /* -1: closed */
	int err; /* -1: closed, or a terminal that has only one output */
	bool tty;
};

static void run_child(char **argv, const int fds[3], bool tty)
{
	sigset_t none;
	int i;

	setsid();
	if (tty)
		ioctl(fds[0], TIOCSCTTY, 0);
	for (i = 0; i < 3; i++)
		dup2(fds[i], i);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execvp(argv[0], argv);
	dprintf(2, "vm: %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static void start(struct command *cmd, char **argv)
{
	int in[2], outp[2], err[2];
	int child[3];

	if (cmd->tty) {
		int unlocked = 0, n;
		char path[32];

		cmd->in = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
		if (cmd->in < 0 || ioctl(cmd->in, TIOCSPTLCK, &unlocked) ||
		    ioctl(cmd->in, TIOCGPTN, &n))
			broken("/dev/ptmx");
		snprintf(path, sizeof(path), "/dev/pts/%d", n);
		child[0] = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
		child[1] = child[0];
		child[2] = child[0];
		if (child[0] < 0)
			broken(path);
		cmd->out = dup(cmd->in);
		cmd->err = -1;
		fcntl(cmd->out, F_SETFD, FD_CLOEXEC);
	} else {
		if (pipe2(in, O_CLOEXEC) || pipe2(outp, O_CLOEXEC) ||
		    pipe2(err, O_CLOEXEC))
			broken("pipe");
		child[0] = in[0];
		child[1] = outp[1];
		child[2] = err[1];
		cmd->in = in[1];
		cmd->out = outp[0];
		cmd->err = err[0];
		fcntl(cmd->err, F_SETFL, O_NONBLOCK);
	}
	fcntl(cmd->in, F_SETFL, O_NONBLOCK);
	fcntl(cmd->out, F_SETFL, O_NONBLOCK);

	cmd->pid = fork();
	if (cmd->pid < 0)
		broken("fork");
	if (!cmd->pid)
		run_child(argv, child, cmd->tty);
	close(child[0]);
	if (!cmd->tty) {
		close(child[1]);
		close(child[2]);
	}
}

/*
 * A frame from the host, which may arrive in pieces. @in is read from the port
 * only while it is incomplete, so a command that does not read its input holds
 * the host up, and not our memory.
 */
static struct frame in;
static size_t in_len, in_done;
static bool in_complete;

static void receive(void)
{
	size_t want = FRAME_HEADER;
	ssize_t n;

	if (in_len >= FRAME_HEADER)
		want += in.len;
	n = read(port, (char *)&in + in_len, want - in_len);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0)
		off(); /* the host is gone */
	in_len += n;
	if (in_len >= FRAME_HEADER && in.len > FRAME_MAX)
		broken("frame from the host");
	in_complete = in_len >= FRAME_HEADER && in_len == FRAME_HEADER + in.len;
	in_done = 0;
}

static void next_frame(void)
{
	in_len = 0;
	in_complete = false;
}

static void close_input(struct command *cmd)
{
	/* A terminal has no end of file of its own: the user types it. */
	if (cmd->in >= 0 && !cmd->tty) {
		close(cmd->in);
		cmd->in = -1;
	}
	next_frame();
}

static void handle_frame(struct command *cmd)
{
	uint16_t size[2];

	switch (in.type) {
	case FRAME_STDIN:
		if (!in.len || cmd->in < 0)
			close_input(cmd);
		return; /* the rest of it once the pipe has room */
	case FRAME_WINSIZE:
		memcpy(size, in.data, sizeof(size));
		if (cmd->tty)
			ioctl(cmd->in, TIOCSWINSZ,
			      &(struct winsize){ .ws_row = size[0],
						 .ws_col = size[1] });
		break;
	case FRAME_BYE:
		off();
	}
	next_frame();
}

static void feed(struct command *cmd)
{
	ssize_t n = write(cmd->in, in.data + in_done, in.len - in_done);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n < 0) {
		close_input(cmd);
		return;
	}
	in_done += n;
	if (in_done == in.len)
		next_frame();
}

/*
 * What the command left behind when it exited, at most what a pipe can hold:
 * a process it left behind may go on writing for ever. A terminal's output
 * comes out of a work queue, so there it is worth waiting for a moment.
 */
static void forward_rest(const struct command *cmd, int fd,
			 enum frame_type type)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t left = 1 << 20, n;

	do {
		if (cmd->tty)
			poll(&p, 1, 50);
		n = forward(fd, type);
		left -= n;
	} while (n > 0 && left > 0);
}

/*
 * Only a debug kernel has it. An object is lost when it is 5 s old and two scans
 * in a row found no pointer to it. The kernel's log says how many there are; what
 * they are goes to the console, too, which is where vm/run looks for complaints.
 */
static void find_leaks(void)
{
	int fd = open(LEAKS, O_RDWR | O_CLOEXEC);
	ssize_t n;
	int i;

	if (fd < 0)
		return;
	sleep(6);
	for (i = 0; i < 2; i++) {
		if (write(fd, "scan", 4) < 0)
			broken(LEAKS);
	}
	while ((n = read(fd, out.data, sizeof(out.data))) > 0)
		write_all(1, out.data, n);
	close(fd);
}

static void finish(struct command *cmd, int status)
{
	int32_t code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
					     WEXITSTATUS(status);

	cmd->pid = 0;
	if (cmd->in >= 0)
		close(cmd->in);
	cmd->in = -1;
	if (cmd->out >= 0)
		forward_rest(cmd, cmd->out, FRAME_STDOUT);
	if (cmd->err >= 0)
		forward_rest(cmd, cmd->err, FRAME_STDERR);
	sync();
	find_leaks();
	memcpy(out.data, &code, sizeof(code));
	send_frame(FRAME_EXIT, sizeof(code));
}

/* As process 1 we get every orphan; a zombie would keep its tag and table. */
static void reap(struct command *cmd)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == cmd->pid)
			finish(cmd, status);
	}
}

static void drain(int *fd, short revents, enum frame_type type)
{
	if (!revents || forward(*fd, type) > 0 || errno == EAGAIN)
		return;
	close(*fd);
	*fd = -1;
}

static void __attribute__((noreturn)) serve(struct command *cmd, int children)
{
	for (;;) {
		bool feeding = in_complete && in.type == FRAME_STDIN &&
			       cmd->in >= 0;
		struct signalfd_siginfo si;
		struct pollfd p[] = {
			{ .fd = children, .events = POLLIN },
			{ .fd = in_complete ? -1 : port, .events = POLLIN },
			{ .fd = feeding ? cmd->in : -1, .events = POLLOUT },
			{ .fd = cmd->out, .events = POLLIN },
			{ .fd = cmd->err, .events = POLLIN },
		};

		if (poll(p, 5, -1) < 0) {
			if (errno == EINTR)
				continue;
			broken("poll");
		}
		errno = 0;
		drain(&cmd->out, p[3].revents, FRAME_STDOUT);
		errno = 0;
		drain(&cmd->err, p[4].revents, FRAME_STDERR);
		if (p[2].revents)
			feed(cmd);
		if (p[1].revents)
			receive();
		if (in_complete && !feeding)
			handle_frame(cmd);
		if (p[0].revents && read(children, &si, sizeof(si)) > 0)
			reap(cmd);
	}
}

int main(int argc, char **argv)
{
	struct command cmd = { 0 };
	const char *args = NULL, *why = NULL;
	int opt, children;
	sigset_t mask;

	while ((opt = getopt(argc, argv, "+a:f:t")) != -1) {
		switch (opt) {
		case 'a':
			args = optarg;
			break;
		case 'f':
			why = optarg;
			break;
		case 't':
			cmd.tty = true;
			break;
		default:
			broken("usage");
		}
	}
	port = open_port();
	if (port < 0)
		broken("port " FRAME_PORT);
	if (why)
		fail(why);

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	children = signalfd(-1, &mask, SFD_CLOEXEC);
	if (children < 0)
		broken("signalfd");

	argv = args ? read_args(args) : argv + optind;
	if (!argv[0]) {
		errno = EINVAL;
		broken("no command");
	}
	start(&cmd, argv);
	serve(&cmd, children);
}
