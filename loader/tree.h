/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_TREE_H
#define LOADER_TREE_H

#include <jansson.h>

json_t *tree_of(const json_t *rows);

#endif /* LOADER_TREE_H */
