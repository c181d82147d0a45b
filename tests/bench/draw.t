#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# What draw makes of its arguments and of figures.
use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use JSON::PP;
use Test::More;

my $dir = tempdir(CLEANUP => 1);
my @rows = qw(native_unpatched native_patched table_data table_bpf table_bpf_leave restrict_50
	rewrite_passed dispatch_allowed seccomp_50 seccomp_run_50 seccomp_run_300 dispatch_trapped
	notify ptrace);

sub put {
	my ($file, $text) = @_;
	open my $out, '>', "$dir/$file" or die "$dir/$file: $!\n";
	print $out $text;
	close $out;
}

sub slurp {
	my ($file) = @_;
	open my $in, '<', "$dir/$file" or return '';
	local $/;
	return scalar <$in>;
}

# Return: exit code, output and errors.
sub draw {
	my $said = qx($FindBin::Bin/draw @_ 2>&1);
	return ($? >> 8, $said);
}

my %value = map { $rows[$_] => 200 * ($_ + 1) } 0 .. $#rows;
put('all.json', encode_json(\%value));
delete $value{ptrace};
put('some.json', encode_json(\%value));
put('bad.json', '{"native_unpatched": 210,');

sub refuses {
	my ($about, $code, $message, @args) = @_;
	put('picture.svg', 'as before');
	my ($exit, $said) = draw('-o', "$dir/picture.svg", @args);
	subtest $about => sub {
		is $exit ? 1 : 0, 1, 'it fails';
		is $exit, $code, "exit code $code" if $code;
		like $said, $message, 'it says why';
		is slurp('picture.svg'), 'as before', 'the picture is as before';
	};
}

for my $option ('-h', '--help') {
	my ($exit, $said) = draw('-o', "$dir/none.svg", $option);
	ok !$exit && $said =~ /^Usage: / && !-e "$dir/none.svg", "$option tells the usage and draws nothing";
}
refuses('an option that it has not', 2, qr/^Usage: /m, '--nonesuch');
refuses('too many arguments', 2, qr/^Usage: /m, "$dir/all.json", "$dir/all.json");
refuses('no figures', 0, qr/none\.json.*make bench/, "$dir/none.json");
refuses('figures of some rows only', 0, qr/no row ptrace: run 'make bench'/, "$dir/some.json");
refuses('what is no JSON', 0, qr/bad\.json is no JSON/, "$dir/bad.json");

my ($exit) = draw('-o', "$dir/picture.svg", "$dir/all.json");
my $svg = slurp('picture.svg');
is $exit, 0, 'all figures are drawn';
is_deeply [map { $svg =~ /\($_\)</ ? () : $_ } map { 200 * ($_ + 1) } 0 .. $#rows], [], 'each with its value';
draw('-o', "$dir/again.svg", "$dir/all.json");
is slurp('again.svg'), $svg, 'the same figures give the same picture';
done_testing;
