# Starts what belongs to sandboxes: the last part of a program with the arguments PROCESSOR FILTER NUMBER
# ROOT FENCED, in a session of its own. It is told what to start on standard input, behind its own text,
# and tells on standard output how that went.
#
# A message is the number of its fields, and then the fields, each with a NUL behind it:
#   r FILE ID GROUP…       a request (see SupervisorRequest) for the sandbox of that id, whose
#                          commands are in those groups: a supervisor is forked for it.
#   t FILE                 a request for a terminal, likewise.
#   s FILE                 a shell script, run in the background.
#   b FILE ID TRACK GROUP… walls (see BuildRequest), whose processes are born in a control group.
#   f ID                   nothing more is asked for that sandbox.
#   l FILE ID              work on layers (see LayerRequest).
# An answer is a line, "started ID", "ended ID", "built ID MONITOR HOLDER WORDS",
# "layered ID by|ok|failed WORDS", "confined NUMBER NNP MODE LANDLOCK", "bye". Nobody has to listen: what
# counts is in files or can be asked of the kernel.
#
# Ends with its input, after the supervisors that it has started. Only what it starts is bound to the
# filter: the walls are built by calls that the filter refuses.

sub CLONE_INTO_CGROUP () { 0x200000000 }
sub SIGCHLD () { 17 }
sub REQUEST () { 256 }
sub MS_BIND () { 0x1000 }
sub MS_PRIVATE_ALL () { 0x44000 }

my $asked = '';
my %building;       # descriptor → [pipe, id, monitor, words so far]
my %nursery;        # sandbox → [pipe, process, last use, groups]
my $REST = 60;      # seconds after which one that is not used is let go
my $NURSERIES = 64; # of them at a time
my %supervisor;     # those that were started, to outlive them

# What ignored or blocked signals when it started ox must not make commands deaf.
# (The C library keeps 32 and 33 for itself.)
$SIG{$_} = 'DEFAULT' for grep { !/^(?:KILL|STOP|NUM32|NUM33|__.*)$/ } keys %SIG;
{
    my $none = pack 'Q', 0;
    syscall $nr{sigmask}, 2, $none, 0, 8;
    # Crash handlers of the host are not started for sandboxes: 0 would not keep one off that reads
    # from a pipe, 1 means none.
    my $core = pack 'QQ', 1, 1;
    syscall $nr{prlimit}, 0, 4, $core, 0;
}
syscall $nr{setsid};
# Kept ones would open group-readable files of the host.
if ($ARGV[3]) { syscall($nr{setgroups}, 0, 0) == 0 or exit 1 }
$SIG{CHLD} = 'IGNORE';
$SIG{PIPE} = 'IGNORE';
$0 = 'oxbow launcher';
open my $told, '>&', \*STDOUT or exit 1;
open STDOUT, '>', '/dev/null';
# Whoever does not listen keeps nobody waiting: F_SETFL, O_NONBLOCK.
fcntl $told, 4, 04000;
# What a nursery could not start comes back to the launcher.
pipe my $returned, my $return or exit 1;

prove();
serve();
report('bye');
%nursery = ();
await_supervisors();
exit 0;

# One write of less than a page: lines of several writers do not mix.
sub report {
    my ($line) = @_;
    syswrite $told, substr($line, 0, 2000) . "\n";
}

