// SPDX-License-Identifier: GPL-2.0
/*
 * Signals: numbers, sets, frames of handlers, alternate stacks, restarts, waiting.
 */
#include "signals.h"

static volatile int seen;
static struct siginfo seen_info;
static struct ucontext seen_uc;
static unsigned long seen_rsp, seen_rsi, seen_addr;

static void keep(int sig, struct siginfo *info, struct ucontext *uc, void *addr)
{
	seen = sig;
	seen_info = *info;
	seen_uc = *uc;
	seen_rsp = (unsigned long)__builtin_frame_address(0);
	seen_rsi = (unsigned long)info;
	seen_addr = (unsigned long)addr;
}

static void test_number(int sig, const char *name)
{
	seen = 0;
	if (handle(sig, keep, SA_SIGINFO) || raise(sig))
		seen = -1;
	is(seen, sig, name);
	handle(sig, 0, 0);
}

static void test_numbers(void)
{
	test_number(SIGHUP, "SIGHUP");
	test_number(SIGEMT, "SIGEMT");
	test_number(SIGBUS, "SIGBUS");
	test_number(12, "SIGSYS");
	test_number(SIGURG, "SIGURG");
	test_number(18, "SIGTSTP");
	test_number(SIGCONT, "SIGCONT");
	test_number(SIGCHLD, "SIGCHLD");
	test_number(SIGIO, "SIGIO");
	test_number(SIGINFO, "SIGINFO");
	test_number(SIGUSR1, "SIGUSR1");
	test_number(SIGUSR2, "SIGUSR2");
	test_number(SIGTHR, "SIGTHR");
	test_number(33, "SIGLIBRT");
	test_number(SIGRTMIN, "SIGRTMIN");
	is(handle(200, keep, 0), -EINVAL, "no such signal");
	is(handle(SIGKILL, keep, 0), -EINVAL, "SIGKILL cannot be handled");
	is(handle(SIGSTOP, 0, 0), 0, "SIGSTOP can be set to what it is");
	is(handle(SIGUSR1, keep, 0x100), -EINVAL, "no such flag");
}

static void test_frame(void)
{
	struct sigset block = set_of(SIGUSR2);

	sys(SYS_sigprocmask, SIG_SETMASK, &block, 0);
	handle(SIGUSR1, keep, SA_SIGINFO);
	seen = 0;
	is(raise(SIGUSR1), 0, "thr_kill");
	is(seen_info.signo, SIGUSR1, "si_signo");
	is(seen_info.code, SI_LWP, "si_code of thr_kill");
	is(seen_info.pid, sys(SYS_getpid), "si_pid");
	is(seen_uc.len, 800, "mc_len");
	is(seen_uc.fpformat, 0x10002, "mc_fpformat");
	is(seen_uc.ownedfp, 0x20001, "mc_ownedfp");
	is(seen_uc.cs, 0x43, "mc_cs");
	is(seen_uc.ss, 0x3b, "mc_ss");
	yes((seen_uc.flags & 1) && !(seen_uc.flags & ~7u), "mc_flags");
	yes(has(&seen_uc.mask, SIGUSR2) && !has(&seen_uc.mask, SIGUSR1),
	    "uc_sigmask");
	yes(seen_uc.rsp > seen_rsp && seen_uc.rsp - seen_rsp < 8192, "mc_rsp");
	is(seen_rsi & 15, 0, "the frame is aligned");
	is(seen_uc.stack.flags, SS_DISABLE,
	   "uc_stack without an alternate one");
	is(seen_uc.onstack, 0, "mc_onstack");
	is(sys(SYS_kill, sys(SYS_getpid), SIGUSR1), 0, "kill");
	is(seen_info.code, SI_USER, "si_code of kill");
	block = (struct sigset){};
	sys(SYS_sigprocmask, SIG_SETMASK, &block, 0);
}

