# Freezing what a sandbox that works has changed: a copy of what is new in its topmost layer since
# the last time. After layers.pl.

my $RACY = 0.05;    # seconds within which the clock of files may stand still
my $OPAQUE = 'overlay.opaque';

# Stops everything in the sandbox, copies, lets it go on.
sub delta {
    my ($l) = @_;
    my @stopped = freeze($l);
    my $said = eval {
        # What its owner has closed to himself is read too.
        own_users() if !$l->{root};
        changes($l);
    };
    my $why = $@;
    thaw($l, @stopped);
    die $why if !defined $said;
    return $said;
}

sub freeze {
    my ($l) = @_;
    if ($l->{group} ne '') {
        write_to("$l->{group}/cgroup.freeze", '1');
        my $until = now() + 5;
        until (content("$l->{group}/cgroup.events") =~ /^frozen 1/m) {
            if (now() > $until) {
                thaw($l);
                die "its processes do not stand still\n";
            }
            nap(0.0005);
        }
        return;
    }
    return if $l->{holder} eq '';
    my $inside = readlink("/proc/$l->{holder}/ns/pid") // die "the holder is gone\n";
    my (%stopped, $more);
    do {
        $more = 0;
        opendir my $all, '/proc' or die "/proc: $!\n";
        for my $pid (grep { /^\d+$/ && $_ != $l->{holder} && !exists $stopped{$_} } readdir $all) {
            next if (readlink("/proc/$pid/ns/pid") // '') ne $inside;
            # Who was stopped before stays so.
            $stopped{$pid} = content("/proc/$pid/stat") !~ /.*\) T/s;
            kill 'STOP', $pid;
            $more = 1;
        }
    } while $more;
    return grep { $stopped{$_} } keys %stopped;
}

sub thaw {
    my ($l, @stopped) = @_;
    if ($l->{group} ne '') { eval { write_to("$l->{group}/cgroup.freeze", '0') } }
    kill 'CONT', @stopped if @stopped;
}

# Walks the layer, copies what differs from the list of the last time, and writes the next list.
sub changes {
    my ($l) = @_;
    my ($from, $to) = ("$l->{top}/files", "$l->{into}/files");
    my $prefix = $l->{root} ? 'trusted.' : 'user.';
    my $old = known($l->{index});
    my $start = now_of_files();
    my %d = (from => $from, to => $to, old => $old, new => {}, made => {}, links => {},
        opaque => {}, prefix => $prefix, count => 0, racy => $start - $RACY);
    for my $part ('workspace', 'home', 'tmp') { walk(\%d, $part, 0) }
    vanished(\%d);
    finish(\%d);
    my $list = '';
    while (my ($path, $facts) = each %{ $d{new} }) { $list .= "$path\0$facts\0" }
    my $next = $l->{next};
    sysopen my $f, $next, O_WRONLY | O_CREAT | O_TRUNC, 0600 or die "$next: $!\n";
    my $done = 0;
    while ($done < length $list) {
        $done += must(scalar syswrite($f, $list, 1 << 20, $done), $next);
    }
    return $d{count};
}

# The time that files get now, which is behind the clock.
sub now_of_files {
    my $time = pack 'qq', 0, 0;
    syscall $nr{clock}, 5, $time;
    my ($s, $ns) = unpack 'qq', $time;
    return $s + $ns / 1e9;
}

sub known {
    my ($file) = @_;
    return {} if $file eq '';
    my @all = split /\0/, content($file), -1;
    pop @all;
    my %known = @all;
    return \%known;
}

# What the kernel says of a name, times in nanoseconds, which no number of Perl's own holds.
sub facts_of {
    my ($path) = @_;
    my ($name, $room) = ($path, "\0" x 256);
    must(syscall($fs{statx}, -100, $name, 0x100, 0x7ff, $room), $path);
    my %f;
    @f{qw(links user group mode)} = unpack 'x16 L L L S', $room;
    @f{qw(inode size)} = unpack 'x32 Q Q', $room;
    $f{atime} = substr $room, 64, 12;
    $f{mtime} = substr $room, 112, 12;
    ($f{changed}, $f{nanos}) = unpack 'x96 q L', $room;
    ($f{major}) = unpack 'x128 L', $room;
    $f{kind} = $f{mode} & 0170000;
    return \%f;
}

