# Starts the command of a request (see SupervisorRequest) and watches over it to its end: pumps its
# output into files, waits, ends what was left behind, and writes one line that says how it went. It
# needs nobody: whoever asked may be long dead.
#
# The first part of the program of the launcher, launcher.pl is the last. A fork costs a tenth of
# starting a program, so the command is the only program that is started here.
use strict;

# The same on both processors; modules that name them are not everywhere.
sub O_RDONLY () { 0 }
sub O_WRONLY () { 1 }
sub O_RDWR () { 2 }
sub O_CREAT () { 0100 }
sub O_EXCL () { 0200 }
sub O_TRUNC () { 01000 }
sub O_APPEND () { 02000 }
sub O_PATH () { 010000000 }
sub O_CLOEXEC () { 02000000 }
sub O_NOCTTY () { 0400 }
sub O_NONBLOCK () { 04000 }
sub GONE () { -2 }
sub TIOCSCTTY () { 0x540e }
sub TIOCSWINSZ () { 0x5414 }
sub TIOCSPTLCK () { 0x40045431 }
sub TIOCGPTN () { 0x80045430 }
sub ENOENT () { 2 }
sub EINTR () { 4 }
sub EIO () { 5 }
sub EAGAIN () { 11 }
sub CLONE_NEWNS () { 0x20000 }
sub CLONE_NEWCGROUP () { 0x2000000 }
sub CLONE_NEWUTS () { 0x4000000 }
sub CLONE_NEWIPC () { 0x8000000 }
sub CLONE_NEWUSER () { 0x10000000 }
sub CLONE_NEWPID () { 0x20000000 }
sub CLONE_NEWNET () { 0x40000000 }

my %nr = $ARGV[0] eq 'aarch64'
    ? (setns => 268, setsid => 157, setresuid => 147, setresgid => 149, prlimit => 261,
       sigmask => 135, clock => 113, pidfd_open => 434, prctl => 167, seccomp => 277,
       setgroups => 159, unshare => 97, mount => 40, clone3 => 435, landlock => 444,
       fallocate => 47, dup3 => 24, openat => 56)
    : (setns => 308, setsid => 112, setresuid => 117, setresgid => 119, prlimit => 302,
       sigmask => 14, clock => 228, pidfd_open => 434, prctl => 157, seccomp => 317,
       setgroups => 116, unshare => 272, mount => 165, clone3 => 435, landlock => 444,
       fallocate => 285, dup3 => 292, openat => 257);
my %rlimit = (fsize => 1, data => 2, rss => 5, nproc => 6);
my $GRACE = 5;     # seconds between TERM and KILL once the deadline came
my $DRAIN = 2;     # seconds of silence after which a writer that is not ours is not waited for

my $STAY = 1;      # seconds after which a supervisor leaves the groups of its command
my $FILTER = pack 'H*', $ARGV[1];
my $FENCED = $ARGV[4];

# Binds this process, and all it will start, to the filter of system calls.
sub confine {
    syscall($nr{prctl}, 38, 1, 0, 0, 0) == 0 or return 0;
    return 1 if $FILTER eq '';
    my $program = pack 'S x6 P', length($FILTER) / 8, $FILTER;
    return syscall($nr{seccomp}, 1, 0, $program) == 0;
}

# Version of Landlock that is of use here: the first lets nobody move a file to another folder.
sub landlock {
    my $version = $FENCED ? syscall($nr{landlock}, 0, 0, 1) : 0;
    return $version > 1 ? $version : 0;
}

