// SPDX-License-Identifier: GPL-2.0
/*
 * What is well and what is not, and what to do about it.
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "compiler.h"
#include "config.h"
#include "error.h"
#include "hints.h"
#include "kernel.h"
#include "object.h"
#include "output.h"
#include "pins.h"

#define TEXT_LEN 256

/**
 * struct finding - the result of one check
 * @ok: YES, NO, or UNKNOWN if it cannot be seen
 * @text: what was found
 * @fix: what to do about it
 */
struct finding {
	enum tristate ok;
	char text[TEXT_LEN];
	const char *fix;
};

static void set(struct finding *finding, enum tristate ok, const char *text,
		const char *fix)
{
	finding->ok = ok;
	snprintf(finding->text, sizeof(finding->text), "%s", text);
	finding->fix = ok == YES ? NULL : fix;
}

static void check_hook(struct finding *finding, const char *dir)
{
	struct utsname kernel;

	(void)dir;
	uname(&kernel);
	set(finding, kernel_has_hook() ? YES : NO, "", HINT_HOOK);
	snprintf(finding->text, sizeof(finding->text), "%s, %s the abimux hook",
		 kernel.release, finding->ok == YES ? "with" : "without");
}

static void check_btf(struct finding *finding, const char *dir)
{
	(void)dir;
	if (kernel_btf())
		set(finding, YES, "/sys/kernel/btf/vmlinux", NULL);
	else
		set(finding, NO, "the kernel does not tell its types",
		    "build it with CONFIG_DEBUG_INFO_BTF=y");
}

static void check_lsm(struct finding *finding, const char *dir)
{
	static const char *const texts[] = {
		"lsm= has no bpf: nobody asks at exec", "lsm= has bpf",
		"cannot see the list of LSMs"
	};
	enum tristate ok = kernel_has_lsm();

	(void)dir;
	set(finding, ok, texts[ok],
	    ok == UNKNOWN ? HINT_SECURITYFS : kernel_lsm_hint());
}

static void check_bpffs(struct finding *finding, const char *dir)
{
	bool ok = kernel_has_bpffs();

	(void)dir;
	set(finding, ok ? YES : NO,
	    ok ? "mounted on " BPFFS : "not mounted on " BPFFS, HINT_BPFFS);
}

static void check_caps(struct finding *finding, const char *dir)
{
	bool ok = kernel_has_caps();

	(void)dir;
	set(finding, ok ? YES : NO, KERNEL_CAPS, HINT_ROOT);
}

static void check_jit(struct finding *finding, const char *dir)
{
	static const char path[] = "/proc/sys/net/core/bpf_jit_enable";
	enum tristate off = kernel_file_word(path, "0");

	(void)dir;
	if (off == YES)
		set(finding, NO, "off: tables with programs need it",
		    "echo 1 >/proc/sys/net/core/bpf_jit_enable");
	else if (off == NO)
		set(finding, YES, "on", NULL);
	else
		set(finding, UNKNOWN, path, "try as root, with /proc mounted");
}

