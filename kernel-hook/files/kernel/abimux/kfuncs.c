// SPDX-License-Identifier: GPL-2.0-only
/*
 * abimux: what BPF programs of tables and policies can ask the core for.
 *
 * All of it is general: what belongs to one ABI is in its table.
 */
#include <linux/binfmts.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/xattr.h>
#include <asm/abimux.h>

#include "abimux.h"

static struct abimux_task *task_of(struct abimux_call *call)
{
	return container_of(call, struct abimux_task, call);
}

/* Timers and work queues of a program run elsewhere, with its kfuncs. */
static bool in_program(void)
{
	return in_task() && current->abimux;
}

__bpf_kfunc_start_defs();

/**
 * abimux_copy_to_user - write to the memory of the current task
 * @dst: user address
 * @src: what to write
 * @src__sz: bytes
 *
 * Return: 0, or %-EFAULT if not all of it is writable user memory.
 * Context: table ops; may sleep.
 */
__bpf_kfunc int abimux_copy_to_user(u64 dst, const void *src, u32 src__sz)
{
	if (!in_program())
		return -EFAULT;
	return copy_to_user((void __user *)dst, src, src__sz) ? -EFAULT : 0;
}

/**
 * abimux_scratch - get scratch user memory
 * @call: the call
 *
 * Return: user address of ABIMUX_SCRATCH_SIZE bytes that no other thread uses
 * until the next call of this one, or 0 if there is no memory.
 * Context: table ops; may sleep.
 */
__bpf_kfunc u64 abimux_scratch(struct abimux_call *call)
{
	return abimux_slot_get(task_of(call));
}

/**
 * abimux_get_regs - get the user registers of the current task
 * @call: the call
 * @regs: gets the registers as the program had them at the call
 *
 * Return: 0.
 * Context: table ops.
 */
__bpf_kfunc int abimux_get_regs(struct abimux_call *call,
				struct abimux_regs *regs)
{
	struct abimux_task *task = task_of(call);
	struct pt_regs user = *current_pt_regs();

	if (task->state & ABIMUX_STATE_SAVED)
		abimux_args_set(&user, task->version->i386, task->saved);
	user.ax = task->orig_ax;
	abimux_regs_get(&user, regs);
	return 0;
}

/**
 * abimux_set_regs - set the user registers of the current task
 * @call: the call
 * @regs: the registers; of the flags only those that a handler may change
 *
 * The call then has no other result: an op that does this says ABIMUX_DONE.
 *
 * Return: 0, or %-EINVAL if ip or fs_base is no user address.
 * Context: enter and leave ops.
 */
__bpf_kfunc int abimux_set_regs(struct abimux_call *call,
				const struct abimux_regs *regs)
{
	struct abimux_task *task = task_of(call);
	int err = abimux_regs_set(current_pt_regs(), regs);

	if (err)
		return err;
	task->state |= ABIMUX_STATE_REGS;
	/* No native call is to be made on them. */
	current_pt_regs()->orig_ax = -1;
	return 0;
}

/**
 * abimux_map_code - give the program code, such as a signal trampoline
 * @code: machine code
 * @code__sz: bytes, at most a page
 * @addr: gets the user address
 *
 * Return: 0, or
 * * %-E2BIG: more than a page
 * * %-ENOMEM: no memory
 * * %-EFAULT: the page went away at once
 * Context: exec op; may sleep.
 */
__bpf_kfunc int abimux_map_code(const void *code, u32 code__sz, u64 *addr)
{
	unsigned long page;

	if (!in_program())
		return -EFAULT;
	if (code__sz > PAGE_SIZE)
		return -E2BIG;
	page = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (IS_ERR_VALUE(page))
		return -ENOMEM;
	if (access_process_vm(current, page, (void *)code, code__sz,
			      FOLL_WRITE | FOLL_FORCE) != code__sz) {
		vm_munmap(page, PAGE_SIZE);
		return -EFAULT;
	}
	*addr = page;
	return 0;
}

/**
 * abimux_fpu_save - save floating point and vector state of the current task
 * @sp: user address below which to save it
 *
 * Return: its user address; the first 512 bytes are as FXSAVE writes them. 0 if
 * that is no user memory.
 * Context: table ops; may sleep.
 */
