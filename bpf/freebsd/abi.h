/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: its numbers, by the header where it has them.
 */
#ifndef FREEBSD_ABI_H
#define FREEBSD_ABI_H

/* clang-format off */

/* sys/sys/time.h, sys/sys/_clock_id.h */
#define FBSD_NR_CLOCKS			16
#define FBSD_CLOCK_SECOND		13
#define FBSD_CLOCK_THREAD_CPUTIME_ID	14
/* A span of time that no machine lives to see, and that can be added to. */
#define FBSD_TIME_FOREVER		4000000000L
/* What clock_getcpuclockid2() makes: of a process, or of a thread. */
#define FBSD_CPUCLOCK			0x80000000
#define FBSD_CPUCLOCK_THREAD		0x40000000
#define FBSD_CPUCLOCK_ID		0x3fffffff
/* sys/sys/{signal,specialfd,eventfd}.h */
#define FBSD_SIGEV_NONE			0
#define FBSD_SIGEV_SIGNAL		1
#define FBSD_SIGEV_THREAD_ID		4
#define FBSD_SPECIALFD_EVENTFD		1
#define FBSD_EFD_SEMAPHORE		1

/* sys/sys/{ipc,shm,sem}.h */
#define FBSD_IPC_RMID			0
#define FBSD_IPC_SET			1
#define FBSD_IPC_STAT			2
#define FBSD_SHM_LOCK			11
#define FBSD_SHM_UNLOCK			12
#define FBSD_SEM_GETNCNT		3
#define FBSD_SEM_GETALL			6
#define FBSD_SEM_SETVAL			8
#define FBSD_SEM_SETALL			9

/* sys/sys/kenv.h */
#define FBSD_KENV_GET			0
#define FBSD_KENV_SET			1
#define FBSD_KENV_UNSET			2
#define FBSD_KENV_DUMP			3
#define FBSD_KENV_DUMP_STATIC		5

/* sys/sys/unistd.h: rfork */
#define FBSD_RFFDG			0x4
#define FBSD_RFPROC			0x10
#define FBSD_RFMEM			0x20
#define FBSD_RFSIGSHARE			0x4000
#define FBSD_RFLINUXTHPN		0x10000

/* sys/sys/mman.h */
#define FBSD_PAGE_SIZE			4096UL
/* Users end where they do on Linux with four-level page tables. */
#define FBSD_USER_END			0x7ffffffff000UL
#define FBSD_PROT_ALL			0x7
#define FBSD_PROT_MAX_ALL		(FBSD_PROT_ALL << 16)
#define FBSD_MAP_SHARED			0x1
#define FBSD_MAP_PRIVATE		0x2
#define FBSD_MAP_FIXED			0x10
#define FBSD_MAP_OLD			0x60	/* had a meaning once, are ignored */
#define FBSD_MAP_STACK			0x400
#define FBSD_MAP_ANON			0x1000
#define FBSD_MAP_GUARD			0x2000
#define FBSD_MAP_EXCL			0x4000
#define FBSD_MAP_32BIT			0x80000
#define FBSD_MAP_ALIGN_SHIFT		24
#define FBSD_MAP_ALIGN_SUPER		1
/* HASSEMAPHORE, NOSYNC, NOCORE, PREFAULT_READ: hints. */
#define FBSD_MAP_HINTS			(0x200 | 0x800 | 0x20000 | 0x40000)
#define FBSD_MAP_GUARD_WITH		(FBSD_MAP_FIXED | FBSD_MAP_EXCL | FBSD_MAP_32BIT)
#define FBSD_MS_ASYNC			1
#define FBSD_MS_INVALIDATE		2
#define FBSD_MADV_DONTNEED		4
#define FBSD_MADV_FREE			5
#define FBSD_MADV_NOSYNC		6
#define FBSD_MADV_AUTOSYNC		7
#define FBSD_MADV_NOCORE		8
#define FBSD_MADV_CORE			9
#define FBSD_MADV_PROTECT		10
#define FBSD_INHERIT_COPY		1
#define FBSD_INHERIT_NONE		2
#define FBSD_INHERIT_ZERO		3
#define FBSD_SHM_ANON			1
#define FBSD_SHM_ALLOW_SEALING		0x1
#define FBSD_SHM_GROW_ON_WRITE		0x2
#define FBSD_SHM_LARGEPAGE		0x4

