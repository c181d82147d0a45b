// SPDX-License-Identifier: GPL-2.0
/*
 * Table "freebsd": what of FreeBSD's system calls on amd64 is more than a number.
 *
 * Each call that has "op" in freebsd.tbl is a function in one of the headers of
 * freebsd/, by what the call is about: it turns the arguments into those of the
 * native call that the table names, or of another one. Functions whose names end in
 * _leave turn the result of the native call into that of the foreign one.
 *
 * They are global functions, so the verifier looks at each of them once, and not at
 * each way through the program.
 */
#include "abimux.bpf.h"

#include "freebsd/abi.h"
#include "freebsd/linux.h"
#include "freebsd/numbers.h"
#include "freebsd/net.h"
#include "freebsd/user.bpf.h"
#include "freebsd/task.bpf.h"
#include "freebsd/time.bpf.h"
#include "freebsd/memory.bpf.h"
#include "freebsd/futex.bpf.h"
#include "freebsd/umutex.bpf.h"
#include "freebsd/ucond.bpf.h"
#include "freebsd/urwlock.bpf.h"
#include "freebsd/usem.bpf.h"
#include "freebsd/umtx.bpf.h"
#include "freebsd/signum.bpf.h"
#include "freebsd/signal.bpf.h"
#include "freebsd/trampoline.bpf.h"
#include "freebsd/frame.bpf.h"
#include "freebsd/context.bpf.h"
#include "freebsd/sched.bpf.h"
#include "freebsd/thread.bpf.h"
#include "freebsd/file.bpf.h"
#include "freebsd/usage.bpf.h"
#include "freebsd/process.bpf.h"
#include "freebsd/path.bpf.h"
#include "freebsd/kqueue.bpf.h"
#include "freebsd/kevent-call.bpf.h"
#include "freebsd/kqueue-ready.bpf.h"
#include "freebsd/kqueue-item.bpf.h"
#include "freebsd/kqueue-note.bpf.h"
#include "freebsd/kqueue-user.bpf.h"
#include "freebsd/kqueue-timer.bpf.h"
#include "freebsd/kqueue-process.bpf.h"
#include "freebsd/kqueue-vnode.bpf.h"
#include "freebsd/kqueue-harvest.bpf.h"
#include "freebsd/kevent.bpf.h"
#include "freebsd/kqueue-end.bpf.h"
#include "freebsd/fork.bpf.h"
#include "freebsd/fcntl.bpf.h"
#include "freebsd/terminal.bpf.h"
#include "freebsd/sockaddr.bpf.h"
#include "freebsd/ifreq.bpf.h"
#include "freebsd/ioctl.bpf.h"
#include "freebsd/stat.bpf.h"
#include "freebsd/mount.bpf.h"
#include "freebsd/shm.bpf.h"
#include "freebsd/ipc.bpf.h"
#include "freebsd/timer.bpf.h"
#include "freebsd/kernel.bpf.h"
#include "freebsd/directory.bpf.h"
#include "freebsd/procctl.bpf.h"
#include "freebsd/trace.bpf.h"
#include "freebsd/identity.bpf.h"
#include "freebsd/wait.bpf.h"
#include "freebsd/sysctl-table.bpf.h"
#include "freebsd/sysctl.bpf.h"
#include "freebsd/route.bpf.h"
#include "freebsd/socket.bpf.h"
#include "freebsd/control.bpf.h"
#include "freebsd/message.bpf.h"
#include "freebsd/sockopt.bpf.h"
#include "freebsd/sendfile.bpf.h"
#include "freebsd/exec.bpf.h"
#include "freebsd/refused.bpf.h"

