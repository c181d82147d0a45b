// SPDX-License-Identifier: GPL-2.0
/*
 * The keeper: a process that tidies up after a loader that was killed while it changed
 * what decides about programs. What was left then would go on until the next command.
 *
 * It hears from the loader by a socket: that a change begins, that it is over; if the
 * socket ends between the two, the loader did.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keeper.h"
#include "pins.h"
#include "policy.h"

/* What it is told. */
#define BEGIN_GUARDED 'g' /* there was a guard before */
#define BEGIN 'b'
#define END 'e'

static int told = -1;
static pid_t keeper;

/* Only what a load has made itself; a guard that was there stays. */
static void tidy(bool guarded)
{
	if (pins_lock())
		return;
	pins_clean();
	if (pins_exist(PINS))
		policy_repair();
	else if (!guarded && pins_exist(GUARD))
		pins_remove(GUARD);
}

static void keep(int hear)
{
	char last = END, word;

	while (read(hear, &word, 1) == 1)
		last = word;
	if (last != END)
		tidy(last == BEGIN_GUARDED);
}

/* Nobody who waits for the loader's output has to wait for this one. */
static int become_keeper(int hear)
{
	int null = open("/dev/null", O_RDWR);

	/* Not one of those that are replaced. */
	hear = fcntl(hear, F_DUPFD, 4);
	if (null < 0 || hear < 0)
		return -1;
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	dup2(hear, 3);
	close_range(4, ~0U, 0);
	return setsid() < 0 ? -1 : 3;
}

/**
 * keeper_start - have somebody who knows if this process is killed
 *
 * It goes when this process does, whatever its end. Without it, if there is no memory
 * for it say, what a kill leaves stays until the next command.
 *
 * Context: before pins_lock(): the lock is not to be the keeper's.
 */
void keeper_start(void)
{
	int ends[2];

	if (told >= 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return;
	keeper = fork();
	if (!keeper) {
		int hear = become_keeper(ends[0]);

		if (hear >= 0)
			keep(hear);
		_exit(0);
	}
	close(ends[0]);
	told = ends[1];
	if (keeper < 0) {
		close(told);
		told = -1;
	}
}

static void tell(char word)
{
	if (told >= 0 && send(told, &word, 1, MSG_NOSIGNAL) != 1) {
		close(told);
		told = -1;
	}
}

/**
 * keeper_begin - from now on a kill leaves something
 *
 * Context: under pins_lock(), what others left is tidied up.
 */
void keeper_begin(void)
{
	tell(pins_exist(GUARD) ? BEGIN_GUARDED : BEGIN);
}

/**
 * keeper_end - all is done, or undone; the keeper is gone, too, when this returns
 */
void keeper_end(void)
{
	tell(END);
	if (told < 0)
		return;
	close(told);
	told = -1;
	waitpid(keeper, NULL, 0);
}