/* sys/sys/umtx.h: operations */
#define FBSD_UMTX_WAIT			2
#define FBSD_UMTX_WAKE			3
#define FBSD_UMTX_MUTEX_TRYLOCK		4
#define FBSD_UMTX_MUTEX_LOCK		5
#define FBSD_UMTX_MUTEX_UNLOCK		6
#define FBSD_UMTX_SET_CEILING		7
#define FBSD_UMTX_CV_WAIT		8
#define FBSD_UMTX_CV_SIGNAL		9
#define FBSD_UMTX_CV_BROADCAST		10
#define FBSD_UMTX_WAIT_UINT		11
#define FBSD_UMTX_RW_RDLOCK		12
#define FBSD_UMTX_RW_WRLOCK		13
#define FBSD_UMTX_RW_UNLOCK		14
#define FBSD_UMTX_WAIT_UINT_PRIVATE	15
#define FBSD_UMTX_WAKE_PRIVATE		16
#define FBSD_UMTX_MUTEX_WAIT		17
#define FBSD_UMTX_MUTEX_WAKE		18
#define FBSD_UMTX_SEM_WAIT		19
#define FBSD_UMTX_SEM_WAKE		20
#define FBSD_UMTX_NWAKE_PRIVATE		21
#define FBSD_UMTX_MUTEX_WAKE2		22
#define FBSD_UMTX_SEM2_WAIT		23
#define FBSD_UMTX_SEM2_WAKE		24
#define FBSD_UMTX_SHM			25
#define FBSD_UMTX_ROBUST_LISTS		26
/* The last one of FreeBSD 13: UMTX_OP_GET_MIN_TIMEOUT and SET come later. */
#define FBSD_UMTX_OP_MAX		26

/* sys/sys/umtx.h: flags, words */
#define FBSD_UMTX_ABSTIME		1
#define FBSD_USYNC_PROCESS_SHARED	0x1
#define FBSD_UMUTEX_PRIO_INHERIT	0x4
#define FBSD_UMUTEX_PRIO_PROTECT	0x8
#define FBSD_UMUTEX_ROBUST		0x10
#define FBSD_UMUTEX_CONTESTED		0x80000000U
#define FBSD_UMUTEX_OWNERDEAD		0x80000010U
#define FBSD_UMUTEX_NOTRECOV		0x80000011U
#define FBSD_CVWAIT_ABSTIME		0x2
#define FBSD_CVWAIT_CLOCKID		0x4
#define FBSD_URWLOCK_PREFER_READER	0x2
#define FBSD_URWLOCK_WRITE_OWNER	0x80000000U
#define FBSD_URWLOCK_WRITE_WAITERS	0x40000000U
#define FBSD_URWLOCK_READ_WAITERS	0x20000000U
#define FBSD_URWLOCK_MAX_READERS	0x1fffffffU
#define FBSD_USEM_HAS_WAITERS		0x80000000U
#define FBSD_UMTX_SHM_CREAT		0x1
#define FBSD_UMTX_SHM_LOOKUP		0x2
#define FBSD_UMTX_SHM_DESTROY		0x4
#define FBSD_UMTX_SHM_ALIVE		0x8
#define FBSD_UMTX_SHM_ALL		0xf
/* One call wakes at no more words than that, for one native call each. */
#define FBSD_UMTX_NWAKE_MAX		4000

/* sys/sys/signal.h: numbers, codes */
#define FBSD_SIG_MAX			128
#define FBSD_SIGKILL			9
#define FBSD_SIGSTOP			17
#define FBSD_SIGRTMIN			65
#define FBSD_SI_USER			0x10001
#define FBSD_SI_QUEUE			0x10002
#define FBSD_SI_TIMER			0x10003
#define FBSD_SI_ASYNCIO			0x10004
#define FBSD_SI_MESGQ			0x10005
#define FBSD_SI_KERNEL			0x10006
#define FBSD_SI_LWP			0x10007

/* sys/sys/signal.h: actions, stacks */
#define FBSD_SA_ONSTACK			0x01
#define FBSD_SA_RESTART			0x02
#define FBSD_SA_RESETHAND		0x04
#define FBSD_SA_NOCLDSTOP		0x08
#define FBSD_SA_NODEFER			0x10
#define FBSD_SA_NOCLDWAIT		0x20
#define FBSD_SA_SIGINFO			0x40
#define FBSD_SA_ALL			0x7f
#define FBSD_SS_ONSTACK			1
#define FBSD_SS_DISABLE			4
#define FBSD_MINSIGSTKSZ		2048

