// SPDX-License-Identifier: GPL-2.0
/*
 * Each kind of change, and of coming to be, without memory for the first piece that it
 * asks for, without the second ... until it needs no more. Each time all of it is
 * done or nothing: all threads, children and new programs look. A line each says
 * "right" or "wrong", and what.
 */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "answers.h"
#include "fault.h"
#include "objects.h"
#include "seen.h"

#define HERE TEST_DIR "/churn/"
#define MOST 3000 /* pieces of memory for one change */
#define UNTOLD 1 /* what was done went well, and nothing had failed */
#define RULE "elf-note:abimux-churn:1/amd64"

static struct seen now; /* what all threads ought to see */
static unsigned int overlay; /* the one that is laid and taken away */
static unsigned int nth;

/* The other thread, which looks when it is asked to. */
static sem_t asked, told;
static struct seen others;

static void *look(void *arg)
{
	while (!sem_wait(&asked)) {
		others = see();
		sem_post(&told);
	}
	return NULL;
}

static void look_wait(void)
{
	sem_post(&asked);
	while (sem_wait(&told))
		;
}

static bool all_see(struct seen want)
{
	struct seen mine = see();

	look_wait();
	if (seen_same(mine, want) && seen_same(others, want))
		return true;
	printf("# piece %u: %u %u and %u %u, not %u %u\n", nth, mine.id,
	       mine.digits, others.id, others.digits, want.id, want.digits);
	return false;
}

/**
 * struct change - a kind of change, or of coming to be
 * @name: what it is
 * @make: makes it
 * @undo: makes it undone; NULL: there is nothing to undo
 * @after: what everybody sees then; the same as before if there is no @undo
 * @own: it is others that have no memory; UNTOLD says that they had
 */
struct change {
	const char *name;
	int (*make)(void);
	int (*undo)(void);
	struct seen after;
	bool own;
};

static bool make_undone(const struct change *change)
{
	int ret = change->undo ? change->undo() : 0;

	if (ret < 0)
		printf("# piece %u: not undone: %d\n", nth, ret);
	return ret >= 0 && all_see(now);
}

/* Return: whether what came of it is right. */
static bool made(const struct change *change, int ret)
{
	if (ret == -ENOMEM || ret == -EAGAIN)
		return all_see(now);
	if (ret < 0) {
		printf("# piece %u: %d\n", nth, ret);
		return false;
	}
	return all_see(change->undo ? change->after : now) &&
	       make_undone(change);
}

static void sweep(const struct change *change)
{
	unsigned int refused = 0;
	bool came, good;

	nth = 0;
	do {
		int ret;

		if (!change->own)
			fault_set(nth + 1);
		ret = change->make();
		came = change->own ? ret != UNTOLD : fault_end();
		nth += came;
		refused += ret < 0;
		good = made(change, ret);
	} while (good && came && nth < MOST);
	printf("%s %s\n# %u pieces of memory, %u times refused\n",
	       good && refused && !came ? "right" : "wrong", change->name, nth,
	       refused);
}

static int swap(void)
{
	return table_swap(1, 1);
}

static int swap_back(void)
{
	return table_swap(1, 0);
}

static int give(const char *table)
{
	struct abimux_retag how = { .flags = ABIMUX_RETAG_TABLE };

	strcpy(how.table, table);
	return retag(getpid(), &how);
}

static int give_linux(void)
{
	return give("linux");
}

static int give_first(void)
{
	return give("churn-1");
}

static int give_second(void)
{
	return give("churn-2");
}

static int lay(void)
{
	struct abimux_retag how = { .flags = ABIMUX_RETAG_ADD,
				    .overlay = overlay };

	return retag(getpid(), &how);
}

static int take_away(void)
{
	struct abimux_retag how = { .flags = ABIMUX_RETAG_REMOVE,
				    .overlay = overlay };

	return retag(getpid(), &how);
}

static int update(void)
{
	return overlay_swap(0, 2);
}

static int update_back(void)
{
	return overlay_swap(0, 1);
}

/* Half of one would be in the way of the next. */
static int another(void)
{
	int ret = overlay_register(1, 1);

	if (ret >= 0)
		overlay_unregister(1);
	return ret;
}

static int new_child(void)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -errno;
	if (!pid)
		_exit(!seen_same(see(), now));
	if (waitpid(pid, &status, 0) < 0 || status)
		return -EBADMSG;
	return 0;
}

