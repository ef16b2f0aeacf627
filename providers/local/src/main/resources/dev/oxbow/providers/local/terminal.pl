
# Keeps one terminal: as supervise() does a process, but the command's streams are a pseudo terminal
# of the sandbox's own set, of which this holds the other end. Viewers come and go without its
# knowing: they read the file of what was shown, and send messages (see input.pl):
#   w VIEWER NUL offset in 8 bytes, what was typed
#   t VIEWER NUL columns, rows in 2 bytes each: the viewer takes the size over
#   r VIEWER NUL columns, rows: a new size, if the viewer owns it
#   h hang up
sub HANG_UP () { 0.3 }   # seconds that the command has after HUP

sub terminal {
    my ($file, $ready) = @_;
    my %r = fields(content($file), qw(group env arg shown));
    my $dir = $r{folder} or exit 0;
    $0 = "oxbow terminal $r{id}";
    claim($dir, $ready);
    delete @$ready{qw(out outw err errw)};
    my $log = spool("$dir/out", $r{keep});
    sysopen my $control, "$dir/control.pipe", O_RDWR | O_NONBLOCK or exit 0;
    my %t = (dir => $dir, log => $log, typed => {}, pending => '', size => "$r{columns} $r{rows}");
    my $slave = pty(\%r, \%t);
    if (!$slave) {
        store($log, "a terminal cannot be had: $!\r\n");
    }
    put("$dir/started", "1\n");
    report("started $r{id}");

    my $before = ooms(\%r);
    my $end = $r{deadline} ne '' ? now() + $r{deadline} : undef;
    my $command = $slave ? command(\%r, $slave, $slave, $slave, []) : undef;
    # What follows needs no more than a command may.
    confine() or $command && kill 'KILL', $command;
    close $slave if $slave;
    my $master = $t{master};
    my ($status, $left, $killing, $quiet, $late, $sent) = (undef, 0, 0, undef, 0, '');
    $status = 125 << 8 if !$command;
    my $watch = $command ? syscall($nr{pidfd_open}, $command, 0) : -1;
    my ($held, $gone) = (holding(\%r), 0);
    while (1) {
        if (!defined $status && waitpid($command, 1) == $command) {
            $status = $?;
            $left = sweep(\%r);
            $quiet = now();
        }
        last if defined $status && (!$master || now() - ($quiet || 0) > $DRAIN);
        # Nobody has the other end open, and somebody may open it again: looked at now and then.
        my $timeout = defined $status ? ($t{idle} ? 0 : $DRAIN)
            : $watch < 0 ? 0.01 : $t{idle} ? 0.05 : undef;
        if ($held == GONE) { ($held, $gone, $end, $killing) = (-1, 1, now(), 1) }
        if (defined $end && !defined $status) {
            my $rest = $end - now();
            if ($rest <= 0) {
                put("$dir/deadline", '') if !$t{hung} && !$gone && !$late++;
                kill $killing ? 'KILL' : 'TERM', tree(\%r);
                $rest = $killing++ ? 0.1 : $GRACE;
                $end = now() + $rest;
            }
            $timeout = $rest if !defined $timeout || $rest < $timeout;
        }
        my ($ready, $room) = ('', '');
        vec($ready, fileno $master, 1) = 1 if $master && !$t{idle};
        vec($room, fileno $master, 1) = 1 if $master && length $t{pending};
        vec($ready, fileno $control, 1) = 1 if length $t{pending} < AHEAD;
        vec($ready, $watch, 1) = 1 if !defined $status && $watch >= 0;
        vec($ready, $held, 1) = 1 if !defined $status && $held >= 0;
        my $n = select $ready, $room, undef, $timeout;
        $held = GONE if $n > 0 && $held >= 0 && vec $ready, $held, 1;
        if ($n > 0 && vec $ready, fileno $control, 1) {
            my $m = sysread $control, $sent, 65536, length $sent;
            messages(\%t, \$sent) if $m;
            if ($t{hung} && $master) {
                shown(\%t, 1 << 20);
                # The kernel sends HUP to whoever minds; the others have this long.
                close $master;
                undef $master;
                $end = now() + HANG_UP;
                $killing = 1;
            }
        }
        if ($master) {
            if (length $t{pending} && $n > 0 && vec $room, fileno $master, 1) {
                my $m = syswrite $master, $t{pending};
                substr($t{pending}, 0, $m) = '' if $m;
            }
            if ($t{idle} || $n > 0 && vec $ready, fileno $master, 1) {
                my $got = shown(\%t, 65536);
                $quiet = now() if $got && defined $status;
                # A full disk: as if the line was cut.
                if ($t{lost}) { close $master; undef $master; $end = now(); $killing = 1; $t{hung} = 1 }
                # After the end of the command this is the end of all it has shown.
                elsif ($t{idle} && defined $status) { close $master; undef $master }
            }
        }
    }
    my $oom = ooms(\%r) - $before;
    my $signal = $status & 127;
    my $code = $signal ? 128 + $signal : $status >> 8;
    active("$dir/../../activity", $ready->{boot});
    put("$dir/exit", join(' ', 2, $code, $signal ? 1 : 0, $late ? 1 : 0, held(\%r) ? 0 : 1, $oom,
        $left, ".\n"));
    report("ended $r{id}");
    rmdir $r{track} if $r{track} ne '';
    exit 0;
}