__bpf_kfunc u64 abimux_fpu_save(u64 sp)
{
	return in_program() ? abimux_fpu_store(sp) : 0;
}

/**
 * abimux_fpu_restore - take floating point and vector state back
 * @call: the call
 * @addr: user address of what abimux_fpu_save() wrote; 0 resets the state
 *
 * Return: 0, or %-EFAULT if it is not valid; the state is reset then.
 * Context: enter and leave ops; may sleep.
 */
__bpf_kfunc int abimux_fpu_restore(struct abimux_call *call, u64 addr)
{
	return abimux_fpu_load(addr) ? 0 : -EFAULT;
}

/**
 * abimux_user_cmpxchg - compare and swap a word of the current task's memory
 * @addr: user address of the word, aligned
 * @old: what it has to be; gets what it was
 * @new: what it becomes
 *
 * Return: 0, or
 * * %-EAGAIN: it was another word
 * * %-EFAULT: it is not writable user memory
 * * %-EINVAL: not aligned
 * Context: table ops; may sleep.
 */
__bpf_kfunc int abimux_user_cmpxchg(u64 addr, u32 *old, u32 new)
{
	u32 had = *old;
	int ret;

	if (!in_program())
		return -EFAULT;
	if (addr & (sizeof(u32) - 1))
		return -EINVAL;
	ret = abimux_arch_cmpxchg((u32 __user *)addr, &had, new);
	*old = had;
	return ret > 0 ? -EAGAIN : ret;
}

/**
 * abimux_user_mapping - ask how the current task has mapped an address
 * @addr: user address
 *
 * Return: VM_READ, VM_WRITE, VM_EXEC, VM_SHARED and VM_MAYSHARE as they are, or
 * %-EFAULT if nothing is mapped there.
 * Context: table ops; may sleep.
 */
__bpf_kfunc s64 abimux_user_mapping(u64 addr)
{
	struct vm_area_struct *vma;
	s64 flags = -EFAULT;

	if (!in_program())
		return -EFAULT;
	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, addr);
	if (vma)
		flags = vma->vm_flags & (VM_READ | VM_WRITE | VM_EXEC |
					 VM_SHARED | VM_MAYSHARE);
	mmap_read_unlock(current->mm);
	return flags;
}

/**
 * abimux_errno - ask which number the table has for an error
 * @call: the call
 * @err: Linux errno
 *
 * The core translates errors that are results; this is for those that are data.
 *
 * Return: the table's number.
 * Context: enter and leave ops.
 */
__bpf_kfunc u32 abimux_errno(struct abimux_call *call, u32 err)
{
	return abimux_foreign_errno(task_of(call), err);
}

/**
 * abimux_file_keep - keep a file and take its descriptor away from the program
 * @call: the call
 * @fd: the descriptor
 *
 * The file stays open for the process until it ends, or until
 * abimux_file_drop(); fork does not inherit it, exec within the table does.
 *
 * Return: the id of the file, greater than zero, or a negative errno: see
 * abimux_kept_take().
 * Context: table ops; may sleep.
 */
__bpf_kfunc s64 abimux_file_keep(struct abimux_call *call, u32 fd)
{
	return abimux_kept_take(task_of(call)->kept, fd);
}

/**
 * abimux_file_open - make a descriptor of a kept file, for a native call
 * @call: the call
 * @id: the file; stays kept
 *
 * Return: the descriptor, close-on-exec, or a negative errno: see
 * abimux_kept_open().
 * Context: table ops; may sleep.
 */
__bpf_kfunc s64 abimux_file_open(struct abimux_call *call, u64 id)
{
	return abimux_kept_open(task_of(call)->kept, id);
}

/**
 * abimux_file_drop - keep a file no longer
 * @call: the call
 * @id: the file
 *
 * Return: 0, or %-ENOENT: the process has no such file.
 * Context: table ops; may sleep.
 */
__bpf_kfunc int abimux_file_drop(struct abimux_call *call, u64 id)
{
	return abimux_kept_drop(task_of(call)->kept, id);
}

