// SPDX-License-Identifier: GPL-2.0
/*
 * interfaces [--seed=N] [--first=N] [--values=N | --seconds=N]: what a loader with
 * a bug could give to the kernel.
 *
 * Tables, overlays and policies of random bytes are registered and replaced while
 * tasks run; rules, tags and what retags a task are random bytes, too. All of it is
 * refused, or does what a table, an overlay or a rule may do.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/abimux.h>

#include "random.h"
#include "retag.h"
#include "series.h"
#include "worker.h"

#define PINS "/sys/fs/bpf/abimux/"
#define NAME "fuzzed"

static struct series series = { .seed = 1, .count = 300 };

/* Of one sort of ops. */
struct sort {
	const char *type;
	int id;
	size_t size, ops, data;
};

static struct sort sorts[] = {
	{ .type = "abimux_table_ops" },
	{ .type = "abimux_overlay_ops" },
	{ .type = "abimux_policy_ops" },
};

enum { TABLE, OVERLAY, POLICY, NR_SORTS };

static struct {
	unsigned long values, refused, taken, linked, replaced, odd;
	unsigned long rules, tags, retags, retagged, overlays, kept;
} outcome;

static struct random dice;
static struct btf *types;
static int own_types, retag_program = -1;
static unsigned long value_nr;

static void found(const char *what, int err)
{
	outcome.odd++;
	printf("# %s: %s; again: interfaces --seed=%lu --first=%lu --values=1\n",
	       what, strerror(-err), series.seed, value_nr);
}

static const struct btf_member *member(const struct btf_type *type,
				       const char *name)
{
	const struct btf_member *m = btf_members(type);

	for (int i = 0; i < btf_vlen(type); i++, m++)
		if (!strcmp(btf__name_by_offset(types, m->name_off), name))
			return m;
	return NULL;
}

static void find_sort(struct sort *sort)
{
	const struct btf_member *ops, *data;
	const struct btf_type *type;
	char name[64];

	snprintf(name, sizeof(name), "bpf_struct_ops_%s", sort->type);
	sort->id = btf__find_by_name_kind(types, name, BTF_KIND_STRUCT);
	if (sort->id < 0)
		broken("%s", name);
	type = btf__type_by_id(types, sort->id);
	sort->size = type->size;
	ops = member(type, "data");
	sort->ops = ops->offset / 8;
	type = btf__type_by_id(types, ops->type);
	data = member(type, "data") ?: member(type, "name");
	sort->data = sort->ops + data->offset / 8;
}

/* The kernel makes no such map for a process without types of its own. */
static void load_own_types(void)
{
	struct btf *own = btf__new_empty();

	btf__add_int(own, "int", 4, BTF_INT_SIGNED);
	if (btf__load_into_kernel(own))
		broken("own types");
	own_types = btf__fd(own);
}

static int make_map(const struct sort *sort)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_LINK,
		    .btf_fd = own_types, .btf_vmlinux_value_type_id = sort->id);

	return bpf_map_create(BPF_MAP_TYPE_STRUCT_OPS, NAME, 4, sort->size, 1,
			      &opts);
}

static void good_table(struct abimux_table_data *data)
{
	strcpy(data->name, NAME);
	for (int i = 0; i < 400; i++) {
		if (i >= 335 || (i > 173 && i < 186))
			continue;
		data->entries[i].kind = ABIMUX_ENTRY_NATIVE;
		data->entries[i].native = i;
	}
}

static void good_overlay(struct abimux_overlay_data *data)
{
	strcpy(data->name, NAME);
	data->order = random_below(&dice, 3);
	if (random_once(&dice, 2))
		data->amd64[random_below(&dice, ABIMUX_NR_NATIVE_CALLS)] =
			random_below(&dice, 134);
}

/* Where the fields are that matter, mostly; else anywhere. */
static size_t place(size_t size)
{
	return random_once(&dice, 3) ?
		       random_below(&dice, size) :
		       random_below(&dice, size < 96 ? size : 96);
}

static void spoil(uint8_t *bytes, size_t size)
{
	if (random_once(&dice, 16)) {
		for (size_t i = 0; i < size; i++)
			bytes[i] = random_next(&dice);
		return;
	}
	for (int i = random_below(&dice, 4); i; i--)
		bytes[place(size)] = random_once(&dice, 2) ?
					     random_below(&dice, 4) :
					     random_next(&dice);
}

static size_t data_size(int which)
{
	static const size_t sizes[] = {
		sizeof(struct abimux_table_data),
		sizeof(struct abimux_overlay_data),
		ABIMUX_NAME_LEN,
	};

	return sizes[which];
}

