/* SPDX-License-Identifier: GPL-2.0 */
/*
 * With which status a new program ends.
 */
#ifndef CHURN_ANSWERS_H
#define CHURN_ANSWERS_H

enum {
	ANSWER_ALL = 42, /* has what it should, and nothing failed */
	ANSWER_RIGHT, /* has what it should, although something failed */
	ANSWER_WRONG,
	ANSWER_REFUSED, /* by its parent: there is no new program */
};

#endif /* CHURN_ANSWERS_H */
