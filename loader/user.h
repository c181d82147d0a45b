/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_USER_H
#define LOADER_USER_H

#include <stdbool.h>

bool user_find(const char *text, unsigned int *uid);

#endif /* LOADER_USER_H */