/* Sometimes what is not data, too: pointers that are descriptors, and counters. */
static void spoil_rest(const struct sort *sort, int which, uint8_t *value)
{
	size_t data = sort->data + data_size(which);
	int64_t odd = random_below(&dice, 20) - 2;

	if (random_once(&dice, 6))
		memcpy(value + data + random_below(&dice, 5) * 8, &odd, 8);
	if (random_once(&dice, 12))
		value[random_below(&dice, sort->ops)] = random_next(&dice);
	if (random_once(&dice, 12))
		value[random_below(&dice, sort->size)] = random_next(&dice);
}

/*
 * What the tasks that run meanwhile need: their number where they have it, and the
 * two calls that they make. Bad values stay as they are.
 */
static void mend_table(struct abimux_table_data *data)
{
	static const int needed[] = { SYS_getpid, SYS_sched_yield };

	if (data->convention.number < ABIMUX_NR_NUMBERS)
		data->convention.number = ABIMUX_NUMBER_AX;
	for (int i = 0; i < 2; i++)
		data->entries[needed[i]] = (struct abimux_entry){
			.kind = ABIMUX_ENTRY_NATIVE,
			.native = needed[i],
		};
}

static void mend_overlay(struct abimux_overlay_data *data)
{
	data->amd64[SYS_getpid] = 0;
	data->amd64[SYS_sched_yield] = 0;
}

/* Return: the map, if the kernel took the value. */
static int make_value(int which)
{
	const struct sort *sort = &sorts[which];
	uint8_t *value = calloc(1, sort->size + 64);
	int map = make_map(sort), zero = 0, err;

	if (map < 0)
		broken("map");
	if (which == TABLE)
		good_table((void *)(value + sort->data));
	else if (which == OVERLAY)
		good_overlay((void *)(value + sort->data));
	else
		strcpy((char *)value + sort->data, NAME);
	spoil(value + sort->data, data_size(which));
	if (which == TABLE)
		mend_table((void *)(value + sort->data));
	else if (which == OVERLAY)
		mend_overlay((void *)(value + sort->data));
	spoil_rest(sort, which, value);
	err = bpf_map_update_elem(map, &zero, value, 0);
	free(value);
	outcome.values++;
	if (!err) {
		outcome.taken++;
		return map;
	}
	outcome.refused++;
	if (err != -EINVAL && err != -EBADF && err != -E2BIG)
		found("a value was refused with", err);
	close(map);
	return -1;
}

/* A file of no format of its own, run as a user with what there is just now. */
static void execute(void)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		freopen("/dev/null", "w", stdout);
		become_alice();
		alarm(100);
		execl(TEST_DIR "/bin/call-linux", "call", "39", NULL);
		_exit(errno);
	}
	if (waitpid(pid, &status, 0) != pid || WIFSIGNALED(status))
		found("a native program did not run", 0);
}

static void retag(int pid, const struct abimux_retag *how)
{
	struct fuzz_retag ask = { .pid = pid };
	struct bpf_test_run_opts run = {
		.sz = sizeof(run),
		.ctx_in = &ask,
		.ctx_size_in = sizeof(ask),
	};
	int err;

	memcpy(ask.how, how, sizeof(*how));
	err = bpf_prog_test_run_opts(retag_program, &run);
	if (err)
		return found("the program could not be run", err);
	outcome.retags++;
	outcome.retagged += (int)run.retval >= 0;
}

/* Tables that have Linux's numbers: a worker cannot tell that it was moved. */
static void random_retag(void)
{
	static const char *const names[] = { "linux", "hello", "spy",  NAME,
					     "",      "myelf", "none", "../x" };
	static const uint32_t flags[] = {
		ABIMUX_RETAG_TABLE,
		ABIMUX_RETAG_ADD,
		ABIMUX_RETAG_REMOVE,
		ABIMUX_RETAG_TABLE | ABIMUX_RETAG_ADD,
		ABIMUX_RETAG_TABLE | ABIMUX_RETAG_THREAD,
		ABIMUX_RETAG_ADD | ABIMUX_RETAG_REMOVE,
	};
	/* Their ids are given one after the other. */
	struct abimux_retag how = {
		.overlay = outcome.overlays - random_below(&dice, 2),
		.flags = flags[random_below(&dice, 6)],
	};
	int pid = workers[random_below(&dice, NR_WORKERS)].pid;

	if (retag_program < 0)
		return;
	strcpy(how.table, names[random_below(&dice, 4)]);
	/* What cannot be right is for a kernel thread, or for nobody. */
	if (random_once(&dice, 3)) {
		spoil((uint8_t *)&how, sizeof(how));
		how.flags |= random_next(&dice) << 4;
		pid = random_once(&dice, 2) ? 2 : random_next(&dice);
	}
	retag(pid, &how);
}

