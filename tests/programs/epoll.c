// SPDX-License-Identifier: GPL-2.0
/*
 * epoll FD FILE [ARG...]: executes FILE with an epoll file as descriptor FD.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = epoll_create1(0);

	if (argc < 3 || fd < 0)
		return 2;
	if (dup2(fd, atoi(argv[1])) < 0)
		return 2;
	if (fd != atoi(argv[1]))
		close(fd);
	execv(argv[2], argv + 2);
	printf("%s\n", strerrorname_np(errno));
	return 126;
}
