// SPDX-License-Identifier: GPL-2.0
/*
 * escape WORD...: ways round an overlay that refuses getppid, time and rings with
 * EACCES and lets all else pass. Each word is one way, and prints what came of it: an
 * errno, or "escaped". With "exec" or "run PROGRAM" the other words are for the
 * program that is executed; "stop" stops it, "setuid=UID" and the like make it another
 * user's, "into=CGROUP" has a child go on that is made in that cgroup.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "sleeps.h"

#define X32_BIT 0x40000000L
#define I386_GETPPID 64
#define VSYSCALL_TIME 0xffffffffff600400UL

/* What is said to be allowed, and turned into getppid afterwards. */
#define ALLOWED SYS_getpgrp

/* What overlay fd7 does not let read. */
#define FORBIDDEN_FD 7

/* The kernel's own, which a tracer can write. */
#define ERESTARTNOINTR 513

static long raw(long nr, long a, long b, long c)
{
	long ret = nr;

	asm volatile("syscall"
		     : "+a"(ret)
		     : "D"(a), "S"(b), "d"(c)
		     : "rcx", "r11", "memory");
	return ret;
}

static void stop(void)
{
	raw(SYS_kill, raw(SYS_getpid, 0, 0, 0), SIGSTOP, 0);
}

static long direct(void)
{
	return raw(SYS_getppid, 0, 0, 0);
}

static long int80_call(long nr, long a, long b, long c)
{
	asm volatile("int $0x80"
		     : "+a"(nr)
		     : "b"(a), "c"(b), "d"(c)
		     : "r8", "r9", "r10", "r11", "memory");
	return (int)nr;
}

static long int80(void)
{
	return int80_call(I386_GETPPID, 0, 0, 0);
}

static long x32(void)
{
	return raw(X32_BIT | SYS_getppid, 0, 0, 0);
}

/* The number's upper half is nobody's business. */
static long wide(void)
{
	return raw(0x100000000L | SYS_getppid, 0, 0, 0);
}

static long vsyscall(void)
{
	long (*call)(long *) = (void *)VSYSCALL_TIME;

	return call(NULL);
}

static long in_child(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -ECHILD;
	return -WEXITSTATUS(status);
}

/* An exit status has no sign: zero is no error. */
static void answer(long ret)
{
	_exit(ret < 0 ? -ret : 0);
}

static long by_fork(void)
{
	pid_t pid = fork();

	if (!pid)
		answer(direct());
	return in_child(pid);
}

static long by_clone(void)
{
	pid_t pid = raw(SYS_clone, SIGCHLD | 0, 0, 0);

	if (!pid)
		answer(direct());
	return in_child(pid);
}

static void *thread(void *arg)
{
	*(long *)arg = direct();
	return NULL;
}

static long by_thread(void)
{
	pthread_t id;
	long ret = 0;

	if (pthread_create(&id, NULL, thread, &ret))
		return -EAGAIN;
	pthread_join(id, NULL);
	return ret;
}

static long ring(void)
{
	struct io_uring_params params = {};

	return raw(SYS_io_uring_setup, 4, (long)&params, 0);
}

/* A ring that was made before the overlay was laid over us: descriptor 9. */
static long old_ring(void)
{
	return raw(SYS_io_uring_enter, 9, 0, 0);
}

/* The kernel's own thread takes from a ring what we put there, without a call. */
static long poller(void)
{
	static const char root[] = "/";
	struct io_uring_params params = { .flags = IORING_SETUP_SQPOLL,
					  .sq_thread_idle = 20000 };
	long fd = raw(SYS_io_uring_setup, 4, (long)&params, 0);
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqe;
	char *ring;

	if (fd < 0)
		return fd;
	ring = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    IORING_OFF_SQ_RING);
	sqes = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    IORING_OFF_SQES);
	if ((void *)ring == MAP_FAILED || (void *)sqes == MAP_FAILED)
		return -ENOMEM;
	stop();
	sqes[0].opcode = IORING_OP_OPENAT;
	sqes[0].fd = AT_FDCWD;
	sqes[0].addr = (uintptr_t)root;
	__atomic_store_n((unsigned int *)(ring + params.sq_off.tail), 1,
			 __ATOMIC_RELEASE);
	while (!__atomic_load_n((unsigned int *)(ring + params.cq_off.tail),
				__ATOMIC_ACQUIRE))
		usleep(1000);
	cqe = (struct io_uring_cqe *)(ring + params.cq_off.cqes);
	return cqe->res;
}

