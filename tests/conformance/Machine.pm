# SPDX-License-Identifier: GPL-2.0
#
# A virtual machine that runs one program of tests after another.
package Machine;
use strict;
use warnings;
use Output;
use Time::HiRes qw(time);

# share: the directory that the machine sees; guest: the text of its script.
sub start {
	my ($class, %arg) = @_;
	my $self = bless { %arg, mark => sprintf('@@%08x', rand 0xffffffff), rest => '' }, $class;
	pipe my $in, my $to or die "conformance: pipe: $!\n";
	pipe my $from, my $out or die "conformance: pipe: $!\n";
	my $pid = fork // die "conformance: fork: $!\n";
	if (!$pid) {
		open STDIN, '<&', $in or die;
		open STDOUT, '>&', $out or die;
		open STDERR, '>', $self->{err} or die;
		close $_ for $in, $out, $to, $from;
		exec "$self->{top}/vm/run", '--timeout', 0, '--memory', '2G', '--share', $self->{share},
		    '--', '/bin/sh', '-c', $self->{guest}, 'conformance', $self->{mark};
		die "vm/run: $!\n";
	}
	close $_ for $in, $out;
	$to->autoflush(1);
	$from->blocking(0);
	@$self{qw(pid to from deadline)} = ($pid, $to, $from, time + 600);
	return $self;
}

# Hand over the next program.
sub give {
	my ($self, $job) = @_;
	$self->{job} = $job;
	$self->{idle} = 0;
	$job->{output} = Output->new;
	$self->{deadline} = time + $job->{seconds} + 300;
	open $self->{log}, '>>', $job->{log} or die "conformance: $job->{log}: $!\n";
	print {$self->{to}} join(' ', @$job{qw(system package seconds tests)}, @{$job->{flags}}), "\n";
}

# There is no more to do.
sub end {
	my ($self) = @_;
	$self->{idle} = 0;
	$self->{deadline} = time + 300;
	close $self->{to};
}

# Read what there is. True until the machine is off.
sub read {
	my ($self) = @_;
	my $n = sysread $self->{from}, $self->{rest}, 1 << 16, length $self->{rest};
	return 1 unless defined $n;
	while ($self->{rest} =~ s/^(.*?)\r?\n//) {
		$self->line($1);
	}
	return $n > 0;
}

sub line {
	my ($self, $line) = @_;
	my ($word, @rest) = $line =~ /^\Q$self->{mark}\E (.*)/ ? split(/ /, $1) : ('');
	my $output = $self->{job} && $self->{job}{output};
	if ($word eq 'end') {
		$output->{status} = $rest[0];
		$output->{took} = $rest[2] - $rest[1];
		$output->{killed} = 1 if $rest[0] == 137;
	} elsif ($word eq 'done') {
		$self->finished if $self->{job};
		$self->{idle} = 1;
	} elsif ($word eq 'missing') {
		$self->{missing} = [];
	} elsif ($self->{missing}) {
		push @{$self->{missing}}, $line;
	} elsif ($output && $word ne 'begin') {
		print {$self->{log}} "$line\n";
		defined $output->{status} ? $output->listed($line) : $output->line($line);
	}
}

sub finished {
	my ($self) = @_;
	close $self->{log};
	$self->{job}{done} = 1;
	$self->{job} = undef;
}

# The machine is off, or has to go.
sub gone {
	my ($self, $why) = @_;
	kill 'TERM', $self->{pid} if $why;
	waitpid $self->{pid}, 0;
	$self->{exit} = $? >> 8 || ($? & 127);
	return unless $self->{job};
	$self->{job}{output}{died} = $why || "the machine ended with status $self->{exit}";
	$self->{job}{output}{status} //= 255;
	$self->{job}{machine_died} = 1;
	$self->finished;
}

1;