/* sys/x86/include/{ucontext,trap,psl}.h, sys/amd64/include/segments.h */
#define FBSD_MC_HASSEGS			0x1
#define FBSD_MC_HASBASES		0x2
#define FBSD_MC_HASFPXSTATE		0x4
#define FBSD_MC_FLAGS			0x7
#define FBSD_MC_LEN			800
#define FBSD_MC_FPFMT_NODEV		0x10000
#define FBSD_MC_FPFMT_XMM		0x10002
#define FBSD_MC_FPOWNED_NONE		0x20000
#define FBSD_MC_FPOWNED_FPU		0x20001
#define FBSD_MC_FPOWNED_PCB		0x20002
/* _ucodesel, _udatasel, _ufssel, _ugssel: sys/amd64/include/segments.h */
#define FBSD_CS				0x43
#define FBSD_DS				0x3b
#define FBSD_FS				0x13
#define FBSD_GS				0x1b
#define FBSD_SEL_UPL			3
#define FBSD_PSL_C			0x1
#define FBSD_PSL_T			0x100
#define FBSD_PSL_D			0x400
/* What users may change, sys/x86/include/psl.h, and RF. */
#define FBSD_PSL_USER			0x254dd5
#define FBSD_FXSAVE_SIZE		512
#define FBSD_UC_SIZE			880
#define FBSD_FRAME_UC			16
#define FBSD_T_PRIVINFLT		1
#define FBSD_T_BPTFLT			3
#define FBSD_T_ARITHTRAP		6
#define FBSD_T_PROTFLT			9
#define FBSD_T_TRCTRAP			10
#define FBSD_T_PAGEFLT			12
#define FBSD_T_ALIGNFLT			14
#define FBSD_T_RESERVED			30
#define FBSD_ILL_PRVOPC			5
#define FBSD_BUS_OBJERR			3
#define FBSD_TRAP_BRKPT			1
#define FBSD_FPE_INTOVF			1
#define FBSD_FPE_INTDIV			2

/* sys/sys/{rtprio,cpuset}.h, sys/x86/include/sysarch.h */
#define FBSD_RTP_PRIO_REALTIME		2
#define FBSD_RTP_PRIO_NORMAL		3
#define FBSD_RTP_PRIO_IDLE		4
#define FBSD_RTP_PRIO_FIFO		10
#define FBSD_RTP_LOOKUP			0
#define FBSD_RTP_SET			1
#define FBSD_SCHED_FIFO			1
#define FBSD_SCHED_OTHER		2
#define FBSD_SCHED_RR			3
/* PRI_MAX_TIMESHARE - PRI_MIN_TIMESHARE, sys/sys/priority.h */
#define FBSD_PRIO_OTHER_MAX		103
/* MAXCOMLEN, sys/sys/param.h */
#define FBSD_MAXCOMLEN			19
#define FBSD_RTP_PRIO_MAX		31
#define FBSD_CPU_LEVEL_WHICH		3
#define FBSD_CPU_WHICH_TID		1
#define FBSD_CPU_WHICH_PID		2
/* MAXCPU of GENERIC: 256 processors. */
#define FBSD_MAXCPU			256
#define FBSD_CPUSET_SIZE		(FBSD_MAXCPU / 8)
#define FBSD_CPUSET_MAX			128
#define FBSD_AMD64_GET_FSBASE		128
#define FBSD_AMD64_SET_FSBASE		129
#define FBSD_AMD64_GET_GSBASE		130
#define FBSD_AMD64_SET_GSBASE		131