/* Those of 4.3BSD, most of them. */
static __always_inline int enter_to_98(struct abimux_call *call)
{
	switch (call->nr) {
	case FBSD_FORK:
	case FBSD_VFORK:
		return fbsd_fork(call);
	case FBSD_UNLINK:
		return ABIMUX_RUN | ABIMUX_RUN_LEAVE;
	case FBSD_OPEN:
		return fbsd_open(call);
	case FBSD_CLOSE:
		return fbsd_close(call);
	case FBSD_WAIT4:
		return fbsd_wait4(call);
	case FBSD_LINK:
		return fbsd_link(call);
	case FBSD_FREEBSD11_MKNOD:
		return fbsd_mknod(call);
	case FBSD_UNMOUNT:
		return fbsd_unmount(call);
	case FBSD_PTRACE:
		return fbsd_ptrace(call);
	case FBSD_KILL:
		return fbsd_kill(call);
	case FBSD_FREEBSD10_PIPE:
		return fbsd_freebsd10_pipe(call);
	case FBSD_GETLOGIN:
		return fbsd_getlogin(call);
	case FBSD_SIGALTSTACK:
		return fbsd_sigaltstack(call);
	case FBSD_IOCTL:
		return fbsd_ioctl(call);
	case FBSD_MSYNC:
		return fbsd_msync(call);
	case FBSD_MUNMAP:
		return fbsd_munmap(call);
	case FBSD_MPROTECT:
		return fbsd_mprotect(call);
	case FBSD_MADVISE:
		return fbsd_madvise(call);
	case FBSD_MINCORE:
		return fbsd_mincore(call);
	case FBSD_GETGROUPS:
		return fbsd_getgroups(call);
	case FBSD_SETGROUPS:
		return fbsd_setgroups(call);
	case FBSD_GETDTABLESIZE:
		return fbsd_getdtablesize(call);
	case FBSD_DUP2:
		return fbsd_dup2(call);
	case FBSD_FCNTL:
		return fbsd_fcntl(call);
	case FBSD_SELECT:
		return fbsd_select(call);
	case FBSD_RECVMSG:
		return fbsd_recvmsg(call);
	case FBSD_SENDMSG:
		return fbsd_sendmsg(call);
	case FBSD_RECVFROM:
		return fbsd_recvfrom(call);
	case FBSD_ACCEPT:
		return fbsd_accept(call);
	case FBSD_GETPEERNAME:
	case FBSD_GETSOCKNAME:
		return fbsd_getname(call);
	case FBSD_SOCKET:
		return fbsd_socket(call);
	case FBSD_CONNECT:
		return fbsd_connect(call);
	default:
		return fbsd_refuse(call);
	}
}

/* From 4.4BSD on, sockets among them. */
static __always_inline int enter_to_199(struct abimux_call *call)
{
	switch (call->nr) {
	case FBSD_GETPRIORITY:
		return ABIMUX_RUN | ABIMUX_RUN_LEAVE;
	case FBSD_MKFIFO:
		return fbsd_mkfifo(call);
	case FBSD_ADJTIME:
		return fbsd_adjtime(call);
	case FBSD_SYSARCH:
		return fbsd_sysarch(call);
	case FBSD_RTPRIO:
		return fbsd_rtprio(call);
	case FBSD_SETEGID:
	case FBSD_SETEUID:
		return fbsd_set_effective(call);
	case FBSD_FREEBSD11_STAT:
	case FBSD_FREEBSD11_LSTAT:
		return fbsd_stat_path(call);
	case FBSD_FREEBSD11_FSTAT:
		return fbsd_fstat(call);
	case FBSD_PATHCONF:
	case FBSD_FPATHCONF:
		return fbsd_pathconf(call);
	case FBSD_GETRLIMIT:
		return fbsd_getrlimit(call);
	case FBSD_SETRLIMIT:
		return fbsd_setrlimit(call);
	case FBSD_FREEBSD11_GETDIRENTRIES:
		return fbsd_getdirentries(call);
	case FBSD_FREEBSD6_MMAP:
		return fbsd_freebsd6_mmap(call);
	case FBSD_BIND:
		return fbsd_bind(call);
	case FBSD_SETSOCKOPT:
		return fbsd_setsockopt(call);
	case FBSD_LISTEN:
		return ABIMUX_RUN | ABIMUX_RUN_LEAVE;
	case FBSD_GETSOCKOPT:
		return fbsd_getsockopt(call);
	case FBSD_SENDTO:
		return fbsd_sendto(call);
	case FBSD_SOCKETPAIR:
		return fbsd_socketpair(call);
	case FBSD_SETFIB:
		return fbsd_setfib(call);
	default:
		return fbsd_refuse(call);
	}
}

