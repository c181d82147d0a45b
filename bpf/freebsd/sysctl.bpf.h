/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: __sysctl and __sysctlbyname. From sys/sys/sysctl.h,
 * sys/kern/kern_sysctl.c, sys/kern/kern_mib.c.
 */
#ifndef FREEBSD_SYSCTL_BPF_H
#define FREEBSD_SYSCTL_BPF_H

/*
 * The scheduler's queue of each processor. A symbol with a type is found in the
 * kernel's BTF; one without costs the loader a walk through all of kallsyms.
 */
extern const struct rq runqueues __ksym;
extern const struct cpuinfo_x86 cpu_info __ksym;

/* A name or a number that a program asks for, and the value on its way back. */
struct fbsd_ctl_query {
	union {
		char name[FBSD_CTL_NAME_SIZE];
		u64 words[FBSD_CTL_NAME_SIZE / 8];
	};
	u32 mib[FBSD_MIB_MAX];
	u32 len;
};

/* call->data of sysctl. */
enum {
	FBSD_CTL_OLD, /* where the value goes */
	FBSD_CTL_OLDLEN, /* where its length is, and goes */
	FBSD_CTL_INDEX, /* which one it is */
};

/* Index of the entry of this name, or -ENOENT. */
__noinline int fbsd_ctl_by_name(u64 from, u64 len)
{
	union {
		char name[FBSD_CTL_NAME_SIZE];
		u64 words[FBSD_CTL_NAME_SIZE / 8];
	} want = {};
	const u64 *have;
	int i;

	if (!len || len >= FBSD_CTL_NAME_SIZE)
		return -ENOENT;
	if (bpf_copy_from_user(want.name, len, (void *)from))
		return -EFAULT;
	bpf_for(i, 0, FBSD_NR_CTLS) {
		have = (const u64 *)fbsd_ctls[i].name;
		if (have[0] == want.words[0] && have[1] == want.words[1] &&
		    have[2] == want.words[2] && have[3] == want.words[3] &&
		    have[4] == want.words[4])
			return i;
	}
	return -ENOENT;
}

/* Index of the entry that these numbers are; @more follow if it takes a process. */
__noinline int fbsd_ctl_by_mib_and(u64 from, u32 len, u32 more)
{
	u32 want[FBSD_MIB_MAX] = {};
	const struct fbsd_ctl *ctl;
	u32 all;
	int i;

	if (len < 2 || len > FBSD_MIB_MAX)
		return -ENOENT;
	if (bpf_copy_from_user(want, len * sizeof(u32), (void *)from))
		return -EFAULT;
	bpf_for(i, 0, FBSD_NR_CTLS) {
		ctl = &fbsd_ctls[i];
		all = ctl->len + (ctl->kind >= FBSD_CTL_PROCESS ? more : 0);
		if (all != len || ctl->mib[0] != want[0] ||
		    ctl->mib[1] != want[1])
			continue;
		if (ctl->mib[2] == want[2] &&
		    (all > ctl->len || ctl->mib[3] == want[3]))
			return i;
	}
	return -ENOENT;
}

static __always_inline int fbsd_ctl_by_mib(u64 from, u32 len)
{
	return fbsd_ctl_by_mib_and(from, len, 1);
}

static __always_inline int fbsd_ctl_by_oid(u64 from, u32 len)
{
	return fbsd_ctl_by_mib_and(from, len, 0);
}

/*
 * Give a value of @size bytes at @value, as sysctl_old_user() does: what fits, the
 * length of all, and ENOMEM if those are not the same.
 */
static __always_inline int fbsd_ctl_give(struct abimux_call *call,
					 const void *value, u64 size, u64 max)
{
	u64 old = call->data[FBSD_CTL_OLD],
	    oldlen = call->data[FBSD_CTL_OLDLEN], room = 0;
	u64 fits = size;

	if (oldlen && fbsd_get(&room, sizeof(room), oldlen))
		return -EFAULT;
	if (old && room < size)
		fits = room;
	if (fits > max)
		fits = max;
	if (old && fits && abimux_copy_to_user(old, value, fits))
		return -EFAULT;
	if (oldlen && fbsd_put64(oldlen, size))
		return -EFAULT;
	return old && room < size ? -ENOMEM : 0;
}

/* More processors than any kernel is built for. */
#define FBSD_CPUS_MAX 8192