/**
 * abimux_file_signal - add one to a kept eventfd
 * @id: the file, of any process
 *
 * Return: 0, or a negative errno: see abimux_kept_signal().
 * Context: table ops, and timers of their programs.
 */
__bpf_kfunc int abimux_file_signal(u64 id)
{
	return abimux_kept_signal(id);
}

/**
 * abimux_listen - hear what happens to tasks, from now until the process ends
 * @call: the call
 * @events: bits of ABIMUX_EVENT_*; replaces what the process listened for
 *
 * Return: 0, or a negative errno: see abimux_event_listen().
 * Context: enter and leave ops; may sleep.
 */
__bpf_kfunc int abimux_listen(struct abimux_call *call, u32 events)
{
	return abimux_event_listen(task_of(call), events);
}

/**
 * abimux_bind_tags - give the core the map with the tags
 * @p__map: a BPF_MAP_TYPE_TASK_STORAGE of struct abimux_tag
 *
 * Return: 0, or a negative errno: see abimux_policy_bind().
 * Context: init op of a policy.
 */
__bpf_kfunc int abimux_bind_tags(void *p__map)
{
	return abimux_policy_bind(p__map);
}

/**
 * abimux_exec_read - read the file that is being executed
 * @bprm: the exec
 * @off: offset in bytes
 * @buf: where to
 * @buf__sz: bytes
 *
 * Return: bytes read, fewer at the end of the file, or a negative errno.
 * Context: LSM programs that may sleep.
 */
__bpf_kfunc int abimux_exec_read(struct linux_binprm *bprm, u64 off, void *buf,
				 u32 buf__sz)
{
	loff_t pos = off;

	if (pos < 0)
		return -EINVAL;
	return kernel_read(bprm->file, buf, buf__sz, &pos);
}

/**
 * abimux_exec_xattr - read an extended attribute of the file that is executed
 * @bprm: the exec
 * @name__str: name of the attribute, of namespace "user"
 * @buf: where to
 * @buf__sz: bytes
 *
 * Whoever may execute a file need not be allowed to read it.
 *
 * Return: bytes read, or
 * * %-EPERM: an attribute of another namespace
 * * %-ENODATA: there is none
 * * %-ERANGE: it is longer than @buf
 * * other: from the file system, %-EOPNOTSUPP if it has no such attributes
 * Context: LSM programs that may sleep.
 */
__bpf_kfunc int abimux_exec_xattr(struct linux_binprm *bprm,
				  const char *name__str, void *buf, u32 buf__sz)
{
	struct dentry *dentry = file_dentry(bprm->file);

	if (strncmp(name__str, XATTR_USER_PREFIX, XATTR_USER_PREFIX_LEN))
		return -EPERM;
	return __vfs_getxattr(dentry, d_inode(dentry), name__str, buf, buf__sz);
}

/**
 * abimux_check_table - ask whether programs can be given a table
 * @name: name of the table, NUL-terminated
 * @name__sz: bytes of @name that may be read
 * @machine: ELF e_machine of the program; 0 if that is not known
 *
 * Return: 0, or
 * * %-ENOENT: there is no table of that name
 * * %-ENOEXEC: it is for programs of another machine
 * Context: LSM programs that may sleep.
 */
__bpf_kfunc int abimux_check_table(const char *name, u32 name__sz, u16 machine)
{
	if (strnlen(name, name__sz) == name__sz)
		return -ENOENT;
	return abimux_table_check(name, machine);
}

/**
 * abimux_has_policy - ask whether a policy decides about new programs
 *
 * Return: true if so.
 * Context: LSM programs.
 */
__bpf_kfunc bool abimux_has_policy(void)
{
	return abimux_policy_exists();
}

/**
 * abimux_retag - change the table or the overlays of a running task
 * @task: the task; all threads of its process, if nothing else is asked for
 * @how: the change
 *
 * Return: how many threads are not what they were, or a negative errno: see
 * abimux_retag_task().
 * Context: programs that may sleep: they hold no lock that it takes.
 */
__bpf_kfunc int abimux_retag(struct task_struct *task,
			     const struct abimux_retag *how)
{
	struct abimux_retag copy = *how;

	copy.table[ABIMUX_NAME_LEN - 1] = '\0';
	return abimux_retag_task(task, &copy);
}

