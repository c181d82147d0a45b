// SPDX-License-Identifier: GPL-2.0
/*
 * What foreign tasks call, now and now again.
 *
 * Programs that count are there for as long as this process is, whatever its end.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <ncurses.h>

#include "command.h"
#include "compiler.h"
#include "counts.h"
#include "error.h"
#include "output.h"
#include "rates.h"
#include "rows.h"
#include "until.h"

#define COUNT_OBJECT "count.bpf.o"
#define DEFAULT_DELAY 2
#define MSEC_PER_SEC 1000
#define KEYS "q quit  c calls  e errors  t time  space now"

/**
 * struct top - a view that is kept up to date
 * @observer: the programs that count
 * @until: when it ends
 * @counts: where they count
 * @before: what they had counted when the view was made
 * @view: what is seen
 * @at: when it was made, milliseconds
 * @delay: until the next one, milliseconds
 * @rounds: views still to come; negative: no end
 * @sort: what rows are sorted by
 * @limit: tasks and calls to be shown, each; 0: all
 */
struct top {
	struct observer observer;
	struct until until;
	struct counts counts;
	json_t *before;
	json_t *view;
	long long at;
	long delay;
	long rounds;
	const char *sort;
	size_t limit;
};

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * (long long)MSEC_PER_SEC + now.tv_nsec / 1000000;
}

/* Looks at the counts, and makes of it what happened since the last look. */
static void look(struct top *top)
{
	json_t *now = counts_json(&top->counts);
	long long at = now_ms();
	double seconds = (double)(at - top->at) / MSEC_PER_SEC;

	json_decref(top->view);
	top->view = top->before ? rates_between(top->before, now,
						seconds > 0 ? seconds : 1) :
				  NULL;
	json_decref(top->before);
	top->before = now;
	top->at = at;
}

static void print_part(const struct top *top, const char *part,
		       const struct column *columns)
{
	json_t *rows, *row;
	size_t i;

	rows = rates_sorted(json_object_get(top->view, part), top->sort);
	while (top->limit && json_array_size(rows) > top->limit)
		json_array_remove(rows, json_array_size(rows) - 1);
	json_array_foreach(rows, i, row)
	{
		json_set_number(
			row, "calls_text", "%9.0f",
			json_number_value(json_object_get(row, "calls")));
		json_set_number(
			row, "errors_text", "%9.0f",
			json_number_value(json_object_get(row, "errors")));
		json_set_number(
			row, "time_text", "%8.3f",
			json_number_value(json_object_get(row, "seconds")));
		if (json_is_null(json_object_get(row, "name")))
			json_object_set(row, "name",
					json_object_get(row, "number"));
	}
	print_rows(rows, columns);
	json_decref(rows);
}

static void print_head(const struct top *top)
{
	const json_t *tables = json_object_get(top->view, "tables"), *row;
	time_t at = time(NULL);
	char text[20];
	struct tm tm;
	size_t i;

	localtime_r(&at, &tm);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	printf("abimux top  %s  %.0f calls/s  %.0f errors/s  by %s\n", text,
	       rates_sum(tables, "calls"), rates_sum(tables, "errors"),
	       top->sort);
	json_array_foreach(tables, i, row)
		printf("%s%s %.0f", i ? "  " : "",
		       json_string_value(json_object_get(row, "table")) ?: "?",
		       json_number_value(json_object_get(row, "calls")));
	printf("%s\n\n", json_array_size(tables) ? " calls/s" : "no calls");
}

static void print_view(const struct top *top)
{
	static const struct column tasks[] = { { "pid", "PID" },
					       { "table", "TABLE" },
					       { "calls_text", "  CALLS/S" },
					       { "errors_text", " ERRORS/S" },
					       { "time_text", "TIME/S" },
					       { "comm", "COMMAND" },
					       {} };
	static const struct column calls[] = { { "table", "TABLE" },
					       { "calls_text", "  CALLS/S" },
					       { "errors_text", " ERRORS/S" },
					       { "time_text", "TIME/S" },
					       { "name", "CALL" },
					       {} };

	print_head(top);
	print_part(top, "tasks", tasks);
	printf("\n");
	print_part(top, "calls", calls);
}

/* The view as text, to be freed. */
static char *view_text(const struct top *top)
{
	FILE *was = stdout, *out;
	char *text = NULL;
	size_t size;

	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	stdout = out;
	print_view(top);
	stdout = was;
	fclose(out);
	return text;
}

