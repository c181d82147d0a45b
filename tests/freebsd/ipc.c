// SPDX-License-Identifier: GPL-2.0
/*
 * What processes share: System V objects, POSIX shared memory, timers and
 * counters that are descriptors.
 */
#include "freebsd.h"

/* clang-format off */
enum {
	SYS_semget = 221,
	SYS_semop = 222,
	SYS_msgget = 225,
	SYS_msgsnd = 226,
	SYS_msgrcv = 227,
	SYS_shmat = 228,
	SYS_shmdt = 230,
	SYS_shmget = 231,
	SYS_ktimer_create = 235,
	SYS_ktimer_delete = 236,
	SYS_ktimer_settime = 237,
	SYS_ktimer_gettime = 238,
	SYS_ktimer_getoverrun = 239,
	SYS_shm_open = 482,
	SYS_shm_unlink = 483,
	SYS_semctl = 510,
	SYS_msgctl = 511,
	SYS_shmctl = 512,
	SYS_shm_open2 = 571,
	SYS_shm_rename = 572,
	SYS_specialfd = 577,
	SYS_timerfd_create = 585,
	SYS_timerfd_gettime = 586,
	SYS_timerfd_settime = 587,
};

#define IPC_CREAT	01000
#define IPC_EXCL	02000
#define IPC_NOWAIT	04000
#define IPC_RMID	0
#define IPC_SET		1
#define IPC_STAT	2
#define GETNCNT		3
#define GETPID		4
#define GETVAL		5
#define GETALL		6
#define GETZCNT		7
#define SETVAL		8
#define SETALL		9
#define O_RDWR		0x2
#define O_NONBLOCK	0x4
#define O_CREAT		0x200
#define O_EXCL		0x800
#define O_CLOEXEC	0x100000
/* clang-format on */

struct ipc_perm {
	uint32_t cuid, cgid, uid, gid;
	uint16_t mode, seq;
	long key;
};

struct shmid {
	struct ipc_perm perm;
	uint64_t segsz;
	int lpid, cpid, nattch;
	int64_t atime, dtime, ctime;
};

_Static_assert(sizeof(struct shmid) == 80, "shmid_ds");

struct semid {
	struct ipc_perm perm;
	void *base;
	uint16_t nsems;
	int64_t otime, ctime;
};

_Static_assert(sizeof(struct semid) == 64, "semid_ds");

struct msqid {
	struct ipc_perm perm;
	void *first, *last;
	uint64_t cbytes, qnum, qbytes;
	int lspid, lrpid;
	int64_t stime, rtime, ctime;
};

_Static_assert(sizeof(struct msqid) == 104, "msqid_ds");

static bool perm_good(const struct ipc_perm *perm, long key, int mode)
{
	return !perm->uid && !perm->gid && !perm->cuid && !perm->cgid &&
	       perm->mode == mode && perm->key == key;
}

static void test_memory(void)
{
	long pid = sys(SYS_getpid), id, at;
	struct shmid ds;

	id = sys(SYS_shmget, 4711, 5000, IPC_CREAT | IPC_EXCL | 0640);
	yes(id >= 0, "shmget");
	is(sys(SYS_shmget, 4711, 5000, IPC_CREAT | IPC_EXCL | 0640), -EEXIST,
	   "IPC_EXCL");
	at = sys(SYS_shmat, id, 0, 0);
	yes(at > 0, "shmat");
	*(volatile int *)at = 42;
	memset(&ds, 0xff, sizeof(ds));
	is(sys(SYS_shmctl, id, IPC_STAT, &ds), 0, "IPC_STAT");
	yes(perm_good(&ds.perm, 4711, 0640), "shm_perm");
	is(ds.segsz, 5000, "shm_segsz");
	yes(ds.cpid == pid && ds.lpid == pid, "shm_cpid, shm_lpid");
	is(ds.nattch, 1, "shm_nattch");
	yes(ds.atime > 1600000000 && ds.ctime > 1600000000 && !ds.dtime,
	    "shm_atime, shm_ctime, shm_dtime");
	ds.perm.mode = 0600;
	ds.perm.uid = 5;
	is(sys(SYS_shmctl, id, IPC_SET, &ds), 0, "IPC_SET");
	sys(SYS_shmctl, id, IPC_STAT, &ds);
	yes(ds.perm.mode == 0600 && ds.perm.uid == 5, "what was set");
	is(sys(SYS_shmdt, at), 0, "shmdt");
	is(sys(SYS_shmctl, id, 14, &ds), -EINVAL, "no such command");
	is(sys(SYS_shmctl, id, IPC_RMID, 0), 0, "IPC_RMID");
	is(sys(SYS_shmctl, id, IPC_STAT, &ds), -EINVAL, "it is gone");
}