/* A kernel without i386 programs kills who enters it as they do. */
static void check_i386(struct finding *finding, const char *dir)
{
	int status;
	pid_t pid;
	long nr;

	(void)dir;
	pid = fork();
	if (pid == 0) {
		nr = 20; /* getpid */
		asm volatile("int $0x80"
			     : "+a"(nr)
			     :
			     : "memory", "r8", "r9", "r10", "r11");
		_exit(nr != getpid());
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		set(finding, UNKNOWN, "cannot try", "try again");
	else if (WIFEXITED(status) && !WEXITSTATUS(status))
		set(finding, YES, "the kernel runs i386 programs", NULL);
	else
		set(finding, NO, "no i386 programs: no table for them",
		    "build the kernel with CONFIG_IA32_EMULATION=y, boot it with ia32_emulation=1");
}

static int count_files(const char *dir, const char *pattern)
{
	char path[TEXT_LEN];
	glob_t found;
	int count;

	snprintf(path, sizeof(path), "%s/%s", dir, pattern);
	if (glob(path, 0, NULL, &found))
		return 0;
	count = found.gl_pathc;
	globfree(&found);
	return count;
}

static void check_objects(struct finding *finding, const char *dir)
{
	static const char *const needed[] = { "by-format.bpf.o", "tasks.bpf.o",
					      "tables.bpf.o" };
	bool ok = true;

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		ok = ok && count_files(dir, needed[i]);
	set(finding, ok ? YES : NO, "", HINT_OBJECTS);
	snprintf(finding->text, sizeof(finding->text),
		 "%s: %d objects, %d tables%s", dir,
		 count_files(dir, "*.bpf.o"), count_files(dir, "*.tbl"),
		 ok ? "" : ", without the policy or its iterators");
}

static void check_loaded(struct finding *finding, const char *dir)
{
	(void)dir;
	if (pins_exist(PINS))
		set(finding, YES, "pinned under " PINS, NULL);
	else if (errno == EACCES)
		set(finding, UNKNOWN, "only root can see it", HINT_ROOT);
	else
		set(finding, NO, "nothing is loaded", HINT_LOAD);
}

/* Without it a program for another system is run as a native one. */
static void check_guard(struct finding *finding, const char *dir)
{
	(void)dir;
	if (pins_exist(GUARD))
		set(finding, YES, "pinned under " GUARD, NULL);
	else if (errno == EACCES)
		set(finding, UNKNOWN, "only root can see it", HINT_ROOT);
	else
		set(finding, NO,
		    "no guard: without a policy foreign programs run as native ones",
		    "abimux unload, then load");
}

/* Where systemd looks when it is told to start the unit at boot. */
#define UNIT "/etc/systemd/system/sysinit.target.wants/abimux.service"
#define CONFIG CONFIG_DIR "/" CONFIG_FILE

/* Return: whether it was read to its end; if not, the finding says why. */
static bool read_config(struct finding *finding)
{
	FILE *file = fopen(CONFIG, "re");
	struct tbl_error error;
	struct config config;
	int err;

	if (!file) {
		set(finding, UNKNOWN, "only root can see it", HINT_ROOT);
		return false;
	}
	err = config_read(&config, file, &error);
	config_drop(&config);
	fclose(file);
	if (!err)
		return true;
	set(finding, NO, "", "mend it, or write it anew: abimux save");
	snprintf(finding->text, sizeof(finding->text), CONFIG ":%u:%u: %s",
		 error.line, error.column, error.message);
	return false;
}

/* What is there after a reboot; where there is no systemd somebody else restores. */
static void check_boot(struct finding *finding, const char *dir)
{
	bool on = !access(UNIT, F_OK),
	     systemd = !access("/run/systemd/system", F_OK);

	(void)dir;
	if (access(CONFIG, F_OK))
		set(finding, on ? NO : YES,
		    on ? "abimux.service is on, without " CONFIG :
			 "nothing is to be restored",
		    "abimux save, or systemctl disable abimux");
	else if (read_config(finding))
		set(finding, on || !systemd ? YES : NO,
		    on ? CONFIG ", by abimux.service" :
			 CONFIG ", by abimux restore",
		    "systemctl enable abimux");
}

static void check_leftovers(struct finding *finding, const char *dir)
{
	(void)dir;
	if (pins_leftover())
		set(finding, NO, "an abimux that was killed left pins",
		    "the next load or unload removes them");
	else
		set(finding, YES, "no leftovers of a killed abimux", NULL);
}

static const struct check {
	const char *name;
	void (*run)(struct finding *finding, const char *dir);
} checks[] = {
	{ "kernel", check_hook },   { "btf", check_btf },
	{ "lsm", check_lsm },	    { "bpffs", check_bpffs },
	{ "rights", check_caps },   { "jit", check_jit },
	{ "i386", check_i386 },	    { "objects", check_objects },
	{ "loaded", check_loaded }, { "guard", check_guard },
	{ "boot", check_boot },	    { "pins", check_leftovers },
};

static const char *word_of(enum tristate ok)
{
	static const char *const words[] = {
		[NO] = "bad", [YES] = "ok", [UNKNOWN] = "unknown"
	};

	return words[ok];
}

int cmd_doctor(const struct args *args, json_t **result)
{
	const char *dir = args->opt[OPT_DIR] ?: OBJECT_DIR;
	struct finding finding;
	int status = ST_OK;
	json_t *row;

	*result = json_array();
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		checks[i].run(&finding, dir);
		if (finding.ok != YES)
			status = ST_FAILED;
		row = json_pack("{s:s, s:s, s:s, s:s?}", "check",
				checks[i].name, "state", word_of(finding.ok),
				"found", finding.text, "fix", finding.fix);
		json_array_append_new(*result, row);
	}
	return status;
}

void print_doctor(const json_t *result)
{
	const char *name, *state, *found, *fix;
	json_t *row;
	size_t i;

	json_array_foreach(result, i, row)
	{
		fix = NULL;
		json_unpack(row, "{s:s, s:s, s:s, s?:s}", "check", &name,
			    "state", &state, "found", &found, "fix", &fix);
		printf("%-8s %-8s %s\n", state, name, found);
		if (fix)
			printf("%-17s %s\n", "", fix);
	}
}
