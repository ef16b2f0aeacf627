# Builds walls from the words for bubblewrap, without bubblewrap: most of its time goes into being
# started, and into looking through all mounts again for each one that it makes. Behind layers.pl,
# before launcher.pl. Words that are not known here are left to bubblewrap, and so is all on a kernel
# that cannot change mounts before they are shown anywhere.

my %wall = $ARM
    ? (pivot_root => 41, sethostname => 161, capset => 91, close_range => 436)
    : (pivot_root => 155, sethostname => 170, capset => 126, close_range => 436);
my %namespace = (
    '--unshare-user' => 0x10000000, '--unshare-pid' => 0x20000000, '--unshare-net' => 0x40000000,
    '--unshare-ipc' => 0x08000000, '--unshare-uts' => 0x04000000,
);
# What a mount must not allow: changes, set-user-id programs, devices.
my %refused = ('--ro-bind' => 1 | 2 | 4, '--bind' => 2 | 4, '--dev-bind' => 2, '--dev-bind-try' => 2);
my @DEVICES = qw(null zero full random urandom tty);
my $BASE = '/tmp';
my $WHOLE = 0x8000;         # with all mounts below
my $ITSELF = 0x1000;        # of a descriptor

# Whether the kernel can make a mount read-only while nobody sees it: from Linux 5.12 on.
my $ABLE = do {
    my ($major, $minor) = content('/proc/sys/kernel/osrelease') =~ /^(\d+)\.(\d+)/;
    ($major // 0) > 5 || ($major // 0) == 5 && $minor >= 12;
};

# Becomes what watches over the first process behind the walls, which the words describe. Returns if
# they are bubblewrap's to read.
sub raise {
    my $plan = $ABLE && plan(@_) or return;
    my $how = pack 'Q11', $plan->{namespaces}, 0, 0, 0, SIGCHLD(), 0, 0, 0, 0, 0, 0;
    my $holder = syscall $nr{clone3}, $how, 88;
    refuse('namespaces') if $holder < 0;
    if (!$holder) {
        eval { hold($plan) };
        syswrite STDERR, $@;
        exit 1;
    }
    # Nobody waits for a word of this one.
    syscall $wall{close_range}, 0, 0xffffffff, 0;
    powerless();
    # The change has made our own files in /proc root's: PR_SET_DUMPABLE.
    syscall $nr{prctl}, 4, 1, 0, 0, 0;
    waitpid $holder, 0;
    kill 'KILL', $$;
}

# Reads the words; nothing if one is not known.
sub plan {
    my ($program, @w) = @_;
    my %p = (namespaces => CLONE_NEWNS(), steps => []);
    my ($perms, $size);
    my $step = sub { push @{ $p{steps} }, [@_]; ($perms, $size) = () };
    while (defined(my $word = shift @w)) {
        if (my $kind = $namespace{$word}) { $p{namespaces} |= $kind }
        elsif ($word eq '--unshare-cgroup-try') { $p{namespaces} |= 0x02000000 if -e '/proc/self/ns/cgroup' }
        elsif ($word =~ /^--(uid|gid|hostname|chdir|cap-drop|seccomp|info-fd)$/) { $p{$1} = shift @w }
        elsif ($word eq '--new-session' || $word eq '--as-pid-1' || $word eq '--clearenv') { $p{$word} = 1 }
        elsif ($word eq '--setenv') { my $name = shift @w; $p{env}{$name} = shift @w }
        elsif ($word eq '--perms') { $perms = oct shift @w }
        elsif ($word eq '--size') { $size = shift @w }
        elsif ($refused{$word}) { $step->('tree', shift @w, shift @w, $refused{$word}, $word =~ /try$/) }
        elsif ($word eq '--symlink') { $step->('link', shift @w, shift @w) }
        elsif ($word eq '--dir') { $step->('folder', shift @w, $perms // 0755) }
        elsif ($word eq '--tmpfs') { $step->('memory', shift @w, $perms // 0755, $size) }
        elsif ($word eq '--remount-ro') { $step->('seal', shift @w) }
        elsif ($word eq '--proc') { $p{proc} = shift @w }
        elsif ($word eq '--dev') { devices($step, shift @w) }
        elsif ($word eq '--') { last }
        else { return }
    }
    # Only whole walls: they are what is built again and again.
    my $whole = $namespace{'--unshare-user'} | $namespace{'--unshare-pid'};
    return if ($p{namespaces} & $whole) != $whole || ($p{proc} // '') ne '/proc';
    return if grep { !$p{$_} } '--new-session', '--as-pid-1', '--clearenv', 'cap-drop', 'chdir', 'uid', 'gid';
    return if $p{'cap-drop'} ne 'ALL' || ($FILTER ne '') != defined $p{seccomp} || ($p{'info-fd'} // '') ne '1';
    return { %p, command => \@w };
}

sub devices {
    my ($step, $dev) = @_;
    $step->('memory', $dev, 0755);
    $step->('tree', "/dev/$_", "$dev/$_", 2) for @DEVICES;
    my $n = 0;
    $step->('link', '/proc/self/fd/' . $n++, "$dev/$_") for qw(stdin stdout stderr);
    $step->('link', '/proc/self/fd', "$dev/fd");
    $step->('link', '/proc/kcore', "$dev/core");
    $step->('folder', "$dev/shm", 0755);
    $step->('terminals', "$dev/pts");
    $step->('link', 'pts/ptmx', "$dev/ptmx");
}

# The first process: puts everything in its place, gives up all rights, and runs the command. What is
# shown is opened while the host's files are still there. Then there is but an empty root, so that no
# name that is looked up in it can lead out.
sub hold {
    my ($plan) = @_;
    my $number = readlink '/proc/self';
    syscall $nr{setsid};
    must(syscall($nr{prctl}, 38, 1, 0, 0, 0), 'no_new_privs');
    as_user(0, 0, 0, 0);
    if (defined $plan->{hostname}) {
        my $name = $plan->{hostname};
        must(syscall($wall{sethostname}, $name, length $name), 'the host name');
    }
    loopback() if $plan->{namespaces} & $namespace{'--unshare-net'};
    my $usual = umask 0;
    my ($none, $root, $here, $proc) = ('none', '/', '.', 'proc');
    mounted($none, $root, $none, MS_PRIVATE_ALL(), $none, 'private mounts');
    my @trees = map { $_->[0] eq 'tree' ? scalar taken(@$_[1, 3, 4]) : undef } @{ $plan->{steps} };
    memory($BASE, 0755);
    # While the host's is seen, or the kernel refuses one.
    my $place = $BASE . $plan->{proc};
    mkdir $place, 0755 or die "$place: $!\n";
    mounted($proc, $place, $proc, 2 | 4 | 8, '', 'processes');
    chdir $BASE or die "$BASE: $!\n";
    must(syscall($wall{pivot_root}, $here, my $again = $here), 'a new root');
    must(syscall($fs{umount}, $here, 2), 'letting go of the host');
    chdir '/' or die "/: $!\n";
    for my $step (@{ $plan->{steps} }) {
        my ($what, @how) = @$step;
        my $tree = shift @trees;
        if ($what eq 'tree') { placed($tree, $how[1]) if $tree }
        elsif ($what eq 'link') { linked(@how) }
        elsif ($what eq 'folder') { folder(@how) }
        elsif ($what eq 'memory') { folder($how[0], 0755); memory(@how) }
        elsif ($what eq 'seal') { changed(-100, $how[0], 0, 1) }
        elsif ($what eq 'terminals') { terminals(@how) }
    }
    umask $usual;
    chdir $plan->{chdir} or die "$plan->{chdir}: $!\n";
    # Devices need a root, the command is to be none.
    must(syscall($nr{unshare}, CLONE_NEWUSER()), 'a user namespace');
    as_user($plan->{uid}, 0, $plan->{gid}, 0);
    # Ambient capabilities go with the permitted ones.
    forgo_capabilities();
    powerless();
    syswrite STDOUT, "\"child-pid\": $number\n";
    confine() or die "the filter: $!\n";
    %ENV = %{ $plan->{env} // {} };
    $SIG{PIPE} = 'DEFAULT';
    my @command = @{ $plan->{command} };
    { no warnings; exec { $command[0] } @command; }
    die "$command[0]: $!\n";
}

sub as_user {
    my ($user, $outer_user, $group, $outer_group) = @_;
    write_to('/proc/self/setgroups', 'deny');
    write_to('/proc/self/uid_map', "$user $outer_user 1");
    write_to('/proc/self/gid_map', "$group $outer_group 1");
}

sub powerless {
    my ($version, $none) = (pack('LL', 0x20080522, 0), pack('L6', 0, 0, 0, 0, 0, 0));
    syscall($wall{capset}, $version, $none) == 0 or refuse('giving up capabilities');
}

# Up, and the kernel gives it its address: SIOCSIFFLAGS.
sub loopback {
    socket my $s, 2, 2, 0 or die "a socket: $!\n";
    my $up = pack 'a16 s x22', 'lo', 1;
    ioctl $s, 0x8914, $up or die "the loopback: $!\n";
}

# A copy of the mount of a folder or file, and of all below it, as it is to be shown.
sub taken {
    my ($source, $refused, $try) = @_;
    my $path = $source;
    my $tree = syscall $fs{open_tree}, -100, $path, 1 | 0x80000 | $WHOLE;
    return if $tree < 0 && $try && $! == ENOENT;
    must($tree, $source);
    changed($tree, '', $ITSELF | $WHOLE, $refused);
    return [$tree, -d $source];
}

sub changed {
    my ($at, $path, $how, $refused) = @_;
    my ($name, $attributes) = ("$path", pack 'QQQQ', $refused, 0, 0, 0);
    must(syscall($fs{mount_setattr}, $at, $name, $how, $attributes, 32), "rights of a mount $path");
}

sub placed {
    my ($taken, $place) = @_;
    my ($tree, $is_folder) = @$taken;
    if ($is_folder) { folder($place, 0755) }
    else { above($place); if (!-e $place) { sysopen my $f, $place, O_WRONLY | O_CREAT, 0444 or die "$place: $!\n" } }
    my ($itself, $path) = ('', $place);
    must(syscall($fs{move_mount}, $tree, $itself, -100, $path, 4), "a mount on $place");
}

sub folder {
    my ($path, $mode) = @_;
    return if -d $path;
    above($path);
    mkdir $path, $mode or die "$path: $!\n";
}

sub above {
    my ($path) = @_;
    $path =~ m{^(/.+)/[^/]+$} and folder($1, 0755);
}

sub linked {
    my ($target, $path) = @_;
    above($path);
    symlink $target, $path or (readlink $path // '') eq $target or die "$path: $!\n";
}

sub memory {
    my ($path, $mode, $size) = @_;
    my ($type, $place) = ('tmpfs', $path);
    my $how = sprintf('mode=%o', $mode) . (defined $size ? ",size=$size" : '');
    mounted($type, $place, $type, 2 | 4, $how, "memory on $path");
}

sub terminals {
    my ($path) = @_;
    my ($type, $place, $how) = ('devpts', $path, 'newinstance,ptmxmode=0666,mode=620');
    folder($path, 0755);
    mounted($type, $place, $type, 2 | 8, $how, 'terminals');
}