/* sys/sys/{fcntl,stat}.h */
#define FBSD_O_ACCMODE			0x3
#define FBSD_O_NONBLOCK			0x4
#define FBSD_O_APPEND			0x8
#define FBSD_O_SHLOCK			0x10
#define FBSD_O_EXLOCK			0x20
#define FBSD_O_ASYNC			0x40
#define FBSD_O_SYNC			0x80
#define FBSD_O_NOFOLLOW			0x100
#define FBSD_O_CREAT			0x200
#define FBSD_O_TRUNC			0x400
#define FBSD_O_EXCL			0x800
#define FBSD_O_NOCTTY			0x8000
#define FBSD_O_DIRECT			0x10000
#define FBSD_O_DIRECTORY		0x20000
#define FBSD_O_EXEC			0x40000
#define FBSD_O_CLOEXEC			0x100000
#define FBSD_O_PATH			0x400000
#define FBSD_O_RESOLVE_BENEATH		0x800000
#define FBSD_FD_NONE			(-200)
#define FBSD_SPACECTL_DEALLOC		1
#define FBSD_ENOTCAPABLE		93
#define FBSD_O_DSYNC			0x1000000
#define FBSD_AT_FDCWD			(-100L)
#define FBSD_AT_EACCESS			0x100
#define FBSD_AT_SYMLINK_NOFOLLOW	0x200
#define FBSD_AT_SYMLINK_FOLLOW		0x400
#define FBSD_AT_REMOVEDIR		0x800
#define FBSD_AT_EMPTY_PATH		0x4000
#define FBSD_S_IFMT			0170000
#define FBSD_S_IFIFO			0010000
#define FBSD_S_IFCHR			0020000
#define FBSD_S_IFDIR			0040000
#define FBSD_S_IFBLK			0060000
#define FBSD_S_IFREG			0100000
#define FBSD_S_IFLNK			0120000
#define FBSD_S_IFSOCK			0140000

/* sys/sys/event.h: filters */
#define FBSD_EVFILT_READ		(-1)
#define FBSD_EVFILT_WRITE		(-2)
#define FBSD_EVFILT_AIO			(-3)
#define FBSD_EVFILT_VNODE		(-4)
#define FBSD_EVFILT_PROC		(-5)
#define FBSD_EVFILT_SIGNAL		(-6)
#define FBSD_EVFILT_TIMER		(-7)
#define FBSD_EVFILT_PROCDESC		(-8)
#define FBSD_EVFILT_FS			(-9)
#define FBSD_EVFILT_LIO			(-10)
#define FBSD_EVFILT_USER		(-11)
#define FBSD_EVFILT_SENDFILE		(-12)
#define FBSD_EVFILT_EMPTY		(-13)

/* sys/sys/event.h: flags */
#define FBSD_EV_ADD			0x0001
#define FBSD_EV_DELETE			0x0002
#define FBSD_EV_ENABLE			0x0004
#define FBSD_EV_DISABLE			0x0008
#define FBSD_EV_ONESHOT			0x0010
#define FBSD_EV_CLEAR			0x0020
#define FBSD_EV_RECEIPT			0x0040
#define FBSD_EV_DISPATCH		0x0080
#define FBSD_EV_FORCEONESHOT		0x0100
#define FBSD_EV_KEEPUDATA		0x0200
#define FBSD_EV_SYSFLAGS		0xf000
#define FBSD_EV_ERROR			0x4000
#define FBSD_EV_EOF			0x8000

/* sys/sys/event.h: fflags */
#define FBSD_NOTE_LOWAT			0x0001
#define FBSD_NOTE_FILE_POLL		0x0002
#define FBSD_NOTE_FFAND			0x40000000
#define FBSD_NOTE_FFOR			0x80000000
#define FBSD_NOTE_FFCOPY		0xc0000000
#define FBSD_NOTE_FFCTRLMASK		0xc0000000
#define FBSD_NOTE_FFLAGSMASK		0x00ffffff
#define FBSD_NOTE_TRIGGER		0x01000000
#define FBSD_NOTE_DELETE		0x0001
#define FBSD_NOTE_WRITE			0x0002
#define FBSD_NOTE_EXTEND		0x0004
#define FBSD_NOTE_ATTRIB		0x0008
#define FBSD_NOTE_LINK			0x0010
#define FBSD_NOTE_RENAME		0x0020
#define FBSD_NOTE_OPEN			0x0080
#define FBSD_NOTE_CLOSE			0x0100
#define FBSD_NOTE_CLOSE_WRITE		0x0200
#define FBSD_NOTE_READ			0x0400
#define FBSD_NOTE_EXIT			0x80000000
#define FBSD_NOTE_FORK			0x40000000
#define FBSD_NOTE_EXEC			0x20000000
#define FBSD_NOTE_TRACK			0x00000001
#define FBSD_NOTE_TRACKERR		0x00000002
#define FBSD_NOTE_CHILD			0x00000004
#define FBSD_NOTE_SECONDS		0x0001
#define FBSD_NOTE_MSECONDS		0x0002
#define FBSD_NOTE_USECONDS		0x0004
#define FBSD_NOTE_NSECONDS		0x0008
#define FBSD_NOTE_TIMER_UNITS		0x000f
#define FBSD_NOTE_ABSTIME		0x0010

