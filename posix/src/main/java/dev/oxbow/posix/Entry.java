package dev.oxbow.posix;

/**
 * What {@code lstat} says of one name in a tree.
 *
 * @param path where it is
 * @param kind what it is
 * @param size bytes of a file, length of a link's target, 0 for others
 * @param mode permission bits, {@code 07777} at most
 * @param mtimeNanos last change of content, nanoseconds since 1970
 * @param ctimeNanos last change of content or attributes, nanoseconds since 1970
 * @param inode number of the file in its file system
 */
public record Entry(
        TreePath path,
        Kind kind,
        long size,
        int mode,
        long mtimeNanos,
        long ctimeNanos,
        long inode) {

    /** What a name stands for. */
    public enum Kind {
        /** A regular file. */
        FILE,
        /** A directory. */
        DIRECTORY,
        /** A symbolic link. */
        SYMLINK,
        /** A socket, FIFO or device: never read, never copied. */
        OTHER
    }

    /** Whether the owner may execute it. */
    public boolean executable() {
        return (mode & 0100) != 0;
    }
}