/* From FreeBSD 3 to 5. */
static __always_inline int enter_to_399(struct abimux_call *call)
{
	switch (call->nr) {
	case FBSD_SYSCTL:
		return fbsd_sysctl(call);
	case FBSD_CLOCK_GETTIME:
	case FBSD_CLOCK_SETTIME:
	case FBSD_CLOCK_GETRES:
		return fbsd_clock_call(call);
	case FBSD_KTIMER_CREATE:
		return fbsd_ktimer_create(call);
	case FBSD_CLOCK_NANOSLEEP:
		return fbsd_clock_nanosleep(call);
	case FBSD_GETCPUCLOCKID:
		return fbsd_getcpuclockid(call);
	case FBSD_MINHERIT:
		return fbsd_minherit(call);
	case FBSD_RFORK:
		return fbsd_rfork(call);
	case FBSD_ISSETUGID:
		return fbsd_issetugid(call);
	case FBSD_FREEBSD11_GETDENTS:
		return fbsd_getdirentries(call);
	case FBSD_LCHMOD:
		return fbsd_lchmod(call);
	case FBSD_LUTIMES:
		return fbsd_lutimes(call);
	case FBSD_MODNEXT:
		return fbsd_no_next(call);
	case FBSD_KLDNEXT:
		return fbsd_no_next(call);
	case FBSD_GETCWD:
		return ABIMUX_RUN | ABIMUX_RUN_LEAVE;
	case FBSD_SCHED_SETPARAM:
		return fbsd_sched_setparam(call);
	case FBSD_SCHED_SETSCHEDULER:
		return fbsd_sched_setscheduler(call);
	case FBSD_SCHED_GETPARAM:
	case FBSD_SCHED_GETSCHEDULER:
		return fbsd_sched_get(call);
	case FBSD_SCHED_GET_PRIORITY_MAX:
	case FBSD_SCHED_GET_PRIORITY_MIN:
		return fbsd_sched_limit(call);
	case FBSD_SIGPROCMASK:
		return fbsd_sigprocmask(call);
	case FBSD_SIGSUSPEND:
		return fbsd_sigsuspend(call);
	case FBSD_SIGPENDING:
		return fbsd_sigpending(call);
	case FBSD_SIGTIMEDWAIT:
		return fbsd_sigtimedwait(call);
	case FBSD_SIGWAITINFO:
		return fbsd_sigwaitinfo(call);
	case FBSD_KQUEUE:
		return fbsd_kqueue(call);
	case FBSD_FREEBSD11_KEVENT:
		return fbsd_kevent(call);
	case FBSD_EACCESS:
		return fbsd_eaccess(call);
	case FBSD_KENV:
		return fbsd_kenv(call);
	case FBSD_UUIDGEN:
		return fbsd_uuidgen(call);
	case FBSD_FREEBSD11_GETFSSTAT:
		return fbsd_getfsstat(call);
	case FBSD_FREEBSD11_STATFS:
	case FBSD_FREEBSD11_FSTATFS:
		return fbsd_statfs(call);
	case FBSD_SENDFILE:
		return fbsd_sendfile(call);
	default:
		return fbsd_refuse(call);
	}
}

/* From FreeBSD 5 and 6. */
static __always_inline int enter_to_449(struct abimux_call *call)
{
	switch (call->nr) {
	case FBSD_SIGWAIT:
		return fbsd_sigwaitinfo(call);
	case FBSD_SIGACTION:
		return fbsd_sigaction(call);
	case FBSD_SIGRETURN:
		return fbsd_sigreturn(call);
	case FBSD_GETCONTEXT:
		return fbsd_getcontext(call);
	case FBSD_SETCONTEXT:
		return fbsd_setcontext(call);
	case FBSD_SWAPCONTEXT:
		return fbsd_swapcontext(call);
	case FBSD_THR_EXIT:
		return fbsd_thr_exit(call);
	case FBSD_THR_SELF:
		return fbsd_thr_self(call);
	case FBSD_THR_KILL:
		return fbsd_thr_kill(call);
	default:
		return fbsd_refuse(call);
	}
}

