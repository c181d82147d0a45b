// SPDX-License-Identifier: GPL-2.0
/*
 * xattr FILE NAME HEX: give FILE the extended attribute NAME, of any bytes.
 */
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

int main(int argc, char **argv)
{
	char value[256];
	size_t size = 0;

	if (argc != 4 || strlen(argv[3]) > 2 * sizeof(value))
		return 2;
	while (sscanf(argv[3] + 2 * size, "%2hhx", &value[size]) == 1)
		size++;
	if (!setxattr(argv[1], argv[2], value, size, 0))
		return 0;
	perror("xattr");
	return 1;
}
