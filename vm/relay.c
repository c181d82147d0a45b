// SPDX-License-Identifier: GPL-2.0
/*
 * The host's end of a run: starts QEMU, passes our input to the command in the
 * guest and its output to ours, byte for byte, and ends with its exit status.
 *
 *   relay [-t] [-T SECONDS] [-s FILE] -- QEMU ARG...
 *
 * QEMU is given the port as file descriptor 3. -t: our input is a terminal, put
 * it into raw mode. -s: write to FILE how the run ended, in a word that cannot
 * be confused with an exit status of the command.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>

#include "frame.h"

/* The other half of this list is in vm/run --help. */
#define EXIT_SETUP 122
#define EXIT_NO_STATUS 123
#define EXIT_TIMEOUT 124

#define ESCAPE (']' & 0x1f)

static volatile sig_atomic_t
	caught; /* the signal that ends the run, or SIGALRM */
static volatile sig_atomic_t resized;
static pid_t qemu;
static int port;
static struct termios saved;
static bool raw;

static void on_signal(int sig)
{
	if (sig == SIGWINCH) {
		resized = 1;
		return;
	}
	caught = sig;
	if (qemu > 0)
		kill(qemu, SIGKILL);
}

static void cooked(void)
{
	if (raw)
		tcsetattr(0, TCSADRAIN, &saved);
	raw = false;
}

static void set_raw(void)
{
	struct termios t;

	if (tcgetattr(0, &saved))
		return;
	t = saved;
	cfmakeraw(&t);
	raw = !tcsetattr(0, TCSADRAIN, &t);
	atexit(cooked);
	fprintf(stderr, "vm: Ctrl-] switches the machine off\r\n");
}

static void start(char **argv, int timeout)
{
	static const int signals[] = { SIGALRM, SIGINT, SIGTERM, SIGHUP,
				       SIGWINCH };
	struct sigaction sa = { .sa_handler = on_signal };
	int pair[2];
	size_t i;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
		perror("vm: socketpair");
		exit(EXIT_SETUP);
	}
	port = pair[0];
	fcntl(port, F_SETFL, O_NONBLOCK);

	qemu = fork();
	if (!qemu) {
		int null = open("/dev/null", O_RDWR);

		/* No run survives the one who wanted it. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		/* Ctrl-C is ours to handle, and our output the command's to write. */
		setpgid(0, 0);
		dup2(null, 0);
		dup2(2, 1);
		dup2(pair[1], 3);
		execvp(argv[0], argv);
		fprintf(stderr, "vm: %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	close(pair[1]);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (timeout)
		alarm(timeout);
}

/* To the guest: at most one frame on its way, so nothing is read before it can be sent. */
static struct frame tx;
static size_t tx_len, tx_done;

static void queue(enum frame_type type, size_t len)
{
	tx.type = type;
	tx.len = len;
	tx_len = FRAME_HEADER + len;
	tx_done = 0;
}

static void transmit(void)
{
	ssize_t n = write(port, (char *)&tx + tx_done, tx_len - tx_done);

	if (n < 0)
		return; /* a guest that is gone shows in receive() */
	tx_done += n;
	if (tx_done == tx_len)
		tx_len = 0;
}

static void queue_winsize(void)
{
	struct winsize ws;
	uint16_t size[2];

	resized = 0;
	if (ioctl(0, TIOCGWINSZ, &ws))
		return;
	size[0] = ws.ws_row;
	size[1] = ws.ws_col;
	memcpy(tx.data, size, sizeof(size));
	queue(FRAME_WINSIZE, sizeof(size));
}

/* Returns false at the end of our input. */
static bool read_input(void)
{
	ssize_t n = read(0, tx.data, sizeof(tx.data));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n < 0)
		n = 0;
	if (raw && memchr(tx.data, ESCAPE, n))
		on_signal(SIGINT);
	queue(FRAME_STDIN, n);
	return n > 0;
}

/*
 * A reader that went away ends the run as it would end the command itself:
 * "vm/run -- yes | head -1" must come to an end.
 */
static void deliver(int fd, const char *data, size_t len)
{
	if (write_all(fd, data, len))
		on_signal(SIGPIPE);
}

static struct frame rx;
static size_t rx_len;