/* From FreeBSD 7 on. */
static __always_inline int enter_to_499(struct abimux_call *call)
{
	switch (call->nr) {
	case FBSD_UMTX_OP:
		return fbsd_umtx_op(call);
	case FBSD_THR_NEW:
		return fbsd_thr_new(call);
	case FBSD_SIGQUEUE:
		return fbsd_sigqueue(call);
	case FBSD_THR_SET_NAME:
		return fbsd_thr_set_name(call);
	case FBSD_RTPRIO_THREAD:
		return fbsd_rtprio(call);
	case FBSD_MMAP:
		return fbsd_mmap(call);
	case FBSD_THR_KILL2:
		return fbsd_thr_kill2(call);
	case FBSD_SHM_OPEN:
		return fbsd_shm_open(call);
	case FBSD_SHM_UNLINK:
		return fbsd_shm_unlink(call);
	case FBSD_CPUSET_GETAFFINITY:
		return fbsd_cpuset_getaffinity(call);
	case FBSD_CPUSET_SETAFFINITY:
		return fbsd_cpuset_setaffinity(call);
	case FBSD_FACCESSAT:
		return fbsd_faccessat(call);
	case FBSD_FCHMODAT:
		return fbsd_fchmodat(call);
	case FBSD_FCHOWNAT:
		return fbsd_fchownat(call);
	case FBSD_FEXECVE:
		return fbsd_fexecve(call);
	case FBSD_FREEBSD11_FSTATAT:
		return fbsd_fstatat(call);
	case FBSD_LINKAT:
		return fbsd_linkat(call);
	case FBSD_MKFIFOAT:
		return fbsd_mkfifoat(call);
	case FBSD_FREEBSD11_MKNODAT:
		return fbsd_mknodat(call);
	case FBSD_OPENAT:
		return fbsd_openat(call);
	default:
		return fbsd_refuse(call);
	}
}

/* From FreeBSD 8 on. */
static __always_inline int enter_to_549(struct abimux_call *call)
{
	switch (call->nr) {
	case FBSD_UNLINKAT:
		return fbsd_unlinkat(call);
	case FBSD_POSIX_OPENPT:
		return fbsd_posix_openpt(call);
	case FBSD_FREEBSD12_CLOSEFROM:
		return fbsd_closefrom(call);
	case FBSD_SEMCTL:
		return fbsd_semctl(call);
	case FBSD_MSGCTL:
		return fbsd_ipcctl(call);
	case FBSD_SHMCTL:
		return fbsd_ipcctl(call);
	case FBSD_LPATHCONF:
		return fbsd_pathconf(call);
	case FBSD_PSELECT:
		return fbsd_pselect(call);
	case FBSD_GETLOGINCLASS:
		return fbsd_getloginclass(call);
	case FBSD_POSIX_FALLOCATE:
		return fbsd_posix_fallocate(call);
	case FBSD_POSIX_FADVISE:
		return ABIMUX_RUN | ABIMUX_RUN_LEAVE;
	case FBSD_WAIT6:
		return fbsd_wait6(call);
	case FBSD_PIPE2:
		return fbsd_pipe2(call);
	case FBSD_PROCCTL:
		return fbsd_procctl(call);
	case FBSD_PPOLL:
		return fbsd_ppoll(call);
	case FBSD_FUTIMENS:
		return fbsd_futimens(call);
	case FBSD_UTIMENSAT:
		return fbsd_utimensat(call);
	case FBSD_ACCEPT4:
		return fbsd_accept(call);
	case FBSD_BINDAT:
	case FBSD_CONNECTAT:
		return fbsd_name_at(call);
	default:
		return fbsd_refuse(call);
	}
}

