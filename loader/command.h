/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_COMMAND_H
#define LOADER_COMMAND_H

#include <argp.h>
#include <stdbool.h>

#include <jansson.h>

/* Keys of long options that have no letter; keys index struct args.opt. */
enum {
	OPT_COUNT = 1,
	OPT_SECONDS,
	OPT_START,
	OPT_STOP,
	OPT_TABLE,
	OPT_UID,
	OPT_CLEAR,
	OPT_DIR,
	OPT_ALL,
	OPT_FORCE,
	OPT_JSON,
	OPT_THREADS,
	OPT_TREE,
	OPT_SORT,
	OPT_THREAD,
	OPT_WAIT,
	OPT_LOG,
	OPT_SHOW,
	OPT_NAME,
	OPT_HELP,
	OPT_VERSION,
};

/* What a command needs before it starts; struct command.needs. */
#define NEED_ROOT 1
#define NEED_HOOK 2
#define NEED_LSM 4
#define NEED_BPFFS 8
#define NEED_LOADED 16

/**
 * struct args - what the command line said
 * @json: print JSON
 * @verbose: number of -v
 * @opt: value of each option by its key; "" for one without value, NULL if it was
 *	not given
 * @given: how often each option was given
 * @argc: number of arguments
 * @argv: the arguments, with a NULL after them
 */
struct args {
	bool json;
	int verbose;
	const char *opt[128];
	unsigned char given[128];
	int argc;
	char **argv;
};

/**
 * struct command - a command, or a group of commands
 * @name: its word
 * @args: its arguments, for --help
 * @doc: what it does in one line
 * @more: what else --help says, or NULL
 * @options: its own options, or NULL
 * @complete: a letter for each argument, the last for all that follow: t a table,
 *	o an overlay, p a process, f a file, m a format, c a command
 * @min_args: fewest arguments
 * @max_args: most arguments
 * @needs: NEED_*
 * @pass: all from the first argument on is left alone, options too
 * @run: does it. Returns an exit code; the result goes to @result, or stays NULL
 *	if there is nothing to print
 * @print: prints the result as text; NULL: it has a "message"
 * @sub: commands of the group; the last has no name
 */
struct command {
	const char *name;
	const char *args;
	const char *doc;
	const char *more;
	const struct argp_option *options;
	const char *complete;
	int min_args;
	int max_args;
	unsigned int needs;
	bool pass;
	int (*run)(const struct args *args, json_t **result);
	void (*print)(const json_t *result);
	const struct command *sub;
};

extern const struct command abimux;
extern const struct argp_option common_options[];

const struct command *command_find(const struct command *list,
				   const char *name);

/* The commands themselves, each in the file of its noun. */
int cmd_load(const struct args *args, json_t **result);
int cmd_unload(const struct args *args, json_t **result);
int cmd_status(const struct args *args, json_t **result);
void print_status(const json_t *result);
int cmd_table_list(const struct args *args, json_t **result);
void print_table_list(const json_t *result);
int cmd_table_show(const struct args *args, json_t **result);
void print_table_show(const json_t *result);
int cmd_table_check(const struct args *args, json_t **result);
int cmd_table_load(const struct args *args, json_t **result);
int cmd_table_replace(const struct args *args, json_t **result);
int cmd_table_unload(const struct args *args, json_t **result);
int cmd_map_list(const struct args *args, json_t **result);
void print_map_list(const json_t *result);
int cmd_map_set(const struct args *args, json_t **result);
int cmd_map_delete(const struct args *args, json_t **result);
int cmd_ps(const struct args *args, json_t **result);
void print_ps(const json_t *result);
int cmd_run(const struct args *args, json_t **result);
int cmd_policy_load(const struct args *args, json_t **result);
int cmd_policy_replace(const struct args *args, json_t **result);
int cmd_policy_unload(const struct args *args, json_t **result);
int cmd_policy_show(const struct args *args, json_t **result);
void print_policy_show(const json_t *result);
int cmd_save(const struct args *args, json_t **result);
int cmd_restore(const struct args *args, json_t **result);
int cmd_brand(const struct args *args, json_t **result);
void print_brand(const json_t *result);
int cmd_missing(const struct args *args, json_t **result);
void print_missing(const json_t *result);
int cmd_stat(const struct args *args, json_t **result);
void print_stat(const json_t *result);
int cmd_top(const struct args *args, json_t **result);
int cmd_trace(const struct args *args, json_t **result);
int cmd_retag(const struct args *args, json_t **result);
int cmd_overlay_list(const struct args *args, json_t **result);
void print_overlay_list(const json_t *result);
int cmd_overlay_show(const struct args *args, json_t **result);
void print_overlay_show(const json_t *result);
int cmd_overlay_check(const struct args *args, json_t **result);
void print_overlay_result(const json_t *result);
int cmd_overlay_load(const struct args *args, json_t **result);
int cmd_overlay_replace(const struct args *args, json_t **result);
int cmd_overlay_unload(const struct args *args, json_t **result);
int cmd_overlay_add(const struct args *args, json_t **result);
int cmd_overlay_remove(const struct args *args, json_t **result);
int cmd_denied(const struct args *args, json_t **result);
void print_denied(const json_t *result);
int cmd_learn(const struct args *args, json_t **result);
int cmd_doctor(const struct args *args, json_t **result);
void print_doctor(const json_t *result);

#endif /* LOADER_COMMAND_H */