__bpf_kfunc_end_defs();

BTF_KFUNCS_START(table_kfuncs)
BTF_ID_FLAGS(func, abimux_copy_to_user, KF_SLEEPABLE | KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, abimux_scratch, KF_SLEEPABLE | KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, abimux_get_regs, KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, abimux_set_regs, KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, abimux_map_code, KF_SLEEPABLE | KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, abimux_fpu_save, KF_SLEEPABLE)
BTF_ID_FLAGS(func, abimux_fpu_restore, KF_SLEEPABLE | KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, abimux_user_cmpxchg, KF_SLEEPABLE | KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, abimux_user_mapping, KF_SLEEPABLE)
BTF_ID_FLAGS(func, abimux_errno, KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, abimux_file_keep, KF_SLEEPABLE | KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, abimux_file_open, KF_SLEEPABLE | KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, abimux_file_drop, KF_SLEEPABLE | KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, abimux_file_signal)
BTF_ID_FLAGS(func, abimux_listen, KF_SLEEPABLE | KF_TRUSTED_ARGS)
BTF_KFUNCS_END(table_kfuncs)

BTF_KFUNCS_START(policy_kfuncs)
BTF_ID_FLAGS(func, abimux_bind_tags, KF_SLEEPABLE | KF_TRUSTED_ARGS)
BTF_KFUNCS_END(policy_kfuncs)

BTF_KFUNCS_START(lsm_kfuncs)
BTF_ID_FLAGS(func, abimux_exec_read, KF_SLEEPABLE | KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, abimux_exec_xattr, KF_SLEEPABLE | KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, abimux_check_table, KF_SLEEPABLE | KF_TRUSTED_ARGS)
BTF_ID_FLAGS(func, abimux_has_policy)
BTF_KFUNCS_END(lsm_kfuncs)

BTF_KFUNCS_START(retag_kfuncs)
BTF_ID_FLAGS(func, abimux_retag, KF_SLEEPABLE | KF_TRUSTED_ARGS)
BTF_KFUNCS_END(retag_kfuncs)

/* The set is asked for every struct_ops program, of other subsystems too. */
static int table_filter(const struct bpf_prog *prog, u32 id)
{
	if (!btf_id_set8_contains(&table_kfuncs, id))
		return 0;
	return abimux_bpf_is_table(prog) ? 0 : -EACCES;
}

static int policy_filter(const struct bpf_prog *prog, u32 id)
{
	if (!btf_id_set8_contains(&policy_kfuncs, id))
		return 0;
	return abimux_bpf_is_policy(prog) ? 0 : -EACCES;
}

static const struct btf_kfunc_id_set table_set = {
	.owner = THIS_MODULE,
	.set = &table_kfuncs,
	.filter = table_filter,
};

static const struct btf_kfunc_id_set policy_set = {
	.owner = THIS_MODULE,
	.set = &policy_kfuncs,
	.filter = policy_filter,
};

static const struct btf_kfunc_id_set lsm_set = {
	.owner = THIS_MODULE,
	.set = &lsm_kfuncs,
};

static const struct btf_kfunc_id_set retag_set = {
	.owner = THIS_MODULE,
	.set = &retag_kfuncs,
};

/* LSM programs, too, are asked for as programs of tracing. */
static int __init retag_init(void)
{
	int err;

	err = register_btf_kfunc_id_set(BPF_PROG_TYPE_SYSCALL, &retag_set);
	return err   ?:
		       register_btf_kfunc_id_set(BPF_PROG_TYPE_TRACING,
						 &retag_set);
}
late_initcall(retag_init);

static int __init abimux_kfuncs_init(void)
{
	int err;

	err = register_btf_kfunc_id_set(BPF_PROG_TYPE_STRUCT_OPS, &table_set);
	err = err   ?:
		      register_btf_kfunc_id_set(BPF_PROG_TYPE_STRUCT_OPS,
						&policy_set);
	return err ?: register_btf_kfunc_id_set(BPF_PROG_TYPE_LSM, &lsm_set);
}
late_initcall(abimux_kfuncs_init);
