
# A file that keeps what a command writes. Offsets in it are those of the stream: what is older than
# is to be kept is dropped by punching holes, which moves nothing.
sub spool {
    my ($file, $keep) = @_;
    sysopen my $f, $file, O_WRONLY | O_APPEND | O_CREAT, 0600 or exit 0;
    my $step = int($keep / 8) > 65536 ? int($keep / 8) : 65536;
    return { file => $file, to => $f, end => 0, keep => $keep, step => $step,
        next => $keep + $step };
}

# Appends; false if the disk is full.
sub store {
    my ($log, $bytes) = @_;
    my $done = 0;
    while ($done < length $bytes) {
        my $n = syswrite $log->{to}, $bytes, length($bytes) - $done, $done;
        if (!defined $n) { next if $! == EINTR; return 0 }
        $done += $n;
    }
    $log->{end} += $done;
    trim($log) if $log->{end} > $log->{next};
    return 1;
}

sub trim {
    my ($log) = @_;
    my $from = $log->{end} - $log->{keep};
    $from -= $from % 4096;
    $log->{next} = $log->{end} + $log->{step};
    # Said before it is done: a reader between the two sees a gap, never zeros.
    put("$log->{file}.next", $from);
    rename "$log->{file}.next", "$log->{file}.earliest" or return;
    syscall $nr{fallocate}, fileno $log->{to}, 3, 0, $from;
}
