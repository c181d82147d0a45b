// SPDX-License-Identifier: GPL-2.0
/*
 * Telling of each foreign call, when it begins and when it is over, with the memory
 * that its arguments point to.
 *
 * What to take along is in map `plans`. It is read without waiting for a page that is
 * not there: what was not there at the beginning is tried again at the end, when the
 * call itself has brought it.
 *
 * The programs stand in the order in which they are attached.
 */
#include "observe.bpf.h"

#define MAX_PLANS 32768
#define EVENTS_SIZE (8 * 1024 * 1024)
#define HEADER_SIZE offsetof(struct observe_event, data)

/* Each program has its own room: one may come in the middle of another. */
enum room {
	ROOM_ENTER,
	ROOM_LEAVE,
	ROOM_OTHER,
	ROOMS,
};

/**
 * struct pending - the call that a task is in
 * @key: which one
 * @runs: there is one
 * @interrupted: it was, and may go on
 * @missed: slots that could not be taken at its begin
 * @reserved: zero
 * @ip: user address behind it
 * @args: its arguments
 */
struct pending {
	struct observe_key key;
	bool runs;
	bool interrupted;
	u8 missed;
	u8 reserved[5];
	u64 ip;
	u64 args[ABIMUX_NR_ARGS];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct pending);
} traced SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, MAX_PLANS);
	__type(key, struct observe_key);
	__type(value, struct observe_plan);
} plans SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ROOMS);
	__type(key, u32);
	__type(value, struct observe_event);
} room SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, EVENTS_SIZE);
} events SEC(".maps");

static struct pending *current_call(u64 flags)
{
	return bpf_task_storage_get(&traced, bpf_get_current_task_btf(), NULL,
				    flags);
}

static struct observe_event *new_event(u32 kind, u32 where)
{
	struct observe_event *event = bpf_map_lookup_elem(&room, &where);
	u64 id = bpf_get_current_pid_tgid();

	if (!event)
		return NULL;
	event->ns = bpf_ktime_get_ns();
	event->kind = kind;
	event->flags = 0;
	event->nr = 0;
	event->ret = 0;
	event->pid = id >> 32;
	event->tid = id;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	for (int i = 0; i < OBSERVE_SLOTS; i++)
		event->got[i] = OBSERVE_UNTAKEN;
	return event;
}

/* As many slots as are used. */
static void send(struct observe_event *event)
{
	u32 size = HEADER_SIZE;

	for (int i = 0; i < OBSERVE_SLOTS; i++) {
		if (event->got[i] > 0)
			size = HEADER_SIZE + (i + 1) * OBSERVE_SLOT_SIZE;
	}
	if (bpf_ringbuf_output(&events, event, size, 0))
		observe_lose();
}

static u64 arg_of(const struct observe_event *event, u8 arg)
{
	return arg < ABIMUX_NR_ARGS ? event->args[arg] : 0;
}

static u64 length_of(const struct observe_event *event,
		     const struct observe_take *take, u32 most)
{
	u64 length = take->size;

	if (take->kind == OBSERVE_BY_ARG)
		length *= arg_of(event, take->length);
	else if (take->kind == OBSERVE_BY_RESULT)
		length *= event->ret;
	if (take->text && length > most)
		length = most;
	return length < OBSERVE_SLOT_SIZE ? length : OBSERVE_SLOT_SIZE;
}

static s32 take_one(struct observe_event *event,
		    const struct observe_take *take, u32 slot, u32 most)
{
	void *from = (void *)arg_of(event, take->arg);
	void *to = event->data[slot % OBSERVE_SLOTS];
	u64 length;

	if (take->kind == OBSERVE_STRING)
		return bpf_probe_read_user_str(to, OBSERVE_SLOT_SIZE, from);
	length = length_of(event, take, most);
	if (length > OBSERVE_SLOT_SIZE)
		return 0;
	return bpf_probe_read_user(to, length, from) ?: length;
}

/* Whether now is the time: at the end, also for what was missed at the begin. */
static bool is_due(const struct observe_event *event,
		   const struct observe_take *take, bool missed)
{
	if (event->kind == OBSERVE_ENTER)
		return !take->at_leave;
	if (missed)
		return true;
	return take->at_leave && !event->flags;
}

/* Returns the slots that could not be taken. */
static u8 take_all(struct observe_event *event, const struct observe_plan *plan,
		   u32 most, u8 missed)
{
	u8 misses = 0;

	for (u32 i = 0; i < OBSERVE_SLOTS; i++) {
		const struct observe_take *take = &plan->takes[i];

		if (!take->kind || !arg_of(event, take->arg) ||
		    !is_due(event, take, missed & (1 << i)))
			continue;
		event->got[i] = take_one(event, take, i, most);
		if (event->got[i] < 0)
			misses |= 1 << i;
	}
	return misses;
}

static void stack_args(u64 sp, bool i386, u64 args[ABIMUX_NR_ARGS])
{
	u32 size = i386 ? 4 : 8;

	for (int i = 0; i < ABIMUX_NR_ARGS; i++) {
		args[i] = 0;
		bpf_probe_read_user(&args[i], size, (void *)sp + i * size);
	}
}

