/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_STAT_H
#define LOADER_STAT_H

#include <jansson.h>

json_t *stat_state(void);

#endif /* LOADER_STAT_H */
