/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_SETUP_H
#define LOADER_SETUP_H

int setup_load(const char *policy, int (*fill)(void *ctx), void *ctx);

#endif /* LOADER_SETUP_H */