# Binds this process, and all it will start, to what may be done in which folder: a second opinion of
# the kernel, should the mounts ever show too much. To be called inside, behind confine. Whoever is
# bound looks into the memory and descriptors only of what it has started itself.
sub fence {
    my ($shown) = @_;
    my $version = landlock() or return 1;
    my $all = $version < 3 ? 0x3fff : $version < 5 ? 0x7fff : 0xffff;
    my $own = $all & ~0x840;                # all but making devices
    my $handle = $all & 0xc00e;             # read, write, list, cut, control; nothing new
    my ($list, $use) = (0x8, 0xd);          # list; execute, read, list
    my $handled = pack 'Q', $all;
    my $rules = syscall $nr{landlock}, $handled, 8, 0;
    return 0 if $rules < 0;
    my @rules = (
        [$list, '/'],
        [$use, qw(/usr /bin /sbin /lib /lib32 /lib64 /libx32 /etc /opt), @$shown],
        [$handle, qw(/proc /dev)],
        [$own, qw(/workspace /home/agent /tmp /run /dev/shm)],
    );
    for (@rules) {
        my ($rights, @folders) = @$_;
        for my $folder (@folders) {
            # Without a handle of Perl's, which costs more than all the rest; closed by what follows.
            my $f = syscall $nr{openat}, -100, $folder, O_PATH | O_CLOEXEC, 0;
            if ($f >= 0) {
                my $rule = pack 'Q l', $rights, $f;
                syscall($nr{landlock} + 1, $rules, 1, $rule, 0) == 0 or return 0;
            } elsif ($! != ENOENT) {
                return 0;
            }
        }
    }
    # A pipe of ours that it may open again by the name of its descriptor; others need no rule.
    my $input = pack 'Q l', 0x6, 0;
    syscall $nr{landlock} + 1, $rules, 1, $input, 0;
    return syscall($nr{landlock} + 2, $rules, 0) == 0;
}

sub nap { select undef, undef, undef, $_[0] }

# Seconds on a clock of the kernel, by default the one that only goes on.
sub now {
    my ($clock) = @_;
    my $time = pack 'qq', 0, 0;
    syscall $nr{clock}, $clock // 1, $time;
    my ($s, $ns) = unpack 'qq', $time;
    return $s + $ns / 1e9;
}

sub content {
    my $text = '';
    sysopen my $f, $_[0], O_RDONLY or return $text;
    while (1) {
        my $n = sysread $f, $text, 65536, length $text;
        next if !defined $n && $! == EINTR;
        return $text if !$n;
    }
}

# Names and values in turn, each with a NUL behind it; those that are lists may come often.
sub fields {
    my ($text, @lists) = @_;
    my %r = map { $_ => [] } @lists;
    my @f = split /\0/, $text, -1;
    while (@f > 1) {
        my ($key, $value) = splice @f, 0, 2;
        if (ref $r{$key}) { push @{ $r{$key} }, $value } else { $r{$key} = $value }
    }
    return %r;
}

sub put {
    my ($file, $text) = @_;
    sysopen my $f, $file, O_WRONLY | O_CREAT | O_TRUNC, 0600 or return;
    syswrite $f, $text;
}

# Notes that something happened in the sandbox just now, over what was noted before.
sub active {
    my ($file, $boot) = @_;
    sysopen my $f, $file, O_WRONLY | O_CREAT, 0600 or return;
    syswrite $f, sprintf("%s %013d\n", $boot, now(7) * 1000) if $boot ne '';
}

