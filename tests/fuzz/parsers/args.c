// SPDX-License-Identifier: GPL-2.0
/*
 * Command lines, a word a line: as main() takes them apart, down to the command
 * that would run.
 */
#include <setjmp.h>

#include "args.h"
#include "error.h"
#include "fuzz.h"

#define MAX_WORDS 64

/* For --version; main() is not here. */
const char *argp_program_version = "abimux";

static jmp_buf ended;
static bool parsing;

_Noreturn void __real_exit(int status);
_Noreturn void __wrap_exit(int status);
const char *__asan_default_options(void);

/* --help and --version end the program; the fuzzer itself ends it, too. */
_Noreturn void __wrap_exit(int status)
{
	if (!parsing)
		__real_exit(status);
	must(status == ST_OK);
	longjmp(ended, 1);
}

/* A command line's words are never freed, nor are they when --help ends all. */
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static void check_args(const struct args *args, const struct command *command)
{
	must(args->argc >= command->min_args || command->sub);
	must(args->argc <= command->max_args || command->sub || command->pass);
	for (int i = 0; i < args->argc; i++)
		must(args->argv[i]);
	must(!args->argv[args->argc]);
}

/* One word of a group leads to the next command, as in main(). */
static void walk(int argc, char **argv)
{
	const struct command *command = &abimux;
	struct args args = {};

	while (command) {
		if (args_parse(&args, command, "abimux", argc, argv))
			return;
		check_args(&args, command);
		if (!command->sub)
			return;
		argc = args.argc;
		argv = args.argv;
		command = command_find(command->sub, argv[0]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *volatile text = fuzz_text(data, size);
	char *argv[MAX_WORDS + 2] = { "abimux" };
	int argc = 1 + fuzz_words(text, argv + 1, MAX_WORDS);

	parsing = true;
	if (!setjmp(ended))
		walk(argc, argv);
	parsing = false;
	free(text);
	return 0;
}
