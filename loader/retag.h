/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_RETAG_H
#define LOADER_RETAG_H

#include <stdbool.h>
#include <sys/types.h>

#include <abimux/retag.h>

int retag_look(struct retag_request *req, pid_t pid);
int retag_process(struct retag_request *req, pid_t pid);
int retag_all(struct retag_request *req);
int retag_pid(const char *text, pid_t *pid);

#endif /* LOADER_RETAG_H */
