// SPDX-License-Identifier: GPL-2.0
/*
 * opener PATH: open PATH again and again until SIGTERM, then say how often it
 * could be opened and how often not.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static volatile sig_atomic_t stop;

static void on_term(int sig)
{
	stop = sig;
}

int main(int argc, char **argv)
{
	long opened = 0, failed = 0;

	if (argc != 2)
		return 2;
	signal(SIGTERM, on_term);
	while (!stop) {
		int fd = open(argv[1], O_RDONLY);

		if (fd < 0) {
			failed++;
		} else {
			opened++;
			close(fd);
		}
		usleep(1000);
	}
	printf("opened %ld failed %ld\n", opened, failed);
	return 0;
}