/* The red zone, and each register, must survive a handler. */
static void test_registers(void)
{
	unsigned long bad;

	handle(SIGUSR1, keep, SA_SIGINFO);
	/* clang-format off */
	asm volatile("mov $11, %%rbx\n mov $12, %%r12\n mov $13, %%r13\n"
		"mov $14, %%r14\n mov $15, %%r15\n mov $9, %%r9\n"
		"movq $77, -16(%%rsp)\n"
		"mov %1, %%rdi\n mov $30, %%esi\n mov $433, %%eax\n syscall\n"
		"xor %%eax, %%eax\n"
		"cmp $11, %%rbx\n setne %%al\n mov %%rax, %%rdx\n"
		"cmp $12, %%r12\n setne %%al\n or %%rax, %%rdx\n"
		"cmp $13, %%r13\n setne %%al\n or %%rax, %%rdx\n"
		"cmp $14, %%r14\n setne %%al\n or %%rax, %%rdx\n"
		"cmp $15, %%r15\n setne %%al\n or %%rax, %%rdx\n"
		"cmp $9, %%r9\n setne %%al\n or %%rax, %%rdx\n"
		"cmpq $77, -16(%%rsp)\n setne %%al\n or %%rax, %%rdx\n"
		"mov %%rdx, %0\n"
		: "=&r"(bad)
		: "r"(thread_id())
		: "rax", "rbx", "rcx", "rdx", "rdi", "rsi", "r9", "r11", "r12",
		  "r13", "r14", "r15", "memory");
	/* clang-format on */
	is(bad, 0, "registers and red zone survive a handler");
}

static void step_over(int sig, struct siginfo *info, struct ucontext *uc,
		      void *addr)
{
	keep(sig, info, uc, addr);
	uc->rip += 2;
	uc->rbx = 4711;
}

static void test_changed_registers(void)
{
	unsigned long got, eip;

	handle(SIGILL, step_over, SA_SIGINFO);
	asm volatile("lea 1f(%%rip), %1\n1: ud2\n mov %%rbx, %0"
		     : "=r"(got), "=&r"(eip)
		     :
		     : "rbx");
	is(got, 4711, "a register that a handler changed");
	is(seen_info.code, 5, "ILL_PRVOPC");
	is(seen_info.trapno, 1, "T_PRIVINFLT");
	yes(seen_info.addr == eip && seen_uc.rip == eip,
	    "si_addr of SIGILL is rip");
}

/* Each of the faulting instructions here has two bytes. */
static void test_segv(void)
{
	handle(SIGSEGV, step_over, SA_SIGINFO);
	asm volatile("mov %%eax, (%0)" : : "a"(0x1000L) : "rbx");
	is(seen, SIGSEGV, "SIGSEGV");
	is(seen_info.code, 1, "SEGV_MAPERR");
	is(seen_info.addr, 0x1000, "si_addr");
	is(seen_addr, 0x1000, "fourth argument");
	is(seen_uc.addr, 0x1000, "mc_addr");
	is(seen_uc.trapno, 12, "T_PAGEFLT");
	is(seen_uc.err & 7, 6, "mc_err of a write by a user");
	asm volatile("mov %%eax, (%0)" : : "a"((long)test_segv) : "rbx");
	is(seen_info.code, 2, "SEGV_ACCERR");
}

static void test_fpe(void)
{
	handle(SIGFPE, step_over, SA_SIGINFO);
	asm volatile("div %0" : : "r"(0), "a"(1), "d"(0) : "rbx");
	is(seen, SIGFPE, "SIGFPE");
	is(seen_info.code, 2, "FPE_INTDIV");
	is(seen_info.trapno, 18, "T_DIVIDE");
}

static void test_trap(void)
{
	struct sigaction act = { .handler = keep, .flags = SA_SIGINFO };

	sys(SYS_sigaction, SIGTRAP, &act, 0);
	asm volatile("int3");
	is(seen, SIGTRAP, "SIGTRAP");
	is(seen_info.code, 1, "TRAP_BRKPT");
	is(seen_info.trapno, 3, "T_BPTFLT");
}

