/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_ARGS_H
#define LOADER_ARGS_H

#include "command.h"

int args_parse(struct args *args, const struct command *command,
	       const char *name, int argc, char **argv);
bool args_wants_json(int argc, char **argv);
int args_uid(const char *text, unsigned int *uid);

#endif /* LOADER_ARGS_H */