/* sys/sys/event.h: kqueuex(), sizes */
#define FBSD_KQUEUE_CLOEXEC		1
#define FBSD_KEVENT_SIZE		64
#define FBSD_KEVENT11_SIZE		32

/* sys/sys/{fcntl,unistd}.h */
#define FBSD_F_DUPFD			0
#define FBSD_F_GETFD			1
#define FBSD_F_SETFD			2
#define FBSD_F_GETFL			3
#define FBSD_F_SETFL			4
#define FBSD_F_GETOWN			5
#define FBSD_F_SETOWN			6
#define FBSD_F_OGETLK			7
#define FBSD_F_OSETLK			8
#define FBSD_F_OSETLKW			9
#define FBSD_F_DUP2FD			10
#define FBSD_F_GETLK			11
#define FBSD_F_SETLK			12
#define FBSD_F_SETLKW			13
#define FBSD_F_DUPFD_CLOEXEC		17
#define FBSD_F_DUP2FD_CLOEXEC		18
#define FBSD_F_READAHEAD		15
#define FBSD_F_RDAHEAD			16
#define FBSD_F_ADD_SEALS		19
#define FBSD_F_GET_SEALS		20
#define FBSD_F_ISUNIONSTACK		21
#define FBSD_F_RDLCK			1
#define FBSD_F_UNLCK			2
#define FBSD_F_WRLCK			3
#define FBSD_CLOSE_RANGE_CLOEXEC	4

/* sys/sys/{ioccom,filio,ttycom}.h: requests name the size of their argument. */
#define FBSD_IO(group, nr)		(0x20000000 | (group) << 8 | (nr))
#define FBSD_IOR(group, nr, size)	(0x40000000 | (size) << 16 | (group) << 8 | (nr))
#define FBSD_IOW(group, nr, size)	(0x80000000 | (size) << 16 | (group) << 8 | (nr))
#define FBSD_TERMIOS_SIZE		44
#define FBSD_TIOCGETA			FBSD_IOR('t', 19, FBSD_TERMIOS_SIZE)
#define FBSD_TIOCSETA			FBSD_IOW('t', 20, FBSD_TERMIOS_SIZE)
#define FBSD_TIOCSETAW			FBSD_IOW('t', 21, FBSD_TERMIOS_SIZE)
#define FBSD_TIOCSETAF			FBSD_IOW('t', 22, FBSD_TERMIOS_SIZE)
#define FBSD_FIODGNAME			FBSD_IOW('f', 120, 16)

/* sys/sys/_termios.h */
#define FBSD_VDISABLE			0xff
#define FBSD_NCCS			20

/* sys/sys/{stat,mount,unistd}.h */
#define FBSD_UF_NODUMP			0x1
#define FBSD_SF_IMMUTABLE		0x20000
#define FBSD_SF_APPEND			0x40000
#define FBSD_STATFS_VERSION		0x20140518
#define FBSD_STATFS_VERSION11		0x20030518
#define FBSD_MNT_RDONLY			0x1
#define FBSD_MNT_SYNCHRONOUS		0x2
#define FBSD_MNT_NOEXEC			0x4
#define FBSD_MNT_NOSUID			0x8
#define FBSD_MNT_NOATIME		0x10000000
#define FBSD_MNT_NOSYMFOLLOW		0x400000
#define FBSD_MNT_WAIT			1
#define FBSD_MNT_NOWAIT			2
#define FBSD_MNT_FORCE			0x80000
#define FBSD_MNT_BYFSID			0x8000000
#define FBSD_MNAMELEN			1024
#define FBSD_MNAMELEN11			88
#define FBSD_PC_LINK_MAX		1
#define FBSD_PC_MAX_CANON		2
#define FBSD_PC_MAX_INPUT		3
#define FBSD_PC_NAME_MAX		4
#define FBSD_PC_PATH_MAX		5
#define FBSD_PC_PIPE_BUF		6
#define FBSD_PC_CHOWN_RESTRICTED	7
#define FBSD_PC_NO_TRUNC		8
#define FBSD_PC_VDISABLE		9
#define FBSD_PC_FILESIZEBITS		12
#define FBSD_PC_2_SYMLINKS		13
#define FBSD_PC_SYMLINK_MAX		18
#define FBSD_PC_PRIO_IO			54
#define FBSD_PC_SYNC_IO			55
#define FBSD_PC_ACL_EXTENDED		59
#define FBSD_PC_ACL_PATH_MAX		60
#define FBSD_PC_CAP_PRESENT		61
#define FBSD_PC_INF_PRESENT		62
#define FBSD_PC_MAC_PRESENT		63
#define FBSD_PC_ACL_NFS4		64