static void clobber(int sig, struct siginfo *info, struct ucontext *uc,
		    void *addr)
{
	asm volatile("pcmpeqd %%xmm0, %%xmm0\n pcmpeqd %%xmm9, %%xmm9"
		     :
		     :
		     : "memory");
	/* xmm9 of the interrupted code: at 160 and 16 for each. */
	uc->fpstate[(160 + 9 * 16) / 8] = 99;
}

static void test_fpu(void)
{
	long low, changed;

	handle(SIGUSR1, clobber, SA_SIGINFO);
	/* clang-format off */
	asm volatile("movq %2, %%xmm0\n movq %2, %%xmm9\n"
		"mov %3, %%rdi\n mov $30, %%esi\n mov $433, %%eax\n syscall\n"
		"movq %%xmm0, %0\n movq %%xmm9, %1"
		: "=r"(low), "=r"(changed)
		: "r"(12345L), "r"(thread_id())
		: "rax", "rcx", "rdx", "rdi", "rsi", "r11", "memory");
	/* clang-format on */
	is(low, 12345, "floating point registers survive a handler");
	is(changed, 99, "a floating point register that a handler changed");
}

static char alternate[16384] __attribute__((aligned(16)));

static void test_altstack(void)
{
	struct stack stack = { (unsigned long)alternate, sizeof(alternate), 0 },
		     old;

	is(sys(SYS_sigaltstack, &stack, &old), 0, "sigaltstack");
	is(old.flags, SS_DISABLE, "there was none");
	handle(SIGUSR1, keep, SA_SIGINFO | SA_ONSTACK);
	raise(SIGUSR1);
	yes(seen_rsp - stack.sp < stack.size, "the handler runs on it");
	is(seen_uc.stack.sp, stack.sp, "uc_stack");
	is(seen_uc.stack.flags, 0, "uc_stack: not on it before");
	stack.size = 100;
	is(sys(SYS_sigaltstack, &stack, 0), -ENOMEM, "too small");
	stack.flags = SS_DISABLE;
	is(sys(SYS_sigaltstack, &stack, &old), 0, "switch it off");
	is(old.size, sizeof(alternate), "what it was");
}

static void test_flags(void)
{
	struct sigaction old;

	handle(SIGUSR1, keep, SA_SIGINFO | SA_RESETHAND);
	raise(SIGUSR1);
	is(sys(SYS_sigaction, SIGUSR1, 0, &old), 0, "ask for a handler");
	yes(!old.handler, "SA_RESETHAND");
	handle(SIGUSR1, keep, SA_SIGINFO | SA_NODEFER | SA_RESTART);
	sys(SYS_sigaction, SIGUSR1, 0, &old);
	yes(old.handler == keep, "the handler comes back");
	is(old.flags, SA_SIGINFO | SA_NODEFER | SA_RESTART, "and its flags");
	raise(SIGUSR1);
	handle(SIGUSR1, keep, 0);
}

static int plain_sig, plain_code;

static void plain(int sig, struct siginfo *info, struct ucontext *uc,
		  void *addr)
{
	plain_sig = sig;
	plain_code = (long)info;
}

static void test_plain(void)
{
	handle(SIGUSR1, plain, 0);
	raise(SIGUSR1);
	is(plain_sig, SIGUSR1, "a handler without SA_SIGINFO");
	is(plain_code, SI_LWP, "its second argument is the code");
}

static void test_sets(void)
{
	struct sigset block = {}, old, pending;
	int all = SIGRTMIN + 30;

	for (int sig = 1; sig <= 33; sig++)
		block.bits[(sig - 1) / 32] |= 1u << ((sig - 1) % 32);
	for (int sig = SIGRTMIN; sig <= all; sig++)
		block.bits[(sig - 1) / 32] |= 1u << ((sig - 1) % 32);
	is(sys(SYS_sigprocmask, SIG_SETMASK, &block, 0), 0,
	   "block all signals");
	is(sys(SYS_sigprocmask, SIG_SETMASK, 0, &old), 0,
	   "ask what is blocked");
	block.bits[0] &= ~(1u << (SIGKILL - 1) | 1u << (SIGSTOP - 1));
	for (int i = 0; i < 4; i++)
		is(old.bits[i], block.bits[i],
		   "all but SIGKILL and SIGSTOP are");
	raise(SIGUSR1);
	raise(SIGURG);
	is(sys(SYS_sigpending, &pending), 0, "sigpending");
	yes(has(&pending, SIGUSR1) && has(&pending, SIGURG), "what is pending");
	yes(!has(&pending, SIGUSR2), "and what is not");
	is(sys(SYS_sigprocmask, 9, &block, 0), -EINVAL,
	   "no such way to change the mask");
}

