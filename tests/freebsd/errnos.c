// SPDX-License-Identifier: GPL-2.0
/*
 * Errors: FreeBSD's number for each of Linux's. Runs below tests/programs/fail.c,
 * which makes getpgid() and posix_fadvise() fail as their first argument says.
 */
#include "freebsd.h"

enum {
	SYS_getpgid = 207,
	SYS_posix_fadvise = 531,
};

/* ELAST of sys/sys/errno.h */
#define LAST 97

/* What has no number there has to become another one that there is. */
struct error {
	int linux, here;
	const char *name;
};

/* clang-format off */
static const struct error errors[] = {
	{ 1, 1, "EPERM" },
	{ 2, 2, "ENOENT" },
	{ 3, 3, "ESRCH" },
	{ 4, 4, "EINTR" },
	{ 5, 5, "EIO" },
	{ 6, 6, "ENXIO" },
	{ 7, 7, "E2BIG" },
	{ 8, 8, "ENOEXEC" },
	{ 9, 9, "EBADF" },
	{ 10, 10, "ECHILD" },
	{ 11, 35, "EAGAIN" },
	{ 12, 12, "ENOMEM" },
	{ 13, 13, "EACCES" },
	{ 14, 14, "EFAULT" },
	{ 15, 15, "ENOTBLK" },
	{ 16, 16, "EBUSY" },
	{ 17, 17, "EEXIST" },
	{ 18, 18, "EXDEV" },
	{ 19, 19, "ENODEV" },
	{ 20, 20, "ENOTDIR" },
	{ 21, 21, "EISDIR" },
	{ 22, 22, "EINVAL" },
	{ 23, 23, "ENFILE" },
	{ 24, 24, "EMFILE" },
	{ 25, 25, "ENOTTY" },
	{ 26, 26, "ETXTBSY" },
	{ 27, 27, "EFBIG" },
	{ 28, 28, "ENOSPC" },
	{ 29, 29, "ESPIPE" },
	{ 30, 30, "EROFS" },
	{ 31, 31, "EMLINK" },
	{ 32, 32, "EPIPE" },
	{ 33, 33, "EDOM" },
	{ 34, 34, "ERANGE" },
	{ 35, 11, "EDEADLK" },
	{ 36, 63, "ENAMETOOLONG" },
	{ 37, 77, "ENOLCK" },
	{ 38, 78, "ENOSYS" },
	{ 39, 66, "ENOTEMPTY" },
	{ 40, 62, "ELOOP" },
	{ 42, 83, "ENOMSG" },
	{ 43, 82, "EIDRM" },
	{ 44, 0, "ECHRNG" },
	{ 45, 0, "EL2NSYNC" },
	{ 46, 0, "EL3HLT" },
	{ 47, 0, "EL3RST" },
	{ 48, 0, "ELNRNG" },
	{ 49, 0, "EUNATCH" },
	{ 50, 0, "ENOCSI" },
	{ 51, 0, "EL2HLT" },
	{ 52, 0, "EBADE" },
	{ 53, 0, "EBADR" },
	{ 54, 0, "EXFULL" },
	{ 55, 0, "ENOANO" },
	{ 56, 0, "EBADRQC" },
	{ 57, 0, "EBADSLT" },
	{ 59, 0, "EBFONT" },
	{ 60, 0, "ENOSTR" },
	{ 61, 87, "ENODATA" },
	{ 62, 0, "ETIME" },
	{ 63, 0, "ENOSR" },
	{ 64, 0, "ENONET" },
	{ 65, 0, "ENOPKG" },
	{ 66, 71, "EREMOTE" },
	{ 67, 91, "ENOLINK" },
	{ 68, 0, "EADV" },
	{ 69, 0, "ESRMNT" },
	{ 70, 0, "ECOMM" },
	{ 71, 92, "EPROTO" },
	{ 72, 90, "EMULTIHOP" },
	{ 73, 0, "EDOTDOT" },
	{ 74, 89, "EBADMSG" },
	{ 75, 84, "EOVERFLOW" },
	{ 76, 0, "ENOTUNIQ" },
	{ 77, 0, "EBADFD" },
	{ 78, 0, "EREMCHG" },
	{ 79, 0, "ELIBACC" },
	{ 80, 0, "ELIBBAD" },
	{ 81, 0, "ELIBSCN" },
	{ 82, 0, "ELIBMAX" },
	{ 83, 0, "ELIBEXEC" },
	{ 84, 86, "EILSEQ" },
	{ 85, 0, "ERESTART" },
	{ 86, 0, "ESTRPIPE" },
	{ 87, 68, "EUSERS" },
	{ 88, 38, "ENOTSOCK" },
	{ 89, 39, "EDESTADDRREQ" },
	{ 90, 40, "EMSGSIZE" },
	{ 91, 41, "EPROTOTYPE" },
	{ 92, 42, "ENOPROTOOPT" },
	{ 93, 43, "EPROTONOSUPPORT" },
	{ 94, 44, "ESOCKTNOSUPPORT" },
	{ 95, 45, "EOPNOTSUPP" },
	{ 96, 46, "EPFNOSUPPORT" },
	{ 97, 47, "EAFNOSUPPORT" },
	{ 98, 48, "EADDRINUSE" },
	{ 99, 49, "EADDRNOTAVAIL" },
	{ 100, 50, "ENETDOWN" },
	{ 101, 51, "ENETUNREACH" },
	{ 102, 52, "ENETRESET" },
	{ 103, 53, "ECONNABORTED" },
	{ 104, 54, "ECONNRESET" },
	{ 105, 55, "ENOBUFS" },
	{ 106, 56, "EISCONN" },
	{ 107, 57, "ENOTCONN" },
	{ 108, 58, "ESHUTDOWN" },
	{ 109, 59, "ETOOMANYREFS" },
	{ 110, 60, "ETIMEDOUT" },
	{ 111, 61, "ECONNREFUSED" },
	{ 112, 64, "EHOSTDOWN" },
	{ 113, 65, "EHOSTUNREACH" },
	{ 114, 37, "EALREADY" },
	{ 115, 36, "EINPROGRESS" },
	{ 116, 70, "ESTALE" },
	{ 117, 0, "EUCLEAN" },
	{ 118, 0, "ENOTNAM" },
	{ 119, 0, "ENAVAIL" },
	{ 120, 0, "EISNAM" },
	{ 121, 0, "EREMOTEIO" },
	{ 122, 69, "EDQUOT" },
	{ 123, 0, "ENOMEDIUM" },
	{ 124, 0, "EMEDIUMTYPE" },
	{ 125, 85, "ECANCELED" },
	{ 126, 0, "ENOKEY" },
	{ 127, 0, "EKEYEXPIRED" },
	{ 128, 0, "EKEYREVOKED" },
	{ 129, 0, "EKEYREJECTED" },
	{ 130, 96, "EOWNERDEAD" },
	{ 131, 95, "ENOTRECOVERABLE" },
	{ 132, 0, "ERFKILL" },
	{ 133, 0, "EHWPOISON" },
};

/* clang-format on */

#define COUNT (int)(sizeof(errors) / sizeof(errors[0]))

static void test_carry(const struct error *error)
{
	struct result result = call(SYS_getpgid, error->linux);

	if (error->here)
		is(result.failed ? result.ret : -1, error->here, error->name);
	else
		yes(result.failed && result.ret > 0 && result.ret <= LAST,
		    error->name);
}

/* Calls that tell their error as a result have the same numbers. */
static void test_result(void)
{
	int same = 0;

	for (int i = 0; i < COUNT; i++)
		same += sys(SYS_posix_fadvise, errors[i].linux, 0, 0, 0) ==
			call(SYS_getpgid, errors[i].linux).ret;
	is(same, COUNT, "errors that are results");
}

_Noreturn void test(char **argv, char **envp, unsigned long *auxv)
{
	for (int i = 0; i < COUNT; i++)
		test_carry(errors + i);
	test_result();
	end();
}