/* From FreeBSD 12 on. */
static __always_inline int enter_from_550(struct abimux_call *call)
{
	switch (call->nr) {
	case FBSD_FSTAT:
		return fbsd_fstat(call);
	case FBSD_FSTATAT:
		return fbsd_fstatat(call);
	case FBSD_GETDIRENTRIES:
		return fbsd_getdirentries(call);
	case FBSD_STATFS:
	case FBSD_FSTATFS:
		return fbsd_statfs(call);
	case FBSD_GETFSSTAT:
		return fbsd_getfsstat(call);
	case FBSD_MKNODAT:
		return fbsd_mknodat(call);
	case FBSD_KEVENT:
		return fbsd_kevent(call);
	case FBSD_FUNLINKAT:
		return fbsd_funlinkat(call);
	case FBSD_SYSCTLBYNAME:
		return fbsd_sysctlbyname(call);
	case FBSD_SHM_OPEN2:
		return fbsd_shm_open2(call);
	case FBSD_SHM_RENAME:
		return fbsd_shm_rename(call);
	case FBSD_REALPATHAT:
		return fbsd_realpathat(call);
	case FBSD_CLOSE_RANGE:
		return fbsd_close_range(call);
	case FBSD_SPECIALFD:
		return fbsd_specialfd(call);
	case FBSD_FSPACECTL:
		return fbsd_fspacectl(call);
	case FBSD_SCHED_GETCPU:
		return fbsd_sched_getcpu(call);
	case FBSD_KQUEUEX:
		return fbsd_kqueue(call);
	case FBSD_TIMERFD_CREATE:
		return fbsd_timerfd_create(call);
	default:
		return fbsd_refuse(call);
	}
}

SEC("struct_ops.s/enter")
int BPF_PROG(freebsd_enter, struct abimux_call *call)
{
	u32 nr = call->nr;

	if (nr < 99)
		return enter_to_98(call);
	if (nr < 200)
		return enter_to_199(call);
	if (nr < 400)
		return enter_to_399(call);
	if (nr < 450)
		return enter_to_449(call);
	if (nr < 500)
		return enter_to_499(call);
	if (nr < 550)
		return enter_to_549(call);
	return enter_from_550(call);
}

static __always_inline int leave_to_199(struct abimux_call *call)
{
	switch (call->nr) {
	case FBSD_FORK:
	case FBSD_VFORK:
		return fbsd_fork_leave(call);
	case FBSD_OPEN:
		return fbsd_open_leave(call);
	case FBSD_CLOSE:
	case FBSD_DUP2:
		return fbsd_unwatch_leave(call);
	case FBSD_WAIT4:
		return fbsd_wait4_leave(call);
	case FBSD_UNLINK:
		return fbsd_unlink_leave(call);
	case FBSD_FREEBSD10_PIPE:
		return fbsd_freebsd10_pipe_leave(call);
	case FBSD_SIGALTSTACK:
		return fbsd_sigaltstack_leave(call);
	case FBSD_IOCTL:
		return fbsd_ioctl_leave(call);
	case FBSD_MADVISE:
		return fbsd_madvise_leave(call);
	case FBSD_GETGROUPS:
		return fbsd_getgroups_leave(call);
	case FBSD_SETGROUPS:
		return fbsd_setgroups_leave(call);
	case FBSD_GETDTABLESIZE:
		return fbsd_getdtablesize_leave(call);
	case FBSD_FCNTL:
		return fbsd_fcntl_leave(call);
	case FBSD_GETPRIORITY:
		return fbsd_getpriority_leave(call);
	case FBSD_ADJTIME:
		return fbsd_adjtime_leave(call);
	case FBSD_FREEBSD11_STAT:
	case FBSD_FREEBSD11_FSTAT:
	case FBSD_FREEBSD11_LSTAT:
		return fbsd_stat11_leave(call);
	case FBSD_PATHCONF:
	case FBSD_FPATHCONF:
		return fbsd_pathconf_leave(call);
	case FBSD_RTPRIO:
		return fbsd_sched_leave(call);
	case FBSD_GETRLIMIT:
		return fbsd_getrlimit_leave(call);
	case FBSD_FREEBSD11_GETDIRENTRIES:
		return fbsd_getdirentries_leave(call);
	case FBSD_FREEBSD6_MMAP:
		return fbsd_mmap_leave(call);
	case FBSD_RECVMSG:
		return fbsd_recvmsg_leave(call);
	case FBSD_RECVFROM:
		return fbsd_recvfrom_leave(call);
	case FBSD_ACCEPT:
		return fbsd_accept_leave(call);
	case FBSD_GETPEERNAME:
	case FBSD_GETSOCKNAME:
		return fbsd_getname_leave(call);
	case FBSD_SOCKET:
		return fbsd_socket_leave(call);
	case FBSD_CONNECT:
		return fbsd_connect_leave(call);
	case FBSD_LISTEN:
		return fbsd_listen_leave(call);
	case FBSD_GETSOCKOPT:
		return fbsd_getsockopt_leave(call);
	default:
		return abimux_done(call, call->ret);
	}
}