/* What the ring does. */
static long by_openat(void)
{
	return raw(SYS_openat, AT_FDCWD, (long)"/", 0);
}

static long restart(void)
{
	long ret = raw(SYS_restart_syscall, 0, 0, 0);

	/* There is nothing to be restarted: that is no error of a list. */
	return ret == -EINTR ? direct() : ret;
}

static long forged;

static void forge(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	extern char escape_syscall[];

	uc->uc_mcontext.gregs[REG_RIP] = (long)escape_syscall;
	uc->uc_mcontext.gregs[REG_RAX] = SYS_getppid;
}

/* The handler's frame goes on at an instruction that makes the call. */
static long by_sigreturn(void)
{
	struct sigaction act = { .sa_sigaction = forge,
				 .sa_flags = SA_SIGINFO };
	pid_t pid = raw(SYS_getpid, 0, 0, 0);

	sigaction(SIGUSR1, &act, NULL);
	asm volatile("mov %1, %%edi\n"
		     "mov %2, %%esi\n"
		     "mov %3, %%eax\n"
		     "syscall\n"
		     "jmp 1f\n"
		     ".globl escape_syscall\n"
		     "escape_syscall:\n"
		     "syscall\n"
		     "1:\n"
		     : "=&a"(forged)
		     : "r"(pid), "i"(SIGUSR1), "i"(SYS_kill)
		     : "rdi", "rsi", "rcx", "r11", "memory");
	return forged;
}