# Shows that the filter can be had, by what the kernel says of a process that has taken it.
sub prove {
    return if launched();
    confine();
    my $fence = fence([]) ? landlock() : -1;
    my $status = content('/proc/self/status');
    my ($nnp) = $status =~ /^NoNewPrivs:\s*(\d+)/m;
    my ($mode) = $status =~ /^Seccomp:\s*(\d+)/m;
    report("confined $ARGV[2] " . ($nnp // 0) . ' ' . ($mode // 0) . " $fence");
    exit 0;
}

# Forks; in the child all is closed that is the launcher's alone.
sub launched {
    my ($group) = @_;
    my $child;
    until (defined($child = defined $group ? born_in($group) : fork)) { nap(0.05) }
    return $child if $child;
    $SIG{CHLD} = 'DEFAULT';
    %building = %nursery = ();
    open STDIN, '<', '/dev/null';
    return 0;
}

# Forks into a control group at once: to be moved there later would wait for the kernel.
sub born_in {
    my ($group) = @_;
    if ($group ne '' && sysopen my $g, $group, O_RDONLY) {
        my $how = pack 'Q11', CLONE_INTO_CGROUP, 0, 0, 0, SIGCHLD, 0, 0, 0, 0, 0, fileno $g;
        my $child = syscall $nr{clone3}, $how, 88;
        return $child if $child >= 0;
    }
    my $child = fork;
    if ($group ne '' && defined $child && !$child) { enter($group) or exit 125 }
    return $child;
}

sub enter {
    my ($group) = @_;
    sysopen my $f, "$group/cgroup.procs", O_WRONLY or return 0;
    return defined syswrite $f, '0';
}

sub serve {
    while (1) {
        my $ready = '';
        vec($ready, $_, 1) = 1 for 0, fileno $returned, keys %building;
        my $n = select $ready, undef, undef, %nursery ? $REST / 4 : undef;
        my $then = now() - $REST;
        delete @nursery{ grep { $nursery{$_}[2] < $then } keys %nursery };
        next if $n <= 0;
        if (vec $ready, fileno $returned, 1) {
            sysread $returned, my $files, 65536;
            start($_) for split /\0/, $files;
        }
        for my $fd (keys %building) { built($fd) if vec $ready, $fd, 1 }
        next if !vec $ready, 0, 1;
        $n = sysread STDIN, $asked, 65536, length $asked;
        next if !defined $n && $! == EINTR;
        return if !$n;
        while (my @message = message()) { obey(@message) }
    }
}

# Takes one whole message off what was read; nothing if there is none.
sub message {
    my ($count) = $asked =~ /^(\d+)\0/ or return;
    $asked =~ s/^\d+\0((?:[^\0]*\0){$count})// or return;
    my @fields = split /\0/, $1, -1;
    pop @fields;
    return @fields;
}

sub obey {
    my ($what, @told) = @_;
    if ($what eq 'r') {
        my ($file, $id, @groups) = @told;
        my $nursery = @groups && nursery(0, $id, @groups);
        if (!$nursery || !asked($nursery->[0], $file)) { start($file) }
    } elsif ($what eq 't') {
        start($told[0], 1);
    } elsif ($what eq 's') {
        return if launched();
        $SIG{PIPE} = 'DEFAULT';
        confine() or exit 125;
        exec '/bin/sh', $told[0];
        exit 127;
    } elsif ($what eq 'b') {
        my ($file, $id, $group, @groups) = @told;
        pipe my $words, my $say or return report("built $id 0 0 pipe: $!");
        my $child = launched($group);
        build($file, $say) if !$child;
        # Its end is seen by the end of its words, so nobody else has the other end.
        close $say;
        $building{ fileno $words } = [$words, $id, $child, ''];
        # Who has much to do does it first.
        nursery(1, $id, @groups) if @groups && $asked eq '' && %building < 3;
    } elsif ($what eq 'f') {
        delete $nursery{ $told[0] };
    } elsif ($what eq 'l') {
        layer(@told) if !launched();
    }
}

sub start {
    my ($file, $terminal) = @_;
    my $child = launched();
    if (!$child) { $terminal ? terminal($file, prepared()) : supervise($file, prepared()) }
    $supervisor{$child} = 1;
    forget_ended() if %supervisor > 1000;
}

# A process in the groups of a sandbox that are of version 1. Nothing can be born there but a child of
# one that is there already, and to move there takes milliseconds in which nobody else can make a
# process in any group. So one moves, and the supervisors that it forks are there from birth.
sub nursery {
    my ($ahead, $id, @groups) = @_;
    my $known = $nursery{$id};
    if ($known && $known->[3] eq "@groups" && kill 0, $known->[1]) {
        $known->[2] = now();
        return $known;
    }
    return if %nursery >= $NURSERIES;
    pipe my $take, my $give or return;
    my $child = launched();
    if ($child) {
        $supervisor{$child} = 1;
        return $nursery{$id} = [$give, $child, now(), "@groups"];
    }
    close $give;
    $0 = 'oxbow nursery';
    $SIG{CHLD} = 'IGNORE';
    %supervisor = ();
    for my $group (@groups) { enter($group) or exit 0 }
    if (!$ahead) {
        # There is much to do, and this may be its only command: who comes again gets a spare.
        for (1, 2) {
            my $file = request($take);
            if (!$file) { await_supervisors(); exit 0 }
            crowded($file, $take, @groups);
        }
    }
    SPARE: while (1) {
        pipe my $word, my $say or last;
        my $spare = fork;
        if (!defined $spare) {
            # The sandbox has as many processes as it may; a supervisor is none of them.
            my $file = request($take) or last;
            syswrite $return, "$file\0";
            next;
        }
        spare($take, $say, @groups) if !$spare;
        $supervisor{$spare} = 1;
        forget_ended() if %supervisor > 1000;
        close $say;
        my $said = '';
        sysread $word, $said, 1;
        last if $said eq 'e';
        if ($said eq '') {
            # It was killed.
            nap(0.05);
        } else {
            # Most commands end soon, and until then others need the processor more than the next
            # spare does. Who is asked for meanwhile does not wait for a spare: none reads now.
            my $wait = 0.02;
            while (readable($wait, $take, $word)) {
                last if !readable(0, $take);
                my $file = request($take) or last SPARE;
                crowded($file, $take, @groups);
                $wait = 0;
            }
        }
    }
    await_supervisors();
    exit 0;
}

# Starts one that nothing was made ready for.
sub crowded {
    my ($file, $take, @groups) = @_;
    my $supervisor = fork;
    if (!defined $supervisor) {
        syswrite $return, "$file\0";
    } elsif (!$supervisor) {
        $SIG{CHLD} = 'DEFAULT';
        close $take;
        supervise($file, prepared(), @groups);
    } else {
        $supervisor{$supervisor} = 1;
        forget_ended() if %supervisor > 1000;
    }
}

# Whether something can be read from one of them, or comes within that time.
sub readable {
    my ($wait, @from) = @_;
    my $ready = '';
    vec($ready, fileno $_, 1) = 1 for @from;
    return select($ready, undef, undef, $wait) > 0;
}

# One that waits for the next request, so that nobody waits for its fork: the nursery makes the next
# when this has something to do. Ends with the nursery while it has not.
sub spare {
    my ($take, $say, @groups) = @_;
    $SIG{CHLD} = 'DEFAULT';
    syscall $nr{prctl}, 1, 9, 0, 0, 0;
    my $ready = prepared();
    my $file = request($take);
    syswrite $say, $file ? 't' : 'e';
    exit 0 if !$file;
    syscall $nr{prctl}, 1, 0, 0, 0, 0;
    close $take;
    # Closed by its end.
    $ready->{say} = $say;
    supervise($file, $ready, @groups);
}

# Requests for a nursery are of one length, so that each reading takes one, whoever reads.
sub asked {
    my ($nursery, $file) = @_;
    return length $file < REQUEST && syswrite $nursery, pack 'a' . REQUEST, $file;
}

# The next of them; nothing if there is none any more.
sub request {
    my ($take) = @_;
    my $n;
    do { $n = sysread $take, my $file, REQUEST; return unpack 'Z*', $file if $n } while !defined $n;
    return;
}

sub await_supervisors {
    forget_ended();
    while (%supervisor) {
        nap(1);
        forget_ended();
    }
}

sub forget_ended {
    delete @supervisor{ grep { !kill 0, $_ } keys %supervisor };
}

# Reads on what a builder says; tells once the walls stand or it has ended.
sub built {
    my ($fd) = @_;
    my ($words, $id, $monitor, $said) = @{ $building{$fd} };
    my $n = sysread $words, $said, 4096, length $said;
    return if !defined $n && $! == EINTR;
    $building{$fd}[3] = $said;
    return if $n && $said !~ /^ready$/m;
    delete $building{$fd};
    my ($holder) = $n ? $said =~ /"child-pid":\s*(\d+)/ : ();
    $said =~ s/\s+/ /g;
    report("built $id $monitor " . ($holder // 0) . " $said");
}

# Builds the walls, or becomes the program that does.
sub build {
    my ($file, $say) = @_;
    my %b = fields(content($file), qw(stage arg));
    # Found by this when whoever asked has died.
    $0 = "oxbow walls of $b{folder}";
    open STDOUT, '>&', $say or exit 1;
    open STDERR, '>&', $say or exit 1;
    syscall $nr{setsid};
    chdir '/';
    stage(@{ $b{stage} });
    become($b{uid}) if $b{uid} ne '';
    # An outer user namespace that stays reachable for the one who made it: those of the walls can be
    # entered from there without being root.
    users_of_its_own() if $b{users};
    my @words = @{ $b{arg} };
    raise(@words) if $b{users};
    # Bubblewrap reads the filter for the holder from standard input.
    pipe my $filter, my $into or refuse('a pipe');
    syswrite $into, $FILTER;
    close $into;
    open STDIN, '<&', $filter or refuse('standard input');
    $SIG{PIPE} = 'DEFAULT';
    %ENV = (PATH => '/usr/bin:/bin', LC_ALL => 'C');
    { no warnings; exec { $words[0] } "oxbow walls of $b{folder}", @words[1 .. $#words]; }
    refuse($words[0]);
}

sub users_of_its_own {
    my ($user, $group) = ($>, $) + 0);
    syscall($nr{unshare}, CLONE_NEWUSER) == 0 or refuse('a user namespace');
    put_now('/proc/self/setgroups', 'deny');
    put_now('/proc/self/uid_map', "0 $user 1");
    put_now('/proc/self/gid_map', "0 $group 1");
    # Two more are made, one for devices and one for the rest; whatever is made in
    # there counts here, too.
    sysopen my $most, '/proc/sys/user/max_user_namespaces', O_WRONLY;
    syswrite STDOUT, "nesting\n" if !$most || !defined syswrite $most, '2';
}

sub refuse {
    my ($what) = @_;
    syswrite STDERR, "$what: $!\n";
    exit 1;
}

sub put_now {
    my ($file, $text) = @_;
    sysopen my $f, $file, O_WRONLY or refuse($file);
    defined syswrite $f, $text or refuse($file);
}

# Shows folders elsewhere, in a mount namespace that only the builder sees: a folder above them is
# closed to the user that it becomes.
sub stage {
    my ($stage, @pairs) = @_;
    return if !defined $stage;
    my ($none, $root, $type, $options) = ('oxbow', '/', 'tmpfs', 'mode=755,size=65536');
    syscall($nr{unshare}, CLONE_NEWNS) == 0 or refuse('a mount namespace');
    syscall($nr{mount}, $none, $root, $none, MS_PRIVATE_ALL, $none) == 0 or refuse('private mounts');
    syscall($nr{mount}, $none, $stage, $type, 0, $options) == 0 or refuse("a mount on $stage");
    while (my ($source, $place) = splice @pairs, 0, 2) {
        if (-d $source) { mkdir $place or refuse($place) }
        else { sysopen my $f, $place, O_WRONLY | O_CREAT, 0600 or refuse($place) }
        syscall($nr{mount}, $source, $place, $none, MS_BIND, $none) == 0 or refuse("a mount of $source");
    }
}

# Becomes a user that owns nothing else on this machine, and can get nothing by set-user-id programs.
sub become {
    my $id = 0 + $_[0];
    syscall($nr{prctl}, 38, 1, 0, 0, 0) == 0 or refuse('no_new_privs');
    syscall($nr{setgroups}, 0, 0) == 0 or refuse('no groups');
    syscall($nr{setresgid}, $id, $id, $id) == 0 or refuse("group $id");
    syscall($nr{setresuid}, $id, $id, $id) == 0 or refuse("user $id");
    # The change has made our own files in /proc root's: PR_SET_DUMPABLE.
    syscall($nr{prctl}, 4, 1, 0, 0, 0) == 0 or refuse('dumpable');
}
