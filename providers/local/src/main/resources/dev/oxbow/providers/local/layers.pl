# What is done with the layers of a sandbox: mounting them where its files are, showing them to
# somebody outside, and freezing what has changed in one that is in use. Between supervisor.pl and
# launcher.pl. A request (see LayerRequest) is served by a process of its own, which is not bound to
# the filter: it runs nothing of the sandbox.

my $MS_QUIET = 2 | 4;       # neither set-user-id programs nor devices
my @PLACES = (workspace => '/workspace', home => '/home/agent', tmp => '/tmp');
my $ARM = $ARGV[0] eq 'aarch64';
my $O_DIR = ($ARM ? 0x4000 : 0x10000) | ($ARM ? 0x8000 : 0x20000);     # and no link
my $O_PATH = 0x200000;
my %fs = $ARM
    ? (umount => 39, open_tree => 428, move_mount => 429, mount_setattr => 442, utimensat => 88,
       lgetxattr => 9, llistxattr => 12, lsetxattr => 6, mknodat => 33, copy => 285,
       statx => 291, fchownat => 54)
    : (umount => 166, open_tree => 428, move_mount => 429, mount_setattr => 442, utimensat => 280,
       lgetxattr => 192, llistxattr => 195, lsetxattr => 189, mknodat => 259, copy => 326,
       statx => 332, fchownat => 260);