/* A child whose number its tracer changes between the entry and the call. */
static long change_number(pid_t pid, long options, int request)
{
	struct user_regs_struct regs;
	int status;

	waitpid(pid, &status, 0);
	if (!WIFSTOPPED(status))
		return -ECHILD;
	ptrace(PTRACE_SETOPTIONS, pid, NULL, options | PTRACE_O_EXITKILL);
	while (!ptrace(request, pid, NULL, NULL) &&
	       waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		ptrace(PTRACE_GETREGS, pid, NULL, &regs);
		if (regs.orig_rax != ALLOWED ||
		    regs.rax != (unsigned long)-ENOSYS)
			continue;
		regs.orig_rax = SYS_getppid;
		ptrace(PTRACE_SETREGS, pid, NULL, &regs);
	}
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

static void be_traced(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
}

static long by_tracer(void)
{
	pid_t pid = fork();

	if (!pid) {
		be_traced();
		answer(raw(ALLOWED, 0, 0, 0));
	}
	return change_number(pid, 0, PTRACE_SYSCALL);
}

/* On to a stop of this signal. Return: whether there is one. */
static bool go_to(pid_t pid, int request, int sig)
{
	int status;

	do {
		if (ptrace(request, pid, NULL, NULL) ||
		    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			return false;
	} while (WSTOPSIG(status) != sig);
	return true;
}

/* What a tracer makes of an allowed call. */
struct other_call {
	long nr;
	unsigned long arg;
};

static const struct other_call getppid_call = { .nr = SYS_getppid };
static const struct other_call read_call = { SYS_read, FORBIDDEN_FD };

static void make_it(struct user_regs_struct *regs,
		    const struct other_call *call)
{
	static char byte;

	regs->orig_rax = call->nr;
	regs->rdi = call->arg;
	regs->rsi = (unsigned long)&byte;
	regs->rdx = 1;
}

/* A child that is traced to where an allowed call starts, or to where it ends. */
static pid_t traced_by(int request, bool end, struct user_regs_struct *regs)
{
	pid_t pid = fork();

	if (!pid) {
		be_traced();
		answer(raw(ALLOWED, 0, 0, 0));
	}
	waitpid(pid, NULL, 0);
	ptrace(PTRACE_SETOPTIONS, pid, NULL,
	       PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	do {
		if (!go_to(pid, request, SIGTRAP | 0x80))
			return -ECHILD;
		ptrace(PTRACE_GETREGS, pid, NULL, regs);
	} while (regs->orig_rax != ALLOWED ||
		 (regs->rax == (unsigned long)-ENOSYS) == end);
	return pid;
}

static pid_t traced_to(bool end, struct user_regs_struct *regs)
{
	return traced_by(PTRACE_SYSCALL, end, regs);
}

/* Where a call starts its tracer makes another one of it. */
static long at_entry(const struct other_call *call)
{
	struct user_regs_struct regs = {};
	pid_t pid = traced_to(false, &regs);

	if (pid < 0)
		return pid;
	make_it(&regs, call);
	ptrace(PTRACE_SETREGS, pid, NULL, &regs);
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	return in_child(pid);
}

/*
 * The tracer says that the call was another one, and is to be made once more. It goes
 * back only if there is a signal, which the tracer takes.
 */
static long made_again(pid_t pid, struct user_regs_struct *regs,
		       const struct other_call *call)
{
	make_it(regs, call);
	regs->rax = -ERESTARTNOINTR;
	ptrace(PTRACE_SETREGS, pid, NULL, regs);
	kill(pid, SIGWINCH);
	if (!go_to(pid, PTRACE_CONT, SIGWINCH))
		return -ECHILD;
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	return in_child(pid);
}

static long at_exit(const struct other_call *call)
{
	struct user_regs_struct regs = {};
	pid_t pid = traced_to(true, &regs);

	return pid < 0 ? pid : made_again(pid, &regs, call);
}

/* The call is not made at all: its entry is its end. */
static long at_emulation(const struct other_call *call)
{
	struct user_regs_struct regs = {};
	pid_t pid = traced_by(PTRACE_SYSEMU, false, &regs);

	return pid < 0 ? pid : made_again(pid, &regs, call);
}

/* The overlay comes while the call is under way. */
static long late_exit(void)
{
	struct user_regs_struct regs = {};
	pid_t pid = traced_to(false, &regs);

	if (pid < 0)
		return pid;
	stop();
	if (!go_to(pid, PTRACE_SYSCALL, SIGTRAP | 0x80))
		return -ECHILD;
	ptrace(PTRACE_GETREGS, pid, NULL, &regs);
	return made_again(pid, &regs, &getppid_call);
}

static long read_emulated(void)
{
	return at_emulation(&read_call);
}

static long by_exit_stop(void)
{
	return at_exit(&getppid_call);
}

static long read_at_exit(void)
{
	return at_exit(&read_call);
}

static long read_at_entry(void)
{
	return at_entry(&read_call);
}

/*
 * A call waits to be made once more, and meanwhile its tracer changes its arguments:
 * to a descriptor that an overlay does not let read.
 */
static long by_redirection(void)
{
	struct user_regs_struct regs = {};
	int idle[2];
	char byte;
	pid_t pid;

	if (pipe(idle))
		return -EMFILE;
	pid = fork();
	if (!pid) {
		be_traced();
		answer(raw(SYS_read, idle[0], (long)&byte, 1));
	}
	waitpid(pid, NULL, 0);
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_EXITKILL);
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	wait_for_sleep(pid, SYS_read);
	kill(pid, SIGWINCH);
	waitpid(pid, NULL, 0);
	ptrace(PTRACE_GETREGS, pid, NULL, &regs);
	regs.rdi = FORBIDDEN_FD;
	ptrace(PTRACE_SETREGS, pid, NULL, &regs);
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	return in_child(pid);
}

static long read_forbidden(void)
{
	char byte;

	return raw(SYS_read, FORBIDDEN_FD, (long)&byte, 1);
}

/* The overlay comes while we are stopped, and this is the first call then. */
static long vsyscall_first(void)
{
	stop();
	return vsyscall();
}

static int filter(unsigned int action)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ALLOWED, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		       action == SECCOMP_RET_USER_NOTIF ?
			       SECCOMP_FILTER_FLAG_NEW_LISTENER :
			       0,
		       &program);
}

