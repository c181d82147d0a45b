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

/* Options that several commands have. */
#define OPTION_PIDS                                                              \
	"pid", 'p', "PID", 0,                                                    \
		"Only these processes (several with commas) and their children", \
		0
#define OPTION_UID                 \
	"uid", OPT_UID, "USER", 0, \
		"Only calls by this user, by number or name", 0
#define OPTION_SECONDS "seconds", OPT_SECONDS, "N", 0, "Stop after N seconds", 0
#define OPTION_NAME \
	"name", OPT_NAME, "NAME", 0, "Instead of the name in the file", 0
#define OPTION_LOG                                                              \
	"log", OPT_LOG, NULL, 0,                                                \
		"Let all calls run that the file refuses, and only count them", \
		0
#define OPTION_FORCE                 \
	"force", OPT_FORCE, NULL, 0, \
		"Even over programs that would have to take it away again", 0

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
	{ "tree", OPT_TREE, NULL, 0, "Children below their parents", 0 },
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

static const struct argp_option brand_options[] = {
	{ "show", OPT_SHOW, NULL, 0, "Show the brands of files", 0 },
	{ "remove", 'd', NULL, 0, "Remove the brands of files", 0 },
	{ "force", OPT_FORCE, NULL, 0, "Even if there is no such table now",
	  0 },
	{}
};

static const struct argp_option missing_options[] = {
	{ "clear", OPT_CLEAR, NULL, 0, "Forget what was counted", 0 },
	{}
};

static const struct argp_option stat_options[] = {
	{ OPTION_PIDS },
	{ "table", 't', "TABLE", 0, "Only calls of this table", 0 },
	{ OPTION_UID },
	{ OPTION_SECONDS },
	{ "output", 'o', "FILE", 0, "Write the counts to FILE", 0 },
	{ "start", OPT_START, NULL, 0,
	  "Count from now on, and after this command has ended", 0 },
	{ "clear", OPT_CLEAR, NULL, 0, "Set all counts to zero", 0 },
	{ "stop", OPT_STOP, NULL, 0, "Show the counts and count no more", 0 },
	{}
};

static const struct argp_option top_options[] = {
	{ OPTION_PIDS },
	{ "table", OPT_TABLE, "TABLE", 0, "Only calls of this table", 0 },
	{ OPTION_UID },
	{ "batch", 'b', NULL, 0, "One view after the other, as text", 0 },
	{ "iterations", 'n', "N", 0, "Stop after N views", 0 },
	{ "delay", 'd', "N", 0, "N seconds between two views instead of 2", 0 },
	{ OPTION_SECONDS },
	{ "sort", OPT_SORT, "KEY", 0, "Sort by calls, errors or time", 0 },
	{}
};

static const struct argp_option trace_options[] = {
	{ "pid", 'p', "PID", 0, "Only these processes (several with commas)",
	  0 },
	{ "follow", 'f', NULL, 0, "Their children too", 0 },
	{ "table", OPT_TABLE, "TABLE", 0, "Only calls of this table", 0 },
	{ OPTION_UID },
	{ "expression", 'e', "trace=SET", 0,
	  "Only these calls: names, numbers, %file, %desc, %memory, %network, %process, %signal, %time, with commas; all others with a ! before them",
	  0 },
	{ "output", 'o', "FILE", 0, "Write the calls to FILE", 0 },
	{ "size", 's', "N", 0, "Show N bytes of a buffer instead of 32", 0 },
	{ "time", 't', NULL, 0,
	  "The time of day before each line; twice: with microseconds; three times: since 1970",
	  0 },
	{ "spent", 'T', NULL, 0, "The time that each call took", 0 },
	{ "count", OPT_COUNT, "N", 0, "Stop after N calls", 0 },
	{ OPTION_SECONDS },
	{ "dir", OPT_DIR, "DIR", 0,
	  "Look for TABLE.args, which says what arguments are, in DIR first",
	  0 },
	{}
};

#define KEYS_DOC                                                           \
	"KEY is a FORMAT as in abimux map, for programs that are started " \
	"from then on and for those that run, or\n"                        \
	"  pid:123                    this process and what it starts\n"   \
	"With default it is every program."

#define FILE_DOC                                                        \
	"FILE is a list of native calls as text, or a BPF object (.o) " \
	"with a struct abimux_overlay_ops.\n"