# What can be done before it is known which command it is for.
sub prepared {
    syscall $nr{setsid};
    my ($boot) = content('/proc/sys/kernel/random/boot_id') =~ /^(\S+)/;
    my %ready = (stat => content('/proc/self/stat'), boot => $boot // '');
    pipe $ready{out}, $ready{outw} or exit 0;
    pipe $ready{err}, $ready{errw} or exit 0;
    # What is written to for the first time after a fork is copied, the program's own memory, too.
    my %r = fields("holder\0" . "0\0ticks\0" . "0\0group\0\0", qw(group env arg shown));
    held(\%r);
    put('/dev/null', now());
    return \%ready;
}

# Whoever makes this file first runs the command; nobody else does.
sub claim {
    my ($dir, $ready) = @_;
    sysopen my $claim, "$dir/supervisor", O_WRONLY | O_CREAT | O_EXCL, 0600 or exit 0;
    syswrite $claim, $ready->{stat};
}

# What is prepared, and which groups we are in already, to have the command born there.
sub supervise {
    my ($file, $ready, @inside) = @_;
    my %r = fields(content($file), qw(group env arg shown));
    my $dir = $r{folder} or exit 0;
    $0 = "oxbow supervisor $r{id}";

    # A file in the memory of whoever asked, who forgets it once the process is claimed.
    my $in;
    if ($r{stdin} ne '') { sysopen $in, $r{stdin}, O_RDONLY or exit 0 }
    claim($dir, $ready);

    my $feed;
    if ($r{pipe}) { ($in, $feed) = feed(\%r) }
    my ($out, $outw, $err, $errw) = delete @$ready{qw(out outw err errw)};
    # The sandbox's user owns them, so that it can open its own output again.
    chown $r{uid}, $r{uid}, $outw, $errw if $r{uid} ne '';
    my $outlog = spool("$dir/out", $r{keep});
    my $errlog = spool("$dir/err", $r{keep});
    # From here on the process counts as started.
    put("$dir/started", "1\n");
    report("started $r{id}");

    my $before = ooms(\%r);
    my $end = $r{deadline} ne '' ? now() + $r{deadline} : undef;
    my $command = command(\%r, $in, $outw, $errw, \@inside);
    # What follows needs no more than a command may.
    confine() or $command && kill 'KILL', $command;
    close $outw;
    close $errw;
    close $in if $in;

    my %pump = (fileno $out => [$out, $outlog], fileno $err => [$err, $errlog]);
    my $begun = now();
    my ($status, $left, $killing, $quiet, $late) = (undef, 0, 0, undef, 0);
    $status = 125 << 8 if !$command;
    # Readable when the command has ended; where the kernel has none, asked for now and then.
    my $watch = $command ? syscall($nr{pidfd_open}, $command, 0) : -1;
    my ($held, $gone) = (holding(\%r), 0);
    while (1) {
        if (!defined $status && waitpid($command, 1) == $command) {
            $status = $?;
            $left = sweep(\%r);
            $quiet = now();
        }
        last if defined $status && (!%pump || defined $quiet && now() - $quiet > $DRAIN);
        my $timeout = defined $status ? $DRAIN : $watch < 0 ? 0.01 : @inside ? $STAY : undef;
        if ($held == GONE) { ($held, $gone, $end, $killing) = (-1, 1, now(), 1) }
        if (defined $end && !defined $status) {
            my $rest = $end - now();
            if ($rest <= 0) {
                put("$dir/deadline", '') if !$gone && !$late++;
                kill $killing ? 'KILL' : 'TERM', tree(\%r);
                $rest = $killing++ ? 0.1 : $GRACE;
                $end = now() + $rest;
            }
            $timeout = $rest if !defined $timeout || $rest < $timeout;
        }
        my ($ready, $room) = ('', '');
        vec($ready, $_, 1) = 1 for keys %pump;
        vec($ready, $watch, 1) = 1 if !defined $status && $watch >= 0;
        vec($ready, $held, 1) = 1 if !defined $status && $held >= 0;
        feeding($feed, \$ready, \$room) if $feed && !defined $status;
        my $n = select $ready, $room, undef, $timeout;
        if (@inside && now() - $begun > $STAY) {
            # What takes long is not held by the limits of what it watches over.
            leave(splice @inside);
        }
        next if $n <= 0;
        $held = GONE if $held >= 0 && vec $ready, $held, 1;
        fed($feed, $ready, $room) if $feed && !defined $status;
        for my $fd (keys %pump) {
            next if !vec $ready, $fd, 1;
            $quiet = now() if defined $status;
            pump(@{ $pump{$fd} }) or delete $pump{$fd};
        }
    }
    my $oom = ooms(\%r) - $before;
    my $signal = $status & 127;
    my $code = $signal ? 128 + $signal : $status >> 8;
    active("$dir/../../activity", $ready->{boot});
    # One write: a reader sees nothing or all of it.
    put("$dir/exit", join(' ', 2, $code, $signal ? 1 : 0, $late ? 1 : 0, held(\%r) ? 0 : 1, $oom,
        $left, ".\n"));
    report("ended $r{id}");
    rmdir $r{track} if $r{track} ne '';
    exit 0;
}

# Moves what is there from a pipe to a file; false at the end of it.
sub pump {
    my ($from, $to) = @_;
    my $n = sysread $from, my $bytes, 65536;
    return $! == EINTR || $! == EAGAIN if !defined $n;
    # A full disk: the command is told as if nobody read its output any more.
    if ($n && !store($to, $bytes)) { close $from; return 0 }
    return $n > 0;
}

# Starts the command inside; its number, or nothing if the sandbox takes none any more.
sub command {
    my ($r, $in, $out, $err, $inside) = @_;
    # Opened before it is looked at: whoever gets its number later is not meant.
    $r->{spaces} = syscall $nr{pidfd_open}, 0 + $r->{holder}, 0;
    return if !held($r);
    if (!$r->{bare}) {
        # The owner of the outer user namespace has all rights in it, and so over the inner.
        if ($r->{outer} ne '') { join_namespace("/proc/$r->{outer}/ns/user") or return }
        # This one holds for children only: we stay outside, without a number that is known inside.
        join_all($r, CLONE_NEWPID) or join_namespace("/proc/$r->{holder}/ns/pid") or return;
    }
    my $pid = born_in($r->{track});
    if (!defined $pid && @$inside) {
        # The sandbox has as many processes as it may: born elsewhere, one can still be moved there.
        leave(splice @$inside);
        $pid = born_in($r->{track});
    }
    return $pid if !defined $pid || $pid;
    syscall $nr{dup3}, fileno $in, 0, 0 if $in;
    if (!@$inside) { enter($_) or exit 125 for @{ $r->{group} } }
    syscall $nr{dup3}, fileno $out, 1, 0;
    syscall $nr{dup3}, fileno $err, 2, 0;
    # Before its supervisor, should memory run out for both.
    put('/proc/self/oom_score_adj', '100');
    for my $name (keys %rlimit) {
        next if !defined $r->{$name} || $r->{$name} eq '';
        my $both = pack 'QQ', $r->{$name}, $r->{$name};
        syscall($nr{prlimit}, 0, $rlimit{$name}, $both, 0) == 0 or exit 125;
    }
    enter_walls($r) if !$r->{bare};
    # Signals to a process group do not stop at a namespace: not one with those outside.
    syscall $nr{setsid};
    # Whoever leads the session has the terminal for its own.
    ioctl STDIN, TIOCSCTTY, 0 if $r->{columns};
    chdir $r->{cwd} or fail($r->{cwd}, 125);
    $SIG{PIPE} = 'DEFAULT';
    if (!$r->{bare}) {
        confine() or exit 125;
        fence($r->{shown}) or exit 125;
    }
    %ENV = map { split /=/, $_, 2 } @{ $r->{env} };
    my @words = @{ $r->{arg} };
    { no warnings; exec { $words[0] } @words; }
    fail($words[0], $! == ENOENT ? 127 : 126);
}

# Joins the namespaces of the sandbox, and becomes who one is in there.
sub enter_walls {
    my ($r) = @_;
    my $user = !within('user', $r->{holder});
    # The right to enter the others is lost in the last.
    if (join_all($r, CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWNS)) {
        !$user || join_all($r, CLONE_NEWUSER) or exit 125;
    } else {
        my @spaces = map {
            sysopen my $f, "/proc/$r->{holder}/ns/$_", O_RDONLY or exit 125;
            $f;
        } grep { $_ ne 'user' || $user } qw(cgroup ipc uts net mnt user);
        for my $space (@spaces) { syscall($nr{setns}, fileno $space, 0) == 0 or exit 125 }
    }
    # Who joins a user namespace has all its rights, and could get them back by what it executes.
    forgo_capabilities() if $user;
    if ($r->{inner} ne '') {
        my $id = 0 + $r->{inner};
        syscall($nr{setresgid}, $id, $id, $id) == 0 or exit 125;
        syscall($nr{setresuid}, $id, $id, $id) == 0 or exit 125;
    }
}

# Takes every capability out of the set of those that a program can be given: PR_CAPBSET_DROP.
sub forgo_capabilities {
    for (my $cap = 0; syscall($nr{prctl}, 24, $cap, 0, 0, 0) == 0; $cap++) { }
}

# Leaves groups, for those above them.
sub leave { enter(s{/[^/]*$}{}r) for @_ }

sub fail {
    my ($what, $code) = @_;
    syswrite STDERR, "$what: $!\n";
    exit $code;
}

# Whether we are in that namespace of a process already; a user namespace cannot be entered twice.
sub within {
    my ($kind, $pid) = @_;
    my $there = readlink "/proc/$pid/ns/$kind";
    return defined $there && $there eq readlink "/proc/self/ns/$kind";
}

# Joins namespaces of the holder together; false where the kernel knows them only one by one.
sub join_all {
    my ($r, $kinds) = @_;
    return syscall($nr{setns}, $r->{spaces}, $kinds) == 0;
}

sub join_namespace {
    sysopen my $f, $_[0], O_RDONLY or return 0;
    return syscall($nr{setns}, fileno $f, 0) == 0;
}

# Whether the first process of the sandbox lives and is not about to end. Flag 4 is PF_EXITING: it
# is still there while the others are being ended.
sub held {
    my ($r) = @_;
    my $stat = content("/proc/$r->{holder}/stat");
    $stat =~ s/.*\)\s*//s;
    my @f = split ' ', $stat;
    return @f > 19 && $f[0] ne 'Z' && $f[0] ne 'X' && !($f[6] & 4) && $f[19] eq $r->{ticks};
}