static __always_inline int leave_to_449(struct abimux_call *call)
{
	switch (call->nr) {
	case FBSD_SYSCTL:
		return fbsd_sysctl_leave(call);
	case FBSD_CLOCK_GETTIME:
		return fbsd_clock_second_leave(call);
	case FBSD_CLOCK_GETRES:
		return fbsd_clock_second_leave(call);
	case FBSD_CLOCK_NANOSLEEP:
		return fbsd_error_result(call);
	case FBSD_MINHERIT:
		return fbsd_minherit_leave(call);
	case FBSD_RFORK:
		return fbsd_fork_leave(call);
	case FBSD_FREEBSD11_GETDENTS:
		return fbsd_getdirentries_leave(call);
	case FBSD_GETCWD:
		return fbsd_getcwd_leave(call);
	case FBSD_SCHED_SETPARAM:
	case FBSD_SCHED_SETSCHEDULER:
	case FBSD_SCHED_GETPARAM:
	case FBSD_SCHED_GETSCHEDULER:
		return fbsd_sched_leave(call);
	case FBSD_SIGPROCMASK:
		return fbsd_sigprocmask_leave(call);
	case FBSD_SIGPENDING:
		return fbsd_sigpending_leave(call);
	case FBSD_SIGTIMEDWAIT:
	case FBSD_SIGWAITINFO:
		return fbsd_sigtimedwait_leave(call);
	case FBSD_KQUEUE:
		return fbsd_kqueue_leave(call);
	case FBSD_FREEBSD11_KEVENT:
		return fbsd_kevent_leave(call);
	case FBSD_FREEBSD11_GETFSSTAT:
		return fbsd_getfsstat_leave(call);
	case FBSD_FREEBSD11_STATFS:
	case FBSD_FREEBSD11_FSTATFS:
		return fbsd_statfs_leave(call);
	case FBSD_SIGACTION:
		return fbsd_sigaction_leave(call);
	case FBSD_SIGRETURN:
	case FBSD_SETCONTEXT:
	case FBSD_SWAPCONTEXT:
		return fbsd_context_leave(call);
	case FBSD_SIGWAIT:
		return fbsd_sigwait_leave(call);
	case FBSD_THR_EXIT:
		return fbsd_thr_exit_leave(call);
	case FBSD_THR_SELF:
		return fbsd_thr_self_leave(call);
	case FBSD_THR_KILL:
		return fbsd_thr_kill_leave(call);
	case FBSD_SENDFILE:
		return fbsd_sendfile_leave(call);
	default:
		return abimux_done(call, call->ret);
	}
}