static void load_args(const struct abimux_task *abimux,
		      const struct pt_regs *regs, u64 args[ABIMUX_NR_ARGS])
{
	const struct abimux_version *version = observe_version(abimux);
	bool i386 = version->i386;

	if (BPF_CORE_READ(version, ops, data.convention.args) ==
	    ABIMUX_ARGS_STACK) {
		stack_args(regs->sp + BPF_CORE_READ(version, ops,
						    data.convention.stack),
			   i386, args);
	} else if (i386) {
		args[0] = (u32)regs->bx;
		args[1] = (u32)regs->cx;
		args[2] = (u32)regs->dx;
		args[3] = (u32)regs->si;
		args[4] = (u32)regs->di;
		args[5] = (u32)regs->bp;
	} else {
		args[0] = regs->di;
		args[1] = regs->si;
		args[2] = regs->dx;
		args[3] = regs->r10;
		args[4] = regs->r8;
		args[5] = regs->r9;
	}
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(trace_fork, struct task_struct *parent, struct task_struct *child)
{
	observe_fork(parent, child);
	return 0;
}

static void send_leave(struct pending *call, struct observe_event *event)
{
	const struct observe_config *config = observe_config();
	const struct observe_plan *plan;

	event->table = call->key.table;
	event->nr = call->key.nr;
	__builtin_memcpy(event->args, call->args, sizeof(event->args));
	plan = bpf_map_lookup_elem(&plans, &call->key);
	if (plan && config)
		take_all(event, plan, config->size, call->missed);
	call->runs = false;
	send(event);
}

/* execve succeeded: what its arguments pointed to is gone. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(trace_exec)
{
	struct pending *call = current_call(0);
	struct observe_event *event;

	if (!call || !call->runs)
		return 0;
	call->missed = 0;
	event = new_event(OBSERVE_LEAVE, ROOM_OTHER);
	if (event)
		send_leave(call, event);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(trace_exit, struct task_struct *task)
{
	const struct observe_config *config = observe_config();
	struct observe_event *event;

	if (config && task->abimux && observe_wants(config, task->abimux)) {
		event = new_event(OBSERVE_EXIT, ROOM_OTHER);
		if (event) {
			event->table = task->abimux->table->id;
			event->ret = task->exit_code;
			send(event);
		}
	}
	observe_exit(task);
	return 0;
}

SEC("tp_btf/signal_deliver")
int BPF_PROG(trace_signal, int sig, struct kernel_siginfo *info)
{
	const struct observe_config *config = observe_config();
	struct task_struct *task = bpf_get_current_task_btf();
	struct observe_event *event;

	/* Without information it is no signal: a thread ends with its process. */
	if (!info || !config || !task->abimux ||
	    !observe_wants(config, task->abimux))
		return 0;
	event = new_event(OBSERVE_SIGNAL, ROOM_OTHER);
	if (!event)
		return 0;
	event->table = task->abimux->table->id;
	event->nr = sig;
	event->args[0] = BPF_CORE_READ(info, si_code);
	event->args[1] = BPF_CORE_READ(info, _sifields._kill._pid);
	event->args[2] = BPF_CORE_READ(info, _sifields._kill._uid);
	event->args[3] = (u64)BPF_CORE_READ(info, _sifields._sigfault._addr);
	send(event);
	return 0;
}

/* Never called: while it is attached, each call comes by the functions below. */
SEC("tp_btf/abimux_watch")
int BPF_PROG(trace_watch)
{
	return 0;
}

/* The child of a fork comes this way too, and has no call that it began. */
SEC("fexit/abimux_leave")
int BPF_PROG(trace_leave, struct pt_regs *regs)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pending *call = current_call(0);
	struct observe_event *event;

	if (!call || !call->runs)
		return 0;
	event = new_event(OBSERVE_LEAVE, ROOM_LEAVE);
	if (!event)
		return 0;
	event->ret = regs->ax;
	call->interrupted = observe_restarts(regs);
	if (call->interrupted)
		event->flags = OBSERVE_RESTARTS;
	else if (observe_no_result(regs))
		event->flags = OBSERVE_NO_RESULT;
	else if (task->abimux && observe_failed(task->abimux, regs))
		event->flags = OBSERVE_FAILED;
	if (event->flags == OBSERVE_FAILED && event->ret < 0)
		event->ret = -event->ret;
	send_leave(call, event);
	return 0;
}

/* The number of a call that goes on may be that of restart_syscall(). */
static void begin(struct pending *call, const struct abimux_task *abimux,
		  struct pt_regs *regs)
{
	bool again = call->interrupted && call->ip == regs->ip;

	call->interrupted = false;
	if (again)
		return;
	call->key.table = observe_table(abimux)->id;
	call->key.nr = observe_nr(abimux, regs);
	call->ip = regs->ip;
	load_args(abimux, regs, call->args);
}

SEC("fentry/abimux_enter")
int BPF_PROG(trace_enter, struct pt_regs *regs)
{
	const struct observe_config *config = observe_config();
	struct task_struct *task = bpf_get_current_task_btf();
	struct abimux_task *abimux = task->abimux;
	const struct observe_plan *plan;
	struct observe_event *event;
	struct pending *call;

	if (!abimux || !config || !observe_wants(config, abimux))
		return 0;
	call = current_call(BPF_LOCAL_STORAGE_GET_F_CREATE);
	event = new_event(OBSERVE_ENTER, ROOM_ENTER);
	if (!call || !event) {
		observe_lose();
		return 0;
	}
	begin(call, abimux, regs);
	plan = bpf_map_lookup_elem(&plans, &call->key);
	call->runs = (!config->chosen || (plan && plan->wanted)) &&
		     !observe_ends(abimux);
	if (!call->runs)
		return 0;
	observe_name(abimux);
	event->table = call->key.table;
	event->nr = call->key.nr;
	__builtin_memcpy(event->args, call->args, sizeof(event->args));
	call->missed = plan ? take_all(event, plan, config->size, 0) : 0;
	send(event);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
