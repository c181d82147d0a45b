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

# Returns { cases, pass, skip, fail, again, linux_pass, linux_fail, rows }.
sub package_result {
	my ($linux, $freebsd, $known) = @_;
	my %sum = (cases => 0, pass => 0, skip => 0, fail => 0, again => 0, known => 0, rows => []);
	my @passing = grep { $linux->{cases}{$_}{result} eq 'pass' } sort keys %{$linux->{cases}};
	$sum{linux_pass} = @passing;
	$sum{linux_fail} = grep { $_->{result} !~ /pass|skip/ } values %{$linux->{cases}};
	$sum{linux_end} = $linux->end_of_program if $linux->{status} && $linux->unfinished;
	for my $name (@passing) {
		my ($result, $why) = as_freebsd($freebsd, $name) or next;
		$sum{cases}++;
		$sum{$result}++;
		$sum{again}++ if $result eq 'pass' && $freebsd->{cases}{$name}{again};
		next if $result eq 'pass';
		my $cause = known_cause($known, $name);
		$cause->{seen} = 1 if $cause;
		$sum{known}++ if $cause;
		push @{$sum{rows}}, { case => $name, result => $result, why => $why,
			$cause ? (cause => $cause->{cause}) : () };
	}
	$sum{unexpected} = grep { !$_->{cause} } @{$sum{rows}};
	return \%sum;
}

1;