# Opens a terminal of the sandbox's own set: a folder that nobody inside can put aside. Returns the
# end for the command.
sub pty {
    my ($r, $t) = @_;
    my ($set, $ptmx) = $r->{bare} ? ('/dev/pts', '/dev/ptmx')
        : map { "/proc/$r->{holder}/root/dev/pts$_" } '', '/ptmx';
    sysopen my $master, $ptmx, O_RDWR | O_NOCTTY | O_NONBLOCK or return;
    my $number = pack 'i', 0;
    ioctl $master, TIOCSPTLCK, $number or return;
    ioctl $master, TIOCGPTN, $number or return;
    my $name = "$set/" . unpack 'i', $number;
    if ($r->{uid} ne '') { chown $r->{uid}, $r->{uid}, $name or return }
    $t->{master} = $master;
    window($t);
    # Open before the command has it: else there would be a moment in which nobody has.
    sysopen my $slave, $name, O_RDWR | O_NOCTTY or return;
    return $slave;
}

sub window {
    my ($t) = @_;
    my ($columns, $rows) = split ' ', $t->{size};
    my $size = pack 'S4', $rows, $columns, 0, 0;
    ioctl $t->{master}, TIOCSWINSZ, $size if $t->{master};
}

# Writes down the size from here on and whose it is, before anything is shown in it.
sub sizes {
    my ($t) = @_;
    sysopen my $f, "$t->{dir}/sizes", O_WRONLY | O_APPEND | O_CREAT, 0600 or return;
    syswrite $f, join(' ', $t->{log}{end}, $t->{size}, defined $t->{owner} ? $t->{owner} : '-', ".\n");
}

# Moves what there is to show into its file, up to about that many bytes; whether there was
# anything.
sub shown {
    my ($t, $most) = @_;
    my $got = 0;
    $t->{idle} = 0;
    while ($got < $most) {
        my $n = sysread $t->{master}, my $bytes, 65536;
        if (!defined $n) {
            next if $! == EINTR;
            $t->{idle} = 1 if $! == EIO;
            last;
        }
        last if !$n;
        store($t->{log}, $bytes) or $t->{lost} = 1, last;
        $got += $n;
    }
    return $got;
}

sub messages {
    my ($t, $sent) = @_;
    my ($typed, $size, $owner) = (0, $t->{size}, $t->{owner});
    while (defined(my $message = next_message($sent))) {
        my $what = substr $message, 0, 1;
        if ($what eq 'h') { $t->{hung} = 1; next }
        my ($viewer, $rest) = split /\0/, substr($message, 1), 2;
        if ($what eq 'w') {
            my $known = $t->{typed}{$viewer} || 0;
            my $new = unknown($known, unpack('Q>', $rest), substr $rest, 8);
            $t->{pending} .= $new;
            $t->{typed}{$viewer} = $known + length $new;
            $typed = 1;
        } elsif ($what eq 't' || defined $owner && $viewer eq $owner) {
            $owner = $viewer;
            $size = join ' ', unpack 'n2', $rest;
        }
    }
    if ($typed) {
        my $known = $t->{typed};
        put("$t->{dir}/typed.next", join '', map { "$_ $known->{$_}\n" } keys %$known);
        rename "$t->{dir}/typed.next", "$t->{dir}/typed";
    }
    # Of several sizes only the last is seen; what was shown in the old one is put before it.
    my $other = $size ne $t->{size};
    return if !$other && (defined $t->{owner} ? $t->{owner} : '') eq (defined $owner ? $owner : '');
    shown($t, 1 << 20) if $t->{master} && !$t->{hung};
    ($t->{size}, $t->{owner}) = ($size, $owner);
    sizes($t);
    window($t) if $other && !$t->{hung};
}