static __always_inline int leave_from_450(struct abimux_call *call)
{
	switch (call->nr) {
	case FBSD_UMTX_OP:
		return fbsd_umtx_op_leave(call);
	case FBSD_THR_NEW:
		return fbsd_thr_new_leave(call);
	case FBSD_THR_SET_NAME:
		return fbsd_thr_set_name_leave(call);
	case FBSD_RTPRIO_THREAD:
		return fbsd_sched_leave(call);
	case FBSD_THR_KILL2:
		return fbsd_thr_kill_leave(call);
	case FBSD_MMAP:
		return fbsd_mmap_leave(call);
	case FBSD_CPUSET_GETAFFINITY:
		return fbsd_cpuset_leave(call);
	case FBSD_FREEBSD11_FSTATAT:
		return fbsd_stat11_leave(call);
	case FBSD_FREEBSD12_CLOSEFROM:
	case FBSD_CLOSE_RANGE:
		return fbsd_unwatch_leave(call);
	case FBSD_OPENAT:
		return fbsd_open_leave(call);
	case FBSD_UNLINKAT:
		return fbsd_unlink_leave(call);
	case FBSD_POSIX_OPENPT:
		return fbsd_posix_openpt_leave(call);
	case FBSD_SEMCTL:
		return fbsd_semctl_leave(call);
	case FBSD_MSGCTL:
		return fbsd_msgctl_leave(call);
	case FBSD_SHMCTL:
		return fbsd_shmctl_leave(call);
	case FBSD_LPATHCONF:
		return fbsd_pathconf_leave(call);
	case FBSD_POSIX_FALLOCATE:
	case FBSD_POSIX_FADVISE:
		return fbsd_error_result(call);
	case FBSD_WAIT6:
		return fbsd_wait6_leave(call);
	case FBSD_PROCCTL:
		return fbsd_procctl_leave(call);
	case FBSD_FSTAT:
	case FBSD_FSTATAT:
		return fbsd_stat_leave(call);
	case FBSD_GETDIRENTRIES:
		return fbsd_getdirentries_leave(call);
	case FBSD_STATFS:
	case FBSD_FSTATFS:
		return fbsd_statfs_leave(call);
	case FBSD_GETFSSTAT:
		return fbsd_getfsstat_leave(call);
	case FBSD_KEVENT:
		return fbsd_kevent_leave(call);
	case FBSD_FUNLINKAT:
		return fbsd_unlink_leave(call);
	case FBSD_SYSCTLBYNAME:
		return fbsd_sysctl_leave(call);
	case FBSD_REALPATHAT:
		return fbsd_realpathat_leave(call);
	case FBSD_FSPACECTL:
		return fbsd_fspacectl_leave(call);
	case FBSD_SCHED_GETCPU:
		return fbsd_sched_getcpu_leave(call);
	case FBSD_KQUEUEX:
		return fbsd_kqueue_leave(call);
	case FBSD_ACCEPT4:
		return fbsd_accept_leave(call);
	case FBSD_CONNECTAT:
		return fbsd_connect_leave(call);
	default:
		return abimux_done(call, call->ret);
	}
}

SEC("struct_ops.s/leave")
int BPF_PROG(freebsd_leave, struct abimux_call *call)
{
	u32 nr = call->nr;

	if (nr < 200)
		return leave_to_199(call);
	if (nr < 450)
		return leave_to_449(call);
	return leave_from_450(call);
}

SEC("struct_ops.s/exec")
int BPF_PROG(freebsd_exec, struct abimux_call *call, struct abimux_exec *exec)
{
	return fbsd_exec(call, exec);
}

SEC("struct_ops.s/signal")
int BPF_PROG(freebsd_signal, struct abimux_call *call,
	     struct abimux_signal *sig)
{
	return fbsd_signal(call, sig);
}

SEC("struct_ops/hear")
void BPF_PROG(freebsd_hear, u32 event, struct task_struct *task, u64 value)
{
	fbsd_kq_hear(event, task, value);
}

SEC(".struct_ops.link")
struct abimux_table_ops freebsd = {
	.exec = (void *)freebsd_exec,
	.enter = (void *)freebsd_enter,
	.leave = (void *)freebsd_leave,
	.signal = (void *)freebsd_signal,
	.hear = (void *)freebsd_hear,
};

char LICENSE[] SEC("license") = "GPL";
