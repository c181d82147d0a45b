/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_SOURCES_H
#define LOADER_SOURCES_H

#include <stdbool.h>

#include "pins.h"

/**
 * struct source - from where something was loaded
 * @options: of the command that loaded it
 * @path: the file
 */
struct source {
	char options[16];
	char path[1008];
};

int sources_make(struct pins *pins);
void sources_keep(const char *kind, const char *name, const char *options,
		  const char *path);
bool sources_get(const char *kind, const char *name, struct source *source);

#endif /* LOADER_SOURCES_H */
