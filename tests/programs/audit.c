// SPDX-License-Identifier: GPL-2.0
/*
 * What the audit system records of a FreeBSD program: each step of a call is a native
 * call to it. No auditd is needed: rules are set and records read here.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "kselftest_harness.h"
#include "watched.h"

#define KEY "views"

struct message {
	struct nlmsghdr head;
	char data[8192];
};

static int send_message(int audit, int type, const void *data, size_t size)
{
	struct message message = {
		.head.nlmsg_len = NLMSG_LENGTH(size),
		.head.nlmsg_type = type,
		.head.nlmsg_flags = NLM_F_REQUEST,
	};

	memcpy(message.data, data, size);
	return send(audit, &message, message.head.nlmsg_len, 0) < 0 ? -errno :
								      0;
}

/* From now on records come to us, until the socket is closed. */
static int open_audit(void)
{
	struct audit_status status = {
		.mask = AUDIT_STATUS_ENABLED | AUDIT_STATUS_PID,
		.enabled = 1,
		.pid = getpid(),
	};
	struct timeval wait = { .tv_sec = 2 };
	int audit = socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);

	setsockopt(audit, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	return send_message(audit, AUDIT_SET, &status, sizeof(status)) ? -1 :
									 audit;
}

/* A rule for some native calls of amd64 programs: a record at the exit of each. */
static int change_rule(int audit, int type, const int *calls)
{
	struct {
		struct audit_rule_data rule;
		char text[sizeof(KEY)];
	} it = {
		.rule = {
			.flags = AUDIT_FILTER_EXIT,
			.action = AUDIT_ALWAYS,
			.field_count = 2,
			.fields = { AUDIT_ARCH, AUDIT_FILTERKEY },
			.values = { AUDIT_ARCH_X86_64, sizeof(KEY) - 1 },
			.fieldflags = { AUDIT_EQUAL, AUDIT_EQUAL },
			.buflen = sizeof(KEY) - 1,
		},
		.text = KEY,
	};

	for (; *calls >= 0; calls++)
		it.rule.mask[AUDIT_WORD(*calls)] |= AUDIT_BIT(*calls);
	return send_message(audit, type, &it.rule,
			    sizeof(it.rule) + it.rule.buflen);
}

/* What one record says. */
struct record {
	unsigned int arch;
	int call;
	long exit;
	unsigned long args[4];
	int pid;
};

static bool parse(const char *text, struct record *record)
{
	const char *at = strstr(text, "arch=");

	if (!at || !strstr(text, "key=\"" KEY "\""))
		return false;
	if (sscanf(at, "arch=%x syscall=%d", &record->arch, &record->call) != 2)
		return false;
	/* A call that did not come back has neither. */
	at = strstr(text, " exit=");
	record->exit = at ? atol(at + 6) : 0;
	at = strstr(text, " a0=");
	if (!at ||
	    sscanf(at, " a0=%lx a1=%lx a2=%lx a3=%lx", &record->args[0],
		   &record->args[1], &record->args[2], &record->args[3]) != 4)
		return false;
	at = strstr(text, " pid=");
	record->pid = at ? atoi(at + 5) : 0;
	return true;
}

/* The next record of a call that our rule is about. */
static bool next_record(int audit, struct record *record)
{
	struct message message;
	ssize_t got;

	while ((got = recv(audit, &message, sizeof(message) - 1, 0)) > 0) {
		if (message.head.nlmsg_type != AUDIT_SYSCALL)
			continue;
		((char *)&message)[got] = '\0';
		if (parse(message.data, record))
			return true;
	}
	return false;
}

/* Others make calls, too. */
static bool next_record_of(int audit, pid_t pid, struct record *record)
{
	while (next_record(audit, record)) {
		if (record->pid == pid)
			return true;
	}
	return false;
}

static int prepare_nothing(void)
{
	return 0;
}

FIXTURE(audit)
{
	int socket;
	struct watched it;
};

FIXTURE_SETUP(audit)
{
	self->socket = open_audit();
	ASSERT_LE(0, self->socket);
}