# Where there are no walls the kernel ends nobody together with the holder: readable when it has gone.
# Then the command is killed until it has ended; it may not have had its mark at the first attempt.
sub holding {
    my ($r) = @_;
    return -1 if !$r->{bare};
    my $holder = syscall $nr{pidfd_open}, 0 + $r->{holder}, 0;
    return held($r) ? $holder : GONE;
}

# Processes that the kernel killed for memory in this sandbox.
sub ooms {
    my ($r) = @_;
    return $r->{oom} ne '' && content($r->{oom}) =~ /^oom_kill (\d+)/m ? $1 : 0;
}

# What the command has started and still lives: by its group, or by a mark that children inherit.
sub tree {
    my ($r) = @_;
    return grep { $_ } split ' ', content("$r->{track}/cgroup.procs") if $r->{track} ne '';
    my $mark = $r->{rss};
    opendir my $proc, '/proc' or return;
    return grep {
        /^\d/
            && content("/proc/$_/limits") =~ /^Max resident set\s+$mark /m
            && ($r->{bare} || content("/proc/$_/status") =~ /^NSpid:\s+\d+\s+\d/m)
    } readdir $proc;
}

# Ends what the command has left behind; how many there were.
sub sweep {
    my ($r) = @_;
    my %ended;
    my ($round, $none) = (0, 0);
    while ($none < ($r->{track} ne '' ? 1 : 3) && $round++ < 250) {
        if ($r->{track} eq '' && !$r->{bare}) {
            # What lost its parent hangs below the holder, beside its one sleeping child: only then
            # is there something to look for. One look is not enough: what forks and ends while it
            # is looked for leaves a child that was not there when the looking began.
            my @below = split ' ', content("/proc/$r->{holder}/task/$r->{holder}/children");
            last if @below == 1;
        }
        my @left = tree($r) or ++$none && next;
        $none = 0;
        $ended{$_} = 1 for @left;
        if ($r->{track} eq '' || !end_group($r->{track})) { kill 'KILL', @left }
        nap($round < 50 ? 0.001 : 0.02);
    }
    return scalar keys %ended;
}

sub end_group {
    sysopen my $f, "$_[0]/cgroup.kill", O_WRONLY or return 0;
    return syswrite $f, '1';
}