static const struct argp_option retag_options[] = {
	{ "thread", OPT_THREAD, NULL, 0,
	  "Only the thread of this number, not its whole process", 0 },
	{ "wait", OPT_WAIT, NULL, 0,
	  "Wait until every thread has made its next call", 0 },
	{}
};

static const struct argp_option overlay_load_options[] = { { OPTION_NAME },
							   { OPTION_LOG },
							   { OPTION_FORCE },
							   {} };

static const struct argp_option overlay_add_options[] = { { OPTION_FORCE },
							  {} };

static const struct argp_option overlay_replace_options[] = { { OPTION_NAME },
							      { OPTION_LOG },
							      {} };

static const struct argp_option learn_options[] = {
	{ "output", 'o', "FILE", 0, "Write to FILE, not to standard output",
	  0 },
	{ "pid", 'p', "PID,...", 0, "Watch processes that run, until Ctrl-C",
	  0 },
	{ "seconds", OPT_SECONDS, "N", 0, "With -p: stop after N seconds", 0 },
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

static const struct command overlay_commands[] = {
	{
		.name = "list",
		.doc = "List all overlays, outermost first",
		.needs = NEED_STATE,
		.run = cmd_overlay_list,
		.print = print_overlay_list,
	},
	{
		.name = "show",
		.args = "OVERLAY",
		.doc = "Show what an overlay refuses, and over whom it lies",
		.complete = "o",
		.min_args = 1,
		.max_args = 1,
		.needs = NEED_STATE,
		.run = cmd_overlay_show,
		.print = print_overlay_show,
	},
	{
		.name = "check",
		.args = "FILE...",
		.doc = "Check files with overlays, without loading them",
		.complete = "f",
		.min_args = 1,
		.max_args = INT_MAX,
		.run = cmd_overlay_check,
		.print = print_overlay_result,
	},
	{
		.name = "load",
		.args = "FILE [KEY...]",
		.doc = "Load an overlay, and lay it over programs",
		.more = FILE_DOC KEYS_DOC,
		.options = overlay_load_options,
		.complete = "fm",
		.min_args = 1,
		.max_args = INT_MAX,
		.needs = NEED_STATE,
		.run = cmd_overlay_load,
		.print = print_overlay_result,
	},
	{
		.name = "replace",
		.args = "FILE",
		.doc = "Put an overlay in the place of the one of its name",
		.more = "Tasks that have it go over to the new one with their next call; calls under way end as they began.",
		.options = overlay_replace_options,
		.complete = "f",
		.min_args = 1,
		.max_args = 1,
		.needs = NEED_STATE,
		.run = cmd_overlay_replace,
		.print = print_overlay_result,
	},
	{
		.name = "unload",
		.args = "OVERLAY",
		.doc = "Unload an overlay, from all programs",
		.complete = "o",
		.min_args = 1,
		.max_args = 1,
		.needs = NEED_STATE,
		.run = cmd_overlay_unload,
	},
	{
		.name = "add",
		.args = "OVERLAY KEY...",
		.doc = "Lay an overlay over more programs",
		.more = KEYS_DOC,
		.options = overlay_add_options,
		.complete = "om",
		.min_args = 2,
		.max_args = INT_MAX,
		.needs = NEED_STATE,
		.run = cmd_overlay_add,
	},
	{
		.name = "remove",
		.args = "OVERLAY KEY...",
		.doc = "Take an overlay off programs",
		.more = KEYS_DOC
		"\nPrograms that it lies over by another key keep it.",
		.complete = "om",
		.min_args = 2,
		.max_args = INT_MAX,
		.needs = NEED_STATE,
		.run = cmd_overlay_remove,
	},
	{}
};

static const struct command policy_commands[] = {
	{
		.name = "show",
		.doc = "Show the policy, its programs and whether the guard is there",
		.needs = NEED_STATE,
		.run = cmd_policy_show,
		.print = print_policy_show,
	},
	{
		.name = "load",
		.args = "[FILE]",
		.doc = "Load a policy where there is none",
		.more = "Without FILE it is by-format, the policy of abimux load. The rules that there were hold again.",
		.complete = "f",
		.max_args = 1,
		.needs = NEED_STATE,
		.run = cmd_policy_load,
	},
	{
		.name = "replace",
		.args = "FILE",
		.doc = "Put a policy in the place of the one that is loaded",
		.more = "Each program that is being started is decided by one of the two. The rules stay: a policy whose maps are of another shape is refused.",
		.complete = "f",
		.min_args = 1,
		.max_args = 1,
		.needs = NEED_STATE,
		.run = cmd_policy_replace,
	},
	{
		.name = "unload",
		.doc = "Let no policy decide",
		.more = "Tasks keep their tables and new programs are native. Programs that are known to be foreign are refused.",
		.needs = NEED_STATE,
		.run = cmd_policy_unload,
	},
	{}
};

static const struct argp_option config_options[] = {
	{ "dir", OPT_DIR, "DIR", 0, "The directory, instead of /etc/abimux",
	  0 },
	{}
};

static const struct argp_option unload_options[] = {
	{ "all", OPT_ALL, NULL, 0,
	  "The guard, too: foreign programs are no longer refused", 0 },
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
		.more = "Tasks that use a table go on with it until they end. The guard stays: it refuses programs that are known to be foreign.",
		.options = unload_options,
		.needs = NEED_ROOT | NEED_BPFFS,
		.run = cmd_unload,
	},
	{
		.name = "save",
		.doc = "Write down policy, tables, overlays and rules for the next boot",
		.more = "The file is /etc/abimux/abimux.conf: a command a line, without its first word. Policy, tables and overlays are named by the files that they were loaded from. What was laid over one process is not in it.",
		.options = config_options,
		.needs = NEED_STATE,
		.run = cmd_save,
	},
	{
		.name = "restore",
		.doc = "Load the guard, the policy, and what save wrote down",
		.more = "The unit abimux.service does this at boot. All lines hold from one moment on; if one cannot be followed it is told with its place, and nothing is loaded.",
		.options = config_options,
		.needs = NEED_CHANGE,
		.run = cmd_restore,
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
		.name = "policy",
		.doc = "Show, load, replace and unload the policy",
		.sub = policy_commands,
	},
	{
		.name = "map",
		.doc = "List, set and delete the rules from formats to tables",
		.sub = map_commands,
	},
	{
		.name = "overlay",
		.doc = "List, show, check, load, replace and unload overlays; lay them over programs",
		.sub = overlay_commands,
	},
	{
		.name = "retag",
		.args = "PID... TABLE",
		.doc = "Give running processes another table",
		.more = "Each thread has it from its next call on; a call that it is in ends as it began. TABLE can be linux.",
		.options = retag_options,
		.complete = "pt",
		.min_args = 2,
		.max_args = INT_MAX,
		.needs = NEED_STATE,
		.run = cmd_retag,
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
		.name = "brand",
		.args = "FILE... TABLE",
		.doc = "Mark files with a table that goes before their format",
		.more = "With one FILE, --show or --remove there is no TABLE. The mark is the extended attribute user.abimux.table: who may write the file may brand it. It holds for ELF programs started from then on, but not for those that gain privileges (setuid, setgid, file capabilities); a rule for the file's path goes before it. A program whose brand names no table is not run at all.",
		.options = brand_options,
		.complete = "ff",
		.min_args = 1,
		.max_args = INT_MAX,
		.run = cmd_brand,
		.print = print_brand,
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
		.name = "denied",
		.doc = "List the calls that overlays refused, or would have",
		.options = missing_options,
		.needs = NEED_STATE,
		.run = cmd_denied,
		.print = print_denied,
	},
	{
		.name = "learn",
		.args = "[-o FILE] -p PID,... | [-o FILE] COMMAND [ARG...]",
		.doc = "Write an overlay from the calls that programs make",
		.more = "What COMMAND and its children call is what the overlay lets pass. Load it with abimux overlay load FILE KEY.",
		.options = learn_options,
		.complete = "c",
		.max_args = INT_MAX,
		.pass = true,
		.needs = NEED_STATE,
		.run = cmd_learn,
	},
	{
		.name = "top",
		.doc = "Show which tasks make which calls, again and again",
		.more = "Keys: q ends it, c, e and t sort by calls, errors and time, space looks now. Nothing stays attached. With --json each view is a value in a line of its own.",
		.options = top_options,
		.needs = NEED_STATE,
		.run = cmd_top,
	},
	{
		.name = "trace",
		.args = "[COMMAND [ARG...]]",
		.doc = "Show foreign calls as they are made, as strace does",
		.more = "Calls of the command, on standard error, and ends as the command does; or of processes, or of all tasks with a table. All threads of a process are shown. Ends with Ctrl-C, and nothing stays attached. With --json each line is a value.",
		.options = trace_options,
		.complete = "c",
		.max_args = INT_MAX,
		.pass = true,
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