static long by_filter(void)
{
	pid_t pid = fork();

	if (!pid) {
		be_traced();
		filter(SECCOMP_RET_TRACE);
		answer(raw(ALLOWED, 0, 0, 0));
	}
	return change_number(pid, PTRACE_O_TRACESECCOMP, PTRACE_CONT);
}

static volatile int listener;

static void *supervised(void *arg)
{
	listener = filter(SECCOMP_RET_USER_NOTIF);
	raw(ALLOWED, 0, 0, 0);
	*(long *)arg = direct();
	return NULL;
}

/* A supervisor can let a call go on, and answer it; not make it another one. */
static long by_notifier(void)
{
	struct seccomp_notif notif = {};
	struct seccomp_notif_resp resp = {
		.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE
	};
	pthread_t id;
	long ret = 0;

	if (pthread_create(&id, NULL, supervised, &ret))
		return -EAGAIN;
	while (!listener)
		sched_yield();
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notif))
		return -errno;
	resp.id = notif.id;
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &resp))
		return -errno;
	pthread_join(id, NULL);
	return ret;
}

/* Code in memory of our own, in a program that has no file. */
static long by_memory(void)
{
	static const unsigned char code[] = { 0xb8, SYS_getppid, 0,    0,
					      0,    0x0f,	 0x05, 0xc3 };
	long (*call)(void);

	call = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if ((void *)call == MAP_FAILED)
		return -ENOMEM;
	memcpy(call, code, sizeof(code));
	return call();
}

/*
 * Code of 32 bits in a 64-bit program: another way to int 0x80. By jumps, for far
 * calls the emulator gets wrong.
 */
static long by_far_jump(void)
{
	extern char escape_back[];
	static const unsigned char code[] = {
		0xb8, I386_GETPPID,
		0,    0,
		0, /* mov $64, %eax */
		0xcd, 0x80, /* int $0x80 */
		0xea, 0,
		0,    0,
		0,    0x33,
		0, /* ljmp $0x33, escape_back */
	};
	unsigned char *low = mmap((void *)0x20000000, 8192,
				  PROT_READ | PROT_WRITE | PROT_EXEC,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
				  0);
	uint32_t back = (uintptr_t)escape_back;
	struct {
		uint32_t ip;
		uint16_t cs;
	} __attribute__((packed)) to = { 0x20000000, 0x23 };
	long ret;

	if (low == MAP_FAILED)
		return -ENOMEM;
	memcpy(low, code, sizeof(code));
	memcpy(low + 8, &back, sizeof(back));
	asm volatile("mov %%rsp, %%r12\n"
		     "mov $0x20001ff0, %%esp\n"
		     "ljmp *(%1)\n"
		     ".globl escape_back\n"
		     "escape_back:\n"
		     "mov %%r12, %%rsp\n"
		     : "=&a"(ret)
		     : "r"(&to)
		     : "r8", "r9", "r10", "r11", "r12", "memory", "cc");
	return (int)ret;
}

static pid_t other;

/* Another program, which has no such overlay, is to make the call for us. */
static long by_other(void)
{
	return ptrace(PTRACE_ATTACH, other, NULL, NULL) ? -errno : 0;
}

/* A thread of ours is another user, and we are not. */
static void *become_and_try(void *arg)
{
	raw(SYS_setuid, 1000, 0, 0);
	return thread(arg);
}

static long by_user_of_thread(void)
{
	pthread_t id;
	long ret = 0;

	if (pthread_create(&id, NULL, become_and_try, &ret))
		return -EAGAIN;
	pthread_join(id, NULL);
	return ret;
}

