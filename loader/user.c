// SPDX-License-Identifier: GPL-2.0
/*
 * Users by number or name.
 */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user.h"

/**
 * user_find - the user that a word names
 * @text: a number or a name
 * @uid: the user's id
 *
 * Reads /etc/passwd itself: a static program cannot ask the name services.
 *
 * Return: whether there is one.
 */
bool user_find(const char *text, unsigned int *uid)
{
	struct passwd *user = NULL;
	unsigned long value;
	char *end;
	FILE *file;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && !*end && !errno &&
	    value < 0xffffffff) {
		*uid = value;
		return true;
	}
	file = fopen("/etc/passwd", "re");
	while (file && (user = fgetpwent(file)) && strcmp(user->pw_name, text))
		;
	if (user)
		*uid = user->pw_uid;
	if (file)
		fclose(file);
	return user;
}
