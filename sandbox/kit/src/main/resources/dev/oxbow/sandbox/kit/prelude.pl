# What the Perl programs of the corpus share.
use strict;
no warnings;
use Config;
$| = 1;
my $arm = $Config{archname} =~ /aarch64/;
# EPERM, ESRCH, EACCES, ENOSPC of namespaces, ENOSYS, EAFNOSUPPORT: refused, or not to be seen.
my %refusal = map { $_ => 1 } 1, 3, 13, 28, 38, 97;

sub got { print "ESCAPED @_\n" }

sub judge {
    my ($done, $error) = @_;
    if ($done) { got('done') }
    elsif (!$refusal{$error}) { got("taken up, errno $error") }
    else { print $error == 38 || $error == 97 ? "held: no such call\n" : "held: errno $error\n" }
}

# A system call, by its numbers on x86-64 and aarch64; it got through if the kernel took it up.
sub call {
    my ($x86, $other, @args) = @_;
    my $number = $arm ? $other : $x86;
    return judge(0, 38) if $number < 0;
    $! = 0;
    my $result = syscall $number, @args;
    judge($result != -1, $! + 0);
}

sub control {
    my ($request, $argument) = @_;
    $! = 0;
    judge(defined ioctl(STDIN, $request, $argument), $! + 0);
}

# In a child: what is changed is gone with it.
sub child {
    my ($what) = @_;
    my $pid = fork;
    if (!$pid) { $what->(); exit 0 }
    waitpid $pid, 0;
}

# Whether the kernel knows a way to an address; nothing is sent.
sub way {
    my ($family, $address) = @_;
    socket my $s, $family, 2, 0 or return;
    setsockopt $s, 1, 6, pack 'i', 1;
    $! = 0;
    if (connect $s, $address) { got('a way') }
    else { print 'held: errno ', $! + 0, "\n" }
}

sub route {
    my ($address, $port) = @_;
    way(2, pack 'S n C4 x8', 2, $port, split /\./, $address);
}

sub route6 {
    my ($address, $port) = @_;
    way(10, pack 'S n N a16 N', 10, $port, 0, $address, 0);
}