/* SIGUSR1 and SIGURG are pending and blocked: see test_sets(). */
static void test_wait(void)
{
	struct sigset set = set_of(SIGURG), none = {};
	long soon[2] = { 0, 10000000 };
	struct siginfo info;
	int sig = 0;

	is(sys(SYS_sigwait, &set, &sig), 0, "sigwait");
	is(sig, SIGURG, "what it waited for");
	set = set_of(SIGUSR1);
	is(sys(SYS_sigtimedwait, &set, &info, soon), SIGUSR1, "sigtimedwait");
	yes(info.signo == SIGUSR1 && info.code == SI_LWP, "its siginfo");
	is(sys(SYS_sigtimedwait, &set, &info, soon), -EAGAIN,
	   "nothing came in time");
	handle(SIGUSR2, keep, SA_SIGINFO);
	seen = 0;
	raise(SIGUSR2);
	is(sys(SYS_sigsuspend, &none), -EINTR, "sigsuspend");
	is(seen, SIGUSR2, "its handler ran");
	sys(SYS_sigprocmask, SIG_SETMASK, &none, 0);
}

/* A signal soon, and again and again: the first may come before the call that it ends. */
static void start_timer(void)
{
	long timer[4] = { 0, 20000, 0, 20000 };

	sys(SYS_setitimer, 0, timer, 0);
}

static void stop_timer(void)
{
	long timer[4] = {};

	sys(SYS_setitimer, 0, timer, 0);
}

static int read_end, write_end;
static volatile int fed;

/* Not with the first one: a call may have been made again by then. */
static void feed(int sig, struct siginfo *info, struct ucontext *uc, void *addr)
{
	if (++fed == 3)
		sys(SYS_write, write_end, "x", 1);
}

static void test_interrupted(void)
{
	struct result result;
	int fds[2];
	char byte = 0;

	sys(SYS_pipe2, fds, 0);
	read_end = fds[0];
	write_end = fds[1];
	handle(SIGALRM, keep, SA_SIGINFO);
	start_timer();
	result = call(SYS_read, read_end, &byte, 1);
	stop_timer();
	yes(result.failed && result.ret == EINTR,
	    "EINTR is told by the carry flag");
	handle(SIGALRM, feed, SA_SIGINFO | SA_RESTART);
	start_timer();
	is(sys(SYS_read, read_end, &byte, 1), 1, "SA_RESTART");
	stop_timer();
	is(byte, 'x', "what it then read");
}

/* Each signal of real time, with what was queued for it. */
static void test_queue(void)
{
	long pid = sys(SYS_getpid);
	struct siginfo info = {};
	struct sigset set;
	int bad = 0;

	for (int sig = SIGRTMIN; sig < SIGRTMIN + 31; sig++) {
		handle(sig, keep, SA_SIGINFO);
		seen = 0;
		sys(SYS_sigqueue, pid, sig, 4711 + sig);
		bad += seen != sig || seen_info.signo != sig ||
		       seen_info.code != SI_QUEUE || seen_info.pid != pid ||
		       seen_info.value != 4711 + sig;
	}
	is(bad, 0, "each signal of real time, sent by sigqueue");
	is(sys(SYS_sigqueue, pid, 200, 0), -EINVAL, "sigqueue of none");
	is(sys(SYS_sigqueue, pid, 0, 0), 0, "sigqueue to ask");
	set = set_of(SIGRTMIN + 3);
	sys(SYS_sigprocmask, SIG_BLOCK, &set, 0);
	sys(SYS_sigqueue, pid, SIGRTMIN + 3, 1);
	sys(SYS_sigqueue, pid, SIGRTMIN + 3, 2);
	is(sys(SYS_sigwaitinfo, &set, &info), SIGRTMIN + 3, "sigwaitinfo");
	yes(info.code == SI_QUEUE && info.value == 1, "the first of two");
	sys(SYS_sigwaitinfo, &set, &info);
	is(info.value, 2, "and the second");
	sys(SYS_sigprocmask, SIG_UNBLOCK, &set, 0);
}

