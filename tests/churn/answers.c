// SPDX-License-Identifier: GPL-2.0
/*
 * answers ID DIGITS: a new program that tells, by its status, whether it has what it
 * should have, and whether all memory was there that was asked for up to here.
 */
#include <stdlib.h>

#include "answers.h"
#include "fault.h"
#include "note.h"
#include "seen.h"

int main(int argc, char **argv)
{
	bool came = fault_end();
	struct seen want;

	if (argc != 3)
		return 2;
	want.id = atoi(argv[1]);
	want.digits = atoi(argv[2]);
	if (!seen_same(see(), want))
		return ANSWER_WRONG;
	return came ? ANSWER_RIGHT : ANSWER_ALL;
}
