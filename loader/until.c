// SPDX-License-Identifier: GPL-2.0
/*
 * When a command that looks at others stops: told so, in time, or with those.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <bpf/bpf.h>

#include "error.h"
#include "until.h"

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
	if (sig != SIGCHLD)
		stopped = sig;
}

/**
 * until_stopped - whether a signal said so
 *
 * Return: whether one did.
 */
bool until_stopped(void)
{
	return stopped;
}

/**
 * parse_number - a number on the command line
 * @text: the text
 * @what: what is counted
 * @number: the number, from 1
 *
 * Return: ST_OK or ST_USAGE.
 */
int parse_number(const char *text, const char *what, long *number)
{
	char *end;

	errno = 0;
	*number = strtol(text, &end, 10);
	if (errno || !*text || *end || *number <= 0 || *number > 1000000000)
		return fail(ST_USAGE, "a whole number, from 1 on",
			    "bad number of %s: '%s'", what, text);
	return ST_OK;
}

/**
 * until_start - wait for signals from now on, and count the seconds
 * @until: when to stop
 * @args: command line; --seconds counts
 *
 * Return: ST_OK or ST_USAGE.
 */
int until_start(struct until *until, const struct args *args)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };
	struct sigaction action = { .sa_handler = stop };
	struct timespec now;
	long seconds;

	until->processes = -1;
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (!args->opt[OPT_SECONDS])
		return ST_OK;
	if (parse_number(args->opt[OPT_SECONDS], "seconds", &seconds))
		return ST_USAGE;
	clock_gettime(CLOCK_MONOTONIC, &now);
	until->end = now.tv_sec + seconds;
	return ST_OK;
}

static bool child_runs(struct until *until)
{
	int status;

	if (waitpid(until->child, &status, WNOHANG) != until->child)
		return true;
	until->status = WIFEXITED(status) ? WEXITSTATUS(status) :
					    128 + WTERMSIG(status);
	until->child = 0;
	return false;
}

static bool some_run(int processes)
{
	__u32 key;

	return !bpf_map_get_next_key(processes, NULL, &key);
}

/**
 * until_goes_on - whether it is not the end
 * @until: when it is
 *
 * Return: whether to go on. A child is told to end when we are.
 */
bool until_goes_on(struct until *until)
{
	struct timespec now;

	if (until->child && !child_runs(until))
		return false;
	if (stopped) {
		if (until->child)
			kill(until->child, stopped);
		return false;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (until->end && now.tv_sec >= until->end)
		return false;
	return until->processes < 0 || some_run(until->processes);
}
