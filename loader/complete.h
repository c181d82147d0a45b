/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_COMPLETE_H
#define LOADER_COMPLETE_H

int complete(int argc, char **argv);

#endif /* LOADER_COMPLETE_H */
