/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FreeBSD: System V shared memory, semaphores and messages. From sys/sys/ipc.h,
 * sys/sys/shm.h, sys/sys/sem.h, sys/sys/msg.h. Flags and struct sembuf are Linux's,
 * so only the calls that control them are here.
 */
#ifndef FREEBSD_IPC_BPF_H
#define FREEBSD_IPC_BPF_H

struct fbsd_ipc_perm {
	u32 cuid, cgid, uid, gid;
	u16 mode, seq;
	u32 pad;
	s64 key;
};

struct fbsd_shmid {
	struct fbsd_ipc_perm perm;
	u64 segsz;
	s32 lpid, cpid, nattch, pad;
	s64 atime, dtime, ctime;
};

struct fbsd_semid {
	struct fbsd_ipc_perm perm;
	u64 base;
	u16 nsems, pad[3];
	s64 otime, ctime;
};

struct fbsd_msqid {
	struct fbsd_ipc_perm perm;
	u64 first, last;
	u64 cbytes, qnum, qbytes;
	s32 lspid, lrpid;
	s64 stime, rtime, ctime;
};

_Static_assert(sizeof(struct fbsd_shmid) == 80, "shmid_ds");
_Static_assert(sizeof(struct fbsd_semid) == 64, "semid_ds");
_Static_assert(sizeof(struct fbsd_msqid) == 104, "msqid_ds");

/* call->data of the calls that control. */
enum {
	FBSD_IPC_BUF, /* where the answer goes */
	FBSD_IPC_CMD,
};

static __always_inline void fbsd_ipc_perm_out(struct fbsd_ipc_perm *to,
					      const struct ipc64_perm *from)
{
	to->cuid = from->cuid;
	to->cgid = from->cgid;
	to->uid = from->uid;
	to->gid = from->gid;
	to->mode = from->mode & 0777;
	to->seq = from->seq;
	to->key = from->key;
}

/* What IPC_SET changes; the size is of queues of messages. */
__noinline int fbsd_ipc_set(u64 from, u64 to, u32 nr)
{
	struct fbsd_ipc_perm perm;
	struct msqid64_ds native = {};

	if (fbsd_get(&perm, sizeof(perm), from))
		return -EFAULT;
	native.msg_perm.uid = perm.uid;
	native.msg_perm.gid = perm.gid;
	native.msg_perm.mode = perm.mode & 0777;
	if (nr == FBSD_MSGCTL &&
	    fbsd_get(&native.msg_qbytes, sizeof(native.msg_qbytes),
		     from + offsetof(struct fbsd_msqid, qbytes)))
		return -EFAULT;
	return fbsd_put(to, &native, sizeof(native));
}

/* Run the native call on scratch memory: @index is the argument. */
static __always_inline int fbsd_ipc_structure(struct abimux_call *call,
					      u32 index, u64 buf, u32 cmd)
{
	u64 scratch = abimux_scratch(call);
	int err = 0;

	if (!scratch)
		return abimux_done(call, -ENOMEM);
	if (cmd == FBSD_IPC_SET)
		err = fbsd_ipc_set(buf, scratch, call->nr);
	if (err)
		return abimux_done(call, err);
	call->data[FBSD_IPC_BUF] = buf;
	call->data[FBSD_IPC_CMD] = cmd;
	call->args[index] = scratch;
	return FBSD_RUN_LEAVE;
}

/* (id, command, buf): of shared memory and messages. */
__noinline int fbsd_ipcctl(struct abimux_call *call __arg_trusted)
{
	u32 cmd = call->args[1];

	switch (cmd) {
	case FBSD_IPC_RMID:
		return FBSD_RUN;
	case FBSD_IPC_SET:
	case FBSD_IPC_STAT:
		return fbsd_ipc_structure(call, 2, call->args[2], cmd);
	case FBSD_SHM_LOCK:
	case FBSD_SHM_UNLOCK:
		if (call->nr == FBSD_SHMCTL)
			return FBSD_RUN;
		return abimux_done(call, -EINVAL);
	default:
		return abimux_done(call, -EINVAL);
	}
}

