// SPDX-License-Identifier: GPL-2.0
/*
 * What `abimux top` makes of two looks at the counts.
 */
#include "rates.h"

#include "kselftest_harness.h"

static json_t *calls_of(const char *table, int number, int calls, int errors,
			json_int_t ns)
{
	return json_pack("{s:s, s:i, s:i, s:i, s:I}", "table", table, "number",
			 number, "calls", calls, "errors", errors, "ns", ns);
}

static json_t *task_calls(int calls)
{
	return json_pack("{s:s, s:i, s:i, s:i, s:i}", "table", "a", "pid", 7,
			 "calls", calls, "errors", 0, "ns", 0);
}

static json_t *looked(json_t *calls, int task, int lost)
{
	return json_pack("{s:o, s:[], s:[o], s:i}", "calls", calls, "tables",
			 "tasks", task_calls(task), "lost", lost);
}

/* Between two looks at these calls, two seconds apart. */
FIXTURE(calls)
{
	json_t *before, *now, *rates;
};

FIXTURE_SETUP(calls)
{
	json_int_t sec = 1000000000;

	self->before =
		looked(json_pack("[o, o, o]", calls_of("a", 1, 10, 2, sec),
				 calls_of("a", 2, 5, 0, 5),
				 calls_of("b", 1, 100, 0, 0)),
		       1000, 3);
	self->now = looked(json_pack("[o, o, o, o]",
				     calls_of("a", 1, 14, 6, 4 * sec),
				     calls_of("a", 2, 5, 0, 5),
				     calls_of("b", 1, 300, 0, 0),
				     calls_of("b", 3, 8, 8, 0)),
			   6, 4);
	ASSERT_NE(NULL, self->before);
	ASSERT_NE(NULL, self->now);
	self->rates = rates_between(self->before, self->now, 2);
	ASSERT_NE(NULL, self->rates);
}

FIXTURE_TEARDOWN(calls)
{
	json_decref(self->rates);
	json_decref(self->now);
	json_decref(self->before);
}

static double of(json_t *rates, const char *part, size_t row, const char *key)
{
	json_t *rows = json_object_get(rates, part);

	return json_number_value(
		json_object_get(json_array_get(rows, row), key));
}

TEST_F(calls, are_by_the_second)
{
	EXPECT_EQ(2, of(self->rates, "calls", 0, "calls"));
	EXPECT_EQ(2, of(self->rates, "calls", 0, "errors"));
	EXPECT_EQ(1.5, of(self->rates, "calls", 0, "seconds"));
}

TEST_F(calls, that_were_not_made_are_left_out)
{
	json_t *calls = json_object_get(self->rates, "calls");

	EXPECT_EQ(3, json_array_size(calls));
	EXPECT_EQ(100, of(self->rates, "calls", 1, "calls"));
}

TEST_F(calls, that_are_new_count_from_nothing)
{
	EXPECT_EQ(4, of(self->rates, "calls", 2, "calls"));
	EXPECT_EQ(4, of(self->rates, "calls", 2, "errors"));
}

TEST_F(calls, of_a_process_number_used_again_count_from_nothing)
{
	EXPECT_EQ(3, of(self->rates, "tasks", 0, "calls"));
}

TEST_F(calls, that_were_lost_are_told)
{
	EXPECT_EQ(4, json_integer_value(json_object_get(self->rates, "lost")));
}

TEST_F(calls, are_sorted_the_largest_first)
{
	json_t *rows = json_object_get(self->rates, "calls"), *sorted;

	sorted = rates_sorted(rows, "calls");
	ASSERT_EQ(3, json_array_size(sorted));
	EXPECT_EQ(json_array_get(rows, 1), json_array_get(sorted, 0));
	EXPECT_EQ(json_array_get(rows, 2), json_array_get(sorted, 1));
	EXPECT_EQ(json_array_get(rows, 0), json_array_get(sorted, 2));
	json_decref(sorted);
	sorted = rates_sorted(rows, "seconds");
	EXPECT_EQ(json_array_get(rows, 0), json_array_get(sorted, 0));
	json_decref(sorted);
}

TEST_HARNESS_MAIN
