package dev.oxbow.posix;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A directory or link that was just made and gets its mode and owner, if it is still the one that
 * was made: who may write to its parent may have put something else in its place.
 */
final class FreshName {
    private final Scratch scratch;
    private final long parent;
    private final byte[] name;
    private final TreePath path;

    FreshName(Scratch scratch, long parent, byte[] name, TreePath path) {
        this.scratch = scratch;
        this.parent = parent;
        this.name = name;
        this.path = path;
    }

    static void symlink(
            Scratch scratch,
            long parent,
            byte[] name,
            TreePath path,
            byte[] target,
            Optional<Owner> owner) {
        if (target.length > Scratch.MAX_PATH) {
            throw Errno.writing(-Errno.ENAMETOOLONG.number, "link", path);
        }
        long made =
                scratch.call(Call.SYMLINKAT, scratch.otherPath(target), parent, scratch.path(name));
        if (made == 0) {
            new FreshName(scratch, parent, name, path).dress(Optional.empty(), owner);
            return;
        }
        if (!Errno.EEXIST.is(made)) {
            throw Errno.writing(made, "link", path);
        }
        byte[] temporary = TemporaryName.next().getBytes(StandardCharsets.US_ASCII);
        check(
                scratch.call(
                        Call.SYMLINKAT, scratch.otherPath(target), parent, scratch.path(temporary)),
                path);
        boolean renamed = false;
        try {
            new FreshName(scratch, parent, temporary, path).dress(Optional.empty(), owner);
            check(
                    scratch.call(
                            Call.RENAMEAT2,
                            parent,
                            scratch.path(temporary),
                            parent,
                            scratch.otherPath(name)),
                    path);
            renamed = true;
        } finally {
            if (!renamed) {
                scratch.call(Call.UNLINKAT, parent, scratch.path(temporary), 0);
            }
        }
    }

    void dress(Optional<Integer> mode, Optional<Owner> owner) {
        if (mode.isEmpty() && owner.isEmpty()) {
            return;
        }
        long fd =
                check(
                        scratch.call(
                                Call.OPENAT,
                                parent,
                                scratch.path(name),
                                Kernel.O_PATH | Kernel.O_NOFOLLOW | Kernel.O_CLOEXEC,
                                0),
                        path);
        try {
            check(Stat.of(scratch, fd), path);
            Entry.Kind wanted = mode.isPresent() ? Entry.Kind.DIRECTORY : Entry.Kind.SYMLINK;
            if (Stat.kind(scratch) != wanted || Stat.uid(scratch) != effectiveUser()) {
                throw Errno.writing(-Errno.EEXIST.number, "make", path);
            }
            if (owner.isPresent()) {
                check(give(scratch, fd, owner.get()), path);
            }
            if (mode.isPresent()) {
                check(Mode.set(scratch, fd, mode.get() & 07777), path);
            }
        } finally {
            Handle.closeNow(fd);
        }
    }

    static long give(Scratch scratch, long fd, Owner owner) {
        return scratch.call(
                Call.FCHOWNAT,
                fd,
                scratch.path(new byte[0]),
                owner.uid(),
                owner.gid(),
                Kernel.AT_EMPTY_PATH);
    }

    private long effectiveUser() {
        return scratch.call(Call.GETEUID, 0);
    }

    private static long check(long result, TreePath path) {
        if (result < 0) {
            throw Errno.writing(result, "make", path);
        }
        return result;
    }
}
