# Stands on the host and waits to be reached from a sandbox. Run as
# perl -e TEXT FOLDER SECRET NAME, where the secret in its arguments is part of the bait; says its
# port and the key of its shared memory, and ends with its input.
use strict;
use Socket;
my ($folder, $secret, $name) = @ARGV;

socket my $tcp, AF_INET, SOCK_STREAM, 0 or die "socket: $!";
bind $tcp, pack_sockaddr_in(0, inet_aton('127.0.0.1')) or die "bind: $!";
socket my $path, AF_UNIX, SOCK_STREAM, 0 or die "socket: $!";
bind $path, pack_sockaddr_un("$folder/socket") or die "bind: $!";
chmod 0777, "$folder/socket";
socket my $abstract, AF_UNIX, SOCK_STREAM, 0 or die "socket: $!";
bind $abstract, pack('S a*', AF_UNIX, "\0$name") or die "bind: $!";
listen $_, 16 for $tcp, $path, $abstract;

my ($key, $memory);
until (defined $memory) {
    $key = 1 + int rand 0x7fffffff;
    $memory = shmget $key, 64, 01666;
}
shmwrite $memory, $secret, 0, 64;

$| = 1;
print +(unpack_sockaddr_in(getsockname $tcp))[0], " $key\n";
while (1) {
    my $ready = '';
    vec($ready, fileno $_, 1) = 1 for *STDIN, $tcp, $path, $abstract;
    next if select($ready, undef, undef, undef) < 0;
    last if vec $ready, fileno STDIN, 1;
    for my $server ($tcp, $path, $abstract) {
        next if !vec $ready, fileno $server, 1;
        accept my $client, $server or next;
        syswrite $client, "$secret\n";
    }
}
shmctl $memory, 0, 0;
