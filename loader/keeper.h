/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_KEEPER_H
#define LOADER_KEEPER_H

void keeper_start(void);
void keeper_begin(void);
void keeper_end(void);

#endif /* LOADER_KEEPER_H */