static const struct way {
	const char *word;
	long (*try)(void);
} ways[] = {
	{ "direct", direct },
	{ "int80", int80 },
	{ "x32", x32 },
	{ "wide", wide },
	{ "vsyscall", vsyscall },
	{ "fork", by_fork },
	{ "clone", by_clone },
	{ "thread", by_thread },
	{ "user-thread", by_user_of_thread },
	{ "ring", ring },
	{ "old-ring", old_ring },
	{ "openat", by_openat },
	{ "poller", poller },
	{ "restart", restart },
	{ "sigreturn", by_sigreturn },
	{ "tracer", by_tracer },
	{ "filter", by_filter },
	{ "notifier", by_notifier },
	{ "memory", by_memory },
	{ "far-jump", by_far_jump },
	{ "other", by_other },
	{ "exit-stop", by_exit_stop },
	{ "read", read_forbidden },
	{ "read-waiting", by_redirection },
	{ "read-entry", read_at_entry },
	{ "read-exit", read_at_exit },
	{ "read-emulated", read_emulated },
	{ "late-exit", late_exit },
	{ "vsyscall-first", vsyscall_first },
};

static int try(const char *word)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		long ret;

		if (strcmp(ways[i].word, word))
			continue;
		ret = ways[i].try();
		printf("%s %s\n", word,
		       ret < 0 ? strerrorname_np(-ret) : "escaped");
		fflush(stdout);
		return 0;
	}
	return 2;
}

/* CALL=UID: become that user by one of the calls that there are for it. */
static bool become(const char *word)
{
	static const struct {
		const char *word;
		int amd64, i386;
	} calls[] = {
		{ "setuid=", SYS_setuid, 0 },
		{ "setreuid=", SYS_setreuid, 0 },
		{ "setresuid=", SYS_setresuid, 0 },
		{ "i386-setuid=", 0, 213 },
		{ "i386-setreuid=", 0, 203 },
		{ "i386-setresuid=", 0, 208 },
		{ "i386-setuid16=", 0, 23 },
		{ "i386-setreuid16=", 0, 70 },
		{ "i386-setresuid16=", 0, 164 },
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		size_t len = strlen(calls[i].word);
		long uid;

		if (strncmp(word, calls[i].word, len))
			continue;
		uid = atoi(word + len);
		if (calls[i].amd64)
			raw(calls[i].amd64, uid, uid, -1);
		else
			int80_call(calls[i].i386, uid, uid, -1);
		return true;
	}
	return false;
}

/* The child goes on; we end as it does. */
static int go_into(const char *cgroup)
{
	struct clone_args args = { .flags = CLONE_INTO_CGROUP,
				   .exit_signal = SIGCHLD };
	int status;
	long pid;

	args.cgroup = open(cgroup, O_RDONLY | O_DIRECTORY);
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid)
		return 0;
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		exit(126);
	exit(WIFEXITED(status) ? WEXITSTATUS(status) : 126);
}

/* A ring as descriptor 9, for who is executed; then wait to be restricted. */
static int with_ring(char **argv)
{
	struct io_uring_params params = {};
	long fd = raw(SYS_io_uring_setup, 4, (long)&params, 0);

	if (fd < 0 || dup2(fd, 9) < 0)
		return 2;
	puts("ready");
	fflush(stdout);
	raise(SIGSTOP);
	execv(argv[0], argv);
	return 126;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "exec")) {
			argv[i] = argv[0];
			return execv("/proc/self/exe", argv + i);
		}
		if (!strcmp(argv[i], "run") && i + 1 < argc)
			return execv(argv[i + 1], argv + i + 1);
		if (!strcmp(argv[i], "with-ring") && i + 1 < argc)
			return with_ring(argv + i + 1);
		if (!strncmp(argv[i], "other=", 6)) {
			other = atoi(argv[i] + 6);
			argv[i] = "other";
		}
		if (!strcmp(argv[i], "stop")) {
			stop();
			continue;
		}
		if (!strncmp(argv[i], "into=", 5)) {
			go_into(argv[i] + 5);
			continue;
		}
		if (!become(argv[i]) && try(argv[i]))
			return 2;
	}
	return 0;
}
