#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# What becomes of the output of two programs of Go's tests.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Compare;
use Output;

sub output {
	my ($text, %arg) = @_;
	my $output = Output->new;
	$output->line($_) for split /\n/, $text;
	$output->listed($_) for @{$arg{list} // []};
	$output->{status} = $arg{status} // 0;
	return $output;
}

sub ran {
	return join '', map { "=== RUN   $_->[0]\n--- \U$_->[1]\E: $_->[0] (0.00s)\n" } @_;
}

sub compare {
	my ($linux, $freebsd, %known) = @_;
	return Compare::package_result($linux, $freebsd, { map { $_ => { case => $_, cause => $known{$_} } } keys %known });
}

sub rows {
	my ($sum) = @_;
	return join ' ', map { "$_->{result}:$_->{case}" } @{$sum->{rows}};
}

my $linux = output(ran(['TestA', 'pass'], ['TestB', 'pass'], ['TestC', 'fail'], ['TestD', 'skip']));
my $sum = compare($linux, output(ran(['TestA', 'pass'], ['TestB', 'fail'], ['TestC', 'pass'], ['TestD', 'pass'])));
is("$sum->{cases} $sum->{pass} $sum->{fail}", '2 1 1', 'only what passes as Linux counts');
is(rows($sum), 'fail:TestB', 'what fails is named');
is($sum->{unexpected}, 1, 'a failure that is not known is unexpected');

$sum = compare($linux, output(ran(['TestA', 'pass'], ['TestB', 'fail'])), TestB => 'for a reason');
is($sum->{unexpected}, 0, 'a failure that is known is not');
is($sum->{rows}[0]{cause}, 'for a reason', 'its cause is told');

$sum = compare($linux, output(ran(['TestA', 'pass'], ['TestB', 'skip'])));
is("$sum->{pass} $sum->{skip}", '1 1', 'what is skipped does not pass');

$sum = compare($linux, output(ran(['TestA', 'pass'])));
is("$sum->{cases} $sum->{pass}", '1 1', 'what the other system does not have is not counted');

$sum = compare($linux, output(ran(['TestA', 'pass'], ['TestB', 'pass'], ['TestC', 'fail'], ['TestE', 'fail'])));
is("$sum->{cases} $sum->{only} $sum->{unexpected} " . rows($sum), '2 1 1 fail:TestE',
    'what only FreeBSD has is not counted, but told if it fails');

my $crashed = output("=== RUN   TestA\npanic: no such thing\n", status => 2, list => [qw(TestA TestB ok)]);
$sum = compare($linux, $crashed);
is(rows($sum), 'fail:TestA fail:TestB', 'a panic fails the case and those after it');
like($sum->{rows}[0]{why}, qr/did not end: panic: no such thing/, 'and is told');
is(join(' ', $crashed->not_reached), 'TestB', 'those after it are run again, the culprit is not');
$crashed->add(output(ran(['TestB', 'pass'])));
is(rows(compare($linux, $crashed)), 'fail:TestA', 'and may pass then');

$sum = compare($linux, output('', status => 139));
is(rows($sum), 'fail:TestA fail:TestB', 'a program that does not start fails all');

my $again = output(ran(['TestA', 'pass'], ['TestB', 'fail']));
$again->add(output(ran(['TestB', 'pass'])));
$sum = compare($linux, $again);
is("$sum->{pass} $sum->{again}", '2 1', 'what passes at the second try is told');

my $subtests = output(ran(['TestA/x', 'pass'], ['TestA/y', 'pass'], ['TestA', 'pass']));
is(rows(compare($subtests, output(ran(['TestA/x', 'pass'], ['TestA', 'fail'])))), 'fail:TestA fail:TestA/y',
    'subtests that a failed test did not come to fail');
is(rows(compare($subtests, output(ran(['TestA/x', 'pass'], ['TestA', 'pass'])))), '',
    'subtests that a passed test does not have are not counted');
is(compare($subtests, output(ran(['TestA/x', 'fail'], ['TestA/y', 'pass'], ['TestA', 'fail'])), TestA => 'why')->{known}, 2,
    'a known case stands for those below it');

my $loser = output("=== RUN   TestA\n=== RUN   TestA/x\n=== RUN   TestA/y\n--- PASS: TestA (0.00s)\n    --- PASS: TestA/x (0.00s)\nPASS\n");
is(rows(compare($subtests, $loser)), 'fail:TestA/y', 'a subtest without a result fails');
is(join(' ', $loser->lost), 'TestA', 'its test is run again');
$loser->add(output("=== RUN   TestA\n=== RUN   TestA/y\n--- PASS: TestA (0.00s)\n    --- PASS: TestA/y (0.00s)\nPASS\n"));
is(rows(compare($subtests, $loser)), '', 'and may pass then');
is(join(' ', $loser->lost), '', 'which is the last time');

my $messy = output("=== RUN   TestA\nno newline--- PASS: TestA (0.00s)\n--- FAIL: TestOther (0.00s)\n");
is($messy->{cases}{TestA}{result}, 'pass', 'a result after other text counts');
ok(!$messy->{cases}{TestOther}, 'a result of a case that never began does not');

done_testing;