static void test_semaphores(void)
{
	struct {
		uint16_t num;
		int16_t op, flag;
	} take = { 1, -3, IPC_NOWAIT };
	uint16_t values[3] = { 7, 8, 9 };
	struct semid ds;
	union {
		int val;
		void *buf;
	} arg;
	long id = sys(SYS_semget, 0, 3, IPC_CREAT | 0600);

	yes(id >= 0, "semget");
	arg.buf = values;
	is(sys(SYS_semctl, id, 0, SETALL, &arg), 0, "SETALL");
	is(sys(SYS_semop, id, &take, 1), 0, "semop");
	is(sys(SYS_semctl, id, 1, GETVAL, &arg), 5, "GETVAL");
	is(sys(SYS_semctl, id, 1, GETPID, &arg), sys(SYS_getpid), "GETPID");
	is(sys(SYS_semctl, id, 1, GETNCNT, &arg), 0, "GETNCNT");
	is(sys(SYS_semctl, id, 1, GETZCNT, &arg), 0, "GETZCNT");
	arg.val = 2;
	is(sys(SYS_semctl, id, 1, SETVAL, &arg), 0, "SETVAL");
	is(sys(SYS_semop, id, &take, 1), -EAGAIN, "it would have to wait");
	memset(values, 0, sizeof(values));
	arg.buf = values;
	is(sys(SYS_semctl, id, 0, GETALL, &arg), 0, "GETALL");
	yes(values[0] == 7 && values[1] == 2 && values[2] == 9, "all of them");
	memset(&ds, 0xff, sizeof(ds));
	arg.buf = &ds;
	is(sys(SYS_semctl, id, 0, IPC_STAT, &arg), 0, "IPC_STAT of semaphores");
	yes(perm_good(&ds.perm, 0, 0600), "sem_perm");
	yes(ds.nsems == 3 && ds.otime > 1600000000 && ds.ctime > 1600000000,
	    "sem_nsems, sem_otime, sem_ctime");
	is(sys(SYS_semctl, id, 0, 10, &arg), -EINVAL, "no such command");
	is(sys(SYS_semctl, id, 0, IPC_RMID, 0), 0, "IPC_RMID of semaphores");
}

static void test_messages(void)
{
	struct {
		long type;
		char text[8];
	} message = { 3, "hello" };
	struct msqid ds;
	long id = sys(SYS_msgget, 0, IPC_CREAT | 0600);

	yes(id >= 0, "msgget");
	is(sys(SYS_msgsnd, id, &message, 6, 0), 0, "msgsnd");
	memset(&ds, 0xff, sizeof(ds));
	is(sys(SYS_msgctl, id, IPC_STAT, &ds), 0, "IPC_STAT of messages");
	yes(perm_good(&ds.perm, 0, 0600), "msg_perm");
	yes(ds.cbytes == 6 && ds.qnum == 1 && ds.qbytes >= 2048,
	    "msg_cbytes, msg_qnum, msg_qbytes");
	yes(ds.lspid == sys(SYS_getpid) && !ds.lrpid, "msg_lspid, msg_lrpid");
	yes(ds.stime > 1600000000 && !ds.rtime && ds.ctime > 1600000000,
	    "msg_stime, msg_rtime, msg_ctime");
	ds.qbytes = 1000;
	is(sys(SYS_msgctl, id, IPC_SET, &ds), 0, "IPC_SET of messages");
	sys(SYS_msgctl, id, IPC_STAT, &ds);
	is(ds.qbytes, 1000, "the size that was set");
	is(sys(SYS_msgrcv, id, &message, 8, 4, IPC_NOWAIT), -83, "ENOMSG");
	memset(message.text, 0, sizeof(message.text));
	is(sys(SYS_msgrcv, id, &message, 8, 3, 0), 6, "msgrcv");
	yes(same_text(message.text, "hello"), "the message");
	is(sys(SYS_msgctl, id, IPC_RMID, 0), 0, "IPC_RMID of messages");
}

/* SHM_ANON */
#define ANON 1

