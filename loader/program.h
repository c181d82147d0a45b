/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_PROGRAM_H
#define LOADER_PROGRAM_H

#include <sys/types.h>

#define PROGRAM_PATH_LEN 4096

/**
 * struct program - a command that was started, and waits to be let go
 * @pid: its process; 0 if there is none
 * @go: written to, it starts
 * @failed: read from, the errno of an exec that failed
 */
struct program {
	pid_t pid;
	int go;
	int failed;
};

int program_find(char path[PROGRAM_PATH_LEN], const char *name);
int program_start(struct program *program, char **argv);
int program_go(struct program *program, const char *name);
void program_drop(struct program *program);

#endif /* LOADER_PROGRAM_H */