/* GETNCNT to SETALL, from 3 on */
static const u8 fbsd_semctl_commands[] = { 14, 11, 12, 13, 15, 16, 17 };

/* (id, number, command, arg): the argument is a pointer to the union. */
__noinline int fbsd_semctl(struct abimux_call *call __arg_trusted)
{
	u32 cmd = call->args[2], index = cmd - FBSD_SEM_GETNCNT;
	bool takes = cmd == FBSD_IPC_SET || cmd == FBSD_IPC_STAT ||
		     cmd == FBSD_SEM_GETALL || cmd == FBSD_SEM_SETVAL ||
		     cmd == FBSD_SEM_SETALL;
	u64 arg = 0;

	if (takes && fbsd_get(&arg, sizeof(arg), call->args[3]))
		return abimux_done(call, -EFAULT);
	if (cmd == FBSD_IPC_SET || cmd == FBSD_IPC_STAT)
		return fbsd_ipc_structure(call, 3, arg, cmd);
	if (cmd == FBSD_IPC_RMID)
		return FBSD_RUN;
	if (index >= sizeof(fbsd_semctl_commands))
		return abimux_done(call, -EINVAL);
	call->args[2] = fbsd_semctl_commands[index];
	call->args[3] = arg;
	return FBSD_RUN;
}

__noinline int fbsd_shmctl_leave(struct abimux_call *call __arg_trusted)
{
	struct shmid64_ds native;
	struct fbsd_shmid to = {};

	if (call->ret < 0 || call->data[FBSD_IPC_CMD] == FBSD_IPC_SET)
		return abimux_done(call, call->ret);
	if (fbsd_get(&native, sizeof(native), call->args[2]))
		return abimux_done(call, -EFAULT);
	fbsd_ipc_perm_out(&to.perm, &native.shm_perm);
	to.segsz = native.shm_segsz;
	to.lpid = native.shm_lpid;
	to.cpid = native.shm_cpid;
	to.nattch = native.shm_nattch;
	to.atime = native.shm_atime;
	to.dtime = native.shm_dtime;
	to.ctime = native.shm_ctime;
	return abimux_done(call,
			   fbsd_put(call->data[FBSD_IPC_BUF], &to, sizeof(to)));
}

__noinline int fbsd_semctl_leave(struct abimux_call *call __arg_trusted)
{
	struct semid64_ds native;
	struct fbsd_semid to = {};

	if (call->ret < 0 || call->data[FBSD_IPC_CMD] == FBSD_IPC_SET)
		return abimux_done(call, call->ret);
	if (fbsd_get(&native, sizeof(native), call->args[3]))
		return abimux_done(call, -EFAULT);
	fbsd_ipc_perm_out(&to.perm, &native.sem_perm);
	to.nsems = native.sem_nsems;
	to.otime = native.sem_otime;
	to.ctime = native.sem_ctime;
	return abimux_done(call,
			   fbsd_put(call->data[FBSD_IPC_BUF], &to, sizeof(to)));
}

__noinline int fbsd_msgctl_leave(struct abimux_call *call __arg_trusted)
{
	struct msqid64_ds native;
	struct fbsd_msqid to = {};

	if (call->ret < 0 || call->data[FBSD_IPC_CMD] == FBSD_IPC_SET)
		return abimux_done(call, call->ret);
	if (fbsd_get(&native, sizeof(native), call->args[2]))
		return abimux_done(call, -EFAULT);
	fbsd_ipc_perm_out(&to.perm, &native.msg_perm);
	to.cbytes = native.msg_cbytes;
	to.qnum = native.msg_qnum;
	to.qbytes = native.msg_qbytes;
	to.lspid = native.msg_lspid;
	to.lrpid = native.msg_lrpid;
	to.stime = native.msg_stime;
	to.rtime = native.msg_rtime;
	to.ctime = native.msg_ctime;
	return abimux_done(call,
			   fbsd_put(call->data[FBSD_IPC_BUF], &to, sizeof(to)));
}

#endif /* FREEBSD_IPC_BPF_H */