/* sys/sys/dirent.h */
#define FBSD_NAME_SIZE			256
#define FBSD_DIRENT_HEAD		24
#define FBSD_DIRENT11_HEAD		8

/* sys/sys/{wait,resource}.h */
#define FBSD_WNOHANG			1
#define FBSD_WUNTRACED			2
#define FBSD_WCONTINUED			4
#define FBSD_WNOWAIT			8
#define FBSD_WEXITED			16
#define FBSD_WTRAPPED			32
#define FBSD_STATUS_CONTINUED		0x13
#define FBSD_STATUS_STOPPED		0x7f
#define FBSD_STATUS_CORE		0x80
#define FBSD_P_PID			0
#define FBSD_P_PGID			2
#define FBSD_P_ALL			7
#define FBSD_CLD_EXITED			1
#define FBSD_CLD_KILLED			2
#define FBSD_CLD_DUMPED			3
#define FBSD_CLD_CONTINUED		6
#define FBSD_RLIM_NLIMITS		15
#define FBSD_RLIM_INFINITY		0x7fffffffffffffffUL

/* sys/sys/ptrace.h */
#define FBSD_PT_TRACE_ME		0
#define FBSD_PT_CONTINUE		7
#define FBSD_PT_KILL			8
#define FBSD_PT_STEP			9
#define FBSD_PT_ATTACH			10
#define FBSD_PT_DETACH			11
/* An address that means where the process stopped. */
#define FBSD_PT_HERE			1

/* sys/sys/procctl.h */
#define FBSD_PROC_REAP_ACQUIRE		2
#define FBSD_PROC_REAP_RELEASE		3
#define FBSD_PROC_TRACE_CTL		7
#define FBSD_PROC_TRACE_STATUS		8
#define FBSD_PROC_PDEATHSIG_CTL		11
#define FBSD_PROC_PDEATHSIG_STATUS	12
#define FBSD_PROC_NO_NEW_PRIVS_CTL	19
#define FBSD_PROC_NO_NEW_PRIVS_STATUS	20
/* What each of them calls on and off. */
#define FBSD_PROC_ENABLE		1
#define FBSD_PROC_DISABLE		2

/* sys/sys/stat.h: times */
#define FBSD_UTIME_NOW			(-1)
#define FBSD_UTIME_OMIT			(-2)

/* sys/sys/{sysctl,param}.h */
#define FBSD_OSRELDATE			1302001
#define FBSD_CTL_MAXNAME		24
/* The node that is about sysctl itself. */
#define FBSD_CTL_SYSCTL			0
#define FBSD_CTL_SYSCTL_NAME		1
#define FBSD_CTL_SYSCTL_NEXT		2
#define FBSD_CTL_SYSCTL_NAME2OID	3
#define FBSD_CTL_SYSCTL_OIDFMT		4
#define FBSD_CTLTYPE_NODE		1
#define FBSD_CTLTYPE_INT		2
#define FBSD_CTLTYPE_STRING		3
#define FBSD_CTLTYPE_OPAQUE		5
#define FBSD_CTLTYPE_ULONG		8
#define FBSD_CTLFLAG_RD			0x80000000
#define FBSD_STATHZ			128
#define FBSD_PID_MAX			99999

/* sys/sys/elf_common.h, sys/x86/include/elf.h */
#define FBSD_AT_NULL			0
#define FBSD_AT_PHDR			3
#define FBSD_AT_PHENT			4
#define FBSD_AT_PHNUM			5
#define FBSD_AT_PAGESZ			6
#define FBSD_AT_BASE			7
#define FBSD_AT_FLAGS			8
#define FBSD_AT_ENTRY			9
#define FBSD_AT_EXECPATH		15
#define FBSD_AT_CANARY			16
#define FBSD_AT_CANARYLEN		17
#define FBSD_AT_OSRELDATE		18
#define FBSD_AT_NCPUS			19
#define FBSD_AT_STACKPROT		23
#define FBSD_AT_EHDRFLAGS		24
#define FBSD_STACK_RW			3

/* clang-format on */

#endif /* FREEBSD_ABI_H */
