// SPDX-License-Identifier: GPL-2.0
/*
 * The one table of commands: parsing, --help and completion all come from it.
 */
#include <limits.h>
#include <string.h>

#include "command.h"

#define NEED_CHANGE (NEED_ROOT | NEED_HOOK | NEED_LSM | NEED_BPFFS)
#define NEED_STATE (NEED_CHANGE | NEED_LOADED)

#define FORMATS_DOC                                                                          \
	"FORMAT is one of these; of those that fit a program the first of this list holds\n" \
	"  path:/usr/bin/true         the file that is at this path now\n"                   \
	"  elf-note:FreeBSD:1/amd64   ELF files with a note of this owner and type\n"        \
	"  elf-osabi:9/amd64          ELF files with this EI_OSABI; /amd64 or /i386\n"       \
	"  magic:978a0000             files whose first four bytes are this number\n"        \
	"  cgroup:/sys/fs/cgroup/a    all programs started in this cgroup or below\n"        \
	"  uid:1000                   all programs of this user, by number or name\n"        \
	"  default                    all programs that no other rule fits\n"                \
	"A rule holds for programs started from then on."

const struct argp_option common_options[] = {
	{ "json", OPT_JSON, NULL, 0, "Print JSON, errors too", -2 },
	{ "verbose", 'v', NULL, 0,
	  "Say more; with a failure what the verifier said; twice: all of libbpf",
	  -2 },
	{ "help", OPT_HELP, NULL, 0, "Print this help", -1 },
	{ "version", OPT_VERSION, NULL, 0, "Print the version", -1 },
	{}
};

static const struct argp_option load_options[] = {
	{ "dir", OPT_DIR, "DIR", 0,
	  "Take objects, tables and formats.conf from DIR instead of /usr/lib/abimux",
	  0 },
	{}
};

static const struct argp_option ps_options[] = {
	{ "all", OPT_ALL, NULL, 0, "Tasks with the native table too", 0 },
	{ "threads", OPT_THREADS, NULL, 0, "Each thread, not only each process",
	  0 },
	{}
};

static const struct argp_option run_options[] = { { "table", 't', "TABLE", 0,
						    "The table", 0 },
						  {} };

static const struct argp_option set_options[] = {
	{ "force", OPT_FORCE, NULL, 0,
	  "Even a table that this machine's own programs cannot run with", 0 },
	{}
};

static const struct argp_option missing_options[] = {
	{ "clear", OPT_CLEAR, NULL, 0, "Forget what was counted", 0 },
	{}
};

static const struct argp_option stat_options[] = {
	{ "pid", 'p', "PID", 0,
	  "Only these processes (several with commas) and their children", 0 },
	{ "table", 't', "TABLE", 0, "Only calls of this table", 0 },
	{ "uid", OPT_UID, "USER", 0,
	  "Only calls by this user, by number or name", 0 },
	{ "seconds", OPT_SECONDS, "N", 0, "Stop after N seconds", 0 },
	{ "output", 'o', "FILE", 0, "Write the counts to FILE", 0 },
	{ "start", OPT_START, NULL, 0,
	  "Count from now on, and after this command has ended", 0 },
	{ "clear", OPT_CLEAR, NULL, 0, "Set all counts to zero", 0 },
	{ "stop", OPT_STOP, NULL, 0, "Show the counts and count no more", 0 },
	{}
};

static const struct argp_option trace_options[] = {
	{ "uid", OPT_UID, "USER", 0,
	  "Only opens by this user, by number or name", 0 },
	{ "table", 't', "TABLE", 0, "Watch this table instead of spy", 0 },
	{ "count", OPT_COUNT, "N", 0, "Stop after N opens", 0 },
	{ "seconds", OPT_SECONDS, "N", 0, "Stop after N seconds", 0 },
	{ "stop", OPT_STOP, NULL, 0,
	  "Only put the quiet table back, after a trace that was killed", 0 },
	{}
};

static const struct command table_commands[] = {
	{
		.name = "list",
		.doc = "List all tables",
		.needs = NEED_ROOT | NEED_HOOK,
		.run = cmd_table_list,
		.print = print_table_list,
	},
	{
		.name = "show",
		.args = "TABLE",
		.doc = "Show what each call of a table does",
		.complete = "t",
		.min_args = 1,
		.max_args = 1,
		.needs = NEED_ROOT | NEED_HOOK,
		.run = cmd_table_show,
		.print = print_table_show,
	},
	{
		.name = "check",
		.args = "FILE...",
		.doc = "Check files with tables, without loading them",
		.complete = "f",
		.min_args = 1,
		.max_args = INT_MAX,
		.run = cmd_table_check,
	},
	{
		.name = "load",
		.args = "FILE...",
		.doc = "Load tables from files",
		.more = "All tables are loaded, or none.",
		.complete = "f",
		.min_args = 1,
		.max_args = INT_MAX,
		.needs = NEED_STATE,
		.run = cmd_table_load,
	},
	{
		.name = "replace",
		.args = "FILE",
		.doc = "Put a table in the place of the one of its name",
		.more = "Tasks that use the table go over to it with their next call; calls under way end as they began. What the table keeps in maps stays.",
		.complete = "f",
		.min_args = 1,
		.max_args = 1,
		.needs = NEED_STATE,
		.run = cmd_table_replace,
	},
	{
		.name = "unload",
		.args = "TABLE",
		.doc = "Unload a table",
		.more = "Tasks that use the table go on with it. New programs cannot get it.",
		.complete = "t",
		.min_args = 1,
		.max_args = 1,
		.needs = NEED_STATE,
		.run = cmd_table_unload,
	},
	{}
};

