package dev.oxbow.sandbox;

import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The files below one directory, of a sandbox or of the host.
 *
 * <p>Every path is resolved beneath the root without following symbolic links: if a component on
 * the way is a link, the operation throws {@code PATH_ESCAPE}. Links themselves are read and made
 * as data. Names are bytes. Nothing is cached.
 *
 * <p>Failures are {@link dev.oxbow.base.OxException}s: {@code FILE_NOT_FOUND}, {@code FILE_EXISTS},
 * {@code IS_DIRECTORY}, {@code NOT_DIRECTORY}, {@code PERMISSION_DENIED}, {@code NO_SPACE}, {@code
 * PATH_ESCAPE}, each naming the path; {@code SYNC_UNREADABLE} for any other error of reading.
 * Absence is only reported when it is proven. Safe for concurrent use.
 */
public interface FileTree extends AutoCloseable {

    /**
     * Everything below the root in byte order, the root itself left out; a directory comes before
     * what is in it.
     *
     * @param descend asked once for each directory; where it says false, the directory is listed
     *     and its content is not
     * @throws dev.oxbow.base.OxException if any directory cannot be read: the list is whole or not
     *     given
     */
    List<Entry> scan(Predicate<TreePath> descend);

    /** What is at that path; empty if proven absent. */
    Optional<Entry> stat(TreePath path);

    /** The content of a regular file, from its first byte. The caller closes it. */
    InputStream read(TreePath path);

    /** The bytes that a symbolic link holds. */
    byte[] readLink(TreePath path);

    /**
     * Writes a regular file as a whole: into a temporary name of the same directory, then renamed
     * over whatever file or link stood there, so that readers see the old or the new content. The
     * parent directory must exist.
     *
     * @param mode permission bits of the file, set exactly
     * @param mtimeNanos modification time, nanoseconds since 1970; empty for now
     * @param content read to its end, not closed
     * @throws IOException if reading {@code content} fails; the target is then as it was
     */
    void write(TreePath path, int mode, Optional<Long> mtimeNanos, InputStream content)
            throws IOException;

    /** Makes a symbolic link, replacing a file or link that stood there. */
    void symlink(TreePath path, byte[] target);

    /** Makes a directory; a no-op if it is one already. The parent must exist. */
    void mkdir(TreePath path, int mode);

    /** Sets the permission bits of a file or directory. */
    void setMode(TreePath path, int mode);

    /** Moves a name within the tree, replacing a file or link at the target. */
    void rename(TreePath from, TreePath to);

    /** Removes a file, a link or an empty directory; a no-op if absent. */
    void remove(TreePath path);

    /** Removes a path and all below it, links as links; a no-op if absent. */
    void removeTree(TreePath path);

    /** Releases what this view holds. */
    @Override
    void close();
}
