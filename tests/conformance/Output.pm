# SPDX-License-Identifier: GPL-2.0
#
# What a Go test program says with -test.v, case by case.
package Output;
use strict;
use warnings;

sub new {
	my ($class) = @_;
	return bless { cases => {}, log => {}, current => '', tail => [], list => [] }, $class;
}

# The program may have left the line before without an end, so what go test says
# is not always at the start of a line.
sub line {
	my ($self, $line) = @_;
	if ($line =~ /=== (RUN|CONT|PAUSE) +(\S+)$/) {
		$self->{current} = $2;
		$self->{cases}{$2} //= { result => '' } if $1 eq 'RUN';
	} elsif ($line =~ /--- (PASS|FAIL|SKIP): (\S+) \([\d.]+s\)$/ && $self->{cases}{$2}) {
		$self->{cases}{$2}{result} = lc $1;
		$self->{current} = $2;
	} else {
		$self->said($line);
	}
}

sub said {
	my ($self, $line) = @_;
	$self->{ended} = 1 if $line =~ /^(PASS|FAIL)$/;
	$self->{crash} //= $line =~ s/^\s+|\s+$//gr
	    if $line =~ /^(panic: |fatal error: |fatal: |SIG[A-Z]+: |unexpected fault|runtime: )/;
	push @{$self->{tail}}, $line;
	shift @{$self->{tail}} if @{$self->{tail}} > 20;
	my $log = $self->{log}{$self->{current}} //= [];
	push @$log, $line if @$log < 60;
}

# The names that -test.list printed, which end with the program's "ok".
sub listed {
	my ($self, $line) = @_;
	push @{$self->{list}}, $line if $line =~ /^(Test|Example|Fuzz)\w*$/;
}

sub why {
	my ($self, $name) = @_;
	my @log = grep { /\S/ } @{$self->{log}{$name} // []};
	my ($said) = grep { /^\s+\S+\.go:\d+: \S/ } @log;
	$said //= $log[0] // '';
	return substr($said =~ s/^\s+|\s+$//gr, 0, 300);
}

# Why the program did not come to its end.
sub end_of_program {
	my ($self) = @_;
	return $self->{died} if $self->{died};
	return $self->{crash} if $self->{crash};
	my ($last) = grep { /\S/ } reverse @{$self->{tail}};
	return "status $self->{status}" . ($last ? ": $last" : '');
}

# Cases that the program came to and never left.
sub unfinished {
	my ($self) = @_;
	return grep { !$self->{cases}{$_}{result} } sort keys %{$self->{cases}};
}

# Tests with such a case, of a program that ended well: a subtest's result never comes
# if its test does not wait for it (os/signal's TestNohup waits for the work only).
sub lost {
	my ($self) = @_;
	my %tests = map { s{/.*}{}r => 1 } $self->unfinished;
	return sort keys %tests;
}

# Tests that have no result because another one ended the program: that it did not
# come to, or that waited for their turn. A panic says which one it was, else it
# was the last that said something.
sub not_reached {
	my ($self) = @_;
	my ($culprit) = $self->{current} =~ m{^([^/]*)};
	return grep { $_ ne $culprit && !($self->{cases}{$_} && $self->{cases}{$_}{result}) } @{$self->{list}};
}

# What a later run of some of the cases found out.
sub add {
	my ($self, $later) = @_;
	for my $name (keys %{$later->{cases}}) {
		my $before = $self->{cases}{$name};
		my $now = $later->{cases}{$name};
		next if $before && $before->{result} && !$now->{result};
		$now->{again} = 1 if $before && $before->{result} eq 'fail' && $now->{result} eq 'pass';
		$self->{cases}{$name} = $now;
		$self->{log}{$name} = $later->{log}{$name} if $later->{log}{$name};
	}
}

1;
