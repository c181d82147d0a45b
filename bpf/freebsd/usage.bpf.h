/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: what a child used and what its own children used, which wait6 tells
 * apart: sys/sys/resource.h, struct __wrusage. Linux tells the sum.
 *
 * So the child is looked for and left, the part of its children is read, and then
 * it is waited for.
 */
#ifndef FREEBSD_USAGE_BPF_H
#define FREEBSD_USAGE_BPF_H

/* struct rusage is the same on both sides. */
struct fbsd_rusage {
	struct fbsd_timespec utime, stime; /* in fact timeval */
	s64 maxrss, ixrss, idrss, isrss;
	s64 minflt, majflt, nswap, inblock, oublock, msgsnd, msgrcv;
	s64 nsignals, nvcsw, nivcsw;
};

_Static_assert(sizeof(struct fbsd_rusage) == 144, "rusage");

/* In scratch memory, behind what waitid() writes of a signal. */
#define FBSD_USAGE_BOTH 256
#define FBSD_USAGE_CHILDREN 512

static __always_inline void fbsd_usage_time(struct fbsd_timespec *to, u64 nsec)
{
	to->sec = nsec / LINUX_NSEC_PER_SEC;
	to->nsec = nsec % LINUX_NSEC_PER_SEC / 1000;
}

/* Of the children that @pid waited for; maxrss of itself goes into @ixrss. */
static __always_inline int fbsd_usage_read(struct fbsd_rusage *to, u32 pid)
{
	struct task_struct *task = bpf_task_from_pid(pid);
	struct signal_struct *from;

	if (!task)
		return -ECHILD;
	from = task->signal;
	fbsd_usage_time(&to->utime, BPF_CORE_READ(from, cutime));
	fbsd_usage_time(&to->stime, BPF_CORE_READ(from, cstime));
	to->maxrss = BPF_CORE_READ(from, cmaxrss) * (FBSD_PAGE_SIZE / 1024);
	to->ixrss = BPF_CORE_READ(from, maxrss) * (FBSD_PAGE_SIZE / 1024);
	to->minflt = BPF_CORE_READ(from, cmin_flt);
	to->majflt = BPF_CORE_READ(from, cmaj_flt);
	to->inblock = BPF_CORE_READ(from, cinblock);
	to->oublock = BPF_CORE_READ(from, coublock);
	to->nvcsw = BPF_CORE_READ(from, cnvcsw);
	to->nivcsw = BPF_CORE_READ(from, cnivcsw);
	bpf_task_release(task);
	return 0;
}

__noinline int fbsd_usage_children(u64 scratch, u32 pid)
{
	struct fbsd_rusage usage = {};
	int err = fbsd_usage_read(&usage, pid);

	return err   ?:
		       fbsd_put(scratch + FBSD_USAGE_CHILDREN, &usage,
				sizeof(usage));
}

static __always_inline void fbsd_usage_less(struct fbsd_timespec *from,
					    const struct fbsd_timespec *less)
{
	from->sec -= less->sec;
	from->nsec -= less->nsec;
	if (from->nsec < 0) {
		from->nsec += 1000000;
		from->sec--;
	}
}

/* Write both parts: that of the child itself is what is left of the sum. */
__noinline int fbsd_usage_put(u64 to, u64 scratch)
{
	struct fbsd_rusage self, children;

	if (fbsd_get(&self, sizeof(self), scratch + FBSD_USAGE_BOTH) ||
	    fbsd_get(&children, sizeof(children),
		     scratch + FBSD_USAGE_CHILDREN))
		return -EFAULT;
	fbsd_usage_less(&self.utime, &children.utime);
	fbsd_usage_less(&self.stime, &children.stime);
	if (self.maxrss <= children.maxrss)
		self.maxrss = children.ixrss;
	children.ixrss = 0;
	self.minflt -= children.minflt;
	self.majflt -= children.majflt;
	self.inblock -= children.inblock;
	self.oublock -= children.oublock;
	self.nvcsw -= children.nvcsw;
	self.nivcsw -= children.nivcsw;
	return fbsd_put(to, &self, sizeof(self)) ?:
		       fbsd_put(to + sizeof(self), &children, sizeof(children));
}

#endif /* FREEBSD_USAGE_BPF_H */
