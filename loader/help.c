// SPDX-License-Identifier: GPL-2.0
/*
 * What --help says around the options, made from the table of commands.
 */
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "help.h"

static void add_commands(FILE *doc, const struct command *list,
			 const char *group)
{
	char name[32];

	for (; list->name; list++) {
		snprintf(name, sizeof(name), "%s%s%s", group, *group ? " " : "",
			 list->name);
		if (list->sub)
			add_commands(doc, list->sub, name);
		else
			fprintf(doc, "  %-15s %s\n", name, list->doc);
	}
}

static void add_exit_codes(FILE *doc)
{
	fprintf(doc, "\nExit codes:\n");
	for (const struct status_text *text = status_texts; text->name; text++)
		fprintf(doc, "  %3d  %s\n", text->status, text->doc);
}

/**
 * help_text - the text of a command's --help
 * @command: a command or a group
 *
 * Return: text in the form of argp(3), to be freed; NULL without memory.
 */
char *help_text(const struct command *command)
{
	size_t size;
	char *text;
	FILE *doc = open_memstream(&text, &size);

	if (!doc)
		return NULL;
	fprintf(doc, "%s.\v", command->doc);
	if (command->sub) {
		fprintf(doc, "Commands:\n");
		add_commands(doc, command->sub,
			     command == &abimux ? "" : command->name);
	} else if (command->more) {
		fprintf(doc, "%s\n", command->more);
	}
	if (command == &abimux)
		add_exit_codes(doc);
	fclose(doc);
	return text;
}
