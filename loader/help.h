/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_HELP_H
#define LOADER_HELP_H

#include "command.h"

char *help_text(const struct command *command);

#endif /* LOADER_HELP_H */