/* As many lines of each half as there is room for. */
static void draw(struct top *top)
{
	char *text, *rest, *line;
	int y = 0;

	/* Seven lines have something else: heads, blanks, keys. */
	top->limit = LINES > 9 ? (LINES - 7) / 2 : 1;
	text = view_text(top);
	rest = text;
	erase();
	while ((line = strsep(&rest, "\n")) && y < LINES - 1) {
		if (strstr(line, "CALLS/S"))
			attron(A_REVERSE);
		mvaddnstr(y++, 0, line, COLS);
		attroff(A_REVERSE);
	}
	mvaddnstr(LINES - 1, 0, KEYS, COLS);
	refresh();
	free(text);
}

/* False: that was enough. */
static bool take_key(struct top *top, int key)
{
	switch (key) {
	case 'q':
		return false;
	case 'c':
		top->sort = "calls";
		break;
	case 'e':
		top->sort = "errors";
		break;
	case 't':
		top->sort = "seconds";
		break;
	case ' ':
		look(top);
		break;
	}
	return true;
}

static void turn(struct top *top)
{
	look(top);
	if (top->rounds > 0)
		top->rounds--;
}

static int run_screen(struct top *top)
{
	SCREEN *screen = newterm(NULL, stdout, stdin);
	bool goes_on = true;

	if (!screen)
		return fail(ST_USAGE, "set TERM=vt100, or use --batch",
			    "nothing is known about terminal '%s'",
			    getenv("TERM") ?: "");
	cbreak();
	noecho();
	curs_set(0);
	timeout(UNTIL_POLL_MS);
	while (goes_on && top->rounds && until_goes_on(&top->until)) {
		if (now_ms() - top->at >= top->delay)
			turn(top);
		draw(top);
		goes_on = take_key(top, getch());
	}
	endwin();
	delscreen(screen);
	return ST_OK;
}

static void run_batch(struct top *top, bool json)
{
	while (top->rounds && until_goes_on(&top->until) && !ferror(stdout)) {
		long long left = top->at + top->delay - now_ms();

		if (left > 0) {
			poll(NULL, 0,
			     left < UNTIL_POLL_MS ? left : UNTIL_POLL_MS);
			continue;
		}
		turn(top);
		if (json)
			json_dumpf(top->view, stdout, JSON_COMPACT);
		else
			print_view(top);
		printf("\n");
		fflush(stdout);
	}
}

static int parse_sort(struct top *top, const char *text)
{
	static const char *const words[][2] = { { "calls", "calls" },
						{ "errors", "errors" },
						{ "time", "seconds" } };

	top->sort = "calls";
	if (!text)
		return ST_OK;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcmp(words[i][0], text)) {
			top->sort = words[i][1];
			return ST_OK;
		}
	}
	return fail(ST_USAGE, "calls, errors or time", "cannot sort by '%s'",
		    text);
}

static int check_terminal(void)
{
	if (isatty(STDOUT_FILENO) && isatty(STDIN_FILENO))
		return ST_OK;
	return fail(ST_USAGE, "--batch needs none",
		    "standard input or output is no terminal");
}

static int parse(struct top *top, const struct args *args, bool batch)
{
	long seconds = DEFAULT_DELAY;
	int status = parse_sort(top, args->opt[OPT_SORT]);

	top->rounds = -1;
	if (!status && args->opt['d'])
		status = parse_number(args->opt['d'], "seconds", &seconds);
	if (!status && args->opt['n'])
		status = parse_number(args->opt['n'], "views", &top->rounds);
	if (!status)
		status = until_start(&top->until, args);
	top->delay = seconds * MSEC_PER_SEC;
	return status || batch ? status : check_terminal();
}

int cmd_top(const struct args *args, json_t **result)
{
	bool batch = args->opt['b'] || args->json;
	struct top top = {};
	int status = parse(&top, args, batch);

	(void)result;
	top.observer.config.follow = 1;
	if (!status)
		status = observer_load(&top.observer, COUNT_OBJECT, args,
				       args->opt[OPT_TABLE]);
	if (!status)
		status = observer_attach(&top.observer);
	if (!status) {
		counts_of(&top.counts, &top.observer);
		look(&top);
		if (batch)
			run_batch(&top, args->json);
		else
			status = run_screen(&top);
	}
	json_decref(top.view);
	json_decref(top.before);
	observer_close(&top.observer);
	return status;
}
