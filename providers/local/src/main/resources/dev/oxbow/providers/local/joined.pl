# Making one frozen layer of several that lie on each other. After delta.pl.

# What is in a layer is never written to again, so a file can have a name in both, and no content is
# copied. Where layers have different owners, as those of a fork, the others' files are copied.
sub joined {
    my ($l) = @_;
    own_users() if !$l->{root};
    my @trees;
    for my $low (@{ $l->{low} }) {
        my @facts = lstat "$low/files/workspace" or die "$low: $!\n";
        my $foreign = $l->{uid} ne '' && $facts[4] != $l->{uid};
        push @trees, { files => "$low/files", $foreign ? (owner => $facts[4]) : () };
    }
    my %j = (to => "$l->{top}/files", prefix => $l->{root} ? 'trusted.' : 'user.',
        uid => $l->{uid});
    for my $part ('workspace', 'home', 'tmp') {
        my ($hides, @found) = found(\%j, $part, @trees);
        join_directory(\%j, $part, $l->{bottom}, $hides, @found);
    }
    return '';
}

# What the trees have at a path: the topmost, and where that is a directory, those it is merged
# with. The first answer is whether they hide what lies below all of them.
sub found {
    my ($j, $path, @trees) = @_;
    my @found;
    for my $tree (@trees) {
        my $name = "$tree->{files}/$path";
        if (!lstat $name) {
            next if $! == 2;
            die "$name: $!\n";
        }
        my $s = facts_of($name);
        my $directory = $s->{kind} == 0040000;
        return (1, @found) if @found && !$directory;
        push @found, { tree => $tree, name => $name, facts => $s };
        return (1, @found) if !$directory;
        return (1, @found) if (attribute($name, $j->{prefix} . $OPAQUE) // '') eq 'y';
    }
    return (0, @found);
}

# Where nothing is to be seen of what lies below, there is nothing to hide: what hides it would be
# seen itself, since the kernel merges such a directory with no other.
sub join_directory {
    my ($j, $path, $bottom, $hides, @parts) = @_;
    my $to = "$j->{to}/$path";
    mkdir $to, 0700 or -d $to or die "$to: $!\n";
    my %names;
    for my $part (@parts) {
        opendir my $all, $part->{name} or die "$part->{name}: $!\n";
        $names{$_} = 1 for readdir $all;
    }
    delete @names{'.', '..'};
    my @trees = map { $_->{tree} } @parts;
    for my $name (keys %names) {
        my ($below, @found) = found($j, "$path/$name", @trees);
        my $kind = $found[0]{facts}{kind};
        my $apart = $bottom || $hides;
        if ($kind == 0040000) { join_directory($j, "$path/$name", $apart, $below, @found) }
        elsif ($kind == 0020000) { whiteout("$to/$name") if !$apart }
        else { join_file($j, $found[0], "$path/$name") }
    }
    if ($hides && !$bottom) {
        my ($directory, $key, $yes) = ($to, $j->{prefix} . $OPAQUE, 'y');
        must(syscall($fs{lsetxattr}, $directory, $key, $yes, 1, 0), "an attribute of $to");
    }
    like($parts[0]{name}, $to, owned($j, $parts[0]));
}

# One file: a second name of it, or where there can be none a copy.
sub join_file {
    my ($j, $f, $path) = @_;
    my $to = "$j->{to}/$path";
    my $tree = $f->{tree};
    return if !defined $tree->{owner} && link $f->{name}, $to;
    # Names that are one file stay so among themselves.
    $tree->{links} //= {};
    my %copy = (from => $tree->{files}, to => $j->{to}, made => {}, links => $tree->{links});
    copied(\%copy, $path, owned($j, $f));
}

# The facts of something, with its owner in the new layer.
sub owned {
    my ($j, $f) = @_;
    my $owner = $f->{tree}{owner};
    return $f->{facts} if !defined $owner;
    my %s = %{ $f->{facts} };
    $s{user} = $j->{uid} if $s{user} == $owner;
    $s{group} = $j->{uid} if $s{group} == $owner;
    return \%s;
}