static __always_inline s64 fbsd_online_cpus(void)
{
	const struct rq *rq;
	s64 count = 0;
	int cpu;

	bpf_for(cpu, 0, FBSD_CPUS_MAX) {
		rq = bpf_per_cpu_ptr(&runqueues, cpu);
		if (!rq)
			break;
		count += rq->online;
	}
	return count ?: 1;
}

/* As large as an int can be, if it is larger. */
static __always_inline s64 fbsd_ctl_int(u64 value)
{
	return value < 0x7fffffff ? value : 0x7fffffff;
}

/* A 32-bit number that is not the same for ever. */
static __always_inline s64 fbsd_ctl_number(const struct fbsd_ctl *ctl)
{
	struct task_struct *task = bpf_get_current_task_btf();

	switch (ctl->kind) {
	case FBSD_CTL_NCPU:
		return fbsd_online_cpus();
	case FBSD_CTL_SMP:
		return fbsd_online_cpus() > 1;
	case FBSD_CTL_PROCESSES:
		return fbsd_ctl_int(BPF_CORE_READ(
			task, signal, rlim[LINUX_RLIMIT_NPROC].rlim_max));
	case FBSD_CTL_FILES:
		return fbsd_ctl_int(BPF_CORE_READ(
			task, signal, rlim[LINUX_RLIMIT_NOFILE].rlim_max));
	default:
		return ctl->number;
	}
}

__noinline int fbsd_ctl_give_int(struct abimux_call *call __arg_trusted,
				 u32 index)
{
	s32 value;

	if (index >= FBSD_NR_CTLS)
		return -ENOENT;
	value = fbsd_ctl_number(&fbsd_ctls[index]);
	return fbsd_ctl_give(call, &value, sizeof(value), sizeof(value));
}

__noinline int fbsd_ctl_give_long(struct abimux_call *call __arg_trusted,
				  u32 index)
{
	s64 value;

	if (index >= FBSD_NR_CTLS)
		return -ENOENT;
	value = fbsd_ctls[index].number;
	return fbsd_ctl_give(call, &value, sizeof(value), sizeof(value));
}

__noinline int fbsd_ctl_give_string(struct abimux_call *call __arg_trusted,
				    u32 index)
{
	char value[FBSD_CTL_STRING_SIZE];
	long size;

	if (index >= FBSD_NR_CTLS)
		return -ENOENT;
	size = bpf_probe_read_kernel_str(value, sizeof(value),
					 fbsd_ctls[index].string);
	if (size <= 0)
		return -EFAULT;
	return fbsd_ctl_give(call, value, size, sizeof(value));
}

__noinline int fbsd_ctl_give_name(struct abimux_call *call __arg_trusted,
				  u32 kind)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct uts_namespace *uts = BPF_CORE_READ(task, nsproxy, uts_ns);
	char value[65];
	long size;

	size = bpf_probe_read_kernel_str(value, sizeof(value),
					 kind == FBSD_CTL_HOSTNAME ?
						 uts->name.nodename :
						 uts->name.domainname);
	if (size <= 0)
		return -EFAULT;
	return fbsd_ctl_give(call, value, size, sizeof(value));
}

/*
 * struct timeval of when the machine started, which is the same each time: the two
 * clocks are not read at once, so it is rounded to a second.
 */
__noinline int fbsd_ctl_give_boottime(struct abimux_call *call __arg_trusted)
{
	u64 boot = bpf_ktime_get_tai_ns() - bpf_ktime_get_boot_ns();
	struct fbsd_timespec value = {
		.sec = (boot + LINUX_NSEC_PER_SEC / 2) / LINUX_NSEC_PER_SEC,
	};

	return fbsd_ctl_give(call, &value, sizeof(value), sizeof(value));
}

/* Give what is in user memory already: at most a page of it. */
__noinline int fbsd_ctl_give_user(struct abimux_call *call __arg_trusted,
				  u64 from, u64 size)
{
	u64 old = call->data[FBSD_CTL_OLD],
	    oldlen = call->data[FBSD_CTL_OLDLEN], room = 0;

	if (size > ABIMUX_SCRATCH_SIZE)
		size = ABIMUX_SCRATCH_SIZE;
	if (oldlen && fbsd_get(&room, sizeof(room), oldlen))
		return -EFAULT;
	if (oldlen && fbsd_put64(oldlen, size))
		return -EFAULT;
	if (!old)
		return 0;
	return fbsd_copy(old, from, size < room ? size : room) ?:
		       (room < size ? -ENOMEM : 0);
}