/* Registers what was taken, and puts other versions in its place. */
static void use_value(int which, int map)
{
	int link = bpf_link_create(map, 0, BPF_STRUCT_OPS, NULL), next, err;

	if (link < 0) {
		if (link != -EEXIST && link != -EINVAL && link != -EBUSY)
			found("a value was not registered", link);
		return;
	}
	outcome.linked++;
	outcome.overlays += which == OVERLAY;
	for (int i = random_below(&dice, 4); i; i--) {
		if (which != POLICY)
			random_retag();
		next = make_value(random_once(&dice, 8) ? (which + 1) % 2 :
							  which);
		if (next < 0)
			continue;
		err = bpf_link_update(link, next, NULL);
		outcome.replaced += !err;
		if (err && err != -EINVAL && err != -ENOENT && err != -EBUSY)
			found("a value was not replaced", err);
		close(next);
	}
	close(link);
}

static int pinned(const char *name)
{
	char path[80];

	snprintf(path, sizeof(path), PINS "%s", name);
	return bpf_obj_get(path);
}

/* A rule that no parser would write, for as long as some programs start. */
static void random_rule(void)
{
	struct abimux_format format = { .kind = random_below(&dice, 9) };
	char table[ABIMUX_NAME_LEN] = "hello";
	int map = pinned("formats"), err;

	/* The default may name a table that is there, not one that is none. */
	spoil((uint8_t *)&format, sizeof(format));
	if (format.kind && format.kind != ABIMUX_FORMAT_UID)
		spoil((uint8_t *)table, sizeof(table));
	err = bpf_map_update_elem(map, &format, table, BPF_ANY);
	if (err)
		found("a rule was refused", err);
	outcome.rules++;
	execute();
	/* Of no kind that there is, some stay, for who lists them all. */
	if (format.kind < 20 || outcome.kept == 20)
		bpf_map_delete_elem(map, &format);
	else
		outcome.kept++;
	close(map);
}

static void random_tag(void)
{
	int handle = syscall(SYS_pidfd_open, getpid(), 0);
	int map = pinned("tags");
	struct abimux_tag tag = {};

	strcpy(tag.table, random_once(&dice, 2) ? "hello" : "linux");
	spoil((uint8_t *)&tag, sizeof(tag));
	bpf_map_update_elem(map, &handle, &tag, BPF_ANY);
	outcome.tags++;
	execute();
	memset(&tag, 0, sizeof(tag));
	bpf_map_update_elem(map, &handle, &tag, BPF_ANY);
	bpf_map_delete_elem(map, &handle);
	close(map);
	close(handle);
}

static void one_value(void)
{
	int which = random_below(&dice, 10), map;

	which = which < 5 ? TABLE : which < 9 ? OVERLAY : POLICY;
	map = make_value(which);
	if (map >= 0) {
		use_value(which, map);
		close(map);
	}
	if (random_once(&dice, 2))
		random_retag();
	if (random_once(&dice, 8))
		random_rule();
	if (random_once(&dice, 8))
		random_tag();
}

static void load_retag(void)
{
	struct bpf_object *object =
		bpf_object__open_file(TEST_DIR "/fuzz/retag.bpf.o", NULL);
	struct bpf_program *program;

	if (!object || bpf_object__load(object))
		broken("retag.bpf.o");
	program = bpf_object__find_program_by_name(object, "retag");
	retag_program = bpf_program__fd(program);
}

static void parse(int argc, char **argv)
{
	static const struct option list[] = { SERIES_OPTIONS("values"), {} };

	series_parse(&series, list, argc, argv);
}

static void tell(void)
{
	printf("# seed %lu: %lu values, %lu refused, %lu taken, %lu registered, %lu replaced; %lu of %lu retags, %lu rules, %lu tags\n",
	       series.seed, outcome.values, outcome.refused, outcome.taken,
	       outcome.linked, outcome.replaced, outcome.retagged,
	       outcome.retags, outcome.rules, outcome.tags);
}

static void report(int nr, bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", nr, what);
}

/* Return: whether all workers were well all the time. */
static bool run(void)
{
	bool well = true;

	series_begin(&series, 1);
	for (value_nr = series.first; series_goes_on(&series, value_nr);
	     value_nr++) {
		dice = random_start(series.seed, value_nr);
		one_value();
		if (value_nr % 50 == 49)
			well = well && workers_well();
		if (value_nr % 200 == 199)
			tell();
	}
	return workers_well() && well;
}

int main(int argc, char **argv)
{
	bool well;

	parse(argc, argv);
	setvbuf(stdout, NULL, _IOLBF, 0);
	libbpf_set_print(NULL);
	types = btf__parse("/sys/kernel/btf/vmlinux", NULL);
	for (int i = 0; i < NR_SORTS; i++)
		find_sort(&sorts[i]);
	load_own_types();
	load_retag();
	workers_start();
	well = run();
	tell();
	workers_end();
	report(1, outcome.refused && outcome.linked && outcome.replaced,
	       "some values were refused, some registered, some replaced");
	report(2, outcome.retagged, "tasks were retagged");
	report(3, !outcome.odd, "nothing was refused but for a good reason");
	report(4, well, "tasks that ran meanwhile saw no wrong result");
	printf("1..4\n");
	return 0;
}
