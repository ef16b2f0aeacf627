
# What a command is given by others than who started it comes as messages by a named pipe, each in one
# write that the kernel does not split: its length in 2 bytes, a letter, and what belongs to it.
sub AHEAD () { 65536 }   # bytes that wait for the command; then whoever sends waits

# Takes one whole message off what was read; nothing if there is none.
sub next_message {
    my ($sent) = @_;
    return if length $$sent < 2 || length $$sent < 2 + unpack 'n', $$sent;
    my $message = substr $$sent, 2, unpack 'n', $$sent;
    substr($$sent, 0, 2 + length $message) = '';
    return $message;
}

# What is new of bytes that begin at an offset, where so many were taken before.
sub unknown {
    my ($known, $offset, $bytes) = @_;
    my $skip = $known - $offset;
    return $skip < 0 || $skip >= length $bytes ? '' : substr $bytes, $skip;
}

# Standard input of a process: the end for the command, and what is needed to feed it by messages
#   w offset in 8 bytes, bytes; the highest offset stands for wherever the input has got to
#   c look whether the input is to end
# The supervisor holds the named pipe open, so whoever sends may come and go.
sub feed {
    my ($r) = @_;
    sysopen my $control, "$r->{folder}/input.pipe", O_RDWR | O_NONBLOCK or exit 0;
    pipe my $in, my $to or exit 0;
    # The sandbox's user owns it, so that it can open its own input again.
    chown $r->{uid}, $r->{uid}, $in if $r->{uid} ne '';
    fcntl $to, 4, O_NONBLOCK;
    return ($in, { dir => $r->{folder}, control => $control, to => $to, pending => '', sent => '',
        taken => 0 });
}

sub feeding {
    my ($f, $ready, $room) = @_;
    vec($$ready, fileno $f->{control}, 1) = 1 if length $f->{pending} < AHEAD;
    vec($$room, fileno $f->{to}, 1) = 1 if length $f->{pending};
}

sub fed {
    my ($f, $ready, $room) = @_;
    my $more = vec $ready, fileno $f->{control}, 1;
    if (!$f->{to}) {
        # Nobody reads it any more: what is sent now is lost, as it is in any pipe.
        sysread $f->{control}, my $lost, 65536 if $more;
        return;
    }
    if ($more) {
        sysread $f->{control}, $f->{sent}, 65536, length $f->{sent};
        my $before = $f->{taken};
        while (defined(my $message = next_message(\$f->{sent}))) {
            next if substr($message, 0, 1) ne 'w';
            my $offset = unpack 'Q>', substr $message, 1;
            my $new = unknown($f->{taken}, $offset == ~0 ? $f->{taken} : $offset, substr $message, 9);
            $f->{pending} .= $new;
            $f->{taken} += length $new;
        }
        if ($f->{taken} > $before) {
            put("$f->{dir}/taken.next", "$f->{taken}\n");
            rename "$f->{dir}/taken.next", "$f->{dir}/taken";
        }
    }
    if (length $f->{pending}) {
        my $n = syswrite $f->{to}, $f->{pending};
        return end_of_input($f) if !defined $n && $! != EAGAIN && $! != EINTR;
        substr($f->{pending}, 0, $n) = '' if $n;
    }
    # Whoever ends the input says so in a file first: the named pipe may have no room.
    if ($f->{pending} eq '' && -e "$f->{dir}/stdin.closed" && !waits($f->{control})) {
        end_of_input($f);
    }
}

sub waits {
    my ($from) = @_;
    my $ready = '';
    vec($ready, fileno $from, 1) = 1;
    return select($ready, undef, undef, 0) > 0;
}

sub end_of_input {
    my ($f) = @_;
    close $f->{to};
    delete $f->{to};
    $f->{pending} = '';
}
