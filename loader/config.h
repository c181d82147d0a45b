/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_CONFIG_H
#define LOADER_CONFIG_H

#include <stdio.h>

#include "command.h"
#include "scan.h"

#define CONFIG_DIR "/etc/abimux"
#define CONFIG_FILE "abimux.conf"
/* Words of a line. */
#define CONFIG_WORDS 64
#define CONFIG_LINES 4096

/**
 * struct config_line - a line that says something: a command without "abimux"
 * @number: which line of the file it is, from 1
 * @command: the command that it names
 * @argc: words
 * @argv: the words, then NULL
 * @column: where the word of the same index is, from 1
 * @text: what the words are in
 */
struct config_line {
	int number;
	const struct command *command;
	int argc;
	char *argv[CONFIG_WORDS + 1];
	int column[CONFIG_WORDS];
	char *text;
};

/**
 * struct config - the configuration: what is to be there after a reboot
 * @count: lines
 * @line: the lines
 * @policy: the file of the policy, or NULL for the usual one
 * @policy_line: index of the line that says so
 */
struct config {
	int count;
	struct config_line *line;
	const char *policy;
	int policy_line;
};

int config_read(struct config *config, FILE *file, struct tbl_error *error);
void config_drop(struct config *config);

#endif /* LOADER_CONFIG_H */