static long child(int status, int sig)
{
	long pid = sys(SYS_fork);

	if (pid)
		return pid;
	if (sig)
		raise(sig);
	sys(SYS_exit, status);
	return 0;
}

/* Until a child's signal was handled. */
static void await_child(long pid)
{
	long span[2] = { 0, 2000000 };

	for (int i = 0; !seen && i < 30000; i++)
		sys(SYS_nanosleep, span, 0);
	if (pid)
		sys(SYS_wait4, pid, 0, 0, 0);
}

static void test_children(void)
{
	long pid;

	handle(SIGCHLD, keep, SA_SIGINFO);
	handle(SIGUSR2, 0, 0);
	seen = 0;
	pid = child(3, 0);
	await_child(pid);
	is(seen_info.code, 1, "CLD_EXITED");
	is(seen_info.status, 3, "si_status of an exit");
	is(seen_info.pid, pid, "si_pid of a child");
	seen = 0;
	await_child(child(0, SIGUSR2));
	is(seen_info.code, 2, "CLD_KILLED");
	is(seen_info.status, SIGUSR2, "si_status of a signal");
	handle(SIGCHLD, keep, SA_SIGINFO | SA_NOCLDWAIT);
	pid = child(3, 0);
	is(sys(SYS_wait4, pid, 0, 0, 0), -ECHILD, "SA_NOCLDWAIT");
	handle(SIGCHLD, keep, SA_SIGINFO | SA_NOCLDSTOP);
	seen = 0;
	pid = child(0, SIGSTOP);
	sys(SYS_wait4, pid, 0, 2, 0);
	is(seen, 0, "SA_NOCLDSTOP");
	sys(SYS_kill, pid, SIGKILL);
	await_child(pid);
	is(seen_info.status, SIGKILL, "but it ends");
	handle(SIGCHLD, keep, SA_SIGINFO);
	seen = 0;
	pid = child(0, SIGSTOP);
	await_child(0);
	is(seen_info.code, 5, "CLD_STOPPED");
	is(seen_info.status, SIGSTOP, "si_status of a stop");
	sys(SYS_kill, pid, SIGKILL);
	sys(SYS_wait4, pid, 0, 0, 0);
	handle(SIGCHLD, 0, 0);
}

static void wrong(int sig, struct siginfo *info, struct ucontext *uc,
		  void *addr)
{
	seen = -1;
	step_over(sig, info, uc, addr);
	uc->rip++;
}

static void step_three(int sig, struct siginfo *info, struct ucontext *uc,
		       void *addr)
{
	step_over(sig, info, uc, addr);
	uc->rip++;
}

/* A general protection fault, and a page behind the end of a file. */
static void test_bus(void)
{
	char *page;
	int fd;

	handle(SIGSEGV, wrong, SA_SIGINFO);
	handle(SIGBUS, step_three, SA_SIGINFO);
	asm volatile("mov (%0), %%rbx" : : "a"(0x1234567800000000) : "rbx");
	is(seen, SIGBUS,
	   "a general protection fault is SIGBUS, with its handler");
	is(seen_info.code, 3, "BUS_OBJERR");
	is(seen_uc.trapno, 9, "T_PROTFLT");
	fd = sys(SYS_open, "signals.file", 0x202, 0600);
	page = (char *)sys(SYS_mmap, 0, 4096, 3, 1, fd, 0);
	handle(SIGBUS, step_over, SA_SIGINFO);
	asm volatile("mov (%0), %%ebx" : : "a"(page) : "rbx");
	is(seen, SIGBUS, "behind the end of a file");
	is(seen_info.code, 3, "is BUS_OBJERR, too");
	is(seen_info.addr, (long)page, "at that address");
	sys(SYS_close, fd);
	sys(SYS_unlink, "signals.file");
}

