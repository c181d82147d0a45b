# SPDX-License-Identifier: GPL-2.0
#
# The cases of one package as FreeBSD next to the same cases as Linux.
package Compare;
use strict;
use warnings;

# Lines "PACKAGE CASE CAUSE…": cases that are known not to pass. A case stands for
# those below it, too.
sub known {
	my ($file) = @_;
	my %known;
	open my $in, '<', $file or die "conformance: $file: $!\n";
	while (<$in>) {
		next if /^\s*(#|$)/;
		my ($package, $case, $cause) = /^(\S+)\s+(\S+)\s+(\S.*)$/
		    or die "conformance: $file:$.: not PACKAGE CASE CAUSE\n";
		$known{$package}{$case} = { cause => $cause, case => $case, line => $. };
	}
	return \%known;
}

sub known_cause {
	my ($known, $case) = @_;
	for (my $name = $case; ; ) {
		return $known->{$name} if $known->{$name};
		$name =~ s{/[^/]*$}{} or return undef;
	}
}

# One case as FreeBSD: (result, why), or nothing if it does not exist there.
sub as_freebsd {
	my ($output, $name) = @_;
	my $case = $output->{cases}{$name};
	if ($case) {
		return ($case->{result}, $output->why($name)) if $case->{result};
		return ('fail', 'did not end: ' . $output->end_of_program);
	}
	my $top = $name =~ s{/.*}{}r;
	my $above = $output->{cases}{$top};
	if (!$above) {
		# With no list the program did not even start.
		return if !$output->{status} || @{$output->{list}} && !grep { $_ eq $top } @{$output->{list}};
		return ('fail', 'not reached: ' . $output->end_of_program);
	}
	return if $above->{result} eq 'pass';
	return ('skip', $output->why($top)) if $above->{result} eq 'skip';
	return ('fail', "$top failed before it");
}

# What fails and only FreeBSD has: not in the ratio, but it has to be known.
sub only_freebsd {
	my ($linux, $freebsd) = @_;
	my %there = map { $_ => 1 } @{$linux->{list}}, keys %{$linux->{cases}};
	return grep { $freebsd->{cases}{$_}{result} !~ /pass|skip/ && !$there{$_ =~ s{/.*}{}r} }
	    sort keys %{$freebsd->{cases}};
}

# A case that does not pass, with its cause if it is known.
sub row {
	my ($known, $name, $result, $why) = @_;
	my $cause = known_cause($known, $name);
	$cause->{seen} = 1 if $cause;
	return { case => $name, result => $result, why => $why, $cause ? (cause => $cause->{cause}) : () };
}

# Returns { cases, pass, skip, fail, again, only, known, unexpected, rows, … }.
sub package_result {
	my ($linux, $freebsd, $known) = @_;
	my %sum = map { $_ => 0 } qw(cases pass skip fail again);
	my @rows;
	for my $name (grep { $linux->{cases}{$_}{result} eq 'pass' } sort keys %{$linux->{cases}}) {
		my ($result, $why) = as_freebsd($freebsd, $name) or next;
		$sum{cases}++;
		$sum{$result}++;
		$sum{again}++ if $result eq 'pass' && $freebsd->{cases}{$name}{again};
		push @rows, row($known, $name, $result, $why) if $result ne 'pass';
	}
	my @only = map { row($known, $_, as_freebsd($freebsd, $_)) } only_freebsd($linux, $freebsd);
	push @rows, @only;
	$sum{only} = @only;
	$sum{known} = grep { $_->{cause} } @rows;
	$sum{unexpected} = @rows - $sum{known};
	$sum{linux_end} = $linux->end_of_program if $linux->{status} && $linux->unfinished;
	return { %sum, rows => \@rows };
}

1;
