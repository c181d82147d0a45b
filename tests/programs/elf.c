// SPDX-License-Identifier: GPL-2.0
/*
 * ELF files that end too early, or say things that are not so. Whatever they are,
 * they are refused or end; they never run, and never on another table.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#define VICTIM "/tmp/victim"
#define MAX_FILE 65536
/* What a child says when execve() failed: this plus the errno. */
#define EXEC_FAILED 100

FIXTURE(elf)
{
	unsigned char file[MAX_FILE];
	size_t size;
};

FIXTURE_VARIANT(elf)
{
	const char *path;
	int osabi;
};

FIXTURE_VARIANT_ADD(elf, myelf){
	.path = TEST_DIR "/bin/call-myelf",
};

FIXTURE_VARIANT_ADD(elf, linux_0_11){
	.path = TEST_DIR "/bin/call-linux-0.11",
};

FIXTURE_VARIANT_ADD(elf, freebsd){
	.path = TEST_DIR "/bin/call-linux",
	.osabi = ELFOSABI_FREEBSD,
};

FIXTURE_VARIANT_ADD(elf, netbsd_without_a_table){
	.path = TEST_DIR "/bin/call-linux",
	.osabi = ELFOSABI_NETBSD,
};

FIXTURE_SETUP(elf)
{
	int fd = open(variant->path, O_RDONLY | O_CLOEXEC);

	ASSERT_LE(0, fd);
	self->size = read(fd, self->file, sizeof(self->file));
	close(fd);
	ASSERT_LT(sizeof(Elf64_Ehdr), self->size);
	if (variant->osabi)
		self->file[EI_OSABI] = variant->osabi;
}

FIXTURE_TEARDOWN(elf)
{
	unlink(VICTIM);
}

/* A file that was executed cannot be written, so each gets its own. */
static int write_victim(const void *file, size_t size)
{
	int fd;

	unlink(VICTIM);
	fd = open(VICTIM, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	if (fd < 0 || write(fd, file, size) != (ssize_t)size)
		return -1;
	return close(fd);
}

/* Return: how the victim ended, as waitpid() tells it. */
static int execute(const void *file, size_t size)
{
	char *argv[] = { VICTIM, NULL };
	int status;
	pid_t pid;

	if (write_victim(file, size))
		return -1;
	pid = fork();
	if (!pid) {
		alarm(100);
		execv(VICTIM, argv);
		_exit(EXEC_FAILED + errno);
	}
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return status;
}

static bool refused(int status)
{
	return WIFEXITED(status) &&
	       WEXITSTATUS(status) == EXEC_FAILED + ENOEXEC;
}

/* Died of its own holes: there is no code where it should be. */
static bool crashed(int status)
{
	return WIFSIGNALED(status) &&
	       (WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGBUS);
}

static size_t headers_end(const unsigned char *file)
{
	const Elf64_Ehdr *wide = (const void *)file;
	const Elf32_Ehdr *narrow = (const void *)file;

	if (file[EI_CLASS] == ELFCLASS64)
		return wide->e_phoff + wide->e_phnum * sizeof(Elf64_Phdr);
	return narrow->e_phoff + narrow->e_phnum * sizeof(Elf32_Phdr);
}

/* Cut inside the headers: nothing can load it. */
TEST_F_TIMEOUT(elf, truncated_header, 400)
{
	size_t end = headers_end(self->file);
	size_t bad = 0;

	ASSERT_LT(end, self->size);
	for (size_t size = 0; size < end; size++) {
		if (refused(execute(self->file, size)))
			continue;
		TH_LOG("%zu bytes were not refused", size);
		bad++;
	}
	EXPECT_EQ(0, bad);
}

/* Cut behind them, in the notes and in the code. */
TEST_F_TIMEOUT(elf, truncated_body, 400)
{
	size_t end = headers_end(self->file);
	size_t bad = 0;
	int status;

	for (size_t size = end; size < end + 64; size++) {
		status = execute(self->file, size);
		if (refused(status) || crashed(status))
			continue;
		TH_LOG("%zu bytes: status %#x", size, status);
		bad++;
	}
	EXPECT_EQ(0, bad);
}

static const uint64_t hostile[] = {
	0,	    1,
	3,	    12,
	24,	    25,
	4095,	    65535,
	0x7fffffff, 0x80000000,
	0xfffffff0, 0xffffffff,
	1ULL << 32, INT64_MAX - 100,
	INT64_MAX,  1ULL << 63,
	UINT64_MAX,
};

static bool survived(int status)
{
	return WIFEXITED(status) ||
	       (WIFSIGNALED(status) && WTERMSIG(status) != SIGALRM);
}

/* Every value in every field of the header that says where or how much. */
TEST_F_TIMEOUT(elf, hostile_header, 400)
{
	bool wide = self->file[EI_CLASS] == ELFCLASS64;
	size_t from = 24, to = wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
	unsigned char file[MAX_FILE];

	for (size_t at = from; at < to; at += 2) {
		for (size_t i = 0; i < ARRAY_SIZE(hostile); i++) {
			memcpy(file, self->file, self->size);
			memcpy(file + at, &hostile[i], at + 8 <= to ? 8 : 2);
			ASSERT_TRUE(survived(execute(file, self->size)));
		}
	}
}

/* And in every word of the segment with the notes. */
TEST_F_TIMEOUT(elf, hostile_notes, 400)
{
	bool wide = self->file[EI_CLASS] == ELFCLASS64;
	size_t word = wide ? 8 : 4;
	size_t size = wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	size_t at = wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
	size_t end = headers_end(self->file);
	unsigned char file[MAX_FILE];
	uint32_t type;

	for (; at < end; at += size) {
		memcpy(&type, self->file + at, sizeof(type));
		if (type != PT_NOTE)
			continue;
		for (size_t field = word; field < size; field += word) {
			for (size_t i = 0; i < ARRAY_SIZE(hostile); i++) {
				memcpy(file, self->file, self->size);
				memcpy(file + at + field, &hostile[i], word);
				ASSERT_TRUE(
					survived(execute(file, self->size)));
			}
		}
	}
	/* The notes themselves start right behind the headers. */
	for (size_t field = 0; field < 12; field += 4) {
		for (size_t i = 0; i < ARRAY_SIZE(hostile); i++) {
			memcpy(file, self->file, self->size);
			memcpy(file + end + field, &hostile[i], 4);
			ASSERT_TRUE(survived(execute(file, self->size)));
		}
	}
}

/* A whole file of headers that say "note", each as long as can be. */
TEST(nothing_but_notes)
{
	static unsigned char file[MAX_FILE];
	Elf64_Ehdr *header = (void *)file;
	Elf64_Phdr *segment = (void *)(file + sizeof(*header));

	memcpy(header->e_ident, ELFMAG, SELFMAG);
	header->e_ident[EI_CLASS] = ELFCLASS64;
	header->e_ident[EI_DATA] = ELFDATA2LSB;
	header->e_type = ET_EXEC;
	header->e_machine = EM_X86_64;
	header->e_phoff = sizeof(*header);
	header->e_phentsize = sizeof(*segment);
	header->e_phnum = 1000;
	for (int i = 0; i < 1000; i++) {
		segment[i].p_type = PT_NOTE;
		segment[i].p_filesz = UINT32_MAX;
	}
	EXPECT_TRUE(survived(execute(file, sizeof(file))));
}

TEST_HARNESS_MAIN
