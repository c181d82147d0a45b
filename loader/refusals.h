/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_REFUSALS_H
#define LOADER_REFUSALS_H

#include <jansson.h>

json_t *refusals(const char *name);

#endif /* LOADER_REFUSALS_H */
