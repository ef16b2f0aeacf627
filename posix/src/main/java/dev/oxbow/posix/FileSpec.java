package dev.oxbow.posix;

import java.util.Optional;

/**
 * How a file is to be written.
 *
 * @param mode permission bits, set exactly, whatever the umask
 * @param mtimeNanos modification time, nanoseconds since 1970; empty for now
 * @param owner to whom the file is given, which needs root; empty for the caller
 * @param durable whether content, then name, are on the disk when the call returns
 */
public record FileSpec(
        int mode, Optional<Long> mtimeNanos, Optional<Owner> owner, boolean durable) {

    /** A file with that mode, the caller's, changed now, written back when the kernel likes. */
    public static FileSpec mode(int mode) {
        return new FileSpec(mode, Optional.empty(), Optional.empty(), false);
    }

    /** The same with that modification time. */
    public FileSpec modifiedAt(long nanos) {
        return new FileSpec(mode, Optional.of(nanos), owner, durable);
    }

    /** The same, given to that owner. */
    public FileSpec ownedBy(Owner newOwner) {
        return new FileSpec(mode, mtimeNanos, Optional.of(newOwner), durable);
    }

    /** The same, on the disk when the call returns. */
    public FileSpec synced() {
        return new FileSpec(mode, mtimeNanos, owner, true);
    }
}