static const struct command map_commands[] = {
	{
		.name = "list",
		.doc = "List the rules: which format gets which table",
		.needs = NEED_STATE,
		.run = cmd_map_list,
		.print = print_map_list,
	},
	{
		.name = "set",
		.args = "FORMAT TABLE",
		.doc = "Set or change a rule",
		.more = FORMATS_DOC,
		.options = set_options,
		.complete = "mt",
		.min_args = 2,
		.max_args = 2,
		.needs = NEED_STATE,
		.run = cmd_map_set,
	},
	{
		.name = "delete",
		.args = "FORMAT",
		.doc = "Delete a rule",
		.more = FORMATS_DOC,
		.complete = "m",
		.min_args = 1,
		.max_args = 1,
		.needs = NEED_STATE,
		.run = cmd_map_delete,
	},
	{}
};

static const struct command commands[] = {
	{
		.name = "load",
		.doc = "Load the policy, the tables and the rules",
		.more = "Everything is pinned under /sys/fs/bpf/abimux and stays when abimux ends. If anything fails, nothing stays.",
		.options = load_options,
		.needs = NEED_CHANGE,
		.run = cmd_load,
	},
	{
		.name = "unload",
		.doc = "Remove all that load made",
		.more = "Tasks that use a table go on with it until they end.",
		.needs = NEED_ROOT | NEED_BPFFS,
		.run = cmd_unload,
	},
	{
		.name = "status",
		.doc = "Show what is loaded",
		.needs = NEED_ROOT | NEED_HOOK | NEED_BPFFS,
		.run = cmd_status,
		.print = print_status,
	},
	{
		.name = "table",
		.doc = "List, show, check, load, replace and unload tables",
		.sub = table_commands,
	},
	{
		.name = "map",
		.doc = "List, set and delete the rules from formats to tables",
		.sub = map_commands,
	},
	{
		.name = "ps",
		.doc = "List the tasks with a table of their own",
		.options = ps_options,
		.needs = NEED_STATE,
		.run = cmd_ps,
		.print = print_ps,
	},
	{
		.name = "run",
		.args = "-t TABLE COMMAND [ARG...]",
		.doc = "Run a command with a table, whatever its format",
		.more = "Exits as the command does; 127 if there is no such command, 126 if it cannot be run.",
		.options = run_options,
		.complete = "c",
		.min_args = 1,
		.max_args = INT_MAX,
		.pass = true,
		.needs = NEED_STATE,
		.run = cmd_run,
	},
	{
		.name = "missing",
		.doc = "List the calls that programs made but their table lacks",
		.options = missing_options,
		.needs = NEED_STATE,
		.run = cmd_missing,
		.print = print_missing,
	},
	{
		.name = "stat",
		.args = "[COMMAND [ARG...]]",
		.doc = "Count calls, errors and time by table and call",
		.more = "With a command: of that and its children, on standard error, and ends as the command does. With --pid or --seconds: until then, or Ctrl-C. Otherwise shows what was counted since --start. Nothing is attached, and no call takes longer, while nobody counts.",
		.options = stat_options,
		.complete = "c",
		.max_args = INT_MAX,
		.pass = true,
		.needs = NEED_STATE,
		.run = cmd_stat,
		.print = print_stat,
	},
	{
		.name = "trace",
		.doc = "Report what programs of table spy open",
		.more = "Ends with Ctrl-C, and puts the quiet table back then. Programs get the table by a rule (abimux map set uid:1000 spy) or by abimux run -t spy. With --json each line is a value.",
		.options = trace_options,
		.needs = NEED_STATE,
		.run = cmd_trace,
	},
	{
		.name = "doctor",
		.doc = "Check what the running kernel has and what it lacks",
		.options = load_options,
		.run = cmd_doctor,
		.print = print_doctor,
	},
	{}
};

const struct command abimux = {
	.name = "abimux",
	.doc = "Give every task its own system-call table",
	.sub = commands,
};

/**
 * command_find - find a command by its word
 * @list: commands; the last has no name
 * @name: the word
 *
 * Return: the command, or NULL.
 */
const struct command *command_find(const struct command *list, const char *name)
{
	for (; list->name; list++) {
		if (!strcmp(list->name, name))
			return list;
	}
	return NULL;
}