static void end_trace(int sig, struct siginfo *info, struct ucontext *uc,
		      void *addr)
{
	keep(sig, info, uc, addr);
	uc->rflags &= ~0x100ul;
}

static void test_trace(void)
{
	handle(SIGTRAP, end_trace, SA_SIGINFO);
	seen = 0;
	asm volatile("pushf\n orq $0x100, (%%rsp)\n popf\n nop\n nop"
		     :
		     :
		     : "cc");
	is(seen, SIGTRAP, "single step");
	is(seen_info.code, 2, "TRAP_TRACE");
	is(seen_info.trapno, 10, "T_TRCTRAP");
}

/* Zero divided by zero, with the exception on. */
static void test_x87(void)
{
	unsigned short control = 0x37a;

	handle(SIGFPE, keep, SA_SIGINFO | SA_RESETHAND);
	seen = 0;
	if (sys(SYS_fork) == 0) {
		handle(SIGFPE, step_over, SA_SIGINFO);
		asm volatile(
			"fninit\n fldcw %0\n fldz\n fldz\n fdivp\n fwait\n nop"
			:
			: "m"(control)
			: "rbx");
		sys(SYS_exit, seen_info.code | (seen_info.trapno << 4));
	}
	sys(SYS_wait4, -1, &seen, 0, 0);
	is(seen >> 8, 7 | 6 << 4, "FPE_FLTINV, T_ARITHTRAP");
}

/* Bytes 16 to 31 of ymm3 of the interrupted code: behind a header, 16 for each. */
static void upper_half(int sig, struct siginfo *info, struct ucontext *uc,
		       void *addr)
{
	unsigned long *upper = (unsigned long *)(uc->xfpustate + 64) + 3 * 2;

	keep(sig, info, uc, addr);
	seen = upper[0] == 0x1111111111111111;
	upper[1] = 99;
	asm volatile("vpcmpeqd %%ymm3, %%ymm3, %%ymm3\n"
		     "vpcmpeqd %%ymm5, %%ymm5, %%ymm5\n vzeroupper"
		     :
		     :
		     : "memory");
}

