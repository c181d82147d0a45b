# SPDX-License-Identifier: GPL-2.0
#
# What one of the kernel's selftests says, case by case. They speak half a dozen forms.
package Output;
use strict;
use warnings;

sub new {
	my ($class) = @_;
	return bless { cases => {}, order => [], text => {} }, $class;
}

# A name that is told twice is two cases; an address or a count is no part of a name.
sub add {
	my ($self, $name, $result) = @_;
	$name =~ s/(?:0x)+[0-9a-f]+/0x_/gi;
	$name =~ s/\b\d{3,}\b/_/g;
	$name =~ s/^\s+|\s+$//g;
	my $n = ++$self->{text}{$name};
	$name .= " ($n)" if $n > 1;
	push @{$self->{order}}, $name;
	$self->{cases}{$name} = $result;
}

my %word = (ok => 'pass', pass => 'pass', fail => 'fail', skip => 'skip', xfail => 'skip');

sub line {
	my ($self, $line) = @_;
	if ($line =~ /^(not )?ok \d+(?: -)? ?([^#]*)(?:# (SKIP|XFAIL|TODO)\b)?/) {
		$self->add($2, $3 ? 'skip' : $1 ? 'fail' : 'pass');
	} elsif ($line =~ /^\[(OK|FAIL|SKIP|PASS)\]\s*(.*)/) { # x86
		$self->add($2, $word{lc $1});
	} elsif ($line =~ m{^(#\d+/[up] .*) (OK|FAIL|SKIP)\b}) { # test_verifier
		$self->add($1, $word{lc $2});
	} elsif ($line =~ m{^#[\d/]+\s+(\S.*?):(OK|FAIL|SKIP)$}) { # test_progs
		$self->add($1, $word{lc $2});
	} elsif ($line =~ /^Test case: (.*?) \.\. \[(PASS|FAIL)\]/) { # test_sock, test_sysctl
		$self->add($1, $word{lc $2});
	} elsif ($line =~ /^(test_\w+[^:]*):\s*(PASS|OK|FAIL|SKIP)/i) { # test_maps and its like
		$self->add($1, $word{lc $2});
	}
}

# How the program ended is a case, too.
sub ended {
	my ($self, $status) = @_;
	my $result = $status == 0 ? 'pass' : $status == 4 ? 'skip' : 'fail';
	$self->{status} = $status;
	push @{$self->{order}}, 'exit status';
	$self->{cases}{'exit status'} = $result;
}

sub count {
	my ($self, $result) = @_;
	return scalar grep { $_ eq $result } values %{$self->{cases}};
}

# Those that differ from another's: lists of name, this one's, the other's.
sub differences {
	my ($self, $other) = @_;
	my %seen;
	return map { [$_, $self->{cases}{$_} // 'absent', $other->{cases}{$_} // 'absent'] }
	    grep { !$seen{$_}++ && ($self->{cases}{$_} // '') ne ($other->{cases}{$_} // '') }
	    (@{$self->{order}}, @{$other->{order}});
}

1;
