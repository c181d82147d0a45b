// SPDX-License-Identifier: GPL-2.0
/*
 * One program text, native and as myelf at once, on one CPU.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#define TWIN TEST_DIR "/bin/twin"
#define ROUNDS "6000"
#define SWITCHES 10000

/* Each twin runs on the first CPU only. */
static void pin_to_one_cpu(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static pid_t start(int from, int to, char *const argv[])
{
	pid_t pid = fork();

	if (pid)
		return pid;
	pin_to_one_cpu();
	dup2(from, 0);
	dup2(to, 1);
	execvp(argv[0], argv);
	_exit(98);
}

TEST(switches)
{
	char *myelf[] = { TWIN, "myelf", ROUNDS, NULL };
	char *native[] = { "abimux", "run",    "-t",   "linux",
			   TWIN,     "native", ROUNDS, NULL };
	struct rusage used[2];
	int ends[2], status[2];
	pid_t pid[2];

	/* One block fits: each write waits for the other twin's read. */
	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	ASSERT_LE(0, fcntl(ends[1], F_SETPIPE_SZ, 4096));
	pid[0] = start(0, ends[1], myelf);
	pid[1] = start(ends[0], 1, native);
	close(ends[0]);
	close(ends[1]);
	for (int i = 0; i < 2; i++)
		ASSERT_EQ(pid[i], wait4(pid[i], &status[i], 0, &used[i]));
	/* The number is of the check in twin.c. */
	EXPECT_EQ(0, status[0]);
	EXPECT_EQ(0, status[1]);
	TH_LOG("switches away from myelf: %ld, from native: %ld",
	       used[0].ru_nvcsw + used[0].ru_nivcsw,
	       used[1].ru_nvcsw + used[1].ru_nivcsw);
	EXPECT_LE(SWITCHES, used[0].ru_nvcsw + used[0].ru_nivcsw +
				    used[1].ru_nvcsw + used[1].ru_nivcsw);
}

TEST_HARNESS_MAIN