static void *be_thread(void *arg)
{
	*(struct seen *)arg = see();
	return NULL;
}

static int new_thread(void)
{
	struct seen seen;
	pthread_t id;
	int err = pthread_create(&id, NULL, be_thread, &seen);

	if (err)
		return -err;
	pthread_join(id, NULL);
	return seen_same(seen, now) ? 0 : -EBADMSG;
}

/* Beyond a certain point who has no memory for a program is killed. */
static int exec_status(int status)
{
	if (WIFSIGNALED(status))
		return -ENOMEM;
	switch (WEXITSTATUS(status)) {
	case ANSWER_ALL:
		return UNTOLD;
	case ANSWER_RIGHT:
		return 0;
	case ANSWER_REFUSED:
	case 127: /* libc, before main() */
		return -ENOMEM;
	default:
		return -EBADMSG;
	}
}

static int new_program(const char *path, unsigned int id)
{
	char want[2][12], *words[] = { "answers", want[0], want[1], NULL };
	int status;
	pid_t pid;

	snprintf(want[0], sizeof(want[0]), "%u", id);
	snprintf(want[1], sizeof(want[1]), "%u", now.digits);
	pid = fork();
	if (!pid) {
		fault_set(nth + 1);
		execv(path, words);
		_exit(ANSWER_REFUSED);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	return exec_status(status);
}

static int new_native(void)
{
	return new_program(HERE "answers", 0);
}

static int new_foreign(void)
{
	return new_program(HERE "answers-churn", now.id);
}

/* What the first version of the first overlay adds. */
#define DIGIT CHURN_DIGIT(0, 1)

static const struct change natives[] = {
	{ .name = "a native process gets a table",
	  .make = give_first,
	  .undo = give_linux,
	  .after.id = 10 },
	{ .name = "a native process gets an overlay",
	  .make = lay,
	  .undo = take_away,
	  .after.digits = DIGIT },
};

/* What has the first table. */
static const struct change foreigns[] = {
	{ .name = "another version of a table",
	  .make = swap,
	  .undo = swap_back,
	  .after.id = 11 },
	{ .name = "another table",
	  .make = give_second,
	  .undo = give_first,
	  .after.id = 20 },
	{ .name = "no table", .make = give_linux, .undo = give_first },
	{ .name = "an overlay",
	  .make = lay,
	  .undo = take_away,
	  .after = { .id = 10, .digits = DIGIT } },
	{ .name = "a new overlay", .make = another },
};

/* And has an overlay over it, too. */
static const struct change covereds[] = {
	{ .name = "an overlay less",
	  .make = take_away,
	  .undo = lay,
	  .after.id = 10 },
	{ .name = "another version of an overlay",
	  .make = update,
	  .undo = update_back,
	  .after = { .id = 10, .digits = CHURN_DIGIT(0, 2) } },
	{ .name = "another table under an overlay",
	  .make = give_second,
	  .undo = give_first,
	  .after = { .id = 20, .digits = DIGIT } },
	{ .name = "a child", .make = new_child },
	{ .name = "a thread", .make = new_thread },
	{ .name = "a native program", .make = new_native, .own = true },
	{ .name = "a foreign program", .make = new_foreign, .own = true },
};

static void sweep_all(const struct change *changes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sweep(&changes[i]);
}

#define SWEEP(changes) sweep_all(changes, sizeof(changes) / sizeof(*(changes)))

static void rule(const char *verb, const char *table)
{
	char text[128];

	snprintf(text, sizeof(text), "abimux map %s " RULE " %s >/dev/null",
		 verb, table);
	if (system(text))
		errx(2, "%s", text);
}

static void change_all(void)
{
	SWEEP(natives);
	now.id = 10;
	if (give_first() != 2 || !all_see(now))
		errx(2, "no table");
	SWEEP(foreigns);
	now.digits = DIGIT;
	if (lay() != 2 || !all_see(now))
		errx(2, "no overlay");
	SWEEP(covereds);
}

int main(void)
{
	pthread_t id;

	setvbuf(stdout, NULL, _IOLBF, 0);
	objects_load(HERE "churn.bpf.o");
	rule("set", "churn-1");
	overlay = overlay_register(0, 1);
	sem_init(&asked, 0, 0);
	sem_init(&told, 0, 0);
	if (pthread_create(&id, NULL, look, NULL))
		errx(2, "no thread");
	fault_allow();
	change_all();
	rule("delete", "");
	objects_restore();
	return 0;
}