sub walk {
    my ($d, $path, $fresh) = @_;
    my $s = facts_of("$d->{from}/$path");
    return if $s->{kind} == 0140000;     # a socket
    my $directory = $s->{kind} == 0040000;
    my ($seconds, $nanos) = unpack 'q L', $s->{mtime};
    # A directory that hides what its name held below is another than one that does not, even if the
    # kernel gave it the same number.
    my $opaque = $directory && (attribute("$d->{from}/$path", $d->{prefix} . $OPAQUE) // '') eq 'y';
    my $facts = join ' ', $s->{inode}, $opaque ? 'o' : $directory ? 'd' : 'f', $s->{mode},
        $s->{user}, $seconds, $nanos;
    # What is in a directory is looked at for itself.
    $facts .= " $s->{size} $s->{changed} $s->{nanos}" if !$directory;
    $facts = 'racy' if $s->{changed} + $s->{nanos} / 1e9 > $d->{racy} && !$directory;
    my $before = $d->{old}{$path};
    $d->{new}{$path} = $facts;
    my $same = !$fresh && defined $before && $before eq $facts && $facts ne 'racy';
    if (!$directory) {
        copied($d, $path, $s) if !$same;
        return;
    }
    # One that was not here before hides what its name held, if it does so here.
    $d->{opaque}{$path} = 1 if $opaque && (!defined $before || $before !~ /^$s->{inode} o /);
    made($d, $path) if !$same || $d->{opaque}{$path} || $path !~ m{/};
    $d->{count}++ if !$same;
    opendir my $names, "$d->{from}/$path" or die "$path: $!\n";
    for my $name (readdir $names) {
        next if $name eq '.' || $name eq '..';
        walk($d, "$path/$name", $fresh || exists $d->{opaque}{$path});
    }
}

# Makes a directory, and those above it, in the new layer.
sub made {
    my ($d, $path) = @_;
    return if $d->{made}{$path}++;
    if ($path =~ m{^(.*)/[^/]+$}s) { made($d, $1) }
    mkdir "$d->{to}/$path", 0700 or -d "$d->{to}/$path" or die "$path: $!\n";
}

sub copied {
    my ($d, $path, $s) = @_;
    if ($path =~ m{^(.*)/[^/]+$}s) { made($d, $1) }
    my ($from, $to) = ("$d->{from}/$path", "$d->{to}/$path");
    $d->{count}++;
    my $kind = $s->{kind};
    if ($kind == 0020000) {
        whiteout($to) if $s->{major} == 0;
        return;
    }
    my $several = $s->{links} > 1;
    if ($several && defined $d->{links}{ $s->{inode} }) {
        link $d->{links}{ $s->{inode} }, $to or die "$path: $!\n";
        return;
    }
    $d->{links}{ $s->{inode} } = $to if $several;
    if ($kind == 0100000) { content_copied($from, $to, $s->{size}) }
    elsif ($kind == 0120000) { symlink readlink($from), $to or die "$path: $!\n" }
    elsif ($kind == 0010000) { node($to, 0010600) }
    else { return }
    like($from, $to, $s);
}

sub content_copied {
    my ($from, $to, $size) = @_;
    my $no_link = $ARM ? 0x8000 : 0x20000;
    sysopen my $in, $from, O_RDONLY | $no_link or die "$from: $!\n";
    sysopen my $out, $to, O_WRONLY | O_CREAT | O_EXCL, 0600 or die "$to: $!\n";
    my $at = 0;
    while ($at < $size) {
        # The next data, and then the next hole: SEEK_DATA, SEEK_HOLE.
        my $data = sysseek $in, $at, 3;
        last if !defined $data;
        my $end = sysseek $in, $data, 4;
        $end = $size if !defined $end || $end > $size;
        piece($in, $out, $data + 0, $end + 0);
        $at = $end;
    }
    truncate $out, $size or die "$to: $!\n";
}

sub piece {
    my ($in, $out, $at, $end) = @_;
    while ($at < $end) {
        my ($one, $other) = (pack('q', $at), pack('q', $at));
        my $n = syscall $fs{copy}, fileno $in, $one, fileno $out, $other, $end - $at, 0;
        if ($n <= 0) {
            sysseek $in, $at, 0;
            sysseek $out, $at, 0;
            my $want = $end - $at < 1 << 20 ? $end - $at : 1 << 20;
            must(my $got = sysread($in, my $bytes, $want), 'reading');
            return if !$got;
            $n = must(scalar syswrite($out, $bytes), 'writing');
        }
        $at += $n;
    }
}

# Owner, attributes, mode and times of the one for the other.
sub like {
    my ($from, $to, $s) = @_;
    my $path = $to;
    if ($> == 0) {
        must(syscall($fs{fchownat}, -100, $path, $s->{user}, $s->{group}, 0x100), "owner of $to");
    }
    for my $name (attributes($from)) {
        next if $name =~ /^(?:trusted|user)\.overlay\./ || $name =~ /^security\./;
        my $value = attribute($from, $name);
        next if !defined $value;
        my $key = $name;
        must(syscall($fs{lsetxattr}, $path, $key, $value, length $value, 0), "$name of $to");
    }
    if ($s->{kind} != 0120000) { chmod $s->{mode} & 07777, $to or die "$to: $!\n" }
    my $times = pack 'a12 x4 a12 x4', $s->{atime}, $s->{mtime};
    must(syscall($fs{utimensat}, -100, $path, $times, 0x100), "times of $to");
}

sub node {
    my ($to, $mode) = @_;
    my $path = $to;
    must(syscall($fs{mknodat}, -100, $path, $mode, 0), $to);
}

sub whiteout { node($_[0], 0020000) }

sub attribute {
    my ($path, $name) = @_;
    my ($file, $key, $room) = ($path, $name, "\0" x 65536);
    my $n = syscall $fs{lgetxattr}, $file, $key, $room, 65536;
    return $n < 0 ? undef : substr $room, 0, $n;
}

sub attributes {
    my ($path) = @_;
    my ($file, $room) = ($path, "\0" x 65536);
    my $n = syscall $fs{llistxattr}, $file, $room, 65536;
    return $n <= 0 ? () : split /\0/, substr $room, 0, $n;
}

# Hides what was there at the last time and is not any more.
sub vanished {
    my ($d) = @_;
    for my $path (sort keys %{ $d->{old} }) {
        next if exists $d->{new}{$path};
        my ($above) = $path =~ m{^(.*)/[^/]+$}s or next;
        # What went with all that is above it needs no word of its own.
        my $facts = $d->{new}{$above} or next;
        next if $facts !~ /^\d+ [do] / || hidden($d, $above);
        made($d, $above);
        $d->{count}++;
        whiteout("$d->{to}/$path");
    }
}

sub hidden {
    my ($d, $path) = @_;
    while (1) {
        return 1 if $d->{opaque}{$path};
        $path =~ s{/[^/]+$}{}s or return 0;
    }
}

# Directories last: what is made in them changes their time.
sub finish {
    my ($d) = @_;
    for my $path (sort { length $b <=> length $a } keys %{ $d->{made} }) {
        my ($from, $to) = ("$d->{from}/$path", "$d->{to}/$path");
        if ($d->{opaque}{$path}) {
            my ($directory, $key, $yes) = ($to, $d->{prefix} . $OPAQUE, 'y');
            must(syscall($fs{lsetxattr}, $directory, $key, $yes, 1, 0), "an attribute of $to");
        }
        like($from, $to, facts_of($from));
    }
}