/* Other tests run without audit. */
FIXTURE_TEARDOWN(audit)
{
	struct audit_status off = { .mask = AUDIT_STATUS_ENABLED };

	send_message(self->socket, AUDIT_SET, &off, sizeof(off));
	close(self->socket);
}

TEST_F(audit, records_each_step)
{
	static const int calls[] = { SYS_openat, SYS_flock, SYS_close, -1 };
	struct record record;
	pid_t pid;

	ASSERT_EQ(0, change_rule(self->socket, AUDIT_ADD_RULE, calls));
	watched_start(&self->it, "lock lock", prepare_nothing);
	EXPECT_EQ(0, watched_end(&self->it));
	EXPECT_STREQ("lock 3\nlock -35\n", self->it.text);
	pid = self->it.pid;
	do {
		ASSERT_TRUE(next_record_of(self->socket, pid, &record));
	} while (record.call != SYS_openat);
	EXPECT_EQ(AUDIT_ARCH_X86_64, record.arch);
	EXPECT_EQ(O_RDWR | O_CREAT | O_NONBLOCK, record.args[2]);
	EXPECT_EQ(0644, record.args[3]);
	EXPECT_EQ(3, record.exit);
	ASSERT_TRUE(next_record_of(self->socket, pid, &record));
	EXPECT_EQ(SYS_flock, record.call);
	EXPECT_EQ(3, record.args[0]);
	EXPECT_EQ(6, record.args[1]);
	EXPECT_EQ(0, record.exit);
	ASSERT_TRUE(next_record_of(self->socket, pid, &record));
	EXPECT_EQ(SYS_openat, record.call);
	EXPECT_EQ(4, record.exit);
	ASSERT_TRUE(next_record_of(self->socket, pid, &record));
	EXPECT_EQ(SYS_flock, record.call);
	EXPECT_EQ(-EAGAIN, record.exit);
	ASSERT_TRUE(next_record_of(self->socket, pid, &record));
	EXPECT_EQ(SYS_close, record.call);
	EXPECT_EQ(4, record.args[0]);
	EXPECT_EQ(0, record.exit);
	EXPECT_EQ(0, change_rule(self->socket, AUDIT_DEL_RULE, calls));
}

/* FreeBSD's open is 5 and its dup 41: those are no calls that were made. */
TEST_F(audit, records_no_foreign_number)
{
	static const int calls[] = { 5, 41, SYS_dup, -1 };
	struct record record;

	ASSERT_EQ(0, change_rule(self->socket, AUDIT_ADD_RULE, calls));
	watched_start(&self->it, "lock dup", prepare_nothing);
	EXPECT_EQ(0, watched_end(&self->it));
	ASSERT_TRUE(next_record_of(self->socket, self->it.pid, &record));
	EXPECT_EQ(SYS_dup, record.call);
	EXPECT_EQ(0, change_rule(self->socket, AUDIT_DEL_RULE, calls));
}

TEST_F(audit, records_threads_and_children)
{
	static const int calls[] = { SYS_clone, SYS_fork, SYS_exit,
				     SYS_exit_group, -1 };
	struct record record = {};
	int clones = 0, forks = 0, ends = 0;

	ASSERT_EQ(0, change_rule(self->socket, AUDIT_ADD_RULE, calls));
	watched_start(&self->it, "thread fork", prepare_nothing);
	EXPECT_EQ(0, watched_end(&self->it));
	while (record.pid != self->it.pid || record.call != SYS_exit_group) {
		ASSERT_TRUE(next_record(self->socket, &record));
		clones += record.call == SYS_clone;
		forks += record.call == SYS_fork && record.pid == self->it.pid;
		ends += record.call == SYS_exit ||
			(record.call == SYS_exit_group && record.args[0] == 7);
	}
	EXPECT_LE(1, clones);
	EXPECT_EQ(1, forks);
	EXPECT_EQ(2, ends);
	EXPECT_EQ(0, change_rule(self->socket, AUDIT_DEL_RULE, calls));
}

TEST_HARNESS_MAIN