static bool has_avx(void)
{
	unsigned int a = 1, b, c, d;

	asm("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d));
	return c & 1 << 28;
}

static void test_avx(void)
{
	static unsigned long in[4] = { 1, 2, 0x1111111111111111, 4 }, out[4],
			     other[4];

	if (!has_avx()) {
		yes(true, "AVX # SKIP there is none");
		return;
	}
	handle(SIGUSR1, upper_half, SA_SIGINFO);
	/* clang-format off */
	asm volatile("vmovdqu %3, %%ymm3\n vmovdqu %3, %%ymm5\n"
		"mov %2, %%rdi\n mov $30, %%esi\n mov $433, %%eax\n syscall\n"
		"vmovdqu %%ymm3, %0\n vmovdqu %%ymm5, %1\n vzeroupper"
		: "=m"(out), "=m"(other)
		: "r"(thread_id()), "m"(in)
		: "rax", "rcx", "rdx", "rdi", "rsi", "r11", "memory");
	/* clang-format on */
	yes(seen_uc.flags & 4, "_MC_HASFPXSTATE");
	is(seen, 1, "upper halves of AVX registers are in the frame");
	is(other[3], 4, "and survive a handler");
	yes(out[0] == 1 && out[2] == 0x1111111111111111 && out[3] == 99,
	    "which can change them");
}

static unsigned long outer_rsp;
static long inside;

static void inner(int sig, struct siginfo *info, struct ucontext *uc,
		  void *addr)
{
	keep(sig, info, uc, addr);
}

static void outer(int sig, struct siginfo *info, struct ucontext *uc,
		  void *addr)
{
	struct stack old, stack = { .flags = SS_DISABLE };

	outer_rsp = (unsigned long)__builtin_frame_address(0);
	inside = sys(SYS_sigaltstack, &stack, &old);
	is(sys(SYS_sigaltstack, 0, &old), 0,
	   "ask for the stack that is in use");
	is(old.flags, SS_ONSTACK, "SS_ONSTACK");
	raise(SIGUSR2);
}

static void test_nested(void)
{
	struct stack stack = { (unsigned long)alternate, sizeof(alternate), 0 };

	sys(SYS_sigaltstack, &stack, 0);
	handle(SIGUSR1, outer, SA_SIGINFO | SA_ONSTACK);
	handle(SIGUSR2, inner, SA_SIGINFO | SA_ONSTACK);
	raise(SIGUSR1);
	is(inside, -EPERM, "a stack in use cannot be changed");
	yes(seen_rsp < outer_rsp && seen_rsp > stack.sp,
	    "a handler in a handler stays on it");
	is(seen_uc.onstack, 1, "mc_onstack");
	is(seen_uc.stack.flags, SS_ONSTACK, "uc_stack says so, too");
	stack.flags = SS_DISABLE;
	sys(SYS_sigaltstack, &stack, 0);
}

/* A mask while a handler runs: the signal itself, and what it asked for. */
static struct sigset during;

static void look(int sig, struct siginfo *info, struct ucontext *uc, void *addr)
{
	sys(SYS_sigprocmask, SIG_BLOCK, 0, &during);
}

static void test_masks(void)
{
	struct sigaction act = { .handler = look,
				 .flags = SA_SIGINFO,
				 .mask = set_of(SIGRTMIN + 1) };

	sys(SYS_sigaction, SIGUSR1, &act, 0);
	raise(SIGUSR1);
	yes(has(&during, SIGUSR1) && has(&during, SIGRTMIN + 1) &&
		    !has(&during, SIGUSR2),
	    "what is blocked in a handler");
	act.flags |= SA_NODEFER;
	sys(SYS_sigaction, SIGUSR1, &act, 0);
	raise(SIGUSR1);
	yes(!has(&during, SIGUSR1), "SA_NODEFER");
	sys(SYS_sigprocmask, SIG_BLOCK, 0, &during);
	yes(!has(&during, SIGRTMIN + 1), "and after it no more");
}

/* Calls that a handler ends whatever SA_RESTART says, and one that it does not. */
static void test_restarts(void)
{
	long span[2] = { 60, 0 };
	struct result result;
	char byte;

	handle(SIGALRM, keep, SA_SIGINFO | SA_RESTART);
	start_timer();
	is(sys(SYS_nanosleep, span, 0), -EINTR, "nanosleep ends");
	start_timer();
	is(sys(SYS_select, 0, 0, 0, 0, span), -EINTR, "select ends");
	start_timer();
	is(sys(SYS_clock_nanosleep, 4, 0, span, 0), EINTR,
	   "clock_nanosleep says so");
	stop_timer();
	handle(SIGALRM, keep, SA_SIGINFO);
	start_timer();
	result = call(SYS_wait4, -1, 0, 0, 0);
	is(result.ret, ECHILD, "wait4 has nobody to wait for");
	result = call(SYS_read, read_end, &byte, 1);
	stop_timer();
	yes(result.failed && result.ret == EINTR, "read ends");
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	test_numbers();
	test_frame();
	test_registers();
	test_changed_registers();
	test_segv();
	test_fpe();
	test_trap();
	test_fpu();
	test_altstack();
	test_flags();
	test_plain();
	test_sets();
	test_wait();
	test_interrupted();
	test_queue();
	test_children();
	test_bus();
	test_trace();
	test_x87();
	test_avx();
	test_nested();
	test_masks();
	test_restarts();
	end();
}