/* As many random bytes as there is room for, at most 256. */
static __always_inline int fbsd_ctl_random(struct abimux_call *call)
{
	u64 room = 0;

	if (fbsd_get(&room, sizeof(room), call->data[FBSD_CTL_OLDLEN]))
		return abimux_done(call, -EFAULT);
	if (room > 256)
		room = 256;
	call->native = LINUX_NR_GETRANDOM;
	fbsd_args(call, call->data[FBSD_CTL_OLD], room, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

/* Bytes of memory, which sysinfo() writes to scratch memory. */
static __always_inline int fbsd_ctl_memory(struct abimux_call *call)
{
	u64 scratch = abimux_scratch(call);

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	call->native = LINUX_NR_SYSINFO;
	fbsd_args(call, scratch, 0, 0, 0, 0, 0);
	return FBSD_RUN_LEAVE;
}

static __always_inline int fbsd_ctl_pathname(struct abimux_call *call)
{
	u64 end = abimux_scratch(call) + FBSD_PATH_ROOM;
	struct task_struct *task = bpf_get_current_task_btf();
	struct file *file = BPF_CORE_READ(task, mm, exe_file);
	s64 len;

	if (end == FBSD_PATH_ROOM || !file)
		return -ENOMEM;
	len = fbsd_file_path(file, end);
	return len < 0 ? len : fbsd_ctl_give_user(call, end - len, len);
}

/* kern.proc.*: of the process itself, which -1 is another number of. */
__noinline int fbsd_ctl_process(struct abimux_call *call __arg_trusted, u64 mib,
				u32 kind)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	u32 release = FBSD_OSRELDATE;
	char abi[] = "FreeBSD ELF64";
	u64 from;
	u16 mask;
	s32 pid;

	if (fbsd_get(&pid, sizeof(pid), mib + 3 * sizeof(pid)))
		return -EFAULT;
	if (pid != -1 && pid != fbsd_pid())
		return -EOPNOTSUPP;
	switch (kind) {
	case FBSD_CTL_PATHNAME:
		return fbsd_ctl_pathname(call);
	case FBSD_CTL_ARGS:
		from = BPF_CORE_READ(mm, arg_start);
		return fbsd_ctl_give_user(call, from,
					  BPF_CORE_READ(mm, arg_end) - from);
	case FBSD_CTL_ENVIRONMENT:
		from = BPF_CORE_READ(mm, env_start);
		return fbsd_ctl_give_user(call, from,
					  BPF_CORE_READ(mm, env_end) - from);
	case FBSD_CTL_ABI_NAME:
		return fbsd_ctl_give(call, abi, sizeof(abi), sizeof(abi));
	case FBSD_CTL_UMASK:
		mask = BPF_CORE_READ(task, fs, umask);
		return fbsd_ctl_give(call, &mask, sizeof(mask), sizeof(mask));
	default:
		return fbsd_ctl_give(call, &release, sizeof(release),
				     sizeof(release));
	}
}

/* struct clockinfo, sys/sys/time.h: what times() counts in is 128 there. */
__noinline int fbsd_ctl_give_clockrate(struct abimux_call *call __arg_trusted)
{
	s32 value[] = { 1000, 1000, 0, FBSD_STATHZ, FBSD_STATHZ };

	return fbsd_ctl_give(call, value, sizeof(value), sizeof(value));
}

/* What the processor calls itself. */
__noinline int fbsd_ctl_give_model(struct abimux_call *call __arg_trusted)
{
	const struct cpuinfo_x86 *cpu = bpf_per_cpu_ptr(&cpu_info, 0);
	char value[64];
	long size = -EFAULT;

	if (cpu)
		size = bpf_probe_read_kernel_str(value, sizeof(value),
						 cpu->x86_model_id);
	return size <= 0 ? -ENOENT :
			   fbsd_ctl_give(call, value, size, sizeof(value));
}

static __always_inline int fbsd_ctl_value(struct abimux_call *call, u32 index,
					  u64 mib)
{
	u32 kind;

	if (index >= FBSD_NR_CTLS)
		return abimux_done(call, -ENOENT);
	kind = fbsd_ctls[index].kind;
	call->data[FBSD_CTL_INDEX] = kind;
	/* By name alone it is a node, not a value. */
	if (kind >= FBSD_CTL_PROCESS)
		return abimux_done(call,
				   mib ? fbsd_ctl_process(call, mib, kind) :
					 -ENOENT);
	switch (kind) {
	case FBSD_CTL_STRING:
		return abimux_done(call, fbsd_ctl_give_string(call, index));
	case FBSD_CTL_HOSTNAME:
	case FBSD_CTL_DOMAINNAME:
		return abimux_done(call, fbsd_ctl_give_name(call, kind));
	case FBSD_CTL_BOOTTIME:
		return abimux_done(call, fbsd_ctl_give_boottime(call));
	case FBSD_CTL_LONG:
		return abimux_done(call, fbsd_ctl_give_long(call, index));
	case FBSD_CTL_MEMORY:
		return fbsd_ctl_memory(call);
	case FBSD_CTL_RANDOM:
		return fbsd_ctl_random(call);
	case FBSD_CTL_CLOCKRATE:
		return abimux_done(call, fbsd_ctl_give_clockrate(call));
	case FBSD_CTL_MODEL:
		return abimux_done(call, fbsd_ctl_give_model(call));
	default:
		return abimux_done(call, fbsd_ctl_give_int(call, index));
	}
}

__noinline int fbsd_ctl_give_mib(struct abimux_call *call __arg_trusted,
				 u32 index)
{
	u32 mib[FBSD_MIB_MAX];
	int i;

	if (index >= FBSD_NR_CTLS)
		return -ENOENT;
	bpf_for(i, 0, FBSD_MIB_MAX)
		mib[i] = fbsd_ctls[index].mib[i];
	return fbsd_ctl_give(call, mib, fbsd_ctls[index].len * sizeof(u32),
			     sizeof(mib));
}

/* {0, 3}: the numbers of the name that is written. */
__noinline int fbsd_ctl_name2oid(struct abimux_call *call __arg_trusted,
				 u64 name, u64 len)
{
	int index = fbsd_ctl_by_name(name, len);

	return index < 0 ? index : fbsd_ctl_give_mib(call, index);
}

/* Type of a value and how it is shown: CTLTYPE_*, and a format. */
static __always_inline u32 fbsd_ctl_type(u32 kind, char *format)
{
	switch (kind) {
	case FBSD_CTL_STRING:
	case FBSD_CTL_HOSTNAME:
	case FBSD_CTL_DOMAINNAME:
	case FBSD_CTL_MODEL:
		format[0] = 'A';
		return FBSD_CTLTYPE_STRING;
	case FBSD_CTL_LONG:
	case FBSD_CTL_MEMORY:
		format[0] = 'L';
		format[1] = 'U';
		return FBSD_CTLTYPE_ULONG;
	case FBSD_CTL_RANDOM:
	case FBSD_CTL_BOOTTIME:
	case FBSD_CTL_CLOCKRATE:
		format[0] = 'S';
		return FBSD_CTLTYPE_OPAQUE;
	default:
		if (kind >= FBSD_CTL_PROCESS) {
			format[0] = 'N';
			return FBSD_CTLTYPE_NODE;
		}
		format[0] = 'I';
		return FBSD_CTLTYPE_INT;
	}
}

/* {0, 4}: the type and the format. */
__noinline int fbsd_ctl_format(struct abimux_call *call __arg_trusted,
			       u32 index)
{
	struct {
		u32 type;
		char format[4];
	} value = {};

	if (index >= FBSD_NR_CTLS)
		return -ENOENT;
	value.type = FBSD_CTLFLAG_RD |
		     fbsd_ctl_type(fbsd_ctls[index].kind, value.format);
	return fbsd_ctl_give(call, &value,
			     sizeof(value.type) + (value.format[1] ? 3 : 2),
			     sizeof(value));
}

/* {0, 1}: the name. */
__noinline int fbsd_ctl_name(struct abimux_call *call __arg_trusted, u32 index)
{
	char name[FBSD_CTL_NAME_SIZE];
	long size;

	if (index >= FBSD_NR_CTLS)
		return -ENOENT;
	size = bpf_probe_read_kernel_str(name, sizeof(name),
					 fbsd_ctls[index].name);
	return size <= 0 ? -EFAULT :
			   fbsd_ctl_give(call, name, size, sizeof(name));
}

static __always_inline bool fbsd_mib_after(const u32 *a, const u32 *b)
{
	u64 high_a = (u64)a[0] << 32 | a[1], high_b = (u64)b[0] << 32 | b[1];

	if (high_a != high_b)
		return high_a > high_b;
	return ((u64)a[2] << 32 | a[3]) > ((u64)b[2] << 32 | b[3]);
}

/* {0, 2}: the numbers of the one that comes next. */
__noinline int fbsd_ctl_next(struct abimux_call *call __arg_trusted, u64 from,
			     u32 len)
{
	u32 mib[FBSD_MIB_MAX] = {};
	int i;

	if (len > FBSD_MIB_MAX)
		len = FBSD_MIB_MAX;
	if (len && bpf_copy_from_user(mib, len * sizeof(u32), (void *)from))
		return -EFAULT;
	bpf_for(i, 0, FBSD_NR_CTLS) {
		if (fbsd_mib_after(fbsd_ctls[i].mib, mib))
			return fbsd_ctl_give_mib(call, i);
	}
	return -ENOENT;
}

/* {0, what, numbers...} */
__noinline int fbsd_ctl_about(struct abimux_call *call __arg_trusted, u64 mib,
			      u32 len)
{
	u32 node[2];
	int index;

	if (fbsd_get(node, sizeof(node), mib))
		return -EFAULT;
	mib += sizeof(node);
	len -= 2;
	if (node[1] == FBSD_CTL_SYSCTL_NEXT)
		return fbsd_ctl_next(call, mib, len);
	index = fbsd_ctl_by_oid(mib, len);
	if (index < 0)
		return index;
	switch (node[1]) {
	case FBSD_CTL_SYSCTL_NAME:
		return fbsd_ctl_name(call, index);
	case FBSD_CTL_SYSCTL_OIDFMT:
		return fbsd_ctl_format(call, index);
	default:
		return -ENOENT;
	}
}

int fbsd_rt_sysctl(struct abimux_call *call __arg_trusted, u64 mib, u32 len);

/* (name, namelen, old, oldlenp, new, newlen) */
__noinline int fbsd_sysctl(struct abimux_call *call __arg_trusted)
{
	u64 mib = call->args[0], new = call->args[4], newlen = call->args[5];
	u32 len = call->args[1], node[2];
	int index;

	if (len > FBSD_CTL_MAXNAME || len < 2)
		return abimux_done(call, -EINVAL);
	if (fbsd_get(node, sizeof(node), mib))
		return abimux_done(call, -EFAULT);
	call->data[FBSD_CTL_OLD] = call->args[2];
	call->data[FBSD_CTL_OLDLEN] = call->args[3];
	if (node[0] == FBSD_CTL_SYSCTL) {
		if (node[1] != FBSD_CTL_SYSCTL_NAME2OID)
			return abimux_done(call,
					   fbsd_ctl_about(call, mib, len));
		return abimux_done(call, len != 2 ? -EINVAL :
						    fbsd_ctl_name2oid(call, new,
								      newlen));
	}
	if (node[0] == FBSD_CTL_NET && node[1] == FBSD_PF_ROUTE)
		return abimux_done(call, new ? -EPERM :
					       fbsd_rt_sysctl(call, mib, len));
	index = fbsd_ctl_by_mib(mib, len);
	if (index < 0)
		return abimux_done(call, index);
	if (new)
		return abimux_done(call, -EPERM);
	return fbsd_ctl_value(call, index, mib);
}

/* (name, namelen, old, oldlenp, new, newlen): the name as text. */
__noinline int fbsd_sysctlbyname(struct abimux_call *call __arg_trusted)
{
	int index = fbsd_ctl_by_name(call->args[0], call->args[1]);

	if (index < 0)
		return abimux_done(call, index);
	if (call->args[4])
		return abimux_done(call, -EPERM);
	call->data[FBSD_CTL_OLD] = call->args[2];
	call->data[FBSD_CTL_OLDLEN] = call->args[3];
	return fbsd_ctl_value(call, index, 0);
}

__noinline int fbsd_ctl_give_memory(struct abimux_call *call __arg_trusted)
{
	struct sysinfo info;
	u64 bytes;

	if (fbsd_get(&info, sizeof(info), call->args[0]))
		return -EFAULT;
	bytes = info.totalram * info.mem_unit;
	return fbsd_ctl_give(call, &bytes, sizeof(bytes), sizeof(bytes));
}

__noinline int fbsd_sysctl_leave(struct abimux_call *call __arg_trusted)
{
	s64 ret = call->ret;

	if (ret < 0)
		return abimux_done(call, ret);
	if (call->data[FBSD_CTL_INDEX] == FBSD_CTL_RANDOM)
		return abimux_done(call, fbsd_put64(call->data[FBSD_CTL_OLDLEN],
						    ret));
	return abimux_done(call, fbsd_ctl_give_memory(call));
}

#endif /* FREEBSD_SYSCTL_BPF_H */