sub layer {
    my ($file, $id) = @_;
    my %l = (low => []);
    my @told = split /\0/, content($file), -1;
    while (@told > 1) {
        my ($key, $value) = splice @told, 0, 2;
        if ($key eq 'low') { push @{ $l{low} }, $value } else { $l{$key} = $value }
    }
    $0 = 'oxbow layers of ' . ($l{top} // '');
    syscall $nr{setsid};
    report("layered $id by $$");
    my $said = eval {
        # Its maker may have given up, and another one have got the file's number.
        die "the request is not there any more\n" if ($l{id} // '') ne $id;
        $l{what} eq 'attach' ? attach(\%l)
            : $l{what} eq 'view' ? view(\%l, $id)
            : $l{what} eq 'probe' ? probe(\%l)
            : $l{what} eq 'join' ? joined(\%l)
            : delta(\%l);
    };
    if (defined $said) { report("layered $id ok $said") }
    else { my $why = $@; $why =~ s/\s+/ /g; report("layered $id failed $why") }
    # Nobody waits any more: perl's own way out would tidy up a copy of all that the launcher has.
    kill 'KILL', $$;
}

sub must {
    my ($result, $what) = @_;
    die "$what: $!\n" if !defined $result || $result < 0;
    return $result;
}

sub namespace_of {
    my ($pid, $kind) = @_;
    sysopen my $ns, "/proc/$pid/ns/$kind", O_RDONLY or die "$kind namespace of $pid: $!\n";
    return $ns;
}

sub mounted {
    my ($from, $to, $type, $flags, $how, $what) = @_;
    must(syscall($nr{mount}, $from, $to, $type, $flags, $how), $what);
}

# A mount namespace of our own, in which nothing shows outside.
sub apart {
    my ($none, $root) = ('none', '/');
    must(syscall($nr{unshare}, CLONE_NEWNS()), 'a mount namespace');
    mounted($none, $root, $none, MS_PRIVATE_ALL(), $none, 'private mounts');
}

# A user namespace in which we are root over our own files.
sub own_users {
    my ($user, $group) = ($>, $) + 0);
    must(syscall($nr{unshare}, CLONE_NEWUSER()), 'a user namespace');
    write_to('/proc/self/setgroups', 'deny');
    write_to('/proc/self/uid_map', "0 $user 1");
    write_to('/proc/self/gid_map', "0 $group 1");
}

sub write_to {
    my ($file, $text) = @_;
    sysopen my $f, $file, O_WRONLY or die "$file: $!\n";
    defined syswrite $f, $text or die "$file: $!\n";
}

# A user namespace that says: what one owns is the other's.
sub mapping {
    my ($from, $to) = @_;
    pipe my $end, my $wait or die "pipe: $!\n";
    # Born in it: it need say nothing before its owners can be written.
    my $how = pack 'Q11', CLONE_NEWUSER(), 0, 0, 0, SIGCHLD(), 0, 0, 0, 0, 0, 0;
    my $child = must(syscall($nr{clone3}, $how, 88), 'a user namespace');
    if (!$child) {
        # Not to outlive us.
        close $wait;
        sysread $end, my $nothing, 1;
        kill 'KILL', $$;
    }
    my $ns;
    my $done = eval {
        write_to("/proc/$child/uid_map", "$from $to 1");
        write_to("/proc/$child/gid_map", "$from $to 1");
        $ns = namespace_of($child, 'user');
        1;
    };
    my $why = $@ || "a user namespace for $from\n";
    kill 'KILL', $child;
    waitpid $child, 0;
    die $why if !$done;
    return $ns;
}

# Shows a layer that another sandbox has made as this one's user's, in our mount namespace.
sub given_to {
    my ($layer, $from, $to, $known) = @_;
    my $ns = $known->{$from} //= mapping($from, $to);
    my ($here, $path) = ('', $layer);
    my $tree = must(syscall($fs{open_tree}, -100, $path, 1 | 0x80000), "a copy of the mount of $layer");
    my $attributes = pack 'QQQQ', 0x100000, 0, 0, fileno $ns;
    must(syscall($fs{mount_setattr}, $tree, $here, 0x1000, $attributes, 32),
        'mounts with mapped owners');
    must(syscall($fs{move_mount}, $tree, $here, -100, $path, 4), "a mount on $layer");
}

sub opened {
    my ($path) = @_;
    sysopen my $d, $path, $O_PATH | $O_DIR or die "$path: $!\n";
    return $d;
}

# Mounts the layers over the files of the topmost one, where our mount namespace alone shows it.
sub mount_layers {
    my ($l) = @_;
    my (%known, @open);
    for my $low (@{ $l->{low} }) {
        my @facts = lstat "$low/files/workspace" or die "$low: $!\n";
        given_to($low, $facts[4], $l->{uid}, \%known) if $l->{uid} ne '' && $facts[4] != $l->{uid};
        push @open, opened("$low/files");
    }
    my $top = opened($l->{top});
    my ($type, $place) = ('overlay', "$l->{top}/files");
    # The names of the layers are shown inside: they are to say nothing of the host. And all of them
    # must fit in a page.
    chdir '/proc/self/fd' or die "/proc/self/fd: $!\n";
    my $how = 'lowerdir=' . join(':', map { fileno $_ } @open)
        . ',upperdir=' . fileno($top) . '/files,workdir=' . fileno($top) . '/work'
        . ($l->{root} ? ',redirect_dir=nofollow,metacopy=off,index=off' : ',userxattr');
    mounted($type, $place, $type, $MS_QUIET, $how, 'overlayfs');
    chdir '/';
    return $place;
}

# Puts the layers in the place of what the holder shows now.
sub attach {
    my ($l) = @_;
    my $inner = namespace_of($l->{holder}, 'mnt');
    if (!$l->{root}) {
        # Its owner has all rights in it, and over what is in those below.
        my $outer = namespace_of($l->{monitor}, 'user');
        must(syscall($nr{setns}, fileno $outer, CLONE_NEWUSER()), 'the outer user namespace');
    }
    apart();
    forget_memory($l->{holder}) if $l->{forget};
    my $files = mount_layers($l);
    my (%tree, @left);
    my @places = @PLACES;
    while (my ($part, $place) = splice @places, 0, 2) {
        my $path = "$files/$part";
        $tree{$place} = must(syscall($fs{open_tree}, -100, $path, 1 | 0x80000), $part);
    }
    must(syscall($nr{setns}, fileno $inner, CLONE_NEWNS()), 'the mount namespace');
    for my $place (sort keys %tree) {
        my ($empty, $path) = ('', $place);
        # With the last hold on old layers the kernel writes to the disk what its whole file system
        # has not written yet. What is thrown away need not be waited for: it is held until we end.
        push @left, syscall($fs{open_tree}, -100, $path, 0x80000 | 0x100) if $l->{forget};
        # Detached, and no link followed.
        must(syscall($fs{umount}, $path, 2 | 8), "unmounting $place");
        must(syscall($fs{move_mount}, $tree{$place}, $empty, -100, $path, 4), "a mount on $place");
    }
    return '';
}

# Takes away what is in no file and outlives processes: segments, semaphores and queues.
sub forget_memory {
    my ($holder) = @_;
    # Without walls it is the machine's, and not ours to take.
    my $theirs = readlink("/proc/$holder/ns/ipc") // die "the holder is gone\n";
    return if $theirs eq (readlink('/proc/self/ns/ipc') // $theirs);
    my $ipc = namespace_of($holder, 'ipc');
    must(syscall($nr{setns}, fileno $ipc, 0x8000000), 'the namespace of shared memory');
    my %forget = (shm => sub { shmctl $_[0], 0, 0 }, msg => sub { msgctl $_[0], 0, 0 },
        sem => sub { semctl $_[0], 0, 0, 0 });
    for my $kind (sort keys %forget) {
        my ($head, @all) = split /\n/, content("/proc/sysvipc/$kind");
        for my $line (@all) {
            my ($key, $id) = split ' ', $line;
            defined $forget{$kind}->($id) or die "$kind $id: $!\n";
        }
    }
    # Queues have names in a file system, which need be mounted nowhere.
    my ($type, $place) = ('mqueue', '/sys');
    my $mounted = syscall $nr{mount}, $type, $place, $type, $MS_QUIET, 0;
    return if $mounted < 0 && $! == 19;     # a kernel without them
    must($mounted, 'message queues');
    opendir my $queues, $place or die "message queues: $!\n";
    for my $queue (grep { $_ ne '.' && $_ ne '..' } readdir $queues) {
        unlink "$place/$queue" or die "message queue $queue: $!\n";
    }
    closedir $queues;
    must(syscall($fs{umount}, $place, 2), 'message queues');
}

# Shows the layers at a place of our own, for as long as it takes somebody to open them.
sub view {
    my ($l, $id) = @_;
    syscall $nr{prctl}, 1, 9, 0, 0, 0;
    own_users() if !$l->{root};
    apart();
    my $files = mount_layers($l);
    # To be entered by whoever asked: PR_SET_DUMPABLE.
    must(syscall($nr{prctl}, 4, 1, 0, 0, 0), 'dumpable');
    report("layered $id ok $$ $files");
    alarm 60;
    $SIG{ALRM} = 'DEFAULT';
    sleep 1 while 1;
}

# Tries all that layers are made of on two small ones.
sub probe {
    my ($l) = @_;
    own_users() if !$l->{root};
    apart();
    mount_layers($l);
    rename "$l->{top}/files/workspace/a", "$l->{top}/files/workspace/b" or die "a rename: $!\n";
    unlink "$l->{top}/files/workspace/b" or die "a whiteout: $!\n";
    return '';
}