static void test_objects(void)
{
	long one, two;
	char byte = 0;

	one = sys(SYS_shm_open2, "/object", O_RDWR | O_CREAT | O_EXCL, 0600, 0,
		  0);
	yes(one > 2, "shm_open2");
	is(sys(SYS_fcntl, one, 1, 0), 1, "it is close-on-exec");
	is(sys(SYS_ftruncate, one, 4096), 0, "ftruncate");
	two = sys(SYS_shm_open, "/object", O_RDWR, 0);
	sys(SYS_write, one, "x", 1);
	is(sys(SYS_read, two, &byte, 1), 1, "shm_open of the same");
	is(byte, 'x', "has the same contents");
	sys(SYS_close, two);
	is(sys(SYS_shm_open2, "/object", O_RDWR | O_CREAT | O_EXCL, 0600, 0, 0),
	   -EEXIST, "it is there");
	is(sys(SYS_shm_open2, "object", O_RDWR, 0, 0, 0), -EINVAL,
	   "a name without a slash");
	is(sys(SYS_shm_open2, "/none", O_RDWR, 0, 0, 0), -ENOENT, "no such");
	is(sys(SYS_shm_open2, "/object", 1, 0, 0, 0), -EINVAL, "O_WRONLY");
	is(sys(SYS_shm_open2, "/object", O_RDWR, 0, 0x10, 0), -EINVAL,
	   "no such flag");
	is(sys(SYS_shm_rename, "/object", "/other", 0), 0, "shm_rename");
	is(sys(SYS_shm_unlink, "/object"), -ENOENT, "the old name is gone");
	is(sys(SYS_shm_unlink, "/other"), 0, "shm_unlink");
	sys(SYS_close, one);
	one = sys(SYS_shm_open2, ANON, O_RDWR, 0, 1, 0);
	yes(one > 2, "SHM_ANON");
	is(sys(SYS_ftruncate, one, 100), 0, "has a size");
	/* F_ADD_SEALS F_SEAL_GROW, F_GET_SEALS */
	is(sys(SYS_fcntl, one, 19, 4), 0, "F_ADD_SEALS");
	is(sys(SYS_fcntl, one, 20, 0), 4, "F_GET_SEALS");
	is(sys(SYS_ftruncate, one, 200), -EPERM, "it cannot grow");
	sys(SYS_close, one);
	is(sys(SYS_shm_open2, ANON, 0, 0, 0, 0), -EINVAL,
	   "SHM_ANON that is to be read only");
}

struct sigevent {
	int notify, sig;
	void *value;
	int tid, pad[15];
};

_Static_assert(sizeof(struct sigevent) == 80, "sigevent");

static void test_timers(void)
{
	long soon[4] = { 0, 0, 0, 1000000 }, left[4] = { -1, -1, -1, -1 };
	struct sigevent event = { .notify = 0 };
	unsigned int set[4] = { 1u << 29 };
	struct {
		int sig, error, code;
		char rest[68];
	} info = {};
	int id = -1;

	sys(SYS_sigprocmask, 1, set, 0);
	is(sys(SYS_ktimer_create, 4, &event, &id), 0, "SIGEV_NONE");
	is(sys(SYS_ktimer_settime, id, 0, soon, 0), 0, "ktimer_settime");
	is(sys(SYS_ktimer_gettime, id, left), 0, "ktimer_gettime");
	yes(!left[0] && !left[1] && !left[2] && left[3] <= 1000000,
	    "struct itimerspec");
	is(sys(SYS_ktimer_delete, id), 0, "ktimer_delete");
	is(sys(SYS_ktimer_delete, id), -EINVAL, "it is gone");
	event = (struct sigevent){ .notify = 1, .sig = 30 };
	is(sys(SYS_ktimer_create, 0, &event, &id), 0, "SIGEV_SIGNAL");
	sys(SYS_ktimer_settime, id, 0, soon, 0);
	is(sys(SYS_sigtimedwait, set, &info, 0), 30, "SIGUSR1 comes");
	is(info.code, 0x10003, "SI_TIMER");
	is(sys(SYS_ktimer_getoverrun, id), 0, "ktimer_getoverrun");
	sys(SYS_ktimer_delete, id);
	event.notify = 3;
	is(sys(SYS_ktimer_create, 0, &event, &id), -EINVAL, "SIGEV_KEVENT");
	event = (struct sigevent){ .notify = 1, .sig = 200 };
	is(sys(SYS_ktimer_create, 0, &event, &id), -EINVAL, "no such signal");
	is(sys(SYS_ktimer_create, 99, 0, &id), -EINVAL, "no such clock");
}

static void test_descriptors(void)
{
	uint32_t request[2] = { 5, 1 | O_NONBLOCK | O_CLOEXEC };
	long soon[4] = { 0, 0, 0, 1000000 }, left[4];
	uint64_t count = 0;
	long fd = sys(SYS_specialfd, 1, request, sizeof(request));

	yes(fd > 2, "eventfd");
	is(sys(SYS_read, fd, &count, 8), 8, "it counts");
	is(count, 1, "EFD_SEMAPHORE");
	is(sys(SYS_fcntl, fd, 1, 0), 1, "EFD_CLOEXEC");
	is(sys(SYS_fcntl, fd, 3, 0), O_RDWR | O_NONBLOCK, "EFD_NONBLOCK");
	sys(SYS_close, fd);
	is(sys(SYS_specialfd, 9, request, 8), -EINVAL, "no such type");
	request[1] = 0x80;
	is(sys(SYS_specialfd, 1, request, 8), -EINVAL, "no such flag");
	fd = sys(SYS_timerfd_create, 4, O_CLOEXEC);
	yes(fd > 2, "timerfd_create");
	is(sys(SYS_timerfd_settime, fd, 0, soon, 0), 0, "timerfd_settime");
	is(sys(SYS_timerfd_gettime, fd, left), 0, "timerfd_gettime");
	is(sys(SYS_read, fd, &count, 8), 8, "it ends");
	is(count, 1, "once");
	sys(SYS_close, fd);
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	test_memory();
	test_semaphores();
	test_messages();
	test_objects();
	test_timers();
	test_descriptors();
	end();
}