/* Returns the exit status when it has come, -1 before, -2 when the guest is gone. */
static int receive(void)
{
	size_t want = FRAME_HEADER + (rx_len >= FRAME_HEADER ? rx.len : 0);
	ssize_t n = read(port, (char *)&rx + rx_len, want - rx_len);
	int32_t code;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return -1;
	if (n <= 0)
		return -2;
	rx_len += n;
	if (rx_len < FRAME_HEADER)
		return -1;
	if (rx.len > FRAME_MAX)
		return -2;
	if (rx_len < FRAME_HEADER + rx.len)
		return -1;
	rx_len = 0;
	switch (rx.type) {
	case FRAME_STDOUT:
		deliver(1, rx.data, rx.len);
		return -1;
	case FRAME_STDERR:
		deliver(2, rx.data, rx.len);
		return -1;
	case FRAME_FAIL:
		cooked();
		fprintf(stderr, "vm: the guest could not be set up:\n%.*s",
			(int)rx.len, rx.data);
		return EXIT_SETUP | 0x100;
	case FRAME_EXIT:
		memcpy(&code, rx.data, sizeof(code));
		return code & 0xff;
	}
	return -2;
}

static int serve(bool tty)
{
	bool input = true;
	int status = -1;

	resized = tty;
	while (status == -1 && !caught) {
		struct pollfd p[] = {
			{ .fd = port,
			  .events = POLLIN | (tx_len ? POLLOUT : 0) },
			{ .fd = input && !tx_len ? 0 : -1, .events = POLLIN },
		};

		if (!tx_len && resized) {
			queue_winsize();
			continue;
		}
		if (poll(p, 2, -1) < 0)
			continue;
		if (p[0].revents & POLLOUT)
			transmit();
		if (p[0].revents & ~POLLOUT)
			status = receive();
		if (p[1].revents)
			input = read_input();
	}
	return status;
}

/* The guest switches itself off, so that its last words reach the console log. */
static void switch_off(void)
{
	struct timespec grace = { .tv_sec = 10 };
	struct pollfd p = { .fd = port, .events = POLLIN };

	/* What is left of a frame would be in the way; the guest drops its input by now. */
	while (tx_len && !caught) {
		struct pollfd w = { .fd = port, .events = POLLOUT };

		if (poll(&w, 1, grace.tv_sec * 1000) <= 0 ||
		    w.revents & (POLLERR | POLLHUP))
			break;
		transmit();
	}
	queue(FRAME_BYE, 0);
	transmit();
	while (!caught && poll(&p, 1, grace.tv_sec * 1000) > 0) {
		if (read(port, &rx, sizeof(rx)) <= 0)
			return;
	}
	kill(qemu, SIGKILL);
}

int main(int argc, char **argv)
{
	const char *how, *file = NULL;
	int opt, status, ended = 0, timeout = 0;
	bool tty = false;

	while ((opt = getopt(argc, argv, "+s:tT:")) != -1) {
		switch (opt) {
		case 's':
			file = optarg;
			break;
		case 't':
			tty = true;
			break;
		case 'T':
			timeout = atoi(optarg);
			break;
		default:
			return EXIT_SETUP;
		}
	}
	if (optind == argc)
		return EXIT_SETUP;
	if (tty)
		set_raw();
	start(argv + optind, timeout);
	status = serve(tty);
	if (status >= 0)
		switch_off();
	else if (qemu > 0 && caught)
		kill(qemu, SIGKILL);
	waitpid(qemu, &ended, 0);
	cooked();

	if (status >= 0x100) {
		how = "setup";
		status &= 0xff;
	} else if (status >= 0) {
		how = "exited";
	} else if (caught == SIGALRM) {
		how = "timeout";
		status = EXIT_TIMEOUT;
		fprintf(stderr, "vm: no end after %d s\n", timeout);
	} else if (caught) {
		how = "signal";
		status = 128 + caught;
	} else {
		how = "no-status";
		status = EXIT_NO_STATUS;
		fprintf(stderr,
			"vm: the machine stopped before the command ended (QEMU: %s %d)\n",
			WIFSIGNALED(ended) ? "signal" : "exit status",
			WIFSIGNALED(ended) ? WTERMSIG(ended) :
					     WEXITSTATUS(ended));
	}
	if (file) {
		FILE *f = fopen(file, "w");

		if (f) {
			fprintf(f, "%s %d\n", how, status);
			fclose(f);
		}
	}
	return status;
}
